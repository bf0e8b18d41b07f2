/* Every matmul of every level against ref, over shapes, token counts and fills. --bench prints GB/s
 * and GOP/s. */
#include "kt.h"

enum { CASES = 40, COLS_MAX = 1100, TOKENS_MAX = 40, GROUPS_MAX = 9 };

struct matmul_case {
    enum qtype type;
    uint32_t cols, n_groups, n_tokens;
    uint64_t group_bytes, act_stride;
    size_t out_stride;
    struct kt_buf w, act, out, want;
};

static void moderate16(uint8_t *p, uint32_t n, bool bf16)
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
static void moderate_scales(enum qtype t, uint8_t *panel, uint32_t bytes)
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

static void fill_weights(struct matmul_case *c, bool any_bits)
{
    uint32_t bytes = layout_panel_bytes(c->type);
    if (any_bits && t_rand() % 2)
        memset(c->w.p, t_rand() % 2 ? 0xff : 0x80, c->w.bytes);
    else
        kt_random(&c->w);
    for (size_t at = 0; at < c->w.bytes && !any_bits; at += bytes)
        moderate_scales(c->type, c->w.p + at, bytes);
}

static void fill_act(const struct kern_table *ref, struct matmul_case *c, enum kt_fill fill)
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

static void case_open(struct matmul_case *c, enum qtype type, uint32_t index)
{
    static const uint32_t cols[] = {32, 1, 256, 31, 64, 33, 512, 96, 257, 255, 1024};
    c->type = type;
    c->cols = index < 11 ? cols[index] : 1 + (uint32_t)t_rand() % COLS_MAX;
    c->n_groups = 1 + (uint32_t)t_rand() % GROUPS_MAX;
    c->n_tokens = 1 + index % TOKENS_MAX;
    c->group_bytes = layout_group_bytes(type, c->cols);
    c->act_stride = layout_act_stride(layout_act_for(type), c->cols);
    c->out_stride = c->n_groups * LAYOUT_ROWS + t_rand() % 3 * 16;
    size_t n_out = (c->n_tokens - 1) * c->out_stride + c->n_groups * LAYOUT_ROWS;
    kt_buf(&c->w, c->n_groups * c->group_bytes);
    kt_buf(&c->act, c->n_tokens * c->act_stride);
    kt_buf(&c->out, n_out * 4);
    kt_buf(&c->want, n_out * 4);
}

static void case_close(struct matmul_case *c)
{
    kt_free(&c->w);
    kt_free(&c->act);
    kt_free(&c->out);
    kt_free(&c->want);
}

static bool case_run(const struct kern_table *t, const struct kern_table *ref,
                     struct matmul_case *c)
{
    char name[96];
    snprintf(name, sizeof name, "%s %s cols=%u groups=%u tokens=%u", kern_level_name(t->level),
             qtype_name(c->type), c->cols, c->n_groups, c->n_tokens);
    float *out = (float *)(void *)c->out.p, *want = (float *)(void *)c->want.p;
    uint64_t before = kt_hash(&c->w) ^ kt_hash(&c->act);
    ref->matmul[c->type](want, c->out_stride, c->w.p, c->n_groups, c->group_bytes, c->cols,
                         c->act.p, c->act_stride, c->n_tokens);
    if (!KT_CALL(name, t->matmul[c->type](out, c->out_stride, c->w.p, c->n_groups, c->group_bytes,
                                          c->cols, c->act.p, c->act_stride, c->n_tokens)))
        return false;
    return kt_equal(name, out, want, c->out.bytes / 4) && T_OK(kt_canaries(&c->out)) &&
           T_OK((kt_hash(&c->w) ^ kt_hash(&c->act)) == before);
}

static void check_tables(const struct kern_table *t, const struct kern_table *ref)
{
    for (unsigned type = 0; type < KERN_TYPES; type++) {
        if (t->matmul[type] == ref->matmul[type])
            continue;
        for (uint32_t i = 0; i < CASES; i++) {
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

static void check_level(enum kern_level level)
{
    struct kern_table t, ref;
    if (!kt_tables(level, &t, &ref))
        T_SKIP("this machine lacks the level");
    check_tables(&t, &ref);
}

T_TEST(matmul_avx2)
{
    check_level(KERN_AVX2);
}

T_TEST(matmul_avxvnni)
{
    check_level(KERN_AVXVNNI);
}

#ifdef TAKT_TEST_AVXVNNI_EVEX
/* The sources of AVX-VNNI, built with the EVEX form of vpdpbusd, which does the same: so that
 * processors that have only that one check them too. */
void evex_kern_init_avxvnni(struct kern_table *t);

T_TEST(matmul_avxvnni_evex)
{
    struct kern_table t, ref;
    if (!kt_tables(KERN_AVX512, &t, &ref))
        T_SKIP("this machine lacks AVX-512 with VNNI");
    kern_table_init(&t, KERN_AVX2);
    evex_kern_init_avxvnni(&t);
    t.level = KERN_AVXVNNI;
    check_tables(&t, &ref);
}
#endif

T_TEST(matmul_avx512)
{
    check_level(KERN_AVX512);
}

/* A token's results do not depend on the other tokens of the call. */
T_TEST(matmul_tokens_alone)
{
    struct kern_table t, ref;
    for (int level = KERN_REF + 1; level < KERN_LEVEL_COUNT; level++) {
        if (!kt_tables((enum kern_level)level, &t, &ref))
            continue;
        struct matmul_case c;
        case_open(&c, QTYPE_Q4_K, TOKENS_MAX - 1);
        fill_weights(&c, false);
        fill_act(&ref, &c, KT_UNIFORM);
        float *out = (float *)(void *)c.out.p, *want = (float *)(void *)c.want.p;
        t.matmul[c.type](want, c.out_stride, c.w.p, c.n_groups, c.group_bytes, c.cols, c.act.p,
                         c.act_stride, c.n_tokens);
        for (uint32_t i = 0; i < c.n_tokens; i++)
            t.matmul[c.type](out + i * c.out_stride, c.out_stride, c.w.p, c.n_groups, c.group_bytes,
                             c.cols, c.act.p + i * c.act_stride, c.act_stride, 1);
        for (uint32_t i = 0; i < c.n_tokens; i++)
            kt_equal("one token", out + i * c.out_stride, want + i * c.out_stride,
                     c.n_groups * LAYOUT_ROWS);
        case_close(&c);
    }
}

/* ---- bench -------------------------------------------------------------------------------------
 */

static double bench_call(const struct kern_table *t, const struct matmul_case *c, size_t n_copies)
{
    double best = 1e9;
    for (size_t rep = 0; rep < 6 * n_copies; rep++) {
        double s = kt_now();
        t->matmul[c->type]((float *)(void *)c->out.p, c->out_stride,
                           c->w.p + rep % n_copies * c->n_groups * c->group_bytes, c->n_groups,
                           c->group_bytes, c->cols, c->act.p, c->act_stride, c->n_tokens);
        s = kt_now() - s;
        best = s < best ? s : best;
    }
    return best;
}

/* Weights of 96 MB for few tokens, so that no cache holds them; a tile in L2 for many. */
static void bench_type(const struct kern_table *t, const struct kern_table *ref, enum qtype type)
{
    static const uint32_t tokens[] = {1, 2, 4, 8, 16, 64, 256};
    printf("# %-7s %-6s", kern_level_name(t->level), qtype_name(type));
    for (unsigned i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        struct matmul_case c = {.type = type, .cols = 4096, .n_tokens = tokens[i]};
        c.n_groups = tokens[i] <= 8 ? 64 : 8;
        c.group_bytes = layout_group_bytes(type, c.cols);
        c.act_stride = layout_act_stride(layout_act_for(type), c.cols);
        c.out_stride = c.n_groups * LAYOUT_ROWS;
        size_t n_copies = tokens[i] <= 8 ? (96u << 20) / (c.n_groups * c.group_bytes) + 1 : 1;
        kt_buf(&c.w, n_copies * c.n_groups * c.group_bytes);
        kt_buf(&c.act, c.n_tokens * c.act_stride);
        kt_buf(&c.out, c.n_tokens * c.out_stride * 4);
        kt_buf(&c.want, 64);
        madvise(c.w.map, c.w.map_bytes - KT_PAGE, MADV_HUGEPAGE);
        memset(c.w.p, 0x11, c.w.bytes);
        fill_act(ref, &c, KT_UNIFORM);
        double s = bench_call(t, &c, n_copies);
        if (tokens[i] <= 8)
            printf("  %ut %.1f GB/s", c.n_tokens, (double)(c.n_groups * c.group_bytes) / s * 1e-9);
        else
            printf("  %ut %.0f GOP/s", c.n_tokens,
                   2.0 * c.n_groups * LAYOUT_ROWS * c.cols * c.n_tokens / s * 1e-9);
        fflush(stdout);
        case_close(&c);
    }
    printf("\n");
}

/* The roof for few tokens: a prefetched read of as many bytes. */
static void bench_read(void)
{
    enum { BYTES = 96 << 20, CHUNK = 4 << 20 };
    struct kt_buf b;
    kt_buf(&b, BYTES);
    madvise(b.map, b.map_bytes - KT_PAGE, MADV_HUGEPAGE);
    memset(b.p, 1, b.bytes);
    double best = 1e9;
    volatile uint64_t sink = 0;
    for (size_t at = 0; at < 6 * (size_t)BYTES; at += CHUNK) {
        const uint64_t *w = (const uint64_t *)(const void *)(b.p + at % BYTES);
        uint64_t sum[4] = {0};
        double s = kt_now();
        for (size_t i = 0; i < CHUNK / 8; i += 8) {
            __builtin_prefetch(w + i + 256);
            for (size_t k = 0; k < 4; k++)
                sum[k] += w[i + k] ^ w[i + k + 4];
        }
        s = kt_now() - s;
        best = s < best ? s : best;
        sink = sink + sum[0] + sum[1] + sum[2] + sum[3];
    }
    printf("# plain prefetched read: %.1f GB/s\n", (double)CHUNK / best * 1e-9);
    kt_free(&b);
}

static int bench(void)
{
    struct kern_table t, ref;
    bench_read();
    for (int level = KERN_REF + 1; level < KERN_LEVEL_COUNT; level++) {
        if (!kt_tables((enum kern_level)level, &t, &ref))
            continue;
        for (unsigned type = 0; type < KERN_TYPES; type++)
            if (t.matmul[type] != ref.matmul[type])
                bench_type(&t, &ref, (enum qtype)type);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--bench") == 0)
        return bench();
    return t_main(argc, argv, "kern/matmul");
}
