/* All that must hold between any two calls, for tests. */
#include <math.h>

#include "engine/sched_parts.h"

/* What the jobs add up to. */
struct sums {
    uint32_t n_queued, n_running, n_started, n_live;
    uint64_t pages, pages_spare;
    double reach_live;
};

static bool check_job(const struct sched *s, const struct sched_job *j, struct sums *sum)
{
    bool is_queued = j->state == SCHED_QUEUED, is_spare = j->class == SCHED_SPARE;
    const struct sched_key *key = sched_keys_find(&s->keys, j->key);
    if (!key || key->n_jobs == 0 || j->n_held > j->n_pages || j->n_answer > j->n_max ||
        j->n_fed > j->n_prompt || j->state == SCHED_NONE)
        return false;
    sum->n_queued += is_queued;
    sum->n_running += !is_queued;
    sum->pages += is_queued ? j->n_held : j->n_pages;
    if (!is_queued && is_spare)
        sum->pages_spare += j->n_pages;
    if (!is_queued && !is_spare && j->n_answer < j->n_max) {
        sum->n_live++;
        sum->reach_live += (double)j->n_prompt + j->n_max;
    }
    return true;
}

static bool check_line(const struct sched *s, struct sums *sum, const char **what)
{
    for (uint32_t i = 0; i < s->n_line; i++) {
        const struct sched_prompt *p = &s->line[i];
        *what = "a prompt in line";
        if (!check_job(s, p->job, sum) || !(p->tokens >= 1) || p->job->n_answer > 0)
            return false;
        *what = "the state of a prompt in line";
        if (p->is_started != (p->job->state == SCHED_PREFILL) || p->rank != p->job->class ||
            p->rank == SCHED_SPARE)
            return false;
        *what = "what is left of a prompt";
        if (!s->in_flight && p->tokens != p->job->n_prompt - p->job->n_fed)
            return false;
        *what = "the deadline of a prompt";
        if (sched_stamp(s, p->deadline) != p->job->promise.first_token_ns)
            return false;
        *what = "the reach of a prompt";
        if (p->reach > s->reach_max)
            return false;
        sum->n_started += p->is_started;
    }
    return true;
}

static bool check_lists(const struct sched *s, struct sums *sum, const char **what)
{
    for (uint32_t i = 0; i < s->n_decoding; i++) {
        const struct sched_job *j = s->decoding[i];
        *what = "a decoding job";
        if (!check_job(s, j, sum) || j->slot != i || j->class == SCHED_SPARE ||
            j->state != (s->in_flight && j->n_answer == 0 ? SCHED_PREFILL : SCHED_DECODE))
            return false;
    }
    for (uint32_t i = 0; i < s->n_spare; i++) {
        const struct sched_job *j = s->spare[i];
        *what = "a running spare job";
        if (!check_job(s, j, sum) || j->slot != i || j->class != SCHED_SPARE ||
            j->state == SCHED_QUEUED)
            return false;
    }
    for (uint32_t i = 0; i < s->n_spare_queue; i++) {
        *what = "a queued spare job";
        if (!check_job(s, s->spare_queue[i], sum) || s->spare_queue[i]->state != SCHED_QUEUED)
            return false;
    }
    return true;
}

static bool check_keys(const struct sched *s, const struct sums *sum, const char **what)
{
    uint64_t n_jobs = 0, n_queued = 0;
    double waiting = 0, line = 0;
    for (uint32_t i = 0; i < s->keys.n; i++) {
        const struct sched_key *k = &s->keys.key[i];
        *what = "a key's bucket";
        if (sched_keys_find(&s->keys, k->key) != k)
            return false;
        n_jobs += k->n_jobs;
        n_queued += k->n_queued;
        waiting += k->waiting_ns;
    }
    for (uint32_t i = 0; i < s->n_line; i++)
        line += s->line[i].alone_ns;
    *what = "the sums of keys";
    return n_jobs == sum->n_queued + sum->n_running && n_queued == sum->n_queued &&
           fabs(waiting - line) <= 1e-6 * line + 1e3;
}

bool sched_check(const struct sched *s, const char **what)
{
    struct sums sum = {0};
    if (!check_line(s, &sum, what) || !check_lists(s, &sum, what) || !check_keys(s, &sum, what))
        return false;
    *what = "the number of queued jobs";
    if (sum.n_queued != s->n_queued || sum.n_queued > s->config.n_queued_max)
        return false;
    *what = "the number of running jobs";
    if (sum.n_running != s->n_running || sum.n_running > s->config.n_jobs_max ||
        sum.n_started != s->n_started)
        return false;
    *what = "the pages";
    if (sum.pages + s->pages_pinned + s->pages_free != s->config.n_pages ||
        sum.pages_spare != s->pages_spare)
        return false;
    *what = "the jobs that need a pace";
    if (sum.n_live != s->n_live || sum.reach_live != s->reach_live)
        return false;
    *what = "all";
    return true;
}
