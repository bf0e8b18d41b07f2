#include "text/bpe.h"

#include <stdlib.h>

#include "base/utf8.h"

enum { NO_RANK = 0xFFFFFFFFu };

takt_rc bpe_init(struct bpe *b, uint32_t n, takt_err *e)
{
    *b = (struct bpe){.n_slots = 64};
    while (b->n_slots < 2 * (uint64_t)n && b->n_slots < 1u << 27)
        b->n_slots *= 2;
    b->pairs = malloc((size_t)b->n_slots * sizeof *b->pairs);
    if (!b->pairs)
        return err_set(e, TAKT_ERR_MEMORY, "merges", "no memory for %u merges", n);
    memset(b->pairs, 0xFF, (size_t)b->n_slots * sizeof *b->pairs);
    return TAKT_OK;
}

void bpe_free(struct bpe *b)
{
    free(b->pairs);
    *b = (struct bpe){0};
}

static uint32_t slot_of(uint32_t left, uint32_t right, uint32_t mask)
{
    uint64_t h = ((uint64_t)left << 32 | right) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(h >> 32 ^ h >> 17) & mask;
}

static bool grow(struct bpe *b)
{
    if (b->n_slots >= 1u << 28)
        return false;
    uint32_t n = b->n_slots * 2, mask = n - 1;
    struct bpe_pair *pairs = malloc((size_t)n * sizeof *pairs);
    if (!pairs)
        return false;
    memset(pairs, 0xFF, (size_t)n * sizeof *pairs);
    for (uint32_t i = 0; i < b->n_slots; i++) {
        if (b->pairs[i].left == VOCAB_NONE)
            continue;
        uint32_t at = slot_of(b->pairs[i].left, b->pairs[i].right, mask);
        while (pairs[at].left != VOCAB_NONE)
            at = (at + 1) & mask;
        pairs[at] = b->pairs[i];
    }
    free(b->pairs);
    b->pairs = pairs;
    b->n_slots = n;
    return true;
}

takt_rc bpe_add(struct bpe *b, uint32_t left, uint32_t right, uint32_t rank, uint32_t id,
                bool replace, takt_err *e)
{
    if (2 * (uint64_t)(b->n_pairs + 1) > b->n_slots && !grow(b))
        return err_set(e, TAKT_ERR_MEMORY, "merges", "no memory for %u merges", b->n_pairs);
    uint32_t mask = b->n_slots - 1;
    uint32_t at = slot_of(left, right, mask);
    while (b->pairs[at].left != VOCAB_NONE) {
        b->probes++;
        if (b->pairs[at].left == left && b->pairs[at].right == right) {
            if (replace)
                b->pairs[at].rank = rank;
            return TAKT_OK;
        }
        at = (at + 1) & mask;
    }
    b->pairs[at] = (struct bpe_pair){left, right, rank, id};
    b->n_pairs++;
    if (b->probes > 64 * (uint64_t)b->n_pairs + (1u << 22))
        return err_set(e, TAKT_ERR_FORMAT, "merges", "pairs collide on purpose");
    return TAKT_OK;
}

/* The rank at which LEFT and RIGHT merge, and into what; NO_RANK if they do not. */
static inline uint32_t look_up(const struct bpe *b, uint32_t left, uint32_t right, uint32_t *id)
{
    uint32_t mask = b->n_slots - 1;
    if (left == VOCAB_NONE)
        return NO_RANK;
    for (uint32_t at = slot_of(left, right, mask);; at = (at + 1) & mask) {
        const struct bpe_pair *p = &b->pairs[at];
        if (p->left == left && p->right == right) {
            *id = p->id;
            return p->rank;
        }
        if (p->left == VOCAB_NONE)
            return NO_RANK;
    }
}

bool bpe_reserve(struct bpe_scratch *s, size_t n, struct bpe_word *w)
{
    if (n > s->cap) {
        size_t cap = s->cap ? s->cap : 2 * BPE_SHORT;
        while (cap < n)
            cap *= 2;
        if (cap > UINT32_MAX / 4)
            return false;
        bpe_scratch_free(s);
        s->words = malloc(cap * 6 * sizeof *s->words);
        s->heap = malloc(cap * 3 * sizeof *s->heap);
        if (!s->words || !s->heap) {
            bpe_scratch_free(s);
            return false;
        }
        s->cap = cap;
    }
    *w = (struct bpe_word){s->words, s->words + s->cap, 0};
    return true;
}

void bpe_scratch_free(struct bpe_scratch *s)
{
    free(s->words);
    free(s->heap);
    *s = (struct bpe_scratch){0};
}

static void merge_short(const struct bpe *b, struct bpe_scratch *s, struct bpe_word *w)
{
    uint32_t *rank = s->words + 2 * s->cap, *to = s->words + 3 * s->cap;
    uint32_t n = w->n;
    for (uint32_t i = 0; i + 1 < n; i++)
        rank[i] = look_up(b, w->id[i], w->id[i + 1], &to[i]);
    while (n > 1) {
        uint32_t best = NO_RANK, at = 0;
        for (uint32_t i = 0; i + 1 < n; i++) {
            at = rank[i] < best ? i : at;
            best = rank[i] < best ? rank[i] : best;
        }
        if (best == NO_RANK)
            break;
        w->id[at] = to[at];
        n--;
        for (uint32_t i = at + 1; i < n; i++) {
            w->id[i] = w->id[i + 1];
            w->start[i] = w->start[i + 1];
            rank[i] = rank[i + 1];
            to[i] = to[i + 1];
        }
        if (at + 1 < n)
            rank[at] = look_up(b, w->id[at], w->id[at + 1], &to[at]);
        if (at > 0)
            rank[at - 1] = look_up(b, w->id[at - 1], w->id[at], &to[at - 1]);
    }
    w->n = n;
}

/* A min-heap of rank << 32 | position. */
static void heap_push(uint64_t *heap, size_t *n, uint64_t key)
{
    size_t i = (*n)++;
    while (i > 0 && heap[(i - 1) / 4] > key) {
        heap[i] = heap[(i - 1) / 4];
        i = (i - 1) / 4;
    }
    heap[i] = key;
}

static uint64_t heap_pop(uint64_t *heap, size_t *n)
{
    uint64_t top = heap[0], last = heap[--*n];
    size_t i = 0;
    for (;;) {
        size_t c = 4 * i + 1, best = c, end = c + 4 < *n ? c + 4 : *n;
        if (c >= *n)
            break;
        for (size_t k = c + 1; k < end; k++)
            if (heap[k] < heap[best])
                best = k;
        if (heap[best] >= last)
            break;
        heap[i] = heap[best];
        i = best;
    }
    heap[i] = last;
    return top;
}

struct chain {
    uint32_t *id, *rank, *to, *next, *prev;
};

static void chain_look_up(const struct bpe *b, struct chain *c, uint32_t at, uint32_t end,
                          uint64_t *heap, size_t *n_heap)
{
    c->rank[at] = NO_RANK;
    if (c->next[at] >= end)
        return;
    c->rank[at] = look_up(b, c->id[at], c->id[c->next[at]], &c->to[at]);
    if (c->rank[at] != NO_RANK)
        heap_push(heap, n_heap, (uint64_t)c->rank[at] << 32 | at);
}

/* A heap entry is stale when its position has died or now has another rank. An entry whose position
 * has the same rank again is as good as a new one, so stale entries need no other mark. */
static void merge_long(const struct bpe *b, struct bpe_scratch *s, struct bpe_word *w)
{
    uint32_t n = w->n;
    struct chain c = {w->id, s->words + 2 * s->cap, s->words + 3 * s->cap, s->words + 4 * s->cap,
                      s->words + 5 * s->cap};
    size_t n_heap = 0;
    for (uint32_t i = 0; i < n; i++) {
        c.next[i] = i + 1;
        c.prev[i] = i - 1; /* 0 - 1: none */
    }
    for (uint32_t i = 0; i < n; i++)
        chain_look_up(b, &c, i, n, s->heap, &n_heap);
    while (n_heap > 0) {
        uint64_t key = heap_pop(s->heap, &n_heap);
        uint32_t at = (uint32_t)key;
        if (c.rank[at] != (uint32_t)(key >> 32))
            continue;
        uint32_t dead = c.next[at];
        c.id[at] = c.to[at];
        c.next[at] = c.next[dead];
        c.rank[dead] = NO_RANK;
        if (c.next[at] < n)
            c.prev[c.next[at]] = at;
        chain_look_up(b, &c, at, n, s->heap, &n_heap);
        if (c.prev[at] < n)
            chain_look_up(b, &c, c.prev[at], n, s->heap, &n_heap);
    }
    uint32_t out = 0;
    for (uint32_t i = 0; i < n; i = c.next[i], out++) {
        w->id[out] = c.id[i];
        w->start[out] = w->start[i];
    }
    w->n = out;
}

void bpe_merge(const struct bpe *b, struct bpe_scratch *s, struct bpe_word *w)
{
    if (w->n <= BPE_SHORT)
        merge_short(b, s, w);
    else
        merge_long(b, s, w);
}

/* GPT-2 spells bytes that print as themselves as the Latin-1 character, and the other 68, in
 * ascending order, as U+0100 onwards. */
static int byte_of(uint32_t c)
{
    if ((c >= 0x21 && c <= 0x7E) || (c >= 0xA1 && c <= 0xFF && c != 0xAD))
        return (int)c;
    if (c >= 0x100 && c <= 0x120)
        return (int)(c - 0x100); /* 0x00 .. 0x20 */
    if (c >= 0x121 && c <= 0x142)
        return (int)(c - 0x121 + 0x7F); /* 0x7F .. 0xA0 */
    return c == 0x143 ? 0xAD : -1;
}

bool bpe_decode_bytes(struct slice text, uint8_t *out, size_t *len)
{
    *len = 0;
    for (size_t at = 0; at < text.len;) {
        unsigned k;
        int b = byte_of(utf8_next(text.p + at, text.len - at, &k));
        if (b < 0)
            return false;
        out[(*len)++] = (uint8_t)b;
        at += k;
    }
    return true;
}
