#include "media/animation.h"

#include "media/bytes.h"

enum { MS_NS = 1000000, SHORTEST_MS = 10, SHORT_SHOWN_MS = 100 };

static takt_rc broken(takt_err *e, const char *kind, const char *what)
{
    return err_set(e, TAKT_ERR_FORMAT, "clip", "is a damaged %s: %s", kind, what);
}

static takt_rc add(struct frames *f, uint32_t ms, const struct media_clip_limits *l, takt_err *e)
{
    int64_t at = f->n ? f->end_ns : 0;
    return frames_add(f, at, at + (int64_t)(ms <= SHORTEST_MS ? SHORT_SHOWN_MS : ms) * MS_NS, l, e);
}

/* ---- GIF: a screen, then blocks: extensions, of which one tells the next frame's time, frames,
 * and the end, without which a file may do as well ---- */

enum { GIF_EXTENSION = 0x21, GIF_FRAME = 0x2c, GIF_END = 0x3b, GIF_CONTROL = 0xf9 };
enum { GIF_HAS_COLOURS = 0x80 };

static bool gif_skip_blocks(struct cursor *c)
{
    for (uint8_t n = cursor_u8(c); n && !c->failed; n = cursor_u8(c))
        cursor_take(c, n);
    return !c->failed;
}

static void gif_skip_colours(struct cursor *c, uint8_t flags)
{
    if (flags & GIF_HAS_COLOURS)
        cursor_take(c, (uint64_t)3 << ((flags & 7) + 1));
}

/* An extension; *ms changes where it is the one that tells the time. */
static bool gif_extension(struct cursor *c, uint32_t *ms)
{
    uint8_t label = cursor_u8(c);
    struct cursor ahead = *c;
    if (label == GIF_CONTROL && cursor_u8(&ahead) == 4) {
        const uint8_t *control = cursor_take(&ahead, 4).p;
        if (control)
            *ms = le16(control + 1) * 10;
    }
    return gif_skip_blocks(c);
}

static bool gif_frame(struct cursor *c)
{
    const uint8_t *place = cursor_take(c, 9).p;
    if (!place)
        return false;
    gif_skip_colours(c, place[8]);
    cursor_u8(c); /* bits of the smallest code */
    return gif_skip_blocks(c);
}

static takt_rc read_gif(struct frames *f, struct slice file, const struct media_clip_limits *l,
                        takt_err *e)
{
    struct cursor c = cursor_over(file);
    uint32_t ms = 0;
    cursor_take(&c, 6);
    const uint8_t *screen = cursor_take(&c, 7).p;
    if (screen)
        gif_skip_colours(&c, screen[4]);
    while (cursor_left(&c) > 0) {
        uint8_t block = cursor_u8(&c);
        bool whole = true;
        if (block == GIF_EXTENSION) {
            whole = gif_extension(&c, &ms);
        } else if (block == GIF_FRAME) {
            whole = gif_frame(&c);
            if (whole)
                TAKT_TRY(add(f, ms, l, e));
            ms = 0;
        } else {
            break; /* the end; what else may stand there is no frame */
        }
        if (!whole)
            break;
    }
    return c.failed ? broken(e, "GIF", "it ends early") : TAKT_OK;
}

/* ---- WebP: chunks; each ANMF is a frame ---- */

static takt_rc read_webp(struct frames *f, struct slice file, const struct media_clip_limits *l,
                         takt_err *e)
{
    enum { RIFF_BYTES = 12, ANMF_BYTES = 16, IS_ANIMATED = 2 };
    struct cursor c = cursor_over(file);
    cursor_take(&c, RIFF_BYTES);
    struct cursor first = c;
    const uint8_t *head = cursor_take(&first, 9).p;
    if (!head || memcmp(head, "VP8X", 4) != 0 || !(head[8] & IS_ANIMATED))
        return add(f, 0, l, e);
    const uint8_t *chunk;
    while ((chunk = cursor_take(&c, 8).p)) {
        uint64_t n = le32(chunk + 4);
        const uint8_t *data = cursor_take(&c, n).p;
        if (memcmp(chunk, "ANMF", 4) == 0) {
            if (!data || n < ANMF_BYTES)
                return broken(e, "WebP", "it ends early");
            TAKT_TRY(add(f, le24(data + 12), l, e));
        }
        cursor_take(&c, n & 1); /* chunks begin at even places */
    }
    return TAKT_OK;
}

takt_rc animation_read(struct frames *f, struct slice file, enum media_kind kind,
                       const struct media_clip_limits *l, takt_err *e)
{
    return kind == MEDIA_GIF ? read_gif(f, file, l, e) : read_webp(f, file, l, e);
}
