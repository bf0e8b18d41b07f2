/* matmul_q32_template: products of weights in blocks of 32 columns with A32 activations, in either
 * form of mm_neon.h. The sum of a block starts at minus the levels' offset times the sum of the
 * activations. */
#include "target/cpu/arm/mm_neon.h"

/* One block of half a group. PANEL is its panel's first byte. */
MM_INLINE void add_block(enum mm_form form, enum qtype type, int n_t, float32x4_t acc[],
                         const uint8_t *panel, int half, int parity, const uint8_t *const rows[],
                         uint32_t act_cols, uint32_t block)
{
    const int n_wide = mm_n_wide(form, n_t), shift = mm_offset_shift(type);
    const uint64_t at_d = act_a32_d(act_cols) + block * 4, at_s = act_a32_s(act_cols) + block * 4;
    const uint64_t at_nsum8 = act_a32_nsum8(act_cols) + block * 4;
    const uint8_t *d = panel + parity * 32 + half * 16;
    int32x4_t s[16];
    float32x4_t rows8[2], dw[4], m[4];
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++) {
        s[i] = vdupq_n_s32(0);
        if (shift && !mm_is_signed(type))
            s[i] = vshlq_s32(mm_tokens(form, rows, at_nsum8, i % n_wide), vdupq_n_s32(shift - 3));
    }
    mm_dot(form, type, n_t, s, panel + mm_quants_at(type) + half * 32,
           panel + mm_upper_at(type) + (uint32_t)half * 2 * mm_upper_quarter(type), parity, 0, 8,
           rows, block * 32);
    if (type == QTYPE_MXFP4)
        mm_bf16x8(d, rows8);
    else
        mm_f16x8(d, rows8);
    mm_row_factors_f32(form, rows8, dw);
    if (mm_has_min(type)) {
        mm_f16x8(d + 64, rows8);
        mm_row_factors_f32(form, rows8, m);
    }
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++) {
        const int r = i / n_wide, u = i % n_wide;
        float32x4_t scale = vmulq_f32(dw[r], mm_tokens_f32(form, rows, at_d, u));
        acc[i] = vfmaq_f32(acc[i], vcvtq_f32_s32(s[i]), scale);
        if (mm_has_min(type))
            acc[i] = vfmaq_f32(acc[i], m[r], mm_tokens_f32(form, rows, at_s, u));
    }
}

/* One group for up to N_T tokens: an mm_tile_fn with its constants in front. */
MM_INLINE void tile(enum mm_form form, enum qtype type, int n_t, const struct mm_args *a,
                    float *out, const uint8_t *w, const uint8_t *act, uint32_t n_tokens)
{
    float32x4_t acc[32];
    const uint8_t *rows[8];
    const uint32_t act_cols = layout_act_cols(a->cols), n_blocks = (a->cols + 31) / 32;
    mm_rows(n_t, rows, act, a->act_stride, n_tokens);
    MM_UNROLL
    for (int i = 0; i < 4 * n_t; i++)
        acc[i] = vdupq_n_f32(0.0f);
    for (uint32_t block = 0; block < n_blocks; block += 2, w += mm_panel_bytes(type)) {
        mm_prefetch(n_t, w + mm_ahead(n_t), mm_panel_bytes(type));
        MM_UNROLL
        for (int half = 0; half < 2; half++) {
            add_block(form, type, n_t, acc + half * 2 * n_t, w, half, 0, rows, act_cols, block);
            if (block + 1 < n_blocks)
                add_block(form, type, n_t, acc + half * 2 * n_t, w, half, 1, rows, act_cols,
                          block + 1);
        }
    }
    for (int half = 0; half < 2; half++)
        mm_store(form, n_t, a, out + half * 8, acc + half * 2 * n_t, n_tokens);
}
