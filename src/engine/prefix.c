#include "engine/prefix.h"

#include <stdlib.h>
#include <string.h>

#include "plan/layout.h"

#define PAGE_IDS_BYTES (LAYOUT_PAGE * sizeof(int32_t))

static void forget(void *user, uint32_t page);

takt_rc prefix_init(struct prefix *t, struct kv_pool *kv, uint64_t seed, takt_err *e)
{
    *t = (struct prefix){.kv = kv, .n_buckets = 1, .seed = seed, .hash_mask = UINT64_MAX};
    while (t->n_buckets < kv->n_pages && t->n_buckets < 1u << 31)
        t->n_buckets *= 2;
    t->node = calloc(kv->n_pages, sizeof *t->node);
    t->ids = calloc(kv->n_pages, PAGE_IDS_BYTES);
    t->bucket = malloc(t->n_buckets * sizeof *t->bucket);
    if (!t->node || !t->ids || !t->bucket) {
        prefix_release(t);
        return err_set(e, TAKT_ERR_MEMORY, "KV cache", "no memory for its table of prompts");
    }
    for (uint32_t i = 0; i < t->n_buckets; i++)
        t->bucket[i] = KV_NONE;
    kv->drop = forget;
    kv->drop_user = t;
    return TAKT_OK;
}

void prefix_release(struct prefix *t)
{
    free(t->node);
    free(t->ids);
    free(t->bucket);
    *t = (struct prefix){0};
}

/* ---- the table ---- */

static uint64_t mix(uint64_t h, uint64_t w)
{
    h = (h ^ w) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 32;
}

static uint64_t hash_begin(const struct prefix *t, uint64_t salt)
{
    return mix(mix(t->seed, salt), t->seed) & t->hash_mask;
}

/* The hash up to the end of a page from that up to its beginning. */
static uint64_t hash_page(const struct prefix *t, uint64_t h, const int32_t *ids)
{
    h ^= t->seed;
    for (uint32_t i = 0; i < LAYOUT_PAGE; i += 2)
        h = mix(h, (uint64_t)(uint32_t)ids[i] << 32 | (uint32_t)ids[i + 1]);
    return mix(h, t->seed) & t->hash_mask;
}

static uint32_t *bucket_of(const struct prefix *t, uint64_t hash)
{
    return &t->bucket[hash & (t->n_buckets - 1)];
}

/* The page of IDS after PARENT. The parent's identity stands for all that is before it. */
static uint32_t find(const struct prefix *t, uint64_t hash, uint64_t salt, uint32_t parent,
                     const int32_t *ids)
{
    for (uint32_t p = *bucket_of(t, hash); p != KV_NONE; p = t->node[p].next) {
        const struct prefix_node *n = &t->node[p];
        if (n->hash == hash && n->parent == parent && n->salt == salt &&
            memcmp(t->ids + (size_t)p * LAYOUT_PAGE, ids, PAGE_IDS_BYTES) == 0)
            return p;
    }
    return KV_NONE;
}

static void add(struct prefix *t, uint32_t page, const struct prefix_node *node, const int32_t *ids)
{
    uint32_t *first = bucket_of(t, node->hash);
    t->node[page] = *node;
    t->node[page].next = *first;
    *first = page;
    memcpy(t->ids + (size_t)page * LAYOUT_PAGE, ids, PAGE_IDS_BYTES);
    if (node->parent != KV_NONE)
        t->node[node->parent].n_children++;
    t->stats.n_pages++;
    kv_pool_keep(t->kv, page);
}

/* The pool's kv_drop_fn. */
static void forget(void *user, uint32_t page)
{
    struct prefix *t = user;
    const struct prefix_node *n = &t->node[page];
    takt_assert(n->n_children == 0);
    uint32_t *at = bucket_of(t, n->hash);
    while (*at != page)
        at = &t->node[*at].next;
    *at = n->next;
    if (n->parent != KV_NONE)
        t->node[n->parent].n_children--;
    t->stats.n_pages--;
    t->stats.n_dropped++;
}

/* ---- runs of pages ---- */

/* A walk from the root along ids. */
struct walk {
    uint64_t hash;
    uint32_t page; /* the last one found, KV_NONE: none yet */
};

/* Moves on to the page of IDS; false, and nothing, when there is none. */
static bool walk_on(const struct prefix *t, struct walk *w, uint64_t salt, const int32_t *ids)
{
    uint64_t hash = hash_page(t, w->hash, ids);
    uint32_t page = find(t, hash, salt, w->page, ids);
    if (page == KV_NONE)
        return false;
    *w = (struct walk){hash, page};
    return true;
}

uint32_t prefix_match(struct prefix *t, uint64_t salt, const int32_t *ids, size_t n,
                      uint32_t *pages)
{
    struct walk w = {hash_begin(t, salt), KV_NONE};
    uint32_t found = 0;
    for (; ((size_t)found + 1) * LAYOUT_PAGE < n; found++) {
        if (!walk_on(t, &w, salt, ids + (size_t)found * LAYOUT_PAGE))
            break;
        if (t->kv->page[w.page].refs == 0 && kv_pool_spare(t->kv) == 0)
            break;
        kv_pool_hold(t->kv, w.page);
        pages[found] = w.page;
    }
    t->stats.n_asked += n;
    t->stats.n_found += (uint64_t)found * LAYOUT_PAGE;
    return found;
}

uint32_t prefix_peek(const struct prefix *t, uint64_t salt, const int32_t *ids, size_t n,
                     uint32_t *n_held)
{
    struct walk w = {hash_begin(t, salt), KV_NONE};
    uint32_t found = 0, held = 0;
    for (; ((size_t)found + 1) * LAYOUT_PAGE < n; found++) {
        if (!walk_on(t, &w, salt, ids + (size_t)found * LAYOUT_PAGE))
            break;
        held += t->kv->page[w.page].refs > 0;
    }
    if (n_held)
        *n_held = held;
    return found;
}

/* Puts the tree's page THERE, equal to *MINE, in the place of it; false when others share *MINE and
 * so could be left with a page whose parent they do not hold. */
static bool swap_for(struct prefix *t, uint32_t *mine, uint32_t there)
{
    if (*mine == there)
        return true;
    if (t->kv->page[*mine].refs > 1)
        return false;
    takt_assert(!t->kv->page[*mine].kept);
    kv_pool_give(t->kv, *mine); /* first: the other may be the last page that is not promised */
    kv_pool_hold(t->kv, there);
    *mine = there;
    return true;
}

uint32_t prefix_insert(struct prefix *t, uint64_t salt, const int32_t *ids, uint32_t *pages,
                       uint32_t from, uint32_t to)
{
    struct walk w = {hash_begin(t, salt), KV_NONE};
    if (from > 0)
        w = (struct walk){t->node[pages[from - 1]].hash, pages[from - 1]};
    for (uint32_t i = from; i < to; i++) {
        const int32_t *of_page = ids + (size_t)i * LAYOUT_PAGE;
        uint64_t hash = hash_page(t, w.hash, of_page);
        uint32_t there = find(t, hash, salt, w.page, of_page);
        if (there == KV_NONE)
            add(t, pages[i], &(struct prefix_node){.hash = hash, .salt = salt, .parent = w.page},
                of_page);
        else if (!swap_for(t, &pages[i], there))
            return i;
        w = (struct walk){hash, pages[i]};
    }
    return to;
}
