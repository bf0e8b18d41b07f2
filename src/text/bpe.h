/* bpe: byte-pair merging. A table says which two neighbours may become one and how early; the
 * engine merges the pair of lowest rank, leftmost first, until no pair is in the table (Sennrich et
 * al. 2016).
 *
 * Both vocabulary kinds use it: merge lists give the rank directly, SentencePiece scores are turned
 * into ranks by spm.c (equal scores share a rank). */
#ifndef TAKT_TEXT_BPE_H
#define TAKT_TEXT_BPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "text/vocab.h"

enum { BPE_SHORT = 64 }; /* symbols up to which a plain scan beats a heap */

struct bpe_pair {
    uint32_t left, right; /* left == VOCAB_NONE: free slot */
    uint32_t rank, id;
};

struct bpe {
    struct bpe_pair *pairs;
    uint32_t n_slots, n_pairs;
    uint64_t probes;
};

/* Memory that one call reuses from word to word. Zero-initialised; bpe_scratch_free at the end. */
struct bpe_scratch {
    uint32_t *words; /* six arrays of CAP */
    uint64_t *heap;  /* 3 * CAP */
    size_t cap;
};

/* A word's symbols: ids and where each starts in the word. Merging shortens both arrays in place.
 */
struct bpe_word {
    uint32_t *id, *start;
    uint32_t n;
};

/* bpe_init makes an empty table for about N pairs. bpe_free accepts a zeroed one. */
takt_rc bpe_init(struct bpe *b, uint32_t n, takt_err *e);
void bpe_free(struct bpe *b);

/* bpe_add lets LEFT and RIGHT become ID. A pair that is there already keeps its rank, or takes the
 * new one when REPLACE. */
takt_rc bpe_add(struct bpe *b, uint32_t left, uint32_t right, uint32_t rank, uint32_t id,
                bool replace, takt_err *e);

/* bpe_reserve gives room for a word of N symbols: W->id and W->start point into S. Fails for lack
 * of memory (a symbol takes 48 bytes) and beyond 2^29 symbols. */
bool bpe_reserve(struct bpe_scratch *s, size_t n, struct bpe_word *w);
void bpe_scratch_free(struct bpe_scratch *s);

/* bpe_merge merges W, whose arrays came from bpe_reserve(S, at least W->n). O(n^2) up to BPE_SHORT
 * symbols, O(n log n) beyond. Symbol VOCAB_NONE never merges. */
void bpe_merge(const struct bpe *b, struct bpe_scratch *s, struct bpe_word *w);

/* bpe_decode_bytes turns GPT-2's printable spelling of bytes ("Ġthe") into the bytes (" the"). OUT
 * holds at least text.len bytes. False when TEXT has a character outside of the 256. */
bool bpe_decode_bytes(struct slice text, uint8_t *out, size_t *len);

#endif
