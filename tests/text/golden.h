/* golden: helpers of the tokenizer tests: encode a text, compare ids, count and print mismatches.
 */
#ifndef TAKT_TESTS_TEXT_GOLDEN_H
#define TAKT_TESTS_TEXT_GOLDEN_H

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "t.h"
#include "text/tokenizer.h"

struct ids {
    int32_t *p;
    size_t n;
};

/* g_open builds a tokenizer from a GGUF file, tokenizer.json or tokenizer.model of the shared data;
 * NULL (and the test skipped or failed) if it cannot. */
__attribute__((unused)) static struct tokenizer *g_open(const char *name)
{
    char path[1024];
    takt_err e = {0};
    struct tokenizer *t = NULL;
    if (!t_shared(path, sizeof path, name)) {
        t_.skip = "no shared data";
        return NULL;
    }
    size_t len = strlen(name);
    if (len > 5 && strcmp(name + len - 5, ".gguf") == 0) {
        struct model m;
        if (T_RC(model_open(&m, path, &e), &e)) {
            T_RC(tokenizer_new(&t, &m, &e), &e);
            model_close(&m);
        }
    } else {
        T_RC(tokenizer_new_from_file(&t, path, &e), &e);
    }
    return t;
}

/* g_encode encodes by asking for the length first. The caller frees ids.p. */
__attribute__((unused)) static struct ids g_encode(const struct tokenizer *t, const char *text,
                                                   size_t len, const struct tokenize_options *opt)
{
    struct ids r = {0};
    size_t n = 0;
    takt_err e = {0};
    T_RC(tokenizer_encode(t, text, len, opt, NULL, 0, &r.n, &e), &e);
    r.p = malloc((r.n + 1) * sizeof *r.p);
    if (!r.p)
        exit(1);
    T_RC(tokenizer_encode(t, text, len, opt, r.p, r.n, &n, &e), &e);
    T_EQ_INT(n, r.n);
    return r;
}

/* g_decode decodes all ids into a malloc'ed, NUL-terminated text. */
__attribute__((unused)) static char *g_decode(const struct tokenizer *t, const int32_t *ids,
                                              size_t n, bool print_control, size_t *len)
{
    size_t room = tokenizer_piece_max(t) + 16;
    char *text = malloc((n + 1) * room + 1);
    struct detok d;
    detok_init(&d, t, true, print_control);
    *len = 0;
    if (!text)
        exit(1);
    for (size_t i = 0; i < n; i++)
        *len += detok_feed(&d, ids[i], text + *len, room);
    *len += detok_end(&d, text + *len, room);
    text[*len] = 0;
    return text;
}

/* g_same compares ids with a JSON array; prints the first difference with the tokens' texts. */
__attribute__((unused)) static bool g_same(const struct tokenizer *t, const char *name,
                                           struct ids got, const struct json *want)
{
    const struct json *w = want->child;
    size_t i = 0;
    for (; i < got.n && w; i++, w = w->next) {
        int64_t id;
        if (!json_i64(w, &id) || id != got.p[i])
            break;
    }
    if (i == got.n && !w)
        return true;
    struct slice a = tokenizer_token_text(t, i < got.n ? got.p[i] : -1);
    int64_t id = -1;
    json_i64(w, &id);
    struct slice b = tokenizer_token_text(t, (int32_t)id);
    t_fail(__FILE__, __LINE__, "%s: id %zu of %zu is %d '%.*s', expected %d '%.*s'", name, i, got.n,
           i < got.n ? got.p[i] : -1, (int)a.len, (const char *)a.p, (int)id, (int)b.len,
           (const char *)b.p);
    return false;
}

/* g_lines calls EACH for every line of a JSON-lines file of the shared data. Returns the number of
 * lines. */
__attribute__((unused)) static size_t g_lines(const char *name,
                                              void (*each)(const struct json *row, void *ctx),
                                              void *ctx)
{
    char path[1024], *text;
    size_t len, n = 0;
    takt_err e = {0};
    if (!t_shared(path, sizeof path, name) ||
        !T_RC(file_read_all(&text, &len, path, 64 << 20, &e), &e))
        return 0;
    for (char *p = text; p < text + len;) {
        char *nl = memchr(p, '\n', (size_t)(text + len - p));
        size_t k = nl ? (size_t)(nl - p) : (size_t)(text + len - p);
        struct arena a = {0};
        const struct json *row;
        if (k > 0 &&
            T_RC(json_parse(&row, &a, (struct slice){(uint8_t *)p, k}, name, NULL, &e), &e)) {
            each(row, ctx);
            n++;
        }
        arena_free(&a);
        p += k + 1;
    }
    free(text);
    return n;
}

#endif
