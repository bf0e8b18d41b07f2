#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/pictures.h"
#include "engine/handles.h"

enum { PROMPT_BYTES_MAX = 64 << 20 };

struct options {
    struct cli_load load;
    struct cli_sampling sampling;
    struct cli_speculate speculate;
    const char *prompt, *file, *system, *messages, *tools;
    int64_t n_tokens;
    bool raw, json, ignore_eos, special;
    struct opt_list stop;
    struct cli_pictures pictures;
};

static const struct opt table[] = {
    OPT(STR, 'p', "prompt", struct options, prompt, "TEXT", NULL, "what to answer"),
    OPT(STR, 'f', "file", struct options, file, "FILE", NULL,
        "read the prompt from FILE; - is standard input"),
    OPT(STR, 0, "system", struct options, system, "TEXT", NULL,
        "system message of the chat template"),
    OPT(STR, 0, "messages", struct options, messages, "FILE", NULL,
        "answer the conversation in FILE; - is standard input"),
    OPT(STR, 0, "tools", struct options, tools, "FILE", NULL,
        "offer the model the functions in FILE; - is standard input"),
    CLI_PICTURE_OPTS(struct options),
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
    CLI_SPECULATE_OPTS(struct options),
    CLI_LOAD_OPTS(struct options),
};
static const struct opt_example examples[] = {
    {"ask the built-in model", "takt run -p 'What is takt?'"},
    {"ask a model of yours", "takt run model.gguf -p 'Why is the sky blue?'"},
    {"the likeliest answer, the same every time",
     "takt run model.gguf --temp 0 -p 'Name three planets.'"},
    {"a prompt from a pipe",
     "git diff | takt run model.gguf -f - --system 'Summarise this change.'"},
    {"a conversation with tools, from files", "takt run --messages talk.json --tools tools.json"},
    {"a question about a picture", "takt run -i photo.jpg -p 'What do you see?'"},
    {"about a clip, four frames of it", "takt run --video clip.mp4 --frames 4 -p 'What happens?'"},
    {"about a clip, a frame of every two seconds",
     "takt run --video clip.webm --fps 0.5 -p 'What happens?'"},
    {"plain continuation", "takt run model.gguf --raw -n 64 -p 'Once upon a time'"},
};
static const struct opt_cmd cmd = {
    .name = "takt run",
    .summary = "answer a prompt",
    .args = "[MODEL [PROMPT]]",
    .args_min = 0,
    .args_max = 2,
    .about =
        "Streams the answer to standard output. The prompt comes from -p, from a second "
        "argument, from -f, or from "
        "standard input when that is a pipe. A model with a chat template gets the prompt as "
        "a user's message. Without MODEL "
        "the built-in model answers.\n\n"
        "--messages takes JSON as OpenAI's chat completions have it: a list of messages with "
        "\"role\" (system, user, assistant, tool) and \"content\" (a text, or a list of text "
        "parts, pictures and clips), an assistant's perhaps with \"tool_calls\"; or an object with "
        "the lists "
        "\"messages\" and \"tools\". --tools takes such a list of functions. They go "
        "through the model's own chat template; --system comes before them, and a prompt "
        "after them as a user's message. Control tokens in the texts are recognised, as in a "
        "prompt.\n\n"
        "--image shows pictures: in order, those of the messages' picture parts "
        "(\"image_url\", whose address is not read), the others before the prompt, also with "
        "--raw. They are "
        "decoded in a process of their own that can read and write nothing else.\n\n"
        "--video shows frames of clips in the same way, those of the messages' parts "
        "\"video_url\" first: evenly chosen ones, the first and the last among them, or "
        "those of a rhythm (--fps). Films are decoded by the program ffmpeg, if it is "
        "installed, as confined; animated GIF and WebP need none.\n\n"
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

/* ---- the prompt ---- */

/* What is answered; texts are malloc'ed, NULL: not given. */
struct prompt {
    char *text, *messages, *tools;
    size_t len, messages_len, tools_len;
};

static void prompt_free(struct prompt *p)
{
    free(p->text);
    free(p->messages);
    free(p->tools);
}

static takt_rc read_text(struct prompt *p, const struct options *o, const struct opt_rest *rest,
                         takt_err *e)
{
    const char *given = o->prompt ? o->prompt : rest->n_args > 1 ? rest->args[1] : NULL;
    if ((o->prompt != NULL) + (rest->n_args > 1) + (o->file != NULL) > 1)
        return err_set(e, TAKT_ERR_USAGE, "prompt",
                       "is given twice; use one of -p, -f and the second argument");
    if (given) {
        p->len = strlen(given);
        p->text = strdup(given);
        return p->text ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, "prompt", "no memory for it");
    }
    if (!o->file && o->messages) /* they suffice */
        return TAKT_OK;
    if (!o->file && isatty(STDIN_FILENO))
        return err_set(
            e, TAKT_ERR_USAGE, "prompt",
            "there is none; give -p TEXT, -f FILE, or pipe one in ('takt chat' converses)");
    return file_read_all(&p->text, &p->len, o->file ? o->file : "-", PROMPT_BYTES_MAX, e);
}

static bool is_stdin(const char *file)
{
    return file && strcmp(file, "-") == 0;
}

static takt_rc read_prompt(struct prompt *p, const struct options *o, const struct opt_rest *rest,
                           takt_err *e)
{
    bool has_text = o->prompt || rest->n_args > 1 || o->file;
    bool text_piped = is_stdin(o->file) || (!has_text && !o->messages);
    if (o->raw && (o->messages || o->tools))
        return err_set(e, TAKT_ERR_USAGE, "--raw",
                       "goes without a chat template, which %s needs; leave out one of both",
                       o->messages ? "--messages" : "--tools");
    uint32_t readers = text_piped + is_stdin(o->messages) + is_stdin(o->tools);
    for (uint32_t i = 0; i < o->pictures.files.n; i++)
        readers += is_stdin(o->pictures.files.v[i]);
    for (uint32_t i = 0; i < o->pictures.clips.n; i++)
        readers += is_stdin(o->pictures.clips.v[i]);
    if (readers > 1)
        return err_set(e, TAKT_ERR_USAGE, "standard input",
                       "can be read once only; name files for the others of prompt, --messages, "
                       "--tools, --image and --video");
    TAKT_TRY(read_text(p, o, rest, e));
    if (o->messages)
        TAKT_TRY(file_read_all(&p->messages, &p->messages_len, o->messages, PROMPT_BYTES_MAX, e));
    if (o->tools)
        TAKT_TRY(file_read_all(&p->tools, &p->tools_len, o->tools, PROMPT_BYTES_MAX, e));
    return TAKT_OK;
}

/* PROMPT through the model's chat template, as ids. */
static takt_rc chat_ids(const struct options *o, const takt_model *m, const struct prompt *p,
                        struct pictures *pics, int32_t **ids, size_t *n, takt_err *e)
{
    if (p->text)
        TAKT_TRY(cli_check_message("prompt", p->text, p->len,
                                   p->messages || p->tools ? "convert it" : "--raw takes any bytes",
                                   e));
    if (o->system)
        TAKT_TRY(
            cli_check_message("system message", o->system, strlen(o->system), "convert it", e));
    takt_chat_input in = {.messages = p->messages,
                          .messages_len = p->messages_len,
                          .messages_name = is_stdin(o->messages) ? "standard input" : o->messages,
                          .tools = p->tools,
                          .tools_len = p->tools_len,
                          .tools_name = is_stdin(o->tools) ? "standard input" : o->tools,
                          .pictures = pics->span,
                          .n_pictures = pics->n,
                          .clips = pics->n_clips ? pics->clip_of : NULL,
                          .system = o->system,
                          .user = p->text};
    return takt_chat_prompt(m, &in, ids, n, e);
}

/* The prompt as it is, with pictures before it, behind BOS. */
static takt_rc raw_ids(const takt_model *m, const struct prompt *p, struct pictures *pics,
                       int32_t **ids, size_t *n, takt_err *e)
{
    takt_model_info info;
    takt_model_describe(m, &info);
    TAKT_TRY(cli_tokenize_text(m, p->text, p->len, TAKT_TEXT_BOS, ids, n, e));
    size_t first = *n > 0 && (*ids)[0] == info.bos;
    return pictures_insert(pics, first, ids, n, e);
}

/* The prompt as ids: through the chat template if there is one and --raw was not given. */
static takt_rc prompt_ids(const struct options *o, const takt_model *m, const struct prompt *p,
                          struct pictures *pics, int32_t **ids, size_t *n, takt_err *e)
{
    const char *needs = o->messages ? "--messages"
                        : o->tools  ? "--tools"
                        : o->system ? "--system"
                                    : NULL;
    if (o->raw || (!m->file.chat_template && !needs))
        return raw_ids(m, p, pics, ids, n, e);
    if (m->file.chat_template && !m->chat)
        return err_set(e, m->chat_err.code, "chat template",
                       "%s; --raw continues the prompt without it", m->chat_err.what);
    if (!m->chat)
        return err_set(e, TAKT_ERR_UNSUPPORTED, needs,
                       "the model has no chat template; put the text into the prompt");
    return chat_ids(o, m, p, pics, ids, n, e);
}

/* ---- the answer ---- */

static void put_sampling(struct json_out *o, const takt_sampling *s)
{
    json_obj_begin(o, "sampling");
    json_put_f32(o, "temperature", s->temperature);
    json_put_f32(o, "top_p", s->top_p);
    json_put_u64(o, "top_k", s->top_k);
    json_put_f32(o, "min_p", s->min_p);
    json_put_f32(o, "repeat_penalty", s->repeat_penalty);
    json_put_f32(o, "presence_penalty", s->presence_penalty);
    json_put_f32(o, "frequency_penalty", s->frequency_penalty);
    json_put_u64(o, "seed", s->seed);
    json_obj_end(o);
}

static takt_rc print_json(const struct answer *a, const struct cli_session *s,
                          const struct pictures *pics, const takt_sampling *sampling,
                          const takt_stats *st, takt_err *e)
{
    struct json_out o = {.indent = 2};
    json_obj_begin(&o, NULL);
    json_put_strn(&o, "text", a->p ? a->p : "", a->len);
    json_put_str(&o, "finish", cli_finish_name(st->finish));
    json_put_u64(&o, "prompt_tokens", st->n_prompt);
    json_put_u64(&o, "answer_tokens", st->n_generated);
    json_put_u64(&o, "guessed_tokens", st->n_guessed);
    json_put_u64(&o, "guessed_right", st->n_right);
    put_sampling(&o, sampling);
    json_put_f64(&o, "open_s", s->open_ns * 1e-9);
    json_put_f64(&o, "plan_s", s->plan_ns * 1e-9);
    json_put_f64(&o, "load_s", s->load_ns * 1e-9);
    if (pics->n)
        pictures_write(pics, &o);
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

static takt_rc answer(const struct options *o, const takt_sampling *sampling, struct cli_session *s,
                      const struct pictures *pics, const int32_t *ids, size_t n, takt_err *e)
{
    takt_seq *seq;
    TAKT_TRY(takt_seq_new(&seq, s->engine, e));
    takt_seq_pictures(seq, pics->span, pics->n);
    struct answer a = {.json = o->json};
    takt_generate_options g = {.sampling = *sampling,
                               .max_tokens = (uint32_t)o->n_tokens,
                               .stop = o->stop.v,
                               .n_stop = o->stop.n,
                               .ignore_eog = o->ignore_eos,
                               .print_special = o->special,
                               .n_draft = cli_draft(&o->speculate),
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
        rc = print_json(&a, s, pics, sampling, &st, e);
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

/* A prompt that stands where MODEL does is told so. */
static takt_rc check_model(const struct opt_rest *rest, takt_err *e)
{
    const char *model = cli_model_arg(rest);
    if (rest->n_args == 1 && strchr(model, ' ') && !file_exists(model))
        return err_set(e, TAKT_ERR_USAGE, model,
                       "no such file or folder; if it is the prompt, put -p before it");
    return TAKT_OK;
}

static takt_rc open_pictures(struct pictures *pics, const struct options *o, const takt_model *m,
                             const char *model, takt_err *e)
{
    takt_vision_options v = {.threads = (uint32_t)o->load.threads,
                             .isa = o->load.isa,
                             .no_cache = o->load.no_cache,
                             .max_pixels = (uint64_t)o->pictures.max_pixels,
                             .progress = cli_progress};
    return pictures_open(pics, &o->pictures, m, model, &v, e);
}

static takt_rc run(void *options, const struct opt_rest *rest, struct cli_session *s, takt_err *e)
{
    struct options *o = options;
    struct prompt p = {0};
    size_t n = 0;
    int32_t *ids = NULL;
    takt_sampling sampling;
    takt_logit_bias bias[OPT_LIST_MAX];
    TAKT_TRY(check_model(rest, e));
    TAKT_TRY(cli_open(s, cli_model_arg(rest), e));
    TAKT_TRY(cli_sampling(&sampling, bias, &o->sampling, &cmd, rest, s->model, e));
    struct pictures pics = {0};
    takt_rc rc = read_prompt(&p, o, rest, e);
    if (!rc.code)
        rc = open_pictures(&pics, o, s->model, cli_model_arg(rest), e);
    if (!rc.code)
        rc = prompt_ids(o, s->model, &p, &pics, &ids, &n, e);
    if (!rc.code)
        rc = cli_load(s, cli_model_arg(rest), &o->load, 1 + cli_draft(&o->speculate), e);
    if (!rc.code)
        rc = answer(o, &sampling, s, &pics, ids, n, e);
    free(ids);
    prompt_free(&p);
    pictures_close(&pics);
    return rc;
}

static int run_main(int argc, char **argv)
{
    struct options o = {0};
    return cli_main(&cmd, &o, run, argc, argv);
}

const struct cli_command cli_run = {&cmd, run_main};
