/* Every matmul of every level against ref, over shapes, token counts and fills. --bench prints
 * GB/s, also as a share of what reading allows, and GOP/s. */
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
                         c.act_stride, c.n_tokens, c.scratch.p);
        for (uint32_t i = 0; i < c.n_tokens; i++)
            t.matmul[c.type](out + i * c.out_stride, c.out_stride, c.w.p, c.n_groups, c.group_bytes,
                             c.cols, c.act.p + i * c.act_stride, c.act_stride, 1, c.scratch.p);
        for (uint32_t i = 0; i < c.n_tokens; i++)
            kt_equal("one token", out + i * c.out_stride, want + i * c.out_stride,
                     c.n_groups * LAYOUT_ROWS);
        case_close(&c);
    }
}

/* ---- bench -------------------------------------------------------------------------------------
 */

static volatile uint64_t bench_sink;

/* The roof for few tokens: a prefetched read of N_BYTES in four streams. */
static double bench_read(const uint8_t *p, size_t n_bytes)
{
    const uint64_t *w = (const uint64_t *)(const void *)p;
    const size_t part = n_bytes / 4 / 64 * 8;
    uint64_t sum[4] = {0};
    double s = kt_now();
    for (size_t i = 0; i < part; i += 8)
        for (size_t k = 0; k < 4; k++) {
            const uint64_t *v = w + k * part + i;
            __builtin_prefetch(v + 256);
            sum[k] += (v[0] ^ v[1] ^ v[2] ^ v[3]) + (v[4] ^ v[5] ^ v[6] ^ v[7]);
        }
    s = kt_now() - s;
    bench_sink = bench_sink + sum[0] + sum[1] + sum[2] + sum[3];
    return s;
}

static double bench_call(const struct kern_table *t, const struct matmul_case *c, const uint8_t *w)
{
    double s = kt_now();
    t->matmul[c->type]((float *)(void *)c->out.p, c->out_stride, w, c->n_groups, c->group_bytes,
                       c->cols, c->act.p, c->act_stride, c->n_tokens, c->scratch.p);
    return kt_now() - s;
}

static int bench_rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Few tokens: weights of 96 MB, so that no cache holds them, and in turns the read of as many
 * bytes; medians. */
static void bench_few(const struct kern_table *t, const struct matmul_case *c, size_t n_copies)
{
    enum { ROUNDS = 101 };
    const size_t bytes = c->n_groups * c->group_bytes;
    double call[ROUNDS], read[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        call[i] = bench_call(t, c, c->w.p + 2 * i % n_copies * bytes);
        read[i] = bench_read(c->w.p + (2 * i + 1) % n_copies * bytes, bytes);
    }
    qsort(call, ROUNDS, sizeof *call, bench_rising);
    qsort(read, ROUNDS, sizeof *read, bench_rising);
    printf("  %ut %.1f GB/s (%.0f %%)", c->n_tokens, (double)bytes / call[ROUNDS / 2] * 1e-9,
           100 * read[ROUNDS / 2] / call[ROUNDS / 2]);
}

/* Many: weights that stay in L2; the least of some rounds. */
static void bench_many(const struct kern_table *t, const struct matmul_case *c)
{
    double best = 1e9;
    for (int i = 0; i < 9; i++) {
        double s = bench_call(t, c, c->w.p);
        best = s < best ? s : best;
    }
    printf("  %ut %.0f GOP/s", c->n_tokens,
           2.0 * c->n_groups * LAYOUT_ROWS * c->cols * c->n_tokens / best * 1e-9);
}

static void bench_type(const struct kern_table *t, const struct kern_table *ref, enum qtype type)
{
    static const uint32_t tokens[] = {1, 2, 4, 8, 16, 32, 64, 512};
    printf("# %-7s %-6s", kern_level_name(t->level), qtype_name(type));
    for (unsigned i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        struct matmul_case c = {.type = type, .cols = 4096, .n_tokens = tokens[i]};
        bool few = tokens[i] <= 8;
        c.n_groups = few ? 64 : 8;
        c.group_bytes = layout_group_bytes(type, c.cols);
        c.act_stride = layout_act_stride(layout_act_for(type), c.cols);
        c.out_stride = c.n_groups * LAYOUT_ROWS;
        size_t n_copies = few ? (96u << 20) / (c.n_groups * c.group_bytes) + 1 : 1;
        kt_buf(&c.w, n_copies * c.n_groups * c.group_bytes);
        kt_buf(&c.act, c.n_tokens * c.act_stride);
        kt_buf(&c.out, c.n_tokens * c.out_stride * 4);
        kt_buf(&c.want, 64);
        madvise(c.w.map, c.w.map_bytes - KT_PAGE, MADV_HUGEPAGE);
        memset(c.w.p, 0x11, c.w.bytes);
        fill_act(ref, &c, KT_UNIFORM);
        if (few)
            bench_few(t, &c, n_copies);
        else
            bench_many(t, &c);
        fflush(stdout);
        case_close(&c);
    }
    printf("\n");
}

static int bench(void)
{
    struct kern_table t, ref;
    printf("# one core; %%: of a prefetched read of the same weights\n");
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
