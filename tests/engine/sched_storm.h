/* sched_storm: random servers with random publics, for the simulator. Each is a function of the
 * seed. */
#ifndef TAKT_TESTS_SCHED_STORM_H
#define TAKT_TESTS_SCHED_STORM_H

#include "sched_sim.h"

__attribute__((unused)) static double between(double a, double b)
{
    return a + (b - a) * sim_uniform();
}

/* Between A and B, each octave as likely as any other. */
__attribute__((unused)) static double about(double a, double b)
{
    return a * pow(b / a, sim_uniform());
}

__attribute__((unused)) static bool chance(double p)
{
    return sim_uniform() < p;
}

/* A random server and a random public. */
struct storm {
    struct sim_machine machine;
    struct sched_config config;
    double per_s, t;
    uint32_t prompt_max, answer_max, n_keys, burst;
    double ttft, tpot; /* wishes lie around these */
    double p_ttft, p_tpot, p_spare, p_gone, p_cached, p_draft;
    int lengths; /* 0, 1: random; 2: all answers go to their end; 3: all end at once */
};

__attribute__((unused)) static bool storm_next(struct sim *m, struct sim_arrival *a)
{
    struct storm *s = m->user;
    if (s->burst > 0)
        s->burst--;
    else
        s->t += sim_exp(SIM_S / s->per_s);
    if (chance(0.02) && s->burst == 0)
        s->burst = (uint32_t)about(2, 100);
    *a = (struct sim_arrival){.at = floor(s->t),
                              .n_prompt = (uint32_t)about(1, s->prompt_max + 0.99),
                              .n_max = (uint32_t)about(1, s->answer_max + 0.99),
                              .class = (enum sched_class)(t_rand() % 3),
                              .key = t_rand() % s->n_keys};
    bool to_end = s->lengths == 2 || chance(0.3);
    a->length = to_end ? a->n_max : s->lengths == 3 ? 1 : 1 + (uint32_t)(t_rand() % a->n_max);
    if (chance(s->p_cached))
        a->n_cached = (uint32_t)(t_rand() % a->n_prompt);
    if (chance(s->p_spare))
        a->class = SCHED_SPARE;
    if (chance(s->p_ttft))
        a->ttft = s->ttft * about(0.1, 10);
    if (chance(s->p_tpot))
        a->tpot = s->tpot * about(0.8, 5);
    if (chance(s->p_gone))
        a->gone_after = about(1 * SIM_MS, 30 * SIM_S);
    if (chance(0.1))
        a->late_steps = (uint32_t)(t_rand() % 10);
    if (chance(0.3))
        a->linger = s->config.linger_ns * sim_uniform();
    if (chance(s->p_draft)) {
        a->n_draft = 1 + (uint32_t)(t_rand() % 7);
        a->draft_chance = sim_uniform();
    }
    return true;
}

__attribute__((unused)) static void storm_machine(struct storm *s)
{
    struct sim_machine *m = &s->machine;
    *m = (struct sim_machine){.base = about(1e4, 2e6),
                              .floor = about(1e5, 4e7),
                              .token = about(5e3, 1e6),
                              .n_experts = chance(0.3) ? (uint32_t)about(4, 64) : 0,
                              .stairs = chance(0.25),
                              .n_jobs = (uint32_t)about(1, 64),
                              .page_tokens = 1u << t_rand() % 8,
                              .n_ctx = (uint32_t)about(256, 8192),
                              .chunk = 8u << t_rand() % 9};
    if (m->n_jobs > m->chunk)
        m->n_jobs = m->chunk;
    m->apart = about(1, m->floor / m->n_ctx);
    m->together = m->apart * about(0.02, 1);
    m->n_pages = (uint32_t)(m->n_ctx / m->page_tokens * about(1.01, m->n_jobs + 1.0)) + 1;
    s->prompt_max = (uint32_t)(m->n_ctx * between(0.1, 0.95));
    s->answer_max = m->n_ctx - s->prompt_max;
}

__attribute__((unused)) static void storm_config(struct storm *s)
{
    struct sched_config *c = &s->config;
    *c = sim_config(&s->machine);
    c->margin = between(1, 1.5);
    c->n_draft_max = (uint32_t)about(1, 64);
    c->n_queued_max = 1 + (uint32_t)about(1, 500);
    if (chance(0.5))
        c->queue_ns_max = about(1, 60) * SIM_S;
    if (chance(0.2))
        c->window = (uint32_t)about(16, s->machine.n_ctx);
    if (chance(0.3))
        c->beat_ns = about(1, 10) * 2 *
                     (s->machine.base + s->machine.floor + 40 * s->machine.token +
                      40 * s->machine.apart * c->n_ctx);
    if (chance(0.3))
        c->linger_ns = about(0.1, 20) * (s->machine.floor + s->machine.base);
    struct sched *tried;
    if (sched_new(&tried, c, NULL).code)
        c->beat_ns = 0; /* too short for this machine */
    else
        sched_free(tried);
}

__attribute__((unused)) static void storm_public(struct storm *s)
{
    const struct sim_machine *m = &s->machine;
    struct sched_load one = {.n_tokens = 1}, chunk = {.n_tokens = m->chunk};
    struct sched_load house = {.n_tokens = m->n_jobs, .apart = m->n_jobs * (uint64_t)m->n_ctx / 2};
    double first = sim_cost(m, &one), step = sim_cost(m, &house);
    double prompt = s->prompt_max / log(s->prompt_max + 1.0) * sim_cost(m, &chunk) / m->chunk;
    double answer = s->answer_max / log(s->answer_max + 1.0) * step / m->n_jobs;
    s->per_s = SIM_S / (prompt + answer) * about(0.2, 5);
    s->n_keys = 1 + (uint32_t)about(1, 20);
    s->ttft = about(1, 20) * (first + prompt);
    s->tpot = s->config.margin * about(first, 2 * step);
    s->p_ttft = sim_uniform();
    s->p_tpot = chance(0.5) ? sim_uniform() : 0;
    s->p_spare = chance(0.3) ? 0.2 : 0;
    s->p_gone = 0.2 * sim_uniform();
    s->p_cached = chance(0.5) ? 0.5 : 0;
    s->p_draft = chance(0.3) ? 0.5 : 0;
    s->lengths = (int)(t_rand() % 4);
}

#endif
