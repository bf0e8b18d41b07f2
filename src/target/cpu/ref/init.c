#include "target/cpu/ref/ref.h"

void kern_init_ref(struct kern_table *t)
{
    t->call = (struct kern_call){64, 64, 32, 256 << 10}; /* in parts of L1 and of L2 */
    ref_add_matmul_q32(t);
    ref_add_matmul_k(t);
    ref_add_matmul_float(t);
    ref_add_embed(t);
    ref_add_quant(t);
    ref_add_norm(t);
    ref_add_elementwise(t);
    ref_add_rope(t);
    ref_add_kv_write(t);
    ref_add_attn(t);
}
