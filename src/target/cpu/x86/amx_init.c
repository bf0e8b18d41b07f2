#include "target/cpu/x86/amx.h"

void kern_init_amx(struct kern_table *t)
{
    amx_add_matmul_q32(t);
    amx_add_matmul_k(t);
    amx_add_matmul_float(t);
    amx_add_attn(t);
    /* each call expands its weights for all its tokens, and packs its tokens for all its rows */
    t->call =
        (struct kern_call){KERN_CALL_TOKENS, KERN_CALL_ROWS, KERN_CALL_EXPERT_TOKENS, UINT32_MAX};
}
