/* sight: the pictures of a request, from what it says of them to what the model sees.
 *
 * A handler that finds pictures in its request begins a sight, and its call is set aside: threads
 * read the bytes and their headers (then it is known what each takes in the prompt), decode them in
 * confined processes (media.h), and hand them to the model's eyes (engine/eyes.h). The loop only
 * hands things from one to the next. What is wrong with a picture is replied to with the place that
 * names it; when the client leaves, all is let go. */
#ifndef TAKT_SERVER_SIGHT_H
#define TAKT_SERVER_SIGHT_H

#include "server/api_picture.h"
#include "server/server_parts.h"

struct sight;

/* Who waits for a sight. All are called on the loop's thread, with USER. */
struct sight_user {
    /* All headers are read: sight_spans can be shown to takt_chat_prompt. False after it has
     * replied. */
    bool (*sized)(void *user);
    /* All pictures are there; the call is the user's again. It takes the sight over and must
     * free it. */
    void (*ready)(void *user);
    /* It is over without `ready`: the client left, or has been replied to. Releases all that the
     * request consists of, which nothing refers to any more. */
    void (*drop)(void *user);
};

/* sight_begin sets C aside and looks at PICTURES, which are at least one, for M; what they consist
 * of must stay until `ready` or `drop`, one of which will be called, later. NULL after it replied
 * that it cannot be: M sees nothing, too many, too little memory. SALT as in service.h. With
 * SIZES_ONLY `sized` replies in any case, and M need not be in memory. */
struct sight *sight_begin(const struct call *c, struct served *m,
                          const struct api_pictures *pictures, uint64_t salt, bool sizes_only,
                          const struct sight_user *k, void *user);

/* sight_free releases one that is `ready`, with its pictures. NULL is allowed. */
void sight_free(struct sight *x);

/* sight_spans: the pictures in order; before `ready` they are only known by what they take.
 * A clip's frames are pictures of their own by then; sight_clips tells which they are, as
 * takt_chat_input wants it. sight_tokens: as many tokens as their processor counts for all of them
 * together (picture_counted). */
takt_span *sight_spans(struct sight *x, uint32_t *n);
const uint32_t *sight_clips(const struct sight *x);
uint32_t sight_tokens(const struct sight *x);

/* sight_fill writes the pictures' ids, now that they are known, into the prompt IDS that was made
 * with the spans. */
void sight_fill(struct sight *x, int32_t *ids);

/* sight_ns predicts, when all headers are read, the nanoseconds until `ready`. SLOW_NS (may be
 * NULL) gets the same with the encoder's steps as slow as they come to be at times. */
double sight_ns(const struct sight *x, double *slow_ns);

/* sight_ahead_ns predicts, then, how long the service will read prompts whose pictures came before
 * those of X, and which it does not know of yet. sight_will_read: for such of others, that of X
 * takes NS. */
double sight_ahead_ns(const struct sight *x);
void sight_will_read(struct sight *x, double ns);

/* How it went, for logs. */
struct sight_figures {
    uint32_t n, n_cached; /* pictures; those that the encoder was not needed for */
    double ns_predicted;  /* by sight_ns, */
    int64_t ns;           /* and how long it was */
};
void sight_figures(const struct sight *x, struct sight_figures *out);

/* ---- the server's ---- */

/* sights_new makes S->sights, where a model of S has a picture encoder; nothing otherwise, and,
 * with a warning, where pictures cannot be decoded here and nobody has named an encoder. Errors:
 * those of media_pool_new; MEMORY, IO. sights_free ends the threads; no sight may be left. */
takt_rc sights_new(struct server *s, takt_err *e);
void sights_free(struct server *s);

/* sights_pump hands on what threads have done. sights_end replies to all that wait that the server
 * ends. */
void sights_pump(struct server *s);
void sights_end(struct server *s);

/* sights_take_clips: can S decode films? */
bool sights_take_clips(const struct server *s);

/* sights_waiting: pictures that are being looked at for M. */
uint32_t sights_waiting(const struct server *s, const struct served *m);

#endif
