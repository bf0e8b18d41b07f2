#include "compile/weights.h"

#include <string.h>

#include "base/slice.h"

takt_rc weights_init(struct weights *w, struct arena *arena, const struct model *model,
                     uint32_t cap, takt_err *e)
{
    *w = (struct weights){.arena = arena, .model = model, .cap = cap, .e = e};
    w->weight = ARENA_ARRAY(arena, struct plan_weight, cap);
    w->source = ARENA_ARRAY(arena, const struct graph_weight *, cap);
    if (!w->weight || !w->source)
        return err_set(e, TAKT_ERR_MEMORY, "plan", "not enough memory for %u weights", cap);
    return TAKT_OK;
}

static void fail(struct weights *w, takt_code code, const char *what, const char *name)
{
    if (!w->rc.code)
        w->rc = err_set(w->e, code, name, "%s", what);
}

/* add reserves BYTES at the end of the region. NULL after a failure. */
static struct plan_weight *add(struct weights *w, const struct graph_weight *source,
                               const char *name, uint64_t bytes)
{
    uint64_t end;
    if (w->rc.code)
        return NULL;
    if (w->n_weights == w->cap) {
        fail(w, TAKT_ERR_INTERNAL, "more weights than the graph has", name);
        return NULL;
    }
    if (!size_add(w->bytes, bytes, &end) || end > UINT64_MAX / 2) {
        fail(w, TAKT_ERR_LIMIT, "the weights are larger than memory can be", name);
        return NULL;
    }
    const char *kept =
        arena_strndup(w->arena, name, strlen(name)); /* the plan outlives the graph */
    if (!kept) {
        fail(w, TAKT_ERR_MEMORY, "not enough memory for its description", name);
        return NULL;
    }
    struct plan_weight *p = &w->weight[w->n_weights];
    w->source[w->n_weights++] = source;
    *p = (struct plan_weight){.name = kept, .offset = w->bytes, .bytes = bytes};
    w->bytes = size_round_up(end, LAYOUT_ALIGN);
    return p;
}

/* The newest weights are asked for again most often; a model has a few thousand at most. */
static const struct plan_weight *placed(const struct weights *w, const struct graph_weight *s)
{
    for (uint32_t i = w->n_weights; i-- > 0;)
        if (w->source[i] == s && !w->weight[i].pair_at)
            return &w->weight[i];
    return NULL;
}

/* Says where the rows of S and, unless it is NULL, of its PAIR come from. */
static void set_parts(struct weights *w, struct plan_weight *p, const struct graph_weight *s,
                      const struct graph_weight *pair)
{
    uint32_t n_parts = s->n_parts + (pair ? pair->n_parts : 0);
    struct plan_weight_part *part = ARENA_ARRAY(w->arena, struct plan_weight_part, n_parts);
    if (!part) {
        fail(w, TAKT_ERR_MEMORY, "not enough memory for its description", s->name);
        return;
    }
    p->source = s->n_parts ? s->part[0].tensor->type : s->type;
    p->type = s->type;
    p->rows = s->rows;
    p->cols = s->cols;
    p->n_experts = s->n_experts;
    p->part = part;
    p->n_parts = n_parts;
    p->pair_at = pair ? s->n_parts : 0;
    for (uint32_t i = 0; i < n_parts; i++) {
        const struct graph_weight_part *from =
            i < s->n_parts ? &s->part[i] : &pair->part[i - s->n_parts];
        uint64_t row_bytes = 0;
        qtype_row_bytes(p->source, s->cols, &row_bytes);
        part[i] = (struct plan_weight_part){(uint32_t)(from->tensor - w->model->tensors),
                                            from->first_row, from->n_rows};
        w->source_bytes += row_bytes * from->n_rows; /* inside the map, so it cannot overflow */
    }
}

/* Bytes of TIMES matrices (per expert) like S. */
static uint64_t matrix_bytes(struct weights *w, const struct graph_weight *s, uint32_t times)
{
    uint64_t bytes = layout_matrix_bytes(s->type, s->rows, s->cols);
    if (!size_mul(bytes, times, &bytes) ||
        !size_mul(bytes, s->n_experts ? s->n_experts : 1, &bytes)) {
        fail(w, TAKT_ERR_LIMIT, "is larger than memory can be", s->name);
        return 0;
    }
    return bytes;
}

static bool same_shape(const struct graph_weight *a, const struct graph_weight *b)
{
    return a->type == b->type && a->rows == b->rows && a->cols == b->cols &&
           a->n_experts == b->n_experts;
}

bool weights_pair(struct weights *w, const struct graph_weight *a, const struct graph_weight *b,
                  struct plan_matrix *to_a, struct plan_matrix *to_b)
{
    if (!same_shape(a, b) || placed(w, a) || placed(w, b))
        return false;
    struct plan_weight *p = add(w, a, a->name, matrix_bytes(w, a, 2));
    if (!p)
        return false;
    p->form = PLAN_WEIGHT_MATRIX;
    set_parts(w, p, a, b);
    *to_a = *to_b = (struct plan_matrix){a->type, a->rows, a->cols, a->n_experts, p->offset};
    to_b->offset += layout_group_bytes(a->type, a->cols);
    return true;
}

struct plan_matrix weights_matrix(struct weights *w, const struct graph_weight *s)
{
    const struct plan_weight *p = placed(w, s);
    if (!p) {
        struct plan_weight *made = add(w, s, s->name, matrix_bytes(w, s, 1));
        if (!made)
            return (struct plan_matrix){0};
        made->form = PLAN_WEIGHT_MATRIX;
        set_parts(w, made, s, NULL);
        p = made;
    }
    return (struct plan_matrix){s->type, s->rows, s->cols, s->n_experts, p->offset};
}

struct plan_operand weights_vector(struct weights *w, const struct graph_weight *s)
{
    const struct plan_weight *p = placed(w, s);
    if (!p) {
        struct plan_weight *made =
            add(w, s, s->name, size_round_up((uint64_t)s->cols * sizeof(float), LAYOUT_ALIGN));
        if (!made)
            return (struct plan_operand){0};
        made->form = PLAN_WEIGHT_VECTOR;
        set_parts(w, made, s, NULL);
        p = made;
    }
    return (struct plan_operand){PLAN_WEIGHTS, p->offset, (uint64_t)s->cols * sizeof(float), 0};
}

struct plan_operand weights_const(struct weights *w, const char *name, const float *values,
                                  uint32_t n)
{
    uint64_t bytes = (uint64_t)n * sizeof(float);
    float *copy = ARENA_ARRAY(w->arena, float, n);
    struct plan_weight *p = add(w, NULL, name, size_round_up(bytes, LAYOUT_ALIGN));
    if (!copy)
        fail(w, TAKT_ERR_MEMORY, "not enough memory", name);
    if (w->rc.code)
        return (struct plan_operand){0};
    for (uint32_t i = 0; i < n; i++)
        copy[i] = values[i];
    p->form = PLAN_WEIGHT_CONST;
    p->source = p->type = QTYPE_F32;
    p->rows = 1;
    p->cols = n;
    p->values = copy;
    return (struct plan_operand){PLAN_WEIGHTS, p->offset, bytes, 0};
}
