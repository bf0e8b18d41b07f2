/* Products of BF16 weights with bf16 activations: tdpbf16ps has the order of docs/numerics.md, and
 * packed panels are its B tiles. The sums stay in tiles over a stretch of columns whose weights fit
 * into L1 for two groups, while the token tiles pass two by two: four products for four loads. */
#include "target/cpu/x86/mm_amx.h"

enum {
    PANEL_BYTES = 1024, /* 32 columns of 16 rows */
    STRETCH = 16,       /* panels */
    TOKENS_FEW = 4,     /* beyond, avx512 computes for longer than memory takes */
    ACT_BYTES = 64,     /* of a panel's columns of one token */
};

/* Sums of tile I (and I + 1) with group 0 (and 1) over the panels from P to END - 1. */
MM_INLINE void block(struct mma *m, uint32_t n_i, uint32_t n_g, uint32_t i, uint32_t p,
                     uint32_t end)
{
    const uint8_t *w[MMA_GROUPS], *act[2];
    for (uint32_t k = 0; k < n_i; k++)
        act[k] = mma_act(m, i + k);
    for (uint32_t g = 0; g < n_g; g++)
        w[g] = mma_group(m, g);
    MM_UNROLL
    for (int c = 0; c < (int)(n_i * n_g); c++)
        amx_load(c, m->sums.f[c % (int)n_g][i + (uint32_t)c / n_g], 64);
    for (; p < end; p++) {
        mma_prefetch(m);
        MM_UNROLL
        for (int g = 0; g < (int)n_g; g++)
            amx_load(AMX_B0 + g, w[g] + (uint64_t)p * PANEL_BYTES, 64);
        MM_UNROLL
        for (int k = 0; k < (int)n_i; k++)
            amx_load(AMX_A0 + k, act[k] + (uint64_t)p * ACT_BYTES, m->act_stride);
        MM_UNROLL
        for (int c = 0; c < (int)(n_i * n_g); c++)
            amx_dot_bf16(c, AMX_A0 + c / (int)n_g, AMX_B0 + c % (int)n_g);
    }
    MM_UNROLL
    for (int c = 0; c < (int)(n_i * n_g); c++)
        amx_store(c, m->sums.f[c % (int)n_g][i + (uint32_t)c / n_g], 64);
}

static void turn(struct mma *m)
{
    const uint32_t n_panels = (m->cols + 31) / 32;
    mma_plan_prefetch(m, (uint64_t)n_panels * ((m->n_tiles + 1) / 2));
    for (uint32_t p = 0; p < n_panels; p += STRETCH) {
        const uint32_t end = n_panels - p < STRETCH ? n_panels : p + STRETCH;
        uint32_t i = 0;
        for (; i + 2 <= m->n_tiles; i += 2) {
            if (m->pair == 2)
                block(m, 2, 2, i, p, end);
            else
                block(m, 2, 1, i, p, end);
        }
        if (i < m->n_tiles) {
            if (m->pair == 2)
                block(m, 1, 2, i, p, end);
            else
                block(m, 1, 1, i, p, end);
        }
    }
}

MMA_KERNEL(BF16, turn, ACT_BYTES, TOKENS_FEW)

void amx_add_matmul_float(struct kern_table *t)
{
    t->matmul[QTYPE_BF16] = matmul_BF16;
}
