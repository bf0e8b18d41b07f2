/* Accept, with which promise, or refuse, until when. */
#include <math.h>

#include "engine/sched_parts.h"

enum { PLACES = 4 }; /* of the line, which are tried */

/* What is found out about a job. */
struct inquiry {
    const struct sched *s;
    struct sched_job job; /* a copy, as it would be if accepted */
    struct sched_prompt p;
    struct sched_share share;
    double now, start; /* start: no step begins before */
    double by;         /* its place in the line is that of a promise for then */
    double limit;      /* queue_ns_max */
    uint32_t at;
    struct sched_outlook out;
    bool lost_is_known;
    uint32_t n_lost; /* promises of the line that do not hold whether it comes or not */
    double expected_start, expected;
    struct sched_answer answer;
};

static double step_ns(const struct sched *s)
{
    return s->config.margin * sched_max(s->cost.beat, s->cost.whole);
}

static void refuse(struct inquiry *q, enum sched_refusal why, double retry_ns)
{
    q->answer.refusal = why;
    if (!(retry_ns < 1e17)) /* not known: something is in the way that may end at any time */
        retry_ns = q->s->config.margin * q->s->cost.beat;
    q->answer.retry_after_ns = retry_ns;
}

/* ---- what can never be, and what has no room in the queue ------------------------------------ */

static bool count_pages(struct inquiry *q)
{
    const struct sched_config *c = &q->s->config;
    struct sched_job *j = &q->job;
    uint64_t reach = (uint64_t)j->n_prompt + j->n_max;
    if (j->n_cached >= j->n_prompt || j->n_max == 0 || reach > c->n_ctx)
        return false;
    uint64_t pages = (reach + c->page_tokens - 1) / c->page_tokens, held;
    if (pages > c->n_pages)
        return false;
    uint32_t shared = j->n_pages_shared < pages ? j->n_pages_shared : (uint32_t)pages;
    j->n_pages = (uint32_t)pages - shared;
    held = (j->n_cached + (uint64_t)c->page_tokens - 1) / c->page_tokens;
    held = held > shared ? held - shared : 0;
    j->n_held = held < j->n_pages ? (uint32_t)held : j->n_pages;
    return true;
}

/* Even on an empty machine? */
static bool check_wishes(struct inquiry *q)
{
    const struct sched *s = q->s;
    double ttft = s->config.queue_ns_max;
    bool fits = !sched_is_wish(q->job.tpot_ns);
    for (uint32_t l = 0; l < SCHED_LINES; l++)
        fits |= sched_cost_fits(&s->cost, l, 1, q->p.reach, q->p.beat);
    if (!fits) {
        refuse(q, SCHED_NO_TPOT, 0);
        return false;
    }
    if (sched_is_wish(q->job.ttft_ns))
        ttft = ttft > 0 ? sched_min(ttft, q->job.ttft_ns) : q->job.ttft_ns;
    const struct sched_cost *c = &s->cost;
    double alone = q->p.tokens * (c->fixed_alone / c->chunk + c->each_alone) +
                   q->p.attend_ns * c->alone_attend + c->fixed_alone;
    if (ttft > 0 && s->config.margin * alone > ttft) {
        refuse(q, SCHED_NO_TTFT, 0);
        return false;
    }
    return true;
}

/* A key that has jobs waiting leaves the last eighth of the queue to others; and where there are
 * others, it may have as many waiting as there would be room for more. How many too many it is. */
static uint32_t queue_over(const struct inquiry *q)
{
    const struct sched *s = q->s;
    int64_t most = s->config.n_queued_max, n = s->n_queued, mine = q->share.n_queued;
    int64_t over = n + 1 - most;
    if (mine > 0)
        over = over > n + 1 - (most - most / 8) ? over : n + 1 - (most - most / 8);
    if (mine > 0 && q->share.n_active > 1 && mine + 1 - (most - n) > over)
        over = mine + 1 - (most - n);
    return over <= 0 ? 0 : (uint32_t)over;
}

/* ---- its place in the line ------------------------------------------------------------------- */

/* Before those that are promised later, but without a wish behind all such of its own key; and
 * where nobody behind it has less slack than it takes, as far as is known. */
static uint32_t place(const struct inquiry *q)
{
    const struct sched *s = q->s;
    const struct sched_prompt *p = &q->p;
    uint32_t at = s->n_line;
    for (; at > 0; at--) {
        const struct sched_prompt *before = &s->line[at - 1];
        bool is_own = before->key == p->key && !before->has_wish && !p->has_wish;
        if (before->rank < p->rank ||
            (before->rank == p->rank && (is_own || before->deadline <= q->by)))
            break;
    }
    double takes = s->config.margin * p->alone_ns * s->stretch_proved;
    double rounds = s->stretch_proved > 2 ? 1.0 / 64 : 0; /* as the walk does where jobs wait */
    for (uint32_t i = s->n_line; i-- > at;)
        if (s->line[i].slack < takes + rounds * (s->line[i].deadline - q->start))
            return i + 1;
    return at;
}

/* What it can be promised there, and how much too late that is. Without a wish, at least the time
 * that prediction gives a scheduler which is gentle on the answers being written; and the others'
 * turn for each of its key's own that wait already. */
static double set_promise(struct inquiry *q, bool goes)
{
    const struct sched_outlook *out = &q->out;
    double margin = q->s->config.margin;
    q->expected = out->expected;
    q->expected_start = out->expected_start;
    if (goes && !out->waits)
        sched_expect(q->s, &q->p, q->at, q->now, &q->expected_start, &q->expected);
    if (q->p.has_wish)
        return out->late_ns;
    double gentle = q->start + margin * (q->expected - q->start) + out->longest;
    double waits = sched_max(0, out->start - q->start) / 32; /* walks round what they wait for */
    double others = margin * q->share.waiting_ns * out->slow;
    q->p.deadline = sched_min(sched_max(out->easy, gentle) + waits + others, q->limit);
    return out->late_ns + others;
}

/* How many promises of the line break whether the job comes or not? */
static uint32_t n_lost(struct inquiry *q, const struct sched_question *ask)
{
    struct sched_question without = {.start = ask->start,
                                     .more_pages = ask->more_pages,
                                     .more_jobs = ask->more_jobs,
                                     .line = ask->line};
    struct sched_outlook out;
    if (!q->lost_is_known) {
        sched_walk(q->s, &without, &out);
        q->n_lost = out.n_broken;
        q->lost_is_known = true;
    }
    return q->n_lost;
}

/* Are the others' promises no reason to refuse the job? Whoever stands before it starts before it,
 * so it makes none of those later, but by pages that it holds at once. What the walk finds broken
 * there breaks without it, or by the bound of steps that it has a part in, in which they do not
 * wait any more. */
static bool others_allow(struct inquiry *q, const struct sched_question *ask)
{
    const struct sched *s = q->s;
    if (q->out.n_broken == 0)
        return true;
    if (q->out.behind > ask->at || ask->line != s->line_proved || ask->held ||
        q->out.n_broken == UINT32_MAX)
        return false;
    return ask->at == s->n_line || q->out.n_broken == n_lost(q, ask);
}

/* Asks the walk for place AT. True: every promise holds. Else *RETRY_NS is when it would. */
static bool try_bounds(struct inquiry *q, struct sched_question *ask, double *retry_ns)
{
    *retry_ns = INFINITY;
    if (!q->p.has_wish)
        q->p.deadline = q->limit;
    sched_walk(q->s, ask, &q->out);
    if (!q->out.starts)
        return false;
    bool goes = others_allow(q, ask);
    double late = set_promise(q, goes), waits = sched_max(0, q->out.start - q->start);
    /* If it came so much later, its turn would come no later than now, once those before it have
     * had theirs; unless meanwhile others had begun who now would stand behind it. */
    if (q->out.behind == 0 && q->at == q->s->n_line && late <= waits)
        *retry_ns = sched_max(late, q->out.before_until - q->now) + waits / 32 + 2 * step_ns(q->s);
    return goes && late <= 0;
}

/* With the bounds that the promises rest on, under which those that stand before AT are known to be
 * kept; then with those that suit the job best. */
static bool try(struct inquiry *q, uint32_t at, uint32_t more_pages, uint32_t more_jobs,
                double *retry_ns)
{
    const struct sched *s = q->s;
    struct sched_question ask = {.extra = &q->p,
                                 .at = at,
                                 .held = q->job.n_held,
                                 .start = q->start,
                                 .more_pages = more_pages,
                                 .more_jobs = more_jobs,
                                 .line = s->n_line ? s->line_proved : SCHED_LINES};
    double other;
    q->at = at;
    if (try_bounds(q, &ask, retry_ns))
        return true;
    if (ask.line == SCHED_LINES)
        return false;
    struct sched_outlook first = q->out;
    ask.line = SCHED_LINES;
    ask.is_again = true;
    if (try_bounds(q, &ask, &other))
        return true;
    q->out = first;
    *retry_ns = sched_min(*retry_ns, other);
    return false;
}

/* The next place to try after AT was refused; UINT32_MAX: none. IS_LAST: the end of the line. */
static uint32_t next_place(const struct inquiry *q, uint32_t at, bool is_last)
{
    const struct sched *s = q->s;
    uint32_t behind = at;
    if (q->out.starts && q->out.is_late)
        return UINT32_MAX;
    if (q->out.starts)
        behind = q->out.behind;
    for (uint32_t i = at; i < s->n_line && !q->out.starts; i++)
        behind = s->line[i].is_started ? i + 1 : behind;
    behind = is_last || behind <= at ? s->n_line : behind;
    return behind > at ? behind : UINT32_MAX;
}

/* When the line will have come to its end, and it could be in time behind it. */
static double later_ns(const struct inquiry *q)
{
    double within = q->s->config.queue_ns_max > 0 ? q->s->config.queue_ns_max : INFINITY;
    if (q->p.has_wish)
        within = sched_min(within, q->job.ttft_ns);
    struct sched_prompt p = q->p;
    p.pages = q->job.n_pages; /* with those that it would hold from acceptance on */
    struct sched_question ask = {
        .start = q->start, .later = &p, .within = within, .line = q->s->line_proved};
    struct sched_outlook out;
    sched_walk(q->s, &ask, &out);
    return out.later_start - q->now + 2 * step_ns(q->s);
}

static bool find_place(struct inquiry *q)
{
    double retry = INFINITY, one;
    uint32_t at = place(q), first = at;
    enum sched_refusal why = SCHED_NO_TTFT;
    for (int i = 1; i <= PLACES && at != UINT32_MAX; i++) {
        if (try(q, at, 0, 0, &one))
            return true;
        retry = sched_min(retry, one);
        if (q->out.held_by != SCHED_ACCEPTED)
            why = q->out.held_by;
        at = next_place(q, at, i + 1 == PLACES);
    }
    q->lost_is_known = false; /* with so many places and pages */
    if (q->s->n_spare > 0 && why != SCHED_NO_TTFT)
        q->answer.spare_in_the_way = try(q, first, q->s->pages_spare, q->s->n_spare, &one);
    refuse(q, why, retry < INFINITY ? retry : later_ns(q));
    return false;
}

/* The queue is full until OVER of those who wait have started; and then there must be time, too. */
static void refuse_queue(struct inquiry *q, uint32_t over)
{
    const struct sched *s = q->s;
    struct sched_question ask = {.start = q->start, .nth_queued = over, .line = s->line_proved};
    struct sched_outlook out;
    double retry =
        find_place(q) ? (q->at == s->n_line ? 0 : later_ns(q)) : q->answer.retry_after_ns;
    sched_walk(s, &ask, &out);
    refuse(q, SCHED_NO_QUEUE, sched_max(retry, out.nth_start - q->now + 2 * step_ns(s)));
    q->answer.spare_in_the_way = false;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool inquire_spare(struct inquiry *q)
{
    const struct sched *s = q->s;
    q->job.promise = (struct sched_promise){
        .first_token_ns = INT64_MAX, .expected_ns = INT64_MAX, .token_ns = HUGE_VAL};
    if (s->n_queued + 1 > (s->config.n_queued_max + 1) / 2) {
        refuse(q, SCHED_NO_QUEUE, INFINITY);
        return false;
    }
    struct sched_question ask = {.start = q->start, .held = q->job.n_held, .line = s->line_proved};
    if (q->job.n_held > s->pages_free ||
        !sched_spare_fit(s, q->job.n_held, q->job.n_pages - q->job.n_held)) {
        refuse(q, SCHED_NO_PAGES, INFINITY);
        return false;
    }
    if (q->job.n_held && s->n_line) {
        sched_walk(s, &ask, &q->out);
        if (!q->out.kept) {
            refuse(q, SCHED_NO_PAGES, INFINITY);
            return false;
        }
    }
    return true;
}

/* The pace of a step of those that run now, and one more. */
static double expected_token_ns(const struct inquiry *q)
{
    const struct sched *s = q->s;
    struct sched_load load = sched_decode_load(s);
    load.n_tokens++;
    load.apart += q->job.n_prompt + 1;
    return sched_cost_ns(&s->cost, &load);
}

static void make_promise(struct inquiry *q)
{
    struct sched_promise *p = &q->job.promise;
    p->start_ns = sched_stamp(q->s, q->expected_start);
    p->expected_ns = sched_stamp(q->s, q->expected);
    p->first_token_ns = sched_stamp(q->s, q->p.deadline);
    p->token_ns = q->p.token_ns;
    p->expected_token_ns = expected_token_ns(q);
}

static void set_prompt(struct inquiry *q)
{
    const struct sched *s = q->s;
    const struct sched_config *c = &s->config;
    struct sched_job *j = &q->job;
    double arrival = sched_time(s, j->arrival_ns);
    sched_prompt_set(s, &q->p, j);
    q->p.token_ns = sched_pace(s, q->p.reach);
    if (sched_is_wish(j->tpot_ns))
        q->p.token_ns = sched_min(q->p.token_ns, j->tpot_ns);
    q->p.beat = q->p.token_ns / c->margin;
    q->limit = c->queue_ns_max > 0 ? arrival + c->queue_ns_max : INFINITY;
    q->share = sched_keys_share(&s->keys, j->key, q->now, q->p.alone_ns, j->n_pages);
    q->p.is_heavy = j->is_heavy = q->share.is_heavy;
    uint32_t pages = c->n_pages - j->n_pages, jobs = c->n_jobs_max - 1; /* it can start alone */
    q->p.leave_pages = q->share.leave_pages < pages ? q->share.leave_pages : pages;
    q->p.leave_jobs = q->share.leave_jobs < jobs ? q->share.leave_jobs : jobs;
    double turn = q->p.alone_ns + q->share.ahead_ns + 2 * q->share.waiting_ns;
    q->by = q->start + c->margin * turn * (s->n_line ? s->stretch_proved : 1);
    q->p.deadline = q->limit;
    q->p.has_wish = sched_is_wish(j->ttft_ns);
    if (q->p.has_wish)
        q->by = q->p.deadline = sched_min(arrival + j->ttft_ns, q->limit);
}

/* Fills Q; true: JOB is accepted, with q->job's promise, at place q->at. */
static bool inquire(struct inquiry *q, const struct sched *s, const struct sched_job *job,
                    int64_t now)
{
    *q = (struct inquiry){.s = s, .job = *job, .now = sched_time(s, now)};
    struct sched_job *j = &q->job;
    q->start = s->in_flight ? sched_max(q->now, s->busy_until) : q->now;
    if ((unsigned)j->class >= SCHED_CLASSES)
        j->class = SCHED_LAST;
    j->n_fed = j->n_cached;
    j->n_answer = 0;
    j->is_heavy = false;
    if (!count_pages(q)) {
        refuse(q, SCHED_TOO_LONG, 0);
        return false;
    }
    if (j->class == SCHED_SPARE)
        return inquire_spare(q);
    set_prompt(q);
    if (!check_wishes(q))
        return false;
    if (j->n_held > s->pages_free) {
        refuse(q, SCHED_NO_PAGES, later_ns(q));
        return false;
    }
    uint32_t over = queue_over(q);
    if (over > 0)
        refuse_queue(q, over);
    if (over > 0 || !find_place(q))
        return false;
    make_promise(q);
    return true;
}

struct sched_answer sched_estimate(const struct sched *s, const struct sched_job *job, int64_t now,
                                   struct sched_promise *promise)
{
    struct inquiry q;
    *promise = (struct sched_promise){0};
    if (inquire(&q, s, job, now))
        *promise = q.job.promise;
    return q.answer;
}

static void keep(struct sched *s, const struct inquiry *q, struct sched_job *job)
{
    struct sched_key *key = sched_keys_find(&s->keys, job->key);
    *job = q->job;
    job->state = SCHED_QUEUED;
    job->pace_ns = q->p.token_ns;
    job->beat_ns = q->p.beat;
    job->begun_ns = job->first_ns = job->last_ns = 0;
    s->n_queued++;
    s->pages_free -= job->n_held;
    s->stats.n_accepted++;
    s->epoch++;
    key->n_jobs++;
    key->n_queued++;
    key->n_pages += job->n_pages;
    key->light_jobs += !job->is_heavy;
    key->light_pages += job->is_heavy ? 0 : job->n_pages;
    if (job->class == SCHED_SPARE) {
        s->spare_queue[s->n_spare_queue++] = job;
        return;
    }
    struct sched_prompt p = q->p;
    p.job = job;
    key->waiting_ns += p.alone_ns;
    if (job->n_pages_shared > s->shared_max)
        s->shared_max = job->n_pages_shared;
    s->reach_max = sched_max(s->reach_max, sched_coarse(p.reach));
    sched_line_insert(s, &p, q->at);
    double decode = q->out.n_broken ? s->decode_proved : HUGE_VAL; /* those still rest on it */
    sched_proved(s, &q->out);
    s->decode_proved = sched_min(s->decode_proved, decode);
    s->line[q->at].slack = sched_min(s->line[q->at].slack, p.deadline - q->out.easy);
}

struct sched_answer sched_admit(struct sched *s, struct sched_job *job, int64_t now)
{
    struct inquiry q;
    if (!s->has_base) {
        s->base = now;
        s->has_base = true;
    }
    struct sched_key *key = sched_keys_seen(&s->keys, job->key, sched_time(s, now));
    bool accepted = inquire(&q, s, job, now);
    if (q.job.n_pages)
        key->last_pages = q.job.n_pages;
    if (accepted)
        keep(s, &q, job);
    else
        s->stats.n_refused[q.answer.refusal]++;
    return q.answer;
}
