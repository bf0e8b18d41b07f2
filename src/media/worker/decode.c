#include "media/worker/decode.h"

#include "media/media.h"

takt_rc decode_damaged(takt_err *e, const char *kind, const char *what)
{
    return err_set(e, TAKT_ERR_FORMAT, "picture", "is a damaged %s: %s", kind, what);
}

takt_rc decode_no_memory(takt_err *e)
{
    return err_set(e, TAKT_ERR_LIMIT, "picture", "takes more memory than its decoder may have");
}

takt_rc decode_picture(struct slice file, const struct media_limits *limits, uint8_t *out,
                       uint64_t out_bytes, uint32_t *width, uint32_t *height, takt_err *e)
{
    static takt_rc (*const decoders[MEDIA_N_KINDS])(struct slice, const struct sink *,
                                                    takt_err *) = {
        [MEDIA_PNG] = decode_png, [MEDIA_JPEG] = decode_jpeg, [MEDIA_WEBP] = decode_webp,
        [MEDIA_GIF] = decode_gif, [MEDIA_BMP] = decode_bmp,
    };
    struct media_head head;
    TAKT_TRY(media_head_read(&head, file, limits, e));
    if ((uint64_t)head.width * head.height * 3 > out_bytes)
        return err_set(e, TAKT_ERR_LIMIT, "picture", "%u x %u pixels are too many", head.width,
                       head.height);
    bool turned = head.orientation >= 5;
    struct sink s = {out, turned ? head.height : head.width, turned ? head.width : head.height,
                     head.orientation};
    TAKT_TRY(decoders[head.kind](file, &s, e));
    *width = head.width;
    *height = head.height;
    return TAKT_OK;
}
