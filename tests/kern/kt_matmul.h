/* kt_matmul: cases of matrix products, over shapes, token counts and fills, and their comparison
 * with ref. */
#ifndef TAKT_TESTS_KERN_KT_MATMUL_H
#define TAKT_TESTS_KERN_KT_MATMUL_H

#include "kt.h"

enum { CASES = 40, COLS_MAX = 1100, TOKENS_MAX = 70, GROUPS_MAX = 20 };

struct matmul_case {
    enum qtype type;
    uint32_t cols, n_groups, n_tokens;
    uint64_t group_bytes, act_stride;
    size_t out_stride;
    struct kt_buf w, act, out, want, scratch;
};

static inline void moderate16(uint8_t *p, uint32_t n, bool bf16)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t r = (uint32_t)t_rand(), sign = r & 0x8000u;
        uint32_t v =
            bf16 ? (118 + r % 16) << 7 | (r >> 4 & 0x7f) : (r % 17 + 4) << 10 | (r >> 5 & 1023);
        p[2 * i] = (uint8_t)v;
        p[2 * i + 1] = (uint8_t)((v | sign) >> 8);
    }
}

/* Random bits would make most sums NaN: give the panel's scales moderate values. */
static inline void moderate_scales(enum qtype t, uint8_t *panel, uint32_t bytes)
{
    switch ((int)t) {
    case QTYPE_F32:
        for (uint32_t i = 0; i < bytes / 4; i++) {
            float v = kt_value(KT_BINADES);
            memcpy(panel + i * 4, &v, 4);
        }
        break;
    case QTYPE_F16: moderate16(panel, bytes / 2, false); break;
    case QTYPE_BF16: moderate16(panel, bytes / 2, true); break;
    case QTYPE_MXFP4: moderate16(panel, 32, true); break;
    case QTYPE_Q4_1:
    case QTYPE_Q5_1: moderate16(panel, 64, false); break;
    case QTYPE_Q3_K:
    case QTYPE_Q6_K:
    case QTYPE_IQ4_XS: moderate16(panel + bytes - 64, 16, false); break;
    default: moderate16(panel, 32, false); break;
    }
}

/* Scales that no panel holds: Q3_K's are 6 bits minus 32 (plan/layout.h). */
static inline void legal_scales(enum qtype t, uint8_t *panel)
{
    for (uint32_t i = 0; i < 256 && t == QTYPE_Q3_K; i++)
        panel[i] = (uint8_t)((panel[i] & 63) - 32);
}

static inline void fill_weights(struct matmul_case *c, bool any_bits)
{
    uint32_t bytes = layout_panel_bytes(c->type);
    if (any_bits && t_rand() % 2)
        memset(c->w.p, t_rand() % 2 ? 0xff : 0x80, c->w.bytes);
    else
        kt_random(&c->w);
    for (size_t at = 0; at < c->w.bytes && !any_bits; at += bytes)
        moderate_scales(c->type, c->w.p + at, bytes);
    for (size_t at = 0; at < c->w.bytes; at += bytes)
        legal_scales(c->type, c->w.p + at);
}

static inline void fill_act(const struct kern_table *ref, struct matmul_case *c, enum kt_fill fill)
{
    struct kt_buf x;
    kt_buf(&x, (size_t)c->cols * 4);
    for (uint32_t i = 0; i < c->n_tokens; i++) {
        kt_floats(&x, fill);
        ref->quant[layout_act_for(c->type)](c->act.p + i * c->act_stride, (float *)(void *)x.p,
                                            c->cols);
    }
    kt_free(&x);
}

static inline void case_open_n(struct matmul_case *c, enum qtype type, uint32_t cols,
                               uint32_t n_groups, uint32_t n_tokens)
{
    c->type = type;
    c->cols = cols;
    c->n_groups = n_groups;
    c->n_tokens = n_tokens;
    c->group_bytes = layout_group_bytes(type, c->cols);
    c->act_stride = layout_act_stride(layout_act_for(type), c->cols);
    c->out_stride = c->n_groups * LAYOUT_ROWS + t_rand() % 3 * 16;
    size_t n_out = (c->n_tokens - 1) * c->out_stride + c->n_groups * LAYOUT_ROWS;
    kt_buf(&c->w, c->n_groups * c->group_bytes);
    kt_buf(&c->act, c->n_tokens * c->act_stride);
    kt_buf(&c->out, n_out * 4);
    kt_buf(&c->want, n_out * 4);
    kt_buf(&c->scratch, KERN_MATMUL_SCRATCH);
}

static inline void case_open(struct matmul_case *c, enum qtype type, uint32_t index)
{
    static const uint32_t cols[] = {32, 1, 256, 31, 64, 33, 512, 96, 257, 255, 1024};
    case_open_n(c, type, index < 11 ? cols[index] : 1 + (uint32_t)t_rand() % COLS_MAX,
                1 + (uint32_t)t_rand() % GROUPS_MAX, 1 + index % TOKENS_MAX);
}

static inline void case_close(struct matmul_case *c)
{
    kt_free(&c->w);
    kt_free(&c->act);
    kt_free(&c->out);
    kt_free(&c->want);
    kt_free(&c->scratch);
}

static inline bool case_run(const struct kern_table *t, const struct kern_table *ref,
                            struct matmul_case *c)
{
    char name[96];
    snprintf(name, sizeof name, "%s %s cols=%u groups=%u tokens=%u", kern_level_name(t->level),
             qtype_name(c->type), c->cols, c->n_groups, c->n_tokens);
    float *out = (float *)(void *)c->out.p, *want = (float *)(void *)c->want.p;
    uint64_t before = kt_hash(&c->w) ^ kt_hash(&c->act);
    ref->matmul[c->type](want, c->out_stride, c->w.p, c->n_groups, c->group_bytes, c->cols,
                         c->act.p, c->act_stride, c->n_tokens, c->scratch.p);
    if (!KT_CALL(name,
                 t->matmul[c->type](out, c->out_stride, c->w.p, c->n_groups, c->group_bytes,
                                    c->cols, c->act.p, c->act_stride, c->n_tokens, c->scratch.p)))
        return false;
    return kt_equal(name, out, want, c->out.bytes / 4) && T_OK(kt_canaries(&c->out)) &&
           T_OK(kt_canaries(&c->scratch)) && T_OK((kt_hash(&c->w) ^ kt_hash(&c->act)) == before);
}

/* Every matmul of T that is not REF's own. */
static inline void check_tables(const struct kern_table *t, const struct kern_table *ref,
                                uint32_t n_cases)
{
    for (unsigned type = 0; type < KERN_TYPES; type++) {
        if (t->matmul[type] == ref->matmul[type])
            continue;
        for (uint32_t i = 0; i < n_cases; i++) {
            struct matmul_case c;
            case_open(&c, (enum qtype)type, i);
            fill_weights(&c, i % 8 == 7);
            fill_act(ref, &c, (enum kt_fill)(i % KT_FILLS));
            bool same = case_run(t, ref, &c);
            case_close(&c);
            if (!same)
                break;
        }
        KT_NOTE(t->matmul[type]);
    }
    kt_covered("matmul", t->matmul, ref->matmul, sizeof t->matmul);
}

#endif
