/* Which paces are held: those that were promised, as long as steps can keep them.
 *
 * Costs can come to predict longer times after a promise (another program takes cores). Then a pace
 * that nobody wished, which came from the machine's own, is held as the machine is now: one who
 * comes would else have to wait until all who came before have ended. A wished one is held, and
 * others wait for it, until even steps without anything else are longer: then nothing saves it, and
 * nobody waits any more. When costs fall, the promised ones are held again. */
#include <math.h>

#include "engine/sched_parts.h"

struct sched_load sched_decode_load(const struct sched *s)
{
    struct sched_load load = {0};
    for (uint32_t i = 0; i < s->n_decoding; i++) {
        const struct sched_job *j = s->decoding[i];
        load.n_tokens += j->n_answer < j->n_max;
        load.apart += j->n_answer < j->n_max ? sched_pairs(&s->cost, j->n_fed + j->n_answer, 1) : 0;
    }
    return load;
}

double sched_pace(const struct sched *s, double reach)
{
    return s->config.margin * sched_max(s->cost.beat, s->cost.most[1] + s->cost.apart * reach);
}

/* NOW_NS: a step without prompts at present. END_NS: one at the ends of all lives. */
static void hold(const struct sched *s, struct sched_job *j, double now_ns, double end_ns)
{
    double margin = s->config.margin, pace = sched_pace(s, (double)j->n_prompt + j->n_max);
    double wished = sched_is_wish(j->tpot_ns) ? sched_min(pace, j->tpot_ns) : pace;
    double held = sched_max(j->promise.token_ns, wished);
    if (held < now_ns)
        held = sched_max(held, pace);
    j->beat_ns = held / margin;
    j->pace_ns = margin * end_ns <= held ? held : HUGE_VAL;
}

void sched_hold_paces(struct sched *s)
{
    const struct sched_cost *c = &s->cost;
    struct sched_load load = sched_decode_load(s);
    double now_ns = sched_cost_ns(c, &load), end_ns = c->most[s->n_live] + c->apart * s->reach_live;
    for (uint32_t i = 0; i < s->n_decoding; i++)
        hold(s, s->decoding[i], now_ns, end_ns);
    for (uint32_t i = 0; i < s->n_line; i++) {
        struct sched_prompt *p = &s->line[i];
        double lone_ns = c->most[1] + c->apart * p->job->n_prompt;
        if (p->is_started)
            hold(s, p->job, sched_max(now_ns, lone_ns), end_ns);
        else
            hold(s, p->job, lone_ns, c->most[1] + c->apart * p->reach);
        p->beat = p->job->beat_ns;
        p->token_ns = p->job->pace_ns;
    }
}
