/* Every matmul of every level against ref, over shapes, token counts and fills. --bench prints GB/s
 * and GOP/s. */
#include "kt_matmul.h"

static void check_level(enum kern_level level)
{
    struct kern_table t, ref;
    if (!kt_tables(level, &t, &ref))
        T_SKIP("this machine lacks the level");
    check_tables(&t, &ref, CASES);
}

#if defined(__aarch64__)
T_TEST(matmul_neon)
{
    check_level(KERN_NEON);
}

T_TEST(matmul_i8mm)
{
    check_level(KERN_I8MM);
}
#else
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
    check_tables(&t, &ref, CASES);
}
#endif

T_TEST(matmul_avx512)
{
    check_level(KERN_AVX512);
}
#endif

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
