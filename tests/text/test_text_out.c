/* Texts of answers: whole characters, nothing of a stop text, the same however it is cut. */
#include "t.h"

#include "model/model.h"
#include "text/text_out.h"

static struct model model;
static struct tokenizer *tok;

static bool open_builtin(void)
{
    takt_err e = {0};
    return tok || (T_RC(model_open(&model, "models/builtin/builtin.gguf", &e), &e) &&
                   T_RC(tokenizer_new(&tok, &model, &e), &e));
}

struct answer {
    char text[512];
    size_t len;
    bool stopped;
    uint32_t n_fed;
};

static void add(struct answer *a, struct slice s)
{
    if (s.len < sizeof a->text - a->len) {
        memcpy(a->text + a->len, s.p, s.len);
        a->len += s.len;
        a->text[a->len] = '\0';
    }
}

/* What comes of TEXT, a token a byte where BYTES, else as the vocabulary cuts it. */
static struct answer answer(const char *text, const struct slice *stop, size_t n_stop, bool keep,
                            bool bytes)
{
    struct answer a = {0};
    struct text_out o;
    takt_err e = {0};
    int32_t ids[512];
    size_t n = 0, len = strlen(text);
    const struct text_out_options opt = {.stop = stop, .n_stop = n_stop, .keep_stop = keep};
    for (size_t i = 0; bytes && i < len; i++) {
        size_t one;
        tokenizer_encode(tok, text + i, 1, NULL, ids + i, 1, &one, &e);
        n++;
    }
    if (!bytes)
        tokenizer_encode(tok, text, len, NULL, ids, 512, &n, &e);
    if (!T_RC(text_out_init(&o, tok, &opt, &e), &e))
        return a;
    for (size_t i = 0; i < n && !o.stopped; i++, a.n_fed++)
        add(&a, text_out_feed(&o, ids[i]));
    add(&a, text_out_end(&o));
    add(&a, text_out_end(&o)); /* nothing comes twice */
    a.stopped = o.stopped;
    text_out_release(&o);
    return a;
}

T_TEST(stop_texts_end_it)
{
    static const struct {
        const char *text, *stop[2], *want, *kept;
        bool stopped;
    } cases[] = {
        {"one two three", {"two"}, "one ", "one two", true},
        {"one two three", {"four"}, "one two three", "one two three", false},
        {"one two three", {"three", "o t"}, "one tw", "one two t", true},
        {"aaab", {"aab"}, "a", "aaab", true},
        {"ababac", {"abac"}, "ab", "ababac", true},
        {"héllo wörld", {"wö"}, "héllo ", "héllo wö", true},
        {"日本語です", {"語"}, "日本", "日本語", true},
        {"end", {"end."}, "end", "end", false},
        {"x", {"x"}, "", "x", true},
        {"no stop", {""}, "no stop", "no stop", false},
    };
    if (!open_builtin())
        return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int k = 0; k < 4; k++) {
            struct slice stop[2];
            size_t n = 0;
            for (; n < 2 && cases[i].stop[n]; n++)
                stop[n] = slice_str(cases[i].stop[n]);
            struct answer a = answer(cases[i].text, stop, n, k & 1, k & 2);
            T_EQ_STR(a.text, k & 1 ? cases[i].kept : cases[i].want);
            T_EQ_INT(a.stopped, cases[i].stopped);
        }
}

T_TEST(long_stop_texts_are_refused)
{
    static char text[TEXT_OUT_STOP_BYTES_MAX + 1];
    if (!open_builtin())
        return;
    struct slice stop = {(const uint8_t *)text, sizeof text};
    struct text_out o;
    takt_err e = {0};
    T_FAILS(text_out_init(&o, tok, &(struct text_out_options){.stop = &stop, .n_stop = 1}, &e), &e,
            TAKT_ERR_LIMIT, "stop text");
    stop.len--;
    T_RC(text_out_init(&o, tok, &(struct text_out_options){.stop = &stop, .n_stop = 1}, &e), &e);
    text_out_release(&o);
}

/* Random texts and stop texts against a search of the whole. */
T_TEST(as_a_search_of_the_whole_text)
{
    if (!open_builtin())
        return;
    for (int round = 0; round < 2000; round++) {
        char text[64], stops[2][8];
        size_t n = t_rand() % 60, first = SIZE_MAX;
        struct slice stop[2];
        for (size_t i = 0; i < n; i++)
            text[i] = "abc "[t_rand() % 4];
        text[n] = '\0';
        for (int k = 0; k < 2; k++) {
            size_t len = 1 + t_rand() % 5;
            for (size_t i = 0; i < len; i++)
                stops[k][i] = "abc "[t_rand() % 4];
            stops[k][len] = '\0';
            stop[k] = slice_str(stops[k]);
        }
        struct answer a = answer(text, stop, 2, false, true);
        /* A byte a token: the stop text that is whole first ends it. */
        for (size_t end = 1; end <= n && first == SIZE_MAX; end++)
            for (int k = 0; k < 2; k++)
                if (stop[k].len <= end &&
                    memcmp(text + end - stop[k].len, stops[k], stop[k].len) == 0 &&
                    end - stop[k].len < first)
                    first = end - stop[k].len;
        if (first != SIZE_MAX)
            text[first] = '\0';
        T_EQ_STR(a.text, text);
        T_EQ_INT(a.stopped, first != SIZE_MAX);
    }
}

T_MAIN("text/text_out")
