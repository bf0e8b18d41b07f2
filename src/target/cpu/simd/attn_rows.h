/* attn_rows: what attention keeps of its query rows from split to split, and how a split is merged
 * (docs/numerics.md), for every way of computing one. Written in the operations of vec_avx512.h or
 * its like, one of which is included before. */
#ifndef TAKT_TARGET_CPU_SIMD_ATTN_ROWS_H
#define TAKT_TARGET_CPU_SIMD_ATTN_ROWS_H

#include <math.h>

#include "target/cpu/kern.h"
#include "target/cpu/kern_math.h"
#include "target/cpu/simd/mm_tiles.h"

struct attn_rows {
    float max[KERN_ATTN_ROWS_MAX], total[KERN_ATTN_ROWS_MAX];
    /* of the split at hand: the factors of the merge, o = o * was + new * is; whether the row sees
     * anything */
    float was[KERN_ATTN_ROWS_MAX], is[KERN_ATTN_ROWS_MAX];
    bool sees[KERN_ATTN_ROWS_MAX], begun[KERN_ATTN_ROWS_MAX];
};

/* attn_row_lo: the first position that a row sees. */
static inline uint32_t attn_row_lo(const struct kern_attn *a, uint32_t row)
{
    uint32_t pos = a->pos[row];
    if (a->from)
        return a->from[row];
    return a->window && pos >= a->window ? pos - a->window + 1 : 0;
}

/* attn_seen: the lanes of the 16 positions from POS that lie in LO..HI; of OTHER elsewhere. */
MM_INLINE struct v16 attn_seen(struct v16 v, struct v16 other, uint32_t pos, uint32_t lo,
                               uint32_t hi)
{
    uint32_t from = lo > pos ? lo - pos : 0, to = hi >= pos ? hi - pos + 1 : 0;
    return vec_range(v, other, from, to);
}

/* attn_rows_merge takes in a split of which ROW sees something: its maximum M and its sum. */
static inline void attn_rows_merge(struct attn_rows *rows, uint32_t row, float m, float sum)
{
    const float old = rows->max[row], total = rows->total[row];
    const bool begun = rows->begun[row];
    const float new_max = begun ? kern_max(old, m) : m;
    rows->was[row] = begun ? kern_exp(old - new_max) : 0.0f;
    rows->is[row] = kern_exp(m - new_max);
    rows->total[row] = begun ? fmaf(sum, rows->is[row], total * rows->was[row]) : sum;
    rows->max[row] = new_max;
}

#endif
