/* run: the state of one rendering: memory, limits, scopes, output, and the failure if there was
 * one. */
#ifndef TAKT_TEXT_JINJA_RUN_H
#define TAKT_TEXT_JINJA_RUN_H

#include "base/err.h"
#include "text/jinja_value.h"

/* Limits of one rendering. A step is one evaluated node or 64 bytes worked on. */
struct jinja_limits {
    uint64_t steps;
    uint32_t depth; /* nested evaluations: bounds the C stack */
    size_t memory_bytes;
    size_t output_bytes;
};

/* JINJA_RANGE_MAX: elements of one range(), as in Jinja's sandbox. */
#define JINJA_RANGE_MAX 100000

struct jinja_binding {
    uint32_t name; /* index into the template's names */
    struct jv v;
};

/* jinja_scope: variables set in one block. Macros keep the scope in which they were defined. */
struct jinja_scope {
    struct jinja_scope *parent; /* NULL: the next place to look is the run's root array */
    struct jinja_binding *b;
    size_t n, cap;
    bool captured; /* a macro holds it: a loop must not reuse it for its next turn */
};

/* jinja_text: text that grows in the run's arena. */
struct jinja_text {
    char *p;
    size_t len, cap;
};

enum jinja_flow { FLOW_NEXT, FLOW_BREAK, FLOW_CONTINUE };

struct jinja_node;
struct jinja_name;
struct jinja_code;

struct jinja_run {
    const struct jinja_code *code;
    /* names that the language itself binds; NULL where the template never mentions them */
    const struct jinja_name *loop_name, *caller_name, *kwargs_name, *varargs_name;
    struct jv block_text; /* what the filters of a block apply to */
    struct arena arena;
    struct jinja_limits lim;
    uint64_t steps;
    uint32_t depth;
    const struct jinja_node *at; /* being evaluated; for messages */
    struct jinja_scope *scope;   /* innermost, NULL at the top level */
    struct jv *root;             /* by name index: globals, then variables, then top-level sets */
    uint32_t n_root;
    struct jinja_text *out;
    enum jinja_flow flow;
    long long now_s;
    bool failed;
    takt_code err_code;
    uint32_t line, col;
    char what[320];
};

/* run_fail records the first failure and returns false, so that a failure is one statement. Further
 * failures are ignored. run_unsupported is run_fail with TAKT_ERR_UNSUPPORTED, run_limit with
 * TAKT_ERR_LIMIT, run_memory says that memory or the memory limit is exhausted. */
bool run_fail(struct jinja_run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool run_unsupported(struct jinja_run *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool run_limit(struct jinja_run *r, const char *what);
bool run_memory(struct jinja_run *r);

/* run_charge counts N bytes or elements of work and fails beyond the step limit. */
bool run_charge(struct jinja_run *r, size_t n);

/* run_enter and run_leave bracket a recursion; run_enter fails beyond the depth limit. */
bool run_enter(struct jinja_run *r);
void run_leave(struct jinja_run *r);

/* run_undefined fails with the message for an operation on the undefined value V. */
bool run_undefined(struct jinja_run *r, struct jv v);

/* text_put appends; false after run_fail when memory or the output limit is exhausted. */
bool text_put(struct jinja_run *r, struct jinja_text *t, const char *p, size_t len);
bool text_putz(struct jinja_run *r, struct jinja_text *t, const char *z);
bool text_pad(struct jinja_run *r, struct jinja_text *t, const struct jv_str *fill, size_t n);

/* text_value is the text as a string value (not copied: append no more). */
bool text_value(struct jinja_run *r, const struct jinja_text *t, struct jv *out);

#endif
