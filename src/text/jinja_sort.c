/* Filters that order: sort, dictsort, unique, groupby, min, max. */
#include <string.h>

#include "text/jinja_case.h"
#include "text/jinja_filter.h"

#define FILTER(name)                                                                               \
    static bool name(struct jinja_run *r, struct jv v, struct jv *arg, struct jv *out)

struct keyed {
    struct jv key, v;
};

/* A stable merge sort; with REVERSE equal elements keep their order too. */
static bool merge_sort(struct jinja_run *r, struct keyed *a, size_t n, bool reverse)
{
    struct keyed *from = a, *to = ARENA_ARRAY(&r->arena, struct keyed, n);
    if (!to)
        return run_memory(r);
    for (size_t w = 1; w < n; w *= 2) {
        for (size_t lo = 0; lo < n; lo += 2 * w) {
            size_t mid = n - lo < w ? n : lo + w, hi = n - mid < w ? n : mid + w;
            for (size_t i = lo, j = mid, k = lo; k < hi; k++) {
                bool right = i >= mid;
                if (i < mid && j < hi) {
                    int c;
                    struct jv x = reverse ? from[i].key : from[j].key;
                    struct jv y = reverse ? from[j].key : from[i].key;
                    if (!run_charge(r, 1) || !jv_order(r, x, y, &c))
                        return false;
                    right = c == -1;
                }
                to[k] = right ? from[j++] : from[i++];
            }
        }
        struct keyed *swap = from;
        from = to;
        to = swap;
    }
    if (from != a && n)
        memcpy(a, from, n * sizeof *a);
    return true;
}

/* The key of V under ATTRIBUTE: ignoring case unless CASE_SENSITIVE. */
static bool key_of(struct jinja_run *r, struct jv v, struct jv attribute, struct jv def,
                   bool case_sensitive, struct jv *key)
{
    if (!filter_attribute(r, v, attribute, def, key))
        return false;
    return case_sensitive || case_compare_form(r, *key, key);
}

/* Like key_of for "a,b": a list of keys, also when there is one: lists of equal elements have an
 * order even where their elements have none. */
static bool multi_key(struct jinja_run *r, struct jv v, struct jv attribute, bool case_sensitive,
                      struct jv *key)
{
    struct jv_vec keys = {0};
    bool text = attribute.kind == JV_STR;
    const char *p = text ? attribute.s->p : "", *end = text ? p + attribute.s->len : p;
    for (;;) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const char *stop = comma ? comma : end;
        struct jv part = attribute, k;
        if ((text && !jv_str_view(r, p, (size_t)(stop - p), &part)) ||
            !key_of(r, v, part, jv_none(), case_sensitive, &k) || !jv_vec_push(r, &keys, k))
            return false;
        if (!comma)
            return jv_seq(r, JV_LIST, keys.v, keys.n, key);
        p = comma + 1;
    }
}

static bool sorted(struct jinja_run *r, struct keyed *k, size_t n, bool reverse, struct jv *out)
{
    if (!merge_sort(r, k, n, reverse) || !jv_list_new(r, JV_LIST, n, out))
        return false;
    for (size_t i = 0; i < n; i++)
        out->l->v[i] = k[i].v;
    return true;
}

FILTER(f_sort)
{
    struct jv *items;
    size_t n;
    if (!jv_items(r, v, &items, &n))
        return false;
    struct keyed *k = ARENA_ARRAY(&r->arena, struct keyed, n);
    if (!k)
        return run_memory(r);
    for (size_t i = 0; i < n; i++) {
        k[i].v = items[i];
        if (!multi_key(r, items[i], arg[2], arg_bool(arg[1], false), &k[i].key))
            return false;
    }
    return sorted(r, k, n, arg_bool(arg[0], false), out);
}

FILTER(f_dictsort)
{
    const struct jv_str *by;
    if (v.kind == JV_UNDEFINED)
        return run_undefined(r, v);
    if (v.kind != JV_DICT)
        return run_fail(r, "'%s' object has no attribute 'items'", jv_type(v));
    if (!arg_str(r, arg[1], "key", &by))
        return false;
    if (!jv_str_is(by, "key") && !jv_str_is(by, "value"))
        return run_fail(r, "You can only sort by either \"key\" or \"value\"");
    struct keyed *k = ARENA_ARRAY(&r->arena, struct keyed, v.d->n);
    if (!k)
        return run_memory(r);
    for (size_t i = 0; i < v.d->n; i++) {
        struct jv_pair *p = &v.d->e[i];
        k[i].key = jv_str_is(by, "key") ? p->k : p->v;
        if (!arg_bool(arg[0], false) && !case_compare_form(r, k[i].key, &k[i].key))
            return false;
        if (!jv_pair_new(r, p->k, p->v, &k[i].v))
            return false;
    }
    return sorted(r, k, v.d->n, arg_bool(arg[2], false), out);
}

FILTER(f_unique)
{
    struct jv *items, seen;
    struct jv_vec kept = {0};
    size_t n;
    if (!jv_items(r, v, &items, &n) || !jv_dict_new(r, JV_DICT, &seen))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct jv key;
        struct jv_pair *p;
        if (!key_of(r, items[i], arg[1], jv_none(), arg_bool(arg[0], false), &key) ||
            !jv_dict_find(r, seen.d, key, &p))
            return false;
        if (p)
            continue;
        if (!jv_dict_put(r, seen.d, key, jv_none()) || !jv_vec_push(r, &kept, items[i]))
            return false;
    }
    return jv_iter_of(r, kept.v, kept.n, out);
}

FILTER(f_groupby)
{
    struct jv *items;
    struct jv_vec groups = {0};
    size_t n;
    bool cased = arg_bool(arg[2], false);
    if (!jv_items(r, v, &items, &n))
        return false;
    struct keyed *k = ARENA_ARRAY(&r->arena, struct keyed, n);
    if (!k)
        return run_memory(r);
    for (size_t i = 0; i < n; i++) {
        k[i].v = items[i];
        if (!key_of(r, items[i], arg[0], arg[1], cased, &k[i].key))
            return false;
    }
    if (!merge_sort(r, k, n, false))
        return false;
    for (size_t i = 0, j; i < n; i = j) {
        struct jv_vec members = {0};
        struct jv group, list, name;
        bool same = true;
        for (j = i; j < n && same; j += same) {
            if (!jv_equal(r, k[i].key, k[j].key, &same) ||
                (same && !jv_vec_push(r, &members, k[j].v)))
                return false;
        }
        if (members.n == 0) { /* a key that does not equal itself */
            j = i + 1;
            if (!jv_vec_push(r, &members, k[i].v))
                return false;
        }
        if (!key_of(r, members.v[0], arg[0], arg[1], true, &name) ||
            !jv_seq(r, JV_LIST, members.v, members.n, &list) || !jv_pair_new(r, name, list, &group))
            return false;
        group.l->group = true;
        if (!jv_vec_push(r, &groups, group))
            return false;
    }
    return jv_seq(r, JV_LIST, groups.v, groups.n, out);
}

static bool extreme(struct jinja_run *r, struct jv v, struct jv *arg, int sign, struct jv *out)
{
    struct jv *items, best;
    size_t n;
    *out = jv_undefined();
    if (!jv_items(r, v, &items, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct jv key;
        int c = sign;
        if (!key_of(r, items[i], arg[1], jv_none(), arg_bool(arg[0], false), &key) ||
            (i && !jv_order(r, key, best, &c)))
            return false;
        if (c == sign) {
            best = key;
            *out = items[i];
        }
    }
    return true;
}

FILTER(f_min)
{
    return extreme(r, v, arg, -1, out);
}

FILTER(f_max)
{
    return extreme(r, v, arg, 1, out);
}

const struct jinja_builtin jinja_sort_filters[] = {
    {"sort", "reverse case_sensitive attribute", 0, f_sort, NULL},
    {"dictsort", "case_sensitive by reverse", 0, f_dictsort, NULL},
    {"unique", "case_sensitive attribute", 0, f_unique, NULL},
    {"groupby", "attribute default case_sensitive", 1, f_groupby, NULL},
    {"min", "case_sensitive attribute", 0, f_min, NULL},
    {"max", "case_sensitive attribute", 0, f_max, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
