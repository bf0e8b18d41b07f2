/* profile_store: the machine profile, kept in the cache folder, measured when it is missing. */
#ifndef TAKT_ENGINE_PROFILE_STORE_H
#define TAKT_ENGINE_PROFILE_STORE_H

#include "base/err.h"
#include "plan/profile.h"

struct profile_progress {
    takt_progress_fn *fn; /* may be NULL; gets "calibrate", permille done */
    void *user;
};

/* profile_get fills P for this machine, N_LANES and ISA, with figures for TYPES: from the cache
 * folder when they are there (unless ANEW), else by measuring what is missing and storing it.
 * Figures that other work disturbed are stored marked, and measured again by the next call after a
 * minute that finds the machine quiet. A cache folder that cannot be written is no error. */
takt_rc profile_get(struct profile *p, uint32_t n_lanes, const char *isa, const enum qtype *types,
                    uint32_t n_types, const struct profile_progress *progress, bool anew,
                    takt_err *e);

/* profile_put stores P for the machine that it names (p->machine, see target_cpu_describe), as
 * profile_get does by itself; tests store made-up figures. */
takt_rc profile_put(const struct profile *p, takt_err *e);

#endif
