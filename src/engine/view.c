#include "engine/view.h"

#include <string.h>

#include "base/hash.h"
#include "engine/handles.h"
#include "engine/mllama.h"
#include "engine/vision.h"

struct tiles view_layout(const takt_vision *v, uint32_t width, uint32_t height, bool is_low)
{
    if (v->mllama)
        return mllama_layout(&v->mllama->m, width, height, is_low);
    return is_low ? tiles_low(&v->v, width, height) : tiles_of(&v->v, width, height);
}

uint32_t view_positions(const takt_vision *v, const struct tiles *t)
{
    struct pieces p;
    if (v->mllama)
        return 1;
    if (pieces_of(&p, &v->v, t, v->model->tokenizer, NULL).code)
        return 0;
    uint32_t n = p.n;
    pieces_free(&p);
    return n;
}

takt_rc view_check(uint32_t width, uint32_t height, takt_err *e)
{
    if (width == 0 || height == 0 || width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX)
        return err_set(e, width && height ? TAKT_ERR_LIMIT : TAKT_ERR_USAGE, "picture",
                       "of %u x %u pixels; a side has 1 to %d", width, height, IMAGE_SIDE_MAX);
    return TAKT_OK;
}

static void set_digest(struct view *view)
{
    const struct tiles *t = &view->tiles;
    const uint32_t layout[] = {t->across,      t->down,           t->first_row,      t->first_col,
                               view->pieces.n, view->whole.width, view->whole.height};
    const struct image *part[] = {&view->whole, &view->grid, &view->second};
    struct sha256 s;
    sha256_init(&s);
    sha256_add(&s, layout, sizeof layout);
    for (int i = 0; i < 3; i++)
        if (part[i]->rgb)
            sha256_add(&s, part[i]->rgb, (size_t)part[i]->width * part[i]->height * 3);
    sha256_end(&s, view->digest);
}

takt_rc view_make(struct view *out, const takt_vision *v, const struct image *in, bool is_low,
                  takt_err *e)
{
    *out = (struct view){0};
    TAKT_TRY(view_check(in->width, in->height, e));
    out->tiles = view_layout(v, in->width, in->height, is_low);
    takt_rc rc = v->mllama ? mllama_lay(&out->grid, &v->mllama->m, &out->tiles, in, e)
                           : pieces_of(&out->pieces, &v->v, &out->tiles, v->model->tokenizer, e);
    if (!rc.code && !v->mllama)
        rc = tiles_show(&out->whole, &out->grid, &v->v, &out->tiles, in, e);
    if (rc.code) {
        view_free(out);
        return rc;
    }
    set_digest(out);
    return TAKT_OK;
}

/* The frames as the encoder sees them. */
static takt_rc show_pair(struct view *out, const takt_vision *v, const struct view_pair *p,
                         takt_err *e)
{
    TAKT_TRY(pieces_of_pair(&out->pieces, &out->tiles, e));
    TAKT_TRY(tiles_show(&out->whole, &out->grid, &v->v, &out->tiles, &p->frame[0], e));
    if (p->frame[1].rgb == p->frame[0].rgb)
        return TAKT_OK;
    TAKT_TRY(tiles_show(&out->second, &out->grid, &v->v, &out->tiles, &p->frame[1], e));
    size_t n = (size_t)out->whole.width * out->whole.height * 3;
    if (memcmp(out->whole.rgb, out->second.rgb, n) == 0)
        image_free(&out->second);
    return TAKT_OK;
}

takt_rc view_make_pair(struct view *out, const takt_vision *v, const struct view_pair *p,
                       takt_err *e)
{
    *out = (struct view){0};
    TAKT_TRY(view_check(p->width, p->height, e));
    for (int i = 0; i < 2; i++)
        TAKT_TRY(view_check(p->frame[i].width, p->frame[i].height, e));
    out->tiles = tiles_frame(&v->v, p->width, p->height, p->is_low);
    takt_rc rc = show_pair(out, v, p, e);
    if (rc.code) {
        view_free(out);
        return rc;
    }
    set_digest(out);
    return TAKT_OK;
}

void view_free(struct view *view)
{
    pieces_free(&view->pieces);
    image_free(&view->whole);
    image_free(&view->grid);
    image_free(&view->second);
    *view = (struct view){0};
}
