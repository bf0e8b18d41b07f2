/* Token ids against the recorded results of the reference implementations. */
#include "golden.h"

struct run {
    struct tokenizer *t;
    const char *key; /* of the row's ids */
    size_t n, n_bad;
};

static void oracle_row(const struct json *row, void *ctx)
{
    struct run *r = ctx;
    const struct json *want = json_get(json_get(row, "ids"), r->key), *text = json_get(row, "text");
    struct tokenize_options opt = {0};
    if (!want || !json_bool(json_get(row, "parse_special"), &opt.parse_special))
        return;
    struct ids got = g_encode(r->t, text->str, text->str_len, &opt);
    r->n++;
    r->n_bad += !g_same(r->t, json_get(row, "id")->str, got, want);
    free(got.p);
}

static void oracle(const char *file, const char *key)
{
    struct run r = {g_open(file), key, 0, 0};
    if (!r.t)
        return;
    g_lines("tokenizers/goldens/llama-cpp-oracle.jsonl", oracle_row, &r);
    printf("# %s with %s: %zu cases, %zu wrong\n", file, key, r.n, r.n_bad);
    T_OK(r.n > 500);
    tokenizer_free(r.t);
}

T_TEST(oracle_llama3_gguf)
{
    oracle("tokenizers/ggml-vocab-llama-bpe.gguf", "llama3");
}
T_TEST(oracle_granite3_gguf)
{
    oracle("tokenizers/ggml-vocab-granite3.gguf", "granite3");
}
T_TEST(oracle_granite4_gguf)
{
    oracle("tokenizers/ggml-vocab-granite4.gguf", "granite4");
}
T_TEST(oracle_mixtral_gguf)
{
    oracle("tokenizers/ggml-vocab-mixtral-v1.gguf", "mixtral");
}
T_TEST(oracle_llama2_gguf)
{
    oracle("tokenizers/ggml-vocab-llama-spm.gguf", "llama2");
}
T_TEST(oracle_llama3_json)
{
    oracle("tokenizers/hf/llama-3.1-tokenizer.json", "llama3");
}
T_TEST(oracle_granite3_json)
{
    oracle("tokenizers/hf/granite-3.3-tokenizer.json", "granite3");
}
T_TEST(oracle_mixtral_json)
{
    oracle("tokenizers/hf/mixtral-8x7b-tokenizer.json", "mixtral");
}
T_TEST(oracle_mixtral_sentencepiece)
{
    oracle("tokenizers/mixtral/tokenizer.model.v1", "mixtral");
}
T_TEST(oracle_llama3_tiktoken)
{
    oracle("tokenizers/llama3/tokenizer.model", "llama3");
}

static void transformers_row(const struct json *row, void *ctx)
{
    struct run *r = ctx;
    const struct json *text = json_get(row, "text"), *decoded = json_get(row, "decoded");
    if (!json_is_str(json_get(row, "tokenizer"), r->key))
        return;
    struct tokenize_options opt = {.add_bos = strcmp(r->key, "llama3") != 0, .parse_special = true};
    struct ids got = g_encode(r->t, text->str, text->str_len, &opt);
    r->n++;
    r->n_bad += !g_same(r->t, json_get(row, "case")->str, got, json_get(row, "ids"));
    size_t len;
    char *back = g_decode(r->t, got.p, got.n, true, &len);
    T_EQ_INT(len, decoded->str_len);
    T_EQ_STR(back, decoded->str);
    free(back);
    free(got.p);
}

static void transformers(const char *file, const char *key)
{
    struct run r = {g_open(file), key, 0, 0};
    if (!r.t)
        return;
    g_lines("tokenizers/goldens/transformersjs-llama.jsonl", transformers_row, &r);
    T_OK(r.n > 10);
    tokenizer_free(r.t);
}

T_TEST(transformers_llama2_gguf)
{
    transformers("tokenizers/ggml-vocab-llama-spm.gguf", "llama2");
}
T_TEST(transformers_llama3_gguf)
{
    transformers("tokenizers/ggml-vocab-llama-bpe.gguf", "llama3");
}
T_TEST(transformers_llama3_bos_gguf)
{
    transformers("tokenizers/ggml-vocab-llama-bpe.gguf", "llama3-with-bos");
}
T_TEST(transformers_llama3_json)
{
    transformers("tokenizers/hf/llama-3.1-tokenizer.json", "llama3");
}
T_TEST(transformers_llama3_bos_tiktoken)
{
    transformers("tokenizers/llama3/tokenizer.model", "llama3-with-bos");
}

/* <vocabulary>.inp holds texts between marker lines, .out one line of ids per text. */
static void inp_out(const char *file)
{
    static const char marker[] = "\n__ggml_vocab_test__\n";
    char name[256], path[1024], *inp = NULL, *out = NULL;
    size_t n_inp, n_out, cases = 0;
    takt_err e = {0};
    struct tokenizer *t = g_open(file);
    if (!t)
        return;
    snprintf(name, sizeof name, "%s.inp", file);
    if (!T_OK(t_shared(path, sizeof path, name)) ||
        !T_RC(file_read_all(&inp, &n_inp, path, 1 << 20, &e), &e))
        return;
    snprintf(name, sizeof name, "%s.out", file);
    if (!T_OK(t_shared(path, sizeof path, name)) ||
        !T_RC(file_read_all(&out, &n_out, path, 1 << 20, &e), &e))
        return;
    char *p = inp, *o = out;
    while (p < inp + n_inp && *o) {
        char *end = memmem(p, (size_t)(inp + n_inp - p), marker, sizeof marker - 1);
        size_t len = end ? (size_t)(end - p) : (size_t)(inp + n_inp - p);
        struct ids got = g_encode(t, p, len, &(struct tokenize_options){0});
        size_t k = 0;
        for (char *line_end = o + strcspn(o, "\n"); o < line_end; k++) {
            long want = strtol(o, &o, 10);
            T_EQ_INT(k < got.n ? got.p[k] : -1, want);
            o += strspn(o, " ");
        }
        T_EQ_INT(got.n, k);
        o += *o == '\n';
        free(got.p);
        cases++;
        p += len + sizeof marker - 1;
    }
    printf("# %s: %zu cases\n", name, cases);
    T_OK(cases > 15);
    free(inp);
    free(out);
    tokenizer_free(t);
}

T_TEST(inp_out_llama_bpe)
{
    inp_out("tokenizers/ggml-vocab-llama-bpe.gguf");
}
T_TEST(inp_out_llama_spm)
{
    inp_out("tokenizers/ggml-vocab-llama-spm.gguf");
}
T_TEST(inp_out_refact)
{
    inp_out("tokenizers/ggml-vocab-refact.gguf");
}

T_MAIN("text/tokenizer_golden")
