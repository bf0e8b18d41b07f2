/* i8mm: the parts of the I8MM level (NEON with int8 matrix products); each fills its entries. */
#ifndef TAKT_TARGET_CPU_ARM_I8MM_H
#define TAKT_TARGET_CPU_ARM_I8MM_H

#include "target/cpu/kern.h"

/* i8mm_add_matmul_q32: matmul of MM_TYPES32 by A32 activations. */
KERN_FILLS void i8mm_add_matmul_q32(struct kern_table *t);
/* i8mm_add_matmul_k: matmul of MM_TYPES256 by A256 activations. */
KERN_FILLS void i8mm_add_matmul_k(struct kern_table *t);

#endif
