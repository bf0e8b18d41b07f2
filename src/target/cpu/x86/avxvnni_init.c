#include "target/cpu/x86/avxvnni.h"

void kern_init_avxvnni(struct kern_table *t)
{
    avxvnni_add_matmul_q32(t);
    avxvnni_add_matmul_k(t);
}
