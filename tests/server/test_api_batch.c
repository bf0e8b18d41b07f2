/* Batches and files as clients say and see them. */
#include "server/api_batch.h"
#include "server/api_file.h"
#include "server/api_json.h"
#include "server/api_limits.h"
#include "server/api_query.h"
#include "server/api_usage.h"
#include "api.h"

static struct api_batch batch;

static void create(int line, const char *body, enum api_why why, const char *param)
{
    struct api_error e = {0};
    takt_rc rc = api_batch_read(&batch, &arena, slice_str(body), false, &e);
    outcome(__FILE__, line, body, rc, &e, why, param, "");
}
#define CREATE(body, why, param) create(__LINE__, body, why, param)
#define BATCH(more)                                                                                \
    "{\"input_file_id\":\"file-1\",\"endpoint\":\"/v1/responses\",\"completion_window\":" more "}"

T_TEST(bodies)
{
    static const struct {
        const char *window;
        int64_t s;
    } good[] = {{"\"24h\"", 86400},
                {"\"7d\"", 604800},
                {"\"90m\"", 5400},
                {"\"1s\"", 1},
                {"\"30d\"", 2592000}};
    static const char *const bad[] = {"\"h\"",  "\"0h\"",   "\"24\"",  "\"-1h\"",       "\"1.5h\"",
                                      "\"1w\"", "\"31d\"",  "\" 1h\"", "\"1hh\"",       "\"01h\"",
                                      "\"\"",   "\"721h\"", "\"h1\"",  "\"999999999d\""};
    char body[256];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(body, sizeof body, BATCH("%s"), good[i].window);
        CREATE(body, API_OK, "");
        T_EQ_INT(batch.window_s, good[i].s);
    }
    T_EQ_STR(api_batch_endpoint(batch.endpoint), "/v1/responses");
    T_EQ_INT(batch.files_expire_s, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(body, sizeof body, BATCH("%s"), bad[i]);
        CREATE(body, API_BAD_VALUE, "completion_window");
    }
    CREATE(BATCH("24"), API_BAD_TYPE, "completion_window");
    CREATE("{}", API_MISSING, "input_file_id");
    CREATE(BATCH("\"24h\",\"output_expires_after\":{\"anchor\":\"created_at\",\"seconds\":3600}"),
           API_OK, "");
    T_EQ_INT(batch.files_expire_s, 3600);
    CREATE(BATCH("\"24h\",\"output_expires_after\":{\"anchor\":\"x\",\"seconds\":3600}"),
           API_BAD_VALUE, "output_expires_after.anchor");
    CREATE(BATCH("\"24h\",\"output_expires_after\":{\"seconds\":3600}"), API_MISSING,
           "output_expires_after.anchor");
    done();
}

static void read_line(int line, const char *text, enum api_why why, const char *param)
{
    struct api_batch_line l;
    struct api_error e = {0};
    takt_rc rc = api_batch_line_read(&l, &arena, slice_str(text), "/v1/embeddings", &e);
    outcome(__FILE__, line, text, rc, &e, why, param, "");
}
#define LINE(text, why, param) read_line(__LINE__, text, why, param)

T_TEST(lines)
{
    LINE("{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{}}", API_OK,
         "");
    LINE("{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/completions\",\"body\":{}}",
         API_BAD_VALUE, "url");
    LINE("{\"custom_id\":\"a\",\"method\":\"PUT\",\"url\":\"/v1/embeddings\",\"body\":{}}",
         API_BAD_VALUE, "method");
    LINE("{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/embeddings\"}", API_MISSING,
         "body");
    LINE("{\"custom_id\":\"\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{}}",
         API_BAD_VALUE, "custom_id");
    LINE("{\"custom_id\":\"a\",\"custom_id\":\"b\"}", API_BAD_JSON, "");
    LINE("not JSON", API_BAD_JSON, "");
    done();
}

T_TEST(shown)
{
    struct json_out o = {0};
    struct store_batch b = {.id = "batch_1",
                            .endpoint = "/v1/embeddings",
                            .input_file = "file-1",
                            .output_file = "file-2",
                            .status = STORE_IN_PROGRESS,
                            .metadata = slice_str("{\"a\":\"b\"}"),
                            .n_lines = 3,
                            .window_s = 86400,
                            .at_s = {[STORE_VALIDATING] = 5, [STORE_IN_PROGRESS] = 6}};
    api_batch_put(&o, NULL, &b);
    const struct json *v = PARSED(&o);
    T_OK(json_is_str(json_get(v, "status"), "in_progress"));
    T_OK(json_is_str(json_get(v, "completion_window"), "24h"));
    T_OK(json_get(v, "output_file_id")->kind == JSON_NULL); /* not before the end */
    T_OK(json_get(v, "completed_at")->kind == JSON_NULL);
    T_OK(json_get(v, "errors")->kind == JSON_NULL);
    T_OK(json_is_str(json_get(json_get(v, "metadata"), "a"), "b"));
    json_out_free(&o);
    b.status = STORE_COMPLETED;
    b.window_s = 90;
    o = (struct json_out){0};
    api_batch_put(&o, NULL, &b);
    v = PARSED(&o);
    T_OK(json_is_str(json_get(v, "output_file_id"), "file-2"));
    T_OK(json_is_str(json_get(v, "completion_window"), "90s"));
    json_out_free(&o);
    done();
}

T_TEST(results)
{
    struct json_out o = {0};
    struct api_batch_result r = {.id = "batch_req_1",
                                 .request_id = "req",
                                 .custom_id = slice_str("\"quoted\"\n"),
                                 .status = 200,
                                 .body = slice_str("{\"x\":1}")};
    api_batch_result_put(&o, &r);
    T_EQ_STR(o.p,
             "{\"id\":\"batch_req_1\",\"custom_id\":\"\\\"quoted\\\"\\n\",\"response\":{"
             "\"status_code\":200,\"request_id\":\"req\",\"body\":{\"x\":1}},\"error\":null}\n");
    json_out_free(&o);
    o = (struct json_out){0};
    r.code = "batch_expired";
    r.message = "late";
    api_batch_result_put(&o, &r);
    T_EQ_STR(o.p, "{\"id\":\"batch_req_1\",\"custom_id\":\"\\\"quoted\\\"\\n\",\"response\":null,"
                  "\"error\":{\"code\":\"batch_expired\",\"message\":\"late\"}}\n");
    json_out_free(&o);

    struct api_batch_usage u;
    api_batch_usage_read(&u, slice_str("{\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,"
                                       "\"prompt_tokens_details\":{\"cached_tokens\":2}}}"));
    T_OK(u.n_prompt == 5 && u.n_answer == 7 && u.n_cached == 2);
    api_batch_usage_read(&u, slice_str("{\"usage\":{\"input_tokens\":5,\"output_tokens\":7,"
                                       "\"input_tokens_details\":{\"cached_tokens\":2}}}"));
    T_OK(u.n_prompt == 5 && u.n_answer == 7 && u.n_cached == 2);
    api_batch_usage_read(&u, slice_str("{\"usage\":{\"prompt_tokens\":-5}}"));
    T_OK(u.n_prompt == 0 && u.n_answer == 0);
    api_batch_usage_read(&u, slice_str("event: x"));
    T_OK(u.n_prompt == 0 && u.n_answer == 0);
}

/* ---- forms ----------------------------------------------------------------------------------- */

static struct api_file_form form;
static struct slice content;

static struct multipart_part part(const char *name, const char *value)
{
    return (struct multipart_part){.name = slice_str(name), .content = slice_str(value)};
}

static void send(int line, const char *purpose, const char *filename, const char *seconds,
                 enum api_why why, const char *param)
{
    struct api_error e = {0};
    struct multipart_part p[3] = {part("purpose", purpose), part("file", "content"),
                                  part("expires_after[seconds]", seconds ? seconds : "")};
    if (filename)
        p[1].filename = slice_str(filename);
    takt_rc rc = api_file_read(&form, &content, &arena, p, seconds ? 3 : 2, false, &e);
    outcome(__FILE__, line, purpose, rc, &e, why, param, "");
}
#define SEND(...) send(__LINE__, __VA_ARGS__)

T_TEST(forms)
{
    SEND("batch", "a.jsonl", "3600", API_OK, "");
    T_OK(slice_is(form.file, "a.jsonl") && form.expires_s == 3600 && slice_is(content, "content"));
    T_EQ_STR(api_purpose_name(form.purpose), "batch");
    SEND("user_data", "1", NULL, API_OK, ""); /* a name that looks like a number */
    T_OK(slice_is(form.file, "1") && form.expires_s == 0);
    SEND("batch", NULL, NULL, API_BAD_TYPE, "file");
    SEND("batch", "", NULL, API_BAD_VALUE, "file");
    SEND("nothing", "a", NULL, API_BAD_VALUE, "purpose");
    SEND("batch\xFF", "a", NULL, API_BAD_VALUE, "purpose");
    SEND("batch", "a", "3599", API_BAD_VALUE, "expires_after[seconds]");
    SEND("batch", "a", "an hour", API_BAD_TYPE, "expires_after[seconds]");
    static char large[API_MAX_FORM_TEXT + 2];
    memset(large, 'x', sizeof large - 1);
    SEND(large, "a", NULL, API_TOO_LONG, "purpose");
    done();
}

/* ---- usage ----------------------------------------------------------------------------------- */

static struct api_usage_query days;

static void ask_days(int line, const char *query, enum api_why why, const char *param)
{
    struct api_error e = {0};
    days = (struct api_usage_query){.from_day = 0};
    takt_rc rc = api_usage_query_read(&days, &arena, query, 20000, &e);
    outcome(__FILE__, line, query, rc, &e, why, param, "");
}
#define DAYS(...) ask_days(__LINE__, __VA_ARGS__)

T_TEST(usage_by_day)
{
    DAYS("", API_OK, "");
    T_OK(days.from_day == 19971 && days.to_day == 20000);
    DAYS("start_date=1970-01-01&end_date=2000-02-29", API_OK, "");
    T_OK(days.from_day == 0 && days.to_day == 11016);
    DAYS("end_date=9999-12-31", API_OK, "");
    T_EQ_INT(days.to_day, 2932896);
    static const char *const bad[] = {"2001-02-29", "1900-01-01", "2026-13-01",
                                      "2026-00-10", "2026-04-31", "2026-01-00",
                                      "2026/01/01", "26-01-0001", "+026-01-01"};
    char query[64];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(query, sizeof query, "end_date=%s", bad[i]);
        DAYS(query, API_BAD_VALUE, "end_date");
    }
    for (int64_t day = 0; day < 60000; day += 7) { /* what is told can be asked for */
        struct json_out o = {0};
        const struct store_use u = {.owner = "", .day = day};
        api_usage_put(&o, &u);
        const struct json *v = PARSED(&o);
        snprintf(query, sizeof query, "start_date=%s", json_get(v, "date")->str);
        DAYS(query, API_OK, "");
        if (!T_OK(days.from_day == day))
            break;
        json_out_free(&o);
        done();
    }
    done();
}

T_MAIN("server/api_batch")
