#include "engine/load.h"

#include "compile/compile.h"
#include "engine/memory.h"

struct pack_progress {
    takt_progress_fn *fn;
    void *user;
};

static bool on_pack(void *user, uint64_t done, uint64_t total)
{
    struct pack_progress *p = user;
    return p->fn(p->user, "pack", done, total);
}

static takt_rc pack(uint8_t *dst, const struct plan *plan, const struct model *m, takt_progress_fn *progress, void *user,
                    takt_err *e)
{
    struct pack_progress p = {progress, user};
    return pack_weights(dst, plan, m, plan->n_lanes, progress ? on_pack : NULL, &p, e);
}

takt_rc weights_load(struct weights *w, const struct plan *plan, const struct model *m, bool use_cache,
                     takt_progress_fn *progress, void *user, takt_err *e)
{
    (void)use_cache;
    *w = (struct weights){.bytes = plan->weights_bytes};
    uint8_t *dst;
    TAKT_TRY(memory_reserve(&dst, plan->weights_bytes, "weights", e));
    *w = (struct weights){.p = dst, .bytes = plan->weights_bytes, .map = dst, .map_bytes = plan->weights_bytes, .is_anonymous = true};
    takt_rc rc = pack(dst, plan, m, progress, user, e);
    if (rc.code)
        weights_release(w);
    return rc;
}

void weights_release(struct weights *w)
{
    if (w->is_anonymous)
        memory_release(w->map, w->map_bytes);
    *w = (struct weights){0};
}
