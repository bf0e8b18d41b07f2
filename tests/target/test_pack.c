/* What compile/ packs is what the kernels read: rows packed from file blocks and dequantised by the
 * embed kernels are the values of qtype_dequantize, bit for bit, at every level. */
#include "compile/compile.h"
#include "t.h"
#include "target/cpu/kern.h"

/* Random blocks whose f16 scales are finite: the exponent's highest bit is cleared in every byte
 * that may hold it. */
static void fill(enum qtype t, uint8_t *p, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes; i++)
        p[i] = (uint8_t)(t_rand() >> 24) & (t == QTYPE_MXFP4 ? 0x7f : 0xbf);
}

static void check(const struct kern_table *kern, enum qtype t, uint32_t rows, uint32_t cols)
{
    uint64_t row_bytes = 0;
    qtype_row_bytes(t, cols, &row_bytes);
    uint8_t *src = malloc(row_bytes * rows);
    uint8_t *packed = aligned_alloc(64, layout_matrix_bytes(t, rows, cols));
    float *want = malloc(cols * sizeof *want), *got = malloc((cols + 16) * sizeof *got);
    uint32_t wrong = 0;
    fill(t, src, row_bytes * rows);
    pack_matrix(packed, t, src, row_bytes, rows, cols);
    uint32_t state = kern_float_state_set();
    for (uint32_t r = 0; r < rows; r++) {
        qtype_dequantize(t, want, src + r * row_bytes, cols);
        kern->embed[t](got, packed, layout_group_bytes(t, cols), r, cols, 1.0f);
        for (uint32_t k = 0; k < cols; k++)
            wrong += !(got[k] == want[k]); /* -0 and +0 are the same value */
    }
    kern_float_state_restore(state);
    if (wrong)
        t_fail(__FILE__, __LINE__, "%s at %s: %u of %u values differ", qtype_name(t),
               kern_level_name(kern->level), wrong, rows * cols);
    free(src);
    free(packed);
    free(want);
    free(got);
}

T_TEST(kernels_read_what_was_packed)
{
    for (int l = 0; l < KERN_LEVEL_COUNT; l++) {
        struct kern_table kern;
        if (!kern_level_usable((enum kern_level)l))
            continue;
        kern_table_init(&kern, (enum kern_level)l);
        for (uint32_t id = 0; id < KERN_TYPES; id++) {
            if (!qtype_known(id) || !qtype_computable((enum qtype)id))
                continue;
            uint32_t block = qtype_block_values((enum qtype)id);
            check(&kern, (enum qtype)id, 16, block == 1 ? 64 : 4 * block);
            check(&kern, (enum qtype)id, 37, block == 1 ? 45 : 3 * block);
        }
    }
}

T_MAIN("target/pack")
