#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/cli.h"
#include "engine/handles.h"

enum { PROMPT_BYTES_MAX = 64 << 20 };

struct options {
    struct cli_load load;
    struct cli_sampling sampling;
    const char *prompt, *file, *system;
    int64_t n_tokens;
    bool raw, json, ignore_eos, special;
    struct opt_list stop;
};

static const struct opt table[] = {
    OPT(STR, 'p', "prompt", struct options, prompt, "TEXT", NULL, "what to answer"),
    OPT(STR, 'f', "file", struct options, file, "FILE", NULL,
        "read the prompt from FILE; - is standard input"),
    OPT(STR, 0, "system", struct options, system, "TEXT", NULL,
        "system message of the chat template"),
    OPT_RANGE(INT, 'n', "tokens", struct options, n_tokens, "N", "0", 0, 1e9,
              "at most N tokens; 0: until the model ends or the context is full"),
    CLI_SAMPLING_OPTS(struct options),
    OPT(LIST, 0, "stop", struct options, stop, "TEXT", NULL,
        "end the answer before TEXT; may be repeated"),
    OPT(FLAG, 0, "raw", struct options, raw, NULL, NULL,
        "continue the prompt as it is, without the model's chat template"),
    OPT(FLAG, 0, "ignore-eos", struct options, ignore_eos, NULL, NULL,
        "go on after the model has ended"),
    OPT(FLAG, 0, "special", struct options, special, NULL, NULL, "print control tokens"),
    OPT(FLAG, 0, "json", struct options, json, NULL, NULL, "print one JSON object instead of text"),
    CLI_LOAD_OPTS(struct options),
};
static const struct opt_example examples[] = {
    {"answer one question", "takt run model.gguf -p 'Why is the sky blue?'"},
    {"the likeliest answer, the same every time",
     "takt run model.gguf --temp 0 -p 'Name three planets.'"},
    {"a prompt from a pipe",
     "git diff | takt run model.gguf -f - --system 'Summarise this change.'"},
    {"plain continuation", "takt run model.gguf --raw -n 64 -p 'Once upon a time'"},
};
static const struct opt_cmd cmd = {
    .name = "takt run",
    .summary = "answer a prompt",
    .args = "MODEL [PROMPT]",
    .args_min = 1,
    .args_max = 2,
    .about = "Streams the answer to standard output. The prompt comes from -p, from a second "
             "argument, from -f, or from "
             "standard input when that is a pipe. A model with a chat template gets the prompt as "
             "a user's message.\n\n"
             "On a terminal one line after the answer tells the tokens, the time to the first one, "
             "tokens per second, and "
             "predicted / measured time.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

struct answer {
    char *p; /* --json: the text so far */
    size_t len, cap;
    bool json, ends_line;
    int failed; /* errno of a write that did not work */
};

static bool on_token(void *user, int32_t id, const char *text, size_t len)
{
    struct answer *a = user;
    (void)id;
    if (len && a->json) {
        if (a->cap - a->len < len) {
            size_t cap = (a->len + len) * 2;
            char *bigger = realloc(a->p, cap);
            if (!bigger) {
                a->failed = ENOMEM;
                return false;
            }
            a->p = bigger;
            a->cap = cap;
        }
        memcpy(a->p + a->len, text, len);
        a->len += len;
    } else if (len) {
        errno = 0;
        if (fwrite(text, 1, len, stdout) != len || fflush(stdout) != 0)
            a->failed = errno ? errno : EIO;
        a->ends_line = text[len - 1] == '\n';
    }
    return !a->failed && !cli_interrupted();
}

static takt_rc read_prompt(const struct options *o, const struct opt_rest *rest, char **text,
                           size_t *len, takt_err *e)
{
    const char *given = o->prompt ? o->prompt : rest->n_args > 1 ? rest->args[1] : NULL;
    if ((o->prompt != NULL) + (rest->n_args > 1) + (o->file != NULL) > 1)
        return err_set(e, TAKT_ERR_USAGE, "prompt",
                       "is given twice; use one of -p, -f and the second argument");
    if (given) {
        *len = strlen(given);
        *text = strdup(given);
        return *text ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, "prompt", "no memory for it");
    }
    if (!o->file && isatty(STDIN_FILENO))
        return err_set(
            e, TAKT_ERR_USAGE, "prompt",
            "there is none; give -p TEXT, -f FILE, or pipe one in ('takt chat' converses)");
    return file_read_all(text, len, o->file ? o->file : "-", PROMPT_BYTES_MAX, e);
}

/* The prompt as ids: through the chat template if there is one and --raw was not given. */
static takt_rc prompt_ids(const struct options *o, const takt_model *m, const char *text,
                          size_t len, int32_t **ids, size_t *n, takt_err *e)
{
    if (o->raw || (!m->file.chat_template && !o->system))
        return cli_tokenize_text(m, text, len, TAKT_TEXT_BOS, ids, n, e);
    if (m->file.chat_template && !m->chat)
        return err_set(e, m->chat_err.code, "chat template",
                       "%s; --raw continues the prompt without it", m->chat_err.what);
    if (!m->chat)
        return err_set(e, TAKT_ERR_UNSUPPORTED, "--system",
                       "the model has no chat template; put the text into the prompt");
    TAKT_TRY(cli_check_message("prompt", text, len, "--raw takes any bytes", e));
    if (o->system)
        TAKT_TRY(
            cli_check_message("system message", o->system, strlen(o->system), "convert it", e));
    takt_message msg[2] = {{"system", o->system}, {"user", text}};
    char *rendered;
    size_t rendered_len;
    TAKT_TRY(takt_chat_render(m, o->system ? msg : msg + 1, o->system ? 2 : 1, &rendered,
                              &rendered_len, e));
    takt_rc rc =
        cli_tokenize_text(m, rendered, rendered_len, TAKT_TEXT_BOS | TAKT_TEXT_SPECIAL, ids, n, e);
    takt_free(rendered);
    return rc;
}

static takt_rc print_json(const struct answer *a, const struct cli_session *s, const takt_stats *st,
                          takt_err *e)
{
    struct json_out o = {.indent = 2};
    json_obj_begin(&o, NULL);
    json_put_strn(&o, "text", a->p ? a->p : "", a->len);
    json_put_str(&o, "finish", cli_finish_name(st->finish));
    json_put_u64(&o, "prompt_tokens", st->n_prompt);
    json_put_u64(&o, "answer_tokens", st->n_generated);
    json_put_f64(&o, "open_s", s->open_ns * 1e-9);
    json_put_f64(&o, "plan_s", s->plan_ns * 1e-9);
    json_put_f64(&o, "load_s", s->load_ns * 1e-9);
    json_put_f64(&o, "first_token_s", st->first_token_ns * 1e-9);
    json_put_f64(&o, "prefill_s", st->prefill_ns * 1e-9);
    json_put_f64(&o, "prefill_s_predicted", st->prefill_ns_predicted * 1e-9);
    json_put_f64(&o, "decode_s", st->decode_ns * 1e-9);
    json_put_f64(&o, "decode_s_predicted", st->decode_ns_predicted * 1e-9);
    json_put_f64(&o, "tokens_per_s",
                 st->decode_ns > 0 ? (st->n_generated - 1) / (st->decode_ns * 1e-9) : 0);
    json_obj_end(&o);
    return cli_put_json(&o, e);
}

static takt_rc answer(const struct options *o, struct cli_session *s, const int32_t *ids, size_t n,
                      takt_err *e)
{
    takt_seq *seq;
    TAKT_TRY(takt_seq_new(&seq, s->engine, e));
    struct answer a = {.json = o->json};
    takt_generate_options g = {.sampling = cli_sampling(&o->sampling),
                               .max_tokens = (uint32_t)o->n_tokens,
                               .stop = o->stop.v,
                               .n_stop = o->stop.n,
                               .ignore_eog = o->ignore_eos,
                               .print_special = o->special,
                               .token = on_token,
                               .progress = cli_progress,
                               .user = &a};
    takt_stats st;
    takt_rc rc = takt_generate(seq, ids, n, &g, &st, e);
    if (!rc.code && a.failed) {
        errno = a.failed;
        rc = err_sys(e, "standard output", "cannot be written");
    }
    if (!rc.code && o->json)
        rc = print_json(&a, s, &st, e);
    if (!rc.code && !o->json) {
        if (!a.ends_line)
            putchar('\n');
        fflush(stdout);
        cli_stats_line(&st);
    }
    if (!rc.code && st.finish == TAKT_FINISH_CANCELLED)
        rc = err_set(e, TAKT_ERR_CANCELLED, "answer", "interrupted");
    free(a.p);
    takt_seq_free(seq);
    return rc;
}

static takt_rc run(void *options, const struct opt_rest *rest, struct cli_session *s, takt_err *e)
{
    struct options *o = options;
    char *text = NULL;
    size_t len = 0, n = 0;
    int32_t *ids = NULL;
    TAKT_TRY(cli_open(s, rest->args[0], e));
    TAKT_TRY(read_prompt(o, rest, &text, &len, e));
    takt_rc rc = prompt_ids(o, s->model, text, len, &ids, &n, e);
    if (!rc.code)
        rc = cli_load(s, rest->args[0], &o->load, 1, e);
    if (!rc.code)
        rc = answer(o, s, ids, n, e);
    free(ids);
    free(text);
    return rc;
}

static int run_main(int argc, char **argv)
{
    struct options o;
    return cli_main(&cmd, &o, run, argc, argv);
}

const struct cli_command cli_run = {&cmd, run_main};
