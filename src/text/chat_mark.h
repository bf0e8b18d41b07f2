/* chat_mark: keeps what users write from becoming control tokens.
 *
 * A prompt is one text in which the names of control tokens (<|eot_id|>) become those tokens. The
 * template may write such names; a message that holds one must not end its turn with it. So names
 * in messages are put between two marks before they go through the template; afterwards the marks
 * are taken out, and the stretches they enclosed are encoded as plain text. Where a picture stands,
 * the template says by a placeholder of its own ("<image>"), which is then marked as such names are
 * where a user wrote it; or, where it knows of no pictures, a third mark in a text, with a number
 * between two of it. The marks are noncharacters (U+FDD0 to U+FDEF) that no text of the
 * conversation holds. */
#ifndef TAKT_TEXT_CHAT_MARK_H
#define TAKT_TEXT_CHAT_MARK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/slice.h"
#include "text/tokenizer.h"

enum { CHAT_MARK_BYTES = 3, CHAT_PICTURE_BYTES = 2 * CHAT_MARK_BYTES + 11 };

struct chat_mark {
    const struct tokenizer *t;
    char open[CHAT_MARK_BYTES], close[CHAT_MARK_BYTES], picture[CHAT_MARK_BYTES];
    bool used;                /* a text was marked, or there are pictures */
    struct slice placeholder; /* what the template writes for a picture; p is NULL: a mark is */
};

/* A stretch of the prompt that is plain text whatever it looks like, or the place of a picture. */
struct chat_span {
    size_t begin, end; /* bytes; the same for a picture, whose placeholder is taken out */
    int64_t picture;   /* its number, -1: plain text */
};

/* chat_mark_init picks marks that no string of VARS holds. T's control tokens are what is marked.
 * Error: LIMIT when the strings hold nearly all noncharacters. */
takt_rc chat_mark_init(struct chat_mark *m, const struct tokenizer *t, const struct json *vars,
                       takt_err *e);

/* chat_mark_placeholder: the template writes TEXT, which must stay, for each picture, in order. */
void chat_mark_placeholder(struct chat_mark *m, const char *text);

/* chat_mark_picture writes what stands for picture I in a text, NUL-terminated. */
void chat_mark_picture(struct chat_mark *m, char out[CHAT_PICTURE_BYTES], uint32_t i);

/* chat_mark_text is TEXT with marks round every name of a control token, in memory of ARENA; TEXT
 * itself when there is none. p is NULL when out of memory. */
struct slice chat_mark_text(struct chat_mark *m, struct arena *arena, struct slice text);

/* chat_mark_strip takes the marks out of TEXT, in place, and lists the stretches whose marks are
 * both still round a whole name, and the places of pictures. *spans is malloc'ed (NULL for none).
 * Error: MEMORY. */
takt_rc chat_mark_strip(const struct chat_mark *m, char *text, size_t *len,
                        struct chat_span **spans, size_t *n_spans, takt_err *e);

#endif
