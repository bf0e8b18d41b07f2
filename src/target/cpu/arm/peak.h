/* peak: loops of arithmetic in registers for probe_int8 and probe_f32: N rounds of PEAK_CHAINS
 * instructions; what they return depends on all of them. */
#ifndef TAKT_TARGET_CPU_ARM_PEAK_H
#define TAKT_TARGET_CPU_ARM_PEAK_H

#include <stdint.h>

enum { PEAK_CHAINS = 20 }; /* independent accumulators: more than latency times throughput */
/* In front of the loops over them. */
#define PEAK_UNROLL _Pragma("GCC unroll 20")

/* peak_int8_neon: sdot, 16 products each. peak_f32_neon: fmla, 4 each. */
uint32_t peak_int8_neon(uint32_t n);
uint32_t peak_f32_neon(uint32_t n);
/* peak_int8_i8mm: smmla, 32 products each. */
uint32_t peak_int8_i8mm(uint32_t n);

#endif
