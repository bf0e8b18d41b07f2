/* Guesses: which answers get how many in a step that only decodes.
 *
 * A guess of a job takes a token of the step, and gives one with the chance that all of the job's
 * guesses up to it are right. The likeliest comes first; of all numbers of guesses the one is taken
 * with which the step gives the most tokens per time, which is predicted and corrected by how steps
 * of so many tokens fared lately. Where no chance pays, and where the step has no time left, that
 * is none. */
#include "engine/sched_parts.h"

static uint32_t past_of(const struct sched_job *job)
{
    return job->n_fed + job->n_answer - 1;
}

static void begin(struct sched *s, const struct sched_step *step)
{
    for (uint32_t i = 0; i < step->n_items; i++) {
        const struct sched_job *j = step->item[i].job;
        uint32_t left = j->n_max - j->n_answer - 1;
        s->guesses[i] = (struct sched_guesses){.most = j->n_draft < left ? j->n_draft : left,
                                               .chance = j->draft_chance,
                                               .gain = j->draft_chance,
                                               .tokens = 1};
    }
}

/* The item whose next guess is the likeliest; N: none has one. */
static uint32_t likeliest(const struct sched *s, uint32_t n)
{
    uint32_t best = n;
    double most = 0;
    for (uint32_t i = 0; i < n; i++)
        if (s->guesses[i].n < s->guesses[i].most && s->guesses[i].gain > most) {
            best = i;
            most = s->guesses[i].gain;
        }
    return best;
}

static double fewest_tokens(const struct sched *s, uint32_t n)
{
    double least = s->guesses[0].tokens;
    for (uint32_t i = 1; i < n; i++)
        least = sched_min(least, s->guesses[i].tokens);
    return least;
}

/* Takes an item of N tokens behind PAST others out of LOAD and puts one of N + 1 in. */
static void grow(const struct sched_cost *c, struct sched_load *load, uint32_t n, uint32_t past)
{
    load->n_tokens -= n;
    *(n > 1 ? &load->together : &load->apart) -= sched_pairs(c, past, n);
    sched_load_add(c, load, n + 1, past);
}

void sched_guess(struct sched *s, struct sched_step *step, double limit)
{
    const struct sched_cost *c = &s->cost;
    struct sched_load load = step->load;
    uint32_t n = step->n_items, n_added = 0, n_worth = 0;
    double alone = s->decode_ns * guess_pace_of(&s->guess_pace, load.n_tokens);
    double tokens = n, best = GUESS_WORTH * n / alone;
    begin(s, step);
    while (n_added < s->config.n_draft_max && load.n_tokens < c->chunk) {
        uint32_t i = likeliest(s, n);
        if (i == n)
            break;
        struct sched_guesses *g = &s->guesses[i];
        grow(c, &load, ++g->n, past_of(step->item[i].job));
        tokens += g->gain;
        g->tokens += g->gain;
        g->gain *= g->chance;
        s->guess_order[n_added++] = i;
        double ns = sched_cost_ns(c, &load);
        double likely = ns * guess_pace_of(&s->guess_pace, load.n_tokens);
        if (sched_max(ns, likely) <= limit && likely <= c->ease * alone * fewest_tokens(s, n) &&
            tokens > best * likely) {
            best = tokens / likely;
            n_worth = n_added;
            step->load = load;
        }
    }
    for (uint32_t i = 0; i < n_worth; i++)
        step->item[s->guess_order[i]].n_tokens++;
}
