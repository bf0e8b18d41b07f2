#include "text/jinja_scopes.h"

#include <string.h>

#include "text/jinja_filter.h"
#include "text/jinja_lex.h"

/* Scopes are looked at from the outside in: first all of a scope's own statements, then the scopes
 * inside it, because a name that is known anywhere in a scope is known to everything inside it. */
struct scan {
    struct jinja_code *code;
    bool *known;                     /* by name: in this scope or around it */
    const struct jinja_name **stack; /* names that became known, newest last */
    size_t n_stack;
    struct jinja_names *hidden; /* of the scope */
    bool in_if;                 /* what is looked at may never run */
    bool failed;                /* out of memory */
    takt_rc rc;                 /* the first error otherwise */
    takt_err *e;
};

static void know(struct scan *s, const struct jinja_name *name)
{
    if (!name || s->known[name->id])
        return;
    s->known[name->id] = true;
    s->stack[s->n_stack++] = name;
}

static void forget(struct scan *s, size_t mark)
{
    while (s->n_stack > mark)
        s->known[s->stack[--s->n_stack]->id] = false;
}

static void hide(struct scan *s, const struct jinja_name *name)
{
    struct jinja_names *h = s->hidden;
    if ((h->n & (h->n - 1)) == 0) { /* full at 0, 1, 2, 4, 8, ... */
        size_t cap = h->n ? h->n * 2 : 1;
        const struct jinja_name **v = ARENA_ARRAY(&s->code->arena, const struct jinja_name *, cap);
        if (!v) {
            s->failed = true;
            return;
        }
        if (h->n)
            memcpy(v, h->v, h->n * sizeof *v);
        h->v = v;
    }
    h->v[h->n++] = name;
}

static void store(struct scan *s, const struct jinja_name *name)
{
    if (s->known[name->id])
        return;
    know(s, name);
    if (!s->in_if)
        hide(s, name);
}

/* Unknown filters and tests fail at once, but not where they may never be reached. */
static void check_name(struct scan *s, const struct jinja_node *n)
{
    bool known = n->kind == NODE_FILTER ? filter_is_known(n->name->p) : test_exists(n->name->p);
    if (!known && !s->in_if && !s->rc.code)
        s->rc =
            jinja_syntax(s->e, TAKT_ERR_UNSUPPORTED, n->line, n->col, "there is no %s named '%s'",
                         n->kind == NODE_FILTER ? "filter" : "test", n->name->p);
}

static void load_all(struct scan *s, const struct jinja_nodes *list);

/* The names that expression N reads. Chains of operators lean to the left, so that way is walked
 * and the others are recursed into, as deep as the parser allows. */
static void load(struct scan *s, const struct jinja_node *n)
{
    bool in_if = s->in_if;
    for (; n; n = n->a) {
        s->in_if |= n->kind == NODE_COND;
        if (n->kind == NODE_FILTER || n->kind == NODE_TEST)
            check_name(s, n);
        if (n->kind == NODE_NAME || n->kind == NODE_NSREF)
            know(s, n->name);
        load_all(s, &n->kids);
        load(s, n->b);
        load(s, n->c);
        if (n->args) {
            load_all(s, &n->args->pos);
            load_all(s, &n->args->kw);
            load(s, n->args->star);
            load(s, n->args->star_star);
        }
    }
    s->in_if = in_if;
}

static void load_all(struct scan *s, const struct jinja_nodes *list)
{
    for (size_t i = 0; i < list->n; i++)
        load(s, list->v[i]);
}

static void store_target(struct scan *s, const struct jinja_node *t)
{
    if (t->kind == NODE_NAME)
        store(s, t->name);
    else if (t->kind == NODE_NSREF)
        know(s, t->name);
    else
        for (size_t i = 0; i < t->kids.n; i++)
            store_target(s, t->kids.v[i]);
}

static void know_target(struct scan *s, const struct jinja_node *t)
{
    if (t->kind == NODE_NAME)
        know(s, t->name);
    for (size_t i = 0; i < t->kids.n; i++)
        know_target(s, t->kids.v[i]);
}

static void own(struct scan *s, const struct jinja_nodes *body);

static void own_if(struct scan *s, const struct jinja_node *n)
{
    bool in_if = s->in_if;
    s->in_if = true;
    for (;; n = n->orelse.v[0]) { /* elif by elif */
        load(s, n->a);
        own(s, &n->body);
        if (n->orelse.n != 1 || n->orelse.v[0]->kind != NODE_IF)
            break;
    }
    own(s, &n->orelse);
    s->in_if = in_if;
}

/* What the statements of a scope read and set themselves, without the scopes inside them. */
static void own(struct scan *s, const struct jinja_nodes *body)
{
    for (size_t i = 0; i < body->n; i++) {
        const struct jinja_node *n = body->v[i];
        switch (n->kind) {
        case NODE_OUTPUT: load(s, n->a); break;
        case NODE_PRINT: own(s, &n->body); break;
        case NODE_IF: own_if(s, n); break;
        case NODE_FOR: load(s, n->b); break;
        case NODE_SET:
            load(s, n->b);
            store_target(s, n->a);
            break;
        case NODE_SET_BLOCK: store_target(s, n->a); break;
        case NODE_MACRO: store(s, n->name); break;
        case NODE_CALL_BLOCK: load(s, n->a); break;
        case NODE_FILTER_BLOCK: load(s, n->b); break;
        case NODE_WITH:
            for (size_t k = 1; k < n->kids.n; k += 2)
                load(s, n->kids.v[k]);
            break;
        default: break;
        }
    }
}

static void inner(struct scan *s, const struct jinja_nodes *body);

/* One scope: BODY, after its parameters became known from mark on. Forgets what it knew. */
static void scope(struct scan *s, const struct jinja_nodes *body, struct jinja_names *hidden,
                  size_t mark)
{
    struct jinja_names *outer = s->hidden;
    bool in_if = s->in_if;
    s->hidden = hidden;
    s->in_if = false;
    own(s, body);
    inner(s, body);
    s->hidden = outer;
    s->in_if = in_if;
    forget(s, mark);
}

static void inner_scope(struct scan *s, struct jinja_node *n)
{
    size_t mark = s->n_stack;
    if (n->kind == NODE_FOR) {
        know_target(s, n->a);
        load(s, n->c);
        forget(s, mark);
        scope(s, &n->orelse, &n->hidden_else, mark);
        know_target(s, n->a);
        know(s, jinja_name_find(s->code, "loop", 4));
    }
    for (size_t i = 0; i < n->n_params; i++)
        know(s, n->params[i]);
    if (n->kind == NODE_MACRO || n->kind == NODE_CALL_BLOCK) {
        static const char *const special[] = {"caller", "kwargs", "varargs"};
        load_all(s, &n->defaults);
        for (size_t i = 0; i < 3; i++)
            if (n->op >> i & 1)
                know(s, jinja_name_find(s->code, special[i], strlen(special[i])));
    }
    if (n->kind == NODE_SET_BLOCK)
        load(s, n->b);
    for (size_t k = 0; n->kind == NODE_WITH && k < n->kids.n; k += 2)
        know_target(s, n->kids.v[k]);
    scope(s, &n->body, &n->hidden, mark);
}

/* The scopes inside BODY. */
static void inner(struct scan *s, const struct jinja_nodes *body)
{
    for (size_t i = 0; i < body->n; i++) {
        struct jinja_node *n = body->v[i];
        switch (n->kind) {
        case NODE_IF:
            for (;; n = n->orelse.v[0]) {
                inner(s, &n->body);
                if (n->orelse.n != 1 || n->orelse.v[0]->kind != NODE_IF)
                    break;
            }
            inner(s, &n->orelse);
            break;
        case NODE_FOR:
        case NODE_SET_BLOCK:
        case NODE_MACRO:
        case NODE_CALL_BLOCK:
        case NODE_FILTER_BLOCK:
        case NODE_WITH:
        case NODE_SCOPE: inner_scope(s, n); break;
        default: break;
        }
    }
}

takt_rc jinja_hide(struct jinja_code *code, takt_err *e)
{
    struct scan s = {.code = code, .e = e};
    s.known = ARENA_ARRAY(&code->arena, bool, code->n_names);
    s.stack = ARENA_ARRAY(&code->arena, const struct jinja_name *, code->n_names);
    s.failed = !s.known || !s.stack;
    if (!s.failed)
        scope(&s, &code->body, &code->hidden, 0);
    if (s.failed)
        return err_set(e, TAKT_ERR_MEMORY, "chat template", "is too large to compile");
    return s.rc;
}
