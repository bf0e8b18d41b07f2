/* encoding: pictures on their way through their encoder, one step after the other, so that others
 * may have the processors in between. What goes through it together is a batch: a tile of a
 * picture, or several, also of several pictures, where that is predicted to save time. A step is a
 * part of what a batch takes (see vision_part). No bit depends on where it ends, on what runs in
 * between, nor on what is in the batch. */
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
    takt_picture *picture;    /* owned until somebody takes it; its rows so far */
    uint32_t n_begun, n_done; /* tiles that are in a batch or were; those that are done */
    takt_step_info info;      /* predicted and measured time, of its share of each step */
};

/* Zero-initialised means that none is under way. */
struct encoding_batch {
    struct encoding_tile {
        struct encoding *of; /* NULL: it is wanted no more */
        uint32_t number;
    } tile[VISION_BATCH_MAX];
    uint32_t n_tiles; /* 0: none is under way */
    uint32_t n_done;  /* steps */
};

/* What encoding takes. */
struct encoding_cost {
    uint32_t n_steps;
    double ns; /* predicted */
};

/* encoding_left: what a picture with the layout T takes by itself after N_DONE of its tiles.
 * encoding_cost: all of it. encoding_tiles: how many there are; 1 where an encoder
 * takes them all together anyway. */
struct encoding_cost encoding_left(const takt_vision *v, const struct tiles *t, uint32_t n_done);
struct encoding_cost encoding_cost(const takt_vision *v, const struct tiles *t);
uint32_t encoding_tiles(const takt_vision *v, const struct tiles *t);

/* encoding_tile_ns: predicted for one tile (for the largest picture, where pictures keep their
 * proportions). encoding_step_ns: for the longest step of all. */
double encoding_tile_ns(const takt_vision *v);
double encoding_step_ns(const takt_vision *v);

/* encoding_pairs: (token, visible position) pairs of a full step of the plan's program I. */
uint64_t encoding_pairs(const takt_vision *v, uint32_t i);

/* encoding_begin makes room for the rows of VIEW, which must stay until all of its tiles are done.
 * Error: MEMORY. */
takt_rc encoding_begin(struct encoding *x, const takt_vision *v, const struct view *view,
                       takt_err *e);

/* encoding_blank makes what stands for a picture with the layout T before it is encoded: its
 * positions and, if DIGEST (of its view) is not NULL, its ids as they will be; it has no rows. The
 * caller frees it by takt_picture_free. Errors: MEMORY, those of pieces_of. */
takt_rc encoding_blank(takt_picture **out, const takt_vision *v, const struct tiles *t,
                       const uint8_t *digest, takt_err *e);

/* encoding_join puts as many of the next tiles of X into B, which has had no step yet, as there is
 * room for. encoding_leave: nobody wants X any more; its tiles in B stay, for nobody, but where B
 * has no others: it is empty then. */
void encoding_join(struct encoding_batch *b, struct encoding *x, const takt_vision *v);
void encoding_leave(struct encoding_batch *b, const struct encoding *x);

/* encoding_step runs the next step of B, which has a tile at least, on V, which takes steps of one
 * batch at a time until its last: true then; the rows are where they belong, and B is empty. STEP
 * (may be NULL) gets its times. Neither allocates nor fails. */
bool encoding_step(struct encoding_batch *b, takt_vision *v, takt_step_info *step);

/* encoding_is_whole: are all rows of X->picture there? */
bool encoding_is_whole(const struct encoding *x, const takt_vision *v);

/* encoding_drop frees what X has, which is in no batch, and makes it "none". */
void encoding_drop(struct encoding *x);

#endif
