/* slice: a bounded view of bytes, and a cursor over it with a sticky failure.
 *
 * All readers of files work on a `struct cursor`: a read past the end sets `failed`, returns zeros
 * and reads nothing; the caller checks once, at the end of a record. Integers are little-endian. */
#ifndef TAKT_BASE_SLICE_H
#define TAKT_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* slice: LEN bytes at P, owned by somebody else, not NUL-terminated. */
struct slice {
    const uint8_t *p;
    size_t len;
};

struct cursor {
    struct slice s;
    size_t at;   /* offset of the next byte */
    bool failed; /* a read went past the end */
};

/* slice_str views a C string without its NUL. */
static inline struct slice slice_str(const char *s)
{
    return (struct slice){(const uint8_t *)s, strlen(s)};
}

/* slice_eq tells whether S holds exactly the bytes of the C string. */
static inline bool slice_eq(struct slice s, const char *str)
{
    size_t n = strlen(str);
    return s.len == n && (n == 0 || memcmp(s.p, str, n) == 0);
}

/* cursor_over starts at the first byte of S. */
static inline struct cursor cursor_over(struct slice s)
{
    return (struct cursor){s, 0, false};
}

/* cursor_left is the number of unread bytes, 0 after a failure. */
static inline size_t cursor_left(const struct cursor *c)
{
    return c->failed ? 0 : c->s.len - c->at;
}

/* cursor_take views the next N bytes and moves past them; an empty slice and `failed` when there
 * are fewer. */
static inline struct slice cursor_take(struct cursor *c, uint64_t n)
{
    if (c->failed || n > c->s.len - c->at) {
        c->failed = true;
        return (struct slice){NULL, 0};
    }
    struct slice r = {n ? c->s.p + c->at : c->s.p, (size_t)n};
    c->at += (size_t)n;
    return r;
}

#define SLICE_READER(name, type)                                                                   \
    static inline type name(struct cursor *c)                                                      \
    {                                                                                              \
        type v = 0;                                                                                \
        struct slice s = cursor_take(c, sizeof v);                                                 \
        if (s.p)                                                                                   \
            memcpy(&v, s.p, sizeof v);                                                             \
        return v;                                                                                  \
    }
SLICE_READER(cursor_u8, uint8_t)
SLICE_READER(cursor_u16, uint16_t)
SLICE_READER(cursor_u32, uint32_t)
SLICE_READER(cursor_u64, uint64_t)
SLICE_READER(cursor_i64, int64_t)
SLICE_READER(cursor_f32, float)
SLICE_READER(cursor_f64, double)
#undef SLICE_READER

/* size_add, size_mul: false when the result does not fit; *out is then untouched. size_round_up:
 * the least multiple that is not below A, which must not be near UINT64_MAX. */
static inline bool size_add(uint64_t a, uint64_t b, uint64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}
static inline bool size_mul(uint64_t a, uint64_t b, uint64_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}
static inline uint64_t size_round_up(uint64_t a, uint64_t multiple)
{
    return (a + multiple - 1) / multiple * multiple;
}

#endif
