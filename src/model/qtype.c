#include "model/qtype.h"

#include <string.h>

struct qtype_line {
    enum qtype type;
    const char *name;
    uint32_t block_values, block_bytes;
    bool computable;
};

static const struct qtype_line qtype_lines[] = {
#define X(suffix, id, name, block, bytes, computable)                                              \
    {QTYPE_##suffix, (name), (block), (bytes), (computable) != 0},
    QTYPE_TABLE(X)
#undef X
};

enum { QTYPE_LINES = sizeof qtype_lines / sizeof qtype_lines[0] };

const int8_t qtype_iq4nl_levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                       1,    13,   25,  38,  53,  69,  89,  113};
const int8_t qtype_mxfp4_levels[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

static const struct qtype_line *find_line(uint32_t id)
{
    for (uint32_t i = 0; i < QTYPE_LINES; i++)
        if ((uint32_t)qtype_lines[i].type == id)
            return &qtype_lines[i];
    return NULL;
}

bool qtype_known(uint32_t id)
{
    return find_line(id) != NULL;
}

const char *qtype_name(enum qtype t)
{
    const struct qtype_line *l = find_line((uint32_t)t);
    return l ? l->name : "?";
}

bool qtype_computable(enum qtype t)
{
    const struct qtype_line *l = find_line((uint32_t)t);
    return l && l->computable;
}

uint32_t qtype_block_values(enum qtype t)
{
    const struct qtype_line *l = find_line((uint32_t)t);
    return l ? l->block_values : 1;
}

uint32_t qtype_block_bytes(enum qtype t)
{
    const struct qtype_line *l = find_line((uint32_t)t);
    return l ? l->block_bytes : 0;
}

bool qtype_row_bytes(enum qtype t, uint64_t n, uint64_t *bytes)
{
    const struct qtype_line *l = find_line((uint32_t)t);
    if (!l || n % l->block_values)
        return false;
    return !__builtin_mul_overflow(n / l->block_values, (uint64_t)l->block_bytes, bytes);
}

const char *qtype_computable_list(void)
{
    /* A literal, so that no buffer is shared; tests/model/qtype.c compares it with the table. */
    return "F32 F16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL IQ4_XS BF16 MXFP4";
}

static float float_of(uint32_t u)
{
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}

static uint32_t bits_of(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}

float qtype_f16_to_f32(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000u) << 16;
    uint32_t rest = h & 0x7fffu;
    if (rest >= 0x7c00u) /* infinity, NaN */
        return float_of(sign | 0x7f800000u | (rest & 0x3ffu) << 13);
    if (rest >= 0x0400u) /* normal: rebias the exponent from 15 to 127 */
        return float_of(sign | ((rest << 13) + ((127u - 15u) << 23)));
    float v = (float)rest * 0x1p-24f; /* subnormal, exact */
    return sign ? -v : v;
}

uint16_t qtype_f32_to_f16(float f)
{
    uint32_t u = bits_of(f);
    uint32_t sign = u >> 16 & 0x8000u;
    uint32_t mag = u & 0x7fffffffu;
    if (mag > 0x7f800000u) /* NaN: quiet, with the top of its payload */
        return (uint16_t)(sign | 0x7e00u | (mag >> 13 & 0x3ffu));
    if (mag >= 0x477ff000u) /* 65520 and above round to infinity */
        return (uint16_t)(sign | 0x7c00u);
    if (mag < 0x38800000u) /* below 2^-14: 0.5 has the ulp 2^-24, so that the addition rounds */
        return (uint16_t)(sign | (bits_of(float_of(mag) + 0.5f) - 0x3f000000u));
    uint32_t odd = mag >> 13 & 1u;
    mag += 0xfffu + odd - ((127u - 15u) << 23);
    return (uint16_t)(sign | mag >> 13);
}

uint16_t qtype_f32_to_bf16(float f)
{
    uint32_t u = bits_of(f);
    if ((u & 0x7fffffffu) > 0x7f800000u)
        return (uint16_t)(u >> 16 | 0x40u);
    return (uint16_t)((u + 0x7fffu + (u >> 16 & 1u)) >> 16);
}
