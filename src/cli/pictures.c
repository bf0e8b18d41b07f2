#include "cli/pictures.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "media/media.h"

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

takt_rc pictures_start(struct pictures *p, const char *mmproj, const takt_model *m,
                       const char *model, const takt_vision_options *opt, takt_err *e)
{
    struct media_options media = {.n_workers = 1};
    if (!p->vision)
        TAKT_TRY(open_encoder(p, mmproj, m, model, opt, e));
    return p->pool ? TAKT_OK : media_pool_new(&p->pool, &media, e);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static takt_rc encode(struct pictures *p, struct slice file, takt_err *e)
{
    struct image im = {0};
    takt_picture *picture = NULL;
    takt_step_info info;
    TAKT_TRY(media_decode(p->pool, file, NULL, &im, e));
    takt_rc rc = takt_picture_encode(&picture, p->vision, im.rgb, im.width, im.height, &info, e);
    image_free(&im);
    TAKT_TRY(rc);
    p->span[p->n++] = (takt_span){.picture = picture};
    p->encode_ns += info.measured_ns;
    p->encode_ns_predicted += info.predicted_ns;
    return TAKT_OK;
}

takt_rc pictures_read(struct pictures *p, const char *file, takt_err *e)
{
    static const struct media_limits defaults = {0};
    struct media_limits l = media_limits_of(&defaults);
    char *bytes;
    size_t n;
    if (p->n == OPT_LIST_MAX)
        return err_set(e, TAKT_ERR_LIMIT, file, "is the picture number %d; takt takes %d",
                       OPT_LIST_MAX + 1, OPT_LIST_MAX);
    TAKT_TRY(file_read_all(&bytes, &n, file, l.file_bytes, e));
    takt_rc rc = encode(p, (struct slice){(const uint8_t *)bytes, n}, e);
    free(bytes);
    if (rc.code && e && strcmp(e->where, "picture") == 0)
        err_where(e, strcmp(file, "-") == 0 ? "standard input" : file);
    return rc;
}

takt_rc pictures_open(struct pictures *p, const struct cli_pictures *o, const takt_model *m,
                      const char *model, const takt_vision_options *opt, takt_err *e)
{
    if (o->files.n == 0)
        return TAKT_OK;
    TAKT_TRY(pictures_start(p, o->mmproj, m, model, opt, e));
    for (uint32_t i = 0; i < o->files.n; i++)
        TAKT_TRY(pictures_read(p, o->files.v[i], e));
    return TAKT_OK;
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
}

void pictures_close(struct pictures *p)
{
    pictures_cut(p, 0);
    takt_vision_free(p->vision);
    media_pool_free(p->pool);
    *p = (struct pictures){0};
}
