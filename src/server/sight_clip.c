/* sight_clip: the frames of clips, each of which becomes a picture of the request. */
#include <stdlib.h>

#include "engine/reel.h"
#include "media/clip.h"
#include "server/sight_parts.h"

static const int64_t DECODE_NS = 20000000000; /* of a clip: threads are few */

uint64_t look_bytes_max(const struct look *l)
{
    const struct sights *all = l->sight->call.s->sights;
    return l->said->is_clip ? all->clip_bytes : all->limits.file_bytes;
}

/* ---- frames, on a thread --------------------------------------------------------------------- */

/* Clips of a request share what one picture may have. */
static uint64_t pixels_max(const struct look *l)
{
    const struct sight *x = l->sight;
    uint32_t n = 0;
    for (uint32_t i = 0; i < x->n; i++)
        n += x->look[i].said->is_clip;
    return x->call.s->sights->limits.pixels / (n ? n : 1);
}

static takt_rc too_many(const struct look *l, uint64_t pixels, takt_err *e)
{
    return err_set(e, TAKT_ERR_LIMIT, "clip",
                   "has %llu pixels in the frames that are shown; %llu are the most here: ask for "
                   "fewer frames, or make them smaller",
                   (unsigned long long)pixels, (unsigned long long)pixels_max(l));
}

static takt_rc take_frames(struct look *l, struct media_clip *c, takt_err *e)
{
    struct media_clip_info info;
    uint64_t pixels = 0;
    int64_t at_ns;
    media_clip_describe(c, &info);
    l->clip_ns = info.duration_ns;
    if ((uint64_t)info.width * info.height * info.n_frames > pixels_max(l))
        return too_many(l, (uint64_t)info.width * info.height * info.n_frames, e);
    l->frames = calloc(info.n_frames, sizeof *l->frames);
    if (!l->frames)
        return err_set(e, TAKT_ERR_MEMORY, "clip", "no memory for its frames");
    for (;;) {
        struct image im;
        TAKT_TRY(media_clip_next(c, &im, &at_ns, e));
        if (!im.rgb)
            return TAKT_OK;
        l->frames[l->n_frames++] = im;
        pixels += (uint64_t)im.width * im.height;
        if (pixels > pixels_max(l)) /* its header had said less */
            return too_many(l, pixels, e);
    }
}

static takt_rc play(struct look *l, takt_err *e)
{
    const struct server *s = l->sight->call.s;
    const struct sights *all = s->sights;
    struct media_clip_options o = {.limits = {.file_bytes = all->clip_bytes,
                                              .frames = s->config.n_images,
                                              .decode_ns = DECODE_NS},
                                   .choice = {l->said->n_frames, l->said->fps},
                                   .is_unwanted = &l->is_unwanted};
    struct media_clip *c;
    if (!o.choice.n) {
        uint32_t n = l->sight->model->n_frames;
        o.choice.n = n < s->config.n_images ? n : s->config.n_images;
    }
    if (all->limits.pixels < media_clip_limits_of(NULL).pixels)
        o.limits.pixels = all->limits.pixels;
    TAKT_TRY(media_clip_open(&c, all->pool, l->file, &o, e));
    takt_rc rc = take_frames(l, c, e);
    media_clip_close(c);
    return rc;
}

static void play_work(struct crew_task *t)
{
    struct look *l = (struct look *)t;
    l->err.code = TAKT_ERR_NONE;
    play(l, &l->err);
}

static void play_done(struct crew_task *t)
{
    struct look *l = (struct look *)t;
    look_let_file_go(l);
    look_played(l);
}

/* ---- on the loop's thread -------------------------------------------------------------------- */

bool look_play(struct look *l)
{
    struct sight *x = l->sight;
    struct sights *all = x->call.s->sights;
    /* All clips of a request get their room at once: so none waits for another request's. */
    if (!x->n_reserved && all->n_reserved > all->limits.pixels)
        return false;
    if (!x->n_reserved) {
        x->n_reserved = all->limits.pixels;
        all->n_reserved += x->n_reserved;
    }
    l->task.work = play_work;
    l->task.done = play_done;
    crew_submit(all->players, &l->task);
    return true;
}

void sight_drop_frames(struct sight *x)
{
    for (uint32_t i = 0; i < x->n; i++) {
        struct look *l = &x->look[i];
        for (uint32_t k = 0; k < l->n_frames; k++)
            image_free(&l->frames[k]);
        free(l->frames);
        l->frames = NULL;
        l->n_frames = 0;
    }
    x->call.s->sights->n_reserved -= x->n_reserved;
    x->n_reserved = 0;
}

/* Do frames go through the encoder by twos? */
static bool takes_pairs(const struct sight *x)
{
    return x->model->vision->v.clip_max_pixels > 0;
}

static struct image take(struct sights *all, struct image *frame)
{
    struct image taken = *frame;
    all->n_pixels += (uint64_t)frame->width * frame->height;
    *frame = (struct image){0};
    return taken;
}

/* The look of the frame of L numbered K, and of the next one where two go together. */
static void set_frame(struct look *to, const struct look *l, uint32_t k)
{
    struct sights *all = l->sight->call.s->sights;
    to->sight = l->sight;
    to->said = l->said;
    to->stage = DECODED;
    to->head.width = l->frames[k].width;
    to->head.height = l->frames[k].height;
    to->image = take(all, &l->frames[k]);
    to->is_pair = takes_pairs(l->sight);
    if (!to->is_pair)
        return;
    if (k + 1 < l->n_frames)
        to->second = take(all, &l->frames[k + 1]);
    to->clip_frames = l->n_frames;
    to->clip_ns = l->clip_ns;
}

/* The looks of all frames of L, from TO on, and their spans from SPAN on; returns how many they
 * are. */
static uint32_t set_frames(struct look *to, const struct look *l, uint32_t span)
{
    uint32_t n = 0, step = takes_pairs(l->sight) ? 2 : 1;
    for (uint32_t k = 0; k < l->n_frames; k += step, n++) {
        set_frame(&to[n], l, k);
        to[n].span = step == 2 ? span : span + n;
        to[n].clip_width = to[0].head.width;
        to[n].clip_height = to[0].head.height;
    }
    return n;
}

static void fill(struct sight *x, struct look *to, uint32_t *clip)
{
    uint32_t n = 0, n_spans = 0, number = 0;
    for (uint32_t i = 0; i < x->n; i++) {
        struct look *l = &x->look[i];
        if (!l->said->is_clip) { /* nobody has it now */
            memcpy(&to[n], l, sizeof *l);
            to[n++].span = n_spans;
            clip[n_spans++] = 0;
            continue;
        }
        number++;
        n += set_frames(&to[n], l, n_spans);
        while (n && n_spans <= to[n - 1].span)
            clip[n_spans++] = number;
    }
    x->n_spans = n_spans;
}

/* N looks at most, and as many spans. */
static takt_rc make_looks(struct sight *x, uint32_t n, struct api_error *e)
{
    struct look *look = calloc(n, sizeof *look);
    takt_span *span = calloc(n, sizeof *span);
    uint32_t *clip = calloc(n, sizeof *clip);
    if (!look || !span || !clip) {
        free(look);
        free(span);
        free(clip);
        return api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
    }
    fill(x, look, clip);
    sight_drop_frames(x);
    free(x->look);
    free(x->span);
    x->look = look;
    x->span = span;
    x->clip = clip;
    x->n = n;
    return TAKT_OK;
}

/* The pairs of a clip of which N frames are shown. */
static uint32_t pairs_of(uint32_t n)
{
    return (n + 1) / 2;
}

/* What the frames of the clip L become. */
static uint32_t looks_of(const struct look *l)
{
    return takes_pairs(l->sight) ? pairs_of(l->n_frames) : l->n_frames;
}

takt_rc sight_expand(struct sight *x, struct api_error *e)
{
    uint32_t n = 0, n_looks = 0, most = x->call.s->config.n_images;
    const struct look *first = NULL;
    for (uint32_t i = 0; i < x->n; i++) {
        const struct look *l = &x->look[i];
        n += l->said->is_clip ? l->n_frames : 1;
        n_looks += l->said->is_clip ? looks_of(l) : 1;
        first = !first && l->said->is_clip ? l : first;
    }
    if (!first)
        return TAKT_OK;
    if (n > most)
        return api_refuse(e, API_TOO_MANY, first->said->path,
                          "with it the request has %u pictures, frames of clips among them; it may "
                          "have %u",
                          n, most);
    return make_looks(x, n_looks, e);
}

/* ---- pairs ----------------------------------------------------------------------------------- */

takt_rc look_blank_clip(struct look *l, takt_err *e)
{
    const takt_vision *v = l->sight->model->vision;
    const struct tiles t = tiles_frame(&v->v, l->clip_width, l->clip_height, l->said->is_low);
    return reel_blank(&l->blank, v, &t, pairs_of(l->clip_frames), e);
}

/* The clip whose first pair is FIRST. */
static takt_rc join_clip(struct look *first, takt_err *e)
{
    uint32_t n = pairs_of(first->clip_frames);
    takt_picture **pair = calloc(n, sizeof(takt_picture *));
    if (!pair)
        return err_set(e, TAKT_ERR_MEMORY, "clip", "no memory for its pairs of frames");
    for (uint32_t i = 0; i < n; i++)
        pair[i] = first[i].job.picture;
    takt_rc rc = takt_clip_join(&first->joined, first->sight->model->vision, pair, n,
                                first->clip_frames, (double)first->clip_ns * 1e-9, e);
    free(pair);
    return rc;
}

takt_rc sight_join(struct sight *x, takt_err *e)
{
    for (uint32_t i = 0; i < x->n; i++) {
        struct look *l = &x->look[i];
        if (l->is_pair && (i == 0 || l[-1].span != l->span))
            TAKT_TRY(join_clip(l, e));
    }
    return TAKT_OK;
}
