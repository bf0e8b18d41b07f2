/* schedule: cuts tasks into tiles and gives the tiles to lanes. Private to compile/. */
#ifndef TAKT_COMPILE_SCHEDULE_H
#define TAKT_COMPILE_SCHEDULE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "plan/plan.h"

/* schedule_tiles sets tile_rows or tile_tokens and n_tiles of T for N_TOKENS rows (tokens, or
 * outputs for tasks after the gathering norm). Tiles are a matter of speed alone: no bit depends on
 * them. */
void schedule_tiles(struct plan_task *t, uint32_t n_tokens, uint32_t n_lanes);

/* schedule_lanes writes LANE[n_lanes]: for each lane, in task order, its share of each task's tiles
 * as one contiguous range (lower lanes first, none when there are fewer tiles). Task times are
 * spread over them. */
takt_rc schedule_lanes(struct plan_lane *lane, uint32_t n_lanes, const struct plan_task *task,
                       uint32_t n_tasks, struct arena *arena, takt_err *e);

#endif
