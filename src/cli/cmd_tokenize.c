#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/builtin.h"
#include "cli/cli.h"
#include "engine/handles.h"

enum { TEXT_BYTES_MAX = 1 << 30 };

struct options {
    const char *prompt, *file;
    bool ids, json, decode, special, bos;
};

static const struct opt table[] = {
    OPT(STR, 'p', "prompt", struct options, prompt, "TEXT", NULL,
        "the text, or the ids with --decode"),
    OPT(STR, 'f', "file", struct options, file, "FILE", NULL,
        "read it from FILE; - is standard input"),
    OPT(FLAG, 0, "ids", struct options, ids, NULL, NULL, "print the ids alone, on one line"),
    OPT(FLAG, 0, "json", struct options, json, NULL, NULL, "print JSON"),
    OPT(FLAG, 'd', "decode", struct options, decode, NULL, NULL, "ids to text"),
    OPT(FLAG, 0, "special", struct options, special, NULL, NULL,
        "recognise (or print) control tokens"),
    OPT(FLAG, 0, "bos", struct options, bos, NULL, NULL, "put BOS first if the model wants one"),
};
static const struct opt_example examples[] = {
    {"see how a text is cut", "takt tokenize model.gguf -p 'Hello, world'"},
    {"and back",
     "takt tokenize model.gguf --ids -p 'Hello' | takt tokenize model.gguf --decode -f -"},
};
static const struct opt_cmd cmd = {
    .name = "takt tokenize",
    .summary = "turn text into token ids, and back",
    .args = "[MODEL [TEXT]]",
    .args_min = 0,
    .args_max = 2,
    .about = "MODEL may also be a tokenizer.json or tokenizer.model file.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n >= k && strcmp(s + n - k, end) == 0;
}

/* A model, or a tokenizer file alone. */
static takt_rc open_any(takt_model **m, const char *path, takt_err *e)
{
    if (!ends_with(path, ".json") && !ends_with(path, "tokenizer.model"))
        return builtin_open(m, path, e);
    *m = calloc(1, sizeof **m);
    if (!*m)
        return err_set(e, TAKT_ERR_MEMORY, path, "no memory to open it");
    return tokenizer_new_from_file(&(*m)->tokenizer, path, e);
}

static takt_rc read_text(const struct options *o, const struct opt_rest *rest, char **text,
                         size_t *len, takt_err *e)
{
    const char *given = o->prompt ? o->prompt : rest->n_args > 1 ? rest->args[1] : NULL;
    if ((o->prompt != NULL) + (rest->n_args > 1) + (o->file != NULL) > 1)
        return err_set(e, TAKT_ERR_USAGE, "text",
                       "is given twice; use one of -p, -f and the second argument");
    if (!given)
        return file_read_all(text, len, o->file ? o->file : "-", TEXT_BYTES_MAX, e);
    *text = strdup(given);
    *len = strlen(given);
    return *text ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, "text", "no memory for it");
}

/* Ids parted by spaces or commas, perhaps in brackets as JSON writes them. */
static takt_rc parse_ids(const char *text, int32_t **ids, size_t *n, takt_err *e)
{
    static const char between[] = " \t\r\n,[]";
    *ids = malloc((strlen(text) / 2 + 1) * sizeof **ids);
    if (!*ids)
        return err_set(e, TAKT_ERR_MEMORY, "ids", "no memory for them");
    *n = 0;
    for (const char *p = text; *(p += strspn(p, between));) {
        char *end = NULL;
        errno = 0;
        unsigned long v = *p >= '0' && *p <= '9' ? strtoul(p, &end, 10) : ULONG_MAX;
        if (errno || v > INT32_MAX) {
            size_t len = strcspn(p, between);
            return err_set(e, TAKT_ERR_USAGE, "ids", "'%.*s' is no token id",
                           (int)(len < 40 ? len : 40), p);
        }
        (*ids)[(*n)++] = (int32_t)v;
        p = end;
    }
    return TAKT_OK;
}

static takt_rc print_json(const takt_model *m, const int32_t *ids, size_t n, takt_err *e)
{
    struct json_out j = {0};
    json_arr_begin(&j, NULL);
    for (size_t i = 0; i < n; i++) {
        struct slice s = tokenizer_token_text(m->tokenizer, ids[i]);
        json_obj_begin(&j, NULL);
        json_put_i64(&j, "id", ids[i]);
        json_put_strn(&j, "text", (const char *)s.p, s.len);
        json_obj_end(&j);
    }
    json_arr_end(&j);
    return cli_put_json(&j, e);
}

/* The ids on one line, or a line for each with its text. */
static void print_text(bool ids_alone, const takt_model *m, const int32_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct slice s = tokenizer_token_text(m->tokenizer, ids[i]);
        struct json_out text = {0};
        json_put_strn(&text, NULL, (const char *)s.p, s.len);
        if (ids_alone)
            printf("%s%" PRId32, i ? " " : "", ids[i]);
        else
            printf("%8" PRId32 "  %s\n", ids[i], text.p ? text.p : "");
        json_out_free(&text);
    }
    if (ids_alone)
        putchar('\n');
}

static takt_rc decode(const struct options *o, const takt_model *m, const char *text, takt_err *e)
{
    int32_t *ids = NULL;
    size_t n = 0, len = 0;
    char *out = NULL;
    takt_rc rc = parse_ids(text, &ids, &n, e);
    for (size_t i = 0; !rc.code && i < n; i++)
        if (m->tokenizer && (uint32_t)ids[i] >= tokenizer_n_vocab(m->tokenizer))
            rc = err_set(e, TAKT_ERR_USAGE, "ids", "%" PRId32 " is no token; the vocabulary has %u",
                         ids[i], tokenizer_n_vocab(m->tokenizer));
    if (!rc.code)
        rc = takt_detokenize(m, ids, n, o->special ? TAKT_TEXT_SPECIAL : 0, &out, &len, e);
    if (!rc.code && o->json) {
        struct json_out j = {0};
        json_obj_begin(&j, NULL);
        json_put_strn(&j, "text", out, len);
        json_obj_end(&j);
        rc = cli_put_json(&j, e);
    } else if (!rc.code) {
        fwrite(out, 1, len, stdout);
        if (isatty(STDOUT_FILENO))
            putchar('\n');
    }
    free(out);
    free(ids);
    return rc;
}

static takt_rc tokenize(const struct options *o, const struct opt_rest *rest, takt_model **m,
                        takt_err *e)
{
    char *text = NULL;
    size_t len = 0, n = 0;
    int32_t *ids = NULL;
    TAKT_TRY(open_any(m, cli_model_arg(rest), e));
    TAKT_TRY(read_text(o, rest, &text, &len, e));
    unsigned flags = (o->special ? TAKT_TEXT_SPECIAL : 0) | (o->bos ? TAKT_TEXT_BOS : 0);
    takt_rc rc =
        o->decode ? decode(o, *m, text, e) : cli_tokenize_text(*m, text, len, flags, &ids, &n, e);
    if (!rc.code && !o->decode && o->json)
        rc = print_json(*m, ids, n, e);
    else if (!rc.code && !o->decode)
        print_text(o->ids, *m, ids, n);
    free(ids);
    free(text);
    return rc;
}

static int tokenize_main(int argc, char **argv)
{
    struct options o = {0};
    struct opt_rest rest;
    takt_model *m = NULL;
    takt_err e = {0};
    int code = cli_parse(&o, &rest, &cmd, argc, argv);
    if (code >= 0)
        return code;
    takt_rc rc = tokenize(&o, &rest, &m, &e);
    takt_model_free(m);
    return rc.code ? cli_fail(&e) : EXIT_DONE;
}

const struct cli_command cli_tokenize = {&cmd, tokenize_main};
