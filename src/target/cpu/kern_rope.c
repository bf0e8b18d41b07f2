/* The rotary table: cos and sin in double precision by a fixed sequence of IEEE operations, the
 * same on every machine (no library function, no contraction). */
#include "target/cpu/kern.h"

#include <math.h>

/* pi/2 in three parts (Cody and Waite). The first two have 33 bits: n * part is exact for n below
 * 2^20. */
static const double half_pi_1 = 0x1.921fb544p+0;
static const double half_pi_2 = 0x1.0b4611a6p-34;
static const double half_pi_3 = 0x1.3198a2e037073p-69;
static const double two_over_pi = 0x1.45f306dc9c883p-1;

/* Taylor series on |r| <= pi/4: the first term left out is below 3e-14 (sin) and 2e-15 (cos). */
static double sin_near_0(double r)
{
    double z = r * r, p = 1.0 / 6227020800.0;
    p = p * z - 1.0 / 39916800.0;
    p = p * z + 1.0 / 362880.0;
    p = p * z - 1.0 / 5040.0;
    p = p * z + 1.0 / 120.0;
    p = p * z - 1.0 / 6.0;
    return r + r * (z * p);
}

static double cos_near_0(double r)
{
    double z = r * r, p = -1.0 / 87178291200.0;
    p = p * z + 1.0 / 479001600.0;
    p = p * z - 1.0 / 3628800.0;
    p = p * z + 1.0 / 40320.0;
    p = p * z - 1.0 / 720.0;
    p = p * z + 1.0 / 24.0;
    return 1.0 - 0.5 * z + z * z * p;
}

/* Pairs FIRST to LAST - 1 of N. */
static void rope_table_part(float *out, uint32_t pos, const float *inv_freq, uint32_t n,
                            uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++) {
        double x = (float)pos * inv_freq[i];
        double k = rint(x * two_over_pi);
        double r = ((x - k * half_pi_1) - k * half_pi_2) - k * half_pi_3;
        double c = cos_near_0(r), s = sin_near_0(r);
        int64_t quadrant = (int64_t)k & 3;
        out[i] = (float)(quadrant == 0 ? c : quadrant == 1 ? -s : quadrant == 2 ? -c : s);
        out[n + i] = (float)(quadrant == 0 ? s : quadrant == 1 ? c : quadrant == 2 ? -s : -c);
    }
}

void kern_rope_table(float *out, uint32_t pos, const float *inv_freq, uint32_t n)
{
    rope_table_part(out, pos, inv_freq, n, 0, n);
}

void kern_rope_table_sections(float *out, const uint32_t place[3], const uint32_t sections[3],
                              const float *inv_freq, uint32_t n)
{
    uint32_t first = 0;
    for (int i = 0; i < 3; first += sections[i++])
        rope_table_part(out, place[i], inv_freq, n, first, first + sections[i]);
}
