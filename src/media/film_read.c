#include "media/film_read.h"

static const int64_t S_NS = 1000000000;
/* No film has times beyond 31 years; within them nothing overflows. */
static const double LATEST_S = 1e9;

static takt_rc nonsense(takt_err *e, const char *what)
{
    return err_set(e, TAKT_ERR_INTERNAL, "clip", "ffmpeg answered with something else than %s",
                   what);
}

takt_rc film_size_check(uint64_t width, uint64_t height, const struct media_clip_limits *l,
                        takt_err *e)
{
    enum { SIDE_MAX = 32768 };
    if (width == 0 || height == 0)
        return err_set(e, TAKT_ERR_FORMAT, "clip", "has frames without pixels");
    if (width > SIDE_MAX || height > SIDE_MAX || width * height > l->pixels)
        return err_set(e, TAKT_ERR_LIMIT, "clip",
                       "has frames of %llu x %llu pixels; %llu in all, and %d a side, are the most",
                       (unsigned long long)width, (unsigned long long)height,
                       (unsigned long long)l->pixels, SIDE_MAX);
    return TAKT_OK;
}

/* ---- numbers in a text of known length ---- */

struct text {
    const char *p, *end;
};

static bool take(struct text *t, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(t->end - t->p) < n || memcmp(t->p, word, n) != 0)
        return false;
    t->p += n;
    return true;
}

/* Up to 18 digits: they always fit. */
static bool take_u64(struct text *t, uint64_t *out)
{
    unsigned digits = 0;
    *out = 0;
    while (t->p < t->end && *t->p >= '0' && *t->p <= '9' && ++digits <= 18)
        *out = *out * 10 + (uint64_t)(*t->p++ - '0');
    return digits > 0 && digits <= 18;
}

/* Blanks, then a number. What has 19 digits is ffmpeg's word for "not known": *known is false. */
static bool take_time(struct text *t, int64_t *out, bool *known)
{
    uint64_t v;
    while (take(t, " "))
        ;
    bool negative = take(t, "-");
    const char *from = t->p;
    *known = take_u64(t, &v);
    if (!*known) {
        while (t->p < t->end && *t->p >= '0' && *t->p <= '9')
            t->p++;
        *out = 0;
        return t->p - from == 19 || (t->p == from && take(t, "NOPTS"));
    }
    *out = negative ? -(int64_t)v : (int64_t)v;
    return true;
}

/* ---- the list ---- */

static takt_rc read_comment(struct film_list *t, struct text in, takt_err *e)
{
    uint64_t a, b;
    if (take(&in, "#tb 0: ")) {
        if (!take_u64(&in, &a) || !take(&in, "/") || !take_u64(&in, &b) || a == 0 || b == 0)
            return nonsense(e, "a time base");
        t->tb_num = a;
        t->tb_den = b;
    } else if (take(&in, "#dimensions 0: ")) {
        if (!take_u64(&in, &a) || !take(&in, "x") || !take_u64(&in, &b) || a > UINT32_MAX ||
            b > UINT32_MAX)
            return nonsense(e, "a size");
        t->width = (uint32_t)a;
        t->height = (uint32_t)b;
    }
    return TAKT_OK;
}

/* Stream, time of decoding, time of showing, duration; sizes and checksums behind them are of no
 * use. */
takt_rc film_list_line(struct film_list *t, const char *line, size_t n,
                       const struct media_clip_limits *l, takt_err *e)
{
    struct text in = {line, line + n};
    int64_t dts, pts, duration;
    bool has_dts, has_pts, has_duration;
    if (n > 0 && line[0] == '#')
        return read_comment(t, in, e);
    if (!take(&in, "0,") || !take_time(&in, &dts, &has_dts) || !take(&in, ",") ||
        !take_time(&in, &pts, &has_pts) || !take(&in, ",") ||
        !take_time(&in, &duration, &has_duration) || !take(&in, ",") || t->tb_den == 0)
        return nonsense(e, "a list of frames");
    if (!has_pts)
        pts = has_dts ? dts : 0;
    const double unit = (double)t->tb_num / (double)t->tb_den;
    double at = (double)pts * unit,
           shown = has_duration && duration > 0 ? (double)duration * unit : 0;
    if (!(at > -LATEST_S && at < LATEST_S && shown < LATEST_S))
        return err_set(e, TAKT_ERR_FORMAT, "clip", "has a frame at %.3g s, which cannot be", at);
    int64_t at_ns = (int64_t)(at * (double)S_NS);
    return frames_add(&t->frames, at_ns, at_ns + (int64_t)(shown * (double)S_NS), l, e);
}

void film_list_free(struct film_list *t)
{
    frames_free(&t->frames);
    *t = (struct film_list){0};
}

/* ---- pictures ---- */

takt_rc film_ppm_head(uint32_t *width, uint32_t *height, const char *head, size_t n,
                      const struct media_clip_limits *l, takt_err *e)
{
    struct text in = {head, head + n};
    uint64_t w, h;
    if (!take(&in, "P6\n") || !take_u64(&in, &w) || !take(&in, " ") || !take_u64(&in, &h) ||
        !take(&in, "\n255\n") || in.p != in.end)
        return nonsense(e, "a picture");
    TAKT_TRY(film_size_check(w, h, l, e));
    *width = (uint32_t)w;
    *height = (uint32_t)h;
    return TAKT_OK;
}
