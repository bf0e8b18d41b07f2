/* What clients say about batches: bodies, lines of input, queries; and replies that usage is read
 * from. What is accepted is within its limits, and what a line becomes is one line of JSON. */
#include <string.h>

#include "server/api_batch.h"
#include "server/api_limits.h"
#include "server/api_usage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_error(const struct api_error *e)
{
    if (e->why == API_OK || !e->message[0])
        __builtin_trap();
}

static void check_result(const struct api_batch_line *l, struct slice body)
{
    const struct api_batch_result r = {
        .id = "a", .request_id = "b", .custom_id = l->custom_id, .status = 200, .body = body};
    struct json_out o = {0};
    struct arena a = {0};
    const struct json *root;
    api_batch_result_put(&o, &r);
    if (!o.failed &&
        (o.p[o.len - 1] != '\n' ||
         json_parse(&root, &a, (struct slice){(uint8_t *)o.p, o.len}, "result", NULL, NULL).code))
        __builtin_trap();
    arena_free(&a);
    json_out_free(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct slice text = {data, n};
    struct arena a = {0};
    struct api_error e = {.why = API_OK};
    struct api_batch b;
    struct api_batch_line l;
    struct api_batch_usage u;
    struct api_usage_query q = {.from_day = 0};
    char query[256];
    if (api_batch_read(&b, &a, text, false, &e).code)
        check_error(&e);
    else if (b.window_s < 1 || b.window_s > API_MAX_WINDOW_S || !b.input_file_id.len)
        __builtin_trap();
    if (api_batch_line_read(&l, &a, text, "/v1/chat/completions", &e).code)
        check_error(&e);
    else if (!l.custom_id.len || !l.body.text.len)
        __builtin_trap();
    else
        check_result(&l, l.body.text);
    api_batch_usage_read(&u, text);
    snprintf(query, sizeof query, "%.*s", (int)(n < 255 ? n : 255), (const char *)data);
    if (api_usage_query_read(&q, &a, query, 20000, &e).code)
        check_error(&e);
    arena_free(&a);
    return 0;
}
