/* The decoders, here not confined: our reader of BMP, and how the libraries are called. */
#include <stdlib.h>

#include "media/media.h"
#include "media/worker/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct slice file = {data, n};
    const struct media_limits l = {.pixels = 1 << 16, .side = 2000};
    struct media_head h;
    takt_err e = {0};
    if (media_head_read(&h, file, &l, &e).code)
        return 0;
    size_t bytes = (size_t)h.width * h.height * 3;
    uint8_t *out = malloc(bytes); /* exactly, so that a sanitizer sees every step beyond */
    if (!out)
        return 0;
    uint32_t width = 0, height = 0;
    takt_rc rc = decode_picture(file, &l, out, bytes, &width, &height, &e);
    if (rc.code ? !e.what[0] : width != h.width || height != h.height)
        abort();
    if (!decode_picture(file, &l, out, bytes - 1, &width, &height, &e).code)
        abort();
    free(out);
    return 0;
}
