#include "target/cpu/x86/avx512.h"
#include "target/cpu/x86/vec_avx512.h"
#include "target/cpu/simd/kv_write_template.h"
#include "target/cpu/simd/rows_template.h"

void avx512_add_rows(struct kern_table *t)
{
    add_rows(t);
    add_kv_write(t);
}
