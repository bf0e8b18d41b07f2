/* resize: makes a picture larger or smaller with the pixels that Pillow gives (Image.resize), which
 * nearly every processor of a vision model calls.
 *
 * The arithmetic, which other code must repeat to the bit: each output position along an axis is a
 * weighted sum of the input positions that the filter covers; when the picture shrinks, the filter
 * is widened by the ratio, so that every input pixel counts. Weights are computed in double
 * precision, normalised to a sum of 1 and rounded to multiples of 2^-22 (half away from zero). The
 * sum starts at 2^21 and is shifted right by 22 bits, then clamped to 0..255. Columns come first;
 * their result has 8 bits again; then rows. An axis that keeps its length is left as it is. (Newer
 * versions of Pillow take rows first where that is less work, which differs by one grey level at
 * most.) */
#ifndef TAKT_MEDIA_RESIZE_H
#define TAKT_MEDIA_RESIZE_H

#include "media/image.h"

/* The numbers are those of "resample" in a preprocessor_config.json. */
enum resize_filter {
    RESIZE_NEAREST = 0,
    RESIZE_LANCZOS = 1,
    RESIZE_BILINEAR = 2,
    RESIZE_BICUBIC = 3,
    RESIZE_BOX = 4,
    RESIZE_HAMMING = 5,
};
enum { RESIZE_N_FILTERS = 6 };

/* resize_image makes OUT the picture IN in WIDTH x HEIGHT. Allocates OUT and, while it runs, the
 * weights and one picture of WIDTH x (rows of IN). Errors: USAGE (a side of 0, no such filter),
 * LIMIT (a side above IMAGE_SIDE_MAX), MEMORY; OUT is then "none". */
takt_rc resize_image(struct image *out, const struct image *in, uint32_t width, uint32_t height,
                     enum resize_filter filter, takt_err *e);

#endif
