/* sink: where a decoder's rows go: upright and without transparency into the output area. */
#ifndef TAKT_MEDIA_WORKER_SINK_H
#define TAKT_MEDIA_WORKER_SINK_H

#include <stdint.h>

struct sink {
    uint8_t *out;           /* width * height * 3 bytes */
    uint32_t width, height; /* as stored */
    unsigned orientation;   /* of EXIF, 1 to 8 */
};

/* sink_rgb, sink_rgba take the stored row Y (from above, below height) of s->width pixels of 3 or 4
 * bytes. Rows may come in any order and again. What is transparent shows white, mixed as Pillow
 * mixes. */
void sink_rgb(const struct sink *s, uint32_t y, const uint8_t *row);
void sink_rgba(const struct sink *s, uint32_t y, const uint8_t *row);

#endif
