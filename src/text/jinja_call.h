/* call: arguments, and everything that can be called: macros, methods, global functions, loops. */
#ifndef TAKT_TEXT_JINJA_CALL_H
#define TAKT_TEXT_JINJA_CALL_H

#include "text/jinja_ast.h"
#include "text/jinja_run.h"

struct jinja_kw {
    const char *name; /* NUL-terminated */
    struct jv v;
};

struct jinja_args {
    struct jv *pos;
    size_t n_pos;
    struct jinja_kw *kw;
    size_t n_kw;
};

enum { JINJA_SLOTS = 6 }; /* most parameters of a built-in */

/* args_bind sorts ARGS into SLOTS by the signature SIG, the parameters' names parted by spaces (""
 * for none). Slots without an argument become JV_ABSENT. Fails for too many, unknown or doubled
 * arguments, and when one of the first REQUIRED is missing. WHAT names the callee in messages. */
bool args_bind(struct jinja_run *r, const char *what, const struct jinja_args *args,
               const char *sig, size_t required, struct jv slots[JINJA_SLOTS]);

/* Typed reads of a bound slot: the default when absent; fail for another type. */
bool arg_int(struct jinja_run *r, struct jv slot, int64_t missing, int64_t *out);
bool arg_bool(struct jv slot, bool missing);
bool arg_str(struct jinja_run *r, struct jv slot, const char *missing, const struct jv_str **out);

/* A loop in progress: the variable `loop`. Items are fetched one by one, because the loop's filter
 * (for ... if ...) may depend on what the body did before. */
struct jinja_loop {
    const struct jinja_node *node;
    struct jinja_scope *outer; /* around the loop */
    struct jv *items;
    size_t n, at;   /* items[at] is the next one to look at */
    bool filtered;  /* items have passed the filter */
    int64_t index0; /* -1 before the first turn */
    int64_t depth0; /* of recursive loops */
    int64_t length; /* -1: not known yet */
    struct jv current, before;
    struct jv after;   /* fetched ahead; JV_ABSENT: not */
    struct jv changed; /* arguments of the last changed(), JV_ABSENT before */
};

struct jinja_macro {
    const struct jinja_node *node; /* NODE_MACRO or NODE_CALL_BLOCK */
    struct jinja_scope *scope;     /* where it was defined */
};

/* Global functions. */
enum jinja_func {
    FUNC_RANGE,
    FUNC_DICT,
    FUNC_NAMESPACE,
    FUNC_RAISE_EXCEPTION,
    FUNC_STRFTIME_NOW,
    FUNC_CYCLER,
    FUNC_JOINER,
    FUNC_LIPSUM,
    FUNC_COUNT
};
extern const char *const jinja_func_names[FUNC_COUNT];

/* func_call calls global function F. */
bool func_call(struct jinja_run *r, enum jinja_func f, const struct jinja_args *args,
               struct jv *out);

/* call_value calls CALLEE. */
bool call_value(struct jinja_run *r, struct jv callee, const struct jinja_args *args,
                struct jv *out);

/* macro_call calls M. loop_call renders a recursive loop's body over ITEMS. Both give the text that
 * was written. */
bool macro_call(struct jinja_run *r, struct jinja_macro *m, const struct jinja_args *args,
                struct jv *out);
bool loop_call(struct jinja_run *r, struct jinja_loop *l, struct jv items, struct jv *out);

/* loop_attr and macro_attr look up attributes; *found tells whether there is one. */
bool loop_attr(struct jinja_run *r, struct jv loop, const char *name, struct jv *out, bool *found);
bool macro_attr(struct jinja_run *r, struct jv macro, const char *name, struct jv *out,
                bool *found);

/* loop_fetch takes the next item that passes the filter into *v, or JV_ABSENT at the end. */
bool loop_fetch(struct jinja_run *r, struct jinja_loop *l, struct jv *v);

/* loop_method calls loop.cycle or loop.changed (NAME). */
bool loop_method(struct jinja_run *r, struct jinja_loop *loop, const char *name,
                 const struct jinja_args *args, struct jv *out);

#endif
