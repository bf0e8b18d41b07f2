/* vec_avx512: 16 lanes of float as one register. The same operations as vec_avx2; vec_math.h and
 * the templates are written in them. */
#ifndef TAKT_TARGET_CPU_X86_VEC_AVX512_H
#define TAKT_TARGET_CPU_X86_VEC_AVX512_H

#include <immintrin.h>
#include <string.h>

#include "target/cpu/simd/mm_tiles.h"

struct v16 {
    __m512 v;
};

/* Pairs of bf16, the even one low: each as f32. */
MM_INLINE __m512 vec_bf16_even(__m512i pairs)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(pairs, 16));
}

/* The odd ones of such pairs. */
MM_INLINE __m512 vec_bf16_odd(__m512i pairs)
{
    return _mm512_castsi512_ps(_mm512_and_si512(pairs, _mm512_set1_epi32((int)0xffff0000)));
}

/* 64 bytes, 16 pairs: the even ones to out[0], the odd ones to out[1]. */
MM_INLINE void vec_load_bf16_pairs(const uint8_t *p, struct v16 out[2])
{
    __m512i pairs = _mm512_loadu_si512(p);
    out[0].v = vec_bf16_even(pairs);
    out[1].v = vec_bf16_odd(pairs);
}

/* 16 int8. */
MM_INLINE struct v16 vec_load_i8(const uint8_t *p)
{
    __m128i q = _mm_loadu_si128((const __m128i *)(const void *)p);
    return (struct v16){_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(q))};
}

/* 16 bf16, each twice: the first eight to out[0], the others to out[1]. */
MM_INLINE void vec_load_bf16_twice(const uint8_t *p, struct v16 out[2])
{
    __m256i u = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m512i f = _mm512_slli_epi32(_mm512_cvtepu16_epi32(u), 16);
    __m512i at = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
    __m512i behind = _mm512_add_epi32(at, _mm512_set1_epi32(8));
    out[0].v = _mm512_castsi512_ps(_mm512_permutexvar_epi32(at, f));
    out[1].v = _mm512_castsi512_ps(_mm512_permutexvar_epi32(behind, f));
}

/* Two bf16, alternating in the lanes. */
MM_INLINE struct v16 vec_bf16_pair(const uint8_t *p)
{
    uint32_t u;
    memcpy(&u, p, sizeof u);
    __m512i shift = _mm512_set1_epi64(16), pair = _mm512_set1_epi32((int)u);
    __m512i f = _mm512_sllv_epi32(pair, shift);
    return (struct v16){
        _mm512_castsi512_ps(_mm512_and_si512(f, _mm512_set1_epi32((int)0xffff0000)))};
}

/* 32 bf16 from finite lanes, rounded as kern_bf16 does. */
MM_INLINE void vec_store_bf16(uint8_t *p, struct v16 a, struct v16 b)
{
    const __m512i low_at =
        _mm512_set_epi16(62, 60, 58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32, 30, 28, 26,
                         24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i high_at = _mm512_add_epi16(low_at, _mm512_set1_epi16(1));
    __m512i x = _mm512_castps_si512(a.v), y = _mm512_castps_si512(b.v);
    __m512i low = _mm512_permutex2var_epi16(x, low_at, y);
    __m512i high = _mm512_permutex2var_epi16(x, high_at, y);
    /* up when low > half, or low == half and high is odd; low + 1 does not overflow: a product of
     * an int8 and a bf16 has 15 significant bits */
    __m512i odd = _mm512_and_si512(high, _mm512_set1_epi16(1));
    __mmask32 up =
        _mm512_cmpgt_epu16_mask(_mm512_add_epi16(low, odd), _mm512_set1_epi16((short)0x8000));
    _mm512_storeu_si512(p, _mm512_mask_add_epi16(high, up, high, _mm512_set1_epi16(1)));
}

/* The first N lanes; all for N >= 16. */
MM_INLINE __mmask16 vec_first(uint32_t n)
{
    return n >= 16 ? 0xffff : (__mmask16)((1u << n) - 1);
}

/* X in all lanes. */
MM_INLINE struct v16 vec_set(float x)
{
    return (struct v16){_mm512_set1_ps(x)};
}

/* 16 floats, at any alignment. */
MM_INLINE struct v16 vec_load(const void *p)
{
    return (struct v16){_mm512_loadu_ps(p)};
}

/* 16 floats, at any alignment. */
MM_INLINE void vec_store(float *p, struct v16 a)
{
    _mm512_storeu_ps(p, a.v);
}

/* The first N values, zeros behind; nothing behind them is touched. */
MM_INLINE struct v16 vec_load_n(const float *p, uint32_t n)
{
    return (struct v16){_mm512_maskz_loadu_ps(vec_first(n), p)};
}

/* The first N lanes; nothing behind them is touched. */
MM_INLINE void vec_store_n(float *p, struct v16 a, uint32_t n)
{
    _mm512_mask_storeu_ps(p, vec_first(n), a.v);
}

#define VEC_BINARY(name, op)                                                                       \
    MM_INLINE struct v16 name(struct v16 a, struct v16 b)                                          \
    {                                                                                              \
        return (struct v16){op(a.v, b.v)};                                                         \
    }
VEC_BINARY(vec_add, _mm512_add_ps)
VEC_BINARY(vec_sub, _mm512_sub_ps)
VEC_BINARY(vec_mul, _mm512_mul_ps)
VEC_BINARY(vec_div, _mm512_div_ps)
VEC_BINARY(vec_min, _mm512_min_ps) /* min and max: b when one is NaN, as kern_min and kern_max */
VEC_BINARY(vec_max, _mm512_max_ps)
VEC_BINARY(vec_xor, _mm512_xor_ps)
VEC_BINARY(vec_andnot, _mm512_andnot_ps) /* ~a & b */
#undef VEC_BINARY

/* a * b + c, rounded once. */
MM_INLINE struct v16 vec_fma(struct v16 a, struct v16 b, struct v16 c)
{
    return (struct v16){_mm512_fmadd_ps(a.v, b.v, c.v)};
}

/* a * b - c, rounded once. */
MM_INLINE struct v16 vec_fms(struct v16 a, struct v16 b, struct v16 c)
{
    return (struct v16){_mm512_fmsub_ps(a.v, b.v, c.v)};
}

/* To the nearest integer, halves to the even one, whatever the rounding mode. */
MM_INLINE struct v16 vec_rint(struct v16 a)
{
    return (struct v16){_mm512_roundscale_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}

/* a * 2^n by adding to the exponent. */
MM_INLINE struct v16 vec_scale2(struct v16 a, struct v16 n)
{
    __m512i bits = _mm512_slli_epi32(_mm512_cvtps_epi32(n.v), 23);
    return (struct v16){_mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(a.v), bits))};
}

/* +0 where x < low. */
MM_INLINE struct v16 vec_zero_below(struct v16 a, struct v16 x, struct v16 low)
{
    __mmask16 below = _mm512_cmp_ps_mask(x.v, low.v, _CMP_LT_OQ);
    return (struct v16){_mm512_maskz_mov_ps((__mmask16)~below, a.v)};
}

/* Lanes FROM..TO - 1 of a, the others of b. */
MM_INLINE struct v16 vec_range(struct v16 a, struct v16 b, uint32_t from, uint32_t to)
{
    __mmask16 in = (__mmask16)(vec_first(to) & ~vec_first(from));
    return (struct v16){_mm512_mask_blend_ps(in, b.v, a.v)};
}

/* kern_bf16, as f32. */
MM_INLINE struct v16 vec_round_bf16(struct v16 a)
{
    const __m512i upper = _mm512_set1_epi32((int)0xffff0000);
    __m512i u = _mm512_castps_si512(a.v);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(u, 16), _mm512_set1_epi32(1));
    __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(u, _mm512_set1_epi32(0x7fff)), odd);
    __m512i quiet = _mm512_or_si512(u, _mm512_set1_epi32(0x400000));
    __mmask16 nan = _mm512_cmp_ps_mask(a.v, a.v, _CMP_UNORD_Q);
    __m512i r = _mm512_and_si512(_mm512_mask_blend_epi32(nan, rounded, quiet), upper);
    return (struct v16){_mm512_castsi512_ps(r)};
}

/* kern_bf16 of finite lanes, as f32. */
MM_INLINE struct v16 vec_round_bf16_finite(struct v16 a)
{
    __m512i u = _mm512_castps_si512(a.v);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(u, 16), _mm512_set1_epi32(1));
    u = _mm512_add_epi32(_mm512_add_epi32(u, _mm512_set1_epi32(0x7fff)), odd);
    u = _mm512_and_si512(u, _mm512_set1_epi32((int)0xffff0000));
    return (struct v16){_mm512_castsi512_ps(u)};
}

/* The upper halves of the lanes. */
MM_INLINE void vec_store_upper(uint8_t *p, struct v16 a)
{
    __m512i u = _mm512_srli_epi32(_mm512_castps_si512(a.v), 16);
    _mm256_storeu_si256((__m256i *)(void *)p, _mm512_cvtepi32_epi16(u));
}

/* The upper halves of 32 lanes. */
MM_INLINE void vec_store_upper_twice(uint8_t *p, struct v16 a, struct v16 b)
{
    const __m512i at =
        _mm512_set_epi16(63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35, 33, 31, 29, 27,
                         25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
    _mm512_storeu_si512(
        p, _mm512_permutex2var_epi16(_mm512_castps_si512(a.v), at, _mm512_castps_si512(b.v)));
}

/* The lanes of A whose byte at P is not 0, the others of B. */
MM_INLINE struct v16 vec_where(const bool *p, struct v16 a, struct v16 b)
{
    __m128i flags = _mm_loadu_si128((const __m128i *)(const void *)p);
    return (struct v16){_mm512_mask_blend_ps(_mm_test_epi8_mask(flags, flags), b.v, a.v)};
}

/* Stores the lanes (within int8) rounded to nearest even; returns their sum. */
MM_INLINE int32_t vec_store_i8(int8_t *p, struct v16 a)
{
    __m512i level = _mm512_cvtps_epi32(a.v);
    _mm_storeu_si128((__m128i *)(void *)p, _mm512_cvtepi32_epi8(level));
    return _mm512_reduce_add_epi32(level);
}

/* The largest lane; callers let no NaN in. */
MM_INLINE float vec_reduce_max(struct v16 a)
{
    return _mm512_reduce_max_ps(a.v);
}

/* The tree 8-4-2-1. */
MM_INLINE float vec_tree16(struct v16 x)
{
    __m256 a = _mm256_add_ps(_mm512_castps512_ps256(x.v), _mm512_extractf32x8_ps(x.v, 1));
    __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_add_ps(b, _mm_movehl_ps(b, b));
    return _mm_cvtss_f32(_mm_add_ss(b, _mm_movehdup_ps(b)));
}

#endif
