#include "target/cpu/arm/neon.h"
#include "target/cpu/arm/vec_neon.h"
#include "target/cpu/simd/kv_write_template.h"
#include "target/cpu/simd/rows_template.h"

void neon_add_rows(struct kern_table *t)
{
    add_rows(t);
    add_kv_write(t);
}
