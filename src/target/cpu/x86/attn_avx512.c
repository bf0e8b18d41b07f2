/* Attention of query rows over one KV head. Splits outermost: a split's keys and values stay in L2
 * while the rows pass in blocks of up to 8, which share each vector of keys (16 positions) and
 * values (16 dimensions). */
#include "target/cpu/x86/avx512.h"
#include "target/cpu/x86/vec_avx512.h"

enum { TILE = 32, BLOCK_ROWS = 8 };

/* In the caller's scratch: [rows][hdp] queries and sums, one block's probabilities. */
struct work {
    const struct kern_attn *a;
    float *q, *o, *p;
    float max[KERN_ATTN_ROWS_MAX], total[KERN_ATTN_ROWS_MAX];
    bool begun[KERN_ATTN_ROWS_MAX];
};

/* What a block of rows sees of a split: absolute positions lo..hi of the rows together. */
struct span {
    uint32_t first, lo, hi;
};

static uint32_t row_lo(const struct kern_attn *a, uint32_t row)
{
    uint32_t pos = a->pos[row];
    return a->window && pos >= a->window ? pos - a->window + 1 : 0;
}

MM_INLINE const uint8_t *head_of(const struct kern_attn *a, uint32_t pos)
{
    return a->kv + (uint64_t)a->pages[pos / LAYOUT_PAGE] * a->page_bytes + a->offset;
}

/* Dimensions d, d + 1 of 16 keys; positions p, p + 1 of 16 dimensions of values with bf16. */
MM_INLINE void load_pair(bool bf16, const uint8_t *p, uint64_t f32_stride, __m512 v[2])
{
    if (bf16) {
        __m512i pairs = _mm512_loadu_si512(p);
        v[0] = vec_bf16_even(pairs);
        v[1] = vec_bf16_odd(pairs);
    } else {
        v[0] = _mm512_loadu_ps(p);
        v[1] = _mm512_loadu_ps(p + f32_stride);
    }
}

/* Scores of N_R rows with the 16 keys at K, into p[r * LAYOUT_SPLIT]. */
MM_INLINE void score_tile(bool bf16, int n_r, const struct kern_attn *a, const float *q,
                          const uint8_t *k, float *p)
{
    const uint32_t pair_bytes = bf16 ? 64 : 128;
    __m512 acc[BLOCK_ROWS];
    MM_UNROLL
    for (int r = 0; r < n_r; r++)
        acc[r] = _mm512_setzero_ps();
    for (uint32_t tile = 0; tile < a->hdp; tile += TILE) {
        __m512 even[BLOCK_ROWS], odd[BLOCK_ROWS];
        MM_UNROLL
        for (int r = 0; r < n_r; r++)
            even[r] = odd[r] = _mm512_setzero_ps();
        for (uint32_t d = tile; d < tile + TILE; d += 2, k += pair_bytes) {
            __m512 key[2];
            load_pair(bf16, k, 64, key);
            MM_UNROLL
            for (int r = 0; r < n_r; r++) {
                const float *x = q + (size_t)r * a->hdp + d;
                even[r] = _mm512_fmadd_ps(_mm512_set1_ps(x[0]), key[0], even[r]);
                odd[r] = _mm512_fmadd_ps(_mm512_set1_ps(x[1]), key[1], odd[r]);
            }
        }
        MM_UNROLL
        for (int r = 0; r < n_r; r++)
            acc[r] = _mm512_add_ps(acc[r], _mm512_add_ps(even[r], odd[r]));
    }
    MM_UNROLL
    for (int r = 0; r < n_r; r++)
        _mm512_store_ps(p + r * LAYOUT_SPLIT, _mm512_mul_ps(acc[r], _mm512_set1_ps(a->scale)));
}

MM_INLINE void scores(bool bf16, int n_r, const struct work *w, uint32_t row, const struct span *s)
{
    const struct kern_attn *a = w->a;
    const uint64_t tile_bytes = (uint64_t)a->hdp * (bf16 ? 32 : 64);
    for (uint32_t pos = s->lo / 16 * 16; pos <= s->hi; pos += 16)
        score_tile(bf16, n_r, a, w->q + (size_t)row * a->hdp,
                   head_of(a, pos) + pos % LAYOUT_PAGE / 16 * tile_bytes, w->p + (pos - s->first));
}

/* The lanes of the 16 positions from POS that lie in lo..hi. */
MM_INLINE __mmask16 lanes_in(uint32_t pos, uint32_t lo, uint32_t hi)
{
    if (pos > hi || pos + 15 < lo)
        return 0;
    __mmask16 from = lo > pos ? (__mmask16)(0xffffu << (lo - pos)) : 0xffff;
    return from & vec_first(hi - pos + 1);
}

/* One row's scores of the span become probabilities, zero where the row sees nothing. Merges
 * maximum and sum; gives the factors of the merge: o = o * *was + new * *is. False: the row sees
 * nothing here. */
static bool softmax(bool bf16, struct work *w, uint32_t row, float *p, const struct span *s,
                    float *was, float *is)
{
    uint32_t lo = row_lo(w->a, row), hi = w->a->pos[row];
    __m512 max = _mm512_set1_ps(-INFINITY), lane = _mm512_setzero_ps();
    uint32_t begin = s->lo / TILE * TILE;
    bool sees = hi >= s->first && lo < s->first + LAYOUT_SPLIT;
    for (uint32_t pos = begin; pos <= s->hi; pos += 16) {
        __m512 v = _mm512_load_ps(p + (pos - s->first));
        max = _mm512_mask_max_ps(max, lanes_in(pos, lo, hi), v, max);
    }
    float m = _mm512_reduce_max_ps(max);
    for (uint32_t pos = begin; pos <= s->hi; pos += 16) {
        __m512 v = _mm512_load_ps(p + (pos - s->first));
        v = vec_exp(_mm512_sub_ps(v, _mm512_set1_ps(m)));
        v = _mm512_maskz_mov_ps(lanes_in(pos, lo, hi), v);
        if (bf16)
            v = _mm512_castsi512_ps(vec_round_bf16(v));
        lane = _mm512_add_ps(lane, v);
        _mm512_store_ps(p + (pos - s->first), v);
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

/* 16 dimensions of the values of a span, weighted, for N_R rows. V is page-wise: V_OF(pos). */
MM_INLINE void weigh(bool bf16, int n_r, const struct work *w, const struct span *s, uint32_t d,
                     __m512 acc[])
{
    const struct kern_attn *a = w->a;
    const uint64_t row_bytes = (uint64_t)a->hdp * 4, tile_bytes = (uint64_t)a->hdp * TILE * 2;
    for (uint32_t tile = s->lo / TILE * TILE; tile <= s->hi; tile += TILE) {
        const uint32_t at = tile % LAYOUT_PAGE;
        const uint32_t n = s->hi - tile + 1 < TILE ? s->hi - tile + 1 : TILE;
        const uint8_t *v = head_of(a, tile) + a->head_bytes;
        v += bf16 ? at / TILE * tile_bytes + (uint64_t)d * 64 : at * row_bytes + (uint64_t)d * 4;
        const float *p = w->p + (tile - s->first);
        const uint64_t pair_bytes = bf16 ? 64 : 2 * row_bytes;
        __m512 even[BLOCK_ROWS], odd[BLOCK_ROWS], x[2];
        MM_UNROLL
        for (int r = 0; r < n_r; r++)
            even[r] = odd[r] = _mm512_setzero_ps();
        uint32_t i = 0;
        for (; i + 2 <= n; i += 2, v += pair_bytes) {
            load_pair(bf16, v, row_bytes, x);
            MM_UNROLL
            for (int r = 0; r < n_r; r++) {
                even[r] = _mm512_fmadd_ps(_mm512_set1_ps(p[r * LAYOUT_SPLIT + i]), x[0], even[r]);
                odd[r] = _mm512_fmadd_ps(_mm512_set1_ps(p[r * LAYOUT_SPLIT + i + 1]), x[1], odd[r]);
            }
        }
        if (i < n) { /* what follows the last position is not read as a number */
            load_pair(bf16, v, 0, x);
            MM_UNROLL
            for (int r = 0; r < n_r; r++)
                even[r] = _mm512_fmadd_ps(_mm512_set1_ps(p[r * LAYOUT_SPLIT + i]), x[0], even[r]);
        }
        MM_UNROLL
        for (int r = 0; r < n_r; r++)
            acc[r] = _mm512_add_ps(acc[r], _mm512_add_ps(even[r], odd[r]));
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
        __m512 acc[BLOCK_ROWS];
        MM_UNROLL
        for (int r = 0; r < n_r; r++)
            acc[r] = _mm512_setzero_ps();
        weigh(bf16, n_r, w, &s, d, acc);
        MM_UNROLL
        for (int r = 0; r < n_r; r++) {
            float *o = w->o + (size_t)(row + (uint32_t)r) * a->hdp + d;
            __m512 old = _mm512_mul_ps(_mm512_load_ps(o), _mm512_set1_ps(was[r]));
            __m512 sum = w->begun[row + (uint32_t)r]
                             ? _mm512_fmadd_ps(acc[r], _mm512_set1_ps(is[r]), old)
                             : acc[r];
            if (sees[r])
                _mm512_store_ps(o, sum);
        }
    }
    for (int r = 0; r < n_r; r++)
        w->begun[row + (uint32_t)r] |= sees[r];
}

static void load_queries(bool bf16, struct work *w)
{
    const struct kern_attn *a = w->a;
    for (uint32_t row = 0; row < a->n_rows; row++) {
        w->begun[row] = false;
        for (uint32_t d = 0; d < a->hdp; d += 16) {
            uint32_t n = d < a->head_dim ? a->head_dim - d : 0;
            __m512 x = _mm512_maskz_loadu_ps(vec_first(n), n ? a->q[row] + d : a->q[row]);
            if (bf16)
                x = _mm512_castsi512_ps(vec_round_bf16(x));
            _mm512_store_ps(w->q + (size_t)row * a->hdp + d, x);
        }
    }
}

static void store_results(const struct work *w)
{
    const struct kern_attn *a = w->a;
    for (uint32_t row = 0; row < a->n_rows; row++) {
        const __m512 inverse = _mm512_set1_ps(1.0f / w->total[row]);
        for (uint32_t d = 0; d < a->head_dim; d += 16) {
            __m512 o = _mm512_load_ps(w->o + (size_t)row * a->hdp + d);
            _mm512_mask_storeu_ps(a->out[row] + d, vec_first(a->head_dim - d),
                                  _mm512_mul_ps(o, inverse));
        }
    }
}

MM_INLINE void attend(bool bf16, const struct kern_attn *a)
{
    float *f = (float *)(void *)a->scratch;
    struct work w = {.a = a, .p = f, .q = f + BLOCK_ROWS * LAYOUT_SPLIT};
    w.o = w.q + (size_t)a->n_rows * a->hdp;
    load_queries(bf16, &w);
    uint32_t lo = UINT32_MAX, hi = 0;
    for (uint32_t row = 0; row < a->n_rows; row++) {
        lo = row_lo(a, row) < lo ? row_lo(a, row) : lo;
        hi = a->pos[row] > hi ? a->pos[row] : hi;
    }
    for (uint32_t first = lo / LAYOUT_SPLIT * LAYOUT_SPLIT; first <= hi && a->n_rows;
         first += LAYOUT_SPLIT) {
        uint32_t row = 0;
        for (; row + 8 <= a->n_rows; row += 8)
            attend_block(bf16, 8, &w, row, first);
        if (a->n_rows - row >= 4) {
            attend_block(bf16, 4, &w, row, first);
            row += 4;
        }
        if (a->n_rows - row >= 2) {
            attend_block(bf16, 2, &w, row, first);
            row += 2;
        }
        if (a->n_rows - row)
            attend_block(bf16, 1, &w, row, first);
    }
    store_results(&w);
}

static void attn_f32(const struct kern_attn *a)
{
    attend(false, a);
}

static void attn_bf16(const struct kern_attn *a)
{
    attend(true, a);
}

void avx512_add_attn(struct kern_table *t)
{
    t->attn[KV_KIND_F32] = attn_f32;
    t->attn[KV_KIND_BF16] = attn_bf16;
}
