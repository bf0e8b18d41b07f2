/* kern_math: the scalar functions of docs/numerics.md. Vector kernels reproduce them operation by
 * operation.
 *
 * Every function is exact about order and rounding: each line below is one rounding (fmaf is one),
 * and min/max are `a < b ? a : b` and `a > b ? a : b`, as minps and maxps are (the second operand
 * is the result for a NaN). */
#ifndef TAKT_TARGET_CPU_KERN_MATH_H
#define TAKT_TARGET_CPU_KERN_MATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* exp: x is clamped to [LO, HI]; LO keeps the result a normal number (2^-126 * 1.4), HI a finite
 * one. */
#define KERN_EXP_LO     (-87.0f)
#define KERN_EXP_HI     88.5f
#define KERN_EXP_LOG2E  0x1.715476p+0f
#define KERN_EXP_LN2_HI 0x1.62ep-1f /* 12 bits: n * LN2_HI is exact */
#define KERN_EXP_LN2_LO 0x1.0bfbe8p-15f
/* exp(r) = 1 + r + C2 r^2 + ... + C6 r^6 on |r| <= ln2 / 2, relative error 3.2e-9 (minimax, rounded
 * to f32). */
#define KERN_EXP_C2 0x1.fffffcp-2f
#define KERN_EXP_C3 0x1.555492p-3f
#define KERN_EXP_C4 0x1.5558bp-5f
#define KERN_EXP_C5 0x1.123996p-7f
#define KERN_EXP_C6 0x1.6a4e2cp-10f

/* kv_write clamps to the largest finite bf16 (NaN becomes +KERN_KV_MAX) before it rounds. */
#define KERN_KV_MAX 0x1.fep+127f

/* kern_bits: the bits of F. */
static inline uint32_t kern_bits(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}

/* kern_float: the number whose bits are U. */
static inline float kern_float(uint32_t u)
{
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}

/* kern_min: B when the two are equal or one is a NaN, as minps gives its second operand. */
static inline float kern_min(float a, float b)
{
    return a < b ? a : b;
}

/* kern_max: B when the two are equal or one is a NaN, as maxps gives its second operand. */
static inline float kern_max(float a, float b)
{
    return a > b ? a : b;
}

/* kern_exp: +0 below KERN_EXP_LO; NaN gives exp(KERN_EXP_HI). */
static inline float kern_exp(float x)
{
    float c = kern_max(kern_min(x, KERN_EXP_HI), KERN_EXP_LO);
    float n = rintf(c * KERN_EXP_LOG2E);
    float r = fmaf(n, -KERN_EXP_LN2_HI, c);
    r = fmaf(n, -KERN_EXP_LN2_LO, r);
    float p = fmaf(KERN_EXP_C6, r, KERN_EXP_C5);
    p = fmaf(p, r, KERN_EXP_C4);
    p = fmaf(p, r, KERN_EXP_C3);
    p = fmaf(p, r, KERN_EXP_C2);
    p = fmaf(p, r, 1.0f);
    p = fmaf(p, r, 1.0f);
    float y = kern_float(kern_bits(p) + ((uint32_t)(int32_t)n << 23));
    return x < KERN_EXP_LO ? 0.0f : y;
}

/* kern_silu: x / (1 + exp(-x)); -x flips the sign bit. */
static inline float kern_silu(float x)
{
    return x / (1.0f + kern_exp(-x));
}

/* kern_gelu: x / (1 + exp(-x (linear + cubic x^2))). */
static inline float kern_gelu(float x, float linear, float cubic)
{
    float u = x * fmaf(cubic, x * x, linear);
    return x / (1.0f + kern_exp(-u));
}

/* P of kern_gelu_exact, of degree 6 (minimax for its product, error 9.3e-8): x^2 up to 5.5^2. */
#define KERN_GELU_MOST 30.25f
#define KERN_GELU_C0   0x1.988448p+0f
#define KERN_GELU_C1   0x1.29a684p-4f
#define KERN_GELU_C2   -0x1.15e9f6p-14f
#define KERN_GELU_C3   -0x1.cf6362p-14f
#define KERN_GELU_C4   0x1.0a5cd4p-17f
#define KERN_GELU_C5   -0x1.1e9308p-22f
#define KERN_GELU_C6   0x1.f05338p-29f

/* kern_gelu_exact: x times the normal distribution function of x, which is 1 / (1 + exp(-x
 * P(x^2))). */
static inline float kern_gelu_exact(float x)
{
    float t = kern_min(x * x, KERN_GELU_MOST);
    float p = fmaf(KERN_GELU_C6, t, KERN_GELU_C5);
    p = fmaf(p, t, KERN_GELU_C4);
    p = fmaf(p, t, KERN_GELU_C3);
    p = fmaf(p, t, KERN_GELU_C2);
    p = fmaf(p, t, KERN_GELU_C1);
    p = fmaf(p, t, KERN_GELU_C0);
    return x / (1.0f + kern_exp(-(x * p)));
}

/* kern_f16: exact. Built from integers, so that f16 denormals survive DAZ. */
static inline float kern_f16(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000u) << 16, exponent = h >> 10 & 31u, mantissa = h & 1023u;
    if (exponent == 31)
        return kern_float(sign | 0x7f800000u | (mantissa ? mantissa << 13 | 0x400000u : 0));
    if (exponent)
        return kern_float(sign | (exponent + 112) << 23 | mantissa << 13);
    float f = (float)mantissa * 0x1p-24f;
    return sign ? -f : f;
}

/* kern_bf16_to_f32: exact. */
static inline float kern_bf16_to_f32(uint16_t h)
{
    return kern_float((uint32_t)h << 16);
}

/* kern_bf16: to nearest even; NaN becomes quiet. Too large numbers become infinite: kv_write clamps
 * before. */
static inline uint16_t kern_bf16(float f)
{
    uint32_t u = kern_bits(f);
    if ((u & 0x7fffffffu) > 0x7f800000u)
        return (uint16_t)(u >> 16 | 0x40u);
    return (uint16_t)((u + 0x7fffu + (u >> 16 & 1u)) >> 16);
}

/* kern_tree16: the sum of 16 lanes by the tree 8-4-2-1. */
static inline float kern_tree16(const float lane[16])
{
    float s[16];
    for (int i = 0; i < 16; i++)
        s[i] = lane[i];
    for (int half = 8; half; half /= 2)
        for (int i = 0; i < half; i++)
            s[i] = s[i] + s[i + half];
    return s[0];
}

#endif
