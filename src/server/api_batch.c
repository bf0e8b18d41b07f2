#include "server/api_batch.h"

#include <string.h>

#include "server/api_json.h"
#include "server/api_limits.h"

enum { O = FIELD_OPENAI, G = FIELD_GROQ };
enum { EXPIRES_MIN_S = 3600, EXPIRES_MAX_S = 30 * 86400 };

#define ENDPOINTS "/v1/chat/completions|/v1/completions|/v1/embeddings|/v1/responses"
static const char *const endpoints[] = {"/v1/chat/completions", "/v1/completions", "/v1/embeddings",
                                        "/v1/responses"};

/* ---- tables ---------------------------------------------------------------------------------- */

static const struct field expiry_rows[] = {
    {FIELD_AT(WORD, "anchor", struct api_batch, anchor), .who = O, .is_required = true,
     .words = "created_at", .help = "From when the next field counts: the end of the batch."},
    {FIELD_AT(INT, "seconds", struct api_batch, files_expire_s), .who = O, .is_required = true,
     .min = EXPIRES_MIN_S, .max = EXPIRES_MAX_S,
     .help = "After how many seconds the files that the batch wrote are deleted."},
};
static const struct field_part expiry_part = {expiry_rows, 2, 0};

static const struct field rows[] = {
    {FIELD_AT(STRING, "input_file_id", struct api_batch, input_file_id), .who = O | G,
     .is_required = true, .min = 1, .max = API_MAX_NAME,
     .help = "A file that was kept for `batch`: a request in each line."},
    {FIELD_AT(WORD, "endpoint", struct api_batch, endpoint), .who = O | G, .is_required = true,
     .words = ENDPOINTS, .groq = "[\"/v1/chat/completions\"]",
     .help = "What all requests of the file ask."},
    {FIELD_AT(STRING, "completion_window", struct api_batch, completion_window), .who = O | G,
     .is_required = true, .min = 2, .max = 16, .schema = "{'pattern':'^[1-9][0-9]*[smhd]$'}",
     .help = "When the batch ends at the latest: a number and `s`, `m`, `h` or `d`, up to `30d`. "
             "OpenAI knows `24h` alone."},
    {FIELD_AT(LABELS, "metadata", struct api_batch, metadata), .who = O | G,
     .help = "Your own labels; kept with the batch."},
    {.name = "output_expires_after",
     .kind = FIELD_GROUP,
     .who = O,
     .group = &expiry_part,
     .help = "When the files that the batch wrote are deleted; never without it."},
};
static const struct field_part parts[] = {{rows, sizeof rows / sizeof *rows, 0}};
const struct field_table api_batch_table = {parts, 1, NULL};

static const struct field query_rows[] = {
    {FIELD_AT(INT, "limit", struct api_batches_query, limit), .who = O | G, .min = 1, .max = 100,
     .fallback = 20, .help = "How many to give at most."},
    {FIELD_AT(STRING, "after", struct api_batches_query, after), .who = O | G, .min = 1,
     .max = API_MAX_NAME, .help = "Goes on behind the batch that has this id."},
};
static const struct field_part query_parts[] = {{query_rows, 2, 0}};
const struct field_table api_batches_query_table = {query_parts, 1, NULL};

static const struct field line_rows[] = {
    {FIELD_AT(STRING, "custom_id", struct api_batch_line, custom_id), .who = O | G,
     .is_required = true, .min = 1, .max = API_MAX_CUSTOM_ID,
     .help = "Your name for the request, unlike any other's in the file."},
    {FIELD_AT(WORD, "method", struct api_batch_line, method), .who = O | G, .is_required = true,
     .words = "POST", .help = "Always `POST`."},
    {FIELD_AT(WORD, "url", struct api_batch_line, url), .who = O | G, .is_required = true,
     .words = ENDPOINTS, .help = "The batch's `endpoint`."},
    {FIELD_AT(OBJECT, "body", struct api_batch_line, body), .who = O | G, .is_required = true,
     .help = "The body of the request, as that route takes it, without `stream`."},
};
static const struct field_part line_parts[] = {{line_rows, 4, 0}};
const struct field_table api_batch_line_table = {line_parts, 1, NULL};

const char *api_batch_endpoint(uint32_t endpoint)
{
    return endpoints[endpoint];
}

/* ---- reading --------------------------------------------------------------------------------- */

/* "24h" in seconds; 0: it is none, or too long. */
static int64_t read_window(struct slice s)
{
    static const char units[] = "smhd";
    static const int64_t seconds[] = {1, 60, 3600, 86400};
    int64_t n = 0;
    const char *unit = s.len > 1 ? memchr(units, s.p[s.len - 1], 4) : NULL;
    if (!unit || s.p[0] == '0')
        return 0;
    for (size_t i = 0; i + 1 < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9' || n > API_MAX_WINDOW_S)
            return 0;
        n = 10 * n + (s.p[i] - '0');
    }
    n = n > API_MAX_WINDOW_S ? 0 : n * seconds[unit - units];
    return n > API_MAX_WINDOW_S ? 0 : n;
}

takt_rc api_batch_read(struct api_batch *b, struct arena *a, struct slice body, bool groq_strict,
                       struct api_error *e)
{
    const struct json *root;
    *b = (struct api_batch){.endpoint = 0};
    TAKT_TRY(field_parse(&root, a, body, e));
    TAKT_TRY(field_read(b, &b->notes, &api_batch_table, a, body, root, groq_strict, e));
    b->window_s = read_window(b->completion_window);
    if (!b->window_s)
        return api_refuse(e, API_BAD_VALUE, "completion_window",
                          "'%.*s'; it must be a number and s, m, h or d, as 24h, up to 30d",
                          (int)b->completion_window.len, (const char *)b->completion_window.p);
    return TAKT_OK;
}

takt_rc api_batch_line_read(struct api_batch_line *l, struct arena *a, struct slice text,
                            const char *endpoint, struct api_error *e)
{
    const struct json *root;
    *l = (struct api_batch_line){.method = 0};
    TAKT_TRY(field_parse(&root, a, text, e));
    TAKT_TRY(field_read(l, &l->notes, &api_batch_line_table, a, text, root, false, e));
    if (strcmp(endpoints[l->url], endpoint) != 0)
        return api_refuse(e, API_BAD_VALUE, "url", "'%s'; the batch is one for %s",
                          endpoints[l->url], endpoint);
    return TAKT_OK;
}

/* ---- batches --------------------------------------------------------------------------------- */

static const char *const statuses[STORE_BATCH_STATUSES] = {
    [STORE_VALIDATING] = "validating",   [STORE_FAILED] = "failed",
    [STORE_IN_PROGRESS] = "in_progress", [STORE_FINALIZING] = "finalizing",
    [STORE_COMPLETED] = "completed",     [STORE_EXPIRED] = "expired",
    [STORE_CANCELLING] = "cancelling",   [STORE_CANCELLED] = "cancelled"};

static void put_time(struct json_out *o, const char *key, int64_t at_s)
{
    if (at_s)
        json_put_i64(o, key, at_s);
    else
        json_put_null(o, key);
}

static void put_window(struct json_out *o, int64_t s)
{
    char text[32];
    if (s % 86400 == 0 && s != 86400)
        snprintf(text, sizeof text, "%lldd", (long long)s / 86400);
    else if (s % 3600 == 0)
        snprintf(text, sizeof text, "%lldh", (long long)s / 3600);
    else if (s % 60 == 0)
        snprintf(text, sizeof text, "%lldm", (long long)s / 60);
    else
        snprintf(text, sizeof text, "%llds", (long long)s);
    json_put_str(o, "completion_window", text);
}

static void put_text(struct json_out *o, const char *key, const char *text)
{
    if (text)
        json_put_str(o, key, text);
    else
        json_put_null(o, key);
}

static void put_json(struct json_out *o, const char *key, struct slice text)
{
    if (text.len)
        api_json_put(o, key, text);
    else
        json_put_null(o, key);
}

static void put_counts(struct json_out *o, const struct store_batch *b)
{
    json_obj_begin(o, "request_counts");
    json_put_u64(o, "total", b->n_lines);
    json_put_u64(o, "completed", b->n_completed);
    json_put_u64(o, "failed", b->n_failed);
    json_obj_end(o);
    json_obj_begin(o, "usage");
    json_put_u64(o, "input_tokens", b->n_prompt);
    json_obj_begin(o, "input_tokens_details");
    json_put_u64(o, "cached_tokens", b->n_cached);
    json_obj_end(o);
    json_put_u64(o, "output_tokens", b->n_answer);
    json_obj_begin(o, "output_tokens_details");
    json_put_u64(o, "reasoning_tokens", 0);
    json_obj_end(o);
    json_put_u64(o, "total_tokens", b->n_prompt + b->n_answer);
    json_obj_end(o);
}

void api_batch_put(struct json_out *o, const char *key, const struct store_batch *b)
{
    static const struct {
        const char *key;
        enum store_batch_status status;
    } times[] = {{"in_progress_at", STORE_IN_PROGRESS}, {"finalizing_at", STORE_FINALIZING},
                 {"completed_at", STORE_COMPLETED},     {"failed_at", STORE_FAILED},
                 {"expired_at", STORE_EXPIRED},         {"cancelling_at", STORE_CANCELLING},
                 {"cancelled_at", STORE_CANCELLED}};
    bool has_files =
        b->status == STORE_COMPLETED || b->status == STORE_EXPIRED || b->status == STORE_CANCELLED;
    json_obj_begin(o, key);
    json_put_str(o, "id", b->id);
    json_put_str(o, "object", "batch");
    json_put_str(o, "endpoint", b->endpoint);
    put_json(o, "errors", b->errors);
    json_put_str(o, "input_file_id", b->input_file);
    put_window(o, b->window_s);
    json_put_str(o, "status", statuses[b->status]);
    put_text(o, "output_file_id", has_files ? b->output_file : NULL);
    put_text(o, "error_file_id", has_files ? b->error_file : NULL);
    json_put_i64(o, "created_at", b->at_s[STORE_VALIDATING]);
    json_put_i64(o, "expires_at", b->expires_s);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        put_time(o, times[i].key, b->at_s[times[i].status]);
    put_counts(o, b);
    put_json(o, "metadata", b->metadata);
    json_obj_end(o);
}

void api_batch_fault(struct json_out *o, int64_t n, const struct api_error *e)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "code", api_error_code(e->why));
    json_put_str(o, "message", e->message);
    put_text(o, "param", e->param[0] ? e->param : NULL);
    if (n < 0)
        json_put_null(o, "line");
    else
        json_put_i64(o, "line", n + 1);
    json_obj_end(o);
}

/* ---- lines ----------------------------------------------------------------------------------- */

void api_batch_result_put(struct json_out *o, const struct api_batch_result *r)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "id", r->id);
    json_put_strn(o, "custom_id", (const char *)r->custom_id.p, r->custom_id.len);
    if (r->code) {
        json_put_null(o, "response");
        json_obj_begin(o, "error");
        json_put_str(o, "code", r->code);
        json_put_str(o, "message", r->message);
        json_obj_end(o);
    } else {
        json_obj_begin(o, "response");
        json_put_i64(o, "status_code", r->status);
        json_put_str(o, "request_id", r->request_id);
        api_json_put(o, "body", r->body);
        json_obj_end(o);
        json_put_null(o, "error");
    }
    json_obj_end(o);
    api_json_raw(o, "\n", 1);
}

static uint64_t number(const struct json *v, const char *one, const char *other)
{
    int64_t n = 0;
    if (!json_i64(json_get(v, one), &n))
        json_i64(json_get(v, other), &n);
    return n > 0 ? (uint64_t)n : 0;
}

void api_batch_usage_read(struct api_batch_usage *u, struct slice reply)
{
    const struct json *root;
    struct arena a = {0};
    *u = (struct api_batch_usage){0, 0, 0};
    if (!json_parse(&root, &a, reply, NULL, NULL, NULL).code) {
        const struct json *v = json_get(root, "usage");
        const struct json *details = json_get(v, "prompt_tokens_details");
        details = details ? details : json_get(v, "input_tokens_details");
        u->n_prompt = number(v, "prompt_tokens", "input_tokens");
        u->n_answer = number(v, "completion_tokens", "output_tokens");
        u->n_cached = number(details, "cached_tokens", "cached_tokens");
    }
    arena_free(&a);
}
