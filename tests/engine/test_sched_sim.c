/* The scheduler in virtual time: storms of everything at once, overload, replayed traces, floods.
 *
 * What must hold in every run: no promise broken while steps stay within the margin, every
 * accepted job ended once, no page left, all invariants after every event. A failure names the
 * seed of its case: engine_sched_sim --seed SEED runs that case alone again. TAKT_TEST_LONG=1
 * runs many more. */
#include <errno.h>

#include "sched_storm.h"

static bool is_long(void)
{
    const char *s = getenv("TAKT_TEST_LONG");
    return s && *s && strcmp(s, "0") != 0;
}

/* ---- storms ---------------------------------------------------------------------------------- */

/* The case of one seed. Adds what it was to SUM. */
static void storm_run(uint64_t seed, struct sim_sums *sum)
{
    unsigned n_failed = t_.n_failed_checks;
    struct storm s = {0};
    t_.state = seed;
    storm_machine(&s);
    storm_config(&s);
    storm_public(&s);
    struct sim m = {.next = storm_next, .user = &s, .check = true, .noise_hi = s.config.margin};
    m.noise_lo = chance(0.5) ? m.noise_hi : between(0.5, 1);
    m.until = 200 / s.per_s * SIM_S;
    sim_open(&m, &s.config);
    sim_run(&m);
    T_EQ_INT(m.all.n_first_late, 0);
    T_EQ_INT(m.all.n_gap_late, 0);
    if (t_.n_failed_checks != n_failed)
        printf("# that was --seed %" PRIu64 "\n", seed);
    sum->n_offered += m.all.n_offered;
    sum->n_accepted += m.all.n_accepted;
    sum->n_done += m.all.n_done;
    sum->n_cancelled += m.all.n_cancelled;
    sim_close(&m);
}

T_TEST(no_storm_breaks_a_promise)
{
    struct sim_sums sum = {0};
    uint64_t n = t_.seed != 1 ? 1 : is_long() ? 20000 : 120;
    for (uint64_t i = 0; i < n && t_.n_failed_checks < 20; i++)
        storm_run(t_.seed + i, &sum);
    T_OK(n == 1 || (sum.n_accepted > sum.n_offered / 4 && sum.n_cancelled > sum.n_accepted / 100));
    printf("# %" PRIu64 " storms: %" PRIu64 " jobs, %" PRIu64 " accepted, all promises kept\n", n,
           sum.n_offered, sum.n_accepted);
}

/* ---- overload -------------------------------------------------------------------------------- */

/* A steady public: prompts and answers of some sizes, with wishes or without. */
struct steady {
    double per_s, t;
    uint32_t prompt_min, prompt_max, answer_max, n_max, n_keys;
    double ttft, tpot;
};

static bool steady_next(struct sim *m, struct sim_arrival *a)
{
    struct steady *s = m->user;
    s->t += sim_exp(SIM_S / s->per_s);
    *a = (struct sim_arrival){.at = floor(s->t),
                              .n_prompt = (uint32_t)between(s->prompt_min, s->prompt_max + 0.99),
                              .n_max = s->n_max,
                              .length = (uint32_t)between(1, s->answer_max + 0.99),
                              .class = SCHED_NORMAL,
                              .key = t_rand() % s->n_keys,
                              .ttft = s->ttft,
                              .tpot = s->tpot};
    return true;
}

/* What a run comes to. */
struct yield {
    double jobs, tokens; /* per second, of jobs with all promises kept */
    uint64_t n_accepted, n_broken;
    double gap50, gap99;
};

static struct yield yield_of(struct sim *m)
{
    sim_run(m);
    struct yield y = {.jobs = (double)m->all.n_done / (m->now / SIM_S),
                      .tokens = m->all.tokens / (m->now / SIM_S),
                      .n_accepted = m->all.n_accepted,
                      .n_broken = m->all.n_first_late + m->all.n_gap_late,
                      .gap50 = sim_gap(m, 0.5),
                      .gap99 = sim_gap(m, 0.99)};
    sim_close(m);
    return y;
}

static struct yield steady_run(const struct sim_machine *machine, const struct steady *what,
                               double per_s, double n)
{
    struct steady s = *what;
    struct sim m = {.next = steady_next, .user = &s, .until = n / per_s * SIM_S};
    struct sched_config c = sim_config(machine);
    c.queue_ns_max = 20 * SIM_S;
    s.per_s = per_s;
    s.t = 0;
    sim_open(&m, &c);
    return yield_of(&m);
}

/* At 1, 2 and 3 times what the machine can take: every promise kept, and nearly the best
 * goodput. */
static void overload(const char *name, const struct sim_machine *machine, const struct steady *what,
                     double guess)
{
    double n = is_long() ? 20000 : 1500, best_jobs = 0, best_tokens = 0;
    double capacity = steady_run(machine, what, guess, n).jobs;
    const double load[] = {0.5, 1, 1.5, 2, 3};
    for (size_t i = 0; i < sizeof load / sizeof load[0]; i++) {
        struct yield y = steady_run(machine, what, capacity * load[i], n * (1 + load[i]));
        best_jobs = fmax(best_jobs, y.jobs);
        best_tokens = fmax(best_tokens, y.tokens);
        T_EQ_INT(y.n_broken, 0);
        T_OK(y.n_accepted > 0);
        if (load[i] >= 2) {
            T_OK(y.jobs >= 0.95 * best_jobs);
            T_OK(y.tokens >= 0.95 * best_tokens);
        }
        printf("# %s at %.1f: %.2f jobs/s, %.0f tokens/s, time per token p50 %.0f p99 %.0f ms\n",
               name, load[i], y.jobs, y.tokens, y.gap50, y.gap99);
    }
}

T_TEST(overload_without_wishes)
{
    struct steady chat = {
        .prompt_min = 100, .prompt_max = 1500, .answer_max = 400, .n_max = 400, .n_keys = 4};
    overload("small", &sim_small, &chat, 3);
}

T_TEST(overload_with_wishes)
{
    struct steady chat = {.prompt_min = 100,
                          .prompt_max = 1500,
                          .answer_max = 400,
                          .n_max = 400,
                          .n_keys = 4,
                          .ttft = 3 * SIM_S,
                          .tpot = 150 * SIM_MS};
    overload("small, wishes", &sim_small, &chat, 3);
    chat.ttft = 1 * SIM_S;
    chat.tpot = 30 * SIM_MS;
    overload("large, wishes", &sim_large, &chat, 60);
}

/* ---- traces ---------------------------------------------------------------------------------- */

enum { TRACE_MAX = 10000, BLOCK = 512, BLOCKS_MAX = 1 << 18 };

struct trace {
    struct {
        double at; /* seconds */
        uint32_t n_prompt, n_cached, length;
    } row[TRACE_MAX];
    uint32_t n, next;
    double speed; /* how much faster than it was recorded */
    double ttft, tpot;
};

/* "2023-11-16 18:17:03.9799600,4808,10" */
static bool read_azure(const char *line, struct trace *t)
{
    char *end;
    const char *clock = strchr(line, ' ');
    if (!clock)
        return false;
    double s = strtod(clock + 1, &end) * 3600;
    s += *end == ':' ? strtod(end + 1, &end) * 60 : 0;
    s += *end == ':' ? strtod(end + 1, &end) : 0;
    if (*end != ',')
        return false;
    t->row[t->n].at = s;
    t->row[t->n].n_prompt = (uint32_t)strtoul(end + 1, &end, 10);
    t->row[t->n].length = *end == ',' ? (uint32_t)strtoul(end + 1, &end, 10) : 0;
    return t->row[t->n].length > 0;
}

static double number_after(const char *line, const char *name)
{
    const char *at = strstr(line, name);
    return at ? strtod(at + strlen(name), NULL) : 0;
}

/* {"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1, ...]}: what
 * begins with blocks that came before is taken as cached. */
static bool read_mooncake(const char *line, struct trace *t, bool *seen)
{
    t->row[t->n].at = number_after(line, "\"timestamp\": ") / 1000;
    t->row[t->n].n_prompt = (uint32_t)number_after(line, "\"input_length\": ");
    t->row[t->n].length = (uint32_t)number_after(line, "\"output_length\": ");
    const char *at = strstr(line, "\"hash_ids\": [");
    bool is_known = true;
    uint32_t cached = 0;
    for (at = at ? at + 13 : NULL; at && *at && *at != ']';) {
        char *end;
        unsigned long id = strtoul(at, &end, 10);
        if (end == at || id >= BLOCKS_MAX)
            break;
        is_known = is_known && seen[id];
        cached += is_known ? BLOCK : 0;
        seen[id] = true;
        at = end + strspn(end, ", ");
    }
    if (t->row[t->n].n_prompt == 0 || t->row[t->n].length == 0)
        return false;
    t->row[t->n].n_cached = cached < t->row[t->n].n_prompt ? cached : t->row[t->n].n_prompt - 1;
    return true;
}

static struct trace *read_trace(const char *name, uint32_t n_max)
{
    char path[4096], line[8192];
    FILE *f = t_shared(path, sizeof path, name) ? fopen(path, "r") : NULL;
    if (!f)
        return NULL;
    bool is_json = strstr(name, ".jsonl") != NULL;
    bool *seen = calloc(BLOCKS_MAX, sizeof *seen);
    struct trace *t = calloc(1, sizeof *t);
    while (t->n < n_max && fgets(line, sizeof line, f))
        t->n += is_json ? read_mooncake(line, t, seen) : read_azure(line, t);
    free(seen);
    fclose(f);
    return t;
}

static bool trace_next(struct sim *m, struct sim_arrival *a)
{
    struct trace *t = m->user;
    const struct sim_machine *machine = m->machine;
    for (; t->next < t->n; t->next++) {
        uint32_t i = t->next, n_max = 256;
        while (n_max < t->row[i].length)
            n_max *= 2;
        if (t->row[i].n_prompt + n_max > machine->n_ctx)
            continue; /* the server was told shorter ones */
        *a = (struct sim_arrival){
            .at = fmax(0, floor((t->row[i].at - t->row[0].at) / t->speed * SIM_S)),
            .n_prompt = t->row[i].n_prompt,
            .n_cached = t->row[i].n_cached,
            .n_max = n_max,
            .length = t->row[i].length,
            .class = SCHED_NORMAL,
            .key = i % 7,
            .ttft = t->ttft,
            .tpot = t->tpot};
        t->next++;
        return true;
    }
    return false;
}

static struct yield trace_run(struct trace *t, const struct sim_machine *machine, double speed)
{
    struct sim m = {.next = trace_next, .user = t, .until = 1e18};
    struct sched_config c = sim_config(machine);
    c.queue_ns_max = 20 * SIM_S;
    t->speed = speed;
    t->next = 0;
    sim_open(&m, &c);
    return yield_of(&m);
}

static void replay(const char *name, const struct sim_machine *machine, double ttft, double tpot)
{
    struct trace *t = read_trace(name, is_long() ? TRACE_MAX : 1200);
    if (!t || t->n < 1000) {
        free(t);
        t_.skip = "no traces (TAKT_SHARED)";
        return;
    }
    double lasts = t->row[t->n - 1].at - t->row[0].at, best = 0;
    t->ttft = ttft;
    t->tpot = tpot;
    /* As fast as the machine works off all of it. */
    struct yield all = trace_run(t, machine, 1e3);
    double whole = 0;
    for (uint32_t i = 0; i < t->n; i++)
        whole += t->row[i].n_prompt - t->row[i].n_cached + t->row[i].length;
    double capacity = all.tokens * lasts / whole;
    for (int load = 1; load <= 3; load++) {
        struct yield y = trace_run(t, machine, capacity * load);
        best = fmax(best, y.jobs);
        T_EQ_INT(y.n_broken, 0);
        T_OK(y.n_accepted > 0 && y.jobs >= 0.95 * best);
        printf("# %s at %d: %.2f jobs/s, %.0f tokens/s, %" PRIu64 " accepted, time per token p50 "
               "%.0f p99 %.0f ms\n",
               name, load, y.jobs, y.tokens, y.n_accepted, y.gap50, y.gap99);
    }
    free(t);
}

T_TEST(replays_conversations_of_azure)
{
    replay("traces/azure2023-conv-first-half.csv", &sim_large, 2 * SIM_S, 40 * SIM_MS);
}

T_TEST(replays_code_of_azure)
{
    replay("traces/azure2023-code-first-half.csv", &sim_large, 2 * SIM_S, 0);
}

T_TEST(replays_mooncake)
{
    struct sim_machine m = sim_large;
    m.n_ctx = 65536;
    m.n_pages = 32768;
    replay("traces/mooncake-conversation-first-half.jsonl", &m, 0, 0);
}

/* ---- floods ---------------------------------------------------------------------------------- */

enum { FLOOD = 1, LIGHT = 2 };

/* One key asks for three times what there is, another for a twentieth of it. */
struct flood {
    double per_s[3], t[3], flood_ttft;
};

static bool flood_next(struct sim *m, struct sim_arrival *a)
{
    struct flood *f = m->user;
    uint64_t key = f->t[FLOOD] < f->t[LIGHT] ? FLOOD : LIGHT;
    *a = (struct sim_arrival){.at = floor(f->t[key]),
                              .n_prompt = (uint32_t)between(200, 1000),
                              .n_max = 256,
                              .length = (uint32_t)between(1, 256),
                              .class = SCHED_NORMAL,
                              .key = key,
                              .ttft = key == FLOOD ? f->flood_ttft : 0};
    f->t[key] += sim_exp(SIM_S / f->per_s[key]);
    return true;
}

static struct sim flood_run(double flood_per_s, double flood_ttft)
{
    struct flood f = {.per_s = {0, flood_per_s, 0.07}, .flood_ttft = flood_ttft};
    f.t[FLOOD] = flood_per_s > 0 ? 0 : INFINITY;
    f.t[LIGHT] = 60 * SIM_S;
    struct sim m = {.next = flood_next, .user = &f, .until = 6000 * SIM_S};
    struct sched_config c = sim_config(&sim_small);
    c.queue_ns_max = 30 * SIM_S;
    sim_open(&m, &c);
    sim_run(&m);
    T_EQ_INT(m.all.n_first_late + m.all.n_gap_late, 0);
    sim_close(&m);
    return m;
}

static double mean(double sum, uint64_t n)
{
    return n ? sum / (double)n / SIM_S : 0;
}

T_TEST(a_light_key_beside_a_flood_keeps_its_share)
{
    struct sim alone = flood_run(0, 0), other = flood_run(4, 0), wish = flood_run(4, 5 * SIM_S);
    struct sim *runs[] = {&alone, &other, &wish};
    for (int i = 0; i < 3; i++) {
        struct sim_sums *light = &runs[i]->key[LIGHT], *flood = &runs[i]->key[FLOOD];
        printf("# light key: %" PRIu64 " of %" PRIu64
               " accepted, first token after %.2f s, promised "
               "%.2f s; flood: %" PRIu64 " of %" PRIu64 ", %.2f s\n",
               light->n_accepted, light->n_offered, mean(light->first_took, light->n_first),
               mean(light->first_promised, light->n_first), flood->n_accepted, flood->n_offered,
               mean(flood->first_took, flood->n_first));
        T_OK((double)light->n_accepted >= 0.98 * (double)light->n_offered);
        T_OK(mean(light->first_took, light->n_first) <
             5 * mean(alone.key[LIGHT].first_took, alone.key[LIGHT].n_first));
    }
    /* And what it leaves free costs the flood little. */
    T_OK(other.key[FLOOD].n_accepted > 4500);
}

/* ---- others ---------------------------------------------------------------------------------- */

static bool burst_next(struct sim *m, struct sim_arrival *a)
{
    uint32_t *left = m->user;
    *a = (struct sim_arrival){.n_prompt = (uint32_t)about(10, 4000),
                              .n_max = 300,
                              .length = (uint32_t)between(1, 300),
                              .class = (enum sched_class)(t_rand() % 3),
                              .key = t_rand() % 1000};
    return (*left)-- > 0;
}

T_TEST(a_thousand_at_once_all_keep_their_promises)
{
    uint32_t left = 1024;
    struct sim m = {.next = burst_next, .user = &left, .until = 1, .check = true};
    struct sched_config c = sim_config(&sim_large);
    sim_open(&m, &c);
    sim_run(&m);
    T_EQ_INT(m.all.n_first_late + m.all.n_gap_late, 0);
    T_OK(m.all.n_done > 900);
    sim_close(&m);
}

/* Promised jobs get what they get without batches, and batches what is left. */
struct mixed {
    struct steady steady;
    double spare_t;
    bool has_spare;
};

static bool mixed_next(struct sim *m, struct sim_arrival *a)
{
    struct mixed *x = m->user;
    if (!x->has_spare || x->steady.t < x->spare_t) {
        m->user = &x->steady;
        steady_next(m, a);
        m->user = x;
        return true;
    }
    *a = (struct sim_arrival){.at = floor(x->spare_t),
                              .n_prompt = (uint32_t)between(100, 2000),
                              .n_max = 300,
                              .length = (uint32_t)between(1, 300),
                              .class = SCHED_SPARE,
                              .key = 5};
    x->spare_t += 2 * SIM_S;
    return true;
}

static struct sim mixed_run(bool has_spare)
{
    struct mixed x = {.steady = {.per_s = 0.3,
                                 .prompt_min = 100,
                                 .prompt_max = 1500,
                                 .answer_max = 200,
                                 .n_max = 200,
                                 .n_keys = 3,
                                 .ttft = 4 * SIM_S},
                      .has_spare = has_spare};
    struct sim m = {.next = mixed_next, .user = &x, .until = 3000 * SIM_S};
    struct sched_config c = sim_config(&sim_small);
    sim_open(&m, &c);
    sim_run(&m);
    sim_close(&m);
    return m;
}

T_TEST(batches_take_what_is_left_over)
{
    struct sim without = mixed_run(false), with = mixed_run(true);
    const struct sim_sums *a = &without.class[SCHED_NORMAL], *b = &with.class[SCHED_NORMAL];
    T_EQ_INT(b->n_first_late + b->n_gap_late, 0);
    T_OK((double)b->n_accepted / (double)b->n_offered >
         0.97 * (double)a->n_accepted / (double)a->n_offered);
    T_OK(with.class[SCHED_SPARE].n_done > 100);
    printf("# with batches: first token after %.2f s, without: %.2f s; %" PRIu64 " batch jobs\n",
           mean(b->first_took, b->n_first), mean(a->first_took, a->n_first),
           with.class[SCHED_SPARE].n_done);
}

/* A machine that becomes slower: once predictions have followed, promises hold again. */
static bool slowing_next(struct sim *m, struct sim_arrival *a)
{
    struct sim_machine *machine = (struct sim_machine *)m->machine;
    bool more = steady_next(m, a);
    if (a->at > 500 * SIM_S && machine->drift < 1.5) {
        machine->drift = 1.5;
        a->at += 300 * SIM_S; /* what was promised before has ended */
        ((struct steady *)m->user)->t = a->at;
    }
    return more;
}

T_TEST(promises_follow_a_machine_that_slows_down)
{
    struct sim_machine machine = sim_small;
    struct steady chat = {.per_s = 1,
                          .prompt_min = 100,
                          .prompt_max = 1500,
                          .answer_max = 200,
                          .n_max = 200,
                          .n_keys = 3,
                          .ttft = 4 * SIM_S};
    struct sim m = {.next = slowing_next, .user = &chat, .until = 2000 * SIM_S};
    struct sched_config c = sim_config(&machine);
    sim_open(&m, &c);
    sim_run(&m);
    /* The first few after the change were promised by the old figures. */
    T_OK((double)(m.all.n_first_late) <= 0.005 * (double)m.all.n_accepted);
    sim_close(&m);
}

/* ---- when to come again ---------------------------------------------------------------------- */

/* Who is refused comes again when told to, and is accepted if nobody else has come. */
static void come_again(uint64_t seed, unsigned *n_refused, unsigned *n_never)
{
    struct storm s = {0};
    t_.state = seed;
    storm_machine(&s);
    storm_config(&s);
    storm_public(&s);
    s.p_spare = s.config.linger_ns = 0;
    s.p_tpot *= 0.3;
    s.ttft *= 5;
    struct sim m = {.next = storm_next, .user = &s, .noise_hi = s.config.margin};
    m.noise_lo = chance(0.5) ? m.noise_hi : 0.7;
    m.until = between(5, 100) / s.per_s * SIM_S;
    sim_open(&m, &s.config);
    m.has_waiting = m.next(&m, &m.waiting);
    while (m.has_waiting && sim_step(&m))
        ;
    for (int i = 0; i < 20; i++) {
        struct sim_arrival a;
        storm_next(&m, &a);
        struct sched_job job = {.n_prompt = a.n_prompt,
                                .n_cached = a.n_cached,
                                .n_max = a.n_max,
                                .class = a.class,
                                .key = a.key,
                                .arrival_ns = (int64_t)m.now,
                                .ttft_ns = a.ttft,
                                .tpot_ns = a.tpot};
        struct sched_promise p;
        struct sched_answer first = sched_estimate(m.s, &job, (int64_t)m.now, &p);
        *n_refused += first.refusal != SCHED_ACCEPTED;
        *n_never += first.refusal != SCHED_ACCEPTED && first.retry_after_ns == 0;
        if (first.refusal == SCHED_ACCEPTED || first.retry_after_ns == 0)
            continue;
        double then = m.now + first.retry_after_ns;
        while (m.now < then && sim_step(&m))
            ;
        m.now = fmax(m.now, then);
        job.arrival_ns = (int64_t)m.now;
        struct sched_answer again = sched_estimate(m.s, &job, (int64_t)m.now, &p);
        if (again.refusal != SCHED_ACCEPTED)
            t_fail(__FILE__, __LINE__,
                   "refused (%d) after %.3f s, then again (%d, %.3f s): seed %" PRIu64,
                   first.refusal, first.retry_after_ns / SIM_S, again.refusal,
                   again.retry_after_ns / SIM_S, seed);
    }
    while (sim_step(&m))
        ;
    sim_close(&m);
}

T_TEST(who_comes_again_when_told_is_accepted)
{
    unsigned n_refused = 0, n_never = 0;
    uint64_t n = t_.seed != 1 ? 1 : is_long() ? 3000 : 60;
    for (uint64_t i = 0; i < n && t_.n_failed_checks < 20; i++)
        come_again(t_.seed + i, &n_refused, &n_never);
    T_OK(n == 1 || n_refused > n_never);
    printf("# %u refusals, %u of them for ever\n", n_refused, n_never);
}

T_MAIN("engine/sched_sim")
