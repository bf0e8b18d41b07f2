/* Mixtures of experts. ROUTE groups the step's tokens by expert; the experts' matrices then read
 * each expert once for all of its tokens, whose activation rows are gathered into scratch when
 * there is more than one. */
#include <string.h>

#include "target/cpu/exec.h"
#include "target/cpu/kern_math.h"

/* The grouping table (plan_route_bytes) of a bucket. */
struct route {
    uint32_t *count, *first, *entry;
    float *weight;
};

static struct route route_of(const struct exec *x, const struct plan_task *t)
{
    uint32_t *table = exec_out(x, &t->in1, 0);
    struct route r = {table, table + t->n_experts, table + 2 * (size_t)t->n_experts, NULL};
    r.weight = (float *)(void *)(r.entry + (size_t)x->prog->bucket * t->n_experts_used);
    return r;
}

/* The N largest of the logits, ties to the lower id; marks them in CHOSEN. */
static void choose(uint8_t *chosen, const float *logit, uint32_t n_experts, uint32_t n)
{
    memset(chosen, 0, n_experts);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t best = n_experts;
        for (uint32_t e = 0; e < n_experts; e++)
            if (!chosen[e] && (best == n_experts || logit[e] > logit[best]))
                best = e;
        chosen[best] = 1;
    }
}

/* Ids ascending and their weights: exp(logit - max) over its sum, ascending, of the chosen ones
 * (norm_topk) or of all. */
static void route_token(const struct plan_task *t, const float *logit, uint32_t *ids,
                        float *weights)
{
    uint8_t chosen[PLAN_EXPERTS_MAX];
    float max = -INFINITY, sum = 0.0f;
    uint32_t n = 0;
    choose(chosen, logit, t->n_experts, t->n_experts_used);
    for (uint32_t e = 0; e < t->n_experts; e++)
        max = kern_max(logit[e], max);
    for (uint32_t e = 0; e < t->n_experts; e++) {
        if (t->norm_topk && !chosen[e])
            continue;
        float p = kern_exp(logit[e] - max);
        sum = sum + p;
        if (chosen[e]) {
            ids[n] = e;
            weights[n++] = p;
        }
    }
    for (uint32_t k = 0; k < n; k++)
        weights[k] = weights[k] / sum;
}

void exec_route(const struct exec *x, const struct plan_task *t)
{
    struct route r = route_of(x, t);
    uint32_t n = exec_rows(x, t), used = t->n_experts_used;
    memset(r.count, 0, t->n_experts * sizeof *r.count);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t *ids = exec_out(x, &t->out, i);
        float *weights = (float *)(void *)(ids + used);
        route_token(t, exec_in(x, &t->in0, i), ids, weights);
        for (uint32_t slot = 0; slot < used; slot++) {
            r.count[ids[slot]]++;
            r.weight[i * used + slot] = weights[slot];
        }
    }
    for (uint32_t e = 0, at = 0; e < t->n_experts; e++) {
        r.first[e] = at;
        at += r.count[e];
        r.count[e] = 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t *ids = exec_in(x, &t->out, i);
        for (uint32_t slot = 0; slot < used; slot++) {
            uint32_t e = ids[slot];
            r.entry[r.first[e] + r.count[e]++] = i * used + slot;
        }
    }
}

/* Some of one expert's tokens, and where their activation rows are. */
struct gathered {
    const uint32_t *entry;
    uint32_t n;
    const uint8_t *act;
    uint64_t act_stride;
};

/* Row of entry E: the token's row, or with BY_SLOT the slot's part of it. */
static struct gathered gather(const struct exec *x, const struct plan_task *t,
                              const uint32_t *entry, uint32_t n, bool by_slot, uint8_t *buffer)
{
    uint64_t stride = layout_act_stride((enum act_kind)t->act, t->cols);
    struct gathered g = {entry, exec_min(n, x->kern->call.expert_tokens), buffer, stride};
    for (uint32_t i = 0; i < g.n; i++) {
        const uint8_t *row = exec_in(x, &t->in0, entry[i] / t->n_experts_used);
        if (by_slot)
            row += entry[i] % t->n_experts_used * stride;
        if (g.n == 1)
            g.act = row;
        else
            memcpy(buffer + i * stride, row, stride);
    }
    return g;
}

/* Rows ROW..ROW+N_ROWS-1 of expert E for the gathered tokens, to out[token][exec_round16(n_rows)].
 * WAYS: 2 where groups of two matrices alternate; then their results do, too. */
static void product(const struct exec *x, const struct plan_matrix *w, uint32_t ways, uint32_t e,
                    uint32_t row, uint32_t n_rows, const struct gathered *g, float *out,
                    uint8_t *scratch)
{
    uint64_t group_bytes = layout_group_bytes(w->type, w->cols);
    uint64_t matrix_bytes = ways * layout_matrix_bytes(w->type, w->rows, w->cols);
    uint32_t width = ways * exec_round16(n_rows);
    const uint8_t *at = x->weights + w->offset + e * matrix_bytes;
    x->kern->matmul[w->type](out, width, at + ways * (row / LAYOUT_ROWS) * group_bytes,
                             width / LAYOUT_ROWS, group_bytes, w->cols, g->act, g->act_stride, g->n,
                             scratch);
}

/* SUM_VALUES: the running sums of a pass, where there are few tokens; a part of L2. */
enum { SUM_VALUES = 16384, SUM_ROWS_MIN = 128 };

/* Behind the results, a lane's scratch has so many bytes of gathered activations, then the sums of
 * a pass. */
static uint64_t gathered_bytes(const struct plan_task *t)
{
    return KERN_CALL_EXPERT_TOKENS * layout_act_stride((enum act_kind)t->act, t->cols);
}

/* Rows of one call for N gathered tokens: as long a run of weights as results have room. */
static uint32_t rows_of_call(const struct exec *x, uint32_t n)
{
    if (n <= EXEC_TOKENS_FEW)
        return EXEC_TILE_VALUES / n / LAYOUT_ROWS * LAYOUT_ROWS;
    return x->kern->call.rows;
}

/* Rows ROW..ROW+N_ROWS-1 of expert E for the gathered tokens: product, then the gate. */
static void gate_up_rows(const struct exec *x, const struct plan_task *t, uint32_t e, uint32_t row,
                         uint32_t n_rows, const struct gathered *g, uint8_t *scratch)
{
    float *gate = exec_results(scratch), *up = gate + EXEC_CALL_VALUES;
    uint32_t width = exec_round16(n_rows), slot_width = exec_round16(t->w0.rows);
    product(x, &t->w0, t->interleaved ? 2 : 1, e, row, n_rows, g, gate, scratch);
    if (!t->interleaved)
        product(x, &t->w1, 1, e, row, n_rows, g, up, scratch);
    for (uint32_t k = 0; k < g->n; k++) {
        uint32_t token = g->entry[k] / t->n_experts_used, slot = g->entry[k] % t->n_experts_used;
        float *out = (float *)exec_out(x, &t->out, token) + (size_t)slot * slot_width + row;
        if (t->interleaved)
            exec_swiglu_pairs(x, out, gate + 2 * (size_t)k * width, n_rows);
        else
            x->kern->swiglu(out, gate + (size_t)k * width, up + (size_t)k * width, n_rows);
    }
}

void exec_experts_gate_up(const struct exec *x, const struct plan_task *t, uint32_t begin,
                          uint32_t end, uint8_t *scratch)
{
    struct route r = route_of(x, t);
    uint32_t first, last;
    exec_span(begin, end, t->tile_rows, t->w0.rows, &first, &last);
    for (uint32_t e = 0; e < t->n_experts; e++) {
        struct gathered g;
        for (uint32_t i = 0; i < r.count[e]; i += g.n) {
            g = gather(x, t, r.entry + r.first[e] + i, r.count[e] - i, false,
                       exec_results_end(scratch));
            for (uint32_t row = first, n; row < last; row += n) {
                n = exec_min(rows_of_call(x, g.n), last - row);
                gate_up_rows(x, t, e, row, n, &g, scratch);
            }
        }
    }
}

/* Adds expert E's part of N_ROWS rows from ROW on to the sums of the gathered tokens, rows of WIDTH
 * that begin with SUM's first. */
static void add_expert(const struct exec *x, const struct plan_task *t, const struct route *r,
                       uint32_t e, uint32_t row, uint32_t n_rows, const struct gathered *g,
                       float *sum, uint32_t width, uint8_t *scratch)
{
    float *part = exec_results(scratch);
    for (uint32_t at = 0, n; at < n_rows; at += n) {
        n = exec_min(rows_of_call(x, g->n), n_rows - at);
        product(x, &t->w0, 1, e, row + at, n, g, part, scratch);
        for (uint32_t k = 0; k < g->n; k++) {
            float *y = sum + (size_t)(g->entry[k] / t->n_experts_used) * width + at;
            x->kern->axpy(y, y, part + (size_t)k * exec_round16(n), r->weight[g->entry[k]], n);
        }
    }
}

static uint64_t sum_values(uint32_t n_tokens)
{
    uint64_t least = (uint64_t)n_tokens * SUM_ROWS_MIN;
    return least > SUM_VALUES ? least : SUM_VALUES;
}

/* Experts ascend, so each token's sum does; it starts at +0 and the residual comes last. */
static void down_rows(const struct exec *x, const struct plan_task *t, uint32_t row,
                      uint32_t n_rows, uint8_t *scratch)
{
    struct route r = route_of(x, t);
    uint32_t width = exec_round16(n_rows), n = exec_rows(x, t);
    float *sum = (float *)(void *)(exec_results_end(scratch) + gathered_bytes(t));
    memset(sum, 0, (size_t)n * width * 4);
    for (uint32_t e = 0; e < t->n_experts; e++) {
        struct gathered g;
        for (uint32_t i = 0; i < r.count[e]; i += g.n) {
            g = gather(x, t, r.entry + r.first[e] + i, r.count[e] - i, true,
                       exec_results_end(scratch));
            add_expert(x, t, &r, e, row, n_rows, &g, sum, width, scratch);
        }
    }
    for (uint32_t i = 0; i < n; i++)
        x->kern->axpy((float *)exec_out(x, &t->out, i) + row,
                      (const float *)exec_in(x, &t->in2, i) + row, sum + (size_t)i * width,
                      t->scale, n_rows);
}

void exec_experts_down(const struct exec *x, const struct plan_task *t, uint32_t begin,
                       uint32_t end, uint8_t *scratch)
{
    uint32_t first, last, n = exec_rows(x, t);
    if (n == 0)
        return;
    uint32_t most = (uint32_t)(sum_values(x->prog->bucket) / n) / LAYOUT_ROWS * LAYOUT_ROWS;
    exec_span(begin, end, t->tile_rows, t->w0.rows, &first, &last);
    for (uint32_t row = first, rows; row < last; row += rows) {
        rows = exec_min(most, last - row);
        down_rows(x, t, row, rows, scratch);
    }
}

uint64_t exec_experts_scratch_bytes(const struct plan_program *prog, const struct plan_task *t)
{
    uint64_t sums = t->op == PLAN_OP_EXPERTS_DOWN ? 4 * sum_values(prog->bucket) : 0;
    return EXEC_RESULTS_END + gathered_bytes(t) + sums;
}
