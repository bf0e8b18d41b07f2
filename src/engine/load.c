#include "engine/load.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "compile/compile.h"
#include "engine/memory.h"

/* Smaller models are packed faster than a cache would be worth. */
enum { CACHE_BYTES_MIN = 32 << 20, LAYOUT_VERSION = 2 };

struct pack_progress {
    takt_progress_fn *fn;
    void *user;
};

static bool on_pack(void *user, uint64_t done, uint64_t total)
{
    struct pack_progress *p = user;
    return p->fn(p->user, "pack", done, total);
}

static takt_rc pack(uint8_t *dst, const struct plan *plan, const struct model *m,
                    takt_progress_fn *progress, void *user, takt_err *e)
{
    struct pack_progress p = {progress, user};
    return pack_weights(dst, plan, m, plan->n_lanes, progress ? on_pack : NULL, &p, e);
}

/* All that the packed bytes depend on: the source's weights, the layout, and which matrix lies
 * where. */
static takt_rc cache_key(uint8_t key[CACHE_KEY_BYTES], const struct plan *plan,
                         const struct model *m, takt_err *e)
{
    uint8_t source[32];
    char text[256];
    struct sha256 s;
    TAKT_TRY(model_fingerprint(m, source, e));
    sha256_init(&s);
    sha256_add(&s, source, sizeof source);
    int n = snprintf(text, sizeof text, "takt weights %d", LAYOUT_VERSION);
    sha256_add(&s, text, (size_t)n);
    for (uint32_t i = 0; i < plan->n_weights; i++) {
        const struct plan_weight *w = &plan->weight[i];
        n = snprintf(text, sizeof text, "\n%.100s %d %d %u %u %u %u %llu %llu", w->name,
                     (int)w->form, (int)w->type, w->rows, w->cols, w->n_experts, w->pair_at,
                     (unsigned long long)w->offset, (unsigned long long)w->bytes);
        sha256_add(&s, text, (size_t)n);
        if (w->form == PLAN_WEIGHT_CONST)
            sha256_add(&s, w->values, w->cols * sizeof *w->values);
    }
    sha256_end(&s, key);
    return TAKT_OK;
}

static void *sync_in_background(void *key)
{
    cache_sync(key, NULL); /* on failure the file is packed again after the machine's next start */
    free(key);
    return NULL;
}

/* Makes a file that an earlier start packed last beyond the machine's next start. Not done while
 * the packing is fresh: writing gigabytes to the disk would slow the first answer, and the system
 * does that by itself soon. */
static void keep_for_good(const uint8_t key[CACHE_KEY_BYTES])
{
    pthread_t thread;
    uint8_t *copy = malloc(CACHE_KEY_BYTES);
    if (!copy)
        return;
    memcpy(copy, key, CACHE_KEY_BYTES);
    if (pthread_create(&thread, NULL, sync_in_background, copy) == 0)
        pthread_detach(thread);
    else
        free(copy);
}

/* Packs into a new file of the cache folder. False when there can be none (full, read-only):
 * nothing is left behind. */
static bool pack_into_cache(struct weights *w, const struct plan *plan, const struct model *m,
                            takt_progress_fn *progress, void *user, takt_rc *rc, takt_err *e)
{
    struct cache_writer file = {0};
    takt_err ignored;
    if (cache_create(&file, w->key, plan->weights_bytes, &ignored).code)
        return false;
    *rc = pack(file.p, plan, m, progress, user, e);
    if (rc->code) {
        cache_abort(&file);
        return true;
    }
    takt_rc named = cache_commit(&file, &w->map, &ignored);
    (void)named; /* without a name the memory is as good as any */
    w->p = w->map.p;
    return true;
}

takt_rc weights_load(struct weights *w, const struct plan *plan, const struct model *m,
                     bool use_cache, takt_progress_fn *progress, void *user, takt_err *e)
{
    *w = (struct weights){.bytes = plan->weights_bytes};
    if (use_cache && plan->weights_bytes >= CACHE_BYTES_MIN) {
        takt_rc rc = TAKT_OK;
        TAKT_TRY(cache_key(w->key, plan, m, e));
        if (cache_open(&w->map, w->key, plan->weights_bytes)) {
            w->p = w->map.p;
            w->from_cache = true;
            if (!w->map.is_synced)
                keep_for_good(w->key);
            return memory_populate(w->p, w->bytes, progress, user, e);
        }
        if (pack_into_cache(w, plan, m, progress, user, &rc, e))
            return rc;
    }
    TAKT_TRY(memory_reserve(&w->own, plan->weights_bytes, "weights", e));
    w->p = w->own;
    return pack(w->own, plan, m, progress, user, e);
}

void weights_release(struct weights *w)
{
    if (w->map.p)
        cache_close(&w->map);
    if (w->own)
        memory_release(w->own, w->bytes);
    *w = (struct weights){0};
}
