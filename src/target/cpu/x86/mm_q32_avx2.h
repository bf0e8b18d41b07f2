/* mm_q32_avx2: products of weights in blocks of 32 columns with A32 activations, for AVX2 and
 * AVX-VNNI (mm_avx2.h). The sum of a block starts at minus the unsigned levels' offset times the
 * sum of the activations. */
#ifndef TAKT_TARGET_CPU_X86_MM_Q32_AVX2_H
#define TAKT_TARGET_CPU_X86_MM_Q32_AVX2_H

#include "target/cpu/x86/mm_avx2.h"

/* The scales of 8 rows, or their minima 64 bytes later. */
MM_INLINE __m256 scale_of(enum qtype type, const uint8_t *d)
{
    if (type != QTYPE_MXFP4)
        return mm_f16x8(d);
    __m128i bf16 = _mm_loadu_si128((const __m128i *)(const void *)d);
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bf16), 16));
}

/* One block of half a group. PANEL is its panel's first byte. */
MM_INLINE void add_block(enum qtype type, int n_t, __m256 acc[], const uint8_t *panel, int half,
                         int parity, const uint8_t *const rows[], uint32_t act_cols, uint32_t block)
{
    const uint64_t at_d = act_a32_d(act_cols) + block * 4, at_s = act_a32_s(act_cols) + block * 4;
    const uint64_t at_nsum8 = act_a32_nsum8(act_cols) + block * 4;
    const uint8_t *d = panel + parity * 32 + half * 16;
    __m256i s[4];
    MM_UNROLL
    for (int t = 0; t < n_t; t++) {
        s[t] = _mm256_setzero_si256();
        if (mm_offset_shift(type) && !mm_is_signed(type))
            s[t] =
                _mm256_slli_epi32(mm_all32(rows[t] + at_nsum8), (mm_offset_shift(type) - 3) & 31);
    }
    mm_dot(type, n_t, s, panel + mm_quants_at(type) + half * 32,
           panel + mm_upper_at(type) + half * 4, parity, 0, 8, NULL, rows, block * 32);
    const __m256 dw = scale_of(type, d);
    MM_UNROLL
    for (int t = 0; t < n_t; t++) {
        __m256 scale = _mm256_mul_ps(dw, mm_all(rows[t] + at_d));
        acc[t] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(s[t]), scale, acc[t]);
        if (mm_has_min(type))
            acc[t] = _mm256_fmadd_ps(mm_f16x8(d + 64), mm_all(rows[t] + at_s), acc[t]);
    }
}

/* One group for N_T tokens. */
MM_INLINE void tile(enum qtype type, int n_t, const struct mm_args *a, float *out, const uint8_t *w,
                    const uint8_t *act, uint32_t n_tokens)
{
    __m256 acc[8];
    const uint8_t *rows[4];
    const uint32_t act_cols = layout_act_cols(a->cols), n_blocks = (a->cols + 31) / 32;
    mm_rows(n_t, rows, act, a->act_stride, n_tokens);
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++)
        acc[i] = _mm256_setzero_ps();
    for (uint32_t block = 0; block < n_blocks; block += 2, w += mm_panel_bytes(type)) {
        mm_prefetch(n_t, w + mm_ahead(n_t), mm_panel_bytes(type));
        MM_UNROLL
        for (int half = 0; half < 2; half++)
            add_block(type, n_t, acc + half * n_t, w, half, 0, rows, act_cols, block);
        if (block + 1 == n_blocks)
            break;
        MM_UNROLL
        for (int half = 0; half < 2; half++)
            add_block(type, n_t, acc + half * n_t, w, half, 1, rows, act_cols, block + 1);
    }
    mm_store(n_t, a, out, acc, n_tokens);
}

#endif
