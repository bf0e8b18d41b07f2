/* api_schemas: the parts of the OpenAPI document that no table of fields makes: elements of lists,
 * and replies. */
#ifndef TAKT_SERVER_API_SCHEMAS_H
#define TAKT_SERVER_API_SCHEMAS_H

#include <stdint.h>

struct api_schema {
    const char *name;   /* among #/components/schemas */
    const char *schema; /* JSON schema with ' for " */
};

extern const struct api_schema api_schemas[];
extern const uint32_t api_schema_count;

#endif
