/* vocab: the token table of a tokenizer: bytes, attribute and score per id, and a map from bytes to
 * id.
 *
 * Beyond the model's own ids there may be virtual symbols: pieces that only exist between two
 * merges. They have ids from n_tokens up and never leave the tokenizer. */
#ifndef TAKT_TEXT_VOCAB_H
#define TAKT_TEXT_VOCAB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

enum {
    VOCAB_NONE = 0xFFFFFFFFu,   /* no such token */
    VOCAB_TOKENS_MAX = 1 << 24, /* tokens and virtual symbols */
    VOCAB_ATTR_UNMAPPED =
        0x40, /* private attribute: the text is not findable (duplicate, placeholder) */
    VOCAB_ATTR_VIRTUAL = 0x80, /* private attribute: a virtual symbol */
};

struct vocab_slot;

struct vocab {
    uint32_t n;        /* tokens and virtual symbols */
    uint32_t n_tokens; /* ids that the model knows; set by vocab_seal */
    uint32_t cap;
    uint32_t *off; /* [n + 1] offsets into text */
    uint8_t *attr; /* [n] enum token_attr and the private bits above */
    float *score;  /* [n] */
    uint8_t *text;
    size_t text_cap;
    struct vocab_slot *slots;
    uint32_t n_slots, n_mapped;
    uint64_t probes; /* spent while inserting: bounds the damage of texts chosen to collide */
};

/* vocab_init makes an empty table with room for N tokens. vocab_free accepts a zeroed table. */
takt_rc vocab_init(struct vocab *v, uint32_t n, takt_err *e);
void vocab_free(struct vocab *v);

/* vocab_add appends the next id. The text is copied. When the same bytes are already mapped to a
 * token of the same attribute, the lower id keeps the name. Errors: TAKT_ERR_MEMORY,
 * TAKT_ERR_LIMIT. */
takt_rc vocab_add(struct vocab *v, struct slice text, uint8_t attr, float score, takt_err *e);

/* vocab_seal fixes n_tokens: ids added from now on are virtual. */
void vocab_seal(struct vocab *v);

/* vocab_find gives the id of the token with these bytes whose attribute has none of the bits in
 * NOT, or VOCAB_NONE. */
uint32_t vocab_find(const struct vocab *v, const uint8_t *p, size_t len, uint8_t not_attr);

/* vocab_intern finds such a token or appends a virtual symbol. */
takt_rc vocab_intern(struct vocab *v, struct slice text, uint8_t not_attr, uint32_t *id,
                     takt_err *e);

/* vocab_text gives the bytes of ID, which must be below v->n; they move when the next id is
 * added. */
static inline struct slice vocab_text(const struct vocab *v, uint32_t id)
{
    return (struct slice){v->text + v->off[id], v->off[id + 1] - v->off[id]};
}

#endif
