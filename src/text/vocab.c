#include "text/vocab.h"

#include <stdlib.h>

struct vocab_slot {
    uint32_t hash; /* upper half of the text's hash */
    uint32_t id;   /* VOCAB_NONE: free */
};

static uint64_t load(const uint8_t *p, unsigned n)
{
    uint64_t v = 0;
    if (n >= 4) {
        uint32_t lo, hi;
        memcpy(&lo, p, 4);
        memcpy(&hi, p + n - 4, 4);
        v = (uint64_t)hi << 32 | lo;
    } else if (n > 0) {
        v = p[0] | (uint64_t)p[n / 2] << 8 | (uint64_t)p[n - 1] << 16;
    }
    return v;
}

/* Multiply and fold, eight bytes at a time. */
static uint64_t hash_text(const uint8_t *p, size_t len)
{
    const uint64_t k = 0x9E3779B97F4A7C15u;
    uint64_t h = (uint64_t)len * k;
    for (; len > 8; p += 8, len -= 8) {
        uint64_t w;
        memcpy(&w, p, 8);
        h = (h ^ w) * k;
        h ^= h >> 29;
    }
    h = (h ^ load(p, (unsigned)len)) * k;
    h = (h ^ h >> 32) * k;
    return h ^ h >> 29;
}

takt_rc vocab_init(struct vocab *v, uint32_t n, takt_err *e)
{
    *v = (struct vocab){.cap = n < 16 ? 16 : n, .text_cap = 4096, .n_slots = 64};
    while (v->n_slots < 2 * (uint64_t)v->cap && v->n_slots < 1u << 26)
        v->n_slots *= 2;
    v->off = calloc((size_t)v->cap + 1, sizeof *v->off);
    v->attr = calloc(v->cap, 1);
    v->score = calloc(v->cap, sizeof *v->score);
    v->text = malloc(v->text_cap);
    v->slots = malloc(v->n_slots * sizeof *v->slots);
    if (!v->off || !v->attr || !v->score || !v->text || !v->slots) {
        vocab_free(v);
        return err_set(e, TAKT_ERR_MEMORY, "vocabulary", "no memory for %u tokens", n);
    }
    memset(v->slots, 0xFF, v->n_slots * sizeof *v->slots);
    return TAKT_OK;
}

void vocab_free(struct vocab *v)
{
    free(v->off);
    free(v->attr);
    free(v->score);
    free(v->text);
    free(v->slots);
    *v = (struct vocab){0};
}

static bool grow_tokens(struct vocab *v)
{
    uint32_t cap = v->cap * 2;
    uint32_t *off = realloc(v->off, ((size_t)cap + 1) * sizeof *off);
    if (off)
        v->off = off;
    uint8_t *attr = realloc(v->attr, cap);
    if (attr)
        v->attr = attr;
    float *score = realloc(v->score, cap * sizeof *score);
    if (score)
        v->score = score;
    if (!off || !attr || !score)
        return false;
    v->cap = cap;
    return true;
}

static bool grow_text(struct vocab *v, size_t need)
{
    size_t cap = v->text_cap;
    while (cap < need)
        cap *= 2;
    if (cap == v->text_cap)
        return true;
    uint8_t *text = realloc(v->text, cap);
    if (!text)
        return false;
    v->text = text;
    v->text_cap = cap;
    return true;
}

/* Puts ID into the first free slot of its chain; false when a token of the same kind has that text
 * already. */
static bool put(struct vocab *v, uint32_t id)
{
    struct slice s = vocab_text(v, id);
    uint64_t h = hash_text(s.p, s.len);
    uint32_t mask = v->n_slots - 1;
    for (uint32_t i = (uint32_t)h & mask;; i = (i + 1) & mask) {
        struct vocab_slot *slot = &v->slots[i];
        v->probes++;
        if (slot->id == VOCAB_NONE) {
            *slot = (struct vocab_slot){(uint32_t)(h >> 32), id};
            v->n_mapped++;
            return true;
        }
        if (slot->hash != (uint32_t)(h >> 32) || v->attr[slot->id] != v->attr[id])
            continue;
        struct slice t = vocab_text(v, slot->id);
        if (t.len == s.len && memcmp(t.p, s.p, s.len) == 0)
            return false;
    }
}

static bool grow_slots(struct vocab *v)
{
    uint32_t n = v->n_slots * 2;
    struct vocab_slot *slots = malloc(n * sizeof *slots);
    if (!slots)
        return false;
    memset(slots, 0xFF, n * sizeof *slots);
    free(v->slots);
    v->slots = slots;
    v->n_slots = n;
    v->n_mapped = 0;
    for (uint32_t id = 0; id < v->n; id++)
        if (!(v->attr[id] & VOCAB_ATTR_UNMAPPED))
            put(v, id);
    return true;
}

takt_rc vocab_add(struct vocab *v, struct slice text, uint8_t attr, float score, takt_err *e)
{
    uint64_t end = (uint64_t)v->off[v->n] + text.len;
    if (v->n >= VOCAB_TOKENS_MAX || end > UINT32_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "vocabulary",
                       "is larger than takt reads (%d tokens, 4 GiB of text)", VOCAB_TOKENS_MAX);
    bool crowded = 2 * (uint64_t)(v->n_mapped + 1) > v->n_slots;
    if ((v->n == v->cap && !grow_tokens(v)) || !grow_text(v, (size_t)end) ||
        (crowded && !grow_slots(v)))
        return err_set(e, TAKT_ERR_MEMORY, "vocabulary", "no memory for token %u", v->n);
    if (text.len)
        memcpy(v->text + v->off[v->n], text.p, text.len);
    uint32_t id = v->n++;
    v->off[v->n] = (uint32_t)end;
    v->attr[id] = attr;
    v->score[id] = score;
    if (attr & VOCAB_ATTR_UNMAPPED)
        return TAKT_OK;
    if (!put(v, id))
        v->attr[id] |= VOCAB_ATTR_UNMAPPED;
    if (v->probes > 64 * (uint64_t)v->n + (1u << 22))
        return err_set(e, TAKT_ERR_FORMAT, "vocabulary", "token texts collide on purpose");
    return TAKT_OK;
}

void vocab_seal(struct vocab *v)
{
    v->n_tokens = v->n;
}

uint32_t vocab_find(const struct vocab *v, const uint8_t *p, size_t len, uint8_t not_attr)
{
    uint64_t h = hash_text(p, len);
    uint32_t mask = v->n_slots - 1;
    for (uint32_t i = (uint32_t)h & mask;; i = (i + 1) & mask) {
        const struct vocab_slot *slot = &v->slots[i];
        if (slot->id == VOCAB_NONE)
            return VOCAB_NONE;
        if (slot->hash != (uint32_t)(h >> 32) || (v->attr[slot->id] & not_attr))
            continue;
        struct slice t = vocab_text(v, slot->id);
        if (t.len == len && memcmp(t.p, p, len) == 0)
            return slot->id;
    }
}

takt_rc vocab_intern(struct vocab *v, struct slice text, uint8_t not_attr, uint32_t *id,
                     takt_err *e)
{
    *id = vocab_find(v, text.p, text.len, not_attr);
    if (*id != VOCAB_NONE)
        return TAKT_OK;
    *id = v->n;
    return vocab_add(v, text, VOCAB_ATTR_VIRTUAL, 0, e);
}
