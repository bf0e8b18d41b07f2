#include "target/cpu/arm/neon.h"

void kern_init_neon(struct kern_table *t)
{
    neon_add_matmul_q32(t);
    neon_add_matmul_k(t);
    neon_add_matmul_float(t);
    neon_add_attn(t);
    neon_add_rows(t);
}
