/* step: who runs which tiles when. One `struct step` serves all steps of a plan.
 *
 * Every task has a counter of finished tiles, every instruction a cursor of claimed ones. A lane
 * works through its own stream: it waits until the counters that a task depends on are full, claims
 * chunks of its range and runs them. When it has to wait, and when its stream is done, it claims
 * from the streams of others whatever is ready, so that a lane whose core was taken away delays
 * nothing but the chunk it is in. Nothing depends on who runs a tile.
 *
 * Nothing is reset between steps. Runs of a program are numbered from 1; a counter only grows and
 * is full in run R at R * n_tiles; a cursor carries the run it belongs to, and one of run R - 1
 * counts as untouched in run R. A lane that comes late to a run that is over finds full counters
 * and cursors of this or a later run, claims nothing and leaves. */
#ifndef TAKT_TARGET_CPU_STEP_H
#define TAKT_TARGET_CPU_STEP_H

#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"
#include "target/target.h"

struct step;

/* step_work: what runs a claimed chunk: tiles BEGIN..END-1 of T on LANE. */
typedef void step_work(void *user, const struct plan_program *prog, const struct plan_task *t,
                       uint32_t begin, uint32_t end, uint32_t lane);

/* step_open: for PLAN (verified; borrowed). Error: MEMORY. */
takt_rc step_open(struct step **out, const struct plan *plan, step_work *work, void *user,
                  takt_err *e);
void step_close(struct step *s);

/* step_begin numbers a new run of program INDEX and returns its word for lane_team_announce. Lane
 * 0, when the run before is over. */
uint64_t step_begin(struct step *s, uint32_t index);

/* step_lane runs LANE's part of the run WORD. Returns when the whole run is over. */
void step_lane(struct step *s, uint32_t lane, uint64_t word);

/* step_trace: see target_trace. */
void step_trace(struct step *s, struct target_event *events, uint32_t cap, uint32_t *n_events);

#endif
