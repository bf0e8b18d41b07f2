/* chat: POST /v1/chat/completions, and what it would be promised. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "server/answer.h"
#include "server/api_chat.h"
#include "server/resident.h"
#include "server/routes.h"

/* A conversation on its way to an answer. */
struct chat {
    struct answer *a;
    struct api_chat *request; /* in the answer's arena */
    struct answer_prompt prompt;
    struct answer_spec spec;
};

/* The conversation as ids; false after it replied with an error. */
static bool make_prompt(struct chat *h, const struct call *c)
{
    takt_chat_input in = {0};
    takt_err e;
    int32_t *ids;
    size_t n;
    api_chat_input(h->request, &in);
    takt_rc rc = takt_chat_prompt(h->spec.model->model, &in, &ids, &n, &e);
    if (!rc.code && !answer_own(h->a, ids))
        rc = err_set(&e, TAKT_ERR_MEMORY, "messages", "no memory for them");
    if (rc.code) {
        struct api_error err;
        api_error_from_request(&err, &e, "messages");
        call_error(c, &err);
        return false;
    }
    h->prompt = (struct answer_prompt){.ids = ids, .n = (uint32_t)n};
    return true;
}

/* The prediction as ids: as many as are looked at. None without memory: they are no part of what is
 * answered. */
static void make_hint(struct chat *h)
{
    enum { TOKEN_BYTES = 16, TEXT_MAX = GUESS_HINT_MAX * TOKEN_BYTES };
    struct slice text = h->request->prediction;
    size_t n = 0, len = text.len < TEXT_MAX ? text.len : TEXT_MAX;
    takt_err e;
    if (!text.p)
        return;
    int32_t *ids = ARENA_ARRAY(answer_arena(h->a), int32_t, GUESS_HINT_MAX);
    if (!ids || takt_tokenize(h->spec.model->model, (const char *)text.p, len, 0, ids,
                              GUESS_HINT_MAX, &n, &e)
                    .code)
        return;
    h->spec.hint = ids;
    h->spec.n_hint = (uint32_t)(n < GUESS_HINT_MAX ? n : GUESS_HINT_MAX);
}

/* Reads C's body into H, for a model that is loaded, or with LOADS false for any. False after it
 * replied with an error, or set C aside, and released all. */
static bool read_chat(struct chat *h, struct call *c, bool loads)
{
    const struct api_options opt = {.groq_strict =
                                        c->s->config.groq_strict && c->dialect == API_GROQ};
    struct api_error e;
    *h = (struct chat){.a = answer_new(c)};
    if (!h->a)
        return false;
    struct arena *arena = answer_arena(h->a);
    h->request = ARENA_NEW(arena, struct api_chat);
    takt_rc rc = h->request ? api_chat_read(h->request, arena, http_body(c->x), &opt, &e)
                            : api_refuse(&e, API_NO_MEMORY, NULL, "there is no memory");
    if (rc.code) {
        call_error(c, &e);
        answer_drop(h->a);
        return false;
    }
    struct api_chat *r = h->request;
    struct served *m = loads ? call_model(c, r->common.model) : call_find(c, r->common.model);
    if (m && api_sampling_vocab(&r->sampling, m->info.n_vocab, &e).code) {
        call_error(c, &e);
        m = NULL;
    }
    h->spec = (struct answer_spec){.model = m,
                                   .common = &r->common,
                                   .sampling = &r->sampling,
                                   .notes = &r->notes,
                                   .prompts = &h->prompt,
                                   .n_prompts = 1,
                                   .keep_alive = &r->common.keep_alive,
                                   .max_tokens = r->max_tokens,
                                   .wants_logprobs = r->logprobs,
                                   .n_logprobs = (uint32_t)r->top_logprobs,
                                   .returns_ids = r->return_token_ids,
                                   .tokens_as_ids = r->tokens_as_ids,
                                   .reads_calls = r->tools.p && r->tool_choice != API_TOOLS_NONE,
                                   .one_call = !r->parallel_tool_calls};
    if (m && make_prompt(h, c)) {
        make_hint(h);
        return true;
    }
    answer_drop(h->a);
    return false;
}

void chat_create(struct call *c)
{
    struct chat h;
    if (read_chat(&h, c, true))
        answer_begin(h.a, &h.spec);
}

/* ---- /v1/estimate ---------------------------------------------------------------------------- */

static double seconds(int64_t from, int64_t to)
{
    return (double)(to - from) / 1e9;
}

static void tell(const struct call *c, const struct service_job *j, int64_t now,
                 const struct sched_answer *answer, const struct sched_promise *p)
{
    static const char *const why[SCHED_REFUSALS] = {"accepted",   "too_long", "kv_pages",
                                                    "queue_full", "ttft",     "tpot"};
    struct json_out o = {0};
    bool is_accepted = answer->refusal == SCHED_ACCEPTED;
    json_obj_begin(&o, NULL);
    json_put_str(&o, "object", "estimate");
    json_put_bool(&o, "accepted", is_accepted);
    json_put_str(&o, "admission", why[answer->refusal]);
    json_put_u64(&o, "prompt_tokens", j->job.n_prompt);
    json_put_u64(&o, "cached_tokens", j->job.n_cached);
    json_put_u64(&o, "max_tokens", j->job.n_max);
    if (is_accepted) {
        json_put_f64(&o, "start_s", seconds(now, p->start_ns));
        json_put_f64(&o, "ttft_s", seconds(now, p->first_token_ns));
        json_put_f64(&o, "tpot_s", p->token_ns / 1e9);
        json_put_f64(&o, "total_s",
                     seconds(now, p->first_token_ns) + p->token_ns / 1e9 * (j->job.n_max - 1));
    } else {
        json_put_f64(&o, "retry_after_s", answer->retry_after_ns / 1e9);
    }
    json_obj_end(&o);
    call_json(c, 200, &o);
}

/* Of a model that must be loaded first, when it could be asked again. */
static void tell_cold(const struct call *c, const struct service_job *j, double load_s)
{
    struct json_out o = {0};
    json_obj_begin(&o, NULL);
    json_put_str(&o, "object", "estimate");
    json_put_bool(&o, "accepted", false);
    json_put_str(&o, "admission", "loading");
    json_put_u64(&o, "prompt_tokens", j->job.n_prompt);
    json_put_u64(&o, "cached_tokens", 0);
    json_put_u64(&o, "max_tokens", j->job.n_max);
    json_put_f64(&o, "retry_after_s", load_s);
    json_obj_end(&o);
    call_json(c, 200, &o);
}

void estimate_create(struct call *c)
{
    struct chat h;
    struct service_job j;
    struct sched_answer answer;
    struct sched_promise promise;
    takt_err e;
    int64_t now = clock_ns();
    if (!read_chat(&h, c, false))
        return;
    if (!answer_job(h.a, &h.spec, 0, &j)) {
        answer_drop(h.a);
        return;
    }
    if (atomic_load(&h.spec.model->state) != SERVED_READY) {
        tell_cold(c, &j, resident_load_s(c->s, h.spec.model));
    } else {
        takt_rc rc = service_estimate(h.spec.model->service, &j, now, &answer, &promise, &e);
        if (rc.code) {
            struct api_error err;
            api_error_from_request(&err, &e, NULL);
            call_error(c, &err);
        } else {
            tell(c, &j, now, &answer, &promise);
        }
    }
    answer_drop(h.a);
}
