/* amx_peak: loops of tile products for probe_int8 and probe_bf16: N rounds of four products into
 * four tiles, operands in tiles. */
#ifndef TAKT_TARGET_CPU_X86_AMX_PEAK_H
#define TAKT_TARGET_CPU_X86_AMX_PEAK_H

#include <stdint.h>

/* Operations of a round: four products of 16 x 16 results over 64 int8 or 32 bf16. */
enum { AMX_PEAK_INT8_OPS = 2 * 4 * 16 * 16 * 64, AMX_PEAK_BF16_OPS = 2 * 4 * 16 * 16 * 32 };

/* amx_peak_int8, amx_peak_bf16: run N rounds; the result is one of the sums. The processor and the
 * system must have tiles. */
uint32_t amx_peak_int8(uint32_t n);
uint32_t amx_peak_bf16(uint32_t n);

#endif
