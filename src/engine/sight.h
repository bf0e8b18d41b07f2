/* sight: which pictures a position of a sequence sees through layers that look at them (Llama 3.2
 * Vision): the last one before it, or that stands there, with those that stand right before that
 * one. It follows from the ids alone, so that pages stay shareable by content. */
#ifndef TAKT_ENGINE_SIGHT_H
#define TAKT_ENGINE_SIGHT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"
#include "takt.h"

/* sight_of writes what position POS sees of SPANS in a sequence that holds IDS up to POS. Returns
 * the number of rows. */
uint64_t sight_of(struct plan_sight *out, const takt_span *spans, size_t n_spans,
                  const int32_t *ids, uint32_t pos);

/* sight_pairs: rows that N positions from PAST on see in all, if the ids at SPANS are theirs. */
uint64_t sight_pairs(const takt_span *spans, size_t n_spans, uint32_t past, uint32_t n);

/* sight_check: are the pictures of SPANS such as PLAN's layers look at, if they do, and no more
 * than PLAN_SIGHT_MAX side by side? Errors: USAGE, LIMIT; WHERE names them. */
takt_rc sight_check(const struct plan *plan, const takt_span *spans, size_t n_spans,
                    const char *where, takt_err *e);

#endif
