/* Products of weights in super-blocks of 256 columns with A256 activations.
 *
 * The integer sum of a super-block, sum_j scale_j * sum w q, is sum (w scale_j) q: each panel is
 * expanded once per call to digits of w scale, bytes in the order of B tiles, and all token tiles
 * of the call multiply them over 256 columns without a scale in between:
 *
 *   Q4_K, Q5_K    scale = high * base + low:  w low and w high are digits of 8 bits
 *   Q6_K, IQ4_XS  w scale = 256 high + low, low unsigned and high signed
 *   Q2_K          w scale <= 45: one digit
 *   Q3_K          -(w scale) is in -128..124: one signed digit (scales are -32..31)
 *
 * The sums of one unit (a token tile and a group, 256 columns) are stored and become floats between
 * the products of the next unit: the tiles' work hides the vectors' work. The minima meet the
 * activations' sums there, as in the AVX-512 kernel. Per unit of 16 x 16 x 256, in cycles of two
 * vector ports and one tile unit:
 *
 *              products   vector work   loads        share of the int8 peak at best
 *   Q4_K Q5_K  8 = 128    96            120          1/2
 *   Q6_K IQ4   8 = 128    40            108          1/2
 *   Q3_K       4 =  64    32             72          9/10
 *   Q2_K       4 =  64    112           100          2/3
 *
 * and 60 to 130 per unit of the first token tile for the expansion of a panel (3.5 to 8 operations
 * per 64 weights). */
#include "target/cpu/x86/mm_amx.h"
#include "target/cpu/x86/mm_k_avx512.h"

enum {
    TOKENS_FEW = 7,
    DIGIT_BYTES = 4096, /* 16 rows of 256 columns */
    TILE_BYTES = 1024,  /* of 64 columns */
};

/* A panel of one group, expanded. */
struct digits {
    _Alignas(64) uint8_t low[DIGIT_BYTES], high[DIGIT_BYTES];
};

/* What the sums of a panel are multiplied with; pairs: the minima of two sub-blocks as int16. */
struct factors {
    __m512 d, dmin;
    __m512i pairs[8];
};

/* 16 tokens by 16 rows by 256 columns. */
struct unit {
    const uint8_t *act; /* the first token's row */
    uint32_t block;
    const struct digits *w;
    const struct factors *by;
    float (*sum)[LAYOUT_ROWS];
};

/* What was in the tiles of the unit before. */
struct spill {
    _Alignas(64) int32_t low[AMX_ROWS][LAYOUT_ROWS], high[AMX_ROWS][LAYOUT_ROWS];
};

MM_INLINE bool has_high(enum qtype type)
{
    return type != QTYPE_Q2_K && type != QTYPE_Q3_K;
}

/* The high digit is signed, and its unit is 256; else it is 1 << this. */
MM_INLINE int high_shift(enum qtype type)
{
    return type == QTYPE_Q4_K ? 4 : type == QTYPE_Q5_K ? 3 : 8;
}

/* ---- expansion ---------------------------------------------------------------------------------
 */

/* The rows' int16 twice, for the two halves of a row's 4 bytes. */
MM_INLINE __m512i twice16(__m512i rows)
{
    return mm_pair_up(rows, rows);
}

/* Digits w low and w high. No product exceeds a byte, so that two fit into one of 16 bits. */
MM_INLINE void digits_of_scale(enum qtype type, const __m512i w[8], __m512i scale, int k,
                               struct digits *out, uint32_t at)
{
    const int shift = high_shift(type);
    __m512i low = scale, high = scale;
    if (has_high(type)) {
        low = _mm512_and_si512(scale, _mm512_set1_epi32((1 << shift) - 1));
        high = twice16(_mm512_srli_epi32(scale, (unsigned)shift));
    }
    low = twice16(low);
    MM_UNROLL
    for (int j = 0; j < k; j++) {
        _mm512_store_si512(out->low + at + j * 64, _mm512_mullo_epi16(w[j], low));
        if (has_high(type))
            _mm512_store_si512(out->high + at + j * 64, _mm512_mullo_epi16(w[j], high));
    }
}

/* -(w - 4) scale in one byte: (scale > 0 ? 8 - w : w) |scale| <= 248, minus 4 |scale|. */
MM_INLINE void digits_q3_k(const __m512i w[8], __m512i scale, struct digits *out, uint32_t at)
{
    const __m512i eight = _mm512_set1_epi8(8), zero = _mm512_setzero_si512();
    const __m512i spread = twice16(scale), size = _mm512_abs_epi16(spread);
    const __m512i offset = _mm512_mullo_epi16(size, _mm512_set1_epi16(4 * 0x101));
    const __mmask64 above =
        _mm512_movepi8_mask(_mm512_maskz_set1_epi16(_mm512_cmpgt_epi16_mask(spread, zero), -1));
    MM_UNROLL
    for (int j = 0; j < 4; j++) {
        __m512i v = _mm512_mask_sub_epi8(w[j], above, eight, w[j]);
        v = _mm512_sub_epi8(_mm512_mullo_epi16(v, size), offset);
        _mm512_store_si512(out->low + at + j * 64, v);
    }
}

/* The bytes of (w - offset) scale, in 16 bits for even and for odd columns. */
MM_INLINE void digits_of_16(enum qtype type, const __m512i w[8], __m512i scale, int k,
                            struct digits *out, uint32_t at)
{
    const __mmask64 odd_bytes = 0xaaaaaaaaaaaaaaaa;
    const __m512i spread = twice16(scale);
    const __m512i of_even = _mm512_and_si512(spread, _mm512_set1_epi16(255));
    const __m512i of_odd = _mm512_slli_epi16(spread, 8);
    const __m512i offset = _mm512_slli_epi16(spread, (unsigned)mm_offset_shift(type));
    MM_UNROLL
    for (int j = 0; j < k; j++) {
        __m512i even = _mm512_sub_epi16(_mm512_maddubs_epi16(w[j], of_even), offset);
        __m512i odd = _mm512_sub_epi16(_mm512_maddubs_epi16(w[j], of_odd), offset);
        _mm512_store_si512(out->low + at + j * 64,
                           _mm512_mask_blend_epi8(odd_bytes, even, _mm512_slli_epi16(odd, 8)));
        _mm512_store_si512(out->high + at + j * 64,
                           _mm512_mask_blend_epi8(odd_bytes, _mm512_srli_epi16(even, 8), odd));
    }
}

MM_INLINE void expand(enum qtype type, const uint8_t *panel, struct digits *out, struct factors *by)
{
    const int n_subs = mm_has_subs16(type) ? 16 : 8, k = mm_has_subs16(type) ? 4 : 8;
    struct mm_k_scales s;
    if (mm_has_min(type))
        mm_k_unpack_scales(type, panel, &s);
    const uint8_t *scale = mm_has_min(type) ? s.scale : panel;
    by->d = mm_f16x16(panel + mm_d_at(type));
    if (mm_has_min(type)) {
        by->dmin = mm_f16x16(panel + 32);
        for (int i = 0; i < n_subs / 2; i++)
            by->pairs[i] =
                mm_pair_up(mm_bytes_to_i32(s.min + i * 32), mm_bytes_to_i32(s.min + i * 32 + 16));
    }
    for (uint32_t run = 0; run < 4; run++) {
        MM_UNROLL
        for (int half = 0; half < 2; half++) {
            __m512i w[8];
            mm_k_levels(type, panel, run, half, w);
            MM_UNROLL
            for (int j = 0; j < 8; j += k, scale += LAYOUT_ROWS) {
                const uint32_t at = run * TILE_BYTES + (uint32_t)(half * 8 + j) * 64;
                if (type == QTYPE_Q3_K)
                    digits_q3_k(w + j, mm_bytes_to_i32(scale), out, at);
                else if (mm_has_min(type))
                    digits_of_scale(type, w + j, mm_bytes_to_i32(scale), k, out, at);
                else
                    digits_of_16(type, w + j, mm_bytes_to_i32(scale), k, out, at);
            }
        }
    }
}

/* ---- products ----------------------------------------------------------------------------------
 */

/* s += pairs of int16 . the pair at P, to all lanes by the instruction's memory operand. */
MM_INLINE __m512i dot_pair(__m512i s, __m512i pairs, const uint8_t *p)
{
    typedef int32_t two __attribute__((aligned(1), may_alias));
    __asm__("vpdpwssd %2%{1to16%}, %1, %0"
            : "+v"(s)
            : "v"(pairs), "m"(*(const two *)(const void *)p));
    return s;
}

/* The super-block's end for row R of the unit: one fma or two. */
MM_INLINE void finish_row(enum qtype type, const struct mma *m, const struct unit *u,
                          const struct spill *s, int r)
{
    const int n_pairs = mm_has_subs16(type) ? 8 : 4;
    const uint8_t *row = u->act + m->row_at[r];
    const uint64_t at_sums =
        (mm_has_subs16(type) ? act_a256_sum16(m->act_cols) : act_a256_sum32(m->act_cols)) +
        (uint64_t)u->block * (uint32_t)n_pairs * 4;
    __m512 da = mm_all(row + act_a256_d(m->act_cols) + u->block * 4);
    __m512 acc = _mm512_load_ps(u->sum[r]);
    __m512i total = _mm512_load_si512(s->low[r]);
    if (type == QTYPE_Q3_K)
        total = _mm512_sub_epi32(_mm512_setzero_si512(), total);
    if (has_high(type))
        total = _mm512_add_epi32(
            total, _mm512_slli_epi32(_mm512_load_si512(s->high[r]), (unsigned)high_shift(type)));
    acc = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), _mm512_mul_ps(u->by->d, da), acc);
    if (mm_has_min(type)) {
        __m512i sum = _mm512_setzero_si512();
        MM_UNROLL
        for (int i = 0; i < n_pairs; i++)
            sum = dot_pair(sum, u->by->pairs[i], row + at_sums + i * 4);
        acc = _mm512_fnmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_mul_ps(u->by->dmin, da), acc);
    }
    _mm512_store_ps(u->sum[r], acc);
}

/* The products of NOW into tiles 2 SET and 2 SET + 1. After two of them the sums of BEFORE, in the
 * other two, are there to be stored; its rows are spread over what remains. */
MM_INLINE void run_unit(enum qtype type, int set, struct mma *m, const struct unit *now,
                        const struct unit *before, struct spill *s)
{
    const int digits = has_high(type) ? 2 : 1, steps = 4 * digits;
    const bool is_signed = type == QTYPE_Q3_K;
    mma_prefetch(m);
    MM_UNROLL
    for (int step = 0; step < steps; step++) {
        const int k = step / digits, digit = step % digits, c = set * 2 + digit;
        if (k == 0)
            amx_zero(c);
        if (digit == 0)
            amx_load(AMX_A0, now->act + now->block * 256 + k * 64, m->act_stride);
        amx_load(AMX_B0 + digit, (digit ? now->w->high : now->w->low) + k * TILE_BYTES, 64);
        if (is_signed || (digit && high_shift(type) == 8))
            amx_dot_ss(c, AMX_A0, AMX_B0 + digit);
        else
            amx_dot_su(c, AMX_A0, AMX_B0 + digit);
        if (step == 1) {
            amx_store(2 - set * 2, s->low, 64);
            if (has_high(type))
                amx_store(3 - set * 2, s->high, 64);
        }
        if (step >= 1) {
            const int from = (step - 1) * AMX_ROWS / (steps - 1),
                      to = step * AMX_ROWS / (steps - 1);
            MM_UNROLL
            for (int r = from; r < to; r++)
                finish_row(type, m, before, s, r);
        }
    }
}

/* The last unit's sums. */
MM_INLINE void finish_unit(enum qtype type, int set, const struct mma *m, const struct unit *u,
                           struct spill *s)
{
    amx_store(set * 2, s->low, 64);
    if (has_high(type))
        amx_store(set * 2 + 1, s->high, 64);
    for (int r = 0; r < AMX_ROWS; r++)
        finish_row(type, m, u, s, r);
}

/* What a turn needs besides its call: panels in digits, factors of this panel and of the one
 * before, whose last unit is finished during this one's first. */
struct work {
    struct digits w[MMA_GROUPS];
    struct factors by[2][MMA_GROUPS];
    struct spill spill;
    _Alignas(64) float nowhere[AMX_ROWS][LAYOUT_ROWS];
};

MM_INLINE void turn(enum qtype type, struct mma *m)
{
    const uint32_t n_blocks = (m->cols + 255) / 256, n_units = m->n_tiles * m->pair;
    struct work k;
    memset(k.by, 0, sizeof k.by);
    memset(k.nowhere, 0, sizeof k.nowhere);
    /* Before the first unit: zero tiles, whose sums go nowhere. */
    struct unit now, before = {m->act, 0, &k.w[0], &k.by[1][0], k.nowhere};
    int set = 0;
    mma_plan_prefetch(m, (uint64_t)n_blocks * n_units);
    for (uint32_t block = 0; block < n_blocks; block++) {
        for (uint32_t g = 0; g < m->pair; g++)
            expand(type, mma_group(m, g) + (uint64_t)block * mm_panel_bytes(type), &k.w[g],
                   &k.by[block % 2][g]);
        for (uint32_t i = 0; i < n_units; i++, set ^= 1, before = now) {
            const uint32_t g = i % m->pair, tile = i / m->pair;
            now = (struct unit){mma_act(m, tile), block, &k.w[g], &k.by[block % 2][g],
                                m->sums.f[g][tile]};
            if (set)
                run_unit(type, 1, m, &now, &before, &k.spill);
            else
                run_unit(type, 0, m, &now, &before, &k.spill);
        }
    }
    finish_unit(type, set ^ 1, m, &before, &k.spill);
}

#define X(type)                                                                                    \
    static void turn_##type(struct mma *m)                                                         \
    {                                                                                              \
        turn(QTYPE_##type, m);                                                                     \
    }                                                                                              \
    MMA_KERNEL(type, turn_##type, 64, TOKENS_FEW)
MM_TYPES256(X)
#undef X

void amx_add_matmul_k(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    MM_TYPES256(X)
#undef X
}
