#include "engine/guess.h"

#define CHANCE_MIN 0.01
#define CHANCE_MAX 0.98
#define KEEP       0.85 /* of older records, each time that guesses are judged */
#define ACCIDENT   3.0  /* a step that takes so many times as long was held up by something else */

/* What is assumed of a kind at first, as if it had been seen. Kinds by the tokens in common: 2, 3,
 * 4 to 7, 8 to 15, more. */
static const struct guess_record AT_FIRST[GUESS_KINDS] = {
    {4, 1}, {4, 1.4}, {4, 2}, {4, 2.8}, {4, 3.2}};

static uint32_t kind_of(uint32_t length)
{
    uint32_t kind = 0;
    static const uint32_t least[GUESS_KINDS] = {2, 3, 4, 8, 16};
    while (kind + 1 < GUESS_KINDS && length >= least[kind + 1])
        kind++;
    return kind;
}

takt_rc guesser_init(struct guesser *g, uint32_t n_ctx, takt_err *e)
{
    TAKT_TRY(lookup_init(&g->text, n_ctx + GUESS_HINT_MAX, e));
    guesser_begin(g);
    return TAKT_OK;
}

void guesser_release(struct guesser *g)
{
    lookup_release(&g->text);
}

void guesser_begin(struct guesser *g)
{
    lookup_forget(&g->text);
    for (int i = 0; i < GUESS_KINDS; i++)
        g->record[i] = AT_FIRST[i];
    g->kind = 0;
}

void guesser_read(struct guesser *g, const int32_t *ids, uint32_t n)
{
    lookup_add(&g->text, ids, n);
}

uint32_t guesser_guess(struct guesser *g, int32_t *out, uint32_t n, double *chance)
{
    uint32_t length = n ? lookup_next(&g->text, out, n, &g->from) : 0, n_tokens = 0;
    *chance = 0;
    if (length == 0)
        return 0;
    while (n_tokens < n && out[n_tokens] >= 0)
        n_tokens++;
    g->kind = kind_of(length);
    double share = g->record[g->kind].n_right / g->record[g->kind].n_tried;
    *chance = share < CHANCE_MIN ? CHANCE_MIN : share > CHANCE_MAX ? CHANCE_MAX : share;
    return n_tokens;
}

void guesser_judge(struct guesser *g, uint32_t n_tried, uint32_t n_right)
{
    struct guess_record *r = &g->record[g->kind];
    if (n_tried == 0)
        return;
    r->n_tried = r->n_tried * KEEP + n_tried;
    r->n_right = r->n_right * KEEP + n_right;
}

static uint32_t size_of(uint32_t n)
{
    uint32_t size = 0;
    while (size + 1 < GUESS_SIZES && n > 1u << size)
        size++;
    return size;
}

void guess_pace_add(struct guess_pace *p, uint32_t n, double measured_ns, double predicted_ns)
{
    double *mine = &p->ratio[size_of(n)], ratio = measured_ns / predicted_ns;
    if (!(ratio > 0 && ratio < 1e9)) /* no time is known of one of both */
        return;
    if (*mine > 0)
        *mine += ((ratio < ACCIDENT * *mine ? ratio : ACCIDENT * *mine) - *mine) / 8;
    else
        *mine = ratio;
    for (uint32_t i = 0; i < GUESS_SIZES; i++) /* what is not tried is forgotten by and by */
        p->ratio[i] += p->ratio[i] > 0 ? (*mine - p->ratio[i]) / 512 : 0;
}

double guess_pace_of(const struct guess_pace *p, uint32_t n)
{
    uint32_t size = size_of(n);
    for (uint32_t d = 0; d < GUESS_SIZES; d++) {
        if (d <= size && p->ratio[size - d] > 0)
            return p->ratio[size - d];
        if (size + d < GUESS_SIZES && p->ratio[size + d] > 0)
            return p->ratio[size + d];
    }
    return 1;
}

uint32_t guess_depth(double chance, uint32_t n, guess_cost_fn *cost, const void *user)
{
    double gain = chance, tokens = 1, best = GUESS_WORTH / cost(user, 0);
    uint32_t depth = 0;
    for (uint32_t k = 1; k <= n; k++) {
        tokens += gain;
        gain *= chance;
        double rate = tokens / cost(user, k);
        if (rate > best) {
            best = rate;
            depth = k;
        }
    }
    return depth;
}
