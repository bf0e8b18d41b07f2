/* Packed panels are read back straight from the text of plan/layout.h and compared, bit for bit,
 * with what the source blocks mean. */
#include <stdatomic.h>

#include "compile/compile.h"
#include "graph/tiny.h"

/* ---- reading the packed form: value of row r, column k of a group ---- */

static float half_at(const uint8_t *p, uint32_t i)
{
    return qtype_f16_to_f32((uint16_t)(p[2 * i] | p[2 * i + 1] << 8));
}

static uint32_t nibble_at(const uint8_t *base, uint32_t r, uint32_t k)
{
    uint32_t group = k % 32 / 4;
    uint8_t byte = base[k / 32 * 256 + group % 4 * 64 + r * 4 + (k & 3)];
    return group < 4 ? byte & 15 : byte >> 4;
}

static uint32_t pair_at(const uint8_t *base, uint32_t r, uint32_t k)
{
    uint32_t group = k % 64 / 4;
    return base[k / 64 * 256 + group % 4 * 64 + r * 4 + (k & 3)] >> (group / 4 * 2) & 3;
}

static uint32_t bit_at(const uint8_t *base, uint32_t r, uint32_t k)
{
    uint64_t bits = 0;
    for (int i = 7; i >= 0; i--)
        bits = bits << 8 | base[k / 4 * 8 + (uint32_t)i];
    return bits >> (r * 4 + (k & 3)) & 1;
}

/* Blocks of 32. P is the panel, k the column in it. */
static float block32_at(enum qtype t, const uint8_t *p, uint32_t r, uint32_t k)
{
    uint32_t i = k / 32 * 16 + r; /* of the scales */
    float d = half_at(p, i);
    switch (t) {
    case QTYPE_Q8_0: return (float)(p[64 + k / 4 * 64 + r * 4 + (k & 3)] - 128) * d;
    case QTYPE_Q4_0: return (float)((int)nibble_at(p + 64, r, k) - 8) * d;
    case QTYPE_Q4_1: return (float)nibble_at(p + 128, r, k) * d + half_at(p + 64, i);
    case QTYPE_Q5_0:
        return (float)((int)(nibble_at(p + 64, r, k) | bit_at(p + 64 + 512, r, k) << 4) - 16) * d;
    case QTYPE_Q5_1:
        return (float)(nibble_at(p + 128, r, k) | bit_at(p + 128 + 512, r, k) << 4) * d +
               half_at(p + 64, i);
    case QTYPE_IQ4_NL: return d * (float)qtype_iq4nl_levels[nibble_at(p + 64, r, k)];
    default: /* MXFP4 */
        d = qtype_bf16_to_f32((uint16_t)(p[2 * i] | p[2 * i + 1] << 8));
        return (float)qtype_mxfp4_levels[nibble_at(p + 64, r, k)] * d;
    }
}

static float q45_k_at(const uint8_t *p, uint32_t r, uint32_t k, bool five)
{
    const uint8_t *scales = p + 64, *values = scales + 192;
    uint32_t j = k / 32, low = scales[j * 16 + r];
    uint32_t up = scales[128 + j / 2 * 16 + r] >> (j % 2 * 4) & 15;
    uint32_t scale = (low & 15) | (up & 3) << 4, min = low >> 4 | (up >> 2) << 4;
    uint32_t v = nibble_at(values, r, k) | (five ? bit_at(values + 2048, r, k) << 4 : 0);
    return half_at(p, r) * (float)scale * (float)v - half_at(p + 32, r) * (float)min;
}

static float super_at(enum qtype t, const uint8_t *p, uint32_t r, uint32_t k)
{
    const int8_t *s = (const int8_t *)p;
    uint32_t sub = k / 16 * 16 + r;
    switch (t) {
    case QTYPE_Q2_K: {
        uint8_t sm = p[64 + sub];
        return half_at(p, r) * (float)(sm & 15) * (float)pair_at(p + 320, r, k) -
               half_at(p + 32, r) * (float)(sm >> 4);
    }
    case QTYPE_Q3_K: {
        int v = (int)(pair_at(p + 256, r, k) | bit_at(p + 1280, r, k) << 2) - 4;
        return half_at(p + 1280 + 512, r) * (float)s[sub] * (float)v;
    }
    case QTYPE_Q4_K: return q45_k_at(p, r, k, false);
    case QTYPE_Q5_K: return q45_k_at(p, r, k, true);
    case QTYPE_Q6_K: {
        int v = (int)(nibble_at(p + 256, r, k) | pair_at(p + 2304, r, k) << 4) - 32;
        return half_at(p + 3328, r) * (float)s[sub] * (float)v;
    }
    default: /* IQ4_XS */
        return half_at(p + 128 + 2048, r) * (float)s[k / 32 * 16 + r] *
               (float)qtype_iq4nl_levels[nibble_at(p + 128, r, k)];
    }
}

static float float_at(enum qtype t, const uint8_t *p, uint32_t r, uint32_t k)
{
    float f;
    if (t == QTYPE_F32) {
        memcpy(&f, p + (k * 16 + r) * 4, 4);
        return f;
    }
    const uint8_t *h = p + k / 2 * 64 + r * 4 + k % 2 * 2;
    uint16_t bits = (uint16_t)(h[0] | h[1] << 8);
    return t == QTYPE_F16 ? qtype_f16_to_f32(bits) : qtype_bf16_to_f32(bits);
}

static float packed_at(enum qtype t, const uint8_t *matrix, uint32_t cols, uint32_t r, uint32_t k)
{
    uint32_t width = layout_panel_cols(t);
    const uint8_t *p = matrix + r / 16 * layout_group_bytes(t, cols) +
                       (uint64_t)(k / width) * layout_panel_bytes(t);
    uint32_t block = qtype_block_values(t);
    return block == 256  ? super_at(t, p, r % 16, k % width)
           : block == 32 ? block32_at(t, p, r % 16, k % width)
                         : float_at(t, p, r % 16, k % width);
}

/* ---- source rows ---- */

/* Offsets of the f16 scales of a block, which must not be infinite or NaN. */
static void tame(enum qtype t, uint8_t *block)
{
    static const struct {
        enum qtype t;
        uint8_t at[2];
    } scales[] = {{QTYPE_F16, {0, 0}},    {QTYPE_BF16, {0, 0}},   {QTYPE_Q4_0, {0, 0}},
                  {QTYPE_Q4_1, {0, 2}},   {QTYPE_Q5_0, {0, 0}},   {QTYPE_Q5_1, {0, 2}},
                  {QTYPE_Q8_0, {0, 0}},   {QTYPE_Q2_K, {80, 82}}, {QTYPE_Q3_K, {108, 108}},
                  {QTYPE_Q4_K, {0, 2}},   {QTYPE_Q5_K, {0, 2}},   {QTYPE_Q6_K, {208, 208}},
                  {QTYPE_IQ4_NL, {0, 0}}, {QTYPE_IQ4_XS, {0, 0}}};
    if (t == QTYPE_F32)
        block[3] &= 0xbf;
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++)
        for (int k = 0; scales[i].t == t && k < 2; k++)
            block[scales[i].at[k] + 1] &= 0xbf; /* an exponent bit less */
}

static void random_rows(enum qtype t, uint8_t *p, uint64_t bytes)
{
    uint32_t block = qtype_block_bytes(t);
    for (uint64_t i = 0; i < bytes; i++)
        p[i] = (uint8_t)(t_rand() >> 24);
    for (uint64_t i = 0; i + block <= bytes; i += block)
        tame(t, p + i);
}

static bool is_tiny_mxfp4(enum qtype t, float f)
{
    return t == QTYPE_MXFP4 && f != 0 && f < 0x1p-120f && f > -0x1p-120f;
}

static void check_matrix(enum qtype t, uint32_t rows, uint32_t cols)
{
    uint64_t row_bytes = 0, bytes = layout_matrix_bytes(t, rows, cols), stride;
    qtype_row_bytes(t, cols, &row_bytes);
    stride = row_bytes + 3; /* neither aligned nor dense */
    uint8_t *src = malloc(stride * rows), *dst = aligned_alloc(64, bytes);
    float *want = malloc(cols * sizeof *want);
    uint32_t wrong = 0, padding = 0;
    for (uint32_t r = 0; r < rows; r++)
        random_rows(t, src + r * stride, row_bytes);
    memset(dst, 0xa5, bytes);
    pack_matrix(dst, t, src, stride, rows, cols);
    for (uint32_t r = 0; r < rows; r++) {
        qtype_dequantize(t, want, src + r * stride, cols);
        for (uint32_t k = 0; k < cols; k++) {
            float got = packed_at(t, dst, cols, r, k);
            wrong += !(got == want[k] || (got == 0 && is_tiny_mxfp4(t, want[k])));
        }
    }
    uint32_t all_rows = (rows + 15) / 16 * 16, width = layout_panel_cols(t);
    uint32_t all_cols = (cols + width - 1) / width * width;
    for (uint32_t r = 0; r < all_rows; r++)
        for (uint32_t k = r < rows ? cols : 0; k < all_cols; k++)
            padding += packed_at(t, dst, cols, r, k) != 0;
    if (wrong || padding)
        t_fail(__FILE__, __LINE__, "%s %u x %u: %u wrong values, %u in the padding", qtype_name(t),
               rows, cols, wrong, padding);
    free(want);
    free(src);
    free(dst);
}

T_TEST(every_type_reads_back)
{
    static const uint32_t rows[] = {1, 15, 16, 17, 33, 48};
    for (uint32_t id = 0; id < 64; id++) {
        if (!qtype_known(id) || !qtype_computable(id))
            continue;
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            uint32_t block = qtype_block_values(id), n = (uint32_t)(t_rand() % 5) + 1;
            check_matrix(id, rows[i], block == 1 ? n * 43 : block * n);
        }
    }
}

/* ---- whole plans ---- */

static struct profile made_up(void)
{
    return (struct profile){
        .read_bytes_per_s = 2e10, .int8_ops_per_s = 1e12, .f32_ops_per_s = 1e11};
}

static bool compile_tiny(struct tiny_file *f, struct graph *g, struct plan *p, struct tiny t)
{
    takt_err e = {0};
    struct profile prof = made_up();
    struct compile_options o = {.n_lanes = 2, .isa = "ref", .n_ctx = 64, .chunk = 4, .kv_kind = -1};
    *g = (struct graph){0};
    return T_RC(tiny_open(f, t, &e), &e) && T_RC(graph_build(g, &f->model, &e), &e) &&
           T_RC(compile_plan(p, g, &f->model, &prof, &o, &e), &e);
}

static const struct plan_weight *weight_named(const struct plan *p, const char *name)
{
    for (uint32_t i = 0; i < p->n_weights; i++)
        if (strcmp(p->weight[i].name, name) == 0)
            return &p->weight[i];
    return NULL;
}

/* Group by group: 16 rows of A, then 16 of B. */
static void alternate(uint8_t *dst, const struct plan_weight *w, const uint8_t *a, const uint8_t *b)
{
    uint64_t row_bytes = 0, group = layout_group_bytes(w->type, w->cols);
    qtype_row_bytes(w->type, w->cols, &row_bytes);
    for (uint32_t r = 0; r < w->rows; r += 16, dst += 2 * group) {
        uint32_t n = w->rows - r < 16 ? w->rows - r : 16;
        pack_matrix(dst, w->type, a + r * row_bytes, row_bytes, n, w->cols);
        pack_matrix(dst + group, w->type, b + r * row_bytes, row_bytes, n, w->cols);
    }
}

/* Gate and up of one shape and type are one stream, whether dense or an expert's (EXPERT of
 * N_EXPERTS); GATE and UP are the tensors, the expert's rows begin at FIRST_ROW. */
static void check_pair(const struct tiny_file *f, const struct plan *p, const uint8_t *w,
                       const char *name, const char *gate, const char *up, uint32_t expert,
                       uint64_t first_row)
{
    const struct plan_weight *pw = weight_named(p, name);
    const struct tensor *a = model_tensor(&f->model, gate), *b = model_tensor(&f->model, up);
    uint64_t row_bytes = 0;
    if (!T_OK(pw) || !T_OK(a) || !T_OK(b))
        return;
    uint64_t one = 2 * layout_matrix_bytes(pw->type, pw->rows, pw->cols);
    qtype_row_bytes(pw->type, pw->cols, &row_bytes);
    T_OK(pw->pair_at != 0);
    T_EQ_INT(pw->bytes, one * (pw->n_experts ? pw->n_experts : 1));
    uint8_t *want = aligned_alloc(64, one);
    alternate(want, pw, a->data + first_row * row_bytes, b->data + first_row * row_bytes);
    T_EQ_MEM(w + pw->offset + expert * one, want, one);
    free(want);
}

T_TEST(gate_and_up_alternate)
{
    /* 36 rows: the last groups are short */
    static const struct tiny shapes[] = {{.type = QTYPE_Q8_0}, {.n_embd = 72, .n_ff = 36}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct tiny_file f;
        struct graph g;
        struct plan p = {0};
        takt_err e = {0};
        struct tiny t = shapes[i];
        if (compile_tiny(&f, &g, &p, t)) {
            uint8_t *w = aligned_alloc(64, p.weights_bytes);
            T_RC(pack_weights(w, &p, &f.model, 2, NULL, NULL, &e), &e);
            check_pair(&f, &p, w, "blk.1.ffn_gate.weight", "blk.1.ffn_gate.weight",
                       "blk.1.ffn_up.weight", 0, 0);
            T_OK(!weight_named(&p, "blk.1.ffn_up.weight"));
            free(w);
        }
        plan_free(&p);
        graph_free(&g);
        tiny_close(&f);
    }
}

/* Of two types they lie apart. */
T_TEST(gate_and_up_of_two_types)
{
    struct tiny_file f;
    struct graph g;
    struct plan p = {0};
    if (compile_tiny(&f, &g, &p, (struct tiny){.type = QTYPE_Q8_0, .up_type = QTYPE_Q4_0})) {
        const struct plan_weight *gate = weight_named(&p, "blk.1.ffn_gate.weight");
        const struct plan_weight *up = weight_named(&p, "blk.1.ffn_up.weight");
        if (T_OK(gate) && T_OK(up)) {
            T_EQ_INT(gate->pair_at, 0);
            T_EQ_INT(up->offset, gate->offset + gate->bytes);
        }
    }
    plan_free(&p);
    graph_free(&g);
    tiny_close(&f);
}

static void check_expert(const struct tiny_file *f, const struct plan *p, const uint8_t *w,
                         const char *name, const char *tensor, uint32_t expert, uint64_t tensor_row)
{
    const struct plan_weight *pw = weight_named(p, name);
    const struct tensor *t = model_tensor(&f->model, tensor);
    uint64_t row_bytes = 0;
    if (!T_OK(pw) || !T_OK(t))
        return;
    uint64_t one = layout_matrix_bytes(pw->type, pw->rows, pw->cols);
    qtype_row_bytes(pw->type, pw->cols, &row_bytes);
    uint8_t *want = aligned_alloc(64, one);
    pack_matrix(want, pw->type, t->data + tensor_row * row_bytes, row_bytes, pw->rows, pw->cols);
    T_EQ_MEM(w + pw->offset + expert * one, want, one);
    free(want);
}

T_TEST(experts_lie_one_after_the_other)
{
    for (int separate = 0; separate < 2; separate++) {
        struct tiny_file f;
        struct graph g;
        struct plan p = {0};
        takt_err e = {0};
        struct tiny t = {.n_experts = 3, .separate_experts = separate, .type = QTYPE_Q4_0};
        if (compile_tiny(&f, &g, &p, t)) {
            uint8_t *w = aligned_alloc(64, p.weights_bytes);
            T_RC(pack_weights(w, &p, &f.model, 1, NULL, NULL, &e), &e);
            for (uint32_t k = 0; k < 3; k++) {
                char gate[64], up[64], down[64];
                snprintf(gate, sizeof gate, "blk.1.ffn_gate.%u.weight", k);
                snprintf(up, sizeof up, "blk.1.ffn_up.%u.weight", k);
                snprintf(down, sizeof down, "blk.1.ffn_down.%u.weight", k);
                check_pair(&f, &p, w, "blk.1.ffn_gate_exps.weight",
                           separate ? gate : "blk.1.ffn_gate_exps.weight",
                           separate ? up : "blk.1.ffn_up_exps.weight", k, separate ? 0 : k * 96);
                check_expert(&f, &p, w, "blk.1.ffn_down_exps.weight",
                             separate ? down : "blk.1.ffn_down_exps.weight", k,
                             separate ? 0 : k * 64);
            }
            const struct plan_weight *norm = weight_named(&p, "blk.0.ffn_norm.weight");
            const struct tensor *src = model_tensor(&f.model, "blk.0.ffn_norm.weight");
            if (T_OK(norm) && T_OK(src))
                T_EQ_MEM(w + norm->offset, src->data, 64 * 4);
            const struct plan_weight *freq = weight_named(&p, "rope.inv_freq");
            if (T_OK(freq))
                T_EQ_MEM(w + freq->offset, g.inv_freq, 8 * 4);
            free(w);
        }
        plan_free(&p);
        graph_free(&g);
        tiny_close(&f);
    }
}

struct watch {
    uint64_t last, total;
    uint32_t calls, stop_after;
    bool went_back;
};

static bool watch(void *user, uint64_t done, uint64_t total)
{
    struct watch *w = user;
    w->went_back |= done < w->last;
    w->last = done;
    w->total = total;
    return ++w->calls != w->stop_after;
}

/* Takes windows into one region, each once. */
struct region {
    uint8_t *p;
    uint64_t bytes;
    atomic_uint n;
    uint64_t refuses; /* this window, if not 0 */
};

static takt_rc put_window(void *user, uint64_t i, const uint8_t *p, takt_err *e)
{
    struct region *r = user;
    uint64_t at = i * PACK_WINDOW, left = r->bytes - at;
    if (r->refuses && i == r->refuses)
        return err_set(e, TAKT_ERR_IO, "disk", "is full");
    memcpy(r->p + at, p, left < PACK_WINDOW ? left : PACK_WINDOW);
    atomic_fetch_add(&r->n, 1);
    return TAKT_OK;
}

T_TEST(threads_pack_the_same_bytes)
{
    struct tiny_file f;
    struct graph g;
    struct plan p = {0};
    takt_err e = {0};
    struct tiny t = {.type = QTYPE_Q6_K, .n_embd = 512, .n_ff = 1024, .n_vocab = 5000};
    if (compile_tiny(&f, &g, &p, (t.n_heads = 32, t))) {
        uint8_t *a = aligned_alloc(64, p.weights_bytes), *b = aligned_alloc(64, p.weights_bytes);
        struct watch w = {0};
        memset(a, 1, p.weights_bytes);
        memset(b, 2, p.weights_bytes);
        T_RC(pack_weights(a, &p, &f.model, 1, watch, &w, &e), &e);
        T_OK(w.calls > 2 && !w.went_back);
        T_EQ_INT(w.last, w.total);
        T_RC(pack_weights(b, &p, &f.model, 5, NULL, NULL, &e), &e);
        T_EQ_MEM(a, b, p.weights_bytes); /* gaps included: they are zero */
        struct region r = {.p = b, .bytes = p.weights_bytes};
        struct pack_sink sink = {put_window, &r};
        memset(b, 3, p.weights_bytes);
        T_RC(pack_windows(&sink, &p, &f.model, 3, NULL, NULL, &e), &e);
        T_EQ_MEM(a, b, p.weights_bytes);
        T_EQ_INT(r.n, (p.weights_bytes + PACK_WINDOW - 1) / PACK_WINDOW);
        r.refuses = 1;
        T_FAILS(pack_windows(&sink, &p, &f.model, 3, NULL, NULL, &e), &e, TAKT_ERR_IO, "full");
        w = (struct watch){.stop_after = 2};
        T_FAILS(pack_weights(a, &p, &f.model, 1, watch, &w, &e), &e, TAKT_ERR_CANCELLED, "stopped");
        T_EQ_INT(w.calls, 2);
        free(a);
        free(b);
    }
    plan_free(&p);
    graph_free(&g);
    tiny_close(&f);
}

/* A plan that asks for rows that the model lacks is refused, not read. */
T_TEST(weights_of_another_model_are_refused)
{
    struct tiny_file f;
    struct graph g;
    struct plan p = {0};
    takt_err e = {0};
    if (compile_tiny(&f, &g, &p, (struct tiny){0})) {
        uint8_t *w = aligned_alloc(64, p.weights_bytes);
        struct plan_weight_part part = p.weight[1].part ? p.weight[1].part[0] : p.weight[2].part[0];
        uint32_t i = p.weight[1].part ? 1 : 2;
        part.first_row++;
        p.weight[i].part = &part;
        T_FAILS(pack_weights(w, &p, &f.model, 1, NULL, NULL, &e), &e, TAKT_ERR_INTERNAL, "fit");
        free(w);
    }
    plan_free(&p);
    graph_free(&g);
    tiny_close(&f);
}

T_MAIN("compile/pack")
