#include "target/cpu/ref/unpack.h"

static uint16_t load16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

/* Column K (0..31 of its block, or 0..255) of ROW: the byte of a k-group. */
static uint32_t lane_of(uint32_t k, uint32_t row)
{
    return row * 4 + (k & 3);
}

/* Nibbles: 4 x 64 bytes per 32 columns, low nibbles are k-groups 0..3, high ones 4..7. */
static int nibble(const uint8_t *at, uint32_t k, uint32_t row)
{
    uint32_t block = k / 32, group = k % 32 / 4;
    uint8_t byte = at[(block * 4 + group % 4) * 64 + lane_of(k, row)];
    return group < 4 ? byte & 15 : byte >> 4;
}

/* One bit per value: a u64 per k-group. */
static int one_bit(const uint8_t *at, uint32_t k, uint32_t row)
{
    uint32_t bit = lane_of(k, row);
    return at[k / 4 * 8 + bit / 8] >> (bit % 8) & 1;
}

/* Two bits per value: 64 bytes hold k-groups j, j+4, j+8, j+12 of the same 64 columns. */
static int two_bits(const uint8_t *at, uint32_t k, uint32_t row)
{
    uint32_t run = k / 64, group = k % 64 / 4;
    return at[(run * 4 + group % 4) * 64 + lane_of(k, row)] >> (group / 4 * 2) & 3;
}

void ref_unpack32(struct ref_block32 *b, enum qtype t, const uint8_t *panel, uint32_t block,
                  uint32_t row)
{
    uint16_t d = load16(panel + (block * 16 + row) * 2);
    bool has_min = t == QTYPE_Q4_1 || t == QTYPE_Q5_1;
    const uint8_t *quants = panel + (has_min ? 128 : 64), *fifth = quants + 512;
    b->d = t == QTYPE_MXFP4 ? kern_bf16_to_f32(d) : kern_f16(d);
    b->m = has_min ? kern_f16(load16(panel + 64 + (block * 16 + row) * 2)) : 0.0f;
    for (uint32_t i = 0; i < 32; i++) {
        uint32_t k = block * 32 + i;
        int v;
        switch ((int)t) {
        case QTYPE_Q8_0: v = quants[k / 4 * 64 + lane_of(k, row)] - 128; break;
        case QTYPE_Q4_0: v = nibble(quants, k, row) - 8; break;
        case QTYPE_Q4_1: v = nibble(quants, k, row); break;
        case QTYPE_Q5_0: v = (nibble(quants, k, row) | one_bit(fifth, k, row) << 4) - 16; break;
        case QTYPE_Q5_1: v = nibble(quants, k, row) | one_bit(fifth, k, row) << 4; break;
        case QTYPE_IQ4_NL: v = qtype_iq4nl_levels[nibble(quants, k, row)]; break;
        default: v = qtype_mxfp4_levels[nibble(quants, k, row)]; break;
        }
        b->q[i] = (int16_t)v;
    }
}

static void unpack_q4k_scales(struct ref_block256 *b, const uint8_t *panel, uint32_t row)
{
    const uint8_t *low = panel + 64, *high = low + 128;
    b->d = kern_f16(load16(panel + row * 2));
    b->dmin = kern_f16(load16(panel + 32 + row * 2));
    for (uint32_t j = 0; j < 8; j++) {
        uint32_t top = (uint32_t)high[j / 2 * 16 + row] >> (j % 2 * 4);
        uint8_t low4 = low[j * 16 + row];
        int16_t scale = (int16_t)((low4 & 15u) | (top & 3u) << 4);
        int16_t min = (int16_t)(low4 >> 4 | (top >> 2 & 3u) << 4);
        b->scale[2 * j] = b->scale[2 * j + 1] = scale;
        b->min[2 * j] = b->min[2 * j + 1] = min;
    }
}

/* Types with signed scales in front: the scales of the 16 sub-blocks (or 8 of 32 columns), and d
 * near the end. */
static void unpack_signed_scales(struct ref_block256 *b, const uint8_t *panel, uint32_t row,
                                 uint32_t n_scales, uint32_t d_at)
{
    b->d = kern_f16(load16(panel + d_at + row * 2));
    b->dmin = 0.0f;
    for (uint32_t j = 0; j < 16; j++) {
        b->scale[j] = (int8_t)panel[j * n_scales / 16 * 16 + row];
        b->min[j] = 0;
    }
}

static void unpack_q45_k(struct ref_block256 *b, const uint8_t *panel, uint32_t row, bool five)
{
    unpack_q4k_scales(b, panel, row);
    const uint8_t *quants = panel + 256, *fifth = quants + 2048;
    for (uint32_t k = 0; k < 256; k++) {
        int high = five ? one_bit(fifth, k, row) << 4 : 0;
        b->q[k] = (int16_t)(nibble(quants, k, row) | high);
    }
}

static void unpack_q2_k(struct ref_block256 *b, const uint8_t *panel, uint32_t row)
{
    b->d = kern_f16(load16(panel + row * 2));
    b->dmin = kern_f16(load16(panel + 32 + row * 2));
    for (uint32_t j = 0; j < 16; j++) {
        b->scale[j] = panel[64 + j * 16 + row] & 15;
        b->min[j] = panel[64 + j * 16 + row] >> 4;
    }
    for (uint32_t k = 0; k < 256; k++)
        b->q[k] = (int16_t)two_bits(panel + 320, k, row);
}

void ref_unpack256(struct ref_block256 *b, enum qtype t, const uint8_t *panel, uint32_t row)
{
    switch ((int)t) {
    case QTYPE_Q2_K: unpack_q2_k(b, panel, row); break;
    case QTYPE_Q4_K: unpack_q45_k(b, panel, row, false); break;
    case QTYPE_Q5_K: unpack_q45_k(b, panel, row, true); break;
    case QTYPE_Q3_K:
        unpack_signed_scales(b, panel, row, 16, 256 + 1024 + 512);
        for (uint32_t k = 0; k < 256; k++)
            b->q[k] = (int16_t)((two_bits(panel + 256, k, row) | one_bit(panel + 256 + 1024, k, row)
                                                                     << 2) -
                                4);
        break;
    case QTYPE_Q6_K:
        unpack_signed_scales(b, panel, row, 16, 256 + 2048 + 1024);
        for (uint32_t k = 0; k < 256; k++)
            b->q[k] = (int16_t)((nibble(panel + 256, k, row) | two_bits(panel + 256 + 2048, k, row)
                                                                   << 4) -
                                32);
        break;
    default: /* IQ4_XS */
        unpack_signed_scales(b, panel, row, 8, 128 + 2048);
        for (uint32_t k = 0; k < 256; k++)
            b->q[k] = qtype_iq4nl_levels[nibble(panel + 128, k, row)];
        break;
    }
}
