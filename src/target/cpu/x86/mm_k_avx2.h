/* mm_k_avx2: products of weights in super-blocks of 256 columns with A256 activations, for AVX2 and
 * AVX-VNNI (mm_avx2.h). All within a super-block is integer. */
#ifndef TAKT_TARGET_CPU_X86_MM_K_AVX2_H
#define TAKT_TARGET_CPU_X86_MM_K_AVX2_H

#include "target/cpu/x86/mm_avx2.h"

/* [sub-blocks][16 rows] bytes. */
struct scales {
    uint8_t scale[256], min[256];
};

/* 16 bytes, at any alignment. */
MM_INLINE __m128i load16(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* The same. */
MM_INLINE void store16(uint8_t *p, __m128i v)
{
    _mm_storeu_si128((__m128i *)(void *)p, v);
}

/* Q2_K: four bits each of scale and minimum. */
MM_INLINE void q2_k_scales(const uint8_t *panel, struct scales *s)
{
    const __m128i low = _mm_set1_epi8(15);
    for (int i = 0; i < 256; i += 16) {
        __m128i v = load16(panel + 64 + i);
        store16(s->scale + i, _mm_and_si128(v, low));
        store16(s->min + i, _mm_and_si128(_mm_srli_epi16(v, 4), low));
    }
}

/* Q4_K and Q5_K: six bits each, as plan/layout.h has them. */
MM_INLINE void q45_k_scales(const uint8_t *panel, struct scales *s)
{
    const __m128i low = _mm_set1_epi8(15), upper = _mm_set1_epi8(48);
    for (int i = 0; i < 8; i++) {
        __m128i v = load16(panel + 64 + i * 16), top = load16(panel + 192 + i / 2 * 16);
        top = i % 2 ? _mm_srli_epi16(top, 4) : top;
        __m128i scale = _mm_and_si128(_mm_slli_epi16(top, 4), upper);
        __m128i min = _mm_and_si128(_mm_slli_epi16(top, 2), upper);
        scale = _mm_or_si128(scale, _mm_and_si128(v, low));
        min = _mm_or_si128(min, _mm_and_si128(_mm_srli_epi16(v, 4), low));
        store16(s->scale + i * 16, scale);
        store16(s->min + i * 16, min);
    }
}

/* The super-block's end for half a group: the part of the sums, then one fma or two. */
MM_INLINE void finish(enum qtype type, int n_t, __m256 acc[], const __m256i isum[],
                      const uint8_t *panel, int half, const uint8_t *sums_by,
                      const uint8_t *const rows[], uint32_t act_cols, uint32_t block)
{
    const int n_sums = mm_has_subs16(type) ? 8 : 4, n_pairs = mm_is_signed(type) ? 0 : n_sums;
    const uint64_t at_sums =
        (mm_has_subs16(type) ? act_a256_sum16(act_cols) : act_a256_sum32(act_cols)) +
        (uint64_t)block * (uint32_t)n_sums * 4;
    const __m256 d = mm_f16x8(panel + mm_d_at(type) + half * 16);
    MM_UNROLL
    for (int t = 0; t < n_t; t++) {
        __m256i sums = _mm256_setzero_si256(), total = isum[t];
        MM_UNROLL
        for (int i = 0; i < n_pairs; i++) {
            const uint8_t *by = sums_by + i * 32 + half * 8;
            sums = _mm256_add_epi32(sums, _mm256_madd_epi16(mm_pairs(by, by + 16),
                                                            mm_all32(rows[t] + at_sums + i * 4)));
        }
        __m256 da = mm_all(rows[t] + act_a256_d(act_cols) + block * 4);
        if (!mm_has_min(type) && !mm_is_signed(type))
            total = _mm256_sub_epi32(total, _mm256_slli_epi32(sums, mm_offset_shift(type)));
        acc[t] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), _mm256_mul_ps(d, da), acc[t]);
        if (mm_has_min(type)) {
            __m256 dmin = _mm256_mul_ps(mm_f16x8(panel + 32 + half * 16), da);
            acc[t] = _mm256_fnmadd_ps(_mm256_cvtepi32_ps(sums), dmin, acc[t]);
        }
    }
}

/* One panel of half a group. */
MM_INLINE void add_panel(enum qtype type, int n_t, __m256 acc[], const uint8_t *panel, int half,
                         const struct scales *s, const uint8_t *const rows[], uint32_t act_cols,
                         uint32_t block)
{
    const int n_k = mm_has_subs16(type) ? 4 : 8;
    const uint32_t run_quants = (mm_upper_at(type) - mm_quants_at(type)) / 4;
    const uint32_t run_upper = mm_upper_bytes(type) / 4, upper_half = mm_has_bit(type) ? 4 : 32;
    const uint8_t *scale = (mm_has_min(type) ? s->scale : panel) + half * 8;
    __m256i isum[4];
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        isum[t] = _mm256_setzero_si256();
    for (uint32_t run = 0; run < 4; run++) {
        mm_prefetch(mm_k_hint(type, n_t),
                    panel + mm_k_ahead(type, n_t) +
                        ((uint32_t)half * 4 + run) * (mm_panel_bytes(type) / 8),
                    mm_panel_bytes(type) / 8);
        const uint8_t *quants = panel + mm_quants_at(type) + run * run_quants + half * 32;
        const uint8_t *upper = panel + mm_upper_at(type) + run * run_upper + half * upper_half;
        MM_UNROLL
        for (int parity = 0; parity < 2; parity++) {
            MM_UNROLL
            for (int k = 0; k < 8; k += n_k, scale += 16)
                mm_dot(type, n_t, isum, quants, upper, parity, k, n_k, scale, rows,
                       block * 256 + run * 64 + (uint32_t)parity * 32);
        }
    }
    finish(type, n_t, acc, isum, panel, half, mm_has_min(type) ? s->min : panel, rows, act_cols,
           block);
}

/* One group for N_T tokens. */
MM_INLINE void tile(enum qtype type, int n_t, const struct mm_args *a, float *out, const uint8_t *w,
                    const uint8_t *act, uint32_t n_tokens)
{
    __m256 acc[8];
    struct scales s;
    const uint8_t *rows[4];
    const uint32_t act_cols = layout_act_cols(a->cols), n_blocks = (a->cols + 255) / 256;
    mm_rows(n_t, rows, act, a->act_stride, n_tokens);
    for (int i = 0; i < 2 * n_t; i++)
        acc[i] = _mm256_setzero_ps();
    for (uint32_t block = 0; block < n_blocks; block++, w += mm_panel_bytes(type)) {
        if (type == QTYPE_Q2_K)
            q2_k_scales(w, &s);
        else if (mm_has_min(type))
            q45_k_scales(w, &s);
        for (int half = 0; half < 2; half++)
            add_panel(type, n_t, acc + half * n_t, w, half, &s, rows, act_cols, block);
    }
    mm_store(n_t, a, out, acc, n_tokens);
}

#endif
