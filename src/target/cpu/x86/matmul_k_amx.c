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
 * The sum of the minima, sum_j min_j * sum q, is a product of its own, in bf16: a sum of q is
 * 64 high + low, and low, high, min and 64 min have at most 8 bits; the sum stays below 2^24, so
 * every order of adding it is exact.
 *
 * A unit is two tiles of tokens and a group (or a tile and two groups, when there is only one
 * tile): four products, low and high of both, for four loads. Its sums are stored by the unit
 * after it, right before their tiles are taken again, and become floats between its products.
 *
 * What bounds it (measured on Granite Rapids): in the neighbourhood of tile instructions only one
 * of the two ports does float and multiply instructions, 96 cycles of them in 16 x 16 x 256, where
 * the products take 128 (Q4_K; 160 with the minima's); stores to lines that are in L2 take 10
 * cycles each, which is why digits stay in L1 and sums are touched once per 256 columns. */
#include "target/cpu/x86/mm_amx.h"
#include "target/cpu/x86/mm_k_avx512.h"

enum {
    TOKENS_FEW = 12,    /* from here on expanding weights pays */
    DIGIT_BYTES = 4096, /* 16 rows of 256 columns */
    TILE_BYTES = 1024,  /* of 64 columns */
    TILE_MIN = 4,       /* sums of minima; of the others, the part and twice the digit */
    A0 = 5,
    A1 = 6,
    B = 7,
};

/* A panel of one group, expanded. */
struct digits {
    _Alignas(64) uint8_t low[DIGIT_BYTES], high[DIGIT_BYTES];
};

/* What the sums of a panel are multiplied with; min: a B tile of pairs (min, 64 min) in bf16. */
struct factors {
    __m512 d, dmin;
    _Alignas(64) uint8_t min[TILE_BYTES];
};

/* 256 columns of 16 tokens: A tiles, d, and an A tile of the sums of sub-blocks, each as a pair of
 * bf16 (sum & 63, sum >> 6). */
struct act_panel {
    _Alignas(64) uint8_t q[4][TILE_BYTES];
    _Alignas(64) uint8_t sums[TILE_BYTES];
    _Alignas(64) float d[AMX_ROWS];
};

/* 16 tokens by 16 rows by 256 columns, twice: two tiles of tokens, or two groups. MIN: where the
 * sums of the minima are stored. */
struct unit {
    const struct act_panel *act[2];
    const struct digits *w[2];
    const struct factors *by[2];
    float (*sum[2])[LAYOUT_ROWS];
    float (*min)[AMX_ROWS][LAYOUT_ROWS];
};

/* The sums of the unit before. */
struct spill {
    _Alignas(64) int32_t low[2][AMX_ROWS][LAYOUT_ROWS], high[2][AMX_ROWS][LAYOUT_ROWS];
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

/* X, within 0..63, and 64 X as pairs of bf16. */
MM_INLINE __m512i bf16_twice(__m512i x)
{
    const __m512 f = _mm512_cvtepi32_ps(x);
    const __m512i low = _mm512_srli_epi32(_mm512_castps_si512(f), 16);
    const __m512 high = _mm512_mul_ps(f, _mm512_set1_ps(64.0f));
    return _mm512_or_si512(low, _mm512_castps_si512(high));
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
        for (int i = 0; i < n_subs; i++)
            _mm512_store_si512(by->min + i * 64, bf16_twice(mm_bytes_to_i32(s.min + i * 16)));
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

/* The super-block's end for row R of part I of the unit: one fma or two. */
MM_INLINE void finish_row(enum qtype type, const struct unit *u, const struct spill *s, int i,
                          int r)
{
    __m512 da = _mm512_set1_ps(u->act[i]->d[r]);
    __m512 acc = _mm512_load_ps(u->sum[i][r]);
    __m512i total = _mm512_load_si512(s->low[i][r]);
    if (type == QTYPE_Q3_K)
        total = _mm512_sub_epi32(_mm512_setzero_si512(), total);
    if (has_high(type)) {
        __m512i high = _mm512_load_si512(s->high[i][r]);
        total = _mm512_add_epi32(total, _mm512_slli_epi32(high, (unsigned)high_shift(type)));
    }
    acc = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), _mm512_mul_ps(u->by[i]->d, da), acc);
    if (mm_has_min(type))
        acc =
            _mm512_fnmadd_ps(_mm512_load_ps(u->min[i][r]), _mm512_mul_ps(u->by[i]->dmin, da), acc);
    _mm512_store_ps(u->sum[i][r], acc);
}

/* Part I's product of minima. */
MM_INLINE void multiply_min(const struct unit *u, int i)
{
    amx_zero(TILE_MIN);
    amx_load(A0, u->act[i]->sums, 64);
    amx_load(B, u->by[i]->min, 64);
    amx_dot_bf16(TILE_MIN, A0, B);
}

/* One step: product of 64 columns K of part C & 1, digit C >> 1. TALL: parts are tiles of tokens,
 * which share B; else groups, which share A. */
MM_INLINE void multiply(enum qtype type, bool tall, const struct unit *u, int c, int k)
{
    const int digit = c >> 1, i = c & 1, a = tall && i ? A1 : A0;
    if (c == 0) {
        amx_load(A0, u->act[0]->q[k], 64);
        if (tall)
            amx_load(A1, u->act[1]->q[k], 64);
    }
    if (!tall || c == 0 || c == 3)
        amx_load(B, (digit ? u->w[i]->high : u->w[i]->low) + k * TILE_BYTES, 64);
    if (type == QTYPE_Q3_K || (digit && high_shift(type) == 8))
        amx_dot_ss(c, a, B);
    else
        amx_dot_su(c, a, B);
}

/* The products of NOW, between which the rows of BEFORE are finished: the first steps store their
 * sums. */
MM_INLINE void run_unit(enum qtype type, bool tall, struct mma *m, const struct unit *now,
                        const struct unit *before, struct spill *s)
{
    static const int order[4] = {0, 1, 3, 2};
    const int n_c = has_high(type) ? 4 : 2, steps = 4 * n_c;
    const int min0 = n_c - 1, min1 = min0 + 4, last = steps - 1; /* where A and B are loaded next */
    mma_prefetch(m);
    MM_UNROLL
    for (int step = 0; step < steps; step++) {
        const int c = order[step % n_c];
        if (step < n_c) {
            amx_store(c, c >> 1 ? s->high[c & 1] : s->low[c & 1], 64);
            amx_zero(c);
        }
        multiply(type, tall, now, c, step / n_c);
        if (mm_has_min(type) && (step == min1 || step == last))
            amx_store(TILE_MIN, now->min[step == last], 64);
        if (mm_has_min(type) && (step == min0 || step == min1))
            multiply_min(now, step == min1);
        if (step >= n_c) {
            const int from = (step - n_c) * 2 * AMX_ROWS / (steps - n_c),
                      to = (step - n_c + 1) * 2 * AMX_ROWS / (steps - n_c);
            MM_UNROLL
            for (int r = from; r < to; r++)
                finish_row(type, before, s, r / AMX_ROWS, r % AMX_ROWS);
        }
    }
}

/* The last unit's sums. */
MM_INLINE void finish_unit(enum qtype type, const struct unit *u, struct spill *s)
{
    for (int i = 0; i < 2; i++) {
        amx_store(i, s->low[i], 64);
        if (has_high(type))
            amx_store(2 + i, s->high[i], 64);
        for (int r = 0; r < AMX_ROWS; r++)
            finish_row(type, u, s, i, r);
    }
}

/* ---- turns -------------------------------------------------------------------------------------
 */

/* What a turn needs besides its call. */
struct work {
    struct act_panel act[MMA_TILES + 1];
    struct digits w[2][MMA_PAIR];
    struct factors by[2][MMA_PAIR];
    struct spill spill;
    uint32_t n_units;
    _Alignas(64) float min[2][2][AMX_ROWS][LAYOUT_ROWS]; /* of this unit and the one before */
    _Alignas(64) float nowhere[AMX_ROWS][LAYOUT_ROWS];   /* sums that nobody needs */
};
_Static_assert(sizeof(struct mma_sums) + sizeof(struct work) <= KERN_MATMUL_SCRATCH, "");

/* 8 sums of sub-blocks as pairs of bf16. */
MM_INLINE void pack_sums(const uint8_t *sums, uint8_t *out)
{
    __m256i s = _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(const void *)sums));
    __m256 low = _mm256_cvtepi32_ps(_mm256_and_si256(s, _mm256_set1_epi32(63)));
    __m256 high = _mm256_cvtepi32_ps(_mm256_srai_epi32(s, 6));
    _mm256_store_si256((__m256i *)(void *)out,
                       _mm256_or_si256(_mm256_srli_epi32(_mm256_castps_si256(low), 16),
                                       _mm256_castps_si256(high)));
}

/* The levels of tile I's tokens in panel P, as A tiles: rows lie kilobytes apart, which the
 * prefetchers do not follow. */
MM_INLINE void pack_levels(const struct mma *m, uint32_t i, uint32_t p, struct act_panel *out)
{
    const uint8_t *act = mma_act(m, i) + (uint64_t)p * 256;
    for (uint32_t r = 0; r < AMX_ROWS; r++)
        for (uint32_t k = 0; k < 4; k++)
            _mm512_store_si512(out->q[k] + r * 64, mm_load(act + m->row_at[r] + k * 64));
}

/* Panel P of the turn's tokens. */
MM_INLINE void pack(enum qtype type, const struct mma *m, uint32_t p, struct act_panel *out)
{
    const uint32_t n = mm_has_subs16(type) ? 16 : 8;
    const uint64_t at_sums =
        (mm_has_subs16(type) ? act_a256_sum16(m->act_cols) : act_a256_sum32(m->act_cols)) +
        (uint64_t)p * n * 2;
    for (uint32_t i = 0; i < m->n_tiles; i++, out++) {
        pack_levels(m, i, p, out);
        for (uint32_t r = 0; r < AMX_ROWS; r++) {
            const uint8_t *row = mma_act(m, i) + m->row_at[r];
            memcpy(&out->d[r], row + act_a256_d(m->act_cols) + p * 4, 4);
            for (uint32_t j = 0; j < n && mm_has_min(type); j += 8)
                pack_sums(row + at_sums + j * 2, out->sums + r * 64 + j * 4);
        }
    }
}

/* The panel at hand: its activations, and the weights of N groups from G0 on. */
struct stage {
    const struct act_panel *act;
    const struct digits *w;
    const struct factors *by;
    uint32_t g0, n;
};

/* The unit of tile I and group G (and the next one) of a stage. One that has no second part
 * computes the first one twice. */
MM_INLINE struct unit unit_of(bool tall, const struct mma *m, struct work *k, const struct stage *s,
                              uint32_t i, uint32_t g)
{
    const uint32_t i1 = tall && i + 1 < m->n_tiles ? i + 1 : i;
    const uint32_t g1 = !tall && g + 1 < s->n ? g + 1 : g;
    const bool one = i1 == i && g1 == g;
    return (struct unit){{&s->act[i], &s->act[i1]},
                         {&s->w[g], &s->w[g1]},
                         {&s->by[g], &s->by[g1]},
                         {m->sums->f[s->g0 + g][i], one ? k->nowhere : m->sums->f[s->g0 + g1][i1]},
                         k->min[k->n_units++ % 2]};
}

/* What the first unit finishes: nothing. */
MM_INLINE struct unit unit_before(struct work *k, const struct stage *s)
{
    return (struct unit){{s->act, s->act},
                         {s->w, s->w},
                         {s->by, s->by},
                         {k->nowhere, k->nowhere},
                         k->min[k->n_units++ % 2]};
}

/* All tokens of the turn, several tiles, over the panel that is packed and expanded. */
MM_INLINE void run_tall(enum qtype type, struct mma *m, struct work *k, const struct stage *s)
{
    struct unit now, before = unit_before(k, s);
    for (uint32_t i = 0; i < m->n_tiles; i += 2)
        for (uint32_t g = 0; g < s->n; g++, before = now) {
            now = unit_of(true, m, k, s, i, g);
            run_unit(type, true, m, &now, &before, &k->spill);
        }
    finish_unit(type, &before, &k->spill);
}

/* Panel P of a stage's weights. */
MM_INLINE void expand_stage(enum qtype type, struct mma *m, struct stage *s, uint32_t p,
                            struct digits *w, struct factors *by, uint32_t units)
{
    const uint32_t panel_bytes = mm_panel_bytes(type);
    const uint64_t at = (uint64_t)p * panel_bytes;
    s->n = mma_pair(m, s->g0);
    s->w = w;
    s->by = by;
    for (uint32_t g = 0; g < s->n; g++)
        expand(type, mma_group(m, s->g0 + g) + at, &w[g], &by[g]);
    mma_plan_prefetch(m, s->g0, at + panel_bytes, panel_bytes, units);
}

/* Several tiles of tokens: each pair of groups meets them all. */
MM_INLINE void turn_tall(enum qtype type, struct mma *m, struct work *k)
{
    const uint32_t n_panels = (m->cols + 255) / 256, units = (m->n_tiles + 1) / 2 * MMA_PAIR;
    struct stage s = {.act = k->act};
    for (uint32_t p = 0; p < n_panels; p++) {
        pack(type, m, p, k->act);
        for (s.g0 = 0; s.g0 < m->n_turn_groups; s.g0 += s.n) {
            expand_stage(type, m, &s, p, k->w[0], k->by[0], units);
            run_tall(type, m, k, &s);
        }
    }
}

/* One tile: a pair of groups is one unit. What a unit's end needs stays until the next one. */
MM_INLINE void turn_wide(enum qtype type, struct mma *m, struct work *k)
{
    const uint32_t n_panels = (m->cols + 255) / 256;
    struct stage s = {.act = k->act, .w = k->w[0], .by = k->by[0]};
    struct unit now, before = unit_before(k, &s);
    uint32_t turn = 0;
    for (uint32_t p = 0; p < n_panels; p++) {
        pack(type, m, p, &k->act[p % 2]);
        s.act = &k->act[p % 2];
        for (s.g0 = 0; s.g0 < m->n_turn_groups; s.g0 += s.n, turn ^= 1, before = now) {
            expand_stage(type, m, &s, p, k->w[turn], k->by[turn], 1);
            now = unit_of(false, m, k, &s, 0, 0);
            run_unit(type, false, m, &now, &before, &k->spill);
        }
    }
    finish_unit(type, &before, &k->spill);
}

MM_INLINE void turn(enum qtype type, struct mma *m)
{
    struct work *k = m->own;
    k->n_units = 0;
    for (uint32_t i = 0; i < m->n_tiles + 1 && mm_has_min(type); i++)
        memset(k->act[i].sums, 0, TILE_BYTES); /* 8 sub-blocks fill half of a tile */
    memset(k->by, 0, sizeof k->by);
    if (m->n_tiles > 1)
        turn_tall(type, m, k);
    else
        turn_wide(type, m, k);
}

#define X(type)                                                                                    \
    static void turn_##type(struct mma *m)                                                         \
    {                                                                                              \
        turn(QTYPE_##type, m);                                                                     \
    }                                                                                              \
    MMA_KERNEL(type, turn_##type, 64, B, TOKENS_FEW)
MM_TYPES256(X)
#undef X

void amx_add_matmul_k(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    MM_TYPES256(X)
#undef X
}
