/* responses: what was answered through the Responses API, kept for GET and for responses that go on
 * from it. In memory, within bounds: the oldest are forgotten first. */
#ifndef TAKT_SERVER_RESPONSES_H
#define TAKT_SERVER_RESPONSES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"

enum { RESPONSES_CHAIN_MAX = 1024 }; /* responses that follow each other */

struct response_kept {
    const char *id;
    const char *owner;    /* the name of its key; "" without keys */
    const char *previous; /* the response that it goes on from; NULL: none */
    struct slice reply;   /* JSON: as it was told */
    struct slice input;   /* JSON: the items that were new */
};

struct responses;

/* responses_new keeps N_MAX responses and BYTES_MAX bytes of them at most. Error: MEMORY. */
takt_rc responses_new(struct responses **out, uint32_t n_max, uint64_t bytes_max, uint64_t seed,
                      takt_err *e);
void responses_free(struct responses *s); /* NULL is allowed */

/* responses_put keeps a copy of R, whose id is new. Errors: MEMORY, LIMIT (larger than all that may
 * be kept). */
takt_rc responses_put(struct responses *s, const struct response_kept *r, takt_err *e);

/* responses_get finds response ID of OWNER, NULL when there is none; valid until the next
 * responses_put or responses_delete. */
const struct response_kept *responses_get(const struct responses *s, const char *id,
                                          const char *owner);

/* responses_chain gives ID and all that it goes on from, the newest first; *n is 0 when ID is not
 * there. *broken: it ends early, where one was deleted or forgotten. The list lies in A, what it
 * points at is valid as above. Errors: MEMORY, LIMIT (more than RESPONSES_CHAIN_MAX). */
takt_rc responses_chain(const struct responses *s, const char *id, const char *owner,
                        struct arena *a, const struct response_kept ***out, uint32_t *n,
                        bool *broken, takt_err *e);

/* responses_delete: false when there is none. */
bool responses_delete(struct responses *s, const char *id, const char *owner);

#endif
