/* The next step: a token for each answer, then pieces of prompts in the order of the line, then
 * what nobody was promised. */
#include <math.h>

#include "engine/sched_parts.h"

#define CROWD 3.0

enum { OVERTAKES = 4 /* tries to let somebody before one that waits, each a walk */ };

struct draft {
    struct sched *s;
    struct sched_step *step;
    double now;
    double beat;  /* the longest step that running answers allow */
    double limit; /* what this one may take, by prediction */
    bool is_gentle;
};

static void add(struct draft *d, struct sched_job *job, uint32_t n, uint32_t past, bool ends_prompt)
{
    struct sched_step *step = d->step;
    step->item[step->n_items++] = (struct sched_item){job, n, ends_prompt};
    sched_load_add(&d->s->cost, &step->load, n, past);
}

static uint32_t largest_piece(const struct draft *d, uint32_t most, uint32_t past)
{
    return sched_cost_piece(&d->s->cost, &d->step->load, most, past, d->limit);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void add_decoding(struct draft *d)
{
    struct sched *s = d->s;
    for (uint32_t i = 0; i < s->n_decoding; i++) {
        struct sched_job *j = s->decoding[i];
        if (j->n_answer < j->n_max)
            add(d, j, 1, j->n_fed + j->n_answer - 1, false);
    }
    s->decode_ns = sched_cost_ns(&s->cost, &d->step->load);
}

/* ---- prompts --------------------------------------------------------------------------------- */

/* What becomes of the line from now on. */
static struct sched_outlook look(const struct draft *d)
{
    struct sched_question ask = {.start = d->now, .line = d->s->line_proved};
    struct sched_outlook out;
    sched_walk(d->s, &ask, &out);
    return out;
}

/* Would every promise that can be kept still hold if this step took until LIMIT and brought no
 * prompt further? */
static bool holds(const struct draft *d, double limit, struct sched_outlook *out)
{
    struct sched_question ask = {.start = d->now + d->s->config.margin * limit,
                                 .line = d->s->line_proved};
    sched_walk(d->s, &ask, out);
    if (out->kept || out->n_broken == UINT32_MAX)
        return out->kept;
    return out->n_broken == look(d).n_broken;
}

/* Tokens of prompts per nanosecond in steps of LIMIT. */
static double speed(const struct draft *d, double limit)
{
    const struct sched_cost *c = &d->s->cost;
    uint32_t n = d->step->load.n_tokens;
    double positions = d->s->decode_ns - c->ns[n < c->chunk ? n : c->chunk];
    uint32_t within = sched_cost_tokens(c, limit - positions);
    return within > n ? (within - n) / limit : 0;
}

/* A gentle step, times what the line asks for: each prompt that waits behind the first would gain
 * by a longer step what each answer loses, so they count as CROWD answers. */
static double gentle_limit(const struct sched *s)
{
    uint32_t places = s->config.n_jobs_max - s->n_running, queued = s->n_line - s->n_started;
    uint32_t n = s->n_started + (queued < places ? queued : places);
    double crowd = n > 1 ? 1 + CROWD * (n - 1) / s->n_decoding : 1;
    return (1 + (s->cost.ease - 1) * crowd) * s->decode_ns;
}

/* As short as it may be: gentle on those who wait for their next token, if prompts are in time even
 * so; else as long as they need, or as is nearly as fast as the longest. */
static double find_limit(struct draft *d)
{
    struct sched *s = d->s;
    double gentle = gentle_limit(s), limit = gentle;
    if (s->n_line == 0 || gentle >= d->beat ||
        (!s->line[0].is_started && !sched_can_start(s, &s->line[0], d->beat)))
        return d->beat;
    struct sched_outlook out;
    bool hold = holds(d, gentle, &out);
    double haste = hold ? out.haste : INFINITY;
    double fast = sched_min(0.8 * speed(d, d->beat), haste * speed(d, gentle));
    while (limit < d->beat && speed(d, limit) < fast)
        limit *= 1.1;
    if (limit > gentle && limit < d->beat)
        hold = holds(d, limit, &out);
    while (!hold && limit < d->beat) {
        limit *= 1.3;
        hold = holds(d, limit, &out);
    }
    d->is_gentle = hold && limit == gentle;
    return limit < d->beat && hold ? limit : d->beat;
}

static void set_limit(struct draft *d)
{
    struct sched *s = d->s;
    struct sched_outlook out;
    d->beat = sched_smallest_beat(s);
    if (d->step->n_items == 0) {
        d->limit = INFINITY; /* nobody waits for a token: a whole chunk */
        return;
    }
    d->limit = find_limit(d);
    double promised =
        sched_promised_beat(s); /* shorter than what is held, where costs have risen */
    if (d->limit > promised && speed(d, promised) > 0 && holds(d, promised, &out))
        d->limit = promised;
}

static void move(struct sched *s, uint32_t from, uint32_t to)
{
    struct sched_prompt p = s->line[from];
    sched_line_remove(s, from);
    sched_line_insert(s, &p, to);
}

/* The prompt at place AT cannot start. Moves one that stands behind it and can go on before it, if
 * every promise still holds then. */
static bool overtake(struct draft *d, uint32_t at)
{
    struct sched *s = d->s;
    bool no_places = s->n_running == s->config.n_jobs_max; /* then nobody who is queued starts */
    uint32_t n_started = s->n_started, tries = 0;
    for (uint32_t i = 0; i < at; i++)
        n_started -= s->line[i].is_started;
    for (uint32_t i = at + 1; i < s->n_line && tries < OVERTAKES; i++) {
        if (no_places && n_started == 0)
            break;
        const struct sched_prompt *p = &s->line[i];
        n_started -= p->is_started;
        if (!p->is_started && (no_places || !sched_can_start(s, p, d->beat)))
            continue;
        move(s, i, at);
        struct sched_outlook out = look(d);
        if (out.kept) {
            sched_proved(s, &out);
            return true;
        }
        move(s, at, i);
        tries++;
    }
    return false;
}

/* Where costs have risen, the prompt at place AT may have no room beside one that has started and
 * stands behind it: both would wait for ever. Then that one goes first. */
static bool free_way(struct draft *d, uint32_t at)
{
    struct sched *s = d->s;
    uint32_t i = at + 1;
    while (i < s->n_line && !s->line[i].is_started)
        i++;
    if (i >= s->n_line || look(d).n_broken != UINT32_MAX)
        return false;
    move(s, i, at);
    return true;
}

/* Lets somebody go before the prompt at place AT, which cannot start. */
static bool let_before(struct draft *d, uint32_t at)
{
    struct sched *s = d->s;
    if (s->stuck_epoch == s->epoch)
        return false;
    if (overtake(d, at) || free_way(d, at)) {
        s->stats.n_overtaken++;
        return true;
    }
    s->stuck_epoch = s->epoch;
    return false;
}

/* After N tokens of the prompt at place AT were put into the step. */
static void advance(struct draft *d, uint32_t at, uint32_t n)
{
    struct sched *s = d->s;
    struct sched_prompt *p = &s->line[at];
    struct sched_job *job = p->job;
    struct sched_key *key = sched_keys_find(&s->keys, job->key);
    uint32_t n_fed = job->n_fed;
    double before = p->alone_ns;
    job->n_fed += n; /* for the sum alone: sched_done tells the job's owner */
    sched_prompt_set(s, p, job);
    job->n_fed = n_fed;
    key->waiting_ns = sched_max(0, key->waiting_ns - before + p->alone_ns);
}

/* The step must end in time for the prompt that it ends: nothing may be added that makes it
 * late. */
static void heed_deadline(struct draft *d, const struct sched_prompt *p)
{
    double left = (p->deadline - d->now) / d->s->config.margin;
    if (sched_cost_ns(&d->s->cost, &d->step->load) <= left)
        d->limit = sched_min(d->limit, left);
}

static uint32_t piece_of(struct draft *d, const struct sched_prompt *p, bool is_first)
{
    uint32_t rest = (uint32_t)p->tokens, past = p->job->n_prompt - rest;
    uint32_t n = largest_piece(d, rest, past);
    if (n || !is_first)
        return n;
    if (d->limit < d->beat) {
        d->limit = d->beat;
        d->is_gentle = false;
        return piece_of(d, p, true);
    }
    /* Costs have risen since answers were promised their pace. Prompts go on all the same. */
    uint32_t room = d->s->config.chunk - d->step->load.n_tokens;
    n = rest < SCHED_PIECE ? rest : SCHED_PIECE;
    return n < room ? n : room;
}

/* A piece of the prompt at place AT. True: its last one. */
static bool add_piece(struct draft *d, uint32_t at, uint32_t n)
{
    struct sched *s = d->s;
    struct sched_prompt *p = &s->line[at];
    uint32_t rest = (uint32_t)p->tokens;
    if (!p->is_started) {
        sched_start(s, p->job, sched_stamp(s, d->now));
        p->is_started = true;
        p->pages = 0;
        s->n_started++;
        d->beat = sched_min(d->beat, p->beat);
    }
    add(d, p->job, n, p->job->n_prompt - rest, n == rest);
    s->n_prompt_step += n;
    if (n == rest)
        heed_deadline(d, p);
    advance(d, at, n);
    return n == rest;
}

static bool has_item(const struct sched_step *step, const struct sched_job *job)
{
    for (uint32_t i = 0; i < step->n_items; i++)
        if (step->item[i].job == job && job->state == SCHED_PREFILL)
            return true;
    return false;
}

/* Pieces of prompts, in the order of the line, up to the first that gets no piece, or only a part.
 * False: there is none, since all wait for pages, places or time. */
static bool add_prompts(struct draft *d)
{
    struct sched *s = d->s;
    uint32_t at = 0;
    bool is_any = false;
    while (at < s->n_line) {
        struct sched_prompt *p = &s->line[at];
        if (!p->is_started && p->job->after && has_item(d->step, p->job->after))
            break;
        if (!p->is_started && !sched_can_start(s, p, d->beat)) {
            if (let_before(d, at))
                continue;
            break;
        }
        uint32_t n = piece_of(d, p, !is_any);
        if (n == 0)
            break;
        is_any = true;
        if (!add_piece(d, at, n))
            break;
        if (d->limit == INFINITY)
            d->limit = s->cost.whole;
        at++;
    }
    for (uint32_t i = 0; i < at; i++) { /* their answers begin with this step */
        s->line[i].job->slot = s->n_decoding;
        s->decoding[s->n_decoding++] = s->line[i].job;
    }
    sched_line_cut(s, at);
    if (is_any && s->n_decoding > at)
        ++*(d->is_gentle ? &s->stats.n_steps_gentle : &s->stats.n_steps_full);
    return is_any;
}

/* ---- what is left over ----------------------------------------------------------------------- */

/* The waiting job of SCHED_SPARE whose key has had least lately, if it can start. */
static struct sched_job *next_spare(struct sched *s, double now)
{
    struct sched_job *best = NULL;
    double least = INFINITY;
    uint32_t half = s->config.n_jobs_max > 1 ? s->config.n_jobs_max / 2 : 1;
    if (s->n_line || s->n_running == s->config.n_jobs_max || s->n_spare >= half)
        return NULL;
    for (uint32_t i = 0; i < s->n_spare_queue; i++) {
        struct sched_job *j = s->spare_queue[i];
        double used = sched_keys_used(sched_keys_find(&s->keys, j->key), now);
        if (used < least) {
            best = j;
            least = used;
        }
    }
    if (!best || best->n_pages - best->n_held > s->pages_free ||
        (s->n_spare && s->pages_spare + best->n_pages > s->config.n_pages / 2))
        return NULL;
    return best;
}

static void start_spare(struct sched *s, struct sched_job *job, double now)
{
    uint32_t i = 0;
    while (s->spare_queue[i] != job)
        i++;
    for (s->n_spare_queue--; i < s->n_spare_queue; i++)
        s->spare_queue[i] = s->spare_queue[i + 1];
    sched_start(s, job, sched_stamp(s, now));
}

/* A token or a piece for JOB, if it stays within the limit. */
static void add_spare(struct draft *d, struct sched_job *job)
{
    bool is_prompt = job->n_fed < job->n_prompt;
    uint32_t past = is_prompt ? job->n_fed : job->n_prompt + job->n_answer - 1, n = 1;
    if (is_prompt)
        n = largest_piece(d, job->n_prompt - job->n_fed, past);
    else if (job->n_answer == job->n_max || largest_piece(d, 1, past) == 0)
        n = 0;
    if (n)
        add(d, job, n, past, is_prompt && job->n_fed + n == job->n_prompt);
}

/* In turns, since there may not be room for all: answers that have begun, then prompts. */
static void add_all_spare(struct draft *d)
{
    struct sched *s = d->s;
    struct sched_job *next;
    while (s->n_spare_queue && (next = next_spare(s, d->now)) != NULL)
        start_spare(s, next, d->now);
    if (s->spare_next >= s->n_spare)
        s->spare_next = 0;
    for (int prompts = 0; prompts < 2; prompts++)
        for (uint32_t i = 0; i < s->n_spare; i++) {
            struct sched_job *j = s->spare[(s->spare_next + i) % s->n_spare];
            if ((j->n_fed < j->n_prompt) == prompts)
                add_spare(d, j);
        }
    s->spare_next++;
}

static void add_rest(struct draft *d)
{
    struct sched *s = d->s;
    double most = d->beat;
    if (s->n_line > 0) /* somebody waits for the end of these: no later than was proved to do */
        most = sched_min(most, s->decode_proved);
    if (d->step->n_items == 0) {
        d->limit = s->cost.beat; /* who comes now waits for the end of this step, not longer */
    } else {
        sched_guess(s, d->step, most);
        double ns = sched_cost_ns(&s->cost, &d->step->load);
        d->limit = sched_min(most, s->cost.ease * ns);
    }
    if (s->n_spare || s->n_spare_queue)
        add_all_spare(d);
}

/* ---- the step -------------------------------------------------------------------------------- */

/* Costs are no longer as they were sampled. */
static void sample_anew(struct sched *s)
{
    enum { STEPS = 16 };
    if (!s->costs_moved || s->steps_since_sample < STEPS)
        return;
    s->steps_since_sample = 0;
    sched_cost_sample(&s->cost, &s->config);
    sched_hold_paces(s);
    s->epoch++;
}

void sched_compose(struct sched *s, int64_t now, struct sched_step *step)
{
    takt_assert(!s->in_flight);
    if (!s->has_base) {
        s->base = now;
        s->has_base = true;
    }
    *step = (struct sched_step){.item = s->item};
    struct draft d = {.s = s, .step = step, .now = sched_time(s, now)};
    s->n_prompt_step = 0;
    sample_anew(s);
    add_decoding(&d);
    set_limit(&d);
    bool goes_on = s->n_line > 0 && add_prompts(&d);
    if (!goes_on)
        add_rest(&d);
    if (step->n_items == 0)
        return;
    step->ns_predicted = s->config.cost(s->config.cost_user, &step->load);
    s->in_flight = true;
    s->begun = d.now;
    s->busy_until = d.now + s->config.margin * step->ns_predicted;
    s->flight_ends = d.now + step->ns_predicted;
    s->stats.beat_fill = step->ns_predicted / s->cost.beat;
    double sampled = sched_cost_ns(&s->cost, &step->load);
    s->costs_moved = fabs(step->ns_predicted - sampled) > 0.01 * sampled;
    s->steps_since_sample++;
}
