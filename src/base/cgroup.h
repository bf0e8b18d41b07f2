/* cgroup: what the control groups of this process, its own and all above, grant it (versions 1
 * and 2). */
#ifndef TAKT_BASE_CGROUP_H
#define TAKT_BASE_CGROUP_H

#include <stdint.h>

/* cgroup_cpus: processors that the tightest quota grants (1.5: one and a half); 0: there is none.
 * ROOT is put before /proc and /sys: "" but in tests. */
double cgroup_cpus(const char *root);

/* cgroup_memory_left: bytes that the process can still use before the tightest limit makes the
 * system kill it (memory.max) or hold it up (memory.high); cached file pages that can be dropped do
 * not count as used. UINT64_MAX: there is no limit. */
uint64_t cgroup_memory_left(const char *root);

#endif
