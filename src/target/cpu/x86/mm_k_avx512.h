/* mm_k_avx512: how panels of K-quants and IQ4_XS (plan/layout.h) become levels and scales in
 * registers; for the matrix products of avx512 and amx. */
#ifndef TAKT_TARGET_CPU_X86_MM_K_AVX512_H
#define TAKT_TARGET_CPU_X86_MM_K_AVX512_H

#include "target/cpu/x86/mm_avx512.h"
#include "target/cpu/simd/mm_layout.h"

/* The 8 k-groups of the lower or upper half (HALF) of 64 columns of 2-bit values, times 1 << UP. */
MM_INLINE void mm_twos(const uint8_t *p, int half, int up, __m512i w[8])
{
    const __m512i mask = _mm512_set1_epi8((char)(3 << up));
    MM_UNROLL
    for (int j = 0; j < 4; j++) {
        __m512i v = mm_load(p + j * 64);
        MM_UNROLL
        for (int i = 0; i < 2; i++) {
            const int shift = half * 4 + i * 2 - up;
            __m512i x = shift >= 0 ? _mm512_srli_epi16(v, (unsigned)shift & 15)
                                   : _mm512_slli_epi16(v, (unsigned)-shift & 15);
            w[j + 4 * i] = _mm512_and_si512(x, mask);
        }
    }
}

/* The 8 k-groups of columns 64 run + 32 half ... as unsigned levels. */
MM_INLINE void mm_k_levels(enum qtype type, const uint8_t *panel, uint32_t run, int half,
                           __m512i w[8])
{
    const uint8_t *quants = panel + mm_quants_at(type), *upper = panel + mm_upper_at(type);
    const uint32_t block = run * 2 + (uint32_t)half;
    if (mm_has_twos(type)) {
        mm_twos(quants + run * 256, half, 0, w);
        if (type == QTYPE_Q3_K)
            mm_add_bit(upper + block * 64, w, 4);
        return;
    }
    mm_nibbles(quants + block * 256, w);
    if (type == QTYPE_Q5_K)
        mm_add_bit(upper + block * 64, w, 16);
    if (type == QTYPE_IQ4_XS)
        mm_lookup(mm_levels(qtype_iq4nl_levels, 128), w);
    if (type == QTYPE_Q6_K) {
        __m512i up[8];
        mm_twos(upper + run * 256, half, 4, up);
        MM_UNROLL
        for (int j = 0; j < 8; j++)
            w[j] = _mm512_or_si512(w[j], up[j]);
    }
}

/* A panel's scales and minima as bytes, [sub-blocks][16 rows]. */
struct mm_k_scales {
    _Alignas(64) uint8_t scale[256], min[256];
};

/* Q2_K: a nibble each. */
MM_INLINE void mm_q2_k_scales(const uint8_t *panel, struct mm_k_scales *s)
{
    const __m512i low = _mm512_set1_epi8(15);
    MM_UNROLL
    for (int i = 0; i < 256; i += 64) {
        __m512i v = mm_load(panel + 64 + i);
        _mm512_store_si512(s->scale + i, _mm512_and_si512(v, low));
        _mm512_store_si512(s->min + i, _mm512_and_si512(_mm512_srli_epi16(v, 4), low));
    }
}

/* Q4_K, Q5_K: nibbles, and two more bits of each. */
MM_INLINE void mm_q45_k_scales(const uint8_t *panel, struct mm_k_scales *s)
{
    const __m512i low = _mm512_set1_epi8(15), upper = _mm512_set1_epi8(48);
    const __mmask32 odd = 0xff00ff00;
    __m512i both = mm_load(panel + 192);
    __m512i top[2] = {_mm512_shuffle_i64x2(both, both, 0x50),
                      _mm512_shuffle_i64x2(both, both, 0xfa)};
    MM_UNROLL
    for (int i = 0; i < 2; i++) {
        __m512i v = mm_load(panel + 64 + i * 64);
        __m512i t = _mm512_mask_srli_epi16(top[i], odd, top[i], 4);
        __m512i scale = _mm512_and_si512(_mm512_slli_epi16(t, 4), upper);
        __m512i min = _mm512_and_si512(_mm512_slli_epi16(t, 2), upper);
        scale = _mm512_or_si512(scale, _mm512_and_si512(v, low));
        min = _mm512_or_si512(min, _mm512_and_si512(_mm512_srli_epi16(v, 4), low));
        _mm512_store_si512(s->scale + i * 64, scale);
        _mm512_store_si512(s->min + i * 64, min);
    }
}

/* The scales and minima of a panel of a type that has minima. */
MM_INLINE void mm_k_unpack_scales(enum qtype type, const uint8_t *panel, struct mm_k_scales *s)
{
    if (type == QTYPE_Q2_K)
        mm_q2_k_scales(panel, s);
    else
        mm_q45_k_scales(panel, s);
}

/* 16 signed bytes, one per row. */
MM_INLINE __m512i mm_bytes_to_i32(const uint8_t *p)
{
    return _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(const void *)p));
}

/* Two int16 per row: EVEN in the low half, ODD in the high one. */
MM_INLINE __m512i mm_pair_up(__m512i even, __m512i odd)
{
    return _mm512_mask_blend_epi16(0xaaaaaaaa, even, _mm512_slli_epi32(odd, 16));
}

#endif
