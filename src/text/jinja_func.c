/* Global functions, and the attributes of loops and macros. */
#include <string.h>

#include "text/jinja_eval.h"
#include "text/jinja_method.h"
#include "text/jinja_print.h"

const char *const jinja_func_names[FUNC_COUNT] = {
    "range", "dict", "namespace", "raise_exception", "strftime_now", "cycler", "joiner", "lipsum",
};

static bool func_range(struct jinja_run *r, const struct jinja_args *args, struct jv *out)
{
    struct jv slot[JINJA_SLOTS];
    int64_t v[3];
    if (args->n_kw)
        return run_fail(r, "range() takes no keyword arguments");
    if (!args_bind(r, "range", args, "start stop step", 1, slot))
        return false;
    for (size_t i = 0; i < 3; i++)
        if (!arg_int(r, slot[i], i == 2, &v[i]))
            return false;
    if (slot[1].kind == JV_ABSENT) {
        v[1] = v[0];
        v[0] = 0;
    }
    if (v[2] == 0)
        return run_fail(r, "range() arg 3 must not be zero");
    uint64_t span = v[2] > 0 ? (uint64_t)v[1] - (uint64_t)v[0] : (uint64_t)v[0] - (uint64_t)v[1];
    uint64_t width = v[2] > 0 ? (uint64_t)v[2] : -(uint64_t)v[2];
    bool empty = v[2] > 0 ? v[1] <= v[0] : v[0] <= v[1];
    uint64_t n = empty ? 0 : (span - 1) / width + 1;
    if (n > JINJA_RANGE_MAX)
        return run_limit(r, "Range too big: a template may count to 100000");
    struct jv_range *g = ARENA_NEW(&r->arena, struct jv_range);
    if (!g)
        return run_memory(r);
    *g = (struct jv_range){v[0], v[1], v[2], (size_t)n};
    *out = (struct jv){.kind = JV_RANGE, .range = g};
    return true;
}

/* dict and namespace: an optional mapping or sequence of pairs, then keywords. */
static bool func_dict(struct jinja_run *r, enum jv_kind kind, const struct jinja_args *args,
                      struct jv *out)
{
    struct jv *items, key;
    size_t n;
    if (args->n_pos > 1)
        return run_fail(r, "dict expected at most 1 argument, got %zu", args->n_pos);
    if (!jv_dict_new(r, kind, out))
        return false;
    if (args->n_pos && args->pos[0].kind == JV_DICT) {
        const struct jv_dict *from = args->pos[0].d;
        for (size_t i = 0; i < from->n; i++)
            if (!jv_dict_put(r, out->d, from->e[i].k, from->e[i].v))
                return false;
    } else if (args->n_pos) {
        if (!jv_items(r, args->pos[0], &items, &n))
            return false;
        for (size_t i = 0; i < n; i++) {
            struct jv *pair;
            size_t len;
            if (!jv_items(r, items[i], &pair, &len))
                return false;
            if (len != 2)
                return run_fail(
                    r, "dictionary update sequence element #%zu has length %zu; 2 is required", i,
                    len);
            if (!jv_dict_put(r, out->d, pair[0], pair[1]))
                return false;
        }
    }
    for (size_t i = 0; i < args->n_kw; i++)
        if (!jv_str_z(r, args->kw[i].name, &key) || !jv_dict_put(r, out->d, key, args->kw[i].v))
            return false;
    return true;
}

static bool func_raise(struct jinja_run *r, const struct jinja_args *args)
{
    struct jv slot[JINJA_SLOTS], s;
    if (!args_bind(r, "raise_exception", args, "message", 1, slot) || !print_to_str(r, slot[0], &s))
        return false;
    run_fail(r, "%.*s", (int)(s.s->len < sizeof r->what ? s.s->len : sizeof r->what), s.s->p);
    r->err_code = TAKT_ERR_USAGE;
    return false;
}

static bool func_strftime(struct jinja_run *r, const struct jinja_args *args, struct jv *out)
{
    struct jv slot[JINJA_SLOTS];
    struct jinja_text t = {0};
    const struct jv_str *format;
    return args_bind(r, "strftime_now", args, "format", 1, slot) &&
           arg_str(r, slot[0], NULL, &format) && time_format(r, &t, r->now_s, format) &&
           text_value(r, &t, out);
}

static bool func_object(struct jinja_run *r, enum jinja_func f, const struct jinja_args *args,
                        struct jv *out)
{
    struct jv slot[JINJA_SLOTS], items;
    struct jv_object *o = ARENA_NEW(&r->arena, struct jv_object);
    if (!o)
        return run_memory(r);
    *out = (struct jv){.kind = JV_OBJECT, .object = o};
    if (f == FUNC_CYCLER) {
        if (args->n_pos == 0 || args->n_kw)
            return run_fail(r, "at least one item has to be provided");
        if (!jv_seq(r, JV_LIST, args->pos, args->n_pos, &items))
            return false;
        o->what = JV_CYCLER;
        o->items = items.l;
        return true;
    }
    if (!args_bind(r, "joiner", args, "sep", 0, slot))
        return false;
    o->what = JV_JOINER;
    o->sep = slot[0];
    return slot[0].kind != JV_ABSENT || jv_str_z(r, ", ", &o->sep);
}

bool func_call(struct jinja_run *r, enum jinja_func f, const struct jinja_args *args,
               struct jv *out)
{
    switch (f) {
    case FUNC_RANGE: return func_range(r, args, out);
    case FUNC_DICT: return func_dict(r, JV_DICT, args, out);
    case FUNC_NAMESPACE: return func_dict(r, JV_NAMESPACE, args, out);
    case FUNC_RAISE_EXCEPTION: return func_raise(r, args);
    case FUNC_STRFTIME_NOW: return func_strftime(r, args, out);
    case FUNC_CYCLER:
    case FUNC_JOINER: return func_object(r, f, args, out);
    default: return run_unsupported(r, "function '%s' is not supported", jinja_func_names[f]);
    }
}

/* The number of turns: fetches all items ahead where a filter decides. */
static bool loop_length(struct jinja_run *r, struct jinja_loop *l)
{
    struct jv_vec rest = {0};
    struct jv v;
    if (l->length >= 0)
        return true;
    for (;;) {
        if (!loop_fetch(r, l, &v))
            return false;
        if (v.kind == JV_ABSENT)
            break;
        if (!jv_vec_push(r, &rest, v))
            return false;
    }
    l->items = rest.v;
    l->n = rest.n;
    l->at = 0;
    l->filtered = true;
    l->length = (int64_t)rest.n + l->index0 + 1 + (l->after.kind != JV_ABSENT);
    return true;
}

static bool loop_peek(struct jinja_run *r, struct jinja_loop *l)
{
    return l->after.kind != JV_ABSENT || loop_fetch(r, l, &l->after);
}

bool loop_attr(struct jinja_run *r, struct jv loop, const char *name, struct jv *out, bool *found)
{
    static const char *const names[] = {"index0", "index",    "first",     "depth0",
                                        "depth",  "length",   "revindex0", "revindex",
                                        "last",   "nextitem", "previtem"};
    struct jinja_loop *l = loop.loop;
    size_t i = 0, n = sizeof names / sizeof *names;
    while (i < n && strcmp(names[i], name) != 0)
        i++;
    *found = false;
    if (i == n)
        return true;
    if ((i >= 5 && i <= 7 && !loop_length(r, l)) || (i >= 8 && i <= 9 && !loop_peek(r, l)))
        return false;
    *found = true;
    switch (i) {
    case 0: *out = jv_int(l->index0); break;
    case 1: *out = jv_int(l->index0 + 1); break;
    case 2: *out = jv_bool(l->index0 == 0); break;
    case 3: *out = jv_int(l->depth0); break;
    case 4: *out = jv_int(l->depth0 + 1); break;
    case 5: *out = jv_int(l->length); break;
    case 6: *out = jv_int(l->length - l->index0 - 1); break;
    case 7: *out = jv_int(l->length - l->index0); break;
    case 8: *out = jv_bool(l->after.kind == JV_ABSENT); break;
    case 9: *out = l->after.kind == JV_ABSENT ? jv_undefined() : l->after; break;
    default: *out = l->index0 <= 0 ? jv_undefined() : l->before; break;
    }
    return true;
}

bool loop_method(struct jinja_run *r, struct jinja_loop *l, const char *name,
                 const struct jinja_args *args, struct jv *out)
{
    struct jv now;
    bool eq = false;
    if (args->n_kw)
        return run_fail(r, "loop.%s() takes no keyword arguments", name);
    if (strcmp(name, "cycle") == 0) {
        if (args->n_pos == 0)
            return run_fail(r, "no items for cycling given");
        *out = args->pos[(size_t)l->index0 % args->n_pos];
        return true;
    }
    if (!jv_seq(r, JV_TUPLE, args->pos, args->n_pos, &now) ||
        (l->changed.kind != JV_ABSENT && !jv_equal(r, l->changed, now, &eq)))
        return false;
    l->changed = now;
    *out = jv_bool(!eq);
    return true;
}

bool macro_attr(struct jinja_run *r, struct jv macro, const char *name, struct jv *out, bool *found)
{
    static const char *const flags[] = {"caller", "catch_kwargs", "catch_varargs"};
    const struct jinja_node *n = macro.macro->node;
    *found = true;
    if (strcmp(name, "name") == 0) {
        *out = jv_none();
        return n->kind == NODE_CALL_BLOCK || jv_str_z(r, n->name->p, out);
    }
    if (strcmp(name, "arguments") == 0) {
        if (!jv_list_new(r, JV_TUPLE, n->n_params, out))
            return false;
        for (size_t i = 0; i < n->n_params; i++)
            if (!jv_str_z(r, n->params[i]->p, &out->l->v[i]))
                return false;
        return true;
    }
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(name, flags[i]) == 0) {
            *out = jv_bool(n->op >> i & 1);
            return true;
        }
    }
    *found = false;
    return true;
}
