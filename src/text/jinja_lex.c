#include "text/jinja_lex.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "text/jinja_literal.h"

struct lexer {
    const char *p;
    size_t n, at;
    size_t mark; /* line and col are those of this offset */
    uint32_t line, col;
    bool line_starting; /* the last match ended with a newline */
    char stack[256];    /* open brackets inside a tag */
    size_t depth;
    struct jinja_tokens *out;
    struct arena *arena;
    takt_err *e;
};

takt_rc jinja_syntax(takt_err *e, takt_code code, uint32_t line, uint32_t col, const char *fmt, ...)
{
    char where[64], what[320];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    snprintf(where, sizeof where, "chat template, line %u, column %u", line, col);
    return err_set(e, code, where, "%s", what);
}

const char *jinja_tok_text(enum jinja_tok kind)
{
    static const char *const text[] = {
        "end of template",
        "text",
        "'{{'",
        "'}}'",
        "'{%'",
        "'%}'",
        "name",
        "string",
        "integer",
        "float",
        "'+'",
        "'-'",
        "'*'",
        "'/'",
        "'//'",
        "'%'",
        "'**'",
        "'~'",
        "'=='",
        "'!='",
        "'<'",
        "'<='",
        "'>'",
        "'>='",
        "'='",
        "'.'",
        "':'",
        "'|'",
        "','",
        "';'",
        "'('",
        "')'",
        "'['",
        "']'",
        "'{'",
        "'}'",
    };
    return text[kind];
}

bool jinja_space(const char *p, size_t n, unsigned *len)
{
    if (n == 0)
        return false;
    unsigned char c = (unsigned char)*p;
    *len = 1;
    if (c < 0x80)
        return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x1f);
    uint32_t u = utf8_next((const uint8_t *)p, n, len);
    return u == 0x85 || u == 0xa0 || u == 0x1680 || (u >= 0x2000 && u <= 0x200a) || u == 0x2028 ||
           u == 0x2029 || u == 0x202f || u == 0x205f || u == 0x3000;
}

/* Moves the line and column to offset AT: on from the last one, or, for a message, back. */
static void locate(struct lexer *x, size_t at)
{
    if (at < x->mark) {
        x->mark = 0;
        x->line = x->col = 1;
    }
    for (; x->mark < at; x->mark++) {
        if (x->p[x->mark] == '\n') {
            x->line++;
            x->col = 1;
        } else {
            x->col++;
        }
    }
}

static takt_rc fail(struct lexer *x, size_t at, const char *what)
{
    locate(x, at);
    return jinja_syntax(x->e, TAKT_ERR_FORMAT, x->line, x->col, "%s", what);
}

static takt_rc push(struct lexer *x, size_t at, struct jinja_token t)
{
    struct jinja_tokens *o = x->out;
    if (o->n == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 256;
        struct jinja_token *v = ARENA_ARRAY(x->arena, struct jinja_token, cap);
        if (!v)
            return err_set(x->e, TAKT_ERR_MEMORY, "chat template", "is too large to compile");
        if (o->n)
            memcpy(v, o->v, o->n * sizeof *v);
        o->v = v;
        o->cap = cap;
    }
    locate(x, at);
    t.line = x->line;
    t.col = x->col;
    o->v[o->n++] = t;
    return TAKT_OK;
}

static bool has(const struct lexer *x, size_t at, const char *z)
{
    size_t n = strlen(z);
    return at <= x->n && x->n - at >= n && memcmp(x->p + at, z, n) == 0;
}

static size_t skip_space(const struct lexer *x, size_t at)
{
    unsigned len;
    while (at < x->n && jinja_space(x->p + at, x->n - at, &len))
        at += len;
    return at;
}

/* If a tag that closes with CLOSE ("%}", "#}", "}}") ends at AT, gives the offset after it and the
 * white space that it swallows, else 0. */
static size_t tag_end(const struct lexer *x, size_t at, const char *close)
{
    bool var = close[0] == '}';
    if (has(x, at, "-") && has(x, at + 1, close))
        return skip_space(x, at + 3);
    if (!var && has(x, at, "+") && has(x, at + 1, close))
        return at + 3;
    if (!has(x, at, close))
        return 0;
    return at + 2 + (!var && has(x, at + 2, "\n"));
}

static void passed(struct lexer *x, size_t end)
{
    x->line_starting = end > 0 && x->p[end - 1] == '\n';
    x->at = end;
}

/* Emits the text from FROM to TO, stripped as the sign of the tag that follows and lstrip_blocks
 * demand. */
static takt_rc put_text(struct lexer *x, size_t from, size_t to, char sign, bool lstrip)
{
    size_t end = to;
    if (sign == '-') {
        size_t keep = from;
        unsigned len = 1;
        for (size_t i = from; i < to; i += len) {
            if (!jinja_space(x->p + i, to - i, &len)) {
                utf8_next((const uint8_t *)x->p + i, to - i, &len);
                keep = i + len;
            }
        }
        end = keep;
    } else if (lstrip && sign != '+') {
        size_t l = to;
        while (l > from && x->p[l - 1] != '\n')
            l--;
        if ((l > from || x->line_starting) && skip_space(x, l) >= to)
            end = l;
    }
    if (end == from)
        return TAKT_OK;
    return push(x, from,
                (struct jinja_token){.kind = TOK_TEXT, .p = x->p + from, .len = end - from});
}

static char sign_at(const struct lexer *x, size_t at)
{
    return at < x->n && (x->p[at] == '-' || x->p[at] == '+') ? x->p[at] : 0;
}

/* If {% WORD %} stands at AT, gives the offset of its closing part, else 0. */
static size_t word_tag(const struct lexer *x, size_t at, const char *word)
{
    at += 2 + (sign_at(x, at + 2) != 0);
    at = skip_space(x, at);
    if (!has(x, at, word))
        return 0;
    return skip_space(x, at + strlen(word));
}

static takt_rc lex_raw(struct lexer *x, size_t open, size_t body)
{
    passed(x, body);
    for (size_t at = body; at + 1 < x->n; at++) {
        size_t close = has(x, at, "{%") ? word_tag(x, at, "endraw") : 0;
        size_t end = close ? tag_end(x, close, "%}") : 0;
        if (!end)
            continue;
        TAKT_TRY(put_text(x, body, at, sign_at(x, at + 2), true));
        passed(x, end);
        return TAKT_OK;
    }
    return fail(x, open, "missing {% endraw %}");
}

static takt_rc lex_comment(struct lexer *x, size_t open)
{
    for (size_t at = open + 2 + (sign_at(x, open + 2) != 0); at + 1 < x->n; at++) {
        size_t end = tag_end(x, at, "#}");
        if (end) {
            passed(x, end);
            return TAKT_OK;
        }
    }
    return fail(x, open, "missing end of comment '#}'");
}

static takt_rc lex_bracket(struct lexer *x, char c)
{
    if (c == '(' || c == '[' || c == '{') {
        if (x->depth == sizeof x->stack)
            return fail(x, x->at, "brackets are nested too deeply");
        x->stack[x->depth++] = c == '(' ? ')' : c == '[' ? ']' : '}';
        return TAKT_OK;
    }
    if (x->depth == 0)
        return fail(x, x->at, "a bracket closes that was never opened");
    if (x->stack[--x->depth] != c)
        return fail(x, x->at, "a bracket closes that does not match the one that was opened");
    return TAKT_OK;
}

static takt_rc lex_operator(struct lexer *x)
{
    static const struct {
        const char *text;
        enum jinja_tok kind;
    } ops[] = {
        {"//", TOK_FLOORDIV}, {"**", TOK_POW},   {"==", TOK_EQ},      {"!=", TOK_NE},
        {"<=", TOK_LE},       {">=", TOK_GE},    {"+", TOK_ADD},      {"-", TOK_SUB},
        {"*", TOK_MUL},       {"/", TOK_DIV},    {"%", TOK_MOD},      {"~", TOK_TILDE},
        {"<", TOK_LT},        {">", TOK_GT},     {"=", TOK_ASSIGN},   {".", TOK_DOT},
        {":", TOK_COLON},     {"|", TOK_PIPE},   {",", TOK_COMMA},    {";", TOK_SEMICOLON},
        {"(", TOK_LPAREN},    {")", TOK_RPAREN}, {"[", TOK_LBRACKET}, {"]", TOK_RBRACKET},
        {"{", TOK_LBRACE},    {"}", TOK_RBRACE},
    };
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (!has(x, x->at, ops[i].text))
            continue;
        if (ops[i].kind >= TOK_LPAREN)
            TAKT_TRY(lex_bracket(x, ops[i].text[0]));
        TAKT_TRY(push(x, x->at, (struct jinja_token){.kind = ops[i].kind}));
        x->at += strlen(ops[i].text);
        return TAKT_OK;
    }
    char what[48];
    unsigned char c = (unsigned char)x->p[x->at];
    snprintf(what, sizeof what, c > ' ' && c < 127 ? "unexpected '%c'" : "unexpected byte 0x%02x",
             c);
    return fail(x, x->at, what);
}

static bool is_name_byte(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c >= 0x80;
}

static takt_rc lex_token(struct lexer *x)
{
    unsigned char c = (unsigned char)x->p[x->at];
    struct jinja_token t = {.kind = TOK_NAME};
    if (c >= '0' && c <= '9') {
        size_t len;
        bool after_dot = x->at > 0 && x->p[x->at - 1] == '.';
        if (!literal_number(&t, x->p + x->at, x->n - x->at, after_dot, &len))
            return fail(x, x->at, "number is too large: integers have 64 bits");
        TAKT_TRY(push(x, x->at, t));
        x->at += len;
        return TAKT_OK;
    }
    if (c == '\'' || c == '"') {
        size_t end = x->at + 1;
        while (end < x->n && x->p[end] != (char)c)
            end += x->p[end] == '\\' ? 2 : 1;
        if (end >= x->n)
            return fail(x, x->at, "string has no end");
        t.kind = TOK_STRING;
        if (!literal_string(&t, x->arena, x->p + x->at + 1, end - x->at - 1))
            return fail(x, x->at, "string has a malformed \\x, \\u or \\N escape");
        TAKT_TRY(push(x, x->at, t));
        x->at = end + 1;
        return TAKT_OK;
    }
    if (!is_name_byte(c))
        return lex_operator(x);
    size_t end = x->at;
    while (end < x->n && is_name_byte((unsigned char)x->p[end]))
        end++;
    t.p = x->p + x->at;
    t.len = end - x->at;
    TAKT_TRY(push(x, x->at, t));
    x->at = end;
    return TAKT_OK;
}

/* The inside of {{ }} or {% %}: x->at is after the opening and its sign. */
static takt_rc lex_tag(struct lexer *x, size_t open, bool var)
{
    x->depth = 0;
    TAKT_TRY(push(x, open, (struct jinja_token){.kind = var ? TOK_VAR_BEGIN : TOK_BLOCK_BEGIN}));
    for (;;) {
        x->at = skip_space(x, x->at);
        if (x->at >= x->n)
            return fail(x, open, var ? "missing '}}'" : "missing '%}'");
        size_t end = x->depth ? 0 : tag_end(x, x->at, var ? "}}" : "%}");
        if (end) {
            TAKT_TRY(
                push(x, x->at, (struct jinja_token){.kind = var ? TOK_VAR_END : TOK_BLOCK_END}));
            passed(x, end);
            return TAKT_OK;
        }
        TAKT_TRY(lex_token(x));
    }
}

static takt_rc lex_all(struct lexer *x)
{
    while (x->at < x->n) {
        size_t open = x->at;
        while (open < x->n && !(x->p[open] == '{' && open + 1 < x->n &&
                                strchr("{%#", x->p[open + 1]) && x->p[open + 1]))
            open++;
        if (open >= x->n)
            return put_text(x, x->at, x->n, '+', false);
        char kind = x->p[open + 1], sign = sign_at(x, open + 2);
        TAKT_TRY(put_text(x, x->at, open, sign, kind != '{'));
        size_t raw = kind == '%' ? word_tag(x, open, "raw") : 0;
        if (raw && has(x, raw, "-%}"))
            TAKT_TRY(lex_raw(x, open, skip_space(x, raw + 3)));
        else if (raw && has(x, raw, "%}"))
            TAKT_TRY(lex_raw(x, open, raw + 2));
        else if (kind == '#')
            TAKT_TRY(lex_comment(x, open));
        else {
            x->at = open + 2 + (sign != 0);
            TAKT_TRY(lex_tag(x, open, kind == '{'));
        }
    }
    return TAKT_OK;
}

takt_rc jinja_lex(struct jinja_tokens *out, struct arena *arena, const char *source, size_t len,
                  takt_err *e)
{
    char *p = arena_alloc(arena, len + 1, 1);
    if (!p)
        return err_set(e, TAKT_ERR_MEMORY, "chat template", "is too large to compile");
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (source[i] == '\r') {
            p[n++] = '\n';
            i += i + 1 < len && source[i + 1] == '\n';
        } else {
            p[n++] = source[i];
        }
    }
    if (n && p[n - 1] == '\n')
        n--;
    *out = (struct jinja_tokens){0};
    struct lexer x = {.p = p,
                      .n = n,
                      .line = 1,
                      .col = 1,
                      .line_starting = true,
                      .out = out,
                      .arena = arena,
                      .e = e};
    TAKT_TRY(lex_all(&x));
    return push(&x, n, (struct jinja_token){.kind = TOK_END});
}
