/* batches: /v1/batches. */
#include <string.h>
#include <time.h>

#include "server/api_batch.h"
#include "server/api_file.h"
#include "server/api_limits.h"
#include "server/api_query.h"
#include "server/batch_run.h"
#include "server/call_wait.h"
#include "server/routes.h"

static int64_t now_s(void)
{
    return (int64_t)time(NULL);
}

static void tell(const struct call *c, const struct store_batch *b)
{
    struct json_out o = {0};
    if (!b) {
        call_refuse(c, API_NO_OBJECT, "batch_id", "there is no batch '%.100s'", c->arg);
        return;
    }
    api_batch_put(&o, NULL, b);
    call_json(c, 200, &o);
}

/* ---- POST ------------------------------------------------------------------------------------ */

struct creation {
    struct call_wait wait;
    struct api_batch request;
    char id[64];
    struct store_batch batch;
    bool found, is_for_batches;
};

static takt_rc create(struct call_wait *w, struct store *s, takt_err *e)
{
    struct creation *k = (struct creation *)w;
    const struct store_batch *b = &k->batch;
    struct store_file *f;
    TAKT_TRY(
        store_file_get(s, b->input_file, b->owner, b->at_s[STORE_VALIDATING], &w->arena, &f, e));
    k->is_for_batches = f && strcmp(f->purpose, "batch") == 0;
    if (!k->is_for_batches) {
        k->found = f != NULL;
        return TAKT_OK;
    }
    return store_batch_add(s, b, API_MAX_BATCHES, &k->found, e);
}

static void tell_created(struct call_wait *w)
{
    struct creation *k = (struct creation *)w;
    if (!k->found) {
        call_refuse(&w->call, API_BAD_VALUE, "input_file_id", "there is no file '%.100s'",
                    k->batch.input_file);
        return;
    }
    if (!k->is_for_batches) {
        call_refuse(&w->call, API_BAD_VALUE, "input_file_id",
                    "the file '%.100s' was not kept for the purpose batch", k->batch.input_file);
        return;
    }
    batches_look(w->call.s->batches);
    call_warn(&w->call, &k->request.notes);
    tell(&w->call, &k->batch);
}

void batch_create(struct call *c)
{
    struct creation *k = call_wait_new(c, sizeof *k, create, tell_created);
    struct api_error e;
    bool is_strict = c->s->config.groq_strict && c->dialect == API_GROQ;
    if (!k)
        return;
    struct arena *a = &k->wait.arena;
    const struct slice body = http_body(c->x);
    char *copy = arena_strndup(a, body.len ? (const char *)body.p : "", body.len);
    takt_rc rc = copy ? api_batch_read(&k->request, a, (struct slice){(uint8_t *)copy, body.len},
                                       is_strict, &e)
                      : api_refuse(&e, API_NO_MEMORY, NULL, "there is no memory for the request");
    if (rc.code) {
        call_error(c, &e);
        call_wait_drop(&k->wait);
        return;
    }
    int64_t now = now_s();
    server_id(c->s, k->id, sizeof k->id, "batch_");
    k->batch = (struct store_batch){.id = k->id,
                                    .owner = k->wait.call.who.name,
                                    .endpoint = api_batch_endpoint(k->request.endpoint),
                                    .input_file = (const char *)k->request.input_file_id.p,
                                    .status = STORE_VALIDATING,
                                    .metadata = k->request.metadata.text,
                                    .window_s = k->request.window_s,
                                    .expires_s = now + k->request.window_s,
                                    .files_expire_s = k->request.files_expire_s,
                                    .at_s = {[STORE_VALIDATING] = now}};
    call_wait_begin(&k->wait);
}

/* ---- GET ------------------------------------------------------------------------------------- */

struct batch_lookup {
    struct call_wait wait;
    struct store_batch *batch;
    bool moved;
};

static takt_rc look_up(struct call_wait *w, struct store *s, takt_err *e)
{
    struct batch_lookup *l = (struct batch_lookup *)w;
    return store_batch_get(s, w->call.arg, w->call.who.name, &w->arena, &l->batch, e);
}

static void tell_found(struct call_wait *w)
{
    tell(&w->call, ((const struct batch_lookup *)w)->batch);
}

void batch_get(struct call *c)
{
    struct batch_lookup *l = call_wait_new(c, sizeof *l, look_up, tell_found);
    if (l)
        call_wait_begin(&l->wait);
}

struct batch_listing {
    struct call_wait wait;
    struct api_batches_query query;
    struct store_batch *batch;
    uint32_t n;
    bool more;
};

static takt_rc list(struct call_wait *w, struct store *s, takt_err *e)
{
    struct batch_listing *l = (struct batch_listing *)w;
    const struct store_page page = api_page_of(l->query.after, l->query.limit, 0);
    return store_batches(s, w->call.who.name, &page, &w->arena, &l->batch, &l->n, &l->more, e);
}

static void tell_list(struct call_wait *w)
{
    const struct batch_listing *l = (const struct batch_listing *)w;
    struct json_out o = {0};
    api_list_begin(&o);
    for (uint32_t i = 0; i < l->n; i++)
        api_batch_put(&o, NULL, &l->batch[i]);
    api_list_end(&o, l->n ? l->batch[0].id : NULL, l->n ? l->batch[l->n - 1].id : NULL, l->more);
    call_json(&w->call, 200, &o);
}

void batches_list(struct call *c)
{
    struct batch_listing *l = call_wait_new(c, sizeof *l, list, tell_list);
    if (l)
        call_wait_begin_query(&l->wait, &l->query, &l->query.notes, &api_batches_query_table);
}

/* ---- cancel ---------------------------------------------------------------------------------- */

static takt_rc cancel(struct call_wait *w, struct store *s, takt_err *e)
{
    struct batch_lookup *l = (struct batch_lookup *)w;
    const unsigned from = 1u << STORE_VALIDATING | 1u << STORE_IN_PROGRESS | 1u << STORE_FINALIZING;
    TAKT_TRY(look_up(w, s, e));
    if (!l->batch)
        return TAKT_OK;
    TAKT_TRY(store_batch_move(s, l->batch->id, from, STORE_CANCELLING, now_s(), 0,
                              (struct slice){NULL, 0}, &l->moved, e));
    return look_up(w, s, e);
}

static void tell_cancelled(struct call_wait *w)
{
    const struct batch_lookup *l = (const struct batch_lookup *)w;
    const struct store_batch *b = l->batch;
    if (b && !l->moved && b->status != STORE_CANCELLING && b->status != STORE_CANCELLED) {
        call_refuse(&w->call, API_CONFLICT, "batch_id", "the batch '%.100s' has ended already",
                    w->call.arg);
        return;
    }
    batches_look(w->call.s->batches);
    tell(&w->call, b);
}

void batch_cancel(struct call *c)
{
    struct batch_lookup *l = call_wait_new(c, sizeof *l, cancel, tell_cancelled);
    if (l)
        call_wait_begin(&l->wait);
}
