#include "compile/place.h"

#include <stdlib.h>

#include "base/slice.h"

/* Accesses of each buffer, in task order, one list after the other. */
struct accesses {
    uint32_t *task, *first;
};

static bool list_accesses(struct accesses *a, const struct lowered *l, struct arena *scratch)
{
    a->task = ARENA_ARRAY(scratch, uint32_t, (size_t)l->n_tasks * LOWER_SLOTS);
    a->first = ARENA_ARRAY(scratch, uint32_t, (size_t)l->n_bufs + 2);
    if (!a->task || !a->first)
        return false;
    /* Counting sort: first[b + 2] counts, then first[b + 1] is where list b is filled, and ends as
     * its end. */
    for (uint32_t i = 0; i < l->n_tasks; i++)
        for (int k = 0; k < LOWER_SLOTS; k++)
            if (l->task[i].buf[k] != LOWER_NO_BUF)
                a->first[l->task[i].buf[k] + 2]++;
    for (uint32_t b = 2; b <= l->n_bufs + 1; b++)
        a->first[b] += a->first[b - 1];
    for (uint32_t i = 0; i < l->n_tasks; i++)
        for (int k = 0; k < LOWER_SLOTS; k++)
            if (l->task[i].buf[k] != LOWER_NO_BUF)
                a->task[a->first[l->task[i].buf[k] + 1]++] = i;
    return true;
}

/* finished: all accesses of buffer B happen before task T. Latest first: it is the one that fails.
 */
static bool finished(const struct accesses *a, const struct order *o, uint32_t b, uint32_t t)
{
    for (uint32_t k = a->first[b + 1]; k-- > a->first[b];)
        if (!order_before(o, a->task[k], t))
            return false;
    return true;
}

takt_rc place_init(struct placement *p, const struct lowered *l, const struct order *o,
                   struct arena *scratch, takt_err *e)
{
    struct accesses a;
    uint32_t n = l->n_bufs, live = 0, n_others = 0;
    size_t cap = (size_t)n * 16;
    if (!list_accesses(&a, l, scratch))
        goto no_memory;
    p->first = ARENA_ARRAY(scratch, uint32_t, (size_t)n + 1);
    p->by_first_write = ARENA_ARRAY(scratch, uint32_t, n);
    p->other = ARENA_ARRAY(scratch, uint32_t, cap);
    if (!p->first || !p->by_first_write || !p->other)
        goto no_memory;
    /* A buffer's first access is its first write, and tasks make their buffers in task order. */
    for (uint32_t i = 0; i < l->n_tasks; i++)
        for (int k = 0; k < LOWER_SLOTS; k++) {
            uint32_t b = l->task[i].buf[k];
            if (b != LOWER_NO_BUF && a.task[a.first[b]] == i && l->task[i].writes[k])
                p->by_first_write[live++] = b;
        }
    if (live != n)
        return err_set(e, TAKT_ERR_INTERNAL, "placing", "%u of %u buffers are written", live, n);
    for (uint32_t i = 0; i < n; i++) {
        p->first[i] = n_others;
        for (uint32_t k = 0; k < i; k++) {
            uint32_t other = p->by_first_write[k];
            if (other != l->hidden_buf && other != l->logits_buf &&
                finished(&a, o, other, a.task[a.first[p->by_first_write[i]]]))
                continue;
            if (n_others == cap) {
                uint32_t *more = ARENA_ARRAY(scratch, uint32_t, cap * 2);
                if (!more)
                    goto no_memory;
                for (uint32_t j = 0; j < n_others; j++)
                    more[j] = p->other[j];
                p->other = more;
                cap *= 2;
            }
            p->other[n_others++] = other;
        }
    }
    p->first[n] = n_others;
    return TAKT_OK;
no_memory:
    return err_set(e, TAKT_ERR_MEMORY, "plan", "not enough memory to place its buffers");
}

static uint64_t buf_bytes(const struct lower_buf *b, uint32_t bucket, uint32_t outputs)
{
    if (b->rows == LOWER_ROUTE_TABLE)
        return size_round_up(plan_route_bytes(b->n_experts, b->n_used, bucket), LAYOUT_ALIGN);
    return b->stride * (b->rows == LOWER_PER_OUTPUT ? outputs : bucket);
}

struct span {
    uint64_t begin, end;
};

static int span_order(const void *x, const void *y)
{
    const struct span *a = x, *b = y;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

/* first_fit: the lowest offset where BYTES fit between the spans. */
static uint64_t first_fit(struct span *taken, uint32_t n, uint64_t bytes)
{
    uint64_t at = 0;
    qsort(taken, n, sizeof *taken, span_order);
    for (uint32_t i = 0; i < n; i++) {
        if (taken[i].begin >= at && taken[i].begin - at >= bytes)
            break;
        if (taken[i].end > at)
            at = taken[i].end;
    }
    return at;
}

takt_rc place_buffers(uint64_t *offset, uint64_t *bytes, const struct placement *p,
                      const struct lowered *l, uint32_t bucket, uint32_t outputs,
                      struct arena *scratch, takt_err *e)
{
    struct span *taken = ARENA_ARRAY(scratch, struct span, l->n_bufs);
    if (!taken)
        return err_set(e, TAKT_ERR_MEMORY, "plan", "not enough memory to place its buffers");
    *bytes = 0;
    for (uint32_t i = 0; i < l->n_bufs; i++) {
        uint32_t b = p->by_first_write[i], n = 0;
        uint64_t size = buf_bytes(&l->buf[b], bucket, outputs);
        for (uint32_t k = p->first[i]; k < p->first[i + 1]; k++) {
            uint32_t o = p->other[k];
            taken[n++] =
                (struct span){offset[o], offset[o] + buf_bytes(&l->buf[o], bucket, outputs)};
        }
        offset[b] = first_fit(taken, n, size);
        if (offset[b] + size > *bytes)
            *bytes = offset[b] + size;
    }
    return TAKT_OK;
}
