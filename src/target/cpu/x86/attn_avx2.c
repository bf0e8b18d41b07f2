#include "target/cpu/x86/avx2.h"
#include "target/cpu/x86/vec_avx2.h"

enum { BLOCK_ROWS = 2 };

#include "target/cpu/simd/attn_template.h"

void avx2_add_attn(struct kern_table *t)
{
    add_attn(t);
}
