/* Llama 3.2 Vision's language model: Llama 3 with layers between that look at pictures (The Llama 3
 * Herd of Models, arXiv 2407.21783, section 7). Where there is no picture these are skipped, so
 * that the model is Llama 3.1. */
#include "graph/arch/arch.h"

static bool is_cross(const struct model_hparams *hp, uint32_t layer)
{
    for (uint32_t i = 0; i < hp->n_cross_layers; i++)
        if (hp->cross_layer[i] == layer)
            return true;
    return false;
}

void arch_mllama(struct builder *b)
{
    const struct model_hparams *hp = b->hp;
    if (!build_has(b, "output", "weight"))
        build_fail(b, TAKT_ERR_FORMAT, "tensor 'output.weight' is missing");
    uint32_t x = build_embed(b);
    b->g->n_layers = 0;
    for (uint32_t l = 0; l < hp->n_layers; l++) {
        b->layer = l;
        if (is_cross(hp, l)) {
            build_leave_layer(b);
            continue;
        }
        b->g->n_layers++;
        x = build_add(b, x, build_self_attention(b, build_norm(b, x, "attn_norm")), 1.0f);
        uint32_t n = build_norm(b, x, "ffn_norm");
        x = build_add(b, x, build_mlp(b, n, "ffn_gate", "ffn_up", "ffn_down", hp->n_ff), 1.0f);
    }
    build_output(b, x);
}
