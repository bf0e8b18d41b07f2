#include "cli/pictures.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/clips.h"
#include "model/vision.h"

/* ---- the encoder ----------------------------------------------------------------------------- */

/* The one file in MODEL's folder that says by its name that it is an encoder. */
static takt_rc find_beside(char path[BUILTIN_PATH_MAX], const char *model, takt_err *e)
{
    char pattern[BUILTIN_PATH_MAX + 32];
    const char *slash = strrchr(model, '/');
    int n = slash ? (int)(slash - model) + 1 : 0;
    glob_t found;
    snprintf(pattern, sizeof pattern, "%.*s*mmproj*.gguf", n, model);
    int rc = glob(pattern, 0, NULL, &found);
    size_t count = rc ? 0 : found.gl_pathc;
    if (count == 1)
        snprintf(path, BUILTIN_PATH_MAX, "%s", found.gl_pathv[0]);
    if (!rc)
        globfree(&found);
    if (count == 1)
        return TAKT_OK;
    return err_set(e, TAKT_ERR_USAGE, "--image",
                   "needs the model's picture encoder, an mmproj file: name it with --mmproj (%s "
                   "beside the model)",
                   count ? "there are several" : "there is none");
}

takt_rc pictures_find(char path[BUILTIN_PATH_MAX], const char *model, takt_err *e)
{
    if (strcmp(model, BUILTIN_NAME) == 0)
        return builtin_find(path, "builtin-mmproj.gguf", e);
    if (strlen(model) < BUILTIN_PATH_MAX && vision_in_folder(model)) {
        snprintf(path, BUILTIN_PATH_MAX, "%s", model);
        return TAKT_OK;
    }
    return find_beside(path, model, e);
}

static takt_rc open_encoder(struct pictures *p, const char *mmproj, const takt_model *m,
                            const char *model, const takt_vision_options *opt, takt_err *e)
{
    char buf[BUILTIN_PATH_MAX];
    const char *path = mmproj ? mmproj : buf;
    if (!mmproj)
        TAKT_TRY(pictures_find(buf, model, e));
    return takt_vision_new(&p->vision, m, path, opt, e);
}

takt_rc pictures_start(struct pictures *p, const struct cli_pictures *o, const takt_model *m,
                       const char *model, const takt_vision_options *opt, takt_err *e)
{
    struct media_options media = {.n_workers = 1};
    if (o->n_frames && o->fps > 0)
        return err_set(e, TAKT_ERR_USAGE, "--fps", "goes without --frames; give one of both");
    p->fps = o->fps;
    p->n_frames = (uint32_t)o->n_frames;
    if (!p->n_frames && strcmp(model, BUILTIN_NAME) == 0)
        p->n_frames = BUILTIN_FRAMES;
    if (!p->vision)
        TAKT_TRY(open_encoder(p, o->mmproj, m, model, opt, e));
    return p->pool ? TAKT_OK : media_pool_new(&p->pool, &media, e);
}

/* ---- pictures -------------------------------------------------------------------------------- */

takt_rc pictures_check_room(const struct pictures *p, const char *where, takt_err *e)
{
    if (p->n == PICTURES_MAX)
        return err_set(e, TAKT_ERR_LIMIT, where,
                       "is one too many: takt takes %d pictures, frames of clips among them",
                       PICTURES_MAX);
    return TAKT_OK;
}

void pictures_count(struct pictures *p, const takt_step_info *info)
{
    p->n_encoded += info->measured_ns > 0;
    p->encode_ns += info->measured_ns;
    p->encode_ns_predicted += info->predicted_ns;
}

void pictures_add(struct pictures *p, takt_picture *picture, uint32_t clip)
{
    p->span[p->n] = (takt_span){.picture = picture};
    p->clip_of[p->n++] = clip;
}

static takt_rc add(struct pictures *p, const struct image *im, takt_err *e)
{
    takt_picture *picture = NULL;
    takt_step_info info;
    TAKT_TRY(pictures_check_room(p, "picture", e));
    TAKT_TRY(takt_picture_encode(&picture, p->vision, im->rgb, im->width, im->height, &info, e));
    pictures_count(p, &info);
    pictures_add(p, picture, 0);
    return TAKT_OK;
}

static takt_rc add_picture(struct pictures *p, struct slice file, takt_err *e)
{
    struct image im = {0};
    const char *film = media_film_kind(file);
    if (film)
        return err_set(e, TAKT_ERR_UNSUPPORTED, "picture",
                       "is a film (%s): show it with --video, "
                       "or /video in a chat",
                       film);
    TAKT_TRY(media_decode(p->pool, file, NULL, &im, e));
    takt_rc rc = add(p, &im, e);
    image_free(&im);
    return rc;
}

static takt_rc add_clip(struct pictures *p, struct slice file, takt_err *e)
{
    const struct media_clip_options o = {.choice = {p->n_frames, p->fps}};
    struct media_clip *c;
    size_t n = p->n;
    TAKT_TRY(media_clip_open(&c, p->pool, file, &o, e));
    takt_rc rc = clips_add(p, c, e);
    media_clip_close(c);
    if (rc.code)
        pictures_cut(p, n);
    return rc;
}

takt_rc pictures_read(struct pictures *p, const char *file, enum shown_as *as, takt_err *e)
{
    static const struct media_clip_limits defaults = {0};
    struct media_clip_limits l = media_clip_limits_of(&defaults);
    char *bytes;
    size_t n;
    TAKT_TRY(file_read_all(&bytes, &n, file, l.file_bytes, e));
    struct slice s = {(const uint8_t *)bytes, n};
    if (*as == BY_CONTENT)
        *as = media_is_clip(s) ? AS_CLIP : AS_PICTURE;
    takt_rc rc = *as == AS_CLIP ? add_clip(p, s, e) : add_picture(p, s, e);
    free(bytes);
    if (rc.code && e && (strcmp(e->where, "picture") == 0 || strcmp(e->where, "clip") == 0))
        err_where(e, strcmp(file, "-") == 0 ? "standard input" : file);
    return rc;
}

takt_rc pictures_each(const struct cli_pictures *o,
                      takt_rc (*show)(void *user, const char *file, enum shown_as as, takt_err *e),
                      void *user, takt_err *e)
{
    const struct opt_list *a = &o->files, *b = &o->clips;
    for (uint32_t i = 0, k = 0; i < a->n || k < b->n;) {
        bool is_clip = i == a->n || (k < b->n && b->place[k] < a->place[i]);
        const char *file = is_clip ? b->v[k++] : a->v[i++];
        TAKT_TRY(show(user, file, is_clip ? AS_CLIP : AS_PICTURE, e));
    }
    return TAKT_OK;
}

static takt_rc read_one(void *user, const char *file, enum shown_as as, takt_err *e)
{
    return pictures_read(user, file, &as, e);
}

takt_rc pictures_open(struct pictures *p, const struct cli_pictures *o, const takt_model *m,
                      const char *model, const takt_vision_options *opt, takt_err *e)
{
    if (o->files.n == 0 && o->clips.n == 0) {
        if (o->n_frames || o->fps > 0)
            return err_set(e, TAKT_ERR_USAGE, o->n_frames ? "--frames" : "--fps",
                           "says which frames of a clip are shown, and there is none; name it "
                           "with --video");
        return TAKT_OK;
    }
    TAKT_TRY(pictures_start(p, o, m, model, opt, e));
    return pictures_each(o, read_one, p, e);
}

takt_rc pictures_insert(struct pictures *p, size_t at, int32_t **ids, size_t *n, takt_err *e)
{
    size_t more = 0;
    for (size_t i = 0; i < p->n; i++)
        more += takt_picture_positions(p->span[i].picture);
    int32_t *all = realloc(*ids, (*n + more + 1) * sizeof *all);
    if (!all) {
        free(*ids);
        *ids = NULL;
        return err_set(e, TAKT_ERR_MEMORY, "prompt", "no memory for %zu tokens", *n + more);
    }
    memmove(all + at + more, all + at, (*n - at) * sizeof *all);
    for (size_t i = 0; i < p->n; i++) {
        uint32_t count = takt_picture_positions(p->span[i].picture);
        memcpy(all + at, takt_picture_ids(p->span[i].picture), count * sizeof *all);
        p->span[i].first = (uint32_t)at;
        at += count;
    }
    *ids = all;
    *n += more;
    return TAKT_OK;
}

void pictures_cut(struct pictures *p, size_t n)
{
    while (p->n > n)
        takt_picture_free((takt_picture *)p->span[--p->n].picture);
    while (p->n_clips && p->clip[p->n_clips - 1].first + p->clip[p->n_clips - 1].n > n)
        free(p->clip[--p->n_clips].at_ns);
}

void pictures_cut_first(struct pictures *p, size_t n)
{
    uint32_t clips = 0;
    for (size_t i = 0; i < n; i++)
        takt_picture_free((takt_picture *)p->span[i].picture);
    p->n -= n;
    memmove(p->span, p->span + n, p->n * sizeof *p->span);
    memmove(p->clip_of, p->clip_of + n, p->n * sizeof *p->clip_of);
    for (uint32_t i = 0; i < p->n_clips; i++)
        if (p->clip[i].first >= n) {
            p->clip[clips] = p->clip[i];
            p->clip[clips++].first -= n;
        } else {
            free(p->clip[i].at_ns);
        }
    p->n_clips = clips;
}

void pictures_write(const struct pictures *p, struct json_out *o)
{
    json_put_u64(o, "pictures", p->n);
    json_put_u64(o, "pictures_encoded", p->n_encoded);
    if (p->n_clips)
        json_arr_begin(o, "clips");
    for (uint32_t i = 0; i < p->n_clips; i++) {
        const struct shown_clip *c = &p->clip[i];
        json_obj_begin(o, NULL);
        json_put_u64(o, "file_frames", c->file_frames);
        json_put_f64(o, "duration_s", (double)c->duration_ns * 1e-9);
        json_arr_begin(o, "frames_s");
        for (uint32_t k = 0; k < c->n_frames; k++)
            json_put_f64(o, NULL, (double)c->at_ns[k] * 1e-9);
        json_arr_end(o);
        json_obj_end(o);
    }
    if (p->n_clips)
        json_arr_end(o);
    json_put_f64(o, "encode_s", (double)p->encode_ns * 1e-9);
    json_put_f64(o, "encode_s_predicted", p->encode_ns_predicted * 1e-9);
}

void pictures_close(struct pictures *p)
{
    pictures_cut(p, 0);
    takt_vision_free(p->vision);
    media_pool_free(p->pool);
    *p = (struct pictures){0};
}
