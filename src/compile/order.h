/* order: which task waits for which, from the data they share. Private to compile/. */
#ifndef TAKT_COMPILE_ORDER_H
#define TAKT_COMPILE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "compile/lower.h"

/* The order that the waits imply: bit i of row t is set when task i is finished before task t
 * starts. */
struct order {
    uint64_t *before; /* [n_tasks][words] */
    size_t words;
};

/* order_before: task I is finished before task T starts. */
static inline bool order_before(const struct order *o, uint32_t i, uint32_t t)
{
    return o->before[t * o->words + i / 64] >> (i % 64) & 1;
}

/* order_tasks sets the waits of L's tasks: each waits for the writers of what it reads and for the
 * writers and readers of what it overwrites, without those that others imply. O is allocated from
 * SCRATCH. */
takt_rc order_tasks(struct order *o, struct lowered *l, struct arena *scratch, takt_err *e);

#endif
