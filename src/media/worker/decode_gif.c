/* The first frame of a GIF with giflib, on its screen. */
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
    uint8_t colour[256][4];
    uint8_t *indices; /* of the frame, row by row */
    uint8_t *row;     /* of the screen, RGBA */
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

/* Reads up to the first frame, its header included. */
static takt_rc find_frame(struct job *j)
{
    GifRecordType type;
    for (;;) {
        if (DGifGetRecordType(j->gif, &type) == GIF_ERROR)
            return failed(j, j->gif->Error);
        if (type == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(j->gif) == GIF_ERROR ? failed(j, j->gif->Error) : TAKT_OK;
        if (type != EXTENSION_RECORD_TYPE)
            return decode_damaged(j->e, "GIF", "it has no frame");
        int code;
        GifByteType *block; /* its length, then its bytes */
        if (DGifGetExtension(j->gif, &code, &block) == GIF_ERROR)
            return failed(j, j->gif->Error);
        GraphicsControlBlock control;
        if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] == 4 &&
            DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
            j->transparent = control.TransparentColor;
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

static takt_rc read_indices(struct job *j, uint32_t width, uint32_t height)
{
    /* The rows of an interlaced frame come in four passes. */
    static const uint32_t first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    bool interlaced = j->gif->Image.Interlace;
    for (int pass = 0; pass < (interlaced ? 4 : 1); pass++)
        for (uint32_t y = interlaced ? first[pass] : 0; y < height;
             y += interlaced ? step[pass] : 1)
            if (DGifGetLine(j->gif, j->indices + (size_t)y * width, (int)width) == GIF_ERROR)
                return failed(j, j->gif->Error);
    return TAKT_OK;
}

/* Around a frame that is smaller than its screen: what is transparent, else the first colour. */
static void sink_frame(struct job *j, uint32_t left, uint32_t top, uint32_t width, uint32_t height)
{
    int around = j->transparent >= 0 ? j->transparent : 0;
    const struct sink *s = j->s;
    for (uint32_t y = 0; y < s->height; y++) {
        bool in_frame = y >= top && y - top < height;
        for (uint32_t x = 0; x < s->width; x++) {
            bool inside = in_frame && x >= left && x - left < width;
            unsigned i = inside ? j->indices[(size_t)(y - top) * width + (x - left)]
                                : (unsigned)around & 255;
            memcpy(j->row + (size_t)x * 4, j->colour[i], 4);
        }
        sink_rgba(s, y, j->row);
    }
}

static takt_rc read_frame(struct job *j)
{
    TAKT_TRY(find_frame(j));
    const GifImageDesc *d = &j->gif->Image;
    if (d->Left < 0 || d->Top < 0 || d->Width <= 0 || d->Height <= 0 ||
        (uint64_t)d->Left + (uint64_t)d->Width > j->s->width ||
        (uint64_t)d->Top + (uint64_t)d->Height > j->s->height)
        return decode_damaged(j->e, "GIF", "its first frame is not where its header says");
    uint32_t width = (uint32_t)d->Width, height = (uint32_t)d->Height;
    j->indices = malloc((size_t)width * height);
    j->row = malloc((size_t)j->s->width * 4);
    if (!j->indices || !j->row)
        return decode_no_memory(j->e);
    read_colours(j);
    TAKT_TRY(read_indices(j, width, height));
    sink_frame(j, (uint32_t)d->Left, (uint32_t)d->Top, width, height);
    return TAKT_OK;
}

takt_rc decode_gif(struct slice file, const struct sink *s, takt_err *e)
{
    struct job j = {.c = cursor_over(file), .s = s, .e = e, .transparent = NO_TRANSPARENT_COLOR};
    int error = 0;
    j.gif = DGifOpen(&j, on_read, &error);
    if (!j.gif)
        return failed(&j, error);
    takt_rc rc = read_frame(&j);
    DGifCloseFile(j.gif, &error);
    free(j.indices);
    free(j.row);
    return rc;
}
