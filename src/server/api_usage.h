/* api_usage: the query of GET /v1/usage, and what keys used as clients see it. */
#ifndef TAKT_SERVER_API_USAGE_H
#define TAKT_SERVER_API_USAGE_H

#include "base/json.h"
#include "server/field.h"
#include "store/store.h"

struct api_usage_query {
    struct slice from, to;
    int64_t from_day, to_day; /* days since 1970-01-01, inclusive */
    struct field_notes notes;
};
extern const struct field_table api_usage_table;

/* api_usage_query_read reads QUERY; TODAY (a day) is what stands for what is not given. */
takt_rc api_usage_query_read(struct api_usage_query *q, struct arena *a, const char *query,
                             int64_t today, struct api_error *e);

/* api_usage_put writes U as an element of the open list. */
void api_usage_put(struct json_out *o, const struct store_use *u);

#endif
