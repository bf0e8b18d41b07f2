/* film_read: what ffmpeg writes, checked byte by byte: the list of packets (framecrc) and the heads
 * of pictures (PPM). */
#ifndef TAKT_MEDIA_FILM_READ_H
#define TAKT_MEDIA_FILM_READ_H

#include "media/frames.h"

enum { FILM_LINE_MAX = 512, FILM_HEAD_MAX = 24 };

/* What the lines so far have told. Zero-initialise. */
struct film_list {
    uint64_t tb_num, tb_den; /* seconds per unit of time; 0: not yet told */
    uint32_t width, height;  /* 0: not told */
    struct frames frames;    /* as they lie in the file, not yet in the order of time */
};

/* film_list_line reads a line without its newline. Comments ("#...") that are of no use are
 * skipped. Errors: INTERNAL (no such line is ffmpeg's), LIMIT, MEMORY. */
takt_rc film_list_line(struct film_list *t, const char *line, size_t n,
                       const struct media_clip_limits *l, takt_err *e);

/* film_list_free frees the frames and makes T zeros. */
void film_list_free(struct film_list *t);

/* film_ppm_head reads the N bytes of a picture's head, "P6\nWIDTH HEIGHT\n255\n". Errors: INTERNAL
 * (it is none, or more), and those of film_size_check. */
takt_rc film_ppm_head(uint32_t *width, uint32_t *height, const char *head, size_t n,
                      const struct media_clip_limits *l, takt_err *e);

/* film_size_check refuses frames without pixels, or with too many: L->pixels, and 32,768 a side.
 * Errors: FORMAT, LIMIT. */
takt_rc film_size_check(uint64_t width, uint64_t height, const struct media_clip_limits *l,
                        takt_err *e);

#endif
