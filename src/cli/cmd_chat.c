#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/conversation.h"
#include "cli/pictures.h"
#include "engine/handles.h"

struct options {
    struct cli_load load;
    struct cli_sampling sampling;
    struct cli_speculate speculate;
    const char *system;
    int64_t n_tokens;
    struct cli_pictures pictures;
};

static const struct opt table[] = {
    OPT(STR, 0, "system", struct options, system, "TEXT", NULL, "system message"),
    OPT_RANGE(INT, 'n', "tokens", struct options, n_tokens, "N", "0", 0, 1e9,
              "at most N tokens an answer; 0: until the model ends"),
    CLI_PICTURE_OPTS(struct options),
    CLI_SAMPLING_OPTS(struct options),
    CLI_SPECULATE_OPTS(struct options),
    CLI_LOAD_OPTS(struct options),
};
static const struct opt_example examples[] = {
    {"converse with the built-in model", "takt chat"},
    {"with a model of yours", "takt chat model.gguf"},
    {"about a picture", "takt chat --image photo.jpg"},
    {"about a clip", "takt chat --video clip.mp4"},
    {"with a role", "takt chat model.gguf --system 'Answer in one sentence.'"},
};
static const struct opt_cmd cmd = {
    .name = "takt chat",
    .summary = "converse with a model",
    .args = "[MODEL]",
    .args_min = 0,
    .args_max = 1,
    .about =
        "Reads a line, streams the answer, and so on. Ctrl-C stops an answer, Ctrl-D leaves. "
        "A line that ends with a "
        "backslash goes on in the next one. Lines that begin with / are commands: /help lists "
        "them. A picture or a clip is shown with the next message: by --image or --video, by "
        "/image FILE or /video FILE, by "
        "@FILE in the message, or by its file name alone on a line (as dropping it on the "
        "terminal writes it). An animated GIF is a clip but for --image and /image, which show "
        "its first frame.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

struct chat {
    const struct options *o;
    takt_sampling sampling;
    takt_logit_bias bias[OPT_LIST_MAX];
    struct cli_session s;
    takt_seq *seq;
    struct conversation talk;
    struct pictures pics;      /* those of `talk` in order, then those that wait for a message */
    size_t n_told;             /* pictures that are those of `talk` */
    struct conversation shown; /* one message: the files of those that wait */
    const char *model;
    takt_stats last;
    bool has_template, has_last;
    char *answer; /* of the running turn */
    size_t len, cap;
};

static const char *prompt_text(EditLine *el)
{
    (void)el;
    return "> ";
}

static bool on_token(void *user, int32_t id, const char *text, size_t len)
{
    struct chat *c = user;
    (void)id;
    if (c->cap - c->len <= len) {
        size_t cap = (c->len + len + 64) * 2;
        char *bigger = realloc(c->answer, cap);
        if (!bigger)
            return false;
        c->answer = bigger;
        c->cap = cap;
    }
    memcpy(c->answer + c->len, text, len);
    c->len += len;
    c->answer[c->len] = '\0';
    fwrite(text, 1, len, stdout);
    fflush(stdout);
    return !cli_interrupted();
}

/* The conversation as ids: by the template, or, without one, the messages' texts one after the
 * other. */
static takt_rc conversation_ids(struct chat *c, int32_t **ids, size_t *n, takt_err *e)
{
    struct json_out o = {0};
    takt_rc rc;
    if (c->has_template) {
        conversation_write(&c->talk, &o);
        takt_chat_input in = {.messages = o.p,
                              .messages_len = o.len,
                              .pictures = c->pics.span,
                              .n_pictures = c->pics.n,
                              .clips = c->pics.n_clips ? c->pics.clip_of : NULL};
        rc = o.failed ? err_set(e, TAKT_ERR_MEMORY, "conversation", "no memory for its text")
                      : takt_chat_prompt(c->s.model, &in, ids, n, e);
        json_out_free(&o);
        return rc;
    }
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    for (size_t i = 0; f && i < c->talk.n; i++)
        fputs(c->talk.msg[i].content, f);
    if (!f || fclose(f) != 0)
        rc = err_set(e, TAKT_ERR_MEMORY, "conversation", "no memory for its text");
    else
        rc = cli_tokenize_text(c->s.model, text, len, TAKT_TEXT_BOS, ids, n, e);
    free(text);
    return rc;
}

/* Keeps the positions that the new text shares with what the sequence holds; at least one token is
 * left to feed. */
static size_t keep_common(struct chat *c, const int32_t *ids, size_t n)
{
    size_t same = 0;
    while (same + 1 < n && same < c->seq->n && c->seq->ids[same] == ids[same])
        same++;
    takt_seq_truncate(c->seq, (uint32_t)same);
    return same;
}

/* ---- pictures ---- */

/* Those that wait: a message's files. */
static struct conversation_message *waiting(struct chat *c)
{
    return &c->shown.msg[0];
}

/* Encodes the picture or clip in FILE, to be shown with the next message. */
static takt_rc show(struct chat *c, const char *file, enum shown_as as, takt_err *e)
{
    size_t n = c->pics.n;
    takt_vision_options v = {.threads = (uint32_t)c->o->load.threads,
                             .isa = c->o->load.isa,
                             .no_cache = c->o->load.no_cache,
                             .max_pixels = (uint64_t)c->o->pictures.max_pixels,
                             .progress = cli_progress};
    if (!c->has_template)
        return err_set(e, TAKT_ERR_UNSUPPORTED, file,
                       "the model has no chat template, which says where a picture stands");
    TAKT_TRY(pictures_start(&c->pics, &c->o->pictures, c->s.model, c->model, &v, e));
    TAKT_TRY(pictures_read(&c->pics, file, &as, e));
    takt_rc rc = conversation_show(&c->shown, file, as == AS_CLIP, e);
    if (rc.code)
        pictures_cut(&c->pics, n);
    else if (isatty(STDERR_FILENO) && as == AS_CLIP)
        fprintf(stderr, "%s is shown with your next message: %zu frames.\n", file, c->pics.n - n);
    else if (isatty(STDERR_FILENO))
        fprintf(stderr, "%s is shown with your next message.\n", file);
    return rc;
}

static takt_rc show_given(void *user, const char *file, enum shown_as as, takt_err *e)
{
    return show(user, file, as, e);
}

/* No picture waits any more; those from N on are dropped, the others are those of the talk. */
static takt_rc show_none(struct chat *c, size_t n, takt_err *e)
{
    pictures_cut(&c->pics, n);
    c->n_told = n;
    conversation_cut(&c->shown, 0);
    return conversation_add(&c->shown, "user", "", e);
}

/* Takes the words @FILE out of TEXT, where FILE is there, and shows these pictures. */
static takt_rc show_mentioned(struct chat *c, char *text, takt_err *e)
{
    for (char *at = text; (at = strchr(at, '@'));) {
        size_t n = strcspn(at + 1, " \t\n");
        char end = at[1 + n];
        bool begins = at == text || strchr(" \t\n", at[-1]);
        at[1 + n] = '\0';
        bool is_file = begins && n && file_exists(at + 1);
        takt_rc rc = is_file ? show(c, at + 1, BY_CONTENT, e) : TAKT_OK;
        at[1 + n] = end;
        TAKT_TRY(rc);
        if (is_file)
            memmove(at, at + 1 + n, strlen(at + 1 + n) + 1);
        else
            at++;
    }
    return TAKT_OK;
}

/* Is LINE the name of a file and nothing else, as terminals write one that is dropped on them: in
 * quotes, or with backslashes before blanks? Then it becomes the bare name. */
static bool is_dropped(char *line)
{
    size_t n = strlen(line);
    char *name = malloc(n + 1), *to = name;
    if (!name)
        return false;
    while (n && strchr(" \t\n", line[n - 1]))
        n--;
    bool quoted = n > 2 && (line[0] == '\'' || line[0] == '"') && line[n - 1] == line[0];
    for (size_t i = quoted; i < n - quoted; i++)
        if (quoted || line[i] != '\\' || i + 1 == n)
            *to++ = line[i];
    *to = '\0';
    bool is = to > name && strchr(name, '/') && file_exists(name);
    if (is)
        memcpy(line, name, (size_t)(to - name) + 1);
    free(name);
    return is;
}

/* ---- turns ---- */

/* Adds the user's message TEXT, with the pictures that wait. */
static takt_rc add_message(struct chat *c, const char *text, takt_err *e)
{
    size_t n = c->talk.n;
    takt_rc rc = conversation_add(&c->talk, "user", text, e);
    for (size_t i = 0; !rc.code && i < waiting(c)->n_sights; i++)
        rc =
            conversation_show(&c->talk, waiting(c)->sight[i].file, waiting(c)->sight[i].is_clip, e);
    if (rc.code)
        conversation_cut(&c->talk, n);
    return rc;
}

static takt_rc turn(struct chat *c, char *text, size_t len, takt_err *e)
{
    int32_t *ids = NULL;
    size_t n = 0;
    TAKT_TRY(cli_check_message("message", text, len, "it is dropped", e));
    TAKT_TRY(show_mentioned(c, text, e));
    TAKT_TRY(add_message(c, text, e));
    takt_rc rc = conversation_ids(c, &ids, &n, e);
    if (!rc.code) {
        takt_seq_pictures(c->seq, c->pics.span, c->pics.n);
        takt_generate_options g = {.sampling = c->sampling,
                                   .max_tokens = (uint32_t)c->o->n_tokens,
                                   .n_draft = cli_draft(&c->o->speculate),
                                   .token = on_token,
                                   .progress = cli_progress,
                                   .user = c};
        size_t same = keep_common(c, ids, n);
        c->len = 0;
        cli_interrupt_clear();
        rc = takt_generate(c->seq, ids + same, n - same, &g, &c->last, e);
        cli_interrupt_clear();
    }
    free(ids);
    if (rc.code) {
        conversation_cut(&c->talk, c->talk.n - 1);
        return rc;
    }
    c->has_last = true;
    TAKT_TRY(show_none(c, c->pics.n, e));
    putchar('\n');
    fflush(stdout);
    cli_stats_line(&c->last);
    return conversation_add(&c->talk, "assistant", c->len ? c->answer : "", e);
}

static takt_rc start_over(struct chat *c, takt_err *e)
{
    conversation_cut(&c->talk, 0);
    TAKT_TRY(show_none(c, 0, e));
    return c->o->system ? conversation_add(&c->talk, "system", c->o->system, e) : TAKT_OK;
}

static void print_stats(const struct chat *c)
{
    const struct batch *steps = &c->s.engine->batch;
    printf("context: %u of %u positions; %zu messages\n", takt_seq_length(c->seq),
           c->s.plan->plan.n_ctx, c->talk.n);
    if (c->has_last && c->last.prefill_ns > 0)
        printf("last answer: %u + %u tokens, first after %.2f s, %.1f tokens/s\n", c->last.n_prompt,
               c->last.n_generated, c->last.first_token_ns * 1e-9,
               c->last.decode_ns > 0 ? (c->last.n_generated - 1) / (c->last.decode_ns * 1e-9)
                                     : 0.0);
    if (steps->n_steps)
        printf("all %llu steps: predicted / measured %.3f\n", (unsigned long long)steps->n_steps,
               steps->ns_predicted / steps->ns_measured);
}

/* Encodes the pictures and clips of TALK. */
static takt_rc show_again(struct chat *c, const struct conversation *talk, takt_err *e)
{
    for (size_t i = 0; i < talk->n; i++)
        for (size_t k = 0; k < talk->msg[i].n_sights; k++) {
            const struct conversation_sight *s = &talk->msg[i].sight[k];
            TAKT_TRY(show(c, s->file, s->is_clip ? AS_CLIP : AS_PICTURE, e));
        }
    return TAKT_OK;
}

/* Takes the conversation in FILE, with its pictures; on an error the one that is stays. Pictures
 * that wait are dropped. */
static takt_rc load(struct chat *c, const char *file, takt_err *e)
{
    struct conversation fresh = {0};
    TAKT_TRY(show_none(c, c->n_told, e));
    TAKT_TRY(conversation_load(&fresh, file, e));
    size_t n_old = c->pics.n;
    takt_rc rc = show_again(c, &fresh, e);
    if (rc.code) {
        takt_err ignored;
        conversation_free(&fresh);
        show_none(c, n_old, &ignored);
        return rc;
    }
    pictures_cut_first(&c->pics, n_old);
    conversation_free(&c->talk);
    c->talk = fresh;
    return show_none(c, c->pics.n, e);
}

/* Runs a /command. Returns false to leave. */
static bool command(struct chat *c, const char *line)
{
    takt_err e = {0};
    takt_rc rc = TAKT_OK;
    const char *arg = strchr(line, ' ');
    size_t len = arg ? (size_t)(arg - line) : strlen(line);
    arg = arg ? arg + strspn(arg, " ") : "";
#define IS(name) (len == strlen(name) && strncmp(line, name, len) == 0)
    if (IS("/quit") || IS("/exit"))
        return false;
    if (IS("/help"))
        puts("/image FILE  show a picture with the next message (as @FILE in it)\n"
             "/video FILE  show frames of a clip with it (as @FILE in it)\n"
             "/reset       forget the conversation\n/save FILE   write it to FILE\n/load FILE   "
             "take it from FILE\n"
             "/stats       context, speed, predicted / measured\n/quit        leave (as Ctrl-D "
             "does)");
    else if (IS("/reset"))
        rc = start_over(c, &e);
    else if (IS("/stats"))
        print_stats(c);
    else if ((IS("/save") || IS("/load") || IS("/image") || IS("/video")) && !*arg)
        rc = err_set(&e, TAKT_ERR_USAGE, line, "needs a file name");
    else if (IS("/save"))
        rc = conversation_save(&c->talk, arg, &e);
    else if (IS("/load"))
        rc = load(c, arg, &e);
    else if (IS("/image") || IS("/video"))
        rc = show(c, arg, IS("/video") ? AS_CLIP : AS_PICTURE, &e);
    else
        rc = err_set(&e, TAKT_ERR_USAGE, line, "is no command; /help lists them");
#undef IS
    if (rc.code)
        cli_fail(&e);
    return true;
}

struct input {
    EditLine *el;
    History *history;
    char *line; /* getline's buffer without a terminal */
    size_t cap;
};

/* Reads a line of *LEN bytes, with its continuation lines; NULL at the end of the input. The result
 * is malloc'ed. */
static char *read_line(struct input *in, size_t *len)
{
    char *all = NULL;
    size_t n = 0;
    for (;;) {
        int count = 0;
        errno = 0;
        const char *line;
        if (in->el) {
            line = el_gets(in->el, &count);
        } else {
            count = (int)getline(&in->line, &in->cap, stdin);
            line = count < 0 ? NULL : in->line;
        }
        if (!line || count <= 0) {
            if (cli_interrupted()) { /* Ctrl-C drops the line */
                cli_interrupt_clear();
                clearerr(stdin);
                putchar('\n');
                free(all);
                all = NULL;
                n = 0;
                if (in->el)
                    el_reset(in->el);
                continue;
            }
            free(all);
            return NULL;
        }
        size_t k = (size_t)count;
        k -= k && line[k - 1] == '\n';
        bool more = k && line[k - 1] == '\\';
        char *bigger = realloc(all, n + k + 2);
        if (!bigger) {
            free(all);
            return NULL;
        }
        all = bigger;
        memcpy(all + n, line, k);
        n += k;
        if (more)
            all[n - 1] = '\n';
        all[n] = '\0';
        *len = n;
        if (!more)
            return all;
    }
}

static void converse(struct chat *c, struct input *in)
{
    size_t len;
    for (char *line; (line = read_line(in, &len)); free(line)) {
        takt_err e = {0};
        if (strspn(line, " \t\n") == len)
            continue;
        if (in->history) {
            HistEvent ev;
            history(in->history, &ev, H_ENTER, line);
        }
        if (is_dropped(line)) {
            if (show(c, line, BY_CONTENT, &e).code)
                cli_fail(&e);
        } else if (line[0] == '/') {
            if (!command(c, line)) {
                free(line);
                return;
            }
        } else if (turn(c, line, len, &e).code) {
            cli_fail(&e);
            if (e.code == TAKT_ERR_LIMIT)
                fputs("/reset starts a new conversation.\n", stderr);
        }
    }
}

/* Adds BYTE to what STATE holds; true when that makes a character. Bytes that cannot are dropped.
 */
static bool character(wchar_t *c, char byte, mbstate_t *state)
{
    size_t n = mbrtowc(c, &byte, 1, state);
    if (n == (size_t)-1)
        *state = (mbstate_t){0};
    return n <= 1;
}

/* Reads a character for libedit: 1, 0 at the end, -1 when interrupted. SIGINT is let in during the
 * wait only, so that none can come unnoticed just before it. */
static int read_char(EditLine *el, wchar_t *c)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    sigset_t interrupt, old;
    mbstate_t state = {0};
    char byte;
    (void)el;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &old);
    int result = -2;
    while (result == -2) {
        if (cli_interrupted() || (ppoll(&in, 1, NULL, &old) < 0 && errno != EINTR))
            result = -1;
        else if (in.revents && read(STDIN_FILENO, &byte, 1) != 1)
            result = 0;
        else if (in.revents)
            result = character(c, byte, &state) ? 1 : -2;
        in.revents = 0;
    }
    sigprocmask(SIG_SETMASK, &old, NULL);
    return result;
}

static void input_open(struct input *in)
{
    *in = (struct input){0};
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return;
    setlocale(LC_CTYPE, ""); /* libedit decides by it how wide characters are */
    in->el = el_init("takt", stdin, stdout, stderr);
    in->history = history_init();
    HistEvent ev;
    if (in->history)
        history(in->history, &ev, H_SETSIZE, 1000);
    if (in->el) {
        el_set(in->el, EL_PROMPT, prompt_text);
        el_set(in->el, EL_GETCFN, read_char);
        el_set(in->el, EL_EDITOR, "emacs");
        el_set(in->el, EL_HIST, history, in->history);
    }
}

static void input_close(struct input *in)
{
    if (in->el)
        el_end(in->el);
    if (in->history)
        history_end(in->history);
    free(in->line);
}

static takt_rc start(struct chat *c, const struct opt_rest *rest, takt_err *e)
{
    takt_model_info info;
    uint32_t rows = 1 + cli_draft(&c->o->speculate);
    TAKT_TRY(cli_load(&c->s, cli_model_arg(rest), &c->o->load, rows, e));
    TAKT_TRY(cli_sampling(&c->sampling, c->bias, &c->o->sampling, &cmd, rest, c->s.model, e));
    TAKT_TRY(takt_seq_new(&c->seq, c->s.engine, e));
    takt_model_describe(c->s.model, &info);
    c->has_template = info.has_chat_template;
    c->model = cli_model_arg(rest);
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "%s; /help lists the commands.\n", info.name);
        if (!c->has_template)
            fprintf(stderr,
                    "The model has no chat template%s: your lines and its answers are "
                    "joined as they are.\n",
                    c->s.model->file.chat_template ? " that takt can use" : "");
    }
    TAKT_TRY(start_over(c, e));
    return pictures_each(&c->o->pictures, show_given, c, e);
}

static int chat_main(int argc, char **argv)
{
    struct options o = {0};
    struct opt_rest rest;
    takt_err e = {0};
    int code = cli_parse(&o, &rest, &cmd, argc, argv);
    if (code >= 0)
        return code;
    struct chat c = {.o = &o};
    cli_catch_interrupt();
    takt_rc rc = start(&c, &rest, &e);
    if (!rc.code) {
        struct input in;
        input_open(&in);
        converse(&c, &in);
        if (in.el)
            putchar('\n'); /* after the prompt that Ctrl-D ended */
        input_close(&in);
    }
    takt_seq_free(c.seq);
    conversation_free(&c.talk);
    conversation_free(&c.shown);
    pictures_close(&c.pics);
    free(c.answer);
    cli_unload(&c.s);
    return rc.code ? cli_fail(&e) : EXIT_DONE;
}

const struct cli_command cli_chat = {&cmd, chat_main};
