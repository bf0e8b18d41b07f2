/* mm_amx: what the AMX matrix products share: how a call is cut into tiles, and where the sums of
 * its outputs wait between two stretches of columns.
 *
 * A turn takes up to 256 tokens and 16 groups of rows. It goes through the columns stretch by
 * stretch, of whose activations no more occupy L2; pair after pair of groups, whose weights for the
 * stretch are in L1, meets all of them.
 *
 * Tokens are cut into tiles of 16. The last tile overlaps the one before it when there are too few
 * (it computes the same sums again, in a place of its own), so that one tile configuration serves
 * the whole call; only a call of less than 16 tokens has tiles of fewer rows. Outputs are chains
 * over ascending columns, so the cut does not change bits. */
#ifndef TAKT_TARGET_CPU_X86_MM_AMX_H
#define TAKT_TARGET_CPU_X86_MM_AMX_H

#include "target/cpu/x86/amx.h"
#include "target/cpu/x86/amx_tile.h"
#include "target/cpu/x86/mm_avx512.h"
#include "target/cpu/simd/mm_layout.h"

enum {
    MMA_PAIR = 2,    /* groups whose expanded weights are in L1 together */
    MMA_GROUPS = 16, /* of a turn */
    MMA_TILES = 16,  /* of tokens, of a turn */
};

/* The sums of a turn: [group][tile][row][16]. They stay in L2. */
struct mma_sums {
    _Alignas(64) float f[MMA_GROUPS][MMA_TILES][AMX_ROWS][LAYOUT_ROWS];
};

/* A call, and the turn (some of its tiles, some of its groups) that it is at. */
struct mma {
    float *out;
    size_t out_stride;
    const uint8_t *w, *act;
    uint64_t group_bytes, act_stride;
    uint32_t cols, act_cols, n_groups, n_tokens;
    uint32_t tile_rows;            /* tokens of a tile */
    uint32_t tile, n_tiles;        /* the turn's tiles: tile..tile + n_tiles - 1 */
    uint32_t group, n_turn_groups; /* the turn's groups: group..group + n_turn_groups - 1 */
    uint64_t row_at[AMX_ROWS]; /* bytes from a tile's first token to each; missing ones repeat */
    const uint8_t *ahead;      /* what is prefetched next */
    uint32_t ahead_lines;      /* at once */
    struct mma_sums *sums;
    void *own; /* scratch of the type's turn */
};

/* The first token of tile I. */
MM_INLINE uint32_t mma_token(const struct mma *m, uint32_t i)
{
    const uint32_t at = i * AMX_ROWS, last = m->n_tokens - m->tile_rows;
    return at < last ? at : last;
}

/* The activations of tile I of the turn. */
MM_INLINE const uint8_t *mma_act(const struct mma *m, uint32_t i)
{
    return m->act + mma_token(m, m->tile + i) * m->act_stride;
}

/* Weights of group G of the turn. */
MM_INLINE const uint8_t *mma_group(const struct mma *m, uint32_t g)
{
    return m->w + (m->group + g) * m->group_bytes;
}

/* How many groups the pair at G0 has: 2, or the turn's last one. */
MM_INLINE uint32_t mma_pair(const struct mma *m, uint32_t g0)
{
    return m->n_turn_groups - g0 < MMA_PAIR ? m->n_turn_groups - g0 : MMA_PAIR;
}

/* Spreads the reading of BYTES from AT on of the pair of groups at G0 over UNITS units of work,
 * each of which calls mma_prefetch once: the memory then works while the tiles do. */
MM_INLINE void mma_plan_prefetch(struct mma *m, uint32_t g0, uint64_t at, uint32_t bytes,
                                 uint32_t units)
{
    m->ahead = mma_group(m, g0) + at;
    m->ahead_lines = (bytes / 64 + units - 1) / units;
}

/* The next share of them, into L2. */
MM_INLINE void mma_prefetch(struct mma *m)
{
    for (uint32_t i = 0; i < m->ahead_lines; i++) {
        __builtin_prefetch(m->ahead + (size_t)i * 64, 0, 2);
        __builtin_prefetch(m->ahead + m->group_bytes + (size_t)i * 64, 0, 2);
    }
    m->ahead += (size_t)m->ahead_lines * 64;
}

/* Writes the turn's sums to the output. */
static inline void mma_write(const struct mma *m)
{
    for (uint32_t i = 0; i < m->n_tiles; i++)
        for (uint32_t r = 0; r < m->tile_rows; r++) {
            float *out = m->out + (mma_token(m, m->tile + i) + r) * m->out_stride +
                         (size_t)m->group * LAYOUT_ROWS;
            for (uint32_t g = 0; g < m->n_turn_groups; g++)
                _mm512_storeu_ps(out + g * LAYOUT_ROWS, _mm512_load_ps(m->sums->f[g][i][r]));
        }
}

/* mma_turn_fn computes the sums of M's turn; they are zero before. */
typedef void mma_turn_fn(struct mma *m);

/* The whole of a kern_matmul_fn for more than a few tokens. TURN must be constant; K_BYTES: columns
 * of one product in bytes of activations; FIRST_B as amx_begin has it. */
MM_INLINE void mma_run(mma_turn_fn *turn, struct mma *m, uint32_t k_bytes, int first_b)
{
    const uint32_t n_tiles = (m->n_tokens + AMX_ROWS - 1) / AMX_ROWS;
    m->tile_rows = m->n_tokens < AMX_ROWS ? m->n_tokens : AMX_ROWS;
    for (uint32_t r = 0; r < AMX_ROWS; r++)
        m->row_at[r] = (r < m->tile_rows ? r : m->tile_rows - 1) * m->act_stride;
    amx_begin(m->tile_rows, k_bytes, first_b);
    for (m->group = 0; m->group < m->n_groups; m->group += m->n_turn_groups) {
        const uint32_t left = m->n_groups - m->group;
        m->n_turn_groups = left < MMA_GROUPS ? left : MMA_GROUPS;
        for (m->tile = 0; m->tile < n_tiles; m->tile += m->n_tiles) {
            m->n_tiles = n_tiles - m->tile < MMA_TILES ? n_tiles - m->tile : MMA_TILES;
            for (uint32_t g = 0; g < m->n_turn_groups; g++)
                memset(m->sums->f[g], 0, m->n_tiles * sizeof m->sums->f[g][0]);
            turn(m);
            mma_write(m);
        }
    }
    amx_end();
}

/* MMA_KERNEL defines the kernel of one type: up to FEW tokens avx512's, which reads the weights as
 * fast as memory gives them; beyond, turns. */
#define MMA_KERNEL(type, turn, k_bytes, first_b, few)                                              \
    static void matmul_##type(float *out, size_t out_stride, const uint8_t *w, uint32_t n_groups,  \
                              uint64_t group_bytes, uint32_t cols, const uint8_t *act,             \
                              uint64_t act_stride, uint32_t n_tokens, uint8_t *scratch)            \
    {                                                                                              \
        if (n_tokens <= (few)) {                                                                   \
            mma_avx512(QTYPE_##type)(out, out_stride, w, n_groups, group_bytes, cols, act,         \
                                     act_stride, n_tokens, scratch);                               \
            return;                                                                                \
        }                                                                                          \
        struct mma m = {.out = out,                                                                \
                        .out_stride = out_stride,                                                  \
                        .w = w,                                                                    \
                        .act = act,                                                                \
                        .group_bytes = group_bytes,                                                \
                        .act_stride = act_stride,                                                  \
                        .cols = cols,                                                              \
                        .act_cols = layout_act_cols(cols),                                         \
                        .n_groups = n_groups,                                                      \
                        .n_tokens = n_tokens,                                                      \
                        .sums = (struct mma_sums *)(void *)scratch,                                \
                        .own = scratch + sizeof(struct mma_sums)};                                 \
        mma_run(turn, &m, k_bytes, first_b);                                                       \
    }

/* The AVX-512 kernel of TYPE. Looked up in a table of its own at each call, which costs some
 * nanoseconds and needs no state. */
static inline kern_matmul_fn *mma_avx512(enum qtype type)
{
    struct kern_table t;
    memset(&t, 0, sizeof t);
    kern_init_avx512(&t);
    return t.matmul[type];
}

#endif
