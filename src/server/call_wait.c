#include "server/call_wait.h"

#include <stdlib.h>
#include "server/api_query.h"

void call_store_error(const struct call *c, const takt_err *e)
{
    char text[600];
    takt_err_format(e, text, sizeof text);
    if (e->code == TAKT_ERR_LIMIT) { /* the client's own: see store.h */
        call_refuse(c, API_TOO_MANY, NULL, "%s", text);
        return;
    }
    metrics_count(c->s->metrics->store_errors, 1);
    LOG(&c->s->config.log, LOG_ERROR, "store", LOG_S("why", text), LOG_S("id", c->request_id));
    if (store_is_full(e))
        call_refuse(c, API_NO_SPACE, NULL, "the server has no room for more data");
    else if (e->code == TAKT_ERR_MEMORY)
        call_refuse(c, API_NO_MEMORY, NULL, "there is no memory for this request now");
    else
        call_refuse(c, API_FAULT, NULL,
                    "the server's store failed; its log says why, under the request's id");
}

void *call_wait_new(const struct call *c, size_t size,
                    takt_rc (*work)(struct call_wait *w, struct store *s, takt_err *e),
                    void (*reply)(struct call_wait *w))
{
    if (!c->s->store) {
        call_refuse(c, API_NOT_DONE, NULL,
                    "this server keeps nothing: it was started with --store none");
        return NULL;
    }
    struct call_wait *w = calloc(1, size);
    if (!w) {
        call_refuse(c, API_NO_MEMORY, NULL, "there is no memory for the request");
        return NULL;
    }
    w->call = *c;
    w->work = work;
    w->reply = reply;
    return w;
}

void call_wait_drop(struct call_wait *w)
{
    if (w->release)
        w->release(w);
    arena_free(&w->arena);
    free(w);
}

static takt_rc work(struct store_task *t, struct store *s, takt_err *e)
{
    struct call_wait *w = (struct call_wait *)t;
    return w->work(w, s, e);
}

static void done(struct store_task *t)
{
    struct call_wait *w = (struct call_wait *)t;
    w->call.s->n_waiting--;
    if (w->call.x) {
        http_keep(w->call.x, NULL, NULL);
        if (w->task.rc.code)
            call_store_error(&w->call, &w->task.err);
        else
            w->reply(w);
    }
    call_wait_drop(w);
}

static void gone(void *user)
{
    struct call_wait *w = user;
    call_gone(&w->call);
}

void call_wait_begin(struct call_wait *w)
{
    struct server *s = w->call.s;
    w->task.work = work;
    w->task.done = done;
    if (!store_worker_submit(s->store, &w->task)) {
        struct api_error e;
        api_refuse(&e, API_OVERLOADED, NULL, "too many requests wait for the server's store");
        e.retry_after_s = 1;
        call_error(&w->call, &e);
        call_wait_drop(w);
        return;
    }
    s->n_waiting++;
    http_keep(w->call.x, w, gone);
}

void call_wait_begin_query(struct call_wait *w, void *values, struct field_notes *notes,
                           const struct field_table *table)
{
    struct api_error e;
    if (api_query_read(values, notes, table, &w->arena, http_query(w->call.x), &e).code) {
        call_error(&w->call, &e);
        call_wait_drop(w);
        return;
    }
    call_warn(&w->call, notes);
    call_wait_begin(w);
}
