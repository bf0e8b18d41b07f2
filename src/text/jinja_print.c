#include "text/jinja_print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/utf8.h"
#include "text/jinja_call.h"

/* The digits of F (positive, finite): the fewest that read back, and the decimal exponent of the
 * first one. The text of printf and strtod agree on the locale's decimal point, which is skipped.
 */
static int shortest(double f, char digits[24], int *exp10)
{
    char text[48];
    for (int prec = 0; prec < 17; prec++) {
        snprintf(text, sizeof text, "%.*e", prec, f);
        if (strtod(text, NULL) == f)
            break;
    }
    int n = 0;
    char *p = text;
    for (; *p && *p != 'e'; p++)
        if (*p >= '0' && *p <= '9' && n < 20)
            digits[n++] = *p;
    *exp10 = *p ? (int)strtol(p + 1, NULL, 10) : 0;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    return n;
}

size_t print_float(double f, char buf[40])
{
    char d[24];
    int e10;
    if (isnan(f) || isinf(f))
        return (size_t)snprintf(buf, 40, "%s", isnan(f) ? "nan" : f < 0 ? "-inf" : "inf");
    const char *sign = signbit(f) ? "-" : "";
    if (f == 0)
        return (size_t)snprintf(buf, 40, "%s0.0", sign);
    int n = shortest(fabs(f), d, &e10);
    if (e10 < -4 || e10 >= 16)
        return (size_t)snprintf(buf, 40, "%s%c%s%.*se%c%02d", sign, d[0], n > 1 ? "." : "", n - 1,
                                d + 1, e10 < 0 ? '-' : '+', abs(e10));
    if (e10 < 0)
        return (size_t)snprintf(buf, 40, "%s0.%.*s%.*s", sign, -e10 - 1, "000", n, d);
    if (n <= e10 + 1)
        return (size_t)snprintf(buf, 40, "%s%.*s%.*s.0", sign, n, d, e10 + 1 - n,
                                "0000000000000000");
    return (size_t)snprintf(buf, 40, "%s%.*s.%.*s", sign, e10 + 1, d, n - e10 - 1, d + e10 + 1);
}

bool print_fixed(struct jinja_run *r, struct jinja_text *t, double f, int precision, char kind,
                 bool alt)
{
    char fmt[8] = {'%', alt ? '#' : '.', alt ? '.' : '*', alt ? '*' : kind, alt ? kind : 0};
    char text[1024];
    int n = snprintf(text, sizeof text, fmt, precision, f);
    if (n < 0 || n >= (int)sizeof text)
        return run_fail(r, "number is too long to print");
    for (int i = 0; i < n; i++)
        if (text[i] == ',')
            text[i] = '.';
    return text_put(r, t, text, (size_t)n);
}

static bool printable(uint32_t c)
{
    if (c < 0x7f)
        return c >= 0x20;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_ZS: return false;
    default: return true;
    }
}

static bool repr_str(struct jinja_run *r, struct jinja_text *t, const struct jv_str *s)
{
    bool single = memchr(s->p, '\'', s->len) && !memchr(s->p, '"', s->len);
    char quote = single ? '"' : '\'', text[16];
    if (!text_put(r, t, &quote, 1))
        return false;
    unsigned len;
    for (size_t i = 0; i < s->len; i += len) {
        uint32_t c = utf8_next((const uint8_t *)s->p + i, s->len - i, &len);
        int n;
        if (c == (uint32_t)quote || c == '\\')
            n = snprintf(text, sizeof text, "\\%c", (char)c);
        else if (c == '\n' || c == '\r' || c == '\t')
            n = snprintf(text, sizeof text, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        else if (c == UTF8_INVALID || printable(c))
            n = snprintf(text, sizeof text, "%.*s", (int)len, s->p + i);
        else
            n = snprintf(text, sizeof text,
                         c < 0x100     ? "\\x%02x"
                         : c < 0x10000 ? "\\u%04x"
                                       : "\\U%08x",
                         c);
        if (!text_put(r, t, text, (size_t)n))
            return false;
    }
    return text_put(r, t, &quote, 1);
}

static bool repr_items(struct jinja_run *r, struct jinja_text *t, const struct jv *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((i && !text_putz(r, t, ", ")) || !print_repr(r, t, v[i]))
            return false;
    return true;
}

static bool repr_dict(struct jinja_run *r, struct jinja_text *t, const struct jv_dict *d)
{
    if (!text_putz(r, t, "{"))
        return false;
    for (size_t i = 0; i < d->n; i++)
        if ((i && !text_putz(r, t, ", ")) || !print_repr(r, t, d->e[i].k) ||
            !text_putz(r, t, ": ") || !print_repr(r, t, d->e[i].v))
            return false;
    return text_putz(r, t, "}");
}

static bool repr_view(struct jinja_run *r, struct jinja_text *t, struct jv v)
{
    struct jv *items;
    size_t n;
    return jv_items(r, v, &items, &n) && text_putz(r, t, jv_type(v)) && text_putz(r, t, "([") &&
           repr_items(r, t, items, n) && text_putz(r, t, "])");
}

static bool repr_deep(struct jinja_run *r, struct jinja_text *t, struct jv v)
{
    switch (v.kind) {
    case JV_LIST:
        return text_putz(r, t, "[") && repr_items(r, t, v.l->v, v.l->n) && text_putz(r, t, "]");
    case JV_TUPLE:
        return text_putz(r, t, "(") && repr_items(r, t, v.l->v, v.l->n) &&
               text_putz(r, t, v.l->n == 1 ? ",)" : ")");
    case JV_DICT: return repr_dict(r, t, v.d);
    case JV_NAMESPACE:
        return text_putz(r, t, "<Namespace ") && repr_dict(r, t, v.d) && text_putz(r, t, ">");
    default: return repr_view(r, t, v);
    }
}

static bool repr_macro(struct jinja_run *r, struct jinja_text *t, const struct jinja_macro *m)
{
    if (!m->node->name)
        return text_putz(r, t, "<Macro anonymous>");
    return text_putz(r, t, "<Macro '") && text_putz(r, t, m->node->name->p) &&
           text_putz(r, t, "'>");
}

static bool repr_loop(struct jinja_run *r, struct jinja_text *t, struct jv loop)
{
    struct jv length;
    char text[64];
    bool found;
    if (!loop_attr(r, loop, "length", &length, &found))
        return false;
    snprintf(text, sizeof text, "<LoopContext %lld/%lld>", (long long)loop.loop->index0 + 1,
             (long long)length.i);
    return text_putz(r, t, text);
}

bool print_repr(struct jinja_run *r, struct jinja_text *t, struct jv v)
{
    char text[96];
    switch (v.kind) {
    case JV_ABSENT:
    case JV_UNDEFINED: return text_putz(r, t, "Undefined");
    case JV_NONE: return text_putz(r, t, "None");
    case JV_BOOL: return text_putz(r, t, v.b ? "True" : "False");
    case JV_INT: snprintf(text, sizeof text, "%lld", (long long)v.i); break;
    case JV_FLOAT: print_float(v.f, text); break;
    case JV_BIGINT: return text_put(r, t, v.s->p, v.s->len);
    case JV_STR:
        if (!v.safe)
            return repr_str(r, t, v.s);
        return text_putz(r, t, "Markup(") && repr_str(r, t, v.s) && text_putz(r, t, ")");
    case JV_RANGE:
        snprintf(text, sizeof text,
                 v.range->step == 1 ? "range(%lld, %lld)" : "range(%lld, %lld, %lld)",
                 (long long)v.range->start, (long long)v.range->stop, (long long)v.range->step);
        break;
    case JV_LIST:
    case JV_TUPLE:
    case JV_DICT:
    case JV_NAMESPACE:
    case JV_VIEW: {
        if (!run_enter(r))
            return false;
        bool ok = repr_deep(r, t, v);
        run_leave(r);
        return ok;
    }
    case JV_MACRO: return repr_macro(r, t, v.macro);
    case JV_LOOP: return repr_loop(r, t, v);
    default: snprintf(text, sizeof text, "<%s>", jv_type(v)); break;
    }
    return text_putz(r, t, text);
}

bool print_str(struct jinja_run *r, struct jinja_text *t, struct jv v)
{
    if (v.kind == JV_STR)
        return text_put(r, t, v.s->p, v.s->len);
    if (v.kind == JV_UNDEFINED)
        return true;
    return print_repr(r, t, v);
}

bool print_to_str(struct jinja_run *r, struct jv v, struct jv *out)
{
    if (v.kind == JV_STR) {
        *out = v;
        return true;
    }
    struct jinja_text t = {0};
    return print_str(r, &t, v) && text_value(r, &t, out);
}

static bool json_str(struct jinja_run *r, struct jinja_text *t, bool ascii, const struct jv_str *s)
{
    static const char special[] = "\"\\\n\r\t\f\b", letter[] = "\"\\nrtfb";
    char text[16];
    unsigned len;
    size_t plain = 0;
    if (!text_putz(r, t, "\""))
        return false;
    for (size_t i = 0; i < s->len; i += len) {
        uint32_t c = utf8_next((const uint8_t *)s->p + i, s->len - i, &len);
        const char *at = c && c < 0x80 ? strchr(special, (int)c) : NULL;
        int n;
        if (at)
            n = snprintf(text, sizeof text, "\\%c", letter[at - special]);
        else if (c < 0x20 || (ascii && c >= 0x7f && c < 0x10000))
            n = snprintf(text, sizeof text, "\\u%04x", c);
        else if (ascii && c >= 0x10000 && c != UTF8_INVALID)
            n = snprintf(text, sizeof text, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
                         0xDC00 + (c & 0x3FF));
        else
            continue;
        if (!text_put(r, t, s->p + plain, i - plain) || !text_put(r, t, text, (size_t)n))
            return false;
        plain = i + len;
    }
    return text_put(r, t, s->p + plain, s->len - plain) && text_putz(r, t, "\"");
}

static bool json_scalar(struct jinja_run *r, struct jinja_text *t, struct jv v)
{
    if (v.kind == JV_NONE)
        return text_putz(r, t, "null");
    if (v.kind == JV_BOOL)
        return text_putz(r, t, v.b ? "true" : "false");
    if (v.kind == JV_FLOAT && (isnan(v.f) || isinf(v.f)))
        return text_putz(r, t, isnan(v.f) ? "NaN" : v.f < 0 ? "-Infinity" : "Infinity");
    return print_repr(r, t, v);
}

static bool json_break(struct jinja_run *r, struct jinja_text *t, const struct print_json *how)
{
    if (how->indent.kind == JV_ABSENT)
        return true;
    return text_putz(r, t, "\n") && text_pad(r, t, how->indent.s, how->level);
}

static bool json_key(struct jinja_run *r, struct jinja_text *t, const struct print_json *how,
                     struct jv k)
{
    if (k.kind == JV_STR)
        return json_str(r, t, how->ensure_ascii, k.s);
    if (k.kind != JV_NONE && !jv_is_num(k))
        return run_fail(r, "keys must be str, int, float, bool or None, not %s", jv_type(k));
    return text_putz(r, t, "\"") && json_scalar(r, t, k) && text_putz(r, t, "\"");
}

/* The members of D by ascending keys: a merge sort of positions, stable. */
static bool sorted_pairs(struct jinja_run *r, const struct jv_dict *d, struct jv_pair **out)
{
    struct jv_pair *a = ARENA_ARRAY(&r->arena, struct jv_pair, d->n);
    struct jv_pair *b = ARENA_ARRAY(&r->arena, struct jv_pair, d->n);
    if (!a || !b)
        return run_memory(r);
    if (d->n)
        memcpy(a, d->e, d->n * sizeof *a);
    for (size_t w = 1; w < d->n; w *= 2) {
        for (size_t lo = 0; lo < d->n; lo += 2 * w) {
            size_t mid = lo + w < d->n ? lo + w : d->n, hi = mid + w < d->n ? mid + w : d->n;
            for (size_t i = lo, j = mid, k = lo; k < hi; k++) {
                int c = -1;
                if (i < mid && j < hi && !jv_order(r, a[j].k, a[i].k, &c))
                    return false;
                bool right = i >= mid || (j < hi && c == -1);
                b[k] = right ? a[j++] : a[i++];
            }
        }
        struct jv_pair *swap = a;
        a = b;
        b = swap;
    }
    *out = a;
    return true;
}

static bool json_dict(struct jinja_run *r, struct jinja_text *t, struct print_json *how,
                      const struct jv_dict *d)
{
    struct jv_pair *e = d->e;
    if (d->n == 0)
        return text_putz(r, t, "{}");
    if ((how->sort_keys && !sorted_pairs(r, d, &e)) || !text_putz(r, t, "{"))
        return false;
    how->level++;
    for (size_t i = 0; i < d->n; i++)
        if ((i && !print_str(r, t, how->item_sep)) || !json_break(r, t, how) ||
            !json_key(r, t, how, e[i].k) || !print_str(r, t, how->key_sep) ||
            !print_json(r, t, how, e[i].v))
            return false;
    how->level--;
    return json_break(r, t, how) && text_putz(r, t, "}");
}

static bool json_list(struct jinja_run *r, struct jinja_text *t, struct print_json *how,
                      const struct jv_list *l)
{
    if (l->n == 0)
        return text_putz(r, t, "[]");
    if (!text_putz(r, t, "["))
        return false;
    how->level++;
    for (size_t i = 0; i < l->n; i++)
        if ((i && !print_str(r, t, how->item_sep)) || !json_break(r, t, how) ||
            !print_json(r, t, how, l->v[i]))
            return false;
    how->level--;
    return json_break(r, t, how) && text_putz(r, t, "]");
}

bool print_json(struct jinja_run *r, struct jinja_text *t, struct print_json *how, struct jv v)
{
    bool ok;
    switch (v.kind) {
    case JV_STR: return json_str(r, t, how->ensure_ascii, v.s);
    case JV_NONE:
    case JV_BOOL:
    case JV_INT:
    case JV_BIGINT:
    case JV_FLOAT: return json_scalar(r, t, v);
    case JV_LIST:
    case JV_TUPLE:
    case JV_DICT:
        if (!run_enter(r))
            return false;
        ok = v.kind == JV_DICT ? json_dict(r, t, how, v.d) : json_list(r, t, how, v.l);
        run_leave(r);
        return ok;
    default: return run_fail(r, "Object of type %s is not JSON serializable", jv_type(v));
    }
}

bool print_html(struct jinja_run *r, struct jinja_text *t, const struct jv_str *s)
{
    static const char special[] = "&<>'\"";
    static const char *const entity[] = {"&amp;", "&lt;", "&gt;", "&#39;", "&#34;"};
    size_t plain = 0;
    for (size_t i = 0; i < s->len; i++) {
        const char *at = s->p[i] ? strchr(special, s->p[i]) : NULL;
        if (!at)
            continue;
        if (!text_put(r, t, s->p + plain, i - plain) || !text_putz(r, t, entity[at - special]))
            return false;
        plain = i + 1;
    }
    return text_put(r, t, s->p + plain, s->len - plain);
}
