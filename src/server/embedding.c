/* embedding: POST /v1/embeddings. Each input is a job of the service; vectors are written into the
 * reply as they come, so that a long reply holds up nobody's tokens. */
#include <stdlib.h>
#include <string.h>

#include "server/answer_parts.h"
#include "server/api_completion.h"
#include "server/api_embedding.h"
#include "server/api_models.h"
#include "server/balance.h"
#include "server/routes.h"

/* What C asks, in the answer's arena. */
struct asked {
    struct api_embedding request;
    struct api_common common;
    struct api_sampling sampling;
};

/* How many inputs are asked for at once: enough for full steps, and so few that others find the
 * queue open. All of them where there is a wish, which holds for the last one, too. */
static uint32_t window(const struct call *c)
{
    bool has_wish = http_header(c->x, "x-slo-ttft-ms") || http_header(c->x, "x-llm-d-slo-ttft-ms");
    uint32_t own = c->s->config.queue - c->s->config.queue / 8; /* the rest is others': sched.h */
    uint32_t full = 2 * c->s->config.parallel;
    return has_wish ? 0 : full < own ? full : own;
}

static takt_rc make_inputs(struct answer *a, const struct api_embedding *r, const struct served *m,
                           struct answer_prompt *to, struct api_error *err)
{
    takt_err e;
    for (uint32_t i = 0; i < r->inputs.n; i++) {
        if (!r->inputs.text)
            to[i] = (struct answer_prompt){.ids = r->inputs.ids[i].v, .n = r->inputs.ids[i].n};
        else if (!answer_tokenize(a, m->model, r->inputs.text[i], r->add_special, &to[i], &e))
            return api_error_from_request(err, &e, "input");
        if (to[i].n == 0)
            return api_refuse(err, API_BAD_VALUE, "input",
                              "number %u of the inputs has no token to embed", i);
        if (to[i].n >= m->limits.n_ctx)
            return api_refuse(err, API_CONTEXT, "input",
                              "number %u of the inputs has %u tokens; this model's maximum context "
                              "length is %u tokens for an input",
                              i, to[i].n, m->limits.n_ctx - 1);
    }
    return TAKT_OK;
}

static takt_rc check(const struct api_embedding *r, const struct served *m, struct api_error *e)
{
    TAKT_TRY(api_embedding_dimensions(r, m->info.n_embd, e));
    return api_prompts_vocab(&r->inputs, "input", m->info.n_vocab, e);
}

/* Reads C's body; false after it replied with an error. */
static bool read_embedding(struct answer *a, struct asked *k, const struct call *c,
                           struct answer_spec *spec)
{
    const struct api_options opt = {.groq_strict =
                                        c->s->config.groq_strict && c->dialect == API_GROQ};
    struct arena *arena = answer_arena(a);
    struct api_embedding *r = &k->request;
    struct api_error e;
    takt_rc rc = api_embedding_read(r, arena, http_body(c->x), &opt, &e);
    if (rc.code) {
        call_error(c, &e);
        return false;
    }
    struct served *m = call_model(c, r->model);
    if (!m)
        return false;
    rc = check(r, m, &e);
    struct answer_prompt *inputs =
        rc.code ? NULL : ARENA_ARRAY(arena, struct answer_prompt, r->inputs.n);
    if (!rc.code && !inputs)
        rc = api_refuse(&e, API_NO_MEMORY, NULL, "there is no memory for the inputs");
    if (!rc.code)
        rc = make_inputs(a, r, m, inputs, &e);
    if (rc.code) {
        call_error(c, &e);
        return false;
    }
    k->common = (struct api_common){.priority = r->priority, .cache_salt = r->cache_salt};
    k->sampling = (struct api_sampling){.n = 1};
    *spec = (struct answer_spec){.model = m,
                                 .common = &k->common,
                                 .sampling = &k->sampling,
                                 .notes = &r->notes,
                                 .prompts = inputs,
                                 .n_prompts = r->inputs.n,
                                 .keep_alive = &r->keep_alive,
                                 .is_embedding = true,
                                 .as_base64 = r->as_base64,
                                 .window = window(c)};
    return true;
}

void embedding_create(struct call *c)
{
    struct answer *a = answer_new(c);
    struct answer_spec spec;
    if (!a)
        return;
    struct asked *k = ARENA_NEW(answer_arena(a), struct asked);
    if (!k) {
        call_refuse(c, API_NO_MEMORY, NULL, "there is no memory");
        answer_drop(a);
    } else if (read_embedding(a, k, c, &spec)) {
        answer_begin(a, &spec);
    } else {
        answer_drop(a);
    }
}

/* ---- the reply ------------------------------------------------------------------------------- */

/* Writes the vector of C, the next in order. */
static bool write_vector(struct answer *a, struct choice *c)
{
    uint32_t n = a->model->info.n_embd;
    float *v = malloc(n * sizeof *v);
    takt_err e;
    bool ok = v && !takt_embedding(v, c->job.sum, n, &e).code;
    if (ok)
        api_embeddings_put(&a->out, c->index, v, n, a->as_base64);
    free(v);
    service_release(&c->job); /* its sum is not needed any more */
    return ok;
}

void embedding_pump(struct answer *a)
{
    struct api_usage u;
    if (a->n_written == 0 && !a->out.len)
        api_embeddings_begin(&a->out);
    while (a->n_written < a->n_choices && a->choice[a->n_written].finish != API_GOING) {
        a->has_failed = !write_vector(a, &a->choice[a->n_written]) || a->has_failed;
        a->n_written++;
    }
    answer_usage(a, &u);
    if (!a->has_failed && a->n_written == a->n_choices)
        api_embeddings_end(&a->out, a->model->name, u.n_prompt);
    if (a->has_failed || a->out.failed) {
        a->has_failed = true;
        answer_tell_failure(a);
    } else if (a->n_written == a->n_choices) {
        struct http_exchange *x = a->call.x;
        answer_log(a, 200);
        balance_header(&a->call);
        answer_let_client_go(a);
        http_reply(x, 200, "application/json", a->out.p, a->out.len);
    } else {
        answer_submit_more(a);
    }
}
