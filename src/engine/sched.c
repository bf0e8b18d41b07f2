/* The scheduler's life, and what steps and ends change. */
#include "engine/sched.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/sched_parts.h"

double sched_time(const struct sched *s, int64_t now)
{
    return (double)(now - s->base);
}

int64_t sched_stamp(const struct sched *s, double t)
{
    return t < 4e18 ? s->base + (int64_t)ceil(t) : INT64_MAX;
}

/* ---- new and free ---------------------------------------------------------------------------- */

static takt_rc check_config(const struct sched_config *c, takt_err *e)
{
    enum { MOST = 1 << 20, PAGES_MAX = 1 << 30 };
    struct {
        const char *name;
        uint64_t value, least, most;
    } fields[] = {
        {"chunk", c->chunk, 1, MOST},
        {"n_jobs_max", c->n_jobs_max, 1, c->chunk},
        {"n_queued_max", c->n_queued_max, 1, MOST},
        {"n_pages", c->n_pages, 1, PAGES_MAX},
        {"page_tokens", c->page_tokens, 1, MOST},
        {"n_ctx", c->n_ctx, 1, PAGES_MAX},
        {"n_draft_max", c->n_draft_max, 0, MOST},
    };
    if (!c->cost)
        return err_set(e, TAKT_ERR_USAGE, "cost", "is missing");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (fields[i].value < fields[i].least || fields[i].value > fields[i].most)
            return err_set(e, TAKT_ERR_USAGE, fields[i].name, "is %llu; from %llu to %llu",
                           (unsigned long long)fields[i].value, (unsigned long long)fields[i].least,
                           (unsigned long long)fields[i].most);
    if (!(c->margin >= 1 && c->margin <= 100))
        return err_set(e, TAKT_ERR_USAGE, "margin", "is %g; from 1 to 100", c->margin);
    if (!(c->beat_ns >= 0 && c->beat_ns < 1e15))
        return err_set(e, TAKT_ERR_USAGE, "beat_ns", "is no time");
    if (!(c->gentle == 0 || (c->gentle >= 1.05 && c->gentle <= 100)))
        return err_set(e, TAKT_ERR_USAGE, "gentle", "is %g; 0, or from 1.05 to 100", c->gentle);
    if (!(c->queue_ns_max >= 0 && c->linger_ns >= 0))
        return err_set(e, TAKT_ERR_USAGE, c->linger_ns >= 0 ? "queue_ns_max" : "linger_ns",
                       "is no time");
    return TAKT_OK;
}

static takt_rc make(struct sched *s, takt_err *e)
{
    const struct sched_config *c = &s->config;
    uint32_t n_jobs = c->n_jobs_max, n_queued = c->n_queued_max;
    TAKT_TRY(sched_cost_init(&s->cost, c, e));
    TAKT_TRY(sched_keys_init(&s->keys, c, e));
    s->walk = sched_walk_new(n_jobs + n_queued + 2);
    s->line = calloc((size_t)n_jobs + n_queued + 1, sizeof *s->line);
    s->decoding = calloc(n_jobs, sizeof *s->decoding);
    s->spare = calloc(n_jobs, sizeof *s->spare);
    s->spare_queue = calloc(n_queued, sizeof *s->spare_queue);
    s->item = calloc(n_jobs, sizeof *s->item);
    s->guesses = calloc(n_jobs, sizeof *s->guesses);
    s->guess_order = calloc((size_t)c->n_draft_max + 1, sizeof *s->guess_order);
    s->pages_free = c->n_pages;
    s->stuck_epoch = UINT64_MAX;
    if (s->walk && s->line && s->decoding && s->spare && s->spare_queue && s->item && s->guesses &&
        s->guess_order)
        return TAKT_OK;
    return err_set(e, TAKT_ERR_MEMORY, "scheduler", "no memory for %u jobs", n_jobs + n_queued);
}

takt_rc sched_new(struct sched **out, const struct sched_config *config, takt_err *e)
{
    *out = NULL;
    TAKT_TRY(check_config(config, e));
    struct sched *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, TAKT_ERR_MEMORY, "scheduler", "no memory");
    s->config = *config;
    takt_rc rc = make(s, e);
    if (rc.code)
        sched_free(s);
    else
        *out = s;
    return rc;
}

void sched_free(struct sched *s)
{
    if (!s)
        return;
    takt_assert(s->n_queued == 0 && s->n_running == 0);
    sched_cost_release(&s->cost);
    sched_keys_release(&s->keys);
    sched_walk_free(s->walk);
    free(s->line);
    free(s->decoding);
    free(s->spare);
    free(s->spare_queue);
    free(s->item);
    free(s->guesses);
    free(s->guess_order);
    free(s);
}

double sched_coarse(double reach)
{
    double coarse = 64;
    while (coarse < reach)
        coarse *= 1.25;
    return coarse;
}

void sched_proved(struct sched *s, const struct sched_outlook *out)
{
    s->decode_proved = out->decode_ns;
    s->line_proved = out->line;
    s->stretch_proved = out->stretch;
    for (uint32_t i = 0; i < s->n_line; i++)
        s->line[i].slack = sched_walk_slack(s->walk, i);
}

/* ---- the line -------------------------------------------------------------------------------- */

void sched_prompt_set(const struct sched *s, struct sched_prompt *p, const struct sched_job *job)
{
    const struct sched_cost *c = &s->cost;
    uint32_t rest = job->n_prompt - job->n_fed;
    uint32_t tail = rest < SCHED_PIECE ? rest : SCHED_PIECE - 1;
    uint32_t sees = c->window && c->window < job->n_prompt ? c->window : job->n_prompt;
    p->job = (struct sched_job *)job;
    p->tokens = rest;
    p->attend_ns = c->together * (double)sched_pairs(c, job->n_fed, rest) +
                   c->tail * (double)tail * (double)sees;
    p->alone_ns = rest * (c->fixed_alone / c->chunk + c->each_alone) + p->attend_ns;
    p->reach = (double)job->n_prompt + job->n_max;
    p->life = job->n_max;
    p->all_pages = job->n_pages;
    p->pages = job->state == SCHED_PREFILL ? 0 : job->n_pages - job->n_held;
    p->rank = job->class;
    p->key = job->key;
}

void sched_line_insert(struct sched *s, const struct sched_prompt *p, uint32_t at)
{
    memmove(&s->line[at + 1], &s->line[at], (s->n_line - at) * sizeof *s->line);
    s->line[at] = *p;
    s->n_line++;
    s->n_started += p->is_started;
}

void sched_line_remove(struct sched *s, uint32_t at)
{
    s->n_started -= s->line[at].is_started;
    s->n_line--;
    memmove(&s->line[at], &s->line[at + 1], (s->n_line - at) * sizeof *s->line);
}

void sched_line_cut(struct sched *s, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        s->n_started -= s->line[i].is_started;
    s->n_line -= n;
    memmove(s->line, &s->line[n], s->n_line * sizeof *s->line);
}

static uint32_t find_in_line(const struct sched *s, const struct sched_job *job)
{
    uint32_t at = 0;
    while (at < s->n_line && s->line[at].job != job)
        at++;
    takt_assert(at < s->n_line);
    return at;
}

/* ---- starts ---------------------------------------------------------------------------------- */

double sched_promised_beat(const struct sched *s)
{
    double token_ns = HUGE_VAL;
    for (uint32_t i = 0; i < s->n_decoding; i++)
        if (s->decoding[i]->n_answer < s->decoding[i]->n_max)
            token_ns = sched_min(token_ns, s->decoding[i]->promise.token_ns);
    return token_ns / s->config.margin;
}

double sched_smallest_beat(const struct sched *s)
{
    double beat = s->cost.beat;
    for (uint32_t i = 0; i < s->n_decoding; i++)
        if (s->decoding[i]->n_answer < s->decoding[i]->n_max)
            beat = sched_min(beat, s->decoding[i]->beat_ns);
    for (uint32_t i = 0, left = s->n_started; left; i++)
        if (s->line[i].is_started) {
            beat = sched_min(beat, s->line[i].beat);
            left--;
        }
    return beat;
}

bool sched_can_start(const struct sched *s, const struct sched_prompt *p, double beat)
{
    const struct sched_config *c = &s->config;
    if (s->pages_free < p->pages || s->n_running == c->n_jobs_max)
        return false;
    if (p->is_heavy && (s->n_heavy + 1 + p->leave_jobs > c->n_jobs_max ||
                        s->pages_heavy + p->all_pages + p->leave_pages > c->n_pages))
        return false;
    if (s->n_live == 0)
        return true;
    beat = sched_min(beat, p->beat);
    for (uint32_t l = 0; l < SCHED_LINES; l++)
        if (sched_cost_fits(&s->cost, l, s->n_live + 1, s->reach_live + p->reach, beat))
            return true;
    return false;
}

void sched_start(struct sched *s, struct sched_job *job, int64_t now)
{
    job->state = SCHED_PREFILL;
    job->begun_ns = now;
    s->n_queued--;
    s->n_running++;
    s->pages_free -= job->n_pages - job->n_held;
    sched_keys_find(&s->keys, job->key)->n_queued--;
    if (job->class == SCHED_SPARE) {
        job->slot = s->n_spare;
        s->spare[s->n_spare++] = job;
        s->pages_spare += job->n_pages;
        return;
    }
    s->n_heavy += job->is_heavy;
    s->pages_heavy += job->is_heavy ? job->n_pages : 0;
    s->n_live++;
    s->reach_live += (double)job->n_prompt + job->n_max;
}

/* JOB needs no pace any more. */
static void rest(struct sched *s, const struct sched_job *job)
{
    if (job->class == SCHED_SPARE)
        return;
    s->n_live--;
    s->reach_live -= (double)job->n_prompt + job->n_max;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void has_tokens(struct sched *s, struct sched_job *job, uint32_t n, int64_t now)
{
    bool was_live = job->n_answer < job->n_max;
    job->n_answer += n < job->n_max - job->n_answer ? n : job->n_max - job->n_answer;
    job->last_ns = now;
    if (was_live && job->n_answer == job->n_max)
        rest(s, job);
}

static void first_token(struct sched *s, struct sched_job *job, int64_t now)
{
    job->state = SCHED_DECODE;
    job->first_ns = now;
    s->epoch++;
    if (job->class == SCHED_SPARE)
        return;
    if (now <= job->promise.first_token_ns)
        s->stats.n_first_kept++;
    else
        s->stats.n_first_broken++;
}

void sched_done(struct sched *s, const struct sched_step *step, int64_t now)
{
    takt_assert(s->in_flight && step->item == s->item);
    double t = sched_time(s, now), took = step->ns_predicted;
    double decode = sched_min(s->decode_ns, took);
    uint32_t n_prompts = s->n_prompt_step, n_decode = 0;
    s->in_flight = false;
    if (!n_prompts)
        guess_pace_add(&s->guess_pace, step->load.n_tokens, t - s->begun, took);
    for (uint32_t i = 0; i < step->n_items; i++)
        n_decode += step->item[i].job->state == SCHED_DECODE;
    double each = n_prompts && n_decode ? decode / n_decode : 0;
    double share = took / step->load.n_tokens; /* guesses are paid for, right or wrong */
    double token = n_prompts ? (n_decode ? took - decode : took) / n_prompts : 0;
    for (uint32_t i = 0; i < step->n_items; i++) {
        const struct sched_item *it = &step->item[i];
        struct sched_job *job = it->job;
        bool is_prompt = job->state == SCHED_PREFILL;
        double ns = !n_prompts ? it->n_tokens * share : is_prompt ? it->n_tokens * token : each;
        sched_keys_use(&s->keys, job->key, ns, t);
        if (job->state == SCHED_PREFILL) {
            job->n_fed += it->n_tokens;
            if (!it->ends_prompt)
                continue;
            first_token(s, job, now);
        }
        has_tokens(s, job, 1, now);
    }
}

void sched_gain(struct sched *s, struct sched_job *job, uint32_t n)
{
    takt_assert(job->state == SCHED_DECODE);
    has_tokens(s, job, n, job->last_ns);
}

/* ---- ends ------------------------------------------------------------------------------------ */

static void judge_pace(struct sched *s, const struct sched_job *job)
{
    if (job->class == SCHED_SPARE || job->n_answer < 2)
        return;
    double mean = (double)(job->last_ns - job->first_ns) / (job->n_answer - 1);
    if (mean <= job->promise.token_ns * (1 + 1e-9))
        s->stats.n_pace_kept++;
    else
        s->stats.n_pace_broken++;
}

static void take_from(struct sched_job **list, uint32_t *n, const struct sched_job *job)
{
    uint32_t i = job->slot;
    takt_assert(i < *n && list[i] == job);
    list[i] = list[--*n];
    list[i]->slot = i;
}

/* Also one whose prompt ends in the step that is in flight. */
static bool is_decoding(const struct sched *s, const struct sched_job *job)
{
    return job->slot < s->n_decoding && s->decoding[job->slot] == job;
}

static void end_queued(struct sched *s, struct sched_job *job)
{
    s->n_queued--;
    s->pages_free += job->n_held;
    sched_keys_find(&s->keys, job->key)->n_queued--;
    if (job->class != SCHED_SPARE)
        return;
    uint32_t i = 0;
    while (i < s->n_spare_queue && s->spare_queue[i] != job)
        i++;
    takt_assert(i < s->n_spare_queue);
    for (s->n_spare_queue--; i < s->n_spare_queue; i++)
        s->spare_queue[i] = s->spare_queue[i + 1];
}

static void end_running(struct sched *s, struct sched_job *job)
{
    s->n_running--;
    s->pages_free += job->n_pages;
    s->n_heavy -= job->is_heavy;
    s->pages_heavy -= job->is_heavy ? job->n_pages : 0;
    if (job->n_answer < job->n_max)
        rest(s, job);
    if (job->class == SCHED_SPARE) {
        s->pages_spare -= job->n_pages;
        take_from(s->spare, &s->n_spare, job);
    } else if (is_decoding(s, job)) {
        take_from(s->decoding, &s->n_decoding, job);
    }
}

/* One that reached far has left. */
static void find_reach(struct sched *s)
{
    double most = 0;
    for (uint32_t i = 0; i < s->n_decoding; i++)
        most = sched_max(most, (double)s->decoding[i]->n_prompt + s->decoding[i]->n_max);
    for (uint32_t i = 0; i < s->n_line; i++)
        most = sched_max(most, s->line[i].reach);
    s->reach_max = sched_coarse(most);
}

void sched_end(struct sched *s, struct sched_job *job)
{
    takt_assert(job->state != SCHED_NONE);
    struct sched_key *key = sched_keys_find(&s->keys, job->key);
    s->in_flight = false; /* or the step failed */
    if (job->class != SCHED_SPARE && !is_decoding(s, job)) {
        uint32_t at = find_in_line(s, job);
        key->waiting_ns = sched_max(0, key->waiting_ns - s->line[at].alone_ns);
        sched_line_remove(s, at);
    }
    if (job->state == SCHED_QUEUED)
        end_queued(s, job);
    else
        end_running(s, job);
    judge_pace(s, job);
    key->n_jobs--;
    key->n_pages -= job->n_pages;
    key->light_jobs -= !job->is_heavy;
    key->light_pages -= job->is_heavy ? 0 : job->n_pages;
    job->state = SCHED_NONE;
    s->epoch++;
    if (s->n_queued + s->n_running == 0)
        s->shared_max = 0;
    if (sched_coarse((double)job->n_prompt + job->n_max) >= s->reach_max)
        find_reach(s);
}

/* ---- pages of no job ------------------------------------------------------------------------- */

bool sched_spare_fit(const struct sched *s, uint32_t n, uint32_t need)
{
    uint64_t held = (uint64_t)s->pages_pinned + n;
    for (uint32_t i = 0; i < s->n_spare_queue; i++) {
        const struct sched_job *j = s->spare_queue[i];
        held += j->n_held;
        need = need > j->n_pages - j->n_held ? need : j->n_pages - j->n_held;
    }
    return need == 0 || held + need <= s->config.n_pages;
}

/* With N pages more held by those who wait, could each of them still start when nobody runs? */
static bool all_could_start(const struct sched *s, uint32_t n)
{
    uint32_t need = 0;
    for (uint32_t i = 0; i < s->n_line; i++) {
        const struct sched_job *j = s->line[i].job;
        if (j->state != SCHED_QUEUED)
            continue;
        n += j->n_held; /* no more than there are */
        need = need > j->n_pages - j->n_held ? need : j->n_pages - j->n_held;
    }
    return sched_spare_fit(s, n, need);
}

/* sched_pin, but for a job that has less to do by it: a promise that is in danger without it, too,
 * is no reason against it. */
static bool may_hold(struct sched *s, uint32_t n, int64_t now)
{
    if (sched_pin(s, n, now))
        return true;
    if (n > s->pages_free || !all_could_start(s, n))
        return false;
    struct sched_question ask = {.start = sched_time(s, now), .line = s->line_proved};
    struct sched_outlook without, with;
    sched_walk(s, &ask, &without);
    ask.held = n;
    sched_walk(s, &ask, &with);
    if (with.n_broken != without.n_broken)
        return false;
    s->pages_free -= n;
    s->pages_pinned += n;
    return true;
}

bool sched_cached(struct sched *s, struct sched_job *job, uint32_t n_cached, int64_t now)
{
    takt_assert(!s->in_flight);
    if (job->state != SCHED_QUEUED || n_cached <= job->n_cached || n_cached >= job->n_prompt)
        return false;
    uint32_t held = (n_cached - 1) / s->config.page_tokens + 1, all = held;
    held = held > job->n_pages_shared ? held - job->n_pages_shared : 0;
    held = held < job->n_pages ? held : job->n_pages;
    held = held > job->n_held ? held : job->n_held;
    if (all < job->n_pages_shared || !may_hold(s, held - job->n_held, now))
        return false;
    s->pages_pinned -= held - job->n_held; /* they are its own */
    job->n_held = held;
    job->n_cached = job->n_fed = n_cached;
    if (job->class == SCHED_SPARE)
        return true;
    struct sched_key *key = sched_keys_find(&s->keys, job->key);
    struct sched_prompt *p = &s->line[find_in_line(s, job)];
    double before = p->alone_ns;
    sched_prompt_set(s, p, job);
    key->waiting_ns = sched_max(0, key->waiting_ns - before + p->alone_ns);
    return true;
}

bool sched_pin(struct sched *s, uint32_t n, int64_t now)
{
    if (n > s->pages_free || (s->n_spare_queue && !sched_spare_fit(s, n, 0)))
        return false;
    double t = sched_time(s, now);
    struct sched_question ask = {
        .held = n, .start = s->in_flight ? sched_max(t, s->busy_until) : t, .line = s->line_proved};
    struct sched_outlook out = {.kept = true};
    if (n > 0 && s->n_line > 0)
        sched_walk(s, &ask, &out);
    if (!out.kept)
        return false;
    if (n > 0 && s->n_line > 0)
        sched_proved(s, &out);
    s->pages_free -= n;
    s->pages_pinned += n;
    return true;
}

void sched_unpin(struct sched *s, uint32_t n)
{
    takt_assert(n <= s->pages_pinned);
    s->pages_free += n;
    s->pages_pinned -= n;
    s->epoch++;
}

/* ---- figures --------------------------------------------------------------------------------- */

void sched_stats(const struct sched *s, struct sched_stats *out)
{
    *out = s->stats;
    out->n_running = s->n_running;
    out->n_queued = s->n_queued;
    out->n_pages_reserved = s->config.n_pages - s->pages_free;
    out->n_spare = s->n_spare;
    out->n_pages_spare = s->pages_spare;
    out->beat_ns = s->cost.beat;
}
