/* matmul_k_template: products of weights in super-blocks of 256 columns with A256 activations, in
 * either form of mm_neon.h, all integer within a super-block. */
#include "target/cpu/arm/mm_neon.h"

/* [sub-blocks][16 rows] bytes. */
struct scales {
    uint8_t scale[256], min[256];
};

/* The scales and minima of a panel of Q2_K. */
static void q2_k_scales(const uint8_t *panel, struct scales *s)
{
    for (int i = 0; i < 256; i += 16) {
        uint8x16_t v = vld1q_u8(panel + 64 + i);
        vst1q_u8(s->scale + i, vandq_u8(v, vdupq_n_u8(15)));
        vst1q_u8(s->min + i, vshrq_n_u8(v, 4));
    }
}

/* The scales and minima of a panel of Q4_K or Q5_K. */
static void q45_k_scales(const uint8_t *panel, struct scales *s)
{
    const uint8x16_t low = vdupq_n_u8(15), upper = vdupq_n_u8(48);
    for (int i = 0; i < 8; i++) {
        uint8x16_t v = vld1q_u8(panel + 64 + i * 16), top = vld1q_u8(panel + 192 + i / 2 * 16);
        top = i % 2 ? vshrq_n_u8(top, 4) : top;
        uint8x16_t scale = vandq_u8(vshlq_n_u8(top, 4), upper);
        uint8x16_t min = vandq_u8(vshlq_n_u8(top, 2), upper);
        vst1q_u8(s->scale + i * 16, vorrq_u8(scale, vandq_u8(v, low)));
        vst1q_u8(s->min + i * 16, vorrq_u8(min, vshrq_n_u8(v, 4)));
    }
}

/* 8 signed bytes, one per row of a half, as the row factors of FORM. */
MM_INLINE void scale_factors(enum mm_form form, const uint8_t *p, int32x4_t out[4])
{
    int16x8_t v = vmovl_s8(vreinterpret_s8_u8(vld1_u8(p)));
    const int32x4_t in[2] = {vmovl_s16(vget_low_s16(v)), vmovl_high_s16(v)};
    mm_row_factors(form, in, out);
}

/* s + v * (lane LANE of a); LANE is constant after inlining. */
MM_INLINE int32x4_t multiply_lane(int32x4_t s, int16x4_t v, int16x8_t a, int lane)
{
    switch (lane) {
    case 0: return vmlal_laneq_s16(s, v, a, 0);
    case 1: return vmlal_laneq_s16(s, v, a, 1);
    case 2: return vmlal_laneq_s16(s, v, a, 2);
    case 3: return vmlal_laneq_s16(s, v, a, 3);
    case 4: return vmlal_laneq_s16(s, v, a, 4);
    case 5: return vmlal_laneq_s16(s, v, a, 5);
    case 6: return vmlal_laneq_s16(s, v, a, 6);
    default: return vmlal_laneq_s16(s, v, a, 7);
    }
}

/* out[] = the bytes at BY (one per sub-block and row) times the activations' sums, in FORM. */
MM_INLINE void multiply_sums(enum mm_form form, int n_subs, int n_t, int32x4_t out[],
                             const uint8_t *by, const uint8_t *const rows[], uint64_t at)
{
    int32x4_t s[16];
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++)
        s[i] = vdupq_n_s32(0);
    MM_UNROLL
    for (int eight = 0; eight < n_subs; eight += 8) {
        int16x8_t sums[8];
        MM_UNROLL
        for (int t = 0; t < n_t; t++)
            sums[t] = vreinterpretq_s16_u8(vld1q_u8(rows[t] + at + (uint32_t)eight * 2));
        MM_UNROLL
        for (int j = 0; j < 8; j++) {
            int16x8_t v = vmovl_s8(vreinterpret_s8_u8(vld1_u8(by + (eight + j) * 16)));
            MM_UNROLL
            for (int t = 0; t < n_t; t++) {
                s[t] = multiply_lane(s[t], vget_low_s16(v), sums[t], j);
                s[n_t + t] = multiply_lane(s[n_t + t], vget_high_s16(v), sums[t], j);
            }
        }
    }
    const int n_wide = mm_n_wide(form, n_t);
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++) {
        const int pair = i / n_wide, u = i % n_wide;
        out[i] = s[i];
        if (form == MM_MMLA) {
            int32x4_t x = s[pair / 2 * n_t + 2 * u], y = s[pair / 2 * n_t + 2 * u + 1];
            out[i] = pair % 2 ? vzip2q_s32(x, y) : vzip1q_s32(x, y);
        }
    }
}

/* The super-block's end for half a group: the part of the sums, then one fma or two. */
MM_INLINE void finish(enum mm_form form, enum qtype type, int n_t, float32x4_t acc[],
                      const int32x4_t isum[], const uint8_t *panel, int half,
                      const uint8_t *sums_by, const uint8_t *const rows[], uint32_t act_cols,
                      uint32_t block)
{
    const int n_subs = mm_has_subs16(type) ? 16 : 8, n_wide = mm_n_wide(form, n_t);
    const uint64_t at_d = act_a256_d(act_cols) + block * 4;
    const uint64_t at_sums =
        (mm_has_subs16(type) ? act_a256_sum16(act_cols) : act_a256_sum32(act_cols)) +
        (uint64_t)block * (uint32_t)n_subs * 2;
    int32x4_t sums[16];
    float32x4_t rows8[2], d[4], dmin[4];
    if (!mm_is_signed(type))
        multiply_sums(form, n_subs, n_t, sums, sums_by + half * 8, rows, at_sums);
    mm_f16x8(panel + mm_d_at(type) + half * 16, rows8);
    mm_row_factors_f32(form, rows8, d);
    if (mm_has_min(type)) {
        mm_f16x8(panel + 32 + half * 16, rows8);
        mm_row_factors_f32(form, rows8, dmin);
    }
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++) {
        const int r = i / n_wide;
        int32x4_t total = isum[i];
        float32x4_t da = mm_tokens_f32(form, rows, at_d, i % n_wide);
        if (!mm_has_min(type) && !mm_is_signed(type))
            total = vsubq_s32(total, vshlq_s32(sums[i], vdupq_n_s32(mm_offset_shift(type))));
        acc[i] = vfmaq_f32(acc[i], vcvtq_f32_s32(total), vmulq_f32(d[r], da));
        if (mm_has_min(type))
            acc[i] = vfmsq_f32(acc[i], vcvtq_f32_s32(sums[i]), vmulq_f32(dmin[r], da));
    }
}

/* One panel of half a group. */
MM_INLINE void add_panel(enum mm_form form, enum qtype type, int n_t, float32x4_t acc[],
                         const uint8_t *panel, int half, const struct scales *s,
                         const uint8_t *const rows[], uint32_t act_cols, uint32_t block)
{
    const int n_k = mm_has_subs16(type) ? 4 : 8, n_wide = mm_n_wide(form, n_t);
    const uint32_t run_quants = (mm_upper_at(type) - mm_quants_at(type)) / 4;
    const uint32_t run_upper = mm_upper_bytes(type) / 4;
    const uint8_t *scale = (mm_has_min(type) ? s->scale : panel) + half * 8;
    const uint8_t *quants = panel + mm_quants_at(type) + half * 32;
    const uint8_t *upper = panel + mm_upper_at(type) + (uint32_t)half * 2 * mm_upper_quarter(type);
    int32x4_t isum[16], dot[16], factor[4];
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++)
        isum[i] = vdupq_n_s32(0);
    for (uint32_t run = 0; run < 4; run++, quants += run_quants, upper += run_upper) {
        mm_prefetch(mm_k_hint(type, n_t),
                    panel + mm_k_ahead(type, n_t) +
                        ((uint32_t)half * 4 + run) * (mm_panel_bytes(type) / 8),
                    mm_panel_bytes(type) / 8);
        MM_UNROLL
        for (int parity = 0; parity < 2; parity++) {
            MM_UNROLL
            for (int k = 0; k < 8; k += n_k, scale += 16) {
                MM_UNROLL
                for (int i = 0; i < 2 * n_t; i++)
                    dot[i] = vdupq_n_s32(0);
                mm_dot(form, type, n_t, dot, quants, upper, parity, k, n_k, rows,
                       block * 256 + run * 64 + (uint32_t)parity * 32);
                scale_factors(form, scale, factor);
                MM_UNROLL
                for (int i = 0; i < 2 * n_t; i++)
                    isum[i] = vmlaq_s32(isum[i], dot[i], factor[i / n_wide]);
            }
        }
    }
    finish(form, type, n_t, acc, isum, panel, half, mm_has_min(type) ? s->min : panel, rows,
           act_cols, block);
}

/* One group for up to N_T tokens: an mm_tile_fn with its constants in front. */
MM_INLINE void tile(enum mm_form form, enum qtype type, int n_t, const struct mm_args *a,
                    float *out, const uint8_t *w, const uint8_t *act, uint32_t n_tokens)
{
    float32x4_t acc[32];
    struct scales s;
    const uint8_t *rows[8];
    const uint32_t act_cols = layout_act_cols(a->cols), n_blocks = (a->cols + 255) / 256;
    mm_rows(n_t, rows, act, a->act_stride, n_tokens);
    for (int i = 0; i < 4 * n_t; i++)
        acc[i] = vdupq_n_f32(0.0f);
    for (uint32_t block = 0; block < n_blocks; block++, w += mm_panel_bytes(type)) {
        if (type == QTYPE_Q2_K)
            q2_k_scales(w, &s);
        else if (mm_has_min(type))
            q45_k_scales(w, &s);
        for (int half = 0; half < 2; half++)
            add_panel(form, type, n_t, acc + half * 2 * n_t, w, half, &s, rows, act_cols, block);
    }
    for (int half = 0; half < 2; half++)
        mm_store(form, n_t, a, out + half * 8, acc + half * 2 * n_t, n_tokens);
}
