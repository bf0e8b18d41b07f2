/* tiles: how a picture of some size is shown to an encoder: whole, and as LLaVA-NeXT does it also
 * in tiles of the encoder's size (arXiv 2310.03744; transformers, LlavaNextImageProcessor and
 * pack_image_features). */
#ifndef TAKT_ENGINE_TILES_H
#define TAKT_ENGINE_TILES_H

#include <stdint.h>

#include "base/err.h"
#include "media/image.h"
#include "model/vision.h"

struct tiles {
    uint32_t across, down;         /* tiles; 0: the picture is shown whole alone */
    uint32_t width, height;        /* of the picture that they make, before it is padded */
    uint32_t first_row, first_col; /* of the patches of all tiles together, those that show the */
    uint32_t n_rows, n_cols;       /* picture and not its padding */
    uint32_t n_positions;          /* of the whole picture, and of these rows, each with its end */
};

/* tiles_of lays out a picture of WIDTH x HEIGHT pixels (at least 1 each) for V. */
struct tiles tiles_of(const struct model_vision *v, uint32_t width, uint32_t height);

/* tiles_whole makes OUT the picture IN of the encoder's size: resized as it is where V knows tiles,
 * else in the middle of a square of the mean colour. tiles_cut makes OUT the picture that the tiles
 * of T cover, black where IN does not reach. Errors: LIMIT, MEMORY. */
takt_rc tiles_whole(struct image *out, const struct model_vision *v, const struct image *in,
                    takt_err *e);
takt_rc tiles_cut(struct image *out, const struct model_vision *v, const struct tiles *t,
                  const struct image *in, takt_err *e);

#endif
