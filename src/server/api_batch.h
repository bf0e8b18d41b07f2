/* api_batch: the body of POST /v1/batches, lines of a batch's input and output, and batches as
 * clients see them. */
#ifndef TAKT_SERVER_API_BATCH_H
#define TAKT_SERVER_API_BATCH_H

#include "base/json.h"
#include "server/field.h"
#include "store/store.h"

struct api_batch {
    struct slice input_file_id, completion_window;
    uint32_t endpoint;
    struct field_json metadata;
    uint32_t anchor;
    int64_t files_expire_s; /* 0: never */
    int64_t window_s;       /* completion_window, read */
    struct field_notes notes;
};
extern const struct field_table api_batch_table;

/* What of a list is wanted: a query of GET /v1/batches. */
struct api_batches_query {
    int64_t limit;
    struct slice after;
    struct field_notes notes;
};
extern const struct field_table api_batches_query_table;

/* A line of an input file. */
struct api_batch_line {
    struct slice custom_id;
    uint32_t method, url; /* an endpoint */
    struct field_json body;
    struct field_notes notes;
};
extern const struct field_table api_batch_line_table;

/* api_batch_read reads BODY. */
takt_rc api_batch_read(struct api_batch *b, struct arena *a, struct slice body, bool groq_strict,
                       struct api_error *e);

/* api_batch_line_read reads TEXT, a line of the input of a batch for ENDPOINT. */
takt_rc api_batch_line_read(struct api_batch_line *l, struct arena *a, struct slice text,
                            const char *endpoint, struct api_error *e);

/* api_batch_endpoint is the path that the value of a field endpoint or url means. */
const char *api_batch_endpoint(uint32_t endpoint);

/* api_batch_put writes B as the member KEY (or NULL). */
void api_batch_put(struct json_out *o, const char *key, const struct store_batch *b);

/* api_batch_fault adds what is wrong with line N (from 0; -1: with all of it) to the open list of a
 * batch's errors. */
void api_batch_fault(struct json_out *o, int64_t n, const struct api_error *e);

/* What became of a line: a line of the output or of the errors, with its line feed. BODY is JSON;
 * with CODE (and MESSAGE) there was no reply. */
struct api_batch_result {
    const char *id, *request_id;
    struct slice custom_id;
    int status;
    struct slice body;
    const char *code, *message;
};
void api_batch_result_put(struct json_out *o, const struct api_batch_result *r);

/* Tokens of a reply, whatever kind it is; zeros where it tells none. */
struct api_batch_usage {
    uint64_t n_prompt, n_cached, n_answer;
};
void api_batch_usage_read(struct api_batch_usage *u, struct slice reply);

#endif
