#include "media/frames.h"

#include <stdlib.h>

enum { S_NS = 1000000000 };

takt_rc frames_add(struct frames *f, int64_t at_ns, int64_t end_ns,
                   const struct media_clip_limits *l, takt_err *e)
{
    if (f->n == l->file_frames)
        return err_set(e, TAKT_ERR_LIMIT, "clip",
                       "has more than %u frames, the most that takt reads", l->file_frames);
    if (f->n == f->cap) {
        uint32_t cap = f->cap ? f->cap * 2 : 256;
        int64_t *bigger = realloc(f->at_ns, cap * sizeof *bigger);
        if (!bigger)
            return err_set(e, TAKT_ERR_MEMORY, "clip", "no memory for the times of %u frames", cap);
        f->at_ns = bigger;
        f->cap = cap;
    }
    f->at_ns[f->n++] = at_ns;
    f->end_ns = f->n == 1 || end_ns > f->end_ns ? end_ns : f->end_ns;
    return TAKT_OK;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void frames_sort(struct frames *f)
{
    if (f->n > 1)
        qsort(f->at_ns, f->n, sizeof *f->at_ns, by_time);
}

static uint32_t choose_n(uint32_t *index, const struct frames *f, uint32_t n)
{
    if (n > f->n)
        n = f->n;
    for (uint32_t i = 0; i < n; i++) /* rounded to the nearest */
        index[i] = n == 1 ? (f->n - 1) / 2
                          : (uint32_t)(((uint64_t)i * (f->n - 1) * 2 + (n - 1)) / ((n - 1) * 2));
    return n;
}

/* The frames that are shown at every 1 / PER_S seconds. */
static takt_rc choose_per_s(uint32_t *index, uint32_t *n, const struct frames *f, double per_s,
                            uint32_t most, takt_err *e)
{
    const double step = S_NS / per_s, length = (double)(f->end_ns - f->at_ns[0]);
    uint32_t at = 0, count = 0;
    for (uint64_t k = 0;; k++) {
        double t = (double)k * step;
        if (k > 0 && t >= length)
            break;
        uint32_t from = at;
        while (at + 1 < f->n && (double)(f->at_ns[at + 1] - f->at_ns[0]) <= t + 0.5)
            at++;
        if (k == 0 || at > from) {
            if (count == most)
                return err_set(e, TAKT_ERR_LIMIT, "clip",
                               "has more than %u frames at %g a second, and %u are the most; take "
                               "fewer a second, or a number of frames",
                               most, per_s, most);
            index[count++] = at;
        }
        if (at + 1 == f->n)
            break;
        /* Over a long gap at once: to the first moment that shows another frame. */
        double next = (double)(f->at_ns[at + 1] - f->at_ns[0] - 1) / step;
        if (next > (double)k)
            k = (uint64_t)next;
    }
    *n = count;
    return TAKT_OK;
}

takt_rc frames_choose(uint32_t *index, uint32_t *n, const struct frames *f,
                      const struct media_clip_choice *c, const struct media_clip_limits *l,
                      takt_err *e)
{
    uint32_t wanted = c->n ? c->n : MEDIA_CLIP_FRAMES;
    *n = 0;
    if (f->n == 0)
        return err_set(e, TAKT_ERR_FORMAT, "clip", "has no frames");
    if (f->end_ns - f->at_ns[0] > l->duration_ns)
        return err_set(e, TAKT_ERR_LIMIT, "clip", "lasts %.1f s; %.1f s are the most",
                       (double)(f->end_ns - f->at_ns[0]) / S_NS, (double)l->duration_ns / S_NS);
    if (c->per_s > 0)
        return choose_per_s(index, n, f, c->per_s, l->frames, e);
    if (wanted > l->frames)
        wanted = c->n ? wanted : l->frames;
    if (wanted > l->frames)
        return err_set(e, TAKT_ERR_LIMIT, "clip", "%u frames are asked for; %u are the most",
                       wanted, l->frames);
    *n = choose_n(index, f, wanted);
    return TAKT_OK;
}

void frames_free(struct frames *f)
{
    free(f->at_ns);
    *f = (struct frames){0};
}
