/* The reference kernels against straightforward double precision. */
#include "mini_weights.h"
#include "target/cpu/kern.h"

static struct kern_table kern;

static uint32_t begin(void)
{
    kern_table_init(&kern, KERN_REF);
    return kern_float_state_set();
}

/* ---- rounding of activations -------------------------------------------------------------------
 */

static void check_a32(const float *x, uint32_t n)
{
    _Alignas(64) uint8_t row[4096];
    uint32_t cols = layout_act_cols(n);
    memset(row, 0xee, sizeof row);
    kern.quant[ACT_A32](row, x, n);
    const int8_t *q = (const int8_t *)row;
    const float *d = (const float *)(const void *)(row + act_a32_d(cols));
    const int32_t *nsum8 = (const int32_t *)(const void *)(row + act_a32_nsum8(cols));
    const float *s = (const float *)(const void *)(row + act_a32_s(cols));
    for (uint32_t b = 0; b < cols / 32; b++) {
        int32_t sum = 0;
        for (uint32_t i = b * 32; i < b * 32 + 32; i++) {
            sum += q[i];
            if (i < n)
                T_NEAR(q[i] * (double)d[b], x[i], 0.5001 * (double)d[b]);
            else
                T_EQ_INT(q[i], 0);
        }
        T_EQ_INT(nsum8[b], -8 * sum);
        T_NEAR(s[b], (double)d[b] * sum, 1e-6 * fabs((double)d[b] * sum));
    }
    T_EQ_INT(row[layout_act_stride(ACT_A32, n)], 0xee); /* nothing beyond the row */
}

T_TEST(a32_is_the_nearest_level_and_pads_with_zeros)
{
    uint32_t state = begin();
    float x[600];
    for (int i = 0; i < 600; i++)
        x[i] = t_rand_f32(-3, 3) * (i / 32 % 3 == 0 ? 1e-3f : 1.0f);
    check_a32(x, 512);
    check_a32(x, 33);
    check_a32(x, 600);
    check_a32(x, 1);
    kern_float_state_restore(state);
}

T_TEST(a256_keeps_sums)
{
    uint32_t state = begin();
    _Alignas(64) uint8_t row[2048];
    float x[300];
    for (int i = 0; i < 300; i++)
        x[i] = t_rand_f32(-2, 1);
    kern.quant[ACT_A256](row, x, 300);
    const int8_t *q = (const int8_t *)row;
    const float *d = (const float *)(const void *)(row + act_a256_d(512));
    const int16_t *s16 = (const int16_t *)(const void *)(row + act_a256_sum16(512));
    const int16_t *s32 = (const int16_t *)(const void *)(row + act_a256_sum32(512));
    for (int i = 0; i < 300; i++)
        T_NEAR(q[i] * (double)d[i / 256], x[i], 0.5001 * (double)d[i / 256]);
    for (int j = 0; j < 32; j++) {
        int sum = 0;
        for (int i = 0; i < 16; i++)
            sum += q[j * 16 + i];
        T_EQ_INT(s16[j], sum);
        if (j % 2)
            T_EQ_INT(s32[j / 2], s16[j - 1] + s16[j]);
    }
    kern_float_state_restore(state);
}

T_TEST(rounding_of_odd_values)
{
    uint32_t state = begin();
    _Alignas(64) uint8_t row[1024];
    float x[32] = {0};
    const float *d = (const float *)(const void *)(row + act_a32_d(256));
    const int8_t *q = (const int8_t *)row;
    kern.quant[ACT_A32](row, x, 32); /* zeros */
    T_OK(d[0] == 0.0f && q[0] == 0 && q[31] == 0);
    x[0] = NAN, x[1] = -1.0f, x[2] = 0.5f / 127;
    kern.quant[ACT_A32](row, x, 32);
    T_EQ_INT(q[0], 127); /* NaN */
    T_EQ_INT(q[1], -127);
    T_OK(d[0] == 1.0f / 127);
    x[0] = -INFINITY;
    kern.quant[ACT_A32](row, x, 32); /* the scale is infinite, the levels are what they may be */
    T_OK(isinf(d[0]));
    x[0] = 1e-40f, x[1] = 0, x[2] = 0; /* a denormal counts as zero */
    kern.quant[ACT_A32](row, x, 32);
    T_OK(d[0] == 0.0f && q[0] == 0);
    /* ties go to even: x * id = 2.5 */
    x[0] = 127.0f, x[1] = 2.5f, x[2] = 3.5f, x[3] = -2.5f;
    kern.quant[ACT_A32](row, x, 32);
    T_EQ_INT(q[1], 2);
    T_EQ_INT(q[2], 4);
    T_EQ_INT(q[3], -2);
    kern_float_state_restore(state);
}

/* ---- products ----------------------------------------------------------------------------------
 */

enum { ROWS = 48, TOKENS = 3, COLS_MAX = 800 };

static void check_product(enum qtype type, uint32_t cols)
{
    enum act_kind form = layout_act_for(type);
    uint64_t stride = layout_act_stride(form, cols), group = layout_group_bytes(type, cols);
    uint8_t *w = mini_alloc(layout_matrix_bytes(type, ROWS, cols));
    uint8_t *act = mini_alloc(stride * TOKENS);
    static float x[COLS_MAX], row[COLS_MAX], out[TOKENS][ROWS];
    static double a[TOKENS][COLS_MAX];
    for (uint64_t at = 0; at < layout_matrix_bytes(type, ROWS, cols);
         at += layout_panel_bytes(type))
        mini_fill_panel(type, w + at);
    for (uint32_t t = 0; t < TOKENS; t++) {
        for (uint32_t i = 0; i < cols; i++)
            x[i] = t_rand_f32(-1, 1);
        kern.quant[form](act + t * stride, x, cols);
        mini_act_values(a[t], form, act + t * stride, cols);
    }
    kern.matmul[type](out[0], ROWS, w, ROWS / 16, group, cols, act, stride, TOKENS, NULL);
    double worst = 0;
    for (uint32_t r = 0; r < ROWS; r++) {
        kern.embed[type](row, w, group, r, cols, 1.0f);
        for (uint32_t t = 0; t < TOKENS; t++) {
            double sum = 0, size = 1e-30;
            for (uint32_t i = 0; i < cols; i++) {
                sum += row[i] * a[t][i];
                size += fabs(row[i] * a[t][i]);
            }
            double error = fabs(out[t][r] - sum) / size;
            worst = error > worst ? error : worst;
        }
    }
    if (!(worst < 2e-6))
        t_fail(__FILE__, __LINE__, "%s x %u: error %g", qtype_name(type), cols, worst);
    free(w);
    free(act);
}

/* Also proves that matmul and embed agree about where each value lies. */
T_TEST(products_match_double_precision)
{
    uint32_t state = begin();
    for (uint32_t id = 0; id < KERN_TYPES; id++)
        if (qtype_known(id) && qtype_computable((enum qtype)id)) {
            uint32_t block = qtype_block_values((enum qtype)id);
            check_product((enum qtype)id, 768);
            check_product((enum qtype)id, block == 256 ? 256 : block == 32 ? 96 : 77);
        }
    kern_float_state_restore(state);
}

T_TEST(columns_beyond_the_matrix_do_not_count)
{
    /* zero weights times whatever the padding of the activations is: the result is that of the
     * columns alone */
    uint32_t state = begin();
    _Alignas(64) static uint8_t w[1088 * 2], act[2048];
    float x[96], out[16], again[16];
    mini_fill_panel(QTYPE_Q8_0, w);
    mini_fill_panel(QTYPE_Q8_0, w + 1088);
    for (int i = 0; i < 96; i++)
        x[i] = t_rand_f32(-1, 1);
    kern.quant[ACT_A32](act, x, 96);
    kern.matmul[QTYPE_Q8_0](out, 16, w, 1, 2176, 96, act, layout_act_stride(ACT_A32, 96), 1, NULL);
    memset(w + 1088 + 32, 0, 32); /* zero scales in the fourth block */
    kern.matmul[QTYPE_Q8_0](again, 16, w, 1, 2176, 128, act, layout_act_stride(ACT_A32, 96), 1,
                            NULL);
    T_EQ_MEM(out, again, sizeof out);
    kern_float_state_restore(state);
}

/* ---- the packed layout, from its description ---------------------------------------------------
 */

static void put_nibble(uint8_t *at, uint32_t k, uint32_t row, uint32_t v)
{
    uint32_t block = k / 32, group = k % 32 / 4;
    at[block * 256 + group % 4 * 64 + row * 4 + k % 4] |= (uint8_t)(v << (group >= 4 ? 4 : 0));
}

static void put_bit(uint8_t *at, uint32_t k, uint32_t row, uint32_t v)
{
    uint64_t *u = (uint64_t *)(void *)at;
    u[k / 4] |= (uint64_t)v << (row * 4 + k % 4);
}

static void put_two(uint8_t *at, uint32_t k, uint32_t row, uint32_t v)
{
    uint32_t group = k % 64 / 4;
    at[k / 64 * 256 + group % 4 * 64 + row * 4 + k % 4] |= (uint8_t)(v << (group / 4 * 2));
}

static const uint16_t ONE = 0x3c00, HALF = 0x3800; /* f16 1 and 0.5 */

static void check_row(enum qtype type, const uint8_t *panel, uint32_t row, const float *want,
                      uint32_t n)
{
    float got[256];
    kern.embed[type](got, panel, layout_panel_bytes(type), row, n, 1.0f);
    for (uint32_t k = 0; k < n; k++)
        if (got[k] != want[k]) {
            t_fail(__FILE__, __LINE__, "%s row %u column %u is %g, not %g", qtype_name(type), row,
                   k, (double)got[k], (double)want[k]);
            return;
        }
}

T_TEST(blocks_of_32_lie_as_the_layout_says)
{
    uint32_t state = begin();
    static const enum qtype types[] = {QTYPE_Q4_0, QTYPE_Q4_1,   QTYPE_Q5_0,
                                       QTYPE_Q5_1, QTYPE_IQ4_NL, QTYPE_MXFP4};
    for (int i = 0; i < 6; i++)
        for (uint32_t row = 0; row < 16; row += 5) {
            _Alignas(64) uint8_t panel[1024] = {0};
            enum qtype t = types[i];
            bool min = t == QTYPE_Q4_1 || t == QTYPE_Q5_1,
                 five = t == QTYPE_Q5_0 || t == QTYPE_Q5_1;
            uint16_t *h = (uint16_t *)(void *)panel;
            float want[64];
            h[row] = t == QTYPE_MXFP4 ? kern_bf16(1.0f) : ONE;
            h[16 + row] = t == QTYPE_MXFP4 ? kern_bf16(0.5f) : HALF;
            if (min)
                h[32 + row] = HALF, h[48 + row] = ONE;
            uint8_t *quants = panel + (min ? 128 : 64);
            for (uint32_t k = 0; k < 64; k++) {
                uint32_t v = (uint32_t)t_rand() % (five ? 32 : 16);
                int level = t == QTYPE_Q4_0     ? (int)v - 8
                            : t == QTYPE_Q5_0   ? (int)v - 16
                            : t == QTYPE_IQ4_NL ? qtype_iq4nl_levels[v]
                            : t == QTYPE_MXFP4  ? qtype_mxfp4_levels[v]
                                                : (int)v;
                put_nibble(quants, k, row, v & 15);
                if (five)
                    put_bit(quants + 512, k, row, v >> 4);
                want[k] = (float)level * (k < 32 ? 1.0f : 0.5f);
                if (min)
                    want[k] += k < 32 ? 0.5f : 1.0f;
            }
            check_row(t, panel, row, want, 64);
        }
    kern_float_state_restore(state);
}

T_TEST(super_blocks_lie_as_the_layout_says)
{
    uint32_t state = begin();
    for (uint32_t row = 0; row < 16; row += 3) {
        _Alignas(64) uint8_t q4[2304] = {0}, q6[3392] = {0}, q3[1856] = {0}, q2[1344] = {0};
        float want4[256], want6[256], want3[256], want2[256];
        ((uint16_t *)(void *)q4)[row] = ONE, ((uint16_t *)(void *)q4)[16 + row] = HALF;
        ((uint16_t *)(void *)q2)[row] = ONE, ((uint16_t *)(void *)q2)[16 + row] = HALF;
        ((uint16_t *)(void *)(q6 + 3328))[row] = HALF;
        ((uint16_t *)(void *)(q3 + 1792))[row] = HALF;
        for (uint32_t j = 0; j < 16; j++) {
            uint32_t sc = (uint32_t)t_rand() & 63, mn = (uint32_t)t_rand() & 63;
            uint32_t sub = j / 2;
            if (j % 2 == 0) {
                q4[64 + sub * 16 + row] = (uint8_t)((sc & 15) | (mn & 15) << 4);
                q4[192 + sub / 2 * 16 + row] |=
                    (uint8_t)((sc >> 4 | (mn >> 4) << 2) << (sub % 2 * 4));
            }
            q6[j * 16 + row] = (uint8_t)(sc - 32);
            q3[j * 16 + row] = (uint8_t)(sc - 32);
            q2[64 + j * 16 + row] = (uint8_t)((sc & 15) | (mn & 15) << 4);
            for (uint32_t k = j * 16; k < j * 16 + 16; k++) {
                uint32_t v = (uint32_t)t_rand() & 63;
                static uint32_t sc4, mn4;
                if (j % 2 == 0)
                    sc4 = sc, mn4 = mn;
                put_nibble(q4 + 256, k, row, v & 15);
                want4[k] = (float)sc4 * (float)(v & 15) - 0.5f * (float)mn4;
                put_nibble(q6 + 256, k, row, v & 15);
                put_two(q6 + 256 + 2048, k, row, v >> 4);
                want6[k] = 0.5f * (float)((int)sc - 32) * (float)((int)v - 32);
                put_two(q3 + 256, k, row, v & 3);
                put_bit(q3 + 256 + 1024, k, row, v >> 2 & 1);
                want3[k] = 0.5f * (float)((int)sc - 32) * (float)((int)(v & 7) - 4);
                put_two(q2 + 320, k, row, v & 3);
                want2[k] = (float)(sc & 15) * (float)(v & 3) - 0.5f * (float)(mn & 15);
            }
        }
        check_row(QTYPE_Q4_K, q4, row, want4, 256);
        check_row(QTYPE_Q6_K, q6, row, want6, 256);
        check_row(QTYPE_Q3_K, q3, row, want3, 256);
        check_row(QTYPE_Q2_K, q2, row, want2, 256);
    }
    kern_float_state_restore(state);
}

/* ---- the rest ----------------------------------------------------------------------------------
 */

T_TEST(norm_matches_double_precision)
{
    uint32_t state = begin();
    float x[333], w[333], out[333];
    double ss = 0;
    for (int i = 0; i < 333; i++) {
        x[i] = t_rand_f32(-4, 4);
        w[i] = t_rand_f32(0, 2);
        ss += (double)x[i] * x[i];
    }
    kern.norm(out, x, w, 333, 1e-5f);
    for (int i = 0; i < 333; i++)
        T_NEAR(out[i], x[i] / sqrt(ss / 333 + 1e-5) * w[i], 1e-5);
    kern_float_state_restore(state);
}

T_TEST(rotation_of_halves_and_of_pairs)
{
    uint32_t state = begin();
    float cos_sin[4] = {0.8f, 0.6f, 0.6f, -0.8f}; /* cos, cos, sin, sin */
    float a[6] = {1, 2, 3, 4, 5, 6}, b[6] = {1, 2, 3, 4, 5, 6};
    kern.rope(a, 1, 6, 4, cos_sin, false); /* (1,3) and (2,4) */
    T_NEAR(a[0], 1 * 0.8 - 3 * 0.6, 1e-6);
    T_NEAR(a[2], 1 * 0.6 + 3 * 0.8, 1e-6);
    T_NEAR(a[1], 2 * 0.6 + 4 * 0.8, 1e-6);
    T_NEAR(a[3], 2 * -0.8 + 4 * 0.6, 1e-6);
    kern.rope(b, 1, 6, 4, cos_sin, true); /* (1,2) and (3,4) */
    T_NEAR(b[0], 1 * 0.8 - 2 * 0.6, 1e-6);
    T_NEAR(b[3], 3 * -0.8 + 4 * 0.6, 1e-6);
    T_OK(a[4] == 5 && a[5] == 6 && b[4] == 5 && b[5] == 6);
    kern_float_state_restore(state);
}

enum { A_HEAD = 40, A_HDP = 64, A_POS = 600, A_ROWS = 3, A_PAGES = A_POS / LAYOUT_PAGE + 1 };

struct attn_case {
    float k[A_POS][A_HEAD], v[A_POS][A_HEAD], q[A_ROWS][A_HEAD], out[A_ROWS][A_HEAD];
    uint32_t pages[A_PAGES];
    uint8_t *kv, *scratch;
    struct kern_attn a;
};

static void fill_attn(struct attn_case *c, enum kv_kind kind, uint32_t window)
{
    uint64_t head_bytes = kv_head_bytes(kind, A_HDP);
    uint64_t page_bytes = 2 * head_bytes + 128; /* something in front of the head */
    c->kv = mini_alloc(page_bytes * A_PAGES);
    memset(c->kv, 0x7f, page_bytes * A_PAGES); /* finite, large: must not matter */
    c->scratch = mini_alloc(kern_attn_scratch_bytes(A_HDP));
    for (uint32_t p = 0; p < A_PAGES; p++)
        c->pages[p] = (p * 7 + 3) % A_PAGES;
    for (uint32_t pos = 0; pos < A_POS; pos++) {
        for (int d = 0; d < A_HEAD; d++) {
            c->k[pos][d] = t_rand_f32(-1, 1);
            c->v[pos][d] = t_rand_f32(-1, 1);
        }
        kern.kv_write[kind](c->kv + c->pages[pos / LAYOUT_PAGE] * page_bytes + 128, head_bytes,
                            A_HDP, A_HEAD, pos % LAYOUT_PAGE, c->k[pos], c->v[pos]);
    }
    c->a = (struct kern_attn){.n_rows = A_ROWS,
                              .head_dim = A_HEAD,
                              .hdp = A_HDP,
                              .window = window,
                              .scale = 0.3f,
                              .kv = c->kv,
                              .page_bytes = page_bytes,
                              .offset = 128,
                              .head_bytes = head_bytes,
                              .pages = c->pages,
                              .scratch = c->scratch};
    static const uint32_t at[A_ROWS] = {0, 255, 583};
    for (int r = 0; r < A_ROWS; r++) {
        for (int d = 0; d < A_HEAD; d++)
            c->q[r][d] = t_rand_f32(-2, 2);
        c->a.q[r] = c->q[r], c->a.out[r] = c->out[r], c->a.pos[r] = at[r];
    }
}

static void check_attn(enum kv_kind kind, uint32_t window, double eps)
{
    struct attn_case *c = calloc(1, sizeof *c);
    static double p[A_POS];
    fill_attn(c, kind, window);
    kern.attn[kind](&c->a);
    for (int r = 0; r < A_ROWS; r++) {
        uint32_t pos = c->a.pos[r], lo = window && pos >= window ? pos - window + 1 : 0;
        double max = -1e9, sum = 0;
        for (uint32_t i = lo; i <= pos; i++) {
            p[i] = 0;
            for (int d = 0; d < A_HEAD; d++)
                p[i] += (double)c->q[r][d] * c->k[i][d] * 0.3;
            max = p[i] > max ? p[i] : max;
        }
        for (uint32_t i = lo; i <= pos; i++)
            sum += p[i] = exp(p[i] - max);
        for (int d = 0; d < A_HEAD; d++) {
            double o = 0;
            for (uint32_t i = lo; i <= pos; i++)
                o += p[i] / sum * c->v[i][d];
            T_NEAR(c->out[r][d], o, eps);
        }
    }
    free(c->kv);
    free(c->scratch);
    free(c);
}

T_TEST(attention_matches_double_precision)
{
    uint32_t state = begin();
    check_attn(KV_KIND_F32, 0, 2e-6);
    check_attn(KV_KIND_F32, 100, 2e-6);
    check_attn(KV_KIND_F32, 300, 2e-6);
    check_attn(KV_KIND_BF16, 0, 1e-2);
    check_attn(KV_KIND_BF16, 1, 1e-2);
    check_attn(KV_KIND_Q8, 0, 2e-2);
    check_attn(KV_KIND_Q8, 1, 2e-2);
    kern_float_state_restore(state);
}

T_TEST(the_cache_holds_finite_values_only)
{
    uint32_t state = begin();
    _Alignas(64) float page[2 * LAYOUT_PAGE * 32] = {0};
    float k[32], v[32];
    for (int i = 0; i < 32; i++)
        k[i] = i % 2 ? NAN : -INFINITY, v[i] = i % 2 ? INFINITY : 1.0f;
    kern.kv_write[KV_KIND_F32]((uint8_t *)page, sizeof page / 2, 32, 32, 5, k, v);
    for (size_t i = 0; i < sizeof page / sizeof *page; i++)
        T_OK(isfinite(page[i]));
    uint16_t half[2 * LAYOUT_PAGE * 32] = {0};
    kern.kv_write[KV_KIND_BF16]((uint8_t *)half, sizeof half / 2, 32, 32, 5, k, v);
    for (size_t i = 0; i < sizeof half / sizeof *half; i++)
        T_OK(isfinite(kern_bf16_to_f32(half[i])));
    _Alignas(64) uint8_t q8[2 * LAYOUT_PAGE * 34] = {0};
    kern.kv_write[KV_KIND_Q8](q8, sizeof q8 / 2, 32, 32, 5, k, v);
    for (size_t half_page = 0; half_page < sizeof q8; half_page += sizeof q8 / 2)
        for (size_t i = 0; i < kv_q8_scale_bytes(32); i += 2)
            T_OK(isfinite(127.0f * kern_bf16_to_f32(*(uint16_t *)(void *)(q8 + half_page + i))));
    kern_float_state_restore(state);
}

T_MAIN("target/ref")
