/* parse: tokens to nodes: Jinja 3.1's grammar, without inheritance, imports and blocks. */
#ifndef TAKT_TEXT_JINJA_PARSE_H
#define TAKT_TEXT_JINJA_PARSE_H

#include "base/err.h"
#include "text/jinja_ast.h"
#include "text/jinja_lex.h"

/* jinja_compile parses SOURCE (LEN bytes) into *code, whose arena owns everything; free it with
 * arena_free(&code->arena), after failure too. Errors: TAKT_ERR_FORMAT and TAKT_ERR_UNSUPPORTED (by
 * the name of the tag) with line and column, TAKT_ERR_LIMIT, TAKT_ERR_MEMORY. */
takt_rc jinja_compile(struct jinja_code *code, const char *source, size_t len, takt_err *e);

/* What follows is shared by the two halves of the parser. All parse functions return NULL after an
 * error. */
struct jinja_parser {
    struct jinja_code *code;
    struct jinja_token *t; /* the next token */
    uint32_t depth;        /* of nested constructs */
    uint32_t loops;        /* around the next token, within the macro */
    uint8_t uses;          /* JINJA_USES_* seen in the current macro */
    bool failed;
    takt_rc rc;
    takt_err *e;
};

/* parse_fail records an error at token T and returns NULL. */
void *parse_fail(struct jinja_parser *p, const struct jinja_token *t, takt_code code,
                 const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void *parse_memory(struct jinja_parser *p);

/* parse_enter and parse_leave bracket recursion; false beyond the depth limit. */
bool parse_enter(struct jinja_parser *p);
void parse_leave(struct jinja_parser *p);

/* parse_node makes an empty node placed at token T. */
struct jinja_node *parse_node(struct jinja_parser *p, enum jinja_kind kind,
                              const struct jinja_token *t);

/* parse_name interns a name token. parse_push appends NODE to LIST (capacity is found from the
 * count). */
const struct jinja_name *parse_name(struct jinja_parser *p, const struct jinja_token *t);
bool parse_push(struct jinja_parser *p, struct jinja_nodes *list, struct jinja_node *node);

/* parse_is tells whether the next token is the word Z; parse_skip also takes it. parse_take takes a
 * token of KIND if it is next; parse_expect fails otherwise. */
bool parse_is(const struct jinja_parser *p, const char *z);
bool parse_skip(struct jinja_parser *p, const char *z);
bool parse_take(struct jinja_parser *p, enum jinja_tok kind);
bool parse_expect(struct jinja_parser *p, enum jinja_tok kind);

/* parse_expr parses one expression; without COND no inline if. parse_tuple also takes a bare tuple
 * (a, b), ended by the tag, a parenthesis or the word END (or NULL). PARENS: an empty tuple is
 * allowed. */
struct jinja_node *parse_expr(struct jinja_parser *p, bool cond);
struct jinja_node *parse_tuple(struct jinja_parser *p, bool cond, const char *end, bool parens);

/* parse_primary parses a name, literal or bracketed expression; TARGET allows namespace attributes
 * (ns.x). */
struct jinja_node *parse_primary(struct jinja_parser *p, bool target);

/* parse_filters parses |a|b ... applied to NODE (NULL: to a block's text); FIRST: the first stands
 * without its bar. */
struct jinja_node *parse_filters(struct jinja_parser *p, struct jinja_node *node, bool first);

/* parse_body parses up to a {% tag %} named by one of the ENDS (NULL-terminated), which becomes the
 * next token; up to the end of the template when ENDS is NULL. */
bool parse_body(struct jinja_parser *p, const char *const *ends, struct jinja_nodes *out);

#endif
