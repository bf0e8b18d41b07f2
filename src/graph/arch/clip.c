/* Picture encoders of CLIP's and SigLIP's kind with the projectors of LLaVA and of Idefics3, which
 * puts blocks of patches side by side ("pixel shuffle"). (ViT, arXiv 2010.11929; CLIP, arXiv
 * 2103.00020; SigLIP, arXiv 2303.15343; LLaVA, arXiv 2310.03744; Idefics3, arXiv 2408.12637;
 * SmolVLM, arXiv 2504.05299.) Names are those of mmproj files. */
#include "graph/arch/arch.h"

bool clip_is_swapped(const struct builder *b)
{
    const struct model_vision *v = b->vision;
    const struct tensor *down = model_tensor(b->m, "v.blk.0.ffn_down.weight");
    return down && v->n_ff != v->n_embd && down->ne[0] == v->n_embd;
}

static uint32_t patches(struct builder *b)
{
    const struct model_vision *v = b->vision;
    const struct graph_weight *class =
        v->has_class ? build_vector(b, "v", "class_embd", v->n_embd) : NULL;
    const struct graph_weight *kernels = build_patches(b, "v.patch_embd", v->n_embd, v->patch);
    uint32_t x = build_product(b, build_input(b, b->g->n_input), kernels, "v.patch_embd");
    uint32_t at = build_position(b, "v.position_embd", class, b->g->n_positions, v->n_embd);
    x = build_add(b, at, x, 1.0f);
    return build_has(b, "v.pre_ln", "weight") ? build_layer_norm(b, x, "v.pre_ln") : x;
}

static uint32_t layer(struct builder *b, uint32_t x, bool swapped)
{
    const struct model_vision *v = b->vision;
    uint32_t n = build_layer_norm(b, x, "ln1");
    uint32_t q = build_linear(b, n, "attn_q", v->n_embd);
    uint32_t k = build_linear(b, n, "attn_k", v->n_embd);
    uint32_t w = build_linear(b, n, "attn_v", v->n_embd);
    x = build_add(b, x, build_linear(b, build_attention(b, q, k, w), "attn_out", v->n_embd), 1.0f);
    n = build_linear(b, build_layer_norm(b, x, "ln2"), swapped ? "ffn_down" : "ffn_up", v->n_ff);
    n = build_gelu(b, n, v->gelu.linear, v->gelu.cubic);
    return build_add(b, x, build_linear(b, n, swapped ? "ffn_up" : "ffn_down", v->n_embd), 1.0f);
}

uint32_t clip_features(struct builder *b)
{
    const struct model_vision *v = b->vision;
    bool swapped = clip_is_swapped(b);
    uint32_t x = patches(b);
    uint32_t features = GRAPH_NO_VALUE, k = 0;
    for (uint32_t l = 0;; l++) {
        b->layer = GRAPH_NO_LAYER;
        if (v->feature[k] == l) {
            features = k ? build_concat(b, features, x) : x;
            if (++k == v->n_features)
                break;
        }
        b->layer = l;
        x = layer(b, x, swapped);
    }
    return v->has_norm ? build_layer_norm(b, features, "v.post_ln") : features;
}

void arch_llava(struct builder *b)
{
    const struct model_vision *v = b->vision;
    uint32_t x = build_linear(b, clip_features(b), "mm.0", v->n_hidden);
    x = build_gelu(b, x, v->projector_gelu.linear, v->projector_gelu.cubic);
    build_linear(b, x, "mm.2", v->n_out);
}

void arch_idefics3(struct builder *b)
{
    const struct model_vision *v = b->vision;
    const struct graph_block block = {v->merge, v->merge, v->side / v->patch, false};
    build_linear(b, build_merge(b, clip_features(b), block), "mm.model.fc", v->n_out);
}
