#include "compile/pack.h"

#include "compile/compile.h"

pack_panel_fn *pack_panel_for(enum qtype t)
{
    uint32_t block = qtype_block_values(t);
    return block == 256 ? pack_panel_k : block == 32 ? pack_panel_block32 : pack_panel_float;
}

void pack_panels(uint8_t *dst, enum qtype t, const uint8_t *const row[LAYOUT_ROWS], uint32_t n_rows,
                 uint32_t cols, uint32_t first, uint32_t n_panels)
{
    pack_panel_fn *pack = pack_panel_for(t);
    uint32_t panel_cols = layout_panel_cols(t), panel_bytes = layout_panel_bytes(t);
    uint64_t src_bytes = (uint64_t)panel_cols / qtype_block_values(t) * qtype_block_bytes(t);
    const uint8_t *at[LAYOUT_ROWS];
    for (uint32_t r = 0; r < LAYOUT_ROWS; r++)
        at[r] = r < n_rows ? row[r] + first * src_bytes : NULL;
    for (uint32_t i = first; i < first + n_panels; i++, dst += panel_bytes) {
        uint32_t k = i * panel_cols, n = cols - k < panel_cols ? cols - k : panel_cols;
        memset(dst, 0, panel_bytes);
        pack(dst, t, at, n_rows, n);
        for (uint32_t r = 0; r < n_rows && n == panel_cols; r++)
            at[r] += src_bytes;
    }
}

void pack_group(uint8_t *dst, enum qtype t, const uint8_t *const row[LAYOUT_ROWS], uint32_t n_rows,
                uint32_t cols)
{
    uint32_t panel_cols = layout_panel_cols(t);
    pack_panels(dst, t, row, n_rows, cols, 0, (cols + panel_cols - 1) / panel_cols);
}

void pack_matrix(uint8_t *dst, enum qtype t, const uint8_t *src, uint64_t src_stride, uint32_t rows,
                 uint32_t cols)
{
    uint64_t group_bytes = layout_group_bytes(t, cols);
    for (uint32_t r = 0; r < rows; r += LAYOUT_ROWS, dst += group_bytes) {
        uint32_t n = rows - r < LAYOUT_ROWS ? rows - r : LAYOUT_ROWS;
        const uint8_t *row[LAYOUT_ROWS] = {NULL};
        for (uint32_t i = 0; i < n; i++)
            row[i] = src + (r + i) * src_stride;
        pack_group(dst, t, row, n, cols);
    }
}
