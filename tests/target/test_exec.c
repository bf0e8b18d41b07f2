/* Every operation of the executor against double precision: the tasks of the small plan run one
 * after the other, and each output row is compared with what its operands, as they then are in
 * memory, should give. */
#include "mini_plan.h"
#include "target/cpu/exec.h"

enum { N_TOKENS = 5, N_OUT = 2, WIDTH = 1024 };

static struct mini_plan m;
static struct exec x;
static struct kern_table kern;
static double worst; /* of the task being checked */

static void compare(double got, double want, double size)
{
    double error = fabs(got - want) / (size > 1e-3 ? size : 1e-3);
    worst = !(error <= worst) ? error : worst;
}

/* Row R of matrix W (expert E) times the activation values A. *SIZE gets the sum of magnitudes.
 * WAYS: 2 when groups of two matrices alternate. */
static double dot_of(const struct plan_matrix *w, uint32_t ways, uint32_t e, uint32_t r,
                     const double *a, double *size)
{
    float row[WIDTH];
    double sum = 0;
    uint64_t at = w->offset + e * ways * layout_matrix_bytes(w->type, w->rows, w->cols);
    kern.embed[w->type](row, m.weights + at, ways * layout_group_bytes(w->type, w->cols), r,
                        w->cols, 1.0f);
    *size = 0;
    for (uint32_t i = 0; i < w->cols; i++) {
        sum += row[i] * a[i];
        *size += fabs(row[i] * a[i]);
    }
    return sum;
}

static double dot(const struct plan_matrix *w, uint32_t e, uint32_t r, const double *a,
                  double *size)
{
    return dot_of(w, 1, e, r, a, size);
}

static double silu(double v)
{
    return v / (1 + exp(-v));
}

/* The gated product of row R of expert E. */
static double gated(const struct plan_task *t, uint32_t e, uint32_t r, const double *a,
                    double *size)
{
    const uint32_t ways = t->interleaved ? 2 : 1;
    double up_size, gate = dot_of(&t->w0, ways, e, r, a, size);
    double up = dot_of(&t->w1, ways, e, r, a, &up_size);
    *size += up_size + up_size * fabs(gate);
    return silu(gate) * up;
}

static const float *in_f32(const struct plan_operand *o, uint32_t row)
{
    return exec_in(&x, o, row);
}

static void check_rounded(const struct plan_task *t, uint32_t row, const float *in, double factor,
                          const float *weights)
{
    double got[WIDTH], max = 0;
    mini_act_values(got, (enum act_kind)t->act, exec_in(&x, &t->out, row), t->cols);
    for (uint32_t i = 0; i < t->cols; i++)
        max = fmax(max, fabs(in[i] * factor * (weights ? weights[i] : 1)));
    for (uint32_t i = 0; i < t->cols; i++)
        compare(got[i], in[i] * factor * (weights ? weights[i] : 1), max);
}

static void check_norm(const struct plan_task *t, uint32_t row)
{
    const float *in = in_f32(&t->in0, t->gather ? x.facts.out_token[row] : row);
    double ss = 0;
    for (uint32_t i = 0; i < t->cols; i++)
        ss += (double)in[i] * in[i];
    check_rounded(t, row, in, 1 / sqrt(ss / t->cols + (double)t->eps), in_f32(&t->in1, 0));
}

/* BEFORE is in1's row as it was before the task ran (residuals and gates are overwritten). */
static void check_matmul(const struct plan_task *t, uint32_t row, const float *before)
{
    double a[WIDTH], size;
    mini_act_values(a, (enum act_kind)t->act, exec_in(&x, &t->in0, row), t->cols);
    for (uint32_t r = 0; r < t->w0.rows; r++) {
        double y =
            t->op == PLAN_OP_GATE_UP ? gated(t, 0, r, a, &size) : dot(&t->w0, 0, r, a, &size);
        if (t->bias_rows)
            y += (double)in_f32(&t->in2, 0)[r];
        if (t->epilogue == PLAN_EPI_SCALE)
            y *= (double)t->scale;
        if (t->epilogue == PLAN_EPI_RESIDUAL)
            y = (double)before[r] + (double)t->scale * y;
        if (t->epilogue == PLAN_EPI_SWIGLU)
            y *= silu(before[r]);
        compare(in_f32(&t->out, row)[r], y, fabs(y) + size);
    }
}

static void check_route(const struct plan_task *t, uint32_t row)
{
    const uint32_t *ids = exec_in(&x, &t->out, row), used = t->n_experts_used;
    const float *weights = (const float *)(const void *)(ids + used), *l = in_f32(&t->in0, row);
    double sum = 0;
    for (uint32_t s = 0; s < used; s++) {
        sum += (double)weights[s];
        T_OK(ids[s] < t->n_experts && (s == 0 || ids[s] > ids[s - 1]));
        for (uint32_t e = 0; e < t->n_experts; e++) { /* no better one was left out */
            bool chosen = false;
            for (uint32_t k = 0; k < used; k++)
                chosen = chosen || ids[k] == e;
            T_OK(chosen || l[e] <= l[ids[s]]);
        }
        compare(weights[s] / weights[0], exp((double)l[ids[s]] - (double)l[ids[0]]), 1);
    }
    compare(sum, 1, 1);
}

/* The routing of token ROW, from the task before. */
static const struct plan_task *route_task(void)
{
    const struct plan_task *t = m.task[1];
    while (t->op != PLAN_OP_ROUTE)
        t++;
    return t;
}

static void check_experts(const struct plan_task *t, uint32_t row, const float *before)
{
    const uint32_t *ids = exec_in(&x, &route_task()->out, row), used = t->n_experts_used;
    const float *weights = (const float *)(const void *)(ids + used);
    double a[WIDTH], size;
    bool down = t->op == PLAN_OP_EXPERTS_DOWN;
    for (uint32_t r = 0; r < t->w0.rows; r++) {
        double y = 0, total = 0;
        for (uint32_t s = 0; s < used; s++) {
            uint64_t stride = layout_act_stride((enum act_kind)t->act, t->cols);
            const uint8_t *act =
                (const uint8_t *)exec_in(&x, &t->in0, row) + (down ? s * stride : 0);
            mini_act_values(a, (enum act_kind)t->act, act, t->cols);
            if (down) {
                y += (double)weights[s] * dot(&t->w0, ids[s], r, a, &size);
                total += size;
                continue;
            }
            double v = gated(t, ids[s], r, a, &size);
            compare(in_f32(&t->out, row)[s * exec_round16(t->w0.rows) + r], v, size);
        }
        if (down)
            compare(in_f32(&t->out, row)[r], (double)before[r] + (double)t->scale * y, total + 1);
    }
}

static void check_experts_quant(const struct plan_task *t, uint32_t row)
{
    for (uint32_t s = 0; s < t->n_experts_used; s++) {
        struct plan_task one = *t;
        one.out.offset += s * layout_act_stride((enum act_kind)t->act, t->cols);
        check_rounded(&one, row, in_f32(&t->in0, row) + (size_t)s * exec_round16(t->cols), 1, NULL);
    }
}

/* BEFORE is q as it was. Rotation keeps each pair's length and turns it by the table's angle. */
static void check_rope(const struct plan_task *t, uint32_t row, const float *before)
{
    const float *q = in_f32(&t->out, row), *table = in_f32(&t->in2, row);
    uint32_t half = t->rope_dims / 2;
    for (uint32_t h = 0; h < t->n_heads; h++)
        for (uint32_t d = 0; d < t->head_dim; d++) {
            uint32_t at = h * t->head_dim + d, pair = d % half;
            double want = (double)before[at];
            if (d < half)
                want = want * (double)table[pair] -
                       (double)before[at + half] * (double)table[half + pair];
            else if (d < t->rope_dims)
                want = want * (double)table[pair] +
                       (double)before[at - half] * (double)table[half + pair];
            compare(q[at], want, 1);
        }
}

/* Token 0 sees itself alone: its output is its value. Others lie between the smallest and the
 * largest value that they see. */
static void check_attn(const struct plan_task *t, uint32_t row)
{
    const float *v = in_f32(&m.task[1][6].in1, 0), *out = in_f32(&t->out, row);
    uint32_t group = t->n_heads / t->n_kv_heads;
    for (uint32_t h = 0; h < t->n_heads && row == 0; h++)
        for (uint32_t d = 0; d < t->head_dim; d++)
            compare(out[h * t->head_dim + d], v[h / group * t->head_dim + d], 1);
    for (uint32_t h = 0; h < t->n_heads; h++)
        for (uint32_t d = 0; d < t->head_dim; d++) {
            float lo = INFINITY, hi = -INFINITY;
            for (uint32_t i = 0; i <= row; i++) {
                float vi = in_f32(&m.task[1][6].in1, i)[h / group * t->head_dim + d];
                lo = fminf(lo, vi), hi = fmaxf(hi, vi);
            }
            T_OK(out[h * t->head_dim + d] >= lo - 1e-5f && out[h * t->head_dim + d] <= hi + 1e-5f);
        }
}

static double tolerance(const struct plan_task *t)
{
    bool rounds = t->op == PLAN_OP_NORM || t->op == PLAN_OP_QUANT || t->op == PLAN_OP_EXPERTS_QUANT;
    if (rounds)
        return t->act == ACT_F32 ? 1e-5 : t->act == ACT_BF16 ? 1.0 / 256 : 1.0 / 250;
    return 1e-5;
}

static void check_row(const struct plan_task *t, uint32_t row, const float *before)
{
    switch ((enum plan_op)t->op) {
    case PLAN_OP_EMBED:
        for (uint32_t i = 0; i < t->cols; i++) {
            double unit[WIDTH] = {0}, size;
            unit[i] = (double)t->scale;
            compare(in_f32(&t->out, row)[i],
                    dot(&t->w0, 0, (uint32_t)x.facts.token[row], unit, &size), 1);
        }
        break;
    case PLAN_OP_ROPE_TABLE:
        for (uint32_t i = 0; i < t->rope_dims / 2; i++) {
            double angle = (double)x.facts.pos[row] * (double)in_f32(&t->in0, 0)[i];
            compare(in_f32(&t->out, row)[i], cos(angle), 1);
            compare(in_f32(&t->out, row)[t->rope_dims / 2 + i], sin(angle), 1);
        }
        break;
    case PLAN_OP_NORM: check_norm(t, row); break;
    case PLAN_OP_QUANT: check_rounded(t, row, in_f32(&t->in0, row), 1, NULL); break;
    case PLAN_OP_MATMUL:
    case PLAN_OP_GATE_UP: check_matmul(t, row, before); break;
    case PLAN_OP_ROPE_KV: check_rope(t, row, before); break;
    case PLAN_OP_ATTN: check_attn(t, row); break;
    case PLAN_OP_ROUTE: check_route(t, row); break;
    case PLAN_OP_EXPERTS_QUANT: check_experts_quant(t, row); break;
    default: check_experts(t, row, before); break;
    }
}

/* Runs task I, having kept what it overwrites, and checks all of its rows. */
static void run_task(uint32_t i, uint8_t *scratch)
{
    static float before[N_TOKENS][WIDTH];
    const struct plan_task *t = &m.task[1][i];
    const struct plan_operand *kept = t->op == PLAN_OP_EXPERTS_DOWN ? &t->in2
                                      : t->op == PLAN_OP_ROPE_KV    ? &t->out
                                                                    : &t->in1;
    uint32_t n = exec_rows(&x, t);
    for (uint32_t r = 0; r < n && kept->region == PLAN_ACT && kept->row_bytes <= sizeof before[0];
         r++)
        memcpy(before[r], exec_in(&x, kept, r), kept->row_bytes);
    uint32_t middle = t->n_tiles / 2; /* in two ranges, the second one first */
    exec_tiles(&x, t, middle, t->n_tiles, scratch);
    if (middle)
        exec_tiles(&x, t, 0, middle, scratch);
    worst = 0;
    for (uint32_t r = 0; r < n; r++)
        check_row(t, r, before[r]);
    if (!(worst <= tolerance(t)))
        t_fail(__FILE__, __LINE__, "task %u (%s): relative error %g", i,
               plan_op_name((enum plan_op)t->op), worst);
}

static void check_all(bool interleaved)
{
    mini_open_as(&m, 1, KV_KIND_F32, interleaved);
    kern_table_init(&kern, KERN_REF);
    uint32_t pages0[] = {3}, pos[N_TOKENS] = {0, 1, 2, 3, 4}, seq[N_TOKENS] = {0};
    const uint32_t *pages[] = {pages0};
    int32_t token[N_TOKENS] = {5, 69, 0, 33, 5};
    uint32_t out_token[N_OUT] = {4, 1};
    x = (struct exec){.kern = &kern,
                      .plan = &m.plan,
                      .prog = &m.program[1],
                      .facts = {.n_tokens = N_TOKENS,
                                .n_outputs = N_OUT,
                                .token = token,
                                .pos = pos,
                                .seq = seq,
                                .pages = pages,
                                .out_token = out_token},
                      .weights = m.weights,
                      .act = mini_alloc(m.plan.act_bytes),
                      .kv = m.kv};
    uint8_t *scratch = mini_alloc(exec_scratch_bytes(&m.plan));
    uint32_t state = kern_float_state_set();
    for (uint32_t i = 0; i < m.program[1].n_tasks; i++)
        run_task(i, scratch);
    kern_float_state_restore(state);
    free(scratch);
    free(x.act);
    mini_close(&m);
}

T_TEST(operations_match_double_precision)
{
    check_all(false);
}

T_TEST(gate_and_up_of_one_stream_match_double_precision)
{
    check_all(true);
}

T_MAIN("target/exec")
