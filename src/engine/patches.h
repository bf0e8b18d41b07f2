/* patches: in which order the patches of a picture go through its encoder, where each stands, and
 * what it sees: the facts of a step.
 *
 * Encoders of one size take them line by line. Where pictures keep their proportions the patches of
 * a block follow each other, and the blocks of a window. */
#ifndef TAKT_ENGINE_PATCHES_H
#define TAKT_ENGINE_PATCHES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/vision.h"
#include "plan/plan.h"

/* patches_init makes room for the facts of V's largest step. Error: MEMORY. patches_free takes
 * what it left, also after an error. */
takt_rc patches_init(takt_vision *v, takt_err *e);
void patches_free(takt_vision *v);

/* patches_lay sets the facts of the next steps, for pictures of COLS x ROWS blocks, of which a step
 * takes up to n_batch. Allocates nothing. */
void patches_lay(takt_vision *v, uint32_t cols, uint32_t rows);

/* patches_fill writes the values of each patch of the picture at RGB, whose rows are STRIDE bytes
 * apart and which is the one numbered SLOT of the step; where the encoder takes pairs of frames the
 * other one is at SECOND. */
void patches_fill(takt_vision *v, uint32_t slot, const uint8_t *rgb, const uint8_t *second,
                  size_t stride);

/* patches_facts: what was set, of the first N pictures. */
struct plan_facts patches_facts(const takt_vision *v, uint32_t n);

#endif
