/* The kernels over rows (norm, quant, elementwise, rotary, embed), each level against ref. */
#include "kt.h"

enum { CASES = 70, N_MAX = 1200 };

/* Four inputs of N floats, two outputs. */
struct rows_case {
    const struct kern_table *t, *ref;
    uint32_t n;
    struct kt_buf x, y, cos_sin, got, want;
    float *fx, *fy, *fgot, *fwant;
};

static void case_open(struct rows_case *c, uint32_t i, const struct kern_table *t,
                      const struct kern_table *ref)
{
    static const uint32_t n[] = {1, 15, 16, 17, 32, 255, 256, 257, 512, 1024};
    *c = (struct rows_case){.t = t, .ref = ref};
    c->n = i < 10 ? n[i] : 1 + (uint32_t)(t_rand() % N_MAX);
    kt_buf(&c->x, c->n * 4);
    kt_buf(&c->y, c->n * 4);
    kt_buf(&c->cos_sin, c->n * 4);
    kt_buf(&c->got, c->n * 4);
    kt_buf(&c->want, c->n * 4);
    kt_floats(&c->x, (enum kt_fill)(i % KT_FILLS));
    kt_floats(&c->y, (enum kt_fill)(i / KT_FILLS % KT_FILLS));
    kt_floats(&c->cos_sin, KT_UNIFORM);
    c->fx = (float *)(void *)c->x.p;
    c->fy = (float *)(void *)c->y.p;
    c->fgot = (float *)(void *)c->got.p;
    c->fwant = (float *)(void *)c->want.p;
}

static void case_close(struct rows_case *c)
{
    kt_free(&c->x);
    kt_free(&c->y);
    kt_free(&c->cos_sin);
    kt_free(&c->got);
    kt_free(&c->want);
}

static void same(const char *name, const struct rows_case *c)
{
    kt_equal(name, c->fgot, c->fwant, c->n);
    T_OK(kt_canaries(&c->got));
    T_OK(kt_canaries(&c->x));
}

static void check_elementwise(const struct rows_case *c)
{
    uint64_t before = kt_hash(&c->x) ^ kt_hash(&c->y);
    float s = c->fy[0];
    c->ref->norm(c->fwant, c->fx, c->fy, c->n, 1e-5f);
    if (KT_CALL("norm", c->t->norm(c->fgot, c->fx, c->fy, c->n, 1e-5f)))
        same("norm", c);
    const float *bias = (const float *)(const void *)c->cos_sin.p;
    c->ref->layer_norm(c->fwant, c->fx, c->fy, bias, c->n, 1e-5f);
    if (KT_CALL("layer_norm", c->t->layer_norm(c->fgot, c->fx, c->fy, bias, c->n, 1e-5f)))
        same("layer_norm", c);
    c->ref->gelu(c->fwant, c->fx, 1.702f, 0.07f, c->n);
    if (KT_CALL("gelu", c->t->gelu(c->fgot, c->fx, 1.702f, 0.07f, c->n)))
        same("gelu", c);
    c->ref->gelu_exact(c->fwant, c->fx, c->n);
    if (KT_CALL("gelu_exact", c->t->gelu_exact(c->fgot, c->fx, c->n)))
        same("gelu_exact", c);
    c->ref->swiglu(c->fwant, c->fx, c->fy, c->n);
    if (KT_CALL("swiglu", c->t->swiglu(c->fgot, c->fx, c->fy, c->n)))
        same("swiglu", c);
    c->ref->axpy(c->fwant, c->fx, c->fy, s, c->n);
    if (KT_CALL("axpy", c->t->axpy(c->fgot, c->fx, c->fy, s, c->n)))
        same("axpy", c);
    c->ref->scale(c->fwant, c->fx, s, c->n);
    if (KT_CALL("scale", c->t->scale(c->fgot, c->fx, s, c->n)))
        same("scale", c);
    c->ref->add(c->fwant, c->fx, c->fy, c->n);
    if (KT_CALL("add", c->t->add(c->fgot, c->fx, c->fy, c->n)))
        same("add", c);
    T_OK((kt_hash(&c->x) ^ kt_hash(&c->y)) == before);
}

static void check_rope(const struct rows_case *c)
{
    uint32_t head_dim = c->n >= 4 ? c->n / 4 : c->n, n_heads = c->n / head_dim;
    uint32_t rope_dims = head_dim / (1 + (uint32_t)(t_rand() % 2)) / 2 * 2;
    for (int pairs = 0; pairs < 2; pairs++) {
        memcpy(c->fwant, c->fx, c->n * 4);
        memcpy(c->fgot, c->fx, c->n * 4);
        c->ref->rope(c->fwant, n_heads, head_dim, rope_dims, (float *)(void *)c->cos_sin.p, pairs);
        if (KT_CALL("rope", c->t->rope(c->fgot, n_heads, head_dim, rope_dims,
                                       (float *)(void *)c->cos_sin.p, pairs)))
            same(pairs ? "rope pairs" : "rope halves", c);
    }
}

/* Integers byte for byte; d and s may be NaN. */
static void same_a32(const uint8_t *got, const uint8_t *want, uint32_t cols)
{
    T_EQ_MEM(got, want, cols);
    T_EQ_MEM(got + act_a32_nsum8(cols), want + act_a32_nsum8(cols), cols / 8);
    kt_equal("quant a32 d", (const float *)(const void *)(got + act_a32_d(cols)),
             (const float *)(const void *)(want + act_a32_d(cols)), cols / 32);
    kt_equal("quant a32 s", (const float *)(const void *)(got + act_a32_s(cols)),
             (const float *)(const void *)(want + act_a32_s(cols)), cols / 32);
}

static void check_quant(const struct rows_case *c)
{
    for (int kind = ACT_F32; kind <= ACT_A256; kind++) {
        struct kt_buf got, want;
        kt_buf(&got, layout_act_stride((enum act_kind)kind, c->n));
        kt_buf(&want, got.bytes);
        c->ref->quant[kind](want.p, c->fx, c->n);
        bool ran = KT_CALL("quant", c->t->quant[kind](got.p, c->fx, c->n));
        if (ran && kind == ACT_A32)
            same_a32(got.p, want.p, layout_act_cols(c->n));
        else if (ran)
            T_EQ_MEM(got.p, want.p, got.bytes);
        T_OK(kt_canaries(&got));
        kt_free(&got);
        kt_free(&want);
    }
}

static void note_all(const struct kern_table *t)
{
    KT_NOTE(t->norm);
    KT_NOTE(t->layer_norm);
    KT_NOTE(t->gelu);
    KT_NOTE(t->gelu_exact);
    KT_NOTE(t->swiglu);
    KT_NOTE(t->axpy);
    KT_NOTE(t->scale);
    KT_NOTE(t->add);
    KT_NOTE(t->rope);
    for (int kind = ACT_F32; kind <= ACT_A256; kind++)
        KT_NOTE(t->quant[kind]);
}

/* What this file covers lies between embed and kv_write; with matmul, kv_write and attn, which the
 * other files cover, that is the whole table: a new member fails here. */
static void check_rest(const struct kern_table *t, const struct kern_table *ref)
{
    size_t begin = offsetof(struct kern_table, embed), end = offsetof(struct kern_table, kv_write);
    kt_covered("row kernels", (const char *)t + begin, (const char *)ref + begin, end - begin);
    T_EQ_INT(offsetof(struct kern_table, embed),
             offsetof(struct kern_table, matmul) + sizeof t->matmul);
    T_EQ_INT(offsetof(struct kern_table, attn), end + sizeof t->kv_write);
    T_EQ_INT(sizeof *t, offsetof(struct kern_table, attn) + sizeof t->attn);
}

static void check_embed(const struct kern_table *t, const struct kern_table *ref)
{
    for (unsigned type = 0; type < KERN_TYPES; type++) {
        if (t->embed[type] == ref->embed[type])
            continue;
        uint32_t cols = 256 + (uint32_t)(t_rand() % 512) / 32 * 32;
        uint64_t group_bytes = layout_group_bytes((enum qtype)type, cols);
        struct kt_buf w, got, want;
        kt_buf(&w, 3 * group_bytes);
        kt_buf(&got, cols * 4);
        kt_buf(&want, cols * 4);
        kt_random(&w);
        for (uint64_t row = 0; row < 48; row++) {
            ref->embed[type]((float *)(void *)want.p, w.p, group_bytes, row, cols, 1.5f);
            if (KT_CALL("embed",
                        t->embed[type]((float *)(void *)got.p, w.p, group_bytes, row, cols, 1.5f)))
                kt_equal("embed", (float *)(void *)got.p, (float *)(void *)want.p, cols);
        }
        KT_NOTE(t->embed[type]);
        kt_free(&w);
        kt_free(&got);
        kt_free(&want);
    }
}

static void check_rows(enum kern_level level)
{
    struct kern_table t, ref;
    if (!kt_tables(level, &t, &ref))
        T_SKIP("this machine lacks the level");
    for (uint32_t i = 0; i < CASES; i++) {
        struct rows_case c;
        case_open(&c, i, &t, &ref);
        check_elementwise(&c);
        check_rope(&c);
        check_quant(&c);
        case_close(&c);
    }
    note_all(&t);
    check_embed(&t, &ref);
    check_rest(&t, &ref);
}

KT_LEVEL_TESTS(rows)

T_MAIN("kern/rows")
