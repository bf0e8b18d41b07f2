/* guess: the tokens that an answer may go on with, and how often such guesses were right.
 *
 * Guesses are looked up in the text so far (lookup.h), so they cost next to nothing; checking them
 * costs rows of a step. A guesser counts, by how much of the text was the same at the earlier
 * place, which share of its guesses came true, the latest ones weighing most. Who composes steps
 * takes as many of them as pay (guess_depth; sched_guess.c for many answers at once).
 *
 * Guesses never change an answer: a token is drawn from the logits as always (sample.h), and what
 * was computed behind a wrong guess is thrown away. */
#ifndef TAKT_ENGINE_GUESS_H
#define TAKT_ENGINE_GUESS_H

#include "engine/lookup.h"

enum {
    GUESS_MAX = 31,       /* guesses of one answer in a step */
    GUESS_HINT_MAX = 8192 /* tokens that are read beside the text itself */
};

enum { GUESS_KINDS = 5 }; /* of guesses, by what was the same before them */

/* How guesses of a kind fared: sums in which older ones count less. */
struct guess_record {
    double n_tried, n_right;
};

struct guesser {
    struct lookup text;
    struct guess_record record[GUESS_KINDS];
    uint32_t kind; /* of the guesses that guesser_guess made last, */
    uint32_t from; /* and where in the text they come from */
};

/* guesser_init makes a guesser for texts of N_CTX tokens and GUESS_HINT_MAX more. Error: MEMORY.
 * guesser_release takes what it left, also after an error. */
takt_rc guesser_init(struct guesser *g, uint32_t n_ctx, takt_err *e);
void guesser_release(struct guesser *g);

/* guesser_begin forgets text and record: for a new answer. Takes no time that depends on them. */
void guesser_begin(struct guesser *g);

/* guesser_read appends N ids to the text, as lookup_add. */
void guesser_read(struct guesser *g, const int32_t *ids, uint32_t n);

/* guesser_guess writes up to N tokens that may follow to OUT and returns how many: none if nothing
 * alike came before, and none from the first negative id on, which stands for a part of a picture.
 * *CHANCE: how likely one of them is right if those before it were, 0 to 1. */
uint32_t guesser_guess(struct guesser *g, int32_t *out, uint32_t n, double *chance);

/* guesser_judge: of the guesses made last, N_TRIED were compared with what came, from the first on,
 * and N_RIGHT were right. */
void guesser_judge(struct guesser *g, uint32_t n_tried, uint32_t n_right);

/* How steps that only decode fare against their prediction, by their tokens: 1, 2, 3 to 4, 5 to 8,
 * 9 to 16, more. */
enum { GUESS_SIZES = 6 };
struct guess_pace {
    double ratio[GUESS_SIZES]; /* measured / predicted time, lately; 0: there was none yet */
};

/* guess_pace_add counts a step of N tokens. */
void guess_pace_add(struct guess_pace *p, uint32_t n, double measured_ns, double predicted_ns);

/* guess_pace_of: the time of a step of N tokens is likely its prediction times this. Sizes that
 * were not seen, or not for long, count as others. */
double guess_pace_of(const struct guess_pace *p, uint32_t n);

/* The nanoseconds that a step takes which checks N guesses. */
typedef double guess_cost_fn(const void *user, uint32_t n);

/* A depth that does not give so many times the tokens per second of a step without guesses is not
 * worth it: predictions are not that exact. */
#define GUESS_WORTH 1.1

/* guess_depth is the number of guesses, N at most, each right with CHANCE, with which one answer
 * gets the most tokens per second; 0 where none pays. */
uint32_t guess_depth(double chance, uint32_t n, guess_cost_fn *cost, const void *user);

#endif
