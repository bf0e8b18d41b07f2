/* vec_avx2: kern_math.h on 8 lanes, operation by operation. */
#ifndef TAKT_TARGET_CPU_X86_VEC_AVX2_H
#define TAKT_TARGET_CPU_X86_VEC_AVX2_H

#include <immintrin.h>

#include "target/cpu/kern_math.h"
#include "target/cpu/x86/mm_tiles.h"

/* min and max give the second operand for a NaN, as kern_min and kern_max do. */
MM_INLINE __m256 vec_exp(__m256 x)
{
    const __m256 one = _mm256_set1_ps(1.0f), low = _mm256_set1_ps(KERN_EXP_LO);
    __m256 c = _mm256_max_ps(_mm256_min_ps(x, _mm256_set1_ps(KERN_EXP_HI)), low);
    __m256 n = _mm256_round_ps(_mm256_mul_ps(c, _mm256_set1_ps(KERN_EXP_LOG2E)),
                               _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m256 r = _mm256_fmadd_ps(n, _mm256_set1_ps(-KERN_EXP_LN2_HI), c);
    r = _mm256_fmadd_ps(n, _mm256_set1_ps(-KERN_EXP_LN2_LO), r);
    __m256 p = _mm256_fmadd_ps(_mm256_set1_ps(KERN_EXP_C6), r, _mm256_set1_ps(KERN_EXP_C5));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(KERN_EXP_C4));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(KERN_EXP_C3));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(KERN_EXP_C2));
    p = _mm256_fmadd_ps(p, r, one);
    p = _mm256_fmadd_ps(p, r, one);
    __m256i y =
        _mm256_add_epi32(_mm256_castps_si256(p), _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23));
    return _mm256_andnot_ps(_mm256_cmp_ps(x, low, _CMP_LT_OQ), _mm256_castsi256_ps(y));
}

/* kern_bf16, as f32: the upper halves of the lanes. */
MM_INLINE __m256i vec_round_bf16(__m256 x)
{
    const __m256i upper = _mm256_set1_epi32((int)0xffff0000);
    __m256i u = _mm256_castps_si256(x);
    __m256i odd = _mm256_and_si256(_mm256_srli_epi32(u, 16), _mm256_set1_epi32(1));
    __m256i rounded = _mm256_add_epi32(_mm256_add_epi32(u, _mm256_set1_epi32(0x7fff)), odd);
    __m256i quiet = _mm256_or_si256(u, _mm256_set1_epi32(0x400000));
    __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(x, x, _CMP_UNORD_Q));
    return _mm256_and_si256(_mm256_blendv_epi8(rounded, quiet, nan), upper);
}

/* Pairs of bf16, the even one low: each as f32. */
MM_INLINE __m256 vec_bf16_even(__m256i pairs)
{
    return _mm256_castsi256_ps(_mm256_slli_epi32(pairs, 16));
}

MM_INLINE __m256 vec_bf16_odd(__m256i pairs)
{
    return _mm256_castsi256_ps(_mm256_and_si256(pairs, _mm256_set1_epi32((int)0xffff0000)));
}

/* The tree over lanes 0-7 (A) and 8-15 (B). */
MM_INLINE float vec_tree16(__m256 a, __m256 b)
{
    __m256 s = _mm256_add_ps(a, b);
    __m128 t = _mm_add_ps(_mm256_castps256_ps128(s), _mm256_extractf128_ps(s, 1));
    t = _mm_add_ps(t, _mm_movehl_ps(t, t));
    return _mm_cvtss_f32(_mm_add_ss(t, _mm_movehdup_ps(t)));
}

#endif
