#include "cli/clips.h"

#include <stdlib.h>

/* A clip while its frames come. */
struct showing {
    struct pictures *p;
    struct media_clip_info info;
    struct shown_clip clip;
    uint32_t number;
    struct image first;  /* of a pair, whose other frame has not come yet */
    takt_picture **pair; /* [n_pairs] */
    size_t n_pairs;
    uint32_t width, height; /* of the clip's first frame */
};

static takt_rc add_one(struct showing *s, const struct image *im, takt_err *e)
{
    takt_picture *picture = NULL;
    takt_step_info info;
    TAKT_TRY(pictures_check_room(s->p, "clip", e));
    TAKT_TRY(takt_picture_encode(&picture, s->p->vision, im->rgb, im->width, im->height, &info, e));
    pictures_count(s->p, &info);
    pictures_add(s->p, picture, s->number);
    return TAKT_OK;
}

/* Encodes the frame that waits and OTHER. */
static takt_rc add_pair(struct showing *s, const struct image *other, takt_err *e)
{
    const struct image *a = &s->first;
    const takt_frame frame[2] = {{a->rgb, a->width, a->height},
                                 {other->rgb, other->width, other->height}};
    takt_step_info info;
    TAKT_TRY(
        takt_pair_encode(&s->pair[s->n_pairs], s->p->vision, frame, s->width, s->height, &info, e));
    s->n_pairs++;
    pictures_count(s->p, &info);
    return TAKT_OK;
}

/* IM is one of a pair; it is taken over. */
static takt_rc take(struct showing *s, struct image *im, takt_err *e)
{
    takt_rc rc = TAKT_OK;
    s->width = s->width ? s->width : im->width;
    s->height = s->height ? s->height : im->height;
    if (s->first.rgb) {
        rc = add_pair(s, im, e);
        image_free(im);
        image_free(&s->first);
    } else {
        s->first = *im;
    }
    *im = (struct image){0};
    return rc;
}

/* All pairs as one picture; of an odd number of frames the last one is a pair with itself. */
static takt_rc join(struct showing *s, takt_err *e)
{
    takt_picture *whole;
    TAKT_TRY(pictures_check_room(s->p, "clip", e));
    if (s->first.rgb)
        TAKT_TRY(add_pair(s, &s->first, e));
    TAKT_TRY(takt_clip_join(&whole, s->p->vision, s->pair, s->n_pairs, s->clip.n_frames,
                            (double)s->clip.duration_ns * 1e-9, e));
    pictures_add(s->p, whole, s->number);
    return TAKT_OK;
}

static takt_rc add_frames(struct showing *s, struct media_clip *c, takt_err *e)
{
    takt_vision_info vision;
    takt_vision_describe(s->p->vision, &vision);
    while (s->clip.n_frames < s->info.n_frames) {
        struct image im;
        TAKT_TRY(media_clip_next(c, &im, &s->clip.at_ns[s->clip.n_frames], e));
        if (!im.rgb)
            break;
        s->clip.n_frames++;
        takt_rc rc = vision.takes_pairs ? take(s, &im, e) : add_one(s, &im, e);
        image_free(&im);
        TAKT_TRY(rc);
    }
    return vision.takes_pairs ? join(s, e) : TAKT_OK;
}

takt_rc clips_add(struct pictures *p, struct media_clip *c, takt_err *e)
{
    struct showing s = {.p = p, .number = ++p->last_number};
    media_clip_describe(c, &s.info);
    s.clip = (struct shown_clip){.first = p->n,
                                 .file_frames = s.info.file_frames,
                                 .duration_ns = s.info.duration_ns,
                                 .at_ns = calloc(s.info.n_frames + 1, sizeof *s.clip.at_ns)};
    s.pair = calloc(s.info.n_frames / 2 + 1, sizeof(takt_picture *));
    takt_rc rc = s.pair && s.clip.at_ns
                     ? add_frames(&s, c, e)
                     : err_set(e, TAKT_ERR_MEMORY, "clip", "no memory for its frames");
    for (size_t i = 0; i < s.n_pairs; i++)
        takt_picture_free(s.pair[i]);
    free(s.pair);
    image_free(&s.first);
    if (rc.code) {
        free(s.clip.at_ns);
        return rc;
    }
    s.clip.n = p->n - s.clip.first;
    p->clip[p->n_clips++] = s.clip;
    return rc;
}
