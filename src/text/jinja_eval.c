/* Expressions. */
#include "text/jinja_eval.h"

#include <string.h>

#include "text/jinja_filter.h"
#include "text/jinja_ops.h"
#include "text/jinja_print.h"

struct jinja_scope *scope_new(struct jinja_run *r, struct jinja_scope *parent)
{
    struct jinja_scope *s = ARENA_NEW(&r->arena, struct jinja_scope);
    if (!s) {
        run_memory(r);
        return NULL;
    }
    s->parent = parent;
    return s;
}

bool scope_set(struct jinja_run *r, const struct jinja_name *name, struct jv v)
{
    struct jinja_scope *s = r->scope;
    if (!s) {
        r->root[name->id] = v;
        return true;
    }
    for (size_t i = 0; i < s->n; i++) {
        if (s->b[i].name == name->id) {
            s->b[i].v = v;
            return true;
        }
    }
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 4;
        struct jinja_binding *b = ARENA_ARRAY(&r->arena, struct jinja_binding, cap);
        if (!b)
            return run_memory(r);
        if (s->n)
            memcpy(b, s->b, s->n * sizeof *b);
        s->b = b;
        s->cap = cap;
    }
    s->b[s->n++] = (struct jinja_binding){name->id, v};
    return run_charge(r, 16 * s->n);
}

bool scope_hide(struct jinja_run *r, const struct jinja_names *names)
{
    struct jv v;
    for (size_t i = 0; i < names->n; i++)
        if (!jv_undef_named(r, names->v[i]->p, NULL, &v) || !scope_set(r, names->v[i], v))
            return false;
    return true;
}

static bool lookup(struct jinja_run *r, const struct jinja_name *name, struct jv *out)
{
    for (struct jinja_scope *s = r->scope; s; s = s->parent) {
        for (size_t i = 0; i < s->n; i++) {
            if (s->b[i].name == name->id) {
                *out = s->b[i].v;
                return true;
            }
        }
        if (!run_charge(r, 16 * s->n))
            return false;
    }
    *out = r->root[name->id];
    if (out->kind == JV_ABSENT)
        return jv_undef_named(r, name->p, NULL, out);
    return true;
}

bool eval_assign(struct jinja_run *r, const struct jinja_node *target, struct jv v)
{
    struct jv ns, key, *items;
    size_t n;
    if (target->kind == NODE_NAME)
        return scope_set(r, target->name, v);
    if (target->kind == NODE_NSREF) {
        if (!lookup(r, target->name, &ns))
            return false;
        if (ns.kind == JV_UNDEFINED)
            return run_undefined(r, ns);
        if (ns.kind != JV_NAMESPACE)
            return run_fail(r, "cannot assign attribute on non-namespace object");
        return jv_str_view(r, target->attr->p, target->attr->len, &key) &&
               jv_dict_put(r, ns.d, key, v);
    }
    if (v.kind == JV_UNDEFINED)
        return run_fail(r, "not enough values to unpack (expected %zu, got 0)", target->kids.n);
    if (!jv_items(r, v, &items, &n))
        return run_fail(r, "cannot unpack non-iterable %s object", jv_type(v));
    if (n != target->kids.n)
        return run_fail(r,
                        n > target->kids.n ? "too many values to unpack (expected %zu)"
                                           : "not enough values to unpack (expected %zu, got %zu)",
                        target->kids.n, n);
    for (size_t i = 0; i < n; i++)
        if (!eval_assign(r, target->kids.v[i], items[i]))
            return false;
    return true;
}

static bool spread_star(struct jinja_run *r, const struct jinja_node *star, struct jv **items,
                        size_t *n)
{
    struct jv v;
    *n = 0;
    if (!star)
        return true;
    return jinja_eval(r, star, &v) && jv_items(r, v, items, n);
}

static bool spread_kwargs(struct jinja_run *r, const struct jinja_node *node, struct jv_dict **d)
{
    struct jv v;
    *d = NULL;
    if (!node)
        return true;
    if (!jinja_eval(r, node, &v))
        return false;
    if (v.kind != JV_DICT)
        return run_fail(r, "argument after ** must be a mapping, not %s", jv_type(v));
    *d = v.d;
    return true;
}

bool eval_args(struct jinja_run *r, const struct jinja_call_args *args, size_t extra,
               struct jinja_args *out)
{
    static const struct jinja_call_args none;
    struct jv *star = NULL;
    struct jv_dict *d;
    size_t n_star, n;
    args = args ? args : &none;
    if (!spread_star(r, args->star, &star, &n_star))
        return false;
    *out = (struct jinja_args){0};
    out->pos = ARENA_ARRAY(&r->arena, struct jv, args->pos.n + n_star);
    if (!out->pos)
        return run_memory(r);
    for (; out->n_pos < args->pos.n; out->n_pos++)
        if (!jinja_eval(r, args->pos.v[out->n_pos], &out->pos[out->n_pos]))
            return false;
    for (size_t i = 0; i < n_star; i++)
        out->pos[out->n_pos++] = star[i];
    if (!spread_kwargs(r, args->star_star, &d))
        return false;
    n = args->kw.n + (d ? d->n : 0) + extra;
    if (n == 0)
        return true;
    if (!(out->kw = ARENA_ARRAY(&r->arena, struct jinja_kw, n)))
        return run_memory(r);
    for (; out->n_kw < args->kw.n; out->n_kw++) {
        out->kw[out->n_kw].name = args->kw_names[out->n_kw]->p;
        if (!jinja_eval(r, args->kw.v[out->n_kw], &out->kw[out->n_kw].v))
            return false;
    }
    for (size_t i = 0; d && i < d->n; i++) {
        struct jv k = d->e[i].k;
        if (k.kind != JV_STR)
            return run_fail(r, "keywords must be strings");
        char *name = arena_strndup(&r->arena, k.s->p, k.s->len);
        if (!name)
            return run_memory(r);
        out->kw[out->n_kw++] = (struct jinja_kw){name, d->e[i].v};
    }
    return true;
}

bool call_value(struct jinja_run *r, struct jv callee, const struct jinja_args *args,
                struct jv *out)
{
    switch (callee.kind) {
    case JV_METHOD: return builtin_call(r, callee.method->def, callee.method->self, args, out);
    case JV_FUNC: return func_call(r, (enum jinja_func)callee.func, args, out);
    case JV_MACRO: return macro_call(r, callee.macro, args, out);
    case JV_LOOP:
        if (args->n_pos != 1 || args->n_kw)
            return run_fail(r, "a recursive loop takes exactly one argument");
        return loop_call(r, callee.loop, args->pos[0], out);
    case JV_OBJECT:
        if (callee.object->what != JV_JOINER)
            break;
        if (callee.object->at++ == 0)
            return jv_str_z(r, "", out);
        *out = callee.object->sep;
        return true;
    case JV_UNDEFINED: return run_undefined(r, callee);
    default: break;
    }
    return run_fail(r, "'%s' object is not callable", jv_type(callee));
}

static bool eval_call(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jv callee;
    struct jinja_args args;
    if (!jinja_eval(r, n->a, &callee) || !eval_args(r, n->args, 0, &args))
        return false;
    r->at = n;
    return call_value(r, callee, &args, out);
}

static bool eval_seq(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    if (!jv_list_new(r, n->kind == NODE_LIST ? JV_LIST : JV_TUPLE, n->kids.n, out))
        return false;
    struct jv list = *out;
    for (size_t i = 0; i < n->kids.n; i++)
        if (!jinja_eval(r, n->kids.v[i], &list.l->v[i]))
            return false;
    return true;
}

static bool eval_dict(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    if (!jv_dict_new(r, JV_DICT, out))
        return false;
    for (size_t i = 0; i + 1 < n->kids.n; i += 2) {
        struct jv k, v;
        if (!jinja_eval(r, n->kids.v[i], &k) || !jinja_eval(r, n->kids.v[i + 1], &v))
            return false;
        r->at = n;
        if (!jv_dict_put(r, out->d, k, v))
            return false;
    }
    return true;
}

static bool eval_unary(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jv a;
    if (!jinja_eval(r, n->a, &a))
        return false;
    r->at = n;
    if (n->op != OP_NOT)
        return op_unary(r, (enum jinja_op)n->op, a, out);
    *out = jv_bool(!jv_truth(a));
    return true;
}

static bool eval_binary(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jv a, b;
    if (!jinja_eval(r, n->a, &a))
        return false;
    if (n->op == OP_AND || n->op == OP_OR) {
        if (jv_truth(a) != (n->op == OP_AND)) {
            *out = a;
            return true;
        }
        return jinja_eval(r, n->b, out);
    }
    if (!jinja_eval(r, n->b, &b))
        return false;
    r->at = n;
    return op_binary(r, (enum jinja_op)n->op, a, b, out);
}

static bool eval_compare(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jv a, b;
    bool yes = true;
    if (!jinja_eval(r, n->a, &a))
        return false;
    for (size_t i = 0; i < n->kids.n && yes; i++) {
        if (!jinja_eval(r, n->kids.v[i], &b))
            return false;
        r->at = n;
        if (!op_compare(r, (enum jinja_op)n->ops[i], a, b, &yes))
            return false;
        a = b;
    }
    *out = jv_bool(yes);
    return true;
}

static bool eval_concat(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jv v, s;
    if (!jv_str_z(r, "", out))
        return false;
    for (size_t i = 0; i < n->kids.n; i++) {
        if (!jinja_eval(r, n->kids.v[i], &v) || !print_to_str(r, v, &s))
            return false;
        if (i == 0)
            *out = s;
        else if (!jv_str_cat(r, out->s, s.s, out))
            return false;
    }
    out->safe = false;
    return true;
}

static bool eval_item(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jv obj, key, part[3];
    if (!jinja_eval(r, n->a, &obj))
        return false;
    if (n->b->kind != NODE_SLICE) {
        if (!jinja_eval(r, n->b, &key))
            return false;
        r->at = n;
        return op_item(r, obj, key, out);
    }
    const struct jinja_node *kids[3] = {n->b->a, n->b->b, n->b->c};
    for (size_t i = 0; i < 3; i++) {
        part[i] = (struct jv){.kind = JV_ABSENT};
        if (kids[i] && !jinja_eval(r, kids[i], &part[i]))
            return false;
    }
    r->at = n;
    return op_slice(r, obj, part, out);
}

static bool eval_filter(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jv v = r->block_text;
    struct jinja_args args;
    if ((n->a && !jinja_eval(r, n->a, &v)) || !eval_args(r, n->args, 0, &args))
        return false;
    r->at = n;
    return filter_call(r, n->name->p, v, &args, out);
}

static bool eval_test(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jv v;
    struct jinja_args args;
    bool yes;
    if (!jinja_eval(r, n->a, &v) || !eval_args(r, n->args, 0, &args))
        return false;
    r->at = n;
    if (!test_call(r, n->name->p, v, &args, &yes))
        return false;
    *out = jv_bool(yes);
    return true;
}

static bool eval_cond(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jv test;
    if (!jinja_eval(r, n->b, &test))
        return false;
    if (jv_truth(test))
        return jinja_eval(r, n->a, out);
    if (n->c)
        return jinja_eval(r, n->c, out);
    return jv_undef_named(r, "inline if without else", NULL, out);
}

static bool eval_attr(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jv obj;
    if (!jinja_eval(r, n->a, &obj))
        return false;
    r->at = n;
    return op_attr(r, obj, n->name->p, n->name->len, out);
}

static bool eval_deep(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    switch (n->kind) {
    case NODE_LIST:
    case NODE_TUPLE: return eval_seq(r, n, out);
    case NODE_DICT: return eval_dict(r, n, out);
    case NODE_UNARY: return eval_unary(r, n, out);
    case NODE_BINARY: return eval_binary(r, n, out);
    case NODE_COMPARE: return eval_compare(r, n, out);
    case NODE_CONCAT: return eval_concat(r, n, out);
    case NODE_COND: return eval_cond(r, n, out);
    case NODE_ATTR: return eval_attr(r, n, out);
    case NODE_ITEM: return eval_item(r, n, out);
    case NODE_CALL: return eval_call(r, n, out);
    case NODE_FILTER: return eval_filter(r, n, out);
    case NODE_TEST: return eval_test(r, n, out);
    default: return run_fail(r, "a slice cannot be one of several subscripts");
    }
}

bool jinja_eval(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    r->at = n;
    if (n->kind == NODE_CONST) {
        *out = n->value;
        return run_charge(r, 0);
    }
    if (n->kind == NODE_NAME)
        return run_charge(r, 0) && lookup(r, n->name, out);
    if (!run_charge(r, 0) || !run_enter(r))
        return false;
    bool ok = eval_deep(r, n, out);
    run_leave(r);
    return ok;
}
