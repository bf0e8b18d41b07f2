/* Products of float weights: per tile of 32 columns a chain over the even and one over the odd
 * columns, from +0, then acc + (even + odd). */
#include "target/cpu/x86/avx512.h"
#include "target/cpu/x86/mm_avx512.h"
#include "target/cpu/x86/vec_avx512.h"

#define TYPES(X) X(F32) X(F16) X(BF16)

enum { PANEL_PAIRS = 16 };

MM_INLINE uint32_t pair_bytes(enum qtype type)
{
    return type == QTYPE_F32 ? 128 : 64;
}

/* Two columns of 16 rows. */
MM_INLINE void unpack_pair(enum qtype type, const uint8_t *p, __m512 w[2])
{
    if (type == QTYPE_F32) {
        w[0] = _mm512_castsi512_ps(mm_load(p));
        w[1] = _mm512_castsi512_ps(mm_load(p + 64));
        return;
    }
    __m512i v = mm_load(p);
    if (type == QTYPE_BF16) {
        w[0] = vec_bf16_even(v);
        w[1] = vec_bf16_odd(v);
        return;
    }
    w[0] = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(v));
    w[1] = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(_mm512_srli_epi32(v, 16)));
}

/* Two columns of one token's activations to all lanes. */
MM_INLINE void spread_pair(enum qtype type, const uint8_t *row, uint32_t pair, __m512 x[2])
{
    if (type == QTYPE_BF16) {
        __m512i v = mm_all32(row + pair * 4);
        x[0] = vec_bf16_even(v);
        x[1] = vec_bf16_odd(v);
        return;
    }
    x[0] = mm_all(row + pair * 8);
    x[1] = mm_all(row + pair * 8 + 4);
}

/* One panel (32 columns) of the tile's groups. */
MM_INLINE void add_panel(enum qtype type, int n_g, int n_t, __m512 acc[], const uint8_t *w,
                         uint64_t run_bytes, const uint8_t *const rows[], uint32_t panel)
{
    __m512 even[8], odd[8];
    MM_UNROLL
    for (int i = 0; i < n_g * n_t; i++)
        even[i] = odd[i] = _mm512_setzero_ps();
    for (uint32_t pair = 0; pair < PANEL_PAIRS; pair++, w += pair_bytes(type)) {
        __m512 column[2][2], x[2];
        MM_UNROLL
        for (int g = 0; g < n_g; g++) {
            mm_prefetch(n_t, w + (uint64_t)g * run_bytes + mm_ahead(n_t), pair_bytes(type));
            unpack_pair(type, w + (uint64_t)g * run_bytes, column[g]);
        }
        MM_UNROLL
        for (int t = 0; t < n_t; t++) {
            spread_pair(type, rows[t], panel * PANEL_PAIRS + pair, x);
            MM_UNROLL
            for (int g = 0; g < n_g; g++) {
                const int i = g * n_t + t;
                even[i] = _mm512_fmadd_ps(column[g][0], x[0], even[i]);
                odd[i] = _mm512_fmadd_ps(column[g][1], x[1], odd[i]);
            }
        }
    }
    MM_UNROLL
    for (int i = 0; i < n_g * n_t; i++)
        acc[i] = _mm512_add_ps(acc[i], _mm512_add_ps(even[i], odd[i]));
}

MM_INLINE void tile(enum qtype type, int n_g, int n_t, const struct mm_args *a, float *out,
                    const uint8_t *w, const uint8_t *act, uint32_t n_tokens)
{
    __m512 acc[8];
    const uint8_t *rows[8];
    const uint32_t n_panels = (a->cols + 31) / 32;
    mm_rows(n_t, rows, act, a->act_stride, n_tokens);
    MM_UNROLL
    for (int i = 0; i < n_g * n_t; i++)
        acc[i] = _mm512_setzero_ps();
    for (uint32_t panel = 0; panel < n_panels; panel++, w += PANEL_PAIRS * pair_bytes(type))
        add_panel(type, n_g, n_t, acc, w, a->run_bytes, rows, panel);
    mm_store(n_g, n_t, a, out, acc, n_tokens);
}

#define X(type) MM_KERNEL8(type, tile)
TYPES(X)
#undef X

void avx512_add_matmul_float(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    TYPES(X)
#undef X
}
