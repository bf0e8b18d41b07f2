/* GIF with giflib: frames on their screen, each drawn over what the one before it left. */
#include "media/worker/decode.h"

#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

struct job {
    struct cursor c;
    const struct sink *s;
    takt_err *e;
    GifFileType *gif;
    int transparent; /* index; NO_TRANSPARENT_COLOR */
    int disposal;    /* what becomes of the frame before the next one */
    uint8_t colour[256][4];
    uint8_t *indices;       /* of the frame, row by row */
    uint8_t *screen, *left; /* RGBA; what a frame leaves that is to vanish again, or NULL */
};

/* The part of the screen that a frame has. */
struct part {
    uint32_t x, y, width, height;
};

static int on_read(GifFileType *gif, GifByteType *to, int n)
{
    struct job *j = gif->UserData;
    size_t left = cursor_left(&j->c), take = n > 0 ? (size_t)n : 0;
    take = take < left ? take : left;
    if (take > 0)
        memcpy(to, cursor_take(&j->c, take).p, take);
    return (int)take;
}

static takt_rc failed(struct job *j, int error)
{
    if (error == D_GIF_ERR_NOT_ENOUGH_MEM)
        return decode_no_memory(j->e);
    if (error == D_GIF_ERR_READ_FAILED || error == D_GIF_ERR_EOF_TOO_SOON)
        return decode_damaged(j->e, "GIF", "it ends early");
    const char *text = GifErrorString(error);
    return decode_damaged(j->e, "GIF", text ? text : "its data cannot be decoded");
}

/* Reads up to the next frame, its header included. */
static takt_rc find_frame(struct job *j)
{
    GifRecordType type;
    j->transparent = NO_TRANSPARENT_COLOR;
    j->disposal = DISPOSAL_UNSPECIFIED;
    for (;;) {
        if (DGifGetRecordType(j->gif, &type) == GIF_ERROR)
            return failed(j, j->gif->Error);
        if (type == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(j->gif) == GIF_ERROR ? failed(j, j->gif->Error) : TAKT_OK;
        if (type != EXTENSION_RECORD_TYPE)
            return decode_damaged(j->e, "GIF", "it has no frame where one should be");
        int code;
        GifByteType *block; /* its length, then its bytes */
        if (DGifGetExtension(j->gif, &code, &block) == GIF_ERROR)
            return failed(j, j->gif->Error);
        GraphicsControlBlock control;
        if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] == 4 &&
            DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
            j->transparent = control.TransparentColor;
            j->disposal = control.DisposalMode;
        }
        while (block)
            if (DGifGetExtensionNext(j->gif, &block) == GIF_ERROR)
                return failed(j, j->gif->Error);
    }
}

/* Without a table of colours the indices are greys. */
static void read_colours(struct job *j)
{
    const ColorMapObject *map = j->gif->Image.ColorMap ? j->gif->Image.ColorMap : j->gif->SColorMap;
    int n = map && map->ColorCount < 256 ? map->ColorCount : 256;
    for (int i = 0; i < 256; i++) {
        uint8_t grey = (uint8_t)(map ? 0 : i);
        uint8_t c[4] = {grey, grey, grey, i == j->transparent ? 0 : 255};
        if (map && i < n) {
            c[0] = map->Colors[i].Red;
            c[1] = map->Colors[i].Green;
            c[2] = map->Colors[i].Blue;
        }
        memcpy(j->colour[i], c, 4);
    }
}

static takt_rc read_indices(struct job *j, const struct part *p)
{
    /* The rows of an interlaced frame come in four passes. */
    static const uint32_t first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    bool interlaced = j->gif->Image.Interlace;
    for (int pass = 0; pass < (interlaced ? 4 : 1); pass++)
        for (uint32_t y = interlaced ? first[pass] : 0; y < p->height;
             y += interlaced ? step[pass] : 1)
            if (DGifGetLine(j->gif, j->indices + (size_t)y * p->width, (int)p->width) == GIF_ERROR)
                return failed(j, j->gif->Error);
    return TAKT_OK;
}

static uint8_t *pixel(const struct job *j, uint32_t x, uint32_t y)
{
    return j->screen + ((size_t)y * j->s->width + x) * 4;
}

static size_t screen_bytes(const struct job *j)
{
    return (size_t)j->s->width * j->s->height * 4;
}

/* Before the first frame all is what is transparent in it, else the first colour, as Pillow has it.
 */
static void clear_screen(struct job *j)
{
    int around = j->transparent >= 0 ? j->transparent : 0;
    for (size_t i = 0; i < screen_bytes(j); i += 4)
        memcpy(j->screen + i, j->colour[around & 255], 4);
}

static void draw(struct job *j, const struct part *p)
{
    for (uint32_t y = 0; y < p->height && p->y + y < j->s->height; y++)
        for (uint32_t x = 0; x < p->width && p->x + x < j->s->width; x++) {
            unsigned i = j->indices[(size_t)y * p->width + x];
            if ((int)i != j->transparent)
                memcpy(pixel(j, p->x + x, p->y + y), j->colour[i], 4);
        }
}

/* After the frame at P: its part becomes transparent, or what it was before. */
static void dispose(struct job *j, const struct part *p)
{
    if (j->disposal == DISPOSE_PREVIOUS)
        memcpy(j->screen, j->left, screen_bytes(j));
    if (j->disposal != DISPOSE_BACKGROUND)
        return;
    for (uint32_t y = 0; y < p->height && p->y + y < j->s->height; y++)
        for (uint32_t x = 0; x < p->width && p->x + x < j->s->width; x++)
            memset(pixel(j, p->x + x, p->y + y), 0, 4);
}

/* Only the first frame's place is known to lie on the screen; later ones may leave it, but are no
 * larger. */
static takt_rc read_place(struct job *j, struct part *p, bool is_first)
{
    const GifImageDesc *d = &j->gif->Image;
    if (d->Left < 0 || d->Top < 0 || d->Width <= 0 || d->Height <= 0 ||
        (uint32_t)d->Width > j->s->width || (uint32_t)d->Height > j->s->height)
        return decode_damaged(j->e, "GIF", "a frame is larger than its header says");
    *p =
        (struct part){(uint32_t)d->Left, (uint32_t)d->Top, (uint32_t)d->Width, (uint32_t)d->Height};
    if (is_first && (p->x + p->width > j->s->width || p->y + p->height > j->s->height))
        return decode_damaged(j->e, "GIF", "its first frame is not where its header says");
    return TAKT_OK;
}

/* Reads a frame and draws it; *p is its part. */
static takt_rc read_frame(struct job *j, struct part *p, bool is_first)
{
    TAKT_TRY(find_frame(j));
    TAKT_TRY(read_place(j, p, is_first));
    read_colours(j);
    TAKT_TRY(read_indices(j, p));
    if (is_first)
        clear_screen(j);
    if (j->disposal == DISPOSE_PREVIOUS && !j->left && !(j->left = malloc(screen_bytes(j))))
        return decode_no_memory(j->e);
    if (j->disposal == DISPOSE_PREVIOUS)
        memcpy(j->left, j->screen, screen_bytes(j));
    draw(j, p);
    return TAKT_OK;
}

static void sink_screen(const struct job *j)
{
    for (uint32_t y = 0; y < j->s->height; y++)
        sink_rgba(j->s, y, pixel(j, 0, y));
}

static takt_rc play(struct job *j, const struct wanted *w)
{
    j->indices = malloc((size_t)j->s->width * j->s->height);
    j->screen = malloc(screen_bytes(j));
    if (!j->indices || !j->screen)
        return decode_no_memory(j->e);
    for (uint32_t i = 0, frame = 0; i < w->n; frame++) {
        struct part p;
        TAKT_TRY(read_frame(j, &p, frame == 0));
        if (frame == w->index[i]) {
            sink_screen(j);
            if (!w->ready(w->user, i++))
                break;
        }
        dispose(j, &p);
    }
    return TAKT_OK;
}

takt_rc decode_gif_frames(struct slice file, const struct sink *s, const struct wanted *w,
                          takt_err *e)
{
    struct job j = {.c = cursor_over(file), .s = s, .e = e};
    int error = 0;
    j.gif = DGifOpen(&j, on_read, &error);
    if (!j.gif)
        return failed(&j, error);
    takt_rc rc = play(&j, w);
    DGifCloseFile(j.gif, &error);
    free(j.indices);
    free(j.screen);
    free(j.left);
    return rc;
}

static bool stop(void *user, uint32_t i)
{
    (void)user;
    (void)i;
    return false;
}

takt_rc decode_gif(struct slice file, const struct sink *s, takt_err *e)
{
    static const uint32_t first;
    const struct wanted w = {&first, 1, stop, NULL};
    return decode_gif_frames(file, s, &w, e);
}
