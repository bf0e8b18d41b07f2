/* Llama 3.2 Vision's language model: Llama 3 with layers between that look at pictures (The Llama 3
 * Herd of Models, arXiv 2407.21783, section 7). Where there is no picture these are skipped, so
 * that the model is Llama 3.1. Names are those that Ollama gives. */
#include "graph/arch/arch.h"

/* The number of LAYER among those that look at pictures; n_cross_layers: it is none of them. */
static uint32_t cross_number(const struct model_hparams *hp, uint32_t layer)
{
    uint32_t i = 0;
    while (i < hp->n_cross_layers && hp->cross_layer[i] != layer)
        i++;
    return i;
}

static uint32_t cross_layer(struct builder *b, uint32_t x, uint32_t number)
{
    const struct model_hparams *hp = b->hp;
    b->sighted = true;
    uint32_t n = build_norm(b, x, "attn_norm");
    uint32_t q = build_linear(b, n, "cross_attn_q_proj", b->g->n_heads * b->g->head_dim);
    q = build_head_norm(b, q, "cross_attn_q_norm", b->g->head_dim, hp->norm_eps);
    uint32_t seen = build_cross_attention(b, q, number);
    uint32_t y = build_linear(b, seen, "cross_attn_o_proj", hp->n_embd);
    x = build_add(b, x, y, build_gate(b, "cross_attn_attn_gate", NULL));
    n = build_norm(b, x, "ffn_norm");
    y = build_mlp(b, n, "ffn_gate", "ffn_up", "ffn_down", hp->n_ff);
    x = build_add(b, x, y, build_gate(b, "cross_attn_mlp_gate", NULL));
    b->sighted = false;
    build_leave(b, "cross_attn_k_proj"); /* the encoder's plan has them */
    build_leave(b, "cross_attn_v_proj");
    build_leave(b, "cross_attn_k_norm");
    return x;
}

void arch_mllama(struct builder *b)
{
    const struct model_hparams *hp = b->hp;
    if (b->m->source == MODEL_GGUF)
        build_fail(b, TAKT_ERR_UNSUPPORTED,
                   "is Llama 3.2 Vision as GGUF, which takt does not read: take its Hugging Face "
                   "folder");
    if (hp->n_cross_layers >= hp->n_layers)
        build_fail(b, TAKT_ERR_FORMAT, "all layers look at pictures, and none at the text");
    if (!build_has(b, "output", "weight"))
        build_fail(b, TAKT_ERR_FORMAT, "tensor 'output.weight' is missing");
    uint32_t x = build_embed(b);
    b->g->n_layers = hp->n_layers - hp->n_cross_layers;
    for (uint32_t l = 0; l < hp->n_layers; l++) {
        b->layer = l;
        uint32_t number = cross_number(hp, l);
        if (number < hp->n_cross_layers) {
            x = cross_layer(b, x, number);
            continue;
        }
        x = build_add(b, x, build_self_attention(b, build_norm(b, x, "attn_norm")), 1.0f);
        uint32_t n = build_norm(b, x, "ffn_norm");
        x = build_add(b, x, build_mlp(b, n, "ffn_gate", "ffn_up", "ffn_down", hp->n_ff), 1.0f);
    }
    build_output(b, x);
}
