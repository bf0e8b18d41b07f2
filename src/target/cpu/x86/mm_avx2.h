/* mm_avx2: what the matrix products of AVX2 and AVX-VNNI share; a source that defines MM_VNNI as 1
 * before it includes this gets the latter. A group is two halves of 8 rows; a half's k-group is 32
 * bytes. vpdpbusd takes unsigned levels and adds four products in 32 bits. Without it, vpmaddubsw
 * adds two in 16: levels up to 128 in size cannot overflow it, and small levels leave room to add
 * several before they are widened. */
#ifndef TAKT_TARGET_CPU_X86_MM_AVX2_H
#define TAKT_TARGET_CPU_X86_MM_AVX2_H

#include <immintrin.h>
#include <string.h>

#include "target/cpu/simd/mm_layout.h"

#ifndef MM_VNNI
#define MM_VNNI 0
#endif

/* 32 bytes of weights, at any alignment. */
MM_INLINE __m256i mm_load(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* Four bytes, at any alignment, to all lanes. */
MM_INLINE __m256i mm_all32(const void *p)
{
    int32_t v;
    memcpy(&v, p, sizeof v);
    return _mm256_set1_epi32(v);
}

/* One float, at any alignment, to all lanes. */
MM_INLINE __m256 mm_all(const void *p)
{
    float v;
    memcpy(&v, p, sizeof v);
    return _mm256_set1_ps(v);
}

/* 8 f16, one per row of a half: its scales or minima. */
MM_INLINE __m256 mm_f16x8(const uint8_t *p)
{
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)p));
}

/* The signed bytes of 8 rows. */
MM_INLINE __m256i mm_i32x8(const uint8_t *p)
{
    return _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)p));
}

/* int16 pairs of the bytes of 8 rows at A (even) and B (odd). */
MM_INLINE __m256i mm_pairs(const uint8_t *a, const uint8_t *b)
{
    return _mm256_blend_epi16(mm_i32x8(a), _mm256_slli_epi32(mm_i32x8(b), 16), 0xaa);
}

/* Without vpdpbusd these types' levels are taken as signed ones, by |w| * (a with w's sign). */
MM_INLINE bool mm_is_signed(enum qtype type)
{
    return !MM_VNNI && mm_offset_shift(type) == 7;
}

/* How many k-groups' products fit in 16 bits: count * 2 * 127 * level <= 32767. */
MM_INLINE int mm_n_add(enum qtype type)
{
    switch ((int)type) {
    case QTYPE_Q8_0:
    case QTYPE_IQ4_NL:
    case QTYPE_IQ4_XS: return 1;
    case QTYPE_Q6_K: return 2;
    case QTYPE_Q5_0:
    case QTYPE_Q5_1:
    case QTYPE_Q5_K:
    case QTYPE_MXFP4: return 4;
    default: return mm_has_subs16(type) ? 4 : 8;
    }
}

/* 32 bits to 32 bytes of 0 or BIT. */
MM_INLINE __m256i mm_bits(const uint8_t *p, int bit)
{
    const __m256i spread =
        _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i each = _mm256_set1_epi64x((long long)0x8040201008040201u);
    __m256i v = _mm256_and_si256(_mm256_shuffle_epi8(mm_all32(p), spread), each);
    return _mm256_and_si256(_mm256_cmpeq_epi8(v, each), _mm256_set1_epi8((char)bit));
}

/* The two bits from SHIFT (0, 2, 4, 6) of each of 32 bytes. */
MM_INLINE __m256i mm_two(const uint8_t *p, int shift)
{
    return _mm256_and_si256(_mm256_srli_epi16(mm_load(p), shift), _mm256_set1_epi8(3));
}

/* For each byte of V (0..15), the level of that number plus OFFSET. */
MM_INLINE __m256i mm_lookup(const int8_t *levels, int offset, __m256i v)
{
    __m128i table = _mm_loadu_si128((const __m128i *)(const void *)levels);
    table = _mm_add_epi8(table, _mm_set1_epi8((char)offset));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), v);
}

/* K-group J (0..7) of 32-column block PARITY (0, 1) of the 64 columns at QUANTS and UPPER, which
 * point at the half's part of them: unsigned levels, or signed ones where mm_is_signed. */
MM_INLINE __m256i mm_k_group(enum qtype type, const uint8_t *quants, const uint8_t *upper,
                             int parity, int j)
{
    const __m256i low = _mm256_set1_epi8(15);
    if (type == QTYPE_Q8_0) {
        __m256i v = mm_load(quants + (parity * 8 + j) * 64);
        return mm_is_signed(type) ? _mm256_xor_si256(v, _mm256_set1_epi8(-128)) : v;
    }
    if (mm_has_twos(type)) {
        __m256i v = mm_two(quants + j % 4 * 64, parity * 4 + j / 4 * 2);
        return type == QTYPE_Q2_K ? v
                                  : _mm256_or_si256(v, mm_bits(upper + (parity * 8 + j) * 8, 4));
    }
    __m256i v = mm_load(quants + (parity * 4 + j % 4) * 64);
    v = _mm256_and_si256(j < 4 ? v : _mm256_srli_epi16(v, 4), low);
    if (mm_has_bit(type))
        v = _mm256_or_si256(v, mm_bits(upper + (parity * 8 + j) * 8, 16));
    if (type == QTYPE_Q6_K) {
        __m256i top = mm_two(upper + j % 4 * 64, parity * 4 + j / 4 * 2);
        v = _mm256_or_si256(v, _mm256_slli_epi16(top, 4));
    }
    if (type == QTYPE_IQ4_NL || type == QTYPE_IQ4_XS)
        return mm_lookup(qtype_iq4nl_levels, mm_is_signed(type) ? 0 : 128, v);
    return type == QTYPE_MXFP4 ? mm_lookup(qtype_mxfp4_levels, 16, v) : v;
}

#if MM_VNNI
/* s + w . a, four products to a lane: the VEX form, or the same in EVEX for a build that has only
 * that (which the tests use to run this level on processors with AVX-512). */
MM_INLINE __m256i mm_dp(__m256i s, __m256i w, __m256i a)
{
#ifdef __AVXVNNI__
    return _mm256_dpbusd_avx_epi32(s, w, a);
#else
    return _mm256_dpbusd_epi32(s, w, a);
#endif
}

/* s[t] += scale * (w . row[t]) for k-groups FROM .. FROM + N - 1 of the block; SCALE: a byte for
 * each of the 8 rows, NULL: 1. COLUMN is the block's first. */
MM_INLINE void mm_dot(enum qtype type, int n_t, __m256i s[], const uint8_t *quants,
                      const uint8_t *upper, int parity, int from, int n, const uint8_t *scale,
                      const uint8_t *const rows[], uint32_t column)
{
    __m256i sum[4];
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        sum[t] = scale ? _mm256_setzero_si256() : s[t];
    MM_UNROLL
    for (int j = from; j < from + n; j++) {
        __m256i w = mm_k_group(type, quants, upper, parity, j);
        MM_UNROLL
        for (int t = 0; t < n_t; t++)
            sum[t] = mm_dp(sum[t], w, mm_all32(rows[t] + column + j * 4));
    }
    __m256i by = scale ? mm_i32x8(scale) : _mm256_setzero_si256();
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        s[t] = scale ? _mm256_add_epi32(s[t], _mm256_mullo_epi32(sum[t], by)) : sum[t];
}
#else
/* s[t] += scale * (w . row[t]) for k-groups FROM .. FROM + N - 1 of the block; SCALE: a byte for
 * each of the 8 rows, NULL: 1. The scales are applied by the vpmaddwd that widens the sums of
 * products. COLUMN is the block's first. */
MM_INLINE void mm_dot(enum qtype type, int n_t, __m256i s[], const uint8_t *quants,
                      const uint8_t *upper, int parity, int from, int n, const uint8_t *scale,
                      const uint8_t *const rows[], uint32_t column)
{
    const int n_add = mm_n_add(type);
    const __m256i by = scale ? mm_pairs(scale, scale) : _mm256_set1_epi16(1);
    __m256i sum[4];
    MM_UNROLL
    for (int j = from; j < from + n; j++) {
        __m256i w = mm_k_group(type, quants, upper, parity, j);
        MM_UNROLL
        for (int t = 0; t < n_t; t++) {
            __m256i a = mm_all32(rows[t] + column + j * 4);
            __m256i p = mm_is_signed(type)
                            ? _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(a, w))
                            : _mm256_maddubs_epi16(w, a);
            sum[t] = j % n_add ? _mm256_add_epi16(sum[t], p) : p;
            if ((j + 1) % n_add == 0)
                s[t] = _mm256_add_epi32(s[t], _mm256_madd_epi16(sum[t], by));
        }
    }
}
#endif

/* Writes acc[half * n_t + t]: 8 rows each of N_T tokens; those beyond N_TOKENS repeat the last. */
MM_INLINE void mm_store(int n_t, const struct mm_args *a, float *out, const __m256 acc[],
                        uint32_t n_tokens)
{
    MM_UNROLL
    for (int i = 0; i < 2 * n_t; i++) {
        uint32_t t = (uint32_t)(i % n_t) < n_tokens ? (uint32_t)(i % n_t) : n_tokens - 1;
        _mm256_storeu_ps(out + t * a->out_stride + i / n_t * 8, acc[i]);
    }
}

/* MM_KERNEL defines the instances of body(type, tokens, ...) for one type, and its kernel. */
#define MM_TILE(type, body, t)                                                                     \
    static void tile_##type##_##t(const struct mm_args *a, float *out, const uint8_t *w,           \
                                  const uint8_t *act, uint32_t n_tokens)                           \
    {                                                                                              \
        body(QTYPE_##type, t, a, out, w, act, n_tokens);                                           \
    }
#define MM_KERNEL(type, body)                                                                      \
    MM_TILE(type, body, 1)                                                                         \
    MM_TILE(type, body, 2)                                                                         \
    MM_TILE(type, body, 4)                                                                         \
    static void matmul_##type(float *out, size_t out_stride, const uint8_t *w, uint32_t n_groups,  \
                              uint64_t group_bytes, uint32_t cols, const uint8_t *act,             \
                              uint64_t act_stride, uint32_t n_tokens, uint8_t *scratch)            \
    {                                                                                              \
        (void)scratch;                                                                             \
        static const struct mm_tiles tiles = {                                                     \
            {tile_##type##_1, tile_##type##_2, tile_##type##_4}, {NULL}, NULL};                    \
        struct mm_args a = {.out_stride = out_stride, .act_stride = act_stride, .cols = cols};     \
        mm_run(&tiles, &a, out, w, n_groups, group_bytes, act, n_tokens);                          \
    }

#endif
