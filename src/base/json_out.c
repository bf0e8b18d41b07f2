#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

static void put(struct json_out *o, const char *s, size_t n)
{
    if (o->failed)
        return;
    if (o->cap - o->len <= n) {
        size_t cap = o->cap ? o->cap : 256;
        while (cap - o->len <= n) {
            if (cap > SIZE_MAX / 2) {
                o->failed = true;
                return;
            }
            cap *= 2;
        }
        char *p = realloc(o->p, cap);
        if (!p) {
            o->failed = true;
            return;
        }
        o->p = p;
        o->cap = cap;
    }
    memcpy(o->p + o->len, s, n);
    o->len += n;
    o->p[o->len] = 0;
}

static void newline(struct json_out *o)
{
    if (o->indent <= 0)
        return;
    put(o, "\n", 1);
    for (int i = 0; i < o->indent * o->depth; i++)
        put(o, " ", 1);
}

/* Writes S in quotes. Runs without an escape are appended whole. */
static void put_quoted(struct json_out *o, const char *s, size_t n)
{
    const uint8_t *p = (const uint8_t *)s;
    size_t from = 0, i = 0;
    put(o, "\"", 1);
    while (i < n) {
        unsigned len = 1;
        uint8_t c = p[i];
        if ((c >= 0x20 && c < 0x7F && c != '"' && c != '\\') ||
            (c >= 0x7F && utf8_next(p + i, n - i, &len) != UTF8_INVALID)) {
            i += len;
            continue;
        }
        put(o, s + from, i - from);
        static const char plain[] = "\"\\\b\f\n\r\t", name[] = "\"\\bfnrt";
        const char *hit = c ? strchr(plain, c) : NULL;
        char esc[8];
        if (c >= 0x80)
            put(o, "\xEF\xBF\xBD", 3); /* U+FFFD */
        else if (hit)
            put(o, (char[]){'\\', name[hit - plain]}, 2);
        else
            put(o, esc, (size_t)snprintf(esc, sizeof esc, "\\u%04x", c));
        from = ++i;
    }
    put(o, s + from, n - from);
    put(o, "\"", 1);
}

/* Everything that stands before a value. */
static void lead_in(struct json_out *o, const char *key)
{
    if (o->need_comma)
        put(o, ",", 1);
    if (o->depth > 0)
        newline(o);
    if (key) {
        put_quoted(o, key, strlen(key));
        put(o, ": ", o->indent > 0 ? 2 : 1);
    }
    o->need_comma = true;
}

static void put_raw(struct json_out *o, const char *key, const char *text)
{
    lead_in(o, key);
    put(o, text, strlen(text));
}

static void begin(struct json_out *o, const char *key, const char *bracket)
{
    put_raw(o, key, bracket);
    o->depth++;
    o->need_comma = false;
}

static void end(struct json_out *o, const char *bracket)
{
    o->depth--;
    if (o->need_comma) /* not empty */
        newline(o);
    put(o, bracket, 1);
    o->need_comma = true;
}

void json_out_free(struct json_out *o)
{
    free(o->p);
    *o = (struct json_out){.indent = o->indent};
}

void json_obj_begin(struct json_out *o, const char *key)
{
    begin(o, key, "{");
}

void json_obj_end(struct json_out *o)
{
    end(o, "}");
}

void json_arr_begin(struct json_out *o, const char *key)
{
    begin(o, key, "[");
}

void json_arr_end(struct json_out *o)
{
    end(o, "]");
}

void json_put_str(struct json_out *o, const char *key, const char *s)
{
    json_put_strn(o, key, s, strlen(s));
}

void json_put_strn(struct json_out *o, const char *key, const char *s, size_t len)
{
    lead_in(o, key);
    put_quoted(o, s, len);
}

enum { DIGITS_MAX = 24 };

/* The decimal digits of V at the end of TEXT, and a NUL; returns the first. */
static char *digits_of(char text[DIGITS_MAX], uint64_t v)
{
    char *p = text + DIGITS_MAX - 1;
    for (*p = 0; v > 9; v /= 10)
        *--p = (char)('0' + v % 10);
    *--p = (char)('0' + v);
    return p;
}

void json_put_i64(struct json_out *o, const char *key, int64_t v)
{
    char text[DIGITS_MAX], *p = digits_of(text, v < 0 ? -(uint64_t)v : (uint64_t)v);
    if (v < 0)
        *--p = '-';
    put_raw(o, key, p);
}

void json_put_u64(struct json_out *o, const char *key, uint64_t v)
{
    char text[DIGITS_MAX];
    put_raw(o, key, digits_of(text, v));
}

/* Splits V > 0 into N significant decimal digits (trailing zeros removed) and the decimal exponent
 * of the first. Whatever the locale's decimal point is, it is skipped. Returns the number of
 * digits. */
static int decimal(double v, int n, char digits[24], int *exponent)
{
    char text[64];
    int k = 0;
    snprintf(text, sizeof text, "%.*e", n - 1, v);
    const char *p = text;
    for (; *p && *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            digits[k++] = *p;
    *exponent = (int)strtol(*p ? p + 1 : p, NULL, 10);
    while (k > 1 && digits[k - 1] == '0')
        k--;
    digits[k] = 0;
    return k;
}

void json_put_f64(struct json_out *o, const char *key, double v)
{
    char digits[24], text[64], *t = text;
    double back;
    int n = 0, e = 0;
    if (!isfinite(v)) {
        json_put_null(o, key);
        return;
    }
    if (signbit(v))
        *t++ = '-';
    if (v == 0) {
        snprintf(t, sizeof text - 1, "0");
        put_raw(o, key, text);
        return;
    }
    /* If any text of up to 15 digits reads back, then V printed to 15 is that text; denormal
     * numbers have fewer digits than that. */
    for (int want = fabs(v) < DBL_MIN ? 1 : DBL_DIG; want <= DBL_DECIMAL_DIG; want++) {
        char probe[40];
        n = decimal(fabs(v), want, digits, &e);
        snprintf(probe, sizeof probe, "%se%d", digits, e - (n - 1));
        struct json number = {.kind = JSON_NUMBER, .str = probe};
        if (json_f64(&number, &back) && back == fabs(v))
            break;
    }
    size_t room = sizeof text - 1;
    if (e >= 0 && e < 17 && n <= e + 1)
        snprintf(t, room, "%s%.*s", digits, e + 1 - n, "0000000000000000");
    else if (e >= 0 && e < 17)
        snprintf(t, room, "%.*s.%s", e + 1, digits, digits + e + 1);
    else if (e < 0 && e >= -5)
        snprintf(t, room, "0.%.*s%s", -e - 1, "0000", digits);
    else
        snprintf(t, room, "%c%s%se%d", digits[0], n > 1 ? "." : "", digits + 1, e);
    put_raw(o, key, text);
}

void json_put_f32(struct json_out *o, const char *key, float v)
{
    char text[64];
    double d = (double)v;
    for (int digits = FLT_DIG; isfinite(v) && digits <= FLT_DECIMAL_DIG; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)v);
        d = strtod(text, NULL);
        if ((float)d == v)
            break;
    }
    json_put_f64(o, key, d);
}

void json_put_bool(struct json_out *o, const char *key, bool v)
{
    put_raw(o, key, v ? "true" : "false");
}

void json_put_null(struct json_out *o, const char *key)
{
    put_raw(o, key, "null");
}
