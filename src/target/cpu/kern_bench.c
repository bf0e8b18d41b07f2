#include "target/cpu/kern_bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "target/cpu/exec.h"
#include "target/cpu/kern.h"
#include "target/cpu/probe.h"
#include "target/target.h"

enum {
    COLS = KERN_BENCH_COLS,
    TOKENS_MAX = 256,
    HEAD = 128, /* head size of the attention measurements */
    GROUP = 4,  /* query heads of a KV head */
    HEADS_MAX = 64,
    ACT_KINDS = ACT_A256 + 1,
    INDEX_MAX = 4096, /* pages, positions and sequences of the longest attention */
    RUNS_MIN = 5,
    RUNS_MAX = 64,
    MB = 1 << 20,
};

static const int64_t budget_ns = 60000000; /* of the runs of one kernel */

/* Everything that the measurements share. */
struct rig {
    struct crew *crew;
    struct kern_table kern;
    bool is_ref; /* plain C is a hundred times slower: smaller operands */
    uint32_t n_lanes;
    uint8_t *buf; /* random bytes that are sane weights and KV of every kind */
    uint64_t buf_bytes;
    uint8_t *act; /* activations and results */
    uint64_t act_bytes;
    uint8_t *scratch;
    uint64_t scratch_stride;
    struct exec exec;
    struct plan plan;
    struct plan_program program;
    struct plan_task task;
    uint32_t *index; /* pages, positions, sequences */
    const uint32_t *pages;
    struct kern_bench_roof *roof;
    kern_bench_row_fn *row;
    void *user;
    takt_err *e;
};

const char *kern_bound_name(enum kern_bound b)
{
    static const char *const names[] = {"read", "int8", "f32", "bf16", "copy"};
    return names[b];
}

/* ---- memory ------------------------------------------------------------------------------------
 */

static uint8_t *map_bytes(uint64_t n)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    (void)madvise(p, n, MADV_HUGEPAGE);
    return p;
}

static void rig_close(struct rig *r)
{
    crew_close(r->crew);
    if (r->buf)
        munmap(r->buf, r->buf_bytes);
    if (r->act)
        munmap(r->act, r->act_bytes);
    if (r->scratch)
        munmap(r->scratch, r->scratch_stride * r->n_lanes);
    free(r->index);
}

/* Bytes 0x10..0x3b are, as f16, bf16 or f32, normal numbers below 1, and levels of any type. */
static takt_rc rig_memory(struct rig *r)
{
    r->buf_bytes = (r->is_ref ? 64 : 256) * (uint64_t)MB;
    r->act_bytes = 64 * (uint64_t)MB;
    r->scratch_stride = 4 * (uint64_t)MB;
    r->buf = map_bytes(r->buf_bytes);
    r->act = map_bytes(r->act_bytes);
    r->scratch = map_bytes(r->scratch_stride * r->n_lanes);
    r->index = calloc(INDEX_MAX, sizeof *r->index);
    if (!r->buf || !r->act || !r->scratch || !r->index)
        return err_set(r->e, TAKT_ERR_MEMORY, "bench", "no memory for operands of %llu MB",
                       (unsigned long long)((r->buf_bytes + r->act_bytes) / MB));
    uint32_t x = 1;
    for (uint32_t i = 0; i < MB; i++) {
        x = x * 1664525u + 1013904223u;
        r->buf[i] = (uint8_t)(0x10 + (x >> 16) % 0x2c);
    }
    for (uint64_t at = MB; at < r->buf_bytes; at += MB)
        memcpy(r->buf + at, r->buf, MB);
    for (uint64_t at = 0; at < r->act_bytes; at += MB)
        memcpy(r->act + at, r->buf, MB);
    memset(r->scratch, 0, r->scratch_stride * r->n_lanes);
    return TAKT_OK;
}

/* ---- timing ------------------------------------------------------------------------------------
 */

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Times JOB on all lanes, again and again; NEXT (may be NULL) changes the operands in between. */
static void time_runs(struct rig *r, void (*job)(void *, uint32_t), void *arg,
                      void (*next)(struct rig *), struct kern_bench_row *row)
{
    double ns[RUNS_MAX], sum = 0;
    uint32_t n = 0;
    crew_run(r->crew, job, arg); /* to warm up */
    while (n < RUNS_MAX && (n < RUNS_MIN || sum < (double)budget_ns)) {
        if (next)
            next(r);
        ns[n] = (double)crew_run(r->crew, job, arg);
        sum += ns[n++];
        if (sum > 20 * (double)budget_ns)
            break;
    }
    qsort(ns, n, sizeof *ns, rising);
    row->ns = ns[n / 2];
    row->ns_best = ns[0];
}

/* Completes ROW from what a run reads and computes, and hands it out. */
static takt_rc report(struct rig *r, struct kern_bench_row *row, double bytes, double ops,
                      double peak_ops_per_s, enum kern_bound peak)
{
    double read_ns = bytes * 1e9 / r->roof->read_bytes_per_s;
    double ops_ns = peak_ops_per_s > 0 ? ops * 1e9 / peak_ops_per_s : 0;
    row->bytes_per_s = bytes * 1e9 / row->ns;
    row->ops_per_s = ops * 1e9 / row->ns;
    row->roof_share = fmax(read_ns, ops_ns) / row->ns;
    row->bound = ops_ns > read_ns ? peak : KERN_BOUND_READ;
    if (!r->row(r->user, row))
        return err_set(r->e, TAKT_ERR_CANCELLED, "bench", "cancelled");
    return TAKT_OK;
}

static void tiles_of_lane(uint32_t n_tiles, uint32_t lane, uint32_t n_lanes, uint32_t *begin,
                          uint32_t *end)
{
    *begin = (uint32_t)((uint64_t)n_tiles * lane / n_lanes);
    *end = (uint32_t)((uint64_t)n_tiles * (lane + 1) / n_lanes);
}

/* ---- products ----------------------------------------------------------------------------------
 */

static void matmul_lane(void *arg, uint32_t lane)
{
    struct rig *r = arg;
    uint32_t begin, end;
    tiles_of_lane(r->task.n_tiles, lane, r->n_lanes, &begin, &end);
    if (begin < end)
        exec_matmul(&r->exec, &r->task, begin, end, r->scratch + lane * r->scratch_stride);
}

/* The next run takes its weights from another place, so that they come from memory. */
static void matmul_next(struct rig *r)
{
    struct plan_matrix *w = &r->task.w0;
    uint64_t bytes = layout_matrix_bytes(w->type, w->rows, w->cols);
    w->offset = w->offset + 2 * bytes <= r->buf_bytes ? w->offset + bytes : 0;
}

/* Rows of the matrix: few tokens stream it from memory, many are bound by arithmetic. */
static uint32_t matmul_rows(const struct rig *r, enum qtype type, uint32_t n_tokens)
{
    uint64_t most = (r->is_ref ? 1ull : 32ull) * MB / layout_group_bytes(type, COLS);
    uint64_t work = (r->is_ref ? 8ull : 1024ull) * MB / COLS / LAYOUT_ROWS / n_tokens;
    uint64_t least = 4 * (uint64_t)r->n_lanes;
    uint64_t groups = work < most ? work : most;
    groups = groups > least ? groups : least;
    groups = groups < 2048 ? groups : 2048; /* 32768 results of 256 tokens fill half of act */
    return (uint32_t)groups * LAYOUT_ROWS;
}

static void set_matmul(struct rig *r, enum qtype type, uint32_t n)
{
    enum { TILE_ROWS = 256 }; /* as plans have them */
    uint32_t rows = matmul_rows(r, type, n);
    uint64_t in = layout_act_stride(layout_act_for(type), COLS), out = (uint64_t)rows * 4;
    r->task = (struct plan_task){.op = PLAN_OP_MATMUL,
                                 .act = (uint8_t)layout_act_for(type),
                                 .n_tiles = (rows + TILE_ROWS - 1) / TILE_ROWS,
                                 .tile_rows = TILE_ROWS,
                                 .cols = COLS,
                                 .label = "bench",
                                 .w0 = {type, rows, COLS, 0, 0}};
    r->task.in0 = (struct plan_operand){PLAN_ACT, 0, in, in};
    r->task.out = (struct plan_operand){PLAN_ACT, in * n, out, out};
    r->exec.facts.n_tokens = r->program.bucket = n;
}

/* Activations of a type, rounded from the numbers of the buffer. */
static void set_act(const struct rig *r, enum act_kind kind, uint32_t n)
{
    uint64_t stride = layout_act_stride(kind, COLS);
    float x[COLS];
    for (uint32_t t = 0; t < n; t++) {
        for (uint32_t i = 0; i < COLS; i++)
            x[i] = (float)r->buf[(t * 977 + i) % MB] / 32.0f - 1.1f;
        r->kern.quant[kind](r->act + t * stride, x, COLS);
    }
}

/* The arithmetic that products with weights of T are bound by, and its peak. */
static enum kern_bound arithmetic_of(const struct rig *r, enum qtype t, double *peak_ops_per_s)
{
    bool f32 = t == QTYPE_F32 || t == QTYPE_F16, bf16 = t == QTYPE_BF16;
    *peak_ops_per_s = bf16  ? r->roof->bf16_ops_per_s
                      : f32 ? r->roof->f32_ops_per_s
                            : r->roof->int8_ops_per_s;
    return bf16 ? KERN_BOUND_BF16 : f32 ? KERN_BOUND_F32 : KERN_BOUND_INT8;
}

static takt_rc measure_matmul(struct rig *r, enum qtype type)
{
    static const uint32_t tokens[] = {1, 4, 16, 64, TOKENS_MAX};
    double peak;
    enum kern_bound bound = arithmetic_of(r, type, &peak);
    r->roof->read_bytes_per_s = probe_read(r->crew, r->n_lanes, r->buf, r->buf_bytes);
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        struct kern_bench_row row = {
            .op = "matmul", .type = qtype_name(type), .n_tokens = tokens[i]};
        set_matmul(r, type, tokens[i]);
        set_act(r, layout_act_for(type), tokens[i]);
        time_runs(r, matmul_lane, r, matmul_next, &row);
        const struct plan_matrix *w = &r->task.w0;
        double bytes = (double)layout_matrix_bytes(type, w->rows, COLS);
        TAKT_TRY(report(r, &row, bytes, 2.0 * w->rows * COLS * tokens[i], peak, bound));
    }
    return TAKT_OK;
}

/* ---- attention ---------------------------------------------------------------------------------
 */

static void attn_lane(void *arg, uint32_t lane)
{
    struct rig *r = arg;
    uint32_t begin, end;
    tiles_of_lane(r->task.n_tiles, lane, r->n_lanes, &begin, &end);
    if (begin < end)
        exec_attn(&r->exec, &r->task, begin, end, r->scratch + lane * r->scratch_stride);
}

/* The next run sees another layer of the pages. */
static void attn_next(struct rig *r)
{
    r->task.kv_layer = (r->task.kv_layer + 1) % r->plan.kv.n_layers;
}

/* N tokens, the last at position CONTEXT - 1, of one sequence whose pages fill the buffer. */
static void set_attn(struct rig *r, enum kv_kind kind, uint32_t n, uint32_t context)
{
    enum { TILE_TOKENS = LAYOUT_ATTN_ROWS / GROUP };
    uint32_t heads = (r->n_lanes + 7) / 8 * 8, n_pages = context / LAYOUT_PAGE;
    heads = heads < HEADS_MAX ? heads : HEADS_MAX;
    uint32_t tile = n < TILE_TOKENS ? n : TILE_TOKENS;
    struct kv_shape *kv = &r->plan.kv;
    *kv = (struct kv_shape){kind, 1, heads, HEAD, HEAD};
    uint64_t layers = r->buf_bytes / (kv_shape_page_bytes(kv) * n_pages);
    kv->n_layers = layers ? (uint32_t)layers : 1;
    r->plan.kv_page_bytes = kv_shape_page_bytes(kv);
    uint64_t row = (uint64_t)heads * GROUP * HEAD * 4;
    r->task = (struct plan_task){.op = PLAN_OP_ATTN,
                                 .n_tiles = (n + tile - 1) / tile * heads,
                                 .tile_tokens = tile,
                                 .scale = 0.1f,
                                 .n_heads = heads * GROUP,
                                 .n_kv_heads = heads,
                                 .head_dim = HEAD,
                                 .label = "bench"};
    r->task.in0 = (struct plan_operand){PLAN_ACT, 0, row, row};
    r->task.out = (struct plan_operand){PLAN_ACT, row * n, row, row};
    uint32_t *page = r->index, *pos = page + n_pages, *seq = pos + n;
    for (uint32_t i = 0; i < n_pages; i++)
        page[i] = i;
    for (uint32_t i = 0; i < n; i++) {
        pos[i] = context - n + i;
        seq[i] = 0;
    }
    r->pages = page;
    r->exec.facts = (struct plan_facts){.n_tokens = n, .pos = pos, .seq = seq, .pages = &r->pages};
    r->program.bucket = n;
}

static takt_rc measure_attn(struct rig *r, enum kv_kind kind)
{
    static const uint32_t tokens[] = {1, 64};
    uint32_t context = r->is_ref ? 512 : r->n_lanes > 16 ? 1024 : 4096;
    for (int i = 0; i < 2; i++) {
        uint32_t n = tokens[i];
        struct kern_bench_row row = {
            .op = n == 1 ? "attn decode" : "attn prefill", .n_tokens = n, .context = context};
        row.type = kv_kind_name(kind);
        set_attn(r, kind, n, context);
        r->roof->read_bytes_per_s = probe_read(r->crew, r->n_lanes, r->buf, r->buf_bytes);
        time_runs(r, attn_lane, r, attn_next, &row);
        const struct kv_shape *kv = &r->plan.kv;
        double bytes = 2.0 * (double)kv_shape_head_bytes(kv) / LAYOUT_PAGE * context;
        double pairs = (double)n * context - (double)n * (n - 1) / 2;
        double per_pair = 4.0 * HEAD * GROUP; /* a product with K and one with V, each head */
        bool f32 = kind == KV_KIND_F32;       /* the others are read as bf16 */
        TAKT_TRY(report(r, &row, bytes * kv->n_kv_heads, per_pair * pairs * kv->n_kv_heads,
                        f32 ? r->roof->f32_ops_per_s : r->roof->bf16_ops_per_s,
                        f32 ? KERN_BOUND_F32 : KERN_BOUND_BF16));
    }
    return TAKT_OK;
}

/* ---- row kernels -------------------------------------------------------------------------------
 */

enum { ROW_CALLS = 256 }; /* of one run: long against the crew's own time */

struct row_job;
typedef void row_fn(const struct row_job *j, uint8_t *own);

/* A lane's own memory in scratch: four rows, then a KV page. */
struct row_job {
    struct rig *r;
    row_fn *call;
    int kind; /* act_kind, kv_kind or qtype */
};

static float *row_at(uint8_t *own, int i)
{
    return (float *)(void *)(own + (size_t)i * (COLS * 4 + LAYOUT_ALIGN));
}

static void row_copy(const struct row_job *j, uint8_t *own)
{
    (void)j;
    memcpy(row_at(own, 0), row_at(own, 1), COLS * 4);
}

static void row_norm(const struct row_job *j, uint8_t *own)
{
    j->r->kern.norm(row_at(own, 0), row_at(own, 1), row_at(own, 2), COLS, 1e-5f);
}

static void row_quant(const struct row_job *j, uint8_t *own)
{
    j->r->kern.quant[j->kind]((uint8_t *)row_at(own, 2), row_at(own, 1), COLS);
}

static void row_swiglu(const struct row_job *j, uint8_t *own)
{
    j->r->kern.swiglu(row_at(own, 0), row_at(own, 1), row_at(own, 2), COLS);
}

static void row_axpy(const struct row_job *j, uint8_t *own)
{
    j->r->kern.axpy(row_at(own, 0), row_at(own, 1), row_at(own, 2), 0.5f, COLS);
}

static void row_rope(const struct row_job *j, uint8_t *own)
{
    j->r->kern.rope(row_at(own, 3), COLS / HEAD, HEAD, HEAD, row_at(own, 2), false);
}

static void row_kv_write(const struct row_job *j, uint8_t *own)
{
    struct kv_shape kv = {(enum kv_kind)j->kind, 1, COLS / HEAD, HEAD, HEAD};
    uint64_t head_bytes = kv_shape_head_bytes(&kv);
    uint8_t *page = own + 8 * (size_t)COLS * 4;
    for (uint32_t h = 0; h < COLS / HEAD; h++)
        j->r->kern.kv_write[j->kind](page + 2 * h * head_bytes, head_bytes, HEAD, HEAD, 5,
                                     row_at(own, 1) + h * HEAD, row_at(own, 2) + h * HEAD);
}

static void row_lane(void *arg, uint32_t lane)
{
    const struct row_job *j = arg;
    uint8_t *own = j->r->scratch + lane * j->r->scratch_stride;
    for (int i = 0; i < ROW_CALLS; i++)
        j->call(j, own);
}

/* BYTES: read and written by one call. */
static takt_rc measure_row(struct rig *r, const char *op, const char *type, row_fn *call, int kind,
                           double bytes)
{
    struct row_job j = {r, call, kind};
    struct kern_bench_row row = {.op = op, .type = type, .n_tokens = 1};
    for (uint32_t l = 0; l < r->n_lanes; l++) /* the calls before left their results there */
        for (int i = 0; i < 4; i++)
            for (uint32_t k = 0; k < COLS; k++)
                row_at(r->scratch + l * r->scratch_stride, i)[k] = (float)(k % 61) * 0.03f - 0.9f;
    time_runs(r, row_lane, &j, NULL, &row);
    row.ns /= ROW_CALLS;
    row.ns_best /= ROW_CALLS;
    row.bytes_per_s = bytes * r->n_lanes * 1e9 / row.ns;
    row.bound = KERN_BOUND_COPY;
    if (call == row_copy)
        r->roof->copy_bytes_per_s = row.bytes_per_s;
    row.roof_share = row.bytes_per_s / r->roof->copy_bytes_per_s;
    if (!r->row(r->user, &row))
        return err_set(r->e, TAKT_ERR_CANCELLED, "bench", "cancelled");
    return TAKT_OK;
}

static takt_rc measure_rows(struct rig *r)
{
    const double row = COLS * 4.0;
    TAKT_TRY(measure_row(r, "copy", "f32", row_copy, 0, 2 * row));
    TAKT_TRY(measure_row(r, "norm", "f32", row_norm, 0, 3 * row));
    for (int a = ACT_F32; a < ACT_KINDS; a++)
        if (r->kern.quant[a])
            TAKT_TRY(measure_row(r, "quant", layout_act_name((enum act_kind)a), row_quant, a,
                                 row + (double)layout_act_stride((enum act_kind)a, COLS)));
    TAKT_TRY(measure_row(r, "swiglu", "f32", row_swiglu, 0, 3 * row));
    TAKT_TRY(measure_row(r, "axpy", "f32", row_axpy, 0, 3 * row));
    TAKT_TRY(measure_row(r, "rope", "f32", row_rope, 0, 2 * row));
    for (int k = 0; k < KV_KINDS; k++) {
        struct kv_shape s = {(enum kv_kind)k, 1, COLS / HEAD, HEAD, HEAD};
        double page = (double)kv_shape_page_bytes(&s) / LAYOUT_PAGE;
        TAKT_TRY(measure_row(r, "kv write", kv_kind_name(s.kind), row_kv_write, k, 2 * row + page));
    }
    return TAKT_OK;
}

/* ---- all ---------------------------------------------------------------------------------------
 */

static takt_rc measure_all(struct rig *r, const char *level, const enum qtype *types,
                           uint32_t n_types, bool types_only)
{
    TAKT_TRY(rig_memory(r));
    TAKT_TRY(crew_open(&r->crew, r->n_lanes, r->e));
    r->plan.n_lanes = r->n_lanes;
    r->plan.isa = level;
    r->plan.program = &r->program;
    r->plan.n_programs = 1;
    r->program.task = &r->task;
    r->program.n_tasks = 1;
    r->exec = (struct exec){.kern = &r->kern,
                            .plan = &r->plan,
                            .prog = &r->program,
                            .weights = r->buf,
                            .act = r->act,
                            .kv = r->buf};
    r->roof->int8_ops_per_s = probe_int8(r->crew, r->n_lanes, r->kern.level);
    r->roof->f32_ops_per_s = probe_f32(r->crew, r->n_lanes, r->kern.level);
    r->roof->bf16_ops_per_s = probe_bf16(r->crew, r->n_lanes, r->kern.level);
    for (uint32_t i = 0; i < n_types; i++)
        TAKT_TRY(measure_matmul(r, types[i]));
    for (int k = 0; k < KV_KINDS && !types_only; k++)
        if (r->kern.attn[k])
            TAKT_TRY(measure_attn(r, (enum kv_kind)k));
    return types_only ? TAKT_OK : measure_rows(r);
}

takt_rc kern_bench_run(struct kern_bench_roof *roof, uint32_t n_lanes, const char *isa,
                       const enum qtype *types, uint32_t n_types, bool types_only,
                       kern_bench_row_fn *row, void *user, takt_err *e)
{
    const char *level;
    if (n_lanes == 0 || n_lanes > PLAN_LANES_MAX)
        return err_set(e, TAKT_ERR_USAGE, "bench", "%u lanes; 1 to %d are possible", n_lanes,
                       PLAN_LANES_MAX);
    TAKT_TRY(target_cpu_isa_pick(&level, isa, e));
    struct rig *r = calloc(1, sizeof *r);
    if (!r)
        return err_set(e, TAKT_ERR_MEMORY, "bench", "no memory for its figures");
    *roof = (struct kern_bench_roof){0};
    r->n_lanes = n_lanes;
    r->roof = roof;
    r->row = row;
    r->user = user;
    r->e = e;
    kern_table_init(&r->kern, (enum kern_level)kern_level_find(level));
    r->is_ref = r->kern.level == KERN_REF;
    takt_rc rc = measure_all(r, level, types, n_types, types_only);
    rig_close(r);
    free(r);
    return rc;
}
