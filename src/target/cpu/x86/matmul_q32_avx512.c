/* Products of weights in blocks of 32 columns with A32 activations. The weights are unsigned levels
 * for vpdpbusd; the sum of a block starts at minus their offset times the sum of the activations.
 */
#include "target/cpu/x86/avx512.h"
#include "target/cpu/x86/mm_avx512.h"
#include "target/cpu/simd/mm_layout.h"

MM_INLINE uint32_t block_bytes(enum qtype type)
{
    return (mm_upper_at(type) - mm_quants_at(type)) / 2;
}

/* The 8 k-groups of a block as unsigned levels. */
MM_INLINE void unpack(enum qtype type, int n_t, const uint8_t *quants, const uint8_t *fifth,
                      __m512i w[8])
{
    mm_prefetch(n_t, quants + mm_ahead(n_t), block_bytes(type));
    if (type == QTYPE_Q8_0) {
        MM_UNROLL
        for (int j = 0; j < 8; j++)
            w[j] = mm_load(quants + j * 64);
        return;
    }
    mm_nibbles(quants, w);
    if (mm_has_bit(type)) {
        mm_prefetch(n_t, fifth + mm_ahead(n_t), 64);
        mm_add_bit(fifth, w, 16);
    }
    if (type == QTYPE_IQ4_NL)
        mm_lookup(mm_levels(qtype_iq4nl_levels, 128), w);
    if (type == QTYPE_MXFP4)
        mm_lookup(mm_levels(qtype_mxfp4_levels, 16), w);
}

/* The 16 rows' scales of a block, or their minima 64 bytes later. */
MM_INLINE __m512 scale_of(enum qtype type, int n_t, const uint8_t *d)
{
    mm_prefetch(n_t, d + mm_ahead(n_t), 32);
    if (type != QTYPE_MXFP4)
        return mm_f16x16(d);
    __m256i bf16 = _mm256_loadu_si256((const __m256i *)(const void *)d);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bf16), 16));
}

/* acc[u] of U tokens takes one block of one group. */
MM_INLINE void add_block(enum qtype type, int n_u, __m512 acc[], const __m512i w[8], __m512 dw,
                         __m512 m, const uint8_t *const rows[], uint32_t act_cols, uint32_t block)
{
    const uint64_t at_d = act_a32_d(act_cols) + block * 4, at_s = act_a32_s(act_cols) + block * 4;
    const uint64_t at_nsum8 = act_a32_nsum8(act_cols) + block * 4;
    __m512i s[4];
    MM_UNROLL
    for (int u = 0; u < n_u; u++) {
        s[u] = _mm512_setzero_si512();
        if (mm_offset_shift(type))
            s[u] = _mm512_slli_epi32(mm_all32(rows[u] + at_nsum8),
                                     ((unsigned)mm_offset_shift(type) - 3) & 31);
    }
    mm_dot(8, n_u, s, w, rows, block * 32);
    MM_UNROLL
    for (int u = 0; u < n_u; u++) {
        __m512 scale = _mm512_mul_ps(dw, mm_all(rows[u] + at_d));
        acc[u] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(s[u]), scale, acc[u]);
        if (mm_has_min(type))
            acc[u] = _mm512_fmadd_ps(m, mm_all(rows[u] + at_s), acc[u]);
    }
}

MM_INLINE void tile(enum qtype type, int n_g, int n_t, const struct mm_args *a, float *out,
                    const uint8_t *w, const uint8_t *act, uint32_t n_tokens)
{
    __m512 acc[16];
    const uint8_t *rows[16];
    const int n_u = n_t < 4 ? n_t : 4;
    const uint32_t act_cols = layout_act_cols(a->cols), n_blocks = (a->cols + 31) / 32;
    mm_rows(n_t, rows, act, a->act_stride, n_tokens);
    MM_UNROLL
    for (int i = 0; i < n_g * n_t; i++)
        acc[i] = _mm512_setzero_ps();
    for (uint32_t block = 0; block < n_blocks; block++) {
        const uint8_t *d = w + (block & 1) * 32;
        const uint8_t *quants = w + mm_quants_at(type) + (block & 1) * block_bytes(type);
        const uint8_t *fifth = w + mm_upper_at(type) + (block & 1) * 64;
        w += (block & 1) * mm_panel_bytes(type);
        MM_UNROLL
        for (int g = 0; g < n_g; g++) {
            const uint64_t run = (uint64_t)g * a->run_bytes;
            __m512i levels[8];
            unpack(type, n_t, quants + run, fifth + run, levels);
            __m512 dw = scale_of(type, n_t, d + run);
            __m512 m = mm_has_min(type) ? scale_of(type, n_t, d + 64 + run) : dw;
            MM_UNROLL
            for (int t = 0; t < n_t; t += n_u)
                add_block(type, n_u, acc + g * n_t + t, levels, dw, m, rows + t, act_cols, block);
        }
    }
    mm_store(n_g, n_t, a, out, acc, n_tokens);
}

#define X(type) MM_KERNEL16(type, tile)
MM_TYPES32(X)
#undef X

void avx512_add_matmul_q32(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    MM_TYPES32(X)
#undef X
}
