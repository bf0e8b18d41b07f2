/* Products of weights in super-blocks of 256 columns with A256 activations. All within a
 * super-block is integer: each sub-block's sum times its scale, plus the minima against the
 * activations' sums, two sub-blocks per vpdpwssd. */
#include "target/cpu/x86/avx512.h"
#include "target/cpu/x86/mm_k_avx512.h"

/* What a panel's sums are multiplied with: [sub-blocks][16 rows] bytes, or int16 pairs of those of
 * two sub-blocks. */
struct scales {
    struct mm_k_scales unpacked;
    const uint8_t *bytes; /* the scales, unpacked or in the panel */
    __m512i by[8];        /* sums_fit: pairs of scales */
    __m512i mins[8];      /* pairs of minima */
};

/* The products' sums of a sub-block fit in 16 bits: 16 columns of levels below 8. */
MM_INLINE bool sums_fit(enum qtype type)
{
    return mm_has_twos(type);
}

MM_INLINE void bytes_to_pairs(__m512i pairs[], const uint8_t *p, int n)
{
    MM_UNROLL
    for (int i = 0; i < n; i++)
        pairs[i] = mm_pair_up(mm_bytes_to_i32(p + i * 32), mm_bytes_to_i32(p + i * 32 + 16));
}

MM_INLINE void unpack_scales(enum qtype type, const uint8_t *panel, struct scales *s)
{
    s->bytes = mm_has_min(type) ? s->unpacked.scale : panel;
    if (mm_has_min(type)) {
        mm_k_unpack_scales(type, panel, &s->unpacked);
        bytes_to_pairs(s->mins, s->unpacked.min, mm_has_subs16(type) ? 8 : 4);
    }
    if (sums_fit(type))
        bytes_to_pairs(s->by, s->bytes, 8);
}

/* start[t]: for each of a panel's sub-blocks, minus the levels' offset times the sum of token T's
 * activations: what the products' sums start at. They are read from memory, which spreads them over
 * the rows for nothing. Types with minima have no offset. */
MM_INLINE void start_sums(enum qtype type, int n_t, __m512i start[], const uint8_t *const rows[],
                          uint32_t act_cols, uint32_t block)
{
    const unsigned shift = (unsigned)mm_offset_shift(type) & 31;
    if (mm_has_min(type))
        return;
    MM_UNROLL
    for (int t = 0; t < n_t; t++) {
        const uint8_t *p = rows[t] + act_a256_sum16(act_cols) + (uint64_t)block * 32;
        if (!mm_has_subs16(type))
            p = rows[t] + act_a256_sum32(act_cols) + (uint64_t)block * 16;
        __m256i v = mm_has_subs16(type)
                        ? _mm256_loadu_si256((const __m256i *)(const void *)p)
                        : _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)p));
        __m512i sums = _mm512_slli_epi32(_mm512_cvtepi16_epi32(v), shift);
        start[t] = _mm512_sub_epi32(_mm512_setzero_si512(), sums);
    }
    __asm__ volatile("" : : "r"(start) : "memory");
}

MM_INLINE __m512i started(enum qtype type, const __m512i *start, uint32_t sub)
{
    if (mm_has_min(type))
        return _mm512_setzero_si512();
    return mm_all32((const uint8_t *)(const void *)start + sub * 4);
}

/* isum[t] += scale * (w . row) for the 32 columns of sub-block SUB (0..7) of a panel. */
MM_INLINE void add_sub32(enum qtype type, int n_t, __m512i isum[], const __m512i w[8],
                         const struct scales *scales, const __m512i start[],
                         const uint8_t *const rows[], uint32_t block, uint32_t sub)
{
    const __m512i by = mm_bytes_to_i32(scales->bytes + sub * 16);
    __m512i s[8];
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        s[t] = started(type, start + t, sub);
    mm_dot(8, n_t, s, w, rows, block * 256 + sub * 32);
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        isum[t] = _mm512_add_epi32(isum[t], _mm512_mullo_epi32(s[t], by));
}

/* The same for N_S of the two sub-blocks of 16 columns of SUB, from FROM (0, 1) on; W: theirs. */
MM_INLINE void add_sub16(enum qtype type, int from, int n_s, int n_t, __m512i isum[],
                         const __m512i w[], const struct scales *scales, const __m512i start[],
                         const uint8_t *const rows[], uint32_t block, uint32_t sub)
{
    const uint32_t column = block * 256 + sub * 32 + (uint32_t)from * 16;
    const uint8_t *by = scales->bytes + sub * 32 + from * 16;
    __m512i s[16];
    MM_UNROLL
    for (int i = 0; i < n_s * n_t; i++)
        s[i] = started(type, start + i % n_t, sub * 2 + (uint32_t)(from + i / n_t));
    MM_UNROLL
    for (int j = 0; j < 4; j++) {
        MM_UNROLL
        for (int i = 0; i < n_s; i++)
            mm_dot(1, n_t, s + i * n_t, w + i * 4 + j, rows, column + (uint32_t)(i * 16 + j * 4));
    }
    MM_UNROLL
    for (int t = 0; t < n_t; t++) {
        if (sums_fit(type)) {
            isum[t] = _mm512_dpwssd_epi32(isum[t], mm_pair_up(s[t], s[n_t + t]), scales->by[sub]);
            continue;
        }
        MM_UNROLL
        for (int i = 0; i < n_s; i++)
            isum[t] = _mm512_add_epi32(
                isum[t], _mm512_mullo_epi32(s[i * n_t + t], mm_bytes_to_i32(by + i * 16)));
    }
}

/* The 32 columns of SUB (0..7) of a panel. */
MM_INLINE void add_sub(enum qtype type, int n_t, __m512i isum[], const __m512i w[8],
                       const struct scales *s, const __m512i start[], const uint8_t *const rows[],
                       uint32_t block, uint32_t sub)
{
    if (!mm_has_subs16(type)) {
        add_sub32(type, n_t, isum, w, s, start, rows, block, sub);
        return;
    }
    /* Both at once where few tokens make few chains. */
    const int n_s = n_t < 8 || sums_fit(type) ? 2 : 1;
    MM_UNROLL
    for (int i = 0; i < 2; i += n_s)
        add_sub16(type, i, n_s, n_t, isum, w + i * 4, s, start, rows, block, sub);
}

/* The super-block's end: the minima against the activations' sums, then one fma or two. */
MM_INLINE void finish(enum qtype type, int n_t, __m512 acc[], const __m512i isum[],
                      const struct scales *s, __m512 d, __m512 dmin, const uint8_t *const rows[],
                      uint32_t act_cols, uint32_t block)
{
    const int n_pairs = !mm_has_min(type) ? 0 : mm_has_subs16(type) ? 8 : 4;
    const uint64_t at_sums =
        (mm_has_subs16(type) ? act_a256_sum16(act_cols) : act_a256_sum32(act_cols)) +
        (uint64_t)block * (uint32_t)n_pairs * 4;
    __m512i msum[8];
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        msum[t] = _mm512_setzero_si512();
    MM_UNROLL
    for (int i = 0; i < n_pairs; i++) {
        MM_UNROLL
        for (int t = 0; t < n_t; t++)
            msum[t] = _mm512_dpwssd_epi32(msum[t], s->mins[i], mm_all32(rows[t] + at_sums + i * 4));
    }
    MM_UNROLL
    for (int t = 0; t < n_t; t++) {
        __m512 da = mm_all(rows[t] + act_a256_d(act_cols) + block * 4);
        acc[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(isum[t]), _mm512_mul_ps(d, da), acc[t]);
        if (mm_has_min(type))
            acc[t] = _mm512_fnmadd_ps(_mm512_cvtepi32_ps(msum[t]), _mm512_mul_ps(dmin, da), acc[t]);
    }
}

/* One panel of one group. */
MM_INLINE void add_panel(enum qtype type, int n_t, __m512 acc[], const uint8_t *panel,
                         const uint8_t *const rows[], uint32_t act_cols, uint32_t block)
{
    const uint32_t run_bytes = mm_panel_bytes(type) / 4;
    struct scales s;
    unpack_scales(type, panel, &s);
    __m512i isum[8], start[8];
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        isum[t] = _mm512_setzero_si512();
    start_sums(type, n_t, start, rows, act_cols, block);
    for (uint32_t run = 0; run < 4; run++) {
        mm_prefetch(mm_k_hint(type, n_t), panel + mm_k_ahead(type, n_t) + run * run_bytes,
                    run_bytes);
        MM_UNROLL
        for (int half = 0; half < 2; half++) {
            __m512i w[8];
            mm_k_levels(type, panel, run, half, w);
            add_sub(type, n_t, isum, w, &s, start, rows, block, run * 2 + (uint32_t)half);
        }
    }
    __m512 d = mm_f16x16(panel + mm_d_at(type)), dmin = d;
    if (mm_has_min(type))
        dmin = mm_f16x16(panel + 32);
    finish(type, n_t, acc, isum, &s, d, dmin, rows, act_cols, block);
}

MM_INLINE void tile(enum qtype type, int n_g, int n_t, const struct mm_args *a, float *out,
                    const uint8_t *w, const uint8_t *act, uint32_t n_tokens)
{
    __m512 acc[8];
    const uint8_t *rows[8];
    const uint32_t act_cols = layout_act_cols(a->cols), n_blocks = (a->cols + 255) / 256;
    mm_rows(n_t, rows, act, a->act_stride, n_tokens);
    MM_UNROLL
    for (int i = 0; i < n_g * n_t; i++)
        acc[i] = _mm512_setzero_ps();
    for (uint32_t block = 0; block < n_blocks; block++, w += mm_panel_bytes(type)) {
        if (n_t == 8) /* acc is needed once a panel: leave the registers to the integers */
            __asm__ volatile("" : : "r"(acc) : "memory");
        MM_UNROLL
        for (int g = 0; g < n_g; g++)
            add_panel(type, n_t, acc + g * n_t, w + (uint64_t)g * a->run_bytes, rows, act_cols,
                      block);
    }
    mm_store(n_g, n_t, a, out, acc, n_tokens);
}

/* A panel, unpacked: 4 KB of levels. */
struct part {
    __m512i levels[8][8];
    struct scales s;
    __m512 d, dmin;
};

MM_INLINE void unpack_part(enum qtype type, struct part *p, const uint8_t *panel)
{
    const uint32_t run_bytes = mm_panel_bytes(type) / 4;
    unpack_scales(type, panel, &p->s);
    p->d = mm_f16x16(panel + mm_d_at(type));
    p->dmin = mm_has_min(type) ? mm_f16x16(panel + 32) : p->d;
    for (uint32_t run = 0; run < 4; run++) {
        mm_prefetch(MM_MANY, panel + mm_k_ahead(type, MM_MANY) + run * run_bytes, run_bytes);
        mm_k_levels(type, panel, run, 0, p->levels[run * 2]);
        mm_k_levels(type, panel, run, 1, p->levels[run * 2 + 1]);
    }
}

/* sums[t] of N_T tokens take a panel. */
MM_INLINE void add_part(enum qtype type, int n_t, __m512 sums[], const struct part *p,
                        const uint8_t *act, uint64_t act_stride, uint32_t act_cols, uint32_t block)
{
    __m512i isum[8], start[8];
    const uint8_t *rows[8];
    mm_rows(n_t, rows, act, act_stride, (uint32_t)n_t);
    MM_UNROLL
    for (int t = 0; t < n_t; t++)
        isum[t] = _mm512_setzero_si512();
    start_sums(type, n_t, start, rows, act_cols, block);
    for (uint32_t sub = 0; sub < 8; sub++)
        add_sub(type, n_t, isum, p->levels[sub], &p->s, start, rows, block, sub);
    finish(type, n_t, sums, isum, &p->s, p->d, p->dmin, rows, act_cols, block);
}

MM_INLINE void many(enum qtype type, const struct mm_args *a, float *out, const uint8_t *w,
                    const uint8_t *act, uint32_t n_tokens)
{
    __m512 sums[MM_BATCH];
    struct part p;
    const uint32_t act_cols = layout_act_cols(a->cols), n_blocks = (a->cols + 255) / 256;
    for (uint32_t t = 0; t < n_tokens; t++)
        sums[t] = _mm512_setzero_ps();
    for (uint32_t block = 0; block < n_blocks; block++, w += mm_panel_bytes(type)) {
        unpack_part(type, &p, w);
        for (uint32_t t = 0, take; t < n_tokens; t += take) {
            const uint8_t *rows = act + t * a->act_stride;
            take = mm_take(n_tokens - t);
#define X(n_t)                                                                                     \
    case n_t: add_part(type, n_t, sums + t, &p, rows, a->act_stride, act_cols, block); break;
            switch (take) {
                X(8) X(4) X(2) X(1)
            }
#undef X
        }
    }
    for (uint32_t t = 0; t < n_tokens; t++)
        _mm512_storeu_ps(out + t * a->out_stride, sums[t]);
}

#define X(type) MM_KERNEL_MANY(type, tile, many)
MM_TYPES256(X)
#undef X

void avx512_add_matmul_k(struct kern_table *t)
{
#define X(type) t->matmul[QTYPE_##type] = matmul_##type;
    MM_TYPES256(X)
#undef X
}
