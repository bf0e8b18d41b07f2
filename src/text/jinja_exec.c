/* Statements, macros and loops. */
#include <string.h>

#include "text/jinja_eval.h"
#include "text/jinja_print.h"

static bool exec(struct jinja_run *r, const struct jinja_node *n);

bool jinja_exec(struct jinja_run *r, const struct jinja_nodes *body)
{
    for (size_t i = 0; i < body->n && r->flow == FLOW_NEXT; i++)
        if (!exec(r, body->v[i]))
            return false;
    return true;
}

/* Runs BODY with its output going to a text of its own. */
static bool capture(struct jinja_run *r, const struct jinja_nodes *body, struct jv *out)
{
    struct jinja_text text = {0}, *outer = r->out;
    r->out = &text;
    bool ok = jinja_exec(r, body) && text_value(r, &text, out);
    r->out = outer;
    return ok;
}

static bool exec_if(struct jinja_run *r, const struct jinja_node *n)
{
    struct jv test;
    for (;;) { /* a chain of elif is a list, not a recursion */
        if (!jinja_eval(r, n->a, &test))
            return false;
        if (jv_truth(test))
            return jinja_exec(r, &n->body);
        if (n->orelse.n != 1 || n->orelse.v[0]->kind != NODE_IF)
            return jinja_exec(r, &n->orelse);
        n = n->orelse.v[0];
    }
}

bool loop_fetch(struct jinja_run *r, struct jinja_loop *l, struct jv *v)
{
    struct jinja_scope *inner = r->scope;
    struct jv test;
    while (l->at < l->n) {
        *v = l->items[l->at++];
        if (!l->node->c || l->filtered)
            return true;
        if (!(r->scope = scope_new(r, l->outer)))
            return false;
        bool ok = eval_assign(r, l->node->a, *v) && jinja_eval(r, l->node->c, &test);
        r->scope = inner;
        if (!ok)
            return false;
        if (jv_truth(test))
            return true;
    }
    *v = (struct jv){.kind = JV_ABSENT};
    return true;
}

/* The turns of loop L. *completed tells whether the body of any turn ran to its end: Jinja's else
 * branch runs otherwise. */
static bool turns(struct jinja_run *r, struct jinja_loop *l, bool *completed)
{
    const struct jinja_node *n = l->node;
    struct jv v;
    *completed = false;
    while (r->flow != FLOW_BREAK) {
        v = l->after;
        l->after = (struct jv){.kind = JV_ABSENT};
        if (v.kind == JV_ABSENT && !loop_fetch(r, l, &v))
            return false;
        if (v.kind == JV_ABSENT)
            break;
        l->index0++;
        l->before = l->current;
        l->current = v;
        if (!r->scope || r->scope->captured) {
            if (!(r->scope = scope_new(r, l->outer)))
                return false;
        }
        r->scope->n = 0;
        struct jv self = {.kind = JV_LOOP, .loop = l};
        if (!run_charge(r, 0) || !scope_hide(r, &n->hidden) || !eval_assign(r, n->a, v) ||
            (r->loop_name && !scope_set(r, r->loop_name, self)) || !jinja_exec(r, &n->body))
            return false;
        *completed |= r->flow == FLOW_NEXT;
        if (r->flow == FLOW_CONTINUE)
            r->flow = FLOW_NEXT;
    }
    r->flow = FLOW_NEXT;
    return true;
}

/* Runs the loop of node N, found in scope OUTER, over the values of IN. */
static bool run_loop(struct jinja_run *r, const struct jinja_node *n, struct jinja_scope *outer,
                     struct jv in, int64_t depth0)
{
    struct jinja_scope *saved = r->scope;
    struct jinja_loop *l = ARENA_NEW(&r->arena, struct jinja_loop);
    bool completed;
    if (!l)
        return run_memory(r);
    l->node = n;
    l->outer = outer;
    l->index0 = -1;
    l->depth0 = depth0;
    if (!jv_items(r, in, &l->items, &l->n))
        return false;
    l->length = n->c ? -1 : (int64_t)l->n;
    if (!(r->scope = scope_new(r, outer)))
        return false;
    if (!turns(r, l, &completed))
        return false;
    bool ok = true;
    if (!completed && n->orelse.n) {
        r->scope = scope_new(r, outer);
        ok = r->scope && scope_hide(r, &n->hidden_else) && jinja_exec(r, &n->orelse);
    }
    r->scope = saved;
    return ok;
}

static bool exec_for(struct jinja_run *r, const struct jinja_node *n)
{
    struct jv in;
    if (!jinja_eval(r, n->b, &in))
        return false;
    r->at = n;
    return run_loop(r, n, r->scope, in, 0);
}

bool loop_call(struct jinja_run *r, struct jinja_loop *l, struct jv items, struct jv *out)
{
    if (!l->node->op)
        return run_fail(r, "the loop must have the 'recursive' marker to be called recursively");
    struct jinja_text text = {0}, *outer = r->out;
    if (!run_enter(r))
        return false;
    r->out = &text;
    bool ok = run_loop(r, l->node, l->outer, items, l->depth0 + 1) && text_value(r, &text, out);
    r->out = outer;
    run_leave(r);
    return ok;
}

/* The filters of a block, B, applied to TEXT. */
static bool filtered(struct jinja_run *r, const struct jinja_node *b, struct jv text,
                     struct jv *out)
{
    struct jv saved = r->block_text;
    *out = text;
    if (!b)
        return true;
    r->block_text = text;
    bool ok = jinja_eval(r, b, out);
    r->block_text = saved;
    return ok;
}

/* Runs the body of N in a scope of its own and gives its text, filtered. */
static bool block_text(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jinja_scope *saved = r->scope;
    struct jv text;
    if (!(r->scope = scope_new(r, saved)))
        return false;
    bool ok =
        scope_hide(r, &n->hidden) && capture(r, &n->body, &text) && filtered(r, n->b, text, out);
    r->scope = saved;
    return ok;
}

static bool exec_scope(struct jinja_run *r, const struct jinja_node *n)
{
    struct jinja_scope *saved = r->scope, *inner = scope_new(r, saved);
    if (!inner)
        return false;
    for (size_t i = 0; i + 1 < n->kids.n; i += 2) { /* with: the values see the outer scope */
        struct jv v;
        if (!jinja_eval(r, n->kids.v[i + 1], &v))
            return false;
        r->scope = inner;
        if (!eval_assign(r, n->kids.v[i], v))
            return false;
        r->scope = saved;
    }
    r->scope = inner;
    bool ok = scope_hide(r, &n->hidden) && jinja_exec(r, &n->body);
    r->scope = saved;
    return ok;
}

static bool macro_new(struct jinja_run *r, const struct jinja_node *n, struct jv *out)
{
    struct jinja_macro *m = ARENA_NEW(&r->arena, struct jinja_macro);
    if (!m)
        return run_memory(r);
    *m = (struct jinja_macro){n, r->scope};
    for (struct jinja_scope *s = r->scope; s && !s->captured; s = s->parent)
        s->captured = true;
    *out = (struct jv){.kind = JV_MACRO, .macro = m};
    return true;
}

/* Writes what a filter or call block gives, which Jinja wants to be text. */
static bool put_result(struct jinja_run *r, struct jv v)
{
    if (v.kind != JV_STR)
        return run_fail(r, "expected str instance, %s found", jv_type(v));
    return print_str(r, r->out, v);
}

static bool exec_call_block(struct jinja_run *r, const struct jinja_node *n)
{
    struct jv caller, callee, v;
    struct jinja_args args;
    if (!macro_new(r, n, &caller) || !jinja_eval(r, n->a->a, &callee) ||
        !eval_args(r, n->a->args, 1, &args))
        return false;
    args.kw[args.n_kw++] = (struct jinja_kw){"caller", caller};
    r->at = n;
    return call_value(r, callee, &args, &v) && put_result(r, v);
}

/* Binds parameter I of N: the positional or keyword argument, the default, or undefined. Used
 * keywords lose their name. */
static bool bind_param(struct jinja_run *r, const struct jinja_node *n, size_t i,
                       const struct jinja_args *args, struct jinja_kw *kw)
{
    const struct jinja_name *name = n->params[i];
    size_t first_default = n->n_params - n->defaults.n;
    struct jv v = {.kind = JV_ABSENT};
    if (i < args->n_pos)
        return scope_set(r, name, args->pos[i]);
    for (size_t k = 0; k < args->n_kw; k++) {
        if (kw[k].name && strcmp(kw[k].name, name->p) == 0) {
            v = kw[k].v;
            kw[k].name = NULL;
        }
    }
    if (v.kind == JV_ABSENT) {
        bool ok = i < first_default ? jv_undef_named(r, name->p, NULL, &v)
                                    : jinja_eval(r, n->defaults.v[i - first_default], &v);
        if (!ok)
            return false;
    }
    return scope_set(r, name, v);
}

/* caller, kwargs and varargs, for bodies that ask for them; fails when arguments are left that
 * nobody takes. */
static bool bind_rest(struct jinja_run *r, const struct jinja_node *n,
                      const struct jinja_args *args, struct jinja_kw *kw)
{
    struct jv v;
    const char *name = n->name ? n->name->p : "caller";
    if (n->op & JINJA_USES_CALLER) {
        v = (struct jv){.kind = JV_ABSENT};
        bool is_param = false;
        for (size_t i = 0; i < n->n_params; i++)
            is_param |= n->params[i] == r->caller_name;
        for (size_t k = 0; k < args->n_kw && !is_param; k++) {
            if (kw[k].name && strcmp(kw[k].name, "caller") == 0) {
                v = kw[k].v;
                kw[k].name = NULL;
            }
        }
        if (!is_param && ((v.kind == JV_ABSENT && !jv_undef_named(r, "caller", NULL, &v)) ||
                          !scope_set(r, r->caller_name, v)))
            return false;
    }
    if (n->op & JINJA_USES_KWARGS) {
        if (!jv_dict_new(r, JV_DICT, &v) || !scope_set(r, r->kwargs_name, v))
            return false;
        for (size_t k = 0; k < args->n_kw; k++) {
            struct jv key;
            if (kw[k].name &&
                (!jv_str_z(r, kw[k].name, &key) || !jv_dict_put(r, v.d, key, kw[k].v)))
                return false;
            kw[k].name = NULL;
        }
    }
    for (size_t k = 0; k < args->n_kw; k++)
        if (kw[k].name)
            return run_fail(r, "macro '%s' takes no keyword argument '%s'", name, kw[k].name);
    size_t more = args->n_pos > n->n_params ? args->n_pos - n->n_params : 0;
    if (n->op & JINJA_USES_VARARGS)
        return jv_seq(r, JV_TUPLE, more ? args->pos + n->n_params : NULL, more, &v) &&
               scope_set(r, r->varargs_name, v);
    return more ? run_fail(r, "macro '%s' takes not more than %zu argument(s)", name, n->n_params)
                : true;
}

static bool macro_body(struct jinja_run *r, const struct jinja_node *n,
                       const struct jinja_args *args, struct jv *out)
{
    struct jinja_kw *kw = ARENA_ARRAY(&r->arena, struct jinja_kw, args->n_kw);
    if (!kw)
        return run_memory(r);
    if (args->n_kw)
        memcpy(kw, args->kw, args->n_kw * sizeof *kw);
    if (!scope_hide(r, &n->hidden))
        return false;
    for (size_t i = 0; i < n->n_params; i++)
        if (!bind_param(r, n, i, args, kw))
            return false;
    return bind_rest(r, n, args, kw) && capture(r, &n->body, out);
}

bool macro_call(struct jinja_run *r, struct jinja_macro *m, const struct jinja_args *args,
                struct jv *out)
{
    struct jinja_scope *saved = r->scope;
    if (!run_enter(r) || !(r->scope = scope_new(r, m->scope)))
        return false;
    bool ok = macro_body(r, m->node, args, out);
    r->scope = saved;
    run_leave(r);
    return ok;
}

static bool exec_set(struct jinja_run *r, const struct jinja_node *n)
{
    struct jv v;
    if (n->kind == NODE_SET_BLOCK ? !block_text(r, n, &v) : !jinja_eval(r, n->b, &v))
        return false;
    r->at = n;
    return r->flow != FLOW_NEXT || eval_assign(r, n->a, v);
}

static bool exec_deep(struct jinja_run *r, const struct jinja_node *n)
{
    struct jv v;
    switch (n->kind) {
    case NODE_IF: return exec_if(r, n);
    case NODE_FOR: return exec_for(r, n);
    case NODE_SET:
    case NODE_SET_BLOCK: return exec_set(r, n);
    case NODE_MACRO: return macro_new(r, n, &v) && scope_set(r, n->name, v);
    case NODE_CALL_BLOCK: return exec_call_block(r, n);
    case NODE_FILTER_BLOCK:
        if (!block_text(r, n, &v))
            return false;
        return r->flow != FLOW_NEXT || put_result(r, v); /* a jump drops the text */
    case NODE_WITH:
    case NODE_SCOPE: return exec_scope(r, n);
    case NODE_PRINT: return jinja_exec(r, &n->body);
    case NODE_BREAK: r->flow = FLOW_BREAK; return true;
    case NODE_CONTINUE: r->flow = FLOW_CONTINUE; return true;
    default: return run_fail(r, "expression in the place of a statement");
    }
}

static bool exec(struct jinja_run *r, const struct jinja_node *n)
{
    struct jv v;
    r->at = n;
    if (!run_charge(r, 0))
        return false;
    if (n->kind == NODE_TEXT)
        return text_put(r, r->out, n->value.s->p, n->value.s->len);
    if (n->kind == NODE_OUTPUT)
        return jinja_eval(r, n->a, &v) && print_str(r, r->out, v);
    if (!run_enter(r))
        return false;
    bool ok = exec_deep(r, n);
    run_leave(r);
    return ok;
}
