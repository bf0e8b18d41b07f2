/* Guesses in steps: they are checked where that pays and nobody is made to wait for it, and all
 * promises hold with them. */
#include "sched_sim.h"

/* N answers that have begun, on a machine whose steps take what is predicted if not said
 * otherwise. */
struct desk {
    struct sched *s;
    struct sched_config config;
    struct sched_job job[16];
    uint32_t n;
    double slow; /* steps of answers that check guesses take so many times as long; 0: once */
    struct sched_step step;
    int64_t now;
};

static bool desk_open(struct desk *d, const struct sim_machine *m, uint32_t n)
{
    takt_err e;
    if (!d->config.cost)
        d->config = sim_config(m);
    if (!T_RC(sched_new(&d->s, &d->config, &e), &e))
        return false;
    for (d->n = 0; d->n < n; d->n++) {
        struct sched_job *j = &d->job[d->n];
        *j = (struct sched_job){.n_prompt = 100, .n_max = 400, .class = SCHED_NORMAL};
        j->arrival_ns = d->now;
        T_EQ_INT(sched_admit(d->s, j, d->now).refusal, SCHED_ACCEPTED);
    }
    return true;
}

static void desk_step(struct desk *d)
{
    const char *what;
    sched_compose(d->s, d->now, &d->step);
    bool has_guesses = d->step.load.n_tokens > d->step.n_items;
    d->now += (int64_t)(d->step.ns_predicted * (has_guesses && d->slow > 0 ? d->slow : 1));
    if (d->step.n_items)
        sched_done(d->s, &d->step, d->now);
    T_OK(sched_check(d->s, &what));
}

/* Steps until all answers have begun and no prompt is left. */
static void desk_begin(struct desk *d)
{
    for (int i = 0; i < 1000 && d->job[d->n - 1].n_answer < 2; i++)
        desk_step(d);
}

static uint32_t tokens_of(const struct desk *d, uint32_t i)
{
    for (uint32_t k = 0; k < d->step.n_items; k++)
        if (d->step.item[k].job == &d->job[i])
            return d->step.item[k].n_tokens;
    return 0;
}

static void guesses(struct desk *d, uint32_t i, uint32_t n, double chance)
{
    d->job[i].n_draft = n;
    d->job[i].draft_chance = chance;
}

static void desk_close(struct desk *d)
{
    for (uint32_t i = 0; i < d->n; i++)
        sched_end(d->s, &d->job[i]);
    sched_free(d->s);
}

/* A machine whose steps take 2 ms and half of one for each token. */
static const struct sim_machine dear = {.base = 2 * SIM_MS,
                                        .token = 0.5 * SIM_MS,
                                        .together = 1,
                                        .apart = 1,
                                        .n_jobs = 8,
                                        .n_pages = 256,
                                        .page_tokens = 64,
                                        .n_ctx = 2048,
                                        .chunk = 64};

T_TEST(as_deep_as_it_pays)
{
    struct desk d = {0};
    if (!desk_open(&d, &dear, 1))
        return;
    desk_begin(&d);
    uint32_t before = 1;
    for (int percent = 0; percent <= 99; percent += 3) {
        guesses(&d, 0, 20, percent / 100.0);
        desk_step(&d);
        T_OK(tokens_of(&d, 0) >= before && tokens_of(&d, 0) <= d.config.n_draft_max + 1);
        T_OK(percent > 0 || tokens_of(&d, 0) == 1);
        before = tokens_of(&d, 0);
    }
    T_OK(before >= 4);
    guesses(&d, 0, 2, 0.99); /* no more than there are */
    desk_step(&d);
    T_EQ_INT(tokens_of(&d, 0), 3);
    T_EQ_INT(d.step.load.n_tokens, 3);
    desk_close(&d);
}

/* Steps that check guesses take three times what is predicted: then they are not worth it, until
 * that is long ago. */
T_TEST(fewer_where_they_cost_more_than_predicted)
{
    struct desk d = {0};
    uint32_t n_tried = 0;
    if (!desk_open(&d, &dear, 1))
        return;
    desk_begin(&d);
    guesses(&d, 0, 3, 0.9);
    d.slow = 3;
    desk_step(&d);
    T_EQ_INT(tokens_of(&d, 0), 4);
    for (int i = 0; i < 100; i++) {
        desk_step(&d);
        n_tried += tokens_of(&d, 0) > 1;
    }
    T_OK(n_tried < 20);
    desk_close(&d);
}

T_TEST(none_where_there_is_no_room)
{
    struct desk d = {.config = sim_config(&dear)};
    d.config.n_draft_max = 0;
    if (!desk_open(&d, &dear, 1))
        return;
    desk_begin(&d);
    guesses(&d, 0, 7, 0.98);
    desk_step(&d);
    T_EQ_INT(tokens_of(&d, 0), 1);
    desk_close(&d);
}

/* The likeliest first; and those who guess nothing wait no longer than for a gentle step. */
T_TEST(others_are_not_made_to_wait)
{
    struct desk d = {0};
    if (!desk_open(&d, &dear, 6))
        return;
    desk_begin(&d);
    desk_step(&d);
    double alone = d.step.ns_predicted;
    guesses(&d, 2, 7, 0.95);
    guesses(&d, 4, 7, 0.6);
    desk_step(&d);
    T_OK(d.step.ns_predicted <= 1.4 * alone * (1 + 1e-3));
    T_OK(tokens_of(&d, 2) > tokens_of(&d, 4) && tokens_of(&d, 2) > 1);
    T_EQ_INT(tokens_of(&d, 0), 1);
    for (uint32_t i = 0; i < 6; i++) /* all gain: then a step may be longer */
        guesses(&d, i, 7, 0.98);
    desk_step(&d);
    T_OK(d.step.ns_predicted > 1.4 * alone);
    T_OK(d.step.ns_predicted <= d.job[0].promise.token_ns / d.config.margin);
    desk_close(&d);
}

/* A pace that leaves no time for guesses. */
T_TEST(a_promise_of_another_goes_first)
{
    struct desk d = {0};
    struct sched_job wish = {.n_prompt = 50, .n_max = 100, .class = SCHED_NORMAL};
    if (!desk_open(&d, &dear, 1))
        return;
    desk_begin(&d);
    guesses(&d, 0, 7, 0.98);
    desk_step(&d);
    double most = d.step.ns_predicted;
    T_OK(tokens_of(&d, 0) > 4);
    wish.arrival_ns = d.now;
    wish.tpot_ns = most;
    struct sched_answer a = sched_admit(d.s, &wish, d.now);
    for (int i = 0; i < 20 && a.refusal == SCHED_NO_TPOT; i++) {
        wish.tpot_ns *= 1.1;
        a = sched_admit(d.s, &wish, d.now);
    }
    if (!T_EQ_INT(a.refusal, SCHED_ACCEPTED))
        return;
    while (wish.n_answer < 50) {
        desk_step(&d);
        T_OK(wish.n_answer < 2 ||
             d.step.ns_predicted <= wish.promise.token_ns / d.config.margin * (1 + 1e-9));
    }
    sched_end(d.s, &wish);
    desk_close(&d);
}

/* ---- in traffic ------------------------------------------------------------------------------ */

struct copying {
    double per_s, t, chance;
    uint32_t n_draft;
};

static bool copying_next(struct sim *m, struct sim_arrival *a)
{
    struct copying *c = m->user;
    c->t += sim_exp(SIM_S / c->per_s);
    *a = (struct sim_arrival){.at = floor(c->t),
                              .n_prompt = 100 + (uint32_t)(t_rand() % 400),
                              .n_max = 300,
                              .length = 300,
                              .class = SCHED_NORMAL,
                              .n_draft = c->n_draft,
                              .draft_chance = c->chance};
    return true;
}

/* Milliseconds that a token takes, of all answers together; promises kept. */
static double cost_of_token(const struct sim_machine *machine, struct copying c)
{
    struct sim m = {
        .next = copying_next, .user = &c, .check = true, .until = 200 / c.per_s * SIM_S};
    struct sched_config k = sim_config(machine);
    t_.state = 3;
    sim_open(&m, &k);
    sim_run(&m);
    T_EQ_INT(m.all.n_first_late, 0);
    T_EQ_INT(m.all.n_gap_late, 0);
    double ms = m.busy / m.tokens_out / SIM_MS;
    printf("# %s, %.2f a second, chance %.2f: %" PRIu64 " of %" PRIu64 " guesses right, %.2f ms a "
           "token\n",
           machine->name, c.per_s, c.chance, m.n_won, m.n_guessed, ms);
    sim_close(&m);
    return ms;
}

T_TEST(a_copying_public_is_served_faster)
{
    for (int busy = 0; busy < 2; busy++) {
        struct copying c = {.per_s = busy ? 1.2 : 0.05};
        double without = cost_of_token(&sim_small, c);
        c.n_draft = 7;
        c.chance = 0.02;
        T_OK(cost_of_token(&sim_small, c) < 1.05 * without);
        c.chance = 0.8;
        T_OK(cost_of_token(&sim_small, c) < (busy ? 0.9 : 0.4) * without);
    }
}

T_MAIN("engine/sched_guess")
