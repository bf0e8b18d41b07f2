/* target: a machine that executes plans. Today `cpu`; the interface is what the engine may use of
 * any.
 *
 * A target is opened on a verified plan and three memory regions that the caller owns; it starts
 * its lanes and runs steps. It sees no graph and no file. */
#ifndef TAKT_TARGET_TARGET_H
#define TAKT_TARGET_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"
#include "plan/profile.h"

struct target;

/* A measured instruction, for timelines (takt plan --trace, takt bench). */
struct target_event {
    uint32_t lane, task;
    uint32_t tiles;
    int64_t begin_ns, end_ns; /* since the step began */
};

struct target_options {
    uint32_t n_lanes; /* must equal plan->n_lanes */
    const char *isa;  /* level to force, or NULL for the best that works here */
    bool no_pinning;
};

/* target_cpu_isa_pick resolves the kernel level: FORCED (a name) or the best that cpuid reports and
 * that passes a trial run (flags can lie in virtual machines). *name is static. Errors: unknown
 * level (lists the known), level not usable here. */
takt_rc target_cpu_isa_pick(const char **name, const char *forced, takt_err *e);

/* target_cpu_lanes_default: cores this process may use (affinity mask and cgroup quota), at
 * least 1. */
uint32_t target_cpu_lanes_default(void);

/* target_cpu_describe writes "cpu model, N lanes, isa" for the profile's machine string. */
void target_cpu_describe(char *buf, size_t buf_bytes, uint32_t n_lanes, const char *isa);

/* target_cpu_calibrate measures P (bandwidth, peaks, per-operation costs; matmul rows of the types
 * in TYPES only; what was measured undisturbed is kept) with N_LANES lanes at ISA. Takes a few
 * seconds at most; what other work disturbs is repeated within that time, and marked in P if it
 * stayed disturbed (profile_is_disturbed). PROGRESS (may be NULL) is called with 0..1; false from
 * it cancels (TAKT_ERR_CANCELLED). */
takt_rc target_cpu_calibrate(struct profile *p, uint32_t n_lanes, const char *isa,
                             const enum qtype *types, uint32_t n_types,
                             bool (*progress)(void *, double), void *user, takt_err *e);

/* target_cpu_busy: is other work at the processors that N_LANES lanes would run on? Takes 20 ms. */
takt_rc target_cpu_busy(bool *busy, uint32_t n_lanes, takt_err *e);

/* target_cpu_moment: bytes per second at which N_LANES lanes read just now what steps read, BYTES
 * of weights each, and the nanoseconds after which one sees what another wrote (0 with one lane).
 * From memory, where they are too many for the caches to keep from step to step; so many that some
 * may stay there are read over and over. Takes about 50 ms, much less for few, and at most 128 MB
 * of memory for that time. */
takt_rc target_cpu_moment(double *bytes_per_s, double *sync_ns, uint32_t n_lanes, uint64_t bytes,
                          takt_err *e);

/* target_cpu_open: PLAN, WEIGHTS (plan->weights_bytes, 64-byte aligned), KV (the page pool's base)
 * stay the caller's and outlive the target. Allocates the activation region and the lanes' scratch,
 * pre-faults them, starts lanes 1.. as threads (the caller of target_step is lane 0). */
takt_rc target_cpu_open(struct target **out, const struct plan *plan, const void *weights, void *kv,
                        const struct target_options *opt, takt_err *e);
void target_close(struct target *t);

/* target_step executes one step of PROGRAM under FACTS (checked only by assertions: the engine made
 * them). Returns when all lanes are done. No allocation, lock or system call while lanes are awake.
 * Returns the step's duration in ns. */
int64_t target_step(struct target *t, const struct plan_program *program,
                    const struct plan_facts *facts);

/* target_cpu_used_ns: processor time that all lanes have used so far, once there was a step. */
int64_t target_cpu_used_ns(const struct target *t);

/* target_logits: row I of the last step's logits, f32 [n_vocab]; valid until the next step. */
const float *target_logits(const struct target *t, uint32_t i);

/* target_pool adds the hidden rows of tokens FIRST to FIRST+N-1 of the last step, after the final
 * norm, to SUM (n_embd values), one after the other: so the sum does not depend on how tokens came
 * to steps. The step's program must have hidden rows. */
void target_pool(struct target *t, uint32_t first, uint32_t n, double *sum);

/* target_park lets the lanes sleep (they do so by themselves after a short time without a step). */
void target_park(struct target *t);

/* target_trace starts (events != NULL, CAP of them per lane) or stops recording; *n_events of the
 * last step per lane are then in events[lane * cap ...]. */
void target_trace(struct target *t, struct target_event *events, uint32_t cap, uint32_t *n_events);

#endif
