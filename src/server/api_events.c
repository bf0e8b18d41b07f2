#include "server/api_events.h"

#include <string.h>

#include "server/api_json.h"

static void put_slice(struct json_out *o, const char *key, struct slice s)
{
    json_put_strn(o, key, s.len ? (const char *)s.p : "", s.len);
}

static struct slice written(const struct json_out *o)
{
    return (struct slice){(const uint8_t *)o->p, o->len};
}

void api_events_begin(struct api_events *v, const struct api_events_config *c)
{
    *v = (struct api_events){.c = *c};
}

void api_events_free(struct api_events *v)
{
    json_out_free(&v->items);
    json_out_free(&v->text);
    json_out_free(&v->logprobs);
}

bool api_events_failed(const struct api_events *v)
{
    return v->items.failed || v->text.failed || v->logprobs.failed;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* The id of item I: "msg_" or "fc_" and the response's own, so that the same request has the same.
 */
static void put_item_id(const struct api_events *v, struct json_out *o, const char *key,
                        const char *prefix, uint32_t i)
{
    const char *id = strchr(v->c.id, '_');
    char text[160];
    snprintf(text, sizeof text, "%s_%.128s_%u", prefix, id ? id + 1 : v->c.id, i);
    json_put_str(o, key, text);
}

/* The part of a message that has TEXT and LOGPROBS, the elements of a list. */
static void put_part(struct json_out *o, const char *key, struct slice text, struct slice logprobs)
{
    json_obj_begin(o, key);
    json_put_str(o, "type", "output_text");
    json_arr_begin(o, "annotations");
    json_arr_end(o);
    json_arr_begin(o, "logprobs");
    if (logprobs.len)
        api_json_put(o, NULL, logprobs);
    json_arr_end(o);
    put_slice(o, "text", text);
    json_obj_end(o);
}

static const char *item_status(enum api_status s)
{
    return s == API_IN_PROGRESS ? "in_progress" : s == API_COMPLETED ? "completed" : "incomplete";
}

/* The open message, with its text unless it has just begun. */
static void put_message(const struct api_events *v, struct json_out *o, const char *key,
                        enum api_status status)
{
    json_obj_begin(o, key);
    put_item_id(v, o, "id", "msg", v->n_items - 1);
    json_put_str(o, "type", "message");
    json_put_str(o, "status", item_status(status));
    json_put_str(o, "role", "assistant");
    json_arr_begin(o, "content");
    if (status != API_IN_PROGRESS)
        put_part(o, NULL, written(&v->text), written(&v->logprobs));
    json_arr_end(o);
    json_obj_end(o);
}

static void put_call(const struct api_events *v, struct json_out *o, const char *key,
                     const struct api_call *call, enum api_status status)
{
    json_obj_begin(o, key);
    put_item_id(v, o, "id", "fc", v->n_items - 1);
    json_put_str(o, "type", "function_call");
    json_put_str(o, "status", item_status(status));
    put_slice(o, "call_id", call->id);
    put_slice(o, "name", call->name);
    if (status == API_IN_PROGRESS)
        json_put_str(o, "arguments", "");
    else
        put_slice(o, "arguments", call->arguments);
    json_obj_end(o);
}

/* ---- the response ---------------------------------------------------------------------------- */

/* A member of TOOL as it was given, or null. */
static void put_given(struct json_out *o, const char *key, const struct json *tool,
                      struct slice body)
{
    const struct json *m = json_get(tool, key);
    if (m)
        api_json_put(o, key, field_text(body, m));
    else
        json_put_null(o, key);
}

static void put_tools(struct json_out *o, const struct api_response *r)
{
    const struct json *list = r->raw.tools.v;
    json_arr_begin(o, "tools");
    for (const struct json *t = list ? list->child : NULL; t; t = t->next) {
        json_obj_begin(o, NULL);
        json_put_str(o, "type", "function");
        put_given(o, "name", t, r->body);
        put_given(o, "description", t, r->body);
        put_given(o, "parameters", t, r->body);
        put_given(o, "strict", t, r->body);
        json_obj_end(o);
    }
    json_arr_end(o);
}

static void put_time(struct json_out *o, const char *key, double s)
{
    char text[32];
    snprintf(text, sizeof text, "%.9f", s > 0 && s < 1e9 ? s : 0);
    json_put_str(o, key, text);
}

/* The labels of the request; with U and where they are wanted, times too. */
static void put_metadata(struct json_out *o, const struct api_events_config *c,
                         const struct api_usage *u)
{
    const struct field_json *given = &c->request->common.metadata;
    json_obj_begin(o, "metadata");
    for (const struct json *m = given->v ? given->v->child : NULL; m; m = m->next)
        if (strlen(m->key) == m->key_len)
            json_put_strn(o, m->key, m->str, m->str_len);
    if (u && c->tells_times) {
        put_time(o, "queue_time", u->queue_s);
        put_time(o, "prompt_time", u->prompt_s);
        put_time(o, "completion_time", u->answer_s);
        put_time(o, "total_time", u->prompt_s + u->answer_s);
    }
    json_obj_end(o);
}

static void put_settings(struct json_out *o, const struct api_events_config *c,
                         const struct api_usage *u)
{
    const struct api_response *r = c->request;
    put_tools(o, r);
    json_put_str(o, "tool_choice",
                 r->tool_choice == API_TOOLS_NONE && r->raw.tool_choice.v ? "none" : "auto");
    json_put_bool(o, "parallel_tool_calls", r->parallel_tool_calls);
    json_put_str(o, "truncation", "disabled");
    json_obj_begin(o, "text");
    json_obj_begin(o, "format");
    json_put_str(o, "type", "text");
    json_obj_end(o);
    json_obj_end(o);
    json_obj_begin(o, "reasoning");
    json_put_null(o, "effort");
    json_put_null(o, "summary");
    json_obj_end(o);
    json_put_f32(o, "temperature", c->used.temperature);
    json_put_f32(o, "top_p", c->used.top_p);
    json_put_f64(o, "presence_penalty", r->sampling.presence_penalty);
    json_put_f64(o, "frequency_penalty", r->sampling.frequency_penalty);
    json_put_i64(o, "top_logprobs", r->top_logprobs);
    if (r->max_tokens)
        json_put_i64(o, "max_output_tokens", r->max_tokens);
    else
        json_put_null(o, "max_output_tokens");
    json_put_null(o, "max_tool_calls");
    json_put_bool(o, "store", r->store);
    json_put_bool(o, "background", false);
    json_put_str(o, "service_tier", api_tier_name(r->common.service_tier));
    put_metadata(o, c, u);
    if (r->common.user.p)
        put_slice(o, "user", r->common.user);
    json_put_null(o, "safety_identifier");
    json_put_null(o, "prompt_cache_key");
}

static void put_usage(struct json_out *o, const struct api_usage *u)
{
    if (!u) {
        json_put_null(o, "usage");
        return;
    }
    json_obj_begin(o, "usage");
    json_put_i64(o, "input_tokens", u->n_prompt);
    json_obj_begin(o, "input_tokens_details");
    json_put_i64(o, "cached_tokens", u->n_cached);
    if (u->n_image)
        json_put_i64(o, "image_tokens", u->n_image);
    json_obj_end(o);
    json_put_i64(o, "output_tokens", u->n_answer);
    json_obj_begin(o, "output_tokens_details");
    json_put_i64(o, "reasoning_tokens", 0);
    json_obj_end(o);
    json_put_i64(o, "total_tokens", (int64_t)u->n_prompt + u->n_answer);
    json_obj_end(o);
}

static void put_outcome(struct json_out *o, enum api_status status, int64_t ended,
                        const struct api_error *e)
{
    static const char *const words[] = {"in_progress", "completed", "incomplete", "failed"};
    json_put_str(o, "status", words[status]);
    if (status == API_COMPLETED)
        json_put_i64(o, "completed_at", ended);
    else
        json_put_null(o, "completed_at");
    if (status == API_FAILED) {
        json_obj_begin(o, "error");
        json_put_str(o, "code", e ? api_error_code(e->why) : "internal_error");
        json_put_str(o, "message", e ? e->message : "something failed inside the server");
        json_obj_end(o);
    } else {
        json_put_null(o, "error");
    }
    if (status == API_INCOMPLETE) {
        json_obj_begin(o, "incomplete_details");
        json_put_str(o, "reason", "max_output_tokens");
        json_obj_end(o);
    } else {
        json_put_null(o, "incomplete_details");
    }
}

void api_events_object(const struct api_events *v, struct json_out *o, const char *key,
                       enum api_status status, const struct api_usage *u, int64_t ended,
                       const struct api_error *e)
{
    const struct api_response *r = v->c.request;
    json_obj_begin(o, key);
    json_put_str(o, "id", v->c.id);
    json_put_str(o, "object", "response");
    json_put_i64(o, "created_at", v->c.created);
    put_outcome(o, status, ended, e);
    json_put_str(o, "model", v->c.model);
    if (r->previous_response_id.p)
        put_slice(o, "previous_response_id", r->previous_response_id);
    else
        json_put_null(o, "previous_response_id");
    if (r->instructions.p)
        put_slice(o, "instructions", r->instructions);
    else
        json_put_null(o, "instructions");
    json_arr_begin(o, "output");
    if (v->items.len)
        api_json_put(o, NULL, written(&v->items));
    json_arr_end(o);
    put_settings(o, &v->c, u);
    put_usage(o, u);
    json_obj_end(o);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void begin_event(struct api_events *v, struct json_out *o, const char *type)
{
    api_json_raw(o, "event: ", 7);
    api_json_raw(o, type, strlen(type));
    api_json_raw(o, "\ndata: ", 7);
    o->need_comma = false;
    json_obj_begin(o, NULL);
    json_put_str(o, "type", type);
    json_put_u64(o, "sequence_number", v->n_events++);
}

static void end_event(struct json_out *o)
{
    json_obj_end(o);
    api_json_raw(o, "\n\n", 2);
    o->need_comma = false;
}

/* The members that say which item, and which part of a message, an event is about. */
static void put_place(const struct api_events *v, struct json_out *o, bool is_part)
{
    put_item_id(v, o, "item_id", is_part ? "msg" : "fc", v->n_items - 1);
    json_put_i64(o, "output_index", (int64_t)v->n_items - 1);
    if (is_part)
        json_put_i64(o, "content_index", 0);
}

static void tell_response(struct api_events *v, struct json_out *o, const char *type,
                          enum api_status status, const struct api_usage *u, int64_t ended,
                          const struct api_error *e)
{
    begin_event(v, o, type);
    api_events_object(v, o, "response", status, u, ended, e);
    end_event(o);
}

void api_events_start(struct api_events *v, struct json_out *o)
{
    if (!o)
        return;
    tell_response(v, o, "response.created", API_IN_PROGRESS, NULL, 0, NULL);
    tell_response(v, o, "response.in_progress", API_IN_PROGRESS, NULL, 0, NULL);
}

static void open_text(struct api_events *v, struct json_out *o)
{
    static const struct slice none = {NULL, 0};
    if (v->in_text)
        return;
    v->in_text = true;
    v->n_items++;
    v->text.len = v->logprobs.len = 0;
    v->logprobs.need_comma = false;
    if (!o)
        return;
    begin_event(v, o, "response.output_item.added");
    json_put_i64(o, "output_index", (int64_t)v->n_items - 1);
    put_message(v, o, "item", API_IN_PROGRESS);
    end_event(o);
    begin_event(v, o, "response.content_part.added");
    put_place(v, o, true);
    put_part(o, "part", none, none);
    end_event(o);
}

static void close_text(struct api_events *v, struct json_out *o, enum api_status status)
{
    if (!v->in_text)
        return;
    if (o) {
        begin_event(v, o, "response.output_text.done");
        put_place(v, o, true);
        put_slice(o, "text", written(&v->text));
        json_arr_begin(o, "logprobs");
        if (v->logprobs.len)
            api_json_put(o, NULL, written(&v->logprobs));
        json_arr_end(o);
        end_event(o);
        begin_event(v, o, "response.content_part.done");
        put_place(v, o, true);
        put_part(o, "part", written(&v->text), written(&v->logprobs));
        end_event(o);
        begin_event(v, o, "response.output_item.done");
        json_put_i64(o, "output_index", (int64_t)v->n_items - 1);
        put_message(v, o, "item", status);
        end_event(o);
    }
    put_message(v, &v->items, NULL, status);
    v->in_text = false;
}

/* A token as the elements of lists of log probabilities. */
static void put_token(struct json_out *o, const struct api_token *t)
{
    json_obj_begin(o, NULL);
    api_reply_token(o, &t->drawn, false);
    json_arr_begin(o, "top_logprobs");
    for (uint32_t k = 0; k < t->n_top; k++) {
        json_obj_begin(o, NULL);
        api_reply_token(o, &t->top[k], false);
        json_obj_end(o);
    }
    json_arr_end(o);
    json_obj_end(o);
}

void api_events_text(struct api_events *v, struct json_out *o, struct slice text,
                     const struct api_token *tokens, uint32_t n)
{
    bool told = v->c.request->logprobs;
    open_text(v, o);
    api_json_raw(&v->text, (const char *)text.p, text.len);
    for (uint32_t i = 0; told && i < n; i++)
        put_token(&v->logprobs, &tokens[i]);
    if (!o)
        return;
    begin_event(v, o, "response.output_text.delta");
    put_place(v, o, true);
    put_slice(o, "delta", text);
    json_arr_begin(o, "logprobs");
    for (uint32_t i = 0; told && i < n; i++)
        put_token(o, &tokens[i]);
    json_arr_end(o);
    end_event(o);
}

void api_events_call(struct api_events *v, struct json_out *o, const struct api_call *call)
{
    close_text(v, o, API_COMPLETED);
    v->n_items++;
    put_call(v, &v->items, NULL, call, API_COMPLETED);
    if (!o)
        return;
    begin_event(v, o, "response.output_item.added");
    json_put_i64(o, "output_index", (int64_t)v->n_items - 1);
    put_call(v, o, "item", call, API_IN_PROGRESS);
    end_event(o);
    begin_event(v, o, "response.function_call_arguments.delta");
    put_place(v, o, false);
    put_slice(o, "delta", call->arguments);
    end_event(o);
    begin_event(v, o, "response.function_call_arguments.done");
    put_place(v, o, false);
    put_slice(o, "name", call->name);
    put_slice(o, "arguments", call->arguments);
    end_event(o);
    begin_event(v, o, "response.output_item.done");
    json_put_i64(o, "output_index", (int64_t)v->n_items - 1);
    put_call(v, o, "item", call, API_COMPLETED);
    end_event(o);
}

void api_events_end(struct api_events *v, struct json_out *o, enum api_status status,
                    const struct api_usage *u, int64_t ended, const struct api_error *e)
{
    static const char *const types[] = {"response.in_progress", "response.completed",
                                        "response.incomplete", "response.failed"};
    if (v->n_items == 0 && status != API_FAILED) /* an answer of no words is one, too */
        open_text(v, o);
    close_text(v, o, status);
    if (o)
        tell_response(v, o, types[status], status, u, ended, e);
}
