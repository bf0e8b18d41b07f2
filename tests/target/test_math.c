/* The scalar functions of the numeric contract against double precision. */
#include "t.h"
#include "target/cpu/kern.h"
#include "target/cpu/kern_math.h"

static double relative(double got, double want)
{
    return fabs(got - want) / fabs(want);
}

T_TEST(exp_is_accurate_over_its_range)
{
    uint32_t state = kern_float_state_set();
    double worst = 0;
    for (float x = KERN_EXP_LO; x <= KERN_EXP_HI; x += 0.00173f) {
        double error = relative(kern_exp(x), exp((double)x));
        worst = error > worst ? error : worst;
    }
    kern_float_state_restore(state);
    T_NEAR(worst, 0, 1.2e-7); /* one unit in the last place */
    T_OK(kern_exp(0.0f) == 1.0f);
}

T_TEST(exp_at_its_ends)
{
    uint32_t state = kern_float_state_set();
    T_OK(kern_bits(kern_exp(-87.00001f)) == 0);
    T_OK(kern_bits(kern_exp(-INFINITY)) == 0);
    T_OK(kern_exp(KERN_EXP_LO) >= 0x1p-126f); /* no denormal arises */
    T_OK(isfinite(kern_exp(KERN_EXP_HI)));
    T_OK(kern_exp(INFINITY) == kern_exp(KERN_EXP_HI));
    T_OK(kern_exp(NAN) == kern_exp(KERN_EXP_HI));
    kern_float_state_restore(state);
}

T_TEST(silu_is_accurate)
{
    double worst = 0;
    for (float x = -80; x < 80; x += 0.0137f) {
        double want = (double)x / (1 + exp(-(double)x));
        double error = want != 0 ? relative(kern_silu(x), want) : 0;
        worst = error > worst ? error : worst;
    }
    T_NEAR(worst, 0, 4e-7);
    T_OK(kern_silu(0.0f) == 0.0f);
}

T_TEST(gelu_exact_is_accurate)
{
    double worst = 0;
    for (float x = -40; x < 40; x += 0.000913f) {
        double want = (double)x * 0.5 * erfc(-(double)x / sqrt(2.0));
        worst = fmax(worst, fabs((double)kern_gelu_exact(x) - want) / fmax(1, fabs(want)));
    }
    T_NEAR(worst, 0, 2e-7);
    T_OK(kern_gelu_exact(0.0f) == 0.0f);
    T_OK(kern_gelu_exact(-40.0f) > -1e-30f);
    T_OK(isnan(kern_gelu_exact(NAN)));
}

T_TEST(rotary_table_up_to_a_million_radians)
{
    /* f32 rounding of the exact value of the f32 angle: off by one unit at most where the exact
     * value lies next to a rounding boundary; the double inside is good to 1e-12. */
    static const uint32_t positions[] = {0, 1, 2, 3, 100, 4095, 32767, 131071, 999999, 1000000};
    double worst = 0;
    for (size_t p = 0; p < sizeof positions / sizeof *positions; p++)
        for (int k = 0; k < 4000; k++) {
            float inv_freq = t_rand_f32(0, 1), out[2];
            kern_rope_table(out, positions[p], &inv_freq, 1);
            long double angle = (float)positions[p] * inv_freq;
            double c = fabs((double)(out[0] - cosl(angle)));
            double s = fabs((double)(out[1] - sinl(angle)));
            worst = c > worst ? c : worst;
            worst = s > worst ? s : worst;
        }
    T_NEAR(worst, 0, 0x1p-25 + 1e-12); /* half a unit of values in [0.5, 1) */
    float one = 1.0f, out[2];
    kern_rope_table(out, 0, &one, 1);
    T_OK(out[0] == 1.0f && out[1] == 0.0f);
}

T_TEST(half_floats_convert_exactly)
{
    uint32_t state = kern_float_state_set();
    T_OK(kern_f16(0x3c00) == 1.0f && kern_f16(0xc000) == -2.0f && kern_f16(0x7bff) == 65504.0f);
    T_EQ_INT(kern_bits(kern_f16(0x0001)), kern_bits(0x1p-24f)); /* a denormal survives DAZ */
    T_EQ_INT(kern_bits(kern_f16(0x83ff)), kern_bits(-1023 * 0x1p-24f));
    T_EQ_INT(kern_bits(kern_f16(0x8000)), 0x80000000u);
    T_EQ_INT(kern_bits(kern_f16(0x7c00)), 0x7f800000u);
    T_OK(isnan(kern_f16(0x7e01)));
    kern_float_state_restore(state);
    for (uint32_t h = 0; h < 0x10000; h++)
        if ((h & 0x7c00) != 0x7c00)
            T_OK(kern_bits(kern_f16((uint16_t)h)) == kern_bits(qtype_f16_to_f32((uint16_t)h)));
}

T_TEST(bf16_rounds_to_nearest_even)
{
    T_EQ_INT(kern_bf16(1.0f), 0x3f80);
    T_EQ_INT(kern_bf16(kern_float(0x3f808000)), 0x3f80); /* tie to even: down */
    T_EQ_INT(kern_bf16(kern_float(0x3f818000)), 0x3f82); /* tie to even: up */
    T_EQ_INT(kern_bf16(kern_float(0x3f808001)), 0x3f81);
    T_EQ_INT(kern_bf16(kern_float(0x7f7fffff)), 0x7f80);
    T_EQ_INT(kern_bf16(kern_float(0x7f800001)), 0x7fc0); /* NaN stays NaN */
    T_EQ_INT(kern_bf16(KERN_KV_MAX), 0x7f7f);
}

T_TEST(tree_of_16_lanes)
{
    float lane[16];
    for (int i = 0; i < 16; i++)
        lane[i] = (float)(1 << i);
    T_OK(kern_tree16(lane) == 65535.0f);
    /* order: 1 + 2^24 (lane 8) loses the 1, then -2^24 (lane 4) */
    float order[16] = {[0] = 1.0f, [8] = 0x1p24f, [4] = -0x1p24f};
    T_OK(kern_tree16(order) == 0.0f);
}

T_TEST(denormals_are_flushed_and_the_state_comes_back)
{
    volatile float tiny = 0x1p-126f, half = 0.5f;
    uint32_t state = kern_float_state_set();
    volatile float flushed = tiny * half;
    kern_float_state_restore(state);
    volatile float kept = tiny * half;
    T_OK(flushed == 0.0f);
    T_OK(kept != 0.0f);
}

T_TEST(denormals_are_zeros_as_operands)
{
    volatile float denormal = 0x1p-127f, zero = 0.0f, large = 0x1p100f, tiny = -0x1p-126f;
    uint32_t state = kern_float_state_set();
    volatile float product = denormal * large, sum = denormal + zero, half = tiny * 0.5f;
    volatile bool above = denormal > zero;
    kern_float_state_restore(state);
    T_EQ_INT(kern_bits(product), 0);
    T_EQ_INT(kern_bits(sum), 0);
    T_EQ_INT(kern_bits(half), 0x80000000u);
    T_OK(!above);
}

/* docs/numerics.md: x86 rounds first and flushes what is denormal then, Arm the other way around.
 * The products are 2^-126 times 1 - 2^-26, which rounds to 1, and 1 - 2^-24, which needs not. */
T_TEST(the_end_of_what_is_flushed)
{
    volatile float a = (1 - 0x1p-13f) * 0x1p-63f, b = (1 + 0x1p-13f) * 0x1p-63f;
    volatile float c = (1 - 0x1p-12f) * 0x1p-63f, d = (1 + 0x1p-12f) * 0x1p-63f;
    uint32_t state = kern_float_state_set();
    volatile float rounds_up = a * b, stays = c * d;
    kern_float_state_restore(state);
#if defined(__aarch64__)
    T_EQ_INT(kern_bits(rounds_up), 0);
#else
    T_EQ_INT(kern_bits(rounds_up), kern_bits(0x1p-126f));
#endif
    T_EQ_INT(kern_bits(stays), 0);
}

T_TEST(levels_have_names)
{
    for (int l = 0; l < KERN_LEVEL_COUNT; l++)
        T_EQ_INT(kern_level_find(kern_level_name((enum kern_level)l)), l);
    T_EQ_INT(kern_level_find("sse9"), -1);
    T_OK(kern_level_usable(KERN_REF));
}

T_TEST(the_reference_has_every_kernel)
{
    struct kern_table t;
    kern_table_init(&t, KERN_REF);
    for (uint32_t id = 0; id < KERN_TYPES; id++) {
        bool wanted = qtype_known(id) && qtype_computable((enum qtype)id);
        T_OK((t.matmul[id] != NULL) == wanted);
        T_OK((t.embed[id] != NULL) == wanted);
    }
    for (int a = ACT_F32; a <= ACT_A256; a++)
        T_OK(t.quant[a]);
    T_OK(t.norm && t.swiglu && t.axpy && t.scale && t.add && t.rope);
    T_OK(t.kv_write[0] && t.kv_write[1] && t.attn[0] && t.attn[1]);
}

T_MAIN("target/math")
