/* The closed forms of prediction, and the profile's fit to the moment. */
#include "plan/plan.h"
#include "plan/profile.h"
#include "t.h"

/* Pairs by counting. */
static uint64_t count_pairs(uint32_t past, uint32_t n, uint32_t window)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t visible = past + i + 1;
        sum += window && visible > window ? window : visible;
    }
    return sum;
}

T_TEST(visible_pairs_are_counted_in_closed_form)
{
    static const uint32_t windows[] = {0, 1, 2, 7, 64, 100};
    for (size_t w = 0; w < sizeof windows / sizeof *windows; w++) {
        struct plan p = {.window = windows[w]};
        for (uint32_t past = 0; past < 130; past += 13)
            for (uint32_t n = 1; n < 90; n += 11)
                T_EQ_INT(plan_visible_pairs(&p, past, n), count_pairs(past, n, windows[w]));
    }
}

static struct plan two_programs(struct plan_program prog[2])
{
    prog[0] = (struct plan_program){.bucket = 1,
                                    .n_outputs_max = 1,
                                    .ns_predicted = 1000,
                                    .ns_per_context = 2,
                                    .ns_per_context_apart = 2};
    prog[1] = (struct plan_program){.bucket = 9,
                                    .n_outputs_max = 4,
                                    .ns_predicted = 1800,
                                    .ns_per_context = 1,
                                    .ns_per_context_apart = 3};
    return (struct plan){.program = prog, .n_programs = 2, .read_bytes_per_s = 1e9};
}

T_TEST(steps_between_buckets_lie_on_a_line)
{
    struct plan_program prog[2];
    struct plan p = two_programs(prog);
    T_NEAR(plan_step_ns(&p, 1, 10), 1000 + 20, 1e-9);
    T_NEAR(plan_step_ns(&p, 5, 10), 1400 + 10, 1e-9);
    T_NEAR(plan_step_ns(&p, 9, 0), 1800, 1e-9);
    T_NEAR(plan_prefill_ns(&p, 0, 10), 1800 + 45 + 1000 + 2 * 10, 1e-9); /* 9 tokens, then 1 */
}

/* Tokens of one sequence share keys, those of several do not. */
T_TEST(batches_read_the_keys_of_each_sequence)
{
    struct plan_program prog[2];
    struct plan p = two_programs(prog);
    struct plan_outlook look;
    T_NEAR(plan_batch_ns(&p, 9, 0, 10), 1800 + 30, 1e-9);
    T_NEAR(plan_batch_ns(&p, 5, 10, 10), 1400 + 10 + 30, 1e-9);
    plan_look(&look, &p, 9, 0, 9);
    T_NEAR(look.decode_ns, 1800 + 3 * 9 * 10, 1e-9);
}

T_TEST(programs_are_picked_by_tokens_and_outputs)
{
    struct plan_program prog[2];
    struct plan p = two_programs(prog);
    T_OK(plan_program_for(&p, 1, 1) == &prog[0]);
    T_OK(plan_program_for(&p, 1, 2) == &prog[1]);
    T_OK(plan_program_for(&p, 2, 1) == &prog[1]);
    T_OK(plan_program_for(&p, 10, 1) == NULL);
}

/* Q8_0: 1.0625 bytes a weight. */
static struct profile measured(double ns, double cached_ns, double read)
{
    struct profile p = {.version = PROFILE_VERSION, .read_bytes_per_s = read};
    for (int i = 0; i < PROFILE_TOKENS; i++)
        p.matmul_ns_per_weight[QTYPE_Q8_0][i] = ns;
    p.matmul_cached_ns_per_weight[QTYPE_Q8_0][0] = cached_ns;
    p.matmul_read_bytes_per_s[QTYPE_Q8_0] = read;
    return p;
}

static double adapted(double ns, double cached_ns, double was, double now)
{
    struct profile p = measured(ns, cached_ns, was);
    profile_adapt(&p, now, 0);
    T_NEAR(p.matmul_ns_per_weight[QTYPE_Q8_0][PROFILE_TOKENS - 1], ns, 1e-12); /* arithmetic */
    T_NEAR(p.read_bytes_per_s, now, 1);
    return p.matmul_ns_per_weight[QTYPE_Q8_0][0];
}

T_TEST(what_reads_follows_the_memory)
{
    /* 26.6 GB/s of 30, next to no arithmetic: bound by reading, in proportion */
    T_NEAR(adapted(0.04, 0.005, 30e9, 15e9), 0.08, 0.003);
    T_NEAR(adapted(0.04, 0.005, 30e9, 45e9), 0.04 * 30 / 45, 0.001);
}

T_TEST(arithmetic_does_not_follow_the_memory)
{
    T_NEAR(adapted(0.2, 0.2, 30e9, 15e9), 0.2, 0.02); /* 5 GB/s */
    T_NEAR(adapted(0.2, 0.2, 30e9, 60e9), 0.2, 0.01);
    T_NEAR(adapted(0.04, 0.03, 30e9, 3000e9), 0.03, 1e-9); /* memory that never makes it wait */
}

T_TEST(a_task_costs_the_way_between_lanes)
{
    struct profile p = {.task_overhead_ns = 300, .sync_ns = 200};
    profile_adapt(&p, 1e10, 50);
    T_NEAR(p.task_overhead_ns, 150, 1e-9);
    profile_adapt(&p, 1e10, 250);
    T_NEAR(p.task_overhead_ns, 350, 1e-9);
    T_NEAR(p.sync_ns, 250, 1e-9);
}

T_TEST(adapting_twice_is_adapting_once)
{
    struct profile p = measured(0.04, 0.02, 30e9), q = p;
    profile_adapt(&p, 20e9, 100);
    profile_adapt(&p, 50e9, 50);
    profile_adapt(&q, 50e9, 50);
    T_NEAR(p.matmul_ns_per_weight[QTYPE_Q8_0][0], q.matmul_ns_per_weight[QTYPE_Q8_0][0], 1e-9);
}

/* A figure that is twice what its parts allow was taken on a disturbed machine. */
T_TEST(a_disturbed_figure_is_not_believed)
{
    T_OK(adapted(0.09, 0.02, 30e9, 30e9) < 0.06);
}

T_TEST(packed_sizes_are_those_of_the_file_or_nearly)
{
#define X(suffix, id, name, block, bytes, computable)                                              \
    if (computable) {                                                                              \
        uint64_t file, packed = layout_matrix_bytes(QTYPE_##suffix, 16, 4096);                     \
        T_OK(qtype_row_bytes(QTYPE_##suffix, 4096, &file));                                        \
        T_OK(packed >= file * 16 && packed <= file * 16 * 106 / 100);                              \
        T_EQ_INT(layout_panel_bytes(QTYPE_##suffix) % LAYOUT_ALIGN, 0);                            \
    }
    QTYPE_TABLE(X)
#undef X
}

T_MAIN("plan/plan")
