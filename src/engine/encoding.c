#include "engine/encoding.h"

#include <math.h>
#include <string.h>

#include "engine/handles.h"
#include "engine/mllama.h"
#include "engine/patches.h"

uint32_t encoding_tiles(const takt_vision *v, const struct tiles *t)
{
    return v->mllama ? 1 : 1 + t->across * t->down;
}

/* Of a tile, or of the whole picture where there are none. */
static uint32_t tokens_of(const takt_vision *v, const struct tiles *t)
{
    uint32_t m = v->v.merge;
    if (v->mllama)
        return mllama_all(&v->mllama->m);
    return v->v.max_pixels ? t->n_cols * t->n_rows * m * m : vision_tokens(&v->v);
}

/* ---- times ----------------------------------------------------------------------------------- */

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

/* Of N tiles of a picture with the layout T, which do not see each other. */
static double batch_ns(const takt_vision *v, const struct tiles *t, uint32_t n)
{
    uint64_t size = tokens_of(v, t), pairs = size * size * n;
    if (v->mllama)
        pairs = mllama_pairs(&v->mllama->m, t);
    return plan_batch_ns(&v->plan->plan, (uint32_t)size * n, pairs, 0);
}

uint64_t encoding_pairs(const takt_vision *v, uint32_t i)
{
    uint64_t bucket = v->plan->plan.program[i].bucket;
    bool is_one = v->mllama || v->v.max_pixels;
    return bucket * (is_one ? bucket : vision_tokens(&v->v));
}

static struct encoding_cost cost_of(const takt_vision *v, const struct tiles *t, uint32_t n)
{
    return (struct encoding_cost){n_parts(v, program_for(v, tokens_of(v, t) * n)),
                                  batch_ns(v, t, n)};
}

struct encoding_cost encoding_left(const takt_vision *v, const struct tiles *t, uint32_t n_done)
{
    uint32_t n = encoding_tiles(v, t) - n_done, times = n / v->n_batch;
    struct encoding_cost most = cost_of(v, t, v->n_batch);
    struct encoding_cost all = {most.n_steps * times, most.ns * times};
    if (n % v->n_batch) {
        struct encoding_cost rest = cost_of(v, t, n % v->n_batch);
        all.n_steps += rest.n_steps;
        all.ns += rest.ns;
    }
    return all;
}

struct encoding_cost encoding_cost(const takt_vision *v, const struct tiles *t)
{
    return encoding_left(v, t, 0);
}

double encoding_tile_ns(const takt_vision *v)
{
    uint64_t n = vision_step_tokens(v);
    return plan_batch_ns(&v->plan->plan, (uint32_t)n, n * n, 0);
}

double encoding_step_ns(const takt_vision *v)
{
    double most = 0;
    for (uint32_t i = 0; i < v->plan->plan.n_programs; i++)
        for (uint32_t k = v->parts.first[i]; k < v->parts.first[i + 1]; k++)
            most = fmax(most, plan_part_ns(&v->parts.plan.program[k], encoding_pairs(v, i)));
    return most;
}

/* ---- one step -------------------------------------------------------------------------------- */

/* Shows V a tile, the one numbered SLOT of the batch; of a picture the number 0 is the whole. */
static void show(takt_vision *v, uint32_t slot, const struct encoding_tile *tile)
{
    const struct view *view = tile->of->view;
    const struct tiles *t = &view->tiles;
    if (v->mllama) {
        mllama_show(v, view);
        return;
    }
    const struct image *im = tile->number ? &view->grid : &view->whole;
    uint32_t i = tile->number ? tile->number - 1 : 0;
    size_t stride = (size_t)im->width * 3, at = 0;
    if (tile->number)
        at = i / t->across * stride + (size_t)(i % t->across) * 3;
    if (v->v.max_pixels)
        patches_lay(v, t->n_cols, t->n_rows);
    const struct image *other = view->second.rgb ? &view->second : im;
    patches_fill(v, slot, im->rgb + at * v->v.side, other->rgb + at * v->v.side, stride);
}

/* Runs the next part of what V was shown, which may be less than the program has room for. */
static bool run(struct encoding_batch *b, takt_vision *v, takt_step_info *info)
{
    const struct encoding_tile *tile = b->tile;
    while (!tile->of) /* one at least is wanted */
        tile++;
    struct plan_facts facts = patches_facts(v, b->n_tiles);
    uint32_t i = program_for(v, facts.n_tokens), n = n_parts(v, i);
    const struct plan_program *part = &v->parts.plan.program[v->parts.first[i] + b->n_done];
    double whole = plan_part_ns(&v->plan->plan.program[i], encoding_pairs(v, i));
    double share = plan_part_ns(part, encoding_pairs(v, i)) / whole;
    if (v->mllama)
        mllama_add_facts(&facts, v->mllama, tile->of->picture);
    info->predicted_ns = batch_ns(v, &tile->of->view->tiles, b->n_tiles) * share;
    info->measured_ns = target_step(v->target, part, &facts);
    return ++b->n_done == n;
}

static void set_row(takt_picture *p, uint32_t i, const float *row)
{
    memcpy(p->rows + (size_t)i * p->n_embd, row, p->n_embd * sizeof *row);
}

/* The rows of a tile that has just been run go wherever they stand. */
static void take(const takt_vision *v, uint32_t slot, const struct encoding_tile *tile)
{
    struct encoding *x = tile->of;
    const struct pieces *p = &x->view->pieces;
    uint32_t first = slot * v->n_laid + v->v.has_class;
    for (uint32_t i = 0; i < p->n; i++)
        if (p->v[i].kind == PIECE_ROW && p->v[i].view == tile->number)
            set_row(x->picture, i, target_logits(v->target, first + p->v[i].row));
    x->n_done++;
}

/* ---- pictures -------------------------------------------------------------------------------- */

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

/* N positions in a sequence, that nothing is known of. */
static takt_rc blank_new(takt_picture **out, uint32_t n, uint32_t n_embd, takt_err *e)
{
    TAKT_TRY(picture_new(out, (const uint8_t[32]){0}, n, 0, e));
    (*out)->n_embd = n_embd;
    for (uint32_t i = 0; i < n; i++)
        (*out)->ids[i] = INT32_MIN;
    return TAKT_OK;
}

takt_rc encoding_blank(takt_picture **out, const takt_vision *v, const struct tiles *t,
                       const uint8_t *digest, takt_err *e)
{
    struct pieces pieces = {0};
    uint32_t n = 1, n_embd = v->mllama ? v->mllama->m.n_out : v->v.n_out;
    *out = NULL;
    if (!v->mllama) {
        TAKT_TRY(pieces_of(&pieces, &v->v, t, v->model->tokenizer, e));
        n = pieces.n;
    }
    takt_rc rc = blank_new(out, n, n_embd, e);
    if (!rc.code) {
        if (v->mllama)
            (*out)->cross = v->plan->plan.cross;
        if (digest)
            picture_name(*out, 0, n, digest);
        for (uint32_t i = 0; digest && i < pieces.n; i++)
            if (pieces.v[i].kind == PIECE_TOKEN)
                (*out)->ids[i] = pieces.v[i].token;
        if (v->v.max_pixels)
            set_grid(*out, &pieces, t);
    }
    pieces_free(&pieces);
    return rc;
}

bool encoding_is_whole(const struct encoding *x, const takt_vision *v)
{
    return x->n_done == encoding_tiles(v, &x->view->tiles);
}

/* ---- batches --------------------------------------------------------------------------------- */

void encoding_join(struct encoding_batch *b, struct encoding *x, const takt_vision *v)
{
    uint32_t n = encoding_tiles(v, &x->view->tiles);
    takt_assert(b->n_done == 0);
    while (x->n_begun < n && b->n_tiles < v->n_batch)
        b->tile[b->n_tiles++] = (struct encoding_tile){x, x->n_begun++};
}

void encoding_leave(struct encoding_batch *b, const struct encoding *x)
{
    bool is_wanted = false;
    for (uint32_t i = 0; i < b->n_tiles; i++) {
        if (b->tile[i].of == x)
            b->tile[i].of = NULL;
        is_wanted = is_wanted || b->tile[i].of;
    }
    if (!is_wanted)
        *b = (struct encoding_batch){0};
}

/* Its tiles had an equal share of a step. */
static void share(const struct encoding_batch *b, const takt_step_info *step)
{
    for (uint32_t i = 0; i < b->n_tiles; i++) {
        struct encoding *x = b->tile[i].of;
        if (!x)
            continue;
        x->info.predicted_ns += step->predicted_ns / b->n_tiles;
        x->info.measured_ns += step->measured_ns / b->n_tiles;
    }
}

bool encoding_step(struct encoding_batch *b, takt_vision *v, takt_step_info *step)
{
    takt_step_info info;
    takt_assert(b->n_tiles > 0);
    for (uint32_t i = 0; i < b->n_tiles && b->n_done == 0; i++)
        if (b->tile[i].of)
            show(v, i, &b->tile[i]);
    bool is_last = run(b, v, &info);
    share(b, &info);
    if (step)
        *step = info;
    if (!is_last)
        return false;
    for (uint32_t i = 0; i < b->n_tiles; i++)
        if (b->tile[i].of)
            take(v, i, &b->tile[i]);
    *b = (struct encoding_batch){0};
    return true;
}

void encoding_drop(struct encoding *x)
{
    takt_picture_free(x->picture);
    *x = (struct encoding){0};
}
