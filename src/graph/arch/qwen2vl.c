/* Qwen2-VL and Qwen2.5-VL (arXiv 2409.12191, 2502.13923). The language model is Qwen 2 whose rotary
 * positions have three places, in time, height and width (model_hparams.rope_sections). The encoder
 * is a ViT whose queries and keys turn by row and column; the patches of a block follow each other
 * and become one row. Names are those of mmproj files. */
#include <math.h>

#include "graph/arch/arch.h"

void arch_qwen2vl(struct builder *b)
{
    arch_qwen2(b);
}

void qwen2vl_rope(struct builder *b, uint32_t shift)
{
    struct graph *g = b->g;
    uint32_t n = g->head_dim / 4;
    float *inv_freq = ARENA_ARRAY(&g->arena, float, 2 * (size_t)n);
    if (!inv_freq) {
        build_fail(b, TAKT_ERR_MEMORY, "not enough memory for the graph");
        return;
    }
    for (uint32_t i = 0; i < 2 * n; i++) {
        uint32_t step = 2 * (i % n) + (i < n ? 0 : shift);
        inv_freq[i] = (float)pow(b->vision->rope_theta, -(double)step / (2.0 * n));
    }
    g->n_positions = 0;
    g->rope_dims = g->head_dim;
    g->rope_sections[1] = g->rope_sections[2] = n;
    g->inv_freq = inv_freq;
}

static uint32_t norm(struct builder *b, uint32_t x, const char *name)
{
    return build_has(b, name, "bias") ? build_layer_norm(b, x, name) : build_norm(b, x, name);
}

/* The kernels for the first of two frames, and for the second; or one for both (folders). */
static uint32_t patches(struct builder *b)
{
    const struct model_vision *v = b->vision;
    static const char name[] = "v.patch_embd";
    uint32_t n = 3 * v->patch * v->patch;
    b->g->n_input = 2 * n;
    if (v->frames_inside)
        return build_product(b, build_input(b, 2 * n),
                             build_patches_of(b, name, "weight", v->n_embd, v->patch, 6), name);
    const struct graph_weight *first = build_patches(b, name, v->n_embd, v->patch);
    const struct graph_weight *second =
        build_patches_of(b, name, "weight.1", v->n_embd, v->patch, 3);
    uint32_t x = build_product(b, build_input_part(b, 0, n), first, name);
    return build_add(b, x, build_product(b, build_input_part(b, n, n), second, "v.patch_embd.1"),
                     1.0f);
}

static uint32_t attention(struct builder *b, uint32_t n)
{
    const struct model_vision *v = b->vision;
    uint32_t side = v->window * v->merge;
    bool is_near = v->window && (b->layer + 1) % v->full_every;
    uint32_t q = build_linear(b, n, "attn_q", v->n_embd);
    uint32_t k = build_linear(b, n, "attn_k", v->n_embd);
    uint32_t w = build_linear(b, n, "attn_v", v->n_embd);
    uint32_t a =
        is_near ? build_attention_near(b, q, k, w, side * side) : build_attention(b, q, k, w);
    return build_linear(b, a, "attn_out", v->n_embd);
}

static uint32_t gated(struct builder *b, uint32_t n)
{
    const struct model_vision *v = b->vision;
    if (v->gelu.linear != 1 || v->gelu.cubic != 0)
        build_fail(b, TAKT_ERR_UNSUPPORTED, "its gates are not SiLU's ('clip.use_silu')");
    uint32_t gate = build_linear(b, n, "ffn_gate", v->n_ff);
    return build_linear(b, build_swiglu(b, gate, build_linear(b, n, "ffn_up", v->n_ff)), "ffn_down",
                        v->n_embd);
}

static uint32_t feed_forward(struct builder *b, uint32_t n)
{
    const struct model_vision *v = b->vision;
    if (build_has(b, "ffn_gate", "weight"))
        return gated(b, n);
    bool swapped = clip_is_swapped(b);
    n = build_linear(b, n, swapped ? "ffn_down" : "ffn_up", v->n_ff);
    n = build_gelu(b, n, v->gelu.linear, v->gelu.cubic);
    return build_linear(b, n, swapped ? "ffn_up" : "ffn_down", v->n_embd);
}

uint32_t qwen2vl_layers(struct builder *b, uint32_t x)
{
    for (uint32_t l = 0; l < b->vision->n_layers; l++) {
        b->layer = l;
        x = build_add(b, x, attention(b, norm(b, x, "ln1")), 1.0f);
        x = build_add(b, x, feed_forward(b, norm(b, x, "ln2")), 1.0f);
    }
    b->layer = GRAPH_NO_LAYER;
    return x;
}

void arch_qwen2vl_encoder(struct builder *b)
{
    const struct model_vision *v = b->vision;
    const struct graph_block block = {v->merge * v->merge, 1, 0, false};
    qwen2vl_rope(b, 0);
    uint32_t x = patches(b);
    x = qwen2vl_layers(b, x);
    x = build_linear(b, build_merge(b, norm(b, x, "v.post_ln"), block), "mm.0", v->n_hidden);
    x = build_gelu(b, x, v->projector_gelu.linear, v->projector_gelu.cubic);
    build_linear(b, x, "mm.2", v->n_out);
}

void arch_qwen25vl_encoder(struct builder *b)
{
    arch_qwen2vl_encoder(b);
}
