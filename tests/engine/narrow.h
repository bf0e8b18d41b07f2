/* narrow: picture encoders of tests/data/make-vision-goldens and a language model for them. Include
 * it once per binary, in the place of made.h. */
#ifndef TAKT_TESTS_ENGINE_NARROW_H
#define TAKT_TESTS_ENGINE_NARROW_H

#include "made.h"

__attribute__((unused)) static takt_vision *open_vision(const takt_model *m, const char *path,
                                                        const char *isa, uint32_t threads)
{
    takt_vision_options o = {.threads = threads, .isa = isa, .no_cache = true};
    takt_vision *v = NULL;
    takt_err e;
    T_RC(takt_vision_new(&v, m, path, &o, &e), &e);
    return v;
}

/* A language model as wide as the encoders of tests/data/make-vision-goldens project to. */
__attribute__((unused)) static bool open_narrow_with(struct loaded *l, const takt_plan_options *o,
                                                     uint32_t n_seqs)
{
    return loaded_open(l,
                       made_write((struct made){.n_embd = 48,
                                                .n_heads = 2,
                                                .n_kv_heads = 1,
                                                .head_dim = 32,
                                                .n_ff = 64,
                                                .type = QTYPE_F32}),
                       o, n_seqs);
}

__attribute__((unused)) static bool open_narrow(struct loaded *l)
{
    const takt_plan_options o = {.threads = 2, .logits_rows = 8};
    return open_narrow_with(l, &o, 2);
}

#endif
