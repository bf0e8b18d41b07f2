/* attn_template: attention of query rows over one KV head, in the operations of vec_avx512.h or
 * vec_avx2.h, one of which is included before, with BLOCK_ROWS defined (8 or 2: what the registers
 * hold). Splits outermost: a split's keys and values stay in L2. The rows pass in blocks of up to
 * BLOCK_ROWS, which share each vector of keys (16 positions) and values (16 dimensions), and all
 * blocks pass over a piece of keys or values before the next one, while L1 holds it. */
#include "target/cpu/simd/attn_pages.h"
#include "target/cpu/simd/attn_rows.h"
#include "target/cpu/simd/vec_math.h"

enum { TILE = 32 };

/* In the caller's scratch: [rows][hdp] queries and sums, [rows][LAYOUT_SPLIT] probabilities. */
struct work {
    const struct kern_attn *a;
    struct attn_pages pages; /* of the split at hand */
    float *q, *o, *p;
    struct attn_rows rows;
};

/* What a block of rows sees of the split at `first`: lo..hi, absolute, of the rows together. */
struct block {
    uint32_t row, n_rows, first, lo, hi;
};

/* Dimensions d, d + 1 of 16 keys; positions p, p + 1 of 16 dimensions of values with bf16. */
MM_INLINE void load_pair(bool bf16, const uint8_t *p, uint64_t f32_stride, struct v16 v[2])
{
    if (bf16) {
        vec_load_bf16_pairs(p, v);
    } else {
        v[0] = vec_load(p);
        v[1] = vec_load(p + f32_stride);
    }
}

/* Asks for the lines of a pair. */
MM_INLINE void prefetch_pair(bool bf16, const uint8_t *p, uint64_t f32_stride)
{
    attn_prefetch(p);
    if (!bf16)
        attn_prefetch(p + f32_stride);
}

/* Scores of N_R rows with the 16 keys at K, into p[r * LAYOUT_SPLIT]. Asks for the values, V_BYTES
 * later, meanwhile. */
MM_INLINE void score_vector(bool bf16, int n_r, const struct kern_attn *a, const float *q,
                            const uint8_t *k, uint64_t v_bytes, float *p)
{
    const uint32_t pair_bytes = bf16 ? 64 : 128;
    struct v16 acc[BLOCK_ROWS];
    MM_UNROLL
    for (int r = 0; r < n_r; r++)
        acc[r] = vec_set(0.0f);
    for (uint32_t tile = 0; tile < a->hdp; tile += TILE) {
        struct v16 even[BLOCK_ROWS], odd[BLOCK_ROWS];
        MM_UNROLL
        for (int r = 0; r < n_r; r++)
            even[r] = odd[r] = vec_set(0.0f);
        for (uint32_t d = tile; d < tile + TILE; d += 2, k += pair_bytes) {
            struct v16 key[2];
            load_pair(bf16, k, 64, key);
            prefetch_pair(bf16, k + v_bytes, 64);
            MM_UNROLL
            for (int r = 0; r < n_r; r++) {
                const float *x = q + (size_t)r * a->hdp + d;
                even[r] = vec_fma(vec_set(x[0]), key[0], even[r]);
                odd[r] = vec_fma(vec_set(x[1]), key[1], odd[r]);
            }
        }
        MM_UNROLL
        for (int r = 0; r < n_r; r++)
            acc[r] = vec_add(acc[r], vec_add(even[r], odd[r]));
    }
    MM_UNROLL
    for (int r = 0; r < n_r; r++)
        vec_store(p + r * LAYOUT_SPLIT, vec_mul(acc[r], vec_set(a->scale)));
}

/* Scores of N_R rows with the TILE keys from POS on, whole: softmax discards what a row does not
 * see. */
MM_INLINE void score_tile(bool bf16, int n_r, const struct work *w, const struct block *b,
                          uint32_t pos)
{
    const uint64_t row_bytes = (uint64_t)w->a->hdp * (bf16 ? 2 : 4);
    for (uint32_t i = 0; i < TILE; i += 16) {
        const uint32_t at = pos + i - b->first;
        score_vector(bf16, n_r, w->a, w->q + (size_t)b->row * w->a->hdp,
                     w->pages.k[at / LAYOUT_PAGE] + at % LAYOUT_PAGE * row_bytes, w->pages.v_bytes,
                     w->p + (size_t)b->row * LAYOUT_SPLIT + at);
    }
}

/* One row's scores of its block's span become probabilities, zero where the row sees nothing; its
 * maximum and sum are merged. */
MM_INLINE void softmax(bool bf16, struct work *w, const struct block *b, uint32_t row)
{
    uint32_t lo = attn_row_lo(w->a, row), hi = w->a->pos[row], begin = b->lo / TILE * TILE;
    float *p = w->p + (size_t)row * LAYOUT_SPLIT - b->first;
    struct v16 max = vec_set(-INFINITY), lane = vec_set(0.0f);
    for (uint32_t pos = begin; pos <= b->hi; pos += 16) {
        struct v16 v = vec_load(p + pos);
        if (pos < lo || pos + 15 > hi)
            v = attn_seen(v, max, pos, lo, hi);
        max = vec_max(v, max);
    }
    float m = vec_reduce_max(max);
    for (uint32_t pos = begin; pos <= b->hi; pos += 16) {
        struct v16 v = vec_exp(vec_sub(vec_load(p + pos), vec_set(m)));
        if (pos < lo || pos + 15 > hi)
            v = attn_seen(v, vec_set(0.0f), pos, lo, hi);
        if (bf16)
            v = vec_round_bf16_finite(v);
        lane = vec_add(lane, v);
        vec_store(p + pos, v);
    }
    w->rows.sees[row] = hi >= b->first && lo < b->first + LAYOUT_SPLIT;
    if (!w->rows.sees[row])
        return;
    attn_rows_merge(&w->rows, row, m, vec_tree16(lane));
}

/* N positions (of TILE) from V on, of 16 dimensions, weighted by p[r * LAYOUT_SPLIT] for N_R rows.
 * Meanwhile asks for the keys of the next split, which lie likewise at AHEAD. */
MM_INLINE void weigh_tile(bool bf16, int n_r, const float *p, const uint8_t *v,
                          const uint8_t *ahead, uint32_t n, uint32_t hdp, struct v16 acc[])
{
    const uint64_t row_bytes = (uint64_t)hdp * 4, pair_bytes = bf16 ? 64 : 2 * row_bytes;
    struct v16 even[BLOCK_ROWS], odd[BLOCK_ROWS], x[2];
    MM_UNROLL
    for (int r = 0; r < n_r; r++)
        even[r] = odd[r] = vec_set(0.0f);
    uint32_t i = 0;
    for (; i + 2 <= n; i += 2, v += pair_bytes, ahead += pair_bytes) {
        load_pair(bf16, v, row_bytes, x);
        prefetch_pair(bf16, ahead, row_bytes);
        MM_UNROLL
        for (int r = 0; r < n_r; r++) {
            even[r] = vec_fma(vec_set(p[r * LAYOUT_SPLIT + i]), x[0], even[r]);
            odd[r] = vec_fma(vec_set(p[r * LAYOUT_SPLIT + i + 1]), x[1], odd[r]);
        }
    }
    if (i < n) { /* what follows the last position is not read as a number */
        load_pair(bf16, v, 0, x);
        MM_UNROLL
        for (int r = 0; r < n_r; r++)
            even[r] = vec_fma(vec_set(p[r * LAYOUT_SPLIT + i]), x[0], even[r]);
    }
    MM_UNROLL
    for (int r = 0; r < n_r; r++)
        acc[r] = vec_add(acc[r], vec_add(even[r], odd[r]));
}

/* 16 dimensions from D of what N_R rows see of a split, merged into their sums. */
MM_INLINE void weigh(bool bf16, int n_r, const struct work *w, const struct block *b, uint32_t d)
{
    const uint32_t hdp = w->a->hdp;
    struct v16 acc[BLOCK_ROWS];
    MM_UNROLL
    for (int r = 0; r < n_r; r++)
        acc[r] = vec_set(0.0f);
    for (uint32_t tile = b->lo / TILE * TILE; tile <= b->hi; tile += TILE) {
        const uint32_t at = tile - b->first, page = at / LAYOUT_PAGE;
        const uint32_t n = b->hi - tile + 1 < TILE ? b->hi - tile + 1 : TILE;
        const uint64_t into = (uint64_t)(at % LAYOUT_PAGE) * hdp * (bf16 ? 2 : 4) +
                              (uint64_t)d * (bf16 ? TILE * 2 : 4);
        weigh_tile(bf16, n_r, w->p + (size_t)b->row * LAYOUT_SPLIT + at,
                   w->pages.k[page] + w->pages.v_bytes + into, w->pages.ahead[page] + into, n, hdp,
                   acc);
    }
    MM_UNROLL
    for (int r = 0; r < n_r; r++) {
        const uint32_t row = b->row + (uint32_t)r;
        float *o = w->o + (size_t)row * hdp + d;
        struct v16 old = vec_mul(vec_load(o), vec_set(w->rows.was[row]));
        if (w->rows.sees[row])
            vec_store(o,
                      w->rows.begun[row] ? vec_fma(acc[r], vec_set(w->rows.is[row]), old) : acc[r]);
    }
}

/* The rows from ROW, N_ROWS of them, and what they see of the split at FIRST; false: nothing. */
static bool block_open(struct block *b, const struct kern_attn *a, uint32_t row, uint32_t n_rows,
                       uint32_t first)
{
    *b = (struct block){row, n_rows, first, UINT32_MAX, 0};
    for (uint32_t r = row; r < row + n_rows; r++) {
        uint32_t lo = attn_row_lo(a, r), hi = a->pos[r];
        if (hi < first || lo >= first + LAYOUT_SPLIT)
            continue;
        b->lo = lo < b->lo ? lo : b->lo;
        b->hi = hi > b->hi ? hi : b->hi;
    }
    if (b->lo == UINT32_MAX)
        return false;
    b->lo = b->lo < first ? first : b->lo;
    b->hi = b->hi > first + LAYOUT_SPLIT - 1 ? first + LAYOUT_SPLIT - 1 : b->hi;
    return true;
}

/* How many of N rows the next block takes: 8, 4, 3, 2 or 1, within BLOCK_ROWS. */
static uint32_t block_rows(uint32_t n)
{
    return n >= BLOCK_ROWS ? BLOCK_ROWS : n > 4 ? 4 : n;
}

/* CALL(n) with n a constant equal to N, a result of block_rows. */
#define FOR_ROWS(n, CALL)                                                                          \
    do {                                                                                           \
        if ((n) == 1)                                                                              \
            CALL(1);                                                                               \
        else if (BLOCK_ROWS == 2 || (n) == 2)                                                      \
            CALL(2);                                                                               \
        else if ((n) == 3)                                                                         \
            CALL(BLOCK_ROWS > 2 ? 3 : 2);                                                          \
        else if ((n) == 4)                                                                         \
            CALL(BLOCK_ROWS > 2 ? 4 : 2);                                                          \
        else                                                                                       \
            CALL(BLOCK_ROWS);                                                                      \
    } while (0)

/* All rows over the split whose pages were found. */
MM_INLINE void attend_split(bool bf16, struct work *w, uint32_t first, uint32_t lo, uint32_t hi)
{
    const uint32_t n_rows = w->a->n_rows;
    struct block block[KERN_ATTN_ROWS_MAX];
    uint32_t n = 0;
    for (uint32_t row = 0, some; row < n_rows; row += some) {
        some = block_rows(n_rows - row);
        n += block_open(&block[n], w->a, row, some, first);
    }
    for (uint32_t pos = lo / TILE * TILE; pos <= hi; pos += TILE)
        for (const struct block *b = block; b < block + n; b++) {
            if (pos > b->hi || pos + TILE <= b->lo)
                continue;
#define SCORE(n_r) score_tile(bf16, n_r, w, b, pos)
            FOR_ROWS(b->n_rows, SCORE);
        }
    for (const struct block *b = block; b < block + n; b++)
        for (uint32_t row = b->row; row < b->row + b->n_rows; row++)
            softmax(bf16, w, b, row);
    for (uint32_t d = 0; d < w->a->hdp; d += 16)
        for (const struct block *b = block; b < block + n; b++) {
#define WEIGH(n_r) weigh(bf16, n_r, w, b, d)
            FOR_ROWS(b->n_rows, WEIGH);
        }
    for (const struct block *b = block; b < block + n; b++)
        for (uint32_t row = b->row; row < b->row + b->n_rows; row++)
            w->rows.begun[row] |= w->rows.sees[row];
}

/* Of f32 caches. */
static void attend_split_f32(struct work *w, uint32_t first, uint32_t lo, uint32_t hi)
{
    attend_split(false, w, first, lo, hi);
}

/* Of bf16 and q8 caches. */
static void attend_split_bf16(struct work *w, uint32_t first, uint32_t lo, uint32_t hi)
{
    attend_split(true, w, first, lo, hi);
}

/* Copies the queries to the scratch, padded with zeros to hdp dimensions and rounded as the keys
 * are. */
static void load_queries(bool bf16, struct work *w)
{
    const struct kern_attn *a = w->a;
    for (uint32_t row = 0; row < a->n_rows; row++) {
        w->rows.begun[row] = false;
        for (uint32_t d = 0; d < a->hdp; d += 16) {
            uint32_t n = d < a->head_dim ? a->head_dim - d : 0;
            struct v16 x = n ? vec_load_n(a->q[row] + d, n) : vec_set(0.0f);
            if (bf16)
                x = vec_round_bf16(x);
            vec_store(w->q + (size_t)row * a->hdp + d, x);
        }
    }
}

/* Divides the sums by the totals and writes head_dim dimensions of each row. */
static void store_results(const struct work *w)
{
    const struct kern_attn *a = w->a;
    for (uint32_t row = 0; row < a->n_rows; row++) {
        const struct v16 inverse = vec_set(1.0f / w->rows.total[row]);
        if (a->max) {
            a->max[row] = w->rows.max[row];
            a->total[row] = w->rows.total[row];
        }
        for (uint32_t d = 0; d < a->head_dim; d += 16) {
            struct v16 o = vec_load(w->o + (size_t)row * a->hdp + d);
            vec_store_n(a->out[row] + d, vec_mul(o, inverse), a->head_dim - d);
        }
    }
}

/* A kern_attn_fn: all splits that any row sees, and in each the rows in blocks. */
static void attend(enum kv_kind kind, const struct kern_attn *a)
{
    float *f = (float *)(void *)a->scratch;
    struct work w = {.a = a, .p = f, .q = f + (size_t)a->n_rows * LAYOUT_SPLIT};
    w.o = w.q + (size_t)a->n_rows * a->hdp;
    load_queries(kind != KV_KIND_F32, &w);
    uint32_t lo = UINT32_MAX, hi = 0;
    for (uint32_t row = 0; row < a->n_rows; row++) {
        lo = attn_row_lo(a, row) < lo ? attn_row_lo(a, row) : lo;
        hi = a->pos[row] > hi ? a->pos[row] : hi;
    }
    for (uint32_t first = lo / LAYOUT_SPLIT * LAYOUT_SPLIT; first <= hi && a->n_rows;
         first += LAYOUT_SPLIT) {
        const uint32_t last = first + LAYOUT_SPLIT - 1;
        attn_pages_find(&w.pages, a, kind, first, lo, hi);
        if (kind == KV_KIND_F32)
            attend_split_f32(&w, first, lo > first ? lo : first, hi < last ? hi : last);
        else
            attend_split_bf16(&w, first, lo > first ? lo : first, hi < last ? hi : last);
    }
    store_results(&w);
}

/* The kern_attn_fn of each kind. */
#define ATTN(name, kind)                                                                           \
    static void name(const struct kern_attn *a)                                                    \
    {                                                                                              \
        attend(kind, a);                                                                           \
    }
ATTN(attn_f32, KV_KIND_F32)
ATTN(attn_bf16, KV_KIND_BF16)
ATTN(attn_q8, KV_KIND_Q8)
#undef ATTN

/* Fills the entries of all kinds of cache. */
KERN_FILLS static void add_attn(struct kern_table *t)
{
    t->attn[KV_KIND_F32] = attn_f32;
    t->attn[KV_KIND_BF16] = attn_bf16;
    t->attn[KV_KIND_Q8] = attn_q8;
}
