#include "media/worker/sink.h"

#include <stddef.h>
#include <string.h>

/* Where the first pixel of the stored row Y lies upright, and how far it is to its next one, both
 * in pixels. */
static size_t place(const struct sink *s, uint32_t y, ptrdiff_t *step)
{
    size_t w = s->width, h = s->height, up = h - 1 - y;
    switch (s->orientation) {
    case 2: *step = -1; return y * w + w - 1;               /* mirrored */
    case 3: *step = -1; return up * w + w - 1;              /* turned by 180 degrees */
    case 4: *step = 1; return up * w;                       /* upside down, mirrored */
    case 5: *step = (ptrdiff_t)h; return y;                 /* rows are columns */
    case 6: *step = (ptrdiff_t)h; return up;                /* to be turned right */
    case 7: *step = -(ptrdiff_t)h; return (w - 1) * h + up; /* rows are columns, from behind */
    case 8: *step = -(ptrdiff_t)h; return (w - 1) * h + y;  /* to be turned left */
    default: *step = 1; return y * w;
    }
}

void sink_rgb(const struct sink *s, uint32_t y, const uint8_t *row)
{
    ptrdiff_t step;
    uint8_t *to = s->out + place(s, y, &step) * 3;
    if (step == 1) {
        memcpy(to, row, (size_t)s->width * 3);
        return;
    }
    for (uint32_t x = 0; x < s->width; x++, row += 3) {
        memcpy(to, row, 3);
        if (x + 1 < s->width)
            to += step * 3;
    }
}

/* (v * a + 255 * (255 - a)) / 255, rounded */
static uint8_t over_white(uint8_t v, uint8_t a)
{
    unsigned sum = 255u * (255u - a) + (unsigned)v * a + 128;
    return (uint8_t)(((sum >> 8) + sum) >> 8);
}

void sink_rgba(const struct sink *s, uint32_t y, const uint8_t *row)
{
    ptrdiff_t step;
    uint8_t *to = s->out + place(s, y, &step) * 3;
    for (uint32_t x = 0; x < s->width; x++, row += 4) {
        for (int c = 0; c < 3; c++)
            to[c] = over_white(row[c], row[3]);
        if (x + 1 < s->width)
            to += step * 3;
    }
}
