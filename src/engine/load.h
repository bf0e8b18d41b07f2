/* load: packed weights into memory, from the cache folder or by packing them now.
 *
 * They stay a map of the cache's file, which all processes share and which a start need not copy.
 * Where the file system keeps huge pages (ext4 since Linux 6.16, XFS), decoding from the map is as
 * fast as from huge pages of anonymous memory: 36.0 against 35.7 tokens/s, 1B Q4_K_M, medians of
 * five in turns. What is mapped of the model's own file is let go. */
#ifndef TAKT_ENGINE_LOAD_H
#define TAKT_ENGINE_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/turn.h"
#include "model/cache.h"
#include "model/model.h"
#include "plan/plan.h"

struct weights {
    const uint8_t *p; /* plan->weights_bytes, 64-byte aligned */
    uint64_t bytes;
    uint8_t key[CACHE_KEY_BYTES];
    struct cache_map map; /* of the cache folder: read-only, shared between processes */
    uint8_t *own;         /* or memory of this process alone */
    bool from_cache;      /* packed by an earlier start */
};

/* weights_load maps or packs the weights of PLAN from M. A cache folder that cannot be used is no
 * error: the weights are then packed into plain memory. With a TURN that others take for their
 * steps it works on one thread, and a window or two of weights in each turn. On failure W is still
 * to be released. */
takt_rc weights_load(struct weights *w, const struct plan *plan, const struct model *m,
                     bool use_cache, struct turn *turn, takt_progress_fn *progress, void *user,
                     takt_err *e);
void weights_release(struct weights *w);

#endif
