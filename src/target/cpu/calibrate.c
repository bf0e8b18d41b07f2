/* Measuring the machine: see target_cpu_calibrate in target.h. What streams weights is measured as
 * steps of small plans, by the same code that runs models; elementwise kernels and attention on one
 * lane, with operands in the cache. */
#include <stdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/topo.h"
#include "target/cpu/kern.h"
#include "target/cpu/lane.h"
#include "target/cpu/probe.h"
#include "target/cpu/sample.h"
#include "target/target.h"

enum {
    COLS = 4096,
    VALUES = 4096,      /* of one elementwise call */
    CONTEXT = 1024,     /* positions of the attention measurements */
    HEAD = 128,         /* its head size */
    GROUP = 4,          /* query heads of a KV head */
    CHAIN = 64,         /* tasks of the overhead measurement */
    REPEATS = 16,       /* of a step, short enough for one turn of the system's scheduler */
    STREAM_TOKENS = 32, /* up to here, reading weights may be what takes the time */
    MB = 1 << 20,
    STREAMED_BYTES_MIN = 128 * MB, /* of a step's weights: no cache keeps any from step to step */
    MOMENT_BYTES = 32 * MB, /* read for the memory's speed of a moment, always as many: more pages
                               take longer to find */
};

static const int64_t budget_ns = 150000000; /* of the repeats of one measurement */
/* for repeating what other work disturbed: of a calibration, and of a look at the moment, for large
 * models, which take long to load, and for small ones */
static const int64_t spare_ns = 2000000000, spare_moment_ns = 50000000, spare_short_ns = 5000000;

struct calibration {
    struct profile *p;
    enum kern_level level;
    const char *isa;
    struct kern_table kern;
    uint32_t n_lanes;
    uint32_t n_crew; /* lanes that can run at once: probes wait for all of theirs */
    uint8_t *buf;    /* random bytes that are sane weights of every type */
    uint64_t buf_bytes;
    struct crew *crew;
    struct sampler *sampler; /* the crew's */
    bool (*progress)(void *, double);
    void *user;
    double done, total; /* of what is measured this time */
    takt_err *e;
};

/* Of N_LANES lanes. */
static uint32_t lanes_at_once(uint32_t n_lanes)
{
    struct topo t;
    topo_read(&t);
    return n_lanes < t.n_cpus ? n_lanes : t.n_cpus;
}

static takt_rc advance(struct calibration *c)
{
    c->done += 1;
    double share = c->done < c->total ? c->done / c->total : 1.0;
    if (c->progress && !c->progress(c->user, share))
        return err_set(c->e, TAKT_ERR_CANCELLED, "calibration", "cancelled");
    return TAKT_OK;
}

/* ---- memory ------------------------------------------------------------------------------------
 */

/* Bytes 0x10..0x3b: as f16, bf16 or f32 scales they are normal numbers below 1, as levels they are
 * levels of any type. */
static takt_rc map_buffer(struct calibration *c)
{
    struct topo t;
    topo_read(&t);
    c->buf_bytes = c->level == KERN_REF ? 64 * MB : t.l3_bytes > 96 * MB ? 512 * MB : 256 * MB;
    c->buf = mmap(NULL, c->buf_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (c->buf == MAP_FAILED) {
        c->buf = NULL;
        return err_set(c->e, TAKT_ERR_MEMORY, "calibration", "no memory for %llu MB to read",
                       (unsigned long long)(c->buf_bytes / MB));
    }
    (void)madvise(c->buf, c->buf_bytes, MADV_HUGEPAGE);
    uint32_t x = 1;
    for (uint32_t i = 0; i < MB; i++) {
        x = x * 1664525u + 1013904223u;
        c->buf[i] = (uint8_t)(0x10 + (x >> 16) % 0x2c);
    }
    for (uint64_t at = MB; at < c->buf_bytes; at += MB)
        memcpy(c->buf + at, c->buf, MB);
    return TAKT_OK;
}

static takt_rc measure_machine(struct calibration *c)
{
    struct crew *crew = c->crew;
    struct profile *p = c->p;
    p->read_bytes_per_s = probe_read(crew, c->n_crew, c->buf, c->buf_bytes);
    p->read_bytes_per_s_lane = probe_read(crew, 1, c->buf, c->buf_bytes / 2);
    takt_rc rc = advance(c);
    if (!rc.code) {
        p->int8_ops_per_s = probe_int8(crew, c->n_crew, c->level);
        p->f32_ops_per_s = probe_f32(crew, c->n_crew, c->level);
        p->bf16_ops_per_s = probe_bf16(crew, c->n_crew, c->level);
        p->sync_ns = probe_sync_ns(crew, c->n_crew);
        rc = advance(c);
    }
    return rc;
}

/* ---- kernels on one lane -----------------------------------------------------------------------
 */

struct scratch {
    _Alignas(64) float a[VALUES], b[VALUES], c[VALUES];
    _Alignas(64) uint8_t act[VALUES * 4 + 64], page[2 * LAYOUT_PAGE * HEAD * 4];
    float q[KERN_ATTN_ROWS_MAX][HEAD], out[KERN_ATTN_ROWS_MAX][HEAD];
    uint32_t pages[CONTEXT / LAYOUT_PAGE];
    struct kern_attn attn;
    uint64_t n_calls;
    enum kv_kind kind;
    enum qtype type;
};

typedef void call_fn(const struct calibration *c, struct scratch *s);

static void call_norm(const struct calibration *c, struct scratch *s)
{
    c->kern.norm(s->c, s->a, s->b, VALUES, 1e-5f);
}

static void call_quant(const struct calibration *c, struct scratch *s)
{
    c->kern.quant[ACT_A32](s->act, s->a, VALUES);
}

static void call_quant_a256(const struct calibration *c, struct scratch *s)
{
    c->kern.quant[ACT_A256](s->act, s->a, VALUES);
}

static void call_swiglu(const struct calibration *c, struct scratch *s)
{
    c->kern.swiglu(s->c, s->a, s->b, VALUES);
}

static void call_embed(const struct calibration *c, struct scratch *s)
{
    c->kern.embed[s->type](s->c, c->buf, layout_group_bytes(s->type, COLS), 3, COLS, 1.0f);
}

static void call_rope(const struct calibration *c, struct scratch *s)
{
    c->kern.rope(s->a, VALUES / HEAD, HEAD, HEAD, s->b, false);
}

/* Each call takes another page, far from the last one, as the layers of a step do. */
static void call_kv_write(const struct calibration *c, struct scratch *s)
{
    uint64_t head_bytes = (uint64_t)LAYOUT_PAGE * HEAD * 2, stride = 2 * head_bytes;
    uint8_t *page = c->buf + s->n_calls++ * 37 % (c->buf_bytes / stride) * stride;
    c->kern.kv_write[KV_KIND_BF16](page, head_bytes, HEAD, HEAD, 5, s->a, s->b);
}

static void call_attn(const struct calibration *c, struct scratch *s)
{
    c->kern.attn[s->kind](&s->attn);
}

/* Nanoseconds of a call: the best of five undisturbed series of at least 100 us. */
static double call_ns(const struct calibration *c, struct scratch *s, call_fn *call)
{
    struct samples took = samples_begin(c->sampler, 5, budget_ns);
    uint32_t n = 1;
    while (samples_more(&took)) {
        int64_t begin = clock_ns(), cpu = sample_thread_ns();
        for (uint32_t i = 0; i < n; i++)
            call(c, s);
        double ns = (double)(clock_ns() - begin);
        double lost_ns = ns - (double)(sample_thread_ns() - cpu);
        if (ns < 100000 && n < 1u << 20)
            n *= 2;
        else
            samples_add(&took, ns / n, lost_ns / n);
    }
    return samples_end(&took, 0);
}

/* N_ROWS queries of GROUP heads of size HEAD_DIM each, the last at position N_POS - 1. */
static double attn_ns(const struct calibration *c, struct scratch *s, uint32_t head_dim,
                      uint32_t n_rows, uint32_t n_pos)
{
    uint64_t head_bytes = kv_head_bytes(s->kind, head_dim);
    s->attn.n_rows = n_rows;
    s->attn.head_dim = s->attn.hdp = head_dim;
    s->attn.page_bytes = 2 * head_bytes;
    s->attn.head_bytes = head_bytes;
    for (uint32_t r = 0; r < n_rows; r++) {
        s->attn.q[r] = s->q[r];
        s->attn.out[r] = s->out[r];
        s->attn.pos[r] = n_pos - 1 - (n_rows - 1 - r) / GROUP;
    }
    return call_ns(c, s, call_attn);
}

/* Two contexts give a line: what a pair of a row and a position costs, and *ROW_NS besides. */
static double pair_ns(const struct calibration *c, struct scratch *s, uint32_t head_dim,
                      uint32_t n_rows, double *row_ns)
{
    enum { NEAR = 72 }; /* partial tiles, as positions on the way have them */
    double far = attn_ns(c, s, head_dim, n_rows, CONTEXT);
    double near = attn_ns(c, s, head_dim, n_rows, NEAR);
    double pair = fmax(far - near, far / 2) / ((double)(CONTEXT - NEAR) * n_rows);
    *row_ns = fmax(near / n_rows - pair * NEAR, 0);
    return pair;
}

/* Two head sizes give another: what a pair costs whatever the size, and what a value of it does. */
static void size_line(double *fixed, double *per_value, double half_ns, double full_ns)
{
    double slope = (full_ns - half_ns) / (HEAD - HEAD / 2.0), least = full_ns / (2.0 * HEAD);
    slope = slope > least ? slope : least; /* noise: arithmetic grows with the size */
    slope = slope < full_ns / HEAD ? slope : full_ns / HEAD;
    *per_value = slope;
    *fixed = full_ns - slope * HEAD;
}

static void measure_attn(struct calibration *c, struct scratch *s, uint8_t *attn_scratch)
{
    struct profile *p = c->p;
    double half, full, row;
    s->attn =
        (struct kern_attn){.scale = 0.1f, .kv = c->buf, .pages = s->pages, .scratch = attn_scratch};
    for (int kind = 0; kind < KV_KINDS; kind++) {
        s->kind = (enum kv_kind)kind;
        half = pair_ns(c, s, HEAD / 2, GROUP, &row);
        full = pair_ns(c, s, HEAD, GROUP, &row);
        size_line(&p->attn_ns_per_pair[kind], &p->attn_ns_per_pair_value[kind], half, full);
        half = pair_ns(c, s, HEAD / 2, KERN_ATTN_ROWS_MAX, &row);
        full = pair_ns(c, s, HEAD, KERN_ATTN_ROWS_MAX, &row);
        size_line(&p->attn_prefill_ns_per_pair[kind], &p->attn_prefill_ns_per_pair_value[kind],
                  half, full);
        p->attn_row_ns_per_value[kind] = row / HEAD;
    }
}

static takt_rc measure_kernels(struct calibration *c, enum qtype type)
{
    struct scratch *s = aligned_alloc(64, (sizeof *s + 63) / 64 * 64);
    uint8_t *attn_scratch = aligned_alloc(64, (size_t)kern_attn_scratch_bytes(HEAD));
    struct profile *p = c->p;
    if (!s || !attn_scratch) {
        free(s);
        free(attn_scratch);
        return err_set(c->e, TAKT_ERR_MEMORY, "calibration", "no memory for operands");
    }
    memset(s, 0, sizeof *s);
    s->type = type;
    for (uint32_t i = 0; i < VALUES; i++) {
        s->a[i] = (float)(i % 61) * 0.03f - 0.9f;
        s->b[i] = (float)(i % 17) * 0.05f + 0.1f;
    }
    for (uint32_t i = 0; i < CONTEXT / LAYOUT_PAGE; i++)
        s->pages[i] = i;
    uint32_t state = kern_float_state_set();
    p->norm_ns_per_value = call_ns(c, s, call_norm) / VALUES;
    p->quant_ns_per_value = call_ns(c, s, call_quant) / VALUES;
    p->quant_a256_ns_per_value = call_ns(c, s, call_quant_a256) / VALUES;
    p->swiglu_ns_per_value = call_ns(c, s, call_swiglu) / VALUES;
    p->embed_ns_per_value = call_ns(c, s, call_embed) / COLS;
    p->rope_ns_per_value = call_ns(c, s, call_rope) / VALUES;
    p->kv_write_ns_per_value = call_ns(c, s, call_kv_write) / (2 * HEAD);
    measure_attn(c, s, attn_scratch);
    kern_float_state_restore(state);
    free(s);
    free(attn_scratch);
    return advance(c);
}

/* ---- steps of small plans ----------------------------------------------------------------------
 */

/* Programs of up to CHAIN tasks, tiles dealt to the lanes in contiguous ranges. */
struct bench {
    struct plan plan;
    struct plan_program program[PROFILE_TOKENS];
    struct plan_task task[CHAIN];
    struct plan_instr *instr; /* [n_programs][n_lanes][n_tasks of one] */
    struct plan_lane *lane;   /* [n_programs][n_lanes] */
};

static void bench_free(struct bench *b)
{
    if (!b)
        return;
    free(b->instr);
    free(b->lane);
    free(b);
}

static struct bench *bench_new(const struct calibration *c, uint32_t n_programs, uint32_t n_tasks)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->instr = calloc((size_t)n_programs * c->n_lanes * n_tasks, sizeof *b->instr);
    b->lane = calloc((size_t)n_programs * c->n_lanes, sizeof *b->lane);
    if (!b->instr || !b->lane) {
        bench_free(b);
        return NULL;
    }
    b->plan.n_lanes = c->n_lanes;
    b->plan.isa = c->isa;
    b->plan.program = b->program;
    b->plan.n_programs = n_programs;
    return b;
}

/* Deals the tiles of program I's tasks once they are set. */
static void bench_deal(struct bench *b, uint32_t i, struct plan_task *task, uint32_t n_tasks,
                       uint32_t bucket, uint64_t act_bytes)
{
    uint32_t n_lanes = b->plan.n_lanes;
    for (uint32_t l = 0; l < n_lanes; l++) {
        struct plan_instr *in = b->instr + ((size_t)i * n_lanes + l) * n_tasks;
        struct plan_lane *lane = &b->lane[(size_t)i * n_lanes + l];
        *lane = (struct plan_lane){in, 0};
        for (uint32_t t = 0; t < n_tasks; t++) {
            uint32_t first = (uint32_t)((uint64_t)task[t].n_tiles * l / n_lanes);
            uint32_t last = (uint32_t)((uint64_t)task[t].n_tiles * (l + 1) / n_lanes);
            if (first < last)
                in[lane->n_instr++] = (struct plan_instr){t, first, last, 0};
        }
    }
    b->program[i] = (struct plan_program){.bucket = bucket,
                                          .n_outputs_max = 1,
                                          .task = task,
                                          .n_tasks = n_tasks,
                                          .lane = b->lane + (size_t)i * n_lanes,
                                          .act_bytes = act_bytes};
    if (b->plan.act_bytes < act_bytes)
        b->plan.act_bytes = act_bytes;
}

/* The nanoseconds of a step (that of its undisturbed repeats than which PART of them are faster),
 * after one to warm up. Each repeat takes its weights from another place of the buffer, so that
 * they come from memory. */
static double step_ns(const struct calibration *c, struct target *t, struct bench *b, uint32_t i,
                      double part)
{
    const struct plan_program *prog = &b->program[i];
    struct plan_matrix *w = &b->task[i].w0;
    uint64_t bytes = w->rows ? layout_matrix_bytes(w->type, w->rows, w->cols) : 0;
    struct plan_facts f = {.n_tokens = prog->bucket};
    bool crowded = lane_crowded(c->n_lanes); /* lanes wait for each other's processors */
    target_step(t, prog, &f);
    struct samples took = samples_begin(c->sampler, REPEATS, budget_ns);
    while (samples_more(&took)) {
        w->offset = w->offset + 2 * bytes <= c->buf_bytes ? w->offset + bytes : 0;
        int64_t used = target_cpu_used_ns(t);
        double ns = (double)target_step(t, prog, &f);
        used = target_cpu_used_ns(t) - used; /* of lanes that all spin while a step runs */
        samples_add(&took, ns, crowded ? 0 : ns * c->n_lanes - (double)used);
    }
    return samples_end(&took, part);
}

static takt_rc bench_open(struct target **t, const struct calibration *c, const struct bench *b)
{
    struct target_options opt = {.n_lanes = c->n_lanes, .isa = c->isa};
    return target_cpu_open(t, &b->plan, c->buf, NULL, &opt, c->e);
}

/* Weights of the matrix for N tokens: few tokens stream from memory, many are bound by arithmetic.
 */
static uint64_t n_weights(const struct calibration *c, enum qtype type, uint32_t n)
{
    uint64_t stream_bytes = c->level == KERN_REF ? 1 * MB : 12 * MB; /* as a layer has */
    uint64_t many = (c->level == KERN_REF ? 4ull : 512ull) * MB / n;
    uint64_t group = layout_group_bytes(type, COLS);
    uint64_t streamed = stream_bytes / group * LAYOUT_ROWS * COLS;
    return n <= STREAM_TOKENS || many > streamed ? streamed : many < 64 * COLS ? 64 * COLS : many;
}

static void set_matmul(struct bench *b, const struct calibration *c, uint32_t i, enum qtype type)
{
    enum { TILE_ROWS = 256, FEW_TOKENS = 32 }; /* as plans have them */
    struct plan_task *t = &b->task[i];
    uint32_t n = profile_tokens[i], tile_rows = TILE_ROWS;
    if (n < FEW_TOKENS)
        tile_rows = (uint32_t)(PLAN_TILE_BYTES / layout_group_bytes(type, COLS) + 1) * LAYOUT_ROWS;
    uint32_t rows = (uint32_t)(n_weights(c, type, n) / COLS / LAYOUT_ROWS * LAYOUT_ROWS);
    uint64_t in = layout_act_stride(layout_act_for(type), COLS), out = (uint64_t)rows * 4;
    *t = (struct plan_task){.op = PLAN_OP_MATMUL,
                            .act = (uint8_t)layout_act_for(type),
                            .n_tiles = (rows + tile_rows - 1) / tile_rows,
                            .tile_rows = tile_rows,
                            .cols = COLS,
                            .w0 = {type, rows, COLS, 0, 0}};
    t->in0 = (struct plan_operand){PLAN_ACT, 0, in, in};
    t->out = (struct plan_operand){PLAN_ACT, in * n, out, out};
    bench_deal(b, i, t, 1, n, (in + out) * n);
}

/* The lanes' products of weights that lie in the caches. */
struct cached {
    const struct calibration *c;
    enum qtype type;
    uint32_t n_tokens, n_groups; /* groups of one lane */
    uint64_t lane_bytes, act_stride;
    const uint8_t *act;
    float *out;       /* [n_lanes][n_tokens][n_groups * 16] */
    uint8_t *scratch; /* [n_lanes][KERN_MATMUL_SCRATCH] */
};

enum { CACHED_CALLS = 8 };

static void cached_lane(void *arg, uint32_t lane)
{
    const struct cached *k = arg;
    const size_t width = (size_t)k->n_groups * LAYOUT_ROWS;
    for (int i = 0; i < CACHED_CALLS; i++)
        k->c->kern.matmul[k->type](k->out + lane * width * k->n_tokens, width,
                                   k->c->buf + lane * k->lane_bytes, k->n_groups,
                                   layout_group_bytes(k->type, COLS), COLS, k->act, k->act_stride,
                                   k->n_tokens, k->scratch + (size_t)lane * KERN_MATMUL_SCRATCH);
}

/* Nanoseconds per weight with N tokens and a part of L2 full of weights. */
static takt_rc measure_cached(struct calibration *c, enum qtype type, uint32_t n, double *ns)
{
    enum { LANE_BYTES = 128 << 10, ROUNDS = 12 };
    const uint64_t group_bytes = layout_group_bytes(type, COLS);
    struct cached k = {.c = c, .type = type, .n_tokens = n};
    k.n_groups = (uint32_t)(LANE_BYTES / group_bytes) + 1;
    k.lane_bytes = k.n_groups * group_bytes;
    k.act_stride = layout_act_stride(layout_act_for(type), COLS);
    k.act = c->buf + c->n_crew * k.lane_bytes;
    const size_t weights = (size_t)k.n_groups * LAYOUT_ROWS * c->n_crew;
    k.out = aligned_alloc(64, weights * n * sizeof *k.out);
    k.scratch = aligned_alloc(64, (size_t)c->n_crew * KERN_MATMUL_SCRATCH);
    if (!k.out || !k.scratch) {
        free(k.out);
        free(k.scratch);
        return err_set(c->e, TAKT_ERR_MEMORY, "calibration", "no memory for results");
    }
    memset(k.scratch, 0, (size_t)c->n_crew * KERN_MATMUL_SCRATCH);
    memset(k.out, 0, weights * n * sizeof *k.out);
    struct samples took = samples_begin(c->sampler, ROUNDS, budget_ns);
    while (samples_more(&took)) {
        double round_ns = (double)crew_run(c->crew, cached_lane, &k);
        samples_add(&took, round_ns, crew_lost_ns(c->crew, c->n_crew));
    }
    *ns = samples_end(&took, 0.25) / ((double)weights * COLS * CACHED_CALLS);
    free(k.out);
    free(k.scratch);
    return TAKT_OK;
}

/* Without what any task costs, which predictions add. */
static double task_ns(const struct calibration *c, struct target *t, struct bench *b, uint32_t i)
{
    double ns = step_ns(c, t, b, i, 0.5);
    return fmax(ns - c->p->task_overhead_ns, ns / 2);
}

static double n_of(const struct plan_matrix *w)
{
    return (double)w->rows * w->cols;
}

/* From memory, for the few tokens for which its speed matters, with that speed before and after:
 * again when it changed meanwhile. */
static void measure_streamed(struct calibration *c, struct target *t, struct bench *b,
                             enum qtype type)
{
    const double steady = 1.1;
    enum { TRIES = 4 };
    struct profile *p = c->p;
    double before = probe_read(c->crew, c->n_crew, c->buf, MOMENT_BYTES);
    for (int try = 0; try < TRIES; try++) {
        for (uint32_t i = 0; i < PROFILE_TOKENS && profile_tokens[i] <= STREAM_TOKENS; i++)
            p->matmul_ns_per_weight[type][i] = task_ns(c, t, b, i) / n_of(&b->task[i].w0);
        double after = probe_read(c->crew, c->n_crew, c->buf, MOMENT_BYTES);
        p->matmul_read_bytes_per_s[type] = (before + after) / 2;
        if (before < after * steady && after < before * steady)
            return;
        before = after;
    }
}

static takt_rc measure_matmul(struct calibration *c, enum qtype type)
{
    struct bench *b = bench_new(c, PROFILE_TOKENS, 1);
    struct target *t = NULL;
    if (!b)
        return err_set(c->e, TAKT_ERR_MEMORY, "calibration", "no memory for a plan");
    for (uint32_t i = 0; i < PROFILE_TOKENS; i++)
        set_matmul(b, c, i, type);
    takt_rc rc = bench_open(&t, c, b);
    for (uint32_t i = 0; !rc.code && i < PROFILE_TOKENS; i++) {
        if (profile_tokens[i] > STREAM_TOKENS)
            c->p->matmul_ns_per_weight[type][i] = task_ns(c, t, b, i) / n_of(&b->task[i].w0);
        else if (c->level != KERN_REF) /* which never waits for memory */
            rc = measure_cached(c, type, profile_tokens[i],
                                &c->p->matmul_cached_ns_per_weight[type][i]);
        if (!rc.code)
            rc = advance(c);
    }
    if (!rc.code) {
        measure_streamed(c, t, b, type);
        rc = advance(c);
    }
    target_close(t);
    bench_free(b);
    return rc;
}

/* A chain of tasks of one tiny tile per lane: what remains is the fixed cost of a task. */
static takt_rc measure_overhead(struct calibration *c)
{
    struct bench *b = bench_new(c, 1, CHAIN);
    struct target *t = NULL;
    uint64_t in = 256, out = layout_act_stride(ACT_A32, 32);
    if (!b)
        return err_set(c->e, TAKT_ERR_MEMORY, "calibration", "no memory for a plan");
    for (uint32_t i = 0; i < CHAIN; i++) {
        struct plan_task *k = &b->task[i];
        *k = (struct plan_task){.op = PLAN_OP_QUANT,
                                .act = ACT_A32,
                                .cols = 32,
                                .n_tiles = c->n_lanes,
                                .tile_tokens = 1};
        k->in0 = (struct plan_operand){PLAN_ACT, 0, in, in};
        k->out = (struct plan_operand){PLAN_ACT, in * c->n_lanes, out, out};
        if (i)
            k->wait[k->n_waits++] = i - 1;
    }
    bench_deal(b, 0, b->task, CHAIN, c->n_lanes, (in + out) * c->n_lanes);
    takt_rc rc = bench_open(&t, c, b);
    if (!rc.code) {
        c->p->task_overhead_ns = step_ns(c, t, b, 0, 0.2) / CHAIN;
        rc = advance(c);
    }
    target_close(t);
    bench_free(b);
    return rc;
}

/* ---- all ---------------------------------------------------------------------------------------
 */

static bool is_measured(const struct profile *p, enum qtype type)
{
    if (p->matmul_disturbed[type])
        return false;
    for (int i = 0; i < PROFILE_TOKENS; i++)
        if (!(p->matmul_ns_per_weight[type][i] > 0))
            return false;
    return true;
}

static bool machine_is_measured(const struct profile *p)
{
    return p->task_overhead_ns > 0 && !p->disturbed; /* measured last, so all of it was */
}

/* Calls of advance to come. */
static double count_parts(const struct profile *p, const enum qtype *types, uint32_t n_types)
{
    double n = machine_is_measured(p) ? 0 : 4;
    for (uint32_t i = 0; i < n_types; i++) {
        bool again = false;
        for (uint32_t k = 0; k < i; k++)
            again = again || types[k] == types[i];
        n += again || is_measured(p, types[i]) ? 0 : PROFILE_TOKENS + 1;
    }
    return n;
}

static takt_rc measure_machine_and_kernels(struct calibration *c, enum qtype type)
{
    uint32_t n_unsound = c->sampler->n_unsound;
    c->p->task_overhead_ns = 0; /* until all is measured */
    TAKT_TRY(measure_machine(c));
    TAKT_TRY(measure_kernels(c, type));
    TAKT_TRY(measure_overhead(c));
    c->p->disturbed = c->sampler->n_unsound > n_unsound;
    return TAKT_OK;
}

static takt_rc measure_all(struct calibration *c, const enum qtype *types, uint32_t n_types)
{
    TAKT_TRY(map_buffer(c));
    TAKT_TRY(crew_open(&c->crew, c->n_crew, c->e));
    c->sampler = crew_sampler(c->crew);
    c->sampler->spare_ns = spare_ns;
    if (!machine_is_measured(c->p))
        TAKT_TRY(measure_machine_and_kernels(c, n_types ? types[0] : QTYPE_F32));
    bool done[PROFILE_TYPES_MAX] = {false}; /* TYPES may name one twice */
    for (uint32_t i = 0; i < n_types; i++) {
        uint32_t n_unsound = c->sampler->n_unsound;
        if (done[types[i]] || is_measured(c->p, types[i]))
            continue;
        TAKT_TRY(measure_matmul(c, types[i]));
        c->p->matmul_disturbed[types[i]] = c->sampler->n_unsound > n_unsound;
        done[types[i]] = true;
    }
    return TAKT_OK;
}

takt_rc target_cpu_calibrate(struct profile *p, uint32_t n_lanes, const char *isa,
                             const enum qtype *types, uint32_t n_types,
                             bool (*progress)(void *, double), void *user, takt_err *e)
{
    char machine[sizeof p->machine];
    struct calibration c = {.p = p, .n_lanes = n_lanes, .progress = progress, .user = user, .e = e};
    if (n_lanes == 0 || n_lanes > PLAN_LANES_MAX)
        return err_set(e, TAKT_ERR_USAGE, "calibration", "%u lanes; 1 to %d are possible", n_lanes,
                       PLAN_LANES_MAX);
    for (uint32_t i = 0; i < n_types; i++)
        if (!qtype_known((uint32_t)types[i]) || !qtype_computable(types[i]))
            return err_set(e, TAKT_ERR_USAGE, "calibration", "type %u cannot be computed",
                           (unsigned)types[i]);
    TAKT_TRY(target_cpu_isa_pick(&c.isa, isa, e));
    c.n_crew = lanes_at_once(n_lanes);
    c.level = (enum kern_level)kern_level_find(c.isa);
    kern_table_init(&c.kern, c.level);
    target_cpu_describe(machine, sizeof machine, n_lanes, c.isa);
    if (p->version != PROFILE_VERSION || strcmp(p->machine, machine) != 0) {
        memset(p, 0, sizeof *p);
        p->version = PROFILE_VERSION;
        p->n_lanes = n_lanes;
        memcpy(p->machine, machine, sizeof machine);
    }
    c.total = count_parts(p, types, n_types);
    takt_rc rc = measure_all(&c, types, n_types);
    crew_close(c.crew);
    if (c.buf)
        munmap(c.buf, c.buf_bytes);
    return rc;
}

static void spin_lane(void *arg, uint32_t lane)
{
    const int64_t spin_ns = 1000000;
    (void)arg;
    (void)lane;
    for (int64_t begin = clock_ns(); clock_ns() - begin < spin_ns;)
        lane_pause();
}

takt_rc target_cpu_busy(bool *busy, uint32_t n_lanes, takt_err *e)
{
    enum { ROUNDS = 20, DISTURBED_MAX = 2 };
    const double lost_share_max = 0.1; /* of all rounds: other work can hide in few long pauses */
    struct crew *crew = NULL;
    uint32_t n_disturbed = 0;
    double all_ns = 0, lost_ns = 0;
    n_lanes = lanes_at_once(n_lanes);
    TAKT_TRY(crew_open(&crew, n_lanes, e));
    crew_run(crew, spin_lane, NULL); /* the lanes start */
    for (int i = 0; i < ROUNDS && n_disturbed <= DISTURBED_MAX; i++) {
        double ns = (double)crew_run(crew, spin_lane, NULL);
        double lost = crew_lost_ns(crew, n_lanes);
        n_disturbed += sample_is_disturbed(crew_sampler(crew), ns, lost);
        all_ns += ns;
        lost_ns += lost;
    }
    crew_close(crew);
    *busy = n_disturbed > DISTURBED_MAX || lost_ns > all_ns * lost_share_max;
    return TAKT_OK;
}

takt_rc target_cpu_moment(double *bytes_per_s, double *sync_ns, uint32_t n_lanes,
                          uint64_t step_bytes, takt_err *e)
{
    bool streams = step_bytes >= STREAMED_BYTES_MIN;
    uint64_t least = (uint64_t)n_lanes * MB; /* fewer could not be timed */
    const size_t bytes = streams ? MOMENT_BYTES : step_bytes > least ? step_bytes : least;
    struct crew *crew = NULL;
    uint8_t *buf = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (buf == MAP_FAILED)
        return err_set(e, TAKT_ERR_MEMORY, "read rate", "no memory for %zu MB to read", bytes / MB);
    (void)madvise(buf, bytes, MADV_HUGEPAGE);
    memset(buf, 1, bytes);
    n_lanes = lanes_at_once(n_lanes);
    takt_rc rc = crew_open(&crew, n_lanes, e);
    if (!rc.code) {
        crew_sampler(crew)->spare_ns = streams ? spare_moment_ns : spare_short_ns;
        *bytes_per_s = streams ? probe_read(crew, n_lanes, buf, bytes)
                               : probe_read_again(crew, n_lanes, buf, bytes);
        *sync_ns = probe_sync_ns(crew, n_lanes);
        crew_close(crew);
    }
    munmap(buf, bytes);
    return rc;
}
