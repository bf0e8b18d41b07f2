/* usage: what each key has used, counted here and written to the store about once a second: that
 * much is lost when the server is killed. */
#ifndef TAKT_SERVER_USAGE_H
#define TAKT_SERVER_USAGE_H

#include "server/auth.h"
#include "store/store_worker.h"

struct usage;

/* usage_new makes counters that are written by W. Errors: MEMORY. */
takt_rc usage_new(struct usage **out, struct store_worker *w, takt_err *e);

/* usage_free: everything was written, or is lost. NULL is allowed. */
void usage_free(struct usage *u);

/* usage_count adds a request of WHO with so many tokens, of whose prompt N_CACHED came from the
 * cache. U may be NULL. */
void usage_count(struct usage *u, const struct auth_who *who, uint64_t n_prompt, uint64_t n_cached,
                 uint64_t n_answer);

/* usage_flush writes what was counted, unless that is being done; what cannot be written is tried
 * again with the next call. *failed (may be NULL) is set to the error of the last try, if it is
 * new. */
void usage_flush(struct usage *u, takt_err *failed);

#endif
