#include "target/cpu/exec.h"

#include "base/slice.h"

void exec_tiles(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                uint8_t *scratch)
{
    if (t->sighted && !x->facts.sight)
        return;
    switch ((enum plan_op)t->op) {
    case PLAN_OP_EMBED: exec_embed(x, t, begin, end); break;
    case PLAN_OP_ROPE_TABLE: exec_rope_table(x, t, begin, end); break;
    case PLAN_OP_POSITION: exec_position(x, t, begin, end); break;
    case PLAN_OP_NORM:
    case PLAN_OP_LAYER_NORM: exec_norm(x, t, begin, end, scratch); break;
    case PLAN_OP_COPY: exec_copy(x, t, begin, end); break;
    case PLAN_OP_MERGE: exec_merge(x, t, begin, end); break;
    case PLAN_OP_TABLE: exec_table(x, t, begin, end, scratch); break;
    case PLAN_OP_HEAD_NORM: exec_head_norm(x, t, begin, end); break;
    case PLAN_OP_CROSS_KV: exec_cross_kv(x, t, begin, end); break;
    case PLAN_OP_CROSS_ATTN: exec_cross_attn(x, t, begin, end, scratch); break;
    case PLAN_OP_QUANT: exec_quant(x, t, begin, end); break;
    case PLAN_OP_MATMUL: exec_matmul(x, t, begin, end, scratch); break;
    case PLAN_OP_GATE_UP: exec_gate_up(x, t, begin, end, scratch); break;
    case PLAN_OP_ROPE_KV: exec_rope_kv(x, t, begin, end, scratch); break;
    case PLAN_OP_ATTN: exec_attn(x, t, begin, end, scratch); break;
    case PLAN_OP_ROUTE: exec_route(x, t); break;
    case PLAN_OP_EXPERTS_GATE_UP: exec_experts_gate_up(x, t, begin, end, scratch); break;
    case PLAN_OP_EXPERTS_QUANT: exec_experts_quant(x, t, begin, end); break;
    case PLAN_OP_EXPERTS_DOWN: exec_experts_down(x, t, begin, end, scratch); break;
    case PLAN_OP_COUNT: break;
    }
}

static uint64_t task_scratch_bytes(const struct plan *p, const struct plan_program *prog,
                                   const struct plan_task *t)
{
    switch ((enum plan_op)t->op) {
    case PLAN_OP_NORM:
    case PLAN_OP_TABLE:
    case PLAN_OP_LAYER_NORM: return 4 * (uint64_t)t->cols;
    case PLAN_OP_CROSS_ATTN: return exec_cross_scratch_bytes(p);
    case PLAN_OP_MATMUL:
    case PLAN_OP_GATE_UP: return EXEC_RESULTS_END;
    case PLAN_OP_ROPE_KV: return 4 * (uint64_t)t->n_kv_heads * t->head_dim;
    case PLAN_OP_ATTN: return kern_attn_scratch_bytes(p->kv.hdp);
    case PLAN_OP_EXPERTS_GATE_UP:
    case PLAN_OP_EXPERTS_DOWN: return exec_experts_scratch_bytes(prog, t);
    default: return 0;
    }
}

uint64_t exec_scratch_bytes(const struct plan *p)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < p->n_programs; i++)
        for (uint32_t k = 0; k < p->program[i].n_tasks; k++) {
            uint64_t n = task_scratch_bytes(p, &p->program[i], &p->program[i].task[k]);
            most = n > most ? n : most;
        }
    return size_round_up(most, LAYOUT_ALIGN);
}

static bool has_kernels(const struct plan_task *t, const struct kern_table *kern)
{
    const struct plan_matrix *w[] = {&t->w0, &t->w1};
    for (int i = 0; i < 2; i++) {
        if (w[i]->rows == 0)
            continue;
        uint32_t type = (uint32_t)w[i]->type;
        if (type >= KERN_TYPES || !kern->matmul[type] || !kern->embed[type])
            return false;
    }
    return true;
}

takt_rc exec_check(const struct plan *p, const struct kern_table *kern, takt_err *e)
{
    if (p->kv.hdp > EXEC_HEAD_DIM_MAX || (p->kv.hdp % 32) != 0 || p->kv.hdp < p->kv.head_dim)
        return err_set(e, TAKT_ERR_UNSUPPORTED, "plan",
                       "heads of %u values; the cpu target takes up to %d", p->kv.head_dim,
                       EXEC_HEAD_DIM_MAX);
    if (p->cross.hdp > EXEC_HEAD_DIM_MAX || p->cross.hdp % 32 != 0 ||
        p->cross.hdp < p->cross.head_dim)
        return err_set(e, TAKT_ERR_UNSUPPORTED, "plan",
                       "heads of %u values; the cpu target takes up to %d", p->cross.head_dim,
                       EXEC_HEAD_DIM_MAX);
    for (uint32_t i = 0; i < p->n_programs; i++)
        for (uint32_t k = 0; k < p->program[i].n_tasks; k++) {
            const struct plan_task *t = &p->program[i].task[k];
            const char *label = t->label ? t->label : plan_op_name((enum plan_op)t->op);
            if (t->op >= PLAN_OP_COUNT)
                return err_set(e, TAKT_ERR_UNSUPPORTED, label, "operation %u is unknown", t->op);
            if (!has_kernels(t, kern))
                return err_set(e, TAKT_ERR_UNSUPPORTED, label, "no kernel for weights of type %u",
                               (unsigned)t->w0.type);
            if (t->op == PLAN_OP_ROUTE && t->n_tiles != 1)
                return err_set(e, TAKT_ERR_UNSUPPORTED, label,
                               "routing in %u tiles; the grouping table needs all tokens at once",
                               t->n_tiles);
        }
    return TAKT_OK;
}
