/* mini_weights: packed panels of random weights of any type. */
#ifndef TAKT_TESTS_TARGET_MINI_WEIGHTS_H
#define TAKT_TESTS_TARGET_MINI_WEIGHTS_H

#include <string.h>

#include "plan/layout.h"
#include "t.h"
#include "target/cpu/kern_math.h"

static void *mini_alloc(uint64_t bytes)
{
    void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
    memset(p, 0, (bytes + 63) / 64 * 64);
    return p;
}

/* The value of an activation row as doubles. */
__attribute__((unused)) static void mini_act_values(double *v, enum act_kind a, const uint8_t *row,
                                                    uint32_t n)
{
    uint32_t cols = layout_act_cols(n);
    for (uint32_t i = 0; i < n; i++)
        switch (a) {
        case ACT_F32: v[i] = ((const float *)(const void *)row)[i]; break;
        case ACT_BF16: v[i] = kern_bf16_to_f32(((const uint16_t *)(const void *)row)[i]); break;
        case ACT_A32:
            v[i] = (double)((const float *)(const void *)(row + act_a32_d(cols)))[i / 32] *
                   (int8_t)row[i];
            break;
        default:
            v[i] = (double)((const float *)(const void *)(row + act_a256_d(cols)))[i / 256] *
                   (int8_t)row[i];
            break;
        }
}

/* Random bytes are valid weights of any type once the scales are sane numbers. */
static void mini_fill_panel(enum qtype t, uint8_t *panel)
{
    uint32_t n = layout_panel_bytes(t);
    for (uint32_t i = 0; i < n; i++)
        panel[i] = (uint8_t)t_rand();
    uint16_t *h = (uint16_t *)(void *)panel;
    uint32_t at = 0, n_scales = 32; /* positions of f16 values */
    switch ((int)t) {
    case QTYPE_F32:
        for (uint32_t i = 0; i < n / 4; i++)
            ((float *)(void *)panel)[i] = t_rand_f32(-0.1f, 0.1f);
        return;
    case QTYPE_F16:
        for (uint32_t i = 0; i < n / 2; i++)
            h[i] = (uint16_t)((h[i] & 0x83ff) | 0x2c00); /* +-0.0625..0.125 */
        return;
    case QTYPE_BF16:
        for (uint32_t i = 0; i < n / 2; i++)
            h[i] = kern_bf16(t_rand_f32(-0.1f, 0.1f));
        return;
    case QTYPE_Q4_1:
    case QTYPE_Q5_1: n_scales = 64; break;
    case QTYPE_Q3_K: at = (256 + 1024 + 512) / 2, n_scales = 16; break;
    case QTYPE_Q6_K: at = (256 + 2048 + 1024) / 2, n_scales = 16; break;
    case QTYPE_IQ4_XS: at = (128 + 2048) / 2, n_scales = 16; break;
    default: break;
    }
    for (uint32_t i = 0; i < n_scales; i++) {
        float v = t_rand_f32(0.0005f, 0.002f);
        h[at + i] = t == QTYPE_MXFP4 ? kern_bf16(v) : (uint16_t)(0x1000 | (t_rand() & 0x83ff));
    }
}

#endif
