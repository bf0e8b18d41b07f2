/* image: a picture in memory, and what is done to it between its file and the model, but for
 * resizing (media/resize.h): crop, pad, normalise and cut into patches.
 *
 * Pixels are RGB, 8 bits each, [height][width][3] without gaps. Every function that makes a picture
 * allocates it; the source is only read and may not be the destination. */
#ifndef TAKT_MEDIA_IMAGE_H
#define TAKT_MEDIA_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* No picture in memory has a longer side; what a file may have is limited further (media_limits).
 */
enum { IMAGE_SIDE_MAX = 1 << 20 };

/* Zero-initialised means "none"; image_free accepts it. */
struct image {
    uint32_t width, height; /* pixels; both are at least 1 */
    uint8_t *rgb;           /* owned; width * height * 3 bytes */
};

/* image_new allocates a picture of WIDTH x HEIGHT, its pixels not set. Errors: USAGE (a side of 0),
 * LIMIT (a side above IMAGE_SIDE_MAX), MEMORY; *out is then "none". */
takt_rc image_new(struct image *out, uint32_t width, uint32_t height, takt_err *e);

/* image_free frees the pixels and makes IM "none". */
void image_free(struct image *im);

/* image_crop copies the WIDTH x HEIGHT pixels whose upper left one is (X, Y). Errors: USAGE (the
 * rectangle is not within IN), MEMORY. */
takt_rc image_crop(struct image *out, const struct image *in, uint32_t x, uint32_t y,
                   uint32_t width, uint32_t height, takt_err *e);

/* image_pad puts IN at (X, Y) of a picture of WIDTH x HEIGHT that has the COLOUR elsewhere. Errors:
 * USAGE (IN does not fit there), LIMIT, MEMORY. */
takt_rc image_pad(struct image *out, const struct image *in, uint32_t width, uint32_t height,
                  uint32_t x, uint32_t y, const uint8_t colour[3], takt_err *e);

/* image_pad_square centres IN in a square whose side is the longer one of IN, as LLaVA's
 * expand2square does: the odd pixel of border is at the right or below. Errors: as image_pad. */
takt_rc image_pad_square(struct image *out, const struct image *in, const uint8_t colour[3],
                         takt_err *e);

/* What each of the 256 values of each channel becomes. */
struct image_norm {
    float of[3][256];
};

/* image_norm_set fills N with ((float)(v * SCALE) - MEAN[c]) / STD[c], the product in double and
 * the rest in float: what Hugging Face's processors compute with rescale_factor, image_mean and
 * image_std. SCALE is 1.0 / 255 in nearly all of them. Errors: USAGE (STD is 0, or something is not
 * finite). */
takt_rc image_norm_set(struct image_norm *n, double scale, const float mean[3], const float std[3],
                       takt_err *e);

/* image_patch writes the SIDE x SIDE pixels at RGB, whose rows are STRIDE bytes apart, as a
 * convolution's kernel has them: [SIDE][SIDE] of each colour, which begin COLOUR floats apart. */
void image_patch(float *out, const uint8_t *rgb, size_t stride, uint32_t side,
                 const struct image_norm *n, size_t colour);

#endif
