/* F32: [32 k][16 rows]; F16 and BF16: [16 k pairs][16 rows][2]. */
#include "compile/pack.h"

static void pack_f32(uint8_t *dst, const uint8_t *src, uint32_t r, uint32_t n_cols)
{
    for (uint32_t k = 0; k < n_cols; k++)
        memcpy(dst + (size_t)k * 64 + r * 4, src + (size_t)k * 4, 4);
}

static void pack_half(uint8_t *dst, const uint8_t *src, uint32_t r, uint32_t n_cols)
{
    uint32_t pairs = n_cols / 2;
    for (uint32_t i = 0; i < pairs; i++)
        pack_store4(dst + (size_t)i * 64, r, pack_load4(src + (size_t)i * 4));
    if (n_cols % 2)
        memcpy(dst + (size_t)pairs * 64 + r * 4, src + (size_t)pairs * 4, 2);
}

void pack_panel_float(uint8_t *dst, enum qtype t, const uint8_t *const row[LAYOUT_ROWS],
                      uint32_t n_rows, uint32_t n_cols)
{
    for (uint32_t r = 0; r < n_rows; r++) {
        if (t == QTYPE_F32)
            pack_f32(dst, row[r], r, n_cols);
        else
            pack_half(dst, row[r], r, n_cols);
    }
}
