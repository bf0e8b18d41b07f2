#include "engine/kv.h"

#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "engine/memory.h"

takt_rc kv_pool_init(struct kv_pool *kv, uint32_t n_pages, uint64_t page_bytes, takt_err *e)
{
    *kv = (struct kv_pool){.page_bytes = page_bytes, .n_pages = n_pages, .n_free = n_pages};
    uint64_t bytes;
    if (!size_mul(n_pages, page_bytes, &bytes))
        return err_set(e, TAKT_ERR_LIMIT, "KV cache", "%u pages are too many", n_pages);
    TAKT_TRY(memory_reserve(&kv->base, bytes, "KV cache", e));
    kv->free = malloc(n_pages * sizeof *kv->free);
    kv->backed = calloc(n_pages, 1);
    if (!kv->free || !kv->backed) {
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
    free(kv->backed);
    *kv = (struct kv_pool){0};
}

takt_rc kv_pool_take(struct kv_pool *kv, uint32_t *page, takt_err *e)
{
    if (kv->n_free == 0)
        return err_set(e, TAKT_ERR_LIMIT, "KV cache",
                       "all %u pages are in use; end a sequence or use a larger context",
                       kv->n_pages);
    uint32_t id = kv->free[kv->n_free - 1];
    /* A page's first use writes it wholly, so that its memory is there before a step needs it.
     * Later owners find the finite values of earlier ones, which no visible position refers to. */
    if (!kv->backed[id]) {
        memset(kv->base + id * kv->page_bytes, 0, kv->page_bytes);
        kv->backed[id] = 1;
    }
    kv->n_free--;
    *page = id;
    return TAKT_OK;
}

void kv_pool_give(struct kv_pool *kv, uint32_t page)
{
    takt_assert(page < kv->n_pages && kv->n_free < kv->n_pages);
    kv->free[kv->n_free++] = page;
}
