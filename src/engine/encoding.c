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
                               .n_outputs = v->n_outputs,
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

static void set_row(takt_picture *p, uint32_t i, const float *row)
{
    memcpy(p->rows + (size_t)i * p->n_embd, row, p->n_embd * sizeof *row);
}

/* Runs what the view numbered VIEW shows at RGB; its rows go wherever they stand. */
static void step_view(struct encoding *x, takt_vision *v, uint32_t view, const uint8_t *rgb,
                      size_t stride)
{
    const struct pieces *p = &x->view->pieces;
    run(v, rgb, stride, &x->info);
    for (uint32_t i = 0; i < p->n; i++)
        if (p->v[i].kind == PIECE_ROW && p->v[i].view == view)
            set_row(x->picture, i, target_logits(v->target, p->v[i].row + v->v.has_class));
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* What no step makes. */
static void set_others(takt_picture *p, const takt_vision *v, const struct pieces *pieces)
{
    for (uint32_t i = 0; i < pieces->n; i++)
        if (pieces->v[i].kind == PIECE_NEWLINE) {
            set_row(p, i, v->newline);
        } else if (pieces->v[i].kind == PIECE_TOKEN) {
            p->ids[i] = pieces->v[i].token;
            memset(p->rows + (size_t)i * p->n_embd, 0, p->n_embd * sizeof *p->rows);
        }
}

takt_rc encoding_begin(struct encoding *x, const takt_vision *v, const struct view *view,
                       takt_err *e)
{
    *x = (struct encoding){.view = view};
    TAKT_TRY(picture_new(&x->picture, view->digest, view->pieces.n, v->v.n_out, e));
    set_others(x->picture, v, &view->pieces);
    return TAKT_OK;
}

bool encoding_step(struct encoding *x, takt_vision *v)
{
    const struct image *whole = &x->view->whole, *grid = &x->view->grid;
    size_t stride = (size_t)(x->n_done ? grid : whole)->width * 3;
    if (x->n_done == 0) {
        step_view(x, v, 0, whole->rgb, stride);
    } else {
        uint32_t tile = x->n_done - 1, across = x->view->tiles.across;
        size_t at = tile / across * stride + (size_t)(tile % across) * 3;
        step_view(x, v, x->n_done, grid->rgb + at * v->v.side, stride);
    }
    return ++x->n_done == encoding_steps(v, &x->view->tiles);
}

void encoding_drop(struct encoding *x)
{
    takt_picture_free(x->picture);
    *x = (struct encoding){0};
}
