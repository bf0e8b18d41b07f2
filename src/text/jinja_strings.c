#include "text/jinja_strings.h"

#include <string.h>

#include "base/utf8.h"
#include "text/jinja_lex.h"
#include "text/jinja_print.h"

size_t str_chars(const char *p, size_t n)
{
    size_t c = 0;
    for (size_t i = 0; i < n; i++)
        c += ((unsigned char)p[i] & 0xC0) != 0x80;
    return c;
}

bool str_find(struct jinja_run *r, const char *p, size_t n, const struct jv_str *sub, bool last,
              int64_t *at)
{
    *at = -1;
    if (sub->len > n)
        return true;
    if (!last) { /* memmem is linear; the search from the end is not */
        const char *hit = memmem(p, n, sub->p, sub->len);
        *at = hit ? hit - p : -1;
        return run_charge(r, hit ? (size_t)(hit - p) + sub->len : n);
    }
    size_t tries = n - sub->len + 1;
    for (size_t i = tries; i-- > 0;) {
        if ((i == 0 || (tries - i) % 64 == 0) && !run_charge(r, 64 * sub->len))
            return false;
        if (memcmp(p + i, sub->p, sub->len) == 0) {
            *at = (int64_t)i;
            break;
        }
    }
    return true;
}

/* Is the character of LEN bytes at P to be stripped? */
static bool strippable(const char *p, unsigned len, const struct jv_str *chars)
{
    unsigned n;
    return chars ? memmem(chars->p, chars->len, p, len) != NULL : jinja_space(p, len, &n);
}

bool str_strip(struct jinja_run *r, const struct jv_str *s, const struct jv_str *chars, bool left,
               bool right, struct jv *out)
{
    size_t a = 0, b = s->len;
    if (!run_charge(r, s->len * (chars ? 1 + chars->len / 16 : 1)))
        return false;
    while (left && a < b) {
        unsigned len;
        utf8_next((const uint8_t *)s->p + a, b - a, &len);
        if (!strippable(s->p + a, len, chars))
            break;
        a += len;
    }
    while (right && b > a) {
        size_t c = b - 1;
        while (c > a && ((unsigned char)s->p[c] & 0xC0) == 0x80)
            c--;
        if (!strippable(s->p + c, (unsigned)(b - c), chars))
            break;
        b = c;
    }
    return jv_str_view(r, s->p + a, b - a, out);
}

/* Replacing the empty string: NEW_ before every character and at the end. */
static bool replace_empty(struct jinja_run *r, const struct jv_str *s, const struct jv_str *new_,
                          int64_t count, struct jinja_text *t)
{
    size_t at = 0;
    unsigned len;
    for (;;) {
        if (count-- == 0)
            return text_put(r, t, s->p + at, s->len - at);
        if (!text_put(r, t, new_->p, new_->len))
            return false;
        if (at >= s->len)
            return true;
        utf8_next((const uint8_t *)s->p + at, s->len - at, &len);
        if (!text_put(r, t, s->p + at, len))
            return false;
        at += len;
    }
}

bool str_replace(struct jinja_run *r, const struct jv_str *s, const struct jv_str *old,
                 const struct jv_str *new_, int64_t count, struct jv *out)
{
    struct jinja_text t = {0};
    if (old->len == 0)
        return replace_empty(r, s, new_, count, &t) && text_value(r, &t, out);
    size_t at = 0;
    for (; count != 0; count--) {
        int64_t hit;
        if (!str_find(r, s->p + at, s->len - at, old, false, &hit))
            return false;
        if (hit < 0)
            break;
        if (!text_put(r, &t, s->p + at, (size_t)hit) || !text_put(r, &t, new_->p, new_->len))
            return false;
        at += (size_t)hit + old->len;
    }
    return text_put(r, &t, s->p + at, s->len - at) && text_value(r, &t, out);
}

static bool push_part(struct jinja_run *r, struct jv_vec *parts, const char *p, size_t n)
{
    struct jv v;
    return jv_str_view(r, p, n, &v) && jv_vec_push(r, parts, v);
}

/* The offset where the white space or text (WANT_SPACE) at the end of P[0..n) begins. */
static size_t back_over(const char *p, size_t n, bool want_space)
{
    while (n > 0) {
        size_t c = n - 1;
        unsigned len;
        while (c > 0 && ((unsigned char)p[c] & 0xC0) == 0x80)
            c--;
        if (jinja_space(p + c, n - c, &len) != want_space)
            break;
        n = c;
    }
    return n;
}

static size_t forth_over(const char *p, size_t at, size_t n, bool want_space)
{
    while (at < n) {
        unsigned len;
        bool space = jinja_space(p + at, n - at, &len);
        if (space != want_space)
            break;
        utf8_next((const uint8_t *)p + at, n - at, &len);
        at += len;
    }
    return at;
}

static bool split_space(struct jinja_run *r, const struct jv_str *s, int64_t max, bool right,
                        struct jv_vec *parts)
{
    const char *p = s->p;
    size_t a = 0, b = s->len;
    for (;; max--) {
        if (right)
            b = back_over(p, b, true);
        else
            a = forth_over(p, a, b, true);
        if (a >= b)
            return true;
        if (max == 0) /* the rest, stripped at the end where splitting went on */
            return push_part(r, parts, p + a, b - a);
        size_t cut = right ? back_over(p, b, false) : forth_over(p, a, b, false);
        if (!(right ? push_part(r, parts, p + cut, b - cut) : push_part(r, parts, p + a, cut - a)))
            return false;
        if (right)
            b = cut;
        else
            a = cut;
    }
}

static bool split_sep(struct jinja_run *r, const struct jv_str *s, const struct jv_str *sep,
                      int64_t max, bool right, struct jv_vec *parts)
{
    size_t a = 0, b = s->len;
    for (; max != 0; max--) {
        int64_t hit;
        if (!str_find(r, s->p + a, b - a, sep, right, &hit))
            return false;
        if (hit < 0)
            break;
        size_t at = a + (size_t)hit, after = at + sep->len;
        if (!(right ? push_part(r, parts, s->p + after, b - after)
                    : push_part(r, parts, s->p + a, at - a)))
            return false;
        if (right)
            b = at;
        else
            a = after;
    }
    return push_part(r, parts, s->p + a, b - a);
}

bool str_split(struct jinja_run *r, const struct jv_str *s, const struct jv_str *sep, int64_t max,
               bool right, struct jv *out)
{
    struct jv_vec parts = {0};
    if (sep && sep->len == 0)
        return run_fail(r, "empty separator");
    if (!run_charge(r, s->len))
        return false;
    if (!(sep ? split_sep(r, s, sep, max, right, &parts) : split_space(r, s, max, right, &parts)))
        return false;
    for (size_t i = 0; right && i < parts.n / 2; i++) {
        struct jv swap = parts.v[i];
        parts.v[i] = parts.v[parts.n - 1 - i];
        parts.v[parts.n - 1 - i] = swap;
    }
    return jv_seq(r, JV_LIST, parts.v, parts.n, out);
}

/* The length of a line end at P[0..n), 0 for none. */
static size_t line_end(const char *p, size_t n)
{
    unsigned char c = (unsigned char)*p;
    if (c == '\r')
        return n > 1 && p[1] == '\n' ? 2 : 1;
    if ((c >= '\n' && c <= '\f') || (c >= 0x1c && c <= 0x1e))
        return 1;
    if (n >= 2 && c == 0xC2 && (unsigned char)p[1] == 0x85)
        return 2;
    if (n >= 3 && c == 0xE2 && (unsigned char)p[1] == 0x80 &&
        ((unsigned char)p[2] == 0xA8 || (unsigned char)p[2] == 0xA9))
        return 3;
    return 0;
}

bool str_lines(struct jinja_run *r, const struct jv_str *s, bool keep, struct jv *out)
{
    struct jv_vec parts = {0};
    size_t start = 0;
    if (!run_charge(r, s->len))
        return false;
    for (size_t i = 0; i < s->len;) {
        size_t end = line_end(s->p + i, s->len - i);
        if (end && !push_part(r, &parts, s->p + start, i - start + (keep ? end : 0)))
            return false;
        i += end ? end : 1;
        start = end ? i : start;
    }
    if (start < s->len && !push_part(r, &parts, s->p + start, s->len - start))
        return false;
    return jv_seq(r, JV_LIST, parts.v, parts.n, out);
}

bool str_join(struct jinja_run *r, const struct jv_str *sep, const struct jv *v, size_t n,
              struct jv *out)
{
    struct jinja_text t = {0};
    for (size_t i = 0; i < n; i++)
        if ((i && !text_put(r, &t, sep->p, sep->len)) || !print_str(r, &t, v[i]))
            return false;
    return text_value(r, &t, out);
}
