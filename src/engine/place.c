#include "engine/place.h"

#include "engine/vision.h"

/* How far the numbers go on with a picture. */
static uint32_t extent(const takt_picture *p)
{
    if (!p->across)
        return p->n_positions;
    return p->across > p->down ? p->across : p->down;
}

static const takt_span *span_at(const takt_span *spans, size_t n_spans, uint32_t pos)
{
    for (size_t i = 0; i < n_spans; i++)
        if (pos >= spans[i].first && pos - spans[i].first < spans[i].picture->n_positions)
            return &spans[i];
    return NULL;
}

bool place_in_picture(const takt_span *spans, size_t n_spans, uint32_t pos)
{
    return span_at(spans, n_spans, pos) != NULL;
}

void place_of(uint32_t out[3], const takt_span *spans, size_t n_spans, uint32_t pos)
{
    const takt_span *in = span_at(spans, n_spans, pos);
    uint32_t begin = in ? in->first : pos, at = begin, k = pos - begin;
    for (size_t i = 0; i < n_spans; i++)
        if (spans[i].first < begin)
            at -= spans[i].picture->n_positions - extent(spans[i].picture);
    if (in && in->picture->across) {
        out[0] = at;
        out[1] = at + k / in->picture->across;
        out[2] = at + k % in->picture->across;
        return;
    }
    for (int i = 0; i < 3; i++)
        out[i] = at + k;
}
