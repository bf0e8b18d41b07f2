#include "media/image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

takt_rc image_new(struct image *out, uint32_t width, uint32_t height, takt_err *e)
{
    *out = (struct image){0};
    if (width == 0 || height == 0)
        return err_set(e, TAKT_ERR_USAGE, "picture", "%u x %u pixels are none", width, height);
    if (width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "picture", "%u x %u pixels; a side has %d at most", width,
                       height, IMAGE_SIDE_MAX);
    uint64_t bytes = (uint64_t)width * height * 3; /* below 2^42 */
    out->rgb = bytes <= SIZE_MAX ? malloc((size_t)bytes) : NULL;
    if (!out->rgb)
        return err_set(e, TAKT_ERR_MEMORY, "picture", "%u x %u pixels take %llu bytes", width,
                       height, (unsigned long long)bytes);
    out->width = width;
    out->height = height;
    return TAKT_OK;
}

void image_free(struct image *im)
{
    free(im->rgb);
    *im = (struct image){0};
}

takt_rc image_crop(struct image *out, const struct image *in, uint32_t x, uint32_t y,
                   uint32_t width, uint32_t height, takt_err *e)
{
    *out = (struct image){0};
    if (x > in->width || width > in->width - x || y > in->height || height > in->height - y)
        return err_set(e, TAKT_ERR_USAGE, "picture",
                       "%u x %u pixels from (%u, %u) are not within its %u x %u", width, height, x,
                       y, in->width, in->height);
    TAKT_TRY(image_new(out, width, height, e));
    size_t from = (size_t)in->width * 3, to = (size_t)width * 3;
    for (uint32_t row = 0; row < height; row++)
        memcpy(out->rgb + row * to, in->rgb + (y + row) * from + (size_t)x * 3, to);
    return TAKT_OK;
}

static void fill(uint8_t *rgb, size_t n_pixels, const uint8_t colour[3])
{
    for (size_t i = 0; i < n_pixels; i++)
        memcpy(rgb + i * 3, colour, 3);
}

takt_rc image_pad(struct image *out, const struct image *in, uint32_t width, uint32_t height,
                  uint32_t x, uint32_t y, const uint8_t colour[3], takt_err *e)
{
    *out = (struct image){0};
    if (x > width || in->width > width - x || y > height || in->height > height - y)
        return err_set(e, TAKT_ERR_USAGE, "picture",
                       "%u x %u pixels at (%u, %u) do not fit into %u x %u", in->width, in->height,
                       x, y, width, height);
    TAKT_TRY(image_new(out, width, height, e));
    fill(out->rgb, (size_t)width * height, colour);
    size_t from = (size_t)in->width * 3, to = (size_t)width * 3;
    for (uint32_t row = 0; row < in->height; row++)
        memcpy(out->rgb + (y + row) * to + (size_t)x * 3, in->rgb + row * from, from);
    return TAKT_OK;
}

takt_rc image_pad_square(struct image *out, const struct image *in, const uint8_t colour[3],
                         takt_err *e)
{
    uint32_t side = in->width > in->height ? in->width : in->height;
    return image_pad(out, in, side, side, (side - in->width) / 2, (side - in->height) / 2, colour,
                     e);
}

takt_rc image_norm_set(struct image_norm *n, double scale, const float mean[3], const float std[3],
                       takt_err *e)
{
    for (int c = 0; c < 3; c++) {
        if (!isfinite(scale) || !isfinite(mean[c]) || !isfinite(std[c]) || std[c] == 0)
            return err_set(e, TAKT_ERR_USAGE, "picture",
                           "cannot be normalised with scale %g, mean %g and deviation %g", scale,
                           (double)mean[c], (double)std[c]);
        for (int v = 0; v < 256; v++)
            n->of[c][v] = ((float)(v * scale) - mean[c]) / std[c];
    }
    return TAKT_OK;
}

void image_patch(float *out, const uint8_t *rgb, size_t stride, uint32_t side,
                 const struct image_norm *n, size_t colour)
{
    for (uint32_t c = 0; c < 3; c++) {
        float *to = out + c * colour;
        for (uint32_t y = 0; y < side; y++)
            for (uint32_t x = 0; x < side; x++)
                *to++ = n->of[c][rgb[y * stride + x * 3 + c]];
    }
}
