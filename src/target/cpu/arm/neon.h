/* neon: the parts of the NEON level (Armv8.2 with dotprod); each fills its entries of the table. */
#ifndef TAKT_TARGET_CPU_ARM_NEON_H
#define TAKT_TARGET_CPU_ARM_NEON_H

#include "target/cpu/kern.h"

/* neon_add_matmul_q32: matmul of MM_TYPES32 by A32 activations. */
KERN_FILLS void neon_add_matmul_q32(struct kern_table *t);
/* neon_add_matmul_k: matmul of MM_TYPES256 by A256 activations. */
KERN_FILLS void neon_add_matmul_k(struct kern_table *t);
/* neon_add_matmul_float: matmul of F32, F16 and BF16. */
KERN_FILLS void neon_add_matmul_float(struct kern_table *t);
/* neon_add_attn: attn over every kind of cache. */
KERN_FILLS void neon_add_attn(struct kern_table *t);
/* neon_add_rows: norm, quant to all kinds but F32, swiglu, axpy, scale, add, rope and
 * kv_write to all kinds but f32. */
KERN_FILLS void neon_add_rows(struct kern_table *t);

#endif
