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

/* arch_clip: a picture encoder and its projector, by B->vision. */
void arch_clip(struct builder *b);

#endif
