/* dicts, iteration and membership. */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "text/jinja_run.h"
#include "text/jinja_value.h"

enum { SMALL_DICT = 8 };

static uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    return h;
}

static uint64_t hash_str(const char *p, size_t len)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
    return mix(h);
}

static bool hash(struct jinja_run *r, struct jv v, uint64_t *h)
{
    switch (v.kind) {
    case JV_NONE: *h = 1; return true;
    case JV_UNDEFINED: *h = 2; return true;
    case JV_BOOL:
    case JV_INT: *h = mix((uint64_t)jv_as_int(v)); return true;
    case JV_FLOAT:
        if (v.f >= -9.2e18 && v.f <= 9.2e18 && v.f == floor(v.f))
            *h = mix((uint64_t)(int64_t)v.f); /* as the equal integer */
        else
            *h = hash_str((const char *)&v.f, sizeof v.f);
        return true;
    case JV_BIGINT:
    case JV_STR: *h = hash_str(v.s->p, v.s->len); return run_charge(r, v.s->len);
    case JV_TUPLE: break;
    case JV_LIST:
    case JV_DICT: return run_fail(r, "unhashable type: '%s'", jv_type(v));
    default: *h = mix((uintptr_t)v.d); return true;
    }
    if (!run_enter(r))
        return false;
    uint64_t sum = 3, one;
    for (size_t i = 0; i < v.l->n; i++) {
        if (!hash(r, v.l->v[i], &one))
            return false;
        sum = mix(sum * 31 + one);
    }
    run_leave(r);
    *h = sum;
    return true;
}

bool jv_dict_find(struct jinja_run *r, const struct jv_dict *d, struct jv k, struct jv_pair **at)
{
    bool eq;
    *at = NULL;
    if (d->n_slots == 0) {
        if (k.kind == JV_LIST || k.kind == JV_DICT)
            return run_fail(r, "unhashable type: '%s'", jv_type(k));
        for (size_t i = 0; i < d->n; i++) {
            if (!jv_equal(r, d->e[i].k, k, &eq))
                return false;
            if (eq) {
                *at = &d->e[i];
                return true;
            }
        }
        return true;
    }
    uint64_t h;
    if (!hash(r, k, &h))
        return false;
    for (size_t i = h & (d->n_slots - 1); d->slots[i]; i = (i + 1) & (d->n_slots - 1)) {
        struct jv_pair *p = &d->e[d->slots[i] - 1];
        if (!run_charge(r, 1) || !jv_equal(r, p->k, k, &eq))
            return false;
        if (eq) {
            *at = p;
            return true;
        }
    }
    return true;
}

static bool same_str(const struct jv_pair *p, const char *s, size_t len)
{
    return p->k.kind == JV_STR && p->k.s->len == len && memcmp(p->k.s->p, s, len) == 0;
}

struct jv_pair *jv_dict_find_str(const struct jv_dict *d, const char *p, size_t len)
{
    if (d->n_slots == 0) {
        for (size_t i = 0; i < d->n; i++)
            if (same_str(&d->e[i], p, len))
                return &d->e[i];
        return NULL;
    }
    uint64_t h = hash_str(p, len);
    for (size_t i = h & (d->n_slots - 1); d->slots[i]; i = (i + 1) & (d->n_slots - 1))
        if (same_str(&d->e[d->slots[i] - 1], p, len))
            return &d->e[d->slots[i] - 1];
    return NULL;
}

static bool dict_index(struct jinja_run *r, struct jv_dict *d, size_t at)
{
    uint64_t h;
    if (!hash(r, d->e[at].k, &h))
        return false;
    size_t i = h & (d->n_slots - 1);
    while (d->slots[i]) {
        if (!run_charge(r, 1))
            return false;
        i = (i + 1) & (d->n_slots - 1);
    }
    d->slots[i] = (uint32_t)at + 1;
    return true;
}

static bool dict_grow(struct jinja_run *r, struct jv_dict *d)
{
    size_t cap = d->cap ? d->cap * 2 : 4;
    if (cap > UINT32_MAX / 4)
        return run_memory(r);
    struct jv_pair *e = ARENA_ARRAY(&r->arena, struct jv_pair, cap);
    if (!e)
        return run_memory(r);
    if (d->n)
        memcpy(e, d->e, d->n * sizeof *e);
    d->e = e;
    d->cap = cap;
    if (cap <= SMALL_DICT)
        return true;
    d->n_slots = cap * 2;
    d->slots = ARENA_ARRAY(&r->arena, uint32_t, d->n_slots);
    if (!d->slots) {
        d->n_slots = 0;
        return run_memory(r);
    }
    for (size_t i = 0; i < d->n; i++)
        if (!dict_index(r, d, i))
            return false;
    return true;
}

bool jv_dict_put(struct jinja_run *r, struct jv_dict *d, struct jv k, struct jv v)
{
    struct jv_pair *p;
    if (!jv_dict_find(r, d, k, &p))
        return false;
    if (p) {
        p->v = v;
        return true;
    }
    if (d->n == d->cap && !dict_grow(r, d))
        return false;
    d->e[d->n] = (struct jv_pair){k, v};
    if (d->n_slots && !dict_index(r, d, d->n))
        return false;
    d->n++;
    return true;
}

static bool str_items(struct jinja_run *r, const struct jv_str *s, struct jv *v)
{
    struct jv_str *c = ARENA_ARRAY(&r->arena, struct jv_str, s->chars);
    if (!c)
        return run_memory(r);
    size_t at = 0;
    for (size_t i = 0; i < s->chars; i++) {
        size_t end = at + 1;
        while (end < s->len && ((unsigned char)s->p[end] & 0xC0) == 0x80)
            end++;
        c[i] = (struct jv_str){s->p + at, end - at, 1, NULL};
        v[i] = (struct jv){.kind = JV_STR, .s = &c[i]};
        at = end;
    }
    return true;
}

static bool view_items(struct jinja_run *r, const struct jv_view *w, struct jv *v)
{
    for (size_t i = 0; i < w->d->n; i++) {
        const struct jv_pair *p = &w->d->e[i];
        if (w->what == JV_ITEMS) {
            if (!jv_pair_new(r, p->k, p->v, &v[i]))
                return false;
        } else {
            v[i] = w->what == JV_KEYS ? p->k : p->v;
        }
    }
    return true;
}

bool jv_items(struct jinja_run *r, struct jv v, struct jv **items, size_t *n)
{
    *items = NULL;
    *n = 0;
    struct jv_view keys = {v.d, JV_KEYS};
    switch (v.kind) {
    case JV_UNDEFINED: return true;
    case JV_LIST:
    case JV_TUPLE:
        *items = v.l->v;
        *n = v.l->n;
        return run_charge(r, 1);
    case JV_ITER:
        *items = v.iter->l->v + v.iter->at;
        *n = v.iter->l->n - v.iter->at;
        v.iter->at = v.iter->l->n;
        return run_charge(r, 1);
    case JV_STR:
    case JV_DICT:
    case JV_VIEW:
    case JV_RANGE: break;
    default: return run_fail(r, "'%s' object is not iterable", jv_type(v));
    }
    size_t count;
    if (!jv_length(r, v, &count) || !run_charge(r, count))
        return false;
    struct jv *out = ARENA_ARRAY(&r->arena, struct jv, count);
    if (!out)
        return run_memory(r);
    *items = out;
    *n = count;
    if (v.kind == JV_STR)
        return str_items(r, v.s, out);
    if (v.kind != JV_RANGE)
        return view_items(r, v.kind == JV_DICT ? &keys : v.view, out);
    for (size_t i = 0; i < count; i++)
        out[i] = jv_int(v.range->start + (int64_t)i * v.range->step);
    return true;
}

bool jv_contains(struct jinja_run *r, struct jv v, struct jv x, bool *in)
{
    *in = false;
    if (v.kind == JV_STR) {
        if (x.kind == JV_UNDEFINED)
            return run_fail(r, "'in <string>' requires string as left operand, not Undefined");
        if (x.kind != JV_STR)
            return run_fail(r, "'in <string>' requires string as left operand, not %s", jv_type(x));
        *in = memmem(v.s->p, v.s->len, x.s->p, x.s->len) != NULL;
        return run_charge(r, v.s->len + x.s->len);
    }
    if (v.kind == JV_DICT || (v.kind == JV_VIEW && v.view->what == JV_KEYS)) {
        struct jv_pair *p;
        bool ok = jv_dict_find(r, v.kind == JV_DICT ? v.d : v.view->d, x, &p);
        *in = ok && p;
        return ok;
    }
    struct jv *items;
    size_t n;
    if (v.kind == JV_NAMESPACE || !jv_items(r, v, &items, &n))
        return run_fail(r, "argument of type '%s' is not iterable", jv_type(v));
    for (size_t i = 0; i < n && !*in; i++)
        if (!run_charge(r, 1) || !jv_equal(r, items[i], x, in))
            return false;
    return true;
}
