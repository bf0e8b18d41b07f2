/* load: packed weights into memory, from the cache folder or by packing them now. */
#ifndef TAKT_ENGINE_LOAD_H
#define TAKT_ENGINE_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/model.h"
#include "plan/plan.h"

struct weights {
    const uint8_t *p; /* plan->weights_bytes, 64-byte aligned */
    uint64_t bytes;
    bool from_cache; /* mapped from the cache folder: read-only, shared between processes */
    void *map;       /* what to release */
    uint64_t map_bytes;
    bool is_anonymous;
};

/* weights_load maps or packs the weights of PLAN from M. Errors of the cache folder are not errors:
 * the weights are then packed into plain memory. */
takt_rc weights_load(struct weights *w, const struct plan *plan, const struct model *m,
                     bool use_cache, takt_progress_fn *progress, void *user, takt_err *e);
void weights_release(struct weights *w);

#endif
