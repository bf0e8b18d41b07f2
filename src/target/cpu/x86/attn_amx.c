/* Attention of query rows over one KV head of a bf16 cache (or q8, expanded to bf16 pages).
 *
 * Rows are taken in blocks of up to 32, two A tiles; pages are B tiles as they lie: 32 dimensions
 * of 16 keys, 16 dimensions of 32 values. All blocks pass over a split of 256 positions, which the
 * first of them brings to L2, before the next split begins. A block goes through a split in three
 * passes: all scores (four products for four loads), the rows' softmax in vectors, which leaves
 * bf16 probabilities where the scores were, and the weighted values. tdpbf16ps has the order of
 * docs/numerics.md; positions that a row does not see have the probability +0.
 *
 * Of a split, 32 rows and 128 dimensions: 256 products (4096 cycles) and 32 x 16 vectors of softmax
 * (17 operations on the ports that multiply, 4350 cycles while no tiles are near), which do not
 * overlap: at best half of the bf16 peak. */
#include "target/cpu/x86/amx.h"
#include "target/cpu/x86/amx_tile.h"
#include "target/cpu/x86/vec_avx512.h"

#include "target/cpu/simd/attn_pages.h"
#include "target/cpu/simd/attn_rows.h"
#include "target/cpu/simd/vec_math.h"

enum {
    ROWS_FEW = 2, /* up to here avx512 is as fast as memory */
    BLOCK_ROWS = 2 * AMX_ROWS,
    SOFTMAX_ROWS = 4, /* at once */
    TILE = 32,        /* positions of a V tile, dimensions of a K tile */
    B_BYTES = 1024,
};

/* In the caller's scratch, rows padded to whole tiles. The probabilities of a row are bf16 at the
 * beginning of its scores. */
struct work {
    const struct kern_attn *a;
    struct attn_pages pages; /* of the split at hand */
    float *score;            /* [BLOCK_ROWS][LAYOUT_SPLIT] */
    float *o;                /* [rows][hdp] */
    float *part;             /* [2 tiles][2][16 rows][16 dimensions] */
    uint8_t *q;              /* [rows][hdp] bf16 */
    uint8_t *tail;           /* [2][B_BYTES]: a V tile that ends early */
    struct attn_rows rows;
};

/* A block of rows and the part of a split that they see together, absolute. AHEAD: the first block,
 * which asks for what comes next. */
struct span {
    uint32_t row, n_rows, first, lo, hi;
    bool ahead;
};

/* Asks for the lines of a B tile. */
MM_INLINE void prefetch_tile(const uint8_t *p)
{
    for (int i = 0; i < B_BYTES; i += 64)
        attn_prefetch(p + i);
}

/* Products of N_T row tiles at A (STRIDE bytes from row to row) with the B tiles at B0 and B1. */
MM_INLINE void multiply(int n_t, const uint8_t *a, size_t stride, const uint8_t *b0,
                        const uint8_t *b1)
{
    amx_load(AMX_B0, b0, 64);
    amx_load(AMX_B1, b1, 64);
    MM_UNROLL
    for (int t = 0; t < n_t; t++) {
        amx_load(AMX_A0 + t, a + (size_t)t * AMX_ROWS * stride, stride);
        amx_dot_bf16(2 * t, AMX_A0 + t, AMX_B0);
        amx_dot_bf16(2 * t + 1, AMX_A0 + t, AMX_B1);
    }
}

MM_INLINE void clear(int n_t)
{
    MM_UNROLL
    for (int c = 0; c < 2 * n_t; c++)
        amx_zero(c);
}

/* Unscaled scores of all rows with the 32 keys from POS on, whole: softmax discards what a row does
 * not see. Asks for the values meanwhile. */
MM_INLINE void score_tile(int n_t, const struct work *w, const struct span *s, uint32_t pos)
{
    const uint32_t hdp = w->a->hdp, at = pos - s->first;
    const uint64_t tile_bytes = (uint64_t)hdp * 16 * 2;
    const uint8_t *k = w->pages.k[at / LAYOUT_PAGE] + at % LAYOUT_PAGE / 16 * tile_bytes;
    clear(n_t);
    for (uint32_t d = 0; d < hdp; d += TILE, k += B_BYTES) {
        if (s->ahead) {
            prefetch_tile(k + w->pages.v_bytes);
            prefetch_tile(k + w->pages.v_bytes + tile_bytes);
        }
        multiply(n_t, w->q + ((size_t)s->row * hdp + d) * 2, (size_t)hdp * 2, k, k + tile_bytes);
    }
    MM_UNROLL
    for (int c = 0; c < 2 * n_t; c++)
        amx_store(c, w->score + (size_t)(c / 2) * AMX_ROWS * LAYOUT_SPLIT + at + (c & 1) * 16,
                  LAYOUT_SPLIT * 4);
}

/* A row's scores in scratch, which become its probabilities in place. */
MM_INLINE float *scores_of(const struct work *w, const struct span *s, uint32_t row)
{
    return w->score + (size_t)(row - s->row) * LAYOUT_SPLIT;
}

/* The 16 scaled scores at AT of ROW; OTHER where the row sees nothing, unless all of them do. */
MM_INLINE struct v16 score_at(const struct work *w, const struct span *s, uint32_t row, bool all,
                              uint32_t at, struct v16 other)
{
    const uint32_t lo = attn_row_lo(w->a, row), hi = w->a->pos[row], pos = s->first + at;
    struct v16 v = vec_mul(vec_load(scores_of(w, s, row) + at), vec_set(w->a->scale));
    return all ? v : attn_seen(v, other, pos, lo, hi);
}

/* 16 probabilities. */
MM_INLINE struct v16 exp_at(const struct work *w, const struct span *s, uint32_t row, bool all,
                            uint32_t at, float max)
{
    const uint32_t lo = attn_row_lo(w->a, row), hi = w->a->pos[row], pos = s->first + at;
    struct v16 v = vec_exp(vec_sub(score_at(w, s, row, true, at, vec_set(0.0f)), vec_set(max)));
    return vec_round_bf16_finite(all ? v : attn_seen(v, vec_set(0.0f), pos, lo, hi));
}

/* The scores of N rows from ROW on become probabilities, zero where a row sees nothing; their
 * maxima and sums. Several rows at once, since each is a chain from its maximum to its sum. ALL:
 * the rows see the whole span. */
MM_INLINE void softmax(int n, bool all, const struct work *w, const struct span *s, uint32_t row,
                       float *max, float *sum)
{
    const uint32_t begin = s->lo / TILE * TILE - s->first;
    const uint32_t end = s->hi / TILE * TILE + TILE - s->first;
    struct v16 most[SOFTMAX_ROWS], lane[SOFTMAX_ROWS];
    MM_UNROLL
    for (int k = 0; k < n; k++)
        most[k] = vec_set(-INFINITY);
    for (uint32_t at = begin; at < end; at += 16) {
        MM_UNROLL
        for (int k = 0; k < n; k++)
            most[k] = vec_max(score_at(w, s, row + (uint32_t)k, all, at, most[k]), most[k]);
    }
    MM_UNROLL
    for (int k = 0; k < n; k++) {
        max[k] = vec_reduce_max(most[k]);
        lane[k] = vec_set(0.0f);
    }
    for (uint32_t at = begin; at < end; at += 32) {
        MM_UNROLL
        for (int k = 0; k < n; k++) {
            const uint32_t r = row + (uint32_t)k;
            struct v16 a = exp_at(w, s, r, all, at, max[k]);
            struct v16 b = exp_at(w, s, r, all, at + 16, max[k]);
            lane[k] = vec_add(vec_add(lane[k], a), b);
            vec_store_upper_twice((uint8_t *)scores_of(w, s, r) + (size_t)at * 2, a, b);
        }
    }
    MM_UNROLL
    for (int k = 0; k < n; k++)
        sum[k] = vec_tree16(lane[k]);
}

/* attn_rows_merge for those of 16 rows from ROW on that see something, lane by
 * lane. */
MM_INLINE void merge_maxima(struct attn_rows *rows, uint32_t row, const float *m, const float *sum)
{
    const bool *sees = rows->sees + row, *begun = rows->begun + row;
    struct v16 old = vec_load(rows->max + row), total = vec_load(rows->total + row);
    struct v16 zero = vec_set(0.0f), most = vec_load(m), all = vec_load(sum);
    most = vec_where(begun, vec_max(old, most), most);
    struct v16 was = vec_where(begun, vec_exp(vec_sub(old, most)), zero);
    struct v16 is = vec_exp(vec_sub(vec_load(m), most));
    all = vec_where(begun, vec_fma(all, is, vec_mul(total, was)), all);
    vec_store(rows->max + row, vec_where(sees, most, old));
    vec_store(rows->total + row, vec_where(sees, all, total));
    vec_store(rows->was + row, was);
    vec_store(rows->is + row, is);
}

/* All rows of the span. */
static void softmax_all(struct work *w, const struct span *s)
{
    _Alignas(64) float max[BLOCK_ROWS], sum[BLOCK_ROWS];
    const uint32_t from = s->lo / TILE * TILE, to = s->hi / TILE * TILE + TILE - 1;
    bool all = true;
    for (uint32_t i = 0; i < s->n_rows; i++) {
        const uint32_t row = s->row + i, lo = attn_row_lo(w->a, row), hi = w->a->pos[row];
        w->rows.sees[row] = hi >= s->first && lo < s->first + LAYOUT_SPLIT;
        all = all && lo <= from && hi >= to;
    }
    for (uint32_t i = s->n_rows; i < (s->n_rows + AMX_ROWS - 1) / AMX_ROWS * AMX_ROWS; i++)
        w->rows.sees[s->row + i] = false;
    uint32_t i = 0;
    for (; i + SOFTMAX_ROWS <= s->n_rows && all; i += SOFTMAX_ROWS)
        softmax(SOFTMAX_ROWS, true, w, s, s->row + i, max + i, sum + i);
    for (; i < s->n_rows; i++)
        softmax(1, false, w, s, s->row + i, max + i, sum + i);
    for (i = 0; i < s->n_rows; i += AMX_ROWS)
        merge_maxima(&w->rows, s->row + i, max + i, sum + i);
}

/* The first N positions of the two V tiles at V, zeros behind: what lies there may be no number. */
static void copy_tail(uint8_t *out, const uint8_t *v, uint32_t n)
{
    for (uint32_t i = 0; i < 2 * B_BYTES; i += 64) {
        const uint32_t pair = i % B_BYTES / 64;
        const __mmask32 keep = 2 * pair + 2 <= n ? 0xffffffff : 2 * pair + 1 == n ? 0x55555555 : 0;
        _mm512_store_si512(out + i, _mm512_maskz_mov_epi16(keep, _mm512_loadu_si512(v + i)));
    }
}

/* Merges 32 dimensions from D of one split into the rows' sums. */
static void merge(const struct work *w, const struct span *s, uint32_t d)
{
    for (uint32_t i = 0; i < s->n_rows; i++) {
        const uint32_t row = s->row + i;
        const float *part = w->part + (size_t)(i / AMX_ROWS * 2 * AMX_ROWS + i % AMX_ROWS) * 16;
        float *o = w->o + (size_t)row * w->a->hdp + d;
        for (int k = 0; k < 2 && w->rows.sees[row]; k++, o += 16, part += AMX_ROWS * 16) {
            struct v16 old = vec_mul(vec_load(o), vec_set(w->rows.was[row])), sum = vec_load(part);
            vec_store(o, w->rows.begun[row] ? vec_fma(sum, vec_set(w->rows.is[row]), old) : sum);
        }
    }
}

/* 32 dimensions from D of what the rows see of a split. Asks for the keys of the next one, which
 * lie likewise, meanwhile. */
MM_INLINE void weigh(int n_t, const struct work *w, const struct span *s, uint32_t d)
{
    const uint64_t tile_bytes = (uint64_t)w->a->hdp * TILE * 2;
    clear(n_t);
    for (uint32_t pos = s->lo / TILE * TILE; pos <= s->hi; pos += TILE) {
        const uint32_t at = pos - s->first, page = at / LAYOUT_PAGE;
        const uint64_t into = at % LAYOUT_PAGE / TILE * tile_bytes + (uint64_t)d * 64;
        const uint8_t *v = w->pages.k[page] + w->pages.v_bytes + into;
        if (s->ahead) {
            prefetch_tile(w->pages.ahead[page] + into);
            prefetch_tile(w->pages.ahead[page] + into + B_BYTES);
        }
        if (s->hi - pos < TILE - 1) {
            copy_tail(w->tail, v, s->hi - pos + 1);
            v = w->tail;
        }
        multiply(n_t, (const uint8_t *)w->score + (size_t)at * 2, LAYOUT_SPLIT * 4, v, v + B_BYTES);
    }
    MM_UNROLL
    for (int c = 0; c < 2 * n_t; c++)
        amx_store(c, w->part + (size_t)c * AMX_ROWS * 16, 64);
    merge(w, s, d);
}

/* A block over the split whose pages were found. */
MM_INLINE void attend_block(int n_t, struct work *w, const struct span *s)
{
    const uint32_t end = s->row + s->n_rows;
    for (uint32_t pos = s->lo / TILE * TILE; pos <= s->hi; pos += TILE)
        score_tile(n_t, w, s, pos);
    softmax_all(w, s);
    for (uint32_t d = 0; d < w->a->hdp; d += TILE)
        weigh(n_t, w, s, d);
    for (uint32_t row = s->row; row < end; row++)
        w->rows.begun[row] |= w->rows.sees[row];
}

/* What the rows from S->row on see of the split at S->first; false: nothing. */
static bool span_open(struct span *s, const struct kern_attn *a)
{
    const uint32_t last = s->first + LAYOUT_SPLIT - 1;
    s->lo = UINT32_MAX;
    s->hi = 0;
    for (uint32_t row = s->row; row < s->row + s->n_rows; row++) {
        const uint32_t lo = attn_row_lo(a, row), hi = a->pos[row];
        if (hi < s->first || lo > last)
            continue;
        s->lo = lo < s->lo ? lo : s->lo;
        s->hi = hi > s->hi ? hi : s->hi;
    }
    if (s->lo == UINT32_MAX)
        return false;
    s->lo = s->lo > s->first ? s->lo : s->first;
    s->hi = s->hi < last ? s->hi : last;
    return true;
}

/* All blocks over the split at FIRST, whose pages were found. */
static void attend_split(struct work *w, uint32_t first)
{
    struct span s = {.first = first, .ahead = true};
    for (; s.row < w->a->n_rows; s.row += BLOCK_ROWS) {
        const uint32_t left = w->a->n_rows - s.row;
        s.n_rows = left < BLOCK_ROWS ? left : BLOCK_ROWS;
        if (!span_open(&s, w->a))
            continue;
        if (s.n_rows <= AMX_ROWS)
            attend_block(1, w, &s);
        else
            attend_block(2, w, &s);
        s.ahead = false;
    }
}

/* Rounds the queries to bf16, padded with zeros to hdp dimensions and whole tiles of rows. */
static void load_queries(struct work *w)
{
    const struct kern_attn *a = w->a;
    for (uint32_t row = 0; row < (a->n_rows + AMX_ROWS - 1) / AMX_ROWS * AMX_ROWS; row++) {
        for (uint32_t d = 0; d < a->hdp; d += 16) {
            const bool given = row < a->n_rows && d < a->head_dim;
            struct v16 x = given ? vec_load_n(a->q[row] + d, a->head_dim - d) : vec_set(0.0f);
            vec_store_upper(w->q + ((size_t)row * a->hdp + d) * 2, vec_round_bf16(x));
        }
        w->rows.begun[row] = false;
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

/* The parts of the scratch, which take less than what kern_attn_scratch_bytes has in front of what
 * attn_pages.h uses. */
static void work_open(struct work *w, const struct kern_attn *a)
{
    w->a = a;
    w->score = (float *)(void *)a->scratch;
    w->o = w->score + (size_t)BLOCK_ROWS * LAYOUT_SPLIT;
    w->part = w->o + (size_t)KERN_ATTN_ROWS_MAX * a->hdp;
    w->tail = (uint8_t *)(w->part + 4 * AMX_ROWS * 16);
    w->q = w->tail + 2 * B_BYTES;
}

static void attend(enum kv_kind kind, const struct kern_attn *a)
{
    struct work w;
    work_open(&w, a);
    load_queries(&w);
    uint32_t lo = UINT32_MAX, hi = 0;
    for (uint32_t row = 0; row < a->n_rows; row++) {
        lo = attn_row_lo(a, row) < lo ? attn_row_lo(a, row) : lo;
        hi = a->pos[row] > hi ? a->pos[row] : hi;
    }
    amx_begin(AMX_ROWS, 64, AMX_B0);
    for (uint32_t first = lo / LAYOUT_SPLIT * LAYOUT_SPLIT; first <= hi; first += LAYOUT_SPLIT) {
        attn_pages_find(&w.pages, a, kind, first, lo, hi);
        attend_split(&w, first);
    }
    amx_end();
    store_results(&w);
}

/* The AVX-512 kernel, as in mm_amx.h. */
static kern_attn_fn *attn_avx512(enum kv_kind kind)
{
    struct kern_table t;
    memset(&t, 0, sizeof t);
    kern_init_avx512(&t);
    return t.attn[kind];
}

/* The kern_attn_fn of each kind. */
#define ATTN(name, kind)                                                                           \
    static void name(const struct kern_attn *a)                                                    \
    {                                                                                              \
        if (a->n_rows <= ROWS_FEW)                                                                 \
            attn_avx512(kind)(a);                                                                  \
        else                                                                                       \
            attend(kind, a);                                                                       \
    }
ATTN(attn_bf16, KV_KIND_BF16)
ATTN(attn_q8, KV_KIND_Q8)
#undef ATTN

void amx_add_attn(struct kern_table *t)
{
    t->attn[KV_KIND_BF16] = attn_bf16;
    t->attn[KV_KIND_Q8] = attn_q8;
}
