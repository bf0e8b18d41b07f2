#include "text/jinja_value.h"

#include <math.h>
#include <string.h>

#include "text/jinja_run.h"

static size_t count_chars(const char *p, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)p[i] & 0xC0) != 0x80;
    return n;
}

struct jv_str *jv_str_in(struct arena *arena, const char *p, size_t len)
{
    struct jv_str *s = ARENA_NEW(arena, struct jv_str);
    if (s)
        *s = (struct jv_str){p, len, count_chars(p, len), NULL};
    return s;
}

bool jv_str_view(struct jinja_run *r, const char *p, size_t len, struct jv *out)
{
    struct jv_str *s = jv_str_in(&r->arena, p, len);
    if (!s)
        return run_memory(r);
    *out = (struct jv){.kind = JV_STR, .s = s};
    return run_charge(r, len);
}

bool jv_str_copy(struct jinja_run *r, const char *p, size_t len, struct jv *out)
{
    char *copy = arena_alloc(&r->arena, len, 1);
    if (!copy)
        return run_memory(r);
    if (len)
        memcpy(copy, p, len);
    return jv_str_view(r, copy, len, out);
}

bool jv_str_z(struct jinja_run *r, const char *s, struct jv *out)
{
    return jv_str_view(r, s, strlen(s), out);
}

bool jv_str_cat(struct jinja_run *r, const struct jv_str *a, const struct jv_str *b, struct jv *out)
{
    if (b->len > r->lim.memory_bytes || a->len > r->lim.memory_bytes - b->len)
        return run_memory(r);
    size_t len = a->len + b->len;
    struct jv_buf *buf = a->buf;
    if (!buf || a->p + a->len != buf->p + buf->len || b->len > buf->cap - buf->len) {
        buf = ARENA_NEW(&r->arena, struct jv_buf);
        size_t cap = len + len / 2 + 16;
        char *p = buf ? arena_alloc(&r->arena, cap, 1) : NULL;
        if (!p)
            return run_memory(r);
        if (a->len)
            memcpy(p, a->p, a->len);
        *buf = (struct jv_buf){p, a->len, cap};
        if (!run_charge(r, a->len))
            return false;
    }
    if (b->len)
        memcpy(buf->p + buf->len, b->p, b->len);
    buf->len += b->len;
    struct jv_str *s = ARENA_NEW(&r->arena, struct jv_str);
    if (!s)
        return run_memory(r);
    *s = (struct jv_str){buf->p + buf->len - len, len, a->chars + b->chars, buf};
    *out = (struct jv){.kind = JV_STR, .s = s};
    return run_charge(r, b->len);
}

size_t jv_str_at(const struct jv_str *s, size_t i)
{
    if (s->chars == s->len || i == 0)
        return i;
    if (i >= s->chars)
        return s->len;
    size_t at = 0;
    while (i >= 8 && s->len - at >= 8) { /* eight bytes start at most eight characters */
        uint64_t w;
        memcpy(&w, s->p + at, 8);
        uint64_t inside = w & ~(w << 1) & 0x8080808080808080u; /* top bits 10 */
        i -= 8 - (size_t)__builtin_popcountll(inside);
        at += 8;
    }
    while (at < s->len && ((unsigned char)s->p[at] & 0xC0) == 0x80)
        at++;
    while (i--) {
        at++;
        while (at < s->len && ((unsigned char)s->p[at] & 0xC0) == 0x80)
            at++;
    }
    return at;
}

bool jv_str_is(const struct jv_str *s, const char *z)
{
    return strlen(z) == s->len && memcmp(s->p, z, s->len) == 0;
}

bool jv_undef_named(struct jinja_run *r, const char *name, const char *owner, struct jv *out)
{
    struct jv_undef *u = ARENA_NEW(&r->arena, struct jv_undef);
    if (!u)
        return run_memory(r);
    *u = (struct jv_undef){name, owner};
    *out = (struct jv){.kind = JV_UNDEFINED, .undef = u};
    return true;
}

bool jv_seq(struct jinja_run *r, enum jv_kind kind, struct jv *v, size_t n, struct jv *out)
{
    struct jv_list *l = ARENA_NEW(&r->arena, struct jv_list);
    if (!v)
        v = ARENA_ARRAY(&r->arena, struct jv, 0); /* so that there is something to point into */
    if (!l || !v)
        return run_memory(r);
    l->v = v;
    l->n = n;
    *out = (struct jv){.kind = kind, .l = l};
    return run_charge(r, n);
}

bool jv_list_new(struct jinja_run *r, enum jv_kind kind, size_t n, struct jv *out)
{
    struct jv *v = ARENA_ARRAY(&r->arena, struct jv, n);
    if (!v)
        return run_memory(r);
    for (size_t i = 0; i < n; i++)
        v[i] = jv_none();
    return jv_seq(r, kind, v, n, out);
}

bool jv_pair_new(struct jinja_run *r, struct jv a, struct jv b, struct jv *out)
{
    if (!jv_list_new(r, JV_TUPLE, 2, out))
        return false;
    out->l->v[0] = a;
    out->l->v[1] = b;
    return true;
}

bool jv_iter_of(struct jinja_run *r, struct jv *v, size_t n, struct jv *out)
{
    struct jv l;
    struct jv_iter *it = ARENA_NEW(&r->arena, struct jv_iter);
    if (!it)
        return run_memory(r);
    if (!jv_seq(r, JV_LIST, v, n, &l))
        return false;
    it->l = l.l;
    *out = (struct jv){.kind = JV_ITER, .iter = it};
    return true;
}

bool jv_dict_new(struct jinja_run *r, enum jv_kind kind, struct jv *out)
{
    struct jv_dict *d = ARENA_NEW(&r->arena, struct jv_dict);
    if (!d)
        return run_memory(r);
    *out = (struct jv){.kind = kind, .d = d};
    return true;
}

bool jv_vec_push(struct jinja_run *r, struct jv_vec *vec, struct jv x)
{
    if (vec->n == vec->cap) {
        size_t cap = vec->cap ? vec->cap * 2 : 8;
        struct jv *v = ARENA_ARRAY(&r->arena, struct jv, cap);
        if (!v)
            return run_memory(r);
        if (vec->n)
            memcpy(v, vec->v, vec->n * sizeof *v);
        vec->v = v;
        vec->cap = cap;
    }
    vec->v[vec->n++] = x;
    return true;
}

const char *jv_type(struct jv v)
{
    static const char *const view[] = {"dict_keys", "dict_values", "dict_items"};
    switch (v.kind) {
    case JV_ABSENT:
    case JV_UNDEFINED: return "Undefined";
    case JV_NONE: return "NoneType";
    case JV_BOOL: return "bool";
    case JV_BIGINT:
    case JV_INT: return "int";
    case JV_FLOAT: return "float";
    case JV_STR: return v.safe ? "Markup" : "str";
    case JV_LIST: return "list";
    case JV_TUPLE: return "tuple";
    case JV_DICT: return "dict";
    case JV_VIEW: return view[v.view->what];
    case JV_RANGE: return "range";
    case JV_ITER: return "generator";
    case JV_NAMESPACE: return "Namespace";
    case JV_LOOP: return "LoopContext";
    case JV_MACRO: return "Macro";
    case JV_FUNC: return "function";
    case JV_METHOD: return "builtin_function_or_method";
    case JV_OBJECT: return v.object->what == JV_CYCLER ? "Cycler" : "Joiner";
    }
    return "object";
}

bool jv_is_num(struct jv v)
{
    return v.kind == JV_INT || v.kind == JV_FLOAT || v.kind == JV_BOOL;
}

double jv_as_float(struct jv v)
{
    return v.kind == JV_FLOAT ? v.f : v.kind == JV_BOOL ? v.b : (double)v.i;
}

bool jv_is_int(struct jv v)
{
    return v.kind == JV_INT || v.kind == JV_BOOL;
}

int64_t jv_as_int(struct jv v)
{
    return v.kind == JV_BOOL ? v.b : v.i;
}

bool jv_truth(struct jv v)
{
    switch (v.kind) {
    case JV_ABSENT:
    case JV_UNDEFINED:
    case JV_NONE: return false;
    case JV_BOOL: return v.b;
    case JV_INT: return v.i != 0;
    case JV_FLOAT: return v.f != 0;
    case JV_STR: return v.s->len != 0;
    case JV_LIST:
    case JV_TUPLE: return v.l->n != 0;
    case JV_DICT: return v.d->n != 0;
    case JV_VIEW: return v.view->d->n != 0;
    case JV_RANGE: return v.range->n != 0;
    default: return true;
    }
}

/* The sign of a - b for numbers; 2 when one is a NaN. long double holds every int64 on the
 * platforms that we know. */
static int num_order(struct jv a, struct jv b)
{
    if (a.kind != JV_FLOAT && b.kind != JV_FLOAT) {
        int64_t x = jv_as_int(a), y = jv_as_int(b);
        return (x > y) - (x < y);
    }
    long double x = a.kind == JV_FLOAT ? (long double)a.f : (long double)jv_as_int(a);
    long double y = b.kind == JV_FLOAT ? (long double)b.f : (long double)jv_as_int(b);
    if (x != x || y != y)
        return 2;
    return (x > y) - (x < y);
}

static int str_order(const struct jv_str *a, const struct jv_str *b)
{
    size_t n = a->len < b->len ? a->len : b->len;
    int c = n ? memcmp(a->p, b->p, n) : 0; /* UTF-8 sorts as its code points */
    if (c)
        return c < 0 ? -1 : 1;
    return (a->len > b->len) - (a->len < b->len);
}

static bool seq_equal(struct jinja_run *r, struct jv a, struct jv b, bool *eq)
{
    *eq = a.l->n == b.l->n;
    for (size_t i = 0; *eq && i < a.l->n; i++)
        if (!jv_equal(r, a.l->v[i], b.l->v[i], eq))
            return false;
    return true;
}

static bool dict_equal(struct jinja_run *r, struct jv a, struct jv b, bool *eq)
{
    *eq = a.d->n == b.d->n;
    for (size_t i = 0; *eq && i < a.d->n; i++) {
        struct jv_pair *p;
        if (!jv_dict_find(r, b.d, a.d->e[i].k, &p))
            return false;
        if (!p)
            *eq = false;
        else if (!jv_equal(r, a.d->e[i].v, p->v, eq))
            return false;
    }
    return true;
}

static bool range_equal(const struct jv_range *a, const struct jv_range *b)
{
    if (a->n != b->n || a->n == 0)
        return a->n == b->n;
    return a->start == b->start && (a->n == 1 || a->step == b->step);
}

static bool equal_deep(struct jinja_run *r, struct jv a, struct jv b, bool *eq)
{
    switch (a.kind) {
    case JV_LIST:
    case JV_TUPLE: return seq_equal(r, a, b, eq);
    case JV_DICT: return dict_equal(r, a, b, eq);
    case JV_RANGE: *eq = range_equal(a.range, b.range); return true;
    default: *eq = false; return true;
    }
}

bool jv_equal(struct jinja_run *r, struct jv a, struct jv b, bool *eq)
{
    *eq = false;
    if (jv_is_num(a) && jv_is_num(b)) {
        *eq = num_order(a, b) == 0;
        return true;
    }
    if (a.kind != b.kind)
        return true;
    switch (a.kind) {
    case JV_UNDEFINED:
    case JV_NONE: *eq = true; return true;
    case JV_BIGINT:
    case JV_STR:
        *eq = a.s->len == b.s->len && str_order(a.s, b.s) == 0;
        return run_charge(r, *eq ? a.s->len : 0);
    case JV_VIEW: *eq = a.view->d == b.view->d && a.view->what == b.view->what; return true;
    case JV_FUNC: *eq = a.func == b.func; return true;
    case JV_NAMESPACE:
    case JV_LOOP:
    case JV_MACRO:
    case JV_ITER:
    case JV_METHOD:
    case JV_OBJECT: *eq = a.d == b.d; return true;
    default: break;
    }
    if (!run_charge(r, 1) || !run_enter(r))
        return false;
    bool ok = equal_deep(r, a, b, eq);
    run_leave(r);
    return ok;
}

static bool seq_order(struct jinja_run *r, struct jv a, struct jv b, int *c)
{
    size_t n = a.l->n < b.l->n ? a.l->n : b.l->n;
    for (size_t i = 0; i < n; i++) {
        bool eq;
        if (!jv_equal(r, a.l->v[i], b.l->v[i], &eq))
            return false;
        if (!eq)
            return jv_order(r, a.l->v[i], b.l->v[i], c);
    }
    *c = (a.l->n > b.l->n) - (a.l->n < b.l->n);
    return true;
}

bool jv_order(struct jinja_run *r, struct jv a, struct jv b, int *c)
{
    if (jv_is_num(a) && jv_is_num(b)) {
        *c = num_order(a, b);
        return true;
    }
    if (a.kind == JV_STR && b.kind == JV_STR) {
        *c = str_order(a.s, b.s);
        return run_charge(r, a.s->len < b.s->len ? a.s->len : b.s->len);
    }
    if (a.kind == JV_UNDEFINED)
        return run_undefined(r, a);
    if (b.kind == JV_UNDEFINED)
        return run_undefined(r, b);
    if (a.kind == b.kind && (a.kind == JV_LIST || a.kind == JV_TUPLE)) {
        if (!run_charge(r, 1) || !run_enter(r))
            return false;
        bool ok = seq_order(r, a, b, c);
        run_leave(r);
        return ok;
    }
    return run_fail(r, "'%s' and '%s' have no order: '<' is not supported between them", jv_type(a),
                    jv_type(b));
}

bool jv_length(struct jinja_run *r, struct jv v, size_t *n)
{
    switch (v.kind) {
    case JV_UNDEFINED: *n = 0; return true;
    case JV_STR: *n = v.s->chars; return true;
    case JV_LIST:
    case JV_TUPLE: *n = v.l->n; return true;
    case JV_DICT: *n = v.d->n; return true;
    case JV_VIEW: *n = v.view->d->n; return true;
    case JV_RANGE: *n = v.range->n; return true;
    default: return run_fail(r, "object of type '%s' has no len()", jv_type(v));
    }
}
