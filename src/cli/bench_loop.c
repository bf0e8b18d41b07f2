#include "cli/bench_loop.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "target/cpu/lane.h"

enum { TRIAL_TURNS = 100 * 1000, TRIALS = 32 };

struct bench_loop {
    _Alignas(64) _Atomic uint64_t n_done; /* lanes 1.. that finished, summed over all steps */
    _Alignas(64) uint64_t turns;
    struct lane_team *team;
    uint32_t n_lanes;
    uint64_t n_steps;
};

static void spend(uint64_t turns)
{
    for (uint64_t i = 0; i < turns; i++)
        __asm__ volatile("" : "+r"(i)); /* keeps the loop, costs nothing */
}

static void run_lane(void *user, uint32_t lane, uint64_t word)
{
    struct bench_loop *l = user;
    (void)lane;
    (void)word;
    spend(l->turns);
    atomic_fetch_add_explicit(&l->n_done, 1, memory_order_release);
}

double bench_loop_step(struct bench_loop *l)
{
    int64_t begin = clock_ns();
    uint32_t float_state = lane_team_enter(l->team);
    lane_team_announce(l->team, ++l->n_steps);
    spend(l->turns);
    while (atomic_load_explicit(&l->n_done, memory_order_acquire) < l->n_steps * (l->n_lanes - 1))
        lane_pause();
    lane_team_leave(float_state);
    return (double)(clock_ns() - begin);
}

takt_rc bench_loop_open(struct bench_loop **out, uint32_t n_lanes, double step_ns, takt_err *e)
{
    struct bench_loop *l = aligned_alloc(64, sizeof *l);
    if (!l)
        return err_set(e, TAKT_ERR_MEMORY, "bench", "no memory for the empty loop");
    *l = (struct bench_loop){.n_lanes = n_lanes, .turns = TRIAL_TURNS};
    takt_rc rc = lane_team_open(&l->team, n_lanes, true, run_lane, l, e);
    if (rc.code) {
        free(l);
        return rc;
    }
    double best = 0; /* the least disturbed trial */
    for (int i = 0; i < TRIALS; i++) {
        double ns = bench_loop_step(l);
        best = best > 0 && best < ns ? best : ns;
    }
    double turns = best > 0 ? TRIAL_TURNS * step_ns / best : TRIAL_TURNS;
    l->turns = turns > 1 ? (uint64_t)turns : 1;
    *out = l;
    return TAKT_OK;
}

void bench_loop_close(struct bench_loop *l)
{
    if (!l)
        return;
    lane_team_close(l->team);
    free(l);
}

void bench_loop_park(struct bench_loop *l)
{
    lane_team_park(l->team);
}
