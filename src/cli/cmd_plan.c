#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/plan_pictures.h"
#include "cli/timeline.h"
#include "engine/handles.h"
#include "plan/explain.h"
#include "plan/print.h"

struct options {
    struct cli_load load;
    int64_t context, batch, prompt, lane, layer, bucket;
    bool json, explain, explain_ops;
    const char *trace;
    struct cli_pictures pictures;
};

static const struct opt table[] = {
    OPT_RANGE(INT, 'C', "context", struct options, context, "N", "0", 0, 1048576,
              "positions per sequence at which decoding is predicted; 0: what --ctx plans for"),
    OPT_RANGE(INT, 'b', "batch", struct options, batch, "N", "1", 1, 4096,
              "sequences decoded together"),
    OPT_RANGE(INT, 'p', "prompt", struct options, prompt, "N", "0", 0, 1048576,
              "tokens of the prefill that is predicted; 0: one chunk"),
    OPT(LIST, 'i', "image", struct options, pictures.files, "WxH", NULL,
        "predict what a picture of W x H pixels takes, up to the first token behind it and "
        "--prompt tokens of text; may be repeated"),
    OPT(STR, 0, "mmproj", struct options, pictures.mmproj, "FILE", NULL,
        "the model's picture encoder; without it the only *mmproj*.gguf beside the model"),
    OPT_RANGE(INT, 0, "max-pixels", struct options, pictures.max_pixels, "N", "0", 0, 1e9,
              "as in takt run"),
    OPT(FLAG, 'e', "explain", struct options, explain, NULL, NULL,
        "list every instruction of a decode step"),
    OPT_RANGE(INT, 0, "lane", struct options, lane, "N", "-1", EXPLAIN_ALL, 255,
              "with --explain: of this lane alone"),
    OPT_RANGE(INT, 0, "layer", struct options, layer, "N", "-1", EXPLAIN_ALL, 65535,
              "with --explain: of this layer alone"),
    OPT_RANGE(INT, 0, "bucket", struct options, bucket, "N", "0", 0, 4096,
              "with --explain: of the program for N tokens; 0: for the batch"),
    OPT(FLAG, 0, "explain-ops", struct options, explain_ops, NULL, NULL,
        "print what every opcode does; needs no model"),
    OPT(FLAG, 0, "calibrate", struct options, load.calibrate, NULL, NULL,
        "measure this machine anew, whatever the cache folder knows of it"),
    OPT(FLAG, 0, "json", struct options, json, NULL, NULL, "print JSON"),
    OPT(STR, 0, "trace", struct options, trace, "FILE", NULL,
        "write the predicted timeline of a decode step for ui.perfetto.dev"),
    CLI_LOAD_OPTS(struct options),
};
static const struct opt_example examples[] = {
    {"how fast will it be?", "takt plan model.gguf"},
    {"eight conversations of 8192 positions", "takt plan model.gguf --context 8192 --batch 8"},
    {"a picture and a question about it", "takt plan model.gguf --image 640x480 --prompt 30"},
    {"the program itself", "takt plan model.gguf --explain"},
    {"one layer of a prefill step", "takt plan model.gguf --explain --bucket 512 --layer 0"},
    {"after other work or another host falsified the figures", "takt plan model.gguf --calibrate"},
    {"a timeline", "takt plan model.gguf --trace step.json"},
};
static const struct opt_cmd cmd = {
    .name = "takt plan",
    .summary = "say what a model needs and how fast it will run here, without reading its weights",
    .args = "[MODEL]",
    .args_min = 0,
    .args_max = 1,
    .about = "Compiles the model for this machine and prints the memory map, bytes and operations "
             "per token, predicted rates beside "
             "the roof (what the measured bandwidth and peak allow), and the longest tasks. The "
             "first plan on a machine measures its "
             "speeds for a few seconds, and one that finds them measured while other work ran "
             "measures again once the machine is quiet. 'takt bench' measures the same steps.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

/* Lists what the options ask for; a lane, layer or program that is not there is wrong usage. */
static takt_rc explain(const struct options *o, const struct plan *p,
                       const struct plan_program *step, uint32_t n_layers, takt_err *e)
{
    const struct plan_program *prog =
        o->bucket ? plan_program_for(p, (uint32_t)o->bucket, 1) : step;
    if (!prog)
        return err_set(e, TAKT_ERR_USAGE, "--bucket", "%u tokens are the most of a step",
                       p->program[p->n_programs - 1].bucket);
    if (o->lane >= (int64_t)p->n_lanes)
        return err_set(e, TAKT_ERR_USAGE, "--lane", "the plan has lanes 0 to %u", p->n_lanes - 1);
    if (o->layer >= (int64_t)n_layers)
        return err_set(e, TAKT_ERR_USAGE, "--layer", "the model has layers 0 to %u", n_layers - 1);
    plan_explain(stdout, p, prog, &(struct explain_filter){o->lane, o->layer});
    return TAKT_OK;
}

/* Prints the plan of S in whichever way O asks for. */
static takt_rc print(const struct options *o, struct cli_session *s,
                     const struct plan_print_info *info, const struct plan_program *step,
                     takt_err *e)
{
    const struct plan *p = &s->plan->plan;
    if (o->json) {
        struct json_out out = {.indent = 1};
        plan_print_json(&out, p, info);
        TAKT_TRY(cli_put_json(&out, e));
    } else if (o->explain) {
        TAKT_TRY(explain(o, p, step, s->model->file.hp.n_layers, e));
    } else {
        plan_print(stdout, p, info);
    }
    return o->trace ? timeline_write(o->trace, p, step, info->context, NULL, 0, NULL, e) : TAKT_OK;
}

/* With what pictures take. */
static takt_rc print_with_pictures(const struct options *o, const char *path, struct cli_session *s,
                                   struct plan_print_info *info, const struct plan_program *step,
                                   takt_err *e)
{
    const takt_vision_options v = {.threads = (uint32_t)o->load.threads,
                                   .isa = o->load.isa,
                                   .progress = cli_progress,
                                   .max_pixels = (uint64_t)o->pictures.max_pixels};
    struct plan_pictures *pics = calloc(1, sizeof *pics);
    if (!pics)
        return err_set(e, TAKT_ERR_MEMORY, "--image", "no memory to plan pictures");
    takt_rc rc = plan_pictures_open(pics, &o->pictures, s->model, path, &v, e);
    info->pictures = &pics->print;
    if (!rc.code)
        rc = print(o, s, info, step, e);
    plan_pictures_close(pics);
    free(pics);
    return rc;
}

static takt_rc plan(void *options, const struct opt_rest *rest, struct cli_session *s, takt_err *e)
{
    struct options *o = options;
    if (o->explain_ops) {
        plan_explain_ops(stdout);
        return TAKT_OK;
    }
    if (!o->explain && (o->bucket || o->lane != EXPLAIN_ALL || o->layer != EXPLAIN_ALL))
        return err_set(e, TAKT_ERR_USAGE, cmd.name,
                       "--lane, --layer and --bucket go with --explain");
    if (o->explain && o->pictures.files.n)
        return err_set(e, TAKT_ERR_USAGE, cmd.name, "--image does not go with --explain");
    if (o->pictures.mmproj && !o->pictures.files.n)
        return err_set(e, TAKT_ERR_USAGE, cmd.name, "--mmproj goes with --image");
    if (o->pictures.max_pixels && !o->pictures.files.n)
        return err_set(e, TAKT_ERR_USAGE, cmd.name, "--max-pixels goes with --image");
    const char *path = cli_model_arg(rest);
    if (o->context && !o->load.n_ctx)
        o->load.n_ctx = o->context;
    TAKT_TRY(cli_make_plan(s, path, &o->load, 1, e));
    if (s->plan->is_guess)
        fprintf(stderr,
                "takt: note: other work ran while this machine was measured, so predictions "
                "may be far off; a start in a quiet moment measures again\n");
    const struct plan *p = &s->plan->plan;
    takt_model_info model;
    takt_model_describe(s->model, &model);
    struct plan_print_info info = {.model_name = model.name,
                                   .context = o->context ? (uint32_t)o->context : p->n_ctx,
                                   .batch = (uint32_t)o->batch,
                                   .prompt = (uint32_t)o->prompt};
    const struct plan_program *step = plan_program_for(p, info.batch, 1);
    if (!step)
        return err_set(e, TAKT_ERR_USAGE, "batch",
                       "%u sequences are more than a step of %u tokens holds; raise --chunk",
                       info.batch, p->program[p->n_programs - 1].bucket);
    return o->pictures.files.n ? print_with_pictures(o, path, s, &info, step, e)
                               : print(o, s, &info, step, e);
}

static int plan_main(int argc, char **argv)
{
    struct options o = {0};
    return cli_main(&cmd, &o, plan, argc, argv);
}

const struct cli_command cli_plan = {&cmd, plan_main};
