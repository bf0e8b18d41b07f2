/* vec_avx512: kern_math.h on 16 lanes, operation by operation. */
#ifndef TAKT_TARGET_CPU_X86_VEC_AVX512_H
#define TAKT_TARGET_CPU_X86_VEC_AVX512_H

#include <immintrin.h>

#include "target/cpu/kern_math.h"
#include "target/cpu/x86/mm_tiles.h"

/* The first N lanes, for tails; all for N >= 16. */
MM_INLINE __mmask16 vec_first(uint32_t n)
{
    return n >= 16 ? 0xffff : (__mmask16)((1u << n) - 1);
}

/* min and max give the second operand for a NaN, as kern_min and kern_max do. */
MM_INLINE __m512 vec_exp(__m512 x)
{
    const __m512 one = _mm512_set1_ps(1.0f), low = _mm512_set1_ps(KERN_EXP_LO);
    __m512 c = _mm512_max_ps(_mm512_min_ps(x, _mm512_set1_ps(KERN_EXP_HI)), low);
    __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(c, _mm512_set1_ps(KERN_EXP_LOG2E)),
                                    _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m512 r = _mm512_fmadd_ps(n, _mm512_set1_ps(-KERN_EXP_LN2_HI), c);
    r = _mm512_fmadd_ps(n, _mm512_set1_ps(-KERN_EXP_LN2_LO), r);
    __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(KERN_EXP_C6), r, _mm512_set1_ps(KERN_EXP_C5));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(KERN_EXP_C4));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(KERN_EXP_C3));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(KERN_EXP_C2));
    p = _mm512_fmadd_ps(p, r, one);
    p = _mm512_fmadd_ps(p, r, one);
    __m512i y =
        _mm512_add_epi32(_mm512_castps_si512(p), _mm512_slli_epi32(_mm512_cvtps_epi32(n), 23));
    __mmask16 below = _mm512_cmp_ps_mask(x, low, _CMP_LT_OQ);
    return _mm512_castsi512_ps(_mm512_maskz_mov_epi32((__mmask16)~below, y));
}

/* kern_bf16, as f32: the upper halves of the lanes. */
MM_INLINE __m512i vec_round_bf16(__m512 x)
{
    const __m512i upper = _mm512_set1_epi32((int)0xffff0000);
    __m512i u = _mm512_castps_si512(x);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(u, 16), _mm512_set1_epi32(1));
    __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(u, _mm512_set1_epi32(0x7fff)), odd);
    __m512i quiet = _mm512_or_si512(u, _mm512_set1_epi32(0x400000));
    __mmask16 nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    return _mm512_and_si512(_mm512_mask_blend_epi32(nan, rounded, quiet), upper);
}

/* Pairs of bf16, the even one low: each as f32. */
MM_INLINE __m512 vec_bf16_even(__m512i pairs)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(pairs, 16));
}

MM_INLINE __m512 vec_bf16_odd(__m512i pairs)
{
    return _mm512_castsi512_ps(_mm512_and_si512(pairs, _mm512_set1_epi32((int)0xffff0000)));
}

MM_INLINE float vec_tree16(__m512 v)
{
    __m256 a = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_add_ps(b, _mm_movehl_ps(b, b));
    return _mm_cvtss_f32(_mm_add_ss(b, _mm_movehdup_ps(b)));
}

#endif
