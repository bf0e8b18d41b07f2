/* mm_neon: what the Arm matrix products share. A group is two halves of 8 rows, a half two quarters
 * of 4: a quarter's k-group (plan/layout.h) is one register, 4 columns of each of 4 rows.
 *
 * Sums are kept in one of two forms. A half of a group times N_T tokens is 2 * N_T registers of 4
 * lanes in both:
 *   MM_DOT   register q * n_t + t: the 4 rows of quarter q, token t; sdot with a lane of 4
 *            activations
 *   MM_MMLA  register p * (n_t / 2) + u: rows 2p and 2p + 1 by tokens 2u and 2u + 1, the token
 *            running faster; smmla, which takes 8 columns of 2 rows: two k-groups zipped
 * Register i takes row factors i / mm_n_wide and token factors i % mm_n_wide. */
#ifndef TAKT_TARGET_CPU_ARM_MM_NEON_H
#define TAKT_TARGET_CPU_ARM_MM_NEON_H

#include <arm_neon.h>

#include "target/cpu/simd/mm_layout.h"

enum mm_form { MM_DOT, MM_MMLA };

/* How many different token factors N_T tokens have. */
MM_INLINE int mm_n_wide(enum mm_form form, int n_t)
{
    return form == MM_DOT ? n_t : n_t / 2;
}

/* ---- weights -----------------------------------------------------------------------------------
 */

/* 8 f16, one per row of a half: its scales or minima. */
MM_INLINE void mm_f16x8(const uint8_t *p, float32x4_t out[2])
{
    float16x8_t v = vreinterpretq_f16_u8(vld1q_u8(p));
    out[0] = vcvt_f32_f16(vget_low_f16(v));
    out[1] = vcvt_high_f32_f16(v);
}

/* 8 bf16, one per row of a half. */
MM_INLINE void mm_bf16x8(const uint8_t *p, float32x4_t out[2])
{
    uint16x8_t v = vreinterpretq_u16_u8(vld1q_u8(p));
    out[0] = vreinterpretq_f32_u32(vshll_n_u16(vget_low_u16(v), 16));
    out[1] = vreinterpretq_f32_u32(vshll_high_n_u16(v, 16));
}

/* These types' levels are taken as they are; those of others without their offset, for which the
 * sums of the activations make up. */
MM_INLINE bool mm_is_signed(enum qtype type)
{
    return mm_offset_shift(type) == 7 || type == QTYPE_MXFP4;
}

/* The instruction wants its shift as a constant, which N is after inlining. */
MM_INLINE uint8x16_t mm_shift_right(uint8x16_t v, int n)
{
    switch (n) {
    case 2: return vshrq_n_u8(v, 2);
    case 4: return vshrq_n_u8(v, 4);
    case 6: return vshrq_n_u8(v, 6);
    default: return v;
    }
}

/* 16 bits to 16 bytes of 0 or BIT. */
MM_INLINE uint8x16_t mm_bits(const uint8_t *p, uint8_t bit)
{
    static const uint8_t each[8] = {1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x8_t mask = vld1_u8(each);
    uint8x16_t v = vcombine_u8(vld1_dup_u8(p), vld1_dup_u8(p + 1));
    return vandq_u8(vtstq_u8(v, vcombine_u8(mask, mask)), vdupq_n_u8(bit));
}

/* The two bits from SHIFT (0, 2, 4, 6) of each of 16 bytes. */
MM_INLINE uint8x16_t mm_two(const uint8_t *p, int shift)
{
    return vandq_u8(mm_shift_right(vld1q_u8(p), shift), vdupq_n_u8(3));
}

/* K-group J (0..7) of 32-column block PARITY (0, 1) of the 64 columns at QUANTS and UPPER, which
 * point at the quarter's part of them: levels without their offset, or signed ones where
 * mm_is_signed. */
MM_INLINE int8x16_t mm_k_group(enum qtype type, const uint8_t *quants, const uint8_t *upper,
                               int parity, int j)
{
    if (type == QTYPE_Q8_0)
        return vreinterpretq_s8_u8(
            veorq_u8(vld1q_u8(quants + (parity * 8 + j) * 64), vdupq_n_u8(128)));
    if (mm_has_twos(type)) {
        uint8x16_t v = mm_two(quants + j % 4 * 64, parity * 4 + j / 4 * 2);
        if (type == QTYPE_Q3_K)
            v = vorrq_u8(v, mm_bits(upper + (parity * 8 + j) * 8, 4));
        return vreinterpretq_s8_u8(v);
    }
    uint8x16_t v = vld1q_u8(quants + (parity * 4 + j % 4) * 64);
    v = j < 4 ? vandq_u8(v, vdupq_n_u8(15)) : vshrq_n_u8(v, 4);
    if (mm_has_bit(type))
        v = vorrq_u8(v, mm_bits(upper + (parity * 8 + j) * 8, 16));
    if (type == QTYPE_Q6_K)
        v = vorrq_u8(v, vshlq_n_u8(mm_two(upper + j % 4 * 64, parity * 4 + j / 4 * 2), 4));
    if (!mm_is_signed(type))
        return vreinterpretq_s8_u8(v);
    return vqtbl1q_s8(vld1q_s8(type == QTYPE_MXFP4 ? qtype_mxfp4_levels : qtype_iq4nl_levels), v);
}

/* From quarter to quarter: the bytes of the upper bits. */
MM_INLINE uint32_t mm_upper_quarter(enum qtype type)
{
    return mm_has_bit(type) ? 2 : 16;
}

/* ---- products ----------------------------------------------------------------------------------
 */

/* s + w . (lane LANE of a), four columns of each of four rows; LANE is constant after inlining. */
MM_INLINE int32x4_t mm_sdot(int32x4_t s, int8x16_t w, int8x16_t a, int lane)
{
    switch (lane) {
    case 0: return vdotq_laneq_s32(s, w, a, 0);
    case 1: return vdotq_laneq_s32(s, w, a, 1);
    case 2: return vdotq_laneq_s32(s, w, a, 2);
    default: return vdotq_laneq_s32(s, w, a, 3);
    }
}

/* mm_dot in the form MM_DOT. */
MM_INLINE void mm_dot_sdot(enum qtype type, int n_t, int32x4_t s[], const uint8_t *quants,
                           const uint8_t *upper, int parity, int from, int n,
                           const uint8_t *const rows[], uint32_t column)
{
    int8x16_t a[4];
    MM_UNROLL
    for (int j = from; j < from + n; j++) {
        MM_UNROLL
        for (int t = 0; t < n_t; t++)
            if (j % 4 == 0)
                a[t] = vreinterpretq_s8_u8(vld1q_u8(rows[t] + column + j * 4));
        MM_UNROLL
        for (int q = 0; q < 2; q++) {
            int8x16_t w = mm_k_group(type, quants + q * 16,
                                     upper + (uint32_t)q * mm_upper_quarter(type), parity, j);
            MM_UNROLL
            for (int t = 0; t < n_t; t++)
                s[q * n_t + t] = mm_sdot(s[q * n_t + t], w, a[t], j % 4);
        }
    }
}

#ifdef __ARM_FEATURE_MATMUL_INT8
/* mm_dot in the form MM_MMLA. */
MM_INLINE void mm_dot_mmla(enum qtype type, int n_t, int32x4_t s[], const uint8_t *quants,
                           const uint8_t *upper, int parity, int from, int n,
                           const uint8_t *const rows[], uint32_t column)
{
    const int n_wide = n_t / 2;
    MM_UNROLL
    for (int j = from; j < from + n; j += 2) {
        int8x16_t a[4];
        MM_UNROLL
        for (int u = 0; u < n_wide; u++)
            a[u] = vreinterpretq_s8_u8(vcombine_u8(vld1_u8(rows[2 * u] + column + j * 4),
                                                   vld1_u8(rows[2 * u + 1] + column + j * 4)));
        MM_UNROLL
        for (int q = 0; q < 2; q++) {
            const uint8_t *at = upper + (uint32_t)q * mm_upper_quarter(type);
            int32x4_t x = vreinterpretq_s32_s8(mm_k_group(type, quants + q * 16, at, parity, j));
            int32x4_t y =
                vreinterpretq_s32_s8(mm_k_group(type, quants + q * 16, at, parity, j + 1));
            const int8x16_t w[2] = {vreinterpretq_s8_s32(vzip1q_s32(x, y)),
                                    vreinterpretq_s8_s32(vzip2q_s32(x, y))};
            MM_UNROLL
            for (int i = 0; i < 2 * n_wide; i++)
                s[q * n_t + i] = vmmlaq_s32(s[q * n_t + i], w[i / n_wide], a[i % n_wide]);
        }
    }
}
#endif

/* s[] += w . rows[] for k-groups FROM .. FROM + N - 1 of the block of a half whose levels and upper
 * bits are at QUANTS and UPPER; COLUMN is the block's first. FROM and N are multiples of 4. */
MM_INLINE void mm_dot(enum mm_form form, enum qtype type, int n_t, int32x4_t s[],
                      const uint8_t *quants, const uint8_t *upper, int parity, int from, int n,
                      const uint8_t *const rows[], uint32_t column)
{
#ifdef __ARM_FEATURE_MATMUL_INT8
    if (form == MM_MMLA) {
        mm_dot_mmla(type, n_t, s, quants, upper, parity, from, n, rows, column);
        return;
    }
#endif
    (void)form;
    mm_dot_sdot(type, n_t, s, quants, upper, parity, from, n, rows, column);
}

/* ---- factors of a register's lanes -------------------------------------------------------------
 */

/* The 32 bits at AT of the rows of token factor U. */
MM_INLINE int32x4_t mm_tokens(enum mm_form form, const uint8_t *const rows[], uint64_t at, int u)
{
    if (form == MM_DOT)
        return vld1q_dup_s32((const int32_t *)(const void *)(rows[u] + at));
    int32x2_t v = vld1_dup_s32((const int32_t *)(const void *)(rows[2 * u] + at));
    v = vld1_lane_s32((const int32_t *)(const void *)(rows[2 * u + 1] + at), v, 1);
    return vcombine_s32(v, v);
}

/* mm_tokens of floats. */
MM_INLINE float32x4_t mm_tokens_f32(enum mm_form form, const uint8_t *const rows[], uint64_t at,
                                    int u)
{
    return vreinterpretq_f32_s32(mm_tokens(form, rows, at, u));
}

/* The row factors (2 or 4) from the 8 rows of a half in order. */
MM_INLINE void mm_row_factors(enum mm_form form, const int32x4_t in[2], int32x4_t out[4])
{
    out[0] = form == MM_DOT ? in[0] : vzip1q_s32(in[0], in[0]);
    out[1] = form == MM_DOT ? in[1] : vzip2q_s32(in[0], in[0]);
    out[2] = vzip1q_s32(in[1], in[1]);
    out[3] = vzip2q_s32(in[1], in[1]);
}

/* mm_row_factors of floats. */
MM_INLINE void mm_row_factors_f32(enum mm_form form, const float32x4_t in[2], float32x4_t out[4])
{
    out[0] = form == MM_DOT ? in[0] : vzip1q_f32(in[0], in[0]);
    out[1] = form == MM_DOT ? in[1] : vzip2q_f32(in[0], in[0]);
    out[2] = vzip1q_f32(in[1], in[1]);
    out[3] = vzip2q_f32(in[1], in[1]);
}

/* Writes a half of a group, in FORM, for N_T tokens; those beyond N_TOKENS repeat the last. */
MM_INLINE void mm_store(enum mm_form form, int n_t, const struct mm_args *a, float *out,
                        const float32x4_t acc[], uint32_t n_tokens)
{
    const int n_wide = mm_n_wide(form, n_t);
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++) {
        const int q = i / n_t, t = i % n_t;
        const uint32_t token = (uint32_t)t < n_tokens ? (uint32_t)t : n_tokens - 1;
        float32x4_t v = acc[i];
        if (form == MM_MMLA) {
            float32x4_t x = acc[2 * q * n_wide + t / 2], y = acc[(2 * q + 1) * n_wide + t / 2];
            v = t % 2 ? vuzp2q_f32(x, y) : vuzp1q_f32(x, y);
        }
        vst1q_f32(out + token * a->out_stride + q * 4, v);
    }
}

/* ---- kernels -----------------------------------------------------------------------------------
 */

/* MM_TILE defines an instance of the file's tile(form, type, tokens, ...); MM_KERNEL the kernel of
 * a type from its instances, by rising number of tokens. */
#define MM_TILE(type, form, t)                                                                     \
    static void tile_##type##_##t(const struct mm_args *a, float *out, const uint8_t *w,           \
                                  const uint8_t *act, uint32_t n_tokens)                           \
    {                                                                                              \
        tile(form, QTYPE_##type, t, a, out, w, act, n_tokens);                                     \
    }
#define MM_KERNEL(type, ...)                                                                       \
    static void matmul_##type(float *out, size_t out_stride, const uint8_t *w, uint32_t n_groups,  \
                              uint64_t group_bytes, uint32_t cols, const uint8_t *act,             \
                              uint64_t act_stride, uint32_t n_tokens, uint8_t *scratch)            \
    {                                                                                              \
        (void)scratch;                                                                             \
        static const struct mm_tiles tiles = {.one = {__VA_ARGS__}};                               \
        struct mm_args a = {.out_stride = out_stride, .act_stride = act_stride, .cols = cols};     \
        mm_run(&tiles, &a, out, w, n_groups, group_bytes, act, n_tokens);                          \
    }
#define MM_KERNEL_NEON(type)                                                                       \
    MM_TILE(type, MM_DOT, 1)                                                                       \
    MM_TILE(type, MM_DOT, 2)                                                                       \
    MM_TILE(type, MM_DOT, 4)                                                                       \
    MM_KERNEL(type, tile_##type##_1, tile_##type##_2, tile_##type##_4)
#define MM_KERNEL_I8MM(type)                                                                       \
    MM_TILE(type, MM_DOT, 1)                                                                       \
    MM_TILE(type, MM_MMLA, 2)                                                                      \
    MM_TILE(type, MM_MMLA, 4)                                                                      \
    MM_TILE(type, MM_MMLA, 8)                                                                      \
    MM_KERNEL(type, tile_##type##_1, tile_##type##_2, tile_##type##_4, tile_##type##_8)

#endif
