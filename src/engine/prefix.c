#include "engine/prefix.h"

#include <stdlib.h>
#include <string.h>

#include "plan/layout.h"

#define PAGE_IDS_BYTES (LAYOUT_PAGE * sizeof(int32_t))

enum {
    TAILS_MAX = 64
}; /* pages behind one that are looked at for a common beginning: microseconds */

static void forget(void *user, uint32_t page);

takt_rc prefix_init(struct prefix *t, struct kv_pool *kv, uint64_t seed, takt_err *e)
{
    *t = (struct prefix){
        .kv = kv, .n_buckets = 1, .seed = seed, .hash_mask = UINT64_MAX, .first = KV_NONE};
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

static uint32_t *children_of(struct prefix *t, uint32_t parent)
{
    return parent == KV_NONE ? &t->first : &t->node[parent].child;
}

/* Puts PAGE with NODE, whose hash counts if it is full, into the tree. */
static void add(struct prefix *t, uint32_t page, const struct prefix_node *node, const int32_t *ids)
{
    struct prefix_node *n = &t->node[page];
    uint32_t *sibling = children_of(t, node->parent);
    *n = *node;
    n->child = n->younger = KV_NONE;
    n->older = *sibling;
    if (n->older != KV_NONE)
        t->node[n->older].younger = page;
    *sibling = page;
    if (n->n_ids == LAYOUT_PAGE) {
        uint32_t *first = bucket_of(t, n->hash);
        n->next = *first;
        *first = page;
    }
    memcpy(t->ids + (size_t)page * LAYOUT_PAGE, ids, n->n_ids * sizeof *ids);
    t->stats.n_pages++;
    kv_pool_keep(t->kv, page);
}

/* The pool's kv_drop_fn. */
static void forget(void *user, uint32_t page)
{
    struct prefix *t = user;
    const struct prefix_node *n = &t->node[page];
    takt_assert(n->child == KV_NONE);
    if (n->n_ids == LAYOUT_PAGE) {
        uint32_t *at = bucket_of(t, n->hash);
        while (*at != page)
            at = &t->node[*at].next;
        *at = n->next;
    }
    *(n->younger == KV_NONE ? children_of(t, n->parent) : &t->node[n->younger].older) = n->older;
    if (n->older != KV_NONE)
        t->node[n->older].younger = n->younger;
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

/* The page behind that of W which has the longest beginning in common with N ids, and how many of
 * them: *COMMON. KV_NONE: there is none. */
static uint32_t find_tail(const struct prefix *t, const struct walk *w, uint64_t salt,
                          const int32_t *ids, size_t n, uint32_t *common)
{
    uint32_t best = KV_NONE, at = w->page == KV_NONE ? t->first : t->node[w->page].child;
    *common = 0;
    for (uint32_t i = 0; at != KV_NONE && i < TAILS_MAX; at = t->node[at].older, i++) {
        const struct prefix_node *node = &t->node[at];
        const int32_t *there = t->ids + (size_t)at * LAYOUT_PAGE;
        uint32_t k = 0;
        while (node->salt == salt && k < node->n_ids && k < n && there[k] == ids[k])
            k++;
        if (k > *common) {
            *common = k;
            best = at;
        }
    }
    return best;
}

/* prefix_match, and with PAGES NULL prefix_peek. */
static uint32_t follow(const struct prefix *t, uint64_t salt, const int32_t *ids, size_t n,
                       uint32_t *pages, uint32_t *n_held)
{
    struct walk w = {hash_begin(t, salt), KV_NONE};
    uint32_t found = 0, common = LAYOUT_PAGE, page;
    *n_held = 0;
    for (size_t left = n; left > 1 && common == LAYOUT_PAGE; left -= common) {
        const int32_t *at = ids + (n - left);
        if (left > LAYOUT_PAGE && walk_on(t, &w, salt, at))
            page = w.page;
        else
            page = find_tail(t, &w, salt, at, left - 1, &common);
        if (page == KV_NONE)
            break;
        bool is_held = t->kv->page[page].refs > 0;
        if (pages && !is_held && kv_pool_spare(t->kv) == 0)
            break;
        if (pages) {
            kv_pool_hold(t->kv, page);
            pages[found / LAYOUT_PAGE] = page;
        }
        *n_held += is_held;
        found += common;
    }
    return found;
}

uint32_t prefix_match(struct prefix *t, uint64_t salt, const int32_t *ids, size_t n,
                      uint32_t *pages)
{
    uint32_t n_held, found = follow(t, salt, ids, n, pages, &n_held);
    t->stats.n_asked += n;
    t->stats.n_found += found;
    return found;
}

uint32_t prefix_peek(const struct prefix *t, uint64_t salt, const int32_t *ids, size_t n,
                     uint32_t *n_held)
{
    uint32_t ignored;
    return follow(t, salt, ids, n, NULL, n_held ? n_held : &ignored);
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
            add(t, pages[i],
                &(struct prefix_node){
                    .hash = hash, .salt = salt, .parent = w.page, .n_ids = LAYOUT_PAGE},
                of_page);
        else if (!swap_for(t, &pages[i], there))
            return i;
        w = (struct walk){hash, pages[i]};
    }
    return to;
}

void prefix_insert_tail(struct prefix *t, uint64_t salt, const int32_t *ids, size_t n,
                        const uint32_t *pages)
{
    uint32_t full = (uint32_t)(n / LAYOUT_PAGE), n_ids = n % LAYOUT_PAGE, common;
    struct walk w = {.page = full ? pages[full - 1] : KV_NONE};
    const int32_t *of_page = ids + (size_t)full * LAYOUT_PAGE;
    if (n_ids == 0 || !kv_pool_is_own(t->kv, pages[full]))
        return;
    find_tail(t, &w, salt, of_page, n_ids, &common);
    if (common < n_ids)
        add(t, pages[full], &(struct prefix_node){.salt = salt, .parent = w.page, .n_ids = n_ids},
            of_page);
}
