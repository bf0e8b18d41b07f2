/* What is fused: a LINEAR into the ADD that takes it (residual epilogue, in place), two LINEARs
 * into their SWIGLU, one into its GELU, EXPERTS into their ADD. Everything else is a task of its
 * own. A matmul's input is rounded to the form that its weights take: by the NORM that makes it,
 * or by a QUANT. */
#include "compile/lower.h"

#include <inttypes.h>
#include <string.h>

#include "base/slice.h"

_Static_assert((int)GRAPH_EXPERTS_MAX <= (int)PLAN_EXPERTS_MAX, "plans hold what graphs have");
_Static_assert((int)MLLAMA_INDICES <= (int)PLAN_INDEXES_MAX, "steps name rows of all tables");
_Static_assert((int)GRAPH_EXPERTS_USED_MAX <= (int)PLAN_EXPERTS_USED_MAX,
               "plans hold what graphs have");

enum { ACT_KINDS = ACT_A256 + 1 };

/* A graph value while it is lowered. */
struct value {
    uint32_t buf;              /* f32 rows; LOWER_NO_BUF until a task writes them */
    uint32_t act[ACT_KINDS];   /* the same rounded to a form */
    uint32_t n_uses, last_use; /* nodes that read it */
    bool per_output;
};

struct lowering {
    struct lowered *l;
    struct weights *w;
    struct arena *arena;
    const struct graph *g;
    struct value *value; /* by node */
    uint32_t rope_buf;
    takt_err *e;
    takt_rc rc;
};

static void fail(struct lowering *s, takt_code code, const char *where, const char *what)
{
    if (!s->rc.code)
        s->rc = err_set(s->e, code, where, "%s", what);
}

/* ---- making buffers and tasks ---- */

static uint32_t buf_new(struct lowering *s, enum lower_rows rows, uint64_t row_bytes)
{
    struct lowered *l = s->l;
    if (l->n_bufs == l->bufs_cap) {
        fail(s, TAKT_ERR_INTERNAL, "lowering", "too many buffers");
        return 0;
    }
    l->buf[l->n_bufs] =
        (struct lower_buf){.rows = rows, .stride = size_round_up(row_bytes, LAYOUT_ALIGN)};
    return l->n_bufs++;
}

static uint64_t f32_row(uint32_t cols)
{
    return size_round_up(cols, LAYOUT_ROWS) * sizeof(float);
}

static uint32_t rows_buf(struct lowering *s, bool per_output, uint64_t row_bytes)
{
    return buf_new(s, per_output ? LOWER_PER_OUTPUT : LOWER_PER_TOKEN, row_bytes);
}

/* label makes "blk.3.NAME", or NAME without ".weight" when it is a weight's. */
static const char *label(struct lowering *s, uint32_t layer, const char *name)
{
    static const char suffix[] = ".weight";
    size_t n = strlen(name), k = sizeof suffix - 1;
    const char *text;
    if (n > k && strcmp(name + n - k, suffix) == 0)
        text = arena_strndup(s->arena, name, n - k);
    else if (layer == UINT32_MAX)
        text = arena_strndup(s->arena, name, n);
    else
        text = arena_printf(s->arena, "blk.%" PRIu32 ".%s", layer, name);
    if (!text)
        fail(s, TAKT_ERR_MEMORY, "plan", "not enough memory");
    return text ? text : "";
}

/* task_new appends a task of OP for node N. Never NULL: after a failure it is the last one again,
 * which then counts nothing. */
static struct lower_task *task_new(struct lowering *s, enum plan_op op, const struct graph_node *n,
                                   const char *name, bool per_output)
{
    struct lowered *l = s->l;
    if (l->n_tasks == l->tasks_cap) {
        fail(s, TAKT_ERR_LIMIT, "plan", "the model needs more tasks than a plan holds");
        l->n_tasks--;
    }
    struct lower_task *t = &l->task[l->n_tasks++];
    *t = (struct lower_task){.task = {.op = (uint16_t)op,
                                      .layer = n->layer,
                                      .per_output = per_output,
                                      .sighted = n->sighted,
                                      .label = label(s, n->layer, name)},
                             .buf = {LOWER_NO_BUF, LOWER_NO_BUF, LOWER_NO_BUF, LOWER_NO_BUF}};
    return t;
}

static void operand(struct lower_task *t, enum lower_slot slot, uint32_t buf, uint64_t row_bytes,
                    bool writes)
{
    struct plan_operand *o[LOWER_SLOTS] = {&t->task.out, &t->task.in0, &t->task.in1, &t->task.in2};
    *o[slot] = (struct plan_operand){.region = PLAN_ACT, .row_bytes = row_bytes};
    t->buf[slot] = buf;
    t->writes[slot] = writes;
}

static void reads(struct lower_task *t, enum lower_slot slot, uint32_t buf, uint64_t row_bytes)
{
    operand(t, slot, buf, row_bytes, false);
}

static void writes(struct lower_task *t, enum lower_slot slot, uint32_t buf, uint64_t row_bytes)
{
    operand(t, slot, buf, row_bytes, true);
}

/* ---- values ---- */

/* act_buf gives the buffer that holds value V in FORM, adding a QUANT when there is none. */
static uint32_t act_buf(struct lowering *s, uint32_t v, enum act_kind form)
{
    struct value *x = &s->value[v];
    const struct graph_node *n = &s->g->node[v];
    if (x->act[form] != LOWER_NO_BUF)
        return x->act[form];
    if (x->buf == LOWER_NO_BUF) {
        fail(s, TAKT_ERR_INTERNAL, "lowering", "a value is read that no task writes");
        return 0;
    }
    const char *name = n->op == GRAPH_ATTENTION                       ? "attn.quant"
                       : n->op == GRAPH_SWIGLU || n->op == GRAPH_GELU ? "ffn.quant"
                                                                      : "quant";
    struct lower_task *t = task_new(s, PLAN_OP_QUANT, n, name, x->per_output);
    uint64_t stride = layout_act_stride(form, n->cols);
    x->act[form] = rows_buf(s, x->per_output, stride);
    t->task.act = (uint8_t)form;
    t->task.cols = n->cols;
    reads(t, LOWER_IN0, x->buf, n->cols * sizeof(float));
    writes(t, LOWER_OUT, x->act[form], stride);
    return x->act[form];
}

/* plain: LINEAR V has one reader and nothing to do after its sum but, perhaps, a bias. */
static bool plain(const struct lowering *s, uint32_t v)
{
    return v != GRAPH_NO_VALUE && s->g->node[v].op == GRAPH_LINEAR && s->value[v].n_uses == 1 &&
           s->g->node[v].scale == 1.0f;
}

/* paired: the two factors of a SWIGLU are products of one rounded input, so that one task can do
 * both. */
static bool paired(const struct lowering *s, const struct graph_node *swiglu)
{
    if (swiglu->a == swiglu->b || !plain(s, swiglu->a) || !plain(s, swiglu->b))
        return false;
    const struct graph_node *gate = &s->g->node[swiglu->a], *up = &s->g->node[swiglu->b];
    return gate->a == up->a && gate->cols == up->cols && !gate->bias && !up->bias &&
           layout_act_for(gate->w->type) == layout_act_for(up->w->type);
}

/* deferred: the only reader of LINEAR V takes it in, so it gets no task of its own. */
static bool deferred(const struct lowering *s, uint32_t v)
{
    if (!plain(s, v))
        return false;
    const struct graph_node *user = &s->g->node[s->value[v].last_use];
    bool second = user->b == v && user->a != v;
    return (user->op == GRAPH_ADD && second) || user->op == GRAPH_GELU ||
           (user->op == GRAPH_SWIGLU && (second || paired(s, user)));
}

/* ---- operations ---- */

static void lower_rope_table(struct lowering *s)
{
    static const struct graph_node outside = {.layer = UINT32_MAX};
    struct lower_task *t = task_new(s, PLAN_OP_ROPE_TABLE, &outside, "rope_table", false);
    uint64_t row = s->g->rope_dims * sizeof(float);
    s->rope_buf = buf_new(s, LOWER_PER_TOKEN, row);
    t->task.rope_dims = s->g->rope_dims;
    memcpy(t->task.sections, s->g->rope_sections, sizeof t->task.sections);
    t->task.in0 = weights_const(s->w, "rope.inv_freq", s->g->inv_freq, s->g->rope_dims / 2);
    writes(t, LOWER_OUT, s->rope_buf, row);
}

/* What a step brings, in the forms that its readers take. */
static void lower_input(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    for (uint32_t u = v + 1; u <= s->value[v].last_use; u++) {
        const struct graph_node *r = &s->g->node[u];
        if (r->a != v || r->op != GRAPH_LINEAR)
            continue;
        enum act_kind form = layout_act_for(r->w->type);
        if (s->value[v].act[form] != LOWER_NO_BUF)
            continue;
        struct lower_task *t = task_new(s, PLAN_OP_QUANT, n, "input", false);
        uint64_t stride = layout_act_stride(form, n->cols);
        s->value[v].act[form] = buf_new(s, LOWER_PER_TOKEN, stride);
        t->task.act = (uint8_t)form;
        t->task.cols = n->cols;
        t->task.in0 = (struct plan_operand){.region = PLAN_FACTS,
                                            .offset = n->first * sizeof(float),
                                            .row_bytes = n->cols * sizeof(float)};
        writes(t, LOWER_OUT, s->value[v].act[form], stride);
    }
}

static void lower_position(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    struct lower_task *t = task_new(s, PLAN_OP_POSITION, n, n->w->name, false);
    s->value[v].buf = buf_new(s, LOWER_PER_TOKEN, f32_row(n->cols));
    t->task.w0 = weights_matrix(s->w, n->w);
    t->task.cols = n->cols;
    if (n->bias)
        t->task.in0 = weights_vector(s->w, n->bias);
    writes(t, LOWER_OUT, s->value[v].buf, f32_row(n->cols));
}

static void lower_embed(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    struct lower_task *t = task_new(s, PLAN_OP_EMBED, n, n->w->name, false);
    s->value[v].buf = buf_new(s, LOWER_PER_TOKEN, f32_row(n->cols));
    t->task.w0 = weights_matrix(s->w, n->w);
    t->task.scale = n->scale;
    t->task.cols = n->cols;
    writes(t, LOWER_OUT, s->value[v].buf, f32_row(n->cols));
}

/* The forms in which value V is read; ACT_NONE: as f32 rows. */
static void forms_of(const struct lowering *s, uint32_t v, bool wanted[ACT_KINDS])
{
    for (uint32_t u = v + 1; u <= s->value[v].last_use; u++) {
        const struct graph_node *r = &s->g->node[u];
        if (r->a != v && r->b != v)
            continue;
        if (r->op == GRAPH_LINEAR) {
            wanted[layout_act_for(r->w->type)] = true;
        } else if (r->op == GRAPH_EXPERTS) {
            wanted[layout_act_for(r->router->type)] = true;
            wanted[layout_act_for(r->gate->type)] = true;
        } else {
            wanted[ACT_NONE] = true;
        }
    }
}

/* One task per form that readers need: rounding is part of it, so it reads its input once per form.
 */
static void lower_norm(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    const struct graph_node *in = &s->g->node[n->a];
    bool gather = in->op == GRAPH_GATHER_OUTPUTS;
    bool wanted[ACT_KINDS] = {false};
    forms_of(s, v, wanted);
    s->value[v].per_output = gather || s->value[n->a].per_output;
    for (enum act_kind form = ACT_NONE; form <= ACT_A256; form++) {
        if (!wanted[form])
            continue;
        enum plan_op op = n->op == GRAPH_LAYER_NORM ? PLAN_OP_LAYER_NORM : PLAN_OP_NORM;
        struct lower_task *t = task_new(s, op, n, n->w->name, s->value[v].per_output);
        uint64_t stride = form == ACT_NONE ? f32_row(n->cols) : layout_act_stride(form, n->cols);
        uint32_t out = rows_buf(s, s->value[v].per_output, stride);
        *(form == ACT_NONE ? &s->value[v].buf : &s->value[v].act[form]) = out;
        t->task.act = (uint8_t)form;
        t->task.gather = gather;
        t->task.blanks = n->blanks;
        t->task.cols = n->cols;
        t->task.eps = n->eps;
        t->task.in1 = weights_vector(s->w, n->w);
        if (n->bias)
            t->task.in2 = weights_vector(s->w, n->bias);
        reads(t, LOWER_IN0, s->value[gather ? in->a : n->a].buf, n->cols * sizeof(float));
        if (gather) {
            s->l->hidden_buf = s->value[in->a].buf;
            s->l->hidden_task = s->l->n_tasks - 1;
        }
        writes(t, LOWER_OUT, out, stride);
    }
}

/* emit_matmul adds LINEAR V with its result in OUT; the caller sets the epilogue. */
static struct lower_task *emit_matmul(struct lowering *s, uint32_t v, uint32_t out)
{
    const struct graph_node *n = &s->g->node[v];
    enum act_kind form = layout_act_for(n->w->type);
    uint32_t in = act_buf(s, n->a, form);
    const char *name = v == s->g->logits ? "output" : n->w->name; /* whose weights may be tied */
    struct lower_task *t = task_new(s, PLAN_OP_MATMUL, n, name, s->value[v].per_output);
    t->task.act = (uint8_t)form;
    t->task.cols = n->w->cols;
    t->task.w0 = weights_matrix(s->w, n->w);
    t->task.scale = 1.0f;
    if (n->bias) {
        t->task.bias_rows = n->bias->cols;
        t->task.in2 = weights_vector(s->w, n->bias);
    }
    reads(t, LOWER_IN0, in, layout_act_stride(form, n->w->cols));
    writes(t, LOWER_OUT, out, f32_row(n->w->rows));
    return t;
}

static void lower_linear(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    s->value[v].per_output = s->value[n->a].per_output;
    if (deferred(s, v)) {
        act_buf(s, n->a, layout_act_for(n->w->type)); /* before a later task overwrites the input */
        return;
    }
    s->value[v].buf = rows_buf(s, s->value[v].per_output, f32_row(n->cols));
    struct lower_task *t = emit_matmul(s, v, s->value[v].buf);
    if (n->scale != 1.0f) {
        t->task.epilogue = PLAN_EPI_SCALE;
        t->task.scale = n->scale;
    }
}

/* One stream where the two agree, else two matrices. */
static void gate_up_weights(struct lowering *s, struct plan_task *t,
                            const struct graph_weight *gate, const struct graph_weight *up)
{
    t->interleaved = weights_pair(s->w, gate, up, &t->w0, &t->w1);
    if (t->interleaved)
        return;
    t->w0 = weights_matrix(s->w, gate);
    t->w1 = weights_matrix(s->w, up);
}

static void lower_gate_up(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    const struct graph_node *gate = &s->g->node[n->a], *up = &s->g->node[n->b];
    enum act_kind form = layout_act_for(gate->w->type);
    uint32_t in = act_buf(s, gate->a, form);
    s->value[v].buf = rows_buf(s, s->value[v].per_output, f32_row(n->cols));
    struct lower_task *t = task_new(s, PLAN_OP_GATE_UP, n, "ffn_gate_up", s->value[v].per_output);
    t->task.act = (uint8_t)form;
    t->task.cols = gate->w->cols;
    gate_up_weights(s, &t->task, gate->w, up->w);
    reads(t, LOWER_IN0, in, layout_act_stride(form, gate->w->cols));
    writes(t, LOWER_OUT, s->value[v].buf, f32_row(n->cols));
}

/* result_buf: where value V, made of rows like those of A and element by element, can lie: in A's
 * place when V is the last to read it. */
static uint32_t result_buf(struct lowering *s, uint32_t v, uint32_t a)
{
    return s->value[a].last_use == v
               ? s->value[a].buf
               : rows_buf(s, s->value[v].per_output, f32_row(s->g->node[v].cols));
}

/* One task for both products where they read the same input; otherwise the gate's is a matmul of
 * its own and up's epilogue takes it in. */
static void lower_swiglu(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    s->value[v].per_output = s->value[n->a].per_output;
    if (paired(s, n)) {
        lower_gate_up(s, v);
        return;
    }
    uint32_t gate = s->value[n->a].buf;
    if (gate == LOWER_NO_BUF || !deferred(s, n->b)) {
        fail(s, TAKT_ERR_UNSUPPORTED, "lowering",
             "a gate whose second factor is no matrix product");
        return;
    }
    s->value[v].buf = result_buf(s, v, n->a);
    struct lower_task *t = emit_matmul(s, n->b, s->value[v].buf);
    t->task.epilogue = PLAN_EPI_SWIGLU;
    reads(t, LOWER_IN1, gate, n->cols * sizeof(float));
}

static void lower_gelu(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    s->value[v].per_output = s->value[n->a].per_output;
    if (!deferred(s, n->a)) {
        fail(s, TAKT_ERR_UNSUPPORTED, "lowering", "a GELU of what is no matrix product");
        return;
    }
    s->value[v].buf = rows_buf(s, s->value[v].per_output, f32_row(n->cols));
    struct lower_task *t = emit_matmul(s, n->a, s->value[v].buf);
    t->task.epilogue = PLAN_EPI_GELU;
    t->task.linear = n->linear;
    t->task.cubic = n->cubic;
}

static void lower_copy(struct lowering *s, uint32_t v, uint32_t from, uint32_t at)
{
    const struct graph_node *n = &s->g->node[v];
    uint32_t cols = s->g->node[from].cols;
    if (s->value[from].buf == LOWER_NO_BUF || at % LAYOUT_ROWS) {
        fail(s, TAKT_ERR_UNSUPPORTED, "lowering", "values side by side that are no multiple of 16");
        return;
    }
    struct lower_task *t = task_new(s, PLAN_OP_COPY, n, "concat", s->value[v].per_output);
    t->task.cols = cols;
    reads(t, LOWER_IN0, s->value[from].buf, cols * sizeof(float));
    writes(t, LOWER_OUT, s->value[v].buf, cols * sizeof(float));
    t->at[LOWER_OUT] = at * (uint32_t)sizeof(float);
}

static void lower_concat(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    s->value[v].per_output = s->value[n->a].per_output;
    s->value[v].buf = rows_buf(s, s->value[v].per_output, f32_row(n->cols));
    lower_copy(s, v, n->a, 0);
    lower_copy(s, v, n->b, s->g->node[n->a].cols);
}

static void lower_merge(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    uint32_t cols = s->g->node[n->a].cols;
    if (s->value[n->a].buf == LOWER_NO_BUF || s->value[n->a].per_output) {
        fail(s, TAKT_ERR_UNSUPPORTED, "lowering", "rows side by side that are no token's");
        return;
    }
    s->value[v].per_output = true;
    s->value[v].buf = rows_buf(s, true, f32_row(n->cols));
    struct lower_task *t = task_new(s, PLAN_OP_MERGE, n, "merge", true);
    t->task.gather = true;
    t->task.cols = cols;
    t->task.merge_across = n->block.across;
    t->task.merge_down = n->block.down;
    t->task.merge_stride = n->block.stride;
    t->task.woven = n->block.woven;
    reads(t, LOWER_IN0, s->value[n->a].buf, cols * sizeof(float));
    writes(t, LOWER_OUT, s->value[v].buf, n->cols * sizeof(float));
}

static void lower_attention(struct lowering *s, uint32_t v)
{
    const struct graph *g = s->g;
    const struct graph_node *n = &g->node[v];
    uint64_t q_row = (uint64_t)g->n_heads * g->head_dim * sizeof(float);
    uint64_t k_row = (uint64_t)g->n_kv_heads * g->head_dim * sizeof(float);
    uint32_t q = s->value[n->a].buf;
    if (s->value[n->a].n_uses != 1 || n->a == n->b || n->a == n->c)
        fail(s, TAKT_ERR_INTERNAL, "lowering", "queries are rotated in place but read elsewhere");
    struct lower_task *t = task_new(s, PLAN_OP_ROPE_KV, n, "rope_kv", false);
    t->task.rope_pairs = g->rope_pairs;
    t->task.kv_layer = n->kv_layer;
    t->task.n_heads = g->n_heads;
    t->task.n_kv_heads = g->n_kv_heads;
    t->task.head_dim = g->head_dim;
    t->task.rope_dims = g->rope_dims;
    writes(t, LOWER_OUT, q, q_row);
    reads(t, LOWER_IN0, s->value[n->b].buf, k_row);
    reads(t, LOWER_IN1, s->value[n->c].buf, k_row);
    if (g->rope_dims)
        reads(t, LOWER_IN2, s->rope_buf, g->rope_dims * sizeof(float));

    s->value[v].buf = buf_new(s, LOWER_PER_TOKEN, q_row);
    t = task_new(s, PLAN_OP_ATTN, n, "attn", false);
    t->task.n_heads = g->n_heads;
    t->task.n_kv_heads = g->n_kv_heads;
    t->task.head_dim = g->head_dim;
    t->task.window = g->window;
    t->task.near = n->near;
    t->task.kv_layer = n->kv_layer;
    t->task.scale = n->scale;
    reads(t, LOWER_IN0, q, q_row);
    writes(t, LOWER_OUT, s->value[v].buf, q_row);
}

/* ---- pictures ---- */

static void lower_table(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    uint32_t in = s->value[n->a].buf;
    s->value[v].per_output = s->value[n->a].per_output;
    s->value[v].buf = result_buf(s, v, n->a);
    struct lower_task *t = task_new(s, PLAN_OP_TABLE, n, n->w->name, s->value[v].per_output);
    t->task.w0 = weights_matrix(s->w, n->w);
    t->task.scale = n->scale;
    t->task.index = n->index;
    t->task.cols = n->cols;
    reads(t, LOWER_IN0, in, n->cols * sizeof(float));
    writes(t, LOWER_OUT, s->value[v].buf, f32_row(n->cols));
}

static void lower_head_norm(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    uint32_t in = s->value[n->a].buf;
    s->value[v].per_output = s->value[n->a].per_output;
    s->value[v].buf = result_buf(s, v, n->a);
    struct lower_task *t = task_new(s, PLAN_OP_HEAD_NORM, n, n->w->name, s->value[v].per_output);
    t->task.cols = n->cols;
    t->task.head_dim = n->w->cols;
    t->task.eps = n->eps;
    t->task.in1 = weights_vector(s->w, n->w);
    reads(t, LOWER_IN0, in, n->cols * sizeof(float));
    writes(t, LOWER_OUT, s->value[v].buf, f32_row(n->cols));
}

static void cross_shape(const struct graph *g, struct plan_task *t, const struct graph_node *n)
{
    t->n_kv_heads = g->n_cross_kv_heads;
    t->head_dim = g->cross_head_dim;
    t->kv_layer = n->kv_layer;
}

static void lower_cross_kv(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    struct lower_task *t = task_new(s, PLAN_OP_CROSS_KV, n, "cross_kv", false);
    cross_shape(s->g, &t->task, n);
    t->task.n_heads = t->task.n_kv_heads;
    reads(t, LOWER_IN0, s->value[n->a].buf, n->cols * sizeof(float));
    reads(t, LOWER_IN1, s->value[n->b].buf, n->cols * sizeof(float));
}

static void lower_cross_attention(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    s->value[v].buf = buf_new(s, LOWER_PER_TOKEN, f32_row(n->cols));
    struct lower_task *t = task_new(s, PLAN_OP_CROSS_ATTN, n, "cross_attn", false);
    cross_shape(s->g, &t->task, n);
    t->task.n_heads = s->g->n_heads;
    t->task.scale = n->scale;
    reads(t, LOWER_IN0, s->value[n->a].buf, n->cols * sizeof(float));
    writes(t, LOWER_OUT, s->value[v].buf, n->cols * sizeof(float));
}

/* Each part goes to every n-th value behind those of a. */
static void lower_interleave(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    uint32_t cols = s->g->node[n->part[0]].cols;
    s->value[v].per_output = s->value[n->a].per_output;
    s->value[v].buf = rows_buf(s, s->value[v].per_output, f32_row(n->cols));
    lower_copy(s, v, n->a, 0);
    for (uint32_t i = 0; i < n->n_parts; i++) {
        lower_copy(s, v, n->part[i], s->g->node[n->a].cols);
        struct lower_task *t = &s->l->task[s->l->n_tasks - 1];
        t->task.every = n->n_parts;
        t->task.first = i;
        t->task.out.row_bytes = (uint64_t)n->n_parts * cols * sizeof(float);
    }
}

/* ---- experts ---- */

static struct lower_task *experts_task(struct lowering *s, enum plan_op op, uint32_t v,
                                       const char *name)
{
    const struct graph_node *n = &s->g->node[v];
    struct lower_task *t = task_new(s, op, n, name, s->value[v].per_output);
    t->task.n_experts = n->router->rows;
    t->task.n_experts_used = n->n_experts_used;
    return t;
}

/* lower_route: router logits, the choice, and the tokens grouped by expert. Returns the grouping
 * table. */
static uint32_t lower_route(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    bool per_output = s->value[v].per_output;
    enum act_kind form = layout_act_for(n->router->type);
    uint32_t in = act_buf(s, n->a, form);
    uint32_t n_experts = n->router->rows;
    uint32_t logits = rows_buf(s, per_output, f32_row(n_experts));
    struct lower_task *t = task_new(s, PLAN_OP_MATMUL, n, n->router->name, per_output);
    t->task.act = (uint8_t)form;
    t->task.cols = n->router->cols;
    t->task.w0 = weights_matrix(s->w, n->router);
    t->task.scale = 1.0f;
    reads(t, LOWER_IN0, in, layout_act_stride(form, n->router->cols));
    writes(t, LOWER_OUT, logits, f32_row(n_experts));

    uint32_t table = buf_new(s, LOWER_ROUTE_TABLE, 0);
    s->l->buf[table].n_experts = n_experts;
    s->l->buf[table].n_used = n->n_experts_used;
    uint64_t row = 8ull * n->n_experts_used;
    t = experts_task(s, PLAN_OP_ROUTE, v, "ffn_route");
    t->task.norm_topk = n->norm_topk;
    reads(t, LOWER_IN0, logits, n_experts * sizeof(float));
    writes(t, LOWER_IN1, table, 0);
    writes(t, LOWER_OUT, rows_buf(s, per_output, row), row);
    return table;
}

/* lower_experts: all but the last product, which the ADD takes in. The table is kept as the value's
 * buffer, the rounded rows as its act form. */
static void lower_experts(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    s->value[v].per_output = s->value[n->a].per_output;
    bool per_output = s->value[v].per_output;
    enum act_kind form = layout_act_for(n->gate->type), down = layout_act_for(n->down->type);
    if (form != layout_act_for(n->up->type)) {
        fail(s, TAKT_ERR_UNSUPPORTED, n->up->name,
             "gate and up experts must have types that take the same form of input");
        return;
    }
    uint32_t in = act_buf(s, n->a, form), table = lower_route(s, v), used = n->n_experts_used;
    uint64_t wide = used * f32_row(n->gate->rows);
    uint64_t act = used * layout_act_stride(down, n->down->cols);
    uint32_t hidden = rows_buf(s, per_output, wide), rounded = rows_buf(s, per_output, act);

    struct lower_task *t = experts_task(s, PLAN_OP_EXPERTS_GATE_UP, v, "ffn_gate_up_exps");
    t->task.act = (uint8_t)form;
    t->task.cols = n->gate->cols;
    gate_up_weights(s, &t->task, n->gate, n->up);
    reads(t, LOWER_IN0, in, layout_act_stride(form, n->gate->cols));
    reads(t, LOWER_IN1, table, 0);
    writes(t, LOWER_OUT, hidden, wide);

    t = experts_task(s, PLAN_OP_EXPERTS_QUANT, v, "ffn_exps.quant");
    t->task.act = (uint8_t)down;
    t->task.cols = n->down->cols;
    reads(t, LOWER_IN0, hidden, wide);
    writes(t, LOWER_OUT, rounded, act);
    s->value[v].buf = table;
    s->value[v].act[down] = rounded;
}

static struct lower_task *emit_experts_down(struct lowering *s, uint32_t v, uint32_t out)
{
    const struct graph_node *n = &s->g->node[v];
    enum act_kind form = layout_act_for(n->down->type);
    struct lower_task *t = experts_task(s, PLAN_OP_EXPERTS_DOWN, v, n->down->name);
    t->task.act = (uint8_t)form;
    t->task.cols = n->down->cols;
    t->task.w0 = weights_matrix(s->w, n->down);
    reads(t, LOWER_IN0, s->value[v].act[form],
          n->n_experts_used * layout_act_stride(form, n->down->cols));
    reads(t, LOWER_IN1, s->value[v].buf, 0);
    writes(t, LOWER_OUT, out, f32_row(n->cols));
    return t;
}

static void lower_add(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v], *y = &s->g->node[n->b];
    uint32_t x = s->value[n->a].buf;
    bool experts = y->op == GRAPH_EXPERTS && s->value[n->b].n_uses == 1;
    s->value[v].per_output = s->value[n->a].per_output;
    if (x == LOWER_NO_BUF || (!experts && !deferred(s, n->b))) {
        fail(s, TAKT_ERR_UNSUPPORTED, "lowering", "a sum whose second term is no matrix product");
        return;
    }
    uint32_t out = result_buf(s, v, n->a);
    s->value[v].buf = out;
    struct lower_task *t = experts ? emit_experts_down(s, n->b, out) : emit_matmul(s, n->b, out);
    if (!experts)
        t->task.epilogue = PLAN_EPI_RESIDUAL;
    t->task.scale = n->scale;
    reads(t, experts ? LOWER_IN2 : LOWER_IN1, x, n->cols * sizeof(float));
}

/* ---- all together ---- */

static void count_use(struct lowering *s, uint32_t v, uint32_t user)
{
    if (v == GRAPH_NO_VALUE)
        return;
    s->value[v].n_uses++;
    s->value[v].last_use = user;
}

static takt_rc lowering_init(struct lowering *s)
{
    const struct graph *g = s->g;
    struct lowered *l = s->l;
    uint64_t tasks = 4ull * g->n_nodes + 4; /* at most 6 for EXPERTS, which are one node in five */
    l->tasks_cap = tasks < PLAN_TASKS_MAX ? (uint32_t)tasks : PLAN_TASKS_MAX;
    l->bufs_cap = 2 * l->tasks_cap;
    l->task = ARENA_ARRAY(s->arena, struct lower_task, l->tasks_cap);
    l->buf = ARENA_ARRAY(s->arena, struct lower_buf, l->bufs_cap);
    s->value = ARENA_ARRAY(s->arena, struct value, g->n_nodes);
    if (!l->task || !l->buf || !s->value)
        return err_set(s->e, TAKT_ERR_MEMORY, "plan", "not enough memory");
    for (uint32_t v = 0; v < g->n_nodes; v++) {
        s->value[v].buf = LOWER_NO_BUF;
        for (int k = 0; k < ACT_KINDS; k++)
            s->value[v].act[k] = LOWER_NO_BUF;
        count_use(s, g->node[v].a, v);
        count_use(s, g->node[v].b, v);
        count_use(s, g->node[v].c, v);
        for (uint32_t k = 0; k < g->node[v].n_parts; k++)
            count_use(s, g->node[v].part[k], v);
    }
    return TAKT_OK;
}

static void lower_node(struct lowering *s, uint32_t v)
{
    const struct graph_node *n = &s->g->node[v];
    switch (n->op) {
    case GRAPH_EMBED: lower_embed(s, v); break;
    case GRAPH_INPUT: lower_input(s, v); break;
    case GRAPH_POSITION: lower_position(s, v); break;
    case GRAPH_NORM:
    case GRAPH_LAYER_NORM: lower_norm(s, v); break;
    case GRAPH_LINEAR: lower_linear(s, v); break;
    case GRAPH_ATTENTION: lower_attention(s, v); break;
    case GRAPH_SWIGLU: lower_swiglu(s, v); break;
    case GRAPH_GELU: lower_gelu(s, v); break;
    case GRAPH_CONCAT: lower_concat(s, v); break;
    case GRAPH_MERGE: lower_merge(s, v); break;
    case GRAPH_INTERLEAVE: lower_interleave(s, v); break;
    case GRAPH_TABLE: lower_table(s, v); break;
    case GRAPH_HEAD_NORM: lower_head_norm(s, v); break;
    case GRAPH_CROSS_KV: lower_cross_kv(s, v); break;
    case GRAPH_CROSS_ATTENTION: lower_cross_attention(s, v); break;
    case GRAPH_ADD: lower_add(s, v); break;
    case GRAPH_EXPERTS: lower_experts(s, v); break;
    case GRAPH_GATHER_OUTPUTS: /* done by the NORM that reads it */
        if (s->value[v].n_uses != 1 || s->g->node[s->value[v].last_use].op != GRAPH_NORM)
            fail(s, TAKT_ERR_UNSUPPORTED, "lowering", "outputs that no norm gathers");
        break;
    case GRAPH_OP_COUNT: fail(s, TAKT_ERR_INTERNAL, "lowering", "an unknown operation"); break;
    }
}

takt_rc lower_graph(struct lowered *l, struct weights *w, struct arena *arena,
                    const struct graph *g, takt_err *e)
{
    struct lowering s = {.l = l, .w = w, .arena = arena, .g = g, .e = e};
    *l = (struct lowered){.hidden_buf = LOWER_NO_BUF};
    if (g->logits >= g->n_nodes || g->node[g->logits].op != GRAPH_LINEAR)
        return err_set(e, TAKT_ERR_INTERNAL, "lowering", "the graph does not end in logits");
    TAKT_TRY(lowering_init(&s));
    if (g->rope_dims)
        lower_rope_table(&s);
    for (uint32_t v = 0; v < g->n_nodes && !s.rc.code && !w->rc.code; v++)
        lower_node(&s, v);
    TAKT_TRY(s.rc);
    TAKT_TRY(w->rc);
    l->logits_buf = s.value[g->logits].buf;
    return TAKT_OK;
}
