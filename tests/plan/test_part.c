/* Parts of programs: every tile once and in order, no wait for what is done, equal lengths. */
#include "plan/part.h"
#include "t.h"

enum { TASKS_MAX = 40 };

static struct plan_task task[TASKS_MAX];

static uint32_t below(uint32_t n)
{
    return (uint32_t)(t_rand() >> 33) % n;
}

static struct plan_program random_program(void)
{
    uint32_t n = 1 + below(TASKS_MAX);
    for (uint32_t i = 0; i < n; i++) {
        task[i] = (struct plan_task){.n_tiles = 1 + below(below(2) ? 40 : 3),
                                     .ns_predicted = 1 + below(1000),
                                     .ns_per_context = below(3),
                                     .weight_bytes = 1000,
                                     .tile_rows = 16 + i,
                                     .label = "x"};
        for (uint32_t w = 0; w < PLAN_WAITS_MAX && i && below(2); w++)
            task[i].wait[task[i].n_waits++] = below(i);
    }
    return (struct plan_program){.bucket = 7, .n_outputs_max = 3, .task = task, .n_tasks = n};
}

/* Where the next tile of the whole is. */
struct reader {
    uint32_t task, tile;
};

/* PART's tiles are those that come next; each once, spread over the lanes. */
static void check_tiles(const struct plan_program *part, uint32_t n_lanes, struct reader *r)
{
    for (uint32_t i = 0; i < part->n_tasks; i++) {
        const struct plan_task *t = &part->task[i];
        const struct plan_task *whole = &task[r->task];
        T_EQ_INT(t->tile_rows, whole->tile_rows);
        uint32_t at = r->tile, most = 0;
        for (uint32_t l = 0; l < n_lanes; l++)
            for (uint32_t k = 0; k < part->lane[l].n_instr; k++) {
                const struct plan_instr *in = &part->lane[l].instr[k];
                T_OK(k == 0 || in->task > part->lane[l].instr[k - 1].task);
                if (in->task != i)
                    continue;
                T_EQ_INT(in->tile_begin, at);
                at = in->tile_end;
                uint32_t n = in->tile_end - in->tile_begin;
                most = n > most ? n : most;
            }
        T_EQ_INT(at - r->tile, t->n_tiles);
        T_EQ_INT(most, (t->n_tiles + n_lanes - 1) / n_lanes);
        *r = at == whole->n_tiles ? (struct reader){r->task + 1, 0} : (struct reader){r->task, at};
        T_OK(at == whole->n_tiles || i + 1 == part->n_tasks);
    }
}

/* Its tasks, the first of which is FIRST of the whole, wait for each other as there. */
static void check_waits(const struct plan_program *part, uint32_t first)
{
    for (uint32_t i = 0; i < part->n_tasks; i++) {
        const struct plan_task *t = &part->task[i], *whole = &task[first + i];
        uint32_t n = 0;
        for (uint32_t w = 0; w < whole->n_waits; w++) {
            if (whole->wait[w] < first)
                continue;
            T_OK(n < t->n_waits && t->wait[n] == whole->wait[w] - first);
            n++;
        }
        T_EQ_INT(t->n_waits, n);
    }
}

T_TEST(parts_are_the_whole)
{
    enum { PAIRS = 5 };
    for (int round = 0; round < 300; round++) {
        struct plan_program prog = random_program();
        struct plan whole = {.program = &prog, .n_programs = 1, .n_lanes = 1 + below(4)};
        uint64_t together = PAIRS, bytes = 0;
        double all = 0, longest = 0, sum = 0;
        for (uint32_t i = 0; i < prog.n_tasks; i++) {
            double per_tile =
                (task[i].ns_predicted + task[i].ns_per_context * PAIRS) / task[i].n_tiles;
            double least =
                per_tile * (task[i].n_tiles < 2 * whole.n_lanes ? task[i].n_tiles : whole.n_lanes);
            all += per_tile * task[i].n_tiles;
            longest = least > longest ? least : longest;
        }
        double most = all / (1 + below(20));
        struct plan_parts parts;
        struct reader r = {0, 0};
        takt_err e;
        if (!T_RC(plan_parts_make(&parts, &whole, most, &together, &e), &e))
            return;
        T_EQ_INT(parts.first[0], 0);
        T_EQ_INT(parts.first[1], parts.plan.n_programs);
        for (uint32_t p = 0; p < parts.plan.n_programs; p++) {
            const struct plan_program *part = &parts.plan.program[p];
            uint32_t first = r.task;
            double ns = plan_part_ns(part, PAIRS);
            check_waits(part, first);
            check_tiles(part, whole.n_lanes, &r);
            T_EQ_INT(part->bucket, 7);
            T_OK(part->n_tasks > 0);
            T_OK(ns <= most + longest + 1e-6);
            sum += ns;
            bytes += part->weight_bytes;
        }
        T_EQ_INT(r.task, prog.n_tasks);
        T_NEAR(sum, all, 1e-6 * all);
        T_OK(bytes <= 1000 * prog.n_tasks);
        plan_parts_free(&parts);
    }
}

T_TEST(zero_is_one_part)
{
    struct plan_program prog = random_program();
    struct plan whole = {.program = &prog, .n_programs = 1, .n_lanes = 2};
    struct plan_parts parts;
    uint64_t together = 0;
    takt_err e;
    if (T_RC(plan_parts_make(&parts, &whole, 0, &together, &e), &e))
        T_EQ_INT(parts.plan.n_programs, 1);
    plan_parts_free(&parts);
    plan_parts_free(&parts);
}

T_MAIN("plan/part")
