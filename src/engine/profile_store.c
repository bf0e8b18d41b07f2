#include "engine/profile_store.h"

#include <string.h>

#include "target/target.h"

struct calibration {
    takt_progress_fn *fn;
    void *user;
};

static bool on_calibrate(void *user, double done)
{
    struct calibration *c = user;
    return c->fn(c->user, "calibrate", (uint64_t)(done * 1000), 1000);
}

takt_rc profile_get(struct profile *p, uint32_t n_lanes, const char *isa, const enum qtype *types,
                    uint32_t n_types, takt_progress_fn *progress, void *user, takt_err *e)
{
    struct calibration c = {progress, user};
    *p = (struct profile){.version = PROFILE_VERSION, .n_lanes = n_lanes};
    target_cpu_describe(p->machine, sizeof p->machine, n_lanes, isa);
    return target_cpu_calibrate(p, n_lanes, isa, types, n_types, progress ? on_calibrate : NULL, &c, e);
}
