/* The decoders, here not confined: our reader of BMP, and how the libraries are called; frames of
 * animations as well. */
#include <stdlib.h>

#include "media/media.h"
#include "media/worker/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool on_frame(void *user, uint32_t i)
{
    uint32_t *n_frames = user;
    if (i != (*n_frames)++)
        abort();
    return true;
}

static void play(struct slice file, const struct media_limits *l, uint8_t *out, size_t bytes)
{
    static const uint32_t index[] = {0, 1, 3, 4, 20};
    uint32_t n = 0, width, height;
    const struct wanted w = {index, sizeof index / sizeof *index, on_frame, &n};
    takt_err e = {0};
    if (decode_frames(file, l, out, bytes, &w, &width, &height, &e).code && !e.what[0])
        abort();
    if (n > w.n)
        abort();
}

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
    play(file, &l, out, bytes);
    free(out);
    return 0;
}
