/* Attention of query rows over one KV head, in the splits, tiles and order of docs/numerics.md. */
#include "target/cpu/kern_math.h"
#include "target/cpu/ref/ref.h"

enum { HEAD_DIM_MAX = 1024, TILE = 32 };

/* The visible positions of one split: p[i] of absolute position first + i; zero outside lo..hi. */
struct split {
    uint32_t first, lo, hi; /* absolute, lo and hi inclusive */
    float p[LAYOUT_SPLIT];
};

static const uint8_t *head_of(const struct kern_attn *a, uint32_t pos)
{
    return a->kv + (uint64_t)a->pages[pos / LAYOUT_PAGE] * a->page_bytes + a->offset;
}

/* Where K's dimension D of position AT of a page lies, in values, in a page of pairs (bf16, q8). */
static size_t key_at(const struct kern_attn *a, uint32_t at, uint32_t d)
{
    return (((size_t)(at / 16) * (a->hdp / 2) + d / 2) * 16 + at % 16) * 2 + d % 2;
}

static size_t value_at(const struct kern_attn *a, uint32_t at, uint32_t d)
{
    return ((((size_t)(at / 32) * (a->hdp / 16) + d / 16) * 16 + at % 32 / 2) * 16 + d % 16) * 2 +
           at % 2;
}

/* A q8 value: its level times the scale of its 32 dimensions, rounded to bf16. */
static float q8_value(const struct kern_attn *a, const uint8_t *head, size_t at, size_t scale_at)
{
    int8_t q = ((const int8_t *)head + kv_q8_scale_bytes(a->hdp))[at];
    float d = kern_bf16_to_f32(((const uint16_t *)(const void *)head)[scale_at]);
    return kern_bf16_to_f32(kern_bf16((float)q * d));
}

static float key(const struct kern_attn *a, enum kv_kind kind, uint32_t pos, uint32_t d)
{
    const uint8_t *k = head_of(a, pos);
    uint32_t at = pos % LAYOUT_PAGE;
    if (kind == KV_KIND_F32)
        return ((const float *)(const void *)k)[((size_t)(at / 16) * a->hdp + d) * 16 + at % 16];
    if (kind == KV_KIND_BF16)
        return kern_bf16_to_f32(((const uint16_t *)(const void *)k)[key_at(a, at, d)]);
    return q8_value(a, k, key_at(a, at, d),
                    ((size_t)(at / 16) * (a->hdp / 32) + d / 32) * 16 + at % 16);
}

static float value(const struct kern_attn *a, enum kv_kind kind, uint32_t pos, uint32_t d)
{
    const uint8_t *v = head_of(a, pos) + a->head_bytes;
    uint32_t at = pos % LAYOUT_PAGE;
    if (kind == KV_KIND_F32)
        return ((const float *)(const void *)v)[(size_t)at * a->hdp + d];
    if (kind == KV_KIND_BF16)
        return kern_bf16_to_f32(((const uint16_t *)(const void *)v)[value_at(a, at, d)]);
    return q8_value(a, v, value_at(a, at, d),
                    ((size_t)(at / 32) * (a->hdp / 32) + d / 32) * 32 + at % 32);
}

/* The scores of a split become probabilities in s->p; returns the maximum and *sum. */
static float softmax_split(const struct kern_attn *a, enum kv_kind kind, const float *q,
                           struct split *s, float *sum)
{
    float m = -INFINITY, lane[16] = {0};
    for (uint32_t pos = s->lo; pos <= s->hi; pos++) {
        float acc = 0.0f;
        for (uint32_t tile = 0; tile < a->hdp; tile += TILE) {
            float even = 0.0f, odd = 0.0f;
            for (uint32_t d = tile; d < tile + TILE; d += 2) {
                even = fmaf(q[d], key(a, kind, pos, d), even);
                odd = fmaf(q[d + 1], key(a, kind, pos, d + 1), odd);
            }
            acc = acc + (even + odd);
        }
        s->p[pos - s->first] = acc * a->scale;
        m = kern_max(acc * a->scale, m);
    }
    for (uint32_t i = 0; i < LAYOUT_SPLIT; i++) {
        bool visible = s->first + i >= s->lo && s->first + i <= s->hi;
        float p = visible ? kern_exp(s->p[i] - m) : 0.0f;
        s->p[i] = kind != KV_KIND_F32 ? kern_bf16_to_f32(kern_bf16(p)) : p;
        lane[i % 16] = lane[i % 16] + s->p[i];
    }
    *sum = kern_tree16(lane);
    return m;
}

/* Positions of a tile that lie beyond the visible ones contribute fma(+0, x, acc) = acc and are not
 * read: pages after the last position may not exist. */
static float weighted_value(const struct kern_attn *a, enum kv_kind kind, const struct split *s,
                            uint32_t d)
{
    float acc = 0.0f;
    for (uint32_t tile = s->lo / TILE * TILE; tile <= s->hi; tile += TILE) {
        float even = 0.0f, odd = 0.0f;
        for (uint32_t pos = tile; pos < tile + TILE; pos++) {
            if (pos < s->lo || pos > s->hi)
                continue;
            float *chain = pos % 2 ? &odd : &even;
            *chain = fmaf(s->p[pos - s->first], value(a, kind, pos, d), *chain);
        }
        acc = acc + (even + odd);
    }
    return acc;
}

static void attend_row(const struct kern_attn *a, enum kv_kind kind, uint32_t row)
{
    float q[HEAD_DIM_MAX], o[HEAD_DIM_MAX], max = 0.0f, total = 0.0f;
    uint32_t pos = a->pos[row], lo = a->window && pos >= a->window ? pos - a->window + 1 : 0;
    lo = a->from ? a->from[row] : lo;
    for (uint32_t d = 0; d < a->hdp; d++) {
        float x = d < a->head_dim ? a->q[row][d] : 0.0f;
        q[d] = kind != KV_KIND_F32 ? kern_bf16_to_f32(kern_bf16(x)) : x;
    }
    bool is_first = true;
    for (uint32_t first = lo / LAYOUT_SPLIT * LAYOUT_SPLIT; first <= pos; first += LAYOUT_SPLIT) {
        struct split s = {.first = first, .lo = lo > first ? lo : first};
        s.hi = pos < first + LAYOUT_SPLIT - 1 ? pos : first + LAYOUT_SPLIT - 1;
        float l, m = softmax_split(a, kind, q, &s, &l);
        float new_max = is_first ? m : kern_max(max, m);
        float was = is_first ? 0.0f : kern_exp(max - new_max), is = kern_exp(m - new_max);
        total = is_first ? l : fmaf(l, is, total * was);
        for (uint32_t d = 0; d < a->head_dim; d++) {
            float v = weighted_value(a, kind, &s, d);
            o[d] = is_first ? v : fmaf(v, is, o[d] * was);
        }
        max = new_max;
        is_first = false;
    }
    float inverse = 1.0f / total;
    if (a->max) {
        a->max[row] = max;
        a->total[row] = total;
    }
    for (uint32_t d = 0; d < a->head_dim; d++)
        a->out[row][d] = o[d] * inverse;
}

#define ATTN(name, kind)                                                                           \
    static void name(const struct kern_attn *a)                                                    \
    {                                                                                              \
        for (uint32_t row = 0; row < a->n_rows; row++)                                             \
            attend_row(a, kind, row);                                                              \
    }
ATTN(attn_f32, KV_KIND_F32)
ATTN(attn_bf16, KV_KIND_BF16)
ATTN(attn_q8, KV_KIND_Q8)

void ref_add_attn(struct kern_table *t)
{
    t->attn[KV_KIND_F32] = attn_f32;
    t->attn[KV_KIND_BF16] = attn_bf16;
    t->attn[KV_KIND_Q8] = attn_q8;
}
