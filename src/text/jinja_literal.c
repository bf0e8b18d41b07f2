#include "text/jinja_literal.h"

#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return 99;
}

bool literal_int(const char *p, size_t len, unsigned base, int64_t *out)
{
    int64_t v = 0;
    for (size_t i = 0; i < len; i++) {
        int d = digit(p[i]);
        if (d >= (int)base || __builtin_mul_overflow(v, (int64_t)base, &v) ||
            __builtin_add_overflow(v, (int64_t)d, &v))
            return false;
    }
    *out = v;
    return len > 0;
}

/* JSON's number reader is locale-free and correctly rounded; it wants digits on both sides of the
 * point. */
bool literal_float(const char *p, size_t len, double *out)
{
    char text[400];
    size_t n = 0, i = 0;
    while (i + 1 < len && p[i] == '0' && p[i + 1] >= '0' && p[i + 1] <= '9')
        i++;
    if (i < len && p[i] == '.')
        text[n++] = '0';
    for (; i < len && n < sizeof text - 3 && (digit(p[i]) < 10 || (p[i] && strchr(".eE+-", p[i])));
         i++) {
        text[n++] = p[i];
        if (p[i] == '.' && (i + 1 == len || digit(p[i + 1]) > 9))
            text[n++] = '0';
    }
    text[n] = 0;
    if (i < len || n == 0 || digit(text[0]) > 9)
        return false;
    struct json j = {.kind = JSON_NUMBER, .str = text, .str_len = n};
    return json_f64(&j, out);
}

/* The length of digits of BASE with single underscores between them, from P[at]; 0 when there is
 * none. */
static size_t digits(const char *p, size_t n, size_t at, int base)
{
    size_t i = at;
    if (i >= n || digit(p[i]) >= base)
        return 0;
    while (i < n && (digit(p[i]) < base ||
                     (p[i] == '_' && i + 1 < n && digit(p[i + 1]) < base && p[i - 1] != '_')))
        i++;
    return i - at;
}

static size_t without_underscores(char *out, size_t cap, const char *p, size_t n)
{
    size_t m = 0;
    for (size_t i = 0; i < n && m < cap; i++)
        if (p[i] != '_')
            out[m++] = p[i];
    return m;
}

static size_t float_length(const char *p, size_t n)
{
    size_t i = digits(p, n, 0, 10), whole = i;
    if (i + 1 < n && p[i] == '.' && digits(p, n, i + 1, 10))
        i += 1 + digits(p, n, i + 1, 10);
    if (i + 1 < n && (p[i] == 'e' || p[i] == 'E')) {
        size_t k = i + 1 + (p[i + 1] == '+' || p[i + 1] == '-');
        size_t d = digits(p, n, k, 10);
        if (d)
            return k + d;
    }
    return i > whole ? i : 0;
}

static bool literal_radix(struct jinja_token *t, const char *p, size_t n, size_t *len)
{
    char text[400];
    unsigned base = p[1] == 'b' || p[1] == 'B' ? 2 : p[1] == 'o' || p[1] == 'O' ? 8 : 16;
    size_t skip = n > 2 && p[2] == '_';
    size_t d = digits(p, n, 2 + skip, (int)base);
    *len = 2 + skip + d;
    return literal_int(text, without_underscores(text, sizeof text, p + 2, skip + d), base, &t->i);
}

bool literal_number(struct jinja_token *t, const char *p, size_t n, bool after_dot, size_t *len)
{
    char text[400];
    size_t fl = after_dot ? 0 : float_length(p, n);
    if (fl) {
        t->kind = TOK_FLOAT;
        *len = fl;
        return literal_float(text, without_underscores(text, sizeof text, p, fl), &t->f);
    }
    t->kind = TOK_INT;
    if (p[0] == '0' && n > 2 && strchr("bBoOxX", p[1])) {
        int base = p[1] == 'b' || p[1] == 'B' ? 2 : p[1] == 'o' || p[1] == 'O' ? 8 : 16;
        if (digits(p, n, 2 + (p[2] == '_'), base))
            return literal_radix(t, p, n, len);
    }
    *len = digits(p, n, 0, 10);
    if (p[0] ==
        '0') { /* a decimal number has no leading zero: 0 and 00 are zeros, 07 is two numbers */
        size_t z = 1;
        while (z < *len && (p[z] == '0' || (p[z] == '_' && p[z + 1] == '0')))
            z++;
        *len = z;
    }
    return literal_int(text, without_underscores(text, sizeof text, p, *len), 10, &t->i);
}

/* Reads exactly N hexadecimal digits. */
static bool hex(const char *p, size_t len, size_t n, uint32_t *out)
{
    uint32_t v = 0;
    if (len < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int d = digit(p[i]);
        if (d > 15)
            return false;
        v = v << 4 | (uint32_t)d;
    }
    *out = v;
    return true;
}

/* One escape at P (after the backslash) of LEN bytes: sets *cp (or UTF8_INVALID for none) and
 * returns its length; 0 when malformed. */
static size_t escape(const char *p, size_t len, uint32_t *cp)
{
    static const char plain[] = "\\'\"abfnrtv", value[] = "\\'\"\a\b\f\n\r\t\v";
    const char *at = p[0] ? strchr(plain, p[0]) : NULL;
    if (at) {
        *cp = (unsigned char)value[at - plain];
        return 1;
    }
    if (p[0] >= '0' && p[0] <= '7') {
        size_t n = 0;
        for (*cp = 0; n < 3 && n < len && p[n] >= '0' && p[n] <= '7'; n++)
            *cp = *cp * 8 + (uint32_t)(p[n] - '0');
        return n;
    }
    size_t n = p[0] == 'x' ? 2 : p[0] == 'u' ? 4 : p[0] == 'U' ? 8 : 0;
    if (n == 0 || !hex(p + 1, len - 1, n, cp) || *cp > 0x10FFFF)
        return 0;
    return n + 1;
}

bool literal_string(struct jinja_token *t, struct arena *arena, const char *p, size_t len)
{
    char *out =
        arena_alloc(arena, len + 1, 2); /* \x80 grows from 4 bytes to 2, \377 too: never longer */
    if (!out)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (p[i] != '\\' || i + 1 >= len) {
            out[n++] = p[i];
            continue;
        }
        if (p[i + 1] == '\n') {
            i++;
            continue;
        }
        if (!strchr("\\'\"abfnrtvxuUN01234567", p[i + 1]) || p[i + 1] == 0) {
            out[n++] = '\\'; /* an unknown escape stands for itself */
            continue;
        }
        uint32_t cp;
        size_t used = escape(p + i + 1, len - i - 1, &cp);
        if (!used)
            return false;
        if (cp >= 0xD800 && cp < 0xE000)
            cp = 0xFFFD; /* half a surrogate pair is not text */
        n += utf8_put((uint8_t *)out + n, cp);
        i += used;
    }
    t->p = out;
    t->len = n;
    return true;
}
