#include "media/media.h"

#include "base/file.h"
#include "t.h"

static struct slice bytes(const void *p, size_t n)
{
    return (struct slice){p, n};
}
#define BYTES(text) bytes(text, sizeof(text) - 1)

/* A PNG's first 33 bytes, with this size. */
static struct slice png_of(uint8_t buf[33], uint32_t width, uint32_t height)
{
    memcpy(buf, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16);
    for (int i = 0; i < 4; i++) {
        buf[16 + i] = (uint8_t)(width >> (24 - 8 * i));
        buf[20 + i] = (uint8_t)(height >> (24 - 8 * i));
    }
    memcpy(buf + 24, "\x08\x02\0\0\0\0\0\0\0", 9);
    return bytes(buf, 33);
}

T_TEST(limits)
{
    uint8_t buf[33];
    struct media_head h;
    takt_err e;
    if (T_RC(media_head_read(&h, png_of(buf, 640, 480), NULL, &e), &e)) {
        T_EQ_INT(h.kind, MEDIA_PNG);
        T_EQ_INT(h.width, 640);
        T_EQ_INT(h.height, 480);
        T_EQ_INT(h.orientation, 1);
    }
    T_FAILS(media_head_read(&h, png_of(buf, 30000, 1), NULL, &e), &e, TAKT_ERR_LIMIT,
            "30000 x 1 pixels; one side may be 200 times");
    T_FAILS(media_head_read(&h, png_of(buf, 1, 201), NULL, &e), &e, TAKT_ERR_LIMIT, "200 times");
    T_RC(media_head_read(&h, png_of(buf, 1, 200), NULL, &e), &e);
    T_FAILS(media_head_read(&h, png_of(buf, 10000, 5001), NULL, &e), &e, TAKT_ERR_LIMIT,
            "10000 x 5001 pixels; 50000000 in all");
    T_RC(media_head_read(&h, png_of(buf, 10000, 5000), NULL, &e), &e);
    T_FAILS(media_head_read(&h, png_of(buf, 32769, 500), NULL, &e), &e, TAKT_ERR_LIMIT,
            "a side has 32768 at most");
    T_FAILS(media_head_read(&h, png_of(buf, UINT32_MAX, UINT32_MAX), NULL, &e), &e, TAKT_ERR_LIMIT,
            "4294967295 x 4294967295");
    T_FAILS(media_head_read(&h, png_of(buf, 0, 7), NULL, &e), &e, TAKT_ERR_FORMAT, "no pixels");
    const struct media_limits tight = {.file_bytes = 32, .pixels = 100, .side = 20, .ratio = 3};
    T_FAILS(media_head_read(&h, png_of(buf, 5, 5), &tight, &e), &e, TAKT_ERR_LIMIT,
            "has 33 bytes; 32 are the most");
    const struct media_limits small = {.pixels = 100, .side = 20, .ratio = 3};
    T_RC(media_head_read(&h, png_of(buf, 10, 10), &small, &e), &e);
    T_FAILS(media_head_read(&h, png_of(buf, 10, 11), &small, &e), &e, TAKT_ERR_LIMIT, "100 in all");
    T_FAILS(media_head_read(&h, png_of(buf, 21, 4), &small, &e), &e, TAKT_ERR_LIMIT, "20 at most");
    T_FAILS(media_head_read(&h, png_of(buf, 16, 5), &small, &e), &e, TAKT_ERR_LIMIT, "3 times");
    /* A limit that is wider than anything still has an end. */
    const struct media_limits wide = {UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT32_MAX, 1};
    T_FAILS(media_head_read(&h, png_of(buf, 1u << 31, 1), &wide, &e), &e, TAKT_ERR_LIMIT,
            "1048576 at most");
}

T_TEST(strangers)
{
    struct media_head h;
    takt_err e;
    T_FAILS(media_head_read(&h, bytes("", 0), NULL, &e), &e, TAKT_ERR_FORMAT, "is empty");
    T_FAILS(media_head_read(&h, BYTES("hello"), NULL, &e), &e, TAKT_ERR_FORMAT, "no picture");
    T_FAILS(media_head_read(&h,
                            BYTES("\0\0\0\x18"
                                  "ftypheic"),
                            NULL, &e),
            &e, TAKT_ERR_UNSUPPORTED, "a HEIC photo; takt reads PNG, JPEG, WebP, GIF and BMP");
    T_FAILS(media_head_read(&h,
                            BYTES("\0\0\0\x18"
                                  "ftypavif"),
                            NULL, &e),
            &e, TAKT_ERR_UNSUPPORTED, "AVIF");
    T_FAILS(media_head_read(&h,
                            BYTES("\0\0\0\x18"
                                  "ftypisom"),
                            NULL, &e),
            &e, TAKT_ERR_UNSUPPORTED, "a film (MP4");
    T_FAILS(media_head_read(&h, BYTES("<!DOCTYPE html>"), NULL, &e), &e, TAKT_ERR_UNSUPPORTED,
            "a web page");
    T_FAILS(media_head_read(&h, BYTES("%PDF-1.7"), NULL, &e), &e, TAKT_ERR_UNSUPPORTED, "PDF");
    T_FAILS(media_head_read(&h, BYTES("II*\0\x08\0\0\0"), NULL, &e), &e, TAKT_ERR_UNSUPPORTED,
            "TIFF");
}

T_TEST(broken)
{
    struct media_head h;
    takt_err e;
    T_FAILS(media_head_read(&h, BYTES("\x89PNG\r\n\x1a\n"), NULL, &e), &e, TAKT_ERR_FORMAT,
            "a damaged PNG: it ends within its header");
    T_FAILS(media_head_read(&h, BYTES("\xff\xd8"), NULL, &e), &e, TAKT_ERR_FORMAT,
            "a damaged JPEG: it ends before its frame header");
    T_FAILS(media_head_read(&h, BYTES("\xff\xd8\xff\xda\0\2"), NULL, &e), &e, TAKT_ERR_FORMAT,
            "no frame header");
    T_FAILS(media_head_read(&h, BYTES("\xff\xd8\xff\xc3\0\x0b\x08\0\1\0\1\1\0\0\0"), NULL, &e), &e,
            TAKT_ERR_UNSUPPORTED, "frame type 3");
    T_FAILS(media_head_read(&h, BYTES("\xff\xd8\xff\xc1\0\x0b\x0c\0\1\0\1\1\0\0\0"), NULL, &e), &e,
            TAKT_ERR_UNSUPPORTED, "12 bits per sample");
    T_FAILS(media_head_read(&h, BYTES("RIFF\0\0\0\0WEBPVP8 "), NULL, &e), &e, TAKT_ERR_FORMAT,
            "a damaged WebP");
    T_FAILS(media_head_read(&h, BYTES("GIF89a\1\0\1\0\0\0\0;"), NULL, &e), &e, TAKT_ERR_FORMAT,
            "a damaged GIF: it has no frame");
    T_FAILS(media_head_read(&h, BYTES("BM"), NULL, &e), &e, TAKT_ERR_FORMAT, "a damaged BMP");
}

/* The orientation of each kind that has one, both byte orders, and the size that goes with it. */
T_TEST(orientation)
{
    takt_err e;
    for (unsigned n = 1; n <= 8; n++) {
        char path[128], *text;
        size_t len;
        struct media_head h;
        snprintf(path, sizeof path, "tests/data/media/made/turned-%u.jpg", n);
        if (!T_RC(file_read_all(&text, &len, path, 1 << 20, &e), &e))
            return;
        if (T_RC(media_head_read(&h, bytes(text, len), NULL, &e), &e)) {
            T_EQ_INT(h.orientation, n);
            T_EQ_INT(h.width, n < 5 ? 24 : 16);
            T_EQ_INT(h.height, n < 5 ? 16 : 24);
        }
        free(text);
    }
    static const char *const names[] = {"turned.png", "turned.webp"};
    for (int i = 0; i < 2; i++) {
        char path[128], *text;
        size_t len;
        struct media_head h;
        snprintf(path, sizeof path, "tests/data/media/made/%s", names[i]);
        if (T_RC(file_read_all(&text, &len, path, 1 << 20, &e), &e) &&
            T_RC(media_head_read(&h, bytes(text, len), NULL, &e), &e)) {
            T_EQ_INT(h.orientation, i ? 8 : 6);
            T_EQ_INT(h.width, 13);
            free(text);
        }
    }
}

T_MAIN("media/head")
