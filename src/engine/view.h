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

/* view_free frees the pixels and makes VIEW "none". */
void view_free(struct view *view);

#endif
