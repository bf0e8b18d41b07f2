#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/bench_kernels.h"
#include "cli/cli.h"
#include "cli/timeline.h"
#include "engine/handles.h"
#include "engine/sample.h"

struct options {
    struct cli_load load;
    int64_t prefill, decode, repeat, context, trace_tokens;
    bool json, kernels;
    const char *trace, *type;
};

static const struct opt table[] = {
    OPT_RANGE(INT, 'p', "prefill", struct options, prefill, "N", "512", 1, 1048576,
              "tokens of the prompt"),
    OPT_RANGE(INT, 'n', "decode", struct options, decode, "N", "64", 1, 1048576,
              "tokens decoded after it"),
    OPT_RANGE(INT, 0, "context", struct options, context, "N", "0", 0, 1048576,
              "positions that decoding starts from; 0: the prompt"),
    OPT_RANGE(INT, 'r', "repeat", struct options, repeat, "N", "5", 1, 1000,
              "times; medians are printed"),
    OPT(FLAG, 0, "json", struct options, json, NULL, NULL, "print JSON"),
    OPT(STR, 0, "trace", struct options, trace, "FILE", NULL,
        "write the timeline of one more step, predicted and measured, for ui.perfetto.dev"),
    OPT_RANGE(INT, 0, "trace-tokens", struct options, trace_tokens, "N", "1", 1, 4096,
              "tokens of that step; 1: decode"),
    OPT(FLAG, 'k', "kernels", struct options, kernels, NULL, NULL,
        "measure single kernels instead, without a model: time, rates, share of the roof"),
    OPT(STR, 0, "type", struct options, type, "TYPE", NULL,
        "with --kernels: products with weights of this type alone"),
    CLI_LOAD_OPTS(struct options),
};
static const struct opt_example examples[] = {
    {"speed on this machine", "takt bench model.gguf"},
    {"one thread, a long context", "takt bench model.gguf -t 1 --context 8192 --ctx 8448"},
    {"where the time of a step goes", "takt bench model.gguf --trace step.json"},
    {"which kernel is far from the roof", "takt bench --kernels --type Q4_K"},
};
static const struct opt_cmd cmd = {
    .name = "takt bench",
    .summary = "measure prefill and decode, and compare with the prediction",
    .args = "MODEL",
    .args_min = 0,
    .args_max = 1,
    .about = "Prints medians and the spread of the runs, percentiles of the decode step's time, "
             "predicted / measured, and the share of the roof "
             "(what the measured bandwidth and peak allow). Other work on the machine shows: "
             "measure on an idle one.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

struct bench {
    uint32_t n_prefill, n_decode, n_repeat, context;
    double *prefill_s;                                /* [n_repeat] */
    double *decode_s;                                 /* [n_repeat] mean step of a run */
    double *step_ns;                                  /* [n_repeat * n_decode] measured */
    double prefill_ns_predicted, decode_ns_predicted; /* of one run */
    double decode_roof_ns;
    int32_t *ids; /* [n_ids] */
    uint32_t n_ids;
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The Q quantile of N values, which it sorts. */
static double quantile(double *v, size_t n, double q)
{
    qsort(v, n, sizeof *v, ascending);
    return v[(size_t)(q * (double)(n - 1) + 0.5)];
}

static takt_rc bench_alloc(struct bench *b, uint32_t n_vocab, takt_err *e)
{
    uint32_t n_ids = b->n_ids = b->context > b->n_prefill ? b->context : b->n_prefill;
    b->prefill_s = calloc(b->n_repeat, sizeof *b->prefill_s);
    b->decode_s = calloc(b->n_repeat, sizeof *b->decode_s);
    b->step_ns = calloc((size_t)b->n_repeat * b->n_decode, sizeof *b->step_ns);
    b->ids = calloc(n_ids, sizeof *b->ids);
    if (!b->prefill_s || !b->decode_s || !b->step_ns || !b->ids)
        return err_set(e, TAKT_ERR_MEMORY, "bench", "no memory for its figures");
    for (uint32_t i = 0; i < n_ids; i++)
        b->ids[i] = (int32_t)(sample_uniform(1, i) * (float)n_vocab) % (int32_t)n_vocab;
    return TAKT_OK;
}

static void bench_free(struct bench *b)
{
    free(b->prefill_s);
    free(b->decode_s);
    free(b->step_ns);
    free(b->ids);
}

/* Feeds N ids in the chunks of the plan; adds up measured and predicted nanoseconds. */
static takt_rc feed(takt_seq *s, const int32_t *ids, uint32_t n, double *measured,
                    double *predicted, takt_err *e)
{
    uint32_t chunk = s->engine->plan->chunk;
    for (uint32_t at = 0; at < n;) {
        uint32_t k = n - at < chunk ? n - at : chunk;
        int64_t ns;
        double expected;
        TAKT_TRY(seq_step(s, ids + at, k, at + k == n ? 1 : 0, &ns, &expected, e));
        *measured += (double)ns;
        *predicted += expected;
        at += k;
        if (cli_interrupted())
            return err_set(e, TAKT_ERR_CANCELLED, "bench", "interrupted");
    }
    return TAKT_OK;
}

static takt_rc run_once(struct bench *b, takt_seq *s, uint32_t r, takt_err *e)
{
    double measured = 0, predicted = 0, ignored = 0;
    uint32_t n_vocab = s->engine->plan->plan.n_vocab;
    takt_seq_truncate(s, 0);
    TAKT_TRY(seq_reserve(s, b->n_prefill, e));
    TAKT_TRY(feed(s, b->ids, b->n_prefill, &measured, &predicted, e));
    b->prefill_s[r] = measured * 1e-9;
    b->prefill_ns_predicted = predicted;
    if (b->context > s->n)
        TAKT_TRY(feed(s, b->ids + s->n, b->context - s->n, &ignored, &ignored, e));
    takt_seq_truncate(s, b->context);
    TAKT_TRY(seq_reserve(s, b->context + b->n_decode, e));
    b->decode_ns_predicted = 0;
    for (uint32_t i = 0; i < b->n_decode; i++) {
        int32_t id = i ? sample_argmax(target_logits(s->engine->target, 0), n_vocab) : b->ids[0];
        double *step = &b->step_ns[(size_t)r * b->n_decode + i];
        *step = 0;
        TAKT_TRY(feed(s, &id, 1, step, &b->decode_ns_predicted, e));
        b->decode_s[r] += *step * 1e-9 / b->n_decode;
    }
    return TAKT_OK;
}

struct figures {
    double prefill_s, prefill_s_min, prefill_s_max;
    double step_s, step_s_min, step_s_max, step_p50, step_p99, step_max; /* _p*: ms */
    double prefill_ratio, decode_ratio, roof_share;
};

static struct figures figures_of(struct bench *b)
{
    size_t n = (size_t)b->n_repeat * b->n_decode;
    struct figures f = {.prefill_s = quantile(b->prefill_s, b->n_repeat, 0.5),
                        .step_s = quantile(b->decode_s, b->n_repeat, 0.5)};
    f.prefill_s_min = b->prefill_s[0];
    f.prefill_s_max = b->prefill_s[b->n_repeat - 1];
    f.step_s_min = b->decode_s[0];
    f.step_s_max = b->decode_s[b->n_repeat - 1];
    f.step_p50 = quantile(b->step_ns, n, 0.5) * 1e-6;
    f.step_p99 = quantile(b->step_ns, n, 0.99) * 1e-6;
    f.step_max = b->step_ns[n - 1] * 1e-6;
    f.prefill_ratio = b->prefill_ns_predicted * 1e-9 / f.prefill_s;
    f.decode_ratio = b->decode_ns_predicted * 1e-9 / b->n_decode / f.step_s;
    f.roof_share = b->decode_roof_ns * 1e-6 / f.step_p50;
    return f;
}

static void print_text(const struct bench *b, const struct figures *f, const struct plan *p)
{
    printf("%u lanes, %s kernels, %u runs; median (slowest - fastest)\n", p->n_lanes, p->isa,
           b->n_repeat);
    printf("prefill %5u tokens   %9.1f tokens/s (%.1f - %.1f)   predicted / measured %.2f\n",
           b->n_prefill, b->n_prefill / f->prefill_s, b->n_prefill / f->prefill_s_max,
           b->n_prefill / f->prefill_s_min, f->prefill_ratio);
    printf("decode  %5u at %-5u  %9.2f tokens/s (%.2f - %.2f)   predicted / measured %.2f   %.0f "
           "%% of the roof\n",
           b->n_decode, b->context, 1 / f->step_s, 1 / f->step_s_max, 1 / f->step_s_min,
           f->decode_ratio, 100 * f->roof_share);
    printf("step    p50 %.3f ms   p99 %.3f ms   max %.3f ms   p99 / p50 %.2f\n", f->step_p50,
           f->step_p99, f->step_max, f->step_p99 / f->step_p50);
}

static takt_rc print_json(const struct bench *b, const struct figures *f, const struct plan *p,
                          const char *model, takt_err *e)
{
    struct json_out o = {.indent = 2};
    json_obj_begin(&o, NULL);
    json_put_str(&o, "model", model);
    json_put_u64(&o, "threads", p->n_lanes);
    json_put_str(&o, "isa", p->isa);
    json_put_u64(&o, "repeat", b->n_repeat);
    json_obj_begin(&o, "prefill");
    json_put_u64(&o, "n_tokens", b->n_prefill);
    json_put_f64(&o, "tokens_per_s", b->n_prefill / f->prefill_s);
    json_put_f64(&o, "tokens_per_s_min", b->n_prefill / f->prefill_s_max);
    json_put_f64(&o, "tokens_per_s_max", b->n_prefill / f->prefill_s_min);
    json_obj_end(&o);
    json_obj_begin(&o, "decode");
    json_put_u64(&o, "n_tokens", b->n_decode);
    json_put_u64(&o, "context", b->context);
    json_put_f64(&o, "tokens_per_s", 1 / f->step_s);
    json_put_f64(&o, "tokens_per_s_min", 1 / f->step_s_max);
    json_put_f64(&o, "tokens_per_s_max", 1 / f->step_s_min);
    json_put_f64(&o, "step_ms_p50", f->step_p50);
    json_put_f64(&o, "step_ms_p99", f->step_p99);
    json_put_f64(&o, "step_ms_max", f->step_max);
    json_put_f64(&o, "roof_share", f->roof_share);
    json_obj_end(&o);
    json_obj_begin(&o, "predicted_over_measured");
    json_put_f64(&o, "prefill", f->prefill_ratio);
    json_put_f64(&o, "decode", f->decode_ratio);
    json_obj_end(&o);
    json_obj_end(&o);
    return cli_put_json(&o, e);
}

/* Room for every tile of a step, should one lane run them all. */
static uint32_t events_max(const struct plan_program *prog)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < prog->n_tasks; i++)
        n += prog->task[i].n_tiles;
    return n;
}

/* Runs one more step of N tokens with recording on and writes it. */
static takt_rc write_trace(const char *path, uint32_t n, struct bench *b, takt_seq *s, takt_err *e)
{
    const struct plan *p = &s->engine->plan->plan;
    const struct plan_program *prog = plan_program_for(p, n, 1);
    if (!prog || n > p->n_ctx || n > b->n_ids)
        return err_set(e, TAKT_ERR_USAGE, "trace-tokens",
                       "%u are more than a step, the context or the prompt has", n);
    uint32_t cap = events_max(prog), context = s->n < p->n_ctx - n ? s->n : p->n_ctx - n;
    struct target_event *events = calloc((size_t)cap * p->n_lanes, sizeof *events);
    uint32_t *n_events = calloc(p->n_lanes, sizeof *n_events);
    double ignored = 0;
    takt_rc rc = events && n_events
                     ? seq_reserve(s, context + n, e)
                     : err_set(e, TAKT_ERR_MEMORY, "trace", "no memory for %u events", cap);
    takt_seq_truncate(s, context);
    if (!rc.code) {
        target_trace(s->engine->target, events, cap, n_events);
        rc = feed(s, b->ids, n, &ignored, &ignored, e);
        target_trace(s->engine->target, NULL, 0, NULL);
    }
    if (!rc.code)
        rc = timeline_write(path, p, prog, context + (n + 1) / 2, events, cap, n_events, e);
    free(events);
    free(n_events);
    return rc;
}

static takt_rc measure(struct options *o, const char *path, struct cli_session *s, struct bench *b,
                       takt_err *e)
{
    uint64_t need = (uint64_t)b->context + b->n_decode;
    need = need > b->n_prefill ? need : b->n_prefill;
    if (!o->load.n_ctx)
        o->load.n_ctx = (int64_t)need;
    TAKT_TRY(cli_load(s, path, &o->load, 1, e));
    const struct plan *p = &s->plan->plan;
    if (need > p->n_ctx)
        return err_set(e, TAKT_ERR_USAGE, "context",
                       "%u positions do not hold what is asked for (%llu)", p->n_ctx,
                       (unsigned long long)need);
    TAKT_TRY(bench_alloc(b, p->n_vocab, e));
    struct plan_outlook look;
    plan_look(&look, p, b->context, b->n_decode / 2, 1);
    b->decode_roof_ns = look.decode_roof_ns;
    takt_seq *seq;
    TAKT_TRY(takt_seq_new(&seq, s->engine, e));
    takt_rc rc = run_once(b, seq, 0, e); /* warm-up */
    for (uint32_t r = 0; !rc.code && r < b->n_repeat; r++) {
        b->decode_s[r] = 0;
        rc = run_once(b, seq, r, e);
    }
    if (!rc.code) {
        struct figures f = figures_of(b);
        if (o->json)
            rc = print_json(b, &f, p, path, e);
        else
            print_text(b, &f, p);
    }
    if (!rc.code && o->trace)
        rc = write_trace(o->trace, (uint32_t)o->trace_tokens, b, seq, e);
    takt_seq_free(seq);
    return rc;
}

static takt_rc bench(void *options, const struct opt_rest *rest, struct cli_session *s, takt_err *e)
{
    struct options *o = options;
    if (o->kernels && rest->n_args == 0)
        return cli_bench_kernels(&o->load, o->type, o->json, e);
    if (o->kernels)
        return err_set(e, TAKT_ERR_USAGE, cmd.name, "--kernels takes no MODEL");
    if (o->type)
        return err_set(e, TAKT_ERR_USAGE, cmd.name, "--type goes with --kernels");
    if (rest->n_args == 0)
        return err_set(e, TAKT_ERR_USAGE, cmd.name, "needs MODEL; '%s --help' explains", cmd.name);
    struct bench b = {.n_prefill = (uint32_t)o->prefill,
                      .n_decode = (uint32_t)o->decode,
                      .n_repeat = (uint32_t)o->repeat,
                      .context = (uint32_t)(o->context ? o->context : o->prefill)};
    takt_rc rc = measure(o, rest->args[0], s, &b, e);
    bench_free(&b);
    return rc;
}

static int bench_main(int argc, char **argv)
{
    struct options o;
    return cli_main(&cmd, &o, bench, argc, argv);
}

const struct cli_command cli_bench = {&cmd, bench_main};
