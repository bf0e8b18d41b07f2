/* Granite 3.x MoE: Granite with a choice of experts (softmax over the chosen), and, in
 * "granitemoeshared", an MLP beside them that every token takes. */
#include "graph/arch/arch.h"

void arch_granitemoe(struct builder *b)
{
    const struct model_hparams *hp = b->hp;
    if (!hp->n_experts)
        build_fail(b, TAKT_ERR_FORMAT,
                   "architecture 'granitemoe' needs experts, but the count is 0");
    uint32_t x = build_embed(b);
    for (uint32_t l = 0; l < hp->n_layers; l++) {
        b->layer = l;
        uint32_t n = build_norm(b, x, "attn_norm");
        x = build_add(b, x, build_self_attention(b, n), hp->residual_scale);
        n = build_norm(b, x, "ffn_norm");
        x = build_add(b, x, build_experts(b, n, hp->n_ff, true), hp->residual_scale);
        if (hp->n_ff_shared) {
            uint32_t y = build_mlp(b, n, "ffn_gate_shexp", "ffn_up_shexp", "ffn_down_shexp",
                                   hp->n_ff_shared);
            x = build_add(b, x, y, hp->residual_scale);
        }
    }
    build_output(b, x);
}
