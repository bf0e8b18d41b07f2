/* The scheduler, call by call. What holds over long times is engine/sched_sim's. */
#include <limits.h>
#include <time.h>

#include "sched_sim.h"

/* A scheduler over a machine whose steps take exactly what is predicted. */
struct desk {
    struct sched *s;
    struct sched_config config;
    struct sched_step step;
    int64_t now;
};

static bool desk_open(struct desk *d, const struct sim_machine *m)
{
    takt_err e;
    if (!d->config.cost)
        d->config = sim_config(m);
    return T_RC(sched_new(&d->s, &d->config, &e), &e);
}

static void desk_checked(struct desk *d)
{
    const char *what;
    if (!sched_check(d->s, &what))
        t_fail(__FILE__, __LINE__, "%s is wrong", what);
}

static struct sched_job job(uint32_t n_prompt, uint32_t n_max)
{
    return (struct sched_job){.n_prompt = n_prompt, .n_max = n_max, .class = SCHED_NORMAL};
}

static enum sched_refusal admit(struct desk *d, struct sched_job *j)
{
    j->arrival_ns = d->now;
    struct sched_answer a = sched_admit(d->s, j, d->now);
    desk_checked(d);
    return a.refusal;
}

static uint32_t begin(struct desk *d)
{
    sched_compose(d->s, d->now, &d->step);
    desk_checked(d);
    return d->step.n_items;
}

/* One step; false: there was none. */
static bool step(struct desk *d)
{
    if (begin(d) == 0)
        return false;
    d->now += (int64_t)d->step.ns_predicted;
    sched_done(d->s, &d->step, d->now);
    desk_checked(d);
    return true;
}

/* J's tokens in the last step. */
static uint32_t tokens_of(const struct desk *d, const struct sched_job *j)
{
    for (uint32_t i = 0; i < d->step.n_items; i++)
        if (d->step.item[i].job == j)
            return d->step.item[i].n_tokens;
    return 0;
}

static void end(struct desk *d, struct sched_job *j)
{
    sched_end(d->s, j);
    desk_checked(d);
}

/* Steps until J has N tokens of its answer. */
static void run_to(struct desk *d, const struct sched_job *j, uint32_t n)
{
    for (int i = 0; i < 100000 && j->n_answer < n && step(d); i++)
        ;
    T_EQ_INT(j->n_answer, n);
}

static void desk_close(struct desk *d)
{
    struct sched_stats st;
    sched_stats(d->s, &st);
    T_EQ_INT(st.n_pages_reserved, 0);
    T_EQ_INT(st.n_running + st.n_queued, 0);
    T_EQ_INT(st.n_first_broken + st.n_pace_broken, 0);
    sched_free(d->s);
}

/* ---- configurations -------------------------------------------------------------------------- */

static double no_time(const void *user, const struct sched_load *load)
{
    (void)user;
    return load->n_tokens > 3 ? NAN : 1;
}

static double falling(const void *user, const struct sched_load *load)
{
    (void)user;
    return 1e6 - 1e-3 * (double)load->apart;
}

T_TEST(configurations_without_sense_are_refused)
{
    struct sched_config good = sim_config(&sim_small), c;
    takt_err e;
    struct sched *s;
#define BAD(field, value, says)                                                                    \
    c = good;                                                                                      \
    c.field = (value);                                                                             \
    T_FAILS(sched_new(&s, &c, &e), &e, TAKT_ERR_USAGE, says);                                      \
    T_OK(s == NULL)
    BAD(cost, NULL, "cost");
    BAD(cost, no_time, "cost");
    BAD(cost, falling, "cost");
    BAD(n_jobs_max, 0, "n_jobs_max: is 0; from 1 to 512");
    BAD(n_jobs_max, 513, "n_jobs_max");
    BAD(n_queued_max, 0, "n_queued_max");
    BAD(n_pages, 0, "n_pages");
    BAD(page_tokens, 0, "page_tokens");
    BAD(n_ctx, 0, "n_ctx");
    BAD(chunk, 0, "chunk");
    BAD(margin, 0.9, "margin");
    BAD(margin, NAN, "margin");
    BAD(beat_ns, -1, "beat_ns");
    BAD(beat_ns, 30 * SIM_MS, "beat_ns: a step of 30.000 ms"); /* one token takes longer */
    BAD(gentle, 0.5, "gentle");
    BAD(queue_ns_max, -1, "queue_ns_max");
    BAD(linger_ns, NAN, "linger_ns");
#undef BAD
    sched_free(NULL);
}

/* ---- one job --------------------------------------------------------------------------------- */

T_TEST(who_comes_to_an_empty_machine_gets_all_of_it_and_what_was_predicted)
{
    struct desk d = {0};
    if (!desk_open(&d, &sim_small))
        return;
    T_EQ_INT(begin(&d), 0);
    struct sched_job j = job(1200, 3);
    T_EQ_INT(admit(&d, &j), SCHED_ACCEPTED);
    T_EQ_INT(j.state, SCHED_QUEUED);
    T_EQ_INT(j.n_pages, (1203 + 63) / 64);
    T_OK(j.promise.first_token_ns >= j.promise.expected_ns);
    const uint32_t pieces[] = {512, 512, 176};
    for (int i = 0; i < 3; i++) {
        T_OK(step(&d));
        T_EQ_INT(d.step.item[0].n_tokens, pieces[i]);
        T_EQ_INT(d.step.item[0].ends_prompt, i == 2);
        T_EQ_INT(j.state, i == 2 ? SCHED_DECODE : SCHED_PREFILL);
    }
    T_NEAR((double)d.now, (double)j.promise.expected_ns, 10);
    T_EQ_INT(j.begun_ns, 0);
    T_EQ_INT(j.first_ns, d.now);
    T_EQ_INT(j.n_answer, 1);
    T_OK(step(&d) && tokens_of(&d, &j) == 1 && d.step.load.apart == 1201);
    T_NEAR(d.step.ns_predicted, j.promise.expected_token_ns, 1);
    T_OK(step(&d) && j.n_answer == 3 && d.step.load.apart == 1202);
    T_EQ_INT(begin(&d), 0); /* it has all its tokens */
    end(&d, &j);
    T_EQ_INT(j.state, SCHED_NONE);
    desk_close(&d);
}

T_TEST(what_is_cached_is_not_computed_again)
{
    struct desk d = {0};
    struct sched_stats st;
    if (!desk_open(&d, &sim_small))
        return;
    struct sched_job j = job(1000, 1), late = job(1000, 1);
    j.n_cached = 960;
    T_EQ_INT(admit(&d, &j), SCHED_ACCEPTED);
    T_EQ_INT(admit(&d, &late), SCHED_ACCEPTED);
    sched_stats(d.s, &st);
    T_EQ_INT(st.n_pages_reserved, 15); /* those of the 960 tokens are held already */
    T_OK(!sched_cached(d.s, &late, 1000, d.now) && !sched_cached(d.s, &late, 0, d.now));
    T_OK(sched_cached(d.s, &late, 999, d.now));
    desk_checked(&d);
    sched_stats(d.s, &st);
    T_EQ_INT(st.n_pages_reserved, 31); /* the last one, too, which holds 39 of them */
    T_OK(step(&d));
    T_EQ_INT(tokens_of(&d, &j), 40);
    T_EQ_INT(tokens_of(&d, &late), 1);
    T_OK(j.n_answer == 1 && late.n_answer == 1);
    T_OK(!sched_cached(d.s, &late, 1000, d.now)); /* it has begun */
    end(&d, &j);
    end(&d, &late);
    desk_close(&d);
}

T_TEST(a_token_sees_no_more_than_the_window)
{
    struct desk d = {.config = sim_config(&sim_small)};
    d.config.window = 100;
    if (!desk_open(&d, NULL))
        return;
    struct sched_job j = job(300, 2);
    T_EQ_INT(admit(&d, &j), SCHED_ACCEPTED);
    T_OK(step(&d));
    T_EQ_INT(d.step.load.together, 100 * 101 / 2 + 200 * 100);
    T_OK(step(&d));
    T_EQ_INT(d.step.load.apart, 100);
    end(&d, &j);
    desk_close(&d);
}

/* ---- steps ----------------------------------------------------------------------------------- */

enum { DECODERS = 8 };

T_TEST(time_between_tokens_is_even_while_long_prompts_are_read)
{
    struct desk d = {0};
    struct sched_job j[DECODERS], prompt = job(8000, 1);
    if (!desk_open(&d, &sim_large))
        return;
    for (int i = 0; i < DECODERS; i++) {
        j[i] = job(200, 4000);
        T_EQ_INT(admit(&d, &j[i]), SCHED_ACCEPTED);
    }
    while (j[DECODERS - 1].n_answer < 2)
        step(&d);
    double lone = d.step.ns_predicted, longest = 0;
    T_EQ_INT(admit(&d, &prompt), SCHED_ACCEPTED);
    uint32_t n_steps = 0;
    for (; prompt.n_answer == 0 && step(&d); n_steps++) {
        T_EQ_INT(d.step.n_items, DECODERS + 1); /* nobody waits for a token */
        longest = fmax(longest, d.step.ns_predicted);
    }
    T_OK(n_steps > 10);
    T_OK(longest <= 1.5 * lone);
    T_OK(d.now <= prompt.promise.first_token_ns);
    T_NEAR((double)d.now, (double)prompt.promise.expected_ns, 0.05 * (double)d.now);
    for (int i = 0; i < DECODERS; i++)
        end(&d, &j[i]);
    end(&d, &prompt);
    desk_close(&d);
}

T_TEST(steps_are_longer_where_a_promise_needs_it_but_never_than_the_pace)
{
    struct desk d = {.config = sim_config(&sim_small)};
    d.config.gentle = 1.05;
    if (!desk_open(&d, NULL))
        return;
    struct sched_job j = job(100, 4000), prompt = job(4000, 1);
    j.tpot_ns = 200 * SIM_MS;
    T_EQ_INT(admit(&d, &j), SCHED_ACCEPTED);
    T_OK(j.promise.token_ns == 200 * SIM_MS);
    run_to(&d, &j, 10);
    prompt.ttft_ns = 1;
    T_EQ_INT(admit(&d, &prompt), SCHED_NO_TTFT);
    for (prompt.ttft_ns = 100 * SIM_MS; admit(&d, &prompt) != SCHED_ACCEPTED;)
        prompt.ttft_ns *= 1.05;
    double longest = 0;
    while (prompt.n_answer == 0 && step(&d))
        longest = fmax(longest, d.step.ns_predicted);
    T_OK(d.now <= prompt.promise.first_token_ns);
    T_OK(longest > 1.2 * 36 * SIM_MS && longest * d.config.margin <= 200 * SIM_MS);
    end(&d, &j);
    end(&d, &prompt);
    desk_close(&d);
}

T_TEST(the_earliest_promise_goes_first_inside_its_class)
{
    struct desk d = {0};
    if (!desk_open(&d, &sim_small))
        return;
    struct sched_job any = job(600, 1), late = any, soon = any, first = any, last = any;
    late.ttft_ns = 20 * SIM_S;
    soon.ttft_ns = 10 * SIM_S;
    first.ttft_ns = 19 * SIM_S;
    last.ttft_ns = 9 * SIM_S;
    first.class = SCHED_FIRST;
    last.class = SCHED_LAST;
    struct sched_job *all[] = {&last, &late, &soon, &first},
                     *order[] = {&first, &soon, &late, &last};
    for (int i = 0; i < 4; i++)
        T_EQ_INT(admit(&d, all[i]), SCHED_ACCEPTED);
    for (int i = 0; i < 4; i++) {
        run_to(&d, order[i], 1);
        for (int k = i + 1; k < 4; k++)
            T_EQ_INT(order[k]->n_answer, 0);
        end(&d, order[i]);
    }
    desk_close(&d);
}

T_TEST(a_pace_that_was_promised_keeps_others_waiting)
{
    struct desk d = {0};
    struct sched_stats st;
    if (!desk_open(&d, &sim_small))
        return;
    /* Alone, with room for a piece of a prompt beside it, but not with another at its end. */
    struct sched_job fast = job(100, 200), other = job(4000, 4000);
    fast.tpot_ns = 1.1 * 64 * SIM_MS;
    T_EQ_INT(admit(&d, &fast), SCHED_ACCEPTED);
    run_to(&d, &fast, 5);
    other.ttft_ns = 5 * SIM_S;
    other.arrival_ns = d.now;
    struct sched_answer a = sched_admit(d.s, &other, d.now);
    T_EQ_INT(a.refusal, SCHED_NO_TPOT);
    T_OK(a.retry_after_ns > 1 * SIM_S && a.retry_after_ns < 30 * SIM_S);
    other.ttft_ns = 0;
    T_EQ_INT(admit(&d, &other), SCHED_ACCEPTED);
    while (fast.n_answer < 200 && step(&d))
        T_EQ_INT(other.state, SCHED_QUEUED);
    end(&d, &fast);
    T_OK(step(&d) && other.state == SCHED_PREFILL);
    end(&d, &other);
    sched_stats(d.s, &st);
    T_EQ_INT(st.n_pace_kept, 1);
    desk_close(&d);
}

/* ---- refusals -------------------------------------------------------------------------------- */

T_TEST(what_can_never_be_is_refused_for_ever)
{
    struct desk d = {0};
    if (!desk_open(&d, &sim_small))
        return;
    struct {
        struct sched_job j;
        enum sched_refusal why;
    } table[] = {
        {job(8000, 200), SCHED_TOO_LONG}, /* more than a context */
        {job(UINT32_MAX, UINT32_MAX), SCHED_TOO_LONG},
        {job(100, 0), SCHED_TOO_LONG},
        {{.n_prompt = 5, .n_cached = 5, .n_max = 1}, SCHED_TOO_LONG},
        {{.n_prompt = 100, .n_max = 10, .tpot_ns = 30 * SIM_MS}, SCHED_NO_TPOT},
        {{.n_prompt = 4000, .n_max = 10, .ttft_ns = 900 * SIM_MS}, SCHED_NO_TTFT},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct sched_answer a = sched_admit(d.s, &table[i].j, d.now);
        T_EQ_INT(a.refusal, table[i].why);
        T_OK(a.retry_after_ns == 0);
        T_EQ_INT(table[i].j.state, SCHED_NONE);
    }
    /* Wishes that are no times are none. */
    struct sched_job j = job(100, 1);
    j.ttft_ns = NAN;
    j.tpot_ns = -INFINITY;
    T_EQ_INT(admit(&d, &j), SCHED_ACCEPTED);
    T_EQ_INT(begin(&d), 1);
    end(&d, &j);
    desk_close(&d);
}

T_TEST(pages_that_will_be_free_are_waited_for_if_that_is_soon_enough)
{
    struct desk d = {.config = sim_config(&sim_small)};
    d.config.n_pages = 20;
    if (!desk_open(&d, NULL))
        return;
    struct sched_job first = job(600, 200), small = job(100, 10), next = job(800, 10);
    T_EQ_INT(admit(&d, &first), SCHED_ACCEPTED); /* 13 pages */
    run_to(&d, &first, 1);
    next.ttft_ns = 1 * SIM_S;
    next.arrival_ns = d.now;
    struct sched_answer a = sched_admit(d.s, &next, d.now);
    T_EQ_INT(a.refusal, SCHED_NO_PAGES);
    T_OK(a.retry_after_ns > 5 * SIM_S && a.retry_after_ns < 30 * SIM_S);
    next.ttft_ns = 0;
    T_EQ_INT(admit(&d, &next), SCHED_ACCEPTED); /* 13 of them again */
    T_OK(next.promise.start_ns > d.now + 5 * SIM_S);
    /* Who needs few goes on at once: `next` would get none of these earlier. */
    T_EQ_INT(admit(&d, &small), SCHED_ACCEPTED);
    run_to(&d, &small, 10);
    end(&d, &small);
    T_EQ_INT(next.state, SCHED_QUEUED);
    run_to(&d, &first, 200);
    T_EQ_INT(next.state, SCHED_QUEUED);
    end(&d, &first);
    run_to(&d, &next, 1);
    T_OK(next.first_ns <= next.promise.first_token_ns);
    end(&d, &next);
    desk_close(&d);
}

T_TEST(a_full_queue_refuses_until_somebody_starts)
{
    struct desk d = {.config = sim_config(&sim_small)};
    struct sched_job j[6], more = job(100, 50);
    d.config.n_jobs_max = 2;
    d.config.n_queued_max = 4;
    if (!desk_open(&d, NULL))
        return;
    for (int i = 0; i < 6; i++) {
        j[i] = job(100, 50);
        T_EQ_INT(admit(&d, &j[i]), SCHED_ACCEPTED);
        T_OK(i > 1 || step(&d));
    }
    struct sched_answer a = sched_admit(d.s, &more, d.now);
    T_EQ_INT(a.refusal, SCHED_NO_QUEUE);
    int64_t then = d.now + (int64_t)a.retry_after_ns;
    T_OK(a.retry_after_ns > 0);
    for (int i = 0; i < 6; i++) {
        run_to(&d, &j[i], 50);
        end(&d, &j[i]);
        if (i == 0) {
            T_OK(step(&d) && d.now <= then);
            T_EQ_INT(admit(&d, &more), SCHED_ACCEPTED);
        }
    }
    end(&d, &more);
    desk_close(&d);
}

T_TEST(an_estimate_is_what_admission_says_and_keeps_nothing)
{
    struct desk d = {0};
    struct sched_stats before, after;
    struct sched_job j[12];
    if (!desk_open(&d, &sim_small))
        return;
    for (int i = 0; i < 12; i++) {
        struct sched_promise p, again;
        j[i] = job(100 + 300 * (uint32_t)i, 100);
        j[i].key = (uint64_t)i % 3;
        j[i].ttft_ns = i % 2 ? 5 * SIM_S : 0;
        j[i].arrival_ns = d.now;
        sched_stats(d.s, &before);
        struct sched_answer a = sched_estimate(d.s, &j[i], d.now, &p);
        struct sched_answer b = sched_estimate(d.s, &j[i], d.now, &again);
        sched_stats(d.s, &after);
        T_EQ_MEM(&before, &after, sizeof before);
        T_EQ_MEM(&p, &again, sizeof p);
        desk_checked(&d);
        if (i % 5 == 4)
            begin(&d); /* also while a step is running */
        T_EQ_INT(a.refusal, b.refusal);
        if (i % 5 == 4) {
            d.now += (int64_t)d.step.ns_predicted;
            sched_done(d.s, &d.step, d.now);
            j[i].n_max = 0; /* not there */
            continue;
        }
        T_EQ_INT(sched_admit(d.s, &j[i], d.now).refusal, a.refusal);
        if (a.refusal == SCHED_ACCEPTED)
            T_EQ_MEM(&p, &j[i].promise, sizeof p);
        else
            j[i].n_max = 0;
    }
    for (int i = 0; i < 12; i++)
        if (j[i].n_max)
            end(&d, &j[i]);
    desk_close(&d);
}

/* ---- ends ------------------------------------------------------------------------------------ */

T_TEST(a_job_can_be_ended_in_every_state)
{
    struct desk d = {.config = sim_config(&sim_small)};
    struct sched_job j[3], spare[2];
    d.config.n_jobs_max = 2;
    if (!desk_open(&d, NULL))
        return;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++) {
            j[i] = job(i == 1 ? 4000 : 100, 20);
            T_EQ_INT(admit(&d, &j[i]), SCHED_ACCEPTED);
        }
        for (int i = 0; i < 2; i++) {
            spare[i] = job(100, 20);
            spare[i].class = SCHED_SPARE;
            T_EQ_INT(admit(&d, &spare[i]), SCHED_ACCEPTED);
        }
        while (j[0].state != SCHED_DECODE)
            step(&d);
        if (round == 0)
            while (j[1].state != SCHED_PREFILL)
                step(&d);
        T_EQ_INT(j[2].state, SCHED_QUEUED);
        end(&d, &j[2]);
        end(&d, &j[1]);
        end(&d, &j[0]);
        while (spare[0].state != SCHED_DECODE)
            step(&d);
        T_EQ_INT(spare[1].state, SCHED_QUEUED); /* half of the places */
        end(&d, &spare[1]);
        end(&d, &spare[0]);
    }
    desk_close(&d);
}

T_TEST(a_step_that_failed_leaves_what_its_jobs_leave)
{
    struct desk d = {0};
    struct sched_job j[3] = {job(100, 5), job(100, 5), job(3000, 5)};
    if (!desk_open(&d, &sim_small))
        return;
    T_EQ_INT(admit(&d, &j[0]), SCHED_ACCEPTED);
    run_to(&d, &j[0], 1);
    T_EQ_INT(admit(&d, &j[1]), SCHED_ACCEPTED);
    uint32_t n = begin(&d);
    T_EQ_INT(n, 2); /* one decodes, one reads its whole prompt */
    T_EQ_INT(admit(&d, &j[2]), SCHED_ACCEPTED);
    struct sched_job *hit[2] = {d.step.item[0].job, d.step.item[1].job};
    for (uint32_t i = 0; i < n; i++)
        sched_end(d.s, hit[i]);
    desk_checked(&d);
    run_to(&d, &j[2], 5);
    end(&d, &j[2]);
    desk_close(&d);
}

T_TEST(who_holds_pages_after_the_last_token_is_reckoned_with)
{
    struct sched_promise soon, slow;
    for (int i = 0; i < 2; i++) {
        struct desk x = {.config = sim_config(&sim_small)};
        x.config.n_jobs_max = 1;
        x.config.linger_ns = i ? 30 * SIM_S : 0;
        if (!desk_open(&x, NULL))
            return;
        struct sched_job a = job(100, 20), b = a;
        T_EQ_INT(admit(&x, &a), SCHED_ACCEPTED);
        T_OK(step(&x));
        T_EQ_INT(admit(&x, &b), SCHED_ACCEPTED);
        *(i ? &slow : &soon) = b.promise;
        run_to(&x, &a, 20);
        T_EQ_INT(begin(&x), 0);
        x.now += i ? (int64_t)(29 * SIM_S) : 0;
        end(&x, &a);
        run_to(&x, &b, 1);
        T_OK(x.now <= b.promise.first_token_ns);
        end(&x, &b);
        desk_close(&x);
    }
    T_OK((double)(slow.first_token_ns - soon.first_token_ns) > 29 * SIM_S);
}

/* ---- what is left over ----------------------------------------------------------------------- */

T_TEST(guesses_are_checked_in_time_that_nobody_needs)
{
    struct desk d = {0};
    struct sched_job j = job(100, 20), prompt = job(2000, 1);
    if (!desk_open(&d, &sim_small))
        return;
    j.n_draft = 6;
    j.draft_chance = 0.9;
    T_EQ_INT(admit(&d, &j), SCHED_ACCEPTED);
    T_OK(step(&d) && j.n_answer == 1);
    T_OK(step(&d));
    T_EQ_INT(tokens_of(&d, &j), 7);
    T_EQ_INT(d.step.load.together, 7 * (101 + 107) / 2);
    sched_gain(d.s, &j, 6);
    T_EQ_INT(j.n_answer, 8);
    T_EQ_INT(admit(&d, &prompt), SCHED_ACCEPTED);
    T_OK(step(&d));
    T_EQ_INT(tokens_of(&d, &j), 1); /* somebody waits for a first token */
    T_OK(tokens_of(&d, &prompt) > 0);
    end(&d, &prompt);
    T_OK(step(&d) && tokens_of(&d, &j) == 7);
    sched_gain(d.s, &j, 6);
    j.n_draft = 1000;
    T_OK(step(&d) && tokens_of(&d, &j) == 20 - 16); /* never behind n_max */
    sched_gain(d.s, &j, 3);
    T_EQ_INT(j.n_answer, 20);
    T_EQ_INT(begin(&d), 0);
    end(&d, &j);
    desk_close(&d);
}

T_TEST(spare_jobs_have_no_part_in_a_step_that_somebody_waits_for)
{
    struct desk d = {0};
    struct sched_stats st;
    struct sched_job spare = job(3000, 50), j = job(2000, 5);
    if (!desk_open(&d, &sim_small))
        return;
    spare.class = SCHED_SPARE;
    T_EQ_INT(admit(&d, &spare), SCHED_ACCEPTED);
    T_OK(spare.promise.first_token_ns == INT64_MAX && spare.promise.token_ns == HUGE_VAL);
    T_OK(step(&d) && tokens_of(&d, &spare) > 200);
    T_EQ_INT(admit(&d, &j), SCHED_ACCEPTED);
    while (j.n_answer == 0) {
        T_OK(step(&d));
        T_EQ_INT(tokens_of(&d, &spare), 0);
    }
    uint32_t n = spare.n_fed;
    T_OK(step(&d));
    T_OK(tokens_of(&d, &j) == 1 && spare.n_fed > n);
    T_OK(d.step.ns_predicted <= 1.41 * j.promise.expected_token_ns);
    sched_stats(d.s, &st);
    T_EQ_INT(st.n_spare, 1);
    T_EQ_INT(st.n_pages_spare, spare.n_pages);
    run_to(&d, &j, 5);
    end(&d, &j);
    run_to(&d, &spare, 50);
    end(&d, &spare);
    desk_close(&d);
}

T_TEST(a_spare_job_in_the_way_is_named)
{
    struct desk d = {.config = sim_config(&sim_small)};
    d.config.n_pages = 30;
    if (!desk_open(&d, NULL))
        return;
    struct sched_job spare = job(1000, 100), j = job(1000, 200);
    spare.class = SCHED_SPARE;
    T_EQ_INT(admit(&d, &spare), SCHED_ACCEPTED);
    T_OK(step(&d));
    struct sched_answer a = sched_admit(d.s, &j, d.now);
    T_EQ_INT(a.refusal, SCHED_NO_PAGES);
    T_OK(a.spare_in_the_way && a.retry_after_ns > 0);
    end(&d, &spare);
    T_EQ_INT(admit(&d, &j), SCHED_ACCEPTED);
    end(&d, &j);
    desk_close(&d);
}

T_TEST(pinned_pages_are_nobodys_until_they_are_unpinned)
{
    struct desk d = {.config = sim_config(&sim_small)};
    d.config.n_pages = 30;
    d.config.n_jobs_max = 2;
    if (!desk_open(&d, NULL))
        return;
    struct sched_job j = job(900, 60), k = job(900, 60), after = job(900, 60);
    T_OK(sched_pin(d.s, 10, d.now));
    T_OK(!sched_pin(d.s, 21, d.now));
    j.n_cached = k.n_cached = 640;
    j.n_pages_shared = k.n_pages_shared = 10;
    T_EQ_INT(admit(&d, &j), SCHED_ACCEPTED);
    T_EQ_INT(admit(&d, &k), SCHED_ACCEPTED);
    T_EQ_INT(j.n_pages + k.n_pages, 10);
    while (k.n_answer == 0)
        step(&d);
    T_EQ_INT(admit(&d, &after), SCHED_ACCEPTED); /* waits for a place and five of their pages */
    T_OK(!sched_pin(d.s, 10, d.now));            /* its pages are promised */
    end(&d, &j);
    end(&d, &k);
    sched_unpin(d.s, 10);
    desk_checked(&d);
    run_to(&d, &after, 1);
    end(&d, &after);
    desk_close(&d);
}

/* ---- keys ------------------------------------------------------------------------------------ */

T_TEST(one_who_asks_for_little_does_not_wait_behind_one_who_asks_for_much)
{
    struct desk d = {0};
    struct sched_job much[10], little = job(500, 1);
    uint32_t n_before = 0;
    if (!desk_open(&d, &sim_small))
        return;
    for (int i = 0; i < 10; i++) {
        much[i] = job(500, 1);
        much[i].key = 1;
        T_EQ_INT(admit(&d, &much[i]), SCHED_ACCEPTED);
        if (i > 0) /* each later than the one before, by more than it takes */
            T_OK(much[i].promise.first_token_ns >
                 much[i - 1].promise.first_token_ns + 400 * SIM_MS);
    }
    little.key = 2;
    T_EQ_INT(admit(&d, &little), SCHED_ACCEPTED);
    run_to(&d, &little, 1);
    for (int i = 0; i < 10; i++)
        n_before += much[i].n_answer > 0;
    T_OK(n_before <= 3);
    for (int i = 0; i < 10; i++)
        if (much[i].n_answer == 0)
            run_to(&d, &much[i], 1);
    for (int i = 0; i < 10; i++) {
        T_OK(much[i].first_ns <= much[i].promise.first_token_ns);
        end(&d, &much[i]);
    }
    end(&d, &little);
    desk_close(&d);
}

/* More keys than there is room for are forgotten, those without jobs first. */
T_TEST(keys_come_and_go)
{
    struct desk d = {.config = sim_config(&sim_small)};
    struct sched_job j[20];
    d.config.n_jobs_max = 4;
    d.config.n_queued_max = 20;
    if (!desk_open(&d, NULL))
        return;
    for (uint64_t key = 0; key < 1000; key++) {
        struct sched_job *one = &j[key % 20];
        if (key >= 20 && one->state != SCHED_NONE)
            end(&d, one);
        *one = job(10 + (uint32_t)(t_rand() % 300), 5);
        one->key = key * 0x9E3779B97F4A7C15u;
        if (t_rand() % 4 == 0)
            one->ttft_ns = 1; /* refused, and known all the same */
        admit(&d, one);
        if (key % 3 == 0 && step(&d))
            for (int i = 0; i < 20; i++)
                if (j[i].state == SCHED_DECODE && j[i].n_answer == j[i].n_max)
                    end(&d, &j[i]);
    }
    for (int i = 0; i < 20; i++)
        if (j[i].state != SCHED_NONE)
            end(&d, &j[i]);
    sched_free(d.s);
}

/* ---- cost ------------------------------------------------------------------------------------ */

T_TEST(new_predictions_are_noticed)
{
    struct sim_machine m = sim_small;
    struct desk d = {0};
    struct sched_job j = job(100, 400);
    if (!desk_open(&d, &m))
        return;
    T_EQ_INT(admit(&d, &j), SCHED_ACCEPTED);
    run_to(&d, &j, 50);
    struct sched_job ask = job(1000, 1);
    struct sched_promise before, after;
    sched_estimate(d.s, &ask, d.now, &before);
    int64_t then = d.now;
    m.drift = 2;
    run_to(&d, &j, 100);
    sched_estimate(d.s, &ask, d.now, &after);
    double a = (double)(before.expected_ns - then), b = (double)(after.expected_ns - d.now);
    T_NEAR(b / a, 2, 0.1);
    end(&d, &j);
    desk_close(&d);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The best of many, so that a busy machine does not count. Fifty microseconds are the aim; four
 * times as many fail. */
T_TEST(admission_is_quick_with_256_running_and_a_thousand_waiting)
{
    enum { RUNNING = 256, WAITING = 1000 };
    struct sim_machine m = sim_large;
    struct desk d = {0};
    struct sched_job *j = calloc(RUNNING + WAITING, sizeof *j), ask = job(500, 500);
    struct sched_promise p;
    struct sched_stats st;
    uint32_t n = 0;
    m.n_pages = 40 * RUNNING;
    if (!j || !desk_open(&d, &m)) {
        free(j);
        return;
    }
    for (; n < RUNNING; n++) {
        j[n] = job(500 + (uint32_t)(t_rand() % 100), 1000);
        j[n].key = n;
        T_EQ_INT(sched_admit(d.s, &j[n], d.now).refusal, SCHED_ACCEPTED);
    }
    do {
        step(&d);
        sched_stats(d.s, &st);
    } while (st.n_running < RUNNING && j[0].n_answer < j[0].n_max);
    for (int tries = 0; n < RUNNING + WAITING && tries < 2 * WAITING; tries++) {
        j[n] = job(500 + (uint32_t)(t_rand() % 100), 100 + (uint32_t)(t_rand() % 900));
        j[n].key = RUNNING + (uint64_t)tries;
        n += sched_admit(d.s, &j[n], d.now).refusal == SCHED_ACCEPTED;
    }
    sched_stats(d.s, &st);
    T_EQ_INT(st.n_running, RUNNING);
    T_OK(st.n_queued > 900);
    double best[2] = {1, 1};
    for (int i = 0; i < 400; i++) {
        ask.key = (uint64_t)i;
        ask.ttft_ns = i % 2 ? 1 * SIM_S : 0;
        double begun = seconds();
        sched_estimate(d.s, &ask, d.now, &p);
        best[i % 2] = fmin(best[i % 2], seconds() - begun);
    }
    printf("# %u running, %u waiting: %.1f us, with a wish %.1f us\n", st.n_running, st.n_queued,
           best[0] * 1e6, best[1] * 1e6);
    T_OK(T_SANITIZED || (best[0] < 200e-6 && best[1] < 200e-6));
    while (n)
        sched_end(d.s, &j[--n]);
    desk_close(&d);
    free(j);
}

T_MAIN("engine/sched")
