#include "target/cpu/x86/avx2.h"

void kern_init_avx2(struct kern_table *t)
{
    avx2_add_matmul_q32(t);
    avx2_add_matmul_k(t);
    avx2_add_matmul_float(t);
    avx2_add_attn(t);
    avx2_add_rows(t);
}
