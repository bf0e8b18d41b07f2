/* MM_TYPES32 with A32 activations. */
#include "target/cpu/x86/avxvnni.h"

#define MM_VNNI 1
#include "target/cpu/x86/mm_q32_avx2.h"

#define X(type) MM_KERNEL(type, tile)
MM_TYPES32(X)
#undef X

void avxvnni_add_matmul_q32(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    MM_TYPES32(X)
#undef X
}
