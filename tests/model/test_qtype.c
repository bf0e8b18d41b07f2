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

T_MAIN("model/qtype")
