/* takt_seq: one timeline of tokens, its KV pages, and the steps that extend it. */
#include <stdlib.h>
#include <string.h>

#include "engine/handles.h"

takt_rc takt_seq_new(takt_seq **out, takt_engine *en, takt_err *e)
{
    *out = NULL;
    uint32_t n_ctx = en->plan->plan.n_ctx;
    takt_seq *s = calloc(1, sizeof *s);
    if (s) {
        s->engine = en;
        s->ids = malloc(n_ctx * sizeof *s->ids);
        s->pages = malloc((n_ctx / LAYOUT_PAGE + 1) * sizeof *s->pages);
    }
    if (!s || !s->ids || !s->pages) {
        if (s) {
            free(s->ids);
            free(s->pages);
        }
        free(s);
        return err_set(e, TAKT_ERR_MEMORY, "sequence", "no memory for %u positions", n_ctx);
    }
    en->n_seqs++;
    *out = s;
    return TAKT_OK;
}

void seq_give_pages(takt_seq *s, uint32_t first)
{
    while (s->n_pages > first)
        kv_pool_give(&s->engine->kv, s->pages[--s->n_pages]);
}

void takt_seq_free(takt_seq *s)
{
    if (!s)
        return;
    seq_give_pages(s, 0);
    s->engine->n_seqs--;
    free(s->ids);
    free(s->pages);
    free(s);
}

void takt_seq_truncate(takt_seq *s, uint32_t n)
{
    if (n >= s->n)
        return;
    s->n = n;
    seq_give_pages(s, (n + LAYOUT_PAGE - 1) / LAYOUT_PAGE);
}

uint32_t takt_seq_length(const takt_seq *s)
{
    return s->n;
}

takt_rc takt_seq_reserve(takt_seq *s, uint32_t n, takt_err *e)
{
    uint32_t n_ctx = s->engine->plan->plan.n_ctx, had = s->n_pages;
    uint32_t want = ((n < n_ctx ? n : n_ctx) + LAYOUT_PAGE - 1) / LAYOUT_PAGE;
    while (s->n_pages < want) {
        takt_rc rc = kv_pool_take(&s->engine->kv, &s->pages[s->n_pages], e);
        if (rc.code) {
            seq_give_pages(s, had);
            return rc;
        }
        s->n_pages++;
    }
    return TAKT_OK;
}

takt_rc seq_copy(takt_seq *to, const takt_seq *from, takt_err *e)
{
    struct kv_pool *kv = &to->engine->kv;
    takt_seq_truncate(to, 0);
    TAKT_TRY(takt_seq_reserve(to, from->n, e));
    for (uint32_t i = 0; i * LAYOUT_PAGE < from->n; i++)
        memcpy(kv->base + to->pages[i] * kv->page_bytes, kv->base + from->pages[i] * kv->page_bytes,
               kv->page_bytes);
    memcpy(to->ids, from->ids, from->n * sizeof *to->ids);
    to->n = from->n;
    return TAKT_OK;
}

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

static takt_rc check_ids(const takt_seq *s, const int32_t *ids, size_t n, takt_err *e)
{
    uint32_t n_vocab = s->engine->plan->plan.n_vocab, n_ctx = s->engine->plan->plan.n_ctx;
    if (n > n_ctx - s->n)
        return err_set(
            e, TAKT_ERR_LIMIT, "context",
            "%zu tokens do not fit: %u of %u positions are in use; raise the context (--ctx)", n,
            s->n, n_ctx);
    for (size_t i = 0; i < n; i++)
        if (ids[i] < 0 || (uint32_t)ids[i] >= n_vocab)
            return err_set(e, TAKT_ERR_USAGE, "token ids", "id %d at %zu; the model knows 0 to %u",
                           ids[i], i, n_vocab - 1);
    return TAKT_OK;
}

takt_rc takt_seq_feed(takt_seq *s, const int32_t *ids, size_t n, bool all, takt_logits_fn *row,
                      void *user, takt_err *e)
{
    takt_engine *en = s->engine;
    uint32_t rows_max = en->batch.n_outputs_max, step_max = en->batch.n_tokens_max;
    if (row && all && rows_max < step_max)
        step_max = rows_max;
    TAKT_TRY(check_ids(s, ids, n, e));
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
