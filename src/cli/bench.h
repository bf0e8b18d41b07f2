/* bench: runs prefill and decode steps over and over and keeps what each took and was predicted to
 * take; beside them an empty loop of the same length, which tells what the machine itself adds. */
#ifndef TAKT_CLI_BENCH_H
#define TAKT_CLI_BENCH_H

#include <stdint.h>

#include "base/err.h"

enum { BENCH_BATCH_MAX = 256 };

/* Steps of one kind, in the order in which they ran. */
struct bench_series {
    double *ns;        /* [cap] measured */
    double *predicted; /* [cap] nanoseconds too */
    uint32_t n, cap;
};

struct bench {
    uint32_t n_prefill; /* tokens of the prompt */
    uint32_t n_decode;  /* steps after it, each of `batch` tokens */
    uint32_t context;   /* positions that each sequence holds when decoding begins */
    uint32_t batch;     /* sequences, at most BENCH_BATCH_MAX */
    uint32_t n_repeat;
    takt_engine *engine;
    takt_seq **seq; /* [batch] */
    takt_step_item *item;
    int32_t *ids; /* [n_ids] random ones, the same in every run */
    uint32_t n_ids;
    double *prefill_s, *decode_s;              /* [n_repeat] of the prompt; mean step of a run */
    struct bench_series prefill, decode, loop; /* of all runs; loop: without predictions */
    double decode_roof_ns; /* of one step, what bytes / bandwidth and operations / peak allow */
};

/* Quantiles of a series, in milliseconds. */
struct bench_times {
    double p50, p99, p999, max;
};

/* How well steps were predicted: the median of predicted / measured, and the share of steps where
 * it lies within 0.9 and 1.1. */
struct bench_quality {
    double median, within_10;
};

struct bench_figures {
    double prefill_s, prefill_s_min, prefill_s_max; /* of the prompt, over the runs */
    double step_s, step_s_min, step_s_max;          /* mean decode step of a run, over the runs */
    struct bench_times step, loop;
    double prefill_ratio, decode_ratio; /* predicted / measured, of sums over all runs */
    struct bench_quality prefill_quality, decode_quality;
    double roof_share; /* of the median decode step */
};

/* bench_init makes the sequences and room for the figures; the counts and `engine` are set.
 * bench_release takes what it left, also after an error. Errors: MEMORY. */
takt_rc bench_init(struct bench *b, takt_err *e);
void bench_release(struct bench *b);

/* bench_run warms up and fills the series. The first sequence's prompt is what prefill measures;
 * the others get copies of its KV pages. Errors: LIMIT (see batch_step), CANCELLED (Ctrl-C). */
takt_rc bench_run(struct bench *b, takt_err *e);

/* bench_figures_of computes F; sorts the series. */
void bench_figures_of(struct bench_figures *f, struct bench *b);

/* bench_feed appends N ids to S in the chunks of the plan, with logits of the last, and adds the
 * steps to SERIES as far as there is room (may be NULL). */
takt_rc bench_feed(struct bench_series *series, takt_seq *s, const int32_t *ids, uint32_t n,
                   takt_err *e);

#endif
