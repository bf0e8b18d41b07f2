#include "server/response_tell.h"

#include <stdlib.h>
#include <string.h>

#include "server/balance.h"
#include "store/store_worker.h"

struct telling {
    struct store_task task;
    struct call call; /* x NULL: the client is gone */
    struct arena arena;
    struct store_response kept;
    struct json_out told;
};

static void tell(const struct call *c, struct json_out *told)
{
    if (http_stream_begun(c->x)) {
        http_stream_send(c->x, told->p, told->len);
        http_stream_end(c->x);
    } else {
        balance_header(c);
        http_reply(c->x, 200, "application/json", told->p, told->len);
    }
    json_out_free(told);
}

/* The reply was written as one that is kept. Its own "store" is the last that a "background"
 * follows: what stands behind it are texts and numbers. */
static void say_not_kept(struct json_out *told)
{
    static const char kept[] = "\"store\":true,\"background\":", yes[] = "true";
    size_t n = sizeof kept - 1, at = told->len;
    while (at >= n && memcmp(told->p + at - n, kept, n) != 0)
        at--;
    char *p = at >= n ? realloc(told->p, told->len + 2) : NULL;
    if (!p)
        return;
    size_t value = at - n + strlen("\"store\":"), rest = value + sizeof yes - 1;
    memmove(p + rest + 1, p + rest, told->len + 1 - rest);
    memcpy(p + value, "false", 5);
    told->p = p;
    told->cap = told->len + 2;
    told->len++;
}

static void not_kept(const struct call *c, const char *id, const char *why, struct json_out *told)
{
    say_not_kept(told);
    metrics_count(c->s->metrics->store_errors, 1);
    LOG(&c->s->config.log, LOG_ERROR, "response_not_kept", LOG_S("id", c->request_id),
        LOG_S("response", id), LOG_S("why", why));
}

static takt_rc work(struct store_task *t, struct store *s, takt_err *e)
{
    struct telling *k = (struct telling *)t;
    return store_response_put(s, &k->kept, e);
}

static void release(struct telling *k)
{
    json_out_free(&k->told);
    arena_free(&k->arena);
    free(k);
}

static void done(struct store_task *t)
{
    struct telling *k = (struct telling *)t;
    char why[600];
    k->call.s->n_waiting--;
    if (t->rc.code)
        not_kept(&k->call, k->kept.id, takt_err_format(&t->err, why, sizeof why), &k->told);
    if (k->call.x) {
        http_keep(k->call.x, NULL, NULL);
        tell(&k->call, &k->told);
    }
    release(k);
}

static void gone(void *user)
{
    struct telling *k = user;
    metrics_count(k->call.s->metrics->clients_gone, 1);
    k->call.x = NULL;
}

/* TEXT in A, NULL for NULL; *ok becomes false without memory. */
static const char *copied(struct arena *a, const char *text, bool *ok)
{
    char *to = text ? arena_strndup(a, text, strlen(text)) : NULL;
    *ok = *ok && (to || !text);
    return to;
}

static struct slice copied_slice(struct arena *a, struct slice s, bool *ok)
{
    char *to = arena_strndup(a, (const char *)s.p, s.len);
    *ok = *ok && to;
    return (struct slice){(const uint8_t *)to, to ? s.len : 0};
}

/* A task that keeps R; NULL without memory. */
static struct telling *make(const struct call *c, const struct store_response *r)
{
    struct telling *k = calloc(1, sizeof *k);
    bool ok = k != NULL;
    if (!k)
        return NULL;
    k->call = *c;
    k->task.work = work;
    k->task.done = done;
    k->kept = *r;
    k->kept.id = copied(&k->arena, r->id, &ok);
    k->kept.owner = copied(&k->arena, r->owner, &ok);
    k->kept.previous = copied(&k->arena, r->previous, &ok);
    k->kept.reply = copied_slice(&k->arena, r->reply, &ok);
    k->kept.input = copied_slice(&k->arena, r->input, &ok);
    if (ok)
        return k;
    release(k);
    return NULL;
}

void response_tell(const struct call *c, struct json_out *told, const struct store_response *kept)
{
    struct telling *k = kept ? make(c, kept) : NULL;
    if (!k || !store_worker_submit(c->s->store, &k->task)) {
        if (kept)
            not_kept(c, kept->id, k ? "too many wait for the store" : "there is no memory", told);
        if (k)
            release(k);
        tell(c, told);
        return;
    }
    k->told = *told;
    *told = (struct json_out){0};
    c->s->n_waiting++;
    http_keep(c->x, k, gone);
}
