/* mm_avx512: what the AVX-512 matrix products share: loads, nibbles and the instances of a tile. */
#ifndef TAKT_TARGET_CPU_X86_MM_AVX512_H
#define TAKT_TARGET_CPU_X86_MM_AVX512_H

#include <immintrin.h>
#include <string.h>

#include "target/cpu/simd/mm_tiles.h"

/* 64 bytes of weights, at any alignment. */
MM_INLINE __m512i mm_load(const uint8_t *p)
{
    return _mm512_loadu_si512(p);
}

/* Four bytes to all lanes: four int8 activations, or two int16 sums. */
MM_INLINE __m512i mm_all32(const void *p)
{
    int32_t v;
    memcpy(&v, p, sizeof v);
    return _mm512_set1_epi32(v);
}

/* One float, at any alignment, to all lanes. */
MM_INLINE __m512 mm_all(const void *p)
{
    float v;
    memcpy(&v, p, sizeof v);
    return _mm512_set1_ps(v);
}

/* 16 f16, one per row of a group: its scales or minima. */
MM_INLINE __m512 mm_f16x16(const uint8_t *p)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)p));
}

/* The 8 k-groups of 32 columns from 4 x 64 bytes of nibbles. */
MM_INLINE void mm_nibbles(const uint8_t *p, __m512i w[8])
{
    const __m512i low = _mm512_set1_epi8(15);
    MM_UNROLL
    for (int j = 0; j < 4; j++) {
        __m512i v = mm_load(p + j * 64);
        w[j] = _mm512_and_si512(v, low);
        w[j + 4] = _mm512_and_si512(_mm512_srli_epi16(v, 4), low);
    }
}

/* Adds BIT to the values whose bit is set in one u64 per k-group. */
MM_INLINE void mm_add_bit(const uint8_t *p, __m512i w[8], int bit)
{
    const __m512i add = _mm512_set1_epi8((char)bit);
    MM_UNROLL
    for (int j = 0; j < 8; j++) {
        uint64_t m;
        memcpy(&m, p + j * 8, sizeof m);
        w[j] = _mm512_mask_add_epi8(w[j], _cvtu64_mask64(m), w[j], add);
    }
}

/* Replaces the bytes of W (0..15) by their levels in TABLE, which mm_levels makes. */
MM_INLINE void mm_lookup(__m512i table, __m512i w[8])
{
    MM_UNROLL
    for (int j = 0; j < 8; j++)
        w[j] = _mm512_shuffle_epi8(table, w[j]);
}

/* The 16 levels plus OFFSET, as the table of mm_lookup. */
MM_INLINE __m512i mm_levels(const int8_t *levels, int offset)
{
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)levels);
    return _mm512_broadcast_i32x4(_mm_add_epi8(v, _mm_set1_epi8((char)offset)));
}

/* Writes acc[group * n_t + t]: the 16 rows of N_G groups, a run apart, for N_T tokens; those beyond
 * N_TOKENS repeat the last. */
MM_INLINE void mm_store(int n_g, int n_t, const struct mm_args *a, float *out, const __m512 acc[],
                        uint32_t n_tokens)
{
    MM_UNROLL
    for (int i = 0; i < n_g * n_t; i++) {
        uint32_t t = (uint32_t)(i % n_t) < n_tokens ? (uint32_t)(i % n_t) : n_tokens - 1;
        _mm512_storeu_ps(out + t * a->out_stride + (size_t)(i / n_t) * a->out_run, acc[i]);
    }
}

/* s += w . four activations at P. The compilers would spend an instruction and a register on the
 * broadcast, which the instruction's memory operand does for nothing. */
MM_INLINE __m512i mm_dp(__m512i s, __m512i w, const uint8_t *p)
{
    typedef int32_t four __attribute__((aligned(1), may_alias));
    __asm__("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(s) : "v"(w), "m"(*(const four *)(const void *)p));
    return s;
}

/* s[u] += w . row[u] for U tokens at once, over N k-groups: U chains hide each other's latency. */
MM_INLINE void mm_dot(int n, int n_u, __m512i s[], const __m512i w[], const uint8_t *const rows[],
                      uint32_t column)
{
    MM_UNROLL
    for (int j = 0; j < n; j++) {
        MM_UNROLL
        for (int u = 0; u < n_u; u++)
            s[u] = mm_dp(s[u], w[j], rows[u] + column + j * 4);
    }
}

/* How many of N tokens the next instance takes: 8, 4, 2 or 1. */
MM_INLINE uint32_t mm_take(uint32_t n)
{
    return n >= 8 ? 8 : n >= 4 ? 4 : n >= 2 ? 2 : 1;
}

/* MM_KERNEL8 and MM_KERNEL16 define the instances of body(type, groups, tokens, ...) for one type,
 * up to that many tokens, and its kernel. In MM_KERNEL_MANY's, many(type, ...) serves MM_MANY
 * tokens and more. */
#define MM_TILE(type, body, g, t)                                                                  \
    static void tile_##type##_##g##x##t(const struct mm_args *a, float *out, const uint8_t *w,     \
                                        const uint8_t *act, uint32_t n_tokens)                     \
    {                                                                                              \
        body(QTYPE_##type, g, t, a, out, w, act, n_tokens);                                        \
    }
#define MM_KERNEL(type, body, most, many)                                                          \
    MM_TILE(type, body, 1, 1)                                                                      \
    MM_TILE(type, body, 1, 2)                                                                      \
    MM_TILE(type, body, 1, 4)                                                                      \
    MM_TILE(type, body, 1, 8)                                                                      \
    MM_TILE(type, body, 2, 1)                                                                      \
    MM_TILE(type, body, 2, 2)                                                                      \
    MM_TILE(type, body, 2, 4)                                                                      \
    static void matmul_##type(float *out, size_t out_stride, const uint8_t *w, uint32_t n_groups,  \
                              uint64_t group_bytes, uint32_t cols, const uint8_t *act,             \
                              uint64_t act_stride, uint32_t n_tokens, uint8_t *scratch)            \
    {                                                                                              \
        (void)scratch;                                                                             \
        static const struct mm_tiles tiles = {                                                     \
            {tile_##type##_1x1, tile_##type##_1x2, tile_##type##_1x4, tile_##type##_1x8, most},    \
            {tile_##type##_2x1, tile_##type##_2x2, tile_##type##_2x4},                             \
            many};                                                                                 \
        struct mm_args a = {.out_stride = out_stride, .act_stride = act_stride, .cols = cols};     \
        mm_run(&tiles, &a, out, w, n_groups, group_bytes, act, n_tokens);                          \
    }
#define MM_KERNEL8(type, body) MM_KERNEL(type, body, NULL, NULL)
#define MM_KERNEL16(type, body)                                                                    \
    MM_TILE(type, body, 1, 16)                                                                     \
    MM_KERNEL(type, body, tile_##type##_1x16, NULL)
#define MM_KERNEL_MANY(type, body, many)                                                           \
    static void many_##type(const struct mm_args *a, float *out, const uint8_t *w,                 \
                            const uint8_t *act, uint32_t n_tokens)                                 \
    {                                                                                              \
        many(QTYPE_##type, a, out, w, act, n_tokens);                                              \
    }                                                                                              \
    MM_KERNEL(type, body, NULL, many_##type)

#endif
