#include "engine/view.h"

#include "base/hash.h"

struct tiles view_layout(const struct model_vision *v, uint32_t width, uint32_t height, bool is_low)
{
    if (is_low)
        return (struct tiles){.n_positions = vision_patches(v)};
    return tiles_of(v, width, height);
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
    const uint32_t layout[] = {t->across, t->down, t->first_row, t->first_col, t->n_positions};
    const struct image *part[] = {&view->whole, &view->grid};
    struct sha256 s;
    sha256_init(&s);
    sha256_add(&s, layout, sizeof layout);
    for (int i = 0; i < 2; i++)
        if (part[i]->rgb)
            sha256_add(&s, part[i]->rgb, (size_t)part[i]->width * part[i]->height * 3);
    sha256_end(&s, view->digest);
}

takt_rc view_make(struct view *out, const struct model_vision *v, const struct image *in,
                  bool is_low, takt_err *e)
{
    *out = (struct view){0};
    TAKT_TRY(view_check(in->width, in->height, e));
    struct tiles t = view_layout(v, in->width, in->height, is_low);
    takt_rc rc = tiles_whole(&out->whole, v, in, e);
    if (!rc.code && t.across)
        rc = tiles_cut(&out->grid, v, &t, in, e);
    if (rc.code) {
        view_free(out);
        return rc;
    }
    out->tiles = t;
    set_digest(out);
    return TAKT_OK;
}

void view_free(struct view *view)
{
    image_free(&view->whole);
    image_free(&view->grid);
    *view = (struct view){0};
}
