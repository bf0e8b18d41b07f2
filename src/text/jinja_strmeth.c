/* The methods of strings. */
#include <string.h>

#include "base/utf8.h"
#include "text/jinja_case.h"
#include "text/jinja_format.h"
#include "text/jinja_method.h"
#include "text/jinja_ops.h"
#include "text/jinja_strings.h"

#define METHOD(name)                                                                               \
    static bool name(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)

/* A character set or separator: NULL when absent or None. */
static bool optional(struct jinja_run *r, struct jv slot, const struct jv_str **out)
{
    *out = NULL;
    return slot.kind == JV_NONE || arg_str(r, slot, NULL, out);
}

static bool strip(struct jinja_run *r, struct jv self, struct jv *arg, bool left, bool right,
                  struct jv *out)
{
    const struct jv_str *chars;
    return optional(r, arg[0], &chars) && str_strip(r, self.s, chars, left, right, out);
}

METHOD(m_strip)
{
    return strip(r, self, arg, true, true, out);
}
METHOD(m_lstrip)
{
    return strip(r, self, arg, true, false, out);
}
METHOD(m_rstrip)
{
    return strip(r, self, arg, false, true, out);
}

static bool split(struct jinja_run *r, struct jv self, struct jv *arg, bool right, struct jv *out)
{
    const struct jv_str *sep;
    int64_t max;
    return optional(r, arg[0], &sep) && arg_int(r, arg[1], -1, &max) &&
           str_split(r, self.s, sep, max, right, out);
}

METHOD(m_split)
{
    return split(r, self, arg, false, out);
}
METHOD(m_rsplit)
{
    return split(r, self, arg, true, out);
}
METHOD(m_splitlines)
{
    return str_lines(r, self.s, arg_bool(arg[0], false), out);
}

METHOD(m_replace)
{
    const struct jv_str *old, *new_;
    int64_t count;
    return arg_str(r, arg[0], NULL, &old) && arg_str(r, arg[1], NULL, &new_) &&
           arg_int(r, arg[2], -1, &count) && str_replace(r, self.s, old, new_, count, out);
}

METHOD(m_join)
{
    struct jv *v;
    size_t n;
    if (!jv_items(r, arg[0], &v, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (v[i].kind != JV_STR)
            return run_fail(r, "sequence item %zu: expected str instance, %s found", i,
                            jv_type(v[i]));
    return str_join(r, self.s, v, n, out);
}

METHOD(m_lower)
{
    (void)arg;
    return case_convert(r, self.s, CASE_LOWER, out);
}
METHOD(m_upper)
{
    (void)arg;
    return case_convert(r, self.s, CASE_UPPER, out);
}
METHOD(m_title)
{
    (void)arg;
    return case_convert(r, self.s, CASE_TITLE, out);
}
METHOD(m_capitalize)
{
    (void)arg;
    return case_convert(r, self.s, CASE_CAPITALIZE, out);
}
METHOD(m_swapcase)
{
    (void)arg;
    return case_convert(r, self.s, CASE_SWAP, out);
}
METHOD(m_casefold)
{
    (void)arg;
    return case_convert(r, self.s, CASE_FOLD, out);
}

/* Cuts S to the code points [arg[0], arg[1]); *first is the first one's index. False without
 * failure (*ok) when the start lies behind the end. */
static bool window(struct jinja_run *r, const struct jv_str *s, const struct jv *arg,
                   struct jv_str *out, size_t *first)
{
    int64_t bound[2];
    for (size_t i = 0; i < 2; i++)
        if (!arg_int(r, arg[i].kind == JV_NONE ? (struct jv){.kind = JV_ABSENT} : arg[i],
                     i ? (int64_t)s->chars : 0, &bound[i]))
            return false;
    size_t a = bound[0] > (int64_t)s->chars ? s->chars + 1 : op_index(bound[0], s->chars);
    size_t b = op_index(bound[1], s->chars);
    *first = a;
    *out = (struct jv_str){NULL, 0, 0, NULL};
    if (a > b)
        return run_charge(r, 1);
    size_t from = jv_str_at(s, a), to = jv_str_at(s, b);
    *out = (struct jv_str){s->p + from, to - from, b - a, NULL};
    return run_charge(r, to);
}

static bool find(struct jinja_run *r, struct jv self, struct jv *arg, bool last, bool must,
                 struct jv *out)
{
    const struct jv_str *sub;
    struct jv_str in;
    size_t first;
    int64_t at = -1;
    if (!arg_str(r, arg[0], NULL, &sub) || !window(r, self.s, arg + 1, &in, &first))
        return false;
    if (in.p && !str_find(r, in.p, in.len, sub, last, &at))
        return false;
    if (at < 0 && must)
        return run_fail(r, "substring not found");
    *out = jv_int(at < 0 ? -1 : (int64_t)(first + str_chars(in.p, (size_t)at)));
    return true;
}

METHOD(m_find)
{
    return find(r, self, arg, false, false, out);
}
METHOD(m_rfind)
{
    return find(r, self, arg, true, false, out);
}
METHOD(m_index)
{
    return find(r, self, arg, false, true, out);
}
METHOD(m_rindex)
{
    return find(r, self, arg, true, true, out);
}

METHOD(m_count)
{
    const struct jv_str *sub;
    struct jv_str in;
    size_t first, hits = 0;
    if (!arg_str(r, arg[0], NULL, &sub) || !window(r, self.s, arg + 1, &in, &first))
        return false;
    if (in.p && sub->len == 0) {
        *out = jv_int((int64_t)in.chars + 1);
        return true;
    }
    for (size_t at = 0; in.p;) {
        int64_t hit;
        if (!str_find(r, in.p + at, in.len - at, sub, false, &hit))
            return false;
        if (hit < 0)
            break;
        hits++;
        at += (size_t)hit + sub->len;
    }
    *out = jv_int((int64_t)hits);
    return true;
}

static bool has_affix(const struct jv_str *in, const struct jv_str *s, bool end)
{
    return in->p && s->len <= in->len &&
           memcmp(end ? in->p + in->len - s->len : in->p, s->p, s->len) == 0;
}

static bool affix(struct jinja_run *r, struct jv self, struct jv *arg, bool end, struct jv *out)
{
    struct jv_str in;
    size_t first, n = 1;
    struct jv *v = &arg[0];
    if (!window(r, self.s, arg + 1, &in, &first))
        return false;
    if (arg[0].kind == JV_TUPLE) {
        v = arg[0].l->v;
        n = arg[0].l->n;
    }
    bool yes = false;
    for (size_t i = 0; i < n; i++) {
        if (v[i].kind == JV_UNDEFINED)
            return run_undefined(r, v[i]);
        if (v[i].kind != JV_STR)
            return run_fail(r, "%s first arg must be str or a tuple of str, not %s",
                            end ? "endswith" : "startswith", jv_type(v[i]));
        yes |= has_affix(&in, v[i].s, end);
    }
    *out = jv_bool(yes);
    return run_charge(r, n);
}

METHOD(m_startswith)
{
    return affix(r, self, arg, false, out);
}
METHOD(m_endswith)
{
    return affix(r, self, arg, true, out);
}

static bool remove_affix(struct jinja_run *r, struct jv self, struct jv *arg, bool end,
                         struct jv *out)
{
    const struct jv_str *s;
    if (!arg_str(r, arg[0], NULL, &s))
        return false;
    size_t cut = has_affix(self.s, s, end) ? s->len : 0;
    return jv_str_view(r, self.s->p + (end ? 0 : cut), self.s->len - cut, out);
}

METHOD(m_removeprefix)
{
    return remove_affix(r, self, arg, false, out);
}
METHOD(m_removesuffix)
{
    return remove_affix(r, self, arg, true, out);
}

static bool partition(struct jinja_run *r, struct jv self, struct jv *arg, bool last,
                      struct jv *out)
{
    const struct jv_str *sep, *s = self.s;
    int64_t at;
    struct jv part[3];
    if (!arg_str(r, arg[0], NULL, &sep))
        return false;
    if (sep->len == 0)
        return run_fail(r, "empty separator");
    if (!str_find(r, s->p, s->len, sep, last, &at))
        return false;
    size_t cut = at >= 0 ? (size_t)at : last ? 0 : s->len, len = at >= 0 ? sep->len : 0;
    if (!jv_str_view(r, s->p, cut, &part[0]) || !jv_str_view(r, s->p + cut, len, &part[1]) ||
        !jv_str_view(r, s->p + cut + len, s->len - cut - len, &part[2]) ||
        !jv_list_new(r, JV_TUPLE, 3, out))
        return false;
    memcpy(out->l->v, part, sizeof part);
    return true;
}

METHOD(m_partition)
{
    return partition(r, self, arg, false, out);
}
METHOD(m_rpartition)
{
    return partition(r, self, arg, true, out);
}

static bool pad(struct jinja_run *r, struct jv self, struct jv *arg, char align, struct jv *out)
{
    const struct jv_str *fill;
    int64_t width;
    struct jinja_text t = {0};
    if (!arg_int(r, arg[0], 0, &width) || !arg_str(r, arg[1], " ", &fill))
        return false;
    if (fill->chars != 1)
        return run_fail(r, "the fill character must be exactly one character long");
    size_t chars = self.s->chars, n = width > (int64_t)chars ? (size_t)width - chars : 0;
    /* str.center puts the odd blank to the right, unless both the width and the blanks are odd */
    size_t left = align == '>' ? n : align == '^' ? n / 2 + (n & (size_t)width & 1) : 0;
    return text_pad(r, &t, fill, left) && text_put(r, &t, self.s->p, self.s->len) &&
           text_pad(r, &t, fill, n - left) && text_value(r, &t, out);
}

METHOD(m_center)
{
    return pad(r, self, arg, '^', out);
}
METHOD(m_ljust)
{
    return pad(r, self, arg, '<', out);
}
METHOD(m_rjust)
{
    return pad(r, self, arg, '>', out);
}

METHOD(m_zfill)
{
    int64_t width;
    struct jinja_text t = {0};
    struct jv_str zero = {"0", 1, 1, NULL};
    if (!arg_int(r, arg[0], 0, &width))
        return false;
    size_t n = width > (int64_t)self.s->chars ? (size_t)width - self.s->chars : 0;
    size_t sign = self.s->len && (self.s->p[0] == '+' || self.s->p[0] == '-');
    return text_put(r, &t, self.s->p, sign) && text_pad(r, &t, &zero, n) &&
           text_put(r, &t, self.s->p + sign, self.s->len - sign) && text_value(r, &t, out);
}

METHOD(m_expandtabs)
{
    int64_t tab, col = 0;
    struct jinja_text t = {0};
    struct jv_str blank = {" ", 1, 1, NULL};
    if (!arg_int(r, arg[0], 8, &tab))
        return false;
    for (size_t i = 0; i < self.s->len; i++) {
        char c = self.s->p[i];
        int64_t n = c == '\t' && tab > 0 ? tab - col % tab : 0;
        if (!(c == '\t' ? text_pad(r, &t, &blank, (size_t)n) : text_put(r, &t, &c, 1)))
            return false;
        col =
            c == '\n' || c == '\r' ? 0 : col + (c == '\t' ? n : ((unsigned char)c & 0xC0) != 0x80);
    }
    return text_value(r, &t, out);
}

static bool m_format(struct jinja_run *r, struct jv self, const struct jinja_args *args,
                     struct jv *out)
{
    return format_braces(r, self.s, args, out);
}

#define PREDICATE(name, class)                                                                     \
    METHOD(name)                                                                                   \
    {                                                                                              \
        (void)arg;                                                                                 \
        *out = jv_bool(case_is(self.s, class));                                                    \
        return run_charge(r, self.s->len);                                                         \
    }
PREDICATE(m_isalpha, CLASS_ALPHA)
PREDICATE(m_isdecimal, CLASS_DECIMAL)
PREDICATE(m_isdigit, CLASS_DIGIT)
PREDICATE(m_isnumeric, CLASS_NUMERIC)
PREDICATE(m_isalnum, CLASS_ALNUM)
PREDICATE(m_isspace, CLASS_SPACE)
PREDICATE(m_isascii, CLASS_ASCII)
PREDICATE(m_isprintable, CLASS_PRINTABLE)
PREDICATE(m_islower, CLASS_LOWER)
PREDICATE(m_isupper, CLASS_UPPER)
PREDICATE(m_istitle, CLASS_TITLE)
PREDICATE(m_isidentifier, CLASS_IDENTIFIER)

const struct jinja_builtin jinja_str_methods[] = {
    {"strip", "chars", 0, m_strip, NULL},
    {"lstrip", "chars", 0, m_lstrip, NULL},
    {"rstrip", "chars", 0, m_rstrip, NULL},
    {"split", "sep maxsplit", 0, m_split, NULL},
    {"rsplit", "sep maxsplit", 0, m_rsplit, NULL},
    {"splitlines", "keepends", 0, m_splitlines, NULL},
    {"replace", "old new count", 2, m_replace, NULL},
    {"join", "iterable", 1, m_join, NULL},
    {"lower", "", 0, m_lower, NULL},
    {"upper", "", 0, m_upper, NULL},
    {"title", "", 0, m_title, NULL},
    {"capitalize", "", 0, m_capitalize, NULL},
    {"swapcase", "", 0, m_swapcase, NULL},
    {"casefold", "", 0, m_casefold, NULL},
    {"find", "sub start end", 1, m_find, NULL},
    {"rfind", "sub start end", 1, m_rfind, NULL},
    {"index", "sub start end", 1, m_index, NULL},
    {"rindex", "sub start end", 1, m_rindex, NULL},
    {"count", "sub start end", 1, m_count, NULL},
    {"startswith", "prefix start end", 1, m_startswith, NULL},
    {"endswith", "suffix start end", 1, m_endswith, NULL},
    {"removeprefix", "prefix", 1, m_removeprefix, NULL},
    {"removesuffix", "suffix", 1, m_removesuffix, NULL},
    {"partition", "sep", 1, m_partition, NULL},
    {"rpartition", "sep", 1, m_rpartition, NULL},
    {"center", "width fillchar", 1, m_center, NULL},
    {"ljust", "width fillchar", 1, m_ljust, NULL},
    {"rjust", "width fillchar", 1, m_rjust, NULL},
    {"zfill", "width", 1, m_zfill, NULL},
    {"expandtabs", "tabsize", 0, m_expandtabs, NULL},
    {"format", NULL, 0, NULL, m_format},
    {NULL, NULL, 0, NULL, NULL},
};

const struct jinja_builtin jinja_str_predicates[] = {
    {"isalpha", "", 0, m_isalpha, NULL}, {"isdecimal", "", 0, m_isdecimal, NULL},
    {"isdigit", "", 0, m_isdigit, NULL}, {"isnumeric", "", 0, m_isnumeric, NULL},
    {"isalnum", "", 0, m_isalnum, NULL}, {"isspace", "", 0, m_isspace, NULL},
    {"isascii", "", 0, m_isascii, NULL}, {"isprintable", "", 0, m_isprintable, NULL},
    {"islower", "", 0, m_islower, NULL}, {"isupper", "", 0, m_isupper, NULL},
    {"istitle", "", 0, m_istitle, NULL}, {"isidentifier", "", 0, m_isidentifier, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
