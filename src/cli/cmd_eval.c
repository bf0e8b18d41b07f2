#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/builtin.h"
#include "cli/cli.h"
#include "engine/handles.h"
#include "model/gguf_write.h"

enum { TEXT_BYTES_MAX = 1 << 30, ROWS = 64 };

struct options {
    struct cli_load load;
    const char *against, *save, *base;
    int64_t window, windows_max;
    bool json;
};

static const struct opt table[] = {
    OPT(STR, 0, "against", struct options, against, "FILE", NULL,
        "run the token ids of FILE (GGUF with tensors ids and logits) and compare the logits"),
    OPT(STR, 0, "save", struct options, save, "FILE", NULL,
        "write the ids of the text's first window and their logits to FILE, for --against"),
    OPT(STR, 0, "base", struct options, base, "MODEL", NULL,
        "also compare with what MODEL says of the text: Kullback-Leibler divergence"),
    OPT_RANGE(INT, 'w', "window", struct options, window, "N", "512", 8, 1048576,
              "tokens of a window; the second half of each is scored"),
    OPT_RANGE(INT, 0, "windows", struct options, windows_max, "N", "0", 0, 1e9,
              "at most N windows; 0: the whole text"),
    OPT(FLAG, 0, "json", struct options, json, NULL, NULL, "print JSON"),
    CLI_LOAD_OPTS(struct options),
};
static const struct opt_example examples[] = {
    {"perplexity of a text", "takt eval model.gguf text.txt"},
    {"logits against a reference", "takt eval model.gguf --against reference.gguf"},
    {"what quantisation costs", "takt eval q4.gguf text.txt --base f32.gguf"},
};
static const struct opt_cmd cmd = {
    .name = "takt eval",
    .summary = "measure perplexity on a text, or compare logits with a reference",
    .args = "[MODEL] [TEXT-FILE]",
    .args_min = 0,
    .args_max = 2,
    .about =
        "A single argument is the text, and the model the built-in one.\n\nPerplexity: the text is "
        "cut into windows of --window tokens, BOS replacing the first "
        "one where the model wants it, and the second half "
        "of each window is scored, as other programs do.\n\n"
        "With --against the largest absolute difference of logits (also relative to the "
        "reference's range), the mean and largest "
        "Kullback-Leibler divergence, and the share of positions with the same likeliest "
        "token are printed.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

/* log of the sum of exp, in double. */
static double log_sum_exp(const float *v, uint32_t n)
{
    double top = -INFINITY, sum = 0;
    for (uint32_t i = 0; i < n; i++)
        top = (double)v[i] > top ? (double)v[i] : top;
    for (uint32_t i = 0; i < n; i++)
        sum += exp((double)v[i] - top);
    return top + log(sum);
}

static uint32_t argmax(const float *v, uint32_t n)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++)
        if (v[i] > v[best])
            best = i;
    return best;
}

/* The Kullback-Leibler divergence of GOT from WANT. */
static double divergence(const float *want, const float *got, uint32_t n)
{
    double zw = log_sum_exp(want, n), zg = log_sum_exp(got, n), kl = 0;
    for (uint32_t k = 0; k < n; k++) {
        double w = (double)want[k] - zw, g = (double)got[k] - zg;
        kl += exp(w) * (w - g);
    }
    return kl;
}

/* ---- against a reference ---- */

struct compare {
    const uint8_t *want; /* f32 [n][n_vocab], unaligned */
    float *row;          /* [n_vocab] aligned copy */
    uint32_t n_vocab, n, n_same;
    double max_abs, lo, hi, kl_sum, kl_max;
};

static bool compare_row(void *user, uint32_t i, const float *got)
{
    struct compare *c = user;
    memcpy(c->row, c->want + (size_t)i * c->n_vocab * 4, (size_t)c->n_vocab * 4);
    double kl = divergence(c->row, got, c->n_vocab);
    for (uint32_t k = 0; k < c->n_vocab; k++) {
        double w = (double)c->row[k], g = (double)got[k], d = fabs(w - g);
        c->max_abs = d > c->max_abs || isnan(d) ? d : c->max_abs;
        c->lo = w < c->lo ? w : c->lo;
        c->hi = w > c->hi ? w : c->hi;
    }
    c->kl_sum += kl;
    c->kl_max = kl > c->kl_max ? kl : c->kl_max;
    c->n_same += argmax(c->row, c->n_vocab) == argmax(got, c->n_vocab);
    c->n++;
    return !cli_interrupted();
}

static takt_rc check_reference(const struct model *ref, const struct tensor **ids,
                               const struct tensor **logits, uint32_t n_vocab, takt_err *e)
{
    *ids = model_tensor(ref, "ids");
    *logits = model_tensor(ref, "logits");
    if (!*ids || !*logits || (*ids)->type != QTYPE_I32 || (*logits)->type != QTYPE_F32)
        return err_set(
            e, TAKT_ERR_FORMAT, ref->path,
            "has no tensors ids (I32) and logits (F32); 'takt eval --save' writes such files");
    if ((*logits)->ne[0] != n_vocab || (*logits)->ne[1] != (*ids)->ne[0] || (*ids)->ne[0] == 0)
        return err_set(e, TAKT_ERR_FORMAT, ref->path,
                       "holds logits of %llu x %llu for %llu ids; the model's vocabulary is %u",
                       (unsigned long long)(*logits)->ne[0], (unsigned long long)(*logits)->ne[1],
                       (unsigned long long)(*ids)->ne[0], n_vocab);
    return TAKT_OK;
}

static takt_rc print_compare(const struct options *o, const struct compare *c, takt_err *e)
{
    double range = c->hi - c->lo, relative = range > 0 ? c->max_abs / range : 0;
    if (!o->json) {
        printf("%u positions: max abs error %.3g (%.3g of the range %.3g), KL mean %.3g max %.3g, "
               "top-1 agreement %.2f %%\n",
               c->n, c->max_abs, relative, range, c->kl_sum / c->n, c->kl_max,
               100.0 * c->n_same / c->n);
        return TAKT_OK;
    }
    struct json_out j = {.indent = 2};
    json_obj_begin(&j, NULL);
    json_put_u64(&j, "positions", c->n);
    json_put_f64(&j, "max_abs_error", c->max_abs);
    json_put_f64(&j, "range", range);
    json_put_f64(&j, "max_abs_error_relative", relative);
    json_put_f64(&j, "kl_mean", c->kl_sum / c->n);
    json_put_f64(&j, "kl_max", c->kl_max);
    json_put_f64(&j, "top1_agreement", (double)c->n_same / c->n);
    json_obj_end(&j);
    return cli_put_json(&j, e);
}

static takt_rc run_against(struct options *o, struct cli_session *s, const char *path, takt_err *e)
{
    struct model ref;
    const struct tensor *ids, *logits;
    takt_seq *seq = NULL;
    TAKT_TRY(model_open(&ref, o->against, e));
    struct compare c = {.lo = INFINITY, .hi = -INFINITY};
    takt_rc rc = cli_open(s, path, e);
    if (!rc.code)
        rc = check_reference(&ref, &ids, &logits, s->model->file.hp.n_vocab, e);
    if (!rc.code) {
        if (!o->load.n_ctx)
            o->load.n_ctx = (int64_t)ids->ne[0];
        rc = cli_load(s, path, &o->load, ROWS, e);
    }
    if (!rc.code)
        rc = takt_seq_new(&seq, s->engine, e);
    if (!rc.code) {
        c.n_vocab = (uint32_t)logits->ne[0];
        c.want = logits->data;
        c.row = malloc((size_t)c.n_vocab * 4);
        int32_t *copy = malloc(ids->ne[0] * sizeof *copy);
        if (c.row && copy) {
            memcpy(copy, ids->data, ids->ne[0] * sizeof *copy);
            rc = takt_seq_feed(seq, copy, ids->ne[0], true, compare_row, &c, e);
        } else {
            rc = err_set(e, TAKT_ERR_MEMORY, o->against, "no memory to compare");
        }
        free(copy);
    }
    if (!rc.code)
        rc = print_compare(o, &c, e);
    free(c.row);
    takt_seq_free(seq);
    model_close(&ref);
    return rc;
}

/* ---- perplexity ---- */

struct score {
    const int32_t *ids; /* of the window */
    uint32_t n, first, n_vocab;
    uint64_t n_scored;
    double nll, nll2;
    float *saved; /* --save: f32 [n][n_vocab] of the first window, or NULL */
    float *base;  /* --base: f32 [n - first][n_vocab] of this window, or NULL */
    double kl, kl2, kl_max;
    uint64_t n_same;
};

static bool keep_base_row(void *user, uint32_t i, const float *logits)
{
    struct score *c = user;
    if (i >= c->first)
        memcpy(c->base + (size_t)(i - c->first) * c->n_vocab, logits, (size_t)c->n_vocab * 4);
    return !cli_interrupted();
}

static void score_against_base(struct score *c, uint32_t i, const float *logits)
{
    const float *want = c->base + (size_t)(i - c->first) * c->n_vocab;
    double kl = divergence(want, logits, c->n_vocab);
    c->kl += kl;
    c->kl2 += kl * kl;
    c->kl_max = kl > c->kl_max ? kl : c->kl_max;
    c->n_same += argmax(want, c->n_vocab) == argmax(logits, c->n_vocab);
}

static bool score_row(void *user, uint32_t i, const float *logits)
{
    struct score *c = user;
    if (c->saved)
        memcpy(c->saved + (size_t)i * c->n_vocab, logits, (size_t)c->n_vocab * 4);
    if (i >= c->first && i + 1 < c->n) {
        double nll = log_sum_exp(logits, c->n_vocab) - (double)logits[c->ids[i + 1]];
        c->nll += nll;
        c->nll2 += nll * nll;
        c->n_scored++;
        if (c->base)
            score_against_base(c, i, logits);
    }
    return !cli_interrupted();
}

struct saved {
    const int32_t *ids;
    const float *logits;
    uint32_t n, n_vocab;
};

static takt_rc fill_saved(void *user, uint32_t i, struct gguf_sink *sink, takt_err *e)
{
    const struct saved *s = user;
    return i == 0
               ? gguf_sink_put(sink, s->ids, s->n * sizeof *s->ids, e)
               : gguf_sink_put(sink, s->logits, (size_t)s->n * s->n_vocab * sizeof *s->logits, e);
}

static takt_rc save_logits(const char *path, struct saved *s, takt_err *e)
{
    struct gguf_writer w = {0};
    uint64_t n = s->n, ne[2] = {s->n_vocab, s->n};
    gguf_put_str(&w, "general.architecture", "logits-golden");
    gguf_put_tensor(&w, "ids", QTYPE_I32, 1, &n);
    gguf_put_tensor(&w, "logits", QTYPE_F32, 2, ne);
    takt_rc rc = gguf_write(&w, path, fill_saved, s, e);
    gguf_writer_free(&w);
    return rc;
}

static takt_rc print_perplexity(const struct options *o, const struct score *c, uint64_t n_windows,
                                size_t n_tokens, takt_err *e)
{
    double mean = c->nll / (double)c->n_scored, var = c->nll2 / (double)c->n_scored - mean * mean;
    double ppl = exp(mean), error = ppl * sqrt(var > 0 ? var / (double)c->n_scored : 0);
    double kl = c->kl / (double)c->n_scored, kl_var = c->kl2 / (double)c->n_scored - kl * kl;
    double kl_error = sqrt(kl_var > 0 ? kl_var / (double)c->n_scored : 0);
    double same = (double)c->n_same / (double)c->n_scored;
    if (!o->json) {
        printf("perplexity %.4f +/- %.4f over %llu tokens (%llu windows of %lld; the text has %zu "
               "tokens)\n",
               ppl, error, (unsigned long long)c->n_scored, (unsigned long long)n_windows,
               (long long)o->window, n_tokens);
        if (o->base)
            printf("KL from %s: mean %.4g +/- %.2g, max %.3g; top-1 agreement %.2f %%\n", o->base,
                   kl, kl_error, c->kl_max, 100 * same);
        return TAKT_OK;
    }
    struct json_out j = {.indent = 2};
    json_obj_begin(&j, NULL);
    json_put_f64(&j, "perplexity", ppl);
    json_put_f64(&j, "standard_error", error);
    json_put_u64(&j, "scored_tokens", c->n_scored);
    json_put_u64(&j, "windows", n_windows);
    json_put_u64(&j, "window", (uint64_t)o->window);
    json_put_u64(&j, "text_tokens", n_tokens);
    if (o->base) {
        json_put_f64(&j, "kl_mean", kl);
        json_put_f64(&j, "kl_standard_error", kl_error);
        json_put_f64(&j, "kl_max", c->kl_max);
        json_put_f64(&j, "top1_agreement", same);
    }
    json_obj_end(&j);
    return cli_put_json(&j, e);
}

static takt_rc score_windows(struct options *o, struct cli_session *s, takt_seq *seq,
                             takt_seq *base, int32_t *ids, size_t n, takt_err *e)
{
    uint32_t window = (uint32_t)o->window, n_vocab = s->plan->plan.n_vocab;
    const struct tokenizer *tok = s->model->tokenizer;
    uint64_t n_windows = n / window;
    if (o->windows_max && n_windows > (uint64_t)o->windows_max)
        n_windows = (uint64_t)o->windows_max;
    struct score c = {.n = window, .first = window / 2, .n_vocab = n_vocab};
    takt_rc rc = TAKT_OK;
    if (base && !(c.base = malloc((size_t)(window - c.first) * n_vocab * 4)))
        rc = err_set(e, TAKT_ERR_MEMORY, o->base, "no memory for the logits");
    for (uint64_t w = 0; !rc.code && w < n_windows; w++) {
        int32_t *at = ids + w * window;
        if (tokenizer_adds_bos(tok) && tokenizer_bos(tok) >= 0)
            at[0] = tokenizer_bos(tok);
        c.ids = at;
        c.saved = o->save && w == 0 ? malloc((size_t)window * n_vocab * 4) : NULL;
        if (base) {
            takt_seq_truncate(base, 0);
            rc = takt_seq_feed(base, at, window, true, keep_base_row, &c, e);
        }
        takt_seq_truncate(seq, 0);
        if (!rc.code)
            rc = takt_seq_feed(seq, at, window, true, score_row, &c, e);
        if (!rc.code && o->save && w == 0)
            rc = c.saved ? save_logits(o->save, &(struct saved){at, c.saved, window, n_vocab}, e)
                         : err_set(e, TAKT_ERR_MEMORY, o->save, "no memory for the logits");
        free(c.saved);
        if (!rc.code)
            cli_progress(NULL, "scoring windows", w + 1, n_windows);
    }
    if (!rc.code)
        rc = print_perplexity(o, &c, n_windows, n, e);
    free(c.base);
    return rc;
}

/* The model of --base, with a sequence, beside S. */
static takt_rc open_base(const struct options *o, const struct cli_session *s,
                         struct cli_session *base, takt_seq **seq, takt_err *e)
{
    if (!o->base)
        return TAKT_OK;
    TAKT_TRY(cli_load(base, o->base, &o->load, ROWS, e));
    if (base->plan->plan.n_vocab != s->plan->plan.n_vocab)
        return err_set(e, TAKT_ERR_USAGE, o->base, "has %u tokens, the other model has %u",
                       base->plan->plan.n_vocab, s->plan->plan.n_vocab);
    return takt_seq_new(seq, base->engine, e);
}

static takt_rc run_text(struct options *o, struct cli_session *s, const char *path,
                        const char *file, takt_err *e)
{
    char *text;
    size_t len, n = 0;
    int32_t *ids = NULL;
    takt_seq *seq = NULL, *base_seq = NULL;
    struct cli_session base = {0};
    TAKT_TRY(cli_open(s, path, e));
    TAKT_TRY(file_read_all(&text, &len, file, TEXT_BYTES_MAX, e));
    takt_rc rc = cli_tokenize_text(s->model, text, len, TAKT_TEXT_BOS, &ids, &n, e);
    if (!rc.code && n < (size_t)o->window)
        rc = err_set(e, TAKT_ERR_USAGE, file,
                     "has %zu tokens, less than one window of %lld; lower --window", n,
                     (long long)o->window);
    if (!rc.code) {
        o->load.n_ctx = o->load.n_ctx > o->window ? o->load.n_ctx : o->window;
        rc = cli_load(s, path, &o->load, ROWS, e);
    }
    if (!rc.code)
        rc = takt_seq_new(&seq, s->engine, e);
    if (!rc.code)
        rc = open_base(o, s, &base, &base_seq, e);
    if (!rc.code)
        rc = score_windows(o, s, seq, base_seq, ids, n, e);
    takt_seq_free(base_seq);
    cli_unload(&base);
    takt_seq_free(seq);
    free(ids);
    free(text);
    return rc;
}

/* A model by its name, rather than a text? */
static bool is_model(const char *arg)
{
    size_t n = strlen(arg);
    return strcmp(arg, BUILTIN_NAME) == 0 || (n > 5 && strcmp(arg + n - 5, ".gguf") == 0) ||
           file_is_dir(arg);
}

static takt_rc eval(void *options, const struct opt_rest *rest, struct cli_session *s, takt_err *e)
{
    struct options *o = options;
    uint32_t n = rest->n_args;
    bool only_text = !o->against && n == 1 && !is_model(rest->args[0]);
    if ((n == 2 || only_text) == (o->against != NULL))
        return err_set(e, TAKT_ERR_USAGE, "takt eval",
                       "needs either a text file or --against FILE");
    if (o->base && o->against)
        return err_set(e, TAKT_ERR_USAGE, "--base", "needs a text file; --against has logits");
    const char *model = only_text ? BUILTIN_NAME : cli_model_arg(rest);
    return o->against ? run_against(o, s, model, e) : run_text(o, s, model, rest->args[n - 1], e);
}

static int eval_main(int argc, char **argv)
{
    struct options o = {0};
    return cli_main(&cmd, &o, eval, argc, argv);
}

const struct cli_command cli_eval = {&cmd, eval_main};
