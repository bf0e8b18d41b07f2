/* files: what goes on of /v1/files behind a reply that has begun. */
#ifndef TAKT_SERVER_FILES_H
#define TAKT_SERVER_FILES_H

#include "server/server_parts.h"
#include "store/store.h"

/* download_begin replies to C with the content of F, part by part, as fast as the client reads. */
void download_begin(const struct call *c, const struct store_file *f);

/* downloads_go_on asks for the next parts of those whose clients have read what was sent. */
void downloads_go_on(struct server *s);

/* downloads_end breaks all off. */
void downloads_end(struct server *s);

#endif
