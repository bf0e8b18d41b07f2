#include "model/qtype_quant_k.h"

#include <math.h>
#include <string.h>

#include "model/qtype.h"
#include "model/qtype_fit.h"
#include "model/qtype_k.h"

enum { VALUES = 256 };

/* ---- Q4_K and Q5_K: eight groups of 32 with x = d sc q - dmin mn ------------------------------
 */

struct affine {
    float x[VALUES], w[VALUES];
    int hi; /* largest q */
    float d, dmin;
    uint8_t d_bytes[4];
    uint8_t sc[8], mn[8]; /* 0..63 */
    float error;
};

static uint8_t clamp63(float v)
{
    return (uint8_t)(v < 0 ? 0 : v > 63 ? 63 : v);
}

/* With d and dmin fixed: the pair of integers around the ideal scale and offset that errs least. */
static float choose_pair(struct affine *a, int g, float scale, float min)
{
    const float *x = a->x + 32 * g, *w = a->w + 32 * g;
    float best = INFINITY;
    float sc0 = a->d > 0 ? rintf(scale / a->d) : 0, mn0 = a->dmin > 0 ? rintf(min / a->dmin) : 0;
    for (int i = -1; i <= 1; i++) {
        for (int k = -1; k <= 1; k++) {
            uint8_t sc = clamp63(sc0 + (float)i), mn = clamp63(mn0 + (float)k);
            float err = qtype_fit_error(x, w, 32, a->d * (float)sc, a->dmin * (float)mn, 0, a->hi);
            if (err < best) {
                best = err;
                a->sc[g] = sc;
                a->mn[g] = mn;
            }
        }
    }
    return best;
}

static void choose_pairs(struct affine *a, const float scale[8], const float min[8])
{
    a->error = 0;
    for (int g = 0; g < 8; g++)
        a->error += choose_pair(a, g, scale[g], min[g]);
}

static void set_scales(struct affine *a, float d, float dmin)
{
    a->d = qtype_fit_f16(d, a->d_bytes);
    a->dmin = qtype_fit_f16(dmin, a->d_bytes + 2);
}

/* With all integers fixed: the d and dmin of least squared error; false when they are not
 * determined. */
static bool refit(const struct affine *a, float *d, float *dmin)
{
    double aa = 0, ab = 0, bb = 0, ax = 0, bx = 0;
    for (int g = 0; g < 8; g++) {
        int8_t q[32];
        qtype_fit_round(q, a->x + 32 * g, 32, a->d * (float)a->sc[g], a->dmin * (float)a->mn[g], 0,
                        a->hi);
        for (int i = 0; i < 32; i++) {
            double u = (double)a->sc[g] * q[i], v = a->mn[g];
            double x = (double)a->x[32 * g + i], w = (double)a->w[32 * g + i];
            aa += w * u * u;
            ab += w * u * v;
            bb += w * v * v;
            ax += w * u * x;
            bx += w * v * x;
        }
    }
    double det = aa * bb - ab * ab;
    if (!(det > 1e-9 * aa * bb))
        return false;
    *d = (float)((ax * bb - bx * ab) / det);
    *dmin = (float)((ax * ab - bx * aa) / det);
    return *d > 0 && *dmin >= 0;
}

static void fit_affine_block(struct affine *a, const float *src, const float *importance, int hi)
{
    enum { REFITS = 2 };
    float scale[8], min[8], max_scale = 0, max_min = 0, d, dmin;
    a->hi = hi;
    qtype_fit_prepare(a->x, a->w, src, importance, VALUES);
    for (int g = 0; g < 8; g++) {
        qtype_fit_affine(a->x + 32 * g, a->w + 32 * g, 32, hi, &scale[g], &min[g]);
        max_scale = scale[g] > max_scale ? scale[g] : max_scale;
        max_min = min[g] > max_min ? min[g] : max_min;
    }
    set_scales(a, max_scale / 63, max_min / 63);
    choose_pairs(a, scale, min);
    for (int i = 0; i < REFITS && refit(a, &d, &dmin); i++) {
        struct affine b = *a;
        set_scales(&b, d, dmin);
        choose_pairs(&b, scale, min);
        if (!(b.error < a->error))
            break;
        *a = b;
    }
}

/* DST: d, dmin, scales, then for five bits the high ones, then nibbles (group 2k low, 2k + 1 high).
 */
static void pack_affine(uint8_t *dst, const struct affine *a, bool five)
{
    uint8_t *high = dst + 16, *low = dst + (five ? 48 : 16);
    memcpy(dst, a->d_bytes, 4);
    qtype_k_pack_scale_min(dst + 4, a->sc, a->mn);
    memset(dst + 16, 0, five ? 160 : 128);
    for (int g = 0; g < 8; g++) {
        int8_t q[32];
        qtype_fit_round(q, a->x + 32 * g, 32, a->d * (float)a->sc[g], a->dmin * (float)a->mn[g], 0,
                        a->hi);
        for (int i = 0; i < 32; i++) {
            low[g / 2 * 32 + i] |= (uint8_t)((q[i] & 15) << (g % 2 * 4));
            if (five)
                high[i] |= (uint8_t)((q[i] >> 4) << g);
        }
    }
}

void qtype_quant_q4_k(uint8_t *dst, const float *src, const float *importance)
{
    struct affine a;
    fit_affine_block(&a, src, importance, 15);
    pack_affine(dst, &a, false);
}

void qtype_quant_q5_k(uint8_t *dst, const float *src, const float *importance)
{
    struct affine a;
    fit_affine_block(&a, src, importance, 31);
    pack_affine(dst, &a, true);
}

/* ---- Q6_K: sixteen groups of 16 with x = d sc q -----------------------------------------------
 */

struct scaled {
    float x[VALUES], w[VALUES];
    float d;
    uint8_t d_bytes[2];
    int8_t sc[16];
    float error;
};

/* The integer scales for S->d: around the ideal one, the one that errs least. */
static void choose_scales(struct scaled *s, const float scale[16])
{
    s->error = 0;
    for (int g = 0; g < 16; g++) {
        float best = INFINITY;
        float sc0 = s->d != 0 ? rintf(scale[g] / s->d) : 0;
        for (int k = -1; k <= 1; k++) {
            float sc = sc0 + (float)k;
            sc = sc < -128 ? -128 : sc > 127 ? 127 : sc;
            float err = qtype_fit_error(s->x + 16 * g, s->w + 16 * g, 16, s->d * sc, 0, -32, 31);
            if (err < best) {
                best = err;
                s->sc[g] = (int8_t)sc;
            }
        }
        s->error += best;
    }
}

static float refit_scale(const struct scaled *s)
{
    double uu = 0, ux = 0;
    for (int g = 0; g < 16; g++) {
        int8_t q[16];
        qtype_fit_round(q, s->x + 16 * g, 16, s->d * (float)s->sc[g], 0, -32, 31);
        for (int i = 0; i < 16; i++) {
            double u = (double)s->sc[g] * q[i], w = (double)s->w[16 * g + i];
            uu += w * u * u;
            ux += w * u * (double)s->x[16 * g + i];
        }
    }
    return uu > 0 ? (float)(ux / uu) : 0;
}

static void fit_scaled_block(struct scaled *s, const float *src, const float *importance)
{
    float scale[16], largest = 0;
    qtype_fit_prepare(s->x, s->w, src, importance, VALUES);
    for (int g = 0; g < 16; g++) {
        scale[g] = qtype_fit_scale(s->x + 16 * g, s->w + 16 * g, 16, -32, 31);
        largest = fabsf(scale[g]) > fabsf(largest) ? scale[g] : largest;
    }
    s->d = qtype_fit_f16(-largest / 128, s->d_bytes);
    choose_scales(s, scale);
    float d = refit_scale(s);
    if (d != 0) {
        struct scaled t = *s;
        t.d = qtype_fit_f16(d, t.d_bytes);
        choose_scales(&t, scale);
        if (t.error < s->error)
            *s = t;
    }
}

void qtype_quant_q6_k(uint8_t *dst, const float *src, const float *importance)
{
    struct scaled s;
    fit_scaled_block(&s, src, importance);
    memset(dst, 0, 192);
    for (int g = 0; g < 16; g++) {
        int half = g / 8, quarter = g % 8 / 2, at = g % 2 * 16;
        uint8_t *low = dst + half * 64 + quarter % 2 * 32 + at;
        uint8_t *high = dst + 128 + half * 32 + at;
        int8_t q[16];
        qtype_fit_round(q, s.x + 16 * g, 16, s.d * (float)s.sc[g], 0, -32, 31);
        for (int i = 0; i < 16; i++) {
            unsigned v = (unsigned)(q[i] + 32);
            low[i] |= (uint8_t)((v & 15) << (quarter / 2 * 4));
            high[i] |= (uint8_t)((v >> 4) << (quarter * 2));
        }
        dst[192 + g] = (uint8_t)s.sc[g];
    }
    memcpy(dst + 208, s.d_bytes, 2);
}
