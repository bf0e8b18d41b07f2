/* sample: logits to a token.
 *
 * A draw is a pure function of (logits, settings, tokens before it, seed, position): speculation,
 * batching and restarts cannot shift it. Order: logit bias, repeat penalty, frequency and presence
 * penalty, end ids before min_tokens, temperature, top-k, top-p, min-p, draw. Ties break by the
 * lowest token id.
 *
 * A sampler is memory to work in. It remembers nothing from one draw to the next, so one of them
 * serves any number of answers, each with its own settings. One thread at a time. */
#ifndef TAKT_ENGINE_SAMPLE_H
#define TAKT_ENGINE_SAMPLE_H

#include <stdint.h>

#include "base/err.h"

struct sampler {
    uint32_t n_vocab;
    float *logit;    /* [n_vocab] changed copy */
    uint32_t *order; /* [n_vocab] candidates */
    float *p;        /* [n_vocab] */
    uint64_t *key;   /* [2][n_vocab] to sort with */
    uint32_t *count; /* [n_vocab] zeros between draws */
};

/* What a draw depends on beside logits and settings. */
struct sample_context {
    const int32_t *tokens; /* all before the one to draw: the prompt's, then the answer's */
    uint32_t n_tokens;
    uint32_t n_answer;      /* the last so many of them are the answer so far */
    const int32_t *end_ids; /* that min_tokens holds back */
    uint32_t n_end_ids;
    uint32_t position;
};

/* sampling_check checks ranges, and the ids of the logit bias against N_VOCAB. TAKT_ERR_USAGE:
 * `where` of the error is the name of the field of takt_sampling. */
takt_rc sampling_check(const takt_sampling *o, uint32_t n_vocab, takt_err *e);

/* sampler_init makes room for N_VOCAB logits. Error: MEMORY. */
takt_rc sampler_init(struct sampler *s, uint32_t n_vocab, takt_err *e);
void sampler_release(struct sampler *s);

/* sampler_draw picks the token for C->position by settings that sampling_check accepts. Takes time
 * in proportion to the vocabulary and to the tokens that penalties look at. Token 0 when no logit
 * is larger than minus infinity. */
int32_t sampler_draw(struct sampler *s, const takt_sampling *o, const float *logits,
                     const struct sample_context *c);

enum { SAMPLE_TOP_MAX = 20 };

struct sample_logprob {
    int32_t id;    /* -1: there is none */
    float logprob; /* natural logarithm; minus infinity: impossible */
};

/* sampler_logprobs computes the log softmax of LOGITS as they are, before any setting: of DRAWN in
 * OUT[0], of the N (SAMPLE_TOP_MAX at most) most likely tokens in OUT[1] to OUT[N], best first,
 * ties by the lowest id. NaN counts as impossible. Returns how many of the N there are: fewer when
 * so few are possible. The same bits on every machine. */
uint32_t sampler_logprobs(const struct sampler *s, const float *logits, int32_t drawn, uint32_t n,
                          struct sample_logprob *out);

/* sample_argmax: the lowest id among the largest values; NaN counts as smaller than everything. */
int32_t sample_argmax(const float *logits, uint32_t n);

/* sample_uniform: the draw in [0, 1) of (seed, position), 24 bits: Philox4x32-10 (Salmon et al., SC
 * 2011) with key seed and counter position. */
float sample_uniform(uint64_t seed, uint32_t position);

#endif
