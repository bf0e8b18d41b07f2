/* Products of BF16 weights with bf16 activations: tdpbf16ps has the order of docs/numerics.md, and
 * packed panels are its B tiles. The sums stay in tiles over a stretch of columns whose weights,
 * of two groups, stay in L1 while the token tiles pass two by two: four products for four loads.
 * Activations are read where they lie: packing them costs more writes to L2 than it saves here.
 *
 * What bounds it (measured on Granite Rapids): lines from L2 to L1 and sums on their way back; with
 * all of it in L1 it reaches 75 % of the peak. */
#include "target/cpu/x86/mm_amx.h"

enum {
    PANEL_BYTES = 1024, /* 32 columns of 16 rows */
    STRETCH = 8,        /* panels: longer ones drive the sums out of L1 meanwhile */
    TOKENS_FEW = 4,     /* beyond, avx512 computes for longer than memory takes */
    ACT_BYTES = 64,     /* of a panel's columns of one token */
    TILES_FEW = 2,      /* up to here waiting for weights shows, and they are prefetched */
};

/* Sums of N_I tiles from I on with N_G groups from G on, over N panels from P on. */
MM_INLINE void block(struct mma *m, uint32_t n_i, uint32_t n_g, uint32_t i, uint32_t g, uint32_t p,
                     uint32_t n)
{
    const uint8_t *w = mma_group(m, g) + (uint64_t)p * PANEL_BYTES, *act[2];
    for (uint32_t j = 0; j < n_i; j++)
        act[j] = mma_act(m, i + j) + (uint64_t)p * ACT_BYTES;
    MM_UNROLL
    for (int c = 0; c < (int)(n_i * n_g); c++)
        amx_load(c, m->sums->f[g + (uint32_t)c % n_g][i + (uint32_t)c / n_g], 64);
    for (uint32_t at = 0; at < n; at++, w += PANEL_BYTES) {
        mma_prefetch(m);
        MM_UNROLL
        for (int j = 0; j < (int)n_g; j++)
            amx_load(AMX_B0 + j, w + (uint64_t)j * m->group_bytes, 64);
        MM_UNROLL
        for (int j = 0; j < (int)n_i; j++)
            amx_load(AMX_A0 + j, act[j] + at * ACT_BYTES, m->act_stride);
        MM_UNROLL
        for (int c = 0; c < (int)(n_i * n_g); c++)
            amx_dot_bf16(c, AMX_A0 + c / (int)n_g, AMX_B0 + c % (int)n_g);
    }
    MM_UNROLL
    for (int c = 0; c < (int)(n_i * n_g); c++)
        amx_store(c, m->sums->f[g + (uint32_t)c % n_g][i + (uint32_t)c / n_g], 64);
}

/* All tokens of the turn with N_G groups from G on, over N panels from P on. */
MM_INLINE void run_groups(struct mma *m, uint32_t n_g, uint32_t g, uint32_t p, uint32_t n)
{
    uint32_t i = 0;
    for (; i + 2 <= m->n_tiles; i += 2)
        block(m, 2, n_g, i, g, p, n);
    if (i < m->n_tiles)
        block(m, 1, n_g, i, g, p, n);
}

static void turn(struct mma *m)
{
    const uint32_t n_panels = (m->cols + 31) / 32;
    for (uint32_t p = 0, n; p < n_panels; p += n) {
        n = n_panels - p < STRETCH ? n_panels - p : STRETCH;
        for (uint32_t g = 0; g < m->n_turn_groups; g += MMA_PAIR) {
            mma_plan_prefetch(m, g, (uint64_t)(p + n) * PANEL_BYTES,
                              m->n_tiles <= TILES_FEW ? n * PANEL_BYTES : 0, n);
            if (mma_pair(m, g) == MMA_PAIR)
                run_groups(m, 2, g, p, n);
            else
                run_groups(m, 1, g, p, n);
        }
    }
}

MMA_KERNEL(BF16, turn, ACT_BYTES, AMX_B0, TOKENS_FEW)

void amx_add_matmul_float(struct kern_table *t)
{
    t->matmul[QTYPE_BF16] = matmul_BF16;
}
