/* fetch: files from the web, from hosts of a list alone. By libcurl, which is loaded when a list is
 * given.
 *
 * What a client may make this machine ask for is a door into the network behind it, so: only http
 * and https, no names and passwords in a URL; its host must be in the list, and so must that of
 * every redirect; the address that is connected to must be a public one, whatever a name server
 * says. Addresses of private networks, this machine and the link are connected to only where the
 * list has that very address and the URL has it, too. Proxies of the environment are not used,
 * nothing is sent but a GET with a User-Agent, and of what comes only so many bytes are taken, for
 * so long. */
#ifndef TAKT_NET_FETCH_H
#define TAKT_NET_FETCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

enum { FETCH_HOSTS_MAX = 256, FETCH_HOST_BYTES = 264, FETCH_REDIRECTS_MAX = 4 };

struct fetch;

/* fetch_new loads libcurl and takes LIST: N texts, each of entries with commas between them: a
 * name, one with "*." before it (all names below it), or an address (IPv6 in brackets), with
 * ":port" or for the usual port of http or https. TIME_S: for a whole file, redirects included.
 * Call it while there is one thread. Errors: USAGE (an entry), LIMIT (too many), UNSUPPORTED (no
 * libcurl), MEMORY. */
takt_rc fetch_new(struct fetch **out, const char *const *list, uint32_t n, double time_s,
                  takt_err *e);
void fetch_free(struct fetch *f); /* NULL is allowed */

/* fetch_check: may URL be asked for, as far as it tells? Error: UNSUPPORTED, "where" being
 * "address". Nothing is asked for. */
takt_rc fetch_check(const struct fetch *f, const char *url, takt_err *e);

/* fetch_get gives what is at URL, at most BYTES_MAX (malloc'ed; NULL after an error). Any thread,
 * several at once; takes as long as TIME_S says. CANCEL (may be NULL) ends it soon when it becomes
 * true. Errors: those of fetch_check (of redirects too); FORMAT (there is no file: another status
 * than 200, no such host, no answer in time, a bad certificate), LIMIT (more bytes), CANCELLED,
 * MEMORY. Messages hold nothing of what came. */
takt_rc fetch_get(struct fetch *f, const char *url, uint64_t bytes_max, const atomic_bool *cancel,
                  uint8_t **out, size_t *n, takt_err *e);

/* fetch_is_public: is A an address of the Internet, and of nobody's own network? */
bool fetch_is_public(const struct sockaddr *a);

#endif
