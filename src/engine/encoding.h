/* encoding: a picture on its way through its encoder, one step after the other, so that others may
 * have the processors in between. A step is a part of what one tile takes (see vision_part). No bit
 * depends on where it ends, nor on what runs in between. */
#ifndef TAKT_ENGINE_ENCODING_H
#define TAKT_ENGINE_ENCODING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/view.h"
#include "engine/vision.h"

/* Zero-initialised means "none"; encoding_drop accepts it. */
struct encoding {
    const struct view *view;
    takt_picture *picture; /* owned until somebody takes it; its rows so far */
    uint32_t n_done;       /* steps */
    takt_step_info info;   /* predicted and measured time of these */
};

/* encoding_steps: how many steps a picture with the layout T takes. encoding_ns: their predicted
 * time. encoding_tile_ns: of one tile (of the largest picture, where pictures keep their
 * proportions). encoding_step_ns, encoding_mean_ns: of the longest step of any picture, of one
 * among others. */
uint32_t encoding_steps(const takt_vision *v, const struct tiles *t);
double encoding_ns(const takt_vision *v, const struct tiles *t);
double encoding_tile_ns(const takt_vision *v);
double encoding_step_ns(const takt_vision *v);
double encoding_mean_ns(const takt_vision *v);

/* encoding_begin makes room for the rows of VIEW, which must stay until the last step. Error:
 * MEMORY. */
takt_rc encoding_begin(struct encoding *x, const takt_vision *v, const struct view *view,
                       takt_err *e);

/* encoding_step runs the next step on V, which takes steps of one encoding at a time until its
 * last: true then, and x->picture is whole. Neither allocates nor fails. */
bool encoding_step(struct encoding *x, takt_vision *v);

/* encoding_drop frees what X has and makes it "none". */
void encoding_drop(struct encoding *x);

#endif
