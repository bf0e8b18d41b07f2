#include "base/arena.h"

#include "t.h"

T_TEST(aligned_zeroed_and_apart)
{
    struct arena a = {0};
    static struct {
        uint8_t *p;
        size_t n;
    } got[3000];
    size_t sum = 0;
    for (int i = 0; i < 3000; i++) {
        size_t n = i % 97 == 0 ? 700000 + t_rand() % 100 : t_rand() % 300;
        uint8_t *p = arena_alloc(&a, n, 1);
        if (!T_OK(p))
            return;
        T_EQ_INT((uintptr_t)p % (n >= 64 ? 64 : 16), 0);
        for (size_t k = 0; k < n; k++)
            if (p[k] && !T_OK(!p[k]))
                return;
        memset(p, 1 + i % 255, n);
        got[i].p = p;
        got[i].n = n;
        sum += n ? n : 1;
    }
    for (int i = 0; i < 3000; i++)
        for (size_t k = 0; k < got[i].n; k++)
            if (got[i].p[k] != 1 + i % 255 && !T_OK(!"overwritten"))
                return;
    T_EQ_INT(a.used_bytes, sum);
    arena_free(&a);
    T_OK(!a.head && a.used_bytes == 0);
}

T_TEST(empty_requests_are_unique)
{
    struct arena a = {0};
    void *p = arena_alloc(&a, 0, 8), *q = arena_alloc(&a, 8, 0);
    T_OK(p && q && p != q);
    arena_free(&a);
}

T_TEST(overflow_and_limit)
{
    struct arena a = {0};
    T_OK(!arena_alloc(&a, SIZE_MAX, 2));
    T_OK(!arena_alloc(&a, SIZE_MAX, 1));
    T_OK(!arena_alloc(&a, SIZE_MAX - 100, 1));
    T_OK(!arena_strndup(&a, "", SIZE_MAX));
    a.limit_bytes = 100;
    T_OK(arena_alloc(&a, 100, 1));
    T_OK(!arena_alloc(&a, 1, 1));
    arena_free(&a);
    T_EQ_INT(a.limit_bytes, 100);
    T_OK(!arena_alloc(&a, 101, 1));
    arena_free(&a);
}

T_TEST(text)
{
    struct arena a = {0};
    T_EQ_STR(arena_strndup(&a, "abcdef", 3), "abc");
    T_EQ_STR(arena_strndup(&a, NULL, 0), "");
    T_EQ_STR(arena_printf(&a, "%s-%d", "x", 42), "x-42");
    arena_free(&a);
}

T_MAIN("base/arena")
