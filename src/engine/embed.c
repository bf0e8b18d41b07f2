/* takt_embed: the mean of hidden states, with length 1. */
#include <math.h>
#include <stdlib.h>

#include "engine/handles.h"

takt_rc takt_embedding(float *vector, const double *sum, uint32_t n_embd, takt_err *e)
{
    double squares = 0, largest = 0;
    bool is_usable = true;
    for (uint32_t i = 0; i < n_embd; i++) {
        is_usable = is_usable && isfinite(sum[i]);
        largest = fmax(largest, fabs(sum[i]));
    }
    is_usable = is_usable && largest > 0;
    /* Relative to the largest, lest a square leaves the range of numbers. */
    for (uint32_t i = 0; is_usable && i < n_embd; i++)
        squares += sum[i] / largest * (sum[i] / largest);
    for (uint32_t i = 0; i < n_embd; i++)
        vector[i] = is_usable ? (float)(sum[i] / largest / sqrt(squares)) : 0;
    if (!is_usable)
        return err_set(e, TAKT_ERR_UNSUPPORTED, "embedding",
                       "the model's hidden states are %s: it has no direction",
                       largest == 0 ? "zero" : "not finite");
    return TAKT_OK;
}

/* All steps of the N ids, which add to SUM. */
static takt_rc feed(takt_seq *s, const int32_t *ids, size_t n, double *sum, takt_err *e)
{
    uint32_t step_max = s->engine->batch.n_tokens_max;
    TAKT_TRY(seq_check_ids(s, ids, n, e));
    TAKT_TRY(takt_seq_reserve(s, s->n + (uint32_t)n, e)); /* else an error could come halfway */
    for (size_t at = 0; at < n;) {
        uint32_t k = n - at < step_max ? (uint32_t)(n - at) : step_max;
        const takt_step_item item = {.seq = s, .ids = ids + at, .n_ids = k, .pool = sum};
        TAKT_TRY(batch_step(s->engine, &item, 1, NULL, e));
        at += k;
    }
    return TAKT_OK;
}

takt_rc takt_embed(takt_seq *s, const int32_t *ids, size_t n, float *vector, takt_err *e)
{
    uint32_t n_embd = s->engine->plan->plan.n_embd;
    if (n == 0)
        return err_set(e, TAKT_ERR_USAGE, "embedding", "has no token");
    double *sum = calloc(n_embd, sizeof *sum);
    if (!sum)
        return err_set(e, TAKT_ERR_MEMORY, "embedding", "no memory for it");
    takt_rc rc = feed(s, ids, n, sum, e);
    if (!rc.code)
        rc = takt_embedding(vector, sum, n_embd, e);
    free(sum);
    return rc;
}
