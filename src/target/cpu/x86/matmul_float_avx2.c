/* Products of float weights: per tile of 32 columns a chain over the even and one over the odd
 * columns, from +0, then acc + (even + odd). */
#include "target/cpu/x86/avx2.h"
#include "target/cpu/x86/mm_avx2.h"
#include "target/cpu/x86/vec_avx2.h"

#define TYPES(X) X(F32) X(F16) X(BF16)

enum { PANEL_PAIRS = 16 };

MM_INLINE uint32_t pair_bytes(enum qtype type)
{
    return type == QTYPE_F32 ? 128 : 64;
}

/* The low halves of 8 lanes as f16. */
MM_INLINE __m256 f16_low(__m256i v)
{
    const __m256i take = _mm256_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1,
                                          0, 1, 4, 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1);
    __m256i packed = _mm256_permute4x64_epi64(_mm256_shuffle_epi8(v, take), 0x08);
    return _mm256_cvtph_ps(_mm256_castsi256_si128(packed));
}

/* Two columns of 8 rows; P points at the half's part of the pair. */
MM_INLINE void unpack_pair(enum qtype type, const uint8_t *p, __m256 w[2])
{
    __m256i v = mm_load(p);
    if (type == QTYPE_F32) {
        w[0] = _mm256_castsi256_ps(v);
        w[1] = _mm256_castsi256_ps(mm_load(p + 64));
    } else if (type == QTYPE_BF16) {
        w[0] = vec_bf16_even(v);
        w[1] = vec_bf16_odd(v);
    } else {
        w[0] = f16_low(v);
        w[1] = f16_low(_mm256_srli_epi32(v, 16));
    }
}

MM_INLINE void spread_pair(enum qtype type, const uint8_t *row, uint32_t pair, __m256 x[2])
{
    if (type == QTYPE_BF16) {
        __m256i v = mm_all32(row + pair * 4);
        x[0] = vec_bf16_even(v);
        x[1] = vec_bf16_odd(v);
    } else {
        x[0] = mm_all(row + pair * 8);
        x[1] = mm_all(row + pair * 8 + 4);
    }
}

MM_INLINE void add_panel(enum qtype type, int n_t, __m256 acc[], const uint8_t *w,
                         const uint8_t *const rows[], uint32_t panel)
{
    __m256 even[4], odd[4];
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        even[t] = odd[t] = _mm256_setzero_ps();
    for (uint32_t pair = 0; pair < PANEL_PAIRS; pair++, w += pair_bytes(type)) {
        __m256 column[2], x[2];
        unpack_pair(type, w, column);
        MM_UNROLL
        for (int t = 0; t < n_t; t++) {
            spread_pair(type, rows[t], panel * PANEL_PAIRS + pair, x);
            even[t] = _mm256_fmadd_ps(column[0], x[0], even[t]);
            odd[t] = _mm256_fmadd_ps(column[1], x[1], odd[t]);
        }
    }
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        acc[t] = _mm256_add_ps(acc[t], _mm256_add_ps(even[t], odd[t]));
}

MM_INLINE void tile(enum qtype type, int n_t, const struct mm_args *a, float *out, const uint8_t *w,
                    const uint8_t *act, uint32_t n_tokens)
{
    __m256 acc[8];
    const uint8_t *rows[4];
    const uint32_t n_panels = (a->cols + 31) / 32, bytes = PANEL_PAIRS * pair_bytes(type);
    mm_rows(n_t, rows, act, a->act_stride, n_tokens);
    for (int i = 0; i < 2 * n_t; i++)
        acc[i] = _mm256_setzero_ps();
    for (uint32_t panel = 0; panel < n_panels; panel++, w += bytes) {
        for (uint32_t i = 0; i < bytes; i += 64)
            mm_prefetch(n_t, w + mm_ahead(n_t) + i, 64);
        for (int half = 0; half < 2; half++)
            add_panel(type, n_t, acc + half * n_t, w + half * 32, rows, panel);
    }
    mm_store(n_t, a, out, acc, n_tokens);
}

#define X(type) MM_KERNEL(type, tile)
TYPES(X)
#undef X

void avx2_add_matmul_float(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    TYPES(X)
#undef X
}
