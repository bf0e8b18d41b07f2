/* exec: runs tiles of a task: operands become pointers, token blocks are looped over, kernels are
 * called.
 *
 * One exec_<group>.c per kind of operation. Nothing here allocates, locks or calls the system; what
 * a task needs beyond its operands it takes from the lane's scratch. */
#ifndef TAKT_TARGET_CPU_EXEC_H
#define TAKT_TARGET_CPU_EXEC_H

#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"
#include "target/cpu/kern.h"

/* What a step's tasks share; constant while the step runs. */
struct exec {
    const struct kern_table *kern;
    const struct plan *plan;
    const struct plan_program *prog;
    struct plan_facts facts;
    const uint8_t *weights;
    uint8_t *act, *kv;
};

enum {
    EXEC_HEAD_DIM_MAX = 1024,
    EXEC_TOKENS_FEW = 8, /* up to here a matmul is bound by reading weights: whole ranges at once */
    EXEC_TILE_VALUES = 4096, /* results of such a call before the epilogue: a part of L1 */
    EXEC_CALL_VALUES = KERN_CALL_TOKENS * KERN_CALL_ROWS, /* of any call, at most */
    EXEC_RESULTS_END = KERN_MATMUL_SCRATCH + 2 * 4 * EXEC_CALL_VALUES,
};

/* exec_tiles runs tiles BEGIN..END-1 of T. SCRATCH: exec_scratch_bytes of the plan, 64-byte
 * aligned, of this lane alone. */
void exec_tiles(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                uint8_t *scratch);

/* exec_check tells whether every task of P can be run by this file's operations (types with
 * kernels, head sizes, one tile of routing), beyond what plan_verify proves. Error:
 * TAKT_ERR_UNSUPPORTED naming the task. */
takt_rc exec_check(const struct plan *p, const struct kern_table *kern, takt_err *e);

/* exec_scratch_bytes: of one lane, the largest need of all tasks. */
uint64_t exec_scratch_bytes(const struct plan *p);

/* Each group's part of exec_tiles. */
void exec_embed(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end);
void exec_position(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end);
void exec_rope_table(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end);
void exec_norm(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
               uint8_t *scratch);
void exec_copy(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end);
void exec_merge(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end);
void exec_table(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                uint8_t *scratch);
void exec_head_norm(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end);
void exec_cross_kv(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end);
void exec_cross_attn(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                     uint8_t *scratch);
uint64_t exec_cross_scratch_bytes(const struct plan *p);
void exec_quant(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end);
void exec_matmul(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                 uint8_t *scratch);
void exec_gate_up(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                  uint8_t *scratch);
void exec_rope_kv(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                  uint8_t *scratch);
void exec_attn(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
               uint8_t *scratch);
void exec_route(const struct exec *x, const struct plan_task *t);
void exec_experts_gate_up(const struct exec *x, const struct plan_task *t, uint32_t begin,
                          uint32_t end, uint8_t *scratch);
void exec_experts_quant(const struct exec *x, const struct plan_task *t, uint32_t begin,
                        uint32_t end);
void exec_experts_down(const struct exec *x, const struct plan_task *t, uint32_t begin,
                       uint32_t end, uint8_t *scratch);
uint64_t exec_experts_scratch_bytes(const struct plan_program *prog, const struct plan_task *t);

/* exec_swiglu_pairs: out[i] = silu(gate i) * up i for N rows, where BOTH alternates 16 gates and 16
 * ups, the last 16 of each padded. */
void exec_swiglu_pairs(const struct exec *x, float *out, const float *both, uint32_t n);

/* exec_in: row ROW of an operand that is read, of the weights or the activations. */
static inline const void *exec_in(const struct exec *x, const struct plan_operand *o, uint32_t row)
{
    const uint8_t *base = o->region == PLAN_WEIGHTS ? x->weights : x->act;
    return base + o->offset + row * o->stride;
}

/* exec_out: row ROW of an operand that is written, which is always an activation. */
static inline void *exec_out(const struct exec *x, const struct plan_operand *o, uint32_t row)
{
    return x->act + o->offset + row * o->stride;
}

/* exec_rows: rows of this step (tokens or outputs). */
static inline uint32_t exec_rows(const struct exec *x, const struct plan_task *t)
{
    return t->per_output ? x->facts.n_outputs : x->facts.n_tokens;
}

/* exec_span turns tiles BEGIN..END-1 of SIZE units each into units *FIRST..*LAST-1, of which there
 * are N. */
static inline void exec_span(uint32_t begin, uint32_t end, uint32_t size, uint32_t n,
                             uint32_t *first, uint32_t *last)
{
    uint64_t a = (uint64_t)begin * size, b = (uint64_t)end * size;
    *first = a < n ? (uint32_t)a : n;
    *last = b < n ? (uint32_t)b : n;
}

/* exec_results: where a lane's scratch has the results of a call before the epilogue: behind the
 * kernel's own part; two times EXEC_CALL_VALUES, as there may be two products. */
static inline float *exec_results(uint8_t *scratch)
{
    return (float *)(void *)(scratch + KERN_MATMUL_SCRATCH);
}

/* exec_results_end: the scratch behind them. */
static inline uint8_t *exec_results_end(uint8_t *scratch)
{
    return scratch + EXEC_RESULTS_END;
}

/* exec_min: the smaller of two counts. */
static inline uint32_t exec_min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* exec_round16: N rows in whole groups of LAYOUT_ROWS, as packed matrices hold them. */
static inline uint32_t exec_round16(uint32_t n)
{
    return (n + LAYOUT_ROWS - 1) / LAYOUT_ROWS * LAYOUT_ROWS;
}

#endif
