/* All weights of a plan, by several threads.
 *
 * The region is made in windows of PACK_WINDOW, each by one thread: so it can be written to a file
 * in pieces of huge pages, and nothing depends on where weights begin. What lies across the border
 * of two windows is packed twice, in parts, down to single panels. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/slice.h"
#include "base/thread.h"
#include "compile/compile.h"
#include "compile/pack.h"

enum { THREADS_MAX = 256, PANEL_BYTES_MAX = 8192 };

struct packing {
    const struct plan *p;
    const struct model *m;
    uint8_t *dst;                 /* the whole region, or NULL: windows go to the sink */
    const struct pack_sink *sink; /* unless dst */
    uint64_t n_windows;
    atomic_uint_fast64_t next_window, done_bytes;
    atomic_bool stopped;
    bool (*progress)(void *user, uint64_t done, uint64_t total);
    void *user;
    pthread_mutex_t lock; /* of what follows */
    takt_rc rc;           /* the first failure */
    takt_err err;
};

static void fail(struct packing *s, takt_rc rc, const takt_err *e)
{
    pthread_mutex_lock(&s->lock);
    if (!s->rc.code) {
        s->rc = rc;
        s->err = *e;
    }
    pthread_mutex_unlock(&s->lock);
    atomic_store(&s->stopped, true);
}

/* Matrices whose groups alternate in W. */
static uint32_t ways_of(const struct plan_weight *w)
{
    return w->pair_at ? 2 : 1;
}

/* Groups of W, or of one of its experts. */
static uint32_t groups_of(const struct plan_weight *w)
{
    return (w->rows + LAYOUT_ROWS - 1) / LAYOUT_ROWS * ways_of(w);
}

/* The source of row R of W, or of its expert E; NULL when the parts end before. SECOND: of its
 * second matrix. */
static const uint8_t *source_row(const struct packing *s, const struct plan_weight *w, bool second,
                                 uint32_t e, uint64_t r, uint64_t row_bytes)
{
    uint32_t i = (second ? w->pair_at : 0) + (w->n_experts ? e : 0);
    uint32_t end = w->pair_at && !second ? w->pair_at : w->n_parts;
    while (!w->n_experts && i < end && r >= w->part[i].n_rows)
        r -= w->part[i++].n_rows;
    if (i >= end || r >= w->part[i].n_rows)
        return NULL;
    return s->m->tensors[w->part[i].tensor].data + (w->part[i].first_row + r) * row_bytes;
}

/* A piece of the region: bytes BEGIN to END, which go to TO. */
struct piece {
    uint8_t *to;
    uint64_t begin, end;
};

/* Copies what of the N bytes FROM at AT of the region lies in the piece. */
static void copy_part(const struct piece *x, const void *from, uint64_t at, uint64_t n)
{
    uint64_t first = at > x->begin ? at : x->begin, last = at + n < x->end ? at + n : x->end;
    if (first < last)
        memcpy(x->to + (first - x->begin), (const uint8_t *)from + (first - at), last - first);
}

/* F16 and BF16 are packed alike: N bytes of the first at P become the second, where W wants that.
 * */
static void convert(uint8_t *p, const struct plan_weight *w, uint64_t n)
{
    uint16_t h;
    if (w->source == w->type)
        return;
    for (uint64_t i = 0; i < n; i += sizeof h) {
        memcpy(&h, p + i, sizeof h);
        h = qtype_f32_to_bf16(qtype_f16_to_f32(h));
        memcpy(p + i, &h, sizeof h);
    }
}

static void pack_group_part(const struct piece *x, const struct plan_weight *w, uint64_t at,
                            const uint8_t *const row[LAYOUT_ROWS], uint32_t n_rows)
{
    uint8_t panel[PANEL_BYTES_MAX];
    uint32_t bytes = layout_panel_bytes(w->type);
    uint32_t n = (uint32_t)(layout_group_bytes(w->type, w->cols) / bytes);
    uint32_t i = at < x->begin ? (uint32_t)((x->begin - at) / bytes) : 0;
    for (; i < n && at + (uint64_t)i * bytes < x->end; i++) {
        uint64_t from = at + (uint64_t)i * bytes;
        bool whole = from >= x->begin && from + bytes <= x->end;
        uint8_t *to = whole ? x->to + (from - x->begin) : panel;
        pack_panels(to, w->source, row, n_rows, w->cols, i, 1);
        convert(to, w, bytes);
        if (!whole)
            copy_part(x, panel, from, bytes);
    }
}

static void pack_matrix_part(const struct packing *s, const struct piece *x,
                             const struct plan_weight *w)
{
    uint64_t row_bytes = 0, group_bytes = layout_group_bytes(w->type, w->cols);
    uint64_t n_groups = w->bytes / group_bytes;
    uint64_t i = x->begin > w->offset ? (x->begin - w->offset) / group_bytes : 0;
    qtype_row_bytes(w->source, w->cols, &row_bytes);
    for (; i < n_groups && w->offset + i * group_bytes < x->end; i++) {
        uint64_t at = w->offset + i * group_bytes;
        uint32_t e = (uint32_t)(i / groups_of(w)), g = (uint32_t)(i % groups_of(w));
        const uint8_t *row[LAYOUT_ROWS] = {NULL};
        uint32_t n = 0, first = g / ways_of(w) * LAYOUT_ROWS;
        bool second = w->pair_at && g % 2;
        while (n < LAYOUT_ROWS && first + n < w->rows &&
               (row[n] = source_row(s, w, second, e, first + n, row_bytes)))
            n++;
        if (at < x->begin || at + group_bytes > x->end) {
            pack_group_part(x, w, at, row, n);
            continue;
        }
        pack_group(x->to + (at - x->begin), w->source, row, n, w->cols);
        convert(x->to + (at - x->begin), w, group_bytes);
    }
}

static takt_rc pack_vector_part(const struct packing *s, const struct piece *x,
                                const struct plan_weight *w, takt_err *e)
{
    if (w->form == PLAN_WEIGHT_CONST) {
        copy_part(x, w->values, w->offset, w->cols * sizeof(float));
        return TAKT_OK;
    }
    uint64_t row_bytes = 0;
    float *values = malloc(w->cols * sizeof *values);
    if (!values)
        return err_set(e, TAKT_ERR_MEMORY, w->name, "no memory to pack it");
    qtype_row_bytes(w->type, w->cols, &row_bytes);
    qtype_dequantize(w->type, values, source_row(s, w, false, 0, 0, row_bytes), w->cols);
    copy_part(x, values, w->offset, w->cols * sizeof *values);
    free(values);
    return TAKT_OK;
}

/* The first weight that does not end before AT. They lie in ascending order: see check_weight. */
static uint32_t weight_at(const struct plan *p, uint64_t at)
{
    uint32_t lo = 0, hi = p->n_weights;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (p->weight[mid].offset + p->weight[mid].bytes <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static takt_rc pack_piece(const struct packing *s, const struct piece *x, takt_err *e)
{
    uint64_t end = x->begin; /* of what is written so far */
    for (uint32_t i = weight_at(s->p, x->begin); i < s->p->n_weights; i++) {
        const struct plan_weight *w = &s->p->weight[i];
        if (w->offset >= x->end)
            break;
        /* Gaps are zero, and so is what vectors are padded with. */
        uint64_t from = w->form == PLAN_WEIGHT_MATRIX ? w->offset : w->offset + w->bytes;
        from = from < x->end ? from : x->end;
        if (from > end)
            memset(x->to + (end - x->begin), 0, from - end);
        end = w->offset + w->bytes;
        if (w->form == PLAN_WEIGHT_MATRIX)
            pack_matrix_part(s, x, w);
        else
            TAKT_TRY(pack_vector_part(s, x, w, e));
    }
    if (end < x->end)
        memset(x->to + (end - x->begin), 0, x->end - end);
    return TAKT_OK;
}

/* One window after the other; the caller's own thread reports in between. */
static void work(struct packing *s, bool reports)
{
    takt_err e = {0};
    takt_rc rc = TAKT_OK;
    uint8_t *buf = s->dst ? NULL : aligned_alloc(PACK_WINDOW, PACK_WINDOW);
    if (!s->dst && !buf)
        rc = err_set(&e, TAKT_ERR_MEMORY, "packing", "no memory for a window");
    if (buf)
        madvise(buf, PACK_WINDOW, MADV_HUGEPAGE);
    uint64_t i;
    while (!rc.code && !atomic_load(&s->stopped) &&
           (i = atomic_fetch_add(&s->next_window, 1)) < s->n_windows) {
        struct piece x = {.begin = i * PACK_WINDOW, .end = (i + 1) * PACK_WINDOW};
        x.end = x.end < s->p->weights_bytes ? x.end : s->p->weights_bytes;
        x.to = s->dst ? s->dst + x.begin : buf;
        rc = pack_piece(s, &x, &e);
        if (!rc.code && !s->dst)
            rc = s->sink->put(s->sink->user, i, buf, &e);
        uint64_t done = atomic_fetch_add(&s->done_bytes, x.end - x.begin) + (x.end - x.begin);
        if (!rc.code && reports && s->progress && !s->progress(s->user, done, s->p->weights_bytes))
            rc = err_set(&e, TAKT_ERR_CANCELLED, "packing",
                         "stopped before all weights were packed");
    }
    if (rc.code)
        fail(s, rc, &e);
    free(buf);
}

static void *work_in_thread(void *arg)
{
    work(arg, false);
    return NULL;
}

/* The plan may come from another build than the model: what would be read must be there. */
static takt_rc check_weight(const struct packing *s, const struct plan_weight *w, takt_err *e)
{
    uint64_t rows = 0, row_bytes, bytes;
    bool ok = qtype_row_bytes(w->source, w->cols, &row_bytes) && w->rows && w->cols &&
              (w->source == w->type || (w->source == QTYPE_F16 && w->type == QTYPE_BF16)) &&
              w->offset % LAYOUT_ALIGN == 0 && w->offset <= s->p->weights_bytes &&
              w->bytes <= s->p->weights_bytes - w->offset;
    if (w->form == PLAN_WEIGHT_MATRIX)
        ok = ok && layout_panel_bytes(w->type) <= PANEL_BYTES_MAX &&
             size_mul(groups_of(w), layout_group_bytes(w->type, w->cols), &bytes) &&
             size_mul(bytes, w->n_experts ? w->n_experts : 1, &bytes) && bytes == w->bytes;
    else
        ok = ok && w->bytes / sizeof(float) >= w->cols;
    if (w->n_experts)
        ok = ok && w->n_parts == w->n_experts * ways_of(w);
    if (w->pair_at)
        ok = ok && w->form == PLAN_WEIGHT_MATRIX && w->pair_at < w->n_parts &&
             (!w->n_experts || w->pair_at == w->n_experts);
    for (uint32_t i = 0; ok && i < w->n_parts; i++) {
        const struct plan_weight_part *p = &w->part[i];
        ok = p->tensor < s->m->n_tensors && s->m->tensors[p->tensor].type == w->source &&
             size_add(p->first_row, p->n_rows, &bytes) && size_mul(bytes, row_bytes, &bytes) &&
             bytes <= s->m->tensors[p->tensor].bytes && (!w->n_experts || p->n_rows == w->rows);
        rows += p->n_rows;
    }
    if (!ok ||
        (!w->n_experts && w->form != PLAN_WEIGHT_CONST && rows != (uint64_t)w->rows * ways_of(w)))
        return err_set(e, TAKT_ERR_INTERNAL, w->name, "the plan's weight does not fit the model");
    return TAKT_OK;
}

static takt_rc check_weights(const struct packing *s, takt_err *e)
{
    uint64_t end = 0;
    for (uint32_t i = 0; i < s->p->n_weights; i++) {
        const struct plan_weight *w = &s->p->weight[i];
        TAKT_TRY(check_weight(s, w, e));
        if (w->offset < end)
            return err_set(e, TAKT_ERR_INTERNAL, w->name, "the plan's weights overlap");
        end = w->offset + w->bytes;
    }
    return TAKT_OK;
}

static takt_rc pack_all(struct packing *s, uint32_t n_threads, takt_err *e)
{
    pthread_t thread[THREADS_MAX];
    uint32_t n = 0;
    TAKT_TRY(check_weights(s, e));
    s->n_windows = (s->p->weights_bytes + PACK_WINDOW - 1) / PACK_WINDOW;
    pthread_mutex_init(&s->lock, NULL);
    while (n + 1 < n_threads && n < THREADS_MAX && thread_start(&thread[n], work_in_thread, s) == 0)
        n++; /* fewer threads than asked for take longer, no more */
    work(s, true);
    while (n > 0)
        pthread_join(thread[--n], NULL);
    pthread_mutex_destroy(&s->lock);
    if (s->rc.code && e)
        *e = s->err;
    else if (s->progress)
        s->progress(s->user, s->p->weights_bytes, s->p->weights_bytes);
    return s->rc;
}

takt_rc pack_weights(uint8_t *dst, const struct plan *p, const struct model *m, uint32_t n_threads,
                     bool (*progress)(void *user, uint64_t done, uint64_t total), void *user,
                     takt_err *e)
{
    struct packing s = {.p = p, .m = m, .dst = dst, .progress = progress, .user = user};
    return pack_all(&s, n_threads, e);
}

takt_rc pack_windows(const struct pack_sink *sink, const struct plan *p, const struct model *m,
                     uint32_t n_threads,
                     bool (*progress)(void *user, uint64_t done, uint64_t total), void *user,
                     takt_err *e)
{
    struct packing s = {.p = p, .m = m, .sink = sink, .progress = progress, .user = user};
    return pack_all(&s, n_threads, e);
}
