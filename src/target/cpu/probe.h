/* probe: what the machine itself can do, measured with loops of our own: memory bandwidth,
 * arithmetic peaks, the time that a counter takes from one lane to another. Used by calibration
 * alone. */
#ifndef TAKT_TARGET_CPU_PROBE_H
#define TAKT_TARGET_CPU_PROBE_H

#include <stdint.h>

#include "base/err.h"
#include "target/cpu/kern.h"
#include "target/cpu/sample.h"

/* A crew runs a job once on each of its lanes and waits for all. */
struct crew;
takt_rc crew_open(struct crew **out, uint32_t n_lanes, takt_err *e);
void crew_close(struct crew *c);
/* crew_run calls JOB(arg, lane) on all lanes and returns the nanoseconds until the last was done.
 */
int64_t crew_run(struct crew *c, void (*job)(void *arg, uint32_t lane), void *arg);
/* crew_lost_ns: the longest time that one of the first N_LANES lanes waited for its processor
 * during the last crew_run. */
double crew_lost_ns(const struct crew *c, uint32_t n_lanes);
/* crew_sampler: what the probes below count disturbances with. It has no time to spare for repeats
 * unless it is given some. */
struct sampler *crew_sampler(struct crew *c);

/* probe_read: bytes per second at which N_LANES lanes of C (the first ones) read BUF, sent out of
 * the caches before: the median of the undisturbed rounds of the better of two loops. */
double probe_read(struct crew *c, uint32_t n_lanes, const uint8_t *buf, uint64_t bytes);

/* probe_read_again: the same for BYTES that are read over and over, by all N_LANES lanes together:
 * as much of them as the caches keep comes from there. */
double probe_read_again(struct crew *c, uint32_t n_lanes, const uint8_t *buf, uint64_t bytes);

/* probe_int8, probe_f32, probe_bf16 (by what multiplies bf16 fastest at that level, which may be as
 * f32): operations per second (a multiply-add is two) of all lanes at LEVEL,
 * operands in registers. */
double probe_int8(struct crew *c, uint32_t n_lanes, enum kern_level level);
double probe_f32(struct crew *c, uint32_t n_lanes, enum kern_level level);
double probe_bf16(struct crew *c, uint32_t n_lanes, enum kern_level level);

/* probe_sync_ns: half a round trip of a counter between lanes 0 and 1; 0 with one lane. */
double probe_sync_ns(struct crew *c, uint32_t n_lanes);

#endif
