/* compile: graph + machine profile -> plan. Passes: lower and fuse (lower.c), place weights
 * (weights.c) and activations (place.c), cut into tiles and assign to lanes (schedule.c), predict
 * (predict.c). */
#ifndef TAKT_COMPILE_COMPILE_H
#define TAKT_COMPILE_COMPILE_H

#include "base/err.h"
#include "graph/graph.h"
#include "model/model.h"
#include "plan/plan.h"
#include "plan/profile.h"

struct compile_options {
    uint32_t n_lanes;
    const char *isa;
    uint32_t n_ctx;       /* positions per sequence that are planned for */
    uint32_t chunk;       /* largest bucket (prefill chunk); 0: 512 */
    uint32_t first;       /* the smallest bucket; 0: 1 */
    uint32_t outputs_max; /* logits rows per step; 0: 1 */
    uint32_t per_output;  /* an output has so many tokens at least; 0: 1 */
    int kv_kind;          /* enum kv_kind, or -1: f32 when all matrices are F32, else bf16 */
};

/* compile_plan fills P (owned by the caller, freed with plan_free). Verified by the caller with
 * plan_verify. */
takt_rc compile_plan(struct plan *p, const struct graph *g, const struct model *m,
                     const struct profile *prof, const struct compile_options *opt, takt_err *e);

/* pack_weights writes the weights region of P (plan->weights_bytes at DST, zeroed or not) from M's
 * maps. N_THREADS share the work. PROGRESS (may be NULL) gets bytes done of total; false cancels.
 * Reads each source byte about once. */
takt_rc pack_weights(uint8_t *dst, const struct plan *p, const struct model *m, uint32_t n_threads,
                     bool (*progress)(void *user, uint64_t done, uint64_t total), void *user,
                     takt_err *e);

enum { PACK_WINDOW = 2 << 20 };

/* Takes window I of the region: bytes I * PACK_WINDOW on, PACK_WINDOW of them or what is left. From
 * several threads at once; windows come about in order. */
struct pack_sink {
    takt_rc (*put)(void *user, uint64_t i, const uint8_t *p, takt_err *e);
    void *user;
};

/* pack_windows is pack_weights window by window, for regions that are to be written to a file. */
takt_rc pack_windows(const struct pack_sink *sink, const struct plan *p, const struct model *m,
                     uint32_t n_threads,
                     bool (*progress)(void *user, uint64_t done, uint64_t total), void *user,
                     takt_err *e);

/* pack_matrix packs ROWS x COLS source rows (SRC_STRIDE bytes apart, type T) into layout.h's form
 * at DST. */
void pack_matrix(uint8_t *dst, enum qtype t, const uint8_t *src, uint64_t src_stride, uint32_t rows,
                 uint32_t cols);

#endif
