/* vec_neon: 16 lanes of float as four registers. The same operations as x86/vec_avx512.h;
 * simd/vec_math.h and the templates are written in them. */
#ifndef TAKT_TARGET_CPU_ARM_VEC_NEON_H
#define TAKT_TARGET_CPU_ARM_VEC_NEON_H

#include <arm_neon.h>
#include <string.h>

#include "target/cpu/simd/mm_tiles.h"

struct v16 {
    float32x4_t a, b, c, d; /* lanes 0-3, 4-7, 8-11, 12-15 */
};

/* Two rows of pairs of bf16, the even one low: each as f32. */
MM_INLINE float32x4_t vec_bf16_even(uint32x4_t pairs)
{
    return vreinterpretq_f32_u32(vshlq_n_u32(pairs, 16));
}

/* The odd ones of such pairs. */
MM_INLINE float32x4_t vec_bf16_odd(uint32x4_t pairs)
{
    return vreinterpretq_f32_u32(vandq_u32(pairs, vdupq_n_u32(0xffff0000)));
}

/* Four 32-bit lanes, at any alignment. */
MM_INLINE uint32x4_t vec_load_u32(const uint8_t *p)
{
    return vreinterpretq_u32_u8(vld1q_u8(p));
}

/* 64 bytes, 16 pairs: the even ones to out[0], the odd ones to out[1]. */
MM_INLINE void vec_load_bf16_pairs(const uint8_t *p, struct v16 out[2])
{
    uint32x4_t a = vec_load_u32(p), b = vec_load_u32(p + 16);
    uint32x4_t c = vec_load_u32(p + 32), d = vec_load_u32(p + 48);
    out[0] = (struct v16){vec_bf16_even(a), vec_bf16_even(b), vec_bf16_even(c), vec_bf16_even(d)};
    out[1] = (struct v16){vec_bf16_odd(a), vec_bf16_odd(b), vec_bf16_odd(c), vec_bf16_odd(d)};
}

/* 8 of 16 int8 as two registers. */
MM_INLINE void vec_widen_i8(int8x8_t q, float32x4_t *a, float32x4_t *b)
{
    int16x8_t v = vmovl_s8(q);
    *a = vcvtq_f32_s32(vmovl_s16(vget_low_s16(v)));
    *b = vcvtq_f32_s32(vmovl_high_s16(v));
}

/* 16 int8. */
MM_INLINE struct v16 vec_load_i8(const uint8_t *p)
{
    int8x16_t q = vreinterpretq_s8_u8(vld1q_u8(p));
    struct v16 x;
    vec_widen_i8(vget_low_s8(q), &x.a, &x.b);
    vec_widen_i8(vget_high_s8(q), &x.c, &x.d);
    return x;
}

/* Eight bf16, each twice. */
MM_INLINE struct v16 vec_bf16_twice(const uint8_t *p)
{
    uint16x8_t u = vreinterpretq_u16_u8(vld1q_u8(p));
    float32x4_t a = vreinterpretq_f32_u32(vshll_n_u16(vget_low_u16(u), 16));
    float32x4_t b = vreinterpretq_f32_u32(vshll_high_n_u16(u, 16));
    return (struct v16){vzip1q_f32(a, a), vzip2q_f32(a, a), vzip1q_f32(b, b), vzip2q_f32(b, b)};
}

/* 16 bf16, each twice: the first eight to out[0], the others to out[1]. */
MM_INLINE void vec_load_bf16_twice(const uint8_t *p, struct v16 out[2])
{
    out[0] = vec_bf16_twice(p);
    out[1] = vec_bf16_twice(p + 16);
}

/* Two bf16, alternating in the lanes. */
MM_INLINE struct v16 vec_bf16_pair(const uint8_t *p)
{
    uint32_t u;
    memcpy(&u, p, sizeof u);
    uint16x4_t pairs = vreinterpret_u16_u32(vdup_n_u32(u));
    float32x4_t v = vreinterpretq_f32_u32(vshll_n_u16(pairs, 16));
    return (struct v16){v, v, v, v};
}

/* X in all lanes. */
MM_INLINE struct v16 vec_set(float x)
{
    float32x4_t v = vdupq_n_f32(x);
    return (struct v16){v, v, v, v};
}

/* 16 floats, at any alignment. */
MM_INLINE struct v16 vec_load(const void *p)
{
    const float *f = p;
    return (struct v16){vld1q_f32(f), vld1q_f32(f + 4), vld1q_f32(f + 8), vld1q_f32(f + 12)};
}

/* 16 floats, at any alignment. */
MM_INLINE void vec_store(float *p, struct v16 x)
{
    vst1q_f32(p, x.a);
    vst1q_f32(p + 4, x.b);
    vst1q_f32(p + 8, x.c);
    vst1q_f32(p + 12, x.d);
}

/* The first N values, zeros behind; nothing behind them is touched. */
MM_INLINE struct v16 vec_load_n(const float *p, uint32_t n)
{
    if (n >= 16)
        return vec_load(p);
    float part[16] = {0};
    memcpy(part, p, n * sizeof *p);
    return vec_load(part);
}

/* The first N lanes; nothing behind them is touched. */
MM_INLINE void vec_store_n(float *p, struct v16 x, uint32_t n)
{
    if (n >= 16) {
        vec_store(p, x);
        return;
    }
    float part[16];
    vec_store(part, x);
    memcpy(p, part, n * sizeof *p);
}

/* min and max: b when one is NaN, as kern_min and kern_max; vminq and vmaxq would give the NaN. */
MM_INLINE float32x4_t vec_min4(float32x4_t a, float32x4_t b)
{
    return vbslq_f32(vcltq_f32(a, b), a, b);
}

/* The larger, b when one is NaN. */
MM_INLINE float32x4_t vec_max4(float32x4_t a, float32x4_t b)
{
    return vbslq_f32(vcgtq_f32(a, b), a, b);
}

/* The bits of a with those of b flipped. */
MM_INLINE float32x4_t vec_xor4(float32x4_t a, float32x4_t b)
{
    return vreinterpretq_f32_u32(veorq_u32(vreinterpretq_u32_f32(a), vreinterpretq_u32_f32(b)));
}

/* ~a & b */
MM_INLINE float32x4_t vec_andnot4(float32x4_t a, float32x4_t b)
{
    return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(b), vreinterpretq_u32_f32(a)));
}

#define VEC_BINARY(name, op)                                                                       \
    MM_INLINE struct v16 name(struct v16 x, struct v16 y)                                          \
    {                                                                                              \
        return (struct v16){op(x.a, y.a), op(x.b, y.b), op(x.c, y.c), op(x.d, y.d)};               \
    }
VEC_BINARY(vec_add, vaddq_f32)
VEC_BINARY(vec_sub, vsubq_f32)
VEC_BINARY(vec_mul, vmulq_f32)
VEC_BINARY(vec_div, vdivq_f32)
VEC_BINARY(vec_min, vec_min4)
VEC_BINARY(vec_max, vec_max4)
VEC_BINARY(vec_xor, vec_xor4)
VEC_BINARY(vec_andnot, vec_andnot4)
#undef VEC_BINARY

/* a * b + c, rounded once. */
MM_INLINE struct v16 vec_fma(struct v16 x, struct v16 y, struct v16 z)
{
    return (struct v16){vfmaq_f32(z.a, x.a, y.a), vfmaq_f32(z.b, x.b, y.b),
                        vfmaq_f32(z.c, x.c, y.c), vfmaq_f32(z.d, x.d, y.d)};
}

/* a * b - c, rounded once. */
MM_INLINE struct v16 vec_fms(struct v16 x, struct v16 y, struct v16 z)
{
    return vec_fma(x, y, vec_xor(z, vec_set(-0.0f)));
}

/* To the nearest integer, halves to the even one, whatever the rounding mode. */
MM_INLINE struct v16 vec_rint(struct v16 x)
{
    return (struct v16){vrndnq_f32(x.a), vrndnq_f32(x.b), vrndnq_f32(x.c), vrndnq_f32(x.d)};
}

/* vec_scale2 of 4 lanes. */
MM_INLINE float32x4_t vec_scale2_4(float32x4_t a, float32x4_t n)
{
    int32x4_t bits = vshlq_n_s32(vcvtnq_s32_f32(n), 23);
    return vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(a), bits));
}

/* a * 2^n by adding to the exponent. */
MM_INLINE struct v16 vec_scale2(struct v16 x, struct v16 n)
{
    return (struct v16){vec_scale2_4(x.a, n.a), vec_scale2_4(x.b, n.b), vec_scale2_4(x.c, n.c),
                        vec_scale2_4(x.d, n.d)};
}

/* vec_zero_below of 4 lanes. */
MM_INLINE float32x4_t vec_zero_below4(float32x4_t a, float32x4_t x, float32x4_t low)
{
    return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(a), vcltq_f32(x, low)));
}

/* +0 where x < low. */
MM_INLINE struct v16 vec_zero_below(struct v16 a, struct v16 x, struct v16 low)
{
    return (struct v16){vec_zero_below4(a.a, x.a, low.a), vec_zero_below4(a.b, x.b, low.b),
                        vec_zero_below4(a.c, x.c, low.c), vec_zero_below4(a.d, x.d, low.d)};
}

/* vec_range of the 4 lanes from AT on. */
MM_INLINE float32x4_t vec_range4(float32x4_t a, float32x4_t b, uint32_t from, uint32_t to, int at)
{
    static const uint32_t count[4] = {0, 1, 2, 3};
    const uint32x4_t lane = vaddq_u32(vld1q_u32(count), vdupq_n_u32((uint32_t)at));
    uint32x4_t in = vandq_u32(vcgeq_u32(lane, vdupq_n_u32(from)), vcltq_u32(lane, vdupq_n_u32(to)));
    return vbslq_f32(in, a, b);
}

/* Lanes FROM..TO - 1 of a, the others of b. */
MM_INLINE struct v16 vec_range(struct v16 x, struct v16 y, uint32_t from, uint32_t to)
{
    return (struct v16){vec_range4(x.a, y.a, from, to, 0), vec_range4(x.b, y.b, from, to, 4),
                        vec_range4(x.c, y.c, from, to, 8), vec_range4(x.d, y.d, from, to, 12)};
}

/* The upper halves of 4 lanes, rounded as kern_bf16 does, in the lower ones. bfcvtn would flush
 * denormals, which kern_bf16 keeps. */
MM_INLINE uint32x4_t vec_bf16_bits(float32x4_t x)
{
    uint32x4_t u = vreinterpretq_u32_f32(x), odd = vandq_u32(vshrq_n_u32(u, 16), vdupq_n_u32(1));
    uint32x4_t rounded = vaddq_u32(vaddq_u32(u, vdupq_n_u32(0x7fff)), odd);
    uint32x4_t quiet = vorrq_u32(u, vdupq_n_u32(0x400000));
    return vshrq_n_u32(vbslq_u32(vceqq_f32(x, x), rounded, quiet), 16);
}

/* vec_round_bf16 of 4 lanes. */
MM_INLINE float32x4_t vec_round_bf16_4(float32x4_t x)
{
    return vreinterpretq_f32_u32(vshlq_n_u32(vec_bf16_bits(x), 16));
}

/* kern_bf16, as f32. */
MM_INLINE struct v16 vec_round_bf16(struct v16 x)
{
    return (struct v16){vec_round_bf16_4(x.a), vec_round_bf16_4(x.b), vec_round_bf16_4(x.c),
                        vec_round_bf16_4(x.d)};
}

/* kern_bf16 of finite lanes, as f32. */
MM_INLINE struct v16 vec_round_bf16_finite(struct v16 x)
{
    return vec_round_bf16(x);
}

/* 32 bf16 from finite lanes, rounded as kern_bf16 does. */
MM_INLINE void vec_store_bf16(uint8_t *p, struct v16 x, struct v16 y)
{
    const uint32x4_t bits[8] = {vec_bf16_bits(x.a), vec_bf16_bits(x.b), vec_bf16_bits(x.c),
                                vec_bf16_bits(x.d), vec_bf16_bits(y.a), vec_bf16_bits(y.b),
                                vec_bf16_bits(y.c), vec_bf16_bits(y.d)};
    for (int i = 0; i < 4; i++) {
        uint16x8_t low = vcombine_u16(vmovn_u32(bits[2 * i]), vmovn_u32(bits[2 * i + 1]));
        vst1q_u8(p + i * 16, vreinterpretq_u8_u16(low));
    }
}

/* The upper halves of 8 lanes. */
MM_INLINE void vec_store_upper8(uint8_t *p, float32x4_t a, float32x4_t b)
{
    uint16x8_t x = vreinterpretq_u16_f32(a), y = vreinterpretq_u16_f32(b);
    vst1q_u8(p, vreinterpretq_u8_u16(vuzp2q_u16(x, y)));
}

/* The upper halves of the lanes. */
MM_INLINE void vec_store_upper(uint8_t *p, struct v16 x)
{
    vec_store_upper8(p, x.a, x.b);
    vec_store_upper8(p + 16, x.c, x.d);
}

/* Stores the lanes (within int8) rounded to nearest even; returns their sum. */
MM_INLINE int32_t vec_store_i8(int8_t *p, struct v16 x)
{
    int32x4_t a = vcvtnq_s32_f32(x.a), b = vcvtnq_s32_f32(x.b);
    int32x4_t c = vcvtnq_s32_f32(x.c), d = vcvtnq_s32_f32(x.d);
    int16x8_t low = vcombine_s16(vmovn_s32(a), vmovn_s32(b));
    int16x8_t high = vcombine_s16(vmovn_s32(c), vmovn_s32(d));
    vst1q_s8(p, vcombine_s8(vmovn_s16(low), vmovn_s16(high)));
    return vaddvq_s32(vaddq_s32(vaddq_s32(a, b), vaddq_s32(c, d)));
}

/* The largest lane; callers let no NaN in. */
MM_INLINE float vec_reduce_max(struct v16 x)
{
    return vmaxvq_f32(vmaxq_f32(vmaxq_f32(x.a, x.b), vmaxq_f32(x.c, x.d)));
}

/* The tree 8-4-2-1. */
MM_INLINE float vec_tree16(struct v16 x)
{
    float32x4_t four = vaddq_f32(vaddq_f32(x.a, x.c), vaddq_f32(x.b, x.d));
    float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

#endif
