/* JPEG with libjpeg-turbo: its default transform and upsampling, which Pillow has, too. */
#include "media/worker/decode.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

/* More passes over a progressive picture are a trick to keep a decoder busy. */
enum { SCANS_MAX = 100 };

struct job {
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr mgr;
    struct jpeg_progress_mgr progress;
    jmp_buf back;
    const struct sink *s;
    takt_err *e;
    uint8_t *row, *rgb; /* as decoded; as RGB, the same or behind it */
    bool ends_early;
    takt_rc rc;
};

static void on_error(j_common_ptr c)
{
    struct job *j = c->client_data;
    char text[JMSG_LENGTH_MAX];
    c->err->format_message(c, text);
    if (c->err->msg_code == JERR_OUT_OF_MEMORY)
        j->rc = decode_no_memory(j->e);
    else
        j->rc = decode_damaged(j->e, "JPEG", text);
    longjmp(j->back, 1);
}

/* Pixels that were not in the file would be made up: a file that ends early is refused, as Pillow
 * refuses it. Other warnings are about data that decoders have learned to live with. */
static void on_message(j_common_ptr c, int level)
{
    struct job *j = c->client_data;
    if (level < 0 && c->err->msg_code == JWRN_JPEG_EOF)
        j->ends_early = true;
}

static void on_progress(j_common_ptr c)
{
    struct job *j = c->client_data;
    if (j->c.input_scan_number <= SCANS_MAX)
        return;
    j->rc = err_set(j->e, TAKT_ERR_LIMIT, "picture", "is a JPEG of more than %d passes", SCANS_MAX);
    longjmp(j->back, 1);
}

/* Adobe's programs, the only ones that write four inks, store them inverted. */
static void inks_to_rgb(uint8_t *rgb, const uint8_t *inks, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++, rgb += 3, inks += 4)
        for (int c = 0; c < 3; c++) {
            unsigned ink = 255u - inks[c], light = inks[3];
            unsigned shade = ink * light + 128;
            int v = (int)light - (int)(((shade >> 8) + shade) >> 8);
            rgb[c] = (uint8_t)(v < 0 ? 0 : v);
        }
}

static takt_rc check_frame(const struct job *j)
{
    const struct jpeg_decompress_struct *c = &j->c;
    if (c->image_width != j->s->width || c->image_height != j->s->height)
        return decode_damaged(j->e, "JPEG", "it has two frame headers");
    if (c->num_components != 1 && c->num_components != 3 && c->num_components != 4)
        return err_set(j->e, TAKT_ERR_UNSUPPORTED, "picture",
                       "is a JPEG of %d colours; takt reads those of 1, 3 and 4",
                       c->num_components);
    return TAKT_OK;
}

static takt_rc read_rows(struct job *j)
{
    struct jpeg_decompress_struct *c = &j->c;
    bool inks = c->num_components == 4;
    c->out_color_space = inks ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(c);
    j->row = malloc((size_t)j->s->width * (inks ? 7 : 3));
    if (!j->row)
        return decode_no_memory(j->e);
    j->rgb = inks ? j->row + (size_t)j->s->width * 4 : j->row;
    while (c->output_scanline < c->output_height) {
        uint32_t y = c->output_scanline;
        jpeg_read_scanlines(c, &j->row, 1);
        if (inks)
            inks_to_rgb(j->rgb, j->row, j->s->width);
        sink_rgb(j->s, y, j->rgb);
    }
    jpeg_finish_decompress(c);
    return j->ends_early ? decode_damaged(j->e, "JPEG", "it ends early") : TAKT_OK;
}

static void read_all(struct job *j, struct slice file)
{
    if (setjmp(j->back))
        return;
    jpeg_create_decompress(&j->c);
    j->c.client_data = j;
    j->c.progress = &j->progress;
    jpeg_mem_src(&j->c, file.p, file.len);
    jpeg_read_header(&j->c, TRUE);
    j->rc = check_frame(j);
    if (!j->rc.code)
        j->rc = read_rows(j);
}

takt_rc decode_jpeg(struct slice file, const struct sink *s, takt_err *e)
{
    struct job j = {.s = s, .e = e};
    j.c.err = jpeg_std_error(&j.mgr);
    j.c.client_data = &j; /* an error may come before the first call returns */
    j.mgr.error_exit = on_error;
    j.mgr.emit_message = on_message;
    j.progress.progress_monitor = on_progress;
    read_all(&j, file);
    jpeg_destroy_decompress(&j.c);
    free(j.row);
    return j.rc;
}
