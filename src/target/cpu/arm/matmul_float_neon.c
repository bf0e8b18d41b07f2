/* Products of float weights: per tile of 32 columns a chain over the even and one over the odd
 * columns, from +0, then acc + (even + odd). */
#include "target/cpu/arm/mm_neon.h"
#include "target/cpu/arm/neon.h"
#include "target/cpu/arm/vec_neon.h"

#define TYPES(X) X(F32) X(F16) X(BF16)

enum { PANEL_PAIRS = 16 };

MM_INLINE uint32_t pair_bytes(enum qtype type)
{
    return type == QTYPE_F32 ? 128 : 64;
}

/* Two columns of the 8 rows of a half, as two registers each; P points at its part of the pair. */
MM_INLINE void unpack_pair(enum qtype type, const uint8_t *p, float32x4_t even[2],
                           float32x4_t odd[2])
{
    if (type == QTYPE_F32) {
        for (int q = 0; q < 2; q++) {
            even[q] = vreinterpretq_f32_u32(vec_load_u32(p + q * 16));
            odd[q] = vreinterpretq_f32_u32(vec_load_u32(p + 64 + q * 16));
        }
    } else if (type == QTYPE_BF16) {
        for (int q = 0; q < 2; q++) {
            even[q] = vec_bf16_even(vec_load_u32(p + q * 16));
            odd[q] = vec_bf16_odd(vec_load_u32(p + q * 16));
        }
    } else {
        uint16x8_t a = vreinterpretq_u16_u8(vld1q_u8(p));
        uint16x8_t b = vreinterpretq_u16_u8(vld1q_u8(p + 16));
        float16x8_t x = vreinterpretq_f16_u16(vuzp1q_u16(a, b));
        float16x8_t y = vreinterpretq_f16_u16(vuzp2q_u16(a, b));
        even[0] = vcvt_f32_f16(vget_low_f16(x));
        even[1] = vcvt_high_f32_f16(x);
        odd[0] = vcvt_f32_f16(vget_low_f16(y));
        odd[1] = vcvt_high_f32_f16(y);
    }
}

/* 8 columns of a token from COLUMN on, the even ones to x[0], the odd ones to x[1]. */
MM_INLINE void load_columns(enum qtype type, const uint8_t *row, uint32_t column, float32x4_t x[2])
{
    if (type == QTYPE_BF16) {
        uint32x4_t pairs = vec_load_u32(row + column * 2);
        x[0] = vec_bf16_even(pairs);
        x[1] = vec_bf16_odd(pairs);
    } else {
        float32x4x2_t v = vld2q_f32((const float *)(const void *)(row + column * 4));
        x[0] = v.val[0];
        x[1] = v.val[1];
    }
}

/* s + v * (lane LANE of x), rounded once; LANE is constant after inlining. */
MM_INLINE float32x4_t fma_lane(float32x4_t s, float32x4_t v, float32x4_t x, int lane)
{
    switch (lane) {
    case 0: return vfmaq_laneq_f32(s, v, x, 0);
    case 1: return vfmaq_laneq_f32(s, v, x, 1);
    case 2: return vfmaq_laneq_f32(s, v, x, 2);
    default: return vfmaq_laneq_f32(s, v, x, 3);
    }
}

MM_INLINE void add_panel(enum qtype type, int n_t, float32x4_t acc[], const uint8_t *w,
                         const uint8_t *const rows[], uint32_t column)
{
    float32x4_t even[8], odd[8];
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++)
        even[i] = odd[i] = vdupq_n_f32(0.0f);
    for (uint32_t end = column + 32; column < end; column += 8) {
        float32x4_t x[4][2];
        MM_UNROLL
        for (int t = 0; t < n_t; t++)
            load_columns(type, rows[t], column, x[t]);
        MM_UNROLL
        for (int pair = 0; pair < 4; pair++, w += pair_bytes(type)) {
            float32x4_t a[2], b[2];
            unpack_pair(type, w, a, b);
            MM_UNROLL
            for (int i = 0; i < 2 * n_t; i++) {
                even[i] = fma_lane(even[i], a[i / n_t], x[i % n_t][0], pair);
                odd[i] = fma_lane(odd[i], b[i / n_t], x[i % n_t][1], pair);
            }
        }
    }
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++)
        acc[i] = vaddq_f32(acc[i], vaddq_f32(even[i], odd[i]));
}

MM_INLINE void tile(enum mm_form form, enum qtype type, int n_t, const struct mm_args *a,
                    float *out, const uint8_t *w, const uint8_t *act, uint32_t n_tokens)
{
    float32x4_t acc[16];
    const uint8_t *rows[4];
    const uint32_t bytes = PANEL_PAIRS * pair_bytes(type);
    mm_rows(n_t, rows, act, a->act_stride, n_tokens);
    for (int i = 0; i < 4 * n_t; i++)
        acc[i] = vdupq_n_f32(0.0f);
    for (uint32_t column = 0; column < a->cols; column += 32, w += bytes) {
        for (uint32_t i = 0; i < bytes; i += 64)
            mm_prefetch(n_t, w + mm_ahead(n_t) + i, 64);
        for (int half = 0; half < 2; half++)
            add_panel(type, n_t, acc + half * 2 * n_t, w + half * 32, rows, column);
    }
    for (int half = 0; half < 2; half++)
        mm_store(form, n_t, a, out + half * 8, acc + half * 2 * n_t, n_tokens);
}

#define X(type) MM_KERNEL_NEON(type)
TYPES(X)
#undef X

void neon_add_matmul_float(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    TYPES(X)
#undef X
}
