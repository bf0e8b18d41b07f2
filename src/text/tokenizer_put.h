/* tokenizer_put: a tokenizer as the keys tokenizer.ggml.* of a GGUF file. */
#ifndef TAKT_TEXT_TOKENIZER_PUT_H
#define TAKT_TEXT_TOKENIZER_PUT_H

#include "model/gguf_write.h"
#include "text/tokenizer.h"

/* tokenizer_put gives W the vocabulary of T (from any source), padded with unused tokens to the
 * N_VOCAB rows of the embeddings, the merges or scores, the ids of special tokens, and what is put
 * around a text. Nothing is put on failure: TAKT_ERR_UNSUPPORTED when GGUF has no name for T's
 * pre-tokenizer, TAKT_ERR_FORMAT when T has more than N_VOCAB tokens, TAKT_ERR_MEMORY. */
takt_rc tokenizer_put(struct gguf_writer *w, const struct tokenizer *t, uint32_t n_vocab,
                      takt_err *e);

#endif
