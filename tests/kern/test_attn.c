/* Attention and the writing of the cache, each level against ref: head sizes, group sizes, windows,
 * scattered pages, rows at different positions. --bench prints GB/s and GFLOP/s. */
#include "kt_attn.h"

static void check_attn(enum kern_level level)
{
    struct kern_table t, ref;
    if (!kt_tables(level, &t, &ref))
        T_SKIP("this machine lacks the level");
    check_attn_tables(&t, &ref);
}

KT_LEVEL_TESTS(attn)

/* Keys and values are results of arithmetic: no denormals. */
static void flush(struct kt_buf *b)
{
    volatile float one = 1.0f;
    for (size_t i = 0; i < b->bytes / 4; i++)
        ((float *)(void *)b->p)[i] *= one;
}

static void check_kv_write(enum kern_level level)
{
    struct kern_table t, ref;
    if (!kt_tables(level, &t, &ref))
        T_SKIP("this machine lacks the level");
    for (uint32_t i = 0; i < CASES; i++) {
        enum kv_kind kind = (enum kv_kind)(i % KV_KINDS);
        uint32_t head_dim = 1 + (uint32_t)(t_rand() % 140), hdp = (head_dim + 31) / 32 * 32;
        struct kv_shape s = {.kind = kind, .n_layers = 1, .n_kv_heads = 1, .head_dim = head_dim};
        s.hdp = hdp;
        struct kt_buf k, v, got, want;
        kt_buf(&k, head_dim * 4);
        kt_buf(&v, head_dim * 4);
        kt_buf(&got, 2 * kv_shape_head_bytes(&s));
        kt_buf(&want, 2 * kv_shape_head_bytes(&s));
        kt_floats(&k, (enum kt_fill)(i / KV_KINDS % KT_FILLS));
        kt_floats(&v, (enum kt_fill)(i / KV_KINDS % KT_FILLS));
        flush(&k);
        flush(&v);
        uint32_t pos = (uint32_t)(t_rand() % LAYOUT_PAGE);
        ref.kv_write[kind](want.p, kv_shape_head_bytes(&s), hdp, head_dim, pos,
                           (float *)(void *)k.p, (float *)(void *)v.p);
        bool ran =
            KT_CALL("kv_write", t.kv_write[kind](got.p, kv_shape_head_bytes(&s), hdp, head_dim, pos,
                                                 (float *)(void *)k.p, (float *)(void *)v.p));
        if (ran && T_EQ_MEM(got.p, want.p, want.bytes))
            T_OK(kt_canaries(&got));
        KT_NOTE(t.kv_write[kind]);
        kt_free(&k);
        kt_free(&v);
        kt_free(&got);
        kt_free(&want);
    }
    kt_covered("kv_write", t.kv_write, ref.kv_write, sizeof t.kv_write);
}

KT_LEVEL_TESTS(kv_write)

static void bench_shape(const struct kern_table *t, const struct kern_table *ref, enum kv_kind kind,
                        uint32_t n_rows, uint32_t n_positions)
{
    struct attn_case c;
    case_open(&c, kind, 128, n_rows, n_positions);
    write_cache(ref, &c, n_positions, KT_UNIFORM);
    kt_floats(&c.q, KT_UNIFORM);
    place_rows(&c, n_positions, 0);
    point_rows(&c, &c.out);
    double best = 1e9;
    for (int rep = 0; rep < 50; rep++) {
        double s = kt_now();
        t->attn[kind](&c.a);
        s = kt_now() - s;
        best = s < best ? s : best;
    }
    double bytes = 2.0 * n_positions / LAYOUT_PAGE * (double)kv_head_bytes(kind, 128);
    printf("# %-7s attn %-4s rows %2u positions %u: %.1f GB/s, %.1f GFLOP/s\n",
           kern_level_name(t->level), kv_kind_name(kind), n_rows, n_positions, bytes / best * 1e-9,
           4.0 * n_rows * n_positions * 128 / best * 1e-9);
    case_close(&c);
}

int main(int argc, char **argv)
{
    struct kern_table t, ref;
    if (argc != 2 || strcmp(argv[1], "--bench") != 0)
        return t_main(argc, argv, "kern/attn");
    for (int level = KERN_REF + 1; level < KERN_LEVEL_COUNT; level++)
        for (int kind = 0; kind < KV_KINDS && kt_tables((enum kern_level)level, &t, &ref); kind++)
            for (uint32_t rows = 1; rows <= 32; rows *= 2)
                bench_shape(&t, &ref, (enum kv_kind)kind, rows, 2048);
    return 0;
}
