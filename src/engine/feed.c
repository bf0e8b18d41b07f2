/* Steps of one sequence: a batch of one. */
#include "engine/handles.h"

takt_rc seq_step(takt_seq *s, const int32_t *ids, uint32_t n, uint32_t n_outputs,
                 int64_t *ns_measured, double *ns_predicted, takt_err *e)
{
    takt_step_item item = {.seq = s, .ids = ids, .n_ids = n, .n_logits = n_outputs};
    takt_step_info info;
    TAKT_TRY(batch_step(s->engine, &item, 1, &info, e));
    if (ns_measured)
        *ns_measured = info.measured_ns;
    if (ns_predicted)
        *ns_predicted = info.predicted_ns;
    return TAKT_OK;
}

takt_rc seq_check_ids(const takt_seq *s, const int32_t *ids, size_t n, takt_err *e)
{
    uint32_t n_ctx = s->engine->plan->plan.n_ctx;
    if (n > n_ctx - s->n)
        return err_set(
            e, TAKT_ERR_LIMIT, "context",
            "%zu tokens do not fit: %u of %u positions are in use; raise the context (--ctx)", n,
            s->n, n_ctx);
    return seq_check_known(s, ids, n, "token ids", e);
}

takt_rc takt_seq_feed(takt_seq *s, const int32_t *ids, size_t n, bool all, takt_logits_fn *row,
                      void *user, takt_err *e)
{
    takt_engine *en = s->engine;
    uint32_t rows_max = en->batch.n_outputs_max, step_max = en->batch.n_tokens_max;
    if (row && all && rows_max < step_max)
        step_max = rows_max;
    TAKT_TRY(seq_check_ids(s, ids, n, e));
    TAKT_TRY(takt_seq_reserve(s, s->n + (uint32_t)n, e)); /* else an error could come halfway */
    for (size_t at = 0; at < n;) {
        uint32_t k = n - at < step_max ? (uint32_t)(n - at) : step_max;
        uint32_t outputs = !row ? 0 : all ? k : at + k == n ? 1 : 0;
        TAKT_TRY(seq_step(s, ids + at, k, outputs, NULL, NULL, e));
        for (uint32_t i = 0; i < outputs; i++)
            if (!row(user, (uint32_t)at + k - outputs + i, target_logits(en->target, i)))
                return err_set(e, TAKT_ERR_CANCELLED, "logits", "stopped by the caller");
        at += k;
    }
    return TAKT_OK;
}
