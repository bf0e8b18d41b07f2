#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/bench.h"
#include "cli/bench_kernels.h"
#include "cli/cli.h"
#include "cli/timeline.h"
#include "engine/handles.h"

struct options {
    struct cli_load load;
    int64_t prefill, decode, repeat, context, batch, trace_tokens;
    bool json, kernels;
    const char *trace, *type;
};

static const struct opt table[] = {
    OPT_RANGE(INT, 'p', "prefill", struct options, prefill, "N", "512", 1, 1048576,
              "tokens of the prompt"),
    OPT_RANGE(INT, 'n', "decode", struct options, decode, "N", "64", 1, 1048576,
              "steps decoded after it, of one token per sequence"),
    OPT_RANGE(INT, 0, "context", struct options, context, "N", "0", 0, 1048576,
              "positions that decoding starts from; 0: the prompt"),
    OPT_RANGE(INT, 'b', "batch", struct options, batch, "N", "1", 1, BENCH_BATCH_MAX,
              "sequences that decode together"),
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
    {"sixteen sequences together", "takt bench model.gguf --batch 16"},
    {"where the time of a step goes", "takt bench model.gguf --trace step.json"},
    {"which kernel is far from the roof", "takt bench --kernels --type Q4_K"},
};
static const struct opt_cmd cmd = {
    .name = "takt bench",
    .summary = "measure prefill and decode, and compare with the prediction",
    .args = "[MODEL]",
    .args_min = 0,
    .args_max = 1,
    .about =
        "Prints medians and the spread of the runs, percentiles of the decode step's time, "
        "predicted / measured, and the share of the roof "
        "(what the measured bandwidth and peak allow). Other work on the machine shows: "
        "measure on an idle one. The loop is an empty one of a step's length on the same cores: "
        "what it varies by is the machine's doing. docs/performance.md lists the keys of "
        "--json.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

/* How much more a step's p99 / p50 is than the empty loop's beside it. */
static double jitter(const struct bench_figures *f)
{
    return f->step.p99 / f->step.p50 / (f->loop.p99 / f->loop.p50);
}

static void print_times(const char *name, const struct bench_times *t)
{
    printf("%-7s p50 %.3f ms   p99 %.3f ms   p99.9 %.3f ms   max %.3f ms   p99 / p50 %.3f\n", name,
           t->p50, t->p99, t->p999, t->max, t->p99 / t->p50);
}

static void print_text(const struct bench *b, const struct bench_figures *f, const struct plan *p)
{
    char of[32] = "";
    if (b->batch > 1)
        snprintf(of, sizeof of, " x %u", b->batch);
    printf("%u lanes, %s kernels, %u runs; median (slowest - fastest)\n", p->n_lanes, p->isa,
           b->n_repeat);
    printf("prefill %5u tokens   %9.1f tokens/s (%.1f - %.1f)   predicted / measured %.2f\n",
           b->n_prefill, b->n_prefill / f->prefill_s, b->n_prefill / f->prefill_s_max,
           b->n_prefill / f->prefill_s_min, f->prefill_ratio);
    printf("decode  %5u%s at %-5u  %9.2f tokens/s (%.2f - %.2f)   predicted / measured %.2f   "
           "%.0f %% of the roof\n",
           b->n_decode, of, b->context, b->batch / f->step_s, b->batch / f->step_s_max,
           b->batch / f->step_s_min, f->decode_ratio, 100 * f->roof_share);
    print_times("step", &f->step);
    print_times("loop", &f->loop);
    printf("jitter  p99 / p50 of the step is %.3f of the empty loop's\n", jitter(f));
    printf("steps   predicted / measured: median %.3f, %.0f %% within 0.9 to 1.1\n",
           f->decode_quality.median, 100 * f->decode_quality.within_10);
}

static void put_times(struct json_out *o, const struct bench_times *t)
{
    json_put_f64(o, "step_ms_p50", t->p50);
    json_put_f64(o, "step_ms_p99", t->p99);
    json_put_f64(o, "step_ms_p999", t->p999);
    json_put_f64(o, "step_ms_max", t->max);
}

static void put_rates(struct json_out *o, double tokens, double s, double s_min, double s_max)
{
    json_put_f64(o, "tokens_per_s", tokens / s);
    json_put_f64(o, "tokens_per_s_min", tokens / s_max);
    json_put_f64(o, "tokens_per_s_max", tokens / s_min);
}

/* The keys are promised: docs/performance.md lists them and tests/cli/test_bench.py pins them. */
static takt_rc print_json(const struct bench *b, const struct bench_figures *f,
                          const struct plan *p, const char *model, takt_err *e)
{
    struct json_out o = {.indent = 2};
    json_obj_begin(&o, NULL);
    json_put_u64(&o, "version", 1);
    json_put_str(&o, "model", model);
    json_put_u64(&o, "threads", p->n_lanes);
    json_put_str(&o, "isa", p->isa);
    json_put_u64(&o, "repeat", b->n_repeat);
    json_obj_begin(&o, "prefill");
    json_put_u64(&o, "n_tokens", b->n_prefill);
    put_rates(&o, b->n_prefill, f->prefill_s, f->prefill_s_min, f->prefill_s_max);
    json_obj_end(&o);
    json_obj_begin(&o, "decode");
    json_put_u64(&o, "n_tokens", b->n_decode);
    json_put_u64(&o, "context", b->context);
    json_put_u64(&o, "batch", b->batch);
    put_rates(&o, b->batch, f->step_s, f->step_s_min, f->step_s_max);
    put_times(&o, &f->step);
    json_put_f64(&o, "roof_share", f->roof_share);
    json_obj_end(&o);
    json_obj_begin(&o, "loop");
    put_times(&o, &f->loop);
    json_obj_end(&o);
    json_put_f64(&o, "jitter", jitter(f));
    json_obj_begin(&o, "predicted_over_measured");
    json_put_f64(&o, "prefill", f->prefill_ratio);
    json_put_f64(&o, "decode", f->decode_ratio);
    json_put_f64(&o, "prefill_step_median", f->prefill_quality.median);
    json_put_f64(&o, "prefill_step_within_10", f->prefill_quality.within_10);
    json_put_f64(&o, "decode_step_median", f->decode_quality.median);
    json_put_f64(&o, "decode_step_within_10", f->decode_quality.within_10);
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
    takt_rc rc = events && n_events
                     ? takt_seq_reserve(s, context + n, e)
                     : err_set(e, TAKT_ERR_MEMORY, "trace", "no memory for %u events", cap);
    takt_seq_truncate(s, context);
    if (!rc.code) {
        target_trace(s->engine->target, events, cap, n_events);
        rc = bench_feed(NULL, s, b->ids, n, e);
        target_trace(s->engine->target, NULL, 0, NULL);
    }
    if (!rc.code)
        rc = timeline_write(path, p, prog, context + (n + 1) / 2, events, cap, n_events, e);
    free(events);
    free(n_events);
    return rc;
}

/* Loads the model with room for the batch. */
static takt_rc load(struct options *o, const char *path, struct cli_session *s,
                    const struct bench *b, takt_err *e)
{
    uint64_t need = (uint64_t)b->context + b->n_decode;
    need = need > b->n_prefill ? need : b->n_prefill;
    if (!o->load.n_ctx)
        o->load.n_ctx = (int64_t)(need > b->batch ? need : b->batch);
    TAKT_TRY(cli_make_plan(s, path, &o->load, b->batch, e));
    if (need > s->plan->plan.n_ctx)
        return err_set(e, TAKT_ERR_USAGE, "context",
                       "%u positions do not hold what is asked for (%llu)", s->plan->plan.n_ctx,
                       (unsigned long long)need);
    takt_engine_options opt = {.n_seqs = b->batch,
                               .force = o->load.force,
                               .no_cache = o->load.no_cache,
                               .progress = cli_progress};
    return takt_engine_new(&s->engine, s->model, s->plan, &opt, e);
}

static takt_rc measure(struct options *o, const char *path, struct cli_session *s, struct bench *b,
                       takt_err *e)
{
    struct bench_figures f;
    TAKT_TRY(load(o, path, s, b, e));
    b->engine = s->engine;
    TAKT_TRY(bench_init(b, e));
    TAKT_TRY(bench_run(b, e));
    bench_figures_of(&f, b);
    if (o->json)
        TAKT_TRY(print_json(b, &f, &s->plan->plan, path, e));
    else
        print_text(b, &f, &s->plan->plan);
    if (o->trace)
        TAKT_TRY(write_trace(o->trace, (uint32_t)o->trace_tokens, b, b->seq[0], e));
    return TAKT_OK;
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
    struct bench b = {.n_prefill = (uint32_t)o->prefill,
                      .n_decode = (uint32_t)o->decode,
                      .n_repeat = (uint32_t)o->repeat,
                      .batch = (uint32_t)o->batch,
                      .context = (uint32_t)(o->context ? o->context : o->prefill)};
    takt_rc rc = measure(o, cli_model_arg(rest), s, &b, e);
    bench_release(&b);
    return rc;
}

static int bench_main(int argc, char **argv)
{
    struct options o = {0};
    return cli_main(&cmd, &o, bench, argc, argv);
}

const struct cli_command cli_bench = {&cmd, bench_main};
