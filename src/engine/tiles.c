#include "engine/tiles.h"

#include <math.h>

#include "media/resize.h"

/* ---- layout ---------------------------------------------------------------------------------- */

/* The size that keeps most of the picture, of equal ones that which wastes least. */
static struct vision_grid pick(const struct model_vision *v, double width, double height)
{
    struct vision_grid best = v->grid[0];
    double most = -1, least_waste = INFINITY;
    for (uint32_t i = 0; i < v->n_grids; i++) {
        const struct vision_grid *g = &v->grid[i];
        double scale = fmin(g->width / width, g->height / height);
        double kept = floor(width * scale) * floor(height * scale);
        kept = fmin(kept, width * height);
        double waste = (double)g->width * g->height - kept;
        if (kept > most || (kept == most && waste < least_waste)) {
            most = kept;
            least_waste = waste;
            best = *g;
        }
    }
    return best;
}

static uint32_t at_most(double x, uint32_t most)
{
    return x < 1 ? 1 : x < most ? (uint32_t)x : most;
}

/* The picture's own size in the grid: the side that limits fills it. */
static void fit(struct tiles *t, struct vision_grid g, double width, double height)
{
    double across = g.width / width, down = g.height / height;
    t->width = across < down ? g.width : at_most(ceil(width * down), g.width);
    t->height = across < down ? at_most(ceil(height * across), g.height) : g.height;
}

/* int(round(x, 7)) in Python, at most MOST. */
static uint32_t rounded(double x, uint32_t most)
{
    return (uint32_t)fmin(floor(rint(x * 1e7) / 1e7), most);
}

/* Patches that show padding alone are left out, by the picture's proportions: of a very narrow
 * picture all. */
static void unpad(struct tiles *t, uint32_t side, double width, double height)
{
    uint32_t cols = t->across * side, rows = t->down * side;
    *t = (struct tiles){t->across, t->down, t->width, t->height, 0, 0, rows, cols, 0};
    if (width / height > (double)cols / rows) {
        uint32_t kept = rounded(height * (cols / width), rows);
        t->first_row = (rows - kept) / 2;
        t->n_rows = rows - 2 * t->first_row;
    } else {
        uint32_t kept = rounded(width * (rows / height), cols);
        t->first_col = (cols - kept) / 2;
        t->n_cols = cols - 2 * t->first_col;
    }
}

struct tiles tiles_of(const struct model_vision *v, uint32_t width, uint32_t height)
{
    struct tiles t = {0};
    if (v->n_grids) {
        struct vision_grid g = pick(v, width, height);
        t.across = g.width / v->side;
        t.down = g.height / v->side;
        fit(&t, g, width, height);
        unpad(&t, v->side / v->patch, width, height);
    }
    t.n_positions = vision_patches(v) + t.n_rows * (t.n_cols + 1);
    return t;
}

/* ---- pixels ---------------------------------------------------------------------------------- */

takt_rc tiles_whole(struct image *out, const struct model_vision *v, const struct image *in,
                    takt_err *e)
{
    struct image square;
    uint8_t colour[3];
    if (v->n_grids)
        return resize_image(out, in, v->side, v->side, RESIZE_BICUBIC, e);
    for (int c = 0; c < 3; c++)
        colour[c] = (uint8_t)lrintf(fminf(fmaxf(v->mean[c] * 255.0f, 0.0f), 255.0f));
    TAKT_TRY(image_pad_square(&square, in, colour, e));
    takt_rc rc = resize_image(out, &square, v->side, v->side, RESIZE_BICUBIC, e);
    image_free(&square);
    return rc;
}

takt_rc tiles_cut(struct image *out, const struct model_vision *v, const struct tiles *t,
                  const struct image *in, takt_err *e)
{
    static const uint8_t black[3] = {0, 0, 0};
    struct image fitted;
    uint32_t width = t->across * v->side, height = t->down * v->side;
    TAKT_TRY(resize_image(&fitted, in, t->width, t->height, RESIZE_BICUBIC, e));
    takt_rc rc = image_pad(out, &fitted, width, height, (width - t->width) / 2,
                           (height - t->height) / 2, black, e);
    image_free(&fitted);
    return rc;
}
