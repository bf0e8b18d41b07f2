/* Clients that ask again as soon as they are answered: how evenly answers come, how soon, and how
 * much of what the machine could do is done. Virtual time, as in sched_sim. */
#include <math.h>
#include <stdlib.h>

#include "engine/sched.h"
#include "t.h"

#define MS 1e6
#define S  1e9

enum { CLIENTS_MAX = 32, CHUNK = 512, GAPS = 4096 };

/* Reading the weights and computing overlap, but not fully; each token computes as much. */
struct machine {
    double read, token;
};

static double cost(const void *user, const struct sched_load *load)
{
    const struct machine *m = user;
    double compute = m->token * load->n_tokens;
    return 1 * MS + sqrt(m->read * m->read + compute * compute) + 200.0 * (double)load->together +
           500.0 * (double)load->apart;
}

/* A model of a billion weights on two cores without and with matrix instructions. */
static const struct machine narrow = {.read = 27 * MS, .token = 3.8 * MS};
static const struct machine wide = {.read = 30 * MS, .token = 1.2 * MS};

struct client {
    struct sched_job job;
    double pause, asks_at; /* after an answer; when it asks next */
    double last;
    bool is_alive;
};

struct crowd {
    struct sched *s;
    struct client client[CLIENTS_MAX];
    uint32_t n;
    double now;
    uint64_t n_tokens, n_first, gap[GAPS], n_gaps; /* gaps: of answers, by ms */
    double first_sum;
};

static void open(struct crowd *c, const struct machine *m, uint32_t parallel)
{
    const struct sched_config k = {.cost = cost,
                                   .cost_user = m,
                                   .n_jobs_max = parallel,
                                   .n_queued_max = 64,
                                   .n_pages = 2048,
                                   .page_tokens = 64,
                                   .n_ctx = 8192,
                                   .chunk = CHUNK,
                                   .margin = 1.25};
    takt_err e;
    *c = (struct crowd){0};
    T_RC(sched_new(&c->s, &k, &e), &e);
}

static void add(struct crowd *c, uint32_t n_prompt, uint32_t n_max, double from, double pause)
{
    struct client *x = &c->client[c->n++];
    *x = (struct client){.pause = pause, .asks_at = from};
    x->job = (struct sched_job){.n_prompt = n_prompt, .n_max = n_max, .class = SCHED_NORMAL};
    x->job.key = 1; /* whoever shows none */
}

static void ask(struct crowd *c)
{
    for (uint32_t i = 0; i < c->n; i++) {
        struct client *x = &c->client[i];
        if (x->is_alive || x->asks_at > c->now)
            continue;
        struct sched_job fresh = {.n_prompt = x->job.n_prompt,
                                  .n_max = x->job.n_max,
                                  .class = x->job.class,
                                  .key = x->job.key,
                                  .arrival_ns = (int64_t)c->now};
        x->job = fresh;
        x->is_alive = sched_admit(c->s, &x->job, (int64_t)c->now).refusal == SCHED_ACCEPTED;
        T_OK(x->is_alive);
    }
}

static void hear(struct crowd *c, struct client *x)
{
    double gap = (c->now - x->last) / MS;
    if (x->job.state != SCHED_DECODE)
        return;
    c->n_tokens++;
    if (x->job.n_answer == 1) {
        c->first_sum += c->now - (double)x->job.arrival_ns;
        c->n_first++;
    } else {
        c->gap[gap < GAPS ? (int)gap : GAPS - 1]++;
        c->n_gaps++;
    }
    T_OK(x->job.n_answer == 1 ? c->now <= (double)x->job.promise.first_token_ns
                              : gap * MS <= x->job.promise.token_ns);
    x->last = c->now;
    if (x->job.n_answer < x->job.n_max)
        return;
    sched_end(c->s, &x->job);
    x->is_alive = false;
    x->asks_at = c->now + x->pause;
}

/* Until END; then what was measured since FROM. */
static void run(struct crowd *c, double from, double end)
{
    struct sched_step step;
    bool is_warm = false;
    while (c->now < end) {
        if (!is_warm && c->now >= from) {
            is_warm = true;
            c->n_tokens = c->n_first = c->n_gaps = 0;
            c->first_sum = 0;
            memset(c->gap, 0, sizeof c->gap);
        }
        ask(c);
        sched_compose(c->s, (int64_t)c->now, &step);
        if (step.n_items == 0) {
            c->now += 1 * MS;
            continue;
        }
        c->now += step.ns_predicted;
        sched_done(c->s, &step, (int64_t)c->now);
        for (uint32_t i = 0; i < step.n_items; i++)
            for (uint32_t k = 0; k < c->n; k++)
                if (&c->client[k].job == step.item[i].job)
                    hear(c, &c->client[k]);
    }
}

static double gap_at(const struct crowd *c, double q)
{
    double n = 0;
    int i = 0;
    while (i < GAPS - 1 && n + (double)c->gap[i] < q * (double)c->n_gaps)
        n += (double)c->gap[i++];
    return i + 0.5;
}

static void close_all(struct crowd *c)
{
    for (uint32_t i = 0; i < c->n; i++)
        if (c->client[i].is_alive)
            sched_end(c->s, &c->client[i].job);
    sched_free(c->s);
}

/* N clients that ask for 64 tokens about 64: tokens per second, and the mean time to the first. */
static double streams(const struct machine *m, uint32_t n, double *first_s)
{
    const double seconds = 60;
    struct crowd c;
    open(&c, m, n < 16 ? n : 16);
    for (uint32_t i = 0; i < n; i++)
        add(&c, 64, 64, i * 0.1 * S, 0);
    run(&c, 10 * S, (10 + seconds) * S);
    double per_s = (double)c.n_tokens / seconds;
    *first_s = c.first_sum / (double)c.n_first / S;
    printf("# %u streams: %.1f tokens/s, first token after %.2f s, gaps p50 %.0f ms, p99 %.0f ms\n",
           n, per_s, *first_s, gap_at(&c, 0.5), gap_at(&c, 0.99));
    close_all(&c);
    return per_s;
}

/* Eight long answers, and a prompt of N_PROMPT each ten seconds: p99 of the gaps to p50. */
static double long_prompts(const struct machine *m, uint32_t n_prompt)
{
    struct crowd c;
    open(&c, m, 9);
    for (uint32_t i = 0; i < 8; i++)
        add(&c, 64, 512, i * 0.1 * S, 0);
    add(&c, n_prompt, 16, 5 * S, 10 * S);
    run(&c, 20 * S, 200 * S);
    double p50 = gap_at(&c, 0.5), p99 = gap_at(&c, 0.99);
    printf("# prompts of %u: %.1f tokens/s, gaps p50 %.0f ms, p99 %.0f ms\n", n_prompt,
           (double)c.n_tokens / 180, p50, p99);
    close_all(&c);
    return p99 / p50;
}

/* A step of eight answers takes 41 and 33 ms, and a prompt's token 3.8 and 1.2 more. */
T_TEST(the_machine_is_used)
{
    double first;
    T_OK(streams(&narrow, 1, &first) > 31 && first < 0.3);
    T_OK(streams(&narrow, 4, &first) > 85 && first < 0.6);
    T_OK(streams(&narrow, 8, &first) > 110 && first < 1.1);
    T_OK(streams(&narrow, 16, &first) > 120 && first < 2.7);
    T_OK(streams(&narrow, 32, &first) > 115);
    T_OK(streams(&wide, 1, &first) > 31 && first < 0.1);
    T_OK(streams(&wide, 4, &first) > 110 && first < 0.15);
    T_OK(streams(&wide, 8, &first) > 190 && first < 0.2);
    T_OK(streams(&wide, 16, &first) > 290 && first < 0.2);
    T_OK(streams(&wide, 32, &first) > 290);
}

T_TEST(long_prompts_come_between_evenly)
{
    T_OK(long_prompts(&wide, 3000) < 1.8);
    T_OK(long_prompts(&wide, 8000) < 1.9);
    T_OK(long_prompts(&narrow, 3000) < 2);
}

T_MAIN("engine/sched_crowd")
