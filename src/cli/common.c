#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/progress.h"
#include "base/utf8.h"
#include "cli/builtin.h"
#include "cli/cli.h"

/* What parsing came to: -1 to go on, or an exit code after help or the error was printed. */
static int parsed(takt_rc rc, const takt_err *e, const struct opt_rest *rest,
                  const struct opt_cmd *cmd)
{
    if (rc.code) {
        cli_fail(e);
        if (!strstr(e->what, "--help"))
            fprintf(stderr, "'%s --help' shows how it is used.\n", cmd->name);
        return EXIT_USAGE;
    }
    if (rest->wants_help) {
        opt_help(stdout, cmd);
        return EXIT_DONE;
    }
    return -1;
}

int cli_parse(void *values, struct opt_rest *rest, const struct opt_cmd *cmd, int argc, char **argv)
{
    takt_err e = {0};
    takt_rc rc = opt_parse(values, rest, cmd, argc, argv, &e);
    return parsed(rc, &e, rest, cmd);
}

int cli_parse_layers(void *values, struct opt_rest *rest, const struct opt_cmd *cmd,
                     const struct opt_layers *layers, int argc, char **argv)
{
    takt_err e = {0};
    takt_rc rc = opt_parse_layers(values, rest, cmd, layers, argc, argv, &e);
    return parsed(rc, &e, rest, cmd);
}

int cli_fail(const takt_err *e)
{
    char text[640];
    fflush(stdout);
    if (e->code == TAKT_ERR_CANCELLED) {
        fprintf(stderr, "takt: %s: interrupted\n", e->where);
        return EXIT_FAILED;
    }
    if (e->code == TAKT_ERR_IO && e->sys == EPIPE) /* the reader has seen enough: | head */
        return EXIT_FAILED;
    /* "takt run: ..." says already who speaks. */
    fprintf(stderr, "%s%s\n", strncmp(e->where, "takt ", 5) == 0 ? "" : "takt: ",
            takt_err_format(e, text, sizeof text));
    return e->code == TAKT_ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

/* A signal handler has no argument for state: this flag is the one exception to "no globals". */
static atomic_int interrupts;

static void on_interrupt(int sig)
{
    if (atomic_fetch_add(&interrupts, 1) > 0) {
        signal(sig, SIG_DFL);
        raise(sig);
    }
}

void cli_catch_interrupt(void)
{
    struct sigaction a = {.sa_handler = on_interrupt};
    sigemptyset(&a.sa_mask);
    sigaction(SIGINT, &a, NULL); /* without SA_RESTART: a read from the terminal returns */
    atomic_store(&interrupts, 0);
}

bool cli_interrupted(void)
{
    return atomic_load(&interrupts) > 0;
}

void cli_interrupt_clear(void)
{
    atomic_store(&interrupts, 0);
}

static const char *progress_label(const char *what)
{
    static const char *const names[][2] = {{"calibrate", "measuring this machine (once)"},
                                           {"pack", "packing weights (once)"},
                                           {"load", "loading weights"},
                                           {"quantise", "converting weights"},
                                           {"prefill", "reading the prompt"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(what, names[i][0]) == 0)
            return names[i][1];
    return what;
}

bool cli_progress(void *user, const char *what, uint64_t done, uint64_t total)
{
    static struct progress bar; /* one terminal, one bar */
    static const char *shown;
    (void)user;
    if (!shown || strcmp(shown, what) != 0) {
        if (shown)
            progress_end(&bar);
        bool is_bytes =
            strcmp(what, "pack") == 0 || strcmp(what, "load") == 0 || strcmp(what, "quantise") == 0;
        progress_start(&bar, progress_label(what), total, is_bytes);
        shown = what;
    }
    progress_set(&bar, done);
    bool stop = cli_interrupted();
    if (done >= total || stop) {
        progress_end(&bar);
        shown = NULL;
    }
    return !stop;
}

const char *cli_model_arg(const struct opt_rest *rest)
{
    return rest->n_args > 0 ? rest->args[0] : BUILTIN_NAME;
}

uint32_t cli_draft(const struct cli_speculate *o)
{
    return strcmp(o->is_on, "on") == 0 ? (uint32_t)o->draft_max : 0;
}

takt_rc cli_open(struct cli_session *s, const char *path, takt_err *e)
{
    int64_t begin = clock_ns();
    takt_rc rc = builtin_open(&s->model, path, e);
    s->open_ns = clock_ns() - begin;
    return rc;
}

takt_rc cli_make_plan(struct cli_session *s, const char *path, const struct cli_load *o,
                      uint32_t logits_rows, takt_err *e)
{
    takt_plan_options p = {.n_ctx = (uint32_t)o->n_ctx,
                           .threads = (uint32_t)o->threads,
                           .chunk = (uint32_t)o->chunk,
                           .logits_rows = logits_rows,
                           .isa = o->isa,
                           .kv = o->kv,
                           .calibrate = o->calibrate,
                           .progress = cli_progress};
    if (!s->model)
        TAKT_TRY(cli_open(s, path, e));
    int64_t begin = clock_ns();
    takt_rc rc = takt_plan_new(&s->plan, s->model, &p, e);
    s->plan_ns = clock_ns() - begin;
    return rc;
}

takt_rc cli_load(struct cli_session *s, const char *path, const struct cli_load *o,
                 uint32_t logits_rows, takt_err *e)
{
    takt_engine_options opt = {
        .force = o->force, .no_cache = o->no_cache, .progress = cli_progress};
    TAKT_TRY(cli_make_plan(s, path, o, logits_rows, e));
    int64_t begin = clock_ns();
    takt_rc rc = takt_engine_new(&s->engine, s->model, s->plan, &opt, e);
    s->load_ns = clock_ns() - begin;
    return rc;
}

void cli_unload(struct cli_session *s)
{
    takt_engine_free(s->engine);
    takt_plan_free(s->plan);
    takt_model_free(s->model);
    *s = (struct cli_session){0};
}

int cli_main(const struct opt_cmd *cmd, void *options, cli_body *body, int argc, char **argv)
{
    struct opt_rest rest;
    struct cli_session s = {0};
    takt_err e = {0};
    int code = cli_parse(options, &rest, cmd, argc, argv);
    if (code >= 0)
        return code;
    cli_catch_interrupt();
    takt_rc rc = body(options, &rest, &s, &e);
    cli_unload(&s);
    return rc.code ? cli_fail(&e) : EXIT_DONE;
}

/* Reads "ID=BIAS", with a decimal point whatever LANG says. */
static takt_rc read_bias(takt_logit_bias *out, const char *text, uint32_t n_vocab, takt_err *e)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c)
        return err_set(e, TAKT_ERR_MEMORY, "--logit-bias", "no memory");
    char *end, *last = NULL;
    errno = 0;
    long long id = strtoll(text, &end, 10);
    double bias = end != text && *end == '=' ? strtod_l(end + 1, &last, c) : 0;
    freelocale(c);
    if (!last || last == end + 1 || *last || errno || !(bias >= -100 && bias <= 100))
        return err_set(e, TAKT_ERR_USAGE, "--logit-bias",
                       "takes ID=BIAS with a BIAS from -100 to 100, not '%s'", text);
    if (id < 0 || id >= n_vocab)
        return err_set(e, TAKT_ERR_USAGE, "--logit-bias",
                       "the model has no token %lld; its ids are 0 to %u", id, n_vocab - 1);
    *out = (takt_logit_bias){(int32_t)id, (float)bias};
    return TAKT_OK;
}

takt_rc cli_sampling(takt_sampling *out, takt_logit_bias bias[OPT_LIST_MAX],
                     const struct cli_sampling *o, const struct opt_cmd *cmd,
                     const struct opt_rest *rest, const takt_model *m, takt_err *e)
{
    takt_model_info info;
    takt_model_describe(m, &info);
    *out = takt_sampling_for(m);
    if (opt_given(rest, cmd, "temp"))
        out->temperature = (float)o->temperature;
    if (opt_given(rest, cmd, "top-p"))
        out->top_p = (float)o->top_p;
    if (opt_given(rest, cmd, "min-p"))
        out->min_p = (float)o->min_p;
    if (opt_given(rest, cmd, "repeat-penalty"))
        out->repeat_penalty = (float)o->repeat_penalty;
    if (opt_given(rest, cmd, "top-k"))
        out->top_k = (uint32_t)o->top_k;
    out->presence_penalty = (float)o->presence_penalty;
    out->frequency_penalty = (float)o->frequency_penalty;
    out->seed = (uint64_t)o->seed;
    for (uint32_t i = 0; i < o->logit_bias.n; i++)
        TAKT_TRY(read_bias(&bias[i], o->logit_bias.v[i], info.n_vocab, e));
    out->logit_bias = bias;
    out->n_logit_bias = o->logit_bias.n;
    return TAKT_OK;
}

takt_rc cli_tokenize_text(const takt_model *m, const char *text, size_t len, unsigned flags,
                          int32_t **ids, size_t *n, takt_err *e)
{
    /* A token stands for at least one byte of normalised text; a second call covers what that
     * estimate misses. */
    size_t cap = len + 16;
    *ids = malloc(cap * sizeof **ids);
    for (int round = 0; *ids && round < 2; round++) {
        takt_rc rc = takt_tokenize(m, text, len, flags, *ids, cap, n, e);
        if (rc.code || *n <= cap) {
            if (rc.code) {
                free(*ids);
                *ids = NULL;
            }
            return rc;
        }
        free(*ids);
        cap = *n;
        *ids = malloc(cap * sizeof **ids);
    }
    return err_set(e, TAKT_ERR_MEMORY, "text", "no memory for the tokens of %zu bytes", len);
}

takt_rc cli_check_message(const char *what, const char *text, size_t len, const char *hint,
                          takt_err *e)
{
    const char *zero = memchr(text, 0, len);
    if (zero)
        return err_set(e, TAKT_ERR_FORMAT, what,
                       "byte %zu is zero, which a chat message cannot hold; %s",
                       (size_t)(zero - text), hint);
    if (!utf8_valid((const uint8_t *)text, len))
        return err_set(e, TAKT_ERR_FORMAT, what,
                       "is not valid UTF-8, which a chat message must be; %s", hint);
    return TAKT_OK;
}

takt_rc cli_put_json(struct json_out *o, takt_err *e)
{
    takt_rc rc = TAKT_OK;
    if (o->failed || !o->p)
        rc = err_set(e, TAKT_ERR_MEMORY, "standard output", "no memory for the JSON text");
    else if (puts(o->p) == EOF || fflush(stdout) != 0)
        rc = err_sys(e, "standard output", "cannot be written");
    json_out_free(o);
    return rc;
}

const char *cli_finish_name(takt_finish f)
{
    static const char *const names[] = {"end", "stop", "length", "context full", "cancelled"};
    return names[f];
}

void cli_stats_line(const takt_stats *st)
{
    if (!isatty(STDERR_FILENO))
        return;
    bool dim = !getenv("NO_COLOR");
    double s = st->decode_ns * 1e-9, first = st->first_token_ns * 1e-9;
    fprintf(stderr, "%s%u + %u tokens, first after ", dim ? "\033[2m" : "", st->n_prompt,
            st->n_generated);
    fprintf(stderr, first < 0.1 ? "%.1f ms" : "%.2f s", first < 0.1 ? first * 1e3 : first);
    if (st->n_generated > 1 && s > 0)
        fprintf(stderr, ", then %.1f tokens/s; predicted / measured: prefill %.2f, decode %.2f",
                (st->n_generated - 1) / s, st->prefill_ns_predicted / (double)st->prefill_ns,
                st->decode_ns_predicted / (double)st->decode_ns);
    if (st->n_guessed)
        fprintf(stderr, "; %u of %u guesses right", st->n_right, st->n_guessed);
    fprintf(stderr, "; ended by: %s%s\n", cli_finish_name(st->finish), dim ? "\033[0m" : "");
}
