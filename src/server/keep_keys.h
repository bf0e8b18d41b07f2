/* keep_keys: the API keys of the server's store, which stand beside those of a key file. */
#ifndef TAKT_SERVER_KEEP_KEYS_H
#define TAKT_SERVER_KEEP_KEYS_H

#include "server/server_parts.h"

/* keep_keys_open reads them from STORE, which the worker does not have yet. As soon as a store has
 * had a key, everybody needs one, even when all are revoked. Errors: those of store_keys and
 * auth_keep. */
takt_rc keep_keys_open(struct server *s, struct store *store, takt_err *e);

/* keep_keys_tick has them read again when they have changed, which is looked at every
 * KEEP_KEYS_S seconds, or at the next tick after keep_keys_reload. After a mistake all keys are as
 * before. */
enum { KEEP_KEYS_S = 2 };
void keep_keys_tick(struct server *s, int64_t now);
void keep_keys_reload(struct server *s);

#endif
