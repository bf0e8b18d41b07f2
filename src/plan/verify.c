/* verify: trusts nothing that the compiler wrote. What it proves for each program:
 *
 *  1. every wait names an earlier task, and each lane's instructions ascend by task: so the lowest
 * unfinished task can always run, whatever the lanes' speeds (no deadlock);
 *  2. the instructions of all lanes together run each tile of each task exactly once;
 *  3. operands lie inside their regions and agree with the shapes of their task;
 *  4. two tasks that touch the same bytes, one of them writing, are ordered by counters;
 *  5. what a task reads of the activations was written by tasks ordered before it;
 *  6. the rows that can be pooled after the step are still there then. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/slice.h"
#include "plan/plan.h"

enum { ACCESS_MAX = 6 };

/* One operand of one task as bytes: `rows` rows of `row_bytes`, `stride` apart. KV: begin is the
 * layer, one "byte". */
struct access {
    uint64_t begin, end, row_bytes, stride;
    uint32_t rows, task;
    uint8_t region;
    bool writes;
};

struct verifier {
    const struct plan *plan;
    const struct plan_program *prog;
    uint64_t *before; /* [n_tasks][words]: bit i of row t: task i is ordered before task t */
    size_t words;
    struct access *access; /* [n_access], by task */
    uint32_t n_access;
    uint32_t *first_access; /* [n_tasks + 1] */
    takt_err *e;
};

__attribute__((format(printf, 3, 4))) static takt_rc bad(const struct verifier *v, uint32_t task,
                                                         const char *fmt, ...)
{
    char where[160], what[256];
    const struct plan_task *t = task < v->prog->n_tasks ? &v->prog->task[task] : NULL;
    snprintf(where, sizeof where, "plan, bucket %u, task %u (%s %s)", v->prog->bucket, task,
             t ? plan_op_name(t->op) : "-", t && t->label ? t->label : "-");
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    return err_set(v->e, TAKT_ERR_INTERNAL, where, "%s", what);
}

static bool is_before(const struct verifier *v, uint32_t a, uint32_t b)
{
    return v->before[b * v->words + a / 64] >> (a % 64) & 1;
}

/* 1: waits point back; the order is their transitive closure. */
static takt_rc check_waits(struct verifier *v)
{
    for (uint32_t t = 0; t < v->prog->n_tasks; t++) {
        const struct plan_task *task = &v->prog->task[t];
        if (task->n_waits > PLAN_WAITS_MAX)
            return bad(v, t, "has %u waits", task->n_waits);
        for (uint32_t i = 0; i < task->n_waits; i++) {
            uint32_t w = task->wait[i];
            if (w >= t)
                return bad(v, t, "waits for task %u, which does not come before it", w);
            for (size_t k = 0; k < v->words; k++)
                v->before[t * v->words + k] |= v->before[w * v->words + k];
            v->before[t * v->words + w / 64] |= 1ull << (w % 64);
        }
    }
    return TAKT_OK;
}

/* 1 and 2: lanes ascend, tiles are covered once. */
static takt_rc check_lanes(struct verifier *v)
{
    uint32_t n = v->prog->n_tasks;
    uint64_t *covered =
        calloc(n ? n : 1, sizeof *covered); /* sum of tiles; overlaps are found by the bitmap */
    uint8_t **seen = calloc(n ? n : 1, sizeof *seen);
    takt_rc rc = covered && seen ? TAKT_OK
                                 : err_set(v->e, TAKT_ERR_MEMORY, "plan", "no memory to verify it");
    for (uint32_t l = 0; !rc.code && l < v->plan->n_lanes; l++) {
        uint32_t last = 0;
        for (uint32_t i = 0; !rc.code && i < v->prog->lane[l].n_instr; i++) {
            const struct plan_instr *in = &v->prog->lane[l].instr[i];
            if (in->task >= n || in->task < last || (i && in->task == last))
                rc = bad(v, in->task, "lane %u: instruction %u is out of order", l, i);
            else if (in->tile_begin >= in->tile_end ||
                     in->tile_end > v->prog->task[in->task].n_tiles)
                rc = bad(v, in->task, "lane %u: tiles %u to %u of %u", l, in->tile_begin,
                         in->tile_end, v->prog->task[in->task].n_tiles);
            else if (!seen[in->task] &&
                     !(seen[in->task] = calloc(v->prog->task[in->task].n_tiles, 1)))
                rc = err_set(v->e, TAKT_ERR_MEMORY, "plan", "no memory to verify it");
            for (uint32_t k = in->tile_begin; !rc.code && k < in->tile_end; k++) {
                if (seen[in->task][k]++)
                    rc = bad(v, in->task, "tile %u is run twice", k);
                covered[in->task]++;
            }
            last = in->task;
        }
    }
    for (uint32_t t = 0; !rc.code && t < n; t++)
        if (covered[t] != v->prog->task[t].n_tiles || covered[t] == 0)
            rc = bad(v, t, "%" PRIu64 " of %u tiles are run", covered[t], v->prog->task[t].n_tiles);
    for (uint32_t t = 0; seen && t < n; t++)
        free(seen[t]);
    free(seen);
    free(covered);
    return rc;
}

static uint32_t rows_of(const struct verifier *v, const struct plan_task *t)
{
    return t->per_output ? v->prog->n_outputs_max : v->prog->bucket;
}

static takt_rc add_access(struct verifier *v, uint32_t task, const struct plan_operand *o,
                          uint32_t rows, bool writes)
{
    if (o->region == PLAN_NONE || o->region == PLAN_FACTS)
        return TAKT_OK;
    struct access a = {.row_bytes = o->row_bytes,
                       .stride = o->stride,
                       .rows = o->stride ? rows : 1,
                       .task = task,
                       .region = o->region,
                       .writes = writes};
    uint64_t limit = o->region == PLAN_ACT       ? v->prog->act_bytes
                     : o->region == PLAN_WEIGHTS ? v->plan->weights_bytes
                     : o->region == PLAN_CROSS   ? v->plan->cross.n_layers
                                                 : v->plan->kv.n_layers;
    uint64_t span;
    if (o->row_bytes == 0 || a.rows == 0 || (o->stride && o->stride < o->row_bytes))
        return bad(v, task, "an operand of %" PRIu64 " bytes a row, %" PRIu64 " apart",
                   o->row_bytes, o->stride);
    if (!size_mul(a.rows - 1, o->stride, &span) || !size_add(span, o->row_bytes, &span) ||
        !size_add(span, o->offset, &a.end) || a.end > limit)
        return bad(v, task, "operand at %" PRIu64 " leaves its region of %" PRIu64 " bytes",
                   o->offset, limit);
    if (o->region == PLAN_WEIGHTS && writes)
        return bad(v, task, "writes to the weights");
    if (o->region != PLAN_KV && o->region != PLAN_CROSS &&
        (o->offset % LAYOUT_ALIGN || o->stride % LAYOUT_ALIGN))
        return bad(v, task, "operand at %" PRIu64 " is not aligned to %d bytes", o->offset,
                   LAYOUT_ALIGN);
    a.begin = o->offset;
    takt_assert(v->n_access - v->first_access[task] < ACCESS_MAX + 2);
    v->access[v->n_access++] = a;
    return TAKT_OK;
}

static struct plan_operand kv_layer(enum plan_region region, uint32_t layer)
{
    return (struct plan_operand){(uint8_t)region, layer, 1, 0};
}

/* The operands of a task and whether it writes them. */
static takt_rc collect(struct verifier *v, uint32_t i)
{
    const struct plan_task *t = &v->prog->task[i];
    uint32_t rows = rows_of(v, t), in_rows = t->gather ? v->prog->bucket : rows;
    bool cross = t->op == PLAN_OP_CROSS_KV || t->op == PLAN_OP_CROSS_ATTN;
    struct plan_operand kv = kv_layer(cross ? PLAN_CROSS : PLAN_KV, t->kv_layer);
    v->first_access[i] = v->n_access;
    TAKT_TRY(add_access(v, i, &t->out, rows, true));
    TAKT_TRY(add_access(v, i, &t->in0, in_rows, false));
    TAKT_TRY(add_access(v, i, &t->in1, rows, t->op == PLAN_OP_ROUTE));
    TAKT_TRY(add_access(v, i, &t->in2, rows, false));
    if (t->op == PLAN_OP_ROPE_KV || t->op == PLAN_OP_ATTN)
        TAKT_TRY(add_access(v, i, &kv, 1, t->op == PLAN_OP_ROPE_KV));
    if (cross)
        TAKT_TRY(add_access(v, i, &kv, 1, t->op == PLAN_OP_CROSS_KV));
    v->first_access[i + 1] = v->n_access;
    return TAKT_OK;
}

static takt_rc check_matrix(struct verifier *v, uint32_t i, const struct plan_matrix *w,
                            uint32_t cols)
{
    const struct plan_task *t = &v->prog->task[i];
    uint64_t bytes, n = w->n_experts ? w->n_experts : 1;
    if (w->rows == 0 || w->cols != cols || !qtype_known(w->type) || !qtype_computable(w->type))
        return bad(v, i, "a matrix of %u x %u for inputs of %u", w->rows, w->cols, cols);
    bool is_table = t->op == PLAN_OP_EMBED || t->op == PLAN_OP_POSITION || t->op == PLAN_OP_TABLE;
    if (!is_table && t->act != layout_act_for(w->type))
        return bad(v, i, "%s weights take %s activations, not %s", qtype_name(w->type),
                   layout_act_name(layout_act_for(w->type)), layout_act_name(t->act));
    if (!size_mul(n, layout_matrix_bytes(w->type, w->rows, w->cols), &bytes) ||
        !size_add(bytes, w->offset, &bytes) || bytes > v->plan->weights_bytes ||
        w->offset % LAYOUT_ALIGN)
        return bad(v, i, "a matrix at %" PRIu64 " outside of the weights", w->offset);
    return TAKT_OK;
}

/* Gate and up of one stream: w1 begins one group behind w0; both together lie in the weights. */
static takt_rc check_interleaved(struct verifier *v, uint32_t i)
{
    const struct plan_task *t = &v->prog->task[i];
    const struct plan_matrix *a = &t->w0, *b = &t->w1;
    uint64_t bytes, n = a->n_experts ? a->n_experts : 1;
    if (!t->interleaved)
        return TAKT_OK;
    if (a->type != b->type || a->rows != b->rows || a->cols != b->cols ||
        a->n_experts != b->n_experts ||
        b->offset - a->offset != layout_group_bytes(a->type, a->cols))
        return bad(v, i, "gate and up differ but share a stream");
    if (!size_mul(2 * n, layout_matrix_bytes(a->type, a->rows, a->cols), &bytes) ||
        !size_add(bytes, a->offset, &bytes) || bytes > v->plan->weights_bytes)
        return bad(v, i, "a matrix at %" PRIu64 " outside of the weights", a->offset);
    return TAKT_OK;
}

static takt_rc need(const struct verifier *v, uint32_t i, const char *name,
                    const struct plan_operand *o, uint64_t bytes)
{
    if (o->region == PLAN_NONE || o->row_bytes < bytes)
        return bad(v, i, "%s has rows of %" PRIu64 " bytes, %" PRIu64 " are needed", name,
                   o->row_bytes, bytes);
    return TAKT_OK;
}

static takt_rc check_row_tiles(const struct verifier *v, uint32_t i, uint32_t rows)
{
    const struct plan_task *t = &v->prog->task[i];
    if (t->tile_rows == 0 || t->tile_rows % LAYOUT_ROWS ||
        t->n_tiles != (rows + t->tile_rows - 1) / t->tile_rows)
        return bad(v, i, "%u tiles of %u rows for %u rows", t->n_tiles, t->tile_rows, rows);
    return TAKT_OK;
}

static takt_rc check_token_tiles(const struct verifier *v, uint32_t i, uint32_t per_block)
{
    const struct plan_task *t = &v->prog->task[i];
    uint32_t rows = rows_of(v, t);
    if (t->tile_tokens == 0 ||
        t->n_tiles != per_block * ((rows + t->tile_tokens - 1) / t->tile_tokens))
        return bad(v, i, "%u tiles of %u tokens for %u tokens", t->n_tiles, t->tile_tokens, rows);
    return TAKT_OK;
}

static uint64_t padded_row(uint32_t rows)
{
    return size_round_up(rows, LAYOUT_ROWS) * 4;
}

static takt_rc check_matmul(struct verifier *v, uint32_t i)
{
    const struct plan_task *t = &v->prog->task[i];
    TAKT_TRY(check_matrix(v, i, &t->w0, t->cols));
    if (t->op == PLAN_OP_GATE_UP) {
        TAKT_TRY(check_matrix(v, i, &t->w1, t->cols));
        if (t->w1.rows != t->w0.rows || layout_act_for(t->w1.type) != t->act)
            return bad(v, i, "gate and up differ");
        TAKT_TRY(check_interleaved(v, i));
    }
    if (t->epilogue == PLAN_EPI_RESIDUAL || t->epilogue == PLAN_EPI_SWIGLU)
        TAKT_TRY(need(v, i, "in1", &t->in1, 4ull * t->w0.rows));
    if (t->sighted && t->epilogue == PLAN_EPI_RESIDUAL &&
        (t->in1.region != t->out.region || t->in1.offset != t->out.offset ||
         t->in1.stride != t->out.stride))
        return bad(v, i, "leaves rows alone, but is not in place");
    if (t->bias_rows)
        TAKT_TRY(need(v, i, "in2", &t->in2, 4ull * t->bias_rows));
    TAKT_TRY(need(v, i, "in0", &t->in0, layout_act_stride(t->act, t->cols)));
    TAKT_TRY(need(v, i, "out", &t->out, padded_row(t->w0.rows)));
    return check_row_tiles(v, i, t->w0.rows);
}

static takt_rc check_attention(struct verifier *v, uint32_t i)
{
    const struct plan_task *t = &v->prog->task[i];
    const struct kv_shape *kv = &v->plan->kv;
    uint64_t q = 4ull * t->n_heads * t->head_dim, k = 4ull * t->n_kv_heads * t->head_dim;
    if (t->kv_layer >= kv->n_layers || t->n_kv_heads != kv->n_kv_heads ||
        t->head_dim != kv->head_dim || t->n_kv_heads == 0 || t->n_heads % t->n_kv_heads ||
        t->rope_dims > t->head_dim)
        return bad(v, i, "%u heads of %u over %u do not fit the cache", t->n_heads, t->head_dim,
                   t->n_kv_heads);
    if (t->op == PLAN_OP_ATTN) {
        TAKT_TRY(need(v, i, "in0", &t->in0, q));
        TAKT_TRY(need(v, i, "out", &t->out, q));
        return check_token_tiles(v, i, t->n_kv_heads);
    }
    TAKT_TRY(need(v, i, "out", &t->out, q));
    TAKT_TRY(need(v, i, "in0", &t->in0, k));
    TAKT_TRY(need(v, i, "in1", &t->in1, k));
    if (t->rope_dims)
        TAKT_TRY(need(v, i, "in2", &t->in2, 4ull * t->rope_dims));
    return check_token_tiles(v, i, 1);
}

/* Rows of pictures: the stores' shape, and a tile per head of it. */
static takt_rc check_cross(struct verifier *v, uint32_t i)
{
    const struct plan_task *t = &v->prog->task[i];
    const struct kv_shape *kv = &v->plan->cross;
    bool writes = t->op == PLAN_OP_CROSS_KV;
    uint64_t q = 4ull * t->n_heads * t->head_dim, k = 4ull * t->n_kv_heads * t->head_dim;
    if (t->kv_layer >= kv->n_layers || t->n_kv_heads != kv->n_kv_heads ||
        t->head_dim != kv->head_dim || t->n_kv_heads == 0 || t->n_heads % t->n_kv_heads)
        return bad(v, i, "%u heads of %u over %u do not fit the stores", t->n_heads, t->head_dim,
                   t->n_kv_heads);
    TAKT_TRY(need(v, i, "in0", &t->in0, writes ? k : q));
    if (writes)
        TAKT_TRY(need(v, i, "in1", &t->in1, k));
    else
        TAKT_TRY(need(v, i, "out", &t->out, q));
    if (!writes && !t->sighted)
        return bad(v, i, "looks at pictures in steps that have none");
    return check_token_tiles(v, i, writes ? 1 : t->n_kv_heads);
}

static takt_rc check_copy(const struct verifier *v, uint32_t i)
{
    const struct plan_task *t = &v->prog->task[i];
    uint64_t end = t->cols;
    if (t->every) {
        if (t->cols == 0 || t->first >= t->every)
            return bad(v, i, "value %u of each %u", t->first, t->every);
        end = (uint64_t)t->every * t->cols; /* others write what lies between */
    }
    TAKT_TRY(need(v, i, "in0", &t->in0, 4ull * t->cols));
    TAKT_TRY(need(v, i, "out", &t->out, 4 * end));
    return check_token_tiles(v, i, 1);
}

static takt_rc check_table(struct verifier *v, uint32_t i)
{
    const struct plan_task *t = &v->prog->task[i];
    if (t->index >= PLAN_INDEXES_MAX)
        return bad(v, i, "index %u of %d", t->index, PLAN_INDEXES_MAX);
    TAKT_TRY(check_matrix(v, i, &t->w0, t->cols));
    TAKT_TRY(need(v, i, "in0", &t->in0, 4ull * t->cols));
    TAKT_TRY(need(v, i, "out", &t->out, 4ull * t->cols));
    return check_token_tiles(v, i, 1);
}

static takt_rc check_experts(struct verifier *v, uint32_t i)
{
    const struct plan_task *t = &v->prog->task[i];
    uint32_t used = t->n_experts_used;
    if (used == 0 || used > t->n_experts || t->n_experts > PLAN_EXPERTS_MAX ||
        used > PLAN_EXPERTS_USED_MAX)
        return bad(v, i, "%u of %u experts", used, t->n_experts);
    if (t->op == PLAN_OP_ROUTE) {
        TAKT_TRY(need(v, i, "in0", &t->in0, 4ull * t->n_experts));
        TAKT_TRY(need(v, i, "out", &t->out, 8ull * used));
        TAKT_TRY(need(v, i, "in1", &t->in1, plan_route_bytes(t->n_experts, used, v->prog->bucket)));
        return t->n_tiles == 1 ? TAKT_OK : bad(v, i, "routing is one tile");
    }
    if (t->op == PLAN_OP_EXPERTS_QUANT) {
        TAKT_TRY(need(v, i, "in0", &t->in0, used * 4ull * t->cols));
        TAKT_TRY(need(v, i, "out", &t->out, used * layout_act_stride(t->act, t->cols)));
        return check_token_tiles(v, i, 1);
    }
    bool down = t->op == PLAN_OP_EXPERTS_DOWN;
    TAKT_TRY(check_matrix(v, i, &t->w0, t->cols));
    if (t->w0.n_experts != t->n_experts)
        return bad(v, i, "%u experts in the weights, %u in the task", t->w0.n_experts,
                   t->n_experts);
    if (!down) {
        TAKT_TRY(check_matrix(v, i, &t->w1, t->cols));
        if (t->w1.rows != t->w0.rows || t->w1.n_experts != t->n_experts)
            return bad(v, i, "gate and up differ");
        TAKT_TRY(check_interleaved(v, i));
    }
    TAKT_TRY(need(v, i, "in0", &t->in0, (down ? used : 1) * layout_act_stride(t->act, t->cols)));
    TAKT_TRY(need(v, i, "in1", &t->in1, plan_route_bytes(t->n_experts, used, v->prog->bucket)));
    TAKT_TRY(need(v, i, "out", &t->out, (down ? 1 : used) * padded_row(t->w0.rows)));
    return check_row_tiles(v, i, t->w0.rows);
}

/* Where its blocks begin the facts say; here, that one fits into a step. */
static takt_rc check_merge(struct verifier *v, uint32_t i)
{
    const struct plan_task *t = &v->prog->task[i];
    uint64_t n = (uint64_t)t->merge_across * t->merge_down, bytes;
    if (!t->per_output || !t->gather || n == 0 || !size_mul(n, 4ull * t->cols, &bytes) ||
        (t->merge_down > 1 && t->merge_stride < t->merge_across) ||
        (uint64_t)(t->merge_down - 1) * t->merge_stride + t->merge_across > v->prog->bucket)
        return bad(v, i, "blocks of %u x %u rows", t->merge_across, t->merge_down);
    TAKT_TRY(need(v, i, "in0", &t->in0, 4ull * t->cols));
    TAKT_TRY(need(v, i, "out", &t->out, bytes));
    return check_token_tiles(v, i, 1);
}

/* 3: shapes. */
static takt_rc check_task(struct verifier *v, uint32_t i)
{
    const struct plan_task *t = &v->prog->task[i];
    uint64_t f32_row = 4ull * t->cols;
    switch ((enum plan_op)t->op) {
    case PLAN_OP_EMBED:
        TAKT_TRY(check_matrix(v, i, &t->w0, t->cols));
        TAKT_TRY(need(v, i, "out", &t->out, f32_row));
        if (t->cols != v->plan->n_input)
            return bad(v, i, "rows of %u values, inputs of %u", t->cols, v->plan->n_input);
        return t->w0.rows >= v->plan->n_vocab ? check_token_tiles(v, i, 1)
                                              : bad(v, i, "a table of %u rows", t->w0.rows);
    case PLAN_OP_POSITION:
        TAKT_TRY(check_matrix(v, i, &t->w0, t->cols));
        TAKT_TRY(need(v, i, "out", &t->out, f32_row));
        if (t->in0.region != PLAN_NONE)
            TAKT_TRY(need(v, i, "in0", &t->in0, f32_row));
        if (v->plan->n_positions == 0 || t->w0.rows < v->plan->n_positions)
            return bad(v, i, "a table of %u rows for %u positions", t->w0.rows,
                       v->plan->n_positions);
        return check_token_tiles(v, i, 1);
    case PLAN_OP_ROPE_TABLE:
        TAKT_TRY(need(v, i, "in0", &t->in0, 2ull * t->rope_dims));
        TAKT_TRY(need(v, i, "out", &t->out, 4ull * t->rope_dims));
        if (v->plan->has_places &&
            2ull * t->sections[0] + 2ull * t->sections[1] + 2ull * t->sections[2] != t->rope_dims)
            return bad(v, i, "%u, %u and %u pairs of %u values", t->sections[0], t->sections[1],
                       t->sections[2], t->rope_dims);
        return check_token_tiles(v, i, 1);
    case PLAN_OP_COPY: return check_copy(v, i);
    case PLAN_OP_TABLE: return check_table(v, i);
    case PLAN_OP_HEAD_NORM:
        TAKT_TRY(need(v, i, "in0", &t->in0, f32_row));
        TAKT_TRY(need(v, i, "in1", &t->in1, 4ull * t->head_dim));
        TAKT_TRY(need(v, i, "out", &t->out, f32_row));
        return t->head_dim && t->cols % t->head_dim == 0
                   ? check_token_tiles(v, i, 1)
                   : bad(v, i, "%u values in heads of %u", t->cols, t->head_dim);
    case PLAN_OP_CROSS_KV:
    case PLAN_OP_CROSS_ATTN: return check_cross(v, i);
    case PLAN_OP_MERGE: return check_merge(v, i);
    case PLAN_OP_LAYER_NORM:
        TAKT_TRY(need(v, i, "in2", &t->in2, f32_row));
        /* fall through */
    case PLAN_OP_NORM:
        TAKT_TRY(need(v, i, "in1", &t->in1, f32_row));
        /* fall through */
    case PLAN_OP_QUANT:
        TAKT_TRY(need(v, i, "in0", &t->in0, f32_row));
        TAKT_TRY(need(v, i, "out", &t->out,
                      t->act == ACT_NONE ? f32_row : layout_act_stride(t->act, t->cols)));
        if (t->in0.region == PLAN_FACTS &&
            (t->op != PLAN_OP_QUANT || t->in0.offset % 4 || t->cols > v->plan->n_input ||
             t->in0.offset / 4 > v->plan->n_input - t->cols))
            return bad(v, i, "rows of %u values, inputs of %u", t->cols, v->plan->n_input);
        return check_token_tiles(v, i, 1);
    case PLAN_OP_MATMUL:
    case PLAN_OP_GATE_UP: return check_matmul(v, i);
    case PLAN_OP_ROPE_KV:
    case PLAN_OP_ATTN: return check_attention(v, i);
    case PLAN_OP_ROUTE:
    case PLAN_OP_EXPERTS_GATE_UP:
    case PLAN_OP_EXPERTS_QUANT:
    case PLAN_OP_EXPERTS_DOWN: return check_experts(v, i);
    default: return bad(v, i, "unknown operation %u", t->op);
    }
}

static bool same_bytes(const struct access *a, const struct access *b)
{
    return a->begin == b->begin && a->stride == b->stride && a->rows == b->rows;
}

static int access_order(const void *x, const void *y)
{
    const struct access *a = x, *b = y;
    if (a->region != b->region)
        return a->region < b->region ? -1 : 1;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

/* 4: a sweep over the accesses by first byte compares each with those that begin before it ends.
 * Inside one task, a read of exactly the rows that it writes is allowed (residuals, rotation in
 * place): element by element they are the same. */
static takt_rc check_races(struct verifier *v)
{
    struct access *s = malloc((v->n_access + 1) * sizeof *s);
    if (!s)
        return err_set(v->e, TAKT_ERR_MEMORY, "plan", "no memory to verify it");
    for (uint32_t i = 0; i < v->n_access; i++)
        s[i] = v->access[i];
    qsort(s, v->n_access, sizeof *s, access_order);
    takt_rc rc = TAKT_OK;
    for (uint32_t i = 0; !rc.code && i < v->n_access; i++)
        for (uint32_t j = i + 1;
             !rc.code && j < v->n_access && s[j].region == s[i].region && s[j].begin < s[i].end;
             j++) {
            const struct access *a = &s[i], *b = &s[j];
            if (!a->writes && !b->writes)
                continue;
            bool ordered = a->task == b->task  ? same_bytes(a, b)
                           : a->task < b->task ? is_before(v, a->task, b->task)
                                               : is_before(v, b->task, a->task);
            if (!ordered)
                rc = bad(v, b->task,
                         "touches bytes %" PRIu64 " to %" PRIu64
                         " of region %u unordered with task %u",
                         b->begin, a->end < b->end ? a->end : b->end, a->region, a->task);
        }
    free(s);
    return rc;
}

/* How far from the first byte of R the earlier writes of rows like R's reach without a gap. Nearest
 * writers first: they nearly always suffice. */
static uint64_t covered_until(const struct verifier *v, const struct access *r)
{
    uint64_t reach = r->begin, end = r->begin + r->row_bytes;
    for (bool grew = true; grew && reach < end;) {
        grew = false;
        for (uint32_t t = r->task; t-- > 0 && reach < end;) {
            if (!is_before(v, t, r->task) ||
                (v->prog->task[t].sighted && !v->prog->task[r->task].sighted))
                continue; /* what steps without pictures leave out serves no task that they run */
            for (uint32_t k = v->first_access[t]; k < v->first_access[t + 1]; k++) {
                const struct access *w = &v->access[k];
                if (w->writes && w->region == PLAN_ACT &&
                    (w->stride == r->stride || r->rows == 1) && w->rows >= r->rows &&
                    w->begin <= reach && w->begin + w->row_bytes > reach) {
                    reach = w->begin + w->row_bytes;
                    grew = true;
                }
            }
        }
    }
    return reach;
}

/* 5: the first row of each read is covered by earlier writes with the same row stride and at least
 * as many rows. */
static takt_rc check_written(struct verifier *v)
{
    for (uint32_t k = 0; k < v->n_access; k++) {
        const struct access *r = &v->access[k];
        if (r->writes || r->region != PLAN_ACT)
            continue;
        uint64_t reach = covered_until(v, r);
        if (reach < r->begin + r->row_bytes)
            return bad(v, r->task, "reads byte %" PRIu64 " of a row, which no earlier task wrote",
                       reach - r->begin);
    }
    return TAKT_OK;
}

/* 6: after the norm that reads them no task writes to the hidden rows. (By 4, one that touches them
 * is ordered before it or after it.) */
static takt_rc check_hidden(struct verifier *v)
{
    const struct plan_program *p = v->prog;
    uint32_t t = p->hidden_task;
    if (p->hidden.region == PLAN_NONE)
        return TAKT_OK;
    const struct plan_operand *in = t < p->n_tasks ? &p->task[t].in0 : NULL;
    if (!in || p->task[t].op != PLAN_OP_NORM || !p->task[t].gather ||
        p->task[t].cols != v->plan->n_embd || p->hidden.region != in->region ||
        p->hidden.offset != in->offset || p->hidden.stride != in->stride ||
        p->hidden.row_bytes != in->row_bytes)
        return bad(v, t, "is not the norm that reads the hidden rows");
    uint64_t end = in->offset + (p->bucket - 1) * in->stride + in->row_bytes;
    for (uint32_t k = 0; k < v->n_access; k++) {
        const struct access *a = &v->access[k];
        if (a->writes && a->region == PLAN_ACT && a->begin < end && a->end > in->offset &&
            !is_before(v, a->task, t))
            return bad(v, a->task, "overwrites the hidden rows, which stay to the end");
    }
    return TAKT_OK;
}

static takt_rc check_program(struct verifier *v)
{
    const struct plan_program *p = v->prog;
    if (p->n_tasks == 0 || p->n_tasks > PLAN_TASKS_MAX || p->bucket == 0 || p->n_outputs_max == 0)
        return bad(v, 0, "a program of %u tasks for %u tokens", p->n_tasks, p->bucket);
    if (p->act_bytes > v->plan->act_bytes)
        return bad(v, 0, "%" PRIu64 " bytes of activations, %" PRIu64 " are set aside",
                   p->act_bytes, v->plan->act_bytes);
    TAKT_TRY(check_waits(v));
    TAKT_TRY(check_lanes(v));
    for (uint32_t i = 0; i < p->n_tasks; i++) {
        TAKT_TRY(check_task(v, i));
        TAKT_TRY(collect(v, i));
    }
    TAKT_TRY(check_races(v));
    TAKT_TRY(check_written(v));
    return check_hidden(v);
}

takt_rc plan_verify(const struct plan *p, takt_err *e)
{
    if (p->n_lanes == 0 || p->n_lanes > PLAN_LANES_MAX || p->n_programs == 0 ||
        p->n_programs > PLAN_BUCKETS_MAX)
        return err_set(e, TAKT_ERR_INTERNAL, "plan", "%u lanes, %u programs", p->n_lanes,
                       p->n_programs);
    for (uint32_t i = 0; i < p->n_programs; i++) {
        struct verifier v = {.plan = p, .prog = &p->program[i], .e = e};
        uint32_t n = v.prog->n_tasks;
        if (n > PLAN_TASKS_MAX)
            return err_set(e, TAKT_ERR_INTERNAL, "plan", "bucket %u has %u tasks", v.prog->bucket,
                           n);
        v.words = n / 64 + 1;
        v.before = calloc((size_t)n + 1, v.words * 8);
        v.access = calloc(((size_t)n + 1) * ACCESS_MAX, sizeof *v.access);
        v.first_access = calloc((size_t)n + 2, sizeof *v.first_access);
        takt_rc rc = v.before && v.access && v.first_access
                         ? check_program(&v)
                         : err_set(e, TAKT_ERR_MEMORY, "plan", "no memory to verify it");
        free(v.before);
        free(v.access);
        free(v.first_access);
        TAKT_TRY(rc);
    }
    return TAKT_OK;
}
