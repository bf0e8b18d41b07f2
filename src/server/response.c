/* response: /v1/responses, and what was kept of them. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "server/answer.h"
#include "server/api_items.h"
#include "server/api_json.h"
#include "server/api_limits.h"
#include "server/api_query.h"
#include "server/balance.h"
#include "server/call_wait.h"
#include "server/routes.h"

/* A request on its way to an answer. All but the struct itself lies in the answer's arena. */
struct asked {
    struct answer *a; /* NULL: it has begun */
    struct arena *arena;
    bool counts; /* only how many tokens it has is asked */
    struct api_response *request;
    char *id;
    struct call call;    /* while pictures are looked at */
    struct sight *sight; /* NULL: there are none */
    int32_t *ids;        /* the prompt's */
    struct answer_prompt prompt;
    struct answer_spec spec;
};

enum { ID_BYTES = 48 };
_Static_assert((int)API_MAX_CHAIN == (int)STORE_CHAIN_MAX,
               "what is documented is what the store does");

static takt_rc no_memory(struct api_error *e)
{
    return api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
}

/* ---- the conversation ------------------------------------------------------------------------ */

/* The list of items that R answered with. */
static takt_rc output_of(const struct store_response *r, struct arena *a, struct slice *out,
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
static takt_rc all_items(const struct asked *q, const struct store_response *chain, uint32_t n,
                         struct slice *all, struct api_error *e)
{
    struct slice *lists = ARENA_ARRAY(q->arena, struct slice, 2 * (size_t)n + 1);
    struct json_out o = {0};
    size_t k = 0;
    if (!lists)
        return no_memory(e);
    for (uint32_t i = n; i-- > 0;) {
        lists[k++] = chain[i].input;
        TAKT_TRY(output_of(&chain[i], q->arena, &lists[k++], e));
    }
    lists[k++] = q->spec.items;
    api_items_join(&o, lists, k);
    *all = api_json_keep(&o, q->arena);
    return all->p ? TAKT_OK : no_memory(e);
}

/* Makes the request's messages those of the whole conversation, whose N responses are CHAIN. */
static takt_rc go_on_from(struct asked *q, const struct store_response *chain, uint32_t n,
                          struct api_error *e)
{
    struct api_response *r = q->request;
    struct field_notes told_before = {0};
    struct field_json input;
    takt_err err;
    TAKT_TRY(all_items(q, chain, n, &input.text, e));
    if (json_parse(&input.v, q->arena, input.text, "input", NULL, &err).code)
        return api_error_from_request(e, &err, "previous_response_id");
    uint32_t n_new = r->raw.input.v->kind == JSON_ARRAY ? r->raw.input.v->count : 1;
    r->pictures = (struct api_pictures){0};
    return api_response_input(&r->messages, &r->n_messages, &r->pictures, &input,
                              input.v->count - n_new, &told_before, q->arena, input.text, e);
}

static takt_rc make_prompt(struct asked *q, struct api_error *e)
{
    struct api_response *r = q->request;
    struct answer_prompt *p = &q->prompt;
    struct json_out o = {0};
    takt_err err;
    size_t n;
    api_messages_join(&o, r->instructions, &r->messages, 1);
    r->messages = api_json_keep(&o, q->arena);
    if (!r->messages.p)
        return no_memory(e);
    takt_chat_input in = {.messages = (const char *)r->messages.p,
                          .messages_len = r->messages.len,
                          .tools = (const char *)r->tools.p,
                          .tools_len = r->tools.len};
    if (q->sight) {
        in.pictures = sight_spans(q->sight, &p->n_spans);
        in.n_pictures = p->n_spans;
        in.clips = sight_clips(q->sight);
        p->spans = in.pictures;
        p->n_picture_ids = sight_tokens(q->sight);
    }
    if (takt_chat_prompt(q->spec.model->model, &in, &q->ids, &n, &err).code)
        return api_error_from_request(e, &err, "input");
    if (!answer_own(q->a, q->ids))
        return no_memory(e);
    p->ids = q->ids;
    p->n = (uint32_t)n;
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
                                   .keep_alive = &r->common.keep_alive,
                                   .max_tokens = r->max_tokens,
                                   .wants_logprobs = r->logprobs,
                                   .n_logprobs = (uint32_t)r->top_logprobs,
                                   .reads_calls = r->tools.p && r->tool_choice != API_TOOLS_NONE,
                                   .one_call = !r->parallel_tool_calls,
                                   .response = r,
                                   .id = q->id};
}

/* What is kept here, if anything is: a request must not be told that it is when it is not. */
static takt_rc check_store(struct asked *q, const struct call *c, struct api_error *e)
{
    struct api_response *r = q->request;
    struct json_out o = {0};
    if (q->counts)
        r->store = false;
    if (!c->s->store) {
        static const char nothing[] = "this server keeps nothing: it was started with --store none";
        if (r->store && field_given(&r->notes, &api_response_table, "store"))
            return api_refuse(e, API_UNSUPPORTED_VALUE, "store", "true; %s", nothing);
        if (r->previous_response_id.p)
            return api_refuse(e, API_UNSUPPORTED_FIELD, "previous_response_id", "%s", nothing);
        r->store = false;
    }
    if (!r->store && !r->previous_response_id.p)
        return TAKT_OK;
    if (r->store && r->body.len > API_MAX_KEPT)
        return api_refuse(e, API_TOO_LONG, "store",
                          "true; responses to bodies of more than %d bytes are not kept: set it to "
                          "false",
                          API_MAX_KEPT);
    api_items_put(&o, r, q->id);
    q->spec.items = api_json_keep(&o, q->arena);
    return q->spec.items.p ? TAKT_OK : no_memory(e);
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
        m = q->counts ? call_find(c, q->request->common.model)
                      : call_model(c, q->request->common.model);
        if (!m)
            return false;
        rc = api_sampling_vocab(&q->request->sampling, m->info.n_vocab, &e);
    }
    if (!rc.code) {
        server_id(c->s, q->id, ID_BYTES, "resp_");
        set_spec(q, m);
        rc = check_store(q, c, &e);
    }
    if (rc.code)
        call_error(c, &e);
    return !rc.code;
}

static void tell_count(const struct call *c, uint32_t n)
{
    struct json_out o = {0};
    json_obj_begin(&o, NULL);
    json_put_str(&o, "object", "response.input_tokens");
    json_put_i64(&o, "input_tokens", n);
    json_obj_end(&o);
    call_json(c, 200, &o);
}

/* The answer, or how much it would read. */
static void answer(struct asked *q, const struct call *c)
{
    if (q->counts) {
        call_warn(c, &q->request->notes);
        tell_count(c, q->prompt.n);
        return;
    }
    q->spec.sight = q->sight;
    answer_begin(q->a, &q->spec);
    q->a = NULL;
}

static bool sized(void *user)
{
    struct asked *q = user;
    struct api_error e;
    if (make_prompt(q, &e).code) {
        call_error(&q->call, &e);
        return false;
    }
    if (!q->counts)
        return answer_may_begin(q->a, &q->spec, q->sight);
    answer(q, &q->call);
    return false;
}

static void ready(void *user)
{
    struct asked *q = user;
    sight_fill(q->sight, q->ids);
    answer(q, &q->call);
}

static void drop(void *user)
{
    struct asked *q = user;
    answer_drop(q->a);
}

/* Hands Q over to those who look at its pictures. */
static void look(struct asked *q, const struct call *c)
{
    static const struct sight_user user = {sized, ready, drop};
    struct asked *mine = ARENA_NEW(q->arena, struct asked);
    struct api_response *r = q->request;
    if (!mine) {
        call_refuse(c, API_NO_MEMORY, NULL, "there is no memory");
        return;
    }
    *mine = *q;
    mine->call = *c;
    mine->spec.prompts = &mine->prompt;
    mine->sight = sight_begin(c, q->spec.model, &r->pictures, answer_salt(r->common.cache_salt),
                              q->counts, &user, mine);
    if (mine->sight)
        q->a = NULL;
}

/* Begins the answer, whose conversation goes on from CHAIN, N responses or none. */
static void begin(struct asked *q, const struct call *c, const struct store_response *chain,
                  uint32_t n)
{
    struct api_error e;
    takt_rc rc = n ? go_on_from(q, chain, n, &e) : TAKT_OK;
    bool looks = !rc.code && q->request->pictures.n;
    if (!rc.code && !looks)
        rc = make_prompt(q, &e);
    if (rc.code)
        call_error(c, &e);
    else if (looks)
        look(q, c);
    else
        answer(q, c);
}

/* A request that waits for what it goes on from. */
struct going_on {
    struct call_wait wait;
    struct asked q;
    const char *id;
    struct store_response *chain; /* [n], the newest first */
    uint32_t n;
    bool is_broken;
};

static takt_rc find_chain(struct call_wait *w, struct store *s, takt_err *e)
{
    struct going_on *g = (struct going_on *)w;
    w->arena.limit_bytes = API_MAX_CHAIN_BYTES;
    takt_rc rc = store_response_chain(s, g->id, w->call.who.name, (int64_t)time(NULL), &w->arena,
                                      &g->chain, &g->n, &g->is_broken, e);
    if (rc.code == TAKT_ERR_MEMORY && w->arena.used_bytes > API_MAX_CHAIN_BYTES / 2)
        rc = err_set(e, TAKT_ERR_LIMIT, "previous_response_id",
                     "the responses before have more than %d bytes together", API_MAX_CHAIN_BYTES);
    return rc;
}

static void begin_after(struct call_wait *w)
{
    struct going_on *g = (struct going_on *)w;
    if (g->n == 0 || g->is_broken)
        call_refuse(&w->call, API_NO_OBJECT, "previous_response_id",
                    g->is_broken ? "'%.100s' goes on from a response that is not kept any more"
                                 : "there is no response '%.100s'",
                    g->id);
    else
        begin(&g->q, &w->call, g->chain, g->n);
}

static void drop_asked(struct call_wait *w)
{
    struct going_on *g = (struct going_on *)w;
    if (g->q.a)
        answer_drop(g->q.a);
}

/* Hands Q over to the store's thread. */
static void wait_for_previous(struct asked *q, const struct call *c)
{
    struct slice id = q->request->previous_response_id;
    struct going_on *g = call_wait_new(c, sizeof *g, find_chain, begin_after);
    if (!g)
        return;
    g->id = arena_strndup(&g->wait.arena, (const char *)id.p, id.len);
    if (!g->id || strlen(g->id) != id.len) {
        call_refuse(c, g->id ? API_NO_OBJECT : API_NO_MEMORY, "previous_response_id",
                    "there is no such response");
        call_wait_drop(&g->wait);
        return;
    }
    g->q = *q;
    g->q.spec.prompts = &g->q.prompt;
    g->wait.release = drop_asked;
    q->a = NULL;
    call_wait_begin(&g->wait);
}

static void ask_for(struct call *c, bool counts)
{
    struct asked q = {.a = answer_new(c), .counts = counts};
    if (!q.a)
        return;
    q.arena = answer_arena(q.a);
    if (read_request(&q, c)) {
        if (q.request->previous_response_id.p)
            wait_for_previous(&q, c);
        else
            begin(&q, c, NULL, 0);
    }
    if (q.a)
        answer_drop(q.a);
}

void response_create(struct call *c)
{
    ask_for(c, false);
}

void response_count(struct call *c)
{
    ask_for(c, true);
}

/* ---- what is kept ---------------------------------------------------------------------------- */

/* A call about the response that its path names. */
struct about {
    struct call_wait wait;
    struct api_items_page page; /* for response_items */
    struct store_response *r;   /* NULL: there is none */
};

static takt_rc find_one(struct call_wait *w, struct store *s, takt_err *e)
{
    struct about *x = (struct about *)w;
    return store_response_get(s, w->call.arg, w->call.who.name, (int64_t)time(NULL), &w->arena,
                              &x->r, e);
}

static void refuse_unknown(const struct call *c)
{
    call_refuse(c, API_NO_OBJECT, "response_id", "there is no response '%.100s'", c->arg);
}

/* True: X has its response. */
static bool is_there(const struct about *x)
{
    if (!x->r)
        refuse_unknown(&x->wait.call);
    return x->r != NULL;
}

/* A call whose response is looked for with FIND; NULL after it replied with an error. */
static struct about *ask(const struct call *c,
                         takt_rc (*find)(struct call_wait *w, struct store *s, takt_err *e),
                         void (*reply)(struct call_wait *w))
{
    if (!utf8_valid((const uint8_t *)c->arg, strlen(c->arg))) {
        refuse_unknown(c);
        return NULL;
    }
    return call_wait_new(c, sizeof(struct about), find, reply);
}

static void tell_response(struct call_wait *w)
{
    struct about *x = (struct about *)w;
    if (!is_there(x))
        return;
    call_done(&w->call, 200, NULL, 0);
    balance_header(&w->call);
    http_reply(w->call.x, 200, "application/json", x->r->reply.p, x->r->reply.len);
}

void response_get(struct call *c)
{
    struct arena a = {0};
    struct api_get_response v = {0};
    struct api_error e;
    struct about *x = NULL;
    if (api_query_read(&v, &v.notes, &api_get_response_table, &a, http_query(c->x), &e).code)
        call_error(c, &e);
    else
        x = ask(c, find_one, tell_response);
    if (x) {
        call_warn(c, &v.notes);
        call_wait_begin(&x->wait);
    }
    arena_free(&a);
}

static void tell_items(struct call_wait *w)
{
    struct about *x = (struct about *)w;
    struct json_out o = {0};
    struct api_error e;
    if (!is_there(x))
        return;
    if (api_items_list(&o, x->r->input, &x->page, &w->arena, &e).code) {
        json_out_free(&o);
        call_error(&w->call, &e);
    } else {
        call_json(&w->call, 200, &o);
    }
}

void response_items(struct call *c)
{
    struct about *x = ask(c, find_one, tell_items);
    if (x)
        call_wait_begin_query(&x->wait, &x->page, &x->page.notes, &api_items_table);
}

/* Finds the response, and deletes it. */
static takt_rc delete_one(struct call_wait *w, struct store *s, takt_err *e)
{
    struct about *x = (struct about *)w;
    bool found;
    TAKT_TRY(find_one(w, s, e));
    TAKT_TRY(store_response_delete(s, w->call.arg, w->call.who.name, &found, e));
    x->r = found ? x->r : NULL;
    return TAKT_OK;
}

static void tell_deleted(struct call_wait *w)
{
    struct json_out o = {0};
    if (!is_there((struct about *)w))
        return;
    json_obj_begin(&o, NULL);
    json_put_str(&o, "id", w->call.arg);
    json_put_str(&o, "object", "response");
    json_put_bool(&o, "deleted", true);
    json_obj_end(&o);
    call_json(&w->call, 200, &o);
}

void response_delete(struct call *c)
{
    struct about *x = ask(c, delete_one, tell_deleted);
    if (x)
        call_wait_begin(&x->wait);
}

static void tell_no_cancel(struct call_wait *w)
{
    if (is_there((struct about *)w))
        call_refuse(&w->call, API_BAD_VALUE, "background",
                    "only responses that were asked for with it can be cancelled, and it is not "
                    "served; close the connection to end an answer");
}

void response_cancel(struct call *c)
{
    struct about *x = ask(c, find_one, tell_no_cancel);
    if (x)
        call_wait_begin(&x->wait);
}
