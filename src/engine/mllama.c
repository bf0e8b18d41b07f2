#include "engine/mllama.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "engine/handles.h"
#include "engine/memory.h"
#include "media/resize.h"

/* ---- opening --------------------------------------------------------------------------------- */

/* The image token's row of the table of embeddings. */
static takt_rc read_row(struct mllama *x, const struct model *file, takt_err *e)
{
    const struct tensor *t = model_tensor(file, "token_embd.weight");
    int32_t token = file->hp.image_token;
    uint64_t row_bytes;
    if (!t || t->n_dims != 2 || t->ne[0] != x->m.n_out || token < 0 || (uint64_t)token >= t->ne[1])
        return err_set(e, TAKT_ERR_FORMAT, file->path,
                       "the table of embeddings has no row for the image token %d", token);
    if (!qtype_computable(t->type) || !qtype_row_bytes(t->type, t->ne[0], &row_bytes))
        return err_set(e, TAKT_ERR_UNSUPPORTED, file->path, "'%s' is of a type takt cannot compute",
                       t->name);
    x->row = malloc(x->m.n_out * sizeof *x->row);
    if (!x->row)
        return err_set(e, TAKT_ERR_MEMORY, file->path, "no memory to open it");
    qtype_dequantize(t->type, x->row, t->data + (uint64_t)token * row_bytes, t->ne[0]);
    return TAKT_OK;
}

takt_rc mllama_new(struct mllama **out, const struct model *file, const takt_model *m, takt_err *e)
{
    struct mllama *x = *out = calloc(1, sizeof *x);
    if (!x)
        return err_set(e, TAKT_ERR_MEMORY, file->path, "no memory to open it");
    TAKT_TRY(mllama_read(&x->m, file, e));
    if (!mllama_is(&m->file) || x->m.n_out != m->file.hp.n_embd)
        return err_set(e, TAKT_ERR_USAGE, file->path,
                       "is the picture encoder of another model than %s", m->file.path);
    TAKT_TRY(read_row(x, file, e));
    uint32_t n = mllama_all(&x->m);
    bool ok = (x->blank = malloc(n)) != NULL;
    for (int i = 0; i < MLLAMA_INDICES; i++)
        ok = (x->index[i] = malloc(n * sizeof **x->index)) != NULL && ok;
    return ok ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, file->path, "no memory for its steps");
}

void mllama_free(struct mllama *x)
{
    if (!x)
        return;
    for (int i = 0; i < MLLAMA_INDICES; i++)
        free(x->index[i]);
    free(x->blank);
    free(x->row);
    free(x);
}

/* ---- tiles ----------------------------------------------------------------------------------- */

/* Of the grids that make the picture no smaller the one that enlarges least, else that which
 * shrinks least; of equal ones the smallest. */
static struct mllama_grid pick(const struct model_mllama *m, uint32_t width, uint32_t height)
{
    struct mllama_grid best = m->grid[0];
    double chosen = -1;
    for (uint32_t i = 0; i < m->n_grids; i++) {
        const struct mllama_grid *g = &m->grid[i];
        double down = (double)(g->down * m->side) / height;
        double across = (double)(g->across * m->side) / width;
        double scale = across > down ? down : across;
        bool better = chosen < 0 || (scale >= 1 && (chosen < 1 || scale < chosen)) ||
                      (scale < 1 && chosen < 1 && scale > chosen) ||
                      (scale == chosen && g->down * g->across < best.down * best.across);
        if (better) {
            chosen = scale;
            best = *g;
        }
    }
    return best;
}

static uint32_t between(uint32_t x, uint32_t least, uint32_t most)
{
    return x < least ? least : x < most ? x : most;
}

/* The side that follows from the other one's scale. */
static uint32_t scaled(uint32_t x, double scale, uint32_t most)
{
    double n = floor(x * scale);
    return n < 1 ? 1 : n < most ? (uint32_t)n : most;
}

struct tiles mllama_layout(const struct model_mllama *m, uint32_t width, uint32_t height,
                           bool is_low)
{
    struct mllama_grid g = is_low ? m->grid[0] : pick(m, width, height);
    uint32_t to_width = between(width, m->side, g.across * m->side);
    uint32_t to_height = between(height, m->side, g.down * m->side);
    double down = (double)to_height / height, across = (double)to_width / width;
    struct tiles t = {.across = g.across, .down = g.down, .width = to_width, .height = to_height};
    if (across < down)
        t.height = scaled(height, across, to_height);
    else
        t.width = scaled(width, down, to_width);
    return t;
}

takt_rc mllama_lay(struct image *grid, const struct model_mllama *m, const struct tiles *t,
                   const struct image *in, takt_err *e)
{
    static const uint8_t black[3] = {0, 0, 0};
    struct image fitted;
    TAKT_TRY(resize_image(&fitted, in, t->width, t->height, (enum resize_filter)m->filter, e));
    takt_rc rc = image_pad(grid, &fitted, t->across * m->side, t->down * m->side, 0, 0, black, e);
    image_free(&fitted);
    return rc;
}

/* ---- one step -------------------------------------------------------------------------------- */

uint64_t mllama_pairs(const struct model_mllama *m, const struct tiles *t)
{
    uint64_t real = (uint64_t)t->across * t->down * mllama_rows(m), all = mllama_all(m);
    return real * all + (all - real) * real;
}

/* The place of grid T in the tables of positions: from 1 on. */
static uint32_t grid_number(const struct model_mllama *m, const struct tiles *t)
{
    uint32_t i = 0;
    while (i + 1 < m->n_grids && (m->grid[i].down != t->down || m->grid[i].across != t->across))
        i++;
    return i + 1;
}

/* Row AT of the step is row I of TILE; 0 is the class row. */
static void set_row(takt_vision *v, uint32_t at, uint32_t grid, uint32_t tile, uint32_t i)
{
    struct mllama *x = v->mllama;
    uint32_t n = mllama_rows(&x->m), in = grid * x->m.n_tiles + tile;
    bool is_blank = i >= n;
    x->blank[at] = is_blank;
    x->index[MLLAMA_INDEX_PRE][at] = i == 0 || is_blank ? PLAN_NO_ROW : in;
    x->index[MLLAMA_INDEX_CLASS][at] = i == 0 ? 0 : PLAN_NO_ROW;
    x->index[MLLAMA_INDEX_PATCH][at] = is_blank ? PLAN_NO_ROW : i;
    x->index[MLLAMA_INDEX_TILED][at] = is_blank ? PLAN_NO_ROW : in * n + i;
    x->index[MLLAMA_INDEX_POST][at] = in;
}

/* The picture's tiles, then those that it does not fill, then all tiles' padding. */
static void set_rows(takt_vision *v, const struct tiles *t)
{
    const struct model_mllama *m = &v->mllama->m;
    uint32_t n = mllama_rows(m), at = 0, grid = grid_number(m, t);
    for (uint32_t tile = 0; tile < m->n_tiles; tile++)
        for (uint32_t i = 0; i < n; i++)
            set_row(v, at++, grid, tile, i);
    for (uint32_t tile = 0; tile < m->n_tiles; tile++)
        for (uint32_t i = n; i < mllama_padded(m); i++)
            set_row(v, at++, grid, tile, i);
    uint32_t real = t->across * t->down * n;
    for (uint32_t i = 0; i < at; i++) {
        v->sees[i] = (i < real ? at : real) - 1;
        v->out_token[i] = i;
    }
}

/* The values of patches; those of rows that show none are zero. */
static void set_patches(takt_vision *v, const struct tiles *t, const struct image *grid)
{
    const struct model_mllama *m = &v->mllama->m;
    uint32_t across = m->side / m->patch, n = mllama_rows(m), n_input = v->plan->plan.n_input;
    size_t stride = (size_t)grid->width * 3;
    memset(v->patch, 0, (size_t)mllama_all(m) * n_input * sizeof *v->patch);
    for (uint32_t tile = 0; tile < t->across * t->down; tile++) {
        const uint8_t *rgb = grid->rgb + (size_t)(tile / t->across) * m->side * stride +
                             (size_t)(tile % t->across) * m->side * 3;
        for (uint32_t i = 0; i + 1 < n; i++) {
            size_t top = (size_t)(i / across) * m->patch, left = (size_t)(i % across) * m->patch;
            image_patch(v->patch + ((size_t)tile * n + 1 + i) * n_input,
                        rgb + top * stride + left * 3, stride, m->patch, &v->norm,
                        (size_t)m->patch * m->patch);
        }
    }
}

void mllama_show(takt_vision *v, const struct view *view)
{
    v->n_tokens = v->n_laid = mllama_all(&v->mllama->m);
    set_rows(v, &view->tiles);
    set_patches(v, &view->tiles, &view->grid);
}

void mllama_add_facts(struct plan_facts *facts, const struct mllama *x, takt_picture *p)
{
    facts->store = &p->store;
    facts->blank = x->blank;
    for (int i = 0; i < MLLAMA_INDICES; i++)
        facts->index[i] = x->index[i];
}

/* ---- pictures -------------------------------------------------------------------------------- */

/* Room for the keys and values of N rows. */
static takt_rc make_store(takt_picture *p, const struct plan *plan, uint32_t n, takt_err *e)
{
    uint32_t n_pages = (n + LAYOUT_PAGE - 1) / LAYOUT_PAGE;
    uint32_t *pages = malloc(n_pages * sizeof *pages);
    uint64_t bytes;
    p->store.pages = pages;
    if (!pages)
        return err_set(e, TAKT_ERR_MEMORY, "picture", "no memory for its %u rows", n);
    for (uint32_t i = 0; i < n_pages; i++)
        pages[i] = i;
    if (!size_mul(n_pages, plan->cross_page_bytes, &bytes) || bytes > memory_available())
        return err_set(e, TAKT_ERR_MEMORY, "picture",
                       "no memory for the keys and values of its %u rows", n);
    TAKT_TRY(memory_reserve(&p->store.kv, bytes, "a picture's keys and values", e));
    p->store.n_rows = n;
    p->store_bytes = bytes;
    p->cross = plan->cross;
    return TAKT_OK;
}

takt_rc mllama_begin(struct encoding *x, const takt_vision *v, const struct view *view, takt_err *e)
{
    const struct mllama *own = v->mllama;
    uint32_t n = view->tiles.across * view->tiles.down * mllama_rows(&own->m);
    *x = (struct encoding){.view = view};
    TAKT_TRY(picture_new(&x->picture, view->digest, 1, own->m.n_out, e));
    memcpy(x->picture->rows, own->row, own->m.n_out * sizeof *own->row);
    takt_rc rc = make_store(x->picture, &v->plan->plan, n, e);
    if (rc.code)
        encoding_drop(x);
    return rc;
}
