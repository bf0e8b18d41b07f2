/* avx2: the parts of the AVX2 level; each fills its entries of the table. */
#ifndef TAKT_TARGET_CPU_X86_AVX2_H
#define TAKT_TARGET_CPU_X86_AVX2_H

#include "target/cpu/kern.h"

/* avx2_add_matmul_q32: matmul of MM_TYPES32 by A32 activations. */
KERN_FILLS void avx2_add_matmul_q32(struct kern_table *t);
/* avx2_add_matmul_k: matmul of MM_TYPES256 by A256 activations. */
KERN_FILLS void avx2_add_matmul_k(struct kern_table *t);
/* avx2_add_matmul_float: matmul of F32, F16 and BF16. */
KERN_FILLS void avx2_add_matmul_float(struct kern_table *t);
/* avx2_add_attn: attn over an f32 and a bf16 cache. */
KERN_FILLS void avx2_add_attn(struct kern_table *t);
/* avx2_add_rows: norm, quant to all kinds but F32, swiglu, axpy, scale, add, rope and
 * kv_write to all kinds but f32. */
KERN_FILLS void avx2_add_rows(struct kern_table *t);

#endif
