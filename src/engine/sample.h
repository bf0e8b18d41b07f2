/* sample: logits to a token.
 *
 * The draw is a pure function of (logits, settings, recent tokens, seed, position): speculation,
 * batching and restarts cannot shift it. Order: repeat penalty, temperature, top-k, top-p, min-p,
 * draw. Ties break by the lowest token id. */
#ifndef TAKT_ENGINE_SAMPLE_H
#define TAKT_ENGINE_SAMPLE_H

#include <stdint.h>

#include "base/err.h"

struct sampler {
    takt_sampling opt;
    uint32_t n_vocab;
    float *logit;    /* [n_vocab] penalised copy */
    uint32_t *order; /* [n_vocab] candidates */
    float *p;        /* [n_vocab] */
};

/* sampler_init checks OPT's ranges (TAKT_ERR_USAGE names the bad one) and allocates. */
takt_rc sampler_init(struct sampler *s, const takt_sampling *opt, uint32_t n_vocab, takt_err *e);
void sampler_release(struct sampler *s);

/* sampler_draw picks the token for POSITION. RECENT: the last N_RECENT tokens before it, for the
 * penalty. */
int32_t sampler_draw(struct sampler *s, const float *logits, const int32_t *recent,
                     uint32_t n_recent, uint32_t position);

/* sample_argmax: the lowest id among the largest values; NaN counts as smaller than everything. */
int32_t sample_argmax(const float *logits, uint32_t n);

/* sample_uniform: the draw in [0, 1) of (seed, position), 24 bits: Philox4x32-10 (Salmon et al., SC
 * 2011) with key seed and counter position. */
float sample_uniform(uint64_t seed, uint32_t position);

#endif
