/* explain: the instructions of a plan as a person reads them, for `takt plan --explain`. */
#ifndef TAKT_PLAN_EXPLAIN_H
#define TAKT_PLAN_EXPLAIN_H

#include <stdint.h>
#include <stdio.h>

#include "plan/plan.h"

enum { EXPLAIN_ALL = -1 };

/* What is listed. */
struct explain_filter {
    int64_t lane, layer; /* EXPLAIN_ALL: every one */
};

/* plan_explain lists the instructions of PROG, one of P's programs, lane by lane in the order of
 * their streams, one line each. After the operands and after "--" stand what only that operation
 * has, and the task's label. A legend comes first. */
void plan_explain(FILE *f, const struct plan *p, const struct plan_program *prog,
                  const struct explain_filter *filter);

/* plan_explain_ops prints PLAN_OPS as a Markdown table, which docs/plan.md contains. */
void plan_explain_ops(FILE *f);

#endif
