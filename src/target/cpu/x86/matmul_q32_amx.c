/* Products of weights in blocks of 32 columns with A32 activations.
 *
 * A block's sums must become floats before the next block is added, so a product spans 32 columns
 * (half a tile) and its sums are stored at once: what bounds these types is the vectors' work of
 * three operations per 16 sums (24 cycles of two ports) and the store (16), not the product (16).
 * Weights are expanded to signed bytes once per call for all its tokens, 512 columns at a time, in
 * the order of B tiles; the sums of 16 tokens and 16 rows stay in registers meanwhile.
 *
 * Blocks follow each other in a pipeline that goes on from unit to unit: the product of a block is
 * issued two blocks before its sums are stored, in the next but one of four tiles, so that no store
 * waits for a product. At best a block of 16 x 16 x 32 takes those 24 cycles, a third of the int8
 * peak; a fifth when stores and vectors do not overlap. */
#include "target/cpu/x86/mm_amx.h"

enum {
    TOKENS_FEW = 7,
    BLOCK_BYTES = 512, /* 16 rows of 32 columns */
    STRETCH = 8,       /* panels of 64 columns that are expanded at once */
    BLOCKS = 2 * STRETCH,
    AHEAD = 2, /* blocks between a product and its store */
};

/* A stretch of one group, expanded: B tiles, scales and minima. */
struct stretch {
    _Alignas(64) int8_t w[BLOCKS][BLOCK_BYTES];
    __m512 d[BLOCKS], m[BLOCKS];
};

/* What the sums of a stretch are multiplied with, of the 16 tokens of a tile. */
struct strip {
    _Alignas(64) float d[AMX_ROWS][BLOCKS], s[AMX_ROWS][BLOCKS];
};

/* 16 tokens by 16 rows by a stretch. */
struct unit {
    const int8_t *act; /* the first token's levels in the stretch */
    const struct stretch *w;
};

/* The 8 k-groups of one block as signed bytes. */
MM_INLINE void levels(enum qtype type, const uint8_t *panel, uint32_t half, __m512i w[8])
{
    const uint32_t block_bytes = (mm_upper_at(type) - mm_quants_at(type)) / 2;
    const uint8_t *quants = panel + mm_quants_at(type) + half * block_bytes;
    if (type == QTYPE_Q8_0) {
        MM_UNROLL
        for (int j = 0; j < 8; j++)
            w[j] = _mm512_xor_si512(mm_load(quants + j * 64), _mm512_set1_epi8((char)0x80));
        return;
    }
    mm_nibbles(quants, w);
    if (mm_has_bit(type))
        mm_add_bit(panel + mm_upper_at(type) + half * 64, w, 16);
    if (type == QTYPE_IQ4_NL)
        mm_lookup(mm_levels(qtype_iq4nl_levels, 0), w);
    if (type == QTYPE_MXFP4)
        mm_lookup(mm_levels(qtype_mxfp4_levels, 0), w);
    if (type == QTYPE_Q4_0 || type == QTYPE_Q5_0) {
        MM_UNROLL
        for (int j = 0; j < 8; j++)
            w[j] = _mm512_sub_epi8(w[j], _mm512_set1_epi8((char)(1 << mm_offset_shift(type))));
    }
}

/* The 16 rows' scales of a block, or their minima 64 bytes later. */
MM_INLINE __m512 scale_of(enum qtype type, const uint8_t *d)
{
    if (type != QTYPE_MXFP4)
        return mm_f16x16(d);
    __m256i bf16 = _mm256_loadu_si256((const __m256i *)(const void *)d);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bf16), 16));
}

MM_INLINE void expand(enum qtype type, const uint8_t *panel, uint32_t n_blocks, struct stretch *out)
{
    for (uint32_t b = 0; b < (n_blocks + 1) / 2 * 2; b++) {
        const uint8_t *p = panel + (uint64_t)(b / 2) * mm_panel_bytes(type);
        __m512i w[8];
        levels(type, p, b % 2, w);
        MM_UNROLL
        for (int j = 0; j < 8; j++)
            _mm512_store_si512(out->w[b] + j * 64, w[j]);
        out->d[b] = scale_of(type, p + b % 2 * 32);
        if (mm_has_min(type))
            out->m[b] = scale_of(type, p + 64 + b % 2 * 32);
    }
}

/* The factors of a tile's tokens from BLOCK on, side by side, so that one address serves all. */
MM_INLINE void load_strip(enum qtype type, const struct mma *m, uint32_t tile, uint32_t block,
                          uint32_t n_blocks, struct strip *s)
{
    const __mmask16 some = (__mmask16)((1u << n_blocks) - 1);
    const uint8_t *act = mma_act(m, tile);
    MM_UNROLL
    for (int r = 0; r < AMX_ROWS; r++) {
        const uint8_t *row = act + m->row_at[r] + block * 4;
        _mm512_store_ps(s->d[r], _mm512_maskz_loadu_ps(some, row + act_a32_d(m->act_cols)));
        if (mm_has_min(type))
            _mm512_store_ps(s->s[r], _mm512_maskz_loadu_ps(some, row + act_a32_s(m->act_cols)));
    }
}

/* The product of block B of U into tile C. */
MM_INLINE void multiply(int c, const struct mma *m, const struct unit *u, uint32_t b)
{
    amx_zero(c);
    amx_load(AMX_A0, u->act + b * 32, m->act_stride);
    amx_load(AMX_B0, u->w->w[b], 64);
    amx_dot_ss(c, AMX_A0, AMX_B0);
}

/* acc takes the sums of block B: one fma or two. */
MM_INLINE void add_block(enum qtype type, __m512 acc[AMX_ROWS], int32_t sum[][LAYOUT_ROWS],
                         const struct strip *s, const struct stretch *w, uint32_t b)
{
    const __m512 d = w->d[b], min = mm_has_min(type) ? w->m[b] : d;
    MM_UNROLL
    for (int r = 0; r < AMX_ROWS; r++) {
        __m512 v = _mm512_cvtepi32_ps(_mm512_load_si512(sum[r]));
        acc[r] = _mm512_fmadd_ps(v, _mm512_mul_ps(d, _mm512_set1_ps(s->d[r][b])), acc[r]);
        if (mm_has_min(type))
            acc[r] = _mm512_fmadd_ps(min, _mm512_set1_ps(s->s[r][b]), acc[r]);
    }
}

/* Two blocks from B on, whose products are under way in tiles C and C + 1; issues those of the two
 * blocks that follow, in this unit or the NEXT. */
MM_INLINE void two_blocks(enum qtype type, int c, const struct mma *m, const struct unit *now,
                          const struct unit *next, uint32_t b, uint32_t n_blocks,
                          const struct strip *s, int32_t spill[2][AMX_ROWS][LAYOUT_ROWS],
                          __m512 acc[AMX_ROWS])
{
    const bool here = b + AHEAD < n_blocks;
    const struct unit *u = here ? now : next;
    const uint32_t at = here ? b + AHEAD : 0;
    MM_UNROLL
    for (int k = 0; k < AHEAD; k++) {
        multiply((c + 2 + k) % 4, m, u, at + (uint32_t)k);
        amx_store((c + k) % 4, spill[k], 64);
        if (b + (uint32_t)k < n_blocks)
            add_block(type, acc, spill[k], s, now->w, b + (uint32_t)k);
    }
}

/* One unit, whose first two products are under way in tiles 2 SET and 2 SET + 1. */
MM_INLINE void run_unit(enum qtype type, int set, struct mma *m, const struct unit *now,
                        const struct unit *next, uint32_t n_blocks, const struct strip *s,
                        float (*sum)[LAYOUT_ROWS])
{
    _Alignas(64) int32_t spill[2][AMX_ROWS][LAYOUT_ROWS];
    __m512 acc[AMX_ROWS];
    mma_prefetch(m);
    MM_UNROLL
    for (int r = 0; r < AMX_ROWS; r++)
        acc[r] = _mm512_load_ps(sum[r]);
    uint32_t b = 0;
    for (; b + 2 < n_blocks; b += 4) {
        two_blocks(type, set * 2, m, now, next, b, n_blocks, s, spill, acc);
        two_blocks(type, 2 - set * 2, m, now, next, b + 2, n_blocks, s, spill, acc);
    }
    if (b < n_blocks)
        two_blocks(type, set * 2, m, now, next, b, n_blocks, s, spill, acc);
    MM_UNROLL
    for (int r = 0; r < AMX_ROWS; r++)
        _mm512_store_ps(sum[r], acc[r]);
}

struct work {
    struct stretch w[MMA_GROUPS];
    struct strip strip;
};

/* The units of a stretch: each token tile with each group. A last block without a partner gets one
 * of the panel's padding, whose sums are dropped. */
MM_INLINE void run_stretch(enum qtype type, struct mma *m, struct work *k, uint32_t block,
                           uint32_t n_blocks)
{
    const uint32_t n_units = m->n_tiles * m->pair;
    struct unit now = {(const int8_t *)mma_act(m, 0) + block * 32, &k->w[0]}, next = now;
    int set = 0;
    multiply(0, m, &now, 0);
    multiply(1, m, &now, 1);
    for (uint32_t i = 0; i < n_units; i++, now = next) {
        const uint32_t g = i % m->pair, tile = i / m->pair;
        if (g == 0)
            load_strip(type, m, tile, block, n_blocks, &k->strip);
        if (i + 1 < n_units) {
            next.act = (const int8_t *)mma_act(m, (i + 1) / m->pair) + block * 32;
            next.w = &k->w[(i + 1) % m->pair];
        }
        if (set)
            run_unit(type, 1, m, &now, &next, n_blocks, &k->strip, m->sums.f[g][tile]);
        else
            run_unit(type, 0, m, &now, &next, n_blocks, &k->strip, m->sums.f[g][tile]);
        set ^= (int)((n_blocks + 1) / 2 % 2);
    }
}

MM_INLINE void turn(enum qtype type, struct mma *m)
{
    const uint32_t n_blocks = (m->cols + 31) / 32;
    const uint32_t n_stretches = (n_blocks + BLOCKS - 1) / BLOCKS;
    struct work k;
    mma_plan_prefetch(m, (uint64_t)n_stretches * m->n_tiles * m->pair);
    for (uint32_t b = 0, n; b < n_blocks; b += n) {
        n = n_blocks - b < BLOCKS ? n_blocks - b : BLOCKS;
        for (uint32_t g = 0; g < m->pair; g++)
            expand(type, mma_group(m, g) + (uint64_t)(b / 2) * mm_panel_bytes(type), n, &k.w[g]);
        run_stretch(type, m, &k, b, n);
    }
}

#define X(type)                                                                                    \
    static void turn_##type(struct mma *m)                                                         \
    {                                                                                              \
        turn(QTYPE_##type, m);                                                                     \
    }                                                                                              \
    MMA_KERNEL(type, turn_##type, 32, TOKENS_FEW)
MM_TYPES32(X)
#undef X

void amx_add_matmul_q32(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    MM_TYPES32(X)
#undef X
}
