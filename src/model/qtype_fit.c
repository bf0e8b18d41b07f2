#include "model/qtype_fit.h"

#include <math.h>

#include "model/qtype.h"

enum { LANES = 8 };

/* Adding and subtracting 1.5 * 2^23 rounds |v| < 2^22 to the nearest integer, ties to even, without
 * a branch. */
static inline float nearest(float v, float lo, float hi)
{
    v = v < lo ? lo : v;
    v = v > hi ? hi : v;
    return (v + 0x1.8p23f) - 0x1.8p23f;
}

static float add_lanes(const float a[LANES])
{
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
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
    float a[LANES] = {0}, b[LANES] = {0}, c[LANES] = {0};
    for (int i = 0; i < n; i += LANES) {
        for (int j = 0; j < LANES; j++) {
            float q = nearest((x[i + j] + m) * inv, lo, hi);
            float wq = w[i + j] * q;
            a[j] += wq;
            b[j] += wq * q;
            c[j] += wq * x[i + j];
        }
    }
    return (struct sums){add_lanes(a), add_lanes(b), add_lanes(c)};
}

float qtype_fit_error(const float *x, const float *w, int n, float s, float m, int lo, int hi)
{
    float inv = inverse(s), a[LANES] = {0};
    for (int i = 0; i < n; i += LANES) {
        for (int j = 0; j < LANES; j++) {
            float q = nearest((x[i + j] + m) * inv, (float)lo, (float)hi);
            float d = (s * q - m) - x[i + j];
            a[j] += w[i + j] * (d * d);
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
