/* avxvnni: what vpdpbusd of 256 bits does better than AVX2: each fills its entries of the table. */
#ifndef TAKT_TARGET_CPU_X86_AVXVNNI_H
#define TAKT_TARGET_CPU_X86_AVXVNNI_H

#include "target/cpu/kern.h"

/* avxvnni_add_matmul_q32: matmul of MM_TYPES32 by A32 activations. */
KERN_FILLS void avxvnni_add_matmul_q32(struct kern_table *t);
/* avxvnni_add_matmul_k: matmul of MM_TYPES256 by A256 activations. */
KERN_FILLS void avxvnni_add_matmul_k(struct kern_table *t);

#endif
