/* The scheduler on a machine that gets slower than it was when promises were given, in virtual
 * time: what cannot be kept any more keeps nobody out, and what is promised from then on is
 * true. */
#include <errno.h>

#include "sched_storm.h"

/* ---- one who comes --------------------------------------------------------------------------- */

enum { PLACES = 8, SETTLE = 40 /* steps, by which costs are surely sampled anew */ };

/* Answers of 3000 tokens that are being written, and a long prompt that is being read. */
struct house {
    struct sim_machine machine;
    struct sched *s;
    struct sched_job answer[PLACES], prompt, comes;
    uint32_t n_answers;
    int64_t now;
};

static bool house_step(struct house *h)
{
    struct sched_step step;
    const char *what;
    sched_compose(h->s, h->now, &step);
    if (step.n_items == 0)
        return false;
    h->now += (int64_t)step.ns_predicted;
    sched_done(h->s, &step, h->now);
    if (!sched_check(h->s, &what))
        t_fail(__FILE__, __LINE__, "%s is wrong", what);
    return true;
}

static enum sched_refusal house_admit(struct house *h, struct sched_job *j, uint32_t n_prompt,
                                      uint32_t n_max)
{
    *j = (struct sched_job){
        .n_prompt = n_prompt, .n_max = n_max, .class = SCHED_NORMAL, .arrival_ns = h->now};
    return sched_admit(h->s, j, h->now).refusal;
}

static void house_open(struct house *h, uint32_t n_answers)
{
    takt_err e;
    *h = (struct house){.machine = sim_small, .n_answers = n_answers};
    h->machine.n_jobs = PLACES;
    h->machine.n_ctx = 4096;
    h->machine.n_pages = PLACES * 64;
    struct sched_config c = sim_config(&h->machine);
    c.margin = 1.25;
    T_RC(sched_new(&h->s, &c, &e), &e);
    for (uint32_t i = 0; i < n_answers; i++) {
        T_EQ_INT(house_admit(h, &h->answer[i], 100, 3000), SCHED_ACCEPTED);
        while (h->answer[i].n_answer < 2)
            house_step(h);
    }
}

static void house_close(struct house *h)
{
    struct sched_job *all[] = {&h->prompt, &h->comes};
    for (int i = 0; i < 2; i++)
        if (all[i]->state != SCHED_NONE)
            sched_end(h->s, all[i]);
    for (uint32_t i = 0; i < h->n_answers; i++)
        sched_end(h->s, &h->answer[i]);
    sched_free(h->s);
}

/* The machine becomes K times as slow while N_ANSWERS are written and, if READS, a prompt is being
 * read, whose promise breaks by that. */
static void comes_to(double k, uint32_t n_answers, bool reads)
{
    unsigned n_failed = t_.n_failed_checks;
    struct house h;
    house_open(&h, n_answers);
    if (reads)
        T_EQ_INT(house_admit(&h, &h.prompt, 3800, 200), SCHED_ACCEPTED);
    house_step(&h);
    h.machine.drift = k;
    for (int i = 0; i < 18; i++)
        house_step(&h);
    T_OK(!reads || h.prompt.n_answer == 0);
    enum sched_refusal why = house_admit(&h, &h.comes, 200, 100);
    const struct sched_promise *p = &h.comes.promise;
    double within = (double)(p->first_token_ns - h.now) / SIM_S;
    T_EQ_INT(why, SCHED_ACCEPTED);
    T_OK(within < 15 * k && p->token_ns > k * 200 * SIM_MS);
    while (why == SCHED_ACCEPTED && h.comes.n_answer == 0 && house_step(&h))
        ;
    T_OK(h.comes.first_ns <= p->first_token_ns);
    if (t_.n_failed_checks != n_failed)
        printf("# %.1f times as slow, %u answers%s: refusal %d, promised in %.1f s\n", k, n_answers,
               reads ? " and a prompt" : "", why, within);
    house_close(&h);
}

T_TEST(who_comes_to_a_slower_machine_starts_soon)
{
    const double slower[] = {1.05, 1.3, 1.5, 2, 2.5, 3, 5};
    for (size_t i = 0; i < sizeof slower / sizeof slower[0]; i++)
        for (uint32_t n = 1; n < PLACES - 1; n++) {
            comes_to(slower[i], n, false);
            comes_to(slower[i], n, true);
        }
}

/* A pace that was wished is held while steps can, and nobody waits for one that is lost. */
T_TEST(a_wished_pace_holds_others_back_until_it_is_lost)
{
    const double slower[] = {1.2, 1.5, 3};
    for (int i = 0; i < 3; i++) {
        struct house h;
        house_open(&h, 0);
        struct sched_job *fast = &h.answer[h.n_answers++];
        *fast = (struct sched_job){
            .n_prompt = 100, .n_max = 1000, .class = SCHED_NORMAL, .tpot_ns = 1.25 * 58 * SIM_MS};
        T_EQ_INT(sched_admit(h.s, fast, h.now).refusal, SCHED_ACCEPTED);
        T_OK(house_step(&h));
        h.machine.drift = slower[i];
        for (int n = 0; n < SETTLE; n++)
            house_step(&h);
        T_EQ_INT(house_admit(&h, &h.comes, 1000, 2000), SCHED_ACCEPTED);
        while (fast->n_answer < 1000 && h.comes.n_answer == 0)
            house_step(&h);
        T_EQ_INT(fast->n_answer < 1000, i == 2);
        T_EQ_INT(h.comes.state == SCHED_QUEUED, i < 2);
        house_close(&h);
    }
}

/* What was promised before is kept where it can be: steps stay as short as that asks for. */
T_TEST(paces_promised_before_are_kept_where_nothing_else_is_broken_by_it)
{
    struct house h;
    house_open(&h, 4);
    h.machine.drift = 2;
    for (int i = 0; i < SETTLE; i++)
        house_step(&h);
    double promised = h.answer[0].promise.token_ns;
    T_EQ_INT(house_admit(&h, &h.comes, 1000, 100), SCHED_ACCEPTED);
    T_EQ_INT(house_admit(&h, &h.prompt, 3800, 100), SCHED_ACCEPTED);
    T_OK(h.comes.promise.token_ns > 1.5 * promised);
    while (h.prompt.n_answer == 0) {
        int64_t begun = h.now;
        if (!house_step(&h))
            break;
        T_OK((double)(h.now - begun) <= promised);
    }
    T_OK(h.comes.first_ns <= h.comes.promise.first_token_ns);
    T_OK(h.prompt.first_ns <= h.prompt.promise.first_token_ns);
    house_close(&h);
}

/* ---- storms ---------------------------------------------------------------------------------- */

/* A storm in which the machine becomes slower, and perhaps fast again. */
struct slowing {
    struct storm storm;
    double slower, from, until; /* times as slow between these */
    uint64_t changed_at;        /* steps */
};

static bool slowing_next(struct sim *m, struct sim_arrival *a)
{
    struct slowing *x = m->user;
    double *drift = &x->storm.machine.drift;
    m->user = &x->storm;
    storm_next(m, a);
    m->user = x;
    if (a->at >= x->from && a->at < x->until && !(*drift > 0)) {
        *drift = x->slower;
        x->changed_at = m->n_steps;
        m->judged_from = INFINITY;
    } else if (a->at >= x->until) {
        *drift = 0;
    }
    if (*drift > 0 && m->judged_from == INFINITY && m->n_steps > x->changed_at + SETTLE)
        m->judged_from = a->at; /* costs are known by now */
    return true;
}

static void slowing_run(uint64_t seed, struct sim_sums *sum)
{
    unsigned n_failed = t_.n_failed_checks;
    struct slowing x = {0};
    struct storm *s = &x.storm;
    t_.state = seed;
    storm_machine(s);
    storm_config(s);
    storm_public(s);
    s->config.queue_ns_max = s->config.linger_ns = s->p_spare = 0;
    if (chance(0.5))
        s->p_ttft = s->p_tpot = 0;
    struct sim m = {.next = slowing_next, .user = &x, .check = true, .noise_hi = s->config.margin};
    m.noise_lo = chance(0.5) ? m.noise_hi : between(0.5, 1);
    m.until = 300 / s->per_s * SIM_S;
    x.slower = about(1.02, 5);
    x.from = m.until / 3;
    x.until = chance(0.3) ? 2 * m.until / 3 : INFINITY;
    m.judged_from = INFINITY;
    sim_open(&m, &s->config);
    sim_run(&m);
    T_EQ_INT(m.all.n_first_late, 0);
    T_EQ_INT(m.all.n_gap_late, 0);
    T_EQ_INT(m.n_plain_refused[SCHED_NO_TTFT], 0);
    T_EQ_INT(m.n_plain_refused[SCHED_NO_TPOT], 0);
    T_EQ_INT(m.n_plain_refused[SCHED_NO_PAGES], 0);
    if (t_.n_failed_checks != n_failed)
        printf("# that was --seed %" PRIu64 "\n", seed);
    sum->n_offered += m.all.n_offered;
    sum->n_accepted += m.all.n_accepted;
    sim_close(&m);
}

T_TEST(no_storm_on_a_slower_machine_refuses_who_wishes_nothing_or_breaks_what_it_promises)
{
    const char *is_long = getenv("TAKT_TEST_LONG");
    struct sim_sums sum = {0};
    uint64_t n = t_.seed != 1 ? 1 : is_long && *is_long && strcmp(is_long, "0") != 0 ? 20000 : 250;
    for (uint64_t i = 0; i < n && t_.n_failed_checks < 20; i++)
        slowing_run(t_.seed + i, &sum);
    printf("# %" PRIu64 " storms: %" PRIu64 " jobs, %" PRIu64 " accepted\n", n, sum.n_offered,
           sum.n_accepted);
}

T_MAIN("engine/sched_slow")
