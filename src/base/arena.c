#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The newest block is at the head; only it is bumped, except that an allocation larger than
 * BLOCK_MAX / 2 gets a block of its own behind the head, so that the head's rest is not lost. */
enum { BLOCK_MIN = 4096, BLOCK_MAX = 1 << 20, ALIGN = 64 };

struct arena_block {
    struct arena_block *next;
    size_t at;  /* offset of the first free byte from the block's own address */
    size_t end; /* bytes in all */
};

static size_t align_up(size_t n, size_t a)
{
    return (n + a - 1) & ~(a - 1);
}

static struct arena_block *block_new(size_t bytes)
{
    if (bytes > SIZE_MAX - 2 * ALIGN)
        return NULL;
    bytes = align_up(bytes + ALIGN, ALIGN);
    struct arena_block *b = aligned_alloc(ALIGN, bytes);
    if (!b)
        return NULL;
    *b = (struct arena_block){NULL, align_up(sizeof *b, 16), bytes};
    return b;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n))
        return NULL;
    if (n == 0)
        n = 1; /* a unique address */
    size_t align = n >= ALIGN ? ALIGN : 16;
    if (n > SIZE_MAX - a->used_bytes || (a->limit_bytes && a->used_bytes + n > a->limit_bytes))
        return NULL;
    struct arena_block *b = a->head;
    if (!b || b->end - b->at < n || align_up(b->at, align) > b->end - n) {
        if (n > BLOCK_MAX / 2) {
            if (!(b = block_new(n)))
                return NULL;
            if (a->head) {
                b->next = a->head->next;
                a->head->next = b;
            } else {
                a->head = b;
            }
        } else {
            size_t bytes = a->head ? 2 * a->head->end : BLOCK_MIN;
            bytes = bytes < 2 * n ? 2 * n : bytes;
            if (!(b = block_new(bytes > BLOCK_MAX ? BLOCK_MAX : bytes)))
                return NULL;
            b->next = a->head;
            a->head = b;
        }
    }
    size_t at = align_up(b->at, align);
    b->at = at + n;
    a->used_bytes += n;
    return memset((char *)b + at, 0, n);
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
    char *p = len == SIZE_MAX ? NULL : arena_alloc(a, len + 1, 1);
    if (p && len)
        memcpy(p, s, len);
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1, 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    return p;
}

void arena_free(struct arena *a)
{
    for (struct arena_block *b = a->head; b;) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
    a->head = NULL;
    a->used_bytes = 0;
}
