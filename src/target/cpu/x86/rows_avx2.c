#include "target/cpu/x86/avx2.h"
#include "target/cpu/x86/vec_avx2.h"
#include "target/cpu/simd/kv_write_template.h"
#include "target/cpu/simd/rows_template.h"

void avx2_add_rows(struct kern_table *t)
{
    add_rows(t);
    add_kv_write(t);
}
