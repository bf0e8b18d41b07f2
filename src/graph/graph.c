#include "graph/graph.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "graph/arch/arch.h"
#include "graph/rope.h"

enum { NODES_PER_LAYER = 20, NODES_OUTSIDE = 16 };

static const struct {
    const char *name;
    void (*build)(struct builder *b);
} archs[] = {
#define X(fn, name) {(name), (fn)},
    ARCH_TABLE(X)
#undef X
};
enum { N_ARCHS = sizeof archs / sizeof archs[0] };

static const struct {
    const char *name;
    void (*build)(struct builder *b);
} vision_archs[] = {
#define X(fn, name) {(name), (fn)},
    VISION_TABLE(X)
#undef X
};
enum { N_VISION_ARCHS = sizeof vision_archs / sizeof vision_archs[0] };

const char *graph_arch_list(void)
{
#define X(fn, name) " " name
    static const char list[] = ARCH_TABLE(X);
#undef X
    return list + 1;
}

/* within checks 1 <= V <= MAX. */
static takt_rc within(const struct model *m, const char *what, uint64_t v, uint64_t max,
                      takt_err *e)
{
    if (v >= 1 && v <= max)
        return TAKT_OK;
    return err_set(e, v ? TAKT_ERR_LIMIT : TAKT_ERR_FORMAT, m->path,
                   "%s is %" PRIu64 "; takt takes 1 to %" PRIu64, what, v, max);
}

static takt_rc check_heads(const struct model *m, const struct model_hparams *hp, takt_err *e)
{
    TAKT_TRY(within(m, "the number of key heads", hp->n_kv_heads, GRAPH_WIDTH_MAX, e));
    TAKT_TRY(within(m, "the number of query heads", hp->n_heads, GRAPH_WIDTH_MAX, e));
    TAKT_TRY(within(m, "the head size", hp->head_dim_k, GRAPH_HEAD_DIM_MAX, e));
    TAKT_TRY(within(m, "the width of all heads", (uint64_t)hp->n_heads * hp->head_dim_k,
                    GRAPH_WIDTH_MAX, e));
    if (hp->n_heads % hp->n_kv_heads)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "%" PRIu32 " query heads cannot share %" PRIu32 " key heads evenly",
                       hp->n_heads, hp->n_kv_heads);
    TAKT_TRY(within(m, "the number of query heads per key head", hp->n_heads / hp->n_kv_heads,
                    GRAPH_GROUP_MAX, e));
    if (hp->head_dim_k % 2 || hp->head_dim_v != hp->head_dim_k)
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "key heads of %" PRIu32 " and value heads of %" PRIu32
                       " values; takt needs them even and equal",
                       hp->head_dim_k, hp->head_dim_v);
    return TAKT_OK;
}

static takt_rc check_rope(const struct model *m, const struct model_hparams *hp, takt_err *e)
{
    TAKT_TRY(within(m, "the number of rotary dimensions", hp->rope_dims, hp->head_dim_k, e));
    if (hp->rope_dims % 2)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "%" PRIu32 " rotary dimensions; they come in pairs", hp->rope_dims);
    return TAKT_OK;
}

static takt_rc check_sizes(const struct model *m, const struct model_hparams *hp, takt_err *e)
{
    TAKT_TRY(within(m, "the number of layers", hp->n_layers, GRAPH_LAYERS_MAX, e));
    TAKT_TRY(within(m, "the embedding length", hp->n_embd, GRAPH_WIDTH_MAX, e));
    TAKT_TRY(within(m, "the feed-forward length", hp->n_ff, GRAPH_WIDTH_MAX, e));
    TAKT_TRY(within(m, "the vocabulary", hp->n_vocab, INT32_MAX, e));
    if (hp->n_cross_layers)
        TAKT_TRY(within(m, "the number of layers that look at pictures", hp->n_cross_layers,
                        GRAPH_CROSS_LAYERS_MAX, e));
    if (hp->n_ff_shared)
        TAKT_TRY(within(m, "the shared feed-forward length", hp->n_ff_shared, GRAPH_WIDTH_MAX, e));
    if (hp->n_experts) {
        TAKT_TRY(within(m, "the number of experts", hp->n_experts, GRAPH_EXPERTS_MAX, e));
        uint32_t most =
            hp->n_experts < GRAPH_EXPERTS_USED_MAX ? hp->n_experts : GRAPH_EXPERTS_USED_MAX;
        TAKT_TRY(within(m, "the number of experts per token", hp->n_experts_used, most, e));
    }
    if (!(hp->norm_eps > 0) || !isfinite(hp->norm_eps) || !isfinite(hp->attention_scale) ||
        !isfinite(hp->embedding_scale) || !isfinite(hp->residual_scale) ||
        !isfinite(hp->logit_scale))
        return err_set(e, TAKT_ERR_FORMAT, m->path, "the norm's epsilon or a scale is not usable");
    return check_heads(m, hp, e);
}

/* ignorable: tensors that hold nothing of their own (tables that can be computed), the norm behind
 * an encoder's last layer, whose features may come before it, and what the engine reads. */
static bool ignorable(const char *name)
{
    static const char *const ends[] = {"rotary_emb.inv_freq", "attn_rot_embd.weight",
                                       "v.post_ln.weight",    "v.post_ln.bias",
                                       "model.image_newline", "v.token_embd.img_break"};
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t k = strlen(ends[i]);
        if (n >= k && strcmp(name + n - k, ends[i]) == 0)
            return true;
    }
    return false;
}

/* is_ours: does the tensor NAME belong to the model that B describes? A folder has a language model
 * and its picture encoder together. */
static bool is_ours(const struct builder *b, const char *name)
{
    if (b->mllama)
        return strncmp(name, "v.", 2) == 0 || strncmp(name, "mm.", 3) == 0;
    if (!b->vision)
        return strncmp(name, "blk.", 4) == 0 || strncmp(name, "output", 6) == 0 ||
               strncmp(name, "token_", 6) == 0;
    if (b->m->source == MODEL_HF && strncmp(name, "v.", 2) != 0 && strncmp(name, "mm.", 3) != 0)
        return false;
    return strncmp(name, "v.blk.", 6) != 0; /* layers behind the features are not needed */
}

/* A tensor of the text model that the graph does not use means that this is another model than the
 * architecture's name says (norms on queries, biases of norms): its answers would be wrong. */
static void check_unused(struct builder *b)
{
    for (uint32_t i = 0; i < b->m->n_tensors; i++) {
        const char *name = b->m->tensors[i].name;
        if (b->used[i] || !is_ours(b, name) || ignorable(name))
            continue;
        build_fail(b, TAKT_ERR_UNSUPPORTED,
                   "tensor '%s' has no place in architecture '%s' as takt knows it", name,
                   b->hp->arch);
    }
}

/* The form of the pictures' stores, by the model alone, so that its encoder and it agree. */
static void describe_cross(struct graph *g, const struct model *m)
{
    const struct model_hparams *hp = &m->hp;
    g->n_cross_layers = hp->n_cross_layers;
    g->n_cross_kv_heads = hp->n_cross_layers ? hp->n_kv_heads : 0;
    g->cross_head_dim = hp->n_cross_layers ? hp->head_dim_k : 0;
    g->cross_f32 = true;
    for (uint32_t i = 0; i < m->n_tensors; i++)
        g->cross_f32 &= m->tensors[i].type == QTYPE_F32;
}

static takt_rc describe(struct graph *g, const struct model *m, takt_err *e)
{
    const struct model_hparams *hp = &m->hp;
    g->n_layers = hp->n_layers;
    g->n_vocab = hp->n_vocab;
    g->n_embd = hp->n_embd;
    g->n_input = hp->n_embd;
    g->n_heads = hp->n_heads;
    g->n_kv_heads = hp->n_kv_heads;
    g->head_dim = hp->head_dim_k;
    g->rope_dims = hp->rope_dims;
    g->window = hp->sliding_window;
    g->attention_scale = hp->attention_scale;
    g->rope_pairs = hp->rope_pairs;
    memcpy(g->rope_sections, hp->rope_sections, sizeof g->rope_sections);
    float *inv_freq = ARENA_ARRAY(&g->arena, float, hp->rope_dims / 2);
    if (!inv_freq)
        return err_set(e, TAKT_ERR_MEMORY, m->path, "not enough memory for the graph");
    g->inv_freq = inv_freq;
    describe_cross(g, m);
    return rope_inv_freq(inv_freq, m, e);
}

/* Lets ARCH describe the model to B, whose graph has its sizes. */
static takt_rc build(struct builder *b, void (*arch)(struct builder *b))
{
    struct graph *g = b->g;
    b->layer = GRAPH_NO_LAYER;
    b->nodes_cap = b->hp->n_layers * NODES_PER_LAYER + NODES_OUTSIDE;
    g->node = ARENA_ARRAY(&g->arena, struct graph_node, b->nodes_cap);
    b->used = ARENA_ARRAY(&g->arena, uint8_t, b->m->n_tensors);
    if (!g->node || !b->used)
        return err_set(b->e, TAKT_ERR_MEMORY, b->m->path, "not enough memory for the graph");
    g->logits = GRAPH_NO_VALUE;
    arch(b);
    if (g->logits == GRAPH_NO_VALUE)
        g->logits = g->n_nodes ? g->n_nodes - 1 : 0;
    if (!b->rc.code)
        check_unused(b);
    return b->rc;
}

static takt_rc build_text(struct graph *g, const struct model *m, void (*arch)(struct builder *b),
                          takt_err *e)
{
    struct builder b = {.g = g, .m = m, .hp = &m->hp, .layer_names = "blk.", .e = e};
    TAKT_TRY(check_sizes(m, b.hp, e));
    TAKT_TRY(check_rope(m, b.hp, e));
    TAKT_TRY(describe(g, m, e));
    return build(&b, arch);
}

takt_rc graph_build(struct graph *g, const struct model *m, takt_err *e)
{
    *g = (struct graph){0};
    const char *name = m->hp.arch;
    if (!name)
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "the file names no architecture; takt knows %s", graph_arch_list());
    if (strcmp(name, "clip") == 0)
        return err_set(e, TAKT_ERR_USAGE, m->path,
                       "is a picture encoder, no language model: give it with --mmproj to the "
                       "model that it belongs to");
    for (size_t i = 0; i < N_ARCHS; i++) {
        if (strcmp(archs[i].name, name) != 0)
            continue;
        takt_rc rc = build_text(g, m, archs[i].build, e);
        if (rc.code)
            graph_free(g);
        return rc;
    }
    return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                   "architecture '%.64s' is not supported; takt knows %s", name, graph_arch_list());
}

/* The encoder in the words of a language model, as far as they fit. */
/* Of an encoder with what all have in common; the rest is the caller's. */
static struct model_hparams encoder_hparams(const char *arch, uint32_t n_embd, uint32_t n_heads)
{
    uint32_t head = n_embd / n_heads;
    return (struct model_hparams){.arch = arch,
                                  .n_embd = n_embd,
                                  .n_heads = n_heads,
                                  .n_kv_heads = n_heads,
                                  .head_dim_k = head,
                                  .head_dim_v = head,
                                  .embedding_scale = 1,
                                  .residual_scale = 1,
                                  .logit_scale = 1,
                                  .attention_scale = 1.0f / sqrtf((float)head)};
}

/* A graph of an encoder that HP describes, of patches of PATCH x PATCH pixels. */
static struct graph encoder_graph(const struct model_hparams *hp, uint32_t patch)
{
    return (struct graph){.n_layers = 1, /* of the cache: see build_attention */
                          .n_vocab = hp->n_vocab,
                          .n_embd = hp->n_embd,
                          .n_heads = hp->n_heads,
                          .n_kv_heads = hp->n_heads,
                          .head_dim = hp->head_dim_k,
                          .attention_scale = hp->attention_scale,
                          .n_input = 3 * patch * patch,
                          .sees_all = true};
}

takt_rc graph_build_vision(struct graph *g, const struct model *m, const struct model_vision *v,
                           takt_err *e)
{
    *g = (struct graph){0};
    struct model_hparams hp = encoder_hparams("clip", v->n_embd, v->n_heads);
    hp.n_layers = v->n_layers;
    hp.n_vocab = v->n_out;
    hp.n_ff = v->n_ff;
    hp.norm_eps = v->eps;
    struct builder b = {.g = g, .m = m, .hp = &hp, .vision = v, .layer_names = "v.blk.", .e = e};
    TAKT_TRY(check_sizes(m, &hp, e));
    *g = encoder_graph(&hp, v->patch);
    g->n_positions = vision_tokens(v);
    for (size_t i = 0; i < N_VISION_ARCHS; i++) {
        if (strcmp(vision_archs[i].name, v->projector) != 0)
            continue;
        takt_rc rc = build(&b, vision_archs[i].build);
        if (rc.code)
            graph_free(g);
        return rc;
    }
    return err_set(e, TAKT_ERR_INTERNAL, m->path, "no graph has the projector '%s'", v->projector);
}

takt_rc graph_build_mllama(struct graph *g, const struct model *m, const struct model_mllama *v,
                           takt_err *e)
{
    *g = (struct graph){0};
    struct model_hparams hp = encoder_hparams("mllama", v->n_embd, v->n_heads);
    hp.n_layers = v->n_local + v->n_global + m->hp.n_cross_layers;
    hp.n_vocab = v->n_out;
    hp.n_ff = v->n_ff;
    hp.norm_eps = v->eps;
    struct builder b = {.g = g, .m = m, .hp = &hp, .mllama = v, .layer_names = "v.blk.", .e = e};
    TAKT_TRY(check_sizes(m, &hp, e));
    TAKT_TRY(check_heads(m, &m->hp, e));
    *g = encoder_graph(&hp, v->patch);
    describe_cross(g, m);
    takt_rc rc = build(&b, arch_mllama_vision);
    if (rc.code)
        graph_free(g);
    return rc;
}

void graph_free(struct graph *g)
{
    arena_free(&g->arena);
    *g = (struct graph){0};
}
