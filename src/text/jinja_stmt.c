/* The parser's statements. */
#include <stdio.h>
#include <string.h>

#include "text/jinja_parse.h"
#include "text/jinja_scopes.h"

static uint32_t name_hash(const char *p, size_t len)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)p[i]) * 16777619u;
    return (h ^ h >> 16) & 255;
}

const struct jinja_name *jinja_name_find(const struct jinja_code *code, const char *p, size_t len)
{
    const struct jinja_name *n = code->buckets[name_hash(p, len)];
    while (n && (n->len != len || memcmp(n->p, p, len) != 0))
        n = n->next;
    return n;
}

const struct jinja_name *parse_name(struct jinja_parser *p, const struct jinja_token *t)
{
    struct jinja_code *c = p->code;
    const struct jinja_name *found = jinja_name_find(c, t->p, t->len);
    if (found)
        return found;
    if (c->n_names == c->names_cap) {
        uint32_t cap = c->names_cap ? c->names_cap * 2 : 64;
        struct jinja_name **v = ARENA_ARRAY(&c->arena, struct jinja_name *, cap);
        if (!v)
            return parse_memory(p);
        if (c->n_names)
            memcpy(v, c->names, c->n_names * sizeof *v);
        c->names = v;
        c->names_cap = cap;
    }
    struct jinja_name *n = ARENA_NEW(&c->arena, struct jinja_name);
    char *text = n ? arena_strndup(&c->arena, t->p, t->len) : NULL;
    if (!text)
        return parse_memory(p);
    struct jinja_name **bucket = &c->buckets[name_hash(t->p, t->len)];
    *n = (struct jinja_name){text, t->len, c->n_names, *bucket};
    c->names[c->n_names++] = n;
    *bucket = n;
    return n;
}

/* The rest of a tag, then its body up to {% END, which is taken too. */
static bool body_until(struct jinja_parser *p, const char *end, struct jinja_nodes *out)
{
    const char *const ends[] = {end, NULL};
    return parse_expect(p, TOK_BLOCK_END) && parse_body(p, ends, out) && parse_skip(p, end);
}

/* What set, for and with assign to: a name, a namespace's attribute, or a tuple of targets. */
static bool check_target(struct jinja_parser *p, const struct jinja_node *n,
                         const struct jinja_token *t)
{
    if (n->kind == NODE_NAME || n->kind == NODE_NSREF)
        return true;
    if (n->kind != NODE_TUPLE || n->kids.n == 0)
        return parse_fail(p, t, TAKT_ERR_FORMAT, "cannot assign to this expression");
    for (size_t i = 0; i < n->kids.n; i++)
        if (!check_target(p, n->kids.v[i], t))
            return false;
    return true;
}

static struct jinja_node *target(struct jinja_parser *p, const char *end, bool namespaces)
{
    const struct jinja_token *t = p->t;
    struct jinja_node *tuple = parse_node(p, NODE_TUPLE, t), *n = NULL;
    while (tuple) {
        n = parse_primary(p, namespaces);
        if (!parse_push(p, &tuple->kids, n))
            return NULL;
        if (p->t->kind != TOK_COMMA) {
            n = tuple->kids.n > 1 ? tuple : n;
            break;
        }
        p->t++;
        if (p->t->kind == TOK_ASSIGN || p->t->kind == TOK_BLOCK_END || (end && parse_is(p, end))) {
            n = tuple; /* a comma at the end */
            break;
        }
    }
    return n && check_target(p, n, t) ? n : NULL;
}

static struct jinja_node *stmt_if(struct jinja_parser *p)
{
    static const char *const ends[] = {"elif", "else", "endif", NULL};
    struct jinja_node *first = parse_node(p, NODE_IF, p->t), *n = first;
    p->t++;
    while (n) {
        if (!(n->a = parse_tuple(p, false, NULL, false)) || !parse_expect(p, TOK_BLOCK_END) ||
            !parse_body(p, ends, &n->body))
            return NULL;
        const struct jinja_token *t = p->t;
        if (parse_skip(p, "endif"))
            return first;
        if (parse_skip(p, "else"))
            return body_until(p, "endif", &n->orelse) ? first : NULL;
        p->t++;
        struct jinja_node *next = parse_node(p, NODE_IF, t);
        if (!parse_push(p, &n->orelse, next))
            return NULL;
        n = next;
    }
    return NULL;
}

static struct jinja_node *stmt_for(struct jinja_parser *p)
{
    static const char *const ends[] = {"else", "endfor", NULL};
    struct jinja_node *n = parse_node(p, NODE_FOR, p->t++);
    if (!n || !(n->a = target(p, "in", false)))
        return NULL;
    if (!parse_skip(p, "in"))
        return parse_fail(p, p->t, TAKT_ERR_FORMAT, "expected 'in' after the loop's variable");
    if (!(n->b = parse_tuple(p, false, "recursive", false)))
        return NULL;
    if (parse_skip(p, "if") && !(n->c = parse_expr(p, true)))
        return NULL;
    n->op = parse_skip(p, "recursive");
    if (!parse_expect(p, TOK_BLOCK_END))
        return NULL;
    p->loops++;
    bool ok = parse_body(p, ends, &n->body);
    p->loops--;
    if (!ok)
        return NULL;
    if (parse_skip(p, "endfor"))
        return n;
    p->t++;
    return body_until(p, "endfor", &n->orelse) ? n : NULL;
}

static struct jinja_node *stmt_set(struct jinja_parser *p)
{
    struct jinja_node *n = parse_node(p, NODE_SET, p->t++);
    if (!n || !(n->a = target(p, NULL, true)))
        return NULL;
    if (parse_take(p, TOK_ASSIGN))
        return (n->b = parse_tuple(p, true, NULL, false)) ? n : NULL;
    n->kind = NODE_SET_BLOCK;
    if (p->t->kind == TOK_PIPE && !(n->b = parse_filters(p, NULL, false)))
        return NULL;
    return body_until(p, "endset", &n->body) ? n : NULL;
}

/* (a, b=1): the parameters of a macro or call block. */
static bool signature(struct jinja_parser *p, struct jinja_node *n)
{
    const struct jinja_name *names[64];
    if (!parse_expect(p, TOK_LPAREN))
        return false;
    for (; p->t->kind != TOK_RPAREN; n->n_params++) {
        if (n->n_params && !parse_expect(p, TOK_COMMA))
            return false;
        if (p->t->kind != TOK_NAME)
            return parse_fail(p, p->t, TAKT_ERR_FORMAT, "expected the name of a parameter");
        if (n->n_params == sizeof names / sizeof *names)
            return parse_fail(p, p->t, TAKT_ERR_LIMIT, "a macro takes more than %zu parameters",
                              n->n_params);
        if (!(names[n->n_params] = parse_name(p, p->t)))
            return false;
        p->t++;
        if (parse_take(p, TOK_ASSIGN)) {
            if (!parse_push(p, &n->defaults, parse_expr(p, true)))
                return false;
        } else if (n->defaults.n) {
            return parse_fail(p, p->t, TAKT_ERR_FORMAT,
                              "a parameter without default follows one with a default");
        }
    }
    p->t++;
    n->params = ARENA_ARRAY(&p->code->arena, const struct jinja_name *, n->n_params);
    if (!n->params)
        return parse_memory(p);
    if (n->n_params)
        memcpy(n->params, names, n->n_params * sizeof *names);
    return true;
}

/* The body of a macro or call block: notes which of caller, kwargs and varargs it asks for. */
static bool macro_body(struct jinja_parser *p, struct jinja_node *n, const char *end)
{
    uint8_t uses = p->uses;
    uint32_t loops = p->loops;
    p->uses = 0;
    p->loops = 0;
    bool ok = body_until(p, end, &n->body);
    n->op = p->uses;
    p->uses |= uses;
    p->loops = loops;
    return ok;
}

static struct jinja_node *stmt_macro(struct jinja_parser *p)
{
    struct jinja_node *n = parse_node(p, NODE_MACRO, p->t++);
    if (!n)
        return NULL;
    if (p->t->kind != TOK_NAME)
        return parse_fail(p, p->t, TAKT_ERR_FORMAT, "expected the name of the macro");
    if (!(n->name = parse_name(p, p->t++)) || !signature(p, n))
        return NULL;
    return macro_body(p, n, "endmacro") ? n : NULL;
}

static struct jinja_node *stmt_call(struct jinja_parser *p)
{
    struct jinja_node *n = parse_node(p, NODE_CALL_BLOCK, p->t++);
    if (!n || (p->t->kind == TOK_LPAREN && !signature(p, n)))
        return NULL;
    const struct jinja_token *t = p->t;
    if (!(n->a = parse_expr(p, true)))
        return NULL;
    if (n->a->kind != NODE_CALL)
        return parse_fail(p, t, TAKT_ERR_FORMAT, "expected a call of a macro");
    return macro_body(p, n, "endcall") ? n : NULL;
}

static struct jinja_node *stmt_filter(struct jinja_parser *p)
{
    struct jinja_node *n = parse_node(p, NODE_FILTER_BLOCK, p->t++);
    if (!n || !(n->b = parse_filters(p, NULL, true)))
        return NULL;
    return body_until(p, "endfilter", &n->body) ? n : NULL;
}

static struct jinja_node *stmt_with(struct jinja_parser *p)
{
    struct jinja_node *n = parse_node(p, NODE_WITH, p->t++);
    while (n && p->t->kind != TOK_BLOCK_END) {
        if (n->kids.n && !parse_expect(p, TOK_COMMA))
            return NULL;
        const struct jinja_token *t = p->t;
        struct jinja_node *to = parse_primary(p, false);
        if (!to || !check_target(p, to, t) || !parse_push(p, &n->kids, to) ||
            !parse_expect(p, TOK_ASSIGN) || !parse_push(p, &n->kids, parse_expr(p, true)))
            return NULL;
    }
    return n && body_until(p, "endwith", &n->body) ? n : NULL;
}

static struct jinja_node *stmt_generation(struct jinja_parser *p)
{
    struct jinja_node *n = parse_node(p, NODE_SCOPE, p->t++);
    return n && body_until(p, "endgeneration", &n->body) ? n : NULL;
}

static struct jinja_node *stmt_print(struct jinja_parser *p)
{
    struct jinja_node *n = parse_node(p, NODE_PRINT, p->t++);
    while (n && p->t->kind != TOK_BLOCK_END) {
        if (n->body.n && !parse_expect(p, TOK_COMMA))
            return NULL;
        struct jinja_node *o = parse_node(p, NODE_OUTPUT, p->t);
        if (!o || !(o->a = parse_expr(p, true)) || !parse_push(p, &n->body, o))
            return NULL;
    }
    return n;
}

static struct jinja_node *stmt_jump(struct jinja_parser *p)
{
    enum jinja_kind kind = parse_is(p, "break") ? NODE_BREAK : NODE_CONTINUE;
    if (p->loops == 0)
        return parse_fail(p, p->t, TAKT_ERR_FORMAT, "'%s' outside of a loop",
                          kind == NODE_BREAK ? "break" : "continue");
    return parse_node(p, kind, p->t++);
}

static struct jinja_node *statement(struct jinja_parser *p)
{
    static const struct {
        const char *tag;
        struct jinja_node *(*parse)(struct jinja_parser *);
    } tags[] = {{"if", stmt_if},        {"for", stmt_for},
                {"set", stmt_set},      {"macro", stmt_macro},
                {"call", stmt_call},    {"filter", stmt_filter},
                {"with", stmt_with},    {"generation", stmt_generation},
                {"print", stmt_print},  {"break", stmt_jump},
                {"continue", stmt_jump}};
    static const char *const unsupported[] = {"block",      "extends", "include", "import", "from",
                                              "autoescape", "do",      "trans",   "debug"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (parse_is(p, tags[i].tag))
            return tags[i].parse(p);
    for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
        if (parse_is(p, unsupported[i]))
            return parse_fail(p, p->t, TAKT_ERR_UNSUPPORTED,
                              "tag '%s' is not supported in chat templates", unsupported[i]);
    if (p->t->kind != TOK_NAME)
        return parse_fail(p, p->t, TAKT_ERR_FORMAT, "expected the name of a tag, got %s",
                          jinja_tok_text(p->t->kind));
    return parse_fail(p, p->t, TAKT_ERR_FORMAT, "unknown or misplaced tag '%.*s'",
                      (int)(p->t->len < 40 ? p->t->len : 40), p->t->p);
}

static bool body_item(struct jinja_parser *p, struct jinja_nodes *out)
{
    struct jinja_node *n;
    if (p->t->kind == TOK_TEXT) {
        n = parse_node(p, NODE_TEXT, p->t);
        if (!n)
            return false;
        n->value = (struct jv){.kind = JV_STR, .s = jv_str_in(&p->code->arena, p->t->p, p->t->len)};
        p->t++;
        if (!n->value.s)
            return parse_memory(p);
        return parse_push(p, out, n);
    }
    if (p->t->kind == TOK_VAR_BEGIN) {
        n = parse_node(p, NODE_OUTPUT, ++p->t);
        if (!n || !(n->a = parse_tuple(p, true, NULL, false)) || !parse_expect(p, TOK_VAR_END))
            return false;
        return parse_push(p, out, n);
    }
    return parse_push(p, out, statement(p)) && parse_expect(p, TOK_BLOCK_END);
}

bool parse_body(struct jinja_parser *p, const char *const *ends, struct jinja_nodes *out)
{
    if (!parse_enter(p))
        return false;
    while (p->t->kind != TOK_END) {
        if (p->t->kind == TOK_BLOCK_BEGIN) {
            p->t++;
            for (size_t i = 0; ends && ends[i]; i++) {
                if (parse_is(p, ends[i])) {
                    parse_leave(p);
                    return true;
                }
            }
        }
        if (!body_item(p, out))
            return false;
    }
    parse_leave(p);
    if (!ends)
        return true;
    size_t last = 0;
    while (ends[last + 1])
        last++;
    return parse_fail(p, p->t, TAKT_ERR_FORMAT, "the template ends where '%s' is missing",
                      ends[last]);
}

takt_rc jinja_compile(struct jinja_code *code, const char *source, size_t len, takt_err *e)
{
    enum { SOURCE_MAX = 1 << 20, MEMORY_MAX = 512 << 20 };
    *code = (struct jinja_code){.arena = {.limit_bytes = MEMORY_MAX}};
    if (len > SOURCE_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "chat template", "has %zu bytes; takt reads up to %d",
                       len, SOURCE_MAX);
    struct jinja_tokens tokens;
    takt_rc rc = jinja_lex(&tokens, &code->arena, source, len, e);
    if (!rc.code) {
        struct jinja_parser p = {.code = code, .t = tokens.v, .e = e};
        rc = parse_body(&p, NULL, &code->body) ? jinja_hide(code, e) : p.rc;
    }
    return rc;
}
