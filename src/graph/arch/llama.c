/* Llama 1, 2, 3.x and Mistral; Mixtral, whose MLP is a choice of experts. (LLaMA, arXiv 2302.13971;
 * Mixtral, arXiv 2401.04088: the router's softmax is over the chosen experts.) */
#include "graph/arch/arch.h"

void arch_llama(struct builder *b)
{
    const struct model_hparams *hp = b->hp;
    uint32_t x = build_embed(b);
    for (uint32_t l = 0; l < hp->n_layers; l++) {
        b->layer = l;
        x = build_add(b, x, build_self_attention(b, build_norm(b, x, "attn_norm")), 1.0f);
        uint32_t n = build_norm(b, x, "ffn_norm");
        uint32_t y = hp->n_experts ? build_experts(b, n, hp->n_ff, true)
                                   : build_mlp(b, n, "ffn_gate", "ffn_up", "ffn_down", hp->n_ff);
        x = build_add(b, x, y, 1.0f);
    }
    build_output(b, x);
}
