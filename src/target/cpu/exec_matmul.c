#include <string.h>

#include "target/cpu/exec.h"

/* How a range of rows is cut into kernel calls: rows outermost, so that a block of weights is read
 * from memory once and from L2 for the later token blocks. */
struct cut {
    uint32_t rows;   /* per call, a multiple of 16 */
    uint32_t tokens; /* per call */
};

static uint32_t tokens_per_call(const struct kern_call *call, uint32_t n, uint64_t act_stride)
{
    uint64_t fit = call->act_bytes / act_stride / 16 * 16;
    uint32_t most = fit < 16 ? 16 : fit < call->tokens ? (uint32_t)fit : call->tokens;
    return exec_min(n, most);
}

/* DIRECT: results go straight into the output; else those of each call lie in scratch first. */
static struct cut cut_of(const struct exec *x, const struct plan_task *t, bool direct)
{
    uint32_t n = exec_rows(x, t);
    if (n == 0)
        return (struct cut){LAYOUT_ROWS, 1};
    if (n <= EXEC_TOKENS_FEW)
        return (struct cut){
            (direct ? UINT32_MAX : EXEC_TILE_VALUES / n) / LAYOUT_ROWS * LAYOUT_ROWS, n};
    uint64_t stride = layout_act_stride((enum act_kind)t->act, t->cols);
    return (struct cut){exec_min(t->tile_rows, x->kern->call.rows),
                        tokens_per_call(&x->kern->call, n, stride)};
}

/* N_GROUPS groups of T's input times the rows at W. */
static void groups(const struct exec *x, enum qtype type, const uint8_t *w, uint32_t n_groups,
                   const struct plan_task *t, uint32_t token, uint32_t n_tokens, float *out,
                   size_t out_stride, uint8_t *scratch)
{
    x->kern->matmul[type](out, out_stride, w, n_groups, layout_group_bytes(type, t->cols), t->cols,
                          exec_in(x, &t->in0, token), t->in0.stride, n_tokens, scratch);
}

static void product(const struct exec *x, const struct plan_matrix *w, const struct plan_task *t,
                    uint32_t row, uint32_t n_rows, uint32_t token, uint32_t n_tokens, float *out,
                    size_t out_stride, uint8_t *scratch)
{
    const uint8_t *at = x->weights + w->offset;
    groups(x, w->type, at + row / LAYOUT_ROWS * layout_group_bytes(w->type, w->cols),
           exec_round16(n_rows) / LAYOUT_ROWS, t, token, n_tokens, out, out_stride, scratch);
}

/* Bias, then scale, residual or gate, for rows ROW..ROW+N_ROWS-1 of one token. */
static void epilogue(const struct exec *x, const struct plan_task *t, uint32_t token, uint32_t row,
                     uint32_t n_rows, float *sum)
{
    float *out = (float *)exec_out(x, &t->out, token) + row;
    if (row < t->bias_rows) {
        const float *bias = (const float *)exec_in(x, &t->in2, 0) + row;
        x->kern->add(sum, sum, bias, exec_min(n_rows, t->bias_rows - row));
    }
    if (t->epilogue == PLAN_EPI_RESIDUAL)
        x->kern->axpy(out, (const float *)exec_in(x, &t->in1, token) + row, sum, t->scale, n_rows);
    else if (t->epilogue == PLAN_EPI_SWIGLU)
        x->kern->swiglu(out, (const float *)exec_in(x, &t->in1, token) + row, sum, n_rows);
    else if (t->epilogue == PLAN_EPI_GELU && t->linear == 0)
        x->kern->gelu_exact(out, sum, n_rows);
    else if (t->epilogue == PLAN_EPI_GELU)
        x->kern->gelu(out, sum, t->linear, t->cubic, n_rows);
    else
        x->kern->scale(out, sum, t->epilogue == PLAN_EPI_SCALE ? t->scale : 1.0f, n_rows);
}

void exec_matmul(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                 uint8_t *scratch)
{
    bool direct = t->epilogue == PLAN_EPI_NONE && t->bias_rows == 0;
    bool leaves = t->sighted && t->epilogue == PLAN_EPI_RESIDUAL;
    struct cut c = cut_of(x, t, direct);
    uint32_t first, last, n = exec_rows(x, t), n_tokens, n_rows;
    float *temp = exec_results(scratch);
    exec_span(begin, end, t->tile_rows, t->w0.rows, &first, &last);
    for (uint32_t row = first; row < last; row += n_rows) {
        n_rows = exec_min(c.rows, last - row);
        for (uint32_t i = 0; i < n; i += n_tokens) {
            n_tokens = exec_min(c.tokens, n - i);
            if (direct) {
                product(x, &t->w0, t, row, n_rows, i, n_tokens,
                        (float *)exec_out(x, &t->out, i) + row, t->out.stride / 4, scratch);
                continue;
            }
            uint32_t width = exec_round16(n_rows);
            product(x, &t->w0, t, row, n_rows, i, n_tokens, temp, width, scratch);
            for (uint32_t k = 0; k < n_tokens; k++)
                if (!leaves || x->facts.sight[i + k].n)
                    epilogue(x, t, i + k, row, n_rows, temp + (size_t)k * width);
        }
    }
}

/* Gate and up of one stream: 16 results of the one, 16 of the other, and so on. */
static void interleaved_rows(const struct exec *x, const struct plan_task *t, uint32_t row,
                             uint32_t n_rows, uint32_t token, uint32_t n_tokens, uint8_t *scratch)
{
    float *both = exec_results(scratch);
    const struct plan_matrix *w = &t->w0;
    const size_t width = 2 * (size_t)exec_round16(n_rows);
    const uint64_t at = 2 * (uint64_t)(row / LAYOUT_ROWS) * layout_group_bytes(w->type, w->cols);
    groups(x, w->type, x->weights + w->offset + at, (uint32_t)(width / LAYOUT_ROWS), t, token,
           n_tokens, both, width, scratch);
    for (uint32_t k = 0; k < n_tokens; k++)
        exec_swiglu_pairs(x, (float *)exec_out(x, &t->out, token + k) + row, both + k * width,
                          n_rows);
}

static void separate_rows(const struct exec *x, const struct plan_task *t, uint32_t row,
                          uint32_t n_rows, uint32_t token, uint32_t n_tokens, uint8_t *scratch)
{
    const size_t width = exec_round16(n_rows);
    float *gate = exec_results(scratch), *up = gate + EXEC_CALL_VALUES;
    product(x, &t->w0, t, row, n_rows, token, n_tokens, gate, width, scratch);
    product(x, &t->w1, t, row, n_rows, token, n_tokens, up, width, scratch);
    for (uint32_t k = 0; k < n_tokens; k++)
        x->kern->swiglu((float *)exec_out(x, &t->out, token + k) + row, gate + k * width,
                        up + k * width, n_rows);
}

void exec_gate_up(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                  uint8_t *scratch)
{
    struct cut c = cut_of(x, t, false);
    uint32_t first, last, n = exec_rows(x, t), n_tokens, n_rows;
    exec_span(begin, end, t->tile_rows, t->w0.rows, &first, &last);
    for (uint32_t row = first; row < last; row += n_rows) {
        n_rows = exec_min(c.rows, last - row);
        for (uint32_t i = 0; i < n; i += n_tokens) {
            n_tokens = exec_min(c.tokens, n - i);
            if (t->interleaved)
                interleaved_rows(x, t, row, n_rows, i, n_tokens, scratch);
            else
                separate_rows(x, t, row, n_rows, i, n_tokens, scratch);
        }
    }
}

void exec_swiglu_pairs(const struct exec *x, float *out, const float *both, uint32_t n)
{
    enum { BLOCK = 16 }; /* groups: enough for the kernel to overlap its exponentials */
    _Alignas(64) float gate[BLOCK * LAYOUT_ROWS], up[BLOCK * LAYOUT_ROWS];
    for (uint32_t at = 0; at < n; at += BLOCK * LAYOUT_ROWS) {
        uint32_t some = exec_min(BLOCK * LAYOUT_ROWS, n - at);
        const float *from = both + 2 * (size_t)at;
        for (uint32_t i = 0; i < some; i += LAYOUT_ROWS, from += 2 * LAYOUT_ROWS) {
            memcpy(gate + i, from, LAYOUT_ROWS * sizeof *gate);
            memcpy(up + i, from + LAYOUT_ROWS, LAYOUT_ROWS * sizeof *up);
        }
        x->kern->swiglu(out + at, gate, up, some);
    }
}
