/* vec_avx2: 16 lanes of float as two registers. The same operations as vec_avx512; vec_math.h and
 * the templates are written in them. */
#ifndef TAKT_TARGET_CPU_X86_VEC_AVX2_H
#define TAKT_TARGET_CPU_X86_VEC_AVX2_H

#include <immintrin.h>
#include <string.h>

#include "target/cpu/simd/mm_tiles.h"

struct v16 {
    __m256 a, b; /* lanes 0-7, 8-15 */
};

/* Pairs of bf16, the even one low: each as f32. */
MM_INLINE __m256 vec_bf16_even(__m256i pairs)
{
    return _mm256_castsi256_ps(_mm256_slli_epi32(pairs, 16));
}

/* The odd ones of such pairs. */
MM_INLINE __m256 vec_bf16_odd(__m256i pairs)
{
    return _mm256_castsi256_ps(_mm256_and_si256(pairs, _mm256_set1_epi32((int)0xffff0000)));
}

/* 64 bytes, 16 pairs: the even ones to out[0], the odd ones to out[1]. */
MM_INLINE void vec_load_bf16_pairs(const uint8_t *p, struct v16 out[2])
{
    __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
    out[0] = (struct v16){vec_bf16_even(a), vec_bf16_even(b)};
    out[1] = (struct v16){vec_bf16_odd(a), vec_bf16_odd(b)};
}

/* 16 int8. */
MM_INLINE struct v16 vec_load_i8(const uint8_t *p)
{
    __m128i q = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m256i low = _mm256_cvtepi8_epi32(q), high = _mm256_cvtepi8_epi32(_mm_srli_si128(q, 8));
    return (struct v16){_mm256_cvtepi32_ps(low), _mm256_cvtepi32_ps(high)};
}

/* Eight bf16, each twice. */
MM_INLINE struct v16 vec_bf16_twice(const uint8_t *p)
{
    __m128i u = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m256 f = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(u), 16));
    return (struct v16){_mm256_permutevar8x32_ps(f, _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3)),
                        _mm256_permutevar8x32_ps(f, _mm256_setr_epi32(4, 4, 5, 5, 6, 6, 7, 7))};
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
    __m256i f = _mm256_sllv_epi32(_mm256_set1_epi32((int)u), _mm256_set1_epi64x(16));
    __m256 pair = _mm256_castsi256_ps(_mm256_and_si256(f, _mm256_set1_epi32((int)0xffff0000)));
    return (struct v16){pair, pair};
}

/* The upper halves of 8 finite lanes, rounded as kern_bf16 does, in the upper halves. */
MM_INLINE __m256i vec_bf16_bits(__m256 x)
{
    __m256i u = _mm256_castps_si256(x), half = _mm256_set1_epi32(0x7fff);
    __m256i odd = _mm256_and_si256(_mm256_srli_epi32(u, 16), _mm256_set1_epi32(1));
    return _mm256_srli_epi32(_mm256_add_epi32(_mm256_add_epi32(u, half), odd), 16);
}

/* kern_bf16 of finite lanes, as f32. */
MM_INLINE struct v16 vec_round_bf16_finite(struct v16 a)
{
    return (struct v16){_mm256_castsi256_ps(_mm256_slli_epi32(vec_bf16_bits(a.a), 16)),
                        _mm256_castsi256_ps(_mm256_slli_epi32(vec_bf16_bits(a.b), 16))};
}

/* 32 bf16 from finite lanes, rounded as kern_bf16 does. */
MM_INLINE void vec_store_bf16(uint8_t *p, struct v16 x, struct v16 y)
{
    __m256i low = _mm256_packus_epi32(vec_bf16_bits(x.a), vec_bf16_bits(x.b));
    __m256i high = _mm256_packus_epi32(vec_bf16_bits(y.a), vec_bf16_bits(y.b));
    _mm256_storeu_si256((__m256i *)(void *)p, _mm256_permute4x64_epi64(low, 0xd8));
    _mm256_storeu_si256((__m256i *)(void *)(p + 32), _mm256_permute4x64_epi64(high, 0xd8));
}

/* The first N of 8 lanes from AT on. */
MM_INLINE __m256i vec_first(uint32_t n, int at)
{
    __m256i lane =
        _mm256_add_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32(at));
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n >= 16 ? 16 : (int)n), lane);
}

/* X in all lanes. */
MM_INLINE struct v16 vec_set(float x)
{
    return (struct v16){_mm256_set1_ps(x), _mm256_set1_ps(x)};
}

/* 16 floats, at any alignment. */
MM_INLINE struct v16 vec_load(const void *p)
{
    return (struct v16){_mm256_loadu_ps(p), _mm256_loadu_ps((const float *)p + 8)};
}

/* 16 floats, at any alignment. */
MM_INLINE void vec_store(float *p, struct v16 a)
{
    _mm256_storeu_ps(p, a.a);
    _mm256_storeu_ps(p + 8, a.b);
}

/* The first N values, zeros behind; nothing behind them is touched. */
MM_INLINE struct v16 vec_load_n(const float *p, uint32_t n)
{
    if (n >= 16)
        return vec_load(p);
    __m256 a = _mm256_maskload_ps(p, vec_first(n, 0));
    return (struct v16){a,
                        n > 8 ? _mm256_maskload_ps(p + 8, vec_first(n, 8)) : _mm256_setzero_ps()};
}

/* The first N lanes; nothing behind them is touched. */
MM_INLINE void vec_store_n(float *p, struct v16 a, uint32_t n)
{
    if (n >= 16) {
        vec_store(p, a);
        return;
    }
    _mm256_maskstore_ps(p, vec_first(n, 0), a.a);
    if (n > 8)
        _mm256_maskstore_ps(p + 8, vec_first(n, 8), a.b);
}

#define VEC_BINARY(name, op)                                                                       \
    MM_INLINE struct v16 name(struct v16 a, struct v16 b)                                          \
    {                                                                                              \
        return (struct v16){op(a.a, b.a), op(a.b, b.b)};                                           \
    }
VEC_BINARY(vec_add, _mm256_add_ps)
VEC_BINARY(vec_sub, _mm256_sub_ps)
VEC_BINARY(vec_mul, _mm256_mul_ps)
VEC_BINARY(vec_div, _mm256_div_ps)
VEC_BINARY(vec_min, _mm256_min_ps) /* min and max: b when one is NaN, as kern_min and kern_max */
VEC_BINARY(vec_max, _mm256_max_ps)
VEC_BINARY(vec_xor, _mm256_xor_ps)
VEC_BINARY(vec_andnot, _mm256_andnot_ps) /* ~a & b */
#undef VEC_BINARY

/* a * b + c, rounded once. */
MM_INLINE struct v16 vec_fma(struct v16 a, struct v16 b, struct v16 c)
{
    return (struct v16){_mm256_fmadd_ps(a.a, b.a, c.a), _mm256_fmadd_ps(a.b, b.b, c.b)};
}

/* a * b - c, rounded once. */
MM_INLINE struct v16 vec_fms(struct v16 a, struct v16 b, struct v16 c)
{
    return (struct v16){_mm256_fmsub_ps(a.a, b.a, c.a), _mm256_fmsub_ps(a.b, b.b, c.b)};
}

/* To the nearest integer, halves to the even one, whatever the rounding mode. */
MM_INLINE struct v16 vec_rint(struct v16 a)
{
    enum { NEAREST = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC };
    return (struct v16){_mm256_round_ps(a.a, NEAREST), _mm256_round_ps(a.b, NEAREST)};
}

/* vec_scale2 of 8 lanes. */
MM_INLINE __m256 vec_scale2_half(__m256 a, __m256 n)
{
    __m256i bits = _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), bits));
}

/* a * 2^n by adding to the exponent. */
MM_INLINE struct v16 vec_scale2(struct v16 a, struct v16 n)
{
    return (struct v16){vec_scale2_half(a.a, n.a), vec_scale2_half(a.b, n.b)};
}

/* +0 where x < low. */
MM_INLINE struct v16 vec_zero_below(struct v16 a, struct v16 x, struct v16 low)
{
    return (struct v16){_mm256_andnot_ps(_mm256_cmp_ps(x.a, low.a, _CMP_LT_OQ), a.a),
                        _mm256_andnot_ps(_mm256_cmp_ps(x.b, low.b, _CMP_LT_OQ), a.b)};
}

/* vec_range of the 8 lanes from AT on. */
MM_INLINE __m256 vec_range_half(__m256 a, __m256 b, uint32_t from, uint32_t to, int at)
{
    __m256i in = _mm256_andnot_si256(vec_first(from, at), vec_first(to, at));
    return _mm256_blendv_ps(b, a, _mm256_castsi256_ps(in));
}

/* Lanes FROM..TO - 1 of a, the others of b. */
MM_INLINE struct v16 vec_range(struct v16 a, struct v16 b, uint32_t from, uint32_t to)
{
    return (struct v16){vec_range_half(a.a, b.a, from, to, 0),
                        vec_range_half(a.b, b.b, from, to, 8)};
}

/* vec_round_bf16 of 8 lanes. */
MM_INLINE __m256 vec_round_bf16_half(__m256 x)
{
    const __m256i upper = _mm256_set1_epi32((int)0xffff0000);
    __m256i u = _mm256_castps_si256(x);
    __m256i odd = _mm256_and_si256(_mm256_srli_epi32(u, 16), _mm256_set1_epi32(1));
    __m256i rounded = _mm256_add_epi32(_mm256_add_epi32(u, _mm256_set1_epi32(0x7fff)), odd);
    __m256i quiet = _mm256_or_si256(u, _mm256_set1_epi32(0x400000));
    __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(x, x, _CMP_UNORD_Q));
    return _mm256_castsi256_ps(_mm256_and_si256(_mm256_blendv_epi8(rounded, quiet, nan), upper));
}

/* kern_bf16, as f32. */
MM_INLINE struct v16 vec_round_bf16(struct v16 a)
{
    return (struct v16){vec_round_bf16_half(a.a), vec_round_bf16_half(a.b)};
}

/* The upper halves of the lanes. */
MM_INLINE void vec_store_upper(uint8_t *p, struct v16 a)
{
    __m256i x = _mm256_srli_epi32(_mm256_castps_si256(a.a), 16);
    __m256i y = _mm256_srli_epi32(_mm256_castps_si256(a.b), 16);
    __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(x, y), 0xd8);
    _mm256_storeu_si256((__m256i *)(void *)p, packed);
}

/* Stores the lanes (within int8) rounded to nearest even; returns their sum. */
MM_INLINE int32_t vec_store_i8(int8_t *p, struct v16 a)
{
    __m256i x = _mm256_cvtps_epi32(a.a), y = _mm256_cvtps_epi32(a.b), sum = _mm256_add_epi32(x, y);
    __m256i w = _mm256_permute4x64_epi64(_mm256_packs_epi32(x, y), 0xd8);
    __m128i low = _mm256_castsi256_si128(w), high = _mm256_extracti128_si256(w, 1);
    _mm_storeu_si128((__m128i *)(void *)p, _mm_packs_epi16(low, high));
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

/* The largest lane; callers let no NaN in. */
MM_INLINE float vec_reduce_max(struct v16 x)
{
    __m256 a = _mm256_max_ps(x.a, x.b);
    __m128 b = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_max_ps(b, _mm_movehl_ps(b, b));
    return _mm_cvtss_f32(_mm_max_ss(b, _mm_movehdup_ps(b)));
}

/* The tree 8-4-2-1. */
MM_INLINE float vec_tree16(struct v16 x)
{
    __m256 a = _mm256_add_ps(x.a, x.b);
    __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_add_ps(b, _mm_movehl_ps(b, b));
    return _mm_cvtss_f32(_mm_add_ss(b, _mm_movehdup_ps(b)));
}

#endif
