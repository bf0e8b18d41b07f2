/* mm_layout: where the parts of a packed panel lie (plan/layout.h), as constants of the type. */
#ifndef TAKT_TARGET_CPU_SIMD_MM_LAYOUT_H
#define TAKT_TARGET_CPU_SIMD_MM_LAYOUT_H

#include "target/cpu/simd/mm_tiles.h"

#define MM_TYPES32(X)  X(Q8_0) X(Q4_0) X(Q4_1) X(Q5_0) X(Q5_1) X(IQ4_NL) X(MXFP4)
#define MM_TYPES256(X) X(Q2_K) X(Q3_K) X(Q4_K) X(Q5_K) X(Q6_K) X(IQ4_XS)

/* A minimum per block or sub-block; its levels have no offset. */
MM_INLINE bool mm_has_min(enum qtype type)
{
    return type == QTYPE_Q4_1 || type == QTYPE_Q5_1 || type == QTYPE_Q2_K || type == QTYPE_Q4_K ||
           type == QTYPE_Q5_K;
}

/* The offset of the unsigned levels is 1 << this; 0: none. */
MM_INLINE int mm_offset_shift(enum qtype type)
{
    switch ((int)type) {
    case QTYPE_Q3_K: return 2;
    case QTYPE_Q4_0: return 3;
    case QTYPE_Q5_0:
    case QTYPE_MXFP4: return 4;
    case QTYPE_Q6_K: return 5;
    case QTYPE_Q8_0:
    case QTYPE_IQ4_NL:
    case QTYPE_IQ4_XS: return 7;
    default: return 0;
    }
}

/* K-quants with sub-blocks of 16 columns; the others have 32. */
MM_INLINE bool mm_has_subs16(enum qtype type)
{
    return type == QTYPE_Q2_K || type == QTYPE_Q3_K || type == QTYPE_Q6_K;
}

/* Quants of two bits (and one above), not nibbles or bytes. */
MM_INLINE bool mm_has_twos(enum qtype type)
{
    return type == QTYPE_Q2_K || type == QTYPE_Q3_K;
}

/* A u64 of upper bits per k-group. */
MM_INLINE bool mm_has_bit(enum qtype type)
{
    return type == QTYPE_Q5_0 || type == QTYPE_Q5_1 || type == QTYPE_Q3_K || type == QTYPE_Q5_K;
}

/* Scales (and minima, and a d that stands in front) before the quants. */
MM_INLINE uint32_t mm_quants_at(enum qtype type)
{
    switch ((int)type) {
    case QTYPE_Q4_1:
    case QTYPE_Q5_1:
    case QTYPE_IQ4_XS: return 128;
    case QTYPE_Q2_K: return 64 + 256;
    case QTYPE_Q3_K:
    case QTYPE_Q4_K:
    case QTYPE_Q5_K:
    case QTYPE_Q6_K: return 256;
    default: return 64;
    }
}

/* The types of blocks of 256 columns (MM_TYPES256), which A256 activations are multiplied with. */
MM_INLINE bool mm_is_k(enum qtype type)
{
    return mm_has_subs16(type) || type == QTYPE_Q4_K || type == QTYPE_Q5_K || type == QTYPE_IQ4_XS;
}

/* The bits above the nibbles or twos. */
MM_INLINE uint32_t mm_upper_at(enum qtype type)
{
    if (mm_is_k(type))
        return mm_quants_at(type) + (mm_has_twos(type) ? 1024 : 2048);
    return mm_quants_at(type) + (type == QTYPE_Q8_0 ? 1024 : 512);
}

/* How many bytes of a panel those are; 0: the type has none. */
MM_INLINE uint32_t mm_upper_bytes(enum qtype type)
{
    if (type == QTYPE_Q6_K)
        return 1024;
    return !mm_has_bit(type) ? 0 : mm_is_k(type) ? 512 : 128;
}

/* K-quants: 16 f16 d, in front or at the end. */
MM_INLINE uint32_t mm_d_at(enum qtype type)
{
    return mm_has_min(type) ? 0 : mm_upper_at(type) + mm_upper_bytes(type);
}

/* A whole panel: layout_panel_bytes as a constant. */
MM_INLINE uint32_t mm_panel_bytes(enum qtype type)
{
    return mm_upper_at(type) + mm_upper_bytes(type) + (mm_is_k(type) && !mm_has_min(type) ? 64 : 0);
}

/* K-quants are prefetched whole panels ahead, because a panel's parts are not read in order. Q6_K's
 * lie far apart, which costs more than waiting for L2 does: never into L1, and from further ahead.
 * (Zen 4, one token: 16 GB/s into L1, 23 two panels ahead into L2, 33 four panels ahead.) */
MM_INLINE int mm_k_hint(enum qtype type, int n_t)
{
    return type == QTYPE_Q6_K ? 2 : n_t;
}

/* How many bytes ahead K-quants prefetch: mm_ahead in whole panels. */
MM_INLINE uint32_t mm_k_ahead(enum qtype type, int n_t)
{
    const uint32_t panel = mm_panel_bytes(type), ahead = mm_ahead(n_t);
    return type == QTYPE_Q6_K ? 4 * panel : (ahead + panel - 1) / panel * panel;
}

#endif
