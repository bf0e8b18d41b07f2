/* kern_bench: single kernels against the limits of the machine, for `takt bench --kernels`. No
 * model is needed: operands are made-up numbers in the forms of plan/layout.h, products and
 * attention run through exec as a step runs them. */
#ifndef TAKT_TARGET_CPU_KERN_BENCH_H
#define TAKT_TARGET_CPU_KERN_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/qtype.h"

enum { KERN_BENCH_COLS = 4096 }; /* of matrices, and values of a row */

/* What limits a kernel. */
enum kern_bound {
    KERN_BOUND_READ, /* reading its weights or its KV from memory */
    KERN_BOUND_INT8, /* multiply-adds of the level, operands in registers: of int8 ... */
    KERN_BOUND_F32,  /* ... of f32 ... */
    KERN_BOUND_BF16, /* ... and of bf16 */
    KERN_BOUND_COPY, /* row kernels work in the cache: copying as many bytes there */
};

/* One kernel's figures. Rates are of all lanes together. */
struct kern_bench_row {
    const char *op;    /* "matmul", "attn", "norm", ... */
    const char *type;  /* of the weights, the KV, or the activations */
    uint32_t n_tokens; /* rows of activations in a run */
    uint32_t context;  /* attention: positions that are seen; else 0 */
    double ns; /* median of the runs: of matmul and attention on all lanes; of the row kernels
                          one row of KERN_BENCH_COLS values on each lane */
    double ns_best;
    double bytes_per_s;
    double ops_per_s;  /* a multiply-add is two; 0: not counted */
    double roof_share; /* the time that `bound` alone allows / ns */
    enum kern_bound bound;
};

/* The limits that shares are of, as they were when last measured. */
struct kern_bench_roof {
    double read_bytes_per_s, int8_ops_per_s, f32_ops_per_s, bf16_ops_per_s, copy_bytes_per_s;
};

/* kern_bench_row_fn gets each row as soon as it is measured; false from it cancels. */
typedef bool kern_bench_row_fn(void *user, const struct kern_bench_row *row);

/* kern_bench_run measures the kernels of ISA (a level's name, or NULL: the best that works) on
 * N_LANES lanes: products of the N_TYPES TYPES (all computable) at 1, 4, 16, 64 and 256 tokens,
 * then attention and the row kernels unless TYPES_ONLY. The rate of reading, which changes on
 * shared hosts, is measured anew for each type. Takes about half a second per type and 320 MB.
 * Errors: TAKT_ERR_USAGE, _UNSUPPORTED (level), _MEMORY, _CANCELLED. */
takt_rc kern_bench_run(struct kern_bench_roof *roof, uint32_t n_lanes, const char *isa,
                       const enum qtype *types, uint32_t n_types, bool types_only,
                       kern_bench_row_fn *row, void *user, takt_err *e);

/* kern_bound_name: "read", "int8", "f32", "bf16", "copy". */
const char *kern_bound_name(enum kern_bound b);

#endif
