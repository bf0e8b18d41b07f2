#include "engine/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "target/cpu/kern_math.h"

takt_sampling takt_sampling_default(void)
{
    return (takt_sampling){.temperature = 0.8f,
                           .top_p = 0.95f,
                           .min_p = 0.05f,
                           .top_k = 40,
                           .repeat_penalty = 1.0f,
                           .repeat_last = 64,
                           .seed = 0};
}

static takt_rc check_range(const char *name, float v, float lo, float hi, takt_err *e)
{
    if (v >= lo && v <= hi)
        return TAKT_OK;
    return err_set(e, TAKT_ERR_USAGE, name, "is %g; it must lie between %g and %g", (double)v,
                   (double)lo, (double)hi);
}

takt_rc sampler_init(struct sampler *s, const takt_sampling *opt, uint32_t n_vocab, takt_err *e)
{
    *s = (struct sampler){.opt = *opt, .n_vocab = n_vocab};
    TAKT_TRY(check_range("temperature", opt->temperature, 0, 100, e));
    TAKT_TRY(check_range("top-p", opt->top_p, 0, 1, e));
    TAKT_TRY(check_range("min-p", opt->min_p, 0, 1, e));
    TAKT_TRY(check_range("repeat penalty", opt->repeat_penalty, 0.01f, 100, e));
    s->logit = malloc(n_vocab * sizeof *s->logit);
    s->order = malloc(n_vocab * sizeof *s->order);
    s->p = malloc(n_vocab * sizeof *s->p);
    if (s->logit && s->order && s->p)
        return TAKT_OK;
    sampler_release(s);
    return err_set(e, TAKT_ERR_MEMORY, "sampler", "no memory for %u candidates", n_vocab);
}

void sampler_release(struct sampler *s)
{
    free(s->logit);
    free(s->order);
    free(s->p);
    *s = (struct sampler){0};
}

int32_t sample_argmax(const float *logits, uint32_t n)
{
    uint32_t best = 0;
    float top = -INFINITY;
    for (uint32_t i = 0; i < n; i++)
        if (logits[i] > top) {
            top = logits[i];
            best = i;
        }
    return (int32_t)best;
}

float sample_uniform(uint64_t seed, uint32_t position)
{
    uint32_t c[4] = {position, 0, 0, 0}, k[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    for (int round = 0; round < 10; round++) {
        uint64_t a = 0xD2511F53ull * c[0], b = 0xCD9E8D57ull * c[2];
        uint32_t next[4] = {(uint32_t)(b >> 32) ^ c[1] ^ k[0], (uint32_t)b,
                            (uint32_t)(a >> 32) ^ c[3] ^ k[1], (uint32_t)a};
        memcpy(c, next, sizeof c);
        k[0] += 0x9E3779B9u;
        k[1] += 0xBB67AE85u;
    }
    return (float)(c[0] >> 8) * 0x1p-24f;
}

/* Tokens seen lately lose likelihood: positive logits are divided, negative ones multiplied (Keskar
 * et al. 2019, CTRL). */
static void penalise(struct sampler *s, const int32_t *recent, uint32_t n)
{
    uint32_t last = s->opt.repeat_last < n ? s->opt.repeat_last : n;
    const int32_t *r = recent + (n - last);
    for (uint32_t i = 0; i < last; i++) {
        uint32_t id = (uint32_t)r[i];
        bool done = id >= s->n_vocab;
        for (uint32_t j = 0; j < i && !done; j++)
            done = r[j] == r[i]; /* once per token, however often it occurs */
        if (!done)
            s->logit[id] = s->logit[id] > 0 ? s->logit[id] / s->opt.repeat_penalty
                                            : s->logit[id] * s->opt.repeat_penalty;
    }
}

static bool is_better(const struct sampler *s, uint32_t a, uint32_t b)
{
    return s->logit[a] > s->logit[b] || (s->logit[a] == s->logit[b] && a < b);
}

static void sift_down(struct sampler *s, uint32_t at, uint32_t n)
{
    uint32_t *h = s->order;
    for (uint32_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && is_better(s, h[child], h[child + 1]))
            child++;
        if (!is_better(s, h[at], h[child]))
            return;
        uint32_t t = h[at];
        h[at] = h[child];
        h[child] = t;
    }
}

/* Puts the best K candidates of the N in order[0..k), best first: a heap of the best K so far with
 * the worst on top, then sorted. */
static void select_best(struct sampler *s, uint32_t n, uint32_t k)
{
    for (uint32_t i = k / 2; i-- > 0;)
        sift_down(s, i, k);
    for (uint32_t i = k; i < n; i++)
        if (is_better(s, s->order[i], s->order[0])) {
            s->order[0] = s->order[i];
            sift_down(s, 0, k);
        }
    for (uint32_t m = k; m > 1; m--) {
        uint32_t worst = s->order[0];
        s->order[0] = s->order[m - 1];
        s->order[m - 1] = worst;
        sift_down(s, 0, m - 1);
    }
}

/* Fills order[0..n) with the finite candidates; returns n. */
static uint32_t candidates(struct sampler *s)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n_vocab; i++)
        if (s->logit[i] > -INFINITY) /* false for NaN */
            s->order[n++] = i;
    return n;
}

int32_t sampler_draw(struct sampler *s, const float *logits, const int32_t *recent,
                     uint32_t n_recent, uint32_t position)
{
    const takt_sampling *o = &s->opt;
    bool penalised = o->repeat_penalty != 1.0f && o->repeat_last > 0;
    if (o->temperature <= 0 && !penalised)
        return sample_argmax(logits, s->n_vocab);
    memcpy(s->logit, logits, s->n_vocab * sizeof *logits);
    if (penalised)
        penalise(s, recent, n_recent);
    if (o->temperature <= 0)
        return sample_argmax(s->logit, s->n_vocab);
    uint32_t n = candidates(s);
    if (n == 0)
        return 0;
    uint32_t k = o->top_k && o->top_k < n ? o->top_k : n;
    select_best(s, n, k);

    float top = s->logit[s->order[0]], total = 0;
    for (uint32_t i = 0; i < k; i++)
        total += s->p[i] = kern_exp((s->logit[s->order[i]] - top) / o->temperature);
    uint32_t kept = 0;
    float sum = 0;
    while (kept < k && (kept == 0 || (sum < o->top_p * total && s->p[kept] >= o->min_p)))
        sum += s->p[kept++];

    float draw = sample_uniform(o->seed, position) * sum, reached = 0;
    for (uint32_t i = 0; i < kept; i++) {
        reached += s->p[i];
        if (draw < reached)
            return (int32_t)s->order[i];
    }
    return (int32_t)s->order[kept - 1];
}
