/* MM_TYPES256 with A256 activations. */
#include "target/cpu/x86/avxvnni.h"

#define MM_VNNI 1
#include "target/cpu/x86/mm_k_avx2.h"

#define X(type) MM_KERNEL(type, tile)
MM_TYPES256(X)
#undef X

void avxvnni_add_matmul_k(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    MM_TYPES256(X)
#undef X
}
