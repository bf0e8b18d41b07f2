/* The sizes of the five kinds. Each reader walks the file with bounds alone; none trusts a length.
 */
#include "media/bmp.h"
#include "media/bytes.h"
#include "media/exif.h"
#include "media/head.h"

static takt_rc broken(takt_err *e, const char *kind, const char *what)
{
    return err_set(e, TAKT_ERR_FORMAT, "picture", "is a damaged %s: %s", kind, what);
}

/* ---- PNG: signature, then chunks of (length, type, data, checksum); IHDR is the first ---- */

takt_rc head_png(struct head *out, struct slice file, takt_err *e)
{
    enum { CHUNK = 12 };
    struct cursor c = cursor_over(file);
    cursor_take(&c, 8);
    const uint8_t *ihdr = cursor_take(&c, 13 + CHUNK).p;
    if (!ihdr)
        return broken(e, "PNG", "it ends within its header");
    if (be32(ihdr) != 13 || memcmp(ihdr + 4, "IHDR", 4) != 0)
        return broken(e, "PNG", "it does not begin with IHDR");
    *out = (struct head){be32(ihdr + 8), be32(ihdr + 12), 0};
    const uint8_t *chunk;
    while ((chunk = cursor_take(&c, 8).p)) { /* EXIF may also stand behind the pixels */
        struct slice data = cursor_take(&c, be32(chunk));
        if (memcmp(chunk + 4, "eXIf", 4) == 0 && data.p)
            out->orientation = exif_orientation(data);
        if (out->orientation || memcmp(chunk + 4, "IEND", 4) == 0)
            break;
        cursor_take(&c, 4);
    }
    return TAKT_OK;
}

/* ---- JPEG: markers; the frame header (SOFn) has the size ---- */

enum { SOF0 = 0xc0, DHT = 0xc4, JPG = 0xc8, DAC = 0xcc, SOF15 = 0xcf };
enum { RST0 = 0xd0, SOI = 0xd8, EOI = 0xd9, SOS = 0xda, APP1 = 0xe1, TEM = 0x01 };

/* Baseline, extended, progressive, and the arithmetic twins of the last two. */
static bool is_known_frame(unsigned marker)
{
    return marker <= 0xc2 || marker == 0xc9 || marker == 0xca;
}

static takt_rc jpeg_frame(struct head *out, struct slice data, unsigned marker, takt_err *e)
{
    if (!is_known_frame(marker))
        return err_set(e, TAKT_ERR_UNSUPPORTED, "picture",
                       "is a lossless or hierarchical JPEG (frame type %u); takt reads baseline "
                       "and progressive ones",
                       marker - SOF0);
    if (data.len < 6)
        return broken(e, "JPEG", "it ends within its frame header");
    if (data.p[0] != 8)
        return err_set(e, TAKT_ERR_UNSUPPORTED, "picture",
                       "is a JPEG of %u bits per sample; takt reads those of 8", data.p[0]);
    out->height = be16(data.p + 1);
    out->width = be16(data.p + 3);
    return TAKT_OK;
}

/* The next marker, over the fill bytes before it and over what does not belong there, as decoders
 * skip it; 0 at the end of the file. */
static unsigned jpeg_marker(struct cursor *c)
{
    while (cursor_left(c) > 0) {
        const uint8_t *p = c->s.p + c->at;
        const uint8_t *ff = memchr(p, 0xff, cursor_left(c));
        if (!ff)
            return 0;
        cursor_take(c, (uint64_t)(ff - p));
        unsigned marker = 0xff;
        while (marker == 0xff && cursor_left(c) > 0)
            marker = cursor_u8(c);
        if (marker != 0 && marker != 0xff)
            return marker;
    }
    return 0;
}

takt_rc head_jpeg(struct head *out, struct slice file, takt_err *e)
{
    struct cursor c = cursor_over(file);
    cursor_take(&c, 2);
    *out = (struct head){0};
    for (;;) {
        unsigned marker = jpeg_marker(&c);
        if (marker == 0)
            return broken(e, "JPEG", "it ends before its frame header");
        if (marker == EOI || marker == SOS || marker == SOI)
            return broken(e, "JPEG", "it has no frame header");
        if (marker == TEM || (marker >= RST0 && marker < SOI))
            continue;
        const uint8_t *length = cursor_take(&c, 2).p;
        if (!length || be16(length) < 2)
            return broken(e, "JPEG", "a segment has an impossible length");
        struct slice data = cursor_take(&c, be16(length) - 2);
        if (c.failed)
            return broken(e, "JPEG", "it ends before its frame header");
        if (marker == APP1 && !out->orientation && data.len >= 6 &&
            memcmp(data.p, "Exif\0\0", 6) == 0)
            out->orientation = exif_orientation(data);
        if (marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC)
            return jpeg_frame(out, data, marker, e);
    }
}

/* ---- WebP: RIFF chunks; VP8 (lossy), VP8L (lossless) or VP8X (extended) is the first ---- */

static unsigned webp_orientation(struct cursor c)
{
    const uint8_t *chunk;
    while ((chunk = cursor_take(&c, 8).p)) {
        uint64_t n = le32(chunk + 4);
        struct slice data = cursor_take(&c, n);
        if (memcmp(chunk, "EXIF", 4) == 0 && data.p)
            return exif_orientation(data);
        cursor_take(&c, n & 1); /* chunks begin at even places */
    }
    return 0;
}

takt_rc head_webp(struct head *out, struct slice file, takt_err *e)
{
    enum { EXTENDED_BYTES = 10, HAS_EXIF = 8 };
    struct cursor c = cursor_over(file);
    cursor_take(&c, 12);
    const uint8_t *chunk = cursor_take(&c, 8).p;
    const uint8_t *p = cursor_take(&c, 10).p; /* all three need no more, and no less */
    if (!chunk || (!p && memcmp(chunk, "VP8L", 4) != 0))
        return broken(e, "WebP", "it ends within its header");
    if (memcmp(chunk, "VP8X", 4) == 0) {
        *out = (struct head){(uint64_t)le24(p + 4) + 1, (uint64_t)le24(p + 7) + 1, 0};
        uint64_t n = le32(chunk + 4);
        if (n < EXTENDED_BYTES)
            return broken(e, "WebP", "its header is too short");
        cursor_take(&c, n - EXTENDED_BYTES + (n & 1));
        if (p[0] & HAS_EXIF)
            out->orientation = webp_orientation(c);
        return TAKT_OK;
    }
    if (memcmp(chunk, "VP8L", 4) == 0) {
        const uint8_t *bits = chunk + 8;
        if (file.len < 25 || bits[0] != 0x2f)
            return broken(e, "WebP", "its lossless header cannot be read");
        uint32_t sides = le32(bits + 1);
        *out = (struct head){(sides & 0x3fff) + 1, (sides >> 14 & 0x3fff) + 1, 0};
        return TAKT_OK;
    }
    if (memcmp(chunk, "VP8 ", 4) == 0) {
        if ((p[0] & 1) || p[3] != 0x9d || p[4] != 0x01 || p[5] != 0x2a)
            return broken(e, "WebP", "its first frame is not a key frame");
        *out = (struct head){le16(p + 6) & 0x3fff, le16(p + 8) & 0x3fff, 0};
        return TAKT_OK;
    }
    return broken(e, "WebP", "it does not begin with a picture");
}

/* ---- GIF: a screen, then blocks; the first frame may be larger than the screen ---- */

static bool gif_skip_blocks(struct cursor *c)
{
    for (uint8_t n = cursor_u8(c); n && !c->failed; n = cursor_u8(c))
        cursor_take(c, n);
    return !c->failed;
}

takt_rc head_gif(struct head *out, struct slice file, takt_err *e)
{
    enum { FRAME = 0x2c, EXTENSION = 0x21, HAS_COLOURS = 0x80 };
    struct cursor c = cursor_over(file);
    cursor_take(&c, 6);
    const uint8_t *screen = cursor_take(&c, 7).p;
    if (!screen)
        return broken(e, "GIF", "it ends within its header");
    if (screen[4] & HAS_COLOURS)
        cursor_take(&c, (uint64_t)3 << ((screen[4] & 7) + 1));
    for (;;) {
        uint8_t block = cursor_u8(&c);
        if (block == EXTENSION) {
            cursor_u8(&c);
            if (gif_skip_blocks(&c))
                continue;
        }
        const uint8_t *frame = block == FRAME ? cursor_take(&c, 9).p : NULL;
        if (c.failed)
            return broken(e, "GIF", "it ends before its first frame");
        if (!frame)
            return broken(e, "GIF", "it has no frame");
        uint64_t right = (uint64_t)le16(frame) + le16(frame + 4);
        uint64_t bottom = (uint64_t)le16(frame + 2) + le16(frame + 6);
        if (le16(frame + 4) == 0 || le16(frame + 6) == 0)
            return broken(e, "GIF", "its first frame has no pixels");
        uint64_t width = le16(screen), height = le16(screen + 2);
        *out = (struct head){right > width ? right : width, bottom > height ? bottom : height, 0};
        return TAKT_OK;
    }
}

takt_rc head_bmp(struct head *out, struct slice file, takt_err *e)
{
    struct bmp b;
    TAKT_TRY(bmp_head_read(&b, file, e));
    *out = (struct head){b.width, b.height, 0};
    return TAKT_OK;
}
