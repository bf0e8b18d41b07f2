#include "target/cpu/arm/i8mm.h"
#include "target/cpu/arm/matmul_q32_template.h"

#define X(type) MM_KERNEL_I8MM(type)
MM_TYPES32(X)
#undef X

void i8mm_add_matmul_q32(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    MM_TYPES32(X)
#undef X
}
