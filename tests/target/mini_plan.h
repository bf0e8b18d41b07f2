/* mini_plan: a plan of one small transformer layer with a dense and an expert feed-forward part,
 * written by hand, so that the cpu target can be tested without the compiler. */
#ifndef TAKT_TESTS_TARGET_MINI_PLAN_H
#define TAKT_TESTS_TARGET_MINI_PLAN_H

#include <string.h>

#include "mini_weights.h"
#include "plan/plan.h"

enum {
    MINI_VOCAB = 70,
    MINI_EMBD = 256,
    MINI_HEADS = 4,
    MINI_KV_HEADS = 2,
    MINI_HEAD = 24,
    MINI_FF = 200,
    MINI_EXPERTS = 5,
    MINI_USED = 2,
    MINI_EXPERT_FF = 40,
    MINI_CTX = 640,
    MINI_TASKS = 24,
    MINI_LANES = 8,
};

struct mini_plan {
    struct plan plan;
    struct plan_program program[2];
    struct plan_task task[2][MINI_TASKS];
    struct plan_instr instr[2][MINI_LANES][MINI_TASKS];
    struct plan_lane lane[2][MINI_LANES];
    uint8_t *weights, *kv;
    uint64_t weights_at, act_at;
    struct plan_task *t; /* being built */
    uint32_t bucket;
    bool interleaved; /* gate and up of one type and stream, dense and experts; else of two types */
};

static struct plan_matrix mini_matrix(struct mini_plan *m, enum qtype t, uint32_t rows,
                                      uint32_t cols, uint32_t n_experts)
{
    struct plan_matrix w = {t, rows, cols, n_experts, m->weights_at};
    uint64_t bytes = layout_matrix_bytes(t, rows, cols) * (n_experts ? n_experts : 1);
    for (uint64_t at = 0; m->weights && at < bytes; at += layout_panel_bytes(t))
        mini_fill_panel(t, m->weights + w.offset + at);
    m->weights_at += bytes;
    return w;
}

/* The matrices of gate and up: of types A and B, or alternating groups of type A. */
static void mini_pair(struct mini_plan *m, struct plan_task *t, enum qtype a, enum qtype b,
                      uint32_t rows, uint32_t cols, uint32_t n_experts)
{
    t->interleaved = m->interleaved;
    if (!m->interleaved) {
        t->w0 = mini_matrix(m, a, rows, cols, n_experts);
        t->w1 = mini_matrix(m, b, rows, cols, n_experts);
        return;
    }
    uint32_t twice = (rows + 15) / 16 * 16 * 2;
    t->w0 = mini_matrix(m, a, twice, cols, n_experts);
    t->w0.rows = rows;
    t->w1 = t->w0;
    t->w1.offset += layout_group_bytes(a, cols);
}

static struct plan_operand mini_vector(struct mini_plan *m, uint32_t n, float lo, float hi)
{
    struct plan_operand o = {PLAN_WEIGHTS, m->weights_at, 4 * n, 0};
    for (uint32_t i = 0; m->weights && i < n; i++)
        ((float *)(void *)(m->weights + o.offset))[i] = t_rand_f32(lo, hi);
    m->weights_at += (4 * n + 63) / 64 * 64;
    return o;
}

static struct plan_operand mini_act(struct mini_plan *m, uint64_t row_bytes)
{
    uint64_t stride = (row_bytes + 63) / 64 * 64;
    struct plan_operand o = {PLAN_ACT, m->act_at, row_bytes, stride};
    m->act_at += stride * m->bucket;
    return o;
}

static struct plan_operand mini_f32(struct mini_plan *m, uint32_t cols)
{
    return mini_act(m, (cols + 15) / 16 * 16 * 4);
}

static struct plan_task *mini_task(struct mini_plan *m, enum plan_op op, uint32_t wait)
{
    struct plan_task *t = m->t++;
    memset(t, 0, sizeof *t);
    t->op = (uint16_t)op;
    t->scale = 1.0f;
    t->tile_tokens = 3;
    t->n_tiles = (m->bucket + 2) / 3;
    t->tile_rows = 16;
    if (wait != UINT32_MAX)
        t->wait[t->n_waits++] = wait;
    return t;
}

static struct plan_operand mini_norm(struct mini_plan *m, uint32_t wait, struct plan_operand in,
                                     uint32_t cols, enum act_kind act)
{
    struct plan_task *t = mini_task(m, PLAN_OP_NORM, wait);
    t->cols = cols;
    t->eps = 1e-5f;
    t->act = (uint8_t)act;
    t->in0 = in;
    t->in1 = mini_vector(m, cols, 0.5f, 1.5f);
    return t->out = mini_act(m, layout_act_stride(act, cols));
}

static struct plan_operand mini_quant(struct mini_plan *m, uint32_t wait, struct plan_operand in,
                                      uint32_t cols, enum act_kind act)
{
    struct plan_task *t = mini_task(m, PLAN_OP_QUANT, wait);
    t->cols = cols;
    t->act = (uint8_t)act;
    t->in0 = in;
    return t->out = mini_act(m, layout_act_stride(act, cols));
}

static struct plan_task *mini_matmul(struct mini_plan *m, enum plan_op op, uint32_t wait,
                                     enum qtype type, struct plan_operand in, uint32_t rows,
                                     uint32_t cols)
{
    struct plan_task *t = mini_task(m, op, wait);
    t->cols = cols;
    t->act = (uint8_t)layout_act_for(type);
    t->in0 = in;
    t->w0 = mini_matrix(m, type, rows, cols, 0);
    t->n_tiles = (rows + 15) / 16;
    return t;
}

/* out += scale * (w . in) for the residual stream X. */
static void mini_residual(struct mini_plan *m, uint32_t wait, enum qtype type,
                          struct plan_operand in, uint32_t cols, struct plan_operand x)
{
    struct plan_task *t = mini_matmul(m, PLAN_OP_MATMUL, wait, type, in, MINI_EMBD, cols);
    t->epilogue = PLAN_EPI_RESIDUAL;
    t->scale = 0.5f;
    t->in1 = x;
    t->out = x;
}

static void mini_attention(struct mini_plan *m, struct plan_operand x, struct plan_operand table)
{
    uint32_t q_cols = MINI_HEADS * MINI_HEAD, kv_cols = MINI_KV_HEADS * MINI_HEAD;
    struct plan_operand a = mini_norm(m, 0, x, MINI_EMBD, ACT_A32); /* task 2 */
    struct plan_task *q = mini_matmul(m, PLAN_OP_MATMUL, 2, QTYPE_Q8_0, a, q_cols, MINI_EMBD);
    struct plan_task *k = mini_matmul(m, PLAN_OP_MATMUL, 2, QTYPE_Q4_0, a, kv_cols, MINI_EMBD);
    struct plan_task *v = mini_matmul(m, PLAN_OP_MATMUL, 2, QTYPE_Q5_1, a, kv_cols, MINI_EMBD);
    q->out = mini_f32(m, q_cols);
    q->bias_rows = q_cols;
    q->in2 = mini_vector(m, q_cols, -1, 1);
    k->out = mini_f32(m, kv_cols);
    v->out = mini_f32(m, kv_cols);
    v->epilogue = PLAN_EPI_SCALE;
    v->scale = 0.25f;
    struct plan_task *r = mini_task(m, PLAN_OP_ROPE_KV, 1); /* task 6 */
    r->n_waits = 4;
    r->wait[1] = 3, r->wait[2] = 4, r->wait[3] = 5;
    r->n_heads = MINI_HEADS, r->n_kv_heads = MINI_KV_HEADS, r->head_dim = MINI_HEAD;
    r->rope_dims = MINI_HEAD - 4;
    r->out = q->out, r->in0 = k->out, r->in1 = v->out, r->in2 = table;
    struct plan_task *t = mini_task(m, PLAN_OP_ATTN, 6); /* task 7 */
    t->n_heads = MINI_HEADS, t->n_kv_heads = MINI_KV_HEADS, t->head_dim = MINI_HEAD;
    t->n_tiles = MINI_KV_HEADS * ((m->bucket + 2) / 3);
    t->scale = 0.2f;
    t->in0 = q->out;
    t->out = mini_f32(m, q_cols);
    struct plan_operand o = mini_quant(m, 7, t->out, q_cols, ACT_A256); /* task 8 */
    mini_residual(m, 8, QTYPE_Q4_K, o, q_cols, x);                      /* task 9 */
}

static void mini_feed_forward(struct mini_plan *m, struct plan_operand x)
{
    struct plan_operand a = mini_norm(m, 9, x, MINI_EMBD, ACT_A256); /* task 10 */
    struct plan_task *t = mini_task(m, PLAN_OP_GATE_UP, 10);
    t->cols = MINI_EMBD;
    t->act = ACT_A256;
    t->in0 = a;
    mini_pair(m, t, QTYPE_Q6_K, QTYPE_Q4_K, MINI_FF, MINI_EMBD, 0);
    t->n_tiles = (MINI_FF + 15) / 16;
    t->out = mini_f32(m, MINI_FF);
    struct plan_task *g =
        mini_matmul(m, PLAN_OP_MATMUL, 11, QTYPE_Q2_K, a, MINI_FF, MINI_EMBD); /* task 12 */
    g->epilogue = PLAN_EPI_SWIGLU;
    g->in1 = g->out = t->out;
    struct plan_operand d = mini_quant(m, 12, t->out, MINI_FF, ACT_BF16); /* task 13 */
    mini_residual(m, 13, QTYPE_BF16, d, MINI_FF, x);                      /* task 14 */
}

static void mini_experts(struct mini_plan *m, struct plan_operand x)
{
    struct plan_operand a = mini_norm(m, 14, x, MINI_EMBD, ACT_F32); /* task 15 */
    struct plan_task *l = mini_matmul(m, PLAN_OP_MATMUL, 15, QTYPE_F32, a, MINI_EXPERTS, MINI_EMBD);
    l->out = mini_f32(m, MINI_EXPERTS);
    struct plan_task *r = mini_task(m, PLAN_OP_ROUTE, 16); /* task 17 */
    r->n_tiles = 1;
    r->tile_tokens = m->bucket;
    r->n_experts = MINI_EXPERTS, r->n_experts_used = MINI_USED;
    r->norm_topk = true;
    r->in0 = l->out;
    r->out = mini_act(m, 8 * MINI_USED);
    uint64_t bytes = plan_route_bytes(MINI_EXPERTS, MINI_USED, m->bucket);
    r->in1 = (struct plan_operand){PLAN_ACT, m->act_at, bytes, 0};
    m->act_at += (bytes + 63) / 64 * 64;
    struct plan_task *g = mini_task(m, PLAN_OP_EXPERTS_GATE_UP, 17); /* task 18 */
    g->cols = MINI_EMBD;
    g->act = ACT_F32;
    g->n_experts = MINI_EXPERTS, g->n_experts_used = MINI_USED;
    mini_pair(m, g, QTYPE_F16, QTYPE_F32, MINI_EXPERT_FF, MINI_EMBD, MINI_EXPERTS);
    g->n_tiles = (MINI_EXPERT_FF + 15) / 16;
    g->in0 = a, g->in1 = r->in1;
    g->out = mini_act(m, MINI_USED * 4 * ((MINI_EXPERT_FF + 15) / 16 * 16));
    struct plan_task *q = mini_task(m, PLAN_OP_EXPERTS_QUANT, 18); /* task 19 */
    q->cols = MINI_EXPERT_FF;
    q->act = ACT_A32;
    q->n_experts = MINI_EXPERTS, q->n_experts_used = MINI_USED;
    q->in0 = g->out;
    q->out = mini_act(m, MINI_USED * layout_act_stride(ACT_A32, MINI_EXPERT_FF));
    struct plan_task *d = mini_task(m, PLAN_OP_EXPERTS_DOWN, 19); /* task 20 */
    d->cols = MINI_EXPERT_FF;
    d->act = ACT_A32;
    d->n_experts = MINI_EXPERTS, d->n_experts_used = MINI_USED;
    d->w0 = mini_matrix(m, QTYPE_MXFP4, MINI_EMBD, MINI_EXPERT_FF, MINI_EXPERTS);
    d->n_tiles = MINI_EMBD / 16;
    d->in0 = q->out, d->in1 = r->in1, d->in2 = x, d->out = x;
    d->scale = 0.3f;
}

static void mini_program(struct mini_plan *m, uint32_t index, uint32_t bucket)
{
    struct plan_program *p = &m->program[index];
    m->bucket = bucket;
    m->weights_at = m->act_at = 0;
    m->t = m->task[index];
    t_.state = 77; /* every pass draws the same weights */
    struct plan_task *e = mini_task(m, PLAN_OP_EMBED, UINT32_MAX); /* task 0 */
    e->cols = MINI_EMBD;
    e->w0 = mini_matrix(m, QTYPE_Q5_0, MINI_VOCAB, MINI_EMBD, 0);
    struct plan_operand x = e->out = mini_f32(m, MINI_EMBD);
    struct plan_task *r = mini_task(m, PLAN_OP_ROPE_TABLE, UINT32_MAX); /* task 1 */
    r->rope_dims = MINI_HEAD - 4;
    r->in0 = mini_vector(m, r->rope_dims / 2, 0.01f, 1.0f);
    r->out = mini_act(m, r->rope_dims * 4);
    mini_attention(m, x, r->out);
    mini_feed_forward(m, x);
    mini_experts(m, x);
    struct plan_operand a = mini_norm(m, 20, x, MINI_EMBD, ACT_A256); /* task 21 */
    m->t[-1].gather = m->t[-1].per_output = true;
    struct plan_task *o =
        mini_matmul(m, PLAN_OP_MATMUL, 21, QTYPE_IQ4_XS, a, MINI_VOCAB, MINI_EMBD);
    o->per_output = true;
    o->out = mini_f32(m, MINI_VOCAB);
    *p = (struct plan_program){.bucket = bucket,
                               .n_outputs_max = bucket,
                               .task = m->task[index],
                               .n_tasks = (uint32_t)(m->t - m->task[index]),
                               .lane = m->lane[index],
                               .logits = o->out,
                               .act_bytes = m->act_at};
    if (m->plan.act_bytes < m->act_at)
        m->plan.act_bytes = m->act_at;
}

/* Tiles of each task are dealt to lanes in contiguous ranges. */
static void mini_lanes(struct mini_plan *m, uint32_t index, uint32_t n_lanes)
{
    for (uint32_t l = 0; l < n_lanes; l++) {
        uint32_t n = 0;
        for (uint32_t t = 0; t < m->program[index].n_tasks; t++) {
            uint32_t tiles = m->task[index][t].n_tiles;
            uint32_t a = tiles * l / n_lanes, b = tiles * (l + 1) / n_lanes;
            if (a < b)
                m->instr[index][l][n++] = (struct plan_instr){t, a, b, 0.0f};
        }
        m->lane[index][l] = (struct plan_lane){m->instr[index][l], n};
    }
}

/* Programs of 1 and 32 tokens for N_LANES (up to MINI_LANES) lanes; weights and an empty cache of
 * 2 * MINI_CTX positions. */
static void mini_open_as(struct mini_plan *m, uint32_t n_lanes, enum kv_kind kind, bool interleaved)
{
    memset(m, 0, sizeof *m);
    m->interleaved = interleaved;
    struct plan *p = &m->plan;
    p->n_lanes = n_lanes;
    p->isa = "ref";
    p->n_vocab = MINI_VOCAB;
    p->n_input = MINI_EMBD;
    p->n_embd = MINI_EMBD;
    p->n_ctx = MINI_CTX;
    p->kv = (struct kv_shape){kind, 1, MINI_KV_HEADS, MINI_HEAD, 32};
    p->kv_page_bytes = kv_shape_page_bytes(&p->kv);
    p->program = m->program;
    p->n_programs = 2;
    mini_program(m, 1, 32); /* sizes */
    p->weights_bytes = m->weights_at;
    m->weights = mini_alloc(p->weights_bytes);
    m->kv = mini_alloc(p->kv_page_bytes * (2 * MINI_CTX / LAYOUT_PAGE));
    mini_program(m, 0, 1);
    mini_program(m, 1, 32);
    mini_lanes(m, 0, n_lanes);
    mini_lanes(m, 1, n_lanes);
}

__attribute__((unused)) static void mini_open(struct mini_plan *m, uint32_t n_lanes,
                                              enum kv_kind kind)
{
    mini_open_as(m, n_lanes, kind, false);
}

static void mini_close(struct mini_plan *m)
{
    free(m->weights);
    free(m->kv);
}

#endif
