/* ref: what the files of this folder add to the table: each function fills the entries that it
 * names and leaves the others alone. Private to ref/. */
#ifndef TAKT_TARGET_CPU_REF_REF_H
#define TAKT_TARGET_CPU_REF_REF_H

#include "target/cpu/kern.h"

/* The types of the integer products, as X(type). */
#define REF_TYPES32(X)  X(Q8_0) X(Q4_0) X(Q4_1) X(Q5_0) X(Q5_1) X(IQ4_NL) X(MXFP4)
#define REF_TYPES256(X) X(Q2_K) X(Q3_K) X(Q4_K) X(Q5_K) X(Q6_K) X(IQ4_XS)

/* REF_MATMUL defines the kernel matmul_<type> of one type by its file's matmul(type, ...). */
#define REF_MATMUL(type)                                                                           \
    static void matmul_##type(float *out, size_t out_stride, const uint8_t *w, uint32_t n_groups,  \
                              uint64_t group_bytes, uint32_t cols, const uint8_t *act,             \
                              uint64_t act_stride, uint32_t n_tokens, uint8_t *scratch)            \
    {                                                                                              \
        (void)scratch;                                                                             \
        matmul(QTYPE_##type, out, out_stride, w, n_groups, group_bytes, cols, act, act_stride,     \
               n_tokens);                                                                          \
    }

/* ref_add_matmul_q32: matmul of REF_TYPES32 by A32 activations. */
void ref_add_matmul_q32(struct kern_table *t);
/* ref_add_matmul_k: matmul of REF_TYPES256 by A256 activations. */
void ref_add_matmul_k(struct kern_table *t);
/* ref_add_matmul_float: matmul of F32, F16 and BF16. */
void ref_add_matmul_float(struct kern_table *t);
/* ref_add_embed: embed of every type that has a matmul. */
void ref_add_embed(struct kern_table *t);
/* ref_add_quant: quant to all kinds of activations. */
void ref_add_quant(struct kern_table *t);
/* ref_add_norm: norm and layer_norm. */
void ref_add_norm(struct kern_table *t);
/* ref_add_elementwise: swiglu, gelu, axpy, scale and add. */
void ref_add_elementwise(struct kern_table *t);
/* ref_add_rope: rope; its table of cosines is not a kernel of a level (kern_rope_table). */
void ref_add_rope(struct kern_table *t);
/* ref_add_kv_write: kv_write to all kinds of cache. */
void ref_add_kv_write(struct kern_table *t);
/* ref_add_attn: attn over all kinds of cache. */
void ref_add_attn(struct kern_table *t);

#endif
