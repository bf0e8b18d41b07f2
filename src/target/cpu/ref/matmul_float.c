/* Products of float weights, in the order of docs/numerics.md: tiles of 32 columns, a chain over
 * the even and one over the odd columns of the tile from +0, then acc + (even + odd). */
#include "target/cpu/kern_math.h"
#include "target/cpu/ref/ref.h"

/* The weight of column K (0..31) of ROW in a panel. */
static float weight(enum qtype type, const uint8_t *panel, uint32_t k, uint32_t row)
{
    if (type == QTYPE_F32)
        return ((const float *)(const void *)panel)[k * 16 + row];
    uint16_t half = ((const uint16_t *)(const void *)panel)[(k / 2 * 16 + row) * 2 + k % 2];
    return type == QTYPE_F16 ? kern_f16(half) : kern_bf16_to_f32(half);
}

static float activation(enum qtype type, const uint8_t *act, uint32_t k)
{
    if (type == QTYPE_BF16)
        return kern_bf16_to_f32(((const uint16_t *)(const void *)act)[k]);
    return ((const float *)(const void *)act)[k];
}

static void matmul(enum qtype type, float *out, size_t out_stride, const uint8_t *w,
                   uint32_t n_groups, uint64_t group_bytes, uint32_t cols, const uint8_t *act,
                   uint64_t act_stride, uint32_t n_tokens)
{
    uint32_t panel_bytes = layout_panel_bytes(type);
    for (uint32_t r = 0; r < n_groups * LAYOUT_ROWS; r++) {
        const uint8_t *panels = w + r / LAYOUT_ROWS * group_bytes;
        for (uint32_t t = 0; t < n_tokens; t++)
            out[t * out_stride + r] = 0.0f;
        for (uint32_t tile = 0; tile < (cols + 31) / 32; tile++) {
            float column[32];
            for (uint32_t k = 0; k < 32; k++)
                column[k] = weight(type, panels + (uint64_t)tile * panel_bytes, k, r % LAYOUT_ROWS);
            for (uint32_t t = 0; t < n_tokens; t++) {
                float even = 0.0f, odd = 0.0f;
                for (uint32_t k = 0; k < 32; k += 2) {
                    const uint8_t *row = act + t * act_stride;
                    even = fmaf(column[k], activation(type, row, tile * 32 + k), even);
                    odd = fmaf(column[k + 1], activation(type, row, tile * 32 + k + 1), odd);
                }
                out[t * out_stride + r] = out[t * out_stride + r] + (even + odd);
            }
        }
    }
}

#define FLOAT_TYPES(X) X(F32) X(F16) X(BF16)

FLOAT_TYPES(REF_MATMUL)

void ref_add_matmul_float(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    FLOAT_TYPES(X)
#undef X
}
