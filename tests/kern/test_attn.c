/* Attention and the writing of the cache, each level against ref: head sizes, group sizes, windows,
 * scattered pages, rows at different positions. --bench prints GB/s and GFLOP/s. */
#include "kt.h"

enum { CASES = 96, PAGES_MAX = 12 };

struct attn_case {
    struct kv_shape shape;
    struct kern_attn a;
    struct kt_buf kv, q, out, want, scratch;
    uint32_t pages[64], n_pages;
    size_t row_floats;
};

static void write_cache(const struct kern_table *ref, struct attn_case *c, uint32_t n_positions,
                        enum kt_fill fill)
{
    struct kt_buf k, v;
    kt_buf(&k, c->shape.head_dim * 4);
    kt_buf(&v, c->shape.head_dim * 4);
    memset(c->kv.p, 0xff, c->kv.bytes); /* NaN where nothing was written */
    for (uint32_t pos = 0; pos < n_positions; pos++) {
        kt_floats(&k, fill);
        kt_floats(&v, fill);
        uint8_t *page = c->kv.p + c->pages[pos / LAYOUT_PAGE] * c->a.page_bytes + c->a.offset;
        ref->kv_write[c->shape.kind](page, c->a.head_bytes, c->shape.hdp, c->shape.head_dim,
                                     pos % LAYOUT_PAGE, (float *)(void *)k.p, (float *)(void *)v.p);
    }
    kt_free(&k);
    kt_free(&v);
}

static void shuffle_pages(struct attn_case *c)
{
    for (uint32_t i = 0; i < c->n_pages; i++)
        c->pages[i] = i;
    for (uint32_t i = c->n_pages; i > 1; i--) {
        uint32_t k = (uint32_t)(t_rand() % i), x = c->pages[i - 1];
        c->pages[i - 1] = c->pages[k];
        c->pages[k] = x;
    }
}

static void case_open(struct attn_case *c, enum kv_kind kind, uint32_t head_dim, uint32_t n_rows,
                      uint32_t n_positions)
{
    memset(c, 0, sizeof *c);
    c->shape =
        (struct kv_shape){.kind = kind, .n_layers = 1, .n_kv_heads = 2, .head_dim = head_dim};
    c->shape.hdp = (head_dim + 31) / 32 * 32;
    c->n_pages = (n_positions + LAYOUT_PAGE - 1) / LAYOUT_PAGE;
    shuffle_pages(c);
    c->row_floats = (head_dim + 15) / 16 * 16;
    c->a = (struct kern_attn){.n_rows = n_rows, .head_dim = head_dim, .hdp = c->shape.hdp};
    c->a.scale = 1.0f / sqrtf((float)head_dim);
    c->a.page_bytes = kv_shape_page_bytes(&c->shape);
    c->a.head_bytes = kv_shape_head_bytes(&c->shape);
    c->a.offset = kv_shape_offset(&c->shape, 0, 1);
    c->a.pages = c->pages;
    kt_buf(&c->kv, c->n_pages * c->a.page_bytes);
    kt_buf(&c->q, n_rows * c->row_floats * 4);
    kt_buf(&c->out, n_rows * c->row_floats * 4);
    kt_buf(&c->want, n_rows * c->row_floats * 4);
    kt_buf(&c->scratch, kern_attn_scratch_bytes(c->shape.hdp));
    c->a.kv = c->kv.p;
    c->a.scratch = c->scratch.p;
}

static void case_close(struct attn_case *c)
{
    kt_free(&c->kv);
    kt_free(&c->q);
    kt_free(&c->out);
    kt_free(&c->want);
    kt_free(&c->scratch);
}

static void point_rows(struct attn_case *c, struct kt_buf *out)
{
    for (uint32_t i = 0; i < c->a.n_rows; i++) {
        c->a.q[i] = (const float *)(const void *)c->q.p + i * c->row_floats;
        c->a.out[i] = (float *)(void *)out->p + i * c->row_floats;
    }
}

static bool case_run(const struct kern_table *t, const struct kern_table *ref, struct attn_case *c)
{
    char name[96];
    snprintf(name, sizeof name, "%s attn kind=%d dim=%u rows=%u pos=%u window=%u",
             kern_level_name(t->level), (int)c->shape.kind, c->a.head_dim, c->a.n_rows, c->a.pos[0],
             c->a.window);
    uint64_t before = kt_hash(&c->kv) ^ kt_hash(&c->q);
    point_rows(c, &c->want);
    ref->attn[c->shape.kind](&c->a);
    point_rows(c, &c->out);
    if (!KT_CALL(name, t->attn[c->shape.kind](&c->a)))
        return false;
    return kt_equal(name, (float *)(void *)c->out.p, (float *)(void *)c->want.p,
                    c->out.bytes / 4) &&
           T_OK(kt_canaries(&c->out)) && T_OK(kt_canaries(&c->scratch)) &&
           T_OK((kt_hash(&c->kv) ^ kt_hash(&c->q)) == before);
}

/* Rows either all see about the end (decode), or are tokens of a chunk, or lie anywhere. */
static void place_rows(struct attn_case *c, uint32_t n_positions, uint32_t how)
{
    for (uint32_t i = 0; i < c->a.n_rows; i++) {
        uint32_t back = how == 0 ? 0 : how == 1 ? i / 4 : (uint32_t)(t_rand() % n_positions);
        c->a.pos[i] = n_positions - 1 - (back < n_positions ? back : n_positions - 1);
    }
    c->a.pos[0] = n_positions - 1;
}

static void check_attn(enum kern_level level)
{
    static const uint32_t dims[] = {64, 128, 80, 32, 96, 256, 40, 1};
    struct kern_table t, ref;
    if (!kt_tables(level, &t, &ref))
        T_SKIP("this machine lacks the level");
    for (uint32_t i = 0; i < CASES; i++) {
        enum kv_kind kind = (enum kv_kind)(i % KV_KINDS);
        uint32_t n_positions = 1 + (uint32_t)(t_rand() % (i % 4 ? 80 : PAGES_MAX * LAYOUT_PAGE));
        struct attn_case c;
        case_open(&c, kind, dims[i / KV_KINDS % 8], 1 + i * 7 % KERN_ATTN_ROWS_MAX, n_positions);
        static const enum kt_fill fills[] = {KT_UNIFORM, KT_BINADES, KT_ZEROS};
        write_cache(&ref, &c, n_positions, fills[i % 5 % 3]);
        kt_floats(&c.q, i % 11 == 10 ? KT_SPECIAL : KT_UNIFORM);
        c.a.window = i % 5 < 3 ? 0 : 1 + (uint32_t)(t_rand() % 400);
        place_rows(&c, n_positions, i % 7 % 3);
        bool same = t.attn[kind] == ref.attn[kind] || case_run(&t, &ref, &c);
        case_close(&c);
        if (!same)
            break;
        KT_NOTE(t.attn[kind]);
    }
    kt_covered("attn", t.attn, ref.attn, sizeof t.attn);
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
