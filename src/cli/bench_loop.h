/* bench_loop: an empty timed loop on the cores of the lanes, beside which the jitter of steps is
 * judged: every lane counts a fixed number of turns in registers, and a turn of the loop is over
 * when all of them are done. What its times vary by is the machine's doing. */
#ifndef TAKT_CLI_BENCH_LOOP_H
#define TAKT_CLI_BENCH_LOOP_H

#include <stdint.h>

#include "base/err.h"

struct bench_loop;

/* bench_loop_open starts threads on the cores that N_LANES lanes use, and finds out how many turns
 * take STEP_NS. The loop's lanes sleep while it is not run. Errors: MEMORY, IO (no thread). */
takt_rc bench_loop_open(struct bench_loop **out, uint32_t n_lanes, double step_ns, takt_err *e);
void bench_loop_close(struct bench_loop *l); /* NULL is allowed */

/* bench_loop_step runs it once; returns nanoseconds. bench_loop_park lets its lanes sleep at once.
 */
double bench_loop_step(struct bench_loop *l);
void bench_loop_park(struct bench_loop *l);

#endif
