/* weights: places matrices, vectors and constants in the weights region. Private to compile/. */
#ifndef TAKT_COMPILE_WEIGHTS_H
#define TAKT_COMPILE_WEIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "graph/graph.h"
#include "plan/plan.h"

struct weights {
    struct plan_weight *weight;         /* in order of offset */
    const struct graph_weight **source; /* [n_weights]; NULL for constants */
    uint32_t n_weights, cap;
    uint64_t bytes;        /* of the region so far */
    uint64_t source_bytes; /* in the files */
    struct arena *arena;
    const struct model *model;
    takt_err *e;
    takt_rc rc; /* the first failure */
};

/* weights_init makes room for CAP weights of MODEL's. */
takt_rc weights_init(struct weights *w, struct arena *arena, const struct model *model,
                     uint32_t cap, takt_err *e);

/* weights_matrix places S (once, however often it is asked for) and says where it lies;
 * weights_vector does so for a vector, as f32 operand of one row; weights_const for N computed
 * VALUES (borrowed). After a failure (w->rc) they return zeros. */
struct plan_matrix weights_matrix(struct weights *w, const struct graph_weight *s);
/* weights_pair places A and B, of one type and shape, so that their groups of 16 rows alternate.
 * False when they differ or one of them has its place already: then weights_matrix is to be asked
 * for each. */
bool weights_pair(struct weights *w, const struct graph_weight *a, const struct graph_weight *b,
                  struct plan_matrix *to_a, struct plan_matrix *to_b);
struct plan_operand weights_vector(struct weights *w, const struct graph_weight *s);
struct plan_operand weights_const(struct weights *w, const char *name, const float *values,
                                  uint32_t n);

#endif
