/* tokenizer: text to token ids and back, for byte-level BPE and SentencePiece vocabularies.
 *
 * Built once from a model's metadata (GGUF), tokenizer.json or tokenizer.model; immutable
 * afterwards, any thread. */
#ifndef TAKT_TEXT_TOKENIZER_H
#define TAKT_TEXT_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/model.h"

struct tokenizer;

enum token_attr {
    TOKEN_NORMAL = 0,
    TOKEN_UNKNOWN = 1,
    TOKEN_CONTROL = 2, /* <|eot_id|>: never printed unless asked, matched only when parse_special */
    TOKEN_USER_DEFINED = 4, /* added token that is text: always matched, printed */
    TOKEN_BYTE = 8,         /* <0x0A> */
    TOKEN_UNUSED = 16,
};

/* tokenizer_new builds from M. Errors: none in the file, unknown model or pre-tokenizer (named,
 * with the known list), broken tables. The tokenizer keeps no pointer into M. */
takt_rc tokenizer_new(struct tokenizer **out, const struct model *m, takt_err *e);
/* tokenizer_new_from_file builds from a tokenizer.json or a SentencePiece tokenizer.model alone. */
takt_rc tokenizer_new_from_file(struct tokenizer **out, const char *path, takt_err *e);
void tokenizer_free(struct tokenizer *t);

struct tokenize_options {
    bool add_bos; /* put BOS first (callers usually pass tokenizer_adds_bos()) */
    bool add_eos;
    bool parse_special; /* recognise control tokens in the text */
    bool no_prefix;     /* suppress SentencePiece's dummy prefix space (text that continues earlier
                           text) */
};

/* tokenizer_encode writes at most CAP ids of TEXT (any bytes: invalid UTF-8 is encoded too) to IDS
 * and sets *n to the number of ids that the text has; when *n > CAP the ids are cut and the caller
 * may call again with more room. IDS may be NULL when CAP is 0. Fails only for lack of memory. */
takt_rc tokenizer_encode(const struct tokenizer *t, const char *text, size_t len,
                         const struct tokenize_options *opt, int32_t *ids, size_t cap, size_t *n,
                         takt_err *e);

/* A stream of ids back to text. Zero-initialise (detok_init), feed ids; text comes out as soon as
 * characters are whole. */
struct detok {
    const struct tokenizer *t;
    bool print_control; /* show control tokens as their text */
    bool strip_prefix;  /* drop the first space of a SentencePiece text (set by detok_init at a
                           text's start) */
    uint8_t held[8];    /* bytes of an unfinished character */
    uint8_t n_held;
};

/* detok_init starts anew. AT_START: the first piece loses the space that the tokenizer put before
 * it. PRINT_CONTROL: control tokens give their names instead of nothing. T stays the caller's. */
void detok_init(struct detok *d, const struct tokenizer *t, bool at_start, bool print_control);
/* detok_feed appends the text that ID completes to OUT (CAP bytes; tokenizer_piece_max() + 16
 * always suffices) and returns its length. Invalid ids give nothing. Bytes that can never be a
 * character come out as U+FFFD. */
size_t detok_feed(struct detok *d, int32_t id, char *out, size_t cap);
/* detok_end flushes an unfinished character as U+FFFD. */
size_t detok_end(struct detok *d, char *out, size_t cap);

/* tokenizer_n_vocab counts the ids, 0..n-1, virtual symbols not among them. */
uint32_t tokenizer_n_vocab(const struct tokenizer *t);

/* tokenizer_piece_max is the most bytes that one token prints; a byte that is no UTF-8 counts as
 * the three of U+FFFD. */
size_t tokenizer_piece_max(const struct tokenizer *t);
/* tokenizer_token_text gives the bytes that a token stands for (a control token's name), owned by
 * T. */
struct slice tokenizer_token_text(const struct tokenizer *t, int32_t id);

/* tokenizer_token_attr gives the bits of enum token_attr; TOKEN_UNUSED for an id out of range. */
unsigned tokenizer_token_attr(const struct tokenizer *t, int32_t id);
/* tokenizer_find gives the id whose text is exactly S, or -1. */
int32_t tokenizer_find(const struct tokenizer *t, const char *s);

/* tokenizer_bos, tokenizer_eos: the ids of the tokens that begin and end a text; -1: there is
 * none. */
int32_t tokenizer_bos(const struct tokenizer *t);
int32_t tokenizer_eos(const struct tokenizer *t);

/* tokenizer_adds_bos, tokenizer_adds_eos: does the model want them around every text? */
bool tokenizer_adds_bos(const struct tokenizer *t);
bool tokenizer_adds_eos(const struct tokenizer *t);
/* tokenizer_is_eog: does ID end a generation? (eos, eot, eom, ... of this vocabulary) */
bool tokenizer_is_eog(const struct tokenizer *t, int32_t id);
/* tokenizer_eog lists all *n of them, owned by T. */
const int32_t *tokenizer_eog(const struct tokenizer *t, uint32_t *n);
/* tokenizer_kind names model and pre-tokenizer, e.g. "BPE, pre-tokenizer llama-bpe" . */
const char *tokenizer_kind(const struct tokenizer *t);

#endif
