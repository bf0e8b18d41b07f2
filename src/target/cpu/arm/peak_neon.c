#include "target/cpu/arm/peak.h"

#include <arm_neon.h>

uint32_t peak_int8_neon(uint32_t n)
{
    int32x4_t acc[PEAK_CHAINS];
    const int8x16_t a = vdupq_n_s8(3), b = vdupq_n_s8(5);
    for (int k = 0; k < PEAK_CHAINS; k++)
        acc[k] = vdupq_n_s32(k);
    for (uint32_t i = 0; i < n; i++) {
        PEAK_UNROLL
        for (int k = 0; k < PEAK_CHAINS; k++)
            acc[k] = vdotq_s32(acc[k], a, b);
    }
    for (int k = 1; k < PEAK_CHAINS; k++)
        acc[0] = veorq_s32(acc[0], acc[k]);
    return (uint32_t)vaddvq_s32(acc[0]);
}

uint32_t peak_f32_neon(uint32_t n)
{
    float32x4_t acc[PEAK_CHAINS];
    const float32x4_t a = vdupq_n_f32(0.5f), b = vdupq_n_f32(0.25f);
    for (int k = 0; k < PEAK_CHAINS; k++)
        acc[k] = vdupq_n_f32((float)k);
    for (uint32_t i = 0; i < n; i++) {
        PEAK_UNROLL
        for (int k = 0; k < PEAK_CHAINS; k++)
            acc[k] = vfmaq_f32(acc[k], a, b);
    }
    for (int k = 1; k < PEAK_CHAINS; k++)
        acc[0] = vaddq_f32(acc[0], acc[k]);
    return (uint32_t)vaddvq_f32(acc[0]);
}
