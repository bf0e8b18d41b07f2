/* The parser's tools and its expressions. */
#include "text/jinja_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 200 };

void *parse_fail(struct jinja_parser *p, const struct jinja_token *t, takt_code code,
                 const char *fmt, ...)
{
    if (!p->failed) {
        char what[256];
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(what, sizeof what, fmt, ap);
        va_end(ap);
        p->failed = true;
        p->rc = jinja_syntax(p->e, code, t->line, t->col, "%s", what);
    }
    return NULL;
}

void *parse_memory(struct jinja_parser *p)
{
    return parse_fail(p, p->t, TAKT_ERR_MEMORY, "template is too large to compile");
}

bool parse_enter(struct jinja_parser *p)
{
    if (p->depth >= DEPTH_MAX) {
        parse_fail(p, p->t, TAKT_ERR_LIMIT, "nested deeper than %d levels", DEPTH_MAX);
        return false;
    }
    p->depth++;
    return true;
}

void parse_leave(struct jinja_parser *p)
{
    p->depth--;
}

struct jinja_node *parse_node(struct jinja_parser *p, enum jinja_kind kind,
                              const struct jinja_token *t)
{
    struct jinja_node *n = ARENA_NEW(&p->code->arena, struct jinja_node);
    if (!n)
        return parse_memory(p);
    n->kind = kind;
    n->line = t->line;
    n->col = t->col;
    return n;
}

bool parse_push(struct jinja_parser *p, struct jinja_nodes *list, struct jinja_node *node)
{
    if (!node)
        return false;
    if ((list->n & (list->n - 1)) == 0) { /* full at 0, 1, 2, 4, 8, ... */
        struct jinja_node **v =
            ARENA_ARRAY(&p->code->arena, struct jinja_node *, list->n ? list->n * 2 : 1);
        if (!v)
            return parse_memory(p);
        if (list->n)
            memcpy(v, list->v, list->n * sizeof *v);
        list->v = v;
    }
    list->v[list->n++] = node;
    return true;
}

bool parse_is(const struct jinja_parser *p, const char *z)
{
    return p->t->kind == TOK_NAME && strlen(z) == p->t->len && memcmp(p->t->p, z, p->t->len) == 0;
}

bool parse_skip(struct jinja_parser *p, const char *z)
{
    bool is = parse_is(p, z);
    p->t += is;
    return is;
}

bool parse_take(struct jinja_parser *p, enum jinja_tok kind)
{
    bool is = p->t->kind == kind && kind != TOK_END;
    p->t += is;
    return is;
}

bool parse_expect(struct jinja_parser *p, enum jinja_tok kind)
{
    if (parse_take(p, kind))
        return true;
    if (p->t->kind == TOK_NAME)
        return parse_fail(p, p->t, TAKT_ERR_FORMAT, "expected %s, got '%.*s'", jinja_tok_text(kind),
                          (int)(p->t->len < 40 ? p->t->len : 40), p->t->p);
    return parse_fail(p, p->t, TAKT_ERR_FORMAT, "expected %s, got %s", jinja_tok_text(kind),
                      jinja_tok_text(p->t->kind));
}

static struct jinja_node *const_node(struct jinja_parser *p, const struct jinja_token *t,
                                     struct jv v)
{
    struct jinja_node *n = parse_node(p, NODE_CONST, t);
    if (n)
        n->value = v;
    return n;
}

static struct jinja_node *string_node(struct jinja_parser *p)
{
    const struct jinja_token *first = p->t;
    size_t len = 0, at = 0;
    for (; p->t->kind == TOK_STRING; p->t++)
        len += p->t->len;
    char *text = arena_alloc(&p->code->arena, len, 1);
    if (!text)
        return parse_memory(p);
    for (const struct jinja_token *t = first; t < p->t; t++) {
        memcpy(text + at, t->p, t->len);
        at += t->len;
    }
    struct jv v = {.kind = JV_STR, .s = jv_str_in(&p->code->arena, text, len)};
    return v.s ? const_node(p, first, v) : parse_memory(p);
}

static bool tuple_ends(const struct jinja_parser *p, const char *end)
{
    return p->t->kind == TOK_VAR_END || p->t->kind == TOK_BLOCK_END || p->t->kind == TOK_RPAREN ||
           (end && parse_is(p, end));
}

struct jinja_node *parse_tuple(struct jinja_parser *p, bool cond, const char *end, bool parens)
{
    struct jinja_node *tuple = parse_node(p, NODE_TUPLE, p->t), *one = NULL;
    if (!tuple)
        return NULL;
    bool comma = false;
    while (!tuple_ends(p, end)) {
        one = parse_expr(p, cond);
        if (!parse_push(p, &tuple->kids, one))
            return NULL;
        if (!parse_take(p, TOK_COMMA)) {
            if (!comma)
                return one;
            break;
        }
        comma = true;
    }
    if (!comma && !parens)
        return parse_fail(p, p->t, TAKT_ERR_FORMAT, "expected an expression, got %s",
                          jinja_tok_text(p->t->kind));
    return tuple;
}

static struct jinja_node *parse_list(struct jinja_parser *p, enum jinja_kind kind,
                                     enum jinja_tok close)
{
    struct jinja_node *n = parse_node(p, kind, p->t++);
    while (n && p->t->kind != close) {
        if (n->kids.n && !parse_expect(p, TOK_COMMA))
            return NULL;
        if (p->t->kind == close)
            break;
        if (!parse_push(p, &n->kids, parse_expr(p, true)))
            return NULL;
        if (kind == NODE_DICT &&
            (!parse_expect(p, TOK_COLON) || !parse_push(p, &n->kids, parse_expr(p, true))))
            return NULL;
    }
    return n && parse_expect(p, close) ? n : NULL;
}

static struct jinja_node *name_node(struct jinja_parser *p, bool target)
{
    static const struct {
        const char *word;
        enum jv_kind kind;
        bool b;
    } words[] = {{"true", JV_BOOL, true},   {"True", JV_BOOL, true},  {"false", JV_BOOL, false},
                 {"False", JV_BOOL, false}, {"none", JV_NONE, false}, {"None", JV_NONE, false}};
    static const char *const special[] = {"caller", "kwargs", "varargs"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (parse_is(p, words[i].word))
            return const_node(p, p->t++,
                              words[i].kind == JV_BOOL ? jv_bool(words[i].b) : jv_none());
    for (size_t i = 0; i < 3; i++)
        if (parse_is(p, special[i]))
            p->uses |= (uint8_t)(1u << i);
    bool ref = target && p->t[1].kind == TOK_DOT;
    struct jinja_node *n = parse_node(p, ref ? NODE_NSREF : NODE_NAME, p->t);
    if (!n || !(n->name = parse_name(p, p->t++)))
        return NULL;
    if (ref) {
        p->t++;
        if (p->t->kind != TOK_NAME)
            return parse_fail(p, p->t, TAKT_ERR_FORMAT, "expected the name of an attribute");
        n->attr = parse_name(p, p->t++);
    }
    return n;
}

struct jinja_node *parse_primary(struct jinja_parser *p, bool target)
{
    const struct jinja_token *t = p->t;
    struct jinja_node *n;
    switch (t->kind) {
    case TOK_NAME: return name_node(p, target);
    case TOK_STRING: return string_node(p);
    case TOK_INT: p->t++; return const_node(p, t, jv_int(t->i));
    case TOK_FLOAT: p->t++; return const_node(p, t, jv_float(t->f));
    case TOK_LPAREN: p->t++; break;
    case TOK_LBRACKET: return parse_list(p, NODE_LIST, TOK_RBRACKET);
    case TOK_LBRACE: return parse_list(p, NODE_DICT, TOK_RBRACE);
    default:
        return parse_fail(p, t, TAKT_ERR_FORMAT, "unexpected %s in an expression",
                          jinja_tok_text(t->kind));
    }
    n = parse_tuple(p, true, NULL, true);
    return n && parse_expect(p, TOK_RPAREN) ? n : NULL;
}

static bool keyword_arg(struct jinja_parser *p, struct jinja_call_args *a)
{
    size_t n = a->kw.n;
    if ((n & (n - 1)) == 0) {
        const struct jinja_name **v =
            ARENA_ARRAY(&p->code->arena, const struct jinja_name *, n ? n * 2 : 1);
        if (!v)
            return parse_memory(p);
        if (n)
            memcpy(v, a->kw_names, n * sizeof *v);
        a->kw_names = v;
    }
    if (!(a->kw_names[n] = parse_name(p, p->t)))
        return false;
    p->t += 2;
    return parse_push(p, &a->kw, parse_expr(p, true));
}

static bool one_arg(struct jinja_parser *p, struct jinja_call_args *a)
{
    const struct jinja_token *t = p->t;
    bool ok;
    if (t->kind == TOK_MUL || t->kind == TOK_POW) {
        struct jinja_node **to = t->kind == TOK_MUL ? &a->star : &a->star_star;
        ok = !a->star_star && !(t->kind == TOK_MUL && a->star);
        p->t++;
        if (ok)
            return (*to = parse_expr(p, true)) != NULL;
    } else if (t->kind == TOK_NAME && t[1].kind == TOK_ASSIGN) {
        if ((ok = !a->star_star))
            return keyword_arg(p, a);
    } else if ((ok = !a->star && !a->star_star && !a->kw.n)) {
        return parse_push(p, &a->pos, parse_expr(p, true));
    }
    return parse_fail(p, t, TAKT_ERR_FORMAT,
                      "arguments are out of order: positional, name=value, *list, **dict");
}

/* The arguments of a call, filter or test, from "(" to ")". */
static struct jinja_call_args *call_args(struct jinja_parser *p)
{
    struct jinja_call_args *a = ARENA_NEW(&p->code->arena, struct jinja_call_args);
    if (!a)
        return parse_memory(p);
    p->t++;
    for (bool comma = false; p->t->kind != TOK_RPAREN; comma = true) {
        if (comma && !parse_expect(p, TOK_COMMA))
            return NULL;
        if (comma && p->t->kind == TOK_RPAREN)
            break;
        if (!one_arg(p, a))
            return NULL;
    }
    p->t++;
    return a;
}

static struct jinja_node *call_node(struct jinja_parser *p, struct jinja_node *callee)
{
    struct jinja_node *n = parse_node(p, NODE_CALL, p->t);
    if (!n || !(n->args = call_args(p)))
        return NULL;
    n->a = callee;
    return n;
}

/* An expression or a slice, inside [ ]. */
static struct jinja_node *subscript(struct jinja_parser *p)
{
    struct jinja_node *n = NULL, *s;
    const struct jinja_token *t = p->t;
    if (t->kind != TOK_COLON && !(n = parse_expr(p, true)))
        return NULL;
    if (!parse_take(p, TOK_COLON))
        return n;
    if (!(s = parse_node(p, NODE_SLICE, t)))
        return NULL;
    s->a = n;
    struct jinja_node **part[] = {&s->b, &s->c};
    for (size_t i = 0; i < 2; i++) {
        if (i == 1 && !parse_take(p, TOK_COLON))
            break;
        if (p->t->kind != TOK_COLON && p->t->kind != TOK_RBRACKET && p->t->kind != TOK_COMMA &&
            !(*part[i] = parse_expr(p, true)))
            return NULL;
    }
    return s;
}

static struct jinja_node *item_node(struct jinja_parser *p, struct jinja_node *of)
{
    struct jinja_node *n = parse_node(p, NODE_ITEM, p->t);
    struct jinja_node *tuple = parse_node(p, NODE_TUPLE, p->t);
    if (!n || !tuple)
        return NULL;
    n->a = of;
    p->t++;
    while (p->t->kind != TOK_RBRACKET) {
        if (tuple->kids.n && !parse_expect(p, TOK_COMMA))
            return NULL;
        if (!parse_push(p, &tuple->kids, subscript(p)))
            return NULL;
    }
    p->t++;
    n->b = tuple->kids.n == 1 ? tuple->kids.v[0] : tuple;
    return n;
}

static struct jinja_node *dot_node(struct jinja_parser *p, struct jinja_node *of)
{
    const struct jinja_token *t = ++p->t;
    struct jinja_node *n = parse_node(p, t->kind == TOK_INT ? NODE_ITEM : NODE_ATTR, t);
    if (!n)
        return NULL;
    n->a = of;
    if (t->kind == TOK_NAME)
        n->name = parse_name(p, t);
    else if (t->kind == TOK_INT)
        n->b = const_node(p, t, jv_int(t->i));
    else
        return parse_fail(p, t, TAKT_ERR_FORMAT, "expected a name or number after '.'");
    p->t++;
    return n;
}

static struct jinja_node *postfix(struct jinja_parser *p, struct jinja_node *n)
{
    while (n) {
        if (p->t->kind == TOK_DOT)
            n = dot_node(p, n);
        else if (p->t->kind == TOK_LBRACKET)
            n = item_node(p, n);
        else if (p->t->kind == TOK_LPAREN)
            n = call_node(p, n);
        else
            break;
    }
    return n;
}

/* Filters and tests have dotted names in Jinja; none of ours does, so the dots only serve the
 * message. */
static const struct jinja_name *dotted_name(struct jinja_parser *p)
{
    if (p->t->kind != TOK_NAME)
        return parse_fail(p, p->t, TAKT_ERR_FORMAT, "expected the name of a filter or test");
    const struct jinja_token *first = p->t++;
    while (p->t->kind == TOK_DOT && p->t[1].kind == TOK_NAME)
        p->t += 2;
    struct jinja_token whole = *first;
    if (p->t - first > 1)
        whole.len = (size_t)(p->t[-1].p + p->t[-1].len - first->p);
    return parse_name(p, &whole);
}

struct jinja_node *parse_filters(struct jinja_parser *p, struct jinja_node *node, bool first)
{
    for (; p->t->kind == TOK_PIPE || first; first = false) {
        p->t += !first;
        struct jinja_node *n = parse_node(p, NODE_FILTER, p->t);
        if (!n || !(n->name = dotted_name(p)))
            return NULL;
        n->a = node;
        if (p->t->kind == TOK_LPAREN && !(n->args = call_args(p)))
            return NULL;
        node = n;
    }
    return node;
}

static bool starts_test_arg(const struct jinja_parser *p)
{
    switch (p->t->kind) {
    case TOK_NAME: return !parse_is(p, "else") && !parse_is(p, "or") && !parse_is(p, "and");
    case TOK_STRING:
    case TOK_INT:
    case TOK_FLOAT:
    case TOK_LBRACKET:
    case TOK_LBRACE: return true;
    default: return false;
    }
}

static struct jinja_node *test_node(struct jinja_parser *p, struct jinja_node *of)
{
    const struct jinja_token *t = p->t++;
    bool negate = parse_skip(p, "not");
    struct jinja_node *n = parse_node(p, NODE_TEST, t);
    if (!n || !(n->name = dotted_name(p)))
        return NULL;
    n->a = of;
    if (p->t->kind == TOK_LPAREN) {
        if (!(n->args = call_args(p)))
            return NULL;
    } else if (starts_test_arg(p)) {
        if (parse_is(p, "is"))
            return parse_fail(p, p->t, TAKT_ERR_FORMAT, "tests with 'is' cannot be chained");
        if (!(n->args = ARENA_NEW(&p->code->arena, struct jinja_call_args)))
            return parse_memory(p);
        struct jinja_node *arg = parse_primary(p, false);
        if (!parse_push(p, &n->args->pos, arg ? postfix(p, arg) : NULL))
            return NULL;
    }
    if (!negate)
        return n;
    struct jinja_node *not = parse_node(p, NODE_UNARY, t);
    if (not ) {
        not ->op = OP_NOT;
        not ->a = n;
    }
    return not ;
}

static struct jinja_node *unary(struct jinja_parser *p, bool filters)
{
    struct jinja_node *n;
    if (p->t->kind == TOK_SUB || p->t->kind == TOK_ADD) {
        n = parse_node(p, NODE_UNARY, p->t);
        if (!n || !parse_enter(p))
            return NULL;
        n->op = p->t->kind == TOK_SUB ? OP_NEG : OP_POS;
        p->t++;
        n->a = unary(p, false);
        parse_leave(p);
        if (!n->a)
            return NULL;
    } else if (!(n = parse_primary(p, false))) {
        return NULL;
    }
    n = postfix(p, n);
    while (n && filters) {
        if (p->t->kind == TOK_PIPE)
            n = parse_filters(p, n, false);
        else if (parse_is(p, "is"))
            n = test_node(p, n);
        else if (p->t->kind == TOK_LPAREN)
            n = call_node(p, n);
        else
            break;
    }
    return n;
}

static struct jinja_node *binary(struct jinja_parser *p, enum jinja_op op,
                                 const struct jinja_token *t, struct jinja_node *a,
                                 struct jinja_node *b)
{
    struct jinja_node *n = a && b ? parse_node(p, NODE_BINARY, t) : NULL;
    if (n) {
        n->op = op;
        n->a = a;
        n->b = b;
    }
    return n;
}

/* Binary operators from loosest to tightest level, except for the ones that need their own code. */
static bool op_at(enum jinja_tok kind, int level, enum jinja_op *op)
{
    switch (kind) {
    case TOK_ADD: *op = OP_ADD; return level == 0;
    case TOK_SUB: *op = OP_SUB; return level == 0;
    case TOK_MUL: *op = OP_MUL; return level == 2;
    case TOK_DIV: *op = OP_DIV; return level == 2;
    case TOK_FLOORDIV: *op = OP_FLOORDIV; return level == 2;
    case TOK_MOD: *op = OP_MOD; return level == 2;
    case TOK_POW: *op = OP_POW; return level == 3;
    default: return false;
    }
}

/* Levels: 0 + -, 1 ~, 2 * / // %, 3 ** (which associates to the left in Jinja), 4 unary and
 * postfix. */
static struct jinja_node *math(struct jinja_parser *p, int level)
{
    if (level == 4)
        return unary(p, true);
    enum jinja_op op = OP_ADD;
    struct jinja_node *n = math(p, level + 1);
    if (level == 1 && n && p->t->kind == TOK_TILDE) {
        struct jinja_node *cat = parse_node(p, NODE_CONCAT, p->t);
        if (!cat || !parse_push(p, &cat->kids, n))
            return NULL;
        while (parse_take(p, TOK_TILDE))
            if (!parse_push(p, &cat->kids, math(p, level + 1)))
                return NULL;
        return cat;
    }
    while (n && op_at(p->t->kind, level, &op)) {
        const struct jinja_token *t = p->t++;
        n = binary(p, op, t, n, math(p, level + 1));
    }
    return n;
}

static bool compare_op(struct jinja_parser *p, enum jinja_op *op)
{
    if (p->t->kind >= TOK_EQ && p->t->kind <= TOK_GE) {
        *op = OP_EQ + (p->t->kind - TOK_EQ);
        p->t++;
        return true;
    }
    *op = OP_IN;
    if (parse_skip(p, "in"))
        return true;
    struct jinja_token *t = p->t;
    *op = OP_NOT_IN;
    if (parse_skip(p, "not") && parse_skip(p, "in"))
        return true;
    p->t = t; /* a "not" alone stays */
    return false;
}

static struct jinja_node *compare(struct jinja_parser *p)
{
    struct jinja_node *n = math(p, 0), *c = NULL;
    enum jinja_op op;
    const struct jinja_token *t = p->t;
    uint8_t ops[64];
    while (n && compare_op(p, &op)) {
        if (!c && (c = parse_node(p, NODE_COMPARE, t)))
            c->a = n;
        if (c && c->kids.n == sizeof ops)
            return parse_fail(p, t, TAKT_ERR_LIMIT, "more than %zu comparisons in a row",
                              sizeof ops);
        if (!c || !parse_push(p, &c->kids, math(p, 0)))
            return NULL;
        ops[c->kids.n - 1] = (uint8_t)op;
    }
    if (!c || !n)
        return n;
    if (!(c->ops = arena_alloc(&p->code->arena, c->kids.n, 1)))
        return parse_memory(p);
    memcpy(c->ops, ops, c->kids.n);
    return c;
}

static struct jinja_node *not_expr(struct jinja_parser *p)
{
    if (!parse_is(p, "not"))
        return compare(p);
    struct jinja_node *n = parse_node(p, NODE_UNARY, p->t++);
    if (!n || !parse_enter(p))
        return NULL;
    n->op = OP_NOT;
    n->a = not_expr(p);
    parse_leave(p);
    return n->a ? n : NULL;
}

static struct jinja_node *and_expr(struct jinja_parser *p)
{
    struct jinja_node *n = not_expr(p);
    const struct jinja_token *t = p->t;
    while (n && parse_skip(p, "and"))
        n = binary(p, OP_AND, t, n, not_expr(p));
    return n;
}

static struct jinja_node *or_expr(struct jinja_parser *p)
{
    struct jinja_node *n = and_expr(p);
    const struct jinja_token *t = p->t;
    while (n && parse_skip(p, "or"))
        n = binary(p, OP_OR, t, n, and_expr(p));
    return n;
}

struct jinja_node *parse_expr(struct jinja_parser *p, bool cond)
{
    if (!parse_enter(p))
        return NULL;
    struct jinja_node *n = or_expr(p);
    while (n && cond && parse_is(p, "if")) {
        struct jinja_node *c = parse_node(p, NODE_COND, p->t++);
        if (!c || !(c->b = or_expr(p)))
            return NULL;
        if (parse_skip(p, "else") && !(c->c = parse_expr(p, true)))
            return NULL;
        c->a = n;
        n = c;
    }
    parse_leave(p);
    return n;
}
