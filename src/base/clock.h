/* clock: monotonic time. */
#ifndef TAKT_BASE_CLOCK_H
#define TAKT_BASE_CLOCK_H

#include <stdint.h>

/* clock_ns is the nanoseconds of CLOCK_MONOTONIC since some point in the past: never set back, the
 * same for all threads. About 25 ns per call. */
int64_t clock_ns(void);

#endif
