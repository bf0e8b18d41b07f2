#include "engine/sight.h"

#include <string.h>

#include "engine/vision.h"

/* The span with a store that begins at POS, or with BEFORE the last one that begins no later. */
static const takt_span *span_with_store(const takt_span *spans, size_t n_spans, uint32_t pos,
                                        bool before)
{
    const takt_span *best = NULL;
    for (size_t i = 0; i < n_spans; i++) {
        const takt_span *s = &spans[i];
        if (s->picture->store.n_rows && (before ? s->first <= pos : s->first == pos) &&
            (!best || s->first > best->first))
            best = s;
    }
    return best;
}

static bool is_fed(const takt_span *s, const int32_t *ids)
{
    return !ids || ids[s->first] == s->picture->ids[0];
}

uint64_t sight_of(struct plan_sight *out, const takt_span *spans, size_t n_spans,
                  const int32_t *ids, uint32_t pos)
{
    const takt_span *s = span_with_store(spans, n_spans, pos, true);
    const struct plan_store *seen[PLAN_SIGHT_MAX];
    uint64_t rows = 0;
    out->n = 0;
    while (s && out->n < PLAN_SIGHT_MAX && is_fed(s, ids)) {
        seen[out->n++] = &s->picture->store;
        rows += s->picture->store.n_rows;
        s = s->first ? span_with_store(spans, n_spans, s->first - 1, false) : NULL;
    }
    for (uint32_t i = 0; i < out->n; i++)
        out->store[i] = seen[out->n - 1 - i];
    return rows;
}

uint64_t sight_pairs(const takt_span *spans, size_t n_spans, uint32_t past, uint32_t n)
{
    struct plan_sight seen;
    uint64_t sum = 0;
    for (uint32_t i = 0; n_spans && i < n; i++)
        sum += sight_of(&seen, spans, n_spans, NULL, past + i);
    return sum;
}

takt_rc sight_check(const struct plan *plan, const takt_span *spans, size_t n_spans,
                    const char *where, takt_err *e)
{
    for (size_t i = 0; i < n_spans; i++) {
        const takt_picture *p = spans[i].picture;
        bool fits = plan->cross.n_layers ? p->cross.n_layers == plan->cross.n_layers &&
                                               p->cross.n_kv_heads == plan->cross.n_kv_heads &&
                                               p->cross.head_dim == plan->cross.head_dim &&
                                               p->cross.kind == plan->cross.kind
                                         : p->store.n_rows == 0;
        if (!fits)
            return err_set(e, TAKT_ERR_USAGE, where,
                           "picture %zu was encoded for another kind of model", i);
        uint32_t side_by_side = 1;
        const takt_span *s = &spans[i];
        while (plan->cross.n_layers && s->first && side_by_side <= PLAN_SIGHT_MAX &&
               (s = span_with_store(spans, n_spans, s->first - 1, false)))
            side_by_side++;
        if (side_by_side > PLAN_SIGHT_MAX)
            return err_set(e, TAKT_ERR_LIMIT, where,
                           "more than %d pictures stand side by side, with no text between",
                           PLAN_SIGHT_MAX);
    }
    return TAKT_OK;
}
