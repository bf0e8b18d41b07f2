/* tiles: how a picture of some size is shown to an encoder: whole, and as LLaVA-NeXT (arXiv
 * 2310.03744; transformers, LlavaNextImageProcessor and pack_image_features) and Idefics3 (arXiv
 * 2408.12637; Idefics3ImageProcessor) do it also in tiles of the encoder's size; or, as Qwen2-VL
 * does it (arXiv 2409.12191; Qwen2VLImageProcessor), in its own proportions. */
#ifndef TAKT_ENGINE_TILES_H
#define TAKT_ENGINE_TILES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "media/image.h"
#include "model/vision.h"

struct tiles {
    uint32_t across, down;  /* tiles; 0: the picture is shown whole alone */
    uint32_t width, height; /* of the picture before it is padded or stretched to them */
    uint32_t first_row,
        first_col;           /* LLaVA-NeXT: of the patches of all tiles together, those that */
    uint32_t n_rows, n_cols; /* show the picture and not its padding; Qwen2-VL: blocks of patches */
};

/* tiles_of lays out a picture of WIDTH x HEIGHT pixels (at least 1 each) for V. tiles_low: as
 * cheaply as V can. */
struct tiles tiles_of(const struct model_vision *v, uint32_t width, uint32_t height);
struct tiles tiles_low(const struct model_vision *v, uint32_t width, uint32_t height);

/* tiles_frame lays out each frame of a clip, where V takes frames two by two; IS_LOW: as cheaply as
 * V can. */
struct tiles tiles_frame(const struct model_vision *v, uint32_t width, uint32_t height,
                         bool is_low);

/* tiles_show makes WHOLE the picture IN of the encoder's size, and GRID the picture that all tiles
 * of T cover, "none" where there are none. Errors: LIMIT, MEMORY; what is made by then is the
 * caller's to free. */
takt_rc tiles_show(struct image *whole, struct image *grid, const struct model_vision *v,
                   const struct tiles *t, const struct image *in, takt_err *e);

#endif
