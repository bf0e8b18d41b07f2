/* Products of weights in super-blocks of 256 columns with A256 activations. Scales and minima are
 * integers: the whole super-block is one exact integer sum (and one for the minima), then one fma
 * each. */
#include "target/cpu/ref/ref.h"
#include "target/cpu/ref/unpack.h"

static void add_block(float *out, size_t out_stride, const struct ref_block256 *b, uint32_t block,
                      bool has_min, uint32_t act_cols, const uint8_t *act, uint64_t act_stride,
                      uint32_t n_tokens)
{
    for (uint32_t t = 0; t < n_tokens; t++) {
        const uint8_t *row = act + t * act_stride;
        const int8_t *q = (const int8_t *)row + block * 256;
        float da = ((const float *)(const void *)(row + act_a256_d(act_cols)))[block];
        const int16_t *sum16 =
            (const int16_t *)(const void *)(row + act_a256_sum16(act_cols)) + block * 16;
        int32_t isum = 0, msum = 0;
        for (int j = 0; j < 16; j++) {
            int32_t dot = 0;
            for (int i = 0; i < 16; i++)
                dot += b->q[j * 16 + i] * q[j * 16 + i];
            isum += b->scale[j] * dot;
            msum += b->min[j] * sum16[j];
        }
        float acc = fmaf((float)isum, b->d * da, out[t * out_stride]);
        if (has_min)
            acc = fmaf((float)msum, -(b->dmin * da), acc);
        out[t * out_stride] = acc;
    }
}

static void matmul(enum qtype type, float *out, size_t out_stride, const uint8_t *w,
                   uint32_t n_groups, uint64_t group_bytes, uint32_t cols, const uint8_t *act,
                   uint64_t act_stride, uint32_t n_tokens)
{
    uint32_t act_cols = layout_act_cols(cols), panel_bytes = layout_panel_bytes(type);
    bool has_min = type == QTYPE_Q2_K || type == QTYPE_Q4_K || type == QTYPE_Q5_K;
    for (uint32_t r = 0; r < n_groups * LAYOUT_ROWS; r++) {
        const uint8_t *panels = w + r / LAYOUT_ROWS * group_bytes;
        for (uint32_t t = 0; t < n_tokens; t++)
            out[t * out_stride + r] = 0.0f;
        for (uint32_t block = 0; block < (cols + 255) / 256; block++) {
            struct ref_block256 b;
            ref_unpack256(&b, type, panels + (uint64_t)block * panel_bytes, r % LAYOUT_ROWS);
            add_block(out + r, out_stride, &b, block, has_min, act_cols, act, act_stride, n_tokens);
        }
    }
}

REF_TYPES256(REF_MATMUL)

void ref_add_matmul_k(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    REF_TYPES256(X)
#undef X
}
