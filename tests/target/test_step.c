/* Steps of the cpu target: equal bits for every number of lanes and every cut into chunks; taking
 * over tiles. */
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "mini_plan.h"
#include "target/cpu/kern.h"
#include "target/cpu/lane.h"
#include "target/cpu/step.h"
#include "target/target.h"

/* Two sequences of pages in reverse order, so that page ids are not positions. */
struct pages {
    uint32_t page[2][MINI_CTX / LAYOUT_PAGE];
    const uint32_t *seq[2];
};

static void init_pages(struct pages *p)
{
    for (uint32_t i = 0; i < MINI_CTX / LAYOUT_PAGE; i++) {
        p->page[0][i] = 2 * (MINI_CTX / LAYOUT_PAGE) - 1 - 2 * i;
        p->page[1][i] = 2 * i;
    }
    p->seq[0] = p->page[0];
    p->seq[1] = p->page[1];
}

static int32_t token_at(uint32_t seq, uint32_t pos)
{
    return (int32_t)((pos * 7 + seq * 13 + pos * pos / 5) % MINI_VOCAB);
}

/* Runs N tokens of SEQ from PAST and copies the logits of all of them to LOGITS[pos]. */
static void append(struct target *t, struct mini_plan *m, const struct pages *pages, uint32_t seq,
                   uint32_t past, uint32_t n, float (*logits)[MINI_VOCAB])
{
    int32_t token[32];
    uint32_t pos[32], s[32], out[32];
    for (uint32_t i = 0; i < n; i++) {
        token[i] = token_at(seq, past + i);
        pos[i] = past + i;
        s[i] = seq;
        out[i] = i;
    }
    struct plan_facts f = {.n_tokens = n,
                           .n_outputs = n,
                           .token = token,
                           .pos = pos,
                           .seq = s,
                           .pages = pages->seq,
                           .out_token = out};
    target_step(t, plan_program_for(&m->plan, n, n), &f);
    for (uint32_t i = 0; i < n; i++)
        memcpy(logits[past + i], target_logits(t, i), sizeof logits[0]);
}

/* Beyond the first attention split of 256 positions, but where every access is watched. */
#if T_THREAD_SANITIZED
enum { N_POS = 40 };
#else
enum { N_POS = 300 };
#endif

/* The logits of N_POS positions of one sequence, CHUNK tokens a step. */
static bool run_sequence(uint32_t n_lanes, enum kv_kind kind, uint32_t chunk, const char *isa,
                         bool interleaved, float (*logits)[MINI_VOCAB])
{
    struct mini_plan *m = calloc(1, sizeof *m);
    struct target *t = NULL;
    struct pages pages;
    takt_err e = {0};
    mini_open_as(m, n_lanes, kind, interleaved);
    init_pages(&pages);
    struct target_options opt = {.n_lanes = n_lanes, .isa = isa};
    bool ok = T_RC(plan_verify(&m->plan, &e), &e) &&
              T_RC(target_cpu_open(&t, &m->plan, m->weights, m->kv, &opt, &e), &e);
    for (uint32_t past = 0; ok && past < N_POS; past += chunk)
        append(t, m, &pages, 0, past, past + chunk < N_POS ? chunk : N_POS - past, logits);
    target_close(t);
    mini_close(m);
    free(m);
    return ok;
}

static float first[N_POS][MINI_VOCAB], again[N_POS][MINI_VOCAB];

static bool has_spread(float (*logits)[MINI_VOCAB])
{
    for (uint32_t i = 0; i < N_POS; i++)
        for (uint32_t k = 0; k < MINI_VOCAB; k++)
            if (!(logits[i][k] > -1e6f && logits[i][k] < 1e6f))
                return false;
    return memcmp(logits[0], logits[1], sizeof logits[0]) != 0;
}

static void same_for_all(enum kv_kind kind, const char *isa)
{
    static const uint32_t lanes_chunk[][2] = {{1, 7}, {2, 1}, {2, 32}, {3, 7}};
    if (!run_sequence(1, kind, 32, isa, false, first))
        return;
    T_OK(has_spread(first));
    for (int i = 0; i < 4; i++) {
        memset(again, 0xff, sizeof again);
        if (run_sequence(lanes_chunk[i][0], kind, lanes_chunk[i][1], isa, false, again))
            T_EQ_MEM(again, first, sizeof first);
    }
}

T_TEST(bits_do_not_depend_on_lanes_or_chunks_with_bf16_cache)
{
    same_for_all(KV_KIND_BF16, "ref");
}

T_TEST(bits_do_not_depend_on_lanes_or_chunks_with_f32_cache)
{
    same_for_all(KV_KIND_F32, "ref");
}

T_TEST(bits_do_not_depend_on_lanes_or_chunks_with_q8_cache)
{
    same_for_all(KV_KIND_Q8, "ref");
}

T_TEST(bits_do_not_depend_on_the_instruction_set)
{
    const char *best;
    takt_err e;
    if (!T_RC(target_cpu_isa_pick(&best, NULL, &e), &e))
        return;
    if (strcmp(best, "ref") == 0)
        T_SKIP("no level above ref works here");
    for (int kind = 0; kind < KV_KINDS; kind++)
        if (run_sequence(1, (enum kv_kind)kind, 32, "ref", kind, first) &&
            run_sequence(2, (enum kv_kind)kind, 7, best, kind, again))
            T_EQ_MEM(again, first, sizeof first);
}

/* ---- machines that are not as they should be ---------------------------------------------------
 */

/* Lets all threads of the process run on the first of its cpus only, as a control group whose cpus
 * were taken away does, or on all of them again. */
static void allow_cpus(const cpu_set_t *set)
{
    DIR *d = opendir("/proc/self/task");
    for (struct dirent *f; d && (f = readdir(d));)
        if (f->d_name[0] != '.')
            sched_setaffinity((pid_t)strtol(f->d_name, NULL, 10), sizeof *set, set);
    if (d)
        closedir(d);
}

static void first_cpu(cpu_set_t *one, cpu_set_t *all)
{
    sched_getaffinity(0, sizeof *all, all);
    CPU_ZERO(one);
    for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(one) == 0; i++)
        if (CPU_ISSET(i, all))
            CPU_SET(i, one);
}

/* More lanes than cores: slower, but right. */
T_TEST(three_or_seven_lanes_on_few_cores)
{
    if (!run_sequence(1, KV_KIND_BF16, 32, "ref", false, first))
        return;
    static const uint32_t lanes[] = {3, 7};
    for (int i = 0; i < 2; i++) {
        memset(again, 0xff, sizeof again);
        if (run_sequence(lanes[i], KV_KIND_BF16, 5, NULL, false, again))
            T_EQ_MEM(again, first, sizeof first);
    }
}

T_TEST(one_core_for_all_lanes)
{
    cpu_set_t one, all;
    if (!run_sequence(1, KV_KIND_BF16, 32, "ref", false, first))
        return;
    first_cpu(&one, &all);
    allow_cpus(&one);
    memset(again, 0xff, sizeof again);
    if (run_sequence(2, KV_KIND_BF16, 32, NULL, false, again))
        T_EQ_MEM(again, first, sizeof first);
    allow_cpus(&all);
}

/* Between two steps all lanes but the first lose the core that they were pinned to. */
T_TEST(cores_that_are_taken_away)
{
    struct mini_plan *m = calloc(1, sizeof *m);
    struct target *t = NULL;
    struct pages pages;
    cpu_set_t one, all;
    takt_err e = {0};
    if (!run_sequence(1, KV_KIND_BF16, 32, "ref", false, first))
        return;
    mini_open(m, 3, KV_KIND_BF16);
    init_pages(&pages);
    first_cpu(&one, &all);
    struct target_options opt = {.n_lanes = 3};
    if (T_RC(target_cpu_open(&t, &m->plan, m->weights, m->kv, &opt, &e), &e)) {
        append(t, m, &pages, 0, 0, 16, again);
        allow_cpus(&one);
        append(t, m, &pages, 0, 16, 16, again);
        allow_cpus(&all);
        append(t, m, &pages, 0, 32, 8, again);
        T_EQ_MEM(again, first, 40 * sizeof first[0]);
    }
    target_close(t);
    mini_close(m);
    free(m);
}

T_TEST(levels_that_this_machine_lacks)
{
    char names[96];
    for (int l = 0; l < KERN_LEVEL_COUNT; l++) {
        const char *name = kern_level_name((enum kern_level)l), *picked = NULL;
        takt_err e = {0};
        if (kern_level_usable((enum kern_level)l)) {
            if (T_RC(target_cpu_isa_pick(&picked, name, &e), &e))
                T_EQ_STR(picked, name);
            continue;
        }
        snprintf(names, sizeof names, "'%s' does not work on this machine; it can use ref", name);
        T_FAILS(target_cpu_isa_pick(&picked, name, &e), &e, TAKT_ERR_UNSUPPORTED, names);
    }
}

T_TEST(bits_do_not_depend_on_company)
{
    struct mini_plan *m = calloc(1, sizeof *m);
    struct target *t = NULL;
    struct pages pages;
    takt_err e = {0};
    mini_open(m, 2, KV_KIND_BF16);
    init_pages(&pages);
    struct target_options opt = {.n_lanes = 2, .isa = "ref"};
    if (T_RC(target_cpu_open(&t, &m->plan, m->weights, m->kv, &opt, &e), &e)) {
        append(t, m, &pages, 0, 0, 10, first);
        append(t, m, &pages, 1, 0, 5, again);
        /* token 10 of one and tokens 5..7 of the other in one step, then each alone elsewhere */
        int32_t token[] = {token_at(0, 10), token_at(1, 5), token_at(1, 6), token_at(1, 7)};
        uint32_t pos[] = {10, 5, 6, 7}, seq[] = {0, 1, 1, 1}, out[] = {0, 3};
        struct plan_facts f = {.n_tokens = 4,
                               .n_outputs = 2,
                               .token = token,
                               .pos = pos,
                               .seq = seq,
                               .pages = pages.seq,
                               .out_token = out};
        T_OK(target_step(t, plan_program_for(&m->plan, 4, 2), &f) > 0);
        float together[2][MINI_VOCAB];
        memcpy(together[0], target_logits(t, 0), sizeof together[0]);
        memcpy(together[1], target_logits(t, 1), sizeof together[1]);
        append(t, m, &pages, 0, 10, 1, first);
        append(t, m, &pages, 1, 5, 3, again);
        T_EQ_MEM(together[0], first[10], sizeof together[0]);
        T_EQ_MEM(together[1], again[7], sizeof together[1]);
    }
    target_close(t);
    mini_close(m);
    free(m);
}

/* ---- claims ------------------------------------------------------------------------------------
 */

enum { STRESS_TASKS = 12, STRESS_TILES = 17, STRESS_LANES = 4, STRESS_RUNS = 2000 };

struct stress {
    struct plan plan;
    struct plan_program program[2];
    struct plan_task task[STRESS_TASKS];
    struct plan_instr instr[STRESS_LANES][STRESS_TASKS];
    struct plan_lane lane[STRESS_LANES];
    struct step *step;
    uint32_t runs[STRESS_TASKS][STRESS_TILES]; /* plain: a race on them is a bug that TSan sees */
    uint32_t n_early, n_run_by[STRESS_LANES];
    uint32_t number, slow_lane;
};

/* Every tile checks that the tasks it waits for ran in this run, all of them. */
static void stress_work(void *user, const struct plan_program *prog, const struct plan_task *t,
                        uint32_t begin, uint32_t end, uint32_t lane)
{
    struct stress *s = user;
    uint32_t index = (uint32_t)(t - prog->task);
    for (uint32_t w = 0; w < t->n_waits; w++)
        for (uint32_t k = 0; k < STRESS_TILES; k++)
            if (s->runs[t->wait[w]][k] != s->number)
                s->n_early++;
    for (uint32_t k = begin; k < end; k++)
        s->runs[index][k]++;
    s->n_run_by[lane] += end - begin;
    if (lane == s->slow_lane)
        usleep(200);
}

static void stress_lane(void *user, uint32_t lane, uint64_t word)
{
    step_lane(((struct stress *)user)->step, lane, word);
}

static void stress_plan(struct stress *s)
{
    for (uint32_t t = 0; t < STRESS_TASKS; t++) {
        s->task[t] = (struct plan_task){.n_tiles = STRESS_TILES};
        for (uint32_t back = 1; back <= 2 && back <= t; back++)
            s->task[t].wait[s->task[t].n_waits++] = t - back;
        for (uint32_t l = 0; l < STRESS_LANES; l++)
            s->instr[l][t] = (struct plan_instr){t, STRESS_TILES * l / STRESS_LANES,
                                                 STRESS_TILES * (l + 1) / STRESS_LANES, 0.0f};
    }
    for (uint32_t l = 0; l < STRESS_LANES; l++)
        s->lane[l] = (struct plan_lane){s->instr[l], STRESS_TASKS};
    /* two programs of different length take turns */
    s->program[0] = (struct plan_program){
        .bucket = 1, .task = s->task, .n_tasks = STRESS_TASKS, .lane = s->lane};
    s->program[1] = s->program[0];
    s->plan = (struct plan){.n_lanes = STRESS_LANES, .program = s->program, .n_programs = 2};
}

static void stress(uint32_t n_runs, uint32_t slow_lane, struct stress *s)
{
    struct lane_team *team = NULL;
    takt_err e = {0};
    memset(s, 0, sizeof *s);
    s->slow_lane = slow_lane;
    stress_plan(s);
    if (!T_RC(step_open(&s->step, &s->plan, stress_work, s, &e), &e))
        return;
    if (T_RC(lane_team_open(&team, STRESS_LANES, false, stress_lane, s, &e), &e)) {
        uint32_t state = lane_team_enter(team);
        for (s->number = 1; s->number <= n_runs; s->number++) {
            uint64_t word = step_begin(s->step, s->number % 2);
            lane_team_announce(team, word);
            step_lane(s->step, 0, word);
            for (uint32_t t = 0; t < STRESS_TASKS; t++)
                for (uint32_t k = 0; k < STRESS_TILES; k++)
                    if (s->runs[t][k] != s->number)
                        s->n_early++;
            if (s->number % 500 == 0)
                usleep(3000); /* lanes fall asleep */
        }
        lane_team_leave(state);
    }
    lane_team_close(team);
    step_close(s->step);
}

T_TEST(every_tile_runs_once_and_after_what_it_waits_for)
{
    static struct stress s;
    stress(STRESS_RUNS, UINT32_MAX, &s);
    T_EQ_INT(s.n_early, 0);
}

/* A lane that is 200 us late with each chunk runs few of them: the others take its tiles. */
T_TEST(others_take_over_from_a_slow_lane)
{
    static struct stress s;
    stress(50, 1, &s);
    uint32_t all = 0;
    for (uint32_t l = 0; l < STRESS_LANES; l++)
        all += s.n_run_by[l];
    T_EQ_INT(s.n_early, 0);
    T_EQ_INT(all, 50 * STRESS_TASKS * STRESS_TILES);
    T_OK(s.n_run_by[1] < all / STRESS_LANES);
}

T_TEST(trace_names_tasks_and_times)
{
    struct mini_plan *m = calloc(1, sizeof *m);
    struct target *t = NULL;
    struct pages pages;
    takt_err e = {0};
    static struct target_event events[2][4096];
    uint32_t n_events[2] = {0}, tiles[MINI_TASKS] = {0};
    mini_open(m, 2, KV_KIND_BF16);
    init_pages(&pages);
    struct target_options opt = {.n_lanes = 2, .isa = "ref", .no_pinning = true};
    if (T_RC(target_cpu_open(&t, &m->plan, m->weights, m->kv, &opt, &e), &e)) {
        target_trace(t, events[0], 4096, n_events);
        append(t, m, &pages, 0, 0, 32, first);
        for (uint32_t l = 0; l < 2; l++)
            for (uint32_t i = 0; i < n_events[l]; i++) {
                const struct target_event *v = &events[l][i];
                T_EQ_INT(v->lane, l);
                T_OK(v->begin_ns >= 0 && v->end_ns >= v->begin_ns);
                if (T_OK(v->task < m->program[1].n_tasks))
                    tiles[v->task] += v->tiles;
            }
        for (uint32_t i = 0; i < m->program[1].n_tasks; i++)
            T_EQ_INT(tiles[i], m->task[1][i].n_tiles);
    }
    target_close(t);
    mini_close(m);
    free(m);
}

T_TEST(opening_refuses_what_it_cannot_run)
{
    struct mini_plan *m = calloc(1, sizeof *m);
    struct target *t = NULL;
    takt_err e = {0};
    mini_open(m, 2, KV_KIND_BF16);
    struct target_options opt = {.n_lanes = 3};
    T_FAILS(target_cpu_open(&t, &m->plan, m->weights, m->kv, &opt, &e), &e, TAKT_ERR_USAGE,
            "2 lanes");
    opt = (struct target_options){.n_lanes = 2, .isa = "sse9"};
    T_FAILS(target_cpu_open(&t, &m->plan, m->weights, m->kv, &opt, &e), &e, TAKT_ERR_USAGE, "ref");
    m->task[1][17].n_tiles = 2; /* ROUTE */
    opt.isa = "ref";
    T_FAILS(target_cpu_open(&t, &m->plan, m->weights, m->kv, &opt, &e), &e, TAKT_ERR_UNSUPPORTED,
            "routing");
    T_OK(t == NULL);
    mini_close(m);
    free(m);
}

T_MAIN("target/step")
