/* Products of weights in blocks of 32 columns with A32 activations.
 *
 * A block's sums must become floats before the next block is added, so a product spans 32 columns
 * (half a tile) and its sums are stored at once: what bounds these types is the vectors' work, of
 * which two operations per 16 sums have one port near tiles (32 cycles for a block of 16 x 16 x
 * 32), and the store (16, and 16 more of decoding), not the product (16). Weights are expanded to
 * signed bytes once per call for all its tokens, 512 columns at a time, in the order of B tiles;
 * the sums of 16 tokens and 16 rows stay in registers meanwhile.
 *
 * Blocks follow each other in a pipeline that goes on from unit to unit: a block is multiplied two
 * blocks before its sums are stored and three before they are added, so that nothing waits. */
#include "target/cpu/x86/mm_amx.h"

enum {
    TOKENS_FEW = 16,   /* one tile: avx512 needs no expansion */
    BLOCK_BYTES = 512, /* 16 rows of 32 columns */
    STRETCH = 8,       /* panels of 64 columns that are expanded at once */
    BLOCKS = 2 * STRETCH,
    STEP = 4,
    AHEAD = 3, /* blocks between a product and its addition */
};

/* Blocks in whole steps of the pipeline. */
MM_INLINE uint32_t round_up(uint32_t n_blocks)
{
    return (n_blocks + STEP - 1) / STEP * STEP;
}

/* A stretch of one group, expanded: B tiles, scales and minima. */
struct stretch {
    _Alignas(64) int8_t w[BLOCKS][BLOCK_BYTES];
    __m512 d[BLOCKS], m[BLOCKS];
};

/* A stretch of 16 tokens: its levels, where they lie, and what the sums are multiplied with. */
struct act_stretch {
    const uint8_t *q;
    _Alignas(64) float d[AMX_ROWS][BLOCKS], s[AMX_ROWS][BLOCKS];
};

/* 16 tokens by 16 rows by a stretch. */
struct unit {
    const struct act_stretch *act;
    const struct stretch *w;
    float (*sum)[LAYOUT_ROWS];
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
    for (uint32_t b = 0; b < n_blocks; b++) {
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

/* The activations of tile I from BLOCK on. Their levels are not packed: a line has those of two
 * blocks, so that every other load finds it in L1. */
MM_INLINE void open_act(enum qtype type, const struct mma *m, uint32_t i, uint32_t block,
                        uint32_t n_blocks, struct act_stretch *out)
{
    const __mmask16 some = (__mmask16)((1u << n_blocks) - 1);
    const uint8_t *act = mma_act(m, i);
    out->q = act + block * 32;
    for (uint32_t r = 0; r < AMX_ROWS; r++) {
        const uint8_t *row = act + m->row_at[r] + block * 4;
        _mm512_store_ps(out->d[r], _mm512_maskz_loadu_ps(some, row + act_a32_d(m->act_cols)));
        if (mm_has_min(type))
            _mm512_store_ps(out->s[r], _mm512_maskz_loadu_ps(some, row + act_a32_s(m->act_cols)));
    }
}

/* The product of block B of U into tile C. */
MM_INLINE void multiply(int c, const struct mma *m, const struct unit *u, uint32_t b)
{
    amx_zero(c);
    amx_load(AMX_A0 + (c & 1), u->act->q + b * 32, m->act_stride);
    amx_load(AMX_B0 + (c & 1), u->w->w[b], 64);
    amx_dot_ss(c, AMX_A0 + (c & 1), AMX_B0 + (c & 1));
}

/* Sums, below 2^22, as floats: an addition each of integers and of floats, which run on a port that
 * multiplications and conversions near tiles do not (amx_tile.h). */
MM_INLINE __m512 to_float(const int32_t *sums)
{
    const __m512i magic = _mm512_set1_epi32(0x4b400000); /* 1.5 * 2^23 and units below */
    __m512i v = _mm512_add_epi32(_mm512_load_si512(sums), magic);
    return _mm512_sub_ps(_mm512_castsi512_ps(v), _mm512_castsi512_ps(magic));
}

/* acc takes the sums of block B: one fma or two. Row by row, as written: what the compilers make of
 * it keeps too much waiting. */
MM_INLINE void add_block(enum qtype type, __m512 acc[AMX_ROWS], int32_t sum[][LAYOUT_ROWS],
                         const struct unit *u, uint32_t b)
{
    const __m512 d = u->w->d[b], min = mm_has_min(type) ? u->w->m[b] : d;
    MM_UNROLL
    for (int r = 0; r < AMX_ROWS; r++) {
        __m512 v = to_float(sum[r]);
        acc[r] = _mm512_fmadd_ps(v, _mm512_mul_ps(d, _mm512_set1_ps(u->act->d[r][b])), acc[r]);
        if (mm_has_min(type))
            acc[r] = _mm512_fmadd_ps(min, _mm512_set1_ps(u->act->s[r][b]), acc[r]);
        __asm__ volatile("" : "+v"(acc[r]));
    }
}

/* What a turn needs besides its call. */
struct work {
    struct act_stretch act[MMA_TILES];
    struct stretch w[MMA_PAIR];
    _Alignas(64) int32_t spill[STEP][AMX_ROWS][LAYOUT_ROWS];
};
_Static_assert(sizeof(struct mma_sums) + sizeof(struct work) <= KERN_MATMUL_SCRATCH, "");

/* Starts the pipeline with U: products of blocks 0..2, of which the first is stored. */
MM_INLINE void begin(const struct mma *m, const struct unit *u, struct work *k)
{
    MM_UNROLL
    for (int b = 0; b < AHEAD; b++)
        multiply(b, m, u, (uint32_t)b);
    amx_store(0, k->spill[0], 64);
}

/* One unit, whose first products are under way, and those of the NEXT. Blocks beyond the last one,
 * up to a whole step, are multiplied (as whatever lies there) and dropped. */
MM_INLINE void run_unit(enum qtype type, const struct mma *m, struct work *k,
                        const struct unit *now, const struct unit *next, uint32_t n_blocks)
{
    __m512 acc[AMX_ROWS];
    MM_UNROLL
    for (int r = 0; r < AMX_ROWS; r++)
        acc[r] = _mm512_load_ps(now->sum[r]);
    const uint32_t n_steps = round_up(n_blocks);
    for (uint32_t b = 0; b < n_steps; b += STEP) {
        MM_UNROLL
        for (int i = 0; i < STEP; i++) {
            const uint32_t at = b + (uint32_t)i + AHEAD;
            const bool here = at < n_steps;
            multiply((i + AHEAD) % STEP, m, here ? now : next, here ? at : at - n_steps);
            amx_store((i + 1) % STEP, k->spill[(i + 1) % STEP], 64);
            if (b + (uint32_t)i < n_blocks)
                add_block(type, acc, k->spill[i], now, b + (uint32_t)i);
        }
    }
    MM_UNROLL
    for (int r = 0; r < AMX_ROWS; r++)
        _mm512_store_ps(now->sum[r], acc[r]);
}

/* The units of a stretch: each token tile with each of PAIR groups from G0 on. */
MM_INLINE void run_pair(enum qtype type, struct mma *m, struct work *k, uint32_t g0, uint32_t pair,
                        uint32_t n_blocks)
{
    const uint32_t n_units = m->n_tiles * pair;
    struct unit now = {&k->act[0], &k->w[0], m->sums->f[g0][0]}, next = now;
    begin(m, &now, k);
    for (uint32_t i = 0; i < n_units; i++, now = next) {
        if (i + 1 < n_units) {
            const uint32_t tile = (i + 1) / pair, g = (i + 1) % pair;
            next = (struct unit){&k->act[tile], &k->w[g], m->sums->f[g0 + g][tile]};
        }
        mma_prefetch(m);
        run_unit(type, m, k, &now, &next, n_blocks);
    }
}

MM_INLINE void turn(enum qtype type, struct mma *m)
{
    const uint32_t n_blocks = (m->cols + 31) / 32;
    struct work *k = m->own;
    for (uint32_t b = 0, n; b < n_blocks; b += n) {
        n = n_blocks - b < BLOCKS ? n_blocks - b : BLOCKS;
        for (uint32_t i = 0; i < m->n_tiles; i++)
            open_act(type, m, i, b, n, &k->act[i]);
        for (uint32_t g0 = 0, pair; g0 < m->n_turn_groups; g0 += pair) {
            pair = mma_pair(m, g0);
            const uint64_t at = (uint64_t)(b / 2) * mm_panel_bytes(type);
            for (uint32_t g = 0; g < pair; g++)
                expand(type, mma_group(m, g0 + g) + at, n, &k->w[g]);
            mma_plan_prefetch(m, g0, at + STRETCH * mm_panel_bytes(type),
                              STRETCH * mm_panel_bytes(type), m->n_tiles * pair);
            run_pair(type, m, k, g0, pair, n);
        }
    }
}

#define X(type)                                                                                    \
    static void turn_##type(struct mma *m)                                                         \
    {                                                                                              \
        turn(QTYPE_##type, m);                                                                     \
    }                                                                                              \
    MMA_KERNEL(type, turn_##type, 32, AMX_B0, TOKENS_FEW)
MM_TYPES32(X)
#undef X

void amx_add_matmul_q32(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    MM_TYPES32(X)
#undef X
}
