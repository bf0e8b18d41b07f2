#include "engine/encoding.h"

#include <string.h>

#include "engine/handles.h"

uint32_t encoding_steps(const takt_vision *v, const struct tiles *t)
{
    (void)v;
    return 1 + t->across * t->down;
}

double encoding_step_ns(const takt_vision *v)
{
    uint64_t n = vision_tokens(&v->v);
    return plan_batch_ns(&v->plan->plan, (uint32_t)n, n * n, 0);
}

/* ---- one step -------------------------------------------------------------------------------- */

/* The values of each patch of the picture at RGB, whose rows are STRIDE bytes apart, colour by
 * colour; the class row stays zero. */
static void set_patches(takt_vision *v, const uint8_t *rgb, size_t stride)
{
    const struct model_vision *m = &v->v;
    uint32_t across = m->side / m->patch;
    for (uint32_t i = 0; i < vision_patches(m); i++) {
        float *to = v->patch + (size_t)(i + m->has_class) * v->plan->plan.n_input;
        size_t top = (size_t)(i / across) * m->patch, left = (size_t)(i % across) * m->patch;
        image_patch(to, rgb + top * stride + left * 3, stride, m->patch, &v->norm);
    }
}

/* The rows of a picture of the encoder's size, which features() gives until the next step. */
static void run(takt_vision *v, const uint8_t *rgb, size_t stride, takt_step_info *info)
{
    uint32_t n = vision_tokens(&v->v);
    struct plan_facts facts = {.n_tokens = n,
                               .n_outputs = n,
                               .input = v->input,
                               .pos = v->pos,
                               .seq = v->seq,
                               .sees = v->sees,
                               .pages = v->page_table,
                               .out_token = v->out_token};
    set_patches(v, rgb, stride);
    info->predicted_ns += encoding_step_ns(v);
    info->measured_ns += target_step(v->target, &v->plan->plan.program[0], &facts);
}

static const float *features(const takt_vision *v, uint32_t patch)
{
    return target_logits(v->target, patch + v->v.has_class);
}

static void set_row(takt_picture *p, uint32_t i, const float *row)
{
    memcpy(p->rows + (size_t)i * p->n_embd, row, p->n_embd * sizeof *row);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void step_whole(struct encoding *x, takt_vision *v)
{
    run(v, x->view->whole.rgb, (size_t)x->view->whole.width * 3, &x->info);
    for (uint32_t i = 0; i < vision_patches(&v->v); i++)
        set_row(x->picture, i, features(v, i));
}

/* The rows of all tiles stand as if they were of one picture, behind those of the whole one. */
static void step_tile(struct encoding *x, takt_vision *v, uint32_t tile)
{
    const struct tiles *t = &x->view->tiles;
    const struct image *grid = &x->view->grid;
    uint32_t side = v->v.side / v->v.patch, width = t->n_cols + 1, first = vision_patches(&v->v);
    uint32_t top = tile / t->across, left = tile % t->across;
    size_t stride = (size_t)grid->width * 3;
    run(v, grid->rgb + (top * stride + (size_t)left * 3) * v->v.side, stride, &x->info);
    for (uint32_t i = 0; i < side * side; i++) {
        uint32_t row = top * side + i / side - t->first_row;
        uint32_t col = left * side + i % side - t->first_col;
        if (row < t->n_rows && col < t->n_cols)
            set_row(x->picture, first + row * width + col, features(v, i));
    }
}

takt_rc encoding_begin(struct encoding *x, const takt_vision *v, const struct view *view,
                       takt_err *e)
{
    const struct tiles *t = &view->tiles;
    uint32_t first = vision_patches(&v->v);
    *x = (struct encoding){.view = view};
    TAKT_TRY(picture_new(&x->picture, view->digest, t->n_positions, v->v.n_out, e));
    for (uint32_t row = 0; row < t->n_rows; row++)
        set_row(x->picture, first + row * (t->n_cols + 1) + t->n_cols, v->newline);
    return TAKT_OK;
}

bool encoding_step(struct encoding *x, takt_vision *v)
{
    if (x->n_done == 0)
        step_whole(x, v);
    else
        step_tile(x, v, x->n_done - 1);
    return ++x->n_done == encoding_steps(v, &x->view->tiles);
}

void encoding_drop(struct encoding *x)
{
    takt_picture_free(x->picture);
    *x = (struct encoding){0};
}
