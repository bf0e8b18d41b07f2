#include "model/qtype_fit.h"

#include <math.h>
#include <string.h>

#include "model/qtype.h"

enum { LANES = 8, HALF = 4 };

/* Adding and subtracting 1.5 * 2^23 rounds |v| < 2^22 to the nearest integer, ties to even, without
 * a branch. */
static inline float nearest(float v, float lo, float hi)
{
    v = v < lo ? lo : v;
    v = v > hi ? hi : v;
    return (v + 0x1.8p23f) - 0x1.8p23f;
}

/* Four lanes at a time, written as a vector because compilers do not find it by themselves. */
typedef float f32x4 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));

static inline f32x4 load(const float *p)
{
    f32x4 v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline f32x4 splat(float f)
{
    return (f32x4){f, f, f, f};
}

static inline f32x4 choose(i32x4 mask, f32x4 yes, f32x4 no)
{
    return (f32x4)((mask & (i32x4)yes) | (~mask & (i32x4)no));
}

static inline f32x4 nearest4(f32x4 v, f32x4 lo, f32x4 hi)
{
    v = choose(v < lo, lo, v);
    v = choose(v > hi, hi, v);
    return (v + 0x1.8p23f) - 0x1.8p23f;
}

static inline float add_lanes(const f32x4 a[2])
{
    f32x4 s = a[0] + a[1];
    return (s[0] + s[2]) + (s[1] + s[3]);
}

/* 1/s, but 0 where that would not be finite: the integers then are 0, which costs nothing at such
 * scales. */
static float inverse(float s)
{
    float r = 1 / s;
    return isfinite(r) ? r : 0;
}

void qtype_fit_prepare(float *x, float *w, const float *src, const float *importance, int n)
{
    float total = 0;
    for (int i = 0; i < n; i++) {
        x[i] = isfinite(src[i]) ? src[i] : 0;
        w[i] = importance && importance[i] > 0 && isfinite(importance[i]) ? importance[i] : 0;
        total += w[i];
    }
    for (int i = 0; i < n && !(total > 0); i++)
        w[i] = 1;
}

/* Weighted sums over the integers q = nearest((x + m) inv). */
struct sums {
    float q, qq, xq;
};

static struct sums sum_rounded(const float *x, const float *w, int n, float inv, float m, float lo,
                               float hi)
{
    f32x4 a[2] = {{0}}, b[2] = {{0}}, c[2] = {{0}};
    f32x4 low = splat(lo), high = splat(hi);
    for (int i = 0; i < n; i += LANES) {
        for (int j = 0; j < 2; j++) {
            f32x4 v = load(x + i + HALF * j);
            f32x4 q = nearest4((v + m) * inv, low, high);
            f32x4 wq = load(w + i + HALF * j) * q;
            a[j] += wq;
            b[j] += wq * q;
            c[j] += wq * v;
        }
    }
    return (struct sums){add_lanes(a), add_lanes(b), add_lanes(c)};
}

float qtype_fit_error(const float *x, const float *w, int n, float s, float m, int lo, int hi)
{
    float inv = inverse(s);
    f32x4 a[2] = {{0}}, low = splat((float)lo), high = splat((float)hi);
    for (int i = 0; i < n; i += LANES) {
        for (int j = 0; j < 2; j++) {
            f32x4 v = load(x + i + HALF * j);
            f32x4 d = (nearest4((v + m) * inv, low, high) * s - m) - v;
            a[j] += load(w + i + HALF * j) * (d * d);
        }
    }
    return add_lanes(a);
}

void qtype_fit_round(int8_t *q, const float *x, int n, float s, float m, int lo, int hi)
{
    float inv = inverse(s);
    for (int i = 0; i < n; i++)
        q[i] = (int8_t)nearest((x[i] + m) * inv, (float)lo, (float)hi);
}

float qtype_fit_scale(const float *x, const float *w, int n, int lo, int hi)
{
    enum { STEPS = 9 };
    float extreme = 0, best = 0, best_gain = 0;
    for (int i = 0; i < n; i++)
        extreme = fabsf(x[i]) > fabsf(extreme) ? x[i] : extreme;
    if (fabsf(extreme) < 1e-30f)
        return 0;
    /* The value of largest magnitude lies near LO or near HI. For given integers the best scale is
     * sum(w x q) / sum(w q q), and it takes sum(w x q)^2 / sum(w q q) off the error. */
    for (int side = 0; side < 2; side++) {
        for (int step = -STEPS; step <= STEPS; step++) {
            float reach = (float)(side ? hi : lo) + (side ? 0.1f : -0.1f) * (float)step;
            struct sums t = sum_rounded(x, w, n, reach / extreme, 0, (float)lo, (float)hi);
            float gain = t.qq > 0 ? t.xq / t.qq * t.xq : 0;
            if (gain > best_gain) {
                best_gain = gain;
                best = t.xq / t.qq;
            }
        }
    }
    return best;
}

/* The least-squares scale and offset for given integers, with m >= 0; returns how much they take
 * off the error. */
static float solve_affine(struct sums t, float sum_w, float sum_x, float *s, float *m)
{
    float det = sum_w * t.qq - t.q * t.q;
    float scale = 0, offset = -1;
    if (det > 0) {
        scale = (sum_w * t.xq - sum_x * t.q) / det;
        offset = (t.q * t.xq - t.qq * sum_x) / det;
    }
    if (!(offset >= 0) || !(scale > 0)) {
        offset = 0;
        scale = t.qq > 0 ? t.xq / t.qq : 0;
        scale = scale > 0 ? scale : 0;
    }
    *s = scale;
    *m = offset;
    return 2 * (scale * t.xq - offset * sum_x) -
           (scale * scale * t.qq - 2 * scale * offset * t.q + offset * offset * sum_w);
}

void qtype_fit_affine(const float *x, const float *w, int n, int hi, float *s, float *m)
{
    enum { STEPS = 20, REFINEMENTS = 3 };
    float low = 0, high = 0, sum_w = 0, sum_x = 0, best = 0;
    for (int i = 0; i < n; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
        sum_w += w[i];
        sum_x += w[i] * x[i];
    }
    *s = 0;
    *m = 0;
    if (!(high - low > 1e-30f))
        return;
    if (sum_x < 0) { /* a constant, all integers 0: the start, and the best for equal values */
        *m = -sum_x / sum_w;
        best = *m * -sum_x;
    }
    /* First over spacings around the one that just covers the range, ... */
    for (int step = 0; step <= STEPS; step++) {
        float inv = ((float)hi - 1 + 0.1f * (float)step) / (high - low);
        float scale, offset;
        float gain = solve_affine(sum_rounded(x, w, n, inv, -low, 0, (float)hi), sum_w, sum_x,
                                  &scale, &offset);
        if (gain > best) {
            best = gain;
            *s = scale;
            *m = offset;
        }
    }
    /* ... then by turns the nearest integers and the best scale for them, which never gets worse.
     */
    for (int i = 0; i<REFINEMENTS && * s> 0; i++) {
        float scale, offset;
        float gain = solve_affine(sum_rounded(x, w, n, inverse(*s), *m, 0, (float)hi), sum_w, sum_x,
                                  &scale, &offset);
        if (!(gain > best))
            break;
        best = gain;
        *s = scale;
        *m = offset;
    }
}

float qtype_fit_f16(float v, uint8_t out[2])
{
    v = v > 65504 ? 65504 : v < -65504 ? -65504 : v;
    uint16_t h = qtype_f32_to_f16(v);
    /* Subnormal halves are far apart; one that is too small would cut off the largest values. */
    if (fabsf(v) < 0x1p-14f && fabsf(qtype_f16_to_f32(h)) < fabsf(v) && fabsf(v) > 0x1p-32f)
        h = (uint16_t)((h | (v < 0 ? 0x8000u : 0)) + 1);
    out[0] = (uint8_t)h;
    out[1] = (uint8_t)(h >> 8);
    return qtype_f16_to_f32(h);
}
