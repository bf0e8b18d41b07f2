/* tokenizer_pipeline: the steps around the model in a tokenizer.json (Hugging Face tokenizers):
 * normalizer, pre_tokenizer, post_processor, decoder. Steps that takt does not know are refused by
 * name. */
#ifndef TAKT_TEXT_TOKENIZER_PIPELINE_H
#define TAKT_TEXT_TOKENIZER_PIPELINE_H

#include "base/json.h"
#include "text/tokenizer_parts.h"

enum { PIPELINE_DEPTH = 4 }; /* Sequences inside Sequences */

/* pipeline_read_text reads ROOT's normalizer and pre_tokenizer into T. *spaced becomes true when
 * spaces are written as U+2581. Before tokens are added. */
takt_rc pipeline_read_text(struct tokenizer *t, const struct json *root, bool *spaced,
                           const char *where, takt_err *e);

/* pipeline_read_ids reads ROOT's post_processor (which tokens go around a text: T's bos, eos,
 * add_bos, add_eos) and decoder. After tokens are added. */
takt_rc pipeline_read_ids(struct tokenizer *t, const struct json *root, const char *where,
                          takt_err *e);

#endif
