#include "engine/place.h"

#include "engine/vision.h"

/* The grids of P: of a still there is one. */
static uint32_t times_of(const takt_picture *p)
{
    return p->times ? p->times : 1;
}

/* Where that of a clip's pair I stands in time, as in transformers, in single precision. */
static uint32_t time_of(const takt_picture *p, uint32_t i)
{
    return (uint32_t)((float)i * p->pace);
}

/* How far the numbers go on with a picture: up to the largest one in it. */
static uint32_t extent(const takt_picture *p)
{
    uint32_t n = times_of(p), most = p->across > p->down ? p->across : p->down;
    uint32_t lasts = time_of(p, n - 1) + 1;
    if (p->across && lasts > most)
        most = lasts;
    return p->n_positions - p->across * p->down * n + most;
}

static const takt_span *span_at(const takt_span *spans, size_t n_spans, uint32_t pos)
{
    for (size_t i = 0; i < n_spans; i++)
        if (pos >= spans[i].first && pos - spans[i].first < spans[i].picture->n_positions)
            return &spans[i];
    return NULL;
}

bool place_takes(const takt_span *spans, size_t n_spans, uint32_t pos, int32_t id)
{
    const takt_span *in = span_at(spans, n_spans, pos);
    return !in || in->picture->ids[pos - in->first] == id;
}

void place_of(uint32_t out[3], const takt_span *spans, size_t n_spans, uint32_t pos)
{
    const takt_span *in = span_at(spans, n_spans, pos);
    uint32_t begin = in ? in->first : pos, at = begin, k = pos - begin;
    for (size_t i = 0; i < n_spans; i++)
        if (spans[i].first < begin)
            at -= spans[i].picture->n_positions - extent(spans[i].picture);
    const takt_picture *p = in ? in->picture : NULL;
    if (p && k >= p->first && k - p->first < p->across * p->down * times_of(p)) {
        uint32_t area = p->across * p->down, time = (k - p->first) / area;
        uint32_t row = (k - p->first) % area / p->across, col = (k - p->first) % p->across;
        out[0] = at + p->first + time_of(p, time);
        out[1] = at + p->first + row;
        out[2] = at + p->first + col;
        return;
    }
    if (p && k >= p->first) /* behind the grid */
        at -= p->n_positions - extent(p);
    for (int i = 0; i < 3; i++)
        out[i] = at + k;
}
