/* pack: from rows of file blocks to the panels of plan/layout.h. Private to compile/. */
#ifndef TAKT_COMPILE_PACK_H
#define TAKT_COMPILE_PACK_H

#include <stdint.h>
#include <string.h>

#include "plan/layout.h"

/* A packer writes one panel of 16 rows. ROW[i] points at row i's first source block of the panel;
 * rows N_ROWS.. are missing, and so are columns N_COLS.. of the panel (N_COLS is a multiple of the
 * source's block, or any number for float types). DST is zeroed: zero is a zero weight. All
 * integers are repacked exactly. */
typedef void pack_panel_fn(uint8_t *dst, enum qtype t, const uint8_t *const row[LAYOUT_ROWS],
                           uint32_t n_rows, uint32_t n_cols);

pack_panel_fn pack_panel_float;   /* F32, F16, BF16 */
pack_panel_fn pack_panel_block32; /* Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL, MXFP4 */
pack_panel_fn pack_panel_k;       /* Q2_K to Q6_K, IQ4_XS */

/* pack_panel_for picks the packer of a computable type. */
pack_panel_fn *pack_panel_for(enum qtype t);

/* pack_panels packs N_PANELS panels from FIRST on of a group of 16 rows (of which N_ROWS exist) of
 * COLS columns; DST is where the first of them goes. */
void pack_panels(uint8_t *dst, enum qtype t, const uint8_t *const row[LAYOUT_ROWS], uint32_t n_rows,
                 uint32_t cols, uint32_t first, uint32_t n_panels);

/* pack_group packs one group of 16 rows (of which N_ROWS exist) of COLS columns. */
void pack_group(uint8_t *dst, enum qtype t, const uint8_t *const row[LAYOUT_ROWS], uint32_t n_rows,
                uint32_t cols);

/* ---- what the packers share: values of a row are bytes, four of which make a lane of a k-group
 * ---- */

/* pack_load4: four bytes at P, the first one lowest. */
static inline uint32_t pack_load4(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

/* pack_store4: four bytes of row R in the k-group (or bytes of several k-groups) at P. */
static inline void pack_store4(uint8_t *p, uint32_t r, uint32_t v)
{
    memcpy(p + 4 * r, &v, 4);
}

/* pack_nibbles: 32 values below 16 of row R into four times 64 bytes: k-group j low, j + 4 high. */
static inline void pack_nibbles(uint8_t *dst, uint32_t r, const uint8_t v[32])
{
    for (int j = 0; j < 4; j++)
        pack_store4(dst + 64 * j, r, pack_load4(v + 4 * j) | pack_load4(v + 16 + 4 * j) << 4);
}

/* pack_bits: bit 4r + i of the u64 of k-group g says whether value 4g + i of row R is odd, for N
 * values of 0 or 1. */
static inline void pack_bits(uint8_t *dst, uint32_t r, const uint8_t *v, uint32_t n)
{
    for (uint32_t g = 0; g < n / 4; g++) {
        uint32_t nibble = (pack_load4(v + 4 * g) & 0x01010101u) * 0x10204080u >> 28;
        dst[8 * g + r / 2] |= (uint8_t)(nibble << (r % 2 * 4));
    }
}

#endif
