/* amx: the parts of the AMX level; each fills its entries of the table. The level stands on avx512:
 * what these don't improve stays, and for few tokens or rows they call the avx512 kernel.
 *
 * The kernels are written in the operations of amx_tile.h. tests/kern compiles them a second time
 * against a model of those operations in C, so that machines without AMX compare them with ref too.
 */
#ifndef TAKT_TARGET_CPU_X86_AMX_H
#define TAKT_TARGET_CPU_X86_AMX_H

#include "target/cpu/kern.h"

/* amx_add_matmul_q32: matmul of MM_TYPES32 by A32 activations. */
KERN_FILLS void amx_add_matmul_q32(struct kern_table *t);
/* amx_add_matmul_k: matmul of MM_TYPES256 by A256 activations. */
KERN_FILLS void amx_add_matmul_k(struct kern_table *t);
/* amx_add_matmul_float: matmul of BF16; F32 and F16 stay with avx512. */
KERN_FILLS void amx_add_matmul_float(struct kern_table *t);
/* amx_add_attn: attn over a bf16 and a q8 cache. */
KERN_FILLS void amx_add_attn(struct kern_table *t);

#endif
