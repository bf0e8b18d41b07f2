/* The number formats against ggml's own bytes and values (quant-golden.gguf), and single-value
 * conversions. */
#include "t.h"

#include <math.h>

#include "model/model.h"
#include "model/qtype.h"

static bool open_golden(struct model *m)
{
    char path[4096];
    takt_err e;
    return t_shared(path, sizeof path, "models/quant-golden.gguf") &&
           T_RC(model_open(m, path, &e), &e);
}

T_TEST(table)
{
    char list[512] = "";
    size_t at = 0;
    for (uint32_t id = 0; id < 64; id++) {
        if (!qtype_known(id))
            continue;
        enum qtype t = (enum qtype)id;
        uint64_t bytes;
        T_OK(qtype_block_values(t) >= 1 && qtype_block_bytes(t) >= 1);
        T_OK(qtype_row_bytes(t, qtype_block_values(t) * 3, &bytes) &&
             bytes == 3 * qtype_block_bytes(t));
        if (qtype_block_values(t) > 1)
            T_OK(!qtype_row_bytes(t, qtype_block_values(t) + 1, &bytes));
        if (qtype_computable(t))
            at +=
                (size_t)snprintf(list + at, sizeof list - at, "%s%s", at ? " " : "", qtype_name(t));
    }
    T_EQ_STR(qtype_computable_list(), list);
    T_OK(!qtype_known(4) && !qtype_known(31) && !qtype_known(99));
    uint64_t bytes;
    T_OK(!qtype_row_bytes(QTYPE_F64, UINT64_MAX, &bytes));
}

T_TEST(dequantize_equals_ggml)
{
    struct model m;
    unsigned n_types = 0;
    if (!open_golden(&m))
        T_SKIP("no shared data");
    for (uint32_t i = 0; i < m.n_tensors; i++) {
        const struct tensor *t = &m.tensors[i];
        char name[300];
        snprintf(name, sizeof name, "%s.f32", t->name);
        const struct tensor *want = model_tensor(&m, name);
        if (!want || !qtype_computable(t->type))
            continue;
        size_t n = (size_t)(t->ne[0] * t->ne[1]);
        float *got = malloc(n * sizeof *got);
        qtype_dequantize(t->type, got, t->data, n);
        if (memcmp(got, want->data, n * sizeof *got) != 0)
            t_fail(__FILE__, __LINE__, "%s differs from ggml's values", t->name);
        free(got);
        n_types++;
    }
    T_EQ_INT(n_types, 15); /* all computable types but F32, which is the reference's own */
    model_close(&m);
}

/* Nearest even by exhaustion: the float between two neighbouring halves decides. */
T_TEST(f16_rounds_to_nearest_even)
{
    for (uint32_t h = 0; h < 0x7c00; h++) {
        double a = (double)qtype_f16_to_f32((uint16_t)h);
        double b = h + 1 == 0x7c00 ? 65536.0 : (double)qtype_f16_to_f32((uint16_t)(h + 1));
        float mid = (float)((a + b) / 2); /* exact in float32 */
        uint16_t even = (uint16_t)(h & 1 ? h + 1 : h);
        if (qtype_f32_to_f16((float)a) != h || qtype_f32_to_f16(mid) != even ||
            qtype_f32_to_f16(nextafterf(mid, 0)) != h ||
            qtype_f32_to_f16(nextafterf(mid, INFINITY)) != h + 1 ||
            qtype_f32_to_f16(-mid) != (even | 0x8000))
            t_fail(__FILE__, __LINE__, "rounding around half 0x%04x", h);
    }
    T_EQ_INT(qtype_f32_to_f16(INFINITY), 0x7c00);
    T_EQ_INT(qtype_f32_to_f16(-1e30f), 0xfc00);
    T_EQ_INT(qtype_f32_to_f16(-0.0f), 0x8000);
    T_OK(isnan(qtype_f16_to_f32(qtype_f32_to_f16(NAN))));
    T_OK(isinf(qtype_f16_to_f32(0xfc00)) && qtype_f16_to_f32(0xfc00) < 0);
}

T_TEST(bf16_rounds_to_nearest_even)
{
    T_EQ_INT(qtype_f32_to_bf16(1.0f), 0x3f80);
    T_EQ_INT(qtype_f32_to_bf16(1.00390625f), 0x3f80); /* a tie, 0x3f80 is even */
    T_EQ_INT(qtype_f32_to_bf16(1.01171875f), 0x3f82); /* a tie, 0x3f81 is odd */
    T_EQ_INT(qtype_f32_to_bf16(nextafterf(1.00390625f, 2)), 0x3f81);
    T_OK(isnan(qtype_bf16_to_f32(qtype_f32_to_bf16(NAN))));
    for (uint32_t h = 0; h < 0x7f80; h += 7)
        T_EQ_INT(qtype_f32_to_bf16(qtype_bf16_to_f32((uint16_t)h)), h);
}

/* ---- quantisation -----------------------------------------------------------------------------
 */

static const enum qtype quantizable[] = {QTYPE_F32,  QTYPE_F16,  QTYPE_BF16, QTYPE_Q8_0,
                                         QTYPE_Q4_0, QTYPE_Q4_K, QTYPE_Q5_K, QTYPE_Q6_K,
                                         QTYPE_Q5_0, QTYPE_Q5_1};
enum { N_QUANTIZABLE = sizeof quantizable / sizeof quantizable[0] };

static double rmse(const float *a, const float *b, size_t n, const float *w)
{
    double sum = 0, weights = 0;
    for (size_t i = 0; i < n; i++) {
        double d = (double)a[i] - (double)b[i], wi = w ? (double)w[i] : 1;
        sum += wi * d * d;
        weights += wi;
    }
    return sqrt(sum / weights);
}

/* Packs and unpacks N values. */
static void round_trip(enum qtype t, float *out, const float *src, size_t n, const float *w)
{
    uint64_t bytes = 0;
    T_OK(qtype_row_bytes(t, n, &bytes));
    uint8_t *packed = malloc(bytes);
    T_OK(qtype_quantize(t, packed, src, n, w));
    qtype_dequantize(t, out, packed, n);
    free(packed);
}

T_TEST(quantization_errs_no_more_than_ggmls)
{
    struct model m;
    if (!open_golden(&m))
        T_SKIP("no shared data");
    const struct tensor *source = model_tensor(&m, "src");
    size_t n = (size_t)(source->ne[0] * source->ne[1]);
    float *src = malloc(n * sizeof *src), *got = malloc(n * sizeof *got);
    memcpy(src, source->data, n * sizeof *src);
    for (int k = 1; k < N_QUANTIZABLE; k++) {
        enum qtype t = quantizable[k];
        const struct tensor *golden = NULL;
        for (uint32_t i = 0; i < m.n_tensors; i++)
            golden = m.tensors[i].type == t ? &m.tensors[i] : golden;
        if (!T_OK(golden))
            continue;
        round_trip(t, got, src, n, NULL);
        double ours = rmse(got, src, n, NULL);
        qtype_dequantize(t, got, golden->data, n);
        double theirs = rmse(got, src, n, NULL);
        printf("# %-5s rmse %.6g, ggml %.6g, ratio %.4f\n", qtype_name(t), ours, theirs,
               ours / theirs);
        T_OK(ours <= theirs * 1.0000001);
    }
    uint64_t bytes = 0;
    const struct tensor *q8 = model_tensor(&m, "q8_0");
    T_OK(qtype_row_bytes(QTYPE_Q8_0, n, &bytes));
    uint8_t *packed = malloc(bytes);
    T_OK(qtype_quantize(QTYPE_Q8_0, packed, src, n, NULL));
    T_EQ_MEM(packed, q8->data, bytes);
    free(packed);
    free(src);
    free(got);
    model_close(&m);
}

/* Blocks that are easy to get wrong; the error must stay within the format's resolution of the
 * block's range. */
static void fill_case(float *x, size_t n, int kind)
{
    for (size_t i = 0; i < n; i++) {
        switch (kind) {
        case 0: x[i] = 0; break;
        case 1: x[i] = 3.5f; break;
        case 2: x[i] = -3.5f; break;
        case 3: x[i] = i % 37 ? 0 : -9; break;
        case 4: x[i] = t_rand_f32(1, 2); break;
        case 5: x[i] = t_rand_f32(-2, -1); break;
        case 6: x[i] = t_rand_f32(-1e-5f, 1e-5f); break;
        case 7: x[i] = t_rand_f32(-3000, 3000); break;
        default: x[i] = (float)i - 128; break;
        }
    }
}

T_TEST(quantization_of_odd_blocks)
{
    /* Half a step of each format over a range that includes 0, with some room for 6-bit scales;
     * and, in units of 2^-25, what is lost because a scale is a half: that many steps may reach the
     * largest value. */
    static const double steps[N_QUANTIZABLE] = {0,    1e-3, 8e-3, .005, .13,
                                                .085, .045, .025, .065, .04};
    static const double lost[N_QUANTIZABLE] = {0, 1, 0, 127, 16, 46, 94, 64, 32, 62};
    float x[512], y[512];
    for (int kind = 0; kind < 9; kind++) {
        for (int k = 0; k < N_QUANTIZABLE; k++) {
            fill_case(x, 512, kind);
            round_trip(quantizable[k], y, x, 512, NULL);
            for (size_t from = 0; from < 512; from += 256) {
                double largest = 0, worst = 0;
                for (size_t i = from; i < from + 256; i++) {
                    largest = fmax(largest, fabs((double)x[i]));
                    worst = fmax(worst, fabs((double)x[i] - (double)y[i]));
                }
                if (!(worst <= steps[k] * largest + lost[k] * 0x1p-25))
                    t_fail(__FILE__, __LINE__, "%s, case %d: error %g of %g",
                           qtype_name(quantizable[k]), kind, worst, largest);
            }
        }
    }
}

T_TEST(quantization_survives_anything)
{
    static const float odd[] = {INFINITY, -INFINITY, 3e38f, -3e38f, 1e-40f, -0.0f, 1e20f};
    float x[256], y[256], w[256];
    for (int round = 0; round < 200; round++) {
        for (size_t i = 0; i < 256; i++) {
            uint64_t r = t_rand();
            x[i] = r % 5 ? t_rand_f32(-1, 1) : odd[r / 8 % 7];
            if (r % 41 == 0)
                x[i] = NAN;
            w[i] = r % 3 ? t_rand_f32(0, 2) : r % 7 == 0 ? NAN : -1;
        }
        for (int k = 3; k < N_QUANTIZABLE; k++) {
            round_trip(quantizable[k], y, x, 256, round % 2 ? w : NULL);
            for (size_t i = 0; i < 256; i++)
                if (!isfinite(y[i])) {
                    t_fail(__FILE__, __LINE__, "%s gave %g", qtype_name(quantizable[k]),
                           (double)y[i]);
                    break;
                }
        }
    }
    T_OK(!qtype_quantize(QTYPE_Q2_K, y, x, 256, NULL));
}

T_TEST(importance_moves_the_error)
{
    float x[1024], w[1024], plain[1024], weighted[1024];
    for (size_t i = 0; i < 1024; i++) {
        x[i] = t_rand_f32(-1, 1) * t_rand_f32(0, 1);
        w[i] = i % 16 == 3 ? 100 : 1;
    }
    for (int k = 4; k < N_QUANTIZABLE; k++) {
        round_trip(quantizable[k], plain, x, 1024, NULL);
        round_trip(quantizable[k], weighted, x, 1024, w);
        T_OK(rmse(weighted, x, 1024, w) < 0.95 * rmse(plain, x, 1024, w));
        T_OK(rmse(weighted, x, 1024, NULL) > rmse(plain, x, 1024, NULL));
    }
}

T_MAIN("model/qtype")
