/* process: what the system says about this process. Linux; allocates nothing. */
#ifndef TAKT_OBS_PROCESS_H
#define TAKT_OBS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/* Zero where the system does not tell. */
struct process_figures {
    uint64_t resident_bytes, virtual_bytes;
    uint64_t cpu_ns;  /* user and system, all threads */
    uint64_t max_fds; /* the soft limit; UINT64_MAX: none */
    double start_s;   /* when the process began, in seconds since 1970 */
};

/* process_read fills OUT, in about 20 us. Any thread. */
void process_read(struct process_figures *out);

/* process_fds counts the open descriptors. Kernels before 6.2 do not know the number: there it
 * returns false and leaves *n alone, unless SLOWLY allows to look at each of them (about half a
 * microsecond). Any thread. */
bool process_fds(uint64_t *n, bool slowly);

#endif
