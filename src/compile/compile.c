#include "compile/compile.h"

#include <string.h>

#include "base/slice.h"
#include "compile/lower.h"
#include "compile/order.h"
#include "compile/place.h"
#include "compile/predict.h"
#include "compile/schedule.h"
#include "compile/weights.h"

enum { CHUNK_DEFAULT = 512, CHUNK_MAX = 1 << (PLAN_BUCKETS_MAX - 1), CONTEXT_MAX = 1 << 30 };

struct compiler {
    struct plan *p;
    const struct graph *g;
    const struct profile *prof;
    uint32_t chunk, first, outputs_max, per_output;
    struct weights weights;
    struct lowered lowered;
    struct order order;
    struct placement placement;
    struct arena scratch; /* freed at the end */
    takt_err *e;
};

static takt_rc check_options(const struct compile_options *o, takt_err *e)
{
    if (o->n_lanes < 1 || o->n_lanes > PLAN_LANES_MAX)
        return err_set(e, TAKT_ERR_USAGE, "plan", "%u lanes; takt takes 1 to %d", o->n_lanes,
                       PLAN_LANES_MAX);
    if (o->chunk > CHUNK_MAX)
        return err_set(e, TAKT_ERR_USAGE, "plan", "a chunk of %u tokens; takt takes 1 to %d",
                       o->chunk, CHUNK_MAX);
    if (o->n_ctx < 1 || o->n_ctx > CONTEXT_MAX)
        return err_set(e, TAKT_ERR_USAGE, "plan", "a context of %u positions; takt takes 1 to %d",
                       o->n_ctx, CONTEXT_MAX);
    return TAKT_OK;
}

/* ---- the plan's own facts ---- */

static enum kv_kind kv_kind_for(const struct weights *w, int asked)
{
    if (asked >= 0)
        return (enum kv_kind)asked;
    for (uint32_t i = 0; i < w->n_weights; i++)
        if (w->weight[i].form == PLAN_WEIGHT_MATRIX && w->weight[i].type != QTYPE_F32)
            return KV_KIND_BF16;
    return KV_KIND_F32;
}

static takt_rc describe(struct compiler *c, const struct compile_options *o)
{
    struct plan *p = c->p;
    const struct graph *g = c->g;
    const char *isa = o->isa ? o->isa : "";
    p->n_lanes = o->n_lanes;
    p->isa = arena_strndup(&p->arena, isa, strlen(isa));
    p->n_vocab = g->n_vocab;
    p->n_embd = g->n_embd;
    p->n_ctx = o->n_ctx;
    p->n_input = g->n_input;
    p->n_positions = g->n_positions;
    p->window = g->window;
    p->has_places = g->rope_sections[0] || g->rope_sections[1] || g->rope_sections[2];
    p->kv = (struct kv_shape){.kind = kv_kind_for(&c->weights, o->kv_kind),
                              .n_layers = g->n_layers,
                              .n_kv_heads = g->n_kv_heads,
                              .head_dim = g->head_dim,
                              .hdp = (uint32_t)size_round_up(g->head_dim, 32)};
    p->cross = (struct kv_shape){.kind = g->cross_f32 ? KV_KIND_F32 : KV_KIND_BF16,
                                 .n_layers = g->n_cross_layers,
                                 .n_kv_heads = g->n_cross_kv_heads,
                                 .head_dim = g->cross_head_dim,
                                 .hdp = (uint32_t)size_round_up(g->cross_head_dim, 32)};
    p->cross_page_bytes = kv_shape_page_bytes(&p->cross);
    p->kv_page_bytes = kv_shape_page_bytes(&p->kv);
    p->kv_bytes_per_token = p->kv_page_bytes / LAYOUT_PAGE;
    p->weight = c->weights.weight;
    p->n_weights = c->weights.n_weights;
    p->weights_bytes = c->weights.bytes;
    p->source_weight_bytes = c->weights.source_bytes;
    p->read_bytes_per_s = c->prof->read_bytes_per_s;
    p->int8_ops_per_s = c->prof->int8_ops_per_s;
    return p->isa ? TAKT_OK : err_set(c->e, TAKT_ERR_MEMORY, "plan", "not enough memory");
}

/* ---- programs ---- */

/* bind turns an operand of a virtual buffer into bytes. */
static void bind(struct plan_operand *o, const struct lower_buf *b, uint64_t offset,
                 uint32_t bucket)
{
    o->offset = offset;
    o->stride = b->stride;
    if (b->rows == LOWER_ROUTE_TABLE)
        o->row_bytes = plan_route_bytes(b->n_experts, b->n_used, bucket);
}

static void bind_task(struct plan_task *t, const struct lower_task *from, const struct lowered *l,
                      const uint64_t *offset, uint32_t bucket)
{
    *t = from->task;
    struct plan_operand *o[LOWER_SLOTS] = {&t->out, &t->in0, &t->in1, &t->in2};
    for (int k = 0; k < LOWER_SLOTS; k++)
        if (from->buf[k] != LOWER_NO_BUF)
            bind(o[k], &l->buf[from->buf[k]], offset[from->buf[k]] + from->at[k], bucket);
}

static takt_rc make_program(struct compiler *c, struct plan_program *prog, uint32_t bucket)
{
    const struct lowered *l = &c->lowered;
    struct plan *p = c->p;
    uint32_t most = bucket / c->per_output ? bucket / c->per_output : 1;
    uint32_t outputs = c->outputs_max < most ? c->outputs_max : most;
    uint64_t *offset = ARENA_ARRAY(&c->scratch, uint64_t, l->n_bufs);
    struct plan_task *task = ARENA_ARRAY(&p->arena, struct plan_task, l->n_tasks);
    struct plan_lane *lane = ARENA_ARRAY(&p->arena, struct plan_lane, p->n_lanes);
    if (!offset || !task || !lane)
        return err_set(c->e, TAKT_ERR_MEMORY, "plan", "not enough memory for its programs");
    *prog = (struct plan_program){.bucket = bucket,
                                  .n_outputs_max = outputs,
                                  .task = task,
                                  .n_tasks = l->n_tasks,
                                  .lane = lane};
    TAKT_TRY(place_buffers(offset, &prog->act_bytes, &c->placement, l, bucket, outputs, &c->scratch,
                           c->e));
    for (uint32_t i = 0; i < l->n_tasks; i++) {
        uint32_t rows = l->task[i].task.per_output ? outputs : bucket;
        bind_task(&task[i], &l->task[i], l, offset, bucket);
        schedule_tiles(&task[i], rows, p->n_lanes);
        const struct kv_shape *kv = task[i].op == PLAN_OP_CROSS_ATTN ? &p->cross : &p->kv;
        predict_task(&task[i], c->prof, kv, rows, p->n_lanes);
    }
    TAKT_TRY(schedule_lanes(lane, p->n_lanes, task, l->n_tasks, &p->arena, c->e));
    if (l->hidden_buf != LOWER_NO_BUF) {
        prog->hidden_task = l->hidden_task;
        prog->hidden = task[l->hidden_task].in0;
    }
    predict_program(prog, c->prof);
    prog->logits =
        (struct plan_operand){PLAN_ACT, offset[l->logits_buf], (uint64_t)p->n_vocab * sizeof(float),
                              l->buf[l->logits_buf].stride};
    if (prog->act_bytes > p->act_bytes)
        p->act_bytes = prog->act_bytes;
    return TAKT_OK;
}

static takt_rc make_programs(struct compiler *c)
{
    struct plan *p = c->p;
    p->program = ARENA_ARRAY(&p->arena, struct plan_program, PLAN_BUCKETS_MAX);
    if (!p->program)
        return err_set(c->e, TAKT_ERR_MEMORY, "plan", "not enough memory for its programs");
    for (uint32_t bucket = c->first; bucket < c->chunk; bucket *= 2)
        TAKT_TRY(make_program(c, &p->program[p->n_programs++], bucket));
    return make_program(c, &p->program[p->n_programs++], c->chunk);
}

static takt_rc compile(struct compiler *c, const struct model *m, const struct compile_options *o)
{
    const struct graph *g = c->g;
    TAKT_TRY(check_options(o, c->e));
    TAKT_TRY(weights_init(&c->weights, &c->p->arena, m, g->n_nodes * 4 + 8, c->e));
    TAKT_TRY(lower_graph(&c->lowered, &c->weights, &c->p->arena, g, c->e));
    TAKT_TRY(order_tasks(&c->order, &c->lowered, &c->scratch, c->e));
    TAKT_TRY(place_init(&c->placement, &c->lowered, &c->order, &c->scratch, c->e));
    TAKT_TRY(describe(c, o));
    return make_programs(c);
}

takt_rc compile_plan(struct plan *p, const struct graph *g, const struct model *m,
                     const struct profile *prof, const struct compile_options *opt, takt_err *e)
{
    *p = (struct plan){0};
    struct compiler c = {.p = p,
                         .g = g,
                         .prof = prof,
                         .chunk = opt->chunk ? opt->chunk : CHUNK_DEFAULT,
                         .first = opt->first ? opt->first : 1,
                         .per_output = opt->per_output ? opt->per_output : 1,
                         .outputs_max = opt->outputs_max ? opt->outputs_max : 1,
                         .e = e};
    takt_rc rc = compile(&c, m, opt);
    arena_free(&c.scratch);
    if (rc.code)
        plan_free(p);
    return rc;
}
