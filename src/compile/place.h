/* place: offsets of activation buffers. Private to compile/. */
#ifndef TAKT_COMPILE_PLACE_H
#define TAKT_COMPILE_PLACE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "compile/lower.h"
#include "compile/order.h"

/* For each buffer, the earlier ones that must not lie on the same bytes; the same for all buckets.
 */
struct placement {
    uint32_t *other;          /* all lists one after the other */
    uint32_t *first;          /* [n_bufs + 1] where buffer i's list begins */
    uint32_t *by_first_write; /* [n_bufs] the order in which buffers come to life */
};

/* place_init finds out who must not share bytes: buffers whose every access is finished, by the
 * waits, before the other's first write may share. No wait is ever added for the sake of memory. */
takt_rc place_init(struct placement *p, const struct lowered *l, const struct order *o,
                   struct arena *scratch, takt_err *e);

/* place_buffers writes OFFSET[n_bufs] for BUCKET tokens and OUTPUTS rows (first fit), and the bytes
 * needed in all. */
takt_rc place_buffers(uint64_t *offset, uint64_t *bytes, const struct placement *p,
                      const struct lowered *l, uint32_t bucket, uint32_t outputs,
                      struct arena *scratch, takt_err *e);

#endif
