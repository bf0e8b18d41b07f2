#include <math.h>
#include <string.h>

#include "model/qtype.h"
#include "model/qtype_fit.h"
#include "model/qtype_quant_k.h"

/* The largest value becomes 127; round half away from zero. This is ggml's own rule, byte for byte:
 * eight bits leave nothing to search for, and equal files are worth more. */
static void block_q8_0(uint8_t *dst, const float *src, const float *importance)
{
    float x[32], w[32], largest = 0;
    (void)importance;
    qtype_fit_prepare(x, w, src, NULL, 32);
    for (int i = 0; i < 32; i++)
        largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
    float d = largest / 127;
    d = d > 65504 ? 65504 : d;
    float inv = d > 0 ? 1 / d : 0;
    inv = isfinite(inv) ? inv : 0;
    uint16_t h = qtype_f32_to_f16(d);
    memcpy(dst, &h, sizeof h);
    for (int i = 0; i < 32; i++) {
        float q = roundf(x[i] * inv);
        dst[2 + i] = (uint8_t)(int8_t)(q > 127 ? 127 : q < -127 ? -127 : q);
    }
}

/* The extreme value may become -8 or 7, whichever errs less. */
static void block_q4_0(uint8_t *dst, const float *src, const float *importance)
{
    float x[32], w[32];
    int8_t q[32];
    qtype_fit_prepare(x, w, src, importance, 32);
    float d = qtype_fit_f16(qtype_fit_scale(x, w, 32, -8, 7), dst);
    qtype_fit_round(q, x, 32, d, 0, -8, 7);
    for (int i = 0; i < 16; i++)
        dst[2 + i] = (uint8_t)((q[i] + 8) | (q[i + 16] + 8) << 4);
}

/* Five bits: the low four as in Q4_0, the fifth ones together behind the scales. */
static void put_five(uint8_t *high, uint8_t *low, const int8_t *q, int offset)
{
    uint32_t fifth = 0;
    for (int i = 0; i < 32; i++)
        fifth |= (uint32_t)((q[i] + offset) >> 4 & 1) << i;
    memcpy(high, &fifth, sizeof fifth);
    for (int i = 0; i < 16; i++)
        low[i] = (uint8_t)(((q[i] + offset) & 15) | ((q[i + 16] + offset) & 15) << 4);
}

static void block_q5_0(uint8_t *dst, const float *src, const float *importance)
{
    float x[32], w[32];
    int8_t q[32];
    qtype_fit_prepare(x, w, src, importance, 32);
    float d = qtype_fit_f16(qtype_fit_scale(x, w, 32, -16, 15), dst);
    qtype_fit_round(q, x, 32, d, 0, -16, 15);
    put_five(dst + 2, dst + 6, q, 16);
}

/* The offset is stored with its sign, so values that are all positive are moved down first. */
static void block_q5_1(uint8_t *dst, const float *src, const float *importance)
{
    float x[32], moved[32], w[32], low, s, m;
    int8_t q[32];
    qtype_fit_prepare(x, w, src, importance, 32);
    low = x[0];
    for (int i = 1; i < 32; i++)
        low = x[i] < low ? x[i] : low;
    low = low > 0 ? low : 0;
    for (int i = 0; i < 32; i++)
        moved[i] = x[i] - low;
    qtype_fit_affine(moved, w, 32, 31, &s, &m);
    float d = qtype_fit_f16(s, dst);
    float offset = qtype_fit_f16(low - m, dst + 2);
    qtype_fit_round(q, x, 32, d, -offset, 0, 31);
    put_five(dst + 4, dst + 8, q, 0);
}

static void halves(uint8_t *dst, const float *src, size_t n, bool bf16)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t h = bf16 ? qtype_f32_to_bf16(src[i]) : qtype_f32_to_f16(src[i]);
        dst[2 * i] = (uint8_t)h;
        dst[2 * i + 1] = (uint8_t)(h >> 8);
    }
}

static void blocks(uint8_t *dst, const float *src, size_t n, const float *importance, enum qtype t,
                   void (*one)(uint8_t *, const float *, const float *))
{
    size_t values = qtype_block_values(t), bytes = qtype_block_bytes(t);
    for (size_t i = 0; i + values <= n; i += values, dst += bytes)
        one(dst, src + i, importance ? importance + i : NULL);
}

bool qtype_quantize(enum qtype t, void *dst, const float *src, size_t n, const float *importance)
{
    switch (t) {
    case QTYPE_F32: memcpy(dst, src, n * sizeof *src); return true;
    case QTYPE_F16: halves(dst, src, n, false); return true;
    case QTYPE_BF16: halves(dst, src, n, true); return true;
    case QTYPE_Q8_0: blocks(dst, src, n, importance, t, block_q8_0); return true;
    case QTYPE_Q4_0: blocks(dst, src, n, importance, t, block_q4_0); return true;
    case QTYPE_Q5_0: blocks(dst, src, n, importance, t, block_q5_0); return true;
    case QTYPE_Q5_1: blocks(dst, src, n, importance, t, block_q5_1); return true;
    case QTYPE_Q4_K: blocks(dst, src, n, importance, t, qtype_quant_q4_k); return true;
    case QTYPE_Q5_K: blocks(dst, src, n, importance, t, qtype_quant_q5_k); return true;
    case QTYPE_Q6_K: blocks(dst, src, n, importance, t, qtype_quant_q6_k); return true;
    default: return false;
    }
}
