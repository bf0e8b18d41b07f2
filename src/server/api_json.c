#include "server/api_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room for N more bytes and a NUL. */
static bool reserve(struct json_out *o, size_t n)
{
    if (o->failed)
        return false;
    if (o->cap - o->len > n)
        return true;
    size_t cap = o->cap > 256 ? o->cap : 256;
    while (cap - o->len <= n) {
        if (cap > SIZE_MAX / 2) {
            o->failed = true;
            return false;
        }
        cap *= 2;
    }
    char *p = realloc(o->p, cap);
    if (!p) {
        o->failed = true;
        return false;
    }
    o->p = p;
    o->cap = cap;
    return true;
}

void api_json_raw(struct json_out *o, const char *s, size_t n)
{
    if (n == 0 || !reserve(o, n))
        return;
    memcpy(o->p + o->len, s, n);
    o->len += n;
    o->p[o->len] = 0;
}

void api_json_put(struct json_out *o, const char *key, struct slice text)
{
    json_put_null(o, key); /* writes all that stands before a value */
    if (o->failed)
        return;
    o->len -= strlen("null");
    api_json_raw(o, (const char *)text.p, text.len);
}

void api_json_quoted(struct json_out *o, const char *key, const char *text)
{
    size_t from = o->len;
    api_json_put(o, key, slice_str(text));
    for (size_t i = from; !o->failed && i < o->len; i++) /* no key of ours has one */
        if (o->p[i] == '\'')
            o->p[i] = '"';
}

/* The digits of V in decimal, at least N of them, before END; returns the first. */
static char *put_digits(char *end, uint64_t v, int n)
{
    for (; v > 0 || n > 0; v /= 10, n--)
        *--end = (char)('0' + v % 10);
    return end;
}

void api_json_f32(struct json_out *o, const char *key, float v)
{
    enum { DECIMALS_MAX = 15 };
    double a = fabs((double)v), power = 1;
    /* Products up to 2^53 and powers up to 10^22 are exact, so a quotient is what a reader of the
     * same digits gets (Clinger 1990). */
    for (int n = 0; a >= 1e-4 && n <= DECIMALS_MAX && a * power < 0x1p53; n++, power *= 10) {
        uint64_t q = (uint64_t)(a * power + 0.5);
        if ((float)((double)q / power) != (float)a)
            continue;
        char text[48], *end = text + sizeof text, *p = end;
        if (n > 0) {
            p = put_digits(p, q % (uint64_t)power, n);
            *--p = '.';
        }
        p = put_digits(p, q / (uint64_t)power, 1);
        if (v < 0)
            *--p = '-';
        api_json_put(o, key, (struct slice){(const uint8_t *)p, (size_t)(end - p)});
        return;
    }
    json_put_f32(o, key, v);
}

size_t api_json_characters(struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += (s.p[i] & 0xC0) != 0x80;
    return n;
}

struct slice api_json_keep(struct json_out *o, struct arena *a)
{
    char *p = o->failed || !o->p ? NULL : arena_strndup(a, o->p, o->len);
    struct slice kept = {(const uint8_t *)p, p ? o->len : 0};
    json_out_free(o);
    return kept;
}
