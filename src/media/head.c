#include "media/head.h"

#include <string.h>

static const struct kind {
    const char *name;
    takt_rc (*read)(struct head *out, struct slice file, takt_err *e);
} kinds[MEDIA_N_KINDS] = {
    [MEDIA_PNG] = {"PNG", head_png},    [MEDIA_JPEG] = {"JPEG", head_jpeg},
    [MEDIA_WEBP] = {"WebP", head_webp}, [MEDIA_GIF] = {"GIF", head_gif},
    [MEDIA_BMP] = {"BMP", head_bmp},
};

#define THE_KINDS "takt reads PNG, JPEG, WebP, GIF and BMP"

const char *media_kind_name(enum media_kind kind)
{
    return (unsigned)kind < MEDIA_N_KINDS ? kinds[kind].name : "?";
}

struct media_limits media_limits_of(const struct media_limits *l)
{
    struct media_limits r = l ? *l : (struct media_limits){0};
    r.file_bytes = r.file_bytes ? r.file_bytes : 32u << 20;
    r.pixels = r.pixels ? r.pixels : 50000000;
    r.side = r.side ? r.side : 32768;
    r.ratio = r.ratio ? r.ratio : 200;
    r.decode_ns = r.decode_ns ? r.decode_ns : INT64_C(5000000000);
    return r;
}

/* Whether FILE has the N bytes of TEXT from place AT on. */
static bool has(struct slice file, size_t at, const char *text, size_t n)
{
    return file.len >= at + n && memcmp(file.p + at, text, n) == 0;
}

static bool find_kind(enum media_kind *kind, struct slice file)
{
    if (has(file, 0, "\x89PNG\r\n\x1a\n", 8))
        *kind = MEDIA_PNG;
    else if (has(file, 0, "\xff\xd8", 2))
        *kind = MEDIA_JPEG;
    else if (has(file, 0, "RIFF", 4) && has(file, 8, "WEBP", 4))
        *kind = MEDIA_WEBP;
    else if (has(file, 0, "GIF87a", 6) || has(file, 0, "GIF89a", 6))
        *kind = MEDIA_GIF;
    else if (has(file, 0, "BM", 2))
        *kind = MEDIA_BMP;
    else
        return false;
    return true;
}

/* What people send instead. */
static const struct stranger {
    const char *name, *text;
    size_t at, n;
} strangers[] = {
    {"a HEIC photo", "ftyphei", 4, 7},
    {"a HEIC photo", "ftypmif1", 4, 8},
    {"a HEIC photo", "ftypmsf1", 4, 8},
    {"an AVIF picture", "ftypavi", 4, 7},
    {"a film (MP4 or MOV)", "ftyp", 4, 4},
    {"a film (WebM or MKV)", "\x1a\x45\xdf\xa3", 0, 4},
    {"a film (AVI)", "AVI ", 8, 4},
    {"a TIFF picture", "II*\0", 0, 4},
    {"a TIFF picture", "MM\0*", 0, 4},
    {"a JPEG XL picture", "\xff\x0a", 0, 2},
    {"a JPEG XL picture", "\0\0\0\x0cJXL ", 0, 8},
    {"a JPEG 2000 picture", "\0\0\0\x0cjP  ", 0, 8},
    {"a JPEG 2000 picture", "\xff\x4f\xff\x51", 0, 4},
    {"an icon (ICO)", "\0\0\1\0", 0, 4},
    {"a Photoshop file", "8BPS", 0, 4},
    {"a QOI picture", "qoif", 0, 4},
    {"a PDF document", "%PDF", 0, 4},
    {"an SVG drawing", "<svg", 0, 4},
    {"an XML file (an SVG drawing?)", "<?xml", 0, 5},
    {"a web page", "<!DOCTYPE", 0, 9},
    {"a web page", "<!doctype", 0, 9},
    {"a web page", "<html", 0, 5},
    {"a PostScript document", "%!PS", 0, 4},
    {"a ZIP archive", "PK\3\4", 0, 4},
    {"compressed with gzip", "\x1f\x8b", 0, 2},
    {"a PNM picture", "P5", 0, 2},
    {"a PNM picture", "P6", 0, 2},
};

static takt_rc refuse_stranger(struct slice file, takt_err *e)
{
    if (file.len == 0)
        return err_set(e, TAKT_ERR_FORMAT, "picture", "is empty: 0 bytes");
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        if (has(file, strangers[i].at, strangers[i].text, strangers[i].n))
            return err_set(e, TAKT_ERR_UNSUPPORTED, "picture", "is %s; " THE_KINDS,
                           strangers[i].name);
    return err_set(e, TAKT_ERR_FORMAT, "picture", "is no picture, by its first bytes; " THE_KINDS);
}

takt_rc media_size_check(uint64_t width, uint64_t height, const struct media_limits *limits,
                         takt_err *e)
{
    const struct media_limits all = media_limits_of(limits), *l = &all;
    uint64_t longer = width > height ? width : height, shorter = width > height ? height : width;
    uint64_t pixels;
    if (shorter == 0)
        return err_set(e, TAKT_ERR_USAGE, "picture", "has %llu x %llu pixels: none",
                       (unsigned long long)width, (unsigned long long)height);
    if (longer > l->side || longer > IMAGE_SIDE_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "picture",
                       "has %llu x %llu pixels; a side has %u at most", (unsigned long long)width,
                       (unsigned long long)height,
                       l->side < IMAGE_SIDE_MAX ? l->side : IMAGE_SIDE_MAX);
    if (!size_mul(width, height, &pixels) || pixels > l->pixels)
        return err_set(
            e, TAKT_ERR_LIMIT, "picture", "has %llu x %llu pixels; %llu in all are the most",
            (unsigned long long)width, (unsigned long long)height, (unsigned long long)l->pixels);
    if (longer > shorter * l->ratio)
        return err_set(e, TAKT_ERR_LIMIT, "picture",
                       "has %llu x %llu pixels; one side may be %u times the other at most",
                       (unsigned long long)width, (unsigned long long)height, l->ratio);
    return TAKT_OK;
}

takt_rc media_head_read(struct media_head *out, struct slice file, const struct media_limits *l,
                        takt_err *e)
{
    struct media_limits limits = media_limits_of(l);
    struct head h = {0};
    *out = (struct media_head){0};
    if (file.len > limits.file_bytes)
        return err_set(e, TAKT_ERR_LIMIT, "picture", "has %zu bytes; %llu are the most", file.len,
                       (unsigned long long)limits.file_bytes);
    if (!find_kind(&out->kind, file))
        return refuse_stranger(file, e);
    const struct kind *kind = &kinds[out->kind];
    TAKT_TRY(kind->read(&h, file, e));
    if (h.width == 0 || h.height == 0)
        return err_set(e, TAKT_ERR_FORMAT, "picture", "is a damaged %s: it has no pixels",
                       kind->name);
    TAKT_TRY(media_size_check(h.width, h.height, &limits, e));
    out->orientation = h.orientation ? h.orientation : 1;
    bool turned = out->orientation >= 5;
    out->width = (uint32_t)(turned ? h.height : h.width);
    out->height = (uint32_t)(turned ? h.width : h.height);
    return TAKT_OK;
}
