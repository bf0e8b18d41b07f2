/* Dequantising one row of a packed table. The products are those that define the formats
 * (model/qtype_dequant.c), each rounded once; the scale is one more multiplication. */
#include "target/cpu/ref/ref.h"
#include "target/cpu/ref/unpack.h"

static void embed32(enum qtype type, float *out, const uint8_t *panels, uint32_t row, uint32_t cols,
                    float scale)
{
    bool has_min = type == QTYPE_Q4_1 || type == QTYPE_Q5_1;
    for (uint32_t at = 0; at < cols; at += 32) {
        struct ref_block32 b;
        ref_unpack32(&b, type, panels + (uint64_t)(at / 64) * layout_panel_bytes(type), at / 32 % 2,
                     row);
        for (uint32_t i = 0; i < 32 && at + i < cols; i++) {
            float v = (float)b.q[i] * b.d;
            out[at + i] = (has_min ? v + b.m : v) * scale;
        }
    }
}

static void embed256(enum qtype type, float *out, const uint8_t *panels, uint32_t row,
                     uint32_t cols, float scale)
{
    bool has_min = type == QTYPE_Q2_K || type == QTYPE_Q4_K || type == QTYPE_Q5_K;
    for (uint32_t at = 0; at < cols; at += 256) {
        struct ref_block256 b;
        ref_unpack256(&b, type, panels + (uint64_t)(at / 256) * layout_panel_bytes(type), row);
        for (uint32_t i = 0; i < 256 && at + i < cols; i++) {
            float v = (b.d * (float)b.scale[i / 16]) * (float)b.q[i];
            out[at + i] = (has_min ? v - b.dmin * (float)b.min[i / 16] : v) * scale;
        }
    }
}

static void embed_float(enum qtype type, float *out, const uint8_t *panels, uint32_t row,
                        uint32_t cols, float scale)
{
    uint32_t panel_bytes = layout_panel_bytes(type);
    for (uint32_t i = 0; i < cols; i++) {
        const uint8_t *panel = panels + (uint64_t)(i / 32) * panel_bytes;
        uint32_t k = i % 32;
        float v;
        if (type == QTYPE_F32) {
            v = ((const float *)(const void *)panel)[k * 16 + row];
        } else {
            uint16_t half = ((const uint16_t *)(const void *)panel)[(k / 2 * 16 + row) * 2 + k % 2];
            v = type == QTYPE_F16 ? kern_f16(half) : kern_bf16_to_f32(half);
        }
        out[i] = v * scale;
    }
}

#define FLOAT_TYPES(X) X(F32) X(F16) X(BF16)

#define EMBED(type, form)                                                                          \
    static void embed_##type(float *out, const uint8_t *w, uint64_t group_bytes, uint64_t row,     \
                             uint32_t cols, float scale)                                           \
    {                                                                                              \
        form(QTYPE_##type, out, w + row / LAYOUT_ROWS * group_bytes,                               \
             (uint32_t)(row % LAYOUT_ROWS), cols, scale);                                          \
    }
#define X(type) EMBED(type, embed32)
REF_TYPES32(X)
#undef X
#define X(type) EMBED(type, embed256)
REF_TYPES256(X)
#undef X
#define X(type) EMBED(type, embed_float)
FLOAT_TYPES(X)
#undef X

void ref_add_embed(struct kern_table *t)
{
#define X(type) t->embed[QTYPE_##type] = embed_##type;
    REF_TYPES32(X)
    REF_TYPES256(X)
    FLOAT_TYPES(X)
#undef X
}
