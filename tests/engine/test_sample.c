/* The sampler: what each setting keeps, how ties break, and that a draw depends on the seed and the
 * position alone. */
#include <math.h>

#include "engine/sample.h"
#include "t.h"

enum { N = 1000 };

static takt_sampling plain(void)
{
    return (takt_sampling){.temperature = 1, .top_p = 1, .repeat_penalty = 1};
}

/* Draws once with settings O. */
static int32_t draw(const takt_sampling *o, const float *logits, uint32_t n, uint32_t position)
{
    struct sampler s;
    takt_err e;
    if (!T_RC(sampler_init(&s, o, n, &e), &e))
        return -1;
    int32_t id = sampler_draw(&s, logits, NULL, 0, position);
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
    if (!T_RC(sampler_init(&s, o, n, &e), &e))
        return;
    for (uint32_t i = 0; i < n_draws; i++) {
        int32_t id = sampler_draw(&s, logits, NULL, 0, i);
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
    struct sampler s;
    takt_err e;
    o.temperature = 0;
    o.repeat_penalty = 2;
    o.repeat_last = 64;
    if (!T_RC(sampler_init(&s, &o, 4, &e), &e))
        return;
    T_EQ_INT(sampler_draw(&s, v, recent, 5, 0), 0);     /* 3 / 2, once, is less than 2 */
    T_EQ_INT(sampler_draw(&s, v, recent, 0, 0), 1);     /* nothing was said yet */
    T_EQ_INT(sampler_draw(&s, v, recent + 3, 2, 0), 1); /* said too long ago */
    s.opt.repeat_last = 2;
    T_EQ_INT(sampler_draw(&s, v, recent, 5, 0), 1);
    s.opt.repeat_last = 64;
    float w[4] = {-3, -1, -1.5f, -9}; /* negative logits are multiplied */
    T_EQ_INT(sampler_draw(&s, w, recent, 1, 0), 2);
    T_NEAR(v[1], 3, 0); /* the caller's logits stay */
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
    if (!T_RC(sampler_init(&s, &o, N, &e), &e))
        return;
    for (uint32_t i = 64; i-- > 0;) /* another order, one sampler */
        T_EQ_INT(sampler_draw(&s, v, NULL, 0, i), first[i]);
    sampler_release(&s);
    o.seed = 5 + (1ull << 32); /* all 64 bits count */
    for (uint32_t i = 0; i < 64; i++)
        n_other += draw(&o, v, N, i) != first[i];
    T_OK(n_other > 40);
}

T_TEST(bounds)
{
    struct sampler s;
    takt_err e;
    takt_sampling o = takt_sampling_default();
    for (int i = 0; i < 2; i++) { /* no rounding shuts them out */
        o.repeat_penalty = i ? 100 : 0.01f;
        o.temperature = i ? 100 : 0;
        o.top_p = o.min_p = (float)i;
        if (T_RC(sampler_init(&s, &o, 8, &e), &e))
            sampler_release(&s);
    }
    o.repeat_penalty = 0.009f;
    T_FAILS(sampler_init(&s, &o, 8, &e), &e, TAKT_ERR_USAGE, "repeat penalty: is 0.009");
    o.repeat_penalty = 1;
    o.temperature = NAN;
    T_FAILS(sampler_init(&s, &o, 8, &e), &e, TAKT_ERR_USAGE, "temperature");
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

T_TEST(ranges)
{
    struct sampler s;
    takt_err e;
#define REFUSES(field, value, name)                                                                \
    do {                                                                                           \
        takt_sampling o = plain();                                                                 \
        o.field = (value);                                                                         \
        T_FAILS(sampler_init(&s, &o, 4, &e), &e, TAKT_ERR_USAGE, name);                            \
    } while (0)
    REFUSES(temperature, -0.1f, "temperature");
    REFUSES(temperature, NAN, "temperature");
    REFUSES(top_p, 1.1f, "top-p");
    REFUSES(top_p, -1, "top-p");
    REFUSES(min_p, 2, "min-p");
    REFUSES(repeat_penalty, 0, "repeat penalty");
#undef REFUSES
}

T_MAIN("engine/sample")
