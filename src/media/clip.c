#include "media/clip.h"

#include <stdlib.h>

#include "base/clock.h"
#include "media/animation.h"
#include "media/film.h"
#include "media/pool.h"
#include "media/wire.h"

/* A clip is one of three: a film, an animation, or a picture that is its only frame. */
enum way { BY_FFMPEG, BY_WORKER, AS_PICTURE };

struct media_clip {
    enum way way;
    const char *kind;
    struct media_pool *pool;
    struct slice file;
    struct media_clip_limits limits;
    struct media_head head;   /* of an animation or a picture */
    struct frames frames;     /* of those; a film has its own */
    struct film film;         /* zeros: there is none */
    struct slot *slot;        /* of an animation that has been asked for */
    enum worker_fate fate;    /* of its last answer */
    int64_t left_ns;          /* of limits.decode_ns, for an animation */
    uint32_t *index;          /* [n_index] the chosen frames */
    uint32_t n_index, n_next; /* n_next: of an animation or a picture, given so far */
    bool failed;
};

struct media_clip_limits media_clip_limits_of(const struct media_clip_limits *l)
{
    struct media_clip_limits r = l ? *l : (struct media_clip_limits){0};
    r.file_bytes = r.file_bytes ? r.file_bytes : (uint64_t)256 << 20;
    r.pixels = r.pixels ? r.pixels : (uint64_t)4096 * 2304;
    r.memory_bytes = r.memory_bytes ? r.memory_bytes : (uint64_t)2 << 30;
    r.frames = r.frames ? r.frames : 64;
    r.file_frames = r.file_frames ? r.file_frames : 500000;
    r.duration_ns = r.duration_ns ? r.duration_ns : INT64_C(3600000000000);
    r.decode_ns = r.decode_ns ? r.decode_ns : INT64_C(60000000000);
    return r;
}

const char *media_film_kind(struct slice file)
{
    return film_kind(file, NULL);
}

/* "picture" is what errors call an animation that a decoder of pictures has seen. */
static takt_rc as_clip(takt_rc rc, takt_err *e)
{
    if (rc.code && e && strcmp(e->where, "picture") == 0)
        memcpy(e->where, "clip", sizeof "clip");
    return rc;
}

/* ---- opening --------------------------------------------------------------------------------- */

static takt_rc check_options(const struct media_clip_options *o, takt_err *e)
{
    const int64_t day_ns = INT64_C(86400000000000);
    const struct media_clip_limits *l = &o->limits;
    if (l->frames > WIRE_FRAMES_MAX || l->decode_ns < 0 || l->decode_ns > day_ns ||
        l->duration_ns < 0 || l->pixels > UINT32_MAX)
        return err_set(e, TAKT_ERR_USAGE, "clip",
                       "limits of %u frames, %lld ns of decoding, %lld ns of length or %llu pixels "
                       "are out of range; %d frames and a day are the most",
                       l->frames, (long long)l->decode_ns, (long long)l->duration_ns,
                       (unsigned long long)l->pixels, WIRE_FRAMES_MAX);
    if (!(o->choice.per_s >= 0 && o->choice.per_s <= 1000))
        return err_set(e, TAKT_ERR_USAGE, "clip", "%g frames a second are out of range; up to 1000",
                       o->choice.per_s);
    return TAKT_OK;
}

static takt_rc open_film(struct media_clip *c, const struct media_clip_options *o, takt_err *e)
{
    c->way = BY_FFMPEG;
    return film_open(&c->film, c->file, pool_kind(c->pool)->path, o, &c->limits, e);
}

static takt_rc open_picture(struct media_clip *c, takt_err *e)
{
    const struct media_limits limits = pool_kind(c->pool)->limits;
    TAKT_TRY(media_head_read(&c->head, c->file, &limits, e));
    if ((uint64_t)c->head.width * c->head.height > c->limits.pixels)
        return err_set(e, TAKT_ERR_LIMIT, "clip", "has %u x %u pixels; %llu in all are the most",
                       c->head.width, c->head.height, (unsigned long long)c->limits.pixels);
    c->kind = media_kind_name(c->head.kind);
    c->way = c->head.kind == MEDIA_GIF || c->head.kind == MEDIA_WEBP ? BY_WORKER : AS_PICTURE;
    if (c->way == AS_PICTURE)
        return frames_add(&c->frames, 0, 0, &c->limits, e);
    return animation_read(&c->frames, c->file, c->head.kind, &c->limits, e);
}

static const struct frames *frames_of(const struct media_clip *c)
{
    return c->way == BY_FFMPEG ? &c->film.list.frames : &c->frames;
}

static takt_rc open_clip(struct media_clip *c, const struct media_clip_options *o, takt_err *e)
{
    if (c->file.len > c->limits.file_bytes)
        return err_set(e, TAKT_ERR_LIMIT, "clip", "has %zu bytes; %llu are the most", c->file.len,
                       (unsigned long long)c->limits.file_bytes);
    c->kind = film_kind(c->file, NULL);
    TAKT_TRY(as_clip(c->kind ? open_film(c, o, e) : open_picture(c, e), e));
    c->index = malloc(c->limits.frames * sizeof *c->index);
    if (!c->index)
        return err_set(e, TAKT_ERR_MEMORY, "clip", "no memory to choose frames");
    TAKT_TRY(frames_choose(c->index, &c->n_index, frames_of(c), &o->choice, &c->limits, e));
    if (c->way == BY_FFMPEG)
        film_want(&c->film, c->index, c->n_index);
    return TAKT_OK;
}

takt_rc media_clip_open(struct media_clip **out, struct media_pool *pool, struct slice file,
                        const struct media_clip_options *o, takt_err *e)
{
    static const struct media_clip_options defaults = {0};
    *out = NULL;
    o = o ? o : &defaults;
    TAKT_TRY(check_options(o, e));
    struct media_clip *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(e, TAKT_ERR_MEMORY, "clip", "no memory to open it");
    c->pool = pool;
    c->file = file;
    c->limits = media_clip_limits_of(&o->limits);
    c->left_ns = c->limits.decode_ns;
    takt_rc rc = open_clip(c, o, e);
    if (rc.code)
        media_clip_close(c);
    else
        *out = c;
    return rc;
}

void media_clip_describe(const struct media_clip *c, struct media_clip_info *info)
{
    const struct frames *f = frames_of(c);
    bool is_film = c->way == BY_FFMPEG;
    *info = (struct media_clip_info){.kind = c->kind,
                                     .width = is_film ? c->film.list.width : c->head.width,
                                     .height = is_film ? c->film.list.height : c->head.height,
                                     .n_frames = c->n_index,
                                     .file_frames = f->n,
                                     .duration_ns = f->end_ns - f->at_ns[0]};
}

/* ---- frames ---------------------------------------------------------------------------------- */

static takt_rc next_of_animation(struct media_clip *c, struct image *out, takt_err *e)
{
    int64_t from = clock_ns();
    if (!c->slot)
        TAKT_TRY(pool_ask(c->pool, &c->slot, c->file, &c->head, c->index, c->n_index, e));
    else
        TAKT_TRY(worker_go_on(pool_worker(c->slot), e));
    takt_rc rc = worker_answer(pool_worker(c->slot), pool_kind(c->pool), &c->head,
                               c->left_ns > 0 ? c->left_ns : 0, out, &c->fate, e);
    c->left_ns -= clock_ns() - from;
    return rc;
}

static takt_rc next(struct media_clip *c, struct image *out, uint32_t *at, takt_err *e)
{
    if (c->way == BY_FFMPEG)
        return film_next(&c->film, out, at, e);
    if (c->n_next == c->n_index)
        return TAKT_OK;
    *at = c->n_next++;
    return c->way == BY_WORKER ? next_of_animation(c, out, e)
                               : media_decode(c->pool, c->file, NULL, out, e);
}

takt_rc media_clip_next(struct media_clip *c, struct image *out, int64_t *at_ns, takt_err *e)
{
    const struct frames *f = frames_of(c);
    uint32_t at = 0;
    *out = (struct image){0};
    *at_ns = 0;
    if (c->failed)
        return err_set(e, TAKT_ERR_USAGE, "clip", "is asked for more after an error");
    takt_rc rc = as_clip(next(c, out, &at, e), e);
    c->failed = rc.code != 0;
    if (out->rgb)
        *at_ns = f->at_ns[c->index[at]] - f->at_ns[0];
    return rc;
}

void media_clip_close(struct media_clip *c)
{
    if (!c)
        return;
    if (c->slot)
        pool_leave(c->pool, c->slot, c->fate, (takt_rc){c->failed ? TAKT_ERR_FORMAT : 0});
    if (c->way == BY_FFMPEG && c->film.demuxer)
        film_close(&c->film);
    frames_free(&c->frames);
    free(c->index);
    free(c);
}

bool media_is_clip(struct slice file)
{
    struct media_head head;
    struct frames f = {0};
    struct media_clip_limits l = media_clip_limits_of(NULL);
    l.file_frames = 2;
    if (film_kind(file, NULL))
        return true;
    if (media_head_read(&head, file, NULL, NULL).code ||
        (head.kind != MEDIA_GIF && head.kind != MEDIA_WEBP))
        return false;
    bool is = animation_read(&f, file, head.kind, &l, NULL).code == TAKT_ERR_LIMIT || f.n == 2;
    frames_free(&f);
    return is;
}
