#include "engine/encoding.h"

#include <math.h>
#include <string.h>

#include "engine/handles.h"

static uint32_t n_tiles(const struct tiles *t)
{
    return 1 + t->across * t->down;
}

uint32_t encoding_steps(const takt_vision *v, const struct tiles *t)
{
    return n_tiles(t) * v->parts.plan.n_programs;
}

double encoding_ns(const takt_vision *v, const struct tiles *t)
{
    return n_tiles(t) * encoding_tile_ns(v);
}

static uint64_t pairs(const takt_vision *v)
{
    uint64_t n = vision_tokens(&v->v);
    return n * n;
}

double encoding_tile_ns(const takt_vision *v)
{
    return plan_batch_ns(&v->plan->plan, vision_tokens(&v->v), pairs(v), 0);
}

double encoding_step_ns(const takt_vision *v)
{
    double most = 0;
    for (uint32_t i = 0; i < v->parts.plan.n_programs; i++)
        most = fmax(most, plan_part_ns(&v->parts.plan.program[i], pairs(v)));
    return most;
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

/* Shows V the tile number TILE of the picture; 0: the whole. */
static void show(const struct encoding *x, takt_vision *v, uint32_t tile)
{
    const struct image *im = tile ? &x->view->grid : &x->view->whole;
    uint32_t across = x->view->tiles.across;
    size_t stride = (size_t)im->width * 3;
    size_t at = tile ? (tile - 1) / across * stride + (size_t)((tile - 1) % across) * 3 : 0;
    set_patches(v, im->rgb + at * v->v.side, stride);
}

/* Runs the next part of what V was shown. */
static void run(struct encoding *x, takt_vision *v)
{
    const struct plan *parts = &v->parts.plan;
    const struct plan_program *part = &parts->program[x->n_done % parts->n_programs];
    struct plan_facts facts = {.n_tokens = vision_tokens(&v->v),
                               .n_outputs = v->n_outputs,
                               .input = v->input,
                               .pos = v->pos,
                               .seq = v->seq,
                               .sees = v->sees,
                               .pages = v->page_table,
                               .out_token = v->out_token};
    x->info.predicted_ns += plan_part_ns(part, pairs(v));
    x->info.measured_ns += target_step(v->target, part, &facts);
}

static void set_row(takt_picture *p, uint32_t i, const float *row)
{
    memcpy(p->rows + (size_t)i * p->n_embd, row, p->n_embd * sizeof *row);
}

/* The rows of the tile that has just been run go wherever they stand. */
static void take(struct encoding *x, const takt_vision *v, uint32_t tile)
{
    const struct pieces *p = &x->view->pieces;
    for (uint32_t i = 0; i < p->n; i++)
        if (p->v[i].kind == PIECE_ROW && p->v[i].view == tile)
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
    uint32_t n_parts = v->parts.plan.n_programs, tile = x->n_done / n_parts;
    if (x->n_done % n_parts == 0)
        show(x, v, tile);
    run(x, v);
    if (++x->n_done % n_parts)
        return false;
    take(x, v, tile);
    return x->n_done == encoding_steps(v, &x->view->tiles);
}

void encoding_drop(struct encoding *x)
{
    takt_picture_free(x->picture);
    *x = (struct encoding){0};
}
