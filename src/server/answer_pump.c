/* answer_pump: from ids that the service wrote to text, replies and events. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/handles.h"
#include "server/answer_parts.h"
#include "server/balance.h"

#define PING_NS 10000000000 /* without anything to send, a comment keeps proxies waiting */

/* ---- from ids to text ------------------------------------------------------------------------ */

static struct api_likely likely(const struct answer *a, const struct sample_logprob *l)
{
    return (struct api_likely){l->id, l->logprob,
                               tokenizer_token_text(a->model->model->tokenizer, l->id)};
}

static bool grow_tokens(struct answer *a, struct choice *c)
{
    if (c->n_tokens < c->tokens_cap)
        return true;
    uint32_t cap = c->tokens_cap ? c->tokens_cap * 2 : 16, width = a->n_logprobs;
    struct api_token *tokens = realloc(c->tokens, cap * sizeof *tokens);
    c->tokens = tokens ? tokens : c->tokens;
    struct api_likely *top = realloc(c->top, ((size_t)cap * width + 1) * sizeof *top);
    c->top = top ? top : c->top;
    if (!tokens || !top)
        return false;
    for (uint32_t i = 0; i < c->n_tokens; i++) /* it may have moved */
        c->tokens[i].top = c->top + (size_t)i * width;
    c->tokens_cap = cap;
    return true;
}

/* Keeps the log probabilities of token I of C. */
static void add_logprobs(struct answer *a, struct choice *c, uint32_t i)
{
    if (!grow_tokens(a, c)) {
        a->has_failed = true;
        return;
    }
    const struct sample_logprob *row = c->job.logprobs + (size_t)i * (1 + a->n_logprobs);
    struct api_token *t = &c->tokens[c->n_tokens];
    struct api_likely *top = c->top + (size_t)c->n_tokens++ * a->n_logprobs;
    *t = (struct api_token){likely(a, row), top, a->n_logprobs};
    for (uint32_t k = 0; k < a->n_logprobs; k++)
        top[k] = likely(a, row + 1 + k);
}

static void add_text(const struct answer *a, struct choice *c, struct slice s)
{
    api_json_raw(&c->held, (const char *)s.p, s.len);
    if (a->keeps_text)
        api_json_raw(&c->whole, (const char *)s.p, s.len);
}

/* If all of C's text is calls of tools, it becomes them. */
static void read_calls(struct answer *a, struct choice *c)
{
    struct tool_call found[TOOL_CALLS_MAX];
    struct slice whole = {(const uint8_t *)c->whole.p, c->whole.len};
    uint32_t most = a->one_call ? 1 : TOOL_CALLS_MAX;
    uint32_t n = tool_calls_read(found, most, &c->content, &a->arena, whole);
    if (!n)
        return;
    if (c->content.len) /* with the space before it, which a stream has sent */
        c->content = (struct slice){whole.p, (size_t)(c->content.p - whole.p) + c->content.len};
    c->calls = ARENA_ARRAY(&a->arena, struct api_call, n);
    for (; c->calls && c->n_calls < n; c->n_calls++) {
        char id[48], *kept;
        server_id(a->call.s, id, sizeof id, "call_");
        kept = arena_strndup(&a->arena, id, strlen(id));
        if (!kept)
            break;
        c->calls[c->n_calls] = (struct api_call){.id = slice_str(kept),
                                                 .name = found[c->n_calls].name,
                                                 .arguments = found[c->n_calls].arguments};
    }
    a->has_failed = a->has_failed || c->n_calls < n;
    c->finish = API_CALLS;
}

/* Reads ids of C up to N. */
static void read_ids(struct answer *a, struct choice *c, uint32_t n)
{
    struct metrics_model *m = a->model->metrics;
    uint32_t before = c->n_read;
    while (c->n_read < n && c->finish == API_GOING) {
        uint32_t i = c->n_read++;
        add_text(a, c, text_out_feed(&c->text, c->job.ids[i]));
        if (a->wants_logprobs)
            add_logprobs(a, c, i);
        if (c->text.stopped) {
            c->finish = API_STOP;
            service_cancel(a->model->service, &c->job);
        }
    }
    uint32_t fresh = c->n_read - before;
    if (!fresh)
        return;
    int64_t now = clock_ns();
    metrics_count(m->generation_tokens, fresh);
    if (before == 0)
        metrics_observe(m->time_to_first_token_seconds,
                        (double)(c->job.first_token_ns - a->arrival_ns) / 1e9);
    else
        metrics_observe_n(m->inter_token_latency_seconds, (double)(now - c->last_ns) / 1e9 / fresh,
                          fresh);
    c->last_ns = now;
}

/* The service has let go of C. */
static void end(struct answer *a, struct choice *c, enum service_finish why)
{
    c->is_let_go = true;
    if (c->finish != API_GOING)
        return;
    switch (why) {
    case SERVICE_EOG: c->finish = API_STOP; break;
    case SERVICE_STOP_ID:
        c->finish = API_STOP;
        c->by_id = true;
        c->stop_id = c->job.stopped_by;
        break;
    case SERVICE_LENGTH: c->finish = API_LENGTH; break;
    case SERVICE_EMBEDDED: c->finish = API_STOP; return;
    default: a->has_failed = true; return;
    }
    add_text(a, c, text_out_end(&c->text));
    if (c->text.stopped)
        c->finish = API_STOP;
    if (a->reads_calls && c->finish == API_STOP)
        read_calls(a, c);
}

static void read_choice(struct answer *a, struct choice *c)
{
    if (!c->was_accepted || c->is_let_go)
        return;
    int finish = atomic_load_explicit(&c->job.finish, memory_order_acquire);
    read_ids(a, c, atomic_load_explicit(&c->job.n, memory_order_acquire));
    if (finish != SERVICE_RUNNING)
        end(a, c, (enum service_finish)finish);
}

/* ---- from text to the client ----------------------------------------------------------------- */

/* What C has that was not sent. */
static struct api_piece piece_of(const struct answer *a, const struct choice *c)
{
    bool by_text = c->text.stopped;
    return (struct api_piece){
        .index = c->index,
        .text = c->n_calls ? c->content : (struct slice){(const uint8_t *)c->held.p, c->held.len},
        .calls = c->calls,
        .n_calls = c->n_calls,
        .tokens = c->tokens,
        .n_tokens = c->n_tokens,
        .text_at = c->n_characters,
        .ids = a->returns_ids ? c->job.ids + c->n_ids_sent : NULL,
        .n_ids = a->returns_ids ? c->n_read - c->n_ids_sent : 0,
        .prompt_ids = a->returns_ids && (!a->streams || a->is_text) ? c->prompt->ids : NULL,
        .n_prompt_ids = a->returns_ids && (!a->streams || a->is_text) ? c->prompt->n : 0,
        .finish = c->finish,
        .by_id = c->by_id,
        .stop_id = c->stop_id,
        .stop_text = by_text ? c->text.opt.stop[c->text.which] : (struct slice){NULL, 0},
    };
}

static bool all_ended(const struct answer *a)
{
    for (uint32_t i = 0; i < a->n_choices; i++)
        if (a->choice[i].finish == API_GOING)
            return false;
    return true;
}

/* Bytes of the held text that can be sent: not those that may become calls, nor white space before
 * such, which is no part of the answer then. */
static size_t sendable(const struct choice *c)
{
    size_t n = c->held.len;
    size_t undecided = tool_calls_held((struct slice){(const uint8_t *)c->whole.p, c->whole.len});
    n = undecided < n ? n - undecided : 0;
    while (n > 0 && memchr(" \t\r\n", c->held.p[n - 1], 4))
        n--;
    return n;
}

struct slice answer_unsent(const struct answer *a, const struct choice *c)
{
    struct slice held = {(const uint8_t *)c->held.p, c->held.len};
    size_t sent = c->whole.len - held.len;
    if (!a->reads_calls || (c->finish != API_GOING && !c->n_calls))
        return held;
    if (c->n_calls)
        held.len = c->content.len > sent ? c->content.len - sent : 0;
    else
        held.len = sendable(c);
    return held;
}

void answer_sent(struct choice *c, struct slice text)
{
    c->n_characters += api_json_characters(text);
    if (text.len)
        memmove(c->held.p, c->held.p + text.len, c->held.len - text.len);
    c->held.len -= text.len;
    c->n_tokens = 0;
    c->n_ids_sent = c->n_read;
    c->is_told = c->finish != API_GOING;
}

static void stream_choice(struct answer *a, struct choice *c)
{
    bool ends = c->finish != API_GOING;
    struct slice text = answer_unsent(a, c);
    if (c->is_told || (!text.len && !ends))
        return;
    struct api_piece p = piece_of(a, c);
    p.text = text;
    struct api_usage u;
    bool is_last = ends && all_ended(a);
    bool tells = a->stream.continuous_usage || (is_last && a->call.dialect == API_GROQ);
    if (tells)
        answer_usage(a, &u);
    api_stream_piece(&a->out, &a->stream, &p, tells ? &u : NULL);
    answer_sent(c, text);
}

void answer_log(struct answer *a, int status)
{
    struct api_usage u;
    answer_usage(a, &u);
    const struct service_job *j = &a->choice[0].job;
    int64_t promised =
        a->choice[a->is_embedding ? a->n_choices - 1 : 0].job.job.promise.first_token_ns;
    promised = a->promised_ns ? a->promised_ns : promised;
    struct sight_figures seen = {0};
    if (a->sight)
        sight_figures(a->sight, &seen);
    const struct log_field f[] = {
        LOG_S("model", a->model->name),
        LOG_I("prompt", u.n_prompt),
        LOG_I("cached", u.n_cached),
        LOG_I("answer", u.n_answer),
        LOG_F("queue_ms", u.queue_s * 1e3),
        LOG_F("first_ms",
              j->first_token_ns ? (double)(j->first_token_ns - a->arrival_ns) / 1e6 : 0),
        LOG_F("promised_ms", (double)(promised - a->arrival_ns) / 1e6),
        LOG_F("token_ms", u.n_answer > 1 ? u.answer_s * 1e3 / (u.n_answer - 1) : 0),
        LOG_I("pictures", seen.n),
        LOG_I("pictures_cached", seen.n_cached),
        LOG_F("pictures_ms", (double)seen.ns / 1e6),
        LOG_F("pictures_predicted_ms", seen.ns_predicted / 1e6),
    };
    enum { OF_PICTURES = 4 };
    call_done(&a->call, status, f, sizeof f / sizeof *f - (a->sight ? 0 : OF_PICTURES));
}

void answer_let_client_go(struct answer *a)
{
    http_keep(a->call.x, NULL, NULL);
    a->call.x = NULL;
}

void answer_tell_failure(struct answer *a)
{
    struct http_exchange *x = a->call.x;
    struct api_error e;
    char event[API_ERROR_BYTES];
    bool is_ending = a->call.s->is_draining || atomic_load(&a->call.s->is_stopping);
    api_refuse(&e, is_ending ? API_DRAINING : API_FAULT, NULL,
               is_ending ? "the server ended before the answer did"
                         : "the answer could not be finished");
    answer_let_client_go(a);
    struct call c = a->call;
    c.x = x;
    if (!a->streams) {
        call_error(&c, &e);
        return;
    }
    call_done(&c, api_error_status(&e, c.dialect, false), NULL, 0);
    if (a->response) {
        answer_events_failed(a, &e);
        http_stream_send(x, a->out.p, a->out.len);
    } else {
        http_stream_send(x, event, api_error_event(&e, c.dialect, event));
    }
    http_stream_end(x);
}

/* The reply to a chat or a completion. */
static void put_whole(struct answer *a, struct json_out *o)
{
    struct api_piece *pieces = ARENA_ARRAY(&a->arena, struct api_piece, a->n_choices);
    struct api_usage u;
    answer_usage(a, &u);
    o->failed = !pieces;
    for (uint32_t i = 0; pieces && i < a->n_choices; i++) {
        pieces[i] = piece_of(a, &a->choice[i]);
        o->failed = o->failed || a->choice[i].held.failed;
    }
    if (!o->failed)
        api_reply_whole(o, &a->reply, pieces, a->n_choices, &u);
}

/* The end of a response, streamed or not. */
static void tell_response(struct answer *a)
{
    if (answer_events_end(a))
        return;
    a->has_failed = true;
    answer_tell_failure(a);
}

static void tell_whole(struct answer *a)
{
    struct http_exchange *x = a->call.x;
    struct json_out o = {0};
    put_whole(a, &o);
    if (o.failed) {
        json_out_free(&o);
        a->has_failed = true;
        answer_tell_failure(a);
        return;
    }
    answer_log(a, 200);
    balance_header(&a->call);
    answer_let_client_go(a);
    http_reply(x, 200, "application/json", o.p, o.len);
    json_out_free(&o);
}

/* Sends what there is, and the end if it has come; the client may be gone afterwards. */
static void stream(struct answer *a)
{
    int64_t now = clock_ns();
    for (uint32_t i = 0; i < a->n_choices; i++)
        if (a->response)
            answer_events_go_on(a, &a->choice[i]);
        else
            stream_choice(a, &a->choice[i]);
    bool ends = all_ended(a);
    struct api_usage u;
    if (ends && a->response) {
        tell_response(a);
        return;
    }
    if (ends) {
        answer_usage(a, &u);
        api_stream_end(&a->out, &a->stream, &u);
    } else if (!a->out.len && now - a->sent_ns > PING_NS) {
        api_stream_ping(&a->out);
    }
    if (a->out.failed) {
        a->has_failed = true;
        answer_tell_failure(a);
        return;
    }
    if (a->out.len) {
        a->sent_ns = now;
        http_stream_send(a->call.x, a->out.p, a->out.len);
        a->out.len = 0;
    }
    if (!ends || !a->call.x) /* sending may have shown that the client is gone */
        return;
    struct http_exchange *x = a->call.x;
    answer_log(a, 200);
    answer_let_client_go(a);
    http_stream_end(x);
}

static bool all_let_go(const struct answer *a)
{
    for (uint32_t i = 0; i < a->n_choices; i++)
        if (a->choice[i].was_accepted && !a->choice[i].is_let_go)
            return false;
    return true;
}

void answer_pump_one(struct answer *a)
{
    if (a->is_waiting && a->call.x && !a->has_failed) {
        answer_ask(a);
        return;
    }
    if (a->is_waiting && a->call.x) /* the server ends */
        a->streams = false;
    a->is_waiting = false;
    for (uint32_t i = 0; i < a->n_choices; i++)
        read_choice(a, &a->choice[i]);
    if (a->call.x && a->has_failed)
        answer_tell_failure(a);
    else if (a->call.x && a->is_embedding)
        embedding_pump(a);
    else if (a->call.x && a->streams)
        stream(a);
    else if (a->call.x && all_ended(a) && a->response)
        tell_response(a);
    else if (a->call.x && all_ended(a))
        tell_whole(a);
    if (all_let_go(a) && !a->call.x)
        answer_finish(a);
}

void answers_pump(struct server *s)
{
    for (struct answer *a = s->answers, *next; a; a = next) {
        next = a->next;
        answer_pump_one(a);
    }
}
