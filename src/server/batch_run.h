/* batch_run: batches being worked on, in the time that nobody else needs.
 *
 * Of the servers that share a store one runs the batches: the one that leads (store_leads). Each
 * line of a batch's input is a request of the program's own to the route that it names
 * (http_local), in the scheduler's class SCHED_SPARE. Its reply is written to the store as soon as
 * it is there; a line counts as answered when that is done. So after a crash a batch goes on with
 * the lines that are not in its output yet, and no line stands there twice.
 *
 *     batch_run.c   which batches are worked on, and the life of one
 *     batch_input.c its input, line by line
 *     batch_line.c  a line: from text to a request, from the reply to a line of output
 *
 * All on the loop's thread; what waits for the store is a task of its worker. */
#ifndef TAKT_SERVER_BATCH_RUN_H
#define TAKT_SERVER_BATCH_RUN_H

#include "base/err.h"

struct batches;
struct server;

/* batches_new: S->store must be open. Errors: MEMORY. batches_free: after the store's worker has
 * ended; NULL is allowed. */
takt_rc batches_new(struct batches **out, struct server *s, takt_err *e);
void batches_free(struct batches *b);

/* batches_look has the store looked through soon: a batch was made or is to be cancelled. */
void batches_look(struct batches *b);

/* batches_pump goes on with all batches as far as it can at NOW (clock_ns). B may be NULL. */
void batches_pump(struct batches *b, int64_t now);

/* batches_stop gives up the lines that are being answered and begins no more; what was answered is
 * still written. The next server goes on with them. B may be NULL. */
void batches_stop(struct batches *b);

/* batches_make_way gives up the lines that are being answered, for a request that needs their
 * places; they have their turn again later. */
void batches_make_way(struct batches *b);

#endif
