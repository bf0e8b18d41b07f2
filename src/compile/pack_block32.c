/* Types with blocks of 32 values: a panel holds two blocks of each row. The sources are ggml's
 * block structs; see model/qtype_dequant.c for their meaning. */
#include "compile/pack.h"

enum {
    HALVES = 2 * LAYOUT_ROWS * 2,   /* f16 of two blocks of 16 rows */
    NIBBLES = 64 * LAYOUT_ROWS / 2, /* of a panel */
    BLOCK_NIBBLES = NIBBLES / 2,
    BLOCK_GROUPS = 8, /* k-groups of a block */
};

/* Where the parts of a source block lie; 0xff: absent. */
struct source {
    uint8_t d, m, high, values;
};

static struct source source_of(enum qtype t)
{
    switch (t) {
    case QTYPE_Q4_1: return (struct source){0, 2, 0xff, 4};
    case QTYPE_Q5_0: return (struct source){0, 0xff, 2, 6};
    case QTYPE_Q5_1: return (struct source){0, 2, 4, 8};
    case QTYPE_MXFP4: return (struct source){0, 0xff, 0xff, 1};
    default: return (struct source){0, 0xff, 0xff, 2}; /* Q8_0, Q4_0, IQ4_NL */
    }
}

static void store_half(uint8_t *dst, uint32_t block, uint32_t r, const uint8_t half[2])
{
    memcpy(dst + (block * LAYOUT_ROWS + r) * 2, half, 2);
}

/* E8M0 exponent e to the bf16 2^(e - 128); what bf16 holds only as a subnormal becomes zero. */
static void store_scale_mxfp4(uint8_t *dst, uint32_t block, uint32_t r, uint8_t e)
{
    uint32_t bits = e < 2 ? 0 : (uint32_t)(e - 1) << 7;
    uint8_t half[2] = {(uint8_t)bits, (uint8_t)(bits >> 8)};
    store_half(dst, block, r, half);
}

static void pack_q8_0(uint8_t *dst, const uint8_t *src, uint32_t r)
{
    for (uint32_t g = 0; g < BLOCK_GROUPS; g++) /* value + 128 flips the sign bit */
        pack_store4(dst + (size_t)64 * g, r, pack_load4(src + (size_t)4 * g) ^ 0x80808080u);
}

static void pack_low(uint8_t *dst, const uint8_t *src, uint32_t r)
{
    uint8_t v[32];
    for (int i = 0; i < 16; i++) {
        v[i] = src[i] & 15;
        v[i + 16] = src[i] >> 4;
    }
    pack_nibbles(dst, r, v);
}

static void pack_fifth(uint8_t *dst, const uint8_t *src, uint32_t r)
{
    uint32_t mask = pack_load4(src);
    uint8_t v[32];
    for (int i = 0; i < 32; i++)
        v[i] = (uint8_t)(mask >> i & 1);
    pack_bits(dst, r, v, 32);
}

void pack_panel_block32(uint8_t *dst, enum qtype t, const uint8_t *const row[LAYOUT_ROWS],
                        uint32_t n_rows, uint32_t n_cols)
{
    struct source at = source_of(t);
    uint32_t block_bytes = qtype_block_bytes(t);
    uint8_t *mins = dst + HALVES, *values = mins + (at.m == 0xff ? 0 : HALVES);
    uint8_t *high = values + NIBBLES;
    for (uint32_t b = 0; b < n_cols / 32; b++) {
        for (uint32_t r = 0; r < n_rows; r++) {
            const uint8_t *src = row[r] + (size_t)b * block_bytes;
            if (t == QTYPE_MXFP4)
                store_scale_mxfp4(dst, b, r, src[0]);
            else
                store_half(dst, b, r, src + at.d);
            if (at.m != 0xff)
                store_half(mins, b, r, src + at.m);
            if (t == QTYPE_Q8_0) {
                pack_q8_0(values + (size_t)b * BLOCK_GROUPS * 64, src + at.values, r);
                continue;
            }
            pack_low(values + (size_t)b * BLOCK_NIBBLES, src + at.values, r);
            if (at.high != 0xff)
                pack_fifth(high + (size_t)b * BLOCK_GROUPS * 8, src + at.high, r);
        }
    }
}
