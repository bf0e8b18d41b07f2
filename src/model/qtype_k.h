/* qtype_k: the 6-bit scales and mins that Q4_K and Q5_K share. Private to model/qtype_*.c. */
#ifndef TAKT_MODEL_QTYPE_K_H
#define TAKT_MODEL_QTYPE_K_H

#include <stdint.h>

/* Twelve bytes hold eight (scale, min) pairs: bytes 0..3 the scales and 4..7 the mins of groups
 * 0..3 in their low six bits, bytes 8..11 the low nibbles of groups 4..7 (scale low, min high),
 * whose upper two bits are the top bits of bytes 0..3 and 4..7. */

/* qtype_k_scale_min reads the pair of group G (0..7). */
static inline void qtype_k_scale_min(const uint8_t packed[12], int g, unsigned *scale,
                                     unsigned *min)
{
    if (g < 4) {
        *scale = packed[g] & 63u;
        *min = packed[g + 4] & 63u;
        return;
    }
    *scale = (packed[g + 4] & 15u) | (unsigned)(packed[g - 4] >> 6) << 4;
    *min = (unsigned)(packed[g + 4] >> 4) | (unsigned)(packed[g] >> 6) << 4;
}

/* qtype_k_pack_scale_min writes all eight pairs (values 0..63). */
static inline void qtype_k_pack_scale_min(uint8_t packed[12], const uint8_t scale[8],
                                          const uint8_t min[8])
{
    for (int g = 0; g < 4; g++) {
        packed[g] = (uint8_t)(scale[g] | (scale[g + 4] >> 4) << 6);
        packed[g + 4] = (uint8_t)(min[g] | (min[g + 4] >> 4) << 6);
        packed[g + 8] = (uint8_t)((scale[g + 4] & 15) | (min[g + 4] & 15) << 4);
    }
}

#endif
