#include "target/cpu/arm/neon.h"
#include "target/cpu/arm/vec_neon.h"

enum { BLOCK_ROWS = 2, BLOCK_VECTORS = 1 };

#include "target/cpu/simd/attn_template.h"

void neon_add_attn(struct kern_table *t)
{
    add_attn(t);
}
