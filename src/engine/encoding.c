#include "engine/encoding.h"

#include <math.h>
#include <string.h>

#include "engine/handles.h"
#include "engine/mllama.h"
#include "engine/patches.h"

/* Runs of the encoder's program. */
static uint32_t n_tiles(const takt_vision *v, const struct tiles *t)
{
    return v->mllama ? 1 : 1 + t->across * t->down;
}

static uint64_t squared(uint64_t n)
{
    return n * n;
}

/* Of a tile, or of the whole picture where there are none. */
static uint32_t tokens_of(const takt_vision *v, const struct tiles *t)
{
    uint32_t m = v->v.merge;
    if (v->mllama)
        return mllama_all(&v->mllama->m);
    return v->v.max_pixels ? t->n_cols * t->n_rows * m * m : vision_tokens(&v->v);
}

/* The number of the program for N tokens. */
static uint32_t program_for(const takt_vision *v, uint32_t n)
{
    const struct plan *p = &v->plan->plan;
    uint32_t i = 0;
    while (i + 1 < p->n_programs && p->program[i].bucket < n)
        i++;
    return i;
}

static uint32_t n_parts(const takt_vision *v, uint32_t program)
{
    return v->parts.first[program + 1] - v->parts.first[program];
}

static double tile_ns(const takt_vision *v, uint32_t n)
{
    return plan_batch_ns(&v->plan->plan, n, squared(n), 0);
}

/* Of one run for a picture with the layout T. */
static double run_ns(const takt_vision *v, const struct tiles *t)
{
    uint32_t n = tokens_of(v, t);
    return v->mllama ? plan_batch_ns(&v->plan->plan, n, mllama_pairs(&v->mllama->m, t), 0)
                     : tile_ns(v, n);
}

uint32_t encoding_steps(const takt_vision *v, const struct tiles *t)
{
    return n_tiles(v, t) * n_parts(v, program_for(v, tokens_of(v, t)));
}

double encoding_ns(const takt_vision *v, const struct tiles *t)
{
    return n_tiles(v, t) * run_ns(v, t);
}

double encoding_tile_ns(const takt_vision *v)
{
    return tile_ns(v, vision_step_tokens(v));
}

double encoding_mean_ns(const takt_vision *v)
{
    return encoding_tile_ns(v) / n_parts(v, v->plan->plan.n_programs - 1);
}

double encoding_step_ns(const takt_vision *v)
{
    double most = 0;
    for (uint32_t i = 0; i < v->parts.plan.n_programs; i++) {
        const struct plan_program *p = &v->parts.plan.program[i];
        most = fmax(most, plan_part_ns(p, squared(p->bucket)));
    }
    return most;
}

/* ---- one step -------------------------------------------------------------------------------- */

/* Shows V the tile number TILE of the picture; 0: the whole. */
static void show(const struct encoding *x, takt_vision *v, uint32_t tile)
{
    const struct tiles *t = &x->view->tiles;
    if (v->mllama) {
        mllama_show(v, x->view);
        return;
    }
    const struct image *im = tile ? &x->view->grid : &x->view->whole;
    size_t stride = (size_t)im->width * 3;
    size_t at = tile ? (tile - 1) / t->across * stride + (size_t)((tile - 1) % t->across) * 3 : 0;
    if (v->v.max_pixels)
        patches_lay(v, t->n_cols, t->n_rows);
    patches_fill(v, im->rgb + at * v->v.side, stride);
}

/* Runs the next part of what V was shown, which may be less than the program has room for. */
static void run(struct encoding *x, takt_vision *v, uint32_t program, uint32_t number)
{
    const struct plan_program *part = &v->parts.plan.program[v->parts.first[program] + number];
    struct plan_facts facts = patches_facts(v);
    double share = run_ns(v, &x->view->tiles) / tile_ns(v, part->bucket);
    if (v->mllama)
        mllama_add_facts(&facts, v->mllama, x->picture);
    x->info.predicted_ns += plan_part_ns(part, squared(part->bucket)) * share;
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

/* Where its rows stand, which follow each other. */
static void set_grid(takt_picture *p, const struct pieces *pieces, const struct tiles *t)
{
    while (p->first < pieces->n && pieces->v[p->first].kind != PIECE_ROW)
        p->first++;
    p->across = t->n_cols;
    p->down = t->n_rows;
}

takt_rc encoding_begin(struct encoding *x, const takt_vision *v, const struct view *view,
                       takt_err *e)
{
    if (v->mllama)
        return mllama_begin(x, v, view, e);
    *x = (struct encoding){.view = view};
    TAKT_TRY(picture_new(&x->picture, view->digest, view->pieces.n, v->v.n_out, e));
    set_others(x->picture, v, &view->pieces);
    if (v->v.max_pixels)
        set_grid(x->picture, &view->pieces, &view->tiles);
    return TAKT_OK;
}

bool encoding_step(struct encoding *x, takt_vision *v)
{
    uint32_t program = program_for(v, tokens_of(v, &x->view->tiles));
    uint32_t n = n_parts(v, program), tile = x->n_done / n;
    if (x->n_done % n == 0)
        show(x, v, tile);
    run(x, v, program, x->n_done % n);
    if (++x->n_done % n)
        return false;
    take(x, v, tile);
    return x->n_done == encoding_steps(v, &x->view->tiles);
}

void encoding_drop(struct encoding *x)
{
    takt_picture_free(x->picture);
    *x = (struct encoding){0};
}
