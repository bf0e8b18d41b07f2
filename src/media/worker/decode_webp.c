/* WebP with libwebp: lossy and lossless, with transparency; of an animation the first frame. */
#include "media/worker/decode.h"

#include <stdlib.h>

#include <webp/decode.h>
#include <webp/demux.h>

static takt_rc failed(takt_err *e, VP8StatusCode status)
{
    switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY: return decode_no_memory(e);
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED: return decode_damaged(e, "WebP", "it ends early");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        return err_set(e, TAKT_ERR_UNSUPPORTED, "picture",
                       "is a WebP of a newer kind than takt's decoder knows");
    default: return decode_damaged(e, "WebP", "its data cannot be decoded");
    }
}

static void sink_all(const struct sink *s, const uint8_t *pixels, bool alpha)
{
    for (uint32_t y = 0; y < s->height; y++, pixels += (size_t)s->width * (alpha ? 4 : 3)) {
        if (alpha)
            sink_rgba(s, y, pixels);
        else
            sink_rgb(s, y, pixels);
    }
}

static takt_rc other_version(takt_err *e)
{
    return err_set(e, TAKT_ERR_UNSUPPORTED, "picture",
                   "cannot be decoded: libwebp is not the version that takt was built for");
}

static takt_rc still(struct slice file, const struct sink *s, bool alpha, takt_err *e)
{
    WebPDecoderConfig config;
    size_t row_bytes = (size_t)s->width * (alpha ? 4 : 3), bytes = row_bytes * s->height;
    uint8_t *pixels = malloc(bytes);
    if (!pixels)
        return decode_no_memory(e);
    if (!WebPInitDecoderConfig(&config)) {
        free(pixels);
        return other_version(e);
    }
    config.output.colorspace = alpha ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels;
    config.output.u.RGBA.stride = (int)row_bytes;
    config.output.u.RGBA.size = bytes;
    VP8StatusCode status = WebPDecode(file.p, file.len, &config);
    if (status == VP8_STATUS_OK)
        sink_all(s, pixels, alpha);
    free(pixels);
    return status == VP8_STATUS_OK ? TAKT_OK : failed(e, status);
}

static takt_rc play(WebPAnimDecoder *d, const struct sink *s, const struct wanted *w, takt_err *e)
{
    uint8_t *pixels;
    int at_ms;
    for (uint32_t i = 0, frame = 0; i < w->n; frame++) {
        if (!WebPAnimDecoderGetNext(d, &pixels, &at_ms))
            return decode_damaged(e, "WebP", "a frame of its animation cannot be decoded");
        if (frame != w->index[i])
            continue;
        sink_all(s, pixels, true);
        if (!w->ready(w->user, i++))
            break;
    }
    return TAKT_OK;
}

static takt_rc animated(struct slice file, const struct sink *s, const struct wanted *w,
                        takt_err *e)
{
    const WebPData data = {file.p, file.len};
    WebPAnimDecoderOptions o;
    if (!WebPAnimDecoderOptionsInit(&o))
        return other_version(e);
    o.use_threads = 0;
    WebPAnimDecoder *d = WebPAnimDecoderNew(&data, &o);
    if (!d)
        return decode_damaged(e, "WebP", "its animation cannot be decoded");
    takt_rc rc = play(d, s, w, e);
    WebPAnimDecoderDelete(d);
    return rc;
}

static bool first_alone(void *user, uint32_t i)
{
    (void)user;
    (void)i;
    return true;
}

/* W NULL: a picture. */
static takt_rc decode(struct slice file, const struct sink *s, const struct wanted *w, takt_err *e)
{
    static const uint32_t first;
    const struct wanted one = {&first, 1, first_alone, NULL};
    WebPBitstreamFeatures f;
    VP8StatusCode status = WebPGetFeatures(file.p, file.len, &f);
    if (status != VP8_STATUS_OK)
        return failed(e, status);
    if (f.width < 0 || f.height < 0 || (uint32_t)f.width != s->width ||
        (uint32_t)f.height != s->height)
        return decode_damaged(e, "WebP", "its header and its pixels do not agree");
    if (f.has_animation)
        return animated(file, s, w ? w : &one, e);
    TAKT_TRY(still(file, s, f.has_alpha, e));
    if (w && w->n > 0)
        w->ready(w->user, 0);
    return TAKT_OK;
}

takt_rc decode_webp(struct slice file, const struct sink *s, takt_err *e)
{
    return decode(file, s, NULL, e);
}

takt_rc decode_webp_frames(struct slice file, const struct sink *s, const struct wanted *w,
                           takt_err *e)
{
    return decode(file, s, w, e);
}
