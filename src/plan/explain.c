#include "plan/explain.h"

#include <inttypes.h>
#include <stdarg.h>

static const char *const legend =
    "addr      place in the lane's stream\n"
    "task      number of the task, and of the counter that each of its finished tiles raises\n"
    "tiles     first-last of the task's tiles that this instruction runs, of how many\n"
    "us        predicted for this instruction on this lane, without what a context adds\n"
    "waits     task=count: counters that must have reached count before the first tile\n"
    "operands  region+offset:stride, a row per token; weights type rows x columns +offset\n"
    "Opcodes: takt plan --explain-ops. Waits alone order the work: a lane may take over tiles.\n";

/* ---- columns -----------------------------------------------------------------------------------
 */

/* Text that grows from left to right in a buffer and is cut at its end. */
struct line {
    char text[512];
    size_t n;
};

__attribute__((format(printf, 2, 3))) static void put(struct line *l, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(l->text + l->n, sizeof l->text - l->n, fmt, args);
    va_end(args);
    if (n > 0)
        l->n += (size_t)n < sizeof l->text - l->n ? (size_t)n : sizeof l->text - l->n - 1;
}

static void put_waits(struct line *l, const struct plan_program *prog, const struct plan_task *t)
{
    for (uint32_t k = 0; k < t->n_waits; k++)
        put(l, "%s%u=%u", k ? "," : "", t->wait[k], prog->task[t->wait[k]].n_tiles);
}

static void put_operand(struct line *l, const char *name, const struct plan_operand *o)
{
    static const char *const regions[] = {"-", "weights", "act", "kv", "facts", "cross"};
    if (o->region == PLAN_NONE)
        return;
    put(l, " %s=%s+%" PRIu64, name, regions[o->region], o->offset);
    if (o->stride)
        put(l, ":%" PRIu64, o->stride);
}

static void put_matrix(struct line *l, const char *name, const struct plan_matrix *w)
{
    if (!w->rows)
        return;
    put(l, " %s=%s ", name, qtype_name(w->type));
    if (w->n_experts)
        put(l, "%ux", w->n_experts);
    put(l, "%ux%u +%" PRIu64, w->rows, w->cols, w->offset);
}

/* What the operation has besides operands. */
static void put_details(struct line *l, const struct plan_task *t)
{
    if (t->act != ACT_NONE)
        put(l, " %s", layout_act_name((enum act_kind)t->act));
    if (t->epilogue == PLAN_EPI_SCALE || t->op == PLAN_OP_EMBED)
        put(l, " scale=%g", (double)t->scale);
    if (t->epilogue == PLAN_EPI_RESIDUAL || t->op == PLAN_OP_EXPERTS_DOWN)
        put(l, " residual=%g", (double)t->scale);
    if (t->epilogue == PLAN_EPI_SWIGLU)
        put(l, " swiglu");
    if (t->epilogue == PLAN_EPI_GELU && t->linear == 0)
        put(l, " gelu");
    else if (t->epilogue == PLAN_EPI_GELU)
        put(l, " gelu=%g,%g", (double)t->linear, (double)t->cubic);
    if (t->bias_rows)
        put(l, " bias=%u", t->bias_rows);
    if (t->interleaved)
        put(l, " interleaved");
    if (t->op == PLAN_OP_NORM || t->op == PLAN_OP_LAYER_NORM)
        put(l, " eps=%g%s%s", (double)t->eps, t->gather ? " gather" : "",
            t->blanks ? " blanks" : "");
    if (t->op == PLAN_OP_MERGE)
        put(l, " rows=%ux%u:%u%s", t->merge_across, t->merge_down, t->merge_stride,
            t->woven ? " woven" : "");
    if (t->per_output)
        put(l, " per output");
    if (t->op == PLAN_OP_ROPE_TABLE || t->op == PLAN_OP_ROPE_KV)
        put(l, " rope=%u%s", t->rope_dims, t->rope_pairs ? " pairs" : "");
    if (t->sections[0] || t->sections[1] || t->sections[2])
        put(l, " sections=%u/%u/%u", t->sections[0], t->sections[1], t->sections[2]);
    if (t->op == PLAN_OP_ROPE_KV || t->op == PLAN_OP_ATTN)
        put(l, " heads=%u/%u x %u", t->n_heads, t->n_kv_heads, t->head_dim);
    if (t->op == PLAN_OP_CROSS_KV || t->op == PLAN_OP_CROSS_ATTN)
        put(l, " heads=%u/%u x %u", t->n_heads, t->n_kv_heads, t->head_dim);
    if (t->op == PLAN_OP_HEAD_NORM)
        put(l, " eps=%g heads of %u", (double)t->eps, t->head_dim);
    if (t->op == PLAN_OP_TABLE)
        put(l, " scale=%g index=%u", (double)t->scale, t->index);
    if (t->every)
        put(l, " to=%u+%u", t->first, t->every);
    if (t->sighted)
        put(l, " with pictures");
    if (t->op == PLAN_OP_ATTN && t->window)
        put(l, " window=%u", t->window);
    if (t->near)
        put(l, " near=%u", t->near);
    if (t->n_experts)
        put(l, " experts=%u/%u", t->n_experts_used, t->n_experts);
    if (t->ns_per_context > 0)
        put(l, " +%.2f ns a position", t->ns_per_context);
}

/* ---- listing -----------------------------------------------------------------------------------
 */

static bool is_wanted(const struct plan_task *t, const struct explain_filter *filter)
{
    return filter->layer == EXPLAIN_ALL || (int64_t)t->layer == filter->layer;
}

static void print_instr(FILE *f, const struct plan_program *prog, uint32_t addr,
                        const struct plan_instr *in)
{
    const struct plan_task *t = &prog->task[in->task];
    struct line tiles = {.n = 0}, waits = {.n = 0}, rest = {.n = 0};
    put(&tiles, "%u-%u/%u", in->tile_begin, in->tile_end - 1, t->n_tiles);
    put_waits(&waits, prog, t);
    put_operand(&rest, "out", &t->out);
    put_operand(&rest, "in0", &t->in0);
    put_operand(&rest, "in1", &t->in1);
    put_operand(&rest, "in2", &t->in2);
    put_matrix(&rest, "w0", &t->w0);
    put_matrix(&rest, "w1", &t->w1);
    put(&rest, " --");
    put_details(&rest, t);
    if (t->label)
        put(&rest, " %s", t->label);
    fprintf(f, "%4u %5u  %-15s %-12s %9.2f  %-16s%s\n", addr, in->task, plan_op_name(t->op),
            tiles.text, (double)in->ns_predicted * 1e-3, waits.text, rest.text);
}

static void print_lane(FILE *f, const struct plan_program *prog, uint32_t lane,
                       const struct explain_filter *filter)
{
    const struct plan_lane *l = &prog->lane[lane];
    double ns = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->n_instr; i++)
        if (is_wanted(&prog->task[l->instr[i].task], filter)) {
            if (!prog->task[l->instr[i].task].sighted) /* as the program's own time */
                ns += (double)l->instr[i].ns_predicted;
            n++;
        }
    fprintf(f, "\nlane %u: %u instruction%s, %.1f us predicted\n", lane, n, n == 1 ? "" : "s",
            ns * 1e-3);
    fprintf(f, "%4s %5s  %-15s %-12s %9s  %-16s %s\n", "addr", "task", "opcode", "tiles", "us",
            "waits", "operands");
    for (uint32_t i = 0; i < l->n_instr; i++)
        if (is_wanted(&prog->task[l->instr[i].task], filter))
            print_instr(f, prog, i, &l->instr[i]);
}

void plan_explain(FILE *f, const struct plan *p, const struct plan_program *prog,
                  const struct explain_filter *filter)
{
    fprintf(f,
            "program for %u token%s: %u tasks on %u lane%s, %s kernels; %.3f ms predicted with an "
            "empty context, roof %.3f ms\n\n",
            prog->bucket, prog->bucket == 1 ? "" : "s", prog->n_tasks, p->n_lanes,
            p->n_lanes == 1 ? "" : "s", p->isa, prog->ns_predicted * 1e-6, prog->ns_roof * 1e-6);
    fputs(legend, f);
    for (uint32_t l = 0; l < p->n_lanes; l++)
        if (filter->lane == EXPLAIN_ALL || filter->lane == (int64_t)l)
            print_lane(f, prog, l, filter);
}

void plan_explain_ops(FILE *f)
{
    fputs("| opcode | a tile | what it does |\n|---|---|---|\n", f);
    for (int op = 0; op < PLAN_OP_COUNT; op++)
        fprintf(f, "| %s | %s | %s |\n", plan_op_name((enum plan_op)op),
                plan_op_tile((enum plan_op)op), plan_op_doc((enum plan_op)op));
}
