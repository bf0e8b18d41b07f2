/* Types with super-blocks of 256 values: a panel is one super-block of each row. The sources are
 * ggml's block structs; see model/qtype_dequant.c for their meaning. Values are unpacked to one
 * byte each in column order, then stored in k-groups. */
#include "compile/pack.h"
#include "model/qtype_k.h"

enum {
    SUPER = 256,
    HALVES = LAYOUT_ROWS * 2,
    NIBBLES = SUPER * LAYOUT_ROWS / 2,
    PAIRS = SUPER * LAYOUT_ROWS / 4,
    BITS = SUPER * LAYOUT_ROWS / 8,
};

/* ---- storing 256 values of row R ---- */

static void store_nibbles(uint8_t *dst, uint32_t r, const uint8_t v[SUPER])
{
    for (int b = 0; b < SUPER / 32; b++)
        pack_nibbles(dst + 256 * b, r, v + 32 * b);
}

/* Two bits each: bits 2i of the 64 bytes j of a run of 64 columns are k-group j + 4i. */
static void store_pairs(uint8_t *dst, uint32_t r, const uint8_t v[SUPER])
{
    for (int run = 0; run < SUPER / 64; run++)
        for (int j = 0; j < 4; j++) {
            const uint8_t *at = v + 64 * run + 4 * j;
            uint32_t x = pack_load4(at) | pack_load4(at + 16) << 2 | pack_load4(at + 32) << 4 |
                         pack_load4(at + 48) << 6;
            pack_store4(dst + 64 * (run * 4 + j), r, x);
        }
}

/* ---- reading ---- */

/* Bits SHIFT.. of 32 bytes: the loops of all readers end here, because compilers make vectors of
 * it. */
static inline void load_bits(uint8_t v[32], const uint8_t src[32], int shift, uint8_t mask)
{
    for (int i = 0; i < 32; i++)
        v[i] = (uint8_t)(src[i] >> shift) & mask;
}

/* One bit each, bit b of 32 bytes for columns 32b..: Q5_K's fifth bits and Q3_K's third ones. */
static void load_singles(uint8_t v[SUPER], const uint8_t src[32])
{
    for (int b = 0; b < SUPER / 32; b++)
        load_bits(v + 32 * b, src, b, 1);
}

/* Two-bit values as Q2_K, Q3_K and the upper bits of Q6_K have them: 32 bytes for 128 columns, 32
 * columns per bit pair. */
static void load_pairs(uint8_t v[SUPER], const uint8_t *src)
{
    for (int b = 0; b < SUPER / 32; b++)
        load_bits(v + 32 * b, src + b / 4 * 32, b % 4 * 2, 3);
}

/* Nibbles as Q4_K and Q5_K have them: 32 bytes for 64 columns, low nibbles first. */
static void load_nibbles(uint8_t v[SUPER], const uint8_t *src)
{
    for (int b = 0; b < SUPER / 32; b++)
        load_bits(v + 32 * b, src + b / 2 * 32, b % 2 * 4, 15);
}

/* ---- one row of each type ---- */

/* Q4_K and Q5_K: 128 bytes of low nibbles of scales and mins, 64 bytes with their upper two bits,
 * two sub-blocks a byte. */
static void pack_scales(uint8_t *dst, uint32_t r, const uint8_t packed[12])
{
    uint8_t *upper = dst + 8 * LAYOUT_ROWS;
    for (int j = 0; j < 8; j++) {
        unsigned scale, min;
        qtype_k_scale_min(packed, j, &scale, &min);
        dst[j * LAYOUT_ROWS + r] = (uint8_t)((scale & 15) | (min & 15) << 4);
        unsigned top = scale >> 4 | (min >> 4) << 2;
        upper[j / 2 * LAYOUT_ROWS + r] |= (uint8_t)(top << (j % 2 * 4));
    }
}

static void pack_q45_k(uint8_t *dst, const uint8_t *src, uint32_t r, bool five)
{
    enum { SCALES = 192 };
    uint8_t v[SUPER], fifth[SUPER];
    uint8_t *nibbles = dst + 2 * HALVES + SCALES;
    memcpy(dst + 2 * r, src, 2);
    memcpy(dst + HALVES + 2 * r, src + 2, 2);
    pack_scales(dst + 2 * HALVES, r, src + 4);
    load_nibbles(v, src + (five ? 48 : 16));
    store_nibbles(nibbles, r, v);
    if (!five)
        return;
    load_singles(fifth, src + 16);
    pack_bits(nibbles + NIBBLES, r, fifth, SUPER);
}

static void pack_q6_k(uint8_t *dst, const uint8_t *src, uint32_t r)
{
    uint8_t low[SUPER], high[SUPER];
    uint8_t *nibbles = dst + 16 * LAYOUT_ROWS, *pairs = nibbles + NIBBLES;
    for (int j = 0; j < 16; j++)
        dst[j * LAYOUT_ROWS + (int)r] = src[192 + j];
    /* The nibbles of 128 columns: 64 bytes, the low ones first. */
    for (int b = 0; b < SUPER / 32; b++)
        load_bits(low + 32 * b, src + b / 4 * 64 + b % 2 * 32, b % 4 / 2 * 4, 15);
    load_pairs(high, src + 128);
    store_nibbles(nibbles, r, low);
    store_pairs(pairs, r, high);
    memcpy(pairs + PAIRS + 2 * r, src + 208, 2);
}

static void pack_q2_k(uint8_t *dst, const uint8_t *src, uint32_t r)
{
    uint8_t v[SUPER];
    memcpy(dst + 2 * r, src + 80, 2);
    memcpy(dst + HALVES + 2 * r, src + 82, 2);
    for (int j = 0; j < 16; j++)
        dst[2 * HALVES + j * LAYOUT_ROWS + (int)r] = src[j];
    load_pairs(v, src + 16);
    store_pairs(dst + 2 * HALVES + 16 * LAYOUT_ROWS, r, v);
}

static void pack_q3_k(uint8_t *dst, const uint8_t *src, uint32_t r)
{
    uint8_t v[SUPER], third[SUPER];
    uint8_t *pairs = dst + 16 * LAYOUT_ROWS;
    const uint8_t *packed = src + 96;
    for (int j = 0; j < 16;
         j++) { /* 6-bit scales: nibbles of bytes 0..7, upper pairs in bytes 8..11 */
        int low = j < 8 ? packed[j] & 15 : packed[j - 8] >> 4;
        int top = packed[8 + j % 4] >> (j / 4 * 2) & 3;
        dst[j * LAYOUT_ROWS + (int)r] = (uint8_t)((low | top << 4) - 32);
    }
    load_pairs(v, src + 32);
    store_pairs(pairs, r, v);
    load_singles(third, src);
    pack_bits(pairs + PAIRS, r, third, SUPER);
    memcpy(pairs + PAIRS + BITS + 2 * r, src + 108, 2);
}

static void pack_iq4_xs(uint8_t *dst, const uint8_t *src, uint32_t r)
{
    uint8_t v[SUPER];
    uint8_t *nibbles = dst + 8 * LAYOUT_ROWS;
    for (int j = 0; j < 8; j++) {
        int low = src[4 + j / 2] >> (j % 2 * 4) & 15, top = src[2 + j / 4] >> (j % 4 * 2) & 3;
        dst[j * LAYOUT_ROWS + (int)r] = (uint8_t)((low | top << 4) - 32);
        for (int i = 0; i < 16; i++) {
            v[32 * j + i] = src[8 + 16 * j + i] & 15;
            v[32 * j + 16 + i] = src[8 + 16 * j + i] >> 4;
        }
    }
    store_nibbles(nibbles, r, v);
    memcpy(nibbles + NIBBLES + 2 * r, src, 2);
}

void pack_panel_k(uint8_t *dst, enum qtype t, const uint8_t *const row[LAYOUT_ROWS],
                  uint32_t n_rows, uint32_t n_cols)
{
    for (uint32_t r = 0; r < n_rows && n_cols == SUPER; r++) {
        switch (t) {
        case QTYPE_Q2_K: pack_q2_k(dst, row[r], r); break;
        case QTYPE_Q3_K: pack_q3_k(dst, row[r], r); break;
        case QTYPE_Q4_K: pack_q45_k(dst, row[r], r, false); break;
        case QTYPE_Q5_K: pack_q45_k(dst, row[r], r, true); break;
        case QTYPE_Q6_K: pack_q6_k(dst, row[r], r); break;
        case QTYPE_IQ4_XS: pack_iq4_xs(dst, row[r], r); break;
        default: break;
        }
    }
}
