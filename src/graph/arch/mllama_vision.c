/* Llama 3.2 Vision's picture encoder: a ViT over the tiles of a picture, whose positions are those
 * in a tile and of the tile; local layers, then gated ones ("global"); the projector takes the last
 * values and those behind some local layers. Behind it stand what the language model's layers that
 * look at pictures keep of a row: keys, normed head by head, and values. (arXiv 2407.21783, section
 * 7.) Names are those that Ollama gives. */
#include "graph/arch/arch.h"

/* Rows of a tile before the first layer: zero behind the last patch. */
static uint32_t rows_of(struct builder *b)
{
    static const float pre_eps = 1e-5f; /* not config.json's */
    const struct model_mllama *v = b->mllama;
    uint32_t tiles = (v->n_grids + 1) * v->n_tiles, n = mllama_rows(v);
    const struct graph_weight *kernels = build_patches(b, "v.patch_embd", v->n_embd, v->patch);
    uint32_t x = build_product(b, build_input(b, b->g->n_input), kernels, "v.patch_embd");
    float pre = build_gate(b, "v.pre_tile_position_embd", "gate");
    float tiled = build_gate(b, "v.position_embd", "gate");
    x = build_table(b, x, "v.pre_tile_position_embd", "weight", tiles, MLLAMA_INDEX_PRE, pre);
    x = build_table(b, x, "v.class_embd", NULL, 1, MLLAMA_INDEX_CLASS, 1.0f);
    x = build_table(b, x, "v.position_embd", "weight", n, MLLAMA_INDEX_PATCH, 1.0f - tiled);
    x = build_table(b, x, "v.tile_position_embd", "weight", tiles * n, MLLAMA_INDEX_TILED, tiled);
    x = build_layer_norm(b, x, "v.pre_ln");
    if (!b->rc.code) {
        b->g->node[x].eps = pre_eps;
        b->g->node[x].blanks = true;
    }
    return x;
}

static uint32_t layer(struct builder *b, uint32_t x, bool gated)
{
    const struct model_mllama *v = b->mllama;
    uint32_t n = build_layer_norm(b, x, "attn_norm");
    uint32_t q = build_linear(b, n, "attn_q", v->n_embd);
    uint32_t k = build_linear(b, n, "attn_k", v->n_embd);
    uint32_t w = build_linear(b, n, "attn_v", v->n_embd);
    uint32_t y = build_linear(b, build_attention(b, q, k, w), "attn_output", v->n_embd);
    x = build_add(b, x, y, gated ? build_gate(b, "attn_gate", NULL) : 1.0f);
    n = build_linear(b, build_layer_norm(b, x, "ffn_norm"), "ffn_up", v->n_ff);
    n = build_linear(b, build_gelu(b, n, v->gelu.linear, v->gelu.cubic), "ffn_down", v->n_embd);
    return build_add(b, x, n, gated ? build_gate(b, "ffn_gate", NULL) : 1.0f);
}

/* Between the two kinds of layers. */
static uint32_t between(struct builder *b, uint32_t x)
{
    static const float post_eps = 1e-5f;
    const struct model_mllama *v = b->mllama;
    b->layer = GRAPH_NO_LAYER;
    x = build_layer_norm(b, x, "v.post_ln");
    if (!b->rc.code)
        b->g->node[x].eps = post_eps;
    float post = build_gate(b, "v.post_tile_position_embd", "gate");
    return build_table(b, x, "v.post_tile_position_embd", "weight", (v->n_grids + 1) * v->n_tiles,
                       MLLAMA_INDEX_POST, post);
}

/* What the language model's layers keep of the projected rows X. */
static void keep(struct builder *b, uint32_t x)
{
    const struct model_hparams *text = &b->m->hp;
    uint32_t width = text->n_kv_heads * text->head_dim_k;
    b->layer_names = "blk.";
    for (uint32_t i = 0; i < text->n_cross_layers; i++) {
        b->layer = text->cross_layer[i];
        uint32_t k = build_linear(b, x, "cross_attn_k_proj", width);
        k = build_head_norm(b, k, "cross_attn_k_norm", text->head_dim_k, text->norm_eps);
        build_cross_kv(b, k, build_linear(b, x, "cross_attn_v_proj", width), i);
    }
}

void arch_mllama_vision(struct builder *b)
{
    const struct model_mllama *v = b->mllama;
    uint32_t part[GRAPH_PARTS_MAX], n_parts = 0;
    uint32_t x = rows_of(b);
    for (uint32_t l = 0; l < v->n_local; l++) {
        b->layer = l;
        x = layer(b, x, false);
        if (n_parts < v->n_features && v->feature[n_parts] == l + 1)
            part[n_parts++] = x;
    }
    x = between(b, x);
    b->layer_names = "v.global.blk.";
    for (uint32_t l = 0; l < v->n_global; l++) {
        b->layer = l;
        x = layer(b, x, true);
    }
    b->layer = GRAPH_NO_LAYER;
    if (b->rc.code)
        return;
    x = build_linear(b, build_interleave(b, x, part, n_parts), "mm.0", v->n_out);
    b->g->logits = x;
    keep(b, x);
}
