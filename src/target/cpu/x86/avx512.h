/* avx512: the parts of the AVX-512 level; each fills its entries of the table. */
#ifndef TAKT_TARGET_CPU_X86_AVX512_H
#define TAKT_TARGET_CPU_X86_AVX512_H

#include "target/cpu/kern.h"

void avx512_add_matmul_q32(struct kern_table *t);
void avx512_add_matmul_k(struct kern_table *t);
void avx512_add_matmul_float(struct kern_table *t);
void avx512_add_attn(struct kern_table *t);
void avx512_add_rows(struct kern_table *t); /* norm, quant, elementwise */

#endif
