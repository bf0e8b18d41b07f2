/* attn_template: attention of query rows over one KV head, in the operations of vec_avx512.h or
 * vec_avx2.h, one of which is included before, with BLOCK_ROWS defined (8 or 2: what the registers
 * hold). Splits outermost: a split's keys and values stay in L2 while the rows pass in blocks of up
 * to BLOCK_ROWS, which share each vector of keys (16 positions) and values (16 dimensions). */
#include "target/cpu/x86/attn_pages.h"
#include "target/cpu/x86/vec_math.h"

enum { TILE = 32 };

/* In the caller's scratch: [rows][hdp] queries and sums, one block's probabilities. */
struct work {
    const struct kern_attn *a;
    struct attn_pages pages; /* of the split at hand */
    float *q, *o, *p;
    float max[KERN_ATTN_ROWS_MAX], total[KERN_ATTN_ROWS_MAX];
    bool begun[KERN_ATTN_ROWS_MAX];
};

/* What a block of rows sees of a split: absolute positions lo..hi of the rows together. */
struct span {
    uint32_t first, lo, hi;
};

/* The first position that a row sees. */
static uint32_t row_lo(const struct kern_attn *a, uint32_t row)
{
    uint32_t pos = a->pos[row];
    return a->window && pos >= a->window ? pos - a->window + 1 : 0;
}

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

/* Scores of N_R rows with the 16 keys at K, into p[r * LAYOUT_SPLIT].
 * Meanwhile asks for the values, V_BYTES later. */
MM_INLINE void score_tile(bool bf16, int n_r, const struct kern_attn *a, const float *q,
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

/* Scores of N_R rows from ROW with the keys of a span, to p[r * LAYOUT_SPLIT + pos - first]. Whole
 * tiles of 16: softmax discards what lies outside. */
MM_INLINE void scores(bool bf16, int n_r, const struct work *w, uint32_t row, const struct span *s)
{
    const struct kern_attn *a = w->a;
    const uint64_t tile_bytes = (uint64_t)a->hdp * (bf16 ? 32 : 64);
    for (uint32_t pos = s->lo / 16 * 16; pos <= s->hi; pos += 16)
        score_tile(bf16, n_r, a, w->q + (size_t)row * a->hdp,
                   w->pages.k[(pos - s->first) / LAYOUT_PAGE] + pos % LAYOUT_PAGE / 16 * tile_bytes,
                   w->pages.v_bytes, w->p + (pos - s->first));
}

/* The lanes of the 16 positions from POS that lie in lo..hi; of OTHER elsewhere. */
MM_INLINE struct v16 seen(struct v16 v, struct v16 other, uint32_t pos, uint32_t lo, uint32_t hi)
{
    uint32_t from = lo > pos ? lo - pos : 0, to = hi >= pos ? hi - pos + 1 : 0;
    return vec_range(v, other, from, to);
}

/* One row's scores of the span become probabilities, zero where the row sees nothing. Merges
 * maximum and sum; gives the factors of the merge: o = o * *was + new * *is. False: the row sees
 * nothing here. */
static bool softmax(bool bf16, struct work *w, uint32_t row, float *p, const struct span *s,
                    float *was, float *is)
{
    uint32_t lo = row_lo(w->a, row), hi = w->a->pos[row];
    struct v16 max = vec_set(-INFINITY), lane = vec_set(0.0f);
    uint32_t begin = s->lo / TILE * TILE;
    bool sees = hi >= s->first && lo < s->first + LAYOUT_SPLIT;
    for (uint32_t pos = begin; pos <= s->hi; pos += 16) {
        struct v16 v = vec_load(p + (pos - s->first));
        max = vec_max(seen(v, max, pos, lo, hi), max);
    }
    float m = vec_reduce_max(max);
    for (uint32_t pos = begin; pos <= s->hi; pos += 16) {
        struct v16 v = vec_load(p + (pos - s->first));
        v = vec_exp(vec_sub(v, vec_set(m)));
        v = seen(v, vec_set(0.0f), pos, lo, hi);
        if (bf16)
            v = vec_round_bf16(v);
        lane = vec_add(lane, v);
        vec_store(p + (pos - s->first), v);
    }
    if (!sees)
        return false;
    float sum = vec_tree16(lane), new_max = w->begun[row] ? kern_max(w->max[row], m) : m;
    *was = w->begun[row] ? kern_exp(w->max[row] - new_max) : 0.0f;
    *is = kern_exp(m - new_max);
    w->total[row] = w->begun[row] ? fmaf(sum, *is, w->total[row] * *was) : sum;
    w->max[row] = new_max;
    return true;
}

/* 16 dimensions of the values of a span, weighted, for N_R rows. Meanwhile asks for the keys of the
 * next split. */
MM_INLINE void weigh(bool bf16, int n_r, const struct work *w, const struct span *s, uint32_t d,
                     struct v16 acc[])
{
    const struct kern_attn *a = w->a;
    const uint64_t row_bytes = (uint64_t)a->hdp * 4, tile_bytes = (uint64_t)a->hdp * TILE * 2;
    for (uint32_t tile = s->lo / TILE * TILE; tile <= s->hi; tile += TILE) {
        const uint32_t at = tile % LAYOUT_PAGE;
        const uint32_t n = s->hi - tile + 1 < TILE ? s->hi - tile + 1 : TILE;
        const uint64_t into =
            bf16 ? at / TILE * tile_bytes + (uint64_t)d * 64 : at * row_bytes + (uint64_t)d * 4;
        const uint32_t page = (tile - s->first) / LAYOUT_PAGE;
        const uint8_t *v = w->pages.k[page] + w->pages.v_bytes + into;
        const uint8_t *ahead = w->pages.ahead[page] + into;
        const float *p = w->p + (tile - s->first);
        const uint64_t pair_bytes = bf16 ? 64 : 2 * row_bytes;
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
}

/* N_R rows from ROW over one split. */
MM_INLINE void attend_block(bool bf16, int n_r, struct work *w, uint32_t row, uint32_t first)
{
    const struct kern_attn *a = w->a;
    struct span s = {first, UINT32_MAX, 0};
    for (int r = 0; r < n_r; r++) {
        uint32_t lo = row_lo(a, row + (uint32_t)r), hi = a->pos[row + (uint32_t)r];
        if (hi < first || lo >= first + LAYOUT_SPLIT)
            continue;
        s.lo = lo < s.lo ? lo : s.lo;
        s.hi = hi > s.hi ? hi : s.hi;
    }
    if (s.lo == UINT32_MAX)
        return;
    s.lo = s.lo < first ? first : s.lo;
    s.hi = s.hi > first + LAYOUT_SPLIT - 1 ? first + LAYOUT_SPLIT - 1 : s.hi;
    scores(bf16, n_r, w, row, &s);
    float was[BLOCK_ROWS], is[BLOCK_ROWS];
    bool sees[BLOCK_ROWS];
    for (int r = 0; r < n_r; r++)
        sees[r] = softmax(bf16, w, row + (uint32_t)r, w->p + r * LAYOUT_SPLIT, &s, &was[r], &is[r]);
    for (uint32_t d = 0; d < a->hdp; d += 16) {
        struct v16 acc[BLOCK_ROWS];
        MM_UNROLL
        for (int r = 0; r < n_r; r++)
            acc[r] = vec_set(0.0f);
        weigh(bf16, n_r, w, &s, d, acc);
        MM_UNROLL
        for (int r = 0; r < n_r; r++) {
            float *o = w->o + (size_t)(row + (uint32_t)r) * a->hdp + d;
            struct v16 old = vec_mul(vec_load(o), vec_set(was[r]));
            struct v16 sum =
                w->begun[row + (uint32_t)r] ? vec_fma(acc[r], vec_set(is[r]), old) : acc[r];
            if (sees[r])
                vec_store(o, sum);
        }
    }
    for (int r = 0; r < n_r; r++)
        w->begun[row + (uint32_t)r] |= sees[r];
}

/* Copies the queries to the scratch, padded with zeros to hdp dimensions and rounded as the keys
 * are. */
static void load_queries(bool bf16, struct work *w)
{
    const struct kern_attn *a = w->a;
    for (uint32_t row = 0; row < a->n_rows; row++) {
        w->begun[row] = false;
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
        const struct v16 inverse = vec_set(1.0f / w->total[row]);
        for (uint32_t d = 0; d < a->head_dim; d += 16) {
            struct v16 o = vec_load(w->o + (size_t)row * a->hdp + d);
            vec_store_n(a->out[row] + d, vec_mul(o, inverse), a->head_dim - d);
        }
    }
}

/* All rows over the split whose pages were found, in blocks. */
MM_INLINE void attend_split(bool bf16, struct work *w, uint32_t first)
{
    uint32_t row = 0, n_rows = w->a->n_rows;
    for (; n_rows - row >= BLOCK_ROWS; row += BLOCK_ROWS)
        attend_block(bf16, BLOCK_ROWS, w, row, first);
    if (BLOCK_ROWS > 4 && n_rows - row >= 4) {
        attend_block(bf16, 4, w, row, first);
        row += 4;
    }
    if (BLOCK_ROWS > 2 && n_rows - row >= 2) {
        attend_block(bf16, 2, w, row, first);
        row += 2;
    }
    if (n_rows - row)
        attend_block(bf16, 1, w, row, first);
}

/* Of f32 caches. */
static void attend_split_f32(struct work *w, uint32_t first)
{
    attend_split(false, w, first);
}

/* Of bf16 and q8 caches. */
static void attend_split_bf16(struct work *w, uint32_t first)
{
    attend_split(true, w, first);
}

/* A kern_attn_fn: all splits that any row sees, and in each the rows in blocks. */
static void attend(enum kv_kind kind, const struct kern_attn *a)
{
    float *f = (float *)(void *)a->scratch;
    struct work w = {.a = a, .p = f, .q = f + BLOCK_ROWS * LAYOUT_SPLIT};
    w.o = w.q + (size_t)a->n_rows * a->hdp;
    load_queries(kind != KV_KIND_F32, &w);
    uint32_t lo = UINT32_MAX, hi = 0;
    for (uint32_t row = 0; row < a->n_rows; row++) {
        lo = row_lo(a, row) < lo ? row_lo(a, row) : lo;
        hi = a->pos[row] > hi ? a->pos[row] : hi;
    }
    for (uint32_t first = lo / LAYOUT_SPLIT * LAYOUT_SPLIT; first <= hi && a->n_rows;
         first += LAYOUT_SPLIT) {
        attn_pages_find(&w.pages, a, kind, first, lo, hi);
        if (kind == KV_KIND_F32)
            attend_split_f32(&w, first);
        else
            attend_split_bf16(&w, first);
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
static void add_attn(struct kern_table *t)
{
    t->attn[KV_KIND_F32] = attn_f32;
    t->attn[KV_KIND_BF16] = attn_bf16;
    t->attn[KV_KIND_Q8] = attn_q8;
}
