/* The same bytes, however the work is cut (promise 2): logits of every position and drawn answers
 * have equal bits for all numbers of threads, prefill chunks and kernel levels, in all families and
 * types. */
#include "made.h"

/* N_FAR: beyond an attention split and several pages. Under the thread sanitizer less, with the
 * same races; engine/mix goes beyond a split there. */
#if T_THREAD_SANITIZED
enum { N_TOKENS = 18, N_FAR = 70, N_ANSWER = 4, ANSWER_CAP = 64 };
#else
enum { N_TOKENS = 70, N_FAR = 300, N_ANSWER = 12, ANSWER_CAP = 64 };
#endif

struct way {
    uint32_t threads, chunk;
    const char *isa;
};

/* Each value of each setting occurs; the first is what the others are compared with. */
static const struct way ways[] = {
    {1, 16, "ref"},    {2, 7, "ref"},      {3, 16, "avx2"},    {1, 64, "avx2"},
    {2, 1, "avx2"},    {1, 1, "avx512"},   {2, 64, "avx512"},  {3, 7, "avx512"},
    {5, 16, "avx512"}, {2, 512, "avx512"}, {2, 16, "avxvnni"}, {3, 64, "amx"},
    {2, 1, "amx"},     {3, 16, "neon"},    {2, 64, "i8mm"},    {1, 7, "i8mm"},
};
enum { N_WAYS = sizeof ways / sizeof ways[0] };

static bool usable(const char *isa)
{
    const char *name;
    return !target_cpu_isa_pick(&name, isa, NULL).code;
}

struct outcome {
    float *logits; /* [n][n_vocab] */
    uint32_t n, n_vocab, n_rows, n_answer;
    int32_t answer[ANSWER_CAP];
};

static bool on_row(void *user, uint32_t i, const float *logits)
{
    struct outcome *o = user;
    memcpy(o->logits + (size_t)i * o->n_vocab, logits, o->n_vocab * sizeof *logits);
    o->n_rows++;
    return true;
}

static bool on_token(void *user, int32_t id, const char *text, size_t len)
{
    struct outcome *o = user;
    (void)text;
    (void)len;
    if (id >= 0 && o->n_answer < ANSWER_CAP)
        o->answer[o->n_answer++] = id;
    return true;
}

static int32_t token(uint32_t i, uint32_t n_vocab)
{
    return (int32_t)(3 + (i * 7919u + i * i * 31u) % (n_vocab - 3));
}

/* All logits of N tokens, then a drawn answer to the first half of them. */
static bool compute(struct outcome *o, const char *path, const struct way *w, const char *kv,
                    uint32_t n)
{
    struct loaded l;
    takt_plan_options po = {.n_ctx = n + N_ANSWER,
                            .threads = w->threads,
                            .chunk = w->chunk,
                            .logits_rows = w->chunk < 8 ? 3 : 64,
                            .isa = w->isa,
                            .kv = kv};
    takt_generate_options g = {.sampling = takt_sampling_default(),
                               .max_tokens = N_ANSWER,
                               .ignore_eog = true,
                               .token = on_token,
                               .user = o};
    int32_t ids[1024];
    g.sampling.seed = 7;
    *o = (struct outcome){.n = n};
    if (!loaded_open(&l, path, &po, 1))
        return false;
    o->n_vocab = l.plan->plan.n_vocab;
    o->logits = malloc((size_t)n * o->n_vocab * sizeof *o->logits);
    for (uint32_t i = 0; i < n; i++)
        ids[i] = token(i, o->n_vocab);
    bool ok = T_RC(takt_seq_feed(l.seq, ids, n, true, on_row, o, &l.e), &l.e);
    T_EQ_INT(o->n_rows, n);
    takt_seq_truncate(l.seq, 0);
    ok = ok && T_RC(takt_generate(l.seq, ids, n / 2, &g, NULL, &l.e), &l.e);
    loaded_free(&l);
    return ok;
}

static bool is_sound(const struct outcome *o)
{
    double sum = 0;
    for (size_t i = 0; i < (size_t)o->n * o->n_vocab; i++)
        if (!isfinite(o->logits[i]))
            return false;
        else
            sum += fabs((double)o->logits[i]);
    return sum > 0;
}

static void same(const char *path, const char *name, const char *kv, uint32_t n)
{
    struct outcome first, o;
    if (!compute(&first, path, &ways[0], kv, n) || !T_OK(is_sound(&first))) {
        t_fail(__FILE__, __LINE__, "%s: no sound logits", name);
        free(first.logits);
        return;
    }
    for (size_t i = 1; i < N_WAYS; i++) {
        const struct way *w = &ways[i];
        if (!usable(w->isa))
            continue;
        if (compute(&o, path, w, kv, n)) {
            size_t bytes = (size_t)n * first.n_vocab * sizeof *o.logits, at = 0;
            const uint8_t *a = (uint8_t *)first.logits, *b = (uint8_t *)o.logits;
            while (at < bytes && a[at] == b[at])
                at++;
            if (at < bytes)
                t_fail(__FILE__, __LINE__,
                       "%s, kv %s: %u threads, chunks of %u, %s: other bits at position %zu", name,
                       kv, w->threads, w->chunk, w->isa, at / 4 / first.n_vocab);
            if (o.n_answer != first.n_answer ||
                memcmp(o.answer, first.answer, o.n_answer * sizeof o.answer[0]) != 0)
                t_fail(__FILE__, __LINE__,
                       "%s, kv %s: %u threads, chunks of %u, %s: another answer", name, kv,
                       w->threads, w->chunk, w->isa);
        }
        free(o.logits);
    }
    T_EQ_INT(first.n_answer, N_ANSWER);
    free(first.logits);
}

static void same_made(struct made m, const char *kv, uint32_t n)
{
    char name[64];
    const char *path = made_write(m);
    if (!path)
        return;
    snprintf(name, sizeof name, "%s %s", m.arch ? m.arch : "llama", qtype_name(m.type));
    same(path, name, kv, n);
    unlink(path);
}

/* ---- types ---- */

#define TYPE(suffix, kv)                                                                           \
    T_TEST(type_##suffix)                                                                          \
    {                                                                                              \
        same_made((struct made){.type = QTYPE_##suffix}, kv, N_TOKENS);                            \
    }
TYPE(F32, "f32")
TYPE(F16, "bf16")
TYPE(BF16, "f32")
TYPE(Q4_0, "bf16")
TYPE(Q4_1, "f32")
TYPE(Q5_0, "bf16")
TYPE(Q5_1, "f32")
TYPE(Q8_0, "bf16")
TYPE(Q2_K, "f32")
TYPE(Q3_K, "bf16")
TYPE(Q4_K, "bf16")
TYPE(Q5_K, "f32")
TYPE(Q6_K, "bf16")
TYPE(IQ4_NL, "f32")
TYPE(IQ4_XS, "bf16")
TYPE(MXFP4, "f32")

/* ---- shapes ---- */

static struct made odd(enum qtype type)
{
    return (struct made){.type = type,
                         .n_embd = 320,
                         .n_heads = 6,
                         .n_kv_heads = 3,
                         .head_dim = 24,
                         .n_ff = 96,
                         .n_vocab = 337,
                         .n_layers = 1,
                         .tied = true};
}

T_TEST(odd_shapes)
{
    same_made(odd(QTYPE_Q8_0), "f32", N_TOKENS);
    same_made(odd(QTYPE_Q4_0), "bf16", N_TOKENS);
    same_made(odd(QTYPE_Q4_0), "q8", N_TOKENS);
    same_made(odd(QTYPE_F32), "bf16", N_TOKENS);
    same_made(odd(QTYPE_BF16), "f32", N_TOKENS);
}

/* With and without a window. */
T_TEST(long_context)
{
    struct made m = {.type = QTYPE_Q8_0,
                     .n_embd = 64,
                     .n_heads = 4,
                     .n_kv_heads = 1,
                     .head_dim = 32,
                     .n_ff = 64,
                     .n_layers = 1,
                     .n_ctx = 1024};
    same_made(m, "bf16", N_FAR);
    same_made(m, "q8", N_FAR);
    m.window = N_FAR / 3;
    same_made(m, "f32", N_FAR);
    same_made(m, "q8", N_FAR);
}

T_TEST(experts)
{
    struct made m = {.type = QTYPE_Q4_K, .n_experts = 5, .n_experts_used = 2, .n_layers = 1};
    same_made(m, "bf16", N_TOKENS);
    m.type = QTYPE_Q8_0;
    m.n_experts_used = 1;
    same_made(m, "f32", N_TOKENS);
}

T_TEST(granite)
{
    same_made((struct made){.arch = "granite", .type = QTYPE_Q6_K, .scales = true, .tied = true},
              "bf16", N_TOKENS);
    same_made((struct made){.arch = "granitemoe",
                            .type = QTYPE_Q5_K,
                            .scales = true,
                            .n_experts = 4,
                            .n_experts_used = 2,
                            .n_layers = 1},
              "f32", N_TOKENS);
}

/* ---- families with recorded logits ---- */

static void family(const char *folder, const char *file)
{
    char path[512], rel[256];
    snprintf(rel, sizeof rel, "models/%s/%s", folder, file);
    if (!t_shared(path, sizeof path, rel))
        T_SKIP("no shared data");
    same(path, folder, "f32", N_TOKENS);
    same(path, folder, "bf16", N_TOKENS);
}

#define FAMILY(name, folder, file)                                                                 \
    T_TEST(family_##name)                                                                          \
    {                                                                                              \
        family(folder, file);                                                                      \
    }
FAMILY(llama31, "tiny-random/tiny-llama31-a", "tiny-llama31-a.gguf")
FAMILY(llama_untied, "tiny-random/tiny-llama-untied-hd32-a", "tiny-llama-untied-hd32-a.gguf")
FAMILY(mixtral, "tiny-random/tiny-mixtral-a", "tiny-mixtral-a.gguf")
FAMILY(granite, "tiny-random/tiny-granite-a", "tiny-granite-a.gguf")
FAMILY(granitemoe, "tiny-random/tiny-granitemoe-a", "tiny-granitemoe-a.gguf")
FAMILY(stories, "stories260K", "stories260K-f32.gguf")
FAMILY(stories_q8_0, "stories260K", "stories260K-q8_0.gguf")

/* A seed and a position are all that a draw depends on: another seed gives another answer. */
T_TEST(seed_matters)
{
    const char *path = made_write((struct made){.type = QTYPE_Q8_0});
    struct loaded l;
    takt_plan_options po = {.n_ctx = 64, .threads = 1};
    int32_t prompt[3] = {5, 6, 7};
    struct outcome o[3] = {0};
    if (!loaded_open(&l, path, &po, 1))
        return;
    for (int i = 0; i < 3; i++) {
        takt_generate_options g = {.sampling = takt_sampling_default(),
                                   .max_tokens = 20,
                                   .ignore_eog = true,
                                   .token = on_token,
                                   .user = &o[i]};
        g.sampling.seed = i == 2 ? 1 : 0;
        takt_seq_truncate(l.seq, 0);
        T_RC(takt_generate(l.seq, prompt, 3, &g, NULL, &l.e), &l.e);
    }
    T_EQ_INT(o[0].n_answer, 20);
    T_EQ_MEM(o[0].answer, o[1].answer, sizeof o[0].answer);
    T_OK(memcmp(o[0].answer, o[2].answer, sizeof o[0].answer) != 0);
    loaded_free(&l);
}

T_MAIN("engine/same")
