/* qtype_fit: the searches behind quantisation. Private to model/qtype_quant*.c.
 *
 * All sums run in eight lanes that are added in a fixed order, so that compilers may use vectors
 * and the result is the same on every machine. Values are finite; weights are finite and not
 * negative; n is a multiple of 8. */
#ifndef TAKT_MODEL_QTYPE_FIT_H
#define TAKT_MODEL_QTYPE_FIT_H

#include <stddef.h>
#include <stdint.h>

enum { QTYPE_FIT_MAX = 256 }; /* values of the largest block */

/* qtype_fit_prepare copies N values (those that are not finite become 0) and weights (1 when
 * IMPORTANCE is NULL or all zero; negative and not finite ones become 0). */
void qtype_fit_prepare(float *x, float *w, const float *src, const float *importance, int n);

/* qtype_fit_scale finds the scale s (of either sign, 0 for all zeros) for which x = s q with
 * integers LO <= q <= HI (LO < 0 < HI) has a small weighted squared error. */
float qtype_fit_scale(const float *x, const float *w, int n, int lo, int hi);

/* qtype_fit_affine finds scale s >= 0 and offset m >= 0 for x = s q - m with integers 0 <= q <= HI.
 */
void qtype_fit_affine(const float *x, const float *w, int n, int hi, float *s, float *m);

/* qtype_fit_error is the weighted squared error of x = s q - m with the best integers LO <= q <=
 * HI. */
float qtype_fit_error(const float *x, const float *w, int n, float s, float m, int lo, int hi);

/* qtype_fit_round writes those integers. */
void qtype_fit_round(int8_t *q, const float *x, int n, float s, float m, int lo, int hi);

/* qtype_fit_f16 rounds to the nearest half that is finite, subnormal ones away from zero. */
float qtype_fit_f16(float v, uint8_t out[2]);

#endif
