#include "media/image.h"

#include <math.h>

#include "t.h"

/* Pixel (x, y) is (x, y, 7). */
static bool numbered(struct image *im, uint32_t width, uint32_t height)
{
    takt_err e;
    if (!T_RC(image_new(im, width, height, &e), &e))
        return false;
    for (uint32_t i = 0; i < width * height; i++) {
        im->rgb[i * 3] = (uint8_t)(i % width);
        im->rgb[i * 3 + 1] = (uint8_t)(i / width);
        im->rgb[i * 3 + 2] = 7;
    }
    return true;
}

static const uint8_t *at(const struct image *im, uint32_t x, uint32_t y)
{
    return im->rgb + ((size_t)y * im->width + x) * 3;
}

T_TEST(crop)
{
    struct image in, out;
    takt_err e;
    if (!numbered(&in, 9, 6))
        return;
    if (T_RC(image_crop(&out, &in, 4, 2, 5, 4, &e), &e)) {
        T_EQ_INT(out.width, 5);
        T_EQ_INT(out.height, 4);
        for (uint32_t y = 0; y < 4; y++)
            for (uint32_t x = 0; x < 5; x++)
                T_EQ_MEM(at(&out, x, y), at(&in, x + 4, y + 2), 3);
        image_free(&out);
    }
    T_FAILS(image_crop(&out, &in, 4, 2, 6, 4, &e), &e, TAKT_ERR_USAGE, "are not within its 9 x 6");
    T_FAILS(image_crop(&out, &in, 10, 0, 1, 1, &e), &e, TAKT_ERR_USAGE, "not within");
    T_FAILS(image_crop(&out, &in, UINT32_MAX, 0, 2, 1, &e), &e, TAKT_ERR_USAGE, "not within");
    T_FAILS(image_crop(&out, &in, 0, 0, 0, 1, &e), &e, TAKT_ERR_USAGE, "0 x 1");
    T_OK(!out.rgb);
    image_free(&in);
    T_OK(!in.rgb && in.width == 0);
}

T_TEST(pad)
{
    static const uint8_t colour[3] = {200, 100, 50};
    struct image in, out;
    takt_err e;
    if (!numbered(&in, 4, 7))
        return;
    if (T_RC(image_pad_square(&out, &in, colour, &e), &e)) {
        T_EQ_INT(out.width, 7);
        T_EQ_INT(out.height, 7);
        for (uint32_t y = 0; y < 7; y++)
            for (uint32_t x = 0; x < 7; x++) /* 3 columns of border: 1 left, 2 right */
                T_EQ_MEM(at(&out, x, y), x >= 1 && x < 5 ? at(&in, x - 1, y) : colour, 3);
        image_free(&out);
    }
    if (T_RC(image_pad(&out, &in, 5, 9, 1, 2, colour, &e), &e)) {
        T_EQ_MEM(at(&out, 0, 8), colour, 3);
        T_EQ_MEM(at(&out, 1, 2), at(&in, 0, 0), 3);
        T_EQ_MEM(at(&out, 4, 8), at(&in, 3, 6), 3);
        image_free(&out);
    }
    T_FAILS(image_pad(&out, &in, 4, 7, 1, 0, colour, &e), &e, TAKT_ERR_USAGE, "do not fit");
    T_FAILS(image_pad(&out, &in, 3, 7, 0, 0, colour, &e), &e, TAKT_ERR_USAGE, "do not fit");
    image_free(&in);
}

T_TEST(normalise)
{
    /* CLIP's; the expected floats are NumPy's, as Hugging Face's processor computes them. */
    static const float mean[3] = {0.48145466f, 0.4578275f, 0.40821073f};
    static const float std[3] = {0.26862954f, 0.26130258f, 0.27577711f};
    struct image_norm n;
    takt_err e;
    if (!T_RC(image_norm_set(&n, 1.0 / 255, mean, std, &e), &e))
        return;
    T_OK(n.of[0][0] == -1.79226255f);
    T_OK(n.of[1][128] == 0.168897316f);
    T_OK(n.of[2][255] == 2.14589691f);
    const float zero[3] = {1, 0, 1};
    T_FAILS(image_norm_set(&n, 1.0 / 255, mean, zero, &e), &e, TAKT_ERR_USAGE, "deviation 0");
    T_FAILS(image_norm_set(&n, NAN, mean, std, &e), &e, TAKT_ERR_USAGE, "cannot be normalised");
}

T_TEST(patch)
{
    static const float mean[3] = {0, 0, 0}, std[3] = {1, 1, 1};
    struct image_norm n;
    struct image im;
    float out[3 * 2 * 2];
    takt_err e;
    if (!numbered(&im, 6, 4) || !T_RC(image_norm_set(&n, 1, mean, std, &e), &e))
        return;
    image_patch(out, im.rgb + (1 * 6 + 3) * 3, 6 * 3, 2, &n, 4); /* from (3, 1) on */
    for (int i = 0; i < 4; i++) {
        T_OK(out[i] == (float)(3 + i % 2));
        T_OK(out[4 + i] == (float)(1 + i / 2));
        T_OK(out[8 + i] == 7);
    }
    image_free(&im);
}

T_MAIN("media/image")
