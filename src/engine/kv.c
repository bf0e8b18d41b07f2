#include "engine/kv.h"

#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "engine/memory.h"

takt_rc kv_pool_init(struct kv_pool *kv, uint32_t n_pages, uint64_t page_bytes, takt_err *e)
{
    *kv = (struct kv_pool){.page_bytes = page_bytes,
                           .n_pages = n_pages,
                           .n_free = n_pages,
                           .oldest = KV_NONE,
                           .newest = KV_NONE};
    uint64_t bytes;
    if (n_pages == KV_NONE || !size_mul(n_pages, page_bytes, &bytes))
        return err_set(e, TAKT_ERR_LIMIT, "KV cache", "%u pages are too many", n_pages);
    TAKT_TRY(memory_reserve(&kv->base, bytes, "KV cache", e));
    kv->free = malloc(n_pages * sizeof *kv->free);
    kv->page = calloc(n_pages, sizeof *kv->page);
    if (!kv->free || !kv->page) {
        kv_pool_release(kv);
        return err_set(e, TAKT_ERR_MEMORY, "KV cache", "no memory for its page list");
    }
    for (uint32_t i = 0; i < n_pages; i++)
        kv->free[i] = n_pages - 1 - i; /* lowest ids first */
    return TAKT_OK;
}

void kv_pool_release(struct kv_pool *kv)
{
    memory_release(kv->base, kv->n_pages * kv->page_bytes);
    free(kv->free);
    free(kv->page);
    *kv = (struct kv_pool){0};
}

uint32_t kv_pool_spare(const struct kv_pool *kv)
{
    return kv->n_free + kv->n_idle - kv->n_promised;
}

takt_rc kv_pool_full(const struct kv_pool *kv, takt_err *e)
{
    return err_set(e, TAKT_ERR_LIMIT, "KV cache",
                   "all %u pages are in use; end a sequence or use a larger context", kv->n_pages);
}

bool kv_pool_promise(struct kv_pool *kv, uint32_t n)
{
    if (n > kv_pool_spare(kv))
        return false;
    kv->n_promised += n;
    return true;
}

void kv_pool_unpromise(struct kv_pool *kv, uint32_t n)
{
    takt_assert(n <= kv->n_promised);
    kv->n_promised -= n;
}

/* ---- idle pages ---- */

static void append_idle(struct kv_pool *kv, uint32_t page)
{
    struct kv_page *p = &kv->page[page];
    p->older = kv->newest;
    p->newer = KV_NONE;
    *(kv->newest == KV_NONE ? &kv->oldest : &kv->page[kv->newest].newer) = page;
    kv->newest = page;
    kv->n_idle++;
}

static void unlink_idle(struct kv_pool *kv, uint32_t page)
{
    struct kv_page *p = &kv->page[page];
    *(p->older == KV_NONE ? &kv->oldest : &kv->page[p->older].newer) = p->newer;
    *(p->newer == KV_NONE ? &kv->newest : &kv->page[p->newer].older) = p->older;
    kv->n_idle--;
}

static void unkeep(struct kv_pool *kv, uint32_t page)
{
    kv->drop(kv->drop_user, page);
    kv->page[page].kept = false;
}

/* The page that has been idle longest, out of the list and forgotten. */
static uint32_t drop_oldest(struct kv_pool *kv)
{
    uint32_t page = kv->oldest;
    unlink_idle(kv, page);
    unkeep(kv, page);
    return page;
}

void kv_pool_drop_idle(struct kv_pool *kv)
{
    while (kv->n_idle)
        kv->free[kv->n_free++] = drop_oldest(kv);
}

/* ---- holders ---- */

/* A page's first use writes it wholly, so that its memory is there before a step needs it. Later
 * owners find the finite values of earlier ones, which no visible position refers to. */
static void back(struct kv_pool *kv, uint32_t page)
{
    if (kv->page[page].backed)
        return;
    memset(kv->base + page * kv->page_bytes, 0, kv->page_bytes);
    kv->page[page].backed = true;
}

void kv_pool_back(struct kv_pool *kv, uint32_t from, uint32_t n)
{
    for (uint32_t i = from; i < kv->n_pages && i - from < n; i++)
        back(kv, i);
}

static uint32_t take_any(struct kv_pool *kv)
{
    takt_assert(kv->n_free + kv->n_idle > 0);
    uint32_t id = kv->n_free ? kv->free[--kv->n_free] : drop_oldest(kv);
    back(kv, id);
    kv->page[id].refs = 1;
    return id;
}

uint32_t kv_pool_take(struct kv_pool *kv)
{
    takt_assert(kv_pool_spare(kv) > 0);
    return take_any(kv);
}

void kv_pool_hold(struct kv_pool *kv, uint32_t page)
{
    struct kv_page *p = &kv->page[page];
    takt_assert(page < kv->n_pages && (p->refs || p->kept));
    if (p->refs++ == 0) {
        /* An idle page can be promised to somebody; who holds one has asked kv_pool_spare. */
        unlink_idle(kv, page);
        takt_assert(kv->n_free + kv->n_idle >= kv->n_promised);
    }
}

bool kv_pool_give(struct kv_pool *kv, uint32_t page)
{
    struct kv_page *p = &kv->page[page];
    takt_assert(page < kv->n_pages && p->refs > 0);
    if (--p->refs)
        return false;
    if (p->kept)
        append_idle(kv, page);
    else
        kv->free[kv->n_free++] = page;
    return true;
}

void kv_pool_keep(struct kv_pool *kv, uint32_t page)
{
    takt_assert(kv->drop && kv->page[page].refs > 0 && !kv->page[page].kept);
    kv->page[page].kept = true;
}

bool kv_pool_is_own(const struct kv_pool *kv, uint32_t page)
{
    return kv->page[page].refs == 1 && !kv->page[page].kept;
}

uint32_t kv_pool_copy_cost(const struct kv_pool *kv, uint32_t page)
{
    return kv->page[page].refs > 1; /* a kept page with one holder is idle afterwards */
}

uint32_t kv_pool_own(struct kv_pool *kv, uint32_t page)
{
    if (kv_pool_is_own(kv, page))
        return page;
    takt_assert(kv_pool_spare(kv) >= kv_pool_copy_cost(kv, page));
    if (kv->n_free + kv->n_idle == 0) { /* no room for a copy: it is no longer kept */
        unkeep(kv, page);
        return page;
    }
    uint32_t own = take_any(kv);
    memcpy(kv->base + own * kv->page_bytes, kv->base + page * kv->page_bytes, kv->page_bytes);
    kv_pool_give(kv, page);
    return own;
}
