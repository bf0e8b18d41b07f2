/* api_docs: docs/api.md and /openapi.json, from the tables that read requests. */
#ifndef TAKT_SERVER_API_DOCS_H
#define TAKT_SERVER_API_DOCS_H

#include "server/field.h"

/* A route with a body, and the table of its fields. */
struct api_route {
    const char *path, *summary;
    const struct field_table *table;
    const char *reply;  /* the schema of its reply: a name among the components */
    const char *stream; /* what a stream is made of; NULL: it cannot stream */
};

/* api_routes is the list of them; *n is set to how many. */
const struct api_route *api_routes(uint32_t *n);

/* api_markdown prints docs/api.md. */
void api_markdown(FILE *out);

/* api_openapi writes the OpenAPI 3.1 document; VERSION is takt's. */
void api_openapi(struct json_out *o, const char *version);

#endif
