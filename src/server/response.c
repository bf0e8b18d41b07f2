/* response: /v1/responses, and what was kept of them. */
#include <stdlib.h>
#include <string.h>

#include "server/answer.h"
#include "server/api_items.h"
#include "server/api_json.h"
#include "server/api_query.h"
#include "server/responses.h"
#include "server/routes.h"

/* A request on its way to an answer. All but the struct itself lies in the answer's arena. */
struct asked {
    struct answer *a;
    struct arena *arena;
    struct api_response *request;
    char *id;
    struct answer_prompt prompt;
    struct answer_spec spec;
};

enum { ID_BYTES = 48 };

static takt_rc no_memory(struct api_error *e)
{
    return api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
}

/* ---- the conversation ------------------------------------------------------------------------ */

/* The list of items that R answered with. */
static takt_rc output_of(const struct response_kept *r, struct arena *a, struct slice *out,
                         struct api_error *e)
{
    const struct json *root;
    takt_err err;
    if (json_parse(&root, a, r->reply, r->id, NULL, &err).code)
        return api_error_from_server(e, &err);
    const struct json *list = json_get(root, "output");
    *out = list ? field_text(r->reply, list) : slice_str("[]");
    return TAKT_OK;
}

/* The items of the N responses of CHAIN, the newest first, and those of Q, as one list. */
static takt_rc all_items(const struct asked *q, const struct response_kept *const *chain,
                         uint32_t n, struct slice *all, struct api_error *e)
{
    struct slice *lists = ARENA_ARRAY(q->arena, struct slice, 2 * (size_t)n + 1);
    struct json_out o = {0};
    size_t k = 0;
    if (!lists)
        return no_memory(e);
    for (uint32_t i = n; i-- > 0;) {
        lists[k++] = chain[i]->input;
        TAKT_TRY(output_of(chain[i], q->arena, &lists[k++], e));
    }
    lists[k++] = q->spec.items;
    api_items_join(&o, lists, k);
    *all = api_json_keep(&o, q->arena);
    return all->p ? TAKT_OK : no_memory(e);
}

static takt_rc no_previous(struct api_error *e, const char *id, bool is_broken)
{
    return api_refuse(e, API_NO_OBJECT, "previous_response_id",
                      is_broken ? "'%.100s' goes on from a response that is not kept any more"
                                : "there is no response '%.100s'",
                      id);
}

/* Makes the request's messages those of the whole conversation. */
static takt_rc go_on_from_previous(struct asked *q, const struct call *c, struct api_error *e)
{
    struct api_response *r = q->request;
    const char *id = (const char *)r->previous_response_id.p;
    const struct response_kept **chain;
    struct field_notes told_before = {0};
    struct field_json input;
    bool is_broken;
    uint32_t n;
    takt_err err;
    if (strlen(id) != r->previous_response_id.len)
        return no_previous(e, id, false);
    if (responses_chain(c->s->responses, id, c->who.name, q->arena, &chain, &n, &is_broken, &err)
            .code)
        return api_error_from_request(e, &err, "previous_response_id");
    if (n == 0 || is_broken)
        return no_previous(e, id, is_broken);
    TAKT_TRY(all_items(q, chain, n, &input.text, e));
    if (json_parse(&input.v, q->arena, input.text, "input", NULL, &err).code)
        return api_error_from_request(e, &err, "previous_response_id");
    return api_response_input(&r->messages, &r->n_messages, &input, &told_before, q->arena,
                              input.text, e);
}

static takt_rc make_prompt(struct asked *q, const struct call *c, struct api_error *e)
{
    struct api_response *r = q->request;
    struct json_out o = {0};
    takt_err err;
    int32_t *ids;
    size_t n;
    if (r->store || r->previous_response_id.p) {
        api_items_put(&o, r, q->id);
        q->spec.items = api_json_keep(&o, q->arena);
        if (!q->spec.items.p)
            return no_memory(e);
    }
    if (r->previous_response_id.p)
        TAKT_TRY(go_on_from_previous(q, c, e));
    api_messages_join(&o, r->instructions, &r->messages, 1);
    r->messages = api_json_keep(&o, q->arena);
    if (!r->messages.p)
        return no_memory(e);
    const takt_chat_input in = {.messages = (const char *)r->messages.p,
                                .messages_len = r->messages.len,
                                .tools = (const char *)r->tools.p,
                                .tools_len = r->tools.len};
    if (takt_chat_prompt(q->spec.model->model, &in, &ids, &n, &err).code)
        return api_error_from_request(e, &err, "input");
    if (!answer_own(q->a, ids))
        return no_memory(e);
    q->prompt = (struct answer_prompt){.ids = ids, .n = (uint32_t)n};
    return TAKT_OK;
}

/* ---- POST ------------------------------------------------------------------------------------ */

static void set_spec(struct asked *q, struct served *m)
{
    const struct api_response *r = q->request;
    q->spec = (struct answer_spec){.model = m,
                                   .common = &r->common,
                                   .sampling = &r->sampling,
                                   .notes = &r->notes,
                                   .prompts = &q->prompt,
                                   .n_prompts = 1,
                                   .max_tokens = r->max_tokens,
                                   .wants_logprobs = r->logprobs,
                                   .n_logprobs = (uint32_t)r->top_logprobs,
                                   .reads_calls = r->tools.p && r->tool_choice != API_TOOLS_NONE,
                                   .one_call = !r->parallel_tool_calls,
                                   .response = r,
                                   .id = q->id};
}

/* Reads C's body; false after it replied with an error. */
static bool read_request(struct asked *q, const struct call *c)
{
    const struct api_options opt = {.groq_strict =
                                        c->s->config.groq_strict && c->dialect == API_GROQ};
    struct api_error e;
    struct served *m = NULL;
    q->request = ARENA_NEW(q->arena, struct api_response);
    q->id = arena_alloc(q->arena, ID_BYTES, 1);
    takt_rc rc = q->request && q->id
                     ? api_response_read(q->request, q->arena, http_body(c->x), &opt, &e)
                     : no_memory(&e);
    if (!rc.code) {
        m = call_model(c, q->request->common.model);
        if (!m)
            return false;
        rc = api_sampling_vocab(&q->request->sampling, m->info.n_vocab, &e);
    }
    if (!rc.code) {
        server_id(c->s, q->id, ID_BYTES, "resp_");
        set_spec(q, m);
        rc = make_prompt(q, c, &e);
    }
    if (rc.code)
        call_error(c, &e);
    return !rc.code;
}

void response_create(struct call *c)
{
    struct asked q = {.a = answer_new(c)};
    if (!q.a)
        return;
    q.arena = answer_arena(q.a);
    if (read_request(&q, c))
        answer_begin(q.a, &q.spec);
    else
        answer_drop(q.a);
}

/* ---- what is kept ---------------------------------------------------------------------------- */

/* The response that C's path names; NULL after it replied that there is none. */
static const struct response_kept *kept(const struct call *c)
{
    const struct response_kept *r = responses_get(c->s->responses, c->arg, c->who.name);
    if (!r)
        call_refuse(c, API_NO_OBJECT, "response_id", "there is no response '%.100s'", c->arg);
    return r;
}

void response_get(struct call *c)
{
    struct arena a = {0};
    struct api_get_response v = {0};
    struct api_error e;
    const struct response_kept *r = NULL;
    if (api_query_read(&v, &v.notes, &api_get_response_table, &a, http_query(c->x), &e).code)
        call_error(c, &e);
    else
        r = kept(c);
    if (r) {
        call_warn(c, &v.notes);
        call_done(c, 200, NULL, 0);
        http_reply(c->x, 200, "application/json", r->reply.p, r->reply.len);
    }
    arena_free(&a);
}

void response_items(struct call *c)
{
    struct arena a = {0};
    struct api_items_page page = {0};
    struct api_error e;
    struct json_out o = {0};
    const struct response_kept *r = NULL;
    if (api_query_read(&page, &page.notes, &api_items_table, &a, http_query(c->x), &e).code)
        call_error(c, &e);
    else
        r = kept(c);
    if (r && api_items_list(&o, r->input, &page, &a, &e).code) {
        call_error(c, &e);
    } else if (r) {
        call_warn(c, &page.notes);
        call_json(c, 200, &o);
    }
    json_out_free(&o);
    arena_free(&a);
}

void response_delete(struct call *c)
{
    struct json_out o = {0};
    if (!kept(c))
        return;
    responses_delete(c->s->responses, c->arg, c->who.name);
    json_obj_begin(&o, NULL);
    json_put_str(&o, "id", c->arg);
    json_put_str(&o, "object", "response");
    json_put_bool(&o, "deleted", true);
    json_obj_end(&o);
    call_json(c, 200, &o);
}

void response_cancel(struct call *c)
{
    if (kept(c))
        call_refuse(c, API_BAD_VALUE, "background",
                    "only responses that were asked for with it can be cancelled, and it is not "
                    "served; close the connection to end an answer");
}
