/* pretok: cuts text into the pieces inside which merges may happen.
 *
 * A pre-tokenizer is up to PRETOK_STAGES cutters in a row, each working inside the pieces of the
 * one before. The published patterns have hand-written cutters; any other pattern runs through
 * PCRE2. Immutable after building. */
#ifndef TAKT_TEXT_PRETOK_H
#define TAKT_TEXT_PRETOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

enum { PRETOK_STAGES = 8, PRETOK_PATTERN_MAX = 8192 };

enum pretok_kind {
    PRETOK_GPT2,    /* 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ */
    PRETOK_LLAMA3,  /* cl100k: (?i:'s|...)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
                       ?[^\s\p{L}\p{N}]+[\r\n]*|... */
    PRETOK_QWEN2,   /* the same with \p{N} */
    PRETOK_QWEN35,  /* the same with [\p{L}\p{M}] for letters */
    PRETOK_GPT4O,   /* o200k: letters cut by case, contractions at the word's end */
    PRETOK_TEKKEN,  /* o200k with \p{N} and without contractions */
    PRETOK_DIGITS,  /* every \p{N} by itself */
    PRETOK_NUMBERS, /* every run of \p{N} by itself */
    PRETOK_WORDS,   /* before a space that follows another character (SentencePiece words; spaces
                       lead) */
    PRETOK_SPACES,  /* before every space (Metaspace with split) */
    PRETOK_PATTERN, /* a regular expression */
};

struct pretok_stage {
    enum pretok_kind kind;
    void *pattern;     /* pcre2_code of PRETOK_PATTERN */
    bool drop_matches; /* Split's behaviour "Removed" */
    bool drop_gaps;    /* ... with "invert" */
};

struct pretok {
    struct pretok_stage stages[PRETOK_STAGES];
    uint32_t n_stages; /* 0: the text is one piece */
};

/* pretok_add appends a stage of a hand-written kind; false when there are PRETOK_STAGES already. */
bool pretok_add(struct pretok *p, enum pretok_kind kind);

/* pretok_add_pattern appends the cutter of a regular expression (or of a literal string): the
 * hand-written one when the pattern is known. WHERE names the source in messages. */
takt_rc pretok_add_pattern(struct pretok *p, struct slice pattern, bool literal, bool drop_matches,
                           bool drop_gaps, const char *where, takt_err *e);

/* pretok_compile_pattern appends PATTERN as a regular expression even if it is known (for
 * comparing). */
takt_rc pretok_compile_pattern(struct pretok *p, struct slice pattern, bool literal,
                               const char *where, takt_err *e);

/* pretok_add_named appends the stages that GGUF's tokenizer.ggml.pre NAME stands for.
 * *ignore_merges and *add_bos are that pre-tokenizer's defaults. Errors: TAKT_ERR_UNSUPPORTED with
 * the known names. */
takt_rc pretok_add_named(struct pretok *p, struct slice name, bool *ignore_merges, bool *add_bos,
                         takt_err *e);
void pretok_free(struct pretok *p);

/* pretok_kind_name gives a short name for messages, e.g. "llama-bpe". */
const char *pretok_kind_name(enum pretok_kind kind);

typedef bool pretok_word_fn(void *ctx, const uint8_t *p, size_t len);

/* pretok_run calls WORD for every piece of TEXT in order (any bytes; never an empty piece) until it
 * returns false. Returns false when WORD did, or for lack of memory. */
bool pretok_run(const struct pretok *p, struct slice text, pretok_word_fn *word, void *ctx);

/* pretok_next gives the end of the piece that starts at S[AT], AT < END, for a hand-written KIND.
 */
size_t pretok_next(enum pretok_kind kind, const uint8_t *s, size_t at, size_t end);

#endif
