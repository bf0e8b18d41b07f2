#include <math.h>

#include "base/file.h"
#include "compile/compile.h"
#include "graph/tiny.h"
#include "plan/print.h"

static struct profile made_up(void)
{
    struct profile p = {.read_bytes_per_s = 2e10,
                        .read_bytes_per_s_lane = 1.2e10,
                        .int8_ops_per_s = 1e12,
                        .f32_ops_per_s = 1e11,
                        .norm_ns_per_value = 0.5,
                        .quant_ns_per_value = 0.25,
                        .rope_ns_per_value = 1,
                        .swiglu_ns_per_value = 2,
                        .embed_ns_per_value = 0.125,
                        .attn_ns_per_pair_value = {0.0625, 0.03125},
                        .attn_prefill_ns_per_pair_value = {0.03125, 0.015625},
                        .task_overhead_ns = 1000};
    for (int i = 0; i < PROFILE_TOKENS; i++) {
        p.matmul_ns_per_weight[QTYPE_Q8_0][i] = 0.0625 + 0.001953125 * profile_tokens[i];
        p.matmul_ns_per_weight[QTYPE_Q4_0][i] = 0.03125 + 0.001953125 * profile_tokens[i];
    }
    return p;
}

static struct compile_options options(uint32_t n_lanes, uint32_t chunk, uint32_t outputs)
{
    return (struct compile_options){.n_lanes = n_lanes,
                                    .isa = "ref",
                                    .n_ctx = 512,
                                    .chunk = chunk,
                                    .outputs_max = outputs,
                                    .kv_kind = -1};
}

/* A tiny model with its graph; the plan is separate, so that a test can make several. */
struct bench {
    struct tiny_file f;
    struct graph g;
    takt_err e;
};

static bool bench_open(struct bench *b, struct tiny t)
{
    *b = (struct bench){0};
    return T_RC(tiny_open(&b->f, t, &b->e), &b->e) &&
           T_RC(graph_build(&b->g, &b->f.model, &b->e), &b->e);
}

static bool bench_plan(struct bench *b, struct plan *p, struct compile_options o)
{
    struct profile prof = made_up();
    return T_RC(compile_plan(p, &b->g, &b->f.model, &prof, &o, &b->e), &b->e) &&
           T_RC(plan_verify(p, &b->e), &b->e);
}

static void bench_close(struct bench *b)
{
    graph_free(&b->g);
    tiny_close(&b->f);
}

/* ---- every shape gives a plan that the verifier accepts ---- */

static void verify_all(const char *what, struct tiny t)
{
    static const uint32_t lanes[] = {1, 2, 3, 7, 64};
    static const uint32_t chunks[] = {1, 5, 64, 100, 0};
    struct bench b;
    unsigned failed = t_.n_failed_checks;
    if (bench_open(&b, t))
        for (size_t i = 0; i < 5; i++) {
            struct plan p = {0};
            bench_plan(&b, &p, options(lanes[i], chunks[(i + t_rand()) % 5], i == 3 ? 16 : 0));
            plan_free(&p);
        }
    if (t_.n_failed_checks != failed)
        printf("# in '%s'\n", what);
    bench_close(&b);
}

T_TEST(shapes_and_types)
{
    verify_all("plain", (struct tiny){0});
    verify_all("tied", (struct tiny){.tied = true, .type = QTYPE_F16});
    verify_all("odd vocabulary", (struct tiny){.n_vocab = 32001, .type = QTYPE_BF16});
    verify_all("K = 172", (struct tiny){.n_ff = 172, .n_embd = 64});
    verify_all("odd widths",
               (struct tiny){.n_embd = 72, .n_ff = 36, .n_kv_heads = 1, .head_dim = 6});
    verify_all("one layer", (struct tiny){.n_layers = 1, .window = 7});
    verify_all("two types", (struct tiny){.type = QTYPE_Q8_0, .up_type = QTYPE_Q4_0});
    verify_all("K-quants", (struct tiny){.type = QTYPE_Q4_K,
                                         .up_type = QTYPE_Q6_K,
                                         .n_embd = 256,
                                         .n_ff = 512,
                                         .n_heads = 8,
                                         .head_dim = 32});
    verify_all("two forms", (struct tiny){.type = QTYPE_Q8_0, .up_type = QTYPE_F16});
    verify_all("wide group", (struct tiny){.n_heads = 32, .n_kv_heads = 1, .head_dim = 2});
    verify_all("bias", (struct tiny){.arch = "qwen2", .bias = true});
    verify_all("granite", (struct tiny){.arch = "granite", .tied = true});
    verify_all("mixtral", (struct tiny){.n_experts = 8, .type = QTYPE_Q4_0});
    verify_all("separate experts", (struct tiny){.n_experts = 3, .separate_experts = true});
    verify_all("many experts",
               (struct tiny){.n_experts = 40, .n_experts_used = 8, .arch = "granitemoe"});
    verify_all(
        "shared expert",
        (struct tiny){.arch = "granitemoe", .n_experts = 4, .n_ff_shared = 48, .type = QTYPE_BF16});
}

T_TEST(models_of_the_shared_data)
{
    static const char *const paths[] = {
        "models/stories260K/stories260K-f32.gguf",
        "models/stories260K/stories260K-q8_0.gguf",
        "models/stories260K/hf",
        "models/tiny-random/tiny-granite-a/tiny-granite-a.gguf",
        "models/tiny-random/tiny-granite-a/hf",
        "models/tiny-random/tiny-granitemoe-a/tiny-granitemoe-a.gguf",
        "models/tiny-random/tiny-granitemoe-a/hf",
        "models/tiny-random/tiny-llama-untied-hd32-a/tiny-llama-untied-hd32-a.gguf",
        "models/tiny-random/tiny-llama-untied-hd32-a/hf",
        "models/tiny-random/tiny-llama31-a/tiny-llama31-a.gguf",
        "models/tiny-random/tiny-llama31-a/hf",
        "models/tiny-random/tiny-mixtral-a/tiny-mixtral-a.gguf",
        "models/tiny-random/tiny-mixtral-a/hf",
        "models/tiny-random/tiny-llava-a/tiny-llava-a-text.gguf",
    };
    uint32_t found = 0;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char path[512];
        struct model m;
        struct graph g = {0};
        struct plan p = {0};
        struct profile prof = made_up();
        struct compile_options o = options(2, 64, 8);
        takt_err e = {0};
        if (!t_shared(path, sizeof path, paths[i]))
            continue;
        found++;
        if (!T_RC(model_open(&m, path, &e), &e))
            continue;
        if (T_RC(graph_build(&g, &m, &e), &e) && T_RC(compile_plan(&p, &g, &m, &prof, &o, &e), &e))
            T_RC(plan_verify(&p, &e), &e);
        plan_free(&p);
        graph_free(&g);
        model_close(&m);
    }
    if (!found)
        T_SKIP("no shared data");
}

/* ---- structure ---- */

T_TEST(a_layer_is_these_tasks)
{
    static const enum plan_op ops[] = {
        PLAN_OP_ROPE_TABLE, PLAN_OP_EMBED,  PLAN_OP_NORM,    PLAN_OP_MATMUL,
        PLAN_OP_MATMUL,     PLAN_OP_MATMUL, PLAN_OP_ROPE_KV, PLAN_OP_ATTN,
        PLAN_OP_QUANT,      PLAN_OP_MATMUL, PLAN_OP_NORM,    PLAN_OP_GATE_UP,
        PLAN_OP_QUANT,      PLAN_OP_MATMUL, PLAN_OP_NORM,    PLAN_OP_MATMUL};
    struct bench b;
    struct plan p = {0};
    if (bench_open(&b, (struct tiny){.arch = "granite", .n_layers = 1, .type = QTYPE_Q8_0}) &&
        bench_plan(&b, &p, options(2, 4, 1)) &&
        T_EQ_INT(p.program[0].n_tasks, sizeof ops / sizeof ops[0])) {
        const struct plan_task *t = p.program[0].task;
        for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
            T_EQ_STR(plan_op_name(t[i].op), plan_op_name(ops[i]));
        T_EQ_INT(t[9].epilogue, PLAN_EPI_RESIDUAL);
        T_EQ_INT(t[9].in1.offset, t[1].out.offset); /* the residual stream stays where it is */
        T_EQ_INT(t[9].out.offset, t[1].out.offset);
        T_EQ_STR(t[9].label, "blk.0.attn_output");
        T_OK(t[14].gather && t[14].per_output && t[15].per_output);
        T_EQ_INT(t[3].act, ACT_A32);
        T_EQ_INT(p.kv.kind, KV_KIND_BF16);
        T_EQ_INT(p.program[2].bucket, 4);
        T_EQ_INT(p.program[2].n_outputs_max, 1);
        T_EQ_INT(p.n_programs, 3);
    }
    plan_free(&p);
    bench_close(&b);
}

/* A router in F32 beside experts in Q4_0: one norm for each form. */
T_TEST(a_norm_per_form)
{
    struct bench b;
    struct plan p = {0};
    if (bench_open(&b, (struct tiny){.n_layers = 1, .n_experts = 4, .type = QTYPE_Q4_0}) &&
        bench_plan(&b, &p, options(2, 1, 1))) {
        uint32_t f32 = 0, a32 = 0;
        for (uint32_t i = 0; i < p.program[0].n_tasks; i++) {
            const struct plan_task *t = &p.program[0].task[i];
            f32 += t->op == PLAN_OP_NORM && t->act == ACT_F32;
            a32 += t->op == PLAN_OP_NORM && t->act == ACT_A32;
        }
        T_EQ_INT(f32, 1);
        T_EQ_INT(a32, 3); /* attention, experts, output */
    }
    plan_free(&p);
    bench_close(&b);
}

/* Gate and up that take different forms of input cannot be one task: up's matmul takes the gate in.
 */
T_TEST(a_gate_of_another_form)
{
    struct bench b;
    struct plan p = {0};
    struct tiny t = {.n_layers = 1, .type = QTYPE_Q8_0, .up_type = QTYPE_BF16};
    if (bench_open(&b, t) && bench_plan(&b, &p, options(2, 1, 1))) {
        const struct plan_task *gate = NULL, *up = NULL;
        for (uint32_t i = 0; i < p.program[0].n_tasks; i++) {
            const struct plan_task *k = &p.program[0].task[i];
            T_OK(k->op != PLAN_OP_GATE_UP);
            gate = strcmp(k->label, "blk.0.ffn_gate") == 0 ? k : gate;
            up = strcmp(k->label, "blk.0.ffn_up") == 0 ? k : up;
        }
        if (T_OK(gate) && T_OK(up)) {
            T_EQ_INT(gate->epilogue, PLAN_EPI_NONE);
            T_EQ_INT(up->epilogue, PLAN_EPI_SWIGLU);
            T_EQ_INT(up->act, ACT_BF16);
            T_EQ_INT(up->in1.offset, gate->out.offset);
            T_EQ_INT(up->out.offset, gate->out.offset);
        }
    }
    plan_free(&p);
    bench_close(&b);
}

T_TEST(cache_kind_follows_the_weights)
{
    struct bench b;
    struct plan p = {0};
    if (bench_open(&b, (struct tiny){0}) && bench_plan(&b, &p, options(1, 1, 1)))
        T_EQ_INT(p.kv.kind, KV_KIND_F32);
    plan_free(&p);
    struct compile_options o = options(1, 1, 1);
    o.kv_kind = KV_KIND_BF16;
    if (bench_plan(&b, &p, o))
        T_EQ_INT(p.kv.kind, KV_KIND_BF16);
    uint64_t bf16_bytes = p.kv_bytes_per_token;
    plan_free(&p);
    o.kv_kind = KV_KIND_Q8;
    if (bench_plan(&b, &p, o)) {
        T_EQ_INT(p.kv.kind, KV_KIND_Q8);
        T_EQ_INT(p.kv_bytes_per_token * 32, bf16_bytes * 17); /* a byte each, 2 more per 32 */
    }
    plan_free(&p);
    bench_close(&b);
}

/* Memory of the step does not grow with layers: buffers are reused where the waits allow it. */
T_TEST(layers_share_memory)
{
    uint64_t bytes[2] = {0};
    for (uint32_t i = 0; i < 2; i++) {
        struct bench b;
        struct plan p = {0};
        if (bench_open(&b, (struct tiny){.n_layers = i ? 30 : 2}) &&
            bench_plan(&b, &p, options(2, 64, 1)))
            bytes[i] = p.act_bytes;
        plan_free(&p);
        bench_close(&b);
    }
    T_EQ_INT(bytes[1], bytes[0]);
}

/* Every wait is needed: without it the verifier sees tasks that touch the same bytes in no order.
 */
T_TEST(no_wait_is_superfluous)
{
    struct bench b;
    struct plan p = {0};
    struct tiny t = {.arch = "granitemoe", .n_experts = 4, .n_ff_shared = 32, .type = QTYPE_Q8_0};
    uint32_t n = 0;
    if (bench_open(&b, t) && bench_plan(&b, &p, options(2, 1, 1))) {
        for (uint32_t i = 0; i < p.program[0].n_tasks; i++) {
            struct plan_task *task = (struct plan_task *)(uintptr_t)&p.program[0].task[i];
            for (uint32_t k = 0; k < task->n_waits; k++) {
                struct plan_task kept = *task;
                task->wait[k] = task->wait[--task->n_waits];
                T_OK(plan_verify(&p, NULL).code != 0);
                *task = kept;
                n++;
            }
        }
        T_OK(n > 30);
        T_RC(plan_verify(&p, &b.e), &b.e);
    }
    plan_free(&p);
    bench_close(&b);
}

T_TEST(refused_options)
{
    struct bench b;
    struct plan p = {0};
    struct profile prof = made_up();
    if (bench_open(&b, (struct tiny){0})) {
        struct compile_options o = options(0, 0, 0);
        T_FAILS(compile_plan(&p, &b.g, &b.f.model, &prof, &o, &b.e), &b.e, TAKT_ERR_USAGE, "lanes");
        o = options(257, 0, 0);
        T_FAILS(compile_plan(&p, &b.g, &b.f.model, &prof, &o, &b.e), &b.e, TAKT_ERR_USAGE, "256");
        o = options(1, 1u << 20, 0);
        T_FAILS(compile_plan(&p, &b.g, &b.f.model, &prof, &o, &b.e), &b.e, TAKT_ERR_USAGE, "chunk");
        o = options(1, 1, 1);
        o.n_ctx = 0;
        T_FAILS(compile_plan(&p, &b.g, &b.f.model, &prof, &o, &b.e), &b.e, TAKT_ERR_USAGE,
                "context");
    }
    bench_close(&b);
}

/* ---- prediction ---- */

static const struct plan_task *task_labelled(const struct plan_program *g, const char *label)
{
    for (uint32_t i = 0; i < g->n_tasks; i++)
        if (strcmp(g->task[i].label, label) == 0)
            return &g->task[i];
    return NULL;
}

/* What two lanes that end half a tile apart take longer than half of the task. */
static double uneven(const struct plan_task *t)
{
    return 1 + 1.0 / t->n_tiles;
}

T_TEST(times_come_from_the_profile)
{
    struct bench b;
    struct plan p = {0};
    struct tiny t = {.type = QTYPE_Q8_0, .n_embd = 512, .n_ff = 1024};
    if (bench_open(&b, t) && bench_plan(&b, &p, options(2, 512, 1))) {
        static const double ns_per_weight[] = {0.064453125, 0.06640625, 0.0703125, 0.078125};
        for (int i = 0; i < 4; i++) {
            const struct plan_task *d = task_labelled(&p.program[i], "blk.1.ffn_down");
            if (!T_OK(d))
                continue;
            T_EQ_INT(d->n_tiles % 2, 0);
            T_NEAR(d->ns_predicted, 1000 + 512 * 1024 * ns_per_weight[i] * uneven(d), 1e-3);
            T_EQ_INT(d->ops, 2ull * 512 * 1024 << i);
            T_EQ_INT(d->weight_bytes, 512 * 1024 / 16 * 17);
        }
        /* 16 lies between the measured 8 and 32, 512 beyond 256. */
        const struct plan_task *d16 = task_labelled(&p.program[4], "blk.1.ffn_down");
        const struct plan_task *d512 = task_labelled(&p.program[9], "blk.1.ffn_down");
        T_NEAR(d16->ns_predicted, 1000 + 512 * 1024 * (0.0625 + 16 * 0.001953125) * uneven(d16),
               1e-3);
        T_NEAR(d512->ns_predicted,
               1000 + 512 * 1024 * 2 * (0.0625 + 256 * 0.001953125) * uneven(d512), 1e-2);
        /* One lane norms at one token. */
        T_NEAR(task_labelled(&p.program[0], "blk.1.ffn_norm")->ns_predicted, 1000 + 512 * 0.75,
               1e-6);
        /* Two layers of two heads, 32 values wide in bf16, K and V, at 20 GB/s, and the
         * arithmetic of decode on both lanes. */
        T_NEAR(p.program[0].ns_per_context, 2 * hypot(2 * 2 * 32 * 2 / 20.0, 4 * 16 * 0.03125 / 2),
               1e-9);
        T_NEAR(p.program[9].ns_per_context, 2 * 4 * 16 * 0.015625 / 2, 1e-9);
        T_NEAR(p.program[9].ns_per_context_apart, p.program[0].ns_per_context, 1e-9);
        for (uint32_t i = 0; i < p.n_programs; i++) {
            const struct plan_program *g = &p.program[i];
            double sum = 0, lanes = 0;
            for (uint32_t k = 0; k < g->n_tasks; k++)
                sum += g->task[k].ns_predicted;
            T_NEAR(g->ns_predicted, sum, 1e-6 * sum);
            for (uint32_t l = 0; l < p.n_lanes; l++)
                for (uint32_t k = 0; k < g->lane[l].n_instr; k++)
                    lanes += g->lane[l].instr[k].ns_predicted;
            T_OK(lanes <= 2 * sum * 1.0001 && lanes >= sum * 0.9999);
            T_OK(g->ns_roof > 0 && g->ns_roof < g->ns_predicted);
            T_OK(i == 0 || g->ns_predicted > p.program[i - 1].ns_predicted);
        }
    }
    plan_free(&p);
    bench_close(&b);
}

/* 2 of 8 experts: one token reads 2; eight tokens read 8 (1 - (3/4)^8) on average. */
T_TEST(experts_expected)
{
    struct bench b;
    struct plan p = {0};
    if (bench_open(&b, (struct tiny){.type = QTYPE_Q8_0, .n_experts = 8}) &&
        bench_plan(&b, &p, options(1, 8, 1))) {
        double one = (double)layout_matrix_bytes(QTYPE_Q8_0, 64, 96);
        const struct plan_task *d1 = task_labelled(&p.program[0], "blk.0.ffn_down_exps");
        const struct plan_task *d8 = task_labelled(&p.program[3], "blk.0.ffn_down_exps");
        if (T_OK(d1) && T_OK(d8)) {
            T_EQ_INT(d1->weight_bytes, 2 * one);
            T_NEAR(d8->weight_bytes, 8 * (1 - pow(0.75, 8)) * one, 1);
            T_EQ_INT(d8->ops, 8 * d1->ops);
            T_NEAR(d1->ns_predicted, 1000 + 2 * 64 * 96 * 0.064453125, 1e-6);
        }
    }
    plan_free(&p);
    bench_close(&b);
}

/* ---- golden ---- */

/* TAKT_UPDATE=1 writes the file instead of comparing with it. */
T_TEST(plan_as_json_is_as_recorded)
{
    static const char path[] = "tests/data/plan-tiny-mixtral.json";
    struct bench b;
    struct plan p = {0};
    struct json_out o = {.indent = 1};
    struct tiny t = {.n_layers = 1, .n_experts = 4, .type = QTYPE_Q8_0, .window = 48};
    if (bench_open(&b, t) && bench_plan(&b, &p, options(3, 4, 2))) {
        struct plan_print_info info = {.model_name = "tiny", .context = 64, .batch = 1};
        plan_print_json(&o, &p, &info);
        const char *update = getenv("TAKT_UPDATE");
        char *want = NULL;
        size_t len = 0;
        if (update && *update == '1') {
            FILE *f = fopen(path, "w");
            T_OK(f && fprintf(f, "%s\n", o.p) > 0 && fclose(f) == 0);
        } else if (T_RC(file_read_all(&want, &len, path, 1 << 20, &b.e), &b.e) && T_OK(len > 0)) {
            want[len - 1] = 0; /* the newline at the end */
            if (!T_OK(strcmp(o.p, want) == 0))
                T_EQ_STR(o.p, want);
        }
        free(want);
    }
    json_out_free(&o);
    plan_free(&p);
    bench_close(&b);
}

T_MAIN("compile/compile")
