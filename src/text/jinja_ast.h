/* ast: a compiled template: nodes in the template's arena, immutable after parsing, shared by all
 * renderings. */
#ifndef TAKT_TEXT_JINJA_AST_H
#define TAKT_TEXT_JINJA_AST_H

#include <stdint.h>

#include "text/jinja_value.h"

enum jinja_kind {
    /* expressions */
    NODE_CONST,   /* value */
    NODE_NAME,    /* name */
    NODE_LIST,    /* kids */
    NODE_TUPLE,   /* kids; as a target too */
    NODE_DICT,    /* kids: key, value, key, value, ... */
    NODE_UNARY,   /* op a */
    NODE_BINARY,  /* a op b */
    NODE_COMPARE, /* a, then kids compared with ops in turn */
    NODE_CONCAT,  /* kids joined by ~ */
    NODE_COND,    /* a if b else c (c may be NULL) */
    NODE_ATTR,    /* a.name */
    NODE_ITEM,    /* a[b] */
    NODE_SLICE,   /* a:b:c, each may be NULL; only inside NODE_ITEM */
    NODE_CALL,    /* a(args) */
    NODE_FILTER,  /* a|name(args); a NULL: the text of the enclosing block */
    NODE_TEST,    /* a is name(args) */
    NODE_NSREF,   /* name.attr as a target: name, attr */
    /* statements */
    NODE_TEXT,         /* value */
    NODE_OUTPUT,       /* {{ a }} */
    NODE_IF,           /* a, body, orelse */
    NODE_FOR,          /* a in b if c; body, orelse; recursive in op */
    NODE_SET,          /* a = b */
    NODE_SET_BLOCK,    /* a = body through filter chain b (may be NULL) */
    NODE_MACRO,        /* name, params, defaults (args), body; JINJA_USES_* in op */
    NODE_CALL_BLOCK,   /* params, defaults, body; a is the call; JINJA_USES_* in op */
    NODE_FILTER_BLOCK, /* b is the filter chain, body */
    NODE_WITH,         /* kids: target, value, ...; body */
    NODE_SCOPE,        /* body in a scope of its own ({% generation %}) */
    NODE_PRINT,        /* body: the outputs */
    NODE_BREAK,
    NODE_CONTINUE
};

enum jinja_op {
    OP_AND,
    OP_OR,
    OP_NOT,
    OP_NEG,
    OP_POS,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_FLOORDIV,
    OP_MOD,
    OP_POW,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_IN,
    OP_NOT_IN
};

/* What a macro's body asks for beyond its parameters. */
enum { JINJA_USES_CALLER = 1, JINJA_USES_KWARGS = 2, JINJA_USES_VARARGS = 4 };

/* jinja_name: an identifier of the template; one object per spelling. */
struct jinja_name {
    const char *p; /* NUL-terminated */
    size_t len;
    uint32_t id;
    struct jinja_name *next; /* in its hash bucket */
};

struct jinja_nodes {
    struct jinja_node **v;
    size_t n;
};

struct jinja_names {
    const struct jinja_name **v;
    size_t n;
};

struct jinja_call_args {
    struct jinja_nodes pos;
    struct jinja_nodes kw;               /* values */
    const struct jinja_name **kw_names;  /* of kw */
    struct jinja_node *star, *star_star; /* *args, **kwargs or NULL */
};

struct jinja_node {
    enum jinja_kind kind;
    uint8_t op;
    uint32_t line, col; /* from 1; col in bytes */
    const struct jinja_name *name;
    const struct jinja_name *attr;
    struct jv value;
    struct jinja_node *a, *b, *c;
    struct jinja_nodes kids;
    uint8_t *ops; /* of NODE_COMPARE */
    struct jinja_call_args *args;
    struct jinja_nodes body, orelse;
    const struct jinja_name **params; /* of a macro */
    size_t n_params;
    struct jinja_nodes defaults;            /* for the last defaults.n parameters */
    struct jinja_names hidden, hidden_else; /* see jinja_scopes.h; of body and orelse */
};

/* jinja_code: a template ready to render. */
struct jinja_code {
    struct arena arena;
    struct jinja_nodes body;
    struct jinja_names hidden; /* at the top level */
    struct jinja_name *buckets[256];
    struct jinja_name **names; /* by id */
    uint32_t n_names, names_cap;
};

/* jinja_name_find gives the name spelled P[0..len) or NULL when the template never mentions it. */
const struct jinja_name *jinja_name_find(const struct jinja_code *code, const char *p, size_t len);

#endif
