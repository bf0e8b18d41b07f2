/* sched_sim: a server in virtual time around the scheduler. Arrivals come from outside (open
 * loop), steps take what a made-up machine takes, answers end where the arrival says, and
 * everything that was promised is checked against what happens. No clock is read: a run is a
 * function of its seed. */
#ifndef TAKT_TESTS_SCHED_SIM_H
#define TAKT_TESTS_SCHED_SIM_H

#include <math.h>

#include "engine/sched.h"
#include "t.h"

#define SIM_MS 1e6
#define SIM_S  1e9

/* ---- machines -------------------------------------------------------------------------------- */

/* A step of n tokens takes base + max(floor, n * token), known at bucket sizes and joined by lines;
 * positions come on top. `stairs`: every step takes what its bucket takes. `experts`: the floor
 * grows with the experts that n tokens reach. */
struct sim_machine {
    const char *name;
    double base, floor, token, together, apart;
    uint32_t n_experts;
    bool stairs;
    uint32_t n_jobs, n_pages, page_tokens, n_ctx, chunk;
    double drift; /* predictions and steps take this times as long; 0: once */
};

/* A model of a billion weights on two cores; a larger one on a large machine. */
__attribute__((unused)) static const struct sim_machine sim_small = {.name = "small",
                                                                     .base = 1.0 * SIM_MS,
                                                                     .floor = 35 * SIM_MS,
                                                                     .token = 0.68 * SIM_MS,
                                                                     .together = 110,
                                                                     .apart = 1600,
                                                                     .n_jobs = 16,
                                                                     .n_pages = 1024,
                                                                     .page_tokens = 64,
                                                                     .n_ctx = 8192,
                                                                     .chunk = 512};
__attribute__((unused)) static const struct sim_machine sim_large = {.name = "large",
                                                                     .base = 0.3 * SIM_MS,
                                                                     .floor = 7.5 * SIM_MS,
                                                                     .token = 0.028 * SIM_MS,
                                                                     .together = 2,
                                                                     .apart = 36,
                                                                     .n_jobs = 256,
                                                                     .n_pages = 8192,
                                                                     .page_tokens = 64,
                                                                     .n_ctx = 16384,
                                                                     .chunk = 2048};

__attribute__((unused)) static double sim_bucket_ns(const struct sim_machine *m, double n)
{
    double floor = m->floor;
    if (m->n_experts)
        floor *= 0.2 + 0.8 * (1 - pow(1 - 2.0 / m->n_experts, n));
    return m->base + fmax(floor, n * m->token);
}

__attribute__((unused)) static double sim_cost(const void *user, const struct sched_load *load)
{
    const struct sim_machine *m = user;
    uint32_t n = load->n_tokens, hi = 1;
    while (hi < n)
        hi *= 2;
    double ns = sim_bucket_ns(m, hi), lo = hi / 2;
    if (!m->stairs && n < hi)
        ns = sim_bucket_ns(m, lo) + (n - lo) / (hi - lo) * (ns - sim_bucket_ns(m, lo));
    double together = hi < 16 ? m->apart : m->together;
    ns += together * (double)load->together + m->apart * (double)load->apart;
    return m->drift > 0 ? ns * m->drift : ns;
}

__attribute__((unused)) static struct sched_config sim_config(const struct sim_machine *m)
{
    return (struct sched_config){.cost = sim_cost,
                                 .cost_user = m,
                                 .n_jobs_max = m->n_jobs,
                                 .n_queued_max = 1024,
                                 .n_pages = m->n_pages,
                                 .page_tokens = m->page_tokens,
                                 .n_ctx = m->n_ctx,
                                 .chunk = m->chunk,
                                 .n_draft_max = m->n_jobs,
                                 .margin = 1.1};
}

/* ---- arrivals -------------------------------------------------------------------------------- */

struct sim_arrival {
    double at;
    uint32_t n_prompt, n_cached, n_max;
    uint32_t length; /* tokens after which the answer ends by itself; n_max or more: it does not */
    enum sched_class class;
    uint64_t key;
    double ttft, tpot;   /* wishes, 0: none */
    double gone_after;   /* cancelled so long after arrival; 0: not */
    uint32_t late_steps; /* ended so many steps after the answer ended by itself */
    double linger;       /* ended so long after its last token if that is the last it may have */
    uint32_t n_draft;
    double draft_chance; /* as told to the scheduler, and as it is */
};

struct sim;
/* Fills the next arrival, not before the last one; false: no more. */
typedef bool sim_next_fn(struct sim *sim, struct sim_arrival *a);

/* ---- a run ----------------------------------------------------------------------------------- */

struct sim_job {
    struct sched_job job;
    struct sim_arrival a;
    double last; /* when its last token came */
    uint32_t late;
    bool is_alive, is_late; /* is_late: a promise was broken */
    uint32_t next;          /* free list */
};

/* Sums by key (the first SIM_KEYS) or by class. */
struct sim_sums {
    uint64_t n_offered, n_accepted, n_done, n_cancelled, n_first_late, n_gap_late;
    double tokens;                     /* of prompts and answers of jobs with all promises kept */
    double first_promised, first_took; /* sums of times to first tokens */
    double first_expected_error;       /* sum of |expected - took| */
    uint64_t n_first;
};

enum { SIM_KEYS = 8, SIM_JOBS = 4096, SIM_GAPS = 1024 };

struct sim {
    struct sched *s;
    const struct sim_machine *machine;
    sim_next_fn *next;
    void *user;
    double noise_lo, noise_hi; /* steps take their prediction times something between */
    double until;              /* arrivals end then */
    bool check;                /* sched_check after every event */
    double judged_from;        /* only promises to arrivals since then are judged */

    double now;
    struct sim_arrival waiting;
    bool has_waiting;
    struct sim_job *job;
    uint32_t free, n_alive, n_alive_max;
    uint64_t n_steps, n_events;
    double busy, tokens_out;
    struct sim_sums all, key[SIM_KEYS], class[SCHED_CLASSES];
    double gap[SIM_GAPS]; /* histogram of times between tokens, in 64ths of an octave of a ms */
    uint64_t n_gaps;
    uint64_t n_refused[SCHED_REFUSALS], n_guessed, n_won;
    uint64_t n_plain_refused[SCHED_REFUSALS]; /* without wishes, and with nothing cached */
};

__attribute__((unused)) static double sim_uniform(void)
{
    return (double)(t_rand() >> 11) * 0x1p-53;
}

__attribute__((unused)) static double sim_exp(double mean)
{
    return -mean * log(1 - sim_uniform());
}

__attribute__((unused)) static void sim_checked(struct sim *m)
{
    const char *what;
    m->n_events++;
    if (m->check && !sched_check(m->s, &what))
        t_fail(__FILE__, __LINE__, "at %.6f s: %s is wrong (seed %" PRIu64 ")", m->now / SIM_S,
               what, t_.seed);
}

__attribute__((unused)) static void sim_open(struct sim *m, const struct sched_config *config)
{
    takt_err e;
    T_RC(sched_new(&m->s, config, &e), &e);
    m->machine = config->cost_user;
    m->job = calloc(SIM_JOBS, sizeof *m->job);
    for (uint32_t i = 0; i < SIM_JOBS; i++)
        m->job[i].next = i + 1;
    if (!(m->noise_hi > 0)) {
        m->noise_lo = 0.8;
        m->noise_hi = config->margin;
    }
}

__attribute__((unused)) static void sim_close(struct sim *m)
{
    sched_free(m->s);
    free(m->job);
}

#define SIM_SUM(m, j, field, n)                                                                    \
    do {                                                                                           \
        (m)->all.field += (n);                                                                     \
        (m)->class[(j)->a.class].field += (n);                                                     \
        if ((j)->a.key < SIM_KEYS)                                                                 \
            (m)->key[(j)->a.key].field += (n);                                                     \
    } while (0)

__attribute__((unused)) static void sim_arrive(struct sim *m)
{
    takt_assert(m->free < SIM_JOBS);
    struct sim_job *j = &m->job[m->free];
    uint32_t next = j->next;
    *j = (struct sim_job){.a = m->waiting, .next = next};
    j->job = (struct sched_job){.n_prompt = j->a.n_prompt,
                                .n_cached = j->a.n_cached,
                                .n_max = j->a.n_max,
                                .class = j->a.class,
                                .key = j->a.key,
                                .arrival_ns = (int64_t)j->a.at,
                                .ttft_ns = j->a.ttft,
                                .tpot_ns = j->a.tpot,
                                .n_draft = j->a.n_draft,
                                .draft_chance = j->a.draft_chance,
                                .user = j};
    struct sched_answer answer = sched_admit(m->s, &j->job, (int64_t)j->a.at);
    SIM_SUM(m, j, n_offered, 1);
    m->n_refused[answer.refusal]++;
    if (!(j->a.ttft > 0) && !(j->a.tpot > 0) && j->a.n_cached == 0)
        m->n_plain_refused[answer.refusal]++;
    if (answer.refusal == SCHED_ACCEPTED) {
        SIM_SUM(m, j, n_accepted, 1);
        m->free = next;
        j->is_alive = true;
        if (++m->n_alive > m->n_alive_max)
            m->n_alive_max = m->n_alive;
        double wish = j->a.ttft > 0 ? j->a.at + j->a.ttft : 1e18;
        if (j->a.class != SCHED_SPARE && (double)j->job.promise.first_token_ns > wish + 1)
            t_fail(__FILE__, __LINE__, "a promise later than the wish");
    }
    m->has_waiting = m->next(m, &m->waiting) && m->waiting.at < m->until;
    sim_checked(m);
}

/* All that arrive before T. */
__attribute__((unused)) static void sim_arrive_until(struct sim *m, double t)
{
    while (m->has_waiting && m->waiting.at < t)
        sim_arrive(m);
}

__attribute__((unused)) static void sim_end(struct sim *m, struct sim_job *j, bool done)
{
    if (done) {
        SIM_SUM(m, j, n_done, 1);
        if (!j->is_late)
            SIM_SUM(m, j, tokens, (double)(j->a.n_prompt - j->a.n_cached) + j->job.n_answer);
    } else {
        SIM_SUM(m, j, n_cancelled, 1);
    }
    sched_end(m->s, &j->job);
    j->is_alive = false;
    j->next = m->free;
    m->free = (uint32_t)(j - m->job);
    m->n_alive--;
    sim_checked(m);
}

__attribute__((unused)) static void sim_token(struct sim *m, struct sim_job *j)
{
    bool promised = j->a.class != SCHED_SPARE && j->a.at >= m->judged_from;
    if (j->job.n_answer == 1) {
        double took = m->now - j->a.at;
        SIM_SUM(m, j, n_first, 1);
        SIM_SUM(m, j, first_took, took);
        if (promised) {
            SIM_SUM(m, j, first_promised, (double)j->job.promise.first_token_ns - j->a.at);
            SIM_SUM(m, j, first_expected_error, fabs((double)j->job.promise.expected_ns - m->now));
        }
        if (promised && m->now > (double)j->job.promise.first_token_ns) {
            SIM_SUM(m, j, n_first_late, 1);
            j->is_late = true;
        }
    } else if (promised) {
        double gap = m->now - j->last;
        int i = (int)(64 * log2(gap / SIM_MS));
        m->gap[i < 0 ? 0 : i < SIM_GAPS ? i : SIM_GAPS - 1]++;
        m->n_gaps++;
        if (gap > j->job.promise.token_ns * (1 + 1e-9) + 1) {
            SIM_SUM(m, j, n_gap_late, 1);
            j->is_late = true;
        }
    }
    j->last = m->now;
    m->tokens_out++;
}

__attribute__((unused)) static void sim_finish(struct sim *m, struct sim_job *j)
{
    if (j->job.state != SCHED_DECODE)
        return;
    if (j->job.n_answer == j->a.n_max) {
        if (m->now >= j->last + j->a.linger)
            sim_end(m, j, true);
    } else if (j->job.n_answer >= j->a.length && j->late++ >= j->a.late_steps) {
        sim_end(m, j, true);
    }
}

__attribute__((unused)) static void sim_finish_all(struct sim *m)
{
    for (uint32_t i = 0, left = m->n_alive; left; i++) {
        struct sim_job *j = &m->job[i];
        left -= j->is_alive;
        if (j->is_alive)
            sim_finish(m, j);
    }
}

/* Nobody has anything to do: on to the next arrival, or to the end of one that lingers. */
__attribute__((unused)) static bool sim_wait(struct sim *m)
{
    double next = m->has_waiting ? ceil(m->waiting.at) : INFINITY;
    for (uint32_t i = 0, left = m->n_alive; left; i++) {
        const struct sim_job *j = &m->job[i];
        left -= j->is_alive;
        if (j->is_alive && j->job.state == SCHED_DECODE)
            next = fmin(next, ceil(j->last + j->a.linger));
    }
    if (next == INFINITY)
        return false;
    m->now = fmax(m->now, next);
    sim_finish_all(m);
    if (m->has_waiting && m->waiting.at <= m->now)
        sim_arrive(m);
    return true;
}

/* One step, or to the next arrival. False: nothing is left. */
__attribute__((unused)) static bool sim_step(struct sim *m)
{
    struct sched_step step;
    for (uint32_t i = 0, left = m->n_alive; left; i++) {
        struct sim_job *j = &m->job[i];
        left -= j->is_alive;
        if (j->is_alive && j->a.gone_after > 0 && m->now >= j->a.at + j->a.gone_after)
            sim_end(m, j, false);
    }
    sched_compose(m->s, (int64_t)m->now, &step);
    sim_checked(m);
    if (step.n_items == 0)
        return sim_wait(m);
    double noise = m->noise_lo + (m->noise_hi - m->noise_lo) * sim_uniform();
    double end = floor(m->now + step.ns_predicted * noise);
    sim_arrive_until(m, end);
    m->n_steps++;
    m->busy += end - m->now;
    m->now = end;
    sched_done(m->s, &step, (int64_t)end);
    for (uint32_t i = 0; i < step.n_items; i++) {
        struct sim_job *j = step.item[i].job->user;
        if (j->job.state != SCHED_DECODE)
            continue;
        sim_token(m, j);
        uint32_t guesses = step.item[i].n_tokens - 1, won = 0;
        if (j->job.n_answer > 1 && guesses && guesses <= j->a.n_draft) {
            while (won < guesses && sim_uniform() < j->a.draft_chance)
                won++;
            if (won)
                sched_gain(m->s, &j->job, won);
            m->n_guessed += guesses;
            m->n_won += won;
            m->tokens_out += won;
        }
    }
    sim_checked(m);
    sim_finish_all(m);
    return true;
}

/* Runs until all that arrived before M->until has ended; checks that nothing is left over. */
__attribute__((unused)) static void sim_run(struct sim *m)
{
    struct sched_stats st;
    m->has_waiting = m->next(m, &m->waiting);
    while (sim_step(m))
        ;
    sched_stats(m->s, &st);
    T_EQ_INT(m->n_alive, 0);
    T_EQ_INT(st.n_running, 0);
    T_EQ_INT(st.n_queued, 0);
    T_EQ_INT(st.n_pages_reserved, 0);
    T_EQ_INT(m->all.n_done + m->all.n_cancelled, m->all.n_accepted);
    T_EQ_INT(st.n_accepted, m->all.n_accepted);
    T_OK(m->judged_from > 0 || st.n_first_broken == m->all.n_first_late);
}

/* The time between tokens below which the share Q of them lies, in ms. */
__attribute__((unused)) static double sim_gap(const struct sim *m, double q)
{
    double n = 0;
    int i = 0;
    while (i < SIM_GAPS - 1 && n + m->gap[i] < q * (double)m->n_gaps)
        n += m->gap[i++];
    return exp2((i + 1) / 64.0);
}

#endif
