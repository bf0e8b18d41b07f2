/* qtype_quant_k: packs one block of 256 values. Private to model/qtype_quant*.c. IMPORTANCE: 256
 * weights or NULL. */
#ifndef TAKT_MODEL_QTYPE_QUANT_K_H
#define TAKT_MODEL_QTYPE_QUANT_K_H

#include <stdint.h>

/* qtype_quant_<type>: DST gets one block of that type. */
void qtype_quant_q4_k(uint8_t *dst, const float *src, const float *importance);
void qtype_quant_q5_k(uint8_t *dst, const float *src, const float *importance);
void qtype_quant_q6_k(uint8_t *dst, const float *src, const float *importance);

#endif
