/* keep: the server's store: opening it, what is done to it from time to time, closing it. */
#ifndef TAKT_SERVER_KEEP_H
#define TAKT_SERVER_KEEP_H

#include "server/server_parts.h"

/* keep_open opens the store that the configuration names, or none. Errors: those of store_open. */
takt_rc keep_open(struct server *s, takt_err *e);

/* keep_collect lets waiting calls go on; keep_tick does what time brings, at NOW (clock_ns). */
void keep_collect(struct server *s);
void keep_tick(struct server *s, int64_t now);

/* keep_close writes what is left, waits for it, and closes the store. */
void keep_close(struct server *s);

#endif
