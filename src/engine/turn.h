/* turn: whose steps run now, where several engines share the processors. Who takes it has all of
 * them, until it gives it back; others wait in the order in which they came. So a step is never
 * slowed by another engine's, and waits for at most one of each.
 *
 * All functions take NULL, which stands for processors of one's own. */
#ifndef TAKT_ENGINE_TURN_H
#define TAKT_ENGINE_TURN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct turn;

/* turn_new makes a turn that nobody has. Error: MEMORY. turn_free: nobody may have it or wait. */
takt_rc turn_new(struct turn **out, takt_err *e);
void turn_free(struct turn *t);

/* turn_take waits for the turn and returns the nanoseconds that it waited. Any thread, which must
 * not have it. turn_give ends it. */
int64_t turn_take(struct turn *t);
void turn_give(struct turn *t);

/* turn_is_wanted: does somebody wait for it? */
bool turn_is_wanted(struct turn *t);

#endif
