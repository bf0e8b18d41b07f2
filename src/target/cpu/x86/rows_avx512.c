/* Kernels over the values of a row: norm, elementwise, rotary and the rounding of activations. */
#include "target/cpu/x86/avx512.h"
#include "target/cpu/x86/vec_avx512.h"

static void norm(float *out, const float *x, const float *w, uint32_t n, float eps)
{
    __m512 lane = _mm512_setzero_ps();
    for (uint32_t i = 0; i < n; i += 16) {
        __m512 v = _mm512_maskz_loadu_ps(vec_first(n - i), x + i);
        lane = _mm512_fmadd_ps(v, v, lane);
    }
    const __m512 r = _mm512_set1_ps(1.0f / sqrtf(vec_tree16(lane) / (float)n + eps));
    for (uint32_t i = 0; i < n; i += 16) {
        __mmask16 m = vec_first(n - i);
        __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(m, x + i), r);
        _mm512_mask_storeu_ps(out + i, m, _mm512_mul_ps(v, _mm512_maskz_loadu_ps(m, w + i)));
    }
}

static void swiglu(float *out, const float *g, const float *u, uint32_t n)
{
    const __m512 one = _mm512_set1_ps(1.0f), sign = _mm512_set1_ps(-0.0f);
    for (uint32_t i = 0; i < n; i += 16) {
        __mmask16 m = vec_first(n - i);
        __m512 x = _mm512_maskz_loadu_ps(m, g + i);
        __m512 silu = _mm512_div_ps(x, _mm512_add_ps(one, vec_exp(_mm512_xor_ps(x, sign))));
        _mm512_mask_storeu_ps(out + i, m, _mm512_mul_ps(silu, _mm512_maskz_loadu_ps(m, u + i)));
    }
}

static void axpy(float *out, const float *a, const float *b, float s, uint32_t n)
{
    const __m512 by = _mm512_set1_ps(s);
    for (uint32_t i = 0; i < n; i += 16) {
        __mmask16 m = vec_first(n - i);
        __m512 y = _mm512_maskz_loadu_ps(m, b + i), x = _mm512_maskz_loadu_ps(m, a + i);
        _mm512_mask_storeu_ps(out + i, m, _mm512_fmadd_ps(by, y, x));
    }
}

static void scale(float *out, const float *b, float s, uint32_t n)
{
    const __m512 by = _mm512_set1_ps(s);
    for (uint32_t i = 0; i < n; i += 16) {
        __mmask16 m = vec_first(n - i);
        _mm512_mask_storeu_ps(out + i, m, _mm512_mul_ps(by, _mm512_maskz_loadu_ps(m, b + i)));
    }
}

static void add(float *out, const float *a, const float *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += 16) {
        __mmask16 m = vec_first(n - i);
        __m512 x = _mm512_maskz_loadu_ps(m, a + i), y = _mm512_maskz_loadu_ps(m, b + i);
        _mm512_mask_storeu_ps(out + i, m, _mm512_add_ps(x, y));
    }
}

static void rope_pairs(float *head, uint32_t half, const float *cos_sin)
{
    for (uint32_t i = 0; i < half; i++) {
        float c = cos_sin[i], s = cos_sin[half + i], x = head[2 * i], y = head[2 * i + 1];
        head[2 * i] = fmaf(x, c, -(y * s));
        head[2 * i + 1] = fmaf(x, s, y * c);
    }
}

static void rope_halves(float *head, uint32_t half, const float *cos_sin)
{
    for (uint32_t i = 0; i < half; i += 16) {
        __mmask16 m = vec_first(half - i);
        __m512 c = _mm512_maskz_loadu_ps(m, cos_sin + i);
        __m512 s = _mm512_maskz_loadu_ps(m, cos_sin + half + i);
        __m512 x = _mm512_maskz_loadu_ps(m, head + i),
               y = _mm512_maskz_loadu_ps(m, head + half + i);
        _mm512_mask_storeu_ps(head + i, m, _mm512_fmsub_ps(x, c, _mm512_mul_ps(y, s)));
        _mm512_mask_storeu_ps(head + half + i, m, _mm512_fmadd_ps(x, s, _mm512_mul_ps(y, c)));
    }
}

static void rope(float *x, uint32_t n_heads, uint32_t head_dim, uint32_t rope_dims,
                 const float *cos_sin, bool pairs)
{
    for (uint32_t h = 0; h < n_heads; h++, x += head_dim) {
        if (pairs)
            rope_pairs(x, rope_dims / 2, cos_sin);
        else
            rope_halves(x, rope_dims / 2, cos_sin);
    }
}

/* Rounds N_VECTORS * 16 values, of which N_GIVEN are given, to Q and sums[i] over each 16; returns
 * d. */
MM_INLINE float quant_block(uint32_t n_vectors, int8_t *q, const float *x, uint32_t n_given,
                            int32_t sums[])
{
    const __m512 most = _mm512_set1_ps(127.0f), least = _mm512_set1_ps(-127.0f);
    __m512 max = _mm512_setzero_ps();
    for (uint32_t i = 0; i < n_vectors && i * 16 < n_given; i++) {
        __m512 v = _mm512_maskz_loadu_ps(vec_first(n_given - i * 16), x + i * 16);
        max = _mm512_max_ps(_mm512_abs_ps(v), max);
    }
    float amax = _mm512_reduce_max_ps(max);
    const __m512 id = _mm512_set1_ps(amax > 0.0f ? 127.0f / amax : 0.0f);
    for (uint32_t i = 0; i < n_vectors; i++) {
        __mmask16 m = vec_first(i * 16 < n_given ? n_given - i * 16 : 0);
        __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(m, x + i * 16), id);
        v = _mm512_max_ps(_mm512_min_ps(v, most), least);
        __m512i level = _mm512_maskz_cvtps_epi32(m, v);
        sums[i] = _mm512_reduce_add_epi32(level);
        _mm_storeu_si128((__m128i *)(void *)(q + i * 16), _mm512_cvtepi32_epi8(level));
    }
    return amax / 127.0f;
}

static uint32_t given(uint32_t n, uint32_t at)
{
    return n <= at ? 0 : n - at;
}

static void quant_a32(uint8_t *out, const float *x, uint32_t n)
{
    uint32_t cols = layout_act_cols(n);
    float *d = (float *)(void *)(out + act_a32_d(cols));
    int32_t *nsum8 = (int32_t *)(void *)(out + act_a32_nsum8(cols));
    float *s = (float *)(void *)(out + act_a32_s(cols));
    for (uint32_t b = 0; b < cols / 32; b++) {
        int32_t sums[2];
        uint32_t have = given(n, b * 32);
        d[b] = quant_block(2, (int8_t *)out + b * 32, have ? x + b * 32 : x, have, sums);
        nsum8[b] = -8 * (sums[0] + sums[1]);
        s[b] = d[b] * (float)(sums[0] + sums[1]);
    }
}

static void quant_a256(uint8_t *out, const float *x, uint32_t n)
{
    uint32_t cols = layout_act_cols(n);
    float *d = (float *)(void *)(out + act_a256_d(cols));
    int16_t *sum16 = (int16_t *)(void *)(out + act_a256_sum16(cols));
    int16_t *sum32 = (int16_t *)(void *)(out + act_a256_sum32(cols));
    for (uint32_t b = 0; b < cols / 256; b++) {
        int32_t sums[16];
        d[b] = quant_block(16, (int8_t *)out + b * 256, x + b * 256, given(n, b * 256), sums);
        for (uint32_t i = 0; i < 16; i++)
            sum16[b * 16 + i] = (int16_t)sums[i];
        for (uint32_t i = 0; i < 8; i++)
            sum32[b * 8 + i] = (int16_t)(sums[2 * i] + sums[2 * i + 1]);
    }
}

static void quant_bf16(uint8_t *out, const float *x, uint32_t n)
{
    for (uint32_t i = 0; i < layout_act_cols(n); i += 16) {
        __mmask16 m = vec_first(given(n, i));
        __m512i v = vec_round_bf16(_mm512_maskz_loadu_ps(m, i < n ? x + i : x));
        _mm256_storeu_si256((__m256i *)(void *)(out + i * 2),
                            _mm512_cvtepi32_epi16(_mm512_srli_epi32(v, 16)));
    }
}

void avx512_add_rows(struct kern_table *t)
{
    t->norm = norm;
    t->swiglu = swiglu;
    t->axpy = axpy;
    t->scale = scale;
    t->add = add;
    t->rope = rope;
    t->quant[ACT_BF16] = quant_bf16;
    t->quant[ACT_A32] = quant_a32;
    t->quant[ACT_A256] = quant_a256;
}
