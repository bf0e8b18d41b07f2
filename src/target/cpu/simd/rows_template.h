/* rows_template: kernels over the values of a row (norm, elementwise, rotary, the rounding of
 * activations) in the operations of vec_avx512.h or vec_avx2.h, one of which is included before. */
#include "target/cpu/simd/vec_math.h"

/* A kern_norm_fn: the squares add up in 16 lanes, which vec_tree16 joins. */
static void norm(float *out, const float *x, const float *w, uint32_t n, float eps)
{
    struct v16 lane = vec_set(0.0f);
    for (uint32_t i = 0; i < n; i += 16) {
        struct v16 v = vec_load_n(x + i, n - i);
        lane = vec_fma(v, v, lane);
    }
    const struct v16 r = vec_set(1.0f / sqrtf(vec_tree16(lane) / (float)n + eps));
    for (uint32_t i = 0; i < n; i += 16) {
        struct v16 v = vec_mul(vec_load_n(x + i, n - i), r);
        vec_store_n(out + i, vec_mul(v, vec_load_n(w + i, n - i)), n - i);
    }
}

/* A kern_layer_norm_fn: sums as in norm; the lanes behind the last value count as zero. */
static void layer_norm(float *out, const float *x, const float *w, const float *b, uint32_t n,
                       float eps)
{
    const struct v16 zero = vec_set(0.0f);
    struct v16 lane = zero;
    for (uint32_t i = 0; i < n; i += 16)
        lane = vec_add(lane, vec_load_n(x + i, n - i));
    const struct v16 mean = vec_set(vec_tree16(lane) / (float)n);
    lane = zero;
    for (uint32_t i = 0; i < n; i += 16) {
        struct v16 v = vec_range(vec_sub(vec_load_n(x + i, n - i), mean), zero, 0, n - i);
        lane = vec_fma(v, v, lane);
    }
    const struct v16 r = vec_set(1.0f / sqrtf(vec_tree16(lane) / (float)n + eps));
    for (uint32_t i = 0; i < n; i += 16) {
        struct v16 v = vec_mul(vec_sub(vec_load_n(x + i, n - i), mean), r);
        vec_store_n(out + i, vec_fma(v, vec_load_n(w + i, n - i), vec_load_n(b + i, n - i)), n - i);
    }
}

/* A kern_swiglu_fn: silu(g) * u. */
static void swiglu(float *out, const float *g, const float *u, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += 16) {
        struct v16 silu = vec_silu(vec_load_n(g + i, n - i));
        vec_store_n(out + i, vec_mul(silu, vec_load_n(u + i, n - i)), n - i);
    }
}

/* A kern_gelu_fn. */
static void gelu(float *out, const float *x, float linear, float cubic, uint32_t n)
{
    const struct v16 one = vec_set(linear), three = vec_set(cubic);
    for (uint32_t i = 0; i < n; i += 16)
        vec_store_n(out + i, vec_gelu(vec_load_n(x + i, n - i), one, three), n - i);
}

/* A kern_gelu_exact_fn. */
static void gelu_exact(float *out, const float *x, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += 16)
        vec_store_n(out + i, vec_gelu_exact(vec_load_n(x + i, n - i)), n - i);
}

/* A kern_axpy_fn: a + s * b, rounded once. */
static void axpy(float *out, const float *a, const float *b, float s, uint32_t n)
{
    const struct v16 by = vec_set(s);
    for (uint32_t i = 0; i < n; i += 16) {
        struct v16 x = vec_load_n(a + i, n - i), y = vec_load_n(b + i, n - i);
        vec_store_n(out + i, vec_fma(by, y, x), n - i);
    }
}

/* A kern_scale_fn: s * b. */
static void scale(float *out, const float *b, float s, uint32_t n)
{
    const struct v16 by = vec_set(s);
    for (uint32_t i = 0; i < n; i += 16)
        vec_store_n(out + i, vec_mul(by, vec_load_n(b + i, n - i)), n - i);
}

/* A kern_add_fn: a + b. */
static void add(float *out, const float *a, const float *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += 16) {
        struct v16 x = vec_load_n(a + i, n - i), y = vec_load_n(b + i, n - i);
        vec_store_n(out + i, vec_add(x, y), n - i);
    }
}

/* Rotates one head in neighbouring pairs, one at a time. */
static void rope_pairs(float *head, uint32_t half, const float *cos_sin)
{
    for (uint32_t i = 0; i < half; i++) {
        float c = cos_sin[i], s = cos_sin[half + i], x = head[2 * i], y = head[2 * i + 1];
        head[2 * i] = fmaf(x, c, -(y * s));
        head[2 * i + 1] = fmaf(x, s, y * c);
    }
}

/* Rotates one head in pairs that lie HALF apart. */
static void rope_halves(float *head, uint32_t half, const float *cos_sin)
{
    for (uint32_t i = 0; i < half; i += 16) {
        const uint32_t n = half - i;
        struct v16 c = vec_load_n(cos_sin + i, n), s = vec_load_n(cos_sin + half + i, n);
        struct v16 x = vec_load_n(head + i, n), y = vec_load_n(head + half + i, n);
        vec_store_n(head + i, vec_fms(x, c, vec_mul(y, s)), n);
        vec_store_n(head + half + i, vec_fma(x, s, vec_mul(y, c)), n);
    }
}

/* A kern_rope_fn. */
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

/* How many of N values there are from AT on. */
static uint32_t given(uint32_t n, uint32_t at)
{
    return n <= at ? 0 : n - at;
}

/* Rounds N_VECTORS * 16 values, of which N_GIVEN are given, to Q and sums[i] over each 16; returns
 * d. */
MM_INLINE float quant_block(uint32_t n_vectors, int8_t *q, const float *x, uint32_t n_given,
                            int32_t sums[])
{
    const struct v16 most = vec_set(127.0f), least = vec_set(-127.0f), sign = vec_set(-0.0f);
    struct v16 max = vec_set(0.0f);
    for (uint32_t i = 0; i < n_vectors && i * 16 < n_given; i++)
        max = vec_max(vec_andnot(sign, vec_load_n(x + i * 16, n_given - i * 16)), max);
    float amax = vec_reduce_max(max);
    const struct v16 id = vec_set(amax > 0.0f ? 127.0f / amax : 0.0f);
    for (uint32_t i = 0; i < n_vectors; i++) {
        const uint32_t n = given(n_given, i * 16);
        struct v16 v = vec_mul(n ? vec_load_n(x + i * 16, n) : vec_set(0.0f), id);
        v = vec_range(vec_max(vec_min(v, most), least), vec_set(0.0f), 0, n);
        sums[i] = vec_store_i8(q + i * 16, v);
    }
    return amax / 127.0f;
}

/* The kern_quant_fn of A32: a scale and two sums for each 32 values (plan/layout.h). */
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

/* The kern_quant_fn of A256: a scale for each 256 values, sums for each 16 and 32. */
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

/* The kern_quant_fn of BF16. */
static void quant_bf16(uint8_t *out, const float *x, uint32_t n)
{
    for (uint32_t i = 0; i < layout_act_cols(n); i += 16) {
        const uint32_t have = given(n, i);
        struct v16 v = have ? vec_load_n(x + i, have) : vec_set(0.0f);
        vec_store_upper(out + i * 2, vec_round_bf16(v));
    }
}

/* Fills the entries of all kernels above. */
KERN_FILLS static void add_rows(struct kern_table *t)
{
    t->norm = norm;
    t->layer_norm = layer_norm;
    t->swiglu = swiglu;
    t->gelu = gelu;
    t->gelu_exact = gelu_exact;
    t->axpy = axpy;
    t->scale = scale;
    t->add = add;
    t->rope = rope;
    t->quant[ACT_BF16] = quant_bf16;
    t->quant[ACT_A32] = quant_a32;
    t->quant[ACT_A256] = quant_a256;
}
