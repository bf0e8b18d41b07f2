/* part: cuts the programs of a plan into parts that are run one after the other, so that others can
 * have the processors in between.
 *
 * A part is a program of its own with the same operands. It has some of the tiles of some tasks:
 * all of those that earlier parts have are done when it begins, so it waits only for tasks of its
 * own. So what is proven of the whole (plan_verify) holds for its parts, run in order under equal
 * facts; and no bit depends on where a program is cut. */
#ifndef TAKT_PLAN_PART_H
#define TAKT_PLAN_PART_H

#include "base/err.h"
#include "plan/plan.h"

enum { PLAN_PARTS_MAX = 1024 }; /* of a program */

/* Zero-initialised means "none". */
struct plan_parts {
    struct plan plan; /* the whole plan with all parts as its programs, in order; its own arena has
                         these alone */
    uint32_t first[PLAN_BUCKETS_MAX + 1]; /* the whole plan's program I is the programs first[I] to
                                             first[I + 1] - 1 here */
};

/* plan_parts_make cuts each program of WHOLE into parts of equal length that take at most NS_MAX
 * (predicted, a full bucket with TOGETHER[program] pairs: see plan_batch_ns), or as little more as
 * one tile for each lane takes; 0: into one. At most PLAN_PARTS_MAX, which then are longer. Hidden
 * rows cannot be pooled of parts. WHOLE must outlive OUT. Error: MEMORY; OUT is "none" then.
 * plan_parts_free releases OUT. */
takt_rc plan_parts_make(struct plan_parts *out, const struct plan *whole, double ns_max,
                        const uint64_t *together, takt_err *e);
void plan_parts_free(struct plan_parts *p);

/* plan_part_ns: the predicted nanoseconds of P, a full bucket with TOGETHER pairs. */
double plan_part_ns(const struct plan_program *p, uint64_t together);

#endif
