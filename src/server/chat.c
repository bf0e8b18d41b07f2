/* chat: POST /v1/chat/completions, and what it would be promised. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "server/answer.h"
#include "server/api_chat.h"
#include "server/api_models.h"
#include "server/resident.h"
#include "server/routes.h"

/* A conversation on its way to an answer, or to an estimate. In the answer's arena, as all that it
 * refers to. */
struct chat {
    struct answer *a;
    struct call call;
    struct api_chat *request;
    struct answer_prompt prompt;
    int32_t *ids; /* the prompt's */
    struct answer_spec spec;
    struct sight *sight; /* NULL: no pictures */
};

/* The conversation as ids; false after it replied with an error. */
static bool make_prompt(struct chat *h)
{
    takt_chat_input in = {0};
    struct answer_prompt *p = &h->prompt;
    takt_err e;
    size_t n;
    api_chat_input(h->request, &in);
    if (h->sight) {
        in.pictures = sight_spans(h->sight, &p->n_spans);
        in.n_pictures = p->n_spans;
        in.clips = sight_clips(h->sight);
        p->spans = in.pictures;
        p->n_picture_ids = sight_tokens(h->sight);
    }
    takt_rc rc = takt_chat_prompt(h->spec.model->model, &in, &h->ids, &n, &e);
    if (!rc.code && !answer_own(h->a, h->ids))
        rc = err_set(&e, TAKT_ERR_MEMORY, "messages", "no memory for them");
    if (rc.code) {
        struct api_error err;
        api_error_from_request(&err, &e, "messages");
        call_error(&h->call, &err);
        return false;
    }
    p->ids = h->ids;
    p->n = (uint32_t)n;
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

/* Reads C's body, for a model that is loaded, or with LOADS false for any. NULL after it replied
 * with an error, or set C aside, and released all. */
static struct chat *read_chat(const struct call *c, bool loads)
{
    const struct api_options opt = {.groq_strict =
                                        c->s->config.groq_strict && c->dialect == API_GROQ};
    struct api_error e;
    struct answer *a = answer_new(c);
    if (!a)
        return NULL;
    struct arena *arena = answer_arena(a);
    struct chat *h = ARENA_NEW(arena, struct chat);
    struct api_chat *r = ARENA_NEW(arena, struct api_chat);
    takt_rc rc = h && r ? api_chat_read(r, arena, http_body(c->x), &opt, &e)
                        : api_refuse(&e, API_NO_MEMORY, NULL, "there is no memory");
    if (rc.code) {
        call_error(c, &e);
        answer_drop(a);
        return NULL;
    }
    struct served *m = loads ? call_model(c, r->common.model) : call_find(c, r->common.model);
    if (m && api_sampling_vocab(&r->sampling, m->info.n_vocab, &e).code) {
        call_error(c, &e);
        m = NULL;
    }
    if (!m) {
        answer_drop(a);
        return NULL;
    }
    *h = (struct chat){.a = a, .call = *c, .request = r};
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
    return h;
}

static void answer(struct chat *h)
{
    make_hint(h);
    h->spec.sight = h->sight;
    answer_begin(h->a, &h->spec);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static bool sized(void *user)
{
    struct chat *h = user;
    return make_prompt(h) && answer_may_begin(h->a, &h->spec, h->sight);
}

static void ready(void *user)
{
    struct chat *h = user;
    sight_fill(h->sight, h->ids);
    answer(h);
}

static void drop(void *user)
{
    struct chat *h = user;
    answer_drop(h->a);
}

/* Looks at the pictures of H, for an answer or for their sizes alone. */
static void look(struct chat *h, bool sizes_only, const struct sight_user *k)
{
    h->sight = sight_begin(&h->call, h->spec.model, &h->request->pictures,
                           answer_salt(h->request->common.cache_salt), sizes_only, k, h);
    if (!h->sight)
        drop(h);
}

void chat_create(struct call *c)
{
    static const struct sight_user of_answer = {sized, ready, drop};
    struct chat *h = read_chat(c, true);
    if (!h)
        return;
    if (h->request->pictures.n)
        look(h, false, &of_answer);
    else if (make_prompt(h))
        answer(h);
    else
        drop(h);
}

/* ---- /v1/chat/completions/render ------------------------------------------------------------- */

static void render(const struct chat *h)
{
    const struct call *c = &h->call;
    struct json_out o = {0};
    api_rendered_put(&o, c->request_id, h->spec.model->name, h->prompt.ids, h->prompt.n);
    call_json(c, 200, &o);
}

static bool render_sized(void *user)
{
    struct chat *h = user;
    if (make_prompt(h))
        render(h);
    return false;
}

void render_chat(struct call *c)
{
    static const struct sight_user of_render = {render_sized, NULL, drop};
    struct chat *h = read_chat(c, false);
    if (!h)
        return;
    if (h->request->pictures.n) {
        look(h, true, &of_render);
        return;
    }
    if (make_prompt(h))
        render(h);
    drop(h);
}

/* ---- /v1/estimate ---------------------------------------------------------------------------- */

static double seconds(int64_t from, int64_t to)
{
    return (double)(to - from) / 1e9;
}

/* What of the prompt is what. */
static void put_counts(struct json_out *o, const struct chat *h, const struct service_job *j)
{
    json_put_u64(o, "prompt_tokens", j->job.n_prompt);
    json_put_u64(o, "cached_tokens", j->job.n_cached);
    if (h->prompt.n_picture_ids)
        json_put_u64(o, "image_tokens", h->prompt.n_picture_ids);
    json_put_u64(o, "max_tokens", j->job.n_max);
}

/* PICTURES_S: until the pictures are there, which P counts. */
static void tell(const struct chat *h, const struct service_job *j, int64_t now, double pictures_s,
                 const struct sched_answer *answer, const struct sched_promise *p)
{
    static const char *const why[SCHED_REFUSALS] = {"accepted",   "too_long", "kv_pages",
                                                    "queue_full", "ttft",     "tpot"};
    struct json_out o = {0};
    bool is_accepted = answer->refusal == SCHED_ACCEPTED;
    double first_s = seconds(now, p->expected_ns), token_s = p->expected_token_ns / 1e9;
    json_obj_begin(&o, NULL);
    json_put_str(&o, "object", "estimate");
    json_put_bool(&o, "accepted", is_accepted);
    json_put_str(&o, "admission", why[answer->refusal]);
    put_counts(&o, h, j);
    if (h->sight)
        json_put_f64(&o, "pictures_s", pictures_s);
    if (is_accepted) {
        json_put_f64(&o, "start_s", seconds(now, p->start_ns));
        json_put_f64(&o, "ttft_s", first_s);
        json_put_f64(&o, "tpot_s", token_s);
        json_put_f64(&o, "total_s", first_s + token_s * (j->job.n_max - 1));
        json_put_f64(&o, "promised_ttft_s", seconds(now, p->first_token_ns));
        json_put_f64(&o, "promised_tpot_s", p->token_ns / 1e9);
    } else {
        json_put_f64(&o, "retry_after_s", answer->retry_after_ns / 1e9);
    }
    json_obj_end(&o);
    call_json(&h->call, 200, &o);
}

/* Of a model that must be loaded first, when it could be asked again. */
static void tell_cold(const struct chat *h, const struct service_job *j, double load_s)
{
    struct json_out o = {0};
    json_obj_begin(&o, NULL);
    json_put_str(&o, "object", "estimate");
    json_put_bool(&o, "accepted", false);
    json_put_str(&o, "admission", "loading");
    put_counts(&o, h, j);
    json_put_f64(&o, "retry_after_s", load_s);
    json_obj_end(&o);
    call_json(&h->call, 200, &o);
}

static void tell_warm(const struct chat *h, struct service_job *j)
{
    struct sched_answer answer;
    struct sched_promise promise;
    struct api_error err;
    takt_err e;
    int64_t now = clock_ns();
    double pictures_s = h->sight ? sight_ns(h->sight, NULL) / 1e9 : 0;
    if (!answer_estimate(h->a, h->spec.model, j, now, h->sight, &answer, &promise, &e).code) {
        tell(h, j, now, pictures_s, &answer, &promise);
        return;
    }
    api_error_from_request(&err, &e, NULL);
    call_error(&h->call, &err);
}

static void estimate(struct chat *h)
{
    const struct served *m = h->spec.model;
    struct service_job j;
    if (!answer_job(h->a, &h->spec, 0, &j))
        return;
    if (atomic_load(&m->state) == SERVED_READY)
        tell_warm(h, &j);
    else
        tell_cold(h, &j, resident_load_s(h->call.s, m));
}

static bool estimate_sized(void *user)
{
    struct chat *h = user;
    if (make_prompt(h))
        estimate(h);
    return false;
}

void estimate_create(struct call *c)
{
    static const struct sight_user of_estimate = {estimate_sized, NULL, drop};
    struct chat *h = read_chat(c, false);
    if (!h)
        return;
    if (h->request->pictures.n) {
        look(h, true, &of_estimate);
        return;
    }
    if (make_prompt(h))
        estimate(h);
    drop(h);
}
