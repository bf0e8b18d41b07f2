/* eval: expressions to values, statements to text. */
#ifndef TAKT_TEXT_JINJA_EVAL_H
#define TAKT_TEXT_JINJA_EVAL_H

#include "text/jinja_ast.h"
#include "text/jinja_call.h"
#include "text/jinja_run.h"

/* jinja_eval evaluates expression N. */
bool jinja_eval(struct jinja_run *r, const struct jinja_node *n, struct jv *out);

/* jinja_exec runs statements; r->flow tells whether a break or continue is on its way out. */
bool jinja_exec(struct jinja_run *r, const struct jinja_nodes *body);

/* eval_args evaluates the arguments of a call; ARGS may be NULL. EXTRA more keyword arguments fit
 * behind out->kw[out->n_kw]. */
bool eval_args(struct jinja_run *r, const struct jinja_call_args *args, size_t extra,
               struct jinja_args *out);

/* scope_new makes an empty scope inside PARENT; NULL after run_fail. scope_set binds NAME in the
 * innermost scope. */
struct jinja_scope *scope_new(struct jinja_run *r, struct jinja_scope *parent);
bool scope_set(struct jinja_run *r, const struct jinja_name *name, struct jv v);

/* scope_hide makes NAMES undefined in the innermost scope. */
bool scope_hide(struct jinja_run *r, const struct jinja_names *names);

/* eval_assign gives V to TARGET: a name, a namespace's attribute, or a tuple to unpack into. */
bool eval_assign(struct jinja_run *r, const struct jinja_node *target, struct jv v);

/* time_format appends the time NOW_S (Unix seconds, UTC) by FORMAT, in English. */
bool time_format(struct jinja_run *r, struct jinja_text *t, long long now_s,
                 const struct jv_str *format);

#endif
