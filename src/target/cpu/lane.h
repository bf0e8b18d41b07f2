/* lane: the threads of a target. Lane 0 is the thread that calls; lanes 1.. are pinned threads that
 * spin for work and sleep on a futex when none came for about a millisecond. While a step runs no
 * lane calls the system, unless the lanes are crowded (lane_crowded).
 *
 * Work is announced as a 64-bit word that differs from the one before. Nobody waits for a lane that
 * does not come: how lanes share the work, and when it is done, is the business of `run` (see
 * step.h). */
#ifndef TAKT_TARGET_CPU_LANE_H
#define TAKT_TARGET_CPU_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct lane_team;

/* lane_run: called on lanes 1.. for every announced word that the lane notices (an idle lane may
 * miss one when a later one follows), with denormals flushed. */
typedef void lane_run(void *user, uint32_t lane, uint64_t word);

/* lane_team_open starts N_LANES - 1 threads. PIN: each lane to one core, where the process has as
 * many as lanes. Errors: IO (no thread), MEMORY. */
takt_rc lane_team_open(struct lane_team **out, uint32_t n_lanes, bool pin, lane_run *run,
                       void *user, takt_err *e);
/* lane_team_close ends the threads and gives the calling thread, if it was lane 0, its cores back;
 * no work may be under way. NULL is allowed. */
void lane_team_close(struct lane_team *team);

/* lane_team_enter makes the calling thread lane 0: pins it (once per thread) and sets its float
 * state, which is returned for lane_team_leave. */
uint32_t lane_team_enter(struct lane_team *team);
void lane_team_leave(uint32_t float_state);

/* lane_team_announce wakes what sleeps (the only system call, and only then) and publishes WORD
 * (not 0, not UINT64_MAX): all that lane 0 wrote before is visible to the lanes that run it. */
void lane_team_announce(struct lane_team *team, uint64_t word);

/* lane_team_cpu_ns: processor time of all lanes so far, once lane 0 has entered. */
int64_t lane_team_cpu_ns(const struct lane_team *team);

/* lane_team_park lets the idle lanes sleep at once. */
void lane_team_park(struct lane_team *team);

/* lane_crowded: N_LANES are more than the processors that this process may use, so that a lane that
 * waits may keep the one that it waits for from running. Where they are not, waiting lanes never
 * call the system while a step runs: they pause. */
bool lane_crowded(uint32_t n_lanes);

/* lane_pause: a polite turn of a spin loop. lane_wait_turn is for crowded loops that wait for
 * another lane: TURN counts from 0; long waits give up the processor. */
static inline void lane_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
void lane_wait_turn(uint32_t turn);

#endif
