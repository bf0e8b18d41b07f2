/* Products of weights in super-blocks of 256 columns with A256 activations. All within a
 * super-block is integer: each sub-block's sum times its scale, plus the minima (or the levels'
 * offset times the scales) against the activations' sums, two sub-blocks per vpdpwssd. */
#include "target/cpu/x86/avx512.h"
#include "target/cpu/x86/mm_avx512.h"
#include "target/cpu/x86/mm_layout.h"

/* The 8 k-groups of the lower or upper half (HALF) of 64 columns of 2-bit values, times 1 << UP. */
MM_INLINE void twos(const uint8_t *p, int half, int up, __m512i w[8])
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
MM_INLINE void unpack(enum qtype type, const uint8_t *panel, uint32_t run, int half, __m512i w[8])
{
    const uint8_t *quants = panel + mm_quants_at(type), *upper = panel + mm_upper_at(type);
    const uint32_t block = run * 2 + (uint32_t)half;
    if (mm_has_twos(type)) {
        twos(quants + run * 256, half, 0, w);
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
        twos(upper + run * 256, half, 4, up);
        MM_UNROLL
        for (int j = 0; j < 8; j++)
            w[j] = _mm512_or_si512(w[j], up[j]);
    }
}

/* The scales of a panel's sub-blocks, [sub-blocks][16 rows] bytes, and what the activations' sums
 * are multiplied with: int16 pairs of two sub-blocks. */
struct scales {
    _Alignas(64) uint8_t scale[256], min[256];
    __m512i pairs[8];
};

MM_INLINE void q2_k_scales(const uint8_t *panel, struct scales *s)
{
    const __m512i low = _mm512_set1_epi8(15);
    MM_UNROLL
    for (int i = 0; i < 256; i += 64) {
        __m512i v = mm_load(panel + 64 + i);
        _mm512_store_si512(s->scale + i, _mm512_and_si512(v, low));
        _mm512_store_si512(s->min + i, _mm512_and_si512(_mm512_srli_epi16(v, 4), low));
    }
}

MM_INLINE void q45_k_scales(const uint8_t *panel, struct scales *s)
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

MM_INLINE __m512i bytes_to_i32(const uint8_t *p)
{
    return _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(const void *)p));
}

/* Fills S and returns where the scales' bytes lie: in S, or in the panel. */
MM_INLINE const uint8_t *unpack_scales(enum qtype type, const uint8_t *panel, struct scales *s)
{
    const int n_pairs = mm_has_subs16(type) ? 8 : 4;
    if (type == QTYPE_Q2_K)
        q2_k_scales(panel, s);
    else if (mm_has_min(type))
        q45_k_scales(panel, s);
    const uint8_t *pairs_of = mm_has_min(type) ? s->min : panel;
    MM_UNROLL
    for (int i = 0; i < n_pairs; i++) {
        __m512i a = bytes_to_i32(pairs_of + i * 32), b = bytes_to_i32(pairs_of + i * 32 + 16);
        s->pairs[i] = _mm512_mask_blend_epi16(0xaaaaaaaa, a, _mm512_slli_epi32(b, 16));
    }
    return mm_has_min(type) ? s->scale : panel;
}

/* isum[t] += scale * (w . row) for 32 columns. */
MM_INLINE void add_columns(enum qtype type, int n_t, __m512i isum[], const __m512i w[8],
                           const uint8_t *scale, const uint8_t *const rows[], uint32_t column)
{
    const int n_u = n_t < 4 ? n_t : 4, n_k = mm_has_subs16(type) ? 4 : 8;
    MM_UNROLL
    for (int k = 0; k < 8; k += n_k) {
        __m512i by = bytes_to_i32(scale + k / n_k * 16);
        MM_UNROLL
        for (int t = 0; t < n_t; t += n_u) {
            __m512i s[4];
            MM_UNROLL
            for (int u = 0; u < n_u; u++)
                s[u] = _mm512_setzero_si512();
            mm_dot(n_k, n_u, s, w + k, rows + t, column + (uint32_t)k * 4);
            MM_UNROLL
            for (int u = 0; u < n_u; u++)
                isum[t + u] = _mm512_add_epi32(isum[t + u], _mm512_mullo_epi32(s[u], by));
        }
    }
}

/* The super-block's end for U tokens: the part of the sums, then one fma or two. */
MM_INLINE void finish(enum qtype type, int n_u, __m512 acc[], const __m512i isum[],
                      const struct scales *s, __m512 d, __m512 dmin, const uint8_t *const rows[],
                      uint32_t act_cols, uint32_t block)
{
    const int n_pairs = mm_has_subs16(type) ? 8 : 4;
    const uint64_t at_sums =
        (mm_has_subs16(type) ? act_a256_sum16(act_cols) : act_a256_sum32(act_cols)) +
        (uint64_t)block * (uint32_t)n_pairs * 4;
    __m512i sums[4];
    MM_UNROLL
    for (int u = 0; u < n_u; u++)
        sums[u] = _mm512_setzero_si512();
    MM_UNROLL
    for (int i = 0; i < n_pairs; i++) {
        MM_UNROLL
        for (int u = 0; u < n_u; u++)
            sums[u] =
                _mm512_dpwssd_epi32(sums[u], s->pairs[i], mm_all32(rows[u] + at_sums + i * 4));
    }
    MM_UNROLL
    for (int u = 0; u < n_u; u++) {
        __m512 da = mm_all(rows[u] + act_a256_d(act_cols) + block * 4);
        __m512i total = isum[u];
        if (!mm_has_min(type))
            total = _mm512_sub_epi32(total,
                                     _mm512_slli_epi32(sums[u], (unsigned)mm_offset_shift(type)));
        acc[u] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), _mm512_mul_ps(d, da), acc[u]);
        if (mm_has_min(type))
            acc[u] = _mm512_fnmadd_ps(_mm512_cvtepi32_ps(sums[u]), _mm512_mul_ps(dmin, da), acc[u]);
    }
}

/* One panel of one group. */
MM_INLINE void add_panel(enum qtype type, int n_t, __m512 acc[], const uint8_t *panel,
                         const uint8_t *const rows[], uint32_t act_cols, uint32_t block)
{
    const int n_u = n_t < 4 ? n_t : 4;
    const uint32_t run_bytes = mm_panel_bytes(type) / 4,
                   scale_bytes = mm_has_subs16(type) ? 64 : 32;
    struct scales s;
    const uint8_t *scale = unpack_scales(type, panel, &s);
    __m512i isum[16];
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        isum[t] = _mm512_setzero_si512();
    for (uint32_t run = 0; run < 4; run++) {
        mm_prefetch(mm_k_hint(type, n_t), panel + mm_k_ahead(type, n_t) + run * run_bytes,
                    run_bytes);
        MM_UNROLL
        for (int half = 0; half < 2; half++) {
            __m512i w[8];
            unpack(type, panel, run, half, w);
            add_columns(type, n_t, isum, w,
                        scale + run * scale_bytes + (uint32_t)half * scale_bytes / 2, rows,
                        block * 256 + run * 64 + (uint32_t)half * 32);
        }
    }
    __m512 d = mm_f16x16(panel + mm_d_at(type)), dmin = d;
    if (mm_has_min(type))
        dmin = mm_f16x16(panel + 32);
    MM_UNROLL
    for (int t = 0; t < n_t; t += n_u)
        finish(type, n_u, acc + t, isum + t, &s, d, dmin, rows + t, act_cols, block);
}

MM_INLINE void tile(enum qtype type, int n_g, int n_t, const struct mm_args *a, float *out,
                    const uint8_t *w, const uint8_t *act, uint32_t n_tokens)
{
    __m512 acc[16];
    const uint8_t *rows[16];
    const uint32_t act_cols = layout_act_cols(a->cols), n_blocks = (a->cols + 255) / 256;
    mm_rows(n_t, rows, act, a->act_stride, n_tokens);
    MM_UNROLL
    for (int i = 0; i < n_g * n_t; i++)
        acc[i] = _mm512_setzero_ps();
    for (uint32_t block = 0; block < n_blocks; block++, w += mm_panel_bytes(type)) {
        MM_UNROLL
        for (int g = 0; g < n_g; g++)
            add_panel(type, n_t, acc + g * n_t, w + (uint64_t)g * a->run_bytes, rows, act_cols,
                      block);
    }
    mm_store(n_g, n_t, a, out, acc, n_tokens);
}

#define X(type) MM_KERNEL16(type, tile)
MM_TYPES256(X)
#undef X

void avx512_add_matmul_k(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    MM_TYPES256(X)
#undef X
}
