/* The headers of pictures: what is accepted is within the limits, and turned as it says. */
#include <stdlib.h>

#include "media/bmp.h"
#include "media/exif.h"
#include "media/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_bmp(struct slice file)
{
    struct bmp b;
    takt_err e;
    if (bmp_head_read(&b, file, &e).code)
        return;
    const uint8_t *end = file.p + file.len;
    if (b.pixels.p + b.pixels.len != end || b.pixels.len == 0 || b.width == 0 || b.height == 0)
        abort();
    if (b.bits <= 8 && (b.n_colours == 0 || b.n_colours > 1u << b.bits ||
                        b.palette.p + b.palette.len > b.pixels.p))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct slice file = {data, n};
    const struct media_limits l = {.pixels = 1 << 20, .side = 5000, .ratio = 50};
    struct media_head h;
    takt_err e;
    if (media_head_read(&h, file, &l, &e).code) {
        if (!e.what[0])
            abort();
    } else if (h.width == 0 || h.height == 0 || (uint64_t)h.width * h.height > l.pixels ||
               h.width > l.side || h.height > l.side || h.width > h.height * l.ratio ||
               h.height > h.width * l.ratio || h.orientation < 1 || h.orientation > 8) {
        abort();
    }
    check_bmp(file);
    if (exif_orientation(file) > 8)
        abort();
    return 0;
}
