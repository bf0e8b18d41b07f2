/* Logits of whole models against the recorded ones, and the same bits however the work is cut:
 * chunks, lanes, kernels. */
#include <math.h>

#include "compile/compile.h"
#include "t.h"
#include "target/cpu/kern.h"
#include "target/target.h"

/* A model with its recorded logits. */
struct golden {
    struct model model, record;
    struct graph graph;
    uint32_t n; /* tokens */
    takt_err e;
};

static bool golden_open(struct golden *g, const char *model, const char *record)
{
    *g = (struct golden){0};
    if (!T_RC(model_open(&g->model, model, &g->e), &g->e) ||
        !T_RC(model_open(&g->record, record, &g->e), &g->e) ||
        !T_RC(graph_build(&g->graph, &g->model, &g->e), &g->e))
        return false;
    const struct tensor *ids = model_tensor(&g->record, "ids");
    const struct tensor *logits = model_tensor(&g->record, "logits");
    if (!T_OK(ids && ids->type == QTYPE_I32 && logits && logits->type == QTYPE_F32 &&
              logits->ne[0] == g->model.hp.n_vocab && logits->ne[1] == ids->ne[0]))
        return false;
    g->n = (uint32_t)ids->ne[0];
    return true;
}

static void golden_close(struct golden *g)
{
    graph_free(&g->graph);
    model_close(&g->record);
    model_close(&g->model);
}

enum { CHUNK_MAX = 64, PAGES_MAX = 16 };

struct way {
    uint32_t chunk, lanes;
    const char *isa;
};

/* step runs tokens AT..AT+COUNT-1 of the recorded ids and copies their logits. */
static void step(struct target *t, const struct plan *p, const struct golden *g, uint32_t at,
                 uint32_t count, float *logits)
{
    int32_t token[CHUNK_MAX];
    uint32_t pos[CHUNK_MAX], seq[CHUNK_MAX] = {0}, out[CHUNK_MAX], page[PAGES_MAX];
    const uint32_t *pages[1] = {page};
    memcpy(token, model_tensor(&g->record, "ids")->data + 4 * (size_t)at, 4 * (size_t)count);
    for (uint32_t i = 0; i < PAGES_MAX; i++)
        page[i] = PAGES_MAX - 1 - i; /* any page will do */
    for (uint32_t i = 0; i < count; i++) {
        pos[i] = at + i;
        out[i] = i;
    }
    struct plan_facts facts = {.n_tokens = count,
                               .n_outputs = count,
                               .token = token,
                               .pos = pos,
                               .seq = seq,
                               .pages = pages,
                               .out_token = out};
    target_step(t, plan_program_for(p, count, count), &facts);
    for (uint32_t i = 0; i < count; i++)
        memcpy(logits + (size_t)(at + i) * p->n_vocab, target_logits(t, i),
               p->n_vocab * sizeof *logits);
}

/* compute gives the logits of all recorded tokens, worked out in one way; NULL after a failure. */
static float *compute(struct golden *g, struct way w)
{
    struct profile prof = {.read_bytes_per_s = 1e10};
    struct compile_options o = {.n_lanes = w.lanes,
                                .isa = w.isa,
                                .n_ctx = LAYOUT_PAGE * PAGES_MAX,
                                .chunk = w.chunk,
                                .outputs_max = w.chunk,
                                .kv_kind = -1};
    struct target_options to = {.n_lanes = w.lanes, .isa = w.isa, .no_pinning = true};
    struct target *t = NULL;
    struct plan p = {0};
    uint8_t *weights = NULL, *kv = NULL;
    float *logits = NULL;
    if (!T_RC(compile_plan(&p, &g->graph, &g->model, &prof, &o, &g->e), &g->e) ||
        !T_RC(plan_verify(&p, &g->e), &g->e))
        goto done;
    weights = aligned_alloc(64, p.weights_bytes);
    kv = aligned_alloc(64, p.kv_page_bytes * PAGES_MAX);
    memset(kv, 0, p.kv_page_bytes * PAGES_MAX);
    if (!T_RC(pack_weights(weights, &p, &g->model, 2, NULL, NULL, &g->e), &g->e) ||
        !T_RC(target_cpu_open(&t, &p, weights, kv, &to, &g->e), &g->e))
        goto done;
    logits = malloc((size_t)g->n * p.n_vocab * sizeof *logits);
    for (uint32_t at = 0; at < g->n; at += w.chunk)
        step(t, &p, g, at, g->n - at < w.chunk ? g->n - at : w.chunk, logits);
    target_close(t);
done:
    plan_free(&p);
    free(weights);
    free(kv);
    return logits;
}

/* Largest error relative to the range of the recorded logits. */
static double error_of(const struct golden *g, const float *got)
{
    const struct tensor *t = model_tensor(&g->record, "logits");
    double worst = 0, low = INFINITY, high = -INFINITY;
    for (uint64_t i = 0; i < t->ne[0] * t->ne[1]; i++) {
        float want;
        memcpy(&want, t->data + 4 * i, 4);
        low = fmin(low, want);
        high = fmax(high, want);
        if (!(fabs((double)got[i] - want) <= worst))
            worst = isnan(got[i]) ? INFINITY : fabs((double)got[i] - want);
    }
    return worst / (high - low);
}

/* check: the model agrees with the record within BOUND, and every way gives the bits of the first.
 */
static void check(const char *model, const char *record, double bound)
{
    static const struct way ways[] = {{16, 2, "ref"},  {1, 1, "ref"},  {7, 3, "ref"},
                                      {64, 2, "avx2"}, {1, 2, "avx2"}, {64, 1, "avx512"},
                                      {5, 2, "avx512"}};
    struct golden g;
    if (golden_open(&g, model, record)) {
        float *first = compute(&g, ways[0]);
        double error = first ? error_of(&g, first) : INFINITY;
        if (!(error <= bound))
            t_fail(__FILE__, __LINE__, "%s: error %g of the range, not within %g", model, error,
                   bound);
        for (size_t i = 1; first && i < sizeof ways / sizeof ways[0]; i++) {
            if (!kern_level_usable((enum kern_level)kern_level_find(ways[i].isa)))
                continue;
            float *other = compute(&g, ways[i]);
            if (other &&
                memcmp(first, other, (size_t)g.n * g.model.hp.n_vocab * sizeof *first) != 0)
                t_fail(__FILE__, __LINE__, "%s: other bits with chunks of %u, %u lanes, %s", model,
                       ways[i].chunk, ways[i].lanes, ways[i].isa);
            free(other);
        }
        free(first);
    }
    golden_close(&g);
}

static void check_shared(const char *folder, const char *file, const char *record, double bound)
{
    char model[512], logits[512], rel[256];
    snprintf(rel, sizeof rel, "models/%s/%s", folder, file);
    bool found = t_shared(model, sizeof model, rel);
    snprintf(rel, sizeof rel, "models/%s/%s", folder, record);
    if (!found || !t_shared(logits, sizeof logits, rel))
        T_SKIP("no shared data");
    check(model, logits, bound);
}

/* F32 weights: the bound is ours, a hundredth of what is asked. The recorded logits come from
 * another order of sums. */
#define TINY(name, folder)                                                                         \
    T_TEST(name##_gguf)                                                                            \
    {                                                                                              \
        check_shared("tiny-random/" folder, folder ".gguf", "logits-short.gguf", 1e-5);            \
        check_shared("tiny-random/" folder, folder ".gguf", "logits-long.gguf", 1e-5);             \
    }                                                                                              \
    T_TEST(name##_hf)                                                                              \
    {                                                                                              \
        check_shared("tiny-random/" folder, "hf", "logits-long.gguf", 1e-5);                       \
    }

TINY(llama31, "tiny-llama31-a")
TINY(llama_untied, "tiny-llama-untied-hd32-a")
TINY(mixtral, "tiny-mixtral-a")
TINY(granite, "tiny-granite-a")
TINY(granitemoe, "tiny-granitemoe-a")

T_TEST(stories_gguf)
{
    check_shared("stories260K", "stories260K-f32.gguf", "logits.gguf", 1e-5);
}

T_TEST(stories_hf)
{
    check_shared("stories260K", "hf", "logits.gguf", 1e-5);
}

/* Eight-bit weights and activations move the logits of F32 by about a hundredth of their range. */
T_TEST(stories_q8_0)
{
    check_shared("stories260K", "stories260K-q8_0.gguf", "logits.gguf", 2e-2);
}

T_MAIN("compile/logits")
