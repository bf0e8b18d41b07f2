/* Filters that make text. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "text/jinja_case.h"
#include "text/jinja_filter.h"
#include "text/jinja_format.h"
#include "text/jinja_ops.h"
#include "text/jinja_print.h"
#include "text/jinja_strings.h"

#define FILTER(name)                                                                               \
    static bool name(struct jinja_run *r, struct jv v, struct jv *arg, struct jv *out)

static bool converted(struct jinja_run *r, struct jv v, enum jinja_case how, struct jv *out)
{
    struct jv s;
    if (!print_to_str(r, v, &s) || !case_convert(r, s.s, how, out))
        return false;
    out->safe = s.safe;
    return true;
}

FILTER(f_upper)
{
    (void)arg;
    return converted(r, v, CASE_UPPER, out);
}
FILTER(f_lower)
{
    (void)arg;
    return converted(r, v, CASE_LOWER, out);
}
FILTER(f_capitalize)
{
    (void)arg;
    return converted(r, v, CASE_CAPITALIZE, out);
}
FILTER(f_title)
{
    (void)arg;
    return converted(r, v, CASE_WORDS, out);
}

FILTER(f_string)
{
    (void)arg;
    return print_to_str(r, v, out);
}

FILTER(f_trim)
{
    struct jv s;
    const struct jv_str *chars = NULL;
    if (arg[0].kind != JV_NONE && !arg_str(r, arg[0], NULL, &chars))
        return false;
    if (!print_to_str(r, v, &s) || !str_strip(r, s.s, chars, true, true, out))
        return false;
    out->safe = s.safe;
    return true;
}

FILTER(f_replace)
{
    struct jv s, old, new_;
    int64_t count = -1;
    if (arg[2].kind != JV_NONE && !arg_int(r, arg[2], -1, &count))
        return false;
    return print_to_str(r, v, &s) && print_to_str(r, arg[0], &old) &&
           print_to_str(r, arg[1], &new_) && str_replace(r, s.s, old.s, new_.s, count, out);
}

FILTER(f_indent)
{
    struct jv width = arg[0], lines;
    struct jv_str newline = {"\n", 1, 1, NULL}, blank = {" ", 1, 1, NULL};
    struct jinja_text t = {0};
    int64_t n;
    if (v.kind == JV_UNDEFINED)
        return run_undefined(r, v);
    if (v.kind != JV_STR)
        return run_fail(r, "indent works on strings, not on '%s'", jv_type(v));
    if (width.kind != JV_STR && (!arg_int(r, width, 4, &n) || !op_repeat(r, &blank, n, &width)))
        return false;
    bool first = arg_bool(arg[1], false), blanks = arg_bool(arg[2], false);
    struct jv text;
    if (!jv_str_cat(r, v.s, &newline, &text) || !str_lines(r, text.s, false, &lines))
        return false;
    for (size_t i = 0; i < lines.l->n; i++) {
        const struct jv_str *line = lines.l->v[i].s;
        bool in = i == 0 ? first : blanks || line->len;
        if ((i && !text_putz(r, &t, "\n")) || (in && !text_put(r, &t, width.s->p, width.s->len)) ||
            !text_put(r, &t, line->p, line->len))
            return false;
    }
    if (!text_value(r, &t, out))
        return false;
    out->safe = v.safe;
    return true;
}

FILTER(f_truncate)
{
    int64_t length, leeway;
    const struct jv_str *end;
    size_t n;
    if (!jv_length(r, v, &n) || !arg_int(r, arg[0], 255, &length) ||
        !arg_str(r, arg[2], "...", &end) ||
        !arg_int(r, arg[3].kind == JV_NONE ? (struct jv){.kind = JV_ABSENT} : arg[3], 5, &leeway))
        return false;
    if (length < (int64_t)end->chars || leeway < 0)
        return run_fail(r, "truncate expects length >= %zu and leeway >= 0", end->chars);
    *out = v;
    if ((int64_t)n - leeway <= length)
        return true;
    if (v.kind != JV_STR)
        return run_fail(r, "truncate works on strings, not on '%s'", jv_type(v));
    size_t cut = jv_str_at(v.s, (size_t)length - end->chars);
    if (!arg_bool(arg[1], false)) {
        size_t space = cut;
        while (space > 0 && v.s->p[space - 1] != ' ')
            space--;
        cut = space ? space - 1 : cut;
    }
    struct jv head;
    return jv_str_view(r, v.s->p, cut, &head) && jv_str_cat(r, head.s, end, out);
}

FILTER(f_center)
{
    struct jv s, method;
    bool found;
    struct jinja_args args = {arg[0].kind == JV_ABSENT ? NULL : arg, arg[0].kind != JV_ABSENT, NULL,
                              0};
    struct jv width = jv_int(80);
    if (args.n_pos == 0)
        args = (struct jinja_args){&width, 1, NULL, 0};
    return print_to_str(r, v, &s) && method_find(r, s, "center", &method, &found) && found &&
           call_value(r, method, &args, out);
}

FILTER(f_wordcount)
{
    (void)arg;
    struct jv s;
    int64_t n = 0;
    bool in = false;
    unsigned len;
    if (!print_to_str(r, v, &s) || !run_charge(r, s.s->len))
        return false;
    for (size_t i = 0; i < s.s->len; i += len) {
        bool word = case_is_word(utf8_next((const uint8_t *)s.s->p + i, s.s->len - i, &len));
        n += word && !in;
        in = word;
    }
    *out = jv_int(n);
    return true;
}

static bool f_format(struct jinja_run *r, struct jv v, const struct jinja_args *args,
                     struct jv *out)
{
    struct jv fmt, values;
    if (args->n_pos && args->n_kw)
        return run_fail(r, "can't handle positional and keyword arguments at the same time");
    if (!print_to_str(r, v, &fmt))
        return false;
    if (!args->n_kw)
        return jv_seq(r, JV_TUPLE, args->pos, args->n_pos, &values) &&
               format_percent(r, fmt, values, out);
    if (!jv_dict_new(r, JV_DICT, &values))
        return false;
    for (size_t i = 0; i < args->n_kw; i++) {
        struct jv name;
        if (!jv_str_z(r, args->kw[i].name, &name) || !jv_dict_put(r, values.d, name, args->kw[i].v))
            return false;
    }
    return format_percent(r, fmt, values, out);
}

static bool json_indent(struct jinja_run *r, struct jv arg, struct jv *out)
{
    struct jv_str blank = {" ", 1, 1, NULL};
    *out = (struct jv){.kind = JV_ABSENT};
    if (arg.kind == JV_ABSENT || arg.kind == JV_NONE)
        return true;
    if (arg.kind == JV_STR) {
        *out = arg;
        return true;
    }
    int64_t n;
    return arg_int(r, arg, 0, &n) && op_repeat(r, &blank, n, out);
}

FILTER(f_tojson)
{
    struct print_json how = {.ensure_ascii = arg_bool(arg[0], false),
                             .sort_keys = arg_bool(arg[3], false)};
    struct jinja_text t = {0};
    struct jv *sep;
    size_t n;
    if (!json_indent(r, arg[1], &how.indent))
        return false;
    if (arg[2].kind == JV_ABSENT || arg[2].kind == JV_NONE) {
        if (!jv_str_z(r, how.indent.kind == JV_ABSENT ? ", " : ",", &how.item_sep) ||
            !jv_str_z(r, ": ", &how.key_sep))
            return false;
    } else {
        if (!jv_items(r, arg[2], &sep, &n))
            return false;
        if (n != 2 || sep[0].kind != JV_STR || sep[1].kind != JV_STR)
            return run_fail(r, "tojson: separators must be two strings");
        how.item_sep = sep[0];
        how.key_sep = sep[1];
    }
    return print_json(r, &t, &how, v) && text_value(r, &t, out);
}

static bool escaped(struct jinja_run *r, struct jv v, bool force, struct jv *out)
{
    struct jv s;
    struct jinja_text t = {0};
    if (!print_to_str(r, v, &s))
        return false;
    *out = s;
    if (!s.safe || force)
        if (!print_html(r, &t, s.s) || !text_value(r, &t, out))
            return false;
    out->safe = true;
    return true;
}

FILTER(f_escape)
{
    (void)arg;
    return escaped(r, v, false, out);
}
FILTER(f_forceescape)
{
    (void)arg;
    return escaped(r, v, true, out);
}
FILTER(f_safe)
{
    (void)arg;
    if (!print_to_str(r, v, out))
        return false;
    out->safe = true;
    return true;
}

static bool put_quoted(struct jinja_run *r, struct jinja_text *t, struct jv v, bool query)
{
    static const char hex[] = "0123456789ABCDEF";
    struct jv s;
    if (!print_to_str(r, v, &s))
        return false;
    for (size_t i = 0; i < s.s->len; i++) {
        unsigned char c = (unsigned char)s.s->p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     (c && strchr("_.-~", c)) || (c == '/' && !query);
        char text[3] = {'%', hex[c >> 4], hex[c & 15]};
        if (query && c == ' ')
            text[0] = '+';
        if (!text_put(r, t, plain ? (const char *)&c : text, plain || (query && c == ' ') ? 1 : 3))
            return false;
    }
    return true;
}

FILTER(f_urlencode)
{
    (void)arg;
    struct jinja_text t = {0};
    struct jv *items;
    size_t n;
    bool pairs = v.kind == JV_DICT || v.kind == JV_LIST || v.kind == JV_TUPLE || v.kind == JV_ITER;
    if (!pairs)
        return put_quoted(r, &t, v, false) && text_value(r, &t, out);
    struct jv_view w = {v.d, JV_ITEMS};
    struct jv view = {.kind = JV_VIEW, .view = &w};
    if (!jv_items(r, v.kind == JV_DICT ? view : v, &items, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (items[i].kind != JV_TUPLE || items[i].l->n != 2)
            return run_fail(r, "urlencode wants a string, a mapping or pairs");
        if ((i && !text_putz(r, &t, "&")) || !put_quoted(r, &t, items[i].l->v[0], true) ||
            !text_putz(r, &t, "=") || !put_quoted(r, &t, items[i].l->v[1], true))
            return false;
    }
    return text_value(r, &t, out);
}

const struct jinja_builtin jinja_text_filters[] = {
    {"upper", "", 0, f_upper, NULL},
    {"lower", "", 0, f_lower, NULL},
    {"capitalize", "", 0, f_capitalize, NULL},
    {"title", "", 0, f_title, NULL},
    {"string", "", 0, f_string, NULL},
    {"trim", "chars", 0, f_trim, NULL},
    {"replace", "old new count", 2, f_replace, NULL},
    {"indent", "width first blank", 0, f_indent, NULL},
    {"truncate", "length killwords end leeway", 0, f_truncate, NULL},
    {"center", "width", 0, f_center, NULL},
    {"wordcount", "", 0, f_wordcount, NULL},
    {"format", NULL, 0, NULL, f_format},
    {"tojson", "ensure_ascii indent separators sort_keys", 0, f_tojson, NULL},
    {"escape", "", 0, f_escape, NULL},
    {"e", "", 0, f_escape, NULL},
    {"forceescape", "", 0, f_forceescape, NULL},
    {"safe", "", 0, f_safe, NULL},
    {"urlencode", "", 0, f_urlencode, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
