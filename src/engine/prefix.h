/* prefix: finds KV pages by the ids that they were computed from.
 *
 * K and V of a position are a function of the ids up to it and of nothing else: not of how the
 * prompt was cut, nor of what ran beside it (docs/numerics.md). So a full page that one sequence
 * computed serves every other one that begins with the same ids, and no bit tells.
 *
 * A tree: a page's parent is the page before it. It is looked up by a hash of the salt and all ids
 * up to its end, and taken only if parent, salt and ids are equal, so that hashes that collide cost
 * time and nothing else. Behind the last page that is found whole, a page that begins with the ids
 * that are left serves up to where they part: whoever writes on gets a copy of it (kv_pool_own).
 * Such a page may be one that is not full: what a conversation ended in. Each page of the pool has
 * its node; nothing is allocated after prefix_init.
 *
 * Pages stay findable after their last holder until the pool hands them out anew, the one that has
 * been idle longest first. A page is never dropped before those that follow it: whoever holds a
 * page of the tree holds its parent too, and gives back the later page first, so the parent becomes
 * idle later (kv.h: the list of idle pages). For that a holder's pages must always be
 *
 *   pages of one path of the tree from its root on, and behind them pages that cannot be found,
 *
 * which it gives back from the end. Where several sequences share pages that cannot be found yet,
 * they must share all pages before them too.
 *
 * An id is any number. What is not text (a picture) can be given ids that stand for its content,
 * such as the words of a digest of it with the sign bit set.
 *
 * A salt parts who must not learn, from the time that an answer takes, what others have asked: make
 * it from a digest (SHA-256) of whatever names the group; 0 is a group as well. */
#ifndef TAKT_ENGINE_PREFIX_H
#define TAKT_ENGINE_PREFIX_H

#include <stddef.h>
#include <stdint.h>

#include "engine/kv.h"

struct prefix_node {
    uint64_t hash, salt;
    uint32_t parent;         /* page before it, KV_NONE: it is the first */
    uint32_t next;           /* in its bucket, where it is full */
    uint32_t n_ids;          /* LAYOUT_PAGE, or fewer: no page follows it then */
    uint32_t child;          /* the newest page that follows it, KV_NONE: there is none */
    uint32_t older, younger; /* its parent's other children */
};

struct prefix_stats {
    uint32_t n_pages; /* that can be found, held or idle */
    uint64_t n_dropped;
    uint64_t n_asked, n_found; /* tokens, over all calls of prefix_match */
};

struct prefix {
    struct kv_pool *kv;
    struct prefix_node *node; /* [kv->n_pages], by page */
    int32_t *ids;             /* [kv->n_pages][LAYOUT_PAGE] */
    uint32_t *bucket;         /* [n_buckets] first page, or KV_NONE */
    uint32_t n_buckets;       /* a power of two */
    uint32_t first;           /* the newest page without a parent, KV_NONE: none */
    uint64_t seed, hash_mask; /* of hashes; a mask of few bits (tests) makes them collide */
    struct prefix_stats stats;
};

/* prefix_init makes an empty tree over the pages of KV, which must stay in place. SEED should be
 * hard to guess: then nobody can write texts whose hashes collide. Error: MEMORY. prefix_release
 * comes before kv_pool_release. */
takt_rc prefix_init(struct prefix *t, struct kv_pool *kv, uint64_t seed, takt_err *e);
void prefix_release(struct prefix *t);

/* prefix_match finds the longest run of pages that N ids begin with, the last one perhaps only in
 * part, writes them to PAGES (room for N / LAYOUT_PAGE + 1) and holds them for the caller. Returns
 * how many ids they serve: never all, since one at least must be fed to get logits. Stops where an
 * idle page would be needed that is promised to somebody. */
uint32_t prefix_match(struct prefix *t, uint64_t salt, const int32_t *ids, size_t n,
                      uint32_t *pages);

/* prefix_peek tells what prefix_match would return were nothing promised, and holds nothing.
 * N_HELD (may be NULL): how many of the pages others hold, so that to hold them makes kv_pool_spare
 * no less. */
uint32_t prefix_peek(const struct prefix *t, uint64_t salt, const int32_t *ids, size_t n,
                     uint32_t *n_held);

/* prefix_insert makes PAGES[FROM..TO), which the caller holds, findable by IDS (TO * LAYOUT_PAGE of
 * them, computed); those before FROM are already. Where the tree has such a page, the caller's own
 * is given back and that one, held, put in its place, unless others share the caller's. Returns the
 * number of leading pages that can now be found: TO, or less in that last case. Not while a step
 * runs that reads PAGES. */
uint32_t prefix_insert(struct prefix *t, uint64_t salt, const int32_t *ids, uint32_t *pages,
                       uint32_t from, uint32_t to);

/* prefix_insert_tail makes the last of PAGES, which has the ids after the last full one of N and is
 * not full, findable too; all before it must be already. It does nothing where others hold that
 * page or the tree has one that begins with the same ids. Not while a step runs that writes PAGES.
 */
void prefix_insert_tail(struct prefix *t, uint64_t salt, const int32_t *ids, size_t n,
                        const uint32_t *pages);

#endif
