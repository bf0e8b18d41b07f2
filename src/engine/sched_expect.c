/* What is likely, in place of what is sure: steps as sched_compose would make them, one after the
 * other, if nobody else comes, no answer ends, and each step takes what is predicted. */
#include <math.h>

#include "engine/sched_parts.h"

enum { STEPS_MAX = 64 }; /* what lies behind so many is estimated by their like */

/* A step that is being made up, and where in the line it has come to. */
struct likely {
    const struct sched *s;
    const struct sched_prompt *extra;
    uint32_t at;         /* of EXTRA */
    uint32_t i;          /* place of the prompt that is being read */
    uint32_t rest, past; /* of it */
    uint32_t n_decode;   /* jobs */
    uint64_t positions;  /* that their next tokens see */
    double t;
};

static const struct sched_prompt *prompt_at(const struct likely *x, uint32_t i)
{
    if (i == x->at)
        return x->extra;
    i -= i > x->at;
    return i < x->s->n_line ? &x->s->line[i] : NULL;
}

static const struct sched_prompt *begin_prompt(struct likely *x, uint32_t i)
{
    const struct sched_prompt *p = prompt_at(x, i);
    x->i = i;
    if (p) {
        x->rest = (uint32_t)p->tokens;
        x->past = p->job->n_prompt - x->rest;
    }
    return p;
}

/* One step. True: EXTRA has its first token at its end. *BEGUN: it has had a piece. */
static bool likely_step(struct likely *x, bool *begun)
{
    const struct sched_cost *c = &x->s->cost;
    struct sched_load load = {.n_tokens = x->n_decode, .apart = x->positions};
    double limit = INFINITY;
    if (x->n_decode)
        limit = sched_min(c->beat, c->ease * sched_cost_ns(c, &load));
    uint32_t n_new = 0;
    uint64_t new_positions = 0;
    bool is_done = false;
    while (prompt_at(x, x->i)) {
        uint32_t n = sched_cost_piece(c, &load, x->rest, x->past, limit);
        if (n == 0 && load.n_tokens == x->n_decode) /* as in a full step */
            n = x->rest < SCHED_PIECE ? x->rest : SCHED_PIECE;
        if (n == 0)
            break;
        sched_load_add(c, &load, n, x->past);
        *begun = *begun || x->i == x->at;
        x->past += n;
        x->rest -= n;
        if (x->rest)
            break;
        n_new++;
        new_positions += sched_pairs(c, x->past, 1);
        is_done = is_done || x->i == x->at;
        begin_prompt(x, x->i + 1);
        limit = limit == INFINITY ? c->whole : limit;
    }
    x->t += sched_cost_ns(c, &load);
    x->positions += x->n_decode + new_positions;
    x->n_decode = x->n_decode + n_new < c->chunk ? x->n_decode + n_new : c->chunk - 1;
    return is_done;
}

void sched_expect(const struct sched *s, const struct sched_prompt *extra, uint32_t at, double now,
                  double *start, double *first)
{
    struct likely x = {.s = s, .extra = extra, .at = at, .t = now};
    if (s->in_flight)
        x.t = sched_max(now, s->flight_ends);
    for (uint32_t i = 0; i < s->n_decoding; i++) {
        const struct sched_job *j = s->decoding[i];
        uint32_t n = j->n_answer + s->in_flight;
        if (n < j->n_max) {
            x.n_decode++;
            x.positions += sched_pairs(&s->cost, j->n_prompt + n - 1, 1);
        }
    }
    begin_prompt(&x, 0);
    bool has_begun = false;
    for (int i = 0; i < STEPS_MAX; i++) {
        double t = x.t;
        bool had_begun = has_begun, is_done = likely_step(&x, &has_begun);
        if (has_begun && !had_begun)
            *start = t;
        if (is_done) {
            *first = x.t;
            return;
        }
    }
    double token = s->cost.each_alone + s->cost.fixed_alone / s->cost.chunk, attend = 1;
    if (x.n_decode) {
        uint32_t n = x.n_decode < s->cost.n_jobs ? x.n_decode : s->cost.n_jobs;
        token = s->cost.gentle[n];
        attend = s->cost.gentle_attend;
    }
    for (; x.i < at; begin_prompt(&x, x.i + 1))
        x.t += x.rest * token + prompt_at(&x, x.i)->attend_ns * attend;
    if (!has_begun)
        *start = x.t;
    *first =
        x.t + x.rest * token + extra->attend_ns * attend * x.rest / sched_max(1, extra->tokens);
}
