#include "target/cpu/arm/i8mm.h"

/* Float products stay NEON's: bfdot and bfmmla round otherwise than docs/numerics.md demands. */
void kern_init_i8mm(struct kern_table *t)
{
    i8mm_add_matmul_q32(t);
    i8mm_add_matmul_k(t);
}
