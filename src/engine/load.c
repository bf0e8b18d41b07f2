#include "engine/load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/thread.h"
#include "compile/compile.h"
#include "engine/memory.h"

/* Smaller models are packed faster than a cache would be worth. */
enum { CACHE_BYTES_MIN = 32 << 20, LAYOUT_VERSION = 3 };

enum {
    LET_GO_BYTES = 32 << 20,
    BRING_WINDOWS = 16, /* of a thread at a time */
    BRING_SLICE = 2,    /* ... in a turn */
};
_Static_assert((int)PACK_WINDOW == (int)CACHE_WINDOW, "windows are packed for the cache");

/* Packing: what the model's file maps is let go now and then, so that not both forms of the weights
 * are resident at once. */
struct pack_progress {
    const struct model *m;
    struct turn *turn;  /* that packing has */
    uint64_t let_go_at; /* bytes done */
    takt_progress_fn *fn;
    void *user;
};

static bool on_pack(void *user, uint64_t done, uint64_t total)
{
    struct pack_progress *p = user;
    if (done >= p->let_go_at) {
        model_let_go(p->m);
        p->let_go_at = done + LET_GO_BYTES;
    }
    bool goes_on = !p->fn || p->fn(p->user, "pack", done, total);
    turn_give(p->turn);
    turn_take(p->turn);
    return goes_on;
}

/* Threads that pack: where others want the processors, too, one, in turns. */
static uint32_t pack_threads(const struct plan *plan, const struct pack_progress *p)
{
    return p->turn ? 1 : plan->n_lanes;
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

static takt_rc put_window(void *file, uint64_t i, const uint8_t *p, takt_err *e)
{
    return cache_write(file, i, p, e);
}

/* Packs into a new file of the cache folder. False when there can be none (full, read-only):
 * nothing is left behind. */
static bool pack_into_cache(struct weights *w, const struct plan *plan, const struct model *m,
                            struct pack_progress *p, takt_rc *rc, takt_err *e)
{
    struct cache_writer file = {0};
    struct pack_sink sink = {put_window, &file};
    takt_err ignored;
    const char *slash = strrchr(m->path, '/');
    if (cache_create(&file, w->key, slash && slash[1] ? slash + 1 : m->path, w->bytes, &ignored)
            .code)
        return false;
    turn_take(p->turn);
    *rc = pack_windows(&sink, plan, m, pack_threads(plan, p), on_pack, p, e);
    turn_give(p->turn);
    if (rc->code) {
        cache_abort(&file);
        return rc->code != TAKT_ERR_IO;
    }
    takt_rc named = cache_commit(&file, &w->map, &ignored);
    w->p = w->map.p;
    if (w->p && !named.code)
        model_drop(m); /* the next start needs little of it */
    return w->p != NULL;
}

/* Packs into memory of this process alone. */
static takt_rc pack_into_memory(struct weights *w, const struct plan *plan, const struct model *m,
                                struct pack_progress *p, takt_err *e)
{
    TAKT_TRY(memory_reserve(&w->own, w->bytes, "weights", e));
    w->p = w->own;
    turn_take(p->turn);
    takt_rc rc = pack_weights(w->own, plan, m, pack_threads(plan, p), on_pack, p, e);
    turn_give(p->turn);
    return rc;
}

/* ---- mapping what an earlier start packed ---- */

struct bring {
    struct weights *w;
    struct turn *turn;
    uint64_t n_windows, at_once;
    atomic_uint_fast64_t next, done;
    atomic_bool stopped, damaged;
    takt_progress_fn *progress;
    void *user;
};

/* Brings windows into memory, checking them where that is due. The caller's own thread reports. */
static void bring_windows(struct bring *b, bool reports)
{
    const struct cache_map *m = &b->w->map;
    uint64_t i;
    while (!atomic_load(&b->stopped) &&
           (i = atomic_fetch_add(&b->next, b->at_once)) < b->n_windows) {
        uint64_t end = i + b->at_once < b->n_windows ? i + b->at_once : b->n_windows;
        uint64_t at = i * CACHE_WINDOW, left = m->bytes - at;
        uint64_t n = left < (end - i) * CACHE_WINDOW ? left : (end - i) * CACHE_WINDOW;
        memory_populate(m->p + at, n); /* waits for the disk: not in a turn */
        if (!m->is_checked)
            turn_take(b->turn);
        for (; i < end && !m->is_checked; i++)
            if (!cache_check(m, i)) {
                atomic_store(&b->damaged, true);
                atomic_store(&b->stopped, true);
            }
        if (!m->is_checked)
            turn_give(b->turn);
        uint64_t done = atomic_fetch_add(&b->done, n) + n;
        if (reports && b->progress && !b->progress(b->user, "load", done, m->bytes))
            atomic_store(&b->stopped, true);
    }
}

static void *bring_in_thread(void *arg)
{
    bring_windows(arg, false);
    return NULL;
}

/* False when the file is damaged; it is then gone. */
static bool bring(struct weights *w, uint32_t n_threads, const struct pack_progress *p, takt_rc *rc,
                  takt_err *e)
{
    enum { THREADS_MAX = 64 };
    struct bring b = {.w = w,
                      .turn = p->turn,
                      .n_windows = cache_windows(w->bytes),
                      .at_once = p->turn ? BRING_SLICE : BRING_WINDOWS,
                      .progress = p->fn,
                      .user = p->user};
    pthread_t thread[THREADS_MAX];
    uint32_t n = 0;
    while (n + 1 < n_threads && n < THREADS_MAX &&
           thread_start(&thread[n], bring_in_thread, &b) == 0)
        n++;
    bring_windows(&b, true);
    while (n > 0)
        pthread_join(thread[--n], NULL);
    if (atomic_load(&b.damaged)) {
        cache_reject(&w->map);
        return false;
    }
    if (atomic_load(&b.stopped)) {
        *rc = err_set(e, TAKT_ERR_CANCELLED, "weights", "loading was interrupted");
        return true;
    }
    if (!w->map.is_checked)
        cache_checked(&w->map);
    w->p = w->map.p;
    w->from_cache = true;
    return true;
}

takt_rc weights_load(struct weights *w, const struct plan *plan, const struct model *m,
                     bool use_cache, struct turn *turn, takt_progress_fn *progress, void *user,
                     takt_err *e)
{
    takt_rc rc = TAKT_OK;
    struct pack_progress p = {
        .m = m, .turn = turn, .let_go_at = LET_GO_BYTES, .fn = progress, .user = user};
    *w = (struct weights){.bytes = plan->weights_bytes};
    bool done = false;
    if (use_cache && plan->weights_bytes >= CACHE_BYTES_MIN) {
        TAKT_TRY(cache_key(w->key, plan, m, e));
        done =
            cache_open(&w->map, w->key, w->bytes) && bring(w, pack_threads(plan, &p), &p, &rc, e);
        done = done || pack_into_cache(w, plan, m, &p, &rc, e);
    }
    if (!done)
        rc = pack_into_memory(w, plan, m, &p, e);
    model_let_go(m);
    return rc;
}

void weights_release(struct weights *w)
{
    if (w->map.p)
        cache_close(&w->map);
    if (w->own)
        memory_release(w->own, w->bytes);
    *w = (struct weights){0};
}
