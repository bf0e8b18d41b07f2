/* Every kind of picture against what Pillow makes of it (tests/data/media/make.py). */
#include "media/media.h"

#include "table.h"

static struct media_pool *pool;
static const char *folder; /* of the row's files */

static bool start_pool(void)
{
    const struct media_options o = {.worker = WORKER, .n_workers = 3};
    takt_err e;
    return T_RC(media_pool_new(&pool, &o, &e), &e);
}

static void stop_pool(void)
{
    struct media_stats s;
    media_pool_stats(pool, &s);
    T_EQ_INT(s.crashed, 0);
    T_EQ_INT(s.timed_out, 0);
    media_pool_free(pool);
}

static takt_rc decode_file(struct image *im, const char *path, takt_err *e)
{
    char *text;
    size_t n;
    *im = (struct image){0};
    TAKT_TRY(file_read_all(&text, &n, path, 64 << 20, e));
    takt_rc rc = media_decode(pool, (struct slice){(const uint8_t *)text, n}, NULL, im, e);
    free(text);
    return rc;
}

/* The rounded means of 8 x 8 fields as make.py takes them, against HEX, to within one. */
static bool fields_agree(const struct image *im, const char *hex)
{
    for (uint64_t fy = 0; fy < 8; fy++)
        for (uint64_t fx = 0; fx < 8; fx++) {
            uint64_t sum[3] = {0}, n = 0, x0 = fx * im->width / 8, y0 = fy * im->height / 8;
            uint64_t x1 = (fx + 1) * im->width / 8, y1 = (fy + 1) * im->height / 8;
            for (uint64_t y = y0; y < (y1 > y0 ? y1 : y0 + 1); y++)
                for (uint64_t x = x0; x < (x1 > x0 ? x1 : x0 + 1); x++, n++)
                    for (int c = 0; c < 3; c++)
                        sum[c] += im->rgb[(y * im->width + x) * 3 + (uint64_t)c];
            for (int c = 0; c < 3; c++, hex += 2) {
                const char digits[3] = {hex[0], hex[1], 0};
                int want = (int)strtol(digits, NULL, 16), got = (int)((sum[c] + n / 2) / n);
                if (want - got > 1 || got - want > 1)
                    return false;
            }
        }
    return true;
}

static void compare(char *f[TABLE_FIELDS_MAX], unsigned n)
{
    char path[1024], hex[65];
    struct image im;
    takt_err e = {0};
    snprintf(path, sizeof path, "%s/%s", folder, f[0]);
    takt_rc rc = decode_file(&im, path, &e);
    if (n == 2) { /* refused */
        if (!T_OK(rc.code == TAKT_ERR_FORMAT || rc.code == TAKT_ERR_UNSUPPORTED))
            printf("# %s: code %d: %s\n", f[0], rc.code, e.what);
        image_free(&im);
        return;
    }
    if (!T_EQ_INT(n, 5))
        return;
    bool fine =
        T_RC(rc, &e) && T_EQ_INT(im.width, table_u32(f[1])) && T_EQ_INT(im.height, table_u32(f[2]));
    if (fine) {
        table_hash(hex, &im);
        /* Versions of the libraries differ by a little where a file is lossy. */
        fine = strcmp(hex, f[3]) == 0 ||
               (strlen(f[4]) == 384 ? T_OK(fields_agree(&im, f[4])) : T_EQ_STR(hex, f[3]));
    }
    if (!fine)
        printf("# ... of %s\n", f[0]);
    image_free(&im);
}

T_TEST(made)
{
    folder = "tests/data/media/made";
    if (!start_pool())
        return;
    table_read("made.tsv", compare);
    stop_pool();
}

T_TEST(collections)
{
    char path[512];
    if (!t_shared(path, sizeof path, "images/pngsuite"))
        T_SKIP("no pictures (TAKT_SHARED)");
    t_shared(path, sizeof path, "images");
    folder = path;
    if (!start_pool())
        return;
    table_read("pictures.tsv", compare);
    stop_pool();
}

/* The most by which two pictures of one size differ. */
static int distance(const uint8_t *a, const uint8_t *b, size_t n)
{
    int most = 0;
    for (size_t i = 0; i < n; i++) {
        int d = abs(a[i] - b[i]);
        most = d > most ? d : most;
    }
    return most;
}

/* The file as the authors of libjpeg decoded it, long ago. */
T_TEST(jpeg_reference)
{
    char path[512], *ppm;
    struct image im;
    size_t n;
    takt_err e;
    if (!t_shared(path, sizeof path, "images/libjpeg-turbo/testorig.ppm"))
        T_SKIP("no pictures (TAKT_SHARED)");
    if (!T_RC(file_read_all(&ppm, &n, path, 1 << 20, &e), &e) || !start_pool())
        return;
    t_shared(path, sizeof path, "images/libjpeg-turbo/testorig.jpg");
    static const char head[] = "P6\n227 149\n255\n";
    size_t skip = sizeof head - 1;
    if (T_RC(decode_file(&im, path, &e), &e) && T_EQ_INT(n, skip + 227 * 149 * 3))
        T_OK(distance(im.rgb, (const uint8_t *)ppm + skip, n - skip) <= 3);
    image_free(&im);
    free(ppm);
    stop_pool();
}

/* Pairs of a JPEG and the PNG that ImageMagick made of it. */
T_TEST(jpeg_pairs)
{
    static const char *const names[] = {"16bit-qtables", "grayscale_16x24_sampling2x2",
                                        "progressive-missing-ac", "progressive-missing-dc",
                                        "restarts"};
    char path[512];
    takt_err e;
    if (!t_shared(path, sizeof path, "images/jpeg-ref"))
        T_SKIP("no pictures (TAKT_SHARED)");
    if (!start_pool())
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct image jpeg, png;
        char rel[128];
        snprintf(rel, sizeof rel, "images/jpeg-ref/%s.jpg", names[i]);
        t_shared(path, sizeof path, rel);
        bool fine = T_RC(decode_file(&jpeg, path, &e), &e);
        snprintf(rel, sizeof rel, "images/jpeg-ref/%s.png", names[i]);
        t_shared(path, sizeof path, rel);
        if (T_RC(decode_file(&png, path, &e), &e) && fine && T_EQ_INT(jpeg.width, png.width) &&
            T_EQ_INT(jpeg.height, png.height)) {
            int most = distance(jpeg.rgb, png.rgb, (size_t)png.width * png.height * 3);
            if (!T_OK(most <= 2))
                printf("# %s: off by %d\n", names[i], most);
        }
        image_free(&jpeg);
        image_free(&png);
    }
    stop_pool();
}

T_MAIN("media/pictures")
