/* tokenizer_parts: what a tokenizer is made of, for the readers that build one and for encoding and
 * decoding. */
#ifndef TAKT_TEXT_TOKENIZER_PARTS_H
#define TAKT_TEXT_TOKENIZER_PARTS_H

#include "text/bpe.h"
#include "text/normalize.h"
#include "text/pretok.h"
#include "text/special.h"
#include "text/tokenizer.h"
#include "text/vocab.h"

enum {
    TOKENIZER_EOG_MAX = 32,
    TOKENIZER_PIECE_MAX = 65536, /* bytes of one token */
    /* Attributes of tokens that text may never turn into by merging. */
    TOKENIZER_NO_MERGE = TOKEN_UNKNOWN | TOKEN_CONTROL | TOKEN_BYTE,
};

/* When a space goes in front of a stretch of text (SentencePiece's dummy prefix). */
enum prefix_rule {
    PREFIX_NEVER,
    PREFIX_FIRST,  /* at the start of the text only */
    PREFIX_ALWAYS, /* behind every special token too */
};

/* SentencePiece vocabularies write a space as U+2581; here it is a plain space everywhere (tokens,
 * text), and a U+2581 in the text is taken for a space, as the reference does by escaping one to
 * the other. */
struct tokenizer {
    struct vocab v;
    struct bpe merges;
    struct pretok pre;
    struct normalizer norm;
    struct special_set raw;        /* added tokens found before normalizing */
    struct special_set normalized; /* ... and those found after it */
    bool byte_level;               /* symbols are bytes (GPT-2), else characters */
    bool ignore_merges;            /* a piece that is a token is taken whole */
    bool fuse_unk;                 /* a run of unknown characters is one unknown token */
    bool strips_prefix;            /* decoding drops the first space */
    bool strips_run;               /* ... and all others that its token begins with */
    bool drops_unknown;            /* characters without any token vanish before merging */
    enum prefix_rule prefix;
    bool prefix_late;         /* the prefix comes after normalized added tokens are found */
    bool prefix_unless_space; /* none before a space */
    bool add_bos, add_eos;
    int32_t bos, eos, unk;
    int32_t eog[TOKENIZER_EOG_MAX];
    uint32_t n_eog;
    uint32_t symbol[256]; /* ids of one-byte symbols, or VOCAB_NONE */
    int32_t byte_id[256]; /* tokens that stand for a byte when nothing else does, or -1 */
    uint8_t *whole;       /* [n_tokens] bytes merge to just this token */
    size_t piece_max;
    char kind[96];
};

/* tokenizer_alloc makes an empty tokenizer whose vocabulary has room for N tokens. */
takt_rc tokenizer_alloc(struct tokenizer **out, uint32_t n, takt_err *e);

/* tokenizer_add_token appends the next id to T's vocabulary. TEXT is as the file spells it: GPT-2's
 * bytes in byte-level vocabularies, U+2581 for spaces in SPACED ones, "<0x0A>" for TOKEN_BYTE.
 * Tokens of TOKEN_CONTROL, TOKEN_USER_DEFINED and TOKEN_UNKNOWN are literal. */
takt_rc tokenizer_add_token(struct tokenizer *t, struct slice text, unsigned attr, bool spaced,
                            float score, takt_err *e);

/* tokenizer_add_merge lets the pieces LEFT and RIGHT (spelled as in tokenizer_add_token) merge at
 * RANK. Pieces outside of the vocabulary become virtual symbols, or are refused when STRICT. */
takt_rc tokenizer_add_merge(struct tokenizer *t, struct slice left, struct slice right, bool spaced,
                            uint32_t rank, bool strict, takt_err *e);

/* tokenizer_add_eog adds an id that ends generations; invalid ids and repetitions are ignored. */
void tokenizer_add_eog(struct tokenizer *t, int32_t id);

/* tokenizer_symbols fills the tables of one-byte symbols; before spm_add_merges or the first merge.
 */
takt_rc tokenizer_symbols(struct tokenizer *t, takt_err *e);

/* tokenizer_finish computes what encoding needs from the filled parts. T->kind must be set. */
takt_rc tokenizer_finish(struct tokenizer *t, takt_err *e);

/* Readers of each kind of file. On failure *out is NULL. */
takt_rc tokenizer_from_gguf(struct tokenizer **out, const struct model *m, takt_err *e);
takt_rc tokenizer_from_json(struct tokenizer **out, struct slice text, const char *where,
                            takt_err *e);
takt_rc tokenizer_from_sentencepiece(struct tokenizer **out, struct slice file, const char *where,
                                     takt_err *e);
takt_rc tokenizer_from_tiktoken(struct tokenizer **out, struct slice file, const char *where,
                                takt_err *e);

/* encode_word_is (encode.c) tells whether merging the text of token ID gives exactly ID. */
bool encode_word_is(const struct tokenizer *t, struct bpe_scratch *s, uint32_t id);

#endif
