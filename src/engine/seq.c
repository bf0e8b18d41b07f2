/* takt_seq: one timeline of tokens, its KV pages, and the steps that extend it. */
#include <stdlib.h>

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

static void give_pages_from(takt_seq *s, uint32_t first)
{
    while (s->n_pages > first)
        kv_pool_give(&s->engine->kv, s->pages[--s->n_pages]);
}

void takt_seq_free(takt_seq *s)
{
    if (!s)
        return;
    give_pages_from(s, 0);
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
    give_pages_from(s, (n + LAYOUT_PAGE - 1) / LAYOUT_PAGE);
}

uint32_t takt_seq_length(const takt_seq *s)
{
    return s->n;
}

takt_rc seq_reserve(takt_seq *s, uint32_t n, takt_err *e)
{
    uint32_t n_ctx = s->engine->plan->plan.n_ctx;
    uint32_t want = ((n < n_ctx ? n : n_ctx) + LAYOUT_PAGE - 1) / LAYOUT_PAGE;
    while (s->n_pages < want) {
        TAKT_TRY(kv_pool_take(&s->engine->kv, &s->pages[s->n_pages], e));
        s->n_pages++;
    }
    return TAKT_OK;
}

takt_rc seq_step(takt_seq *s, const int32_t *ids, uint32_t n, uint32_t n_outputs,
                 int64_t *ns_measured, double *ns_predicted, takt_err *e)
{
    enum { STEP_MAX = 4096 };
    takt_engine *en = s->engine;
    const struct plan *plan = &en->plan->plan;
    const struct plan_program *prog = plan_program_for(plan, n, n_outputs);
    takt_assert(n > 0 && n <= STEP_MAX && prog && s->n + n <= plan->n_ctx && n_outputs <= n);
    TAKT_TRY(seq_reserve(s, s->n + n, e));

    static const uint32_t only_seq[STEP_MAX]; /* all tokens belong to sequence 0 of the step */
    uint32_t pos[STEP_MAX], out_token[STEP_MAX];
    for (uint32_t i = 0; i < n; i++) {
        pos[i] = s->n + i;
        s->ids[s->n + i] = ids[i];
    }
    for (uint32_t i = 0; i < n_outputs; i++)
        out_token[i] = n - n_outputs + i;
    const uint32_t *pages[1] = {s->pages};
    struct plan_facts facts = {.n_tokens = n,
                               .n_outputs = n_outputs,
                               .token = ids,
                               .pos = pos,
                               .seq = only_seq,
                               .pages = pages,
                               .out_token = out_token};
    double predicted = plan_step_ns(plan, n, plan_visible_pairs(plan, s->n, n));
    int64_t measured = target_step(en->target, prog, &facts);
    s->n += n;
    en->n_steps++;
    en->ns_predicted += predicted;
    en->ns_measured += (double)measured;
    if (ns_measured)
        *ns_measured = measured;
    if (ns_predicted)
        *ns_predicted = predicted;
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
    uint32_t rows_max = en->plan->plan.program[en->plan->plan.n_programs - 1].n_outputs_max;
    uint32_t step_max = row && all && rows_max < en->plan->chunk ? rows_max : en->plan->chunk;
    TAKT_TRY(check_ids(s, ids, n, e));
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
