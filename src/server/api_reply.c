#include "server/api_reply.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "server/api_json.h"

static void put_slice(struct json_out *o, const char *key, struct slice s)
{
    json_put_strn(o, key, s.len ? (const char *)s.p : "", s.len);
}

void api_reply_ids(struct json_out *o, const char *key, const int32_t *ids, uint32_t n)
{
    json_arr_begin(o, key);
    for (uint32_t i = 0; i < n; i++)
        json_put_i64(o, NULL, ids[i]);
    json_arr_end(o);
}

/* ---- log probabilities ----------------------------------------------------------------------- */

/* JSON has no infinity: what cannot happen is as unlikely as the APIs have it. */
static void put_logprob(struct json_out *o, const char *key, float v)
{
    static const float least = -9999;
    api_json_f32(o, key, v > least ? v : least);
}

enum { NAME_BYTES = 96 };

/* The text of a token where it stands without its bytes: in words that no other token has. */
static struct slice token_name(const struct api_likely *t, bool as_id, char buf[NAME_BYTES])
{
    enum { BROKEN_MAX = 16 };
    bool is_broken = !utf8_valid(t->text.p, t->text.len);
    if (!as_id && !is_broken)
        return t->text;
    if (as_id || t->text.len > BROKEN_MAX) {
        snprintf(buf, NAME_BYTES, "token_id:%d", t->id);
        return slice_str(buf);
    }
    int n = snprintf(buf, NAME_BYTES, "bytes:");
    for (size_t i = 0; i < t->text.len; i++)
        n += snprintf(buf + n, NAME_BYTES - (size_t)n, "\\x%02x", t->text.p[i]);
    return (struct slice){(const uint8_t *)buf, (size_t)n};
}

void api_reply_token(struct json_out *o, const struct api_likely *t, bool as_id)
{
    char buf[NAME_BYTES];
    put_slice(o, "token", as_id ? token_name(t, as_id, buf) : t->text);
    put_logprob(o, "logprob", t->logprob);
    json_arr_begin(o, "bytes");
    for (size_t i = 0; i < t->text.len; i++)
        json_put_i64(o, NULL, t->text.p[i]);
    json_arr_end(o);
}

static void put_chat_logprobs(struct json_out *o, const struct api_reply *r,
                              const struct api_piece *p)
{
    json_arr_begin(o, "content");
    for (const struct api_token *t = p->tokens; t < p->tokens + p->n_tokens; t++) {
        json_obj_begin(o, NULL);
        api_reply_token(o, &t->drawn, r->tokens_as_ids);
        json_arr_begin(o, "top_logprobs");
        for (uint32_t k = 0; k < t->n_top; k++) {
            json_obj_begin(o, NULL);
            api_reply_token(o, &t->top[k], r->tokens_as_ids);
            json_obj_end(o);
        }
        json_arr_end(o);
        json_obj_end(o);
    }
    json_arr_end(o);
    json_put_null(o, "refusal");
}

/* Does a token before number K have the same text? Names in an object must differ. */
static bool is_repeated(const struct api_token *t, uint32_t k)
{
    const struct slice a = t->top[k].text;
    for (uint32_t i = 0; i < k; i++)
        if (t->top[i].text.len == a.len &&
            (a.len == 0 || memcmp(t->top[i].text.p, a.p, a.len) == 0))
            return true;
    return false;
}

static void put_top_map(struct json_out *o, const struct api_reply *r, const struct api_token *t)
{
    json_obj_begin(o, NULL);
    for (uint32_t k = 0; k < t->n_top; k++) {
        char buf[NAME_BYTES];
        if (!r->tokens_as_ids && is_repeated(t, k))
            continue;
        /* As a value with a colon behind it: names given as C strings end at a zero byte. */
        put_slice(o, NULL, token_name(&t->top[k], r->tokens_as_ids, buf));
        api_json_raw(o, ":", 1);
        o->need_comma = false;
        put_logprob(o, NULL, t->top[k].logprob);
    }
    json_obj_end(o);
}

/* The four parallel lists of the older API. */
static void put_text_logprobs(struct json_out *o, const struct api_reply *r,
                              const struct api_piece *p)
{
    char buf[NAME_BYTES];
    uint64_t at = p->text_at;
    const struct api_token *end = p->tokens + p->n_tokens;
    json_arr_begin(o, "tokens");
    for (const struct api_token *t = p->tokens; t < end; t++)
        put_slice(o, NULL, token_name(&t->drawn, r->tokens_as_ids, buf));
    json_arr_end(o);
    json_arr_begin(o, "token_logprobs");
    for (const struct api_token *t = p->tokens; t < end; t++)
        put_logprob(o, NULL, t->drawn.logprob);
    json_arr_end(o);
    json_arr_begin(o, "top_logprobs");
    for (const struct api_token *t = p->tokens; t < end; t++)
        put_top_map(o, r, t);
    json_arr_end(o);
    json_arr_begin(o, "text_offset");
    for (const struct api_token *t = p->tokens; t < end; t++) {
        json_put_u64(o, NULL, at);
        at += api_json_characters(t->drawn.text);
    }
    json_arr_end(o);
}

void api_reply_logprobs(struct json_out *o, const struct api_reply *r, const struct api_piece *p)
{
    if (!r->has_logprobs) {
        json_put_null(o, "logprobs");
        return;
    }
    json_obj_begin(o, "logprobs");
    if (r->is_text)
        put_text_logprobs(o, r, p);
    else
        put_chat_logprobs(o, r, p);
    json_obj_end(o);
}

/* ---- choices --------------------------------------------------------------------------------- */

void api_reply_calls(struct json_out *o, const struct api_piece *p, bool is_chunk)
{
    json_arr_begin(o, "tool_calls");
    for (uint32_t k = 0; k < p->n_calls; k++) {
        json_obj_begin(o, NULL);
        if (is_chunk)
            json_put_i64(o, "index", p->n_calls_before + k);
        put_slice(o, "id", p->calls[k].id);
        json_put_str(o, "type", "function");
        json_obj_begin(o, "function");
        put_slice(o, "name", p->calls[k].name);
        put_slice(o, "arguments", p->calls[k].arguments);
        json_obj_end(o);
        json_obj_end(o);
    }
    json_arr_end(o);
}

void api_reply_tail(struct json_out *o, const struct api_reply *r, const struct api_piece *p)
{
    static const char *const words[] = {[API_GOING] = NULL,
                                        [API_STOP] = "stop",
                                        [API_LENGTH] = "length",
                                        [API_CALLS] = "tool_calls"};
    if (words[p->finish])
        json_put_str(o, "finish_reason", words[p->finish]);
    else
        json_put_null(o, "finish_reason");
    if (r->dialect == API_VLLM) {
        if (p->by_id)
            json_put_i64(o, "stop_reason", p->stop_id);
        else if (p->stop_text.len)
            put_slice(o, "stop_reason", p->stop_text);
        else
            json_put_null(o, "stop_reason");
    }
    if (p->ids)
        api_reply_ids(o, "token_ids", p->ids, p->n_ids);
    if (p->prompt_ids && r->is_text)
        api_reply_ids(o, "prompt_token_ids", p->prompt_ids, p->n_prompt_ids);
}

static void put_choice(struct json_out *o, const struct api_reply *r, const struct api_piece *p)
{
    json_obj_begin(o, NULL);
    json_put_i64(o, "index", p->index);
    if (r->is_text) {
        put_slice(o, "text", p->text);
    } else {
        json_obj_begin(o, "message");
        json_put_str(o, "role", "assistant");
        if (p->text.len == 0 && p->n_calls)
            json_put_null(o, "content");
        else
            put_slice(o, "content", p->text);
        if (r->dialect != API_GROQ)
            json_put_null(o, "refusal");
        if (p->n_calls)
            api_reply_calls(o, p, false);
        json_obj_end(o);
    }
    api_reply_logprobs(o, r, p);
    api_reply_tail(o, r, p);
    json_obj_end(o);
}

/* ---- the rest -------------------------------------------------------------------------------- */

/* Seconds as Groq has them, to the nanosecond. */
static void put_seconds(struct json_out *o, const char *key, double s)
{
    json_put_f64(o, key, s > 0 && s < 1e9 ? round(s * 1e9) / 1e9 : 0);
}

void api_reply_usage(struct json_out *o, const char *key, const struct api_usage *u,
                     enum api_dialect d)
{
    json_obj_begin(o, key);
    if (d == API_GROQ)
        put_seconds(o, "queue_time", u->queue_s);
    json_put_i64(o, "prompt_tokens", u->n_prompt);
    if (d == API_GROQ)
        put_seconds(o, "prompt_time", u->prompt_s);
    json_put_i64(o, "completion_tokens", u->n_answer);
    if (d == API_GROQ)
        put_seconds(o, "completion_time", u->answer_s);
    json_put_i64(o, "total_tokens", (int64_t)u->n_prompt + u->n_answer);
    if (d == API_GROQ)
        put_seconds(o, "total_time", u->prompt_s + u->answer_s);
    json_obj_begin(o, "prompt_tokens_details");
    json_put_i64(o, "cached_tokens", u->n_cached);
    if (u->n_image)
        json_put_i64(o, "image_tokens", u->n_image);
    json_obj_end(o);
    json_obj_begin(o, "completion_tokens_details");
    json_put_i64(o, "reasoning_tokens", 0);
    if (u->has_prediction) {
        json_put_i64(o, "accepted_prediction_tokens", u->n_hinted_right);
        json_put_i64(o, "rejected_prediction_tokens", (int64_t)u->n_hinted - u->n_hinted_right);
    }
    json_obj_end(o);
    json_obj_end(o);
}

void api_reply_groq(struct json_out *o, const struct api_reply *r, const struct api_usage *u)
{
    if (!r->groq_id)
        return;
    json_obj_begin(o, "x_groq");
    json_put_str(o, "id", r->groq_id);
    if (u && r->has_seed)
        json_put_i64(o, "seed", r->seed);
    if (u)
        api_reply_usage(o, "usage", u, r->dialect);
    json_obj_end(o);
}

void api_reply_whole(struct json_out *o, const struct api_reply *r, const struct api_piece *choices,
                     uint32_t n, const struct api_usage *u)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "id", r->id);
    json_put_str(o, "object", r->is_text ? "text_completion" : "chat.completion");
    json_put_i64(o, "created", r->created);
    json_put_str(o, "model", r->model);
    json_arr_begin(o, "choices");
    for (uint32_t i = 0; i < n; i++)
        put_choice(o, r, &choices[i]);
    json_arr_end(o);
    api_reply_usage(o, "usage", u, r->dialect);
    if (r->tier)
        json_put_str(o, "service_tier", r->tier);
    if (r->fingerprint)
        json_put_str(o, "system_fingerprint", r->fingerprint);
    else
        json_put_null(o, "system_fingerprint");
    if (n && choices[0].prompt_ids && !r->is_text)
        api_reply_ids(o, "prompt_token_ids", choices[0].prompt_ids, choices[0].n_prompt_ids);
    if (r->groq_id) {
        json_obj_begin(o, "x_groq");
        json_put_str(o, "id", r->groq_id);
        if (r->has_seed)
            json_put_i64(o, "seed", r->seed);
        json_obj_end(o);
    }
    json_obj_end(o);
}
