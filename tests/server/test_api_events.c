/* The Responses API's events, and the object at their end. */
#include "server/api_events.h"

#include "server/api_json.h"
#include "api.h"

static struct api_response request;
static const struct api_usage usage = {.n_prompt = 10, .n_cached = 4, .n_answer = 5};

static struct api_events_config config_of(const char *body)
{
    READ(response, &request, body, &usual, API_OK, "", "");
    return (struct api_events_config){.request = &request,
                                      .id = "resp_7",
                                      .created = 100,
                                      .model = "m",
                                      .used = {.temperature = 0.8f, .top_p = 0.95f}};
}

/* The next event at *at: its data, and its name in NAME. */
static const struct json *next_event(const char **at, char name[64])
{
    const char *line = strchr(*at, '\n'), *end = line ? strstr(line, "\n\n") : NULL;
    if (!T_OK(strncmp(*at, "event: ", 7) == 0 && end && strncmp(line, "\ndata: ", 7) == 0))
        return NULL;
    snprintf(name, 64, "%.*s", (int)(line - *at - 7), *at + 7);
    *at = end + 2;
    return parsed(__FILE__, __LINE__, line + 7, (size_t)(end - line - 7));
}

static int64_t int_of(const struct json *v)
{
    int64_t x = -1;
    json_i64(v, &x);
    return x;
}

T_TEST(events_come_in_the_order_of_the_api)
{
    static const char *const want[] = {"response.created",
                                       "response.in_progress",
                                       "response.output_item.added",
                                       "response.content_part.added",
                                       "response.output_text.delta",
                                       "response.output_text.delta",
                                       "response.output_text.done",
                                       "response.content_part.done",
                                       "response.output_item.done",
                                       "response.output_item.added",
                                       "response.function_call_arguments.delta",
                                       "response.function_call_arguments.done",
                                       "response.output_item.done",
                                       "response.completed"};
    struct api_events v;
    struct api_events_config c = config_of("{\"input\":\"x\",\"stream\":true}");
    struct json_out o = {0};
    const struct api_call call = {slice_str("call_1"), slice_str("f"), slice_str("{\"a\":1}")};
    api_events_begin(&v, &c);
    api_events_start(&v, &o);
    api_events_text(&v, &o, slice_str("Hel\"lo"), NULL, 0);
    api_events_text(&v, &o, slice_str("\n\xC3\xA8"), NULL, 0);
    api_events_call(&v, &o, &call);
    api_events_end(&v, &o, API_COMPLETED, &usage, 105, NULL);
    T_OK(!o.failed && !api_events_failed(&v));
    const char *at = o.p;
    char name[64];
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const struct json *e = next_event(&at, name);
        T_EQ_STR(name, want[i]);
        T_OK(json_is_str(json_get(e, "type"), want[i]));
        T_EQ_INT(int_of(json_get(e, "sequence_number")), (int64_t)i);
        if (i >= 4 && i <= 7)
            T_OK(json_is_str(json_get(e, "item_id"), "msg_7_0"));
        if (i == 6)
            T_OK(json_is_str(json_get(e, "text"), "Hel\"lo\n\xC3\xA8"));
        if (i == 10)
            T_OK(json_is_str(json_get(e, "item_id"), "fc_7_1") &&
                 int_of(json_get(e, "output_index")) == 1);
        if (i == 13) {
            const struct json *r = json_get(e, "response"), *out = json_get(r, "output");
            T_OK(json_is_str(json_get(r, "status"), "completed") && out->count == 2);
            T_OK(json_is_str(json_get(json_at(out, 1), "arguments"), "{\"a\":1}"));
            T_OK(json_is_str(json_get(json_at(out, 1), "call_id"), "call_1"));
            T_EQ_INT(int_of(json_get(json_get(r, "usage"), "total_tokens")), 15);
            T_EQ_INT(int_of(json_get(r, "completed_at")), 105);
        }
    }
    T_OK(*at == 0);
    json_out_free(&o);
    api_events_free(&v);
    done();
}

T_TEST(streamed_and_whole_are_the_same_object)
{
    for (int round = 0; round < 60; round++) {
        static const char *const words[] = {"a", "\"", "\xE4\xB8\xAD", "\\", ""};
        struct api_events_config c =
            config_of("{\"input\":\"x\",\"top_logprobs\":1,\"include\":[\"message.output_text."
                      "logprobs\"],\"metadata\":{\"k\":\"v\"},\"tools\":[{\"type\":\"function\","
                      "\"name\":\"f\",\"parameters\":{}}],\"instructions\":\"be\",\"user\":\"u\"}");
        struct api_events v[2];
        struct json_out o = {0}, object[2] = {{0}, {0}};
        const struct api_likely top = {3, -1, slice_str("t")};
        const struct api_call call = {slice_str("c"), slice_str("f"), slice_str("{}")};
        unsigned n = (unsigned)(t_rand() % 9);
        enum api_status status = t_rand() & 1 ? API_COMPLETED : API_INCOMPLETE;
        for (int k = 0; k < 2; k++) {
            api_events_begin(&v[k], &c);
            api_events_start(&v[k], k ? &o : NULL);
        }
        for (unsigned i = 0; i < n; i++) {
            struct slice piece = slice_str(words[t_rand() % 5]);
            const struct api_token token = {{1, -t_rand_f32(0, 2), piece}, &top, 1};
            bool is_call = t_rand() % 5 == 0;
            for (int k = 0; k < 2; k++) {
                if (is_call)
                    api_events_call(&v[k], k ? &o : NULL, &call);
                else
                    api_events_text(&v[k], k ? &o : NULL, piece, &token, 1);
            }
        }
        for (int k = 0; k < 2; k++) {
            api_events_end(&v[k], k ? &o : NULL, status, &usage, 105, NULL);
            api_events_object(&v[k], &object[k], NULL, status, &usage, 105, NULL);
            api_events_free(&v[k]);
        }
        T_EQ_STR(object[0].p, object[1].p);
        const char *last = strstr(o.p, status == API_COMPLETED ? "event: response.completed\n"
                                                               : "event: response.incomplete\n");
        T_OK(last && strstr(last, object[1].p)); /* the last event holds the object */
        for (int k = 0; k < 2; k++) {
            const struct json *r = PARSED(&object[k]);
            if (!T_OK(r && json_get(r, "output")->count >= 1))
                return;
            T_OK(json_is_str(json_get(json_at(json_get(r, "tools"), 0), "name"), "f"));
            T_EQ_INT(json_get(json_at(json_get(r, "tools"), 0), "description")->kind, JSON_NULL);
            json_out_free(&object[k]);
        }
        json_out_free(&o);
        done();
    }
}

/* The members that the Open Responses schema asks of every response. */
T_TEST(the_object_has_what_the_api_requires)
{
    static const char *const required[] = {"id",
                                           "object",
                                           "created_at",
                                           "completed_at",
                                           "status",
                                           "incomplete_details",
                                           "model",
                                           "previous_response_id",
                                           "instructions",
                                           "output",
                                           "error",
                                           "tools",
                                           "tool_choice",
                                           "truncation",
                                           "parallel_tool_calls",
                                           "text",
                                           "top_p",
                                           "presence_penalty",
                                           "frequency_penalty",
                                           "top_logprobs",
                                           "temperature",
                                           "reasoning",
                                           "usage",
                                           "max_output_tokens",
                                           "max_tool_calls",
                                           "store",
                                           "background",
                                           "service_tier",
                                           "metadata",
                                           "safety_identifier",
                                           "prompt_cache_key"};
    struct api_events v;
    struct api_events_config c = config_of("{\"input\":\"x\"}");
    struct api_error e;
    api_refuse(&e, API_FAULT, NULL, "it broke");
    for (int status = API_COMPLETED; status <= API_FAILED; status++) {
        struct json_out o = {0};
        api_events_begin(&v, &c);
        api_events_end(&v, NULL, (enum api_status)status, &usage, 5, &e);
        api_events_object(&v, &o, NULL, (enum api_status)status, &usage, 5, &e);
        const struct json *r = PARSED(&o);
        for (size_t i = 0; i < sizeof required / sizeof *required; i++)
            if (!json_get(r, required[i]))
                t_fail(__FILE__, __LINE__, "there is no %s", required[i]);
        T_EQ_INT(json_get(r, "error")->kind, status == API_FAILED ? JSON_OBJECT : JSON_NULL);
        T_EQ_INT(json_get(r, "incomplete_details")->kind,
                 status == API_INCOMPLETE ? JSON_OBJECT : JSON_NULL);
        T_EQ_INT(json_get(r, "output")->count, status != API_FAILED);
        if (status == API_FAILED)
            T_OK(json_is_str(json_get(json_get(r, "error"), "message"), "it broke"));
        json_out_free(&o);
        api_events_free(&v);
    }
    done();
}

T_MAIN("server/api_events")
