#include "target/cpu/x86/amx.h"

void kern_init_amx(struct kern_table *t)
{
    amx_add_matmul_q32(t);
    amx_add_matmul_k(t);
    amx_add_matmul_float(t);
    amx_add_attn(t);
    t->act_bytes = 1u << 20; /* half of L2: each call expands its weights, for all its tokens */
}
