/* Products of weights in blocks of 32 columns with A32 activations: the integer sum of a block is
 * exact, the chain of blocks is one fma (two with a minimum) per block in ascending order. */
#include "target/cpu/ref/ref.h"
#include "target/cpu/ref/unpack.h"

static void add_block(float *out, size_t out_stride, const struct ref_block32 *b, uint32_t block,
                      bool has_min, uint32_t act_cols, const uint8_t *act, uint64_t act_stride,
                      uint32_t n_tokens)
{
    for (uint32_t t = 0; t < n_tokens; t++) {
        const uint8_t *row = act + t * act_stride;
        const int8_t *q = (const int8_t *)row + block * 32;
        float da = ((const float *)(const void *)(row + act_a32_d(act_cols)))[block];
        int32_t isum = 0;
        for (int i = 0; i < 32; i++)
            isum += b->q[i] * q[i];
        float acc = fmaf((float)isum, b->d * da, out[t * out_stride]);
        if (has_min)
            acc =
                fmaf(b->m, ((const float *)(const void *)(row + act_a32_s(act_cols)))[block], acc);
        out[t * out_stride] = acc;
    }
}

static void matmul(enum qtype type, float *out, size_t out_stride, const uint8_t *w,
                   uint32_t n_groups, uint64_t group_bytes, uint32_t cols, const uint8_t *act,
                   uint64_t act_stride, uint32_t n_tokens)
{
    uint32_t act_cols = layout_act_cols(cols), panel_bytes = layout_panel_bytes(type);
    bool has_min = type == QTYPE_Q4_1 || type == QTYPE_Q5_1;
    for (uint32_t r = 0; r < n_groups * LAYOUT_ROWS; r++) {
        const uint8_t *panels = w + r / LAYOUT_ROWS * group_bytes;
        for (uint32_t t = 0; t < n_tokens; t++)
            out[t * out_stride + r] = 0.0f;
        for (uint32_t block = 0; block < (cols + 31) / 32; block++) {
            struct ref_block32 b;
            ref_unpack32(&b, type, panels + (uint64_t)(block / 2) * panel_bytes, block % 2,
                         r % LAYOUT_ROWS);
            add_block(out + r, out_stride, &b, block, has_min, act_cols, act, act_stride, n_tokens);
        }
    }
}

REF_TYPES32(REF_MATMUL)

void ref_add_matmul_q32(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    REF_TYPES32(X)
#undef X
}
