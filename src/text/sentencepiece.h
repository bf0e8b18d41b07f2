/* sentencepiece: the reader of SentencePiece's tokenizer.model, a protobuf message
 * (sentencepiece_model.proto).
 *
 * Only the fields that encoding depends on are read; unknown ones are skipped, as protobuf asks. */
#ifndef TAKT_TEXT_SENTENCEPIECE_H
#define TAKT_TEXT_SENTENCEPIECE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

enum { SP_NORMAL = 1, SP_UNKNOWN, SP_CONTROL, SP_USER_DEFINED, SP_UNUSED, SP_BYTE };
enum { SP_UNIGRAM = 1, SP_BPE, SP_WORD, SP_CHAR };

struct sp_piece {
    struct slice text; /* into the file */
    float score;
    int type;
};

/* The settings of a model, defaults filled in. */
struct sp_model {
    uint32_t n_pieces;
    int model_type;
    int32_t unk, bos, eos; /* -1: none */
    bool suffix;           /* treat_whitespace_as_suffix */
    bool dummy_prefix, remove_extra_whitespaces, escape_whitespaces;
    bool has_charsmap; /* a compiled normalization table is present */
};

/* sp_read reads the settings of FILE and counts its pieces. Errors: TAKT_ERR_FORMAT with the
 * offset. */
takt_rc sp_read(struct sp_model *m, struct slice file, const char *where, takt_err *e);

/* sp_next_piece walks the pieces in order: call with *at = 0 first; false at the end. FILE has
 * passed sp_read. */
bool sp_next_piece(struct slice file, size_t *at, struct sp_piece *out);

#endif
