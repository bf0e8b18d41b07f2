/* Granite 3.x dense: Llama with multipliers on embeddings, residuals, attention scores and logits.
 */
#include "graph/arch/arch.h"

void arch_granite(struct builder *b)
{
    const struct model_hparams *hp = b->hp;
    uint32_t x = build_embed(b);
    for (uint32_t l = 0; l < hp->n_layers; l++) {
        b->layer = l;
        uint32_t n = build_norm(b, x, "attn_norm");
        x = build_add(b, x, build_self_attention(b, n), hp->residual_scale);
        n = build_norm(b, x, "ffn_norm");
        uint32_t y = build_mlp(b, n, "ffn_gate", "ffn_up", "ffn_down", hp->n_ff);
        x = build_add(b, x, y, hp->residual_scale);
    }
    build_output(b, x);
}
