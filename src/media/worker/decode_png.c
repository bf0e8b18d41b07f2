/* PNG with libpng: all colour types and depths, interlaced or not. */
#include "media/worker/decode.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

struct job {
    png_structp png;
    png_infop info;
    struct cursor c;
    const struct sink *s;
    takt_err *e;
    uint8_t *rows;
    bool no_memory;
    takt_rc rc;
};

static void on_error(png_structp png, png_const_charp what)
{
    struct job *j = png_get_error_ptr(png);
    j->rc = j->no_memory ? decode_no_memory(j->e) : decode_damaged(j->e, "PNG", what);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp what)
{
    (void)png; /* what is wrong with an optional chunk does not matter */
    (void)what;
}

static void on_read(png_structp png, png_bytep to, size_t n)
{
    struct job *j = png_get_io_ptr(png);
    struct slice s = cursor_take(&j->c, n);
    if (j->c.failed)
        png_error(png, "it ends early");
    memcpy(to, s.p, n);
}

static png_voidp on_malloc(png_structp png, png_alloc_size_t n)
{
    struct job *j = png_get_mem_ptr(png);
    void *p = malloc(n);
    j->no_memory |= !p;
    return p;
}

static void on_free(png_structp png, png_voidp p)
{
    (void)png;
    free(p);
}

/* Chunks that change no pixel are skipped unread; of 16 bits the high 8 count. */
static void prepare(struct job *j)
{
    png_structp png = j->png;
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_user_limits(png, j->s->width, j->s->height);
    png_set_read_fn(png, j, on_read);
    png_read_info(png, j->info);
    png_set_expand(png); /* palettes, small greys, a transparent colour */
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
}

static void sink_row(const struct job *j, uint32_t y, const uint8_t *row, unsigned channels)
{
    if (channels == 4)
        sink_rgba(j->s, y, row);
    else
        sink_rgb(j->s, y, row);
}

static takt_rc read_rows(struct job *j)
{
    png_structp png = j->png;
    prepare(j);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, j->info);
    unsigned channels = png_get_channels(png, j->info);
    size_t row_bytes = png_get_rowbytes(png, j->info), height = j->s->height;
    if (png_get_image_width(png, j->info) != j->s->width ||
        png_get_image_height(png, j->info) != height || (channels != 3 && channels != 4) ||
        row_bytes != (size_t)j->s->width * channels)
        return decode_damaged(j->e, "PNG", "its header and its pixels do not agree");

    /* Of an interlaced picture every pass gives some pixels of its rows. */
    bool whole = passes > 1;
    j->rows = malloc(whole ? row_bytes * height : row_bytes);
    if (!j->rows)
        return decode_no_memory(j->e);
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < height; y++) {
            uint8_t *row = j->rows + (whole ? y * row_bytes : 0);
            png_read_row(png, row, NULL);
            if (pass == passes - 1)
                sink_row(j, y, row, channels);
        }
    png_read_end(png, NULL); /* checks what has not been yet */
    return TAKT_OK;
}

static void read_all(struct job *j)
{
    if (setjmp(png_jmpbuf(j->png)))
        return;
    j->rc = read_rows(j);
}

takt_rc decode_png(struct slice file, const struct sink *s, takt_err *e)
{
    struct job j = {.c = cursor_over(file), .s = s, .e = e};
    j.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &j, on_error, on_warning, &j, on_malloc,
                                     on_free);
    j.info = j.png ? png_create_info_struct(j.png) : NULL;
    if (j.info)
        read_all(&j);
    else
        j.rc = decode_no_memory(e);
    png_destroy_read_struct(&j.png, &j.info, NULL);
    free(j.rows);
    return j.rc;
}
