#include "target/cpu/x86/avx512.h"
#include "target/cpu/x86/vec_avx512.h"

enum { BLOCK_ROWS = 8 };

#include "target/cpu/simd/attn_template.h"

void avx512_add_attn(struct kern_table *t)
{
    add_attn(t);
}
