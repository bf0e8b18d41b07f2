/* Qwen 2 and 2.5: Llama with biases on queries, keys and values (which build_linear takes where
 * they are). */
#include "graph/arch/arch.h"

void arch_qwen2(struct builder *b)
{
    const struct model_hparams *hp = b->hp;
    uint32_t x = build_embed(b);
    for (uint32_t l = 0; l < hp->n_layers; l++) {
        b->layer = l;
        x = build_add(b, x, build_self_attention(b, build_norm(b, x, "attn_norm")), 1.0f);
        uint32_t n = build_norm(b, x, "ffn_norm");
        x = build_add(b, x, build_mlp(b, n, "ffn_gate", "ffn_up", "ffn_down", hp->n_ff), 1.0f);
    }
    build_output(b, x);
}
