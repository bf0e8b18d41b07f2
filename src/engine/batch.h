/* batch: one step that advances any mix of sequences, and what it takes to compose one: its limits
 * and its predicted time.
 *
 * Nothing is allocated while steps run: the facts of the largest step lie in `struct batch`, which
 * belongs to the engine. */
#ifndef TAKT_ENGINE_BATCH_H
#define TAKT_ENGINE_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"

/* The facts of a step, in arrays for the largest one. */
struct batch {
    uint32_t n_tokens_max, n_outputs_max;
    int32_t *token;           /* [n_tokens_max] */
    uint32_t *pos, *seq;      /* [n_tokens_max] */
    uint32_t (*place)[3];     /* [n_tokens_max] of plans whose rotary positions have three parts */
    const float **input;      /* [n_tokens_max] rows of pictures, or NULL */
    uint32_t *out_token;      /* [n_outputs_max] */
    const uint32_t **pages;   /* [n_tokens_max] page tables of the step's sequences */
    struct plan_sight *sight; /* [n_tokens_max]; NULL: no layer of the plan looks at pictures */
    uint64_t stamp;           /* of the last step composed: tells which sequences it has already */
    double ns_predicted;      /* sums over the steps so far */
    double ns_measured;
    uint64_t n_steps;
};

/* batch_init makes room for the largest step of PLAN. Error: MEMORY. batch_release takes what
 * batch_init left, also after an error. */
takt_rc batch_init(struct batch *b, const struct plan *plan, takt_err *e);
void batch_release(struct batch *b);

/* batch_step runs one step of ITEMS. Logits rows lie in target_logits from 0 on, items ascending;
 * hidden rows were added to items' sums.
 * INFO may be NULL. Errors, which leave every sequence as it was: USAGE (no item or token, a
 * sequence of another engine or twice, ids out of range), LIMIT (tokens, rows, context, pages). */
takt_rc batch_step(takt_engine *en, const takt_step_item *items, size_t n_items,
                   takt_step_info *info, takt_err *e);

/* batch_predict_ns: what batch_step(ITEMS) is predicted to take, from the lengths alone (ids are
 * not looked at, and nothing is checked): for who composes steps to fit a time. */
double batch_predict_ns(const takt_engine *en, const takt_step_item *items, size_t n_items);

#endif
