/* attn_pages: where the keys and values of a split lie, for attention of every level with vectors:
 * in the cache, or, of a q8 cache, expanded to bf16 pages in the caller's scratch. Written in the
 * operations of vec_avx512.h or its like, one of which is included before. */
#ifndef TAKT_TARGET_CPU_SIMD_ATTN_PAGES_H
#define TAKT_TARGET_CPU_SIMD_ATTN_PAGES_H

#include "target/cpu/kern.h"

enum { ATTN_PAGES = LAYOUT_SPLIT / LAYOUT_PAGE };

/* The pages of a split that hold visible positions; the others are not set. */
struct attn_pages {
    const uint8_t *k[ATTN_PAGES];     /* keys; values follow v_bytes later */
    const uint8_t *ahead[ATTN_PAGES]; /* keys of the page a split later, else those of this one:
                                         what to prefetch */
    uint64_t v_bytes;
};

/* The head's keys in the page of position POS; its values follow head_bytes later. */
MM_INLINE const uint8_t *attn_page(const struct kern_attn *a, uint32_t pos)
{
    return a->kv + (uint64_t)a->pages[pos / LAYOUT_PAGE] * a->page_bytes + a->offset;
}

/* To L2: a split's keys and values do not fit in L1. */
MM_INLINE void attn_prefetch(const uint8_t *p)
{
    __builtin_prefetch(p, 0, 2);
}

/* 32 levels at Q times the scales, as bf16 pairs to OUT. */
MM_INLINE void attn_expand_32(uint8_t *out, const uint8_t *q, struct v16 scale0, struct v16 scale1)
{
    vec_store_bf16(out, vec_mul(vec_load_i8(q), scale0), vec_mul(vec_load_i8(q + 16), scale1));
}

/* N tiles of 16 keys from tile AT; AHEAD is a page that will be expanded later. */
static void attn_expand_keys(uint8_t *out, const uint8_t *page, const uint8_t *ahead, uint32_t hdp,
                             uint32_t at, uint32_t n)
{
    const size_t scales = hdp / 32 * 32u, values = (size_t)hdp * 16;
    const uint8_t *q = page + kv_q8_scale_bytes(hdp) + at * values, *s = page + at * scales;
    out += at * values * 2;
    for (uint32_t block = n * (hdp / 32); block; block--, s += 32) {
        struct v16 scale[2];
        vec_load_bf16_twice(s, scale);
        attn_prefetch(ahead + (s - page));
        for (uint32_t i = 0; i < 16; i++, q += 32, out += 64) {
            attn_prefetch(ahead + (q - page));
            attn_expand_32(out, q, scale[0], scale[1]);
        }
    }
}

/* N tiles of 32 values from tile AT. */
static void attn_expand_values(uint8_t *out, const uint8_t *page, const uint8_t *ahead,
                               uint32_t hdp, uint32_t at, uint32_t n)
{
    const size_t scales = hdp / 32 * 64u, values = (size_t)hdp * 32;
    const uint8_t *q = page + kv_q8_scale_bytes(hdp) + at * values, *s = page + at * scales;
    out += at * values * 2;
    for (uint32_t block = n * (hdp / 32); block; block--, s += 64) {
        attn_prefetch(ahead + (s - page));
        for (uint32_t i = 0; i < 32; i++, q += 32, out += 64) {
            const struct v16 scale = vec_bf16_pair(s + i % 16 * 4);
            attn_prefetch(ahead + (q - page));
            attn_expand_32(out, q, scale, scale);
        }
    }
}

/* attn_pages_find: the pages of the split at FIRST for rows that together see LO..HI. What lies in
 * LO..HI of a q8 cache is expanded. */
static void attn_pages_find(struct attn_pages *p, const struct kern_attn *a, enum kv_kind kind,
                            uint32_t first, uint32_t lo, uint32_t hi)
{
    uint8_t *out = a->scratch + kern_attn_scratch_bytes(a->hdp) - kern_attn_expanded_bytes(a->hdp);
    const uint64_t expanded = kv_head_bytes(KV_KIND_BF16, a->hdp);
    p->v_bytes = kind == KV_KIND_Q8 ? expanded : a->head_bytes;
    for (uint32_t i = 0; i < ATTN_PAGES; i++, out += 2 * expanded) {
        uint32_t begin = first + i * LAYOUT_PAGE, end = begin + LAYOUT_PAGE - 1;
        if (end < lo || begin > hi)
            continue;
        const uint8_t *k = p->k[i] = attn_page(a, begin);
        p->ahead[i] = begin + LAYOUT_SPLIT <= hi ? attn_page(a, begin + LAYOUT_SPLIT) : k;
        if (kind != KV_KIND_Q8)
            continue;
        const uint8_t *ahead = p->ahead[i];
        uint32_t from = lo > begin ? lo - begin : 0, to = hi < end ? hi - begin : LAYOUT_PAGE - 1;
        attn_expand_keys(out, k, ahead, a->hdp, from / 16, to / 16 - from / 16 + 1);
        attn_expand_values(out + expanded, k + a->head_bytes, ahead + a->head_bytes, a->hdp,
                           from / 32, to / 32 - from / 32 + 1);
        p->k[i] = p->ahead[i] = out;
    }
}

#endif
