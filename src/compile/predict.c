#include "compile/predict.h"

#include <math.h>

/* What the machine computes products with weights of T at. */
static double peak_of(const struct profile *prof, enum qtype t)
{
    if (t == QTYPE_BF16 && prof->bf16_ops_per_s > 0)
        return prof->bf16_ops_per_s;
    return t == QTYPE_F32 || t == QTYPE_F16 || t == QTYPE_BF16 ? prof->f32_ops_per_s
                                                               : prof->int8_ops_per_s;
}

/* Time of N units at a rate; 0 when the rate is unknown. */
static double at_rate(double n, double per_s)
{
    return per_s > 0 ? n / per_s * 1e9 : 0;
}

double predict_matmul_ns(const struct profile *prof, enum qtype t, double n_tokens)
{
    const double *ns = prof->matmul_ns_per_weight[t];
    double t0 = 0, ns0 = 0;
    int points = 0;
    for (int i = 0; i < PROFILE_TOKENS; i++) {
        if (!(ns[i] > 0))
            continue;
        double t1 = profile_tokens[i];
        if (n_tokens <= t1)
            return points ? ns0 + (ns[i] - ns0) * (n_tokens - t0) / (t1 - t0) : ns[i];
        t0 = t1;
        ns0 = ns[i];
        points++;
    }
    if (points)
        return ns0 * n_tokens / t0;
    double bytes = (double)layout_panel_bytes(t) / (LAYOUT_ROWS * (double)layout_panel_cols(t));
    return fmax(at_rate(bytes, prof->read_bytes_per_s), at_rate(2 * n_tokens, peak_of(prof, t)));
}

/* Experts that N tokens reach when each takes k of n at random: n (1 - (1 - k/n)^tokens). By
 * squaring, so that a plan has the same figures under every C library. */
static double experts_reached(const struct plan_task *t, uint32_t n_tokens)
{
    double n = t->n_experts, base = 1 - t->n_experts_used / n, missed = 1;
    for (; n_tokens; n_tokens /= 2, base *= base)
        if (n_tokens % 2)
            missed *= base;
    return n * (1 - missed);
}

struct matmul_cost {
    double ns, bytes, ops;
};

static struct matmul_cost matmul_cost(const struct plan_task *t, const struct plan_matrix *w,
                                      const struct profile *prof, uint32_t n_tokens)
{
    double weights = (double)w->rows * w->cols, times = 1, each = n_tokens;
    if (t->n_experts) {
        times = experts_reached(t, n_tokens);
        each = n_tokens * (double)t->n_experts_used / times;
    }
    return (struct matmul_cost){
        .ns = times * weights * predict_matmul_ns(prof, w->type, each),
        .bytes = times * (double)layout_matrix_bytes(w->type, w->rows, w->cols),
        .ops = 2 * times * each * weights,
    };
}

static double quant_ns(const struct plan_task *t, const struct profile *prof)
{
    bool wide = t->act == ACT_A256 && prof->quant_a256_ns_per_value > 0;
    return wide ? prof->quant_a256_ns_per_value : prof->quant_ns_per_value;
}

/* Nanoseconds of a lane that reads BYTES which all lanes wrote: each line that another one has
 * modified comes over the counters' way, many of them at a time. */
static double transfer_ns(double bytes, const struct profile *prof, uint32_t n_lanes)
{
    enum { LINE = 64, AT_A_TIME = 5 };
    return bytes / LINE * (n_lanes - 1) / n_lanes * prof->sync_ns / AT_A_TIME;
}

/* What an elementwise task reads of the results of others: bytes of all rows. */
static double read_bytes(const struct plan_task *t, double n)
{
    switch ((enum plan_op)t->op) {
    case PLAN_OP_NORM:
    case PLAN_OP_LAYER_NORM:
    case PLAN_OP_COPY:
    case PLAN_OP_TABLE:
    case PLAN_OP_HEAD_NORM:
    case PLAN_OP_QUANT: return n * t->cols * 4;
    case PLAN_OP_MERGE: return n * t->merge_across * t->merge_down * t->cols * 4;
    case PLAN_OP_CROSS_KV: return n * t->head_dim * 2.0 * t->n_kv_heads * 4;
    case PLAN_OP_EXPERTS_QUANT: return n * t->n_experts_used * t->cols * 4;
    case PLAN_OP_ROPE_KV: return n * t->head_dim * (t->n_heads + 2.0 * t->n_kv_heads) * 4;
    case PLAN_OP_ATTN:
    case PLAN_OP_CROSS_ATTN: return n * t->head_dim * t->n_heads * 4;
    default: return 0;
    }
}

/* Nanoseconds of one lane for all rows of an elementwise task. */
static double lane_ns(const struct plan_task *t, const struct profile *prof,
                      const struct kv_shape *kv, double n)
{
    switch ((enum plan_op)t->op) {
    case PLAN_OP_EMBED:
    case PLAN_OP_POSITION: return n * t->cols * prof->embed_ns_per_value;
    case PLAN_OP_LAYER_NORM: /* its input is read twice */
        return n * t->cols * (2 * prof->norm_ns_per_value + quant_ns(t, prof));
    case PLAN_OP_NORM: return n * t->cols * (prof->norm_ns_per_value + quant_ns(t, prof));
    case PLAN_OP_TABLE: return n * t->cols * (prof->embed_ns_per_value + prof->norm_ns_per_value);
    case PLAN_OP_HEAD_NORM:
    case PLAN_OP_COPY: return n * t->cols * prof->norm_ns_per_value;
    case PLAN_OP_MERGE:
        return n * t->merge_across * t->merge_down * t->cols * prof->norm_ns_per_value;
    case PLAN_OP_CROSS_KV: return n * t->head_dim * 2 * t->n_kv_heads * prof->kv_write_ns_per_value;
    case PLAN_OP_QUANT: return n * t->cols * quant_ns(t, prof);
    case PLAN_OP_EXPERTS_QUANT: return n * t->n_experts_used * t->cols * quant_ns(t, prof);
    case PLAN_OP_ROPE_TABLE: return n * t->rope_dims * prof->rope_ns_per_value;
    case PLAN_OP_ROPE_KV:
        return n * t->head_dim *
               ((t->rope_dims ? t->n_heads + t->n_kv_heads : 0) * prof->rope_ns_per_value +
                2 * t->n_kv_heads * prof->kv_write_ns_per_value);
    case PLAN_OP_ATTN:
    case PLAN_OP_CROSS_ATTN:
        return n * t->n_heads * t->head_dim * prof->attn_row_ns_per_value[kv->kind];
    case PLAN_OP_ROUTE: return n * t->n_experts * prof->norm_ns_per_value;
    default: return 0;
    }
}

/* From one lane's time to the task's: the lane with the most tiles is the last. Those of a matmul
 * take tiles from each other and end half a tile apart. */
static double spread(const struct plan_task *t, double ns, uint32_t n_lanes)
{
    uint32_t rounds = (t->n_tiles + n_lanes - 1) / n_lanes;
    bool shared = n_lanes > 1 && t->n_tiles > 1 && t->tile_rows > 0;
    double apart = shared ? ns / t->n_tiles / 2 : 0;
    return fmax(ns * rounds / t->n_tiles, ns / n_lanes + apart);
}

/* Per (token, visible position): arithmetic and reading the cache, which the weights of the step
 * before have driven out of the processor's caches; keys are prefetched, so the two overlap in
 * part. In prefill a block of queries shares what it reads. */
static double attention_ns(const struct plan_task *t, const struct profile *prof,
                           const struct kv_shape *kv, bool apart, uint32_t n_lanes)
{
    double heads = t->n_heads, values = heads * t->head_dim;
    if (!apart)
        return spread(t,
                      heads * prof->attn_prefill_ns_per_pair[kv->kind] +
                          values * prof->attn_prefill_ns_per_pair_value[kv->kind],
                      n_lanes);
    double bytes = 2.0 * t->n_kv_heads * (double)kv_shape_head_bytes(kv) / LAYOUT_PAGE;
    double read = at_rate(bytes, prof->read_bytes_per_s);
    double arithmetic = spread(t,
                               heads * prof->attn_ns_per_pair[kv->kind] +
                                   values * prof->attn_ns_per_pair_value[kv->kind],
                               n_lanes);
    return sqrt(arithmetic * arithmetic + read * read);
}

static void predict_context(struct plan_task *t, const struct profile *prof,
                            const struct kv_shape *kv, uint32_t n_tokens, uint32_t n_lanes)
{
    enum { PREFILL_TOKENS = 16 }; /* fewer share too little to matter */
    t->ns_per_context_apart = attention_ns(t, prof, kv, true, n_lanes);
    t->ns_per_context = n_tokens < PREFILL_TOKENS ? t->ns_per_context_apart
                                                  : attention_ns(t, prof, kv, false, n_lanes);
}

void predict_task(struct plan_task *t, const struct profile *prof, const struct kv_shape *kv,
                  uint32_t n_tokens, uint32_t n_lanes)
{
    double ns =
        lane_ns(t, prof, kv, n_tokens) + transfer_ns(read_bytes(t, n_tokens), prof, n_lanes);
    const struct plan_matrix *w[2] = {&t->w0, &t->w1};
    bool table = t->op == PLAN_OP_EMBED || t->op == PLAN_OP_POSITION || t->op == PLAN_OP_TABLE;
    for (int i = 0; i < 2 && !table; i++) {
        if (w[i]->rows == 0)
            continue;
        struct matmul_cost c = matmul_cost(t, w[i], prof, n_tokens);
        ns += c.ns * n_lanes;
        if (i == 0) /* every lane that has a tile reads all of the input */
            ns += transfer_ns((double)n_tokens * t->in0.row_bytes, prof, n_lanes) *
                  (t->n_tiles < n_lanes ? t->n_tiles : n_lanes);
        t->weight_bytes += (uint64_t)llround(c.bytes);
        t->ops += (uint64_t)llround(c.ops);
    }
    if (t->epilogue == PLAN_EPI_GELU)
        ns += (double)n_tokens * t->w0.rows * prof->swiglu_ns_per_value;
    if (table)
        t->weight_bytes = layout_group_bytes(t->w0.type, t->w0.cols) / LAYOUT_ROWS * n_tokens;
    if (t->w1.rows)
        ns += (double)n_tokens * t->w0.rows * (t->n_experts ? t->n_experts_used : 1) *
              prof->swiglu_ns_per_value;
    t->ns_predicted = prof->task_overhead_ns + spread(t, ns, n_lanes);
    if (t->op == PLAN_OP_ATTN || t->op == PLAN_OP_CROSS_ATTN)
        predict_context(t, prof, kv, n_tokens, n_lanes);
    if (t->near) { /* as many whatever the context */
        t->ns_predicted += t->ns_per_context * t->near * n_tokens;
        t->ns_per_context = t->ns_per_context_apart = 0;
    }
}

void predict_program(struct plan_program *p, const struct profile *prof)
{
    double int8_ops = 0, f32_ops = 0, bf16_ops = 0;
    p->ns_predicted = p->ns_per_context = p->ns_per_context_apart = 0;
    p->ns_sighted = p->ns_per_row = p->ns_per_row_apart = 0;
    p->weight_bytes = p->ops = 0;
    for (uint32_t i = 0; i < p->n_tasks; i++) {
        const struct plan_task *t = &p->task[i];
        if (t->sighted) {
            p->ns_sighted += t->ns_predicted;
            p->ns_per_row += t->ns_per_context;
            p->ns_per_row_apart += t->ns_per_context_apart;
            continue;
        }
        p->ns_predicted += t->ns_predicted;
        p->ns_per_context += t->ns_per_context;
        p->ns_per_context_apart += t->ns_per_context_apart;
        p->weight_bytes += t->weight_bytes;
        p->ops += t->ops;
        enum qtype type = t->w0.type;
        *(type == QTYPE_BF16                       ? &bf16_ops
          : type == QTYPE_F32 || type == QTYPE_F16 ? &f32_ops
                                                   : &int8_ops) += (double)t->ops;
    }
    double compute = at_rate(int8_ops, prof->int8_ops_per_s) +
                     at_rate(f32_ops, prof->f32_ops_per_s) +
                     at_rate(bf16_ops, peak_of(prof, QTYPE_BF16));
    const struct plan_task *norm = &p->task[p->hidden_task];
    if (p->hidden.region != PLAN_NONE)
        p->ns_per_hidden = 2 * norm->cols * prof->norm_ns_per_value; /* adding costs no more */
    p->ns_roof = fmax(at_rate((double)p->weight_bytes, prof->read_bytes_per_s), compute);
}
