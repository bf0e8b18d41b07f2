/* arch: one function per model family, each in its own file. To add a family: a line here, a file
 * beside this one. */
#ifndef TAKT_GRAPH_ARCH_ARCH_H
#define TAKT_GRAPH_ARCH_ARCH_H

#include "graph/build.h"

/* ARCH_TABLE: X(function, general.architecture). A function describes the model to B; failures stay
 * in b->rc. */
#define ARCH_TABLE(X)                                                                              \
    X(arch_llama, "llama")                                                                         \
    X(arch_granite, "granite")                                                                     \
    X(arch_granitemoe, "granitemoe")                                                               \
    X(arch_qwen2, "qwen2")                                                                         \
    X(arch_mllama, "mllama")                                                                       \
    X(arch_qwen2vl, "qwen2vl")

#define X(fn, name) void fn(struct builder *b);
ARCH_TABLE(X)
#undef X

/* VISION_TABLE: X(function, clip.projector_type): picture encoders with their projectors, by
 * B->vision. */
#define VISION_TABLE(X)                                                                            \
    X(arch_llava, "mlp")                                                                           \
    X(arch_idefics3, "idefics3")                                                                   \
    X(arch_qwen2vl_encoder, "qwen2vl_merger")                                                      \
    X(arch_qwen25vl_encoder, "qwen2.5vl_merger")                                                   \
    X(arch_pixtral, "pixtral")

#define X(fn, name) void fn(struct builder *b);
VISION_TABLE(X)
#undef X

/* clip_features: the patches and layers of a ViT of CLIP's or SigLIP's kind, up to the features
 * that a projector takes. */
uint32_t clip_features(struct builder *b);
/* clip_is_swapped: is this one of the older files, which call the feed-forward's two matrices by
 * each other's names? */
bool clip_is_swapped(const struct builder *b);

/* arch_mllama_vision: Llama 3.2 Vision's picture encoder, by B->mllama. */
void arch_mllama_vision(struct builder *b);

/* qwen2vl_rope: half of a head's pairs turn by the row, the other half by the column. Each half has
 * every second of the usual frequencies: both the same ones (SHIFT 0), or the second half those
 * between (1). qwen2vl_layers: the layers on X, up to the last. */
void qwen2vl_rope(struct builder *b, uint32_t shift);
uint32_t qwen2vl_layers(struct builder *b, uint32_t x);

#endif
