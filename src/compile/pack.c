#include "compile/pack.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/slice.h"
#include "compile/compile.h"

enum { UNIT_BYTES = 256 << 10, THREADS_MAX = 256 };

pack_panel_fn *pack_panel_for(enum qtype t)
{
    uint32_t block = qtype_block_values(t);
    return block == 256 ? pack_panel_k : block == 32 ? pack_panel_block32 : pack_panel_float;
}

void pack_group(uint8_t *dst, enum qtype t, const uint8_t *const row[LAYOUT_ROWS], uint32_t n_rows,
                uint32_t cols)
{
    pack_panel_fn *pack = pack_panel_for(t);
    uint32_t panel_cols = layout_panel_cols(t), panel_bytes = layout_panel_bytes(t);
    uint64_t src_bytes = (uint64_t)panel_cols / qtype_block_values(t) * qtype_block_bytes(t);
    const uint8_t *at[LAYOUT_ROWS];
    memcpy(at, row, sizeof at);
    for (uint32_t k = 0; k < cols; k += panel_cols, dst += panel_bytes) {
        uint32_t n = cols - k < panel_cols ? cols - k : panel_cols;
        memset(dst, 0, panel_bytes);
        pack(dst, t, at, n_rows, n);
        for (uint32_t r = 0; r < n_rows && n == panel_cols; r++)
            at[r] += src_bytes;
    }
}

void pack_matrix(uint8_t *dst, enum qtype t, const uint8_t *src, uint64_t src_stride, uint32_t rows,
                 uint32_t cols)
{
    uint64_t group_bytes = layout_group_bytes(t, cols);
    for (uint32_t r = 0; r < rows; r += LAYOUT_ROWS, dst += group_bytes) {
        uint32_t n = rows - r < LAYOUT_ROWS ? rows - r : LAYOUT_ROWS;
        const uint8_t *row[LAYOUT_ROWS] = {NULL};
        for (uint32_t i = 0; i < n; i++)
            row[i] = src + (r + i) * src_stride;
        pack_group(dst, t, row, n, cols);
    }
}

/* ---- a whole plan, by several threads ---- */

/* Some groups of a weight, cut so that threads share evenly and progress is smooth. */
struct cut {
    uint64_t first_unit;  /* units of the weights before */
    uint32_t unit_groups; /* groups of 16 rows per unit */
    uint32_t units_per_expert;
};

struct packing {
    uint8_t *dst;
    const struct plan *p;
    const struct model *m;
    struct cut *cut; /* [n_weights + 1] */
    atomic_uint_fast64_t next_unit, done_bytes;
    atomic_bool cancelled;
    uint64_t total_bytes;
    bool (*progress)(void *user, uint64_t done, uint64_t total);
    void *user;
};

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

static void pack_unit(struct packing *s, const struct plan_weight *w, const struct cut *c,
                      uint64_t unit)
{
    uint64_t row_bytes = 0, group_bytes = layout_group_bytes(w->type, w->cols);
    uint32_t e = (uint32_t)(unit / c->units_per_expert), groups = groups_of(w);
    uint32_t g = (uint32_t)(unit % c->units_per_expert) * c->unit_groups;
    uint32_t end = groups - g < c->unit_groups ? groups : g + c->unit_groups;
    uint8_t *to = s->dst + w->offset + e * (groups * group_bytes);
    qtype_row_bytes(w->type, w->cols, &row_bytes);
    atomic_fetch_add(&s->done_bytes, (end - g) * group_bytes);
    for (; g < end; g++) {
        const uint8_t *row[LAYOUT_ROWS] = {NULL};
        uint32_t n = 0, first = g / ways_of(w) * LAYOUT_ROWS;
        bool second = w->pair_at && g % 2;
        while (n < LAYOUT_ROWS && first + n < w->rows &&
               (row[n] = source_row(s, w, second, e, first + n, row_bytes)))
            n++;
        pack_group(to + g * group_bytes, w->type, row, n, w->cols);
    }
}

static void pack_vector(struct packing *s, const struct plan_weight *w)
{
    float *to = (float *)(void *)(s->dst + w->offset);
    uint64_t row_bytes = 0;
    memset(to, 0, w->bytes);
    if (w->form == PLAN_WEIGHT_CONST) {
        memcpy(to, w->values, w->cols * sizeof(float));
    } else {
        qtype_row_bytes(w->type, w->cols, &row_bytes);
        qtype_dequantize(w->type, to, source_row(s, w, false, 0, 0, row_bytes), w->cols);
    }
    atomic_fetch_add(&s->done_bytes, w->bytes);
}

/* step packs the next unit; false when none is left. Units are taken in ascending order, so a
 * worker finds the weight of its next one (*I) at or behind that of its last. */
static bool step(struct packing *s, uint32_t *i)
{
    uint64_t unit = atomic_fetch_add(&s->next_unit, 1);
    while (*i < s->p->n_weights && unit >= s->cut[*i + 1].first_unit)
        (*i)++;
    if (*i == s->p->n_weights || atomic_load(&s->cancelled))
        return false;
    const struct plan_weight *w = &s->p->weight[*i];
    if (w->form == PLAN_WEIGHT_MATRIX)
        pack_unit(s, w, &s->cut[*i], unit - s->cut[*i].first_unit);
    else
        pack_vector(s, w);
    return true;
}

static void *work(void *arg)
{
    uint32_t i = 0;
    while (step(arg, &i))
        ;
    return NULL;
}

/* The caller's own share, with reports between units. */
static void work_and_report(struct packing *s)
{
    uint32_t i = 0;
    while (step(s, &i))
        if (s->progress && !s->progress(s->user, atomic_load(&s->done_bytes), s->total_bytes))
            atomic_store(&s->cancelled, true);
}

/* The plan may come from another build than the model: what would be read must be there. */
static takt_rc check_parts(const struct packing *s, const struct plan_weight *w, takt_err *e)
{
    uint64_t rows = 0, row_bytes, bytes;
    bool ok = qtype_row_bytes(w->type, w->cols, &row_bytes) && w->rows && w->cols &&
              w->offset % LAYOUT_ALIGN == 0 && w->offset <= s->p->weights_bytes &&
              w->bytes <= s->p->weights_bytes - w->offset;
    if (w->n_experts)
        ok = ok && w->n_parts == w->n_experts * ways_of(w);
    if (w->pair_at)
        ok = ok && w->form == PLAN_WEIGHT_MATRIX && w->pair_at < w->n_parts &&
             (!w->n_experts || w->pair_at == w->n_experts);
    for (uint32_t i = 0; ok && i < w->n_parts; i++) {
        const struct plan_weight_part *p = &w->part[i];
        ok = p->tensor < s->m->n_tensors && s->m->tensors[p->tensor].type == w->type &&
             size_add(p->first_row, p->n_rows, &bytes) && size_mul(bytes, row_bytes, &bytes) &&
             bytes <= s->m->tensors[p->tensor].bytes && (!w->n_experts || p->n_rows == w->rows);
        rows += p->n_rows;
    }
    if (!ok ||
        (!w->n_experts && w->form != PLAN_WEIGHT_CONST && rows != (uint64_t)w->rows * ways_of(w)))
        return err_set(e, TAKT_ERR_INTERNAL, w->name, "the plan's weight does not fit the model");
    return TAKT_OK;
}

static takt_rc cut_units(struct packing *s, takt_err *e)
{
    uint64_t units = 0;
    for (uint32_t i = 0; i < s->p->n_weights; i++) {
        const struct plan_weight *w = &s->p->weight[i];
        struct cut *c = &s->cut[i];
        TAKT_TRY(check_parts(s, w, e));
        *c = (struct cut){.first_unit = units, .unit_groups = 1, .units_per_expert = 1};
        if (w->form == PLAN_WEIGHT_MATRIX) {
            uint64_t group_bytes = layout_group_bytes(w->type, w->cols);
            uint64_t n = UNIT_BYTES / group_bytes;
            c->unit_groups = n ? (uint32_t)n : 1;
            c->units_per_expert = (groups_of(w) + c->unit_groups - 1) / c->unit_groups;
        }
        units += (uint64_t)c->units_per_expert * (w->n_experts ? w->n_experts : 1);
        s->total_bytes += w->bytes;
    }
    s->cut[s->p->n_weights].first_unit = units;
    return TAKT_OK;
}

takt_rc pack_weights(uint8_t *dst, const struct plan *p, const struct model *m, uint32_t n_threads,
                     bool (*progress)(void *user, uint64_t done, uint64_t total), void *user,
                     takt_err *e)
{
    struct packing s = {.dst = dst, .p = p, .m = m, .progress = progress, .user = user};
    pthread_t thread[THREADS_MAX];
    uint32_t n = 0;
    s.cut = calloc((size_t)p->n_weights + 1, sizeof *s.cut);
    if (!s.cut)
        return err_set(e, TAKT_ERR_MEMORY, "packing", "not enough memory");
    takt_rc rc = cut_units(&s, e);
    if (!rc.code) {
        while (n + 1 < n_threads && n < THREADS_MAX &&
               pthread_create(&thread[n], NULL, work, &s) == 0)
            n++; /* fewer threads than asked for take longer, no more */
        work_and_report(&s);
        while (n > 0)
            pthread_join(thread[--n], NULL);
        if (atomic_load(&s.cancelled))
            rc =
                err_set(e, TAKT_ERR_CANCELLED, "packing", "stopped before all weights were packed");
        else if (progress)
            progress(user, s.total_bytes, s.total_bytes);
    }
    free(s.cut);
    return rc;
}
