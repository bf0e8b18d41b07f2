#include "cli/plan_pictures.h"

#include <stdlib.h>
#include <string.h>

#include "engine/encoding.h"
#include "engine/handles.h"
#include "engine/mllama.h"
#include "engine/view.h"
#include "media/media.h"

/* A number of pixels at *AT, which goes on behind it. */
static bool read_side(const char **at, uint64_t *side)
{
    enum { DIGITS_MAX = 9 };
    size_t n = strspn(*at, "0123456789");
    if (n == 0 || n > DIGITS_MAX)
        return false;
    *side = strtoull(*at, NULL, 10);
    *at += n;
    return true;
}

static takt_rc read_size(struct plan_print_picture *p, const char *text, takt_err *e)
{
    const char *at = text;
    uint64_t width, height;
    bool ok = read_side(&at, &width) && *at++ == 'x' && read_side(&at, &height) && *at == 0;
    if (!ok)
        return err_set(e, TAKT_ERR_USAGE, "--image",
                       "'%.60s' is no size; it is a picture's width and height in pixels, as "
                       "640x480",
                       text);
    takt_rc rc = media_size_check(width, height, NULL, e);
    if (rc.code) {
        err_where(e, "--image");
        return rc;
    }
    p->width = (uint32_t)width;
    p->height = (uint32_t)height;
    return TAKT_OK;
}

static takt_rc predict(struct plan_print_picture *p, const takt_vision *v, takt_err *e)
{
    const struct tiles t = view_layout(v, p->width, p->height, false);
    p->n_tiles = t.across * t.down + (v->mllama == NULL);
    p->n_rows = v->mllama ? p->n_tiles * mllama_rows(&v->mllama->m) : 0;
    p->n_positions = view_positions(v, &t);
    p->encode_ns = encoding_cost(v, &t).ns;
    if (p->n_positions == 0)
        return err_set(e, TAKT_ERR_MEMORY, "--image", "no memory to count positions");
    return TAKT_OK;
}

takt_rc plan_pictures_open(struct plan_pictures *p, const struct cli_pictures *o,
                           const takt_model *m, const char *model, const takt_vision_options *opt,
                           takt_err *e)
{
    char buf[BUILTIN_PATH_MAX];
    const char *path = o->mmproj ? o->mmproj : buf;
    for (uint32_t i = 0; i < o->files.n; i++)
        TAKT_TRY(read_size(&p->each[i], o->files.v[i], e));
    if (!o->mmproj)
        TAKT_TRY(pictures_find(buf, model, e));
    TAKT_TRY(vision_open(&p->vision, m, path, opt, e));
    for (uint32_t i = 0; i < o->files.n; i++)
        TAKT_TRY(predict(&p->each[i], p->vision, e));
    const struct plan *plan = &p->vision->plan->plan;
    takt_vision_info info;
    takt_vision_describe(p->vision, &info);
    p->print = (struct plan_print_pictures){.v = p->each,
                                            .n = o->files.n,
                                            .side = info.side,
                                            .weights_bytes = plan->weights_bytes,
                                            .act_bytes = plan->act_bytes};
    return TAKT_OK;
}

void plan_pictures_close(struct plan_pictures *p)
{
    takt_vision_free(p->vision);
    *p = (struct plan_pictures){0};
}
