/* Filters that take sequences apart, and how filters are found. */
#include "text/jinja_filter.h"

#include <string.h>

#include "text/jinja_ops.h"
#include "text/jinja_print.h"
#include "text/jinja_strings.h"

#define FILTER(name)                                                                               \
    static bool name(struct jinja_run *r, struct jv v, struct jv *arg, struct jv *out)

static const struct jinja_builtin *find(const char *name)
{
    static const struct jinja_builtin *const tables[] = {jinja_seq_filters, jinja_sort_filters,
                                                         jinja_text_filters, jinja_num_filters};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct jinja_builtin *f = tables[i]; f->name; f++)
            if (strcmp(f->name, name) == 0)
                return f;
    return NULL;
}

bool filter_exists(const char *name)
{
    return find(name) != NULL;
}

bool filter_is_known(const char *name)
{
    static const char *const others[] = {"pprint", "random",   "striptags",
                                         "urlize", "wordwrap", "xmlattr"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i], name) == 0)
            return true;
    return filter_exists(name);
}

bool filter_call(struct jinja_run *r, const char *name, struct jv v, const struct jinja_args *args,
                 struct jv *out)
{
    const struct jinja_builtin *f = find(name);
    if (!f)
        return run_unsupported(r, "filter '%s' is not supported", name);
    return builtin_call(r, f, v, args, out);
}

static bool is_digits(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] < '0' || p[i] > '9')
            return false;
    return n > 0 && n < 18;
}

bool filter_attribute(struct jinja_run *r, struct jv v, struct jv attribute, struct jv def,
                      struct jv *out)
{
    *out = v;
    if (attribute.kind == JV_ABSENT || attribute.kind == JV_NONE)
        return true;
    bool has_default = def.kind != JV_ABSENT && def.kind != JV_NONE;
    const char *p = "", *end = p + 1;
    if (attribute.kind == JV_STR) {
        p = attribute.s->p;
        end = p + attribute.s->len + 1; /* behind the dot that is not there */
    }
    while (p < end) {
        struct jv key = attribute;
        size_t n = 1;
        if (attribute.kind == JV_STR) {
            const char *dot = memchr(p, '.', (size_t)(end - p - 1));
            n = (size_t)((dot ? dot : end - 1) - p);
            if (!jv_str_view(r, p, n, &key))
                return false;
            if (is_digits(p, n)) {
                int64_t i = 0;
                for (size_t k = 0; k < n; k++)
                    i = i * 10 + (p[k] - '0');
                key = jv_int(i);
            }
            n++;
        }
        if (!op_item(r, *out, key, out))
            return false;
        if (has_default && out->kind == JV_UNDEFINED)
            *out = def;
        p += n;
    }
    return true;
}

FILTER(f_length)
{
    (void)arg;
    size_t n;
    if (!jv_length(r, v, &n))
        return false;
    *out = jv_int((int64_t)n);
    return true;
}

FILTER(f_default)
{
    (void)r;
    bool missing = v.kind == JV_UNDEFINED || (arg_bool(arg[1], false) && !jv_truth(v));
    *out = v;
    if (!missing)
        return true;
    *out = arg[0];
    return arg[0].kind != JV_ABSENT || jv_str_z(r, "", out);
}

FILTER(f_first)
{
    (void)arg;
    struct jv *items;
    size_t n;
    bool lazy = v.kind == JV_ITER;
    if (lazy && v.iter->at < v.iter->l->n) { /* leaves the rest to others */
        *out = v.iter->l->v[v.iter->at++];
        return true;
    }
    if (!jv_items(r, v, &items, &n))
        return false;
    *out = n ? items[0] : jv_undefined();
    return true;
}

FILTER(f_last)
{
    (void)arg;
    struct jv *items;
    size_t n;
    if (v.kind == JV_ITER)
        return run_fail(r, "'generator' object is not reversible");
    if (!jv_items(r, v, &items, &n))
        return false;
    *out = n ? items[n - 1] : jv_undefined();
    return true;
}

FILTER(f_list)
{
    (void)arg;
    struct jv *items;
    size_t n;
    return jv_items(r, v, &items, &n) && jv_seq(r, JV_LIST, items, n, out);
}

FILTER(f_join)
{
    struct jv *items, sep;
    size_t n;
    if (!jv_items(r, v, &items, &n))
        return false;
    if (arg[1].kind != JV_ABSENT && arg[1].kind != JV_NONE) {
        struct jv mapped;
        if (!jv_list_new(r, JV_LIST, n, &mapped))
            return false;
        for (size_t i = 0; i < n; i++)
            if (!filter_attribute(r, items[i], arg[1], jv_none(), &mapped.l->v[i]))
                return false;
        items = mapped.l->v;
    }
    if (arg[0].kind == JV_ABSENT ? !jv_str_z(r, "", &sep) : !print_to_str(r, arg[0], &sep))
        return false;
    return str_join(r, sep.s, items, n, out);
}

FILTER(f_items)
{
    (void)arg;
    if (v.kind == JV_UNDEFINED)
        return jv_iter_of(r, NULL, 0, out);
    if (v.kind != JV_DICT)
        return run_fail(r, "can only get item pairs from a mapping, not %s", jv_type(v));
    struct jv_view w = {v.d, JV_ITEMS};
    struct jv view = {.kind = JV_VIEW, .view = &w}, *items;
    size_t n;
    return jv_items(r, view, &items, &n) && jv_iter_of(r, items, n, out);
}

FILTER(f_reverse)
{
    (void)arg;
    struct jv *items, list;
    size_t n;
    if (v.kind == JV_STR) {
        struct jv part[3] = {{.kind = JV_ABSENT}, {.kind = JV_ABSENT}, jv_int(-1)};
        return op_slice(r, v, part, out);
    }
    if (!jv_items(r, v, &items, &n) || !jv_list_new(r, JV_LIST, n, &list))
        return false;
    for (size_t i = 0; i < n; i++)
        list.l->v[i] = items[n - 1 - i];
    if (v.kind != JV_ITER)
        return jv_iter_of(r, list.l->v, n, out);
    *out = list;
    return true;
}

/* The first argument as a name of a filter or test. */
static bool name_arg(struct jinja_run *r, const struct jinja_args *args, size_t at, char **name)
{
    const struct jv_str *s;
    if (!arg_str(r, args->pos[at], NULL, &s))
        return false;
    *name = arena_strndup(&r->arena, s->p, s->len);
    return *name ? true : run_memory(r);
}

static bool map_attribute(struct jinja_run *r, const struct jinja_args *args, struct jv *items,
                          size_t n, struct jv_list *out)
{
    struct jv attribute = jv_none(), def = jv_none();
    for (size_t k = 0; k < args->n_kw; k++) {
        if (strcmp(args->kw[k].name, "attribute") == 0)
            attribute = args->kw[k].v;
        else if (strcmp(args->kw[k].name, "default") == 0)
            def = args->kw[k].v;
        else
            return run_fail(r, "Unexpected keyword argument '%s'", args->kw[k].name);
    }
    if (attribute.kind == JV_NONE)
        return run_fail(r, "map requires a filter argument");
    for (size_t i = 0; i < n; i++)
        if (!run_charge(r, 1) || !filter_attribute(r, items[i], attribute, def, &out->v[i]))
            return false;
    return true;
}

static bool f_map(struct jinja_run *r, struct jv v, const struct jinja_args *args, struct jv *out)
{
    struct jv *items, list;
    char *name;
    size_t n;
    if (!jv_truth(v))
        return jv_iter_of(r, NULL, 0, out);
    if (!jv_items(r, v, &items, &n) || !jv_list_new(r, JV_LIST, n, &list))
        return false;
    if (args->n_pos == 0) {
        if (!map_attribute(r, args, items, n, list.l))
            return false;
    } else {
        struct jinja_args rest = {args->pos + 1, args->n_pos - 1, args->kw, args->n_kw};
        if (!name_arg(r, args, 0, &name))
            return false;
        for (size_t i = 0; i < n; i++)
            if (!run_charge(r, 1) || !filter_call(r, name, items[i], &rest, &list.l->v[i]))
                return false;
    }
    return jv_iter_of(r, list.l->v, n, out);
}

static bool keep(struct jinja_run *r, struct jv v, const struct jinja_args *args, bool attr,
                 bool want, struct jv *out)
{
    struct jv *items, attribute = jv_none();
    struct jv_vec kept = {0};
    size_t n, off = attr;
    char *name = NULL;
    struct jinja_args rest = {0};
    if (!jv_truth(v))
        return jv_iter_of(r, NULL, 0, out);
    if (args->n_pos < off)
        return run_fail(r, "Missing parameter for attribute name");
    if (attr)
        attribute = args->pos[0];
    if (args->n_pos > off) {
        if (!name_arg(r, args, off, &name))
            return false;
        rest =
            (struct jinja_args){args->pos + off + 1, args->n_pos - off - 1, args->kw, args->n_kw};
    }
    if (!jv_items(r, v, &items, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct jv x;
        bool yes;
        if (!run_charge(r, 1) || !filter_attribute(r, items[i], attribute, jv_none(), &x))
            return false;
        if (!name)
            yes = jv_truth(x);
        else if (!test_call(r, name, x, &rest, &yes))
            return false;
        if (yes == want && !jv_vec_push(r, &kept, items[i]))
            return false;
    }
    return jv_iter_of(r, kept.v, kept.n, out);
}

static bool f_select(struct jinja_run *r, struct jv v, const struct jinja_args *args,
                     struct jv *out)
{
    return keep(r, v, args, false, true, out);
}

static bool f_reject(struct jinja_run *r, struct jv v, const struct jinja_args *args,
                     struct jv *out)
{
    return keep(r, v, args, false, false, out);
}

static bool f_selectattr(struct jinja_run *r, struct jv v, const struct jinja_args *args,
                         struct jv *out)
{
    return keep(r, v, args, true, true, out);
}

static bool f_rejectattr(struct jinja_run *r, struct jv v, const struct jinja_args *args,
                         struct jv *out)
{
    return keep(r, v, args, true, false, out);
}

/* The elements [from, to) of ITEMS as a list, with FILL appended when it is given and FILLED
 * exceeds their number. */
static bool chunk(struct jinja_run *r, struct jv *items, size_t from, size_t to, size_t filled,
                  struct jv fill, struct jv_vec *out)
{
    struct jv list;
    size_t n = to - from,
           all = fill.kind == JV_ABSENT || fill.kind == JV_NONE || filled < n ? n : filled;
    if (all > r->lim.memory_bytes / sizeof(struct jv))
        return run_memory(r);
    if (!jv_list_new(r, JV_LIST, all, &list))
        return false;
    for (size_t i = 0; i < all; i++)
        list.l->v[i] = i < n ? items[from + i] : fill;
    return jv_vec_push(r, out, list);
}

FILTER(f_batch)
{
    struct jv *items;
    struct jv_vec rows = {0};
    size_t n;
    int64_t width;
    if (!jv_items(r, v, &items, &n) || !arg_int(r, arg[0], 0, &width))
        return false;
    if (width <= 0) /* no row is ever full */
        width = n ? (int64_t)n : 1;
    for (size_t i = 0; i < n; i += (size_t)width) {
        size_t to = n - i < (size_t)width ? n : i + (size_t)width;
        if (!chunk(r, items, i, to, (size_t)width, arg[1], &rows))
            return false;
    }
    return jv_iter_of(r, rows.v, rows.n, out);
}

FILTER(f_slice)
{
    struct jv *items;
    struct jv_vec rows = {0};
    size_t n, at = 0;
    int64_t k;
    if (!jv_items(r, v, &items, &n) || !arg_int(r, arg[0], 0, &k))
        return false;
    if (k == 0)
        return run_fail(r, "integer division or modulo by zero");
    for (int64_t i = 0; i < k; i++) {
        size_t extra = i < (int64_t)(n % (size_t)k), to = at + n / (size_t)k + extra;
        if (!run_charge(r, 64) || !chunk(r, items, at, to, to - at + !extra, arg[1], &rows))
            return false;
        at = to;
    }
    return jv_iter_of(r, rows.v, rows.n, out);
}

FILTER(f_attr)
{
    const struct jv_str *name;
    if (!arg_str(r, arg[0], NULL, &name))
        return false;
    if (v.kind == JV_UNDEFINED)
        return run_undefined(r, v);
    if (v.kind == JV_DICT && jv_dict_find_str(v.d, name->p, name->len)) {
        *out = jv_undefined(); /* attr never falls back to items */
        return true;
    }
    char *z = arena_strndup(&r->arena, name->p, name->len);
    return z ? op_attr(r, v, z, name->len, out) : run_memory(r);
}

FILTER(f_sum)
{
    struct jv *items;
    size_t n;
    if (!jv_items(r, v, &items, &n))
        return false;
    *out = arg[1].kind == JV_ABSENT ? jv_int(0) : arg[1];
    if (out->kind == JV_STR)
        return run_fail(r, "sum() can't sum strings");
    for (size_t i = 0; i < n; i++) {
        struct jv x;
        if (!run_charge(r, 1) || !filter_attribute(r, items[i], arg[0], jv_none(), &x) ||
            !op_binary(r, OP_ADD, *out, x, out))
            return false;
    }
    return true;
}

const struct jinja_builtin jinja_seq_filters[] = {
    {"length", "", 0, f_length, NULL},
    {"count", "", 0, f_length, NULL},
    {"default", "default_value boolean", 0, f_default, NULL},
    {"d", "default_value boolean", 0, f_default, NULL},
    {"first", "", 0, f_first, NULL},
    {"last", "", 0, f_last, NULL},
    {"list", "", 0, f_list, NULL},
    {"join", "d attribute", 0, f_join, NULL},
    {"items", "", 0, f_items, NULL},
    {"reverse", "", 0, f_reverse, NULL},
    {"map", NULL, 0, NULL, f_map},
    {"select", NULL, 0, NULL, f_select},
    {"reject", NULL, 0, NULL, f_reject},
    {"selectattr", NULL, 0, NULL, f_selectattr},
    {"rejectattr", NULL, 0, NULL, f_rejectattr},
    {"batch", "linecount fill_with", 1, f_batch, NULL},
    {"slice", "slices fill_with", 1, f_slice, NULL},
    {"attr", "name", 1, f_attr, NULL},
    {"sum", "attribute start", 0, f_sum, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
