/* Pixtral's encoder (arXiv 2410.07073): a ViT whose queries and keys turn by row and column, with
 * LLaVA's projector; that of Mistral Small 3.1 makes one row of a block of patches before. Names
 * are those of mmproj files, which have heads such that neighbours turn, but for the first matrix
 * of folders. */
#include "graph/arch/arch.h"

void arch_pixtral(struct builder *b)
{
    const struct model_vision *v = b->vision;
    static const char name[] = "v.patch_embd";
    qwen2vl_rope(b, 1);
    b->g->rope_pairs = b->m->source == MODEL_GGUF; /* folders have halves turn */
    const char *first = b->m->source == MODEL_GGUF ? "mm.1" : "mm.0";
    const struct graph_weight *kernels = build_patches(b, name, v->n_embd, v->patch);
    uint32_t x = build_product(b, build_input(b, b->g->n_input), kernels, name);
    x = qwen2vl_layers(b, build_norm(b, x, "v.pre_ln"));
    if (v->merge > 1) {
        const struct graph_block block = {v->merge * v->merge, 1, 0, true};
        x = build_merge(b, build_norm(b, x, "mm.input_norm"), block);
        x = build_linear(b, x, "mm.patch_merger", v->n_embd);
    }
    x = build_gelu(b, build_linear(b, x, first, v->n_hidden), 0, 0);
    build_linear(b, x, "mm.2", v->n_out);
}
