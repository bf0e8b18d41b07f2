/* lookup: how a text went on where it was last like this.
 *
 * A text of token ids that grows at its end, with an index of its pairs and its runs of four. Asked
 * what may follow, it finds earlier places that end as the text does now, takes the one with the
 * most tokens in common (of equal ones the latest) and reads on from there.
 *
 * Memory is taken once. A token, and a question, take a time that does not depend on the text: of
 * places with the same hash only the latest few are looked at. */
#ifndef TAKT_ENGINE_LOOKUP_H
#define TAKT_ENGINE_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum {
    LOOKUP_LEAST = 2,      /* tokens that two places must have in common */
    LOOKUP_LENGTH_MAX = 32 /* more are not counted */
};

/* The places where runs of `n_ids` tokens end. */
struct lookup_runs {
    uint32_t n_ids;
    uint32_t *last;   /* [n_buckets] where the latest run of such a hash ends, plus 1; 0: none */
    uint32_t *before; /* [n_max] the same of the one before it, by the end of the later one */
};

struct lookup {
    int32_t *text; /* [n_max], the first n of it */
    uint32_t n, n_max;
    struct lookup_runs pairs, fours;
    uint32_t n_buckets; /* a power of two */
    bool is_stale;      /* `last` is of a text that was forgotten */
};

/* lookup_init makes an empty text with room for N_MAX tokens. Error: MEMORY. lookup_release takes
 * what it left, also after an error. */
takt_rc lookup_init(struct lookup *l, uint32_t n_max, takt_err *e);
void lookup_release(struct lookup *l);

/* lookup_forget makes the text empty, at once (the next lookup_add clears the index). */
void lookup_forget(struct lookup *l);

/* lookup_add appends N ids, any numbers; those that there is no room for are left out. */
void lookup_add(struct lookup *l, const int32_t *ids, uint32_t n);

/* lookup_next writes N ids that may follow to OUT, which stand from *FROM on in the text, and
 * returns how many tokens before them were the same there, LOOKUP_LENGTH_MAX at most. 0, and
 * nothing is written: there is no such place. */
uint32_t lookup_next(const struct lookup *l, int32_t *out, uint32_t n, uint32_t *from);

#endif
