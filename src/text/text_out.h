/* text_out: the ids of an answer as text that is decided: whole characters, and nothing that may
 * still turn out to be the beginning of a text that ends the answer. */
#ifndef TAKT_TEXT_TEXT_OUT_H
#define TAKT_TEXT_TEXT_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"
#include "text/tokenizer.h"

enum { TEXT_OUT_STOP_BYTES_MAX = 4096 };

struct text_out_options {
    const struct slice *stop; /* texts that end the answer; empty ones are none */
    size_t n_stop;
    bool keep_stop;     /* the text that ended the answer is part of it */
    bool print_control; /* control tokens come as text too */
};

/* Zero-initialised is released. OPT's texts stay the caller's and must outlive it. */
struct text_out {
    struct text_out_options opt;
    struct detok detok;
    char *held; /* [cap] the text handed out last, then what is not decided yet */
    size_t n_out, n_held, cap;
    bool stopped; /* one of the texts was found: nothing comes after it */
    size_t which; /* its number */
};

/* text_out_init starts an answer. Errors: LIMIT for a stop text of more than
 * TEXT_OUT_STOP_BYTES_MAX bytes, MEMORY. */
takt_rc text_out_init(struct text_out *o, const struct tokenizer *t,
                      const struct text_out_options *opt, takt_err *e);
void text_out_release(struct text_out *o);

/* text_out_feed gives the text that ID decides, often empty; text_out_end what was still held back,
 * when no more ids come. Both valid until the next call. After `stopped` nothing more comes. */
struct slice text_out_feed(struct text_out *o, int32_t id);
struct slice text_out_end(struct text_out *o);

#endif
