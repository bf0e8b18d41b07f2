/* lex: template text to tokens, with Jinja's rules for white space (trim_blocks and lstrip_blocks
 * on, one newline at the end of the template dropped). */
#ifndef TAKT_TEXT_JINJA_LEX_H
#define TAKT_TEXT_JINJA_LEX_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum jinja_tok {
    TOK_END,
    TOK_TEXT, /* outside tags: p, len */
    TOK_VAR_BEGIN,
    TOK_VAR_END,
    TOK_BLOCK_BEGIN,
    TOK_BLOCK_END,
    TOK_NAME,   /* p, len */
    TOK_STRING, /* p, len: unescaped */
    TOK_INT,    /* i */
    TOK_FLOAT,  /* f */
    TOK_ADD,
    TOK_SUB,
    TOK_MUL,
    TOK_DIV,
    TOK_FLOORDIV,
    TOK_MOD,
    TOK_POW,
    TOK_TILDE,
    TOK_EQ,
    TOK_NE,
    TOK_LT,
    TOK_LE,
    TOK_GT,
    TOK_GE,
    TOK_ASSIGN,
    TOK_DOT,
    TOK_COLON,
    TOK_PIPE,
    TOK_COMMA,
    TOK_SEMICOLON,
    TOK_LPAREN,
    TOK_RPAREN,
    TOK_LBRACKET,
    TOK_RBRACKET,
    TOK_LBRACE,
    TOK_RBRACE
};

struct jinja_token {
    enum jinja_tok kind;
    uint32_t line, col; /* from 1; col in bytes */
    const char *p;
    size_t len;
    int64_t i;
    double f;
};

struct jinja_tokens {
    struct jinja_token *v; /* ends with TOK_END */
    size_t n, cap;
};

/* jinja_lex splits SOURCE (LEN bytes of valid UTF-8) into tokens in ARENA. Errors: TAKT_ERR_FORMAT
 * with line and column, TAKT_ERR_MEMORY. */
takt_rc jinja_lex(struct jinja_tokens *out, struct arena *arena, const char *source, size_t len,
                  takt_err *e);

/* jinja_tok_text names a token kind for messages: "'%}'", "a name", ... */
const char *jinja_tok_text(enum jinja_tok kind);

/* jinja_space tells whether white space in Python's sense starts at P[0..n), and its length. */
bool jinja_space(const char *p, size_t n, unsigned *len);

/* jinja_syntax fails with TAKT_ERR_FORMAT (or CODE) and "chat template, line L, column C". */
takt_rc jinja_syntax(takt_err *e, takt_code code, uint32_t line, uint32_t col, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

#endif
