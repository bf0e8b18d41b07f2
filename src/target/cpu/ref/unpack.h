/* unpack: one row's part of a packed panel (plan/layout.h) as plain integers and scales. Used by
 * the ref kernels alone. */
#ifndef TAKT_TARGET_CPU_REF_UNPACK_H
#define TAKT_TARGET_CPU_REF_UNPACK_H

#include <stdint.h>

#include "model/qtype.h"
#include "plan/layout.h"
#include "target/cpu/kern_math.h"

/* A block of 32 columns of one row: value = d * q + m. */
struct ref_block32 {
    int16_t q[32];
    float d, m;
};

/* A super-block of 256 columns of one row, 16 sub-blocks of 16 columns:
 * value = (d * scale[j]) * q - (dmin * min[j]). */
struct ref_block256 {
    int16_t q[256];
    int16_t scale[16], min[16];
    float d, dmin;
};

/* ref_unpack32: BLOCK (0, 1) of ROW (0..15) of a panel of T, one of Q8_0 Q4_0 Q4_1 Q5_0 Q5_1 IQ4_NL
 * MXFP4. */
void ref_unpack32(struct ref_block32 *b, enum qtype t, const uint8_t *panel, uint32_t block,
                  uint32_t row);
/* ref_unpack256: ROW of a panel of T, one of Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_XS. */
void ref_unpack256(struct ref_block256 *b, enum qtype t, const uint8_t *panel, uint32_t row);

#endif
