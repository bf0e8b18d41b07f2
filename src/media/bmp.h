/* bmp: the headers of a Windows or OS/2 bitmap. */
#ifndef TAKT_MEDIA_BMP_H
#define TAKT_MEDIA_BMP_H

#include "base/err.h"
#include "base/slice.h"

enum bmp_coding { BMP_PLAIN, BMP_RLE8, BMP_RLE4, BMP_MASKS };

struct bmp {
    uint32_t width, height; /* at least 1; at most 2^31 */
    bool top_down;
    unsigned bits; /* of a pixel: 1, 2, 4, 8, 16, 24, 32 */
    enum bmp_coding coding;
    uint32_t mask[4]; /* red, green, blue, alpha of 16 and 32 bits; no alpha: 0 */
    struct slice palette;
    uint32_t n_colours;    /* in the palette; at most 256 */
    unsigned colour_bytes; /* of one colour, blue first: 3 or 4 */
    struct slice pixels;   /* what is in the file from the first pixel on */
};

/* bmp_head_read reads all that stands before the pixels; slices point into FILE. Errors: FORMAT,
 * UNSUPPORTED (a coding or depth that takt does not read). */
takt_rc bmp_head_read(struct bmp *out, struct slice file, takt_err *e);

#endif
