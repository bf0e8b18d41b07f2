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

/* Mistral's own conversations. Their texts show the prefix space that follows every control token
 * as U+2581 like all others; it is not part of the text. (The third conversation joins parts that
 * were encoded apart.) */
static void conversation(const struct tokenizer *t, const char *folder, int version)
{
    static const char *const marks[] = {"<s>",
                                        "</s>",
                                        "[INST]",
                                        "[/INST]",
                                        "[TOOL_CALLS]",
                                        "[AVAILABLE_TOOLS]",
                                        "[/AVAILABLE_TOOLS]",
                                        "[TOOL_RESULTS]",
                                        "[/TOOL_RESULTS]"};
    size_t n_marks = version == 1 ? 2 : sizeof marks / sizeof marks[0];
    char name[256], path[1024], *text = NULL, *tokens = NULL, plain[16384];
    size_t len, n_tokens, n = 0;
    takt_err e = {0};
    snprintf(name, sizeof name, "tokenizers/mixtral/samples/%s/text_v%d.txt", folder, version);
    if (!T_OK(t_shared(path, sizeof path, name)) ||
        !T_RC(file_read_all(&text, &len, path, sizeof plain - 1, &e), &e))
        return;
    for (size_t i = 0; i < len;) {
        size_t k = 0, m = 0;
        for (; m < n_marks; m++)
            if (strncmp(text + i, marks[m], k = strlen(marks[m])) == 0)
                break;
        bool mark = m < n_marks, space = strncmp(text + i, "\xE2\x96\x81", 3) == 0;
        k = mark ? k : space ? 3 : 1;
        memcpy(plain + n, space ? " " : text + i, space ? 1 : k);
        n += space ? 1 : k;
        i += k;
        if (mark && strncmp(text + i, "\xE2\x96\x81", 3) == 0)
            i += 3;
    }
    snprintf(name, sizeof name, "tokenizers/mixtral/samples/%s/tokens_v%d.json", folder, version);
    struct arena a = {0};
    const struct json *v;
    if (T_OK(t_shared(path, sizeof path, name)) &&
        T_RC(file_read_all(&tokens, &n_tokens, path, 1 << 20, &e), &e) &&
        T_RC(json_parse(&v, &a, (struct slice){(uint8_t *)tokens, n_tokens}, name, NULL, &e), &e)) {
        struct tokenize_options opt = {.parse_special = true};
        struct ids got = g_encode(t, plain, n, &opt);
        g_same(t, name, got, json_get(v, "tokens"));
        free(got.p);
    }
    arena_free(&a);
    free(text);
    free(tokens);
}

T_TEST(mistral_conversations)
{
    struct tokenizer *v1 = g_open("tokenizers/mixtral/tokenizer.model.v1");
    struct tokenizer *v3 = g_open("tokenizers/mixtral/mistral_instruct_tokenizer_240323.model.v3");
    if (v1 && v3) {
        conversation(v1, "no_tools", 1);
        conversation(v3, "no_tools", 3);
        conversation(v3, "several_calls", 3);
    }
    tokenizer_free(v1);
    tokenizer_free(v3);
}

/* Prompt ids of a model, from its GGUF file and from its folder. */
static void prompt_row(const struct json *row, void *ctx)
{
    struct run *r = ctx;
    const struct json *text = json_get(row, "prompt");
    struct tokenize_options opt = {.add_bos = tokenizer_adds_bos(r->t)};
    struct ids got = g_encode(r->t, text->str, text->str_len, &opt);
    r->n++;
    g_same(r->t, text->str, got, json_get(row, "prompt_ids"));
    free(got.p);
}

T_TEST(prompts_of_a_model)
{
    static const char *const paths[] = {"models/stories260K/stories260K-f32.gguf",
                                        "models/stories260K/hf"};
    for (int i = 0; i < 2; i++) {
        char path[1024];
        struct model m;
        struct run r = {0};
        takt_err e = {0};
        if (!t_shared(path, sizeof path, paths[i]))
            T_SKIP("no shared data");
        if (!T_RC(model_open(&m, path, &e), &e))
            continue;
        if (T_RC(tokenizer_new(&r.t, &m, &e), &e)) {
            g_lines("models/stories260K/greedy.jsonl", prompt_row, &r);
            T_OK(r.n > 0 && tokenizer_bos(r.t) == 1 && tokenizer_is_eog(r.t, 2));
        }
        tokenizer_free(r.t);
        model_close(&m);
    }
}

T_MAIN("text/tokenizer_golden")
