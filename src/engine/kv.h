/* kv: the pool of KV pages that all sequences of an engine share.
 *
 * One address range, reserved for all pages and backed page by page as they are handed out: a page
 * that was never used costs no memory. A page holds LAYOUT_PAGE positions of all layers
 * (plan/layout.h). */
#ifndef TAKT_ENGINE_KV_H
#define TAKT_ENGINE_KV_H

#include <stdint.h>

#include "base/err.h"

struct kv_pool {
    uint8_t *base;
    uint64_t page_bytes;
    uint32_t n_pages, n_free;
    uint32_t *free;  /* [n_free] ids, a stack */
    uint8_t *backed; /* [n_pages] was handed out before */
};

/* kv_pool_init reserves N_PAGES pages. */
takt_rc kv_pool_init(struct kv_pool *kv, uint32_t n_pages, uint64_t page_bytes, takt_err *e);
void kv_pool_release(struct kv_pool *kv);

/* kv_pool_take hands out a page whose memory is present (so that no step faults on it) and finite.
 * TAKT_ERR_LIMIT when all are in use. */
takt_rc kv_pool_take(struct kv_pool *kv, uint32_t *page, takt_err *e);
void kv_pool_give(struct kv_pool *kv, uint32_t page);

#endif
