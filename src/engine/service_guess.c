/* service_guess: what the answers' guessers are told, and what they guess. */
#include "engine/handles.h"
#include "engine/service_parts.h"

/* Of a prompt (most of it may come from the cache at once): so many tokens take microseconds. */
enum { READ_AT_ONCE = 2048 };

void service_guess_begin(struct service *s, struct service_job *j)
{
    if (s->n_free_guessers == 0 || j->embeds || j->job.class == SCHED_SPARE)
        return;
    j->guesser = s->free_guesser[--s->n_free_guessers];
    guesser_begin(j->guesser);
}

void service_guess_end(struct service *s, struct service_job *j)
{
    if (!j->guesser)
        return;
    s->free_guesser[s->n_free_guessers++] = j->guesser;
    j->guesser = NULL;
}

/* Reads what is new of the N tokens at IDS, which stand behind *BEFORE others, up to READ_AT_ONCE
 * tokens a step; *BEFORE grows by N. False: there is more. */
static bool read_part(struct service_job *j, const int32_t *ids, uint32_t n, uint32_t *before,
                      uint32_t *left)
{
    uint32_t done = j->n_told > *before ? j->n_told - *before : 0;
    uint32_t k = done < n ? n - done : 0;
    *before += n;
    k = k < *left ? k : *left;
    if (k == 0)
        return done >= n;
    guesser_read(j->guesser, ids + done, k);
    j->n_told += k;
    *left -= k;
    return done + k == n;
}

void service_guess(struct service *s, struct service_job *j, const struct drawn *d)
{
    uint32_t before = 0, left = READ_AT_ONCE, n = j->n;
    uint32_t n_hint = j->n_hint < GUESS_HINT_MAX ? j->n_hint : GUESS_HINT_MAX;
    if (!j->guesser)
        return;
    guesser_judge(j->guesser, d->n_tried, d->n_right);
    j->n_guesses = j->job.n_draft = 0;
    if (!read_part(j, j->hint, n_hint, &before, &left) ||
        !read_part(j, j->prompt, j->job.n_prompt, &before, &left) ||
        !read_part(j, j->ids, n, &before, &left) || n == 0)
        return;
    uint32_t room = j->job.n_max - n - 1; /* n_max is not reached, or it would have ended */
    room = room < s->opt.n_draft ? room : s->opt.n_draft;
    j->n_guesses = guesser_guess(j->guesser, j->ids + n, room, &j->job.draft_chance);
    j->job.n_draft = j->n_guesses;
}
