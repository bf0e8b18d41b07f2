/* The proof: a walk along the line of prompts, in time, with the least favourable lengths.
 *
 * W(t) is how far along the line the walk has come by time t; w(t) is how far the scheduler has
 * come in any course of events that begins in the same state and keeps the conditions of sched.h.
 * Claim: at the end of each step w(t) >= W(t). By induction over steps, from [t, t') in which it
 * held at t:
 *
 *   - Either W does not come as far as w(t) within the step, then there is nothing to show. Or it
 *     does, at some time u. At u the walk has done as much work on prompts as the truth, all
 *     prompts before that place are in, and the jobs that decode in the real step are among those
 *     that decode in the walk: each began in the walk no earlier than in truth, and leaves it no
 *     earlier (see below). So the walk counts as many jobs, with contexts as long as they can
 *     become, and a beat that is no longer than the real step's.
 *   - The real step is full, or takes in all that stands in the line, or was cut short for a prompt
 *     that would else be late. If it is full then each * c + together * P >= room (sched_cost.c),
 *     in at most margin * beat; the walk does no more from u on in that time, since `fixed` and
 *     `each` only grow with the number of jobs. If it was cut short, it lost at most `fixed`
 *     against a full one, and the walk has waited as long at that prompt.
 *   - A prompt that has not begun waits in the walk until pages, a place and time are free, given
 *     that all before it have what they need. Suppose it has not begun in truth either. Then all
 *     who have left the walk have left in truth, so as much is free, and it begins with the next
 *     step.
 *
 * Who has left? One token takes one step, and a step takes at most margin * (D + the work on its
 * prompts), where D bounds all steps without prompts, whoever runs together (`step_decode`). While
 * the truth is not ahead with prompts, it has done no more work on them than the walk; what is left
 * of the time, which the walk counts as v, went into decoding, at least v / (margin * D) steps. So
 * a job has surely left when v has grown by its n_max steps, and by one more that may be running.
 * (Where the truth is ahead of the walk, the prompt in question has begun: nothing to show.)
 *
 * So a first token comes at the latest at the walk's time plus one step (`easy`), or plus `fixed`
 * where sched_compose cuts the step short for it. Steps in which nobody decodes take at most
 * `whole` of struct sched_cost, or what one prompt alone takes.
 *
 * A step that is made gentle is not full, so before it sched_compose asks for a walk that begins
 * after it as if it had brought nothing.
 *
 * Departures are kept in buckets that grow by a 64th, each at its end: up to 1.6 per cent late,
 * which is on the safe side, and O(1). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/sched_parts.h"

enum { FINE = 64, OCTAVES = 40, BUCKETS = FINE * OCTAVES, TIGHT = 32 };

/* Jobs that leave together. */
struct leave {
    double reach;
    uint32_t n, pages, n_heavy, pages_heavy;
};

/* Jobs of about the same pace: until the last of them has left, steps are no longer than `beat`. */
struct tight {
    double beat, until;
};

struct sched_walk {
    const struct sched *s;
    double unit, per_unit;    /* of the scale of buckets */
    double t;                 /* now */
    double v, next;           /* decoding time until now, and when the next ones leave */
    double v_token, v_attend; /* what a token, a nanosecond of positions take away from it */
    double step_decode;       /* the longest step without prompts */
    uint32_t next_bucket;
    uint32_t n_decode, n_live, free_jobs, free_pages, n_queued_started;
    uint32_t n_heavy, pages_heavy;
    double reach_decode, reach_live;
    uint32_t line;

    /* The longest step is `beat`: the least of what those ask for that decode (tight), of the
     * prompt that is being read, and of those that have started but wait for their turn. */
    double beat, reading_beat, started_beat;
    uint32_t n_started;

    /* Time that prompts take: tokens * by_token + attend_ns * by_attend, for these. */
    uint32_t rates_n, rates_reach;
    double rates_beat, per_reach;
    double by_token, by_attend, fixed, longest, alone_token;
    double expected, steps; /* when prompts are in by prediction, and after how many steps */
    double alone;           /* sum of alone_ns so far */
    double per_chunk;

    uint32_t tight_used; /* bits of the table below */
    struct tight tight[TIGHT];
    uint64_t used[BUCKETS / 64];
    struct leave leave[BUCKETS];
    double slack[]; /* of each place of the line */
};

struct sched_walk *sched_walk_new(uint32_t n_max)
{
    return calloc(1, sizeof(struct sched_walk) + n_max * sizeof(double));
}

double sched_walk_slack(const struct sched_walk *w, uint32_t i)
{
    return w->slack[i];
}

void sched_walk_free(struct sched_walk *w)
{
    free(w);
}

/* ---- departures ------------------------------------------------------------------------------ */

/* A double's exponent and first mantissa bits, in order, number intervals that grow with it. */
static uint32_t bucket_of(const struct sched_walk *w, double v)
{
    double q = v * w->per_unit + 1;
    uint64_t bits;
    if (!(q > 1))
        return 0;
    memcpy(&bits, &q, sizeof bits);
    uint64_t i = (bits >> 46) - (1023u << 6);
    return i < BUCKETS - 1 ? (uint32_t)i : BUCKETS - 1;
}

static double bucket_end(const struct sched_walk *w, uint32_t i)
{
    uint64_t bits = ((uint64_t)i + 1 + (1023u << 6)) << 46;
    double q;
    memcpy(&q, &bits, sizeof q);
    return (q - 1) * w->unit;
}

static void find_next(struct sched_walk *w, uint32_t from)
{
    uint32_t word = from / 64;
    uint64_t bits = word < BUCKETS / 64 ? w->used[word] >> (from % 64) << (from % 64) : 0;
    while (!bits && ++word < BUCKETS / 64)
        bits = w->used[word];
    w->next_bucket = bits ? 64 * word + (uint32_t)__builtin_ctzll(bits) : BUCKETS;
    w->next = bits ? bucket_end(w, w->next_bucket) : INFINITY;
}

static void put_leave(struct sched_walk *w, double v, uint32_t pages, double reach, bool is_heavy)
{
    uint32_t i = bucket_of(w, v);
    struct leave *l = &w->leave[i];
    if (!(w->used[i / 64] >> (i % 64) & 1)) {
        w->used[i / 64] |= (uint64_t)1 << (i % 64);
        *l = (struct leave){0};
    }
    l->n++;
    l->pages += pages;
    l->reach += reach;
    if (is_heavy) {
        l->n_heavy++;
        l->pages_heavy += pages;
    }
    if (i < w->next_bucket) {
        w->next_bucket = i;
        w->next = bucket_end(w, i);
    }
}

/* ---- paces ----------------------------------------------------------------------------------- */

static void put_pace(struct sched_walk *w, double beat, double until)
{
    double q = w->s->cost.beat / beat;
    uint64_t bits;
    memcpy(&bits, &q, sizeof bits);
    uint64_t i = (bits >> 50) - (1023u << 2); /* four to an octave */
    i = i < TIGHT ? i : TIGHT - 1;
    struct tight *g = &w->tight[i];
    if (!(w->tight_used >> i & 1))
        *g = (struct tight){beat, until};
    w->tight_used |= 1u << i;
    g->beat = sched_min(g->beat, beat);
    g->until = sched_max(g->until, until);
}

static void find_beat(struct sched_walk *w)
{
    w->beat = sched_min(w->s->cost.beat, sched_min(w->reading_beat, w->started_beat));
    for (uint32_t left = w->tight_used; left; left &= left - 1) {
        uint32_t i = (uint32_t)__builtin_ctz(left);
        if (w->tight[i].until <= w->v)
            w->tight_used &= ~(1u << i);
        else
            w->beat = sched_min(w->beat, w->tight[i].beat);
    }
}

/* ---- rates ----------------------------------------------------------------------------------- */

static void set_alone(struct sched_walk *w)
{
    const struct sched_cost *c = &w->s->cost;
    double margin = w->s->config.margin;
    w->by_token = margin * w->alone_token;
    w->by_attend = margin * c->alone_attend;
    w->fixed = margin * c->fixed_alone;
    w->longest = margin * c->whole;
}

/* What a full step brings at least, and takes at most, with N jobs that reach REACH. */
static void set_decoding(struct sched_walk *w, uint32_t n, double reach)
{
    const struct sched_cost *c = &w->s->cost;
    const struct sched_line *l = &c->line[w->line];
    double margin = w->s->config.margin, each = l->each[n];
    double fixed = l->fixed[n] + c->apart * reach;
    double rest = 2 * (each + c->piece); /* what no further piece fitted into */
    double most = each * (l->top > n ? l->top - n : 0);
    double room = sched_min(w->beat - fixed - rest, most), step = w->beat;
    if (l->top == c->chunk) /* no step takes longer than its line says */
        step = sched_min(step, fixed + rest + most);
    /* Only costs that rose since jobs started leave no room: then steps are longer than promised,
     * and have room for a small piece all the same. */
    double least = each > 0 ? each : c->each_alone;
    if (!(room >= least)) {
        room = least;
        fixed = c->most[n] + c->apart * reach;
        step = sched_max(w->beat, fixed + room);
    }
    w->by_attend = margin * sched_max(step / room, c->alone_attend);
    w->by_token = sched_max(w->by_attend * each, margin * w->alone_token);
    w->fixed = margin * fixed;
    w->longest = margin * w->beat;
}

/* Sets the rates for those who decode now. Their reach is rounded up, so that when one leaves and
 * another comes there is often nothing to do. */
static void set_rates_anew(struct sched_walk *w, uint32_t n, uint32_t reach)
{
    w->rates_n = n;
    w->rates_reach = reach;
    w->rates_beat = w->beat;
    if (n == 0)
        set_alone(w);
    else
        set_decoding(w, n, reach / w->per_reach);
}

static inline void set_rates(struct sched_walk *w)
{
    uint32_t reach = (uint32_t)(w->reach_decode * w->per_reach) + 1;
    if (w->n_decode != w->rates_n || reach != w->rates_reach || w->beat != w->rates_beat)
        set_rates_anew(w, w->n_decode, reach);
}

/* The line that tells most at the walk's beginning. One for the whole walk: pieces that share a
 * step must be added up by the same one. */
static uint32_t best_line(const struct sched_walk *w, double beat)
{
    const struct sched_cost *c = &w->s->cost;
    uint32_t n = w->n_decode ? w->n_decode : c->n_jobs > 1, best = 0;
    double most = -INFINITY, left = sched_min(beat, w->beat) - c->apart * w->reach_decode;
    for (uint32_t i = 0; i < SCHED_LINES && n > 0; i++) {
        const struct sched_line *l = &c->line[i];
        if (l->top <= n || !(l->each[n] > 0))
            continue;
        double tokens = sched_min((left - l->fixed[n]) / l->each[n], l->top - n);
        if (tokens > most) {
            most = tokens;
            best = i;
        }
    }
    return best;
}

/* ---- the walk -------------------------------------------------------------------------------- */

/* The longest step without a prompt, for any jobs that can come to run together. */
static void bound_decoding(struct sched_walk *w, const struct sched_question *q)
{
    const struct sched *s = w->s;
    const struct sched_cost *c = &s->cost;
    const struct sched_config *o = &s->config;
    uint32_t n = o->n_jobs_max, top = c->line[0].top, shared = s->shared_max;
    double reach = s->reach_max;
    if (q->extra) {
        reach = sched_max(reach, sched_coarse(q->extra->reach));
        uint32_t also = q->extra->job->n_pages_shared;
        shared = shared > also ? shared : also;
    }
    reach = n * sched_min(reach, (double)shared * o->page_tokens +
                                     (double)o->n_pages * o->page_tokens / n);
    n = n < top ? n : top - 1;
    n = n > 0 ? n : 1;
    double fixed = c->line[0].fixed[n] < INFINITY ? c->line[0].fixed[n] : c->most[n];
    w->step_decode = o->margin * (fixed + c->apart * reach);
    w->v_token = o->margin * sched_max(c->line[0].each[n], c->each_alone);
    w->v_attend = o->margin;
}

/* A decoding job needs so much decoding time for N tokens. */
static double decode_time(const struct sched_walk *w, uint32_t n, double token_ns)
{
    return n * sched_min(w->step_decode, token_ns);
}

/* Those that decode; a step in flight has ended. */
static void begin_decoding(struct sched_walk *w, const struct sched *s)
{
    double margin = s->config.margin, linger = s->config.linger_ns, step = margin * s->cost.beat;
    for (uint32_t i = 0; i < s->n_decoding; i++) {
        const struct sched_job *j = s->decoding[i];
        uint32_t left = j->n_max - j->n_answer;
        double reach = (double)j->n_prompt + j->n_max, end = step;
        if (left == 0) { /* it has all its tokens: somebody is about to end it, or late */
            end = linger > 0 ? sched_time(s, j->last_ns) + linger - w->t : 0;
            if ((s->in_flight && !(linger > 0)) || end < 0)
                continue;
            end += linger > 0 ? step : 0;
            w->n_live++;
            reach = 0;
        } else {
            end += decode_time(w, left - s->in_flight, j->pace_ns);
            end += linger > 0 ? linger + step : 0;
            if (j->beat_ns < s->cost.beat)
                put_pace(w, j->beat_ns, end);
        }
        w->n_decode++;
        w->reach_decode += reach;
        put_leave(w, end, j->n_pages, reach, j->is_heavy);
    }
}

static void begin(struct sched_walk *w, const struct sched *s, const struct sched_question *q)
{
    memset(w->used, 0, sizeof w->used);
    w->s = s;
    w->t = w->expected = q->start;
    w->v = 0;
    w->next = INFINITY;
    w->next_bucket = BUCKETS;
    w->n_decode = w->n_queued_started = w->tight_used = 0;
    w->reach_decode = w->steps = w->alone = 0;
    w->reading_beat = w->started_beat = INFINITY;
    w->n_started = s->n_started;
    w->free_pages = s->pages_free + q->more_pages - q->held;
    w->free_jobs = s->config.n_jobs_max - s->n_running + q->more_jobs;
    w->n_live = s->n_live;
    w->n_heavy = s->n_heavy;
    w->pages_heavy = s->pages_heavy;
    w->reach_live = s->reach_live;
    w->alone_token = s->cost.fixed_alone / s->cost.chunk + s->cost.each_alone;
    w->per_chunk = 1.0 / s->cost.chunk;
    bound_decoding(w, q);
    w->unit = w->step_decode;
    w->per_unit = 1 / w->unit;
    begin_decoding(w, s);
    for (uint32_t i = 0, left = s->n_started; left; i++)
        if (s->line[i].is_started) {
            w->started_beat = sched_min(w->started_beat, s->line[i].beat);
            left--;
        }
    find_beat(w);
    w->line = q->line < SCHED_LINES ? q->line : best_line(w, q->extra ? q->extra->beat : INFINITY);
    w->rates_n = UINT32_MAX;
    w->per_reach = 512.0 / ((double)s->config.n_pages * s->config.page_tokens);
    set_rates(w);
}

/* The next ones leave, at once. */
static void leave(struct sched_walk *w)
{
    const struct leave *l = &w->leave[w->next_bucket];
    w->v = sched_max(w->v, w->next);
    w->n_decode -= l->n;
    w->n_live -= l->n;
    w->free_jobs += l->n;
    w->free_pages += l->pages;
    w->n_heavy -= l->n_heavy;
    w->pages_heavy -= l->pages_heavy;
    w->reach_decode -= l->reach;
    w->reach_live -= l->reach;
    w->used[w->next_bucket / 64] &= ~((uint64_t)1 << (w->next_bucket % 64));
    find_next(w, w->next_bucket);
    if (w->tight_used)
        find_beat(w);
    if (w->n_decode == 0)
        w->reach_decode = 0;
}

/* What P waits for now before it can start; SCHED_ACCEPTED: nothing. */
static enum sched_refusal held_by(const struct sched_walk *w, const struct sched_prompt *p)
{
    const struct sched_config *c = &w->s->config;
    if (w->free_pages < p->pages || w->free_jobs == 0)
        return SCHED_NO_PAGES;
    if (p->is_heavy && (w->n_heavy + 1 + p->leave_jobs > c->n_jobs_max ||
                        w->pages_heavy + p->all_pages + p->leave_pages > c->n_pages))
        return SCHED_NO_PAGES;
    if (w->n_live == 0)
        return SCHED_ACCEPTED;
    double beat = sched_min(w->beat, p->beat);
    bool fits =
        sched_cost_fits(&w->s->cost, w->line, w->n_live + 1, w->reach_live + p->reach, beat);
    return fits ? SCHED_ACCEPTED : SCHED_NO_TPOT;
}

/* P starts as soon as it can; false: never. */
static bool start(struct sched_walk *w, const struct sched_prompt *p, enum sched_refusal *waited)
{
    enum sched_refusal why;
    *waited = SCHED_ACCEPTED;
    while ((why = held_by(w, p)) != SCHED_ACCEPTED) {
        *waited = why;
        if (w->next_bucket == BUCKETS)
            return false;
        w->t += sched_max(0, w->next - w->v);
        leave(w);
    }
    w->free_jobs--;
    w->free_pages -= p->pages;
    if (p->is_heavy) {
        w->n_heavy++;
        w->pages_heavy += p->all_pages;
    }
    w->n_live++;
    w->reach_live += p->reach;
    return true;
}

/* P is read in. */
static void read_in(struct sched_walk *w, const struct sched_prompt *p)
{
    const struct sched_cost *c = &w->s->cost;
    double tokens = p->tokens, attend = p->attend_ns;
    uint32_t n = w->n_decode;
    w->reading_beat = p->beat;
    w->alone += p->alone_ns;
    w->beat = sched_min(w->beat, w->reading_beat);
    set_rates(w);
    if (n == 0) {
        w->expected += p->alone_ns;
        w->steps += tokens * w->per_chunk;
    } else {
        w->expected += tokens * c->gentle[n] + attend * c->gentle_attend;
        w->steps += tokens * c->gentle_steps[n];
    }
    for (;;) {
        double need = tokens * w->by_token + attend * w->by_attend;
        double v = need - tokens * w->v_token - attend * w->v_attend;
        if (w->v + v <= w->next) {
            w->t += need;
            w->v += v;
            return;
        }
        double part = sched_max(0, w->next - w->v) / v;
        w->t += part * need;
        tokens -= part * tokens;
        attend -= part * attend;
        leave(w);
        set_rates(w);
    }
}

/* Its answer begins, and lasts as long as it can. */
static void decode(struct sched_walk *w, const struct sched_prompt *p)
{
    const struct sched *s = w->s;
    double margin = s->config.margin, linger = s->config.linger_ns;
    double step = margin * s->cost.beat;
    double end = w->v + sched_max(step, margin * s->cost.whole) + step +
                 decode_time(w, p->life - 1, p->token_ns);
    w->n_decode++;
    w->reach_decode += p->reach;
    bool is_tight = p->beat < s->cost.beat;
    if (is_tight)
        put_pace(w, p->beat, end);
    put_leave(w, end + (linger > 0 ? linger + step : 0), p->all_pages, p->reach, p->is_heavy);
    if (p->is_started && --w->n_started == 0)
        w->started_beat = INFINITY;
    w->reading_beat = INFINITY;
    if (is_tight || p->is_started)
        find_beat(w);
}

/* When nobody is left before P, and so few decode that it is read in within the time that it
 * has. */
static double find_later(struct sched_walk *w, const struct sched_prompt *p, double within)
{
    for (;;) {
        if (held_by(w, p) == SCHED_ACCEPTED) {
            w->beat = sched_min(w->beat, p->beat);
            set_rates(w);
            if (p->tokens * w->by_token + p->attend_ns * w->by_attend + w->fixed <= within)
                return w->t;
        }
        if (w->next_bucket == BUCKETS)
            return INFINITY;
        w->t += sched_max(0, w->next - w->v);
        leave(w);
    }
}

static void tell_extra(const struct sched_walk *w, const struct sched_prompt *p, double begun,
                       double begun_expected, struct sched_outlook *out)
{
    double steps = ceil(w->steps - 1e-9) - w->steps;
    double alone = w->s->config.margin * w->alone_token;
    out->starts = true;
    out->start = begun;
    out->expected_start = begun_expected;
    out->easy = w->t + w->longest;
    out->longest = w->longest;
    out->expected = w->expected + steps * w->fixed / w->s->config.margin;
    out->slow = w->by_token / alone;
    out->is_late = w->t + w->fixed > p->deadline;
    out->late_ns = w->t + w->fixed - p->deadline;
}

/* Is P, which is read in by now, in time? False: too late. */
static bool is_in_time(struct sched_walk *w, const struct sched_prompt *p)
{
    if (w->t + w->longest <= p->deadline)
        return true;
    w->t += w->fixed; /* the step that ends it is cut short */
    w->v += w->fixed;
    while (w->v > w->next)
        leave(w);
    return w->t <= p->deadline;
}

/* All promises of the line and, if Q asks, of EXTRA. LATEST: the last promised time. */
/* How much faster than gently P has to be read. */
static void tell_haste(const struct sched_walk *w, const struct sched_question *q,
                       const struct sched_prompt *p, struct sched_outlook *out)
{
    double needs = w->s->config.margin * (w->expected - q->start);
    double has = p->deadline - w->longest - q->start;
    if (needs > out->haste * has)
        out->haste = has > 0 ? needs / has : INFINITY;
}

static void walk_line(struct sched_walk *w, const struct sched_question *q,
                      struct sched_outlook *out, double *latest)
{
    const struct sched *s = w->s;
    for (uint32_t i = 0, at = 0; i < s->n_line + (q->extra != NULL); i++) {
        bool is_extra = q->extra && i == q->at;
        const struct sched_prompt *p = is_extra ? q->extra : &s->line[at++];
        enum sched_refusal waited = SCHED_ACCEPTED;
        bool goes = p->is_started || start(w, p, &waited);
        out->waits |= waited != SCHED_ACCEPTED && i <= q->at;
        if (is_extra) {
            out->held_by = waited;
            out->before_until = *latest;
        } else {
            *latest = sched_max(*latest, p->deadline);
        }
        if (!goes) { /* nobody behind it would either */
            out->kept = false;
            out->n_broken = UINT32_MAX;
            out->behind = is_extra ? out->behind : s->n_line;
            out->broken_until = INFINITY;
            return;
        }
        if (!p->is_started && ++w->n_queued_started == q->nth_queued)
            out->nth_start = *latest;
        if (waited != SCHED_ACCEPTED)
            w->expected = sched_max(w->expected, w->t);
        double begun = w->t, begun_expected = w->expected;
        read_in(w, p);
        if (is_extra)
            tell_extra(w, p, begun, begun_expected, out);
        tell_haste(w, q, p, out);
        w->slack[i] = p->deadline - w->t - w->fixed;
        if (!is_in_time(w, p)) {
            out->kept = false;
            out->n_broken += !is_extra;
            out->behind = is_extra ? out->behind : at;
            out->broken_until = is_extra ? out->broken_until : *latest;
        }
        decode(w, p);
    }
}

void sched_walk(const struct sched *s, const struct sched_question *q, struct sched_outlook *out)
{
    struct sched_walk *w = s->walk;
    double margin = s->config.margin, latest = 0;
    *out = (struct sched_outlook){.kept = true, .nth_start = INFINITY, .later_start = INFINITY};
    begin(w, s, q);
    out->decode_ns = w->step_decode / margin;
    out->line = w->line;
    if (q->is_again && w->line == s->line_proved) {
        out->kept = false;
        return;
    }
    walk_line(w, q, out, &latest);
    out->stretch = w->alone > 0 ? sched_max(1, (w->t - q->start) / (margin * w->alone)) : 1;
    if (q->later && out->broken_until < INFINITY) {
        w->t = sched_max(w->t, latest); /* gentle steps may use up all the time that there is */
        out->later_start = find_later(w, q->later, q->within);
    }
}
