#include "media/resize.h"

#include "table.h"

/* What pattern() of tests/data/media/make.py gives for three channels. */
static bool pattern(struct image *im, uint32_t width, uint32_t height)
{
    takt_err e;
    if (!T_RC(image_new(im, width, height, &e), &e))
        return false;
    uint8_t *p = im->rgb;
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++, p += 3) {
            p[0] = (uint8_t)(x * 7 + y * 3);
            p[1] = (uint8_t)(x * x / 3 + y * 5);
            p[2] = (uint8_t)(((x / 3 + y / 2) % 2 ? 240 : 12) + (x + y) % 8);
        }
    return true;
}

static void compare(char *f[TABLE_FIELDS_MAX], unsigned n)
{
    struct image in, out;
    char hex[65];
    takt_err e;
    if (!T_EQ_INT(n, 6) || !pattern(&in, table_u32(f[0]), table_u32(f[1])))
        return;
    if (T_RC(resize_image(&out, &in, table_u32(f[2]), table_u32(f[3]),
                          (enum resize_filter)table_u32(f[4]), &e),
             &e)) {
        T_EQ_INT(out.width, table_u32(f[2]));
        T_EQ_INT(out.height, table_u32(f[3]));
        table_hash(hex, &out);
        if (!T_EQ_STR(hex, f[5]))
            printf("# filter %s: %s x %s to %s x %s\n", f[4], f[0], f[1], f[2], f[3]);
        image_free(&out);
    }
    image_free(&in);
}

T_TEST(equals_pillow)
{
    table_read("resize.tsv", compare);
}

/* One colour stays that colour: the weights of every position add up to 1. */
T_TEST(flat_stays_flat)
{
    takt_err e;
    for (int i = 0; i < 300; i++) {
        struct image in, out;
        uint32_t w = 1 + (uint32_t)(t_rand() % 90), h = 1 + (uint32_t)(t_rand() % 90);
        if (!T_RC(image_new(&in, w, h, &e), &e))
            return;
        memset(in.rgb, i & 255, (size_t)w * h * 3);
        w = 1 + (uint32_t)(t_rand() % 90);
        h = 1 + (uint32_t)(t_rand() % 90);
        enum resize_filter f = (enum resize_filter)(t_rand() % RESIZE_N_FILTERS);
        if (T_RC(resize_image(&out, &in, w, h, f, &e), &e)) {
            bool flat = true;
            for (size_t k = 0; k < (size_t)w * h * 3; k++)
                flat &= out.rgb[k] == (i & 255);
            T_OK(flat);
            image_free(&out);
        }
        image_free(&in);
    }
}

T_TEST(long_and_thin)
{
    struct image in, out;
    takt_err e;
    if (!T_RC(image_new(&in, 30000, 1, &e), &e))
        return;
    memset(in.rgb, 77, 90000);
    if (T_RC(resize_image(&out, &in, 1, 300, RESIZE_LANCZOS, &e), &e)) {
        T_EQ_INT(out.rgb[0], 77);
        T_EQ_INT(out.rgb[899], 77);
        image_free(&out);
    }
    image_free(&in);
}

T_TEST(refuses)
{
    uint8_t pixel[3] = {1, 2, 3};
    const struct image in = {1, 1, pixel};
    struct image out;
    takt_err e;
    T_FAILS(resize_image(&out, &in, 0, 5, RESIZE_BICUBIC, &e), &e, TAKT_ERR_USAGE, "0 x 5");
    T_OK(!out.rgb);
    T_FAILS(resize_image(&out, &in, 5, 5, (enum resize_filter)6, &e), &e, TAKT_ERR_USAGE,
            "no resampling filter 6");
    T_FAILS(resize_image(&out, &in, IMAGE_SIDE_MAX + 1, 1, RESIZE_BOX, &e), &e, TAKT_ERR_LIMIT,
            "1048576 at most");
    T_OK(!out.rgb);
}

T_MAIN("media/resize")
