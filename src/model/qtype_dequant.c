/* From packed blocks to float32. The layouts are those of ggml's block structs; every product of
 * scale and integer is rounded once, in the order written here, because the formats are defined by
 * that arithmetic. */
#include <string.h>

#include "model/qtype.h"
#include "model/qtype_k.h"

enum { NIBBLE = 15 };

static float load_f16(const uint8_t *p)
{
    return qtype_f16_to_f32((uint16_t)(p[0] | p[1] << 8));
}

static uint32_t load_u32(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Q4_0: f16 d, 16 bytes; the low nibbles are values 0..15, the high ones 16..31; x = (q - 8) d. */
static void block_q4_0(float *dst, const uint8_t *b)
{
    float d = load_f16(b);
    for (int i = 0; i < 16; i++) {
        dst[i] = (float)((b[2 + i] & NIBBLE) - 8) * d;
        dst[i + 16] = (float)((b[2 + i] >> 4) - 8) * d;
    }
}

/* Q4_1: f16 d, f16 m; x = q d + m. */
static void block_q4_1(float *dst, const uint8_t *b)
{
    float d = load_f16(b), m = load_f16(b + 2);
    for (int i = 0; i < 16; i++) {
        dst[i] = (float)(b[4 + i] & NIBBLE) * d + m;
        dst[i + 16] = (float)(b[4 + i] >> 4) * d + m;
    }
}

/* The fifth bits lie in a 32-bit mask, bit i for value i. */
static int five_bits(const uint8_t *qs, uint32_t high, int i)
{
    int low = i < 16 ? qs[i] & NIBBLE : qs[i - 16] >> 4;
    return low | (int)(high >> i & 1) << 4;
}

static void block_q5_0(float *dst, const uint8_t *b)
{
    float d = load_f16(b);
    uint32_t high = load_u32(b + 2);
    for (int i = 0; i < 32; i++)
        dst[i] = (float)(five_bits(b + 6, high, i) - 16) * d;
}

static void block_q5_1(float *dst, const uint8_t *b)
{
    float d = load_f16(b), m = load_f16(b + 2);
    uint32_t high = load_u32(b + 4);
    for (int i = 0; i < 32; i++)
        dst[i] = (float)five_bits(b + 8, high, i) * d + m;
}

static void block_q8_0(float *dst, const uint8_t *b)
{
    float d = load_f16(b);
    for (int i = 0; i < 32; i++)
        dst[i] = (float)(int8_t)b[2 + i] * d;
}

/* Q2_K: 16 bytes of (4-bit scale, 4-bit min), 64 bytes of 2-bit values, f16 d, f16 dmin. */
static void block_q2_k(float *dst, const uint8_t *b)
{
    float d = load_f16(b + 80), dmin = load_f16(b + 82);
    for (int g = 0; g < 16; g++) { /* 16 values share a scale */
        float scale = d * (float)(b[g] & NIBBLE), min = dmin * (float)(b[g] >> 4);
        const uint8_t *q = b + 16 + g / 8 * 32 + g % 2 * 16;
        int shift = g % 8 / 2 * 2;
        for (int i = 0; i < 16; i++)
            *dst++ = scale * (float)(q[i] >> shift & 3) - min;
    }
}

/* Q3_K: 32 bytes of high bits (clear: minus 4), 64 bytes of 2-bit values, 12 bytes of 6-bit scales,
 * f16 d. */
static void block_q3_k(float *dst, const uint8_t *b)
{
    const uint8_t *high = b, *packed = b + 96;
    float d = load_f16(b + 108);
    for (int g = 0; g < 16; g++) {
        int low = g < 8 ? packed[g] & NIBBLE : packed[g - 8] >> 4;
        int top = packed[8 + g % 4] >> (g / 4 * 2) & 3;
        float scale = d * (float)((low | top << 4) - 32);
        const uint8_t *q = b + 32 + g / 8 * 32 + g % 2 * 16;
        const uint8_t *h = high + g % 2 * 16;
        int shift = g % 8 / 2 * 2, bit = g / 2;
        for (int i = 0; i < 16; i++)
            *dst++ = scale * (float)((q[i] >> shift & 3) - (h[i] >> bit & 1 ? 0 : 4));
    }
}

/* Q4_K and Q5_K: f16 d, f16 dmin, 12 bytes of 6-bit scales and mins, (Q5_K: 32 bytes of fifth
 * bits,) nibbles. */
static void block_q45_k(float *dst, const uint8_t *b, bool five)
{
    float d = load_f16(b), dmin = load_f16(b + 2);
    const uint8_t *high = b + 16, *nibbles = b + (five ? 48 : 16);
    for (int g = 0; g < 8; g++) {
        unsigned sc, mn;
        qtype_k_scale_min(b + 4, g, &sc, &mn);
        float scale = d * (float)sc, min = dmin * (float)mn;
        const uint8_t *q = nibbles + g / 2 * 32;
        int shift = g % 2 * 4;
        for (int i = 0; i < 32; i++) {
            int v = q[i] >> shift & NIBBLE;
            if (five)
                v += (high[i] >> g & 1) << 4;
            *dst++ = scale * (float)v - min;
        }
    }
}

static void block_q4_k(float *dst, const uint8_t *b)
{
    block_q45_k(dst, b, false);
}

static void block_q5_k(float *dst, const uint8_t *b)
{
    block_q45_k(dst, b, true);
}

/* Q6_K: 128 bytes of low nibbles, 64 of upper bit pairs, 16 int8 scales, f16 d; x = (d scale) (q -
 * 32). */
static void block_q6_k(float *dst, const uint8_t *b)
{
    const int8_t *scales = (const int8_t *)b + 192;
    float d = load_f16(b + 208);
    for (int g = 0; g < 16; g++) {
        int half = g / 8, quarter = g % 8 / 2, at = g % 2 * 16;
        const uint8_t *low = b + half * 64 + quarter % 2 * 32 + at;
        const uint8_t *high = b + 128 + half * 32 + at;
        float scale = d * (float)scales[g];
        for (int i = 0; i < 16; i++) {
            int v = (low[i] >> (quarter / 2 * 4) & NIBBLE) | (high[i] >> (quarter * 2) & 3) << 4;
            *dst++ = scale * (float)(v - 32);
        }
    }
}

static void block_iq4_nl(float *dst, const uint8_t *b)
{
    float d = load_f16(b);
    for (int i = 0; i < 16; i++) {
        dst[i] = d * (float)qtype_iq4nl_levels[b[2 + i] & NIBBLE];
        dst[i + 16] = d * (float)qtype_iq4nl_levels[b[2 + i] >> 4];
    }
}

/* IQ4_XS: f16 d, 16 bits of upper scale pairs, 4 bytes of lower scale nibbles, nibbles as in
 * IQ4_NL. */
static void block_iq4_xs(float *dst, const uint8_t *b)
{
    float d = load_f16(b);
    unsigned top = (unsigned)(b[2] | b[3] << 8);
    for (int g = 0; g < 8; g++) {
        int ls = (b[4 + g / 2] >> (g % 2 * 4) & NIBBLE) | (int)(top >> (2 * g) & 3) << 4;
        float scale = d * (float)(ls - 32);
        const uint8_t *q = b + 8 + g * 16;
        for (int i = 0; i < 16; i++) {
            dst[i] = scale * (float)qtype_iq4nl_levels[q[i] & NIBBLE];
            dst[i + 16] = scale * (float)qtype_iq4nl_levels[q[i] >> 4];
        }
        dst += 32;
    }
}

/* MXFP4: an E8M0 exponent and nibbles (OCP Microscaling Formats v1.0). The levels are doubled, so
 * the scale is 2^(e - 128); e < 2 gives the subnormals 2^-128 and 2^-127. */
static void block_mxfp4(float *dst, const uint8_t *b)
{
    uint32_t bits = b[0] < 2 ? 0x00200000u << b[0] : (uint32_t)(b[0] - 1) << 23;
    float d;
    memcpy(&d, &bits, sizeof d);
    for (int i = 0; i < 16; i++) {
        dst[i] = (float)qtype_mxfp4_levels[b[1 + i] & NIBBLE] * d;
        dst[i + 16] = (float)qtype_mxfp4_levels[b[1 + i] >> 4] * d;
    }
}

static void halves(float *dst, const uint8_t *src, size_t n, bool bf16)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t h = (uint16_t)(src[2 * i] | src[2 * i + 1] << 8);
        dst[i] = bf16 ? qtype_bf16_to_f32(h) : qtype_f16_to_f32(h);
    }
}

static void blocks(float *dst, const uint8_t *src, size_t n, enum qtype t,
                   void (*one)(float *, const uint8_t *))
{
    size_t values = qtype_block_values(t), bytes = qtype_block_bytes(t);
    for (size_t i = 0; i + values <= n; i += values, src += bytes)
        one(dst + i, src);
}

void qtype_dequantize(enum qtype t, float *dst, const void *src, size_t n)
{
    switch (t) {
    case QTYPE_F32: memcpy(dst, src, n * sizeof *dst); break;
    case QTYPE_F16: halves(dst, src, n, false); break;
    case QTYPE_BF16: halves(dst, src, n, true); break;
    case QTYPE_Q4_0: blocks(dst, src, n, t, block_q4_0); break;
    case QTYPE_Q4_1: blocks(dst, src, n, t, block_q4_1); break;
    case QTYPE_Q5_0: blocks(dst, src, n, t, block_q5_0); break;
    case QTYPE_Q5_1: blocks(dst, src, n, t, block_q5_1); break;
    case QTYPE_Q8_0: blocks(dst, src, n, t, block_q8_0); break;
    case QTYPE_Q2_K: blocks(dst, src, n, t, block_q2_k); break;
    case QTYPE_Q3_K: blocks(dst, src, n, t, block_q3_k); break;
    case QTYPE_Q4_K: blocks(dst, src, n, t, block_q4_k); break;
    case QTYPE_Q5_K: blocks(dst, src, n, t, block_q5_k); break;
    case QTYPE_Q6_K: blocks(dst, src, n, t, block_q6_k); break;
    case QTYPE_IQ4_NL: blocks(dst, src, n, t, block_iq4_nl); break;
    case QTYPE_IQ4_XS: blocks(dst, src, n, t, block_iq4_xs); break;
    case QTYPE_MXFP4: blocks(dst, src, n, t, block_mxfp4); break;
    default: memset(dst, 0, n * sizeof *dst); break;
    }
}
