/* special: finds special and added tokens in text: at each position the longest one, from left to
 * right. */
#ifndef TAKT_TEXT_SPECIAL_H
#define TAKT_TEXT_SPECIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

enum special_flags {
    SPECIAL_LSTRIP = 1,      /* swallows white space before it */
    SPECIAL_RSTRIP = 2,      /* ... behind it */
    SPECIAL_SINGLE_WORD = 4, /* matches only where no word character touches it */
    SPECIAL_CONTROL = 8,     /* matches only when control tokens are asked for */
};

struct special_node;

/* A byte trie. Zero-initialised: empty. */
struct special_set {
    struct special_node *nodes;
    uint32_t n_nodes, cap, n_tokens;
    bool first[256]; /* bytes that some token starts with */
};

/* special_add puts TEXT (1 byte at least; empty is ignored) for token ID; the first ID of a text
 * stays. */
takt_rc special_add(struct special_set *s, struct slice text, uint32_t id, unsigned flags,
                    takt_err *e);
void special_free(struct special_set *s);

/* special_find looks in TEXT from offset FROM for the next token. Control tokens count only when
 * CONTROL. On success *begin and *end bound it, swallowed white space included (never before FROM),
 * and *id names it. */
bool special_find(const struct special_set *s, struct slice text, size_t from, bool control,
                  size_t *begin, size_t *end, uint32_t *id);

#endif
