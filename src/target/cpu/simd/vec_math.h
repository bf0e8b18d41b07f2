/* vec_math: kern_math.h on 16 lanes, operation by operation. Include after vec_avx512.h or
 * vec_avx2.h. */
#ifndef TAKT_TARGET_CPU_SIMD_VEC_MATH_H
#define TAKT_TARGET_CPU_SIMD_VEC_MATH_H

#include "target/cpu/kern_math.h"

/* kern_exp of each lane: +0 below KERN_EXP_LO, a NaN as KERN_EXP_HI. */
MM_INLINE struct v16 vec_exp(struct v16 x)
{
    const struct v16 one = vec_set(1.0f), low = vec_set(KERN_EXP_LO);
    struct v16 c = vec_max(vec_min(x, vec_set(KERN_EXP_HI)), low);
    struct v16 n = vec_rint(vec_mul(c, vec_set(KERN_EXP_LOG2E)));
    struct v16 r = vec_fma(n, vec_set(-KERN_EXP_LN2_HI), c);
    r = vec_fma(n, vec_set(-KERN_EXP_LN2_LO), r);
    struct v16 p = vec_fma(vec_set(KERN_EXP_C6), r, vec_set(KERN_EXP_C5));
    p = vec_fma(p, r, vec_set(KERN_EXP_C4));
    p = vec_fma(p, r, vec_set(KERN_EXP_C3));
    p = vec_fma(p, r, vec_set(KERN_EXP_C2));
    p = vec_fma(p, r, one);
    p = vec_fma(p, r, one);
    return vec_zero_below(vec_scale2(p, n), x, low);
}

/* x / (1 + exp(-x)) */
MM_INLINE struct v16 vec_silu(struct v16 x)
{
    struct v16 minus = vec_xor(x, vec_set(-0.0f));
    return vec_div(x, vec_add(vec_set(1.0f), vec_exp(minus)));
}

/* x / (1 + exp(-x (linear + cubic x^2))) */
MM_INLINE struct v16 vec_gelu(struct v16 x, struct v16 linear, struct v16 cubic)
{
    struct v16 u = vec_mul(x, vec_fma(cubic, vec_mul(x, x), linear));
    return vec_div(x, vec_add(vec_set(1.0f), vec_exp(vec_xor(u, vec_set(-0.0f)))));
}

/* kern_gelu_exact */
MM_INLINE struct v16 vec_gelu_exact(struct v16 x)
{
    struct v16 t = vec_min(vec_mul(x, x), vec_set(KERN_GELU_MOST));
    struct v16 p = vec_fma(vec_set(KERN_GELU_C6), t, vec_set(KERN_GELU_C5));
    p = vec_fma(p, t, vec_set(KERN_GELU_C4));
    p = vec_fma(p, t, vec_set(KERN_GELU_C3));
    p = vec_fma(p, t, vec_set(KERN_GELU_C2));
    p = vec_fma(p, t, vec_set(KERN_GELU_C1));
    p = vec_fma(p, t, vec_set(KERN_GELU_C0));
    struct v16 minus = vec_xor(vec_mul(x, p), vec_set(-0.0f));
    return vec_div(x, vec_add(vec_set(1.0f), vec_exp(minus)));
}

#endif
