/* mm_tiles: how the matrix products of every level with vectors cut their work.
 *
 * A tile computes one or several groups of 16 rows for up to T tokens over all columns. Every
 * output is a chain of its own, so the cut does not change bits. The weights of a group stay in L2
 * while all the call's tokens pass. Few tokens: the groups are cut into runs that are read in
 * lockstep, which gives the memory several streams, each of which flows on from group to group. */
#ifndef TAKT_TARGET_CPU_SIMD_MM_TILES_H
#define TAKT_TARGET_CPU_SIMD_MM_TILES_H

#include "target/cpu/kern.h"

#define MM_INLINE static inline __attribute__((always_inline))
/* In front of loops over arrays of vectors, which must not stay arrays. */
#define MM_UNROLL _Pragma("GCC unroll 16")

enum {
    MM_SIZES = 5, /* tiles for T = 1, 2, 4, 8, 16 tokens */
    MM_FEW = 4,   /* tokens up to which groups are read in runs */
    MM_RUNS = 2,
    MM_MANY = 24,  /* tokens from which on weights are unpacked once for all */
    MM_BATCH = 64, /* tokens whose sums are kept meanwhile */
};

/* What every tile of a call shares. */
struct mm_args {
    size_t out_stride, out_run;     /* floats from token to token, from run to run */
    uint64_t act_stride, run_bytes; /* bytes from token to token, from run to run */
    uint32_t cols;
};

/* mm_tile_fn: N_TOKENS is 1..T of its instance. */
typedef void mm_tile_fn(const struct mm_args *a, float *out, const uint8_t *w, const uint8_t *act,
                        uint32_t n_tokens);

/* one[i]: one group for 1 << i tokens, NULL when there is no such instance; runs[i]: MM_RUNS
 * groups, up to MM_FEW tokens, all NULL or none; many: one group for 1..MM_BATCH tokens, NULL when
 * there is none. */
struct mm_tiles {
    mm_tile_fn *one[MM_SIZES], *runs[3], *many;
};

/* The largest instance that N tokens fill to three quarters. */
static inline unsigned mm_size_for(const struct mm_tiles *tiles, uint32_t n)
{
    unsigned s = 0;
    while (s + 1 < MM_SIZES && tiles->one[s + 1] && n * 4 >= (2u << s) * 3)
        s++;
    return s;
}

/* The activation rows of a tile; missing tokens repeat the last one, and write its results again.
 */
MM_INLINE void mm_rows(int n_t, const uint8_t *rows[], const uint8_t *act, uint64_t act_stride,
                       uint32_t n_tokens)
{
    for (int t = 0; t < n_t; t++)
        rows[t] = act + ((uint32_t)t < n_tokens ? (uint32_t)t : n_tokens - 1) * act_stride;
}

/* Prefetching. One token: near ahead into L1. More: the tile takes its time, and lines that wait
 * for L1 would hold up its loads; far ahead into L2. (Measured on Zen 4: 28 against 23 GB/s for one
 * token, 15 against 25 for four.) */
MM_INLINE uint32_t mm_ahead(int n_t)
{
    return n_t == 1 ? 2048 : 4096;
}

/* Prefetches BYTES from P on for a tile of N_T tokens: into L1 for one, into L2 for more. */
MM_INLINE void mm_prefetch(int n_t, const uint8_t *p, uint32_t bytes)
{
    MM_UNROLL
    for (uint32_t i = 0; i < bytes; i += 64) {
        if (n_t == 1)
            __builtin_prefetch(p + i, 0, 3);
        else
            __builtin_prefetch(p + i, 0, 2);
    }
}

/* The whole of a kern_matmul_fn: picks tiles for N_GROUPS groups and N_TOKENS tokens. A holds
 * strides and cols; its runs are set here. */
static inline void mm_run(const struct mm_tiles *tiles, struct mm_args *a, float *out,
                          const uint8_t *w, uint32_t n_groups, uint64_t group_bytes,
                          const uint8_t *act, uint32_t n_tokens)
{
    uint32_t g = 0, run = n_groups / MM_RUNS;
    unsigned size = mm_size_for(tiles, n_tokens);
    if (n_tokens <= MM_FEW && tiles->runs[size]) {
        a->out_run = (size_t)run * LAYOUT_ROWS;
        a->run_bytes = run * group_bytes;
        for (; g < run; g++)
            tiles->runs[size](a, out + (size_t)g * LAYOUT_ROWS, w + g * group_bytes, act, n_tokens);
        g = run * MM_RUNS;
    }
    bool many = tiles->many && n_tokens >= MM_MANY;
    for (; g < n_groups; g++)
        for (uint32_t t = 0, n; t < n_tokens; t += n) {
            size = mm_size_for(tiles, n_tokens - t);
            n = many ? MM_BATCH : 1u << size;
            n = n_tokens - t < n ? n_tokens - t : n;
            (many ? tiles->many
                  : tiles->one[size])(a, out + t * a->out_stride + (size_t)g * LAYOUT_ROWS,
                                      w + g * group_bytes, act + t * a->act_stride, n);
        }
}

#endif
