/* mm_tiles: how the matrix products of every x86 level and weight type cut their work.
 *
 * A tile computes G groups of 16 rows for up to T tokens over all columns. Every output is a chain
 * of its own, so the cut does not change bits. Few tokens: several groups in lockstep, which gives
 * the memory several streams. Many tokens: one group at a time, whose weights stay in L2 while all
 * the call's tokens pass. */
#ifndef TAKT_TARGET_CPU_X86_MM_TILES_H
#define TAKT_TARGET_CPU_X86_MM_TILES_H

#include "target/cpu/kern.h"

#define MM_INLINE static inline __attribute__((always_inline))
/* In front of loops over arrays of vectors, which must not stay arrays. */
#define MM_UNROLL _Pragma("GCC unroll 16")

/* What every tile of a call shares. */
struct mm_args {
    size_t out_stride; /* floats */
    uint64_t group_bytes, act_stride;
    uint32_t cols;
};

/* mm_tile_fn: the tile's groups are group_bytes apart; N_TOKENS is 1..T of its instance. */
typedef void mm_tile_fn(const struct mm_args *a, float *out, const uint8_t *w, const uint8_t *act,
                        uint32_t n_tokens);

/* Instances by tokens, from one to four: T = 1, 2, 4, 8, 16; NULL ends. `many` has `n_many` groups.
 */
enum { MM_SIZES = 5 };
struct mm_tiles {
    struct {
        uint32_t n_many;
        mm_tile_fn *one, *many;
    } size[MM_SIZES];
};

/* The largest instance that N tokens fill to three quarters. */
static inline unsigned mm_size_for(const struct mm_tiles *tiles, uint32_t n)
{
    unsigned s = 0;
    while (s + 1 < MM_SIZES && tiles->size[s + 1].one && n * 4 >= (2u << s) * 3)
        s++;
    return s;
}

static inline void mm_run(const struct mm_tiles *tiles, const struct mm_args *a, float *out,
                          const uint8_t *w, uint32_t n_groups, const uint8_t *act,
                          uint32_t n_tokens)
{
    unsigned first = mm_size_for(tiles, n_tokens);
    uint32_t step = tiles->size[first].n_many;
    for (uint32_t g = 0; g < n_groups;) {
        bool many = n_groups - g >= step;
        for (uint32_t t = 0; t < n_tokens;) {
            unsigned s = mm_size_for(tiles, n_tokens - t);
            uint32_t n = n_tokens - t < 1u << s ? n_tokens - t : 1u << s;
            uint32_t n_many = tiles->size[s].n_many, done = 0, n_here = many ? step : 1;
            float *o = out + t * a->out_stride + (size_t)g * LAYOUT_ROWS;
            const uint8_t *at = act + t * a->act_stride;
            for (; n_here - done >= n_many; done += n_many)
                tiles->size[s].many(a, o + done * LAYOUT_ROWS, w + (g + done) * a->group_bytes, at,
                                    n);
            for (; done < n_here; done++)
                tiles->size[s].one(a, o + done * LAYOUT_ROWS, w + (g + done) * a->group_bytes, at,
                                   n);
            t += n;
        }
        g += many ? step : 1;
    }
}

#endif
