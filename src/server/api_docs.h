/* api_docs: docs/api.md and /openapi.json, from the list of routes and the tables that read
 * requests. */
#ifndef TAKT_SERVER_API_DOCS_H
#define TAKT_SERVER_API_DOCS_H

#include <stdio.h>

#include "base/json.h"

/* api_markdown prints docs/api.md. */
void api_markdown(FILE *out);

/* api_openapi writes the OpenAPI 3.1 document; VERSION is takt's. */
void api_openapi(struct json_out *o, const char *version);

#endif
