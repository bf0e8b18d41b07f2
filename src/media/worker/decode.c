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

/* The header again, and a sink for its size in OUT. */
static takt_rc read_head(struct media_head *head, struct sink *s, struct slice file,
                         const struct media_limits *limits, uint8_t *out, uint64_t out_bytes,
                         takt_err *e)
{
    TAKT_TRY(media_head_read(head, file, limits, e));
    if ((uint64_t)head->width * head->height * 3 > out_bytes)
        return err_set(e, TAKT_ERR_LIMIT, "picture", "%u x %u pixels are too many", head->width,
                       head->height);
    bool turned = head->orientation >= 5;
    *s = (struct sink){out, turned ? head->height : head->width,
                       turned ? head->width : head->height, head->orientation};
    return TAKT_OK;
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
    struct sink s;
    TAKT_TRY(read_head(&head, &s, file, limits, out, out_bytes, e));
    TAKT_TRY(decoders[head.kind](file, &s, e));
    *width = head.width;
    *height = head.height;
    return TAKT_OK;
}

takt_rc decode_frames(struct slice file, const struct media_limits *limits, uint8_t *out,
                      uint64_t out_bytes, const struct wanted *w, uint32_t *width, uint32_t *height,
                      takt_err *e)
{
    struct media_head head;
    struct sink s;
    TAKT_TRY(read_head(&head, &s, file, limits, out, out_bytes, e));
    *width = head.width;
    *height = head.height;
    if (head.kind == MEDIA_GIF)
        return decode_gif_frames(file, &s, w, e);
    if (head.kind == MEDIA_WEBP)
        return decode_webp_frames(file, &s, w, e);
    return err_set(e, TAKT_ERR_UNSUPPORTED, "picture", "is a %s, which has no frames",
                   media_kind_name(head.kind));
}
