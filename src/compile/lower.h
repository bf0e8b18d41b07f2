/* lower: graph -> tasks over virtual buffers, fused, the same for all buckets. Private to compile/.
 */
#ifndef TAKT_COMPILE_LOWER_H
#define TAKT_COMPILE_LOWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "compile/weights.h"
#include "graph/graph.h"
#include "plan/plan.h"

#define LOWER_NO_BUF UINT32_MAX

/* How many rows a buffer has. */
enum lower_rows { LOWER_PER_TOKEN, LOWER_PER_OUTPUT, LOWER_ROUTE_TABLE };

/* A virtual activation buffer; place.c gives it an offset per bucket. */
struct lower_buf {
    enum lower_rows rows;
    uint64_t stride;            /* of a row, a multiple of 64 */
    uint32_t n_experts, n_used; /* LOWER_ROUTE_TABLE: see plan_route_bytes */
};

/* The operands of a task, in the order of plan_task's fields. */
enum lower_slot { LOWER_OUT, LOWER_IN0, LOWER_IN1, LOWER_IN2, LOWER_SLOTS };

/* A task whose activation operands still name buffers. `task` has all fields that do not depend on
 * the bucket; operands of buffers have region and row_bytes set, offset and stride still 0. */
struct lower_task {
    struct plan_task task;
    uint32_t buf[LOWER_SLOTS]; /* LOWER_NO_BUF: operand lies elsewhere or is absent */
    bool writes[LOWER_SLOTS];
    uint32_t
        at[LOWER_SLOTS]; /* bytes of a buffer's row before the operand's own, a multiple of 64 */
};

struct lowered {
    struct lower_task *task;
    uint32_t n_tasks, tasks_cap;
    struct lower_buf *buf;
    uint32_t n_bufs, bufs_cap;
    uint32_t logits_buf;  /* kept to the end of the step */
    uint32_t hidden_buf;  /* what the final norm reads: kept to the end of the step;
                           LOWER_NO_BUF where no norm gathers the outputs */
    uint32_t hidden_task; /* that norm */
};

/* lower_graph fills L, allocating from ARENA, and adds every weight that it needs to W. Errors: an
 * operation that no task can do (named), too many tasks, memory. */
takt_rc lower_graph(struct lowered *l, struct weights *w, struct arena *arena,
                    const struct graph *g, takt_err *e);

#endif
