/* decode: one function per kind of picture. Runs in a worker only: the libraries behind these
 * functions are assumed to be breakable.
 *
 * FILE is a picture of that kind whose header media_head_read has accepted, and S has the stored
 * size that it found. Errors: FORMAT (damaged, or its decoder finds another size than its header
 * says), UNSUPPORTED, LIMIT (no memory: heap_bytes is the limit). S then holds anything. */
#ifndef TAKT_MEDIA_WORKER_DECODE_H
#define TAKT_MEDIA_WORKER_DECODE_H

#include "base/err.h"
#include "base/slice.h"
#include "media/worker/sink.h"

/* decode_png to decode_bmp: see above. */
takt_rc decode_png(struct slice file, const struct sink *s, takt_err *e);
takt_rc decode_jpeg(struct slice file, const struct sink *s, takt_err *e);
takt_rc decode_webp(struct slice file, const struct sink *s, takt_err *e);
takt_rc decode_gif(struct slice file, const struct sink *s, takt_err *e);
takt_rc decode_bmp(struct slice file, const struct sink *s, takt_err *e);

/* Frames that are wanted of an animation. */
struct wanted {
    const uint32_t *index; /* [n] their numbers, ascending */
    uint32_t n;
    bool (*ready)(void *user, uint32_t i); /* S holds the one of index[i]; false: stop */
    void *user;
};

/* decode_gif_frames, decode_webp_frames call W->ready for each wanted frame in turn. Stopped by it
 * they succeed. Errors: as above, FORMAT also where the file has fewer frames. */
takt_rc decode_gif_frames(struct slice file, const struct sink *s, const struct wanted *w,
                          takt_err *e);
takt_rc decode_webp_frames(struct slice file, const struct sink *s, const struct wanted *w,
                           takt_err *e);

/* decode_damaged, decode_no_memory: the two failures that all of them have. WHAT is the library's
 * own words. */
takt_rc decode_damaged(takt_err *e, const char *kind, const char *what);
takt_rc decode_no_memory(takt_err *e);

/* decode_picture reads the header of FILE within LIMITS again, decodes, and fills *width and
 * *height with the upright size. OUT has OUT_BYTES. Errors: those of media_head_read and the above.
 */
struct media_limits;
takt_rc decode_picture(struct slice file, const struct media_limits *limits, uint8_t *out,
                       uint64_t out_bytes, uint32_t *width, uint32_t *height, takt_err *e);

/* decode_frames is the same for frames of a GIF or WebP; it fills the sizes before the first
 * W->ready. UNSUPPORTED: FILE is of another kind. */
takt_rc decode_frames(struct slice file, const struct media_limits *limits, uint8_t *out,
                      uint64_t out_bytes, const struct wanted *w, uint32_t *width, uint32_t *height,
                      takt_err *e);

#endif
