#include "target/cpu/x86/avx512.h"

void kern_init_avx512(struct kern_table *t)
{
    avx512_add_matmul_q32(t);
    avx512_add_matmul_k(t);
    avx512_add_matmul_float(t);
    avx512_add_attn(t);
    avx512_add_rows(t);
}
