#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/topo.h"
#include "cli/builtin.h"
#include "cli/cli.h"
#include "model/mmproj.h"
#include "text/tokenizer_put.h"

struct options {
    const char *type, *mmproj, *mmproj_type;
    int64_t threads;
    bool dry_run, json;
};

static const struct opt table[] = {
    OPT(STR, 0, "type", struct options, type, "TYPE", NULL,
        "Q8_0, Q6_K, Q5_K_M, Q5_K_S, Q4_K_M, Q4_K_S, Q4_0, F32, F16 or BF16; Q5_K and Q4_K mean "
        "the M mixtures"),
    OPT(STR, 0, "mmproj", struct options, mmproj, "FILE", NULL,
        "where the picture encoder of a folder goes; none: nowhere. Without it, beside OUTPUT as "
        "OUTPUT-mmproj.gguf"),
    OPT(STR, 0, "mmproj-type", struct options, mmproj_type, "TYPE", NULL,
        "of its matrices: F32, F16, BF16 or Q8_0; as --type where that is one of them, else Q8_0"),
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
    {"a model that sees: llava.gguf and llava-mmproj.gguf, which takt run finds beside it",
     "takt quantize llava-1.5-7b-hf/ llava.gguf --type Q4_K_M"},
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
        "A folder with a picture encoder becomes two files: the language model, and the encoder "
        "with its projector as an mmproj file, named with --mmproj by those who run the model if "
        "it is not the only one beside it.\n\n"
        "OUTPUT appears, or is replaced, when it is complete. F32, F16 and BF16 convert only.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

/* A model that is written: its language model, and its picture encoder in a file of its own. */
struct job {
    struct to_gguf text, sight;
    struct model_vision v;
    bool has_sight;
    const char *path; /* NULL: nothing is written */
    char *sight_path; /* owned; the same */
    double seconds;
};

static takt_rc find_mixture(const struct options *o, const struct mixture **x, takt_err *e)
{
    if (!o->type)
        return err_set(e, TAKT_ERR_USAGE, "takt quantize", "needs --type TYPE: one of %s",
                       mixture_names());
    *x = mixture_find(o->type);
    if (!*x)
        return err_set(e, TAKT_ERR_USAGE, "--type", "'%s' is none of %s", o->type, mixture_names());
    if (o->mmproj_type && !mmproj_type(o->mmproj_type))
        return err_set(e, TAKT_ERR_USAGE, "--mmproj-type", "'%s' is none of %s", o->mmproj_type,
                       mmproj_names());
    return TAKT_OK;
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

/* ---- the picture encoder of a folder ---- */

static bool is_unwanted(const struct options *o)
{
    return o->mmproj && strcmp(o->mmproj, "none") == 0;
}

/* Beside OUTPUT.gguf, as OUTPUT-mmproj.gguf. */
static takt_rc name_sight(struct job *j, const struct options *o, takt_err *e)
{
    static const char ext[] = ".gguf";
    size_t n = strlen(j->path), k = sizeof ext - 1;
    if (n > k && strcmp(j->path + n - k, ext) == 0)
        n -= k;
    int len = o->mmproj ? asprintf(&j->sight_path, "%s", o->mmproj)
                        : asprintf(&j->sight_path, "%.*s-mmproj.gguf", (int)n, j->path);
    if (len >= 0)
        return TAKT_OK;
    j->sight_path = NULL;
    return err_set(e, TAKT_ERR_MEMORY, j->path, "no memory for a name");
}

/* The id of the token that ends a row of Pixtral's, -1: there is none. */
static int32_t break_of(const struct model *m)
{
    struct tokenizer *t = NULL;
    int32_t id = tokenizer_new(&t, m, NULL).code ? -1 : tokenizer_find(t, "[IMG_BREAK]");
    tokenizer_free(t);
    return id;
}

/* An encoder that takt cannot read stays where it is, and its user is told. */
static takt_rc plan_sight(struct job *j, const struct options *o, struct model *m, takt_err *e)
{
    const char *type = o->mmproj_type ? o->mmproj_type : mmproj_type_for(j->text.mixture);
    takt_err why = {0};
    char text[640];
    if (j->text.n_sight == 0)
        return o->mmproj && !is_unwanted(o) ? err_set(e, TAKT_ERR_USAGE, "--mmproj",
                                                      "%s has no picture encoder to write", m->path)
                                            : TAKT_OK;
    if (is_unwanted(o))
        return TAKT_OK;
    takt_rc rc = vision_read(&j->v, m, &why);
    if (!rc.code)
        rc = mmproj_plan(&j->sight, &j->v, m, type, break_of(m), &why);
    j->has_sight = !rc.code;
    if (rc.code == TAKT_ERR_MEMORY) {
        *e = why;
        return rc;
    }
    if (rc.code)
        fprintf(stderr,
                "takt: note: the picture encoder (%u tensors) is not written: %s; for pictures, "
                "run the folder itself, or name it with --mmproj beside the file\n",
                j->text.n_sight, takt_err_format(&why, text, sizeof text));
    return j->path && j->has_sight ? name_sight(j, o, e) : TAKT_OK;
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

static void print_result(const struct to_gguf *g, const char *what)
{
    double in = (double)g->bytes_in / 1e6, out = (double)g->bytes_out / 1e6;
    printf("%s%s: %.2f MB of weights become %.2f MB (%.0f %%), %.2f bits per weight", what,
           g->mixture->name, in, out, 100 * out / in, bits_per_weight(g));
}

static void print_results(const struct options *o, const struct job *j)
{
    print_result(&j->text, "");
    if (!o->dry_run)
        printf(", in %.1f s", j->seconds);
    printf("\n");
    if (!j->has_sight)
        return;
    print_result(&j->sight, "picture encoder, ");
    if (!o->dry_run)
        printf(", in %s", j->sight_path);
    printf("\n");
}

static void put_plan(struct json_out *o, const struct to_gguf *g)
{
    char shape[64];
    json_put_str(o, "type", g->mixture->name);
    json_put_u64(o, "weights", g->n_values);
    json_put_u64(o, "input_bytes", g->bytes_in);
    json_put_u64(o, "output_bytes", g->bytes_out);
    json_put_f64(o, "bits_per_weight", bits_per_weight(g));
    json_put_u64(o, "tensors_left_out", g->n_left_out);
    json_arr_begin(o, "tensors");
    for (uint32_t i = 0; i < g->n_tensors; i++) {
        const struct to_gguf_tensor *t = &g->tensors[i];
        json_obj_begin(o, NULL);
        json_put_str(o, "name", t->name);
        json_put_str(o, "shape", shape_text(shape, sizeof shape, t));
        json_put_str(o, "from", type_before(t));
        json_put_str(o, "to", qtype_name(t->type));
        json_put_u64(o, "bytes", t->bytes);
        json_obj_end(o);
    }
    json_arr_end(o);
}

static void print_json(const struct options *o, const struct job *j)
{
    struct json_out out = {.indent = 2};
    json_obj_begin(&out, NULL);
    put_plan(&out, &j->text);
    if (!o->dry_run)
        json_put_f64(&out, "seconds", j->seconds);
    if (j->has_sight) {
        json_obj_begin(&out, "mmproj");
        if (j->sight_path)
            json_put_str(&out, "file", j->sight_path);
        put_plan(&out, &j->sight);
        json_obj_end(&out);
    }
    json_obj_end(&out);
    if (out.p)
        puts(out.p);
    json_out_free(&out);
}

/* ---- the command ---- */

static uint32_t threads_of(const struct options *o)
{
    struct topo topo;
    topo_read(&topo);
    return o->threads ? (uint32_t)o->threads : topo.n_cpus;
}

static takt_rc write_text(const struct options *o, const struct job *j, takt_err *e)
{
    struct gguf_writer w = {0};
    to_gguf_put(&j->text, &w);
    takt_rc rc = put_tokenizer(&w, j->text.model, e);
    if (!rc.code)
        rc = to_gguf_write(&j->text, &w, j->path, threads_of(o), cli_progress, NULL, e);
    gguf_writer_free(&w);
    return rc;
}

static takt_rc write_sight(const struct options *o, const struct job *j, takt_err *e)
{
    struct gguf_writer w = {0};
    mmproj_put(&j->sight, &j->v, &w);
    takt_rc rc = to_gguf_write(&j->sight, &w, j->sight_path, threads_of(o), cli_progress, NULL, e);
    gguf_writer_free(&w);
    return rc;
}

static takt_rc write_files(const struct options *o, struct job *j, takt_err *e)
{
    int64_t start = clock_ns();
    TAKT_TRY(write_text(o, j, e));
    if (j->has_sight)
        TAKT_TRY(write_sight(o, j, e));
    j->seconds = (double)(clock_ns() - start) / 1e9;
    return TAKT_OK;
}

/* No file is an input, and both are two. */
static takt_rc check_outputs(const struct job *j, const struct model *m, takt_err *e)
{
    if (j->path)
        TAKT_TRY(check_output(m, j->path, e));
    if (!j->sight_path)
        return TAKT_OK;
    if (strcmp(j->path, j->sight_path) == 0)
        return err_set(e, TAKT_ERR_USAGE, "--mmproj", "is the output itself; name another file");
    return check_output(m, j->sight_path, e);
}

static takt_rc quantize(const struct options *o, struct job *j, struct model *m, takt_err *e)
{
    const struct mixture *x;
    const struct to_gguf *g = &j->text;
    TAKT_TRY(find_mixture(o, &x, e));
    TAKT_TRY(to_gguf_plan(&j->text, m, x, e));
    TAKT_TRY(plan_sight(j, o, m, e));
    TAKT_TRY(check_outputs(j, m, e));
    if (g->n_left_out)
        fprintf(stderr,
                "takt: note: %u tensors have no place in this kind of GGUF file and are "
                "left out ('%.80s'...)\n",
                g->n_left_out, g->left_out);
    if (!o->dry_run)
        TAKT_TRY(write_files(o, j, e));
    if (o->json) {
        print_json(o, j);
        return TAKT_OK;
    }
    if (o->dry_run)
        print_tensors(&j->text);
    if (o->dry_run && j->has_sight)
        print_tensors(&j->sight);
    print_results(o, j);
    return TAKT_OK;
}

static int quantize_main(int argc, char **argv)
{
    struct options o = {0};
    struct opt_rest rest;
    struct model m;
    char buf[BUILTIN_PATH_MAX];
    const char *path;
    struct job j = {0};
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
    j.path = rest.n_args > 1 ? rest.args[1] : NULL;
    rc = quantize(&o, &j, &m, &e);
    to_gguf_free(&j.text);
    to_gguf_free(&j.sight);
    free(j.sight_path);
    model_close(&m);
    return rc.code ? cli_fail(&e) : EXIT_DONE;
}

const struct cli_command cli_quantize = {&cmd, quantize_main};
