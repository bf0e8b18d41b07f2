#include "engine/reel.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "engine/handles.h"

enum { TIMES_MAX = 1 << 24, FRAMES_OF_PAIR = 2 };

/* How many places in time lie between two pairs. */
static float pace_of(const takt_vision *v, uint32_t n_frames, double seconds)
{
    float pair_s = seconds > 0 ? (float)(FRAMES_OF_PAIR * seconds / n_frames) : 1;
    return v->v.clip_pace ? (float)v->v.clip_pace * pair_s : 1;
}

static takt_rc check(takt_picture *const *pairs, size_t n, uint32_t n_frames, double seconds,
                     takt_err *e)
{
    if (n == 0 || n > TIMES_MAX || n_frames == 0)
        return err_set(e, n ? TAKT_ERR_LIMIT : TAKT_ERR_USAGE, "clip", "has %zu pairs of frames",
                       n);
    if (!(seconds >= 0) || !isfinite(seconds))
        return err_set(e, TAKT_ERR_USAGE, "clip", "its length, %g s, is none", seconds);
    for (size_t i = 0; i < n; i++)
        if (pairs[i]->across != pairs[0]->across || pairs[i]->down != pairs[0]->down ||
            pairs[i]->n_positions != pairs[0]->across * pairs[0]->down)
            return err_set(e, TAKT_ERR_USAGE, "clip",
                           "its pairs of frames are of unequal sizes, or are no pairs");
    return TAKT_OK;
}

/* The ids of PAIR's rows, from the position numbered FIRST on, at the place TIME. */
static void name_pair(takt_picture *p, uint32_t first, const takt_picture *pair, uint32_t time)
{
    uint8_t digest[32];
    struct sha256 s;
    sha256_init(&s);
    sha256_add(&s, pair->ids, pair->n_positions * sizeof *pair->ids);
    sha256_add(&s, &time, sizeof time);
    sha256_end(&s, digest);
    picture_name(p, first, pair->n_positions, digest);
}

takt_rc reel_blank(takt_picture **out, const takt_vision *v, const struct tiles *t, uint32_t n,
                   takt_err *e)
{
    static const uint8_t none[32];
    struct pieces pieces;
    *out = NULL;
    TAKT_TRY(pieces_of_clip(&pieces, t, n, v->model->tokenizer, e));
    takt_rc rc = picture_new(out, none, pieces.n, 0, e);
    takt_picture *p = *out;
    for (uint32_t i = 0; p && i < pieces.n; i++)
        p->ids[i] = pieces.v[i].kind == PIECE_TOKEN ? pieces.v[i].token : INT32_MIN;
    while (p && pieces.v[p->first].kind != PIECE_ROW)
        p->first++;
    pieces_free(&pieces);
    if (rc.code)
        return rc;
    p->n_embd = v->v.n_out;
    p->across = t->n_cols;
    p->down = t->n_rows;
    p->times = n;
    return rc;
}

takt_rc takt_clip_join(takt_picture **out, const takt_vision *v, takt_picture *const *pairs,
                       size_t n, uint32_t n_frames, double seconds, takt_err *e)
{
    *out = NULL;
    TAKT_TRY(check(pairs, n, n_frames, seconds, e));
    const struct tiles t = {.n_cols = pairs[0]->across, .n_rows = pairs[0]->down};
    float pace = pace_of(v, n_frames, seconds);
    if (!(pace * (float)n < TIMES_MAX))
        return err_set(e, TAKT_ERR_LIMIT, "clip", "lasts too long: %g s", seconds);
    takt_picture **part = calloc(n, sizeof(takt_picture *));
    if (!part)
        return err_set(e, TAKT_ERR_MEMORY, "clip", "no memory for its %zu pairs of frames", n);
    takt_rc rc = reel_blank(out, v, &t, (uint32_t)n, e);
    if (rc.code) {
        free(part);
        return rc;
    }
    takt_picture *p = *out;
    p->part = part;
    p->pace = pace;
    for (uint32_t i = 0; i < n; i++) {
        part[i] = picture_hold(pairs[i]);
        name_pair(p, p->first + i * pairs[i]->n_positions, pairs[i], (uint32_t)((float)i * pace));
    }
    return rc;
}
