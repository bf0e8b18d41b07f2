/* answer_events: an answer in the form of the Responses API, whole or as events. */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "server/answer_parts.h"
#include "server/response_tell.h"

/* Where events go: nowhere when the client waits for the whole. */
static struct json_out *events_of(struct answer *a)
{
    return a->streams ? &a->out : NULL;
}

void answer_events_begin(struct answer *a)
{
    const char *metrics = http_header(a->call.x, "groq-beta");
    const struct api_events_config config = {
        .request = a->response,
        .id = a->id,
        .created = a->reply.created,
        .model = a->reply.model,
        .used = a->choice[0].job.sampling,
        .tells_times =
            a->call.dialect == API_GROQ && metrics && strstr(metrics, "inference-metrics"),
    };
    api_events_begin(&a->events, &config);
    api_events_start(&a->events, events_of(a));
}

void answer_events_go_on(struct answer *a, struct choice *c)
{
    struct slice text = answer_unsent(a, c);
    if (c->is_told)
        return;
    bool has_last = c->finish != API_GOING && c->n_tokens && !c->n_calls; /* which say nothing */
    if (text.len || has_last)
        api_events_text(&a->events, events_of(a), text, c->tokens, c->n_tokens);
    for (uint32_t i = 0; i < c->n_calls; i++)
        api_events_call(&a->events, events_of(a), &c->calls[i]);
    if (text.len || c->finish != API_GOING)
        answer_sent(c, text);
}

void answer_events_failed(struct answer *a, const struct api_error *why)
{
    struct api_usage u;
    answer_usage(a, &u);
    a->out.len = 0;
    a->out.failed = false;
    api_events_end(&a->events, &a->out, API_FAILED, &u, (int64_t)time(NULL), why);
}

/* Lets the client have TOLD, once REPLY is kept if that was asked for. */
static void hand_over(struct answer *a, struct json_out *told, struct slice reply)
{
    const struct store_response kept = {
        .id = a->id,
        .owner = a->call.who.name,
        .previous = (const char *)a->response->previous_response_id.p,
        .created_s = a->reply.created,
        .expires_s = a->reply.created + (int64_t)(a->call.s->config.response_days * 86400),
        .reply = reply,
        .input = a->items,
    };
    struct call c = a->call;
    answer_log(a, 200);
    answer_let_client_go(a);
    response_tell(&c, told, a->response->store ? &kept : NULL);
}

bool answer_events_end(struct answer *a)
{
    struct choice *c = &a->choice[0];
    struct json_out whole = {0};
    struct api_usage u;
    int64_t now = (int64_t)time(NULL);
    enum api_status status = c->finish == API_LENGTH ? API_INCOMPLETE : API_COMPLETED;
    answer_usage(a, &u);
    answer_events_go_on(a, c);
    api_events_end(&a->events, events_of(a), status, &u, now, NULL);
    api_events_object(&a->events, &whole, NULL, status, &u, now, NULL);
    bool is_whole =
        !whole.failed && !a->out.failed && !api_events_failed(&a->events) && !c->held.failed;
    if (is_whole)
        hand_over(a, a->streams ? &a->out : &whole,
                  (struct slice){(const uint8_t *)whole.p, whole.len});
    json_out_free(&whole);
    return is_whole;
}
