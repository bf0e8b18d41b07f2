/* avx2: the parts of the AVX2 level; each fills its entries of the table. */
#ifndef TAKT_TARGET_CPU_X86_AVX2_H
#define TAKT_TARGET_CPU_X86_AVX2_H

#include "target/cpu/kern.h"

void avx2_add_matmul_q32(struct kern_table *t);
void avx2_add_matmul_k(struct kern_table *t);
void avx2_add_matmul_float(struct kern_table *t);
void avx2_add_attn(struct kern_table *t);
void avx2_add_rows(struct kern_table *t); /* norm, quant, elementwise */

#endif
