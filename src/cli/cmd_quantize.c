#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/topo.h"
#include "cli/builtin.h"
#include "cli/cli.h"
#include "model/to_gguf.h"
#include "text/tokenizer_put.h"

struct options {
    const char *type;
    int64_t threads;
    bool dry_run, json;
};

static const struct opt table[] = {
    OPT(STR, 0, "type", struct options, type, "TYPE", NULL,
        "Q8_0, Q6_K, Q5_K_M, Q5_K_S, Q4_K_M, Q4_K_S, Q4_0, F32, F16 or BF16; Q5_K and Q4_K mean "
        "the M mixtures"),
    OPT_RANGE(INT, 't', "threads", struct options, threads, "N", "0", 0, 256,
              "threads; 0: all that this process may use"),
    OPT(FLAG, 0, "dry-run", struct options, dry_run, NULL, NULL,
        "print what each tensor would become; read no weights and write nothing"),
    OPT(FLAG, 0, "json", struct options, json, NULL, NULL, "print JSON"),
};
static const struct opt_example examples[] = {
    {"the usual balance of size and quality",
     "takt quantize model-f16.gguf model-q4.gguf --type Q4_K_M"},
    {"a Hugging Face folder as one GGUF file",
     "takt quantize Llama-3.2-1B/ llama.gguf --type BF16"},
    {"how large would it be?", "takt quantize Llama-3.2-1B/ --type Q5_K_M --dry-run"},
};
static const struct opt_cmd cmd = {
    .name = "takt quantize",
    .summary = "write a model as one GGUF file with smaller weights",
    .args = "INPUT [OUTPUT.gguf]",
    .args_min = 1,
    .args_max = 2,
    .about =
        "INPUT is a GGUF file (or the first part of a split one) with F32, F16 or BF16 weights, "
        "or a Hugging Face folder. Weights that are quantised already are refused: rounding "
        "twice adds both errors.\n\n"
        "The mixtures give more bits to the tensors that need them, as other programs do; "
        "norms and the routers of experts keep their format. Rows that are no multiple of 256 "
        "long get a format of smaller blocks.\n\n"
        "OUTPUT appears, or is replaced, when it is complete. F32, F16 and BF16 convert only.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

static takt_rc find_mixture(const struct options *o, const struct mixture **x, takt_err *e)
{
    if (!o->type)
        return err_set(e, TAKT_ERR_USAGE, "takt quantize", "needs --type TYPE: one of %s",
                       mixture_names());
    *x = mixture_find(o->type);
    return *x ? TAKT_OK
              : err_set(e, TAKT_ERR_USAGE, "--type", "'%s' is none of %s", o->type,
                        mixture_names());
}

/* The output must be no file that the model is made of: it is mapped while the output is written.
 */
static takt_rc check_output(const struct model *m, const char *path, takt_err *e)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return TAKT_OK;
    for (uint32_t i = 0; i < m->n_files; i++)
        if (m->files[i].inode == st.st_ino && m->files[i].device == st.st_dev)
            return err_set(e, TAKT_ERR_USAGE, path, "is the input itself; name another file");
    return TAKT_OK;
}

/* ---- the tokenizer of a folder ---- */

/* Puts the tokenizer's keys of a folder, or says on stderr why there are none. A GGUF file's own
 * keys are copied with the others. */
static takt_rc put_tokenizer(struct gguf_writer *w, const struct model *m, takt_err *e)
{
    struct tokenizer *t = NULL;
    takt_err why = {0};
    char text[640];
    if (m->source != MODEL_HF)
        return TAKT_OK;
    takt_rc rc = tokenizer_new(&t, m, &why);
    if (!rc.code)
        rc = tokenizer_put(w, t, m->hp.n_vocab, &why);
    tokenizer_free(t);
    if (rc.code == TAKT_ERR_MEMORY) {
        *e = why;
        return rc;
    }
    if (rc.code) {
        fprintf(stderr, "takt: note: without a tokenizer: %s\n",
                takt_err_format(&why, text, sizeof text));
        gguf_put_str(w, "tokenizer.ggml.model", "none"); /* else other programs refuse the file */
    } else if (m->special.pad >= 0 && (uint32_t)m->special.pad < m->hp.n_vocab) {
        gguf_put_u32(w, "tokenizer.ggml.padding_token_id", (uint32_t)m->special.pad);
    }
    return TAKT_OK;
}

/* ---- printing ---- */

static const char *shape_text(char *buf, size_t cap, const struct to_gguf_tensor *t)
{
    size_t n = 0;
    for (uint32_t d = 0; d < t->n_dims && n < cap; d++)
        n += (size_t)snprintf(buf + n, cap - n, "%s%" PRIu64, d ? " x " : "", t->ne[d]);
    return buf;
}

static const char *type_before(const struct to_gguf_tensor *t)
{
    return t->made ? "-" : qtype_name(t->parts[0]->type);
}

static double bits_per_weight(const struct to_gguf *g)
{
    return 8.0 * (double)g->bytes_out / (double)g->n_values;
}

static void print_tensors(const struct to_gguf *g)
{
    char shape[64];
    for (uint32_t i = 0; i < g->n_tensors; i++) {
        const struct to_gguf_tensor *t = &g->tensors[i];
        printf("%-32s %-22s %5s -> %-5s %10.2f MB\n", t->name, shape_text(shape, sizeof shape, t),
               type_before(t), qtype_name(t->type), (double)t->bytes / 1e6);
    }
}

static void print_result(const struct options *o, const struct to_gguf *g, double seconds)
{
    double in = (double)g->bytes_in / 1e6, out = (double)g->bytes_out / 1e6;
    printf("%s: %.2f MB of weights become %.2f MB (%.0f %%), %.2f bits per weight",
           g->mixture->name, in, out, 100 * out / in, bits_per_weight(g));
    if (!o->dry_run)
        printf(", in %.1f s", seconds);
    printf("\n");
}

static void print_json(const struct options *o, const struct to_gguf *g, double seconds)
{
    struct json_out j = {.indent = 2};
    char shape[64];
    json_obj_begin(&j, NULL);
    json_put_str(&j, "type", g->mixture->name);
    json_put_u64(&j, "weights", g->n_values);
    json_put_u64(&j, "input_bytes", g->bytes_in);
    json_put_u64(&j, "output_bytes", g->bytes_out);
    json_put_f64(&j, "bits_per_weight", bits_per_weight(g));
    json_put_u64(&j, "tensors_left_out", g->n_left_out);
    if (!o->dry_run)
        json_put_f64(&j, "seconds", seconds);
    json_arr_begin(&j, "tensors");
    for (uint32_t i = 0; i < g->n_tensors; i++) {
        const struct to_gguf_tensor *t = &g->tensors[i];
        json_obj_begin(&j, NULL);
        json_put_str(&j, "name", t->name);
        json_put_str(&j, "shape", shape_text(shape, sizeof shape, t));
        json_put_str(&j, "from", type_before(t));
        json_put_str(&j, "to", qtype_name(t->type));
        json_put_u64(&j, "bytes", t->bytes);
        json_obj_end(&j);
    }
    json_arr_end(&j);
    json_obj_end(&j);
    if (j.p)
        puts(j.p);
    json_out_free(&j);
}

/* ---- the command ---- */

static takt_rc write_file(const struct options *o, const struct to_gguf *g, const char *path,
                          takt_err *e)
{
    struct gguf_writer w = {0};
    struct topo topo;
    topo_read(&topo);
    uint32_t threads = o->threads ? (uint32_t)o->threads : topo.n_cpus;
    to_gguf_put(g, &w);
    takt_rc rc = put_tokenizer(&w, g->model, e);
    if (!rc.code)
        rc = to_gguf_write(g, &w, path, threads, cli_progress, NULL, e);
    gguf_writer_free(&w);
    return rc;
}

static takt_rc quantize(const struct options *o, struct to_gguf *g, const struct model *m,
                        const char *path, takt_err *e)
{
    const struct mixture *x;
    TAKT_TRY(find_mixture(o, &x, e));
    TAKT_TRY(to_gguf_plan(g, m, x, e));
    if (path)
        TAKT_TRY(check_output(m, path, e));
    if (g->n_left_out)
        fprintf(stderr,
                "takt: note: %u tensors have no place in this kind of GGUF file and are "
                "left out ('%.80s'...)\n",
                g->n_left_out, g->left_out);
    int64_t start = clock_ns();
    if (!o->dry_run)
        TAKT_TRY(write_file(o, g, path, e));
    double seconds = (double)(clock_ns() - start) / 1e9;
    if (o->json) {
        print_json(o, g, seconds);
        return TAKT_OK;
    }
    if (o->dry_run)
        print_tensors(g);
    print_result(o, g, seconds);
    return TAKT_OK;
}

static int quantize_main(int argc, char **argv)
{
    struct options o = {0};
    struct opt_rest rest;
    struct model m;
    char buf[BUILTIN_PATH_MAX];
    const char *path;
    struct to_gguf g = {0};
    takt_err e = {0};
    int code = cli_parse(&o, &rest, &cmd, argc, argv);
    if (code >= 0)
        return code;
    if (!o.dry_run && rest.n_args < 2) {
        err_set(&e, TAKT_ERR_USAGE, "takt quantize", "needs the name of the output file");
        return cli_fail(&e);
    }
    cli_catch_interrupt();
    takt_rc rc = builtin_path(&path, buf, rest.args[0], &e);
    if (!rc.code)
        rc = model_open(&m, path, &e);
    if (rc.code)
        return cli_fail(&e);
    rc = quantize(&o, &g, &m, rest.n_args > 1 ? rest.args[1] : NULL, &e);
    to_gguf_free(&g);
    model_close(&m);
    return rc.code ? cli_fail(&e) : EXIT_DONE;
}

const struct cli_command cli_quantize = {&cmd, quantize_main};
