/* kv: the pool of KV pages that all sequences of an engine share.
 *
 * One address range, reserved for all pages and backed page by page as they are handed out: a page
 * that was never used costs no memory. A page holds LAYOUT_PAGE positions of all layers
 * (plan/layout.h). At any time it is one of
 *
 *   free   nobody holds it, and nothing in it is worth keeping
 *   held   by one sequence or by several. Who writes must be the only holder of a page that is not
 *          kept: see kv_pool_own
 *   idle   nobody holds it, but it is kept: its content can be found again (engine/prefix.h)
 *
 * Idle pages count as free: they are handed out when no free page is left, the one that has been
 * idle longest first. Promises are pages that somebody has been assured of and has not taken yet;
 * free and idle pages together are never fewer than those promised.
 *
 * One thread at a time. Nothing is allocated after kv_pool_init. */
#ifndef TAKT_ENGINE_KV_H
#define TAKT_ENGINE_KV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define KV_NONE UINT32_MAX /* no page */

struct kv_page {
    uint32_t refs;         /* sequences that hold it */
    uint32_t older, newer; /* idle ones: neighbours in the list of idle pages, or KV_NONE */
    bool backed;           /* was handed out before */
    bool kept;             /* its content can be found */
};

/* Told of an idle page before it is handed out: its content can no longer be found. */
typedef void kv_drop_fn(void *user, uint32_t page);

struct kv_pool {
    uint8_t *base;
    uint64_t page_bytes;
    uint32_t n_pages, n_free, n_idle;
    uint32_t n_promised;     /* of the free and idle ones */
    uint32_t *free;          /* [n_free] ids, a stack */
    struct kv_page *page;    /* [n_pages] */
    uint32_t oldest, newest; /* ends of the list of idle pages, or KV_NONE */
    kv_drop_fn *drop;        /* must be set before a page is kept */
    void *drop_user;
};

/* kv_pool_init reserves N_PAGES pages of PAGE_BYTES. Errors: LIMIT, MEMORY. */
takt_rc kv_pool_init(struct kv_pool *kv, uint32_t n_pages, uint64_t page_bytes, takt_err *e);
void kv_pool_release(struct kv_pool *kv);

/* kv_pool_back makes the memory of pages from FROM on present, N of them or all that there are, so
 * that no later kv_pool_take waits for it: for who promises times. */
void kv_pool_back(struct kv_pool *kv, uint32_t from, uint32_t n);

/* kv_pool_spare: pages that can be taken and are promised to nobody. */
uint32_t kv_pool_spare(const struct kv_pool *kv);

/* kv_pool_full sets the error of who needs more pages than kv_pool_spare has: TAKT_ERR_LIMIT. */
takt_rc kv_pool_full(const struct kv_pool *kv, takt_err *e);

/* kv_pool_promise sets N more pages aside; false, and none, when kv_pool_spare has fewer.
 * kv_pool_unpromise takes back the promise of N: to take them, or because nobody needs them. */
bool kv_pool_promise(struct kv_pool *kv, uint32_t n);
void kv_pool_unpromise(struct kv_pool *kv, uint32_t n);

/* kv_pool_take hands out a page whose memory is present (so that no step faults on it) and finite,
 * held once. There must be one: see kv_pool_spare. */
uint32_t kv_pool_take(struct kv_pool *kv);

/* kv_pool_hold adds a holder to a page that is held or idle. */
void kv_pool_hold(struct kv_pool *kv, uint32_t page);

/* kv_pool_give takes one away; true when it was the last, so that the page is free or idle. */
bool kv_pool_give(struct kv_pool *kv, uint32_t page);

/* kv_pool_keep makes a held page one that stays, idle, after its last holder. */
void kv_pool_keep(struct kv_pool *kv, uint32_t page);

/* kv_pool_is_own: does its holder hold PAGE alone, and can nobody find it? Reads nothing that
 * others than the holder change while that is so. */
bool kv_pool_is_own(const struct kv_pool *kv, uint32_t page);

/* kv_pool_copy_cost: pages fewer in kv_pool_spare after kv_pool_own(PAGE), 0 or 1. */
uint32_t kv_pool_copy_cost(const struct kv_pool *kv, uint32_t page);

/* kv_pool_own is copy on write: of PAGE, which the caller holds, it makes one that kv_pool_is_own,
 * with the same content. Returns it: PAGE itself, or a copy that is held in its place. Needs
 * kv_pool_copy_cost spare pages. */
uint32_t kv_pool_own(struct kv_pool *kv, uint32_t page);

/* kv_pool_drop_idle makes all idle pages free. */
void kv_pool_drop_idle(struct kv_pool *kv);

#endif
