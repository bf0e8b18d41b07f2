#include "server/answer_parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "engine/handles.h"
#include "server/balance.h"
#include "server/batch_run.h"
#include "server/log_text.h"
#include "server/resident.h"
#include "server/usage.h"

/* How long a request waits at most for lines of batches to leave it their places. */
#define WAY_NS 5000000000

/* ---- life ------------------------------------------------------------------------------------ */

struct answer *answer_new(const struct call *c)
{
    struct answer *a = calloc(1, sizeof *a);
    if (!a) {
        call_refuse(c, API_NO_MEMORY, NULL, "there is no memory for the answer");
        return NULL;
    }
    a->call = *c;
    a->arrival_ns = http_arrival_ns(c->x);
    return a;
}

struct arena *answer_arena(struct answer *a)
{
    return &a->arena;
}

bool answer_own(struct answer *a, void *p)
{
    if (a->n_owned == a->owned_cap) {
        uint32_t cap = a->owned_cap ? a->owned_cap * 2 : 8;
        void **bigger = realloc(a->owned, cap * sizeof *bigger);
        if (!bigger) {
            free(p);
            return false;
        }
        a->owned = bigger;
        a->owned_cap = cap;
    }
    a->owned[a->n_owned++] = p;
    return true;
}

bool answer_tokenize(struct answer *a, const takt_model *m, struct slice text, bool add_special,
                     struct answer_prompt *p, takt_err *e)
{
    unsigned flags = add_special ? TAKT_TEXT_BOS : 0;
    const char *s = (const char *)text.p;
    size_t n, cap = text.len + 2; /* a token a byte at most, and BOS */
    int32_t *ids = malloc(cap * sizeof *ids);
    if (!ids || !answer_own(a, ids))
        return err_set(e, TAKT_ERR_MEMORY, "prompt", "no memory for it").code == 0;
    if (takt_tokenize(m, s, text.len, flags, ids, cap, &n, e).code)
        return false;
    takt_assert(n <= cap);
    *p = (struct answer_prompt){.ids = ids, .n = (uint32_t)n};
    return true;
}

void answer_drop(struct answer *a)
{
    struct server *s = a->call.s;
    if (a->is_charged) /* it asked for something, and got nothing */
        limits_settle(s->keys_limits, &a->charge, &a->call.who.rule, 0, clock_ns());
    for (uint32_t i = 0; i < a->n_choices; i++) {
        struct choice *c = &a->choice[i];
        service_release(&c->job);
        text_out_release(&c->text);
        json_out_free(&c->whole);
        json_out_free(&c->held);
        free(c->tokens);
        free(c->top);
    }
    for (uint32_t i = 0; i < a->n_owned; i++)
        free(a->owned[i]);
    free(a->owned);
    free(a->choice);
    api_stream_free(&a->stream);
    api_events_free(&a->events);
    json_out_free(&a->out);
    sight_free(a->sight);
    arena_free(&a->arena);
    free(a);
}

static void link_in(struct answer *a)
{
    struct server *s = a->call.s;
    resident_begun(a->model);
    a->next = s->answers;
    if (a->next)
        a->next->prev = a;
    s->answers = a;
}

static void link_out(struct answer *a)
{
    resident_ended(a->model);
    *(a->prev ? &a->prev->next : &a->call.s->answers) = a->next;
    if (a->next)
        a->next->prev = a->prev;
}

static void cancel(struct answer *a)
{
    for (uint32_t i = 0; i < a->n_choices; i++)
        service_cancel(a->model->service, &a->choice[i].job);
}

/* The client closed the connection. */
static void gone(void *user)
{
    struct answer *a = user;
    call_gone(&a->call);
    cancel(a);
}

void answers_cancel(struct server *s)
{
    for (struct answer *a = s->answers; a; a = a->next) {
        a->has_failed = a->has_failed || a->n_submitted < a->n_choices;
        cancel(a);
    }
}

/* ---- what is asked of the service ------------------------------------------------------------ */

/* A wish in milliseconds from one of two headers, as nanoseconds; 0: none. False if it is bad. */
static bool wish(const struct call *c, const char *name, const char *other, double *ns)
{
    const char *text = http_header(c->x, name);
    char *end;
    *ns = 0;
    text = text ? text : http_header(c->x, other);
    if (!text)
        return true;
    double ms = strtod(text, &end);
    if (end == text || *end || !isfinite(ms) || ms <= 0 || ms > 1e9) {
        call_refuse(c, API_BAD_VALUE, name, "'%.40s'; it is a time in milliseconds", text);
        return false;
    }
    *ns = ms * 1e6;
    return true;
}

static enum sched_class class_of(const struct api_common *k)
{
    switch (k->service_tier) {
    case API_TIER_PRIORITY:
    case API_TIER_PERFORMANCE:
    case API_TIER_FAST:
    case API_TIER_ULTRAFAST: return SCHED_FIRST;
    case API_TIER_FLEX: return SCHED_LAST;
    default: break;
    }
    return k->priority < 0 ? SCHED_FIRST : k->priority > 0 ? SCHED_LAST : SCHED_NORMAL;
}

uint64_t answer_salt(struct slice salt)
{
    struct sha256 h;
    uint8_t digest[32];
    uint64_t v = 0;
    if (!salt.p)
        return 0;
    sha256_init(&h);
    sha256_add(&h, salt.p, salt.len);
    sha256_end(&h, digest);
    memcpy(&v, digest, sizeof v);
    return v | 1;
}

/* The settings of the request over those of the model. */
static void sampling_of(struct answer *a, const struct answer_spec *spec, takt_sampling *to)
{
    *to = takt_sampling_for(spec->model->model);
    api_sampling_apply(spec->sampling, to);
    if (!spec->sampling->has_seed) { /* nobody else's, and not to be guessed */
        uint64_t n = ++a->call.s->n_ids;
        to->seed = hash_fnv1a(&n, sizeof n, a->call.s->config.seed);
    }
}

bool answer_job(struct answer *a, const struct answer_spec *spec, uint32_t k, struct service_job *j)
{
    const struct api_sampling *s = spec->sampling;
    int64_t max = spec->max_tokens ? spec->max_tokens : a->call.s->config.max_tokens;
    *j = (struct service_job){
        .job = {.n_prompt = spec->prompts[k].n,
                .n_max = max > 0 && max < UINT32_MAX ? (uint32_t)max : 0,
                .class = a->call.is_batch ? SCHED_SPARE : class_of(spec->common),
                .key = a->call.who.id,
                .arrival_ns = a->arrival_ns},
        .prompt = spec->prompts[k].ids,
        .spans = spec->prompts[k].spans,
        .n_spans = spec->prompts[k].n_spans,
        .stop_ids = s->stop_ids.v,
        .n_stop_ids = s->stop_ids.n,
        .ignore_eog = s->ignore_eos,
        .wants_logprobs = spec->wants_logprobs,
        .n_logprobs = spec->n_logprobs,
        .salt = answer_salt(spec->common->cache_salt),
        .hint = spec->hint,
        .n_hint = spec->n_hint,
        .embeds = spec->is_embedding,
    };
    if (!j->embeds)
        sampling_of(a, spec, &j->sampling);
    return wish(&a->call, "x-slo-ttft-ms", "x-llm-d-slo-ttft-ms", &j->job.ttft_ns) &&
           wish(&a->call, "x-slo-tpot-ms", "x-llm-d-slo-tpot-ms", &j->job.tpot_ns);
}

void answer_refusal(struct api_error *e, const struct sched_answer *answer,
                    const struct service_job *j, uint32_t n_ctx)
{
    static const char *const why[SCHED_REFUSALS] = {
        [SCHED_NO_PAGES] = "there is no room in the KV cache",
        [SCHED_NO_QUEUE] = "too many requests are waiting",
        [SCHED_NO_TTFT] = "its first token could not be there in time",
        [SCHED_NO_TPOT] = "its tokens, or others', would come too slowly"};
    if (answer->refusal == SCHED_TOO_LONG) {
        api_refuse(
            e, API_CONTEXT, NULL,
            "the prompt has %u tokens and the answer may have %u; this model's maximum context "
            "length is %u tokens, and the KV cache cannot hold more",
            j->job.n_prompt, j->job.n_max, n_ctx);
        return;
    }
    bool is_late = answer->refusal == SCHED_NO_TTFT || answer->refusal == SCHED_NO_TPOT;
    api_refuse(e, is_late ? API_NO_DEADLINE : API_OVERLOADED, NULL,
               "the request is not taken on: %s; try again in %.*f s", why[answer->refusal],
               answer->retry_after_ns < 10e9 ? 2 : 0, answer->retry_after_ns / 1e9);
    e->retry_after_s = answer->retry_after_ns / 1e9;
}

static const enum metrics_cause causes[SCHED_REFUSALS] = {[SCHED_TOO_LONG] = METRICS_TOO_LONG,
                                                          [SCHED_NO_PAGES] = METRICS_NO_PAGES,
                                                          [SCHED_NO_QUEUE] = METRICS_NO_QUEUE,
                                                          [SCHED_NO_TTFT] = METRICS_NO_TTFT,
                                                          [SCHED_NO_TPOT] = METRICS_NO_TPOT};

/* Why the service does not take J, whose prompt stands in the field PARAM, at all. */
static void explain(struct api_error *e, const takt_err *from, const struct served *m,
                    const struct service_job *j, const char *param)
{
    if (from->code == TAKT_ERR_LIMIT && j->job.n_prompt >= m->limits.n_ctx)
        api_refuse(e, API_CONTEXT, param, "%s %s", from->where, from->what);
    else
        api_error_from_request(e, from, NULL);
}

/* ---- the beginning --------------------------------------------------------------------------- */

/* What the reply calls the service that was asked for; clients of Groq's read it from every reply.
 * Texts that are continued know no such field: NULL unless one was named. */
static const char *tier_of(const struct answer_spec *spec, bool is_groq)
{
    if (spec->common->service_tier != API_TIER_AUTO)
        return api_tier_name(spec->common->service_tier);
    if (spec->is_text)
        return NULL;
    return api_tier_name(is_groq ? API_TIER_ON_DEMAND : API_TIER_DEFAULT);
}

static void name_reply(struct answer *a, const struct answer_spec *spec)
{
    const struct call *c = &a->call;
    bool is_groq = c->dialect == API_GROQ;
    if (spec->response)
        snprintf(a->id, sizeof a->id, "%s", spec->id);
    else
        server_id(c->s, a->id, sizeof a->id,
                  spec->is_embedding ? "embd-"
                  : spec->is_text    ? "cmpl-"
                                     : "chatcmpl-");
    if (is_groq)
        server_id(c->s, a->groq_id, sizeof a->groq_id, "req_");
    a->reply = (struct api_reply){
        .dialect = c->dialect,
        .is_text = spec->is_text,
        .id = a->id,
        .created = (int64_t)time(NULL),
        .model = spec->model->name,
        .fingerprint = spec->model->fingerprint,
        .tier = tier_of(spec, is_groq),
        .groq_id = is_groq ? a->groq_id : NULL,
        .has_seed = spec->sampling->has_seed,
        .seed = spec->sampling->seed,
        .has_logprobs = spec->wants_logprobs,
        .tokens_as_ids = spec->tokens_as_ids,
    };
}

/* All choices, none of them submitted. False after it replied with an error. */
static bool make_choices(struct answer *a, const struct answer_spec *spec)
{
    const struct api_sampling *s = spec->sampling;
    const struct text_out_options text = {.stop = s->stop.v,
                                          .n_stop = s->stop.n,
                                          .keep_stop = s->keep_stop,
                                          .print_control = !s->skip_special};
    uint32_t n = spec->n_prompts * (uint32_t)s->n;
    struct answer_prompt *prompts = ARENA_ARRAY(&a->arena, struct answer_prompt, spec->n_prompts);
    takt_err e;
    a->choice = calloc(n, sizeof *a->choice);
    if (!a->choice || !prompts) {
        call_refuse(&a->call, API_NO_MEMORY, NULL, "there is no memory for %u choices", n);
        return false;
    }
    memcpy(prompts, spec->prompts, spec->n_prompts * sizeof *prompts);
    for (; a->n_choices < n; a->n_choices++) {
        struct choice *c = &a->choice[a->n_choices];
        uint32_t k = a->n_choices / (uint32_t)s->n;
        c->index = a->n_choices;
        c->prompt = &prompts[k];
        if (!answer_job(a, spec, k, &c->job))
            return false;
        if (a->n_choices % (uint32_t)s->n) { /* of the same prompt a draw of its own */
            c->job.sampling.seed += a->n_choices % (uint32_t)s->n;
            c->job.like = &a->choice[k * (uint32_t)s->n].job;
        }
        if (!spec->is_embedding &&
            text_out_init(&c->text, spec->model->model->tokenizer, &text, &e).code) {
            struct api_error err;
            api_error_from_request(&err, &e, "stop");
            call_error(&a->call, &err);
            return false;
        }
        if (c->prompt->echo.p)
            api_json_raw(&c->held, (const char *)c->prompt->echo.p, c->prompt->echo.len);
    }
    return true;
}

/* What A used counts for its key's limits; nothing does if it failed through no fault of the key's.
 */
static void settle(struct answer *a, uint64_t n_tokens)
{
    struct server *s = a->call.s;
    if (a->is_charged && a->has_failed)
        limits_cancel(s->keys_limits, &a->charge, &a->call.who.rule, clock_ns());
    else if (a->is_charged)
        limits_settle(s->keys_limits, &a->charge, &a->call.who.rule, n_tokens, clock_ns());
    a->is_charged = false;
}

/* The key's limits, for N tokens: false after it replied that they are reached. */
static bool charge(struct answer *a, uint64_t n)
{
    struct server *s = a->call.s;
    int64_t now = clock_ns();
    char text[200];
    if (a->call.is_batch || a->is_charged) /* a batch takes what nobody else wants */
        return true;
    struct limits_answer l =
        limits_admit(s->keys_limits, a->call.who.id, &a->call.who.rule, n, now, &a->charge);
    struct limits_state state[LIMITS_KINDS];
    struct limits_header header[LIMITS_HEADERS];
    limits_look(s->keys_limits, a->call.who.id, &a->call.who.rule, now, state);
    uint32_t n_headers =
        limits_headers(header, state, a->call.dialect == API_GROQ ? LIMITS_GROQ : LIMITS_OPENAI);
    for (uint32_t i = 0; i < n_headers; i++)
        http_reply_header(a->call.x, header[i].name, header[i].value);
    a->is_charged = l.verdict == LIMITS_ADMITTED;
    if (a->is_charged)
        return true;
    struct api_error e;
    limits_explain(text, sizeof text, &l);
    bool is_tokens = l.kind == LIMITS_TOKENS_MINUTE || l.kind == LIMITS_TOKENS_DAY;
    api_refuse(&e, is_tokens ? API_RATE_TOKENS : API_RATE_REQUESTS, NULL, "the key's limit: %s",
               text);
    e.retry_after_s = (double)l.wait_ns / 1e9;
    metrics_count(
        a->model->metrics->admission_refused[is_tokens ? METRICS_KEY_TOKENS : METRICS_KEY_REQUESTS],
        1);
    call_error(&a->call, &e);
    return false;
}

takt_rc answer_estimate(const struct answer *a, const struct served *m, struct service_job *j,
                        int64_t now, const struct sight *sight, struct sched_answer *answer,
                        struct sched_promise *promise, takt_err *e)
{
    double slow_ns = 0, ns = sight ? sight_ns(sight, &slow_ns) : 0;
    double ahead_ns = sight ? sight_ahead_ns(sight) : 0, margin = a->call.s->config.margin;
    int64_t likely = (int64_t)(ns + ahead_ns), late = (int64_t)((slow_ns + ahead_ns) * margin);
    j->job.arrival_ns -= late; /* of its time that much is gone */
    takt_rc rc = service_estimate(m->service, j, now, answer, promise, e);
    j->job.arrival_ns += late;
    if (rc.code || answer->refusal != SCHED_ACCEPTED || promise->first_token_ns == INT64_MAX)
        return rc;
    promise->start_ns += likely;
    promise->expected_ns += likely;
    promise->first_token_ns += late;
    return rc;
}

bool answer_may_begin(struct answer *a, const struct answer_spec *spec, struct sight *x)
{
    struct served *m = spec->model;
    struct service_job j;
    struct sched_answer answer = {0};
    struct sched_promise promise;
    struct api_error e;
    takt_err err;
    a->model = spec->model;
    if (!answer_job(a, spec, 0, &j))
        return false;
    if (answer_estimate(a, m, &j, clock_ns(), x, &answer, &promise, &err).code) {
        explain(&e, &err, m, &j, spec->response ? "input" : "messages");
    } else {
        bool is_never = answer.refusal == SCHED_TOO_LONG || answer.refusal == SCHED_NO_TPOT;
        bool may_wait = answer.spare_in_the_way || (a->call.is_batch && !is_never);
        if (answer.refusal == SCHED_ACCEPTED && !a->call.is_batch) {
            a->promised_ns = promise.first_token_ns;
            sight_will_read(x, (double)(promise.expected_ns - promise.start_ns));
        }
        if (answer.refusal == SCHED_ACCEPTED || may_wait)
            return charge(a, (uint64_t)spec->sampling->n * (j.job.n_prompt + j.job.n_max));
        answer_refusal(&e, &answer, &j, m->limits.n_ctx);
        metrics_count(m->metrics->admission_refused[causes[answer.refusal]], 1);
    }
    call_error(&a->call, &e);
    return false;
}

/* The most that A can come to. */
static uint64_t tokens_of(const struct answer *a)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < a->n_choices; i++)
        n += a->choice[i].job.job.n_prompt + a->choice[i].job.job.n_max;
    return n;
}

/* Asks for C with the wish that what was promised is kept. Where others have taken its place
 * meanwhile, and it has no such wish of its own, it comes later than promised, but it comes. */
static takt_rc submit_as_promised(struct answer *a, struct choice *c, struct sched_answer *answer,
                                  takt_err *e)
{
    struct service *service = a->model->service;
    struct sched_job *j = &c->job.job;
    double wish = j->ttft_ns;
    if (c->index > 0 || !a->promised_ns)
        return service_submit(service, &c->job, clock_ns(), answer, e);
    j->ttft_ns = (double)(a->promised_ns - j->arrival_ns);
    takt_rc rc = service_submit(service, &c->job, clock_ns(), answer, e);
    if (rc.code || answer->refusal == SCHED_ACCEPTED || wish > 0)
        return rc;
    j->ttft_ns = 0;
    return service_submit(service, &c->job, clock_ns(), answer, e);
}

/* Asks the service for choice C; E says why it is refused. */
static bool submit_one(struct answer *a, struct choice *c, struct api_error *e)
{
    struct metrics_model *m = a->model->metrics;
    struct sched_answer answer = {0};
    takt_err err;
    takt_rc rc = submit_as_promised(a, c, &answer, &err);
    a->refusal = rc.code ? SCHED_ACCEPTED : answer.refusal;
    a->batch_in_the_way = !rc.code && answer.spare_in_the_way && !a->call.is_batch;
    c->was_accepted = !rc.code && answer.refusal == SCHED_ACCEPTED;
    if (c->was_accepted) {
        metrics_count(m->admission_accepted, 1);
        return true;
    }
    if (rc.code) {
        explain(e, &err, a->model, &c->job,
                a->response || a->is_embedding ? "input"
                : a->is_text                   ? "prompt"
                                               : "messages");
    } else {
        answer_refusal(e, &answer, &c->job, a->model->limits.n_ctx);
    }
    return false;
}

/* Asks for all choices that were not accepted yet; where there is a window, for the first one, and
 * the others follow. After a refusal E says why. */
static bool submit(struct answer *a, struct api_error *e)
{
    uint32_t n = a->window < a->n_choices ? 1 : a->n_choices;
    for (; a->n_submitted < n; a->n_submitted++)
        if (!submit_one(a, &a->choice[a->n_submitted], e))
            return false;
    return true;
}

void answer_submit_more(struct answer *a)
{
    struct api_error why;
    uint32_t n_going = 0;
    for (uint32_t i = 0; i < a->n_submitted; i++)
        n_going += !a->choice[i].is_let_go;
    while (a->n_submitted < a->n_choices && n_going < a->window) {
        struct choice *c = &a->choice[a->n_submitted];
        c->job.job.arrival_ns = clock_ns(); /* its turn has come now */
        if (!submit_one(a, c, &why))
            return; /* the place went to others: it tries again */
        a->n_submitted++;
        n_going++;
    }
}

static void send_first(struct answer *a)
{
    http_reply_header(a->call.x, "cache-control", "no-cache");
    http_reply_header(a->call.x, "x-accel-buffering", "no");
    balance_header(&a->call);
    http_stream_begin(a->call.x, 200, "text/event-stream");
    if (a->out.len)
        http_stream_send(a->call.x, a->out.p, a->out.len);
    a->out.len = 0;
    a->sent_ns = clock_ns();
}

static void begin_stream(struct answer *a, const struct api_common *k)
{
    struct api_error err;
    takt_err e;
    if (api_stream_begin(&a->stream, &a->reply, k->include_usage, k->continuous_usage, &e).code) {
        http_keep(a->call.x, NULL, NULL);
        api_error_from_server(&err, &e);
        call_error(&a->call, &err);
        a->call.x = NULL;
        cancel(a);
        return;
    }
    for (uint32_t i = 0; i < a->n_choices; i++) {
        const struct choice *c = &a->choice[i];
        const struct api_piece p = {.index = i,
                                    .prompt_ids = a->returns_ids ? c->prompt->ids : NULL,
                                    .n_prompt_ids = a->returns_ids ? c->prompt->n : 0};
        api_stream_role(&a->out, &a->stream, &p);
    }
    send_first(a);
}

/* Appends the text of the prompt's ids from one place up to another. */
static takt_rc put_text(struct json_out *o, const struct answer *a, const struct answer_prompt *p,
                        uint32_t from, uint32_t to, takt_err *e)
{
    char *text;
    size_t len;
    TAKT_TRY(takt_detokenize(a->model->model, p->ids + from, to - from, TAKT_TEXT_SPECIAL, &text,
                             &len, e));
    api_json_raw(o, text, len);
    takt_free(text);
    return TAKT_OK;
}

/* The prompt as the model sees it, but for pictures. */
static takt_rc put_prompt(struct json_out *o, const struct answer *a, const struct answer_prompt *p,
                          takt_err *e)
{
    static const char picture[] = "[picture]";
    uint32_t at = 0;
    for (uint32_t i = 0; i < p->n_spans; i++) {
        TAKT_TRY(put_text(o, a, p, at, p->spans[i].first, e));
        api_json_raw(o, picture, sizeof picture - 1);
        at = p->spans[i].first + takt_picture_positions(p->spans[i].picture);
    }
    TAKT_TRY(put_text(o, a, p, at, p->n, e));
    return o->failed ? err_set(e, TAKT_ERR_MEMORY, "prompt", "no memory to log it") : TAKT_OK;
}

static void log_prompts(const struct answer *a)
{
    const struct log *log = &a->call.s->config.log;
    for (uint32_t i = 0; i < a->n_choices; i++) {
        const struct choice *c = &a->choice[i];
        struct json_out o = {0};
        takt_err e;
        if (i > 0 && c->prompt == a->choice[i - 1].prompt)
            continue;
        if (put_prompt(&o, a, c->prompt, &e).code)
            LOG(log, LOG_ERROR, "prompt", LOG_S("id", a->call.request_id), LOG_S("why", e.what));
        else
            log_text(log, "prompt", a->call.request_id, c->index,
                     (struct slice){(const uint8_t *)o.p, o.len});
        json_out_free(&o);
    }
}

static void log_answers(const struct answer *a)
{
    for (uint32_t i = 0; i < a->n_choices; i++)
        if (a->choice[i].was_accepted)
            log_text(&a->call.s->config.log, "answer", a->call.request_id, i,
                     (struct slice){(const uint8_t *)a->choice[i].whole.p, a->choice[i].whole.len});
}

/* A was taken on. */
static void begun(struct answer *a)
{
    if (!a->is_embedding)
        metrics_observe(a->model->metrics->request_params_n, (double)a->n_each);
    if (a->call.s->config.log_prompts)
        log_prompts(a);
    if (a->n_submitted < a->n_choices)
        answer_submit_more(a);
    if (a->response)
        answer_events_begin(a);
    else if (a->streams)
        begin_stream(a, a->common);
    if (a->response && a->streams)
        send_first(a);
}

static void refused(struct answer *a, const struct api_error *e)
{
    if (a->refusal != SCHED_ACCEPTED)
        metrics_count(a->model->metrics->admission_refused[causes[a->refusal]], 1);
    limits_cancel(a->call.s->keys_limits, &a->charge, &a->call.who.rule, clock_ns());
    a->is_charged = false;
    http_keep(a->call.x, NULL, NULL);
    call_error(&a->call, e);
    a->call.x = NULL; /* what was accepted before is waited for */
    a->has_failed = true;
    cancel(a);
}

void answer_ask(struct answer *a)
{
    struct api_error e;
    int64_t now = clock_ns();
    bool was_waiting = a->is_waiting, is_taken = submit(a, &e);
    a->is_waiting = false;
    if (is_taken) {
        begun(a);
        return;
    }
    bool has_no_place = a->refusal == SCHED_NO_PAGES || a->refusal == SCHED_NO_QUEUE;
    bool was_promised = a->promised_ns && has_no_place; /* pictures are not encoded for nothing */
    if (!was_waiting)
        a->wait_until_ns = was_promised ? a->promised_ns : now + WAY_NS;
    if ((a->batch_in_the_way || was_promised) && now < a->wait_until_ns) { /* for about a step */
        a->is_waiting = true;
        if (a->batch_in_the_way)
            batches_make_way(a->call.s->batches);
        return;
    }
    refused(a, &e);
    answer_pump_one(a);
}

void answer_begin(struct answer *a, const struct answer_spec *spec)
{
    a->model = spec->model;
    a->common = spec->common;
    a->n_each = (uint32_t)spec->sampling->n;
    a->streams = spec->common->stream;
    a->is_text = spec->is_text;
    a->is_embedding = spec->is_embedding;
    a->as_base64 = spec->as_base64;
    a->window = spec->window ? spec->window : UINT32_MAX;
    a->wants_logprobs = spec->wants_logprobs;
    a->n_logprobs = spec->n_logprobs;
    a->returns_ids = spec->returns_ids;
    a->reads_calls = spec->reads_calls;
    a->one_call = spec->one_call;
    a->response = spec->response;
    a->items = spec->items;
    a->sight = spec->sight;
    a->call.is_flex = spec->common->service_tier == API_TIER_FLEX;
    a->keeps_text = spec->reads_calls || a->call.s->config.log_prompts;
    if (atomic_load(&spec->model->state) != SERVED_READY) { /* it left while the call waited */
        resident_wait(&a->call, spec->model);
        answer_drop(a);
        return;
    }
    if (spec->keep_alive)
        resident_keep(a->call.s, spec->model, *spec->keep_alive);
    name_reply(a, spec);
    call_warn(&a->call, spec->notes);
    if (!make_choices(a, spec) || !charge(a, tokens_of(a))) {
        answer_drop(a);
        return;
    }
    link_in(a);
    http_keep(a->call.x, a, gone);
    answer_ask(a);
}

/* ---- the end --------------------------------------------------------------------------------- */

void answer_usage(const struct answer *a, struct api_usage *u)
{
    *u = (struct api_usage){0};
    for (uint32_t i = 0; i < a->n_choices; i++) {
        const struct choice *c = &a->choice[i];
        if (!c->was_accepted)
            continue;
        if (i == 0 || c->prompt != a->choice[i - 1].prompt) {
            u->n_prompt += c->prompt->n;
            u->n_cached += c->job.n_cached;
            u->n_image += c->prompt->n_picture_ids;
        }
        u->n_answer += c->n_read;
        u->n_hinted += c->job.n_hinted;
        u->n_hinted_right += c->job.n_hinted_right;
        u->has_prediction = c->job.hint != NULL;
    }
    const struct service_job *j = &a->choice[0].job;
    int64_t now = clock_ns();
    if (j->begun_ns)
        u->queue_s = (double)(j->begun_ns - a->arrival_ns) / 1e9;
    if (j->first_token_ns) {
        u->prompt_s = (double)(j->first_token_ns - j->begun_ns) / 1e9;
        u->answer_s = (double)(now - j->first_token_ns) / 1e9;
    }
}

static void measure(const struct answer *a)
{
    struct metrics_model *m = a->model->metrics;
    for (uint32_t i = 0; i < a->n_choices; i++) {
        const struct choice *c = &a->choice[i];
        const struct service_job *j = &c->job;
        if (!c->was_accepted)
            continue;
        int finish = atomic_load(&j->finish);
        enum metrics_finish why = c->finish == API_LENGTH   ? METRICS_LENGTH
                                  : c->finish != API_GOING  ? METRICS_STOP
                                  : finish == SERVICE_FAULT ? METRICS_ERROR
                                                            : METRICS_ABORT;
        metrics_count(m->request_success[why], 1);
        metrics_count(m->prompt_tokens, j->job.n_prompt);
        metrics_count(m->prompt_tokens_cached, j->n_cached);
        metrics_count(m->prompt_tokens_by_source[METRICS_LOCAL_CACHE_HIT], j->n_cached);
        metrics_count(m->prompt_tokens_by_source[METRICS_LOCAL_COMPUTE],
                      j->job.n_prompt - j->n_cached);
        metrics_count(m->prefix_cache_queries, j->job.n_prompt);
        metrics_count(m->prefix_cache_hits, j->n_cached);
        metrics_observe(m->request_prompt_tokens, j->job.n_prompt);
        if (!a->is_embedding) {
            metrics_observe(m->request_generation_tokens, c->n_read);
            metrics_observe(m->request_params_max_tokens, j->job.n_max);
            metrics_observe(m->request_max_num_generation_tokens, j->job.n_max);
        }
        metrics_observe(m->request_prefill_kv_computed_tokens, j->job.n_prompt - j->n_cached);
        metrics_observe(m->e2e_request_latency_seconds, (double)(j->end_ns - a->arrival_ns) / 1e9);
        if (!j->begun_ns)
            continue;
        metrics_observe(m->request_queue_time_seconds, (double)(j->begun_ns - a->arrival_ns) / 1e9);
        if (!j->first_token_ns)
            continue;
        double decode_s = (double)(j->end_ns - j->first_token_ns) / 1e9;
        metrics_observe(m->request_prefill_time_seconds,
                        (double)(j->first_token_ns - j->begun_ns) / 1e9);
        metrics_observe(m->request_decode_time_seconds, decode_s);
        metrics_observe(m->request_inference_time_seconds, (double)(j->end_ns - j->begun_ns) / 1e9);
        if (c->n_read > 1)
            metrics_observe(m->request_time_per_output_token_seconds,
                            decode_s / (double)(c->n_read - 1));
    }
}

void answer_finish(struct answer *a)
{
    struct api_usage u;
    answer_usage(a, &u);
    measure(a);
    if (!a->has_failed && u.n_prompt)
        usage_count(a->call.s->usage, &a->call.who, u.n_prompt, u.n_cached, u.n_answer);
    if (a->call.s->config.log_prompts && !a->is_embedding)
        log_answers(a);
    settle(a, (uint64_t)u.n_prompt - u.n_cached + u.n_answer);
    link_out(a);
    answer_drop(a);
}
