/* view: what an encoder is shown of a picture: its layout in tiles, the pixels of its size, and a
 * digest of both, which names the picture by content. */
#ifndef TAKT_ENGINE_VIEW_H
#define TAKT_ENGINE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/pieces.h"
#include "media/image.h"
#include "takt.h"

/* Zero-initialised means "none"; view_free accepts it. */
struct view {
    struct tiles tiles;
    struct pieces pieces;     /* what it takes in a sequence */
    struct image whole, grid; /* the picture of the encoder's size; all tiles together, or none */
    struct image second;      /* of two frames the other one; none: it shows the same */
    uint8_t digest[32];       /* of the layout and of all pixels that are encoded */
};

/* view_layout lays out a picture of WIDTH x HEIGHT pixels (at least 1 each), which is shown whole
 * alone where IS_LOW. */
struct tiles view_layout(const takt_vision *v, uint32_t width, uint32_t height, bool is_low);

/* view_positions: how many positions a picture with the layout T takes in a sequence; 0: no memory
 * to count them. */
uint32_t view_positions(const takt_vision *v, const struct tiles *t);

/* view_check: is WIDTH x HEIGHT a size that view_make takes? Errors: USAGE (a side of 0), LIMIT (a
 * side above IMAGE_SIDE_MAX). */
takt_rc view_check(uint32_t width, uint32_t height, takt_err *e);

/* view_make makes OUT what V is shown of IN, which is only read. Errors: those of view_check,
 * MEMORY; OUT is then "none". */
takt_rc view_make(struct view *out, const takt_vision *v, const struct image *in, bool is_low,
                  takt_err *e);

/* Two frames of a clip, for encoders that take them together; the layout follows from the size of
 * the clip's first one, WIDTH x HEIGHT. */
struct view_pair {
    struct image frame[2];
    uint32_t width, height;
    bool is_low;
};

/* view_make_pair makes OUT what V, whose v.clip_max_pixels is set, is shown of P, which is only
 * read. Errors as view_make's. */
takt_rc view_make_pair(struct view *out, const takt_vision *v, const struct view_pair *p,
                       takt_err *e);

/* view_free frees the pixels and makes VIEW "none". */
void view_free(struct view *view);

#endif
