/* topo: what this machine lets the process use: cores, quota, caches. */
#ifndef TAKT_BASE_TOPO_H
#define TAKT_BASE_TOPO_H

#include <stdint.h>

enum { TOPO_CPUS_MAX = 1024 };

struct topo {
    char model[64];  /* "AMD EPYC 9B14"; "unknown cpu" when the system does not say */
    uint32_t n_cpus; /* logical cpus of the affinity mask, at least 1 */
    uint32_t
        cpu[TOPO_CPUS_MAX]; /* their numbers: first one of every physical core, then the siblings */
    uint32_t n_cores;       /* physical cores among them */
    double quota;           /* cpus that the control group grants, 0: unlimited */
    uint64_t l2_bytes;      /* of one core; 0: unknown */
    uint64_t l3_bytes;      /* the last level that several cores share; 0: none or unknown */
};

/* topo_read fills T from the affinity mask (as it was at the first call in this process), /proc and
 * /sys. Never fails: what cannot be read takes the default stated above. */
void topo_read(struct topo *t);

/* topo_lanes: threads that can run at full speed at once: physical cores, cut by the quota (rounded
 * down), at least 1. */
uint32_t topo_lanes(const struct topo *t);

#endif
