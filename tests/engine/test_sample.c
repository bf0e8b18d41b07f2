/* The sampler: what each setting does, how ties break, that a draw depends on nothing but what it
 * is given, and that all settings together do what they are defined to do. */
#include <math.h>

#include "engine/sample.h"
#include "t.h"
#include "target/cpu/kern_math.h"

enum { N = 1000 };

static uint32_t below(uint32_t n)
{
    return (uint32_t)(t_rand() >> 33) % n;
}

static takt_sampling plain(void)
{
    return (takt_sampling){.temperature = 1, .top_p = 1, .repeat_penalty = 1};
}

/* Draws once with settings O, after the N_TOKENS tokens, of which N_ANSWER are the answer's. */
static int32_t draw_after(const takt_sampling *o, const float *logits, uint32_t n,
                          const int32_t *tokens, uint32_t n_tokens, uint32_t n_answer)
{
    struct sampler s;
    takt_err e;
    struct sample_context c = {.tokens = tokens, .n_tokens = n_tokens, .n_answer = n_answer};
    if (!T_RC(sampling_check(o, n, &e), &e) || !T_RC(sampler_init(&s, n, &e), &e))
        return -1;
    int32_t id = sampler_draw(&s, o, logits, &c);
    sampler_release(&s);
    return id;
}

/* Draws once with settings O. */
static int32_t draw(const takt_sampling *o, const float *logits, uint32_t n, uint32_t position)
{
    struct sampler s;
    takt_err e;
    struct sample_context c = {.position = position};
    if (!T_RC(sampler_init(&s, n, &e), &e))
        return -1;
    int32_t id = sampler_draw(&s, o, logits, &c);
    sampler_release(&s);
    return id;
}

/* How often each of N_VALUES tokens comes in N_DRAWS draws at positions 0, 1, ... */
static void count(const takt_sampling *o, const float *logits, uint32_t n, uint32_t n_draws,
                  uint32_t *times)
{
    struct sampler s;
    takt_err e;
    memset(times, 0, n * sizeof *times);
    if (!T_RC(sampler_init(&s, n, &e), &e))
        return;
    for (uint32_t i = 0; i < n_draws; i++) {
        int32_t id = sampler_draw(&s, o, logits, &(struct sample_context){.position = i});
        if (T_OK(id >= 0 && (uint32_t)id < n))
            times[id]++;
    }
    sampler_release(&s);
}

T_TEST(argmax)
{
    float v[5] = {1, 3, -2, 3, 3};
    T_EQ_INT(sample_argmax(v, 5), 1); /* the lowest id of equals */
    v[1] = NAN;
    T_EQ_INT(sample_argmax(v, 5), 3);
    v[0] = INFINITY;
    T_EQ_INT(sample_argmax(v, 5), 0);
    for (int i = 0; i < 5; i++)
        v[i] = NAN;
    T_EQ_INT(sample_argmax(v, 5), 0);
    for (int i = 0; i < 5; i++)
        v[i] = -INFINITY;
    T_EQ_INT(sample_argmax(v, 5), 0);
}

/* Of any length, wherever the largest stands. */
T_TEST(argmax_of_long_rows)
{
    static const uint32_t lengths[] = {1, 15, 16, 17, 1023, 1024, 1025, 2048, 2700};
    static float v[2700];
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
        for (int round = 0; round < 20; round++) {
            uint32_t n = lengths[k], best = 0;
            float top = -INFINITY;
            for (uint32_t i = 0; i < n; i++)
                v[i] = below(50) ? (float)below(round < 10 ? 5000 : 9) - 4 : below(2) ? NAN : -0.0f;
            for (uint32_t i = 0; i < n; i++)
                if (v[i] > top) {
                    top = v[i];
                    best = i;
                }
            T_EQ_INT(sample_argmax(v, n), best);
        }
}

T_TEST(temperature_zero_is_argmax)
{
    takt_sampling o = takt_sampling_default();
    float v[N];
    o.temperature = 0;
    for (uint32_t i = 0; i < N; i++)
        v[i] = t_rand_f32(-5, 5);
    v[700] = v[300] = 6;
    for (uint32_t position = 0; position < 50; position++)
        T_EQ_INT(draw(&o, v, N, position), 300);
}

/* The known answers of the Random123 distribution (kat_vectors, philox4x32-10): the first word of
 * the output for counter {c,0,0,0}. Only counters of that form can be asked for, so zero stands
 * here and the general round function is checked by a copy of the algorithm. */
static uint32_t philox_word(uint64_t seed, const uint32_t counter[4])
{
    uint32_t c[4], k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    memcpy(c, counter, sizeof c);
    for (int i = 0; i < 10; i++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
        uint64_t p0 = (uint64_t)c[0] * 0xD2511F53u, p1 = (uint64_t)c[2] * 0xCD9E8D57u;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c[1] ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c[3] ^ k1;
        c[0] = n0;
        c[1] = (uint32_t)p1;
        c[2] = n2;
        c[3] = (uint32_t)p0;
    }
    return c[0];
}

T_TEST(philox)
{
    static const uint32_t zero[4], ones[4] = {~0u, ~0u, ~0u, ~0u},
                                   pi[4] = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344};
    /* The copy gives the published words ... */
    T_EQ_INT(philox_word(0, zero), 0x6627e8d5);
    T_EQ_INT(philox_word(UINT64_MAX, ones), 0x408f276d);
    T_EQ_INT(philox_word(0x299f31d0a4093822u, pi), 0xd16cfe09);
    /* ... and the sampler the upper 24 bits of them. */
    T_NEAR(sample_uniform(0, 0), (0x6627e8d5 >> 8) * 0x1p-24, 0);
    for (int i = 0; i < 200; i++) {
        uint64_t seed = t_rand();
        uint32_t c[4] = {(uint32_t)t_rand()};
        T_NEAR(sample_uniform(seed, c[0]), (philox_word(seed, c) >> 8) * 0x1p-24, 0);
    }
}

T_TEST(uniform_is_uniform)
{
    enum { BINS = 64, DRAWS = 64000 };
    uint32_t bin[BINS] = {0};
    double chi2 = 0, mean = 0;
    for (uint32_t i = 0; i < DRAWS; i++) {
        float u = sample_uniform(12345, i);
        T_OK(u >= 0 && u < 1);
        bin[(int)(u * BINS)]++;
        mean += (double)u / DRAWS;
    }
    for (int i = 0; i < BINS; i++)
        chi2 += pow(bin[i] - (double)DRAWS / BINS, 2) / ((double)DRAWS / BINS);
    T_OK(chi2 > 30 && chi2 < 115); /* 63 degrees of freedom: both tails together below 1e-4 */
    T_NEAR(mean, 0.5, 0.006);
}

T_TEST(draws_follow_the_probabilities)
{
    enum { K = 6, DRAWS = 30000 };
    static const float p[K] = {0.4f, 0.25f, 0.15f, 0.1f, 0.07f, 0.03f};
    static const float temperatures[] = {1.0f, 0.5f, 2.0f};
    float v[K];
    uint32_t times[K];
    for (int i = 0; i < K; i++)
        v[i] = logf(p[(i + 3) % K]);
    for (int t = 0; t < 3; t++) {
        takt_sampling o = plain();
        double chi2 = 0, sum = 0;
        o.temperature = temperatures[t];
        o.seed = 99;
        count(&o, v, K, DRAWS, times);
        for (int i = 0; i < K; i++)
            sum += exp((double)v[i] / (double)o.temperature);
        for (int i = 0; i < K; i++) {
            double want = DRAWS * exp((double)v[i] / (double)o.temperature) / sum;
            chi2 += (times[i] - want) * (times[i] - want) / want;
        }
        if (!(chi2 < 25.7)) /* 5 degrees of freedom: 1e-4 */
            t_fail(__FILE__, __LINE__, "temperature %g: chi-square %g", (double)o.temperature,
                   chi2);
    }
}

T_TEST(top_k)
{
    takt_sampling o = plain();
    float v[N];
    uint32_t times[N];
    for (uint32_t i = 0; i < N; i++)
        v[i] = (float)(i * 37 % N) * 1e-3f; /* a permutation; 27 maps to 999 */
    o.top_k = 3;
    count(&o, v, N, 3000, times);
    for (uint32_t i = 0; i < N; i++)
        if (i * 37 % N >= N - 3)
            T_OK(times[i] > 800);
        else
            T_EQ_INT(times[i], 0);
    o.top_k = 1;
    T_EQ_INT(draw(&o, v, N, 0), 27);
    /* Equal logits at the edge: the lower ids stay. */
    for (uint32_t i = 0; i < N; i++)
        v[i] = 0;
    o.top_k = 4;
    count(&o, v, N, 2000, times);
    for (uint32_t i = 0; i < N; i++)
        T_EQ_INT(times[i] > 0, i < 4);
    o.top_k = N + 5; /* more than there are: all */
    T_OK(draw(&o, v, N, 3) >= 0);
}

T_TEST(top_p)
{
    enum { K = 5 };
    static const float p[K] = {0.05f, 0.5f, 0.1f, 0.3f, 0.05f};
    takt_sampling o = plain();
    float v[K];
    uint32_t times[K];
    for (int i = 0; i < K; i++)
        v[i] = logf(p[i]);
    o.top_p = 0.6f; /* 0.5 does not reach it, 0.5 + 0.3 does */
    count(&o, v, K, 4000, times);
    T_EQ_INT(times[0] + times[2] + times[4], 0);
    T_NEAR(times[1] / 4000.0, 0.625, 0.03); /* renormalised */
    o.top_p = 0.4f;
    count(&o, v, K, 100, times);
    T_EQ_INT(times[1], 100);
    o.top_p = 0;
    count(&o, v, K, 100, times);
    T_EQ_INT(times[1], 100); /* the likeliest always stays */
}

T_TEST(min_p)
{
    enum { K = 4 };
    static const float p[K] = {0.5f, 0.3f, 0.15f, 0.05f};
    takt_sampling o = plain();
    float v[K];
    uint32_t times[K];
    for (int i = 0; i < K; i++)
        v[i] = logf(p[i]);
    o.min_p = 0.4f; /* below 0.2 goes */
    count(&o, v, K, 2000, times);
    T_OK(times[0] > 1000 && times[1] > 500);
    T_EQ_INT(times[2] + times[3], 0);
    o.min_p = 1;
    count(&o, v, K, 100, times);
    T_EQ_INT(times[0], 100);
}

T_TEST(repeat_penalty)
{
    takt_sampling o = plain();
    float v[4] = {2, 3, -1, 0};
    int32_t recent[] = {1, 1, 1, 99, -1}; /* ids that do not exist are no trouble */
    o.temperature = 0;
    o.repeat_penalty = 2;
    o.repeat_last = 64;
    T_EQ_INT(draw_after(&o, v, 4, recent, 5, 0), 0);     /* 3 / 2, once, is less than 2 */
    T_EQ_INT(draw_after(&o, v, 4, recent, 0, 0), 1);     /* nothing was said yet */
    T_EQ_INT(draw_after(&o, v, 4, recent + 3, 2, 0), 1); /* said too long ago */
    T_EQ_INT(draw_after(&o, v, 4, recent, 5, 5), 0);     /* prompt and answer are alike */
    o.repeat_last = 2;
    T_EQ_INT(draw_after(&o, v, 4, recent, 5, 0), 1);
    o.repeat_last = 64;
    float w[4] = {-3, -1, -1.5f, -9}; /* negative logits are multiplied */
    T_EQ_INT(draw_after(&o, w, 4, recent, 1, 0), 2);
    T_NEAR(v[1], 3, 0); /* the caller's logits stay */
}

/* Only the answer counts: once, however often. */
T_TEST(presence_penalty)
{
    takt_sampling o = plain();
    float v[4] = {2, 2.5f, 1, 0};
    int32_t tokens[] = {1, 1, 1, 1, -5, 4};
    o.temperature = 0;
    o.presence_penalty = 1;
    T_EQ_INT(draw_after(&o, v, 4, tokens, 4, 0), 1);
    T_EQ_INT(draw_after(&o, v, 4, tokens, 4, 1), 0); /* 2.5 - 1 < 2 */
    T_EQ_INT(draw_after(&o, v, 4, tokens, 6, 2), 1); /* no such ids */
    o.presence_penalty = 0.4f;
    T_EQ_INT(draw_after(&o, v, 4, tokens, 4, 4), 1); /* 2.5 - 0.4, not 2.5 - 1.6 */
    o.presence_penalty = -2;
    int32_t rare[] = {2};
    T_EQ_INT(draw_after(&o, v, 4, rare, 1, 1), 2); /* 1 + 2 */
}

/* Each time counts. */
T_TEST(frequency_penalty)
{
    takt_sampling o = plain();
    float v[4] = {2, 2.5f, 1, 0};
    int32_t tokens[] = {1, 1, 1, 1};
    o.temperature = 0;
    o.frequency_penalty = 0.25f;
    T_EQ_INT(draw_after(&o, v, 4, tokens, 4, 0), 1);
    T_EQ_INT(draw_after(&o, v, 4, tokens, 4, 1), 1); /* 2.25 */
    T_EQ_INT(draw_after(&o, v, 4, tokens, 4, 3), 0); /* 1.75 */
    o.presence_penalty = 0.5f;                       /* both: 1.75 */
    T_EQ_INT(draw_after(&o, v, 4, tokens, 4, 1), 0);
    o.presence_penalty = -0.5f; /* 2.25 */
    T_EQ_INT(draw_after(&o, v, 4, tokens, 4, 3), 1);
}

T_TEST(logit_bias)
{
    takt_logit_bias bias[] = {{3, 100}, {1, -100}, {3, 1.5f}, {0, 0.5f}};
    takt_sampling o = plain();
    float v[4] = {2, 3, 2, 1};
    uint32_t times[4];
    o.logit_bias = bias;
    o.temperature = 0;
    o.n_logit_bias = 1;
    T_EQ_INT(draw(&o, v, 4, 0), 3);
    o.n_logit_bias = 2;
    count(&o, v, 4, 200, times);
    T_EQ_INT(times[3], 200);
    o.n_logit_bias = 4; /* the last entry of an id counts: 2.5, -97, 2, 2.5 */
    T_EQ_INT(draw(&o, v, 4, 0), 0);
    o.temperature = 1;
    count(&o, v, 4, 4000, times);
    T_EQ_INT(times[1], 0);
    T_NEAR(times[0] / (double)times[3], 1, 0.12);
    T_NEAR(v[3], 1, 0);
}

/* An answer of fewer tokens does not end, be the bias as it may. */
T_TEST(min_tokens)
{
    static const int32_t ends[] = {2, 0, 77, -1}, tokens[8] = {2, 2, 2, 2, 2, 2, 2, 2};
    takt_logit_bias bias = {2, 100};
    takt_sampling o = plain();
    float v[4] = {5, 1, 9, 1};
    struct sampler s;
    takt_err e;
    o.min_tokens = 3;
    o.logit_bias = &bias;
    o.n_logit_bias = 1;
    if (!T_RC(sampler_init(&s, 4, &e), &e))
        return;
    for (uint32_t n = 0; n < 6; n++)
        for (uint32_t i = 0; i < 100; i++) {
            struct sample_context c = {tokens, 8, n, ends, 4, i};
            o.temperature = i % 2;
            int32_t id = sampler_draw(&s, &o, v, &c);
            T_OK(n < 3 ? id == 1 || id == 3 : id == 2);
        }
    float all[2] = {1, 1}; /* nothing else there is: the first */
    static const int32_t both[] = {0, 1};
    s.n_vocab = 2;
    T_EQ_INT(sampler_draw(&s, &o, all, &(struct sample_context){tokens, 8, 0, both, 2, 0}), 0);
    sampler_release(&s);
}

/* The draw of a position does not depend on what was drawn before. */
T_TEST(depends_on_seed_and_position)
{
    takt_sampling o = takt_sampling_default();
    float v[N];
    int32_t first[64];
    uint32_t n_other = 0;
    for (uint32_t i = 0; i < N; i++)
        v[i] = t_rand_f32(-1, 1);
    o.seed = 5;
    for (uint32_t i = 0; i < 64; i++)
        first[i] = draw(&o, v, N, i);
    struct sampler s;
    takt_err e;
    if (!T_RC(sampler_init(&s, N, &e), &e))
        return;
    for (uint32_t i = 64; i-- > 0;) /* another order, one sampler */
        T_EQ_INT(sampler_draw(&s, &o, v, &(struct sample_context){.position = i}), first[i]);
    sampler_release(&s);
    o.seed = 5 + (1ull << 32); /* all 64 bits count */
    for (uint32_t i = 0; i < 64; i++)
        n_other += draw(&o, v, N, i) != first[i];
    T_OK(n_other > 40);
}

/* ---- all settings at once, by their definitions ---- */

struct all {
    takt_sampling o;
    takt_logit_bias bias[5];
    int32_t tokens[40], ends[3];
    struct sample_context c;
    uint32_t n_vocab;
    float logit[400];
};

static float random_logit(uint32_t kind)
{
    static const float odd[] = {0, -0.0f, NAN, INFINITY, -INFINITY, 3e38f, -3e38f};
    if (below(200) == 0)
        return odd[below(kind % 2 ? 7 : 2)];
    return kind < 3 ? t_rand_f32(-30, 30) : kind < 5 ? (float)below(6) : t_rand_f32(-1, 1);
}

/* Few different tokens, so that the settings meet. */
static void random_all(struct all *a)
{
    uint32_t kind = below(6);
    *a = (struct all){.n_vocab = 1 + below(below(3) ? 12 : 400)};
    for (uint32_t i = 0; i < a->n_vocab; i++)
        a->logit[i] = random_logit(kind);
    a->o = (takt_sampling){.temperature = below(4)   ? t_rand_f32(0.05f, 3)
                                          : below(2) ? 0
                                                     : 100,
                           .top_p = below(2) ? 1 : t_rand_f32(0, 1),
                           .min_p = below(2) ? 0 : t_rand_f32(0, 0.2f),
                           .top_k = below(2) ? 0 : below(20),
                           .repeat_penalty = below(2) ? 1 : t_rand_f32(0.5f, 2),
                           .repeat_last = below(30),
                           .seed = t_rand(),
                           .presence_penalty = below(2) ? 0 : t_rand_f32(-2, 2),
                           .frequency_penalty = below(2) ? 0 : t_rand_f32(-2, 2),
                           .min_tokens = below(10),
                           .logit_bias = a->bias,
                           .n_logit_bias = below(a->n_vocab < 5 ? a->n_vocab + 1 : 6)};
    for (uint32_t i = 0; i < 5; i++)
        a->bias[i] = (takt_logit_bias){(int32_t)below(a->n_vocab), below(5)   ? t_rand_f32(-5, 5)
                                                                   : below(2) ? -100
                                                                              : 100};
    for (uint32_t i = 0; i < 40; i++)
        a->tokens[i] = (int32_t)below(20) - 1;
    for (uint32_t i = 0; i < 3; i++)
        a->ends[i] = (int32_t)below(14) - 1;
    a->c = (struct sample_context){.tokens = a->tokens,
                                   .n_tokens = below(41),
                                   .end_ids = a->ends,
                                   .n_end_ids = below(4),
                                   .position = below(1000)};
    a->c.n_answer = below(a->c.n_tokens + 1);
}

static uint32_t occurrences(const int32_t *v, uint32_t n, uint32_t id)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < n; i++)
        found += v[i] >= 0 && (uint32_t)v[i] == id;
    return found;
}

/* Token ID's logit after all settings, one token at a time. */
static float changed(const struct all *a, uint32_t id)
{
    const takt_sampling *o = &a->o;
    const struct sample_context *c = &a->c;
    float v = a->logit[id], bias = 0;
    uint32_t last = o->repeat_last < c->n_tokens ? o->repeat_last : c->n_tokens;
    uint32_t said = occurrences(c->tokens + c->n_tokens - c->n_answer, c->n_answer, id);
    for (uint32_t i = 0; i < o->n_logit_bias; i++)
        if ((uint32_t)o->logit_bias[i].id == id)
            bias = o->logit_bias[i].bias;
    v += bias;
    if (occurrences(c->tokens + c->n_tokens - last, last, id))
        v = v > 0 ? v / o->repeat_penalty : v * o->repeat_penalty;
    if (said) {
        v = v - (float)said * o->frequency_penalty;
        v = v - o->presence_penalty;
    }
    return c->n_answer < o->min_tokens && occurrences(c->end_ids, c->n_end_ids, id) ? -INFINITY : v;
}

/* The draw as sample.h defines it: all candidates sorted, none left out. */
static int32_t drawn(const struct all *a)
{
    float v[400], p[400], total = 0, sum = 0, reached = 0;
    uint32_t order[400], n = 0, kept = 0;
    for (uint32_t i = 0; i < a->n_vocab; i++) {
        v[i] = changed(a, i);
        uint32_t at = n;
        if (!(v[i] > -INFINITY))
            continue;
        for (n++; at > 0 && v[i] > v[order[at - 1]]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    if (n == 0)
        return 0;
    if (a->o.temperature == 0)
        return (int32_t)order[0];
    n = a->o.top_k && a->o.top_k < n ? a->o.top_k : n;
    for (uint32_t i = 0; i < n; i++)
        total += p[i] = kern_exp((v[order[i]] - v[order[0]]) / a->o.temperature);
    while (kept < n && (kept == 0 || (sum < a->o.top_p * total && p[kept] >= a->o.min_p)))
        sum += p[kept++];
    float at = sample_uniform(a->o.seed, a->c.position) * sum;
    for (uint32_t i = 0; i < kept; i++)
        if (at < (reached += p[i]))
            return (int32_t)order[i];
    return (int32_t)order[kept - 1];
}

/* One sampler for all of them: it remembers nothing. */
T_TEST(draws_are_as_defined)
{
    static struct all a;
    struct sampler s;
    takt_err e;
    float before[400];
    if (!T_RC(sampler_init(&s, 400, &e), &e))
        return;
    for (int i = 0; i < 30000 && t_.n_failed_checks == 0; i++) {
        random_all(&a);
        T_RC(sampling_check(&a.o, a.n_vocab, &e), &e);
        memcpy(before, a.logit, sizeof before);
        s.n_vocab = a.n_vocab;
        if (!T_EQ_INT(sampler_draw(&s, &a.o, a.logit, &a.c), drawn(&a)))
            t_fail(__FILE__, __LINE__, "case %d, %u tokens, temperature %g, top_k %u", i, a.n_vocab,
                   (double)a.o.temperature, a.o.top_k);
        T_EQ_MEM(a.logit, before, sizeof before);
    }
    sampler_release(&s);
}

/* ---- log probabilities ---- */

static double log_sum_exp(const float *v, uint32_t n)
{
    double top = -INFINITY, sum = 0;
    for (uint32_t i = 0; i < n; i++)
        top = (double)v[i] > top ? (double)v[i] : top;
    for (uint32_t i = 0; i < n; i++)
        sum += isnan(v[i]) ? 0 : exp((double)v[i] - top);
    return top + log(sum);
}

T_TEST(logprobs_are_the_log_softmax)
{
    static float v[3000];
    struct sample_logprob out[1 + SAMPLE_TOP_MAX];
    for (int round = 0; round < 300; round++) {
        uint32_t n = 1 + below(round % 2 ? 40 : 3000), k = below(SAMPLE_TOP_MAX + 1);
        float spread = round % 3 ? 10 : 60;
        struct sampler s = {.n_vocab = n}; /* no other memory is needed */
        for (uint32_t i = 0; i < n; i++)
            v[i] = round % 5 == 0 ? (float)below(4) : t_rand_f32(-spread, spread);
        int32_t id = (int32_t)below(n);
        double sum = log_sum_exp(v, n);
        uint32_t found = sampler_logprobs(&s, v, id, k, out);
        T_EQ_INT(found, k < n ? k : n);
        for (uint32_t i = 0; i <= found; i++)
            T_NEAR(out[i].logprob, (double)v[out[i].id] - sum, 1e-6 + fabs(sum) * 1e-7);
        T_EQ_INT(out[0].id, id);
        for (uint32_t i = found + 1; i <= k; i++)
            T_OK(out[i].id == -1 && out[i].logprob == -INFINITY);
        for (uint32_t i = 1; i <= found; i++) { /* the best that is left, of equals the first */
            uint32_t best = UINT32_MAX;
            for (uint32_t t = 0; t < n; t++) {
                bool is_out = false;
                for (uint32_t j = 1; j < i; j++)
                    is_out = is_out || (uint32_t)out[j].id == t;
                if (!is_out && (best == UINT32_MAX || v[t] > v[best]))
                    best = t;
            }
            T_EQ_INT(out[i].id, best);
        }
    }
}

/* To the last bit or two, whatever the distance from the best: all but one are X below it. */
T_TEST(logprobs_are_exact)
{
    enum { K = 33 };
    float v[K];
    struct sample_logprob out[2];
    struct sampler s = {.n_vocab = K};
    for (float x = 0; x > -20; x -= 0.0137f) {
        for (int i = 0; i < K; i++)
            v[i] = i == 20 ? 3 : 3 + x;
        sampler_logprobs(&s, v, 4, 1, out);
        double sum = log1p((K - 1) * exp((double)v[4] - 3));
        T_NEAR(out[0].logprob, (double)v[4] - 3 - sum, 2e-7 * (1 + fabs((double)x)));
        T_NEAR(out[1].logprob, -sum, 2e-7 * (1 + sum));
    }
}

T_TEST(logprobs_of_odd_logits)
{
    struct sample_logprob out[1 + SAMPLE_TOP_MAX];
    float v[6] = {NAN, 0, -0.0f, -INFINITY, 0, -200};
    struct sampler s = {.n_vocab = 6};
    T_EQ_INT(sampler_logprobs(&s, v, 0, 5, out), 4);
    T_OK(out[0].id == 0 && out[0].logprob == -INFINITY);
    T_OK(out[1].id == 1 && out[2].id == 2 && out[3].id == 4 && out[4].id == 5 && out[5].id == -1);
    for (int i = 1; i <= 3; i++)
        T_NEAR(out[i].logprob, -log(3), 1e-7);
    T_NEAR(out[4].logprob, -200 - log(3), 2e-5);
    v[2] = v[4] = INFINITY; /* they share it all */
    T_EQ_INT(sampler_logprobs(&s, v, 1, 3, out), 3);
    T_OK(out[0].logprob == -INFINITY && out[1].id == 2 && out[2].id == 4 && out[3].id == 1);
    T_NEAR(out[1].logprob, -log(2), 1e-7);
    T_OK(out[3].logprob == -INFINITY);
    static float many[1200]; /* in vectors, too */
    for (int i = 0; i < 1200; i++)
        many[i] = i % 5 ? i % 5 == 1 ? NAN : -3e38f : INFINITY;
    s.n_vocab = 1200;
    T_EQ_INT(sampler_logprobs(&s, many, 2, 1, out), 1);
    T_NEAR(out[1].logprob, -log(240), 3e-7);
    s.n_vocab = 6;
    for (int i = 0; i < 6; i++)
        v[i] = i % 2 ? NAN : -INFINITY;
    T_EQ_INT(sampler_logprobs(&s, v, 2, 2, out), 0);
    T_OK(out[0].id == 2 && out[0].logprob == -INFINITY && out[1].id == -1 && out[2].id == -1);
    s.n_vocab = 1;
    v[0] = 3e38f;
    T_EQ_INT(sampler_logprobs(&s, v, 0, SAMPLE_TOP_MAX + 1, out), 1); /* no more than fit */
    T_OK(out[0].logprob == 0 && out[1].id == 0 && out[SAMPLE_TOP_MAX].id == -1);
    T_EQ_INT(sampler_logprobs(&s, v, 7, 0, out), 0);
    T_OK(out[0].logprob == -INFINITY);
}

/* ---- limits ---- */

T_TEST(bounds)
{
    takt_err e;
    takt_sampling o = takt_sampling_default();
    takt_logit_bias bias[2] = {{0, -100}, {7, 100}};
    o.logit_bias = bias;
    o.n_logit_bias = 2;
    for (int i = 0; i < 2; i++) { /* no rounding shuts them out */
        o.repeat_penalty = i ? 100 : 0.01f;
        o.temperature = i ? 100 : 0;
        o.top_p = o.min_p = (float)i;
        o.presence_penalty = o.frequency_penalty = i ? 2 : -2;
        T_RC(sampling_check(&o, 8, &e), &e);
    }
    o.repeat_penalty = 0.009f;
    T_FAILS(sampling_check(&o, 8, &e), &e, TAKT_ERR_USAGE, "repeat_penalty: is 0.009");
    o.repeat_penalty = 1;
    o.temperature = NAN;
    T_FAILS(sampling_check(&o, 8, &e), &e, TAKT_ERR_USAGE, "temperature");
}

T_TEST(broken_logits)
{
    takt_sampling o = takt_sampling_default();
    float v[8];
    for (int i = 0; i < 8; i++)
        v[i] = NAN;
    T_EQ_INT(draw(&o, v, 8, 0), 0);
    v[5] = 1;
    T_EQ_INT(draw(&o, v, 8, 0), 5);
    for (int i = 0; i < 8; i++)
        v[i] = -INFINITY;
    T_EQ_INT(draw(&o, v, 8, 0), 0);
    v[2] = INFINITY;
    T_EQ_INT(draw(&o, v, 8, 0), 2);
    for (int i = 0; i < 8; i++)
        v[i] = 3e38f; /* differences stay finite */
    T_OK(draw(&o, v, 8, 0) >= 0);
}

/* The error is placed at the name of the field. */
T_TEST(ranges)
{
    takt_err e;
#define REFUSES(field, value)                                                                      \
    do {                                                                                           \
        takt_sampling o = plain();                                                                 \
        o.field = (value);                                                                         \
        T_FAILS(sampling_check(&o, 4, &e), &e, TAKT_ERR_USAGE, #field ": ");                       \
        T_EQ_STR(e.where, #field);                                                                 \
    } while (0)
    REFUSES(temperature, -0.1f);
    REFUSES(temperature, NAN);
    REFUSES(temperature, INFINITY);
    REFUSES(top_p, 1.1f);
    REFUSES(top_p, -1);
    REFUSES(min_p, 2);
    REFUSES(repeat_penalty, 0);
    REFUSES(presence_penalty, 2.1f);
    REFUSES(presence_penalty, NAN);
    REFUSES(frequency_penalty, -2.1f);
    REFUSES(frequency_penalty, INFINITY);
#undef REFUSES
    static const takt_logit_bias bad[] = {{4, 0}, {-1, 0}, {0, 100.1f}, {0, -INFINITY}, {0, NAN}};
    takt_sampling o = plain();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        takt_logit_bias two[2] = {{3, 1}, bad[i]};
        o.logit_bias = two;
        o.n_logit_bias = 2;
        T_FAILS(sampling_check(&o, 4, &e), &e, TAKT_ERR_USAGE, i < 2 ? "names token" : "between");
        T_EQ_STR(e.where, "logit_bias");
    }
    o.n_logit_bias = 5;
    T_FAILS(sampling_check(&o, 4, &e), &e, TAKT_ERR_USAGE, "5 entries");
    o.logit_bias = NULL;
    o.n_logit_bias = 1;
    T_FAILS(sampling_check(&o, 4, &e), &e, TAKT_ERR_USAGE, "logit_bias");
}

T_MAIN("engine/sample")
