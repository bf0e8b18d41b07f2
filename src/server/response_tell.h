/* response_tell: the end of a reply of the Responses API: first into the store, then to the client,
 * so that what was told can be asked for again, whatever happens. */
#ifndef TAKT_SERVER_RESPONSE_TELL_H
#define TAKT_SERVER_RESPONSE_TELL_H

#include "server/server_parts.h"
#include "store/store.h"

/* response_tell sends TOLD to C's client, the whole reply or, where C has begun a stream, its last
 * events, and ends the reply; once KEPT is in the store, unless it is NULL. If it cannot be kept,
 * the log and TOLD's `store` say so. TOLD's text is taken, KEPT is copied; C->x is kept by nobody
 * else. */
void response_tell(const struct call *c, struct json_out *told, const struct store_response *kept);

#endif
