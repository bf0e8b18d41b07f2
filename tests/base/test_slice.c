#include "base/slice.h"

#include "t.h"

T_TEST(reads_little_endian)
{
    uint8_t b[42];
    for (unsigned i = 0; i < sizeof b; i++)
        b[i] = (uint8_t)(i + 1);
    struct cursor c = cursor_over((struct slice){b, 15});
    T_EQ_INT(cursor_u8(&c), 0x01);
    T_EQ_INT(cursor_u16(&c), 0x0302);
    T_EQ_INT(cursor_u32(&c), 0x07060504);
    T_EQ_INT(cursor_u64(&c), 0x0f0e0d0c0b0a0908);
    T_EQ_INT(cursor_left(&c), 0);
    T_OK(!c.failed);
    T_EQ_INT(cursor_take(&c, 0).len, 0);
    T_OK(!c.failed);
    float f = -1.5f;
    double d = 2.25;
    memcpy(b, &f, 4);
    memcpy(b + 4, &d, 8);
    c = cursor_over((struct slice){b, 12});
    T_OK(cursor_f32(&c) == -1.5f && cursor_f64(&c) == 2.25 && !c.failed);
}

T_TEST(failure_sticks)
{
    uint8_t b[4] = {1, 2, 3, 4};
    struct cursor c = cursor_over((struct slice){b, 4});
    T_EQ_INT(cursor_u64(&c), 0);
    T_OK(c.failed);
    T_EQ_INT(cursor_u8(&c), 0);
    T_EQ_INT(cursor_left(&c), 0);
    T_OK(!cursor_take(&c, 0).p);
    c = cursor_over((struct slice){b, 4});
    cursor_u8(&c);
    T_OK(!cursor_take(&c, UINT64_MAX).p && c.failed);
    c = cursor_over((struct slice){NULL, 0});
    T_EQ_INT(cursor_take(&c, 0).len, 0);
    T_OK(!c.failed);
    cursor_u8(&c);
    T_OK(c.failed);
}

T_TEST(sizes)
{
    uint64_t x = 7;
    T_OK(size_add(UINT64_MAX - 1, 1, &x) && x == UINT64_MAX);
    T_OK(size_mul(1u << 31, 1ull << 32, &x) && x == 1ull << 63);
    T_OK(!size_mul(1ull << 32, 1ull << 32, &x) && !size_add(UINT64_MAX, 1, &x));
    T_EQ_INT(size_round_up(0, 64), 0);
    T_EQ_INT(size_round_up(1, 64), 64);
    T_EQ_INT(size_round_up(64, 64), 64);
    T_OK(slice_eq(slice_str("abc"), "abc") && !slice_eq(slice_str("abc"), "ab"));
    T_OK(slice_eq((struct slice){NULL, 0}, ""));
}

T_MAIN("base/slice")
