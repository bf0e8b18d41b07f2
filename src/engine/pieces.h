/* pieces: what stands at each position of a picture in a sequence: a row that the encoder makes,
 * the row that ends a line of patches, or a token of the text that the model was trained to see
 * around rows (<row_1_col_2>). One function for each way to lay pictures out. */
#ifndef TAKT_ENGINE_PIECES_H
#define TAKT_ENGINE_PIECES_H

#include <stdint.h>

#include "base/err.h"
#include "engine/tiles.h"
#include "model/vision.h"
#include "text/tokenizer.h"

enum piece_kind { PIECE_ROW, PIECE_NEWLINE, PIECE_TOKEN };

struct piece {
    enum piece_kind kind;
    int32_t token; /* PIECE_TOKEN */
    uint32_t view; /* PIECE_ROW: of the whole picture (0) or of tile VIEW - 1, in reading order; */
    uint32_t row;  /* the number of the row there */
};

/* Zero-initialised means "none"; pieces_free accepts it. */
struct pieces {
    struct piece *v;
    uint32_t n, cap;
};

/* pieces_of lists in OUT the positions of a picture that V shows as T says. TOKENIZER is the
 * language model's; NULL will do where there is no text. Errors: MEMORY, LIMIT (more than 2^24
 * positions), USAGE (text, but no tokenizer); OUT is then "none". */
takt_rc pieces_of(struct pieces *out, const struct model_vision *v, const struct tiles *t,
                  const struct tokenizer *tokenizer, takt_err *e);

/* pieces_of_pair: of two frames of a clip with the layout T, their rows alone. pieces_of_clip: of N
 * such pairs, which are its views, with what stands around a clip. Errors as pieces_of's. */
takt_rc pieces_of_pair(struct pieces *out, const struct tiles *t, takt_err *e);
takt_rc pieces_of_clip(struct pieces *out, const struct tiles *t, uint32_t n,
                       const struct tokenizer *tokenizer, takt_err *e);

/* pieces_free makes P "none". */
void pieces_free(struct pieces *p);

#endif
