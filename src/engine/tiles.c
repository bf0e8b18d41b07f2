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
    *t = (struct tiles){t->across, t->down, t->width, t->height, 0, 0, rows, cols};
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

static struct tiles next_tiles(const struct model_vision *v, uint32_t width, uint32_t height)
{
    struct tiles t = {0};
    struct vision_grid g = pick(v, width, height);
    t.across = g.width / v->side;
    t.down = g.height / v->side;
    fit(&t, g, width, height);
    unpad(&t, v->side / v->patch, width, height);
    return t;
}

static uint32_t up_to(uint32_t x, uint32_t step)
{
    return (x + step - 1) / step * step;
}

/* The longer of the two sides becomes LONGEST; the other one follows, even and at least 1. */
static void rescale(uint32_t *longer, uint32_t *shorter, uint32_t longest)
{
    double ratio = (double)*longer / *shorter;
    *longer = longest;
    *shorter = (uint32_t)(longest / ratio);
    *shorter += *shorter % 2;
    *shorter = *shorter ? *shorter : 1;
}

/* What is above LONGEST shrinks to it. */
static void bound(uint32_t *longer, uint32_t *shorter, uint32_t longest)
{
    double ratio = (double)*longer / *shorter;
    if (*longer <= longest)
        return;
    *longer = longest;
    *shorter = (uint32_t)(longest / ratio);
    *shorter = *shorter ? *shorter : 1;
}

/* Idefics3: to the longest side, then, with a little distortion, to whole tiles. */
static struct tiles split_tiles(const struct model_vision *v, uint32_t width, uint32_t height)
{
    struct tiles t = {.width = width, .height = height};
    uint32_t *longer = width >= height ? &t.width : &t.height;
    uint32_t *shorter = width >= height ? &t.height : &t.width;
    rescale(longer, shorter, v->longest);
    bound(longer, shorter, VISION_SIDE_MAX);
    uint32_t far = up_to(*longer, v->side);
    uint32_t near = up_to((uint32_t)(far / ((double)*longer / *shorter)), v->side);
    near = near ? near : v->side;
    t.across = (width >= height ? far : near) / v->side;
    t.down = (width >= height ? near : far) / v->side;
    if (!v->splits || (t.across == 1 && t.down == 1))
        t.across = t.down = 0;
    return t;
}

/* COLS x ROWS blocks, fewer of the more where MOST pixels do not hold them. */
static struct tiles fitted(const struct model_vision *v, double cols, double rows, double most)
{
    double block = v->patch * v->merge, fit = floor(most / block / block);
    cols = fmin(cols, fmax(1, floor(fit / rows)));
    rows = fmin(rows, fmax(1, floor(fit / cols)));
    return (struct tiles){.width = (uint32_t)(cols * block),
                          .height = (uint32_t)(rows * block),
                          .n_cols = (uint32_t)cols,
                          .n_rows = (uint32_t)rows};
}

/* Pixtral's. Of a picture that is too large then, less. */
static struct tiles rounded_up(const struct model_vision *v, double width, double height,
                               double most)
{
    double side = v->patch * v->merge, by = fmax(width, height) / v->longest_side;
    width = by > 1 ? floor(width / by) : width;
    height = by > 1 ? floor(height / by) : height;
    double cols = fmax(1, ceil(width / side)), rows = fmax(1, ceil(height / side));
    if (cols * rows * side * side > most) {
        by = sqrt(width * height / most);
        cols = fmax(1, floor(width / by / side));
        rows = fmax(1, floor(height / by / side));
    }
    return fitted(v, cols, rows, most);
}

/* Qwen2-VL's smart_resize, with LEAST to MOST pixels; of a picture so narrow that the shorter
 * side's block is too much, less. */
static struct tiles own_proportions(const struct model_vision *v, double width, double height,
                                    double least, double most)
{
    double block = v->patch * v->merge, cols = rint(width / block), rows = rint(height / block);
    if (cols * rows * block * block > most) {
        double by = sqrt(width * height / most);
        cols = fmax(1, floor(width / by / block));
        rows = fmax(1, floor(height / by / block));
    } else if (cols * rows * block * block < least) {
        double by = sqrt(least / (width * height));
        cols = ceil(width * by / block);
        rows = ceil(height * by / block);
    }
    return fitted(v, cols, rows, most);
}

static struct tiles own_size(const struct model_vision *v, uint32_t width, uint32_t height,
                             double most)
{
    return v->longest_side ? rounded_up(v, width, height, most)
                           : own_proportions(v, width, height, v->min_pixels, most);
}

/* Pixels of a picture that is shown as cheaply as it can be. */
static double low_pixels(const struct model_vision *v)
{
    enum { BLOCKS = 256 };
    return (double)BLOCKS * v->patch * v->merge * v->patch * v->merge;
}

struct tiles tiles_low(const struct model_vision *v, uint32_t width, uint32_t height)
{
    if (v->max_pixels == 0)
        return (struct tiles){0};
    return own_size(v, width, height, fmax(fmin(low_pixels(v), v->max_pixels), v->min_pixels));
}

struct tiles tiles_frame(const struct model_vision *v, uint32_t width, uint32_t height, bool is_low)
{
    double most = fmin(v->clip_max_pixels, v->max_pixels);
    if (is_low)
        most = fmin(most, fmax(low_pixels(v), v->min_pixels));
    return own_proportions(v, width, height, fmin(v->clip_min_pixels, most), most);
}

struct tiles tiles_of(const struct model_vision *v, uint32_t width, uint32_t height)
{
    if (v->max_pixels)
        return own_size(v, width, height, v->max_pixels);
    if (v->longest)
        return split_tiles(v, width, height);
    return v->n_grids ? next_tiles(v, width, height) : (struct tiles){0};
}

/* ---- pixels ---------------------------------------------------------------------------------- */

static takt_rc resize(struct image *out, const struct model_vision *v, const struct image *in,
                      uint32_t width, uint32_t height, takt_err *e)
{
    return resize_image(out, in, width, height, (enum resize_filter)v->filter, e);
}

/* In the middle of a square of the mean colour, whose fractions are cut off. */
static takt_rc padded(struct image *out, const struct model_vision *v, const struct image *in,
                      takt_err *e)
{
    struct image square;
    uint8_t colour[3];
    for (int c = 0; c < 3; c++)
        colour[c] = (uint8_t)fmin(fmax((double)v->mean[c] / v->scale, 0.0), 255.0);
    TAKT_TRY(image_pad_square(&square, in, colour, e));
    takt_rc rc = resize(out, v, &square, v->side, v->side, e);
    image_free(&square);
    return rc;
}

/* Its middle: the shorter side is shown whole. */
static takt_rc cropped(struct image *out, const struct model_vision *v, const struct image *in,
                       takt_err *e)
{
    uint32_t shorter = in->width < in->height ? in->width : in->height;
    uint32_t longer = in->width < in->height ? in->height : in->width;
    uint64_t length = (uint64_t)v->side * longer / shorter;
    struct image fitted;
    if (length > IMAGE_SIDE_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "picture", "of %u x %u pixels is too narrow to be cut",
                       in->width, in->height);
    uint32_t width = in->width < in->height ? v->side : (uint32_t)length;
    uint32_t height = in->width < in->height ? (uint32_t)length : v->side;
    TAKT_TRY(resize(&fitted, v, in, width, height, e));
    takt_rc rc = image_crop(out, &fitted, (width - v->side) / 2, (height - v->side) / 2, v->side,
                            v->side, e);
    image_free(&fitted);
    return rc;
}

static takt_rc squared(struct image *out, const struct model_vision *v, const struct image *in,
                       takt_err *e)
{
    switch (v->fit) {
    case VISION_CROP: return cropped(out, v, in, e);
    case VISION_STRETCH: return resize(out, v, in, v->side, v->side, e);
    case VISION_PAD: break;
    }
    return padded(out, v, in, e);
}

/* LLaVA-NeXT's tiles: black where the picture does not reach. */
static takt_rc next_grid(struct image *out, const struct model_vision *v, const struct tiles *t,
                         const struct image *in, takt_err *e)
{
    static const uint8_t black[3] = {0, 0, 0};
    struct image fitted;
    uint32_t width = t->across * v->side, height = t->down * v->side;
    TAKT_TRY(resize(&fitted, v, in, t->width, t->height, e));
    takt_rc rc = image_pad(out, &fitted, width, height, (width - t->width) / 2,
                           (height - t->height) / 2, black, e);
    image_free(&fitted);
    return rc;
}

/* Idefics3's: the whole picture is made from its tiles, resized each time as its processor does. */
static takt_rc split_show(struct image *whole, struct image *grid, const struct model_vision *v,
                          const struct tiles *t, const struct image *in, takt_err *e)
{
    struct image fitted;
    uint32_t across = t->across ? t->across : 1, down = t->down ? t->down : 1;
    if (t->width == 0) /* whole alone, though it could have tiles */
        return resize(whole, v, in, v->side, v->side, e);
    TAKT_TRY(resize(&fitted, v, in, t->width, t->height, e));
    takt_rc rc = resize(t->across ? grid : whole, v, &fitted, across * v->side, down * v->side, e);
    image_free(&fitted);
    if (!rc.code && t->across)
        rc = resize(whole, v, grid, v->side, v->side, e);
    return rc;
}

takt_rc tiles_show(struct image *whole, struct image *grid, const struct model_vision *v,
                   const struct tiles *t, const struct image *in, takt_err *e)
{
    *whole = *grid = (struct image){0};
    if (v->max_pixels)
        return resize(whole, v, in, t->width, t->height, e);
    if (v->longest)
        return split_show(whole, grid, v, t, in, e);
    if (v->n_grids == 0)
        return squared(whole, v, in, e);
    TAKT_TRY(resize(whole, v, in, v->side, v->side, e));
    return t->across ? next_grid(grid, v, t, in, e) : TAKT_OK;
}
