/* Rounding of activation rows to the form that a weight type is multiplied with (docs/numerics.md).
 */
#include "target/cpu/kern_math.h"
#include "target/cpu/ref/ref.h"

/* amax by max(|x|, amax): a NaN is the first operand and is ignored. */
static float absolute_max(const float *x, uint32_t n)
{
    float amax = 0.0f;
    for (uint32_t i = 0; i < n; i++)
        amax = kern_max(fabsf(x[i]), amax);
    return amax;
}

static int8_t level(float x, float id)
{
    return (int8_t)rintf(kern_max(kern_min(x * id, 127.0f), -127.0f));
}

/* Rounds one block of N values (the first N_GIVEN of them given, the others zero) and returns its
 * scale. */
static float quant_block(int8_t *q, const float *x, uint32_t n_given, uint32_t n)
{
    float amax = absolute_max(x, n_given);
    float id = amax > 0.0f ? 127.0f / amax : 0.0f;
    for (uint32_t i = 0; i < n; i++)
        q[i] = i < n_given ? level(x[i], id) : 0;
    return amax / 127.0f;
}

static int32_t sum(const int8_t *q, uint32_t n)
{
    int32_t s = 0;
    for (uint32_t i = 0; i < n; i++)
        s += q[i];
    return s;
}

static uint32_t given(uint32_t n, uint32_t at, uint32_t block)
{
    return n <= at ? 0 : n - at < block ? n - at : block;
}

static void quant_a32(uint8_t *out, const float *x, uint32_t n)
{
    uint32_t cols = layout_act_cols(n);
    int8_t *q = (int8_t *)out;
    float *d = (float *)(void *)(out + act_a32_d(cols));
    int32_t *nsum8 = (int32_t *)(void *)(out + act_a32_nsum8(cols));
    float *s = (float *)(void *)(out + act_a32_s(cols));
    for (uint32_t b = 0; b < cols / 32; b++) {
        uint32_t have = given(n, b * 32, 32);
        d[b] = quant_block(q + b * 32, have ? x + b * 32 : x, have, 32);
        int32_t qsum = sum(q + b * 32, 32);
        nsum8[b] = -8 * qsum;
        s[b] = d[b] * (float)qsum;
    }
}

static void quant_a256(uint8_t *out, const float *x, uint32_t n)
{
    uint32_t cols = layout_act_cols(n);
    int8_t *q = (int8_t *)out;
    float *d = (float *)(void *)(out + act_a256_d(cols));
    int16_t *sum16 = (int16_t *)(void *)(out + act_a256_sum16(cols));
    int16_t *sum32 = (int16_t *)(void *)(out + act_a256_sum32(cols));
    for (uint32_t b = 0; b < cols / 256; b++)
        d[b] = quant_block(q + b * 256, x + b * 256, given(n, b * 256, 256), 256);
    for (uint32_t i = 0; i < cols / 16; i++)
        sum16[i] = (int16_t)sum(q + i * 16, 16);
    for (uint32_t i = 0; i < cols / 32; i++)
        sum32[i] = (int16_t)sum(q + i * 32, 32);
}

static void quant_f32(uint8_t *out, const float *x, uint32_t n)
{
    float *o = (float *)(void *)out;
    for (uint32_t i = 0; i < layout_act_cols(n); i++)
        o[i] = i < n ? x[i] : 0.0f;
}

static void quant_bf16(uint8_t *out, const float *x, uint32_t n)
{
    uint16_t *o = (uint16_t *)(void *)out;
    for (uint32_t i = 0; i < layout_act_cols(n); i++)
        o[i] = i < n ? kern_bf16(x[i]) : 0;
}

void ref_add_quant(struct kern_table *t)
{
    t->quant[ACT_F32] = quant_f32;
    t->quant[ACT_BF16] = quant_bf16;
    t->quant[ACT_A32] = quant_a32;
    t->quant[ACT_A256] = quant_a256;
}
