#include "cli/bench.h"

#include <stdlib.h>
#include <string.h>

#include "cli/bench_loop.h"
#include "cli/cli.h"
#include "engine/handles.h"
#include "engine/sample.h"

static bool series_init(struct bench_series *s, uint64_t cap)
{
    s->cap = cap < UINT32_MAX ? (uint32_t)cap : 0;
    s->ns = calloc(s->cap, sizeof *s->ns);
    s->predicted = calloc(s->cap, sizeof *s->predicted);
    return s->cap > 0 && s->ns && s->predicted;
}

static void series_add(struct bench_series *s, double ns, double predicted)
{
    if (s->n == s->cap)
        return;
    s->ns[s->n] = ns;
    s->predicted[s->n++] = predicted;
}

static void series_release(struct bench_series *s)
{
    free(s->ns);
    free(s->predicted);
}

takt_rc bench_init(struct bench *b, takt_err *e)
{
    const takt_plan *plan = b->engine->plan;
    uint32_t n_vocab = plan->plan.n_vocab, chunks = (b->n_prefill + plan->chunk - 1) / plan->chunk;
    uint64_t n_steps = (uint64_t)b->n_repeat * b->n_decode;
    b->n_ids = b->context > b->n_prefill ? b->context : b->n_prefill;
    b->ids = calloc(b->n_ids, sizeof *b->ids);
    b->seq = calloc(b->batch, sizeof *b->seq);
    b->item = calloc(b->batch, sizeof *b->item);
    b->prefill_s = calloc(b->n_repeat, sizeof *b->prefill_s);
    b->decode_s = calloc(b->n_repeat, sizeof *b->decode_s);
    if (!b->ids || !b->seq || !b->item || !b->prefill_s || !b->decode_s ||
        !series_init(&b->prefill, (uint64_t)b->n_repeat * chunks) ||
        !series_init(&b->decode, n_steps) || !series_init(&b->loop, n_steps))
        return err_set(e, TAKT_ERR_MEMORY, "bench", "no memory for its figures");
    for (uint32_t i = 0; i < b->n_ids; i++)
        b->ids[i] = (int32_t)(sample_uniform(1, i) * (float)n_vocab) % (int32_t)n_vocab;
    for (uint32_t i = 0; i < b->batch; i++)
        TAKT_TRY(takt_seq_new(&b->seq[i], b->engine, e));
    return TAKT_OK;
}

void bench_release(struct bench *b)
{
    for (uint32_t i = 0; b->seq && i < b->batch; i++)
        takt_seq_free(b->seq[i]);
    free(b->ids);
    free(b->seq);
    free(b->item);
    free(b->prefill_s);
    free(b->decode_s);
    series_release(&b->prefill);
    series_release(&b->decode);
    series_release(&b->loop);
    *b = (struct bench){0};
}

static takt_rc check_interrupt(takt_err *e)
{
    return cli_interrupted() ? err_set(e, TAKT_ERR_CANCELLED, "bench", "interrupted") : TAKT_OK;
}

takt_rc bench_feed(struct bench_series *series, takt_seq *s, const int32_t *ids, uint32_t n,
                   takt_err *e)
{
    uint32_t chunk = s->engine->plan->chunk;
    for (uint32_t at = 0; at < n;) {
        uint32_t k = n - at < chunk ? n - at : chunk;
        int64_t ns;
        double predicted;
        TAKT_TRY(seq_step(s, ids + at, k, at + k == n ? 1 : 0, &ns, &predicted, e));
        if (series)
            series_add(series, (double)ns, predicted);
        at += k;
        TAKT_TRY(check_interrupt(e));
    }
    return TAKT_OK;
}

static double sum(const double *v, uint32_t n)
{
    double s = 0;
    for (uint32_t i = 0; i < n; i++)
        s += v[i];
    return s;
}

/* The prompt, then all sequences at `context` positions. */
static takt_rc run_prefill(struct bench *b, uint32_t r, takt_err *e)
{
    takt_seq *first = b->seq[0];
    uint32_t before = b->prefill.n;
    takt_seq_truncate(first, 0);
    TAKT_TRY(takt_seq_reserve(first, b->n_prefill, e));
    TAKT_TRY(bench_feed(&b->prefill, first, b->ids, b->n_prefill, e));
    b->prefill_s[r] = sum(b->prefill.ns + before, b->prefill.n - before) * 1e-9;
    if (b->context > first->n)
        TAKT_TRY(bench_feed(NULL, first, b->ids + first->n, b->context - first->n, e));
    for (uint32_t i = 0; i < b->batch; i++) {
        takt_seq_truncate(b->seq[i], b->context);
        if (b->seq[i]->n < b->context)
            TAKT_TRY(seq_copy(b->seq[i], first, e));
        TAKT_TRY(takt_seq_reserve(b->seq[i], b->context + b->n_decode, e));
    }
    return TAKT_OK;
}

/* Every sequence gets other tokens: a mixture of experts sees the spread of a real batch. */
static takt_rc run_decode(struct bench *b, uint32_t r, takt_err *e)
{
    uint32_t before = b->decode.n, n_vocab = b->engine->plan->plan.n_vocab;
    for (uint32_t step = 0; step < b->n_decode; step++) {
        int32_t id[BENCH_BATCH_MAX];
        takt_step_info info;
        for (uint32_t i = 0; i < b->batch; i++) {
            float u = sample_uniform(2 + i, step);
            id[i] = (int32_t)(u * (float)n_vocab) % (int32_t)n_vocab;
            b->item[i] =
                (takt_step_item){.seq = b->seq[i], .ids = &id[i], .n_ids = 1, .n_logits = 1};
        }
        TAKT_TRY(batch_step(b->engine, b->item, b->batch, &info, e));
        series_add(&b->decode, (double)info.measured_ns, info.predicted_ns);
        TAKT_TRY(check_interrupt(e));
    }
    b->decode_s[r] = sum(b->decode.ns + before, b->decode.n - before) * 1e-9 / b->n_decode;
    return TAKT_OK;
}

static takt_rc run_loop(struct bench *b, struct bench_loop *loop, takt_err *e)
{
    target_park(b->engine->target);
    for (uint32_t i = 0; i < b->n_decode; i++) {
        double ns = bench_loop_step(loop);
        if (i > 0 || b->n_decode == 1) /* the first one wakes the lanes */
            series_add(&b->loop, ns, 0);
        TAKT_TRY(check_interrupt(e));
    }
    bench_loop_park(loop);
    return TAKT_OK;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The Q quantile of N values, which it sorts; 0 of none. */
static double quantile(double *v, size_t n, double q)
{
    qsort(v, n, sizeof *v, ascending);
    return n ? v[(size_t)(q * (double)(n - 1) + 0.5)] : 0;
}

takt_rc bench_run(struct bench *b, takt_err *e)
{
    struct bench_loop *loop = NULL;
    struct plan_outlook look;
    plan_look(&look, &b->engine->plan->plan, b->context, b->n_decode / 2, b->batch);
    b->decode_roof_ns = look.decode_roof_ns;
    TAKT_TRY(run_prefill(b, 0, e)); /* warm-up */
    TAKT_TRY(run_decode(b, 0, e));
    TAKT_TRY(bench_loop_open(&loop, b->engine->plan->plan.n_lanes,
                             quantile(b->decode.ns, b->decode.n, 0.5), e));
    bench_loop_park(loop);
    b->prefill.n = b->decode.n = 0;
    takt_rc rc = TAKT_OK;
    for (uint32_t r = 0; !rc.code && r < b->n_repeat; r++) {
        rc = run_prefill(b, r, e);
        if (!rc.code)
            rc = run_decode(b, r, e);
        if (!rc.code)
            rc = run_loop(b, loop, e);
    }
    bench_loop_close(loop);
    return rc;
}

/* ---- figures ---- */

static struct bench_times times_of(struct bench_series *s)
{
    return (struct bench_times){.p50 = quantile(s->ns, s->n, 0.5) * 1e-6,
                                .p99 = quantile(s->ns, s->n, 0.99) * 1e-6,
                                .p999 = quantile(s->ns, s->n, 0.999) * 1e-6,
                                .max = quantile(s->ns, s->n, 1) * 1e-6};
}

/* Turns the predictions of S into predicted / measured, and looks at those. */
static struct bench_quality quality_of(struct bench_series *s)
{
    uint32_t n_within = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        s->predicted[i] /= s->ns[i];
        n_within += s->predicted[i] >= 0.9 && s->predicted[i] <= 1.1;
    }
    return (struct bench_quality){.median = quantile(s->predicted, s->n, 0.5),
                                  .within_10 = s->n ? (double)n_within / s->n : 0};
}

void bench_figures_of(struct bench_figures *f, struct bench *b)
{
    *f = (struct bench_figures){
        .prefill_s = quantile(b->prefill_s, b->n_repeat, 0.5),
        .step_s = quantile(b->decode_s, b->n_repeat, 0.5),
        .prefill_ratio = sum(b->prefill.predicted, b->prefill.n) / sum(b->prefill.ns, b->prefill.n),
        .decode_ratio = sum(b->decode.predicted, b->decode.n) / sum(b->decode.ns, b->decode.n)};
    f->prefill_s_min = b->prefill_s[0];
    f->prefill_s_max = b->prefill_s[b->n_repeat - 1];
    f->step_s_min = b->decode_s[0];
    f->step_s_max = b->decode_s[b->n_repeat - 1];
    f->prefill_quality = quality_of(&b->prefill); /* before the times are sorted */
    f->decode_quality = quality_of(&b->decode);
    f->step = times_of(&b->decode);
    f->loop = times_of(&b->loop);
    f->roof_share = b->decode_roof_ns * 1e-6 / f->step.p50;
}
