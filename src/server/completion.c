/* completion: POST /v1/completions. */
#include <stdlib.h>
#include <string.h>

#include "server/answer.h"
#include "server/api_completion.h"
#include "server/api_models.h"
#include "server/routes.h"

static bool detokenize(struct answer *a, const takt_model *m, struct answer_prompt *p, takt_err *e)
{
    char *text;
    size_t len;
    if (takt_detokenize(m, p->ids, p->n, 0, &text, &len, e).code)
        return false;
    if (!answer_own(a, text))
        return err_set(e, TAKT_ERR_MEMORY, "prompt", "no memory for it").code == 0;
    p->echo = (struct slice){(const uint8_t *)text, len};
    return true;
}

static bool make_prompts(struct answer *a, const struct api_completion *r, const takt_model *m,
                         struct answer_prompt *to, takt_err *e)
{
    for (uint32_t i = 0; i < r->prompts.n; i++) {
        bool is_text = r->prompts.text != NULL;
        if (is_text && !answer_tokenize(a, m, r->prompts.text[i], r->add_special, &to[i], e))
            return false;
        if (!is_text)
            to[i] = (struct answer_prompt){.ids = r->prompts.ids[i].v, .n = r->prompts.ids[i].n};
        if (r->echo && is_text)
            to[i].echo = r->prompts.text[i];
        else if (r->echo && !detokenize(a, m, &to[i], e))
            return false;
    }
    return true;
}

/* Reads C's body, for a model that is loaded, or with LOADS false for any. False after it replied
 * with an error. */
static bool read_completion(struct answer *a, struct api_completion *r, const struct call *c,
                            bool loads, struct answer_spec *spec)
{
    const struct api_options opt = {.groq_strict = false};
    struct arena *arena = answer_arena(a);
    struct api_error err;
    takt_err e;
    takt_rc rc = api_completion_read(r, arena, http_body(c->x), &opt, &err);
    if (rc.code) {
        call_error(c, &err);
        return false;
    }
    struct served *m = loads ? call_model(c, r->common.model) : call_find(c, r->common.model);
    if (!m)
        return false;
    rc = api_sampling_vocab(&r->sampling, m->info.n_vocab, &err);
    if (!rc.code)
        rc = api_completion_vocab(r, m->info.n_vocab, &err);
    struct answer_prompt *prompts = ARENA_ARRAY(arena, struct answer_prompt, r->prompts.n);
    if (!rc.code && !prompts)
        rc = api_refuse(&err, API_NO_MEMORY, NULL, "there is no memory for the prompts");
    if (!rc.code && !make_prompts(a, r, m->model, prompts, &e))
        rc = api_error_from_request(&err, &e, "prompt");
    if (rc.code) {
        call_error(c, &err);
        return false;
    }
    *spec = (struct answer_spec){.model = m,
                                 .common = &r->common,
                                 .sampling = &r->sampling,
                                 .notes = &r->notes,
                                 .prompts = prompts,
                                 .n_prompts = r->prompts.n,
                                 .keep_alive = &r->common.keep_alive,
                                 .max_tokens = r->max_tokens,
                                 .is_text = true,
                                 .wants_logprobs = r->logprobs >= 0,
                                 .n_logprobs = r->logprobs > 0 ? (uint32_t)r->logprobs : 0,
                                 .returns_ids = r->return_token_ids,
                                 .tokens_as_ids = r->tokens_as_ids};
    return true;
}

/* The request of C, for a model that is loaded, or with LOADS false for any; NULL after it replied
 * with an error. */
static struct answer *ask(struct call *c, bool loads, struct answer_spec *spec)
{
    struct answer *a = answer_new(c);
    if (!a)
        return NULL;
    struct api_completion *r = ARENA_NEW(answer_arena(a), struct api_completion);
    if (!r)
        call_refuse(c, API_NO_MEMORY, NULL, "there is no memory");
    else if (read_completion(a, r, c, loads, spec))
        return a;
    answer_drop(a);
    return NULL;
}

void completion_create(struct call *c)
{
    struct answer_spec spec;
    struct answer *a = ask(c, true, &spec);
    if (a)
        answer_begin(a, &spec);
}

void render_completion(struct call *c)
{
    struct answer_spec spec;
    struct json_out o = {0};
    struct answer *a = ask(c, false, &spec);
    if (!a)
        return;
    json_arr_begin(&o, NULL);
    for (uint32_t i = 0; i < spec.n_prompts; i++)
        api_rendered_put(&o, c->request_id, spec.model->name, spec.prompts[i].ids,
                         spec.prompts[i].n);
    json_arr_end(&o);
    call_json(c, 200, &o);
    answer_drop(a);
}
