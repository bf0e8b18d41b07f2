/* Tokenizers of small vocabularies (tests/data/text). Their goldens were recorded with Hugging Face
 * tokenizers 0.23 and SentencePiece 0.2; the vocabularies were trained with these on a page of our
 * own text. */
#include <time.h>

#include "golden.h"
#include "text/tokenizer_parts.h"

#define DATA "tests/data/text/"

static const char *const files[] = {"tiny-bytes.json", "tiny-chars.json", "tiny.model"};

static struct tokenizer *open_tiny(const char *name)
{
    char path[256];
    struct tokenizer *t = NULL;
    takt_err e;
    snprintf(path, sizeof path, DATA "%s", name);
    T_RC(tokenizer_new_from_file(&t, path, &e), &e);
    return t;
}

static char *read_tiny(const char *name, size_t *len)
{
    char path[256], *text = NULL;
    takt_err e;
    snprintf(path, sizeof path, DATA "%s", name);
    T_RC(file_read_all(&text, len, path, 1 << 20, &e), &e);
    return text;
}

static void check_row(struct tokenizer *const *t, const struct json *row)
{
    const struct json *text = json_get(row, "text"), *decoded = json_get(row, "decoded");
    struct tokenize_options opt = {0};
    size_t k = 0, len;
    while (k < 2 && !json_is_str(json_get(row, "file"), files[k]))
        k++;
    json_bool(json_get(row, "special"), &opt.parse_special);
    struct ids got = g_encode(t[k], text->str, text->str_len, &opt);
    g_same(t[k], text->str, got, json_get(row, "ids"));
    char *back = g_decode(t[k], got.p, got.n, false, &len);
    T_EQ_INT(len, decoded->str_len);
    T_EQ_STR(back, decoded->str);
    free(back);
    free(got.p);
}

T_TEST(goldens)
{
    struct tokenizer *t[3];
    size_t len, n = 0;
    char *text = read_tiny("tiny-goldens.jsonl", &len);
    for (int i = 0; i < 3; i++)
        t[i] = open_tiny(files[i]);
    for (char *p = text; t[0] && t[1] && t[2] && p < text + len;) {
        size_t k = strcspn(p, "\n");
        struct arena a = {0};
        const struct json *row;
        takt_err e;
        if (T_RC(json_parse(&row, &a, (struct slice){(uint8_t *)p, k}, "goldens", NULL, &e), &e))
            check_row(t, row);
        arena_free(&a);
        p += k + 1;
        n++;
    }
    T_OK(n > 200);
    for (int i = 0; i < 3; i++)
        tokenizer_free(t[i]);
    free(text);
}

T_TEST(facts)
{
    struct tokenizer *t = open_tiny("tiny-bytes.json");
    if (!t)
        return;
    int32_t begin = tokenizer_find(t, "<|begin|>"), end = tokenizer_find(t, "<|end|>");
    T_EQ_INT(tokenizer_bos(t), begin);
    T_OK(tokenizer_adds_bos(t) && !tokenizer_adds_eos(t));
    T_EQ_INT(tokenizer_token_attr(t, begin), TOKEN_CONTROL);
    T_EQ_INT(tokenizer_token_attr(t, tokenizer_find(t, "[LANE]")), TOKEN_USER_DEFINED);
    T_OK(tokenizer_is_eog(t, end) && !tokenizer_is_eog(t, begin) && !tokenizer_is_eog(t, -1));
    T_EQ_INT(tokenizer_find(t, "no such token"), -1);
    T_OK(slice_eq(tokenizer_token_text(t, tokenizer_find(t, " the")), " the"));
    T_OK(tokenizer_token_text(t, -1).len == 0 && tokenizer_token_text(t, 1 << 30).len == 0);
    T_EQ_STR(tokenizer_kind(t), "BPE, pre-tokenizer llama-bpe");
    tokenizer_free(t);
    t = open_tiny("tiny.model");
    T_EQ_INT(tokenizer_bos(t), 1);
    T_EQ_INT(tokenizer_eos(t), 2);
    T_EQ_INT(tokenizer_token_attr(t, tokenizer_find(t, "\n")), TOKEN_BYTE);
    tokenizer_free(t);
}

T_TEST(control_tokens_only_when_asked)
{
    struct tokenizer *t = open_tiny("tiny-bytes.json");
    struct tokenize_options on = {.parse_special = true}, off = {0};
    struct ids a = g_encode(t, "<|begin|>", 9, &on), b = g_encode(t, "<|begin|>", 9, &off);
    T_EQ_INT(a.n, 1);
    T_OK(b.n > 1);
    for (size_t i = 0; i < b.n; i++)
        T_EQ_INT(tokenizer_token_attr(t, b.p[i]), TOKEN_NORMAL);
    size_t len;
    char *hidden = g_decode(t, a.p, a.n, false, &len), *shown = g_decode(t, a.p, a.n, true, &len);
    T_EQ_STR(hidden, "");
    T_EQ_STR(shown, "<|begin|>");
    free(hidden);
    free(shown);
    free(a.p);
    free(b.p);
    tokenizer_free(t);
}

T_TEST(room_and_options)
{
    struct tokenizer *t = open_tiny("tiny.model");
    struct tokenize_options opt = {.add_bos = true, .add_eos = true};
    int32_t ids[64];
    size_t n;
    takt_err e;
    T_RC(tokenizer_encode(t, "the plan", 8, &opt, ids, 64, &n, &e), &e);
    T_EQ_INT(ids[0], 1);
    T_EQ_INT(ids[n - 1], 2);
    int32_t first = ids[1], cut[2] = {-7, -7};
    size_t all = n;
    T_RC(tokenizer_encode(t, "the plan", 8, &opt, cut, 1, &n, &e), &e);
    T_EQ_INT(n, all);
    T_OK(cut[0] == 1 && cut[1] == -7);
    T_OK(slice_eq(tokenizer_token_text(t, first), " the"));
    opt = (struct tokenize_options){.no_prefix = true};
    T_RC(tokenizer_encode(t, "the", 3, &opt, ids, 64, &n, &e), &e);
    T_OK(n > 0 && tokenizer_token_text(t, ids[0]).p[0] == 't');
    T_RC(tokenizer_encode(t, "", 0, NULL, ids, 64, &n, &e), &e);
    T_EQ_INT(n, 0);
    tokenizer_free(t);
}

/* Byte-level tokens joined give any bytes back; decoding gives any UTF-8 back. */
T_TEST(round_trips)
{
    struct tokenizer *t = open_tiny("tiny-bytes.json");
    for (int i = 0; i < 2000; i++) {
        uint8_t text[200], back[400];
        size_t n = 0, m = 0, len;
        bool utf8 = i % 2;
        for (size_t k = t_rand() % 40; k > 0; k--) {
            uint32_t c = (uint32_t)(t_rand() % (t_rand() % 2 ? 0x80 : 0x3000));
            if (utf8)
                n += utf8_put(text + n, c);
            else
                text[n++] = (uint8_t)t_rand();
        }
        struct ids got = g_encode(t, (char *)text, n, NULL);
        for (size_t k = 0; k < got.n; k++) {
            struct slice s = tokenizer_token_text(t, got.p[k]);
            if (m + s.len <= sizeof back)
                memcpy(back + m, s.p, s.len);
            m += s.len;
        }
        T_EQ_INT(m, n);
        T_EQ_MEM(back, text, n);
        char *shown = g_decode(t, got.p, got.n, false, &len);
        T_OK(utf8_valid((uint8_t *)shown, len));
        if (utf8)
            T_OK(len == n && memcmp(shown, text, n) == 0);
        free(shown);
        free(got.p);
    }
    tokenizer_free(t);
}

static size_t feed_all(struct detok *d, const int32_t *ids, size_t n, char *out, size_t cap)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        len += detok_feed(d, ids[i], out + len, cap - len);
        T_OK(utf8_valid((uint8_t *)out, len)); /* never half a character */
    }
    return len + detok_end(d, out + len, cap - len);
}

T_TEST(decoding_whole_characters)
{
    struct tokenizer *t = open_tiny("tiny.model");
    struct detok d;
    char out[256];
    static const struct {
        const char *bytes, *want;
    } cases[] = {
        {"\xE4\xB8\x96", "\xE4\xB8\x96"},                         /* whole */
        {"\xE4\xB8", "\xEF\xBF\xBD"},                             /* cut at the end */
        {"\xE4\xB8 a", "\xEF\xBF\xBD a"},                         /* cut in the middle: one mark */
        {"\xFF\x80", "\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* never characters */
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* a surrogate */
        {"\xF0\x9F\x98\xE4\xB8\x96", "\xEF\xBF\xBD\xE4\xB8\x96"},
        {"\xC3\xA9\xC3", "\xC3\xA9\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t ids[16];
        size_t n = strlen(cases[i].bytes);
        for (size_t k = 0; k < n; k++)
            ids[k] = t->byte_id[(uint8_t)cases[i].bytes[k]];
        detok_init(&d, t, true, false);
        out[feed_all(&d, ids, n, out, sizeof out - 1)] = 0;
        T_EQ_STR(out, cases[i].want);
    }
    /* The prefix space goes at a text's start only. */
    int32_t the = tokenizer_find(t, " the");
    for (int start = 0; start < 2; start++) {
        detok_init(&d, t, start, false);
        out[feed_all(&d, (int32_t[]){the, the}, 2, out, sizeof out - 1)] = 0;
        T_EQ_STR(out, start ? "the the" : " the the");
    }
    T_EQ_INT(detok_feed(&d, -1, out, sizeof out), 0);
    T_EQ_INT(detok_feed(&d, 1 << 30, out, sizeof out), 0);
    tokenizer_free(t);
}

/* A megabyte of one thing must not take quadratic time, whatever the vocabulary. */
T_TEST(long_runs)
{
    static const char *const runs[] = {"a",  " ",       "ha", "\xE4\xB8\x96", "1", "'",
                                       "\n", "<|begin", "<<"};
    size_t len = 1 << 20;
    char *text = malloc(len);
    for (int f = 0; text && f < 3; f++) {
        struct tokenizer *t = open_tiny(files[f]);
        for (size_t r = 0; r < sizeof runs / sizeof runs[0]; r++) {
            size_t k = strlen(runs[r]), n;
            takt_err e;
            for (size_t i = 0; i < len; i++)
                text[i] = runs[r][i % k];
            clock_t before = clock();
            T_RC(tokenizer_encode(t, text, len, &(struct tokenize_options){.parse_special = true},
                                  NULL, 0, &n, &e),
                 &e);
            double s = (double)(clock() - before) / CLOCKS_PER_SEC;
            if (!T_OK(s < 10))
                printf("# %s: a megabyte of '%s' took %.1f s\n", files[f], runs[r], s);
            T_OK(n > 0 && n <= len + 1); /* the prefix space may be one more */
        }
        tokenizer_free(t);
    }
    free(text);
}

/* The short and the long way of merging give the same ids. */
T_TEST(short_and_long_merges_agree)
{
    struct tokenizer *t = open_tiny("tiny-bytes.json");
    for (int i = 0; i < 300; i++) {
        uint8_t text[BPE_SHORT + 40];
        struct bpe_scratch a = {0}, b = {0};
        struct bpe_word wa, wb;
        uint32_t n = 2 + (uint32_t)(t_rand() % (BPE_SHORT - 2)), longer = BPE_SHORT + 4;
        T_OK(bpe_reserve(&a, longer + n, &wa) && bpe_reserve(&b, longer + n, &wb));
        for (uint32_t k = 0; k < n; k++) {
            text[k] = (uint8_t) "theplanwas isit"[t_rand() % 15];
            wa.id[k] = wb.id[k] = t->symbol[text[k]];
            wa.start[k] = wb.start[k] = k;
        }
        /* Symbols that never merge make the second word long without touching the first part. */
        for (uint32_t k = n; k < n + longer; k++) {
            wb.id[k] = VOCAB_NONE;
            wb.start[k] = k;
        }
        wa.n = n;
        wb.n = n + longer;
        bpe_merge(&t->merges, &a, &wa);
        bpe_merge(&t->merges, &b, &wb);
        T_EQ_INT(wb.n, wa.n + longer);
        T_EQ_MEM(wb.id, wa.id, wa.n * sizeof *wa.id);
        T_EQ_MEM(wb.start, wa.start, wa.n * sizeof *wa.start);
        bpe_scratch_free(&a);
        bpe_scratch_free(&b);
    }
    tokenizer_free(t);
}

#define BPE_MODEL                                                                                  \
    "\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[\"a b\"]}"

T_TEST(refused_by_name)
{
    static const struct {
        const char *json, *message;
    } cases[] = {
        {"{\"model\":{\"type\":\"Unigram\",\"vocab\":[]}}", "Unigram"},
        {"{\"model\":{\"type\":\"BPE\",\"vocab\":{}}}", "no model with vocab and merges"},
        {"{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a c\"]}}", "'c' is in a merge"},
        {"{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a\"]}}", "merge 0"},
        {"{\"model\":{\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]}}", "id 0 is given to two"},
        {"{\"model\":{\"vocab\":{\"a\":1000000},\"merges\":[]}}", "id is no number"},
        {"{\"model\":{\"vocab\":{\"a\":-1},\"merges\":[]}}", "id is no number"},
        {"{\"model\":{\"vocab\":{},\"merges\":[],\"dropout\":0.1}}", "dropout"},
        {"{\"model\":{\"vocab\":{},\"merges\":[],\"end_of_word_suffix\":\"x\"}}", "end_of_word"},
        {"{\"normalizer\":{\"type\":\"BertNormalizer\"}," BPE_MODEL "}", "BertNormalizer"},
        {"{\"normalizer\":{\"type\":\"Prepend\",\"prepend\":\"x\"}," BPE_MODEL "}", "Prepend"},
        {"{\"pre_tokenizer\":{\"type\":\"Whitespace\"}," BPE_MODEL "}", "Whitespace"},
        {"{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"a\"},\"behavior\":"
         "\"Contiguous\"}," BPE_MODEL "}",
         "Contiguous"},
        {"{\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"ByteLevel\","
         "\"add_prefix_space\":false},{\"type\":\"Digits\"}]}," BPE_MODEL "}",
         "behind ByteLevel, 'Digits'"},
        {"{\"post_processor\":{\"type\":\"BertProcessing\"}," BPE_MODEL "}", "BertProcessing"},
        {"{\"decoder\":{\"type\":\"WordPiece\"}," BPE_MODEL "}", "WordPiece"},
        {"{\"added_tokens\":[{\"id\":7}]," BPE_MODEL "}", "has no content"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tokenizer *t;
        takt_err e = {0};
        takt_rc rc = tokenizer_from_json(&t, slice_str(cases[i].json), "t.json", &e);
        T_FAILS(rc, &e, (takt_code)rc.code, cases[i].message);
        T_OK(t == NULL);
    }
}

/* Every cut of a file is refused or read, never more. */
T_TEST(cut_files)
{
    for (int f = 0; f < 3; f++) {
        size_t len;
        char *text = read_tiny(files[f], &len);
        for (size_t n = 0; text && n < len; n += 1 + len / 300) {
            struct tokenizer *t;
            takt_err e;
            char *copy = malloc(n + 1); /* so that a read behind the end is seen */
            if (!copy)
                break;
            memcpy(copy, text, n);
            struct slice s = {(uint8_t *)copy, n};
            takt_rc rc = f == 2 ? tokenizer_from_sentencepiece(&t, s, "cut", &e)
                                : tokenizer_from_json(&t, s, "cut", &e);
            T_OK(f == 2 || rc.code != TAKT_ERR_NONE);
            if (!rc.code)
                tokenizer_free(t);
            free(copy);
        }
        free(text);
    }
}

T_MAIN("text/tokenizer")
