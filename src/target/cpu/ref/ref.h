/* ref: what the files of this folder add to the table. Private to ref/. */
#ifndef TAKT_TARGET_CPU_REF_REF_H
#define TAKT_TARGET_CPU_REF_REF_H

#include "target/cpu/kern.h"

/* The types of the integer products, as X(type). */
#define REF_TYPES32(X)  X(Q8_0) X(Q4_0) X(Q4_1) X(Q5_0) X(Q5_1) X(IQ4_NL) X(MXFP4)
#define REF_TYPES256(X) X(Q2_K) X(Q3_K) X(Q4_K) X(Q5_K) X(Q6_K) X(IQ4_XS)

void ref_add_matmul_q32(struct kern_table *t);
void ref_add_matmul_k(struct kern_table *t);
void ref_add_matmul_float(struct kern_table *t);
void ref_add_embed(struct kern_table *t);
void ref_add_quant(struct kern_table *t);
void ref_add_norm(struct kern_table *t);
void ref_add_elementwise(struct kern_table *t);
void ref_add_rope(struct kern_table *t);
void ref_add_kv_write(struct kern_table *t);
void ref_add_attn(struct kern_table *t);

#endif
