/* batch_line: a request of a batch, and what became of it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "server/api_batch.h"
#include "server/batch_parts.h"
#include "server/route.h"

enum { TRIES_MAX = 4 };          /* of a request that a fault of the server ends */
#define PAUSE_NS BATCH_SECOND_NS /* after a line was refused for want of room */

/* ---- lists ----------------------------------------------------------------------------------- */

void batch_append(struct batch_lines *list, struct batch_line *l)
{
    l->next = NULL;
    *(list->last ? &list->last->next : &list->first) = l;
    list->last = l;
    list->n++;
}

struct batch_line *batch_take(struct batch_lines *list)
{
    struct batch_line *l = list->first;
    if (l)
        batch_remove(list, l);
    return l;
}

void batch_remove(struct batch_lines *list, struct batch_line *l)
{
    struct batch_line *before = NULL, **at = &list->first;
    while (*at != l) {
        before = *at;
        at = &before->next;
    }
    *at = l->next;
    if (list->last == l)
        list->last = before;
    list->n--;
    l->next = NULL;
}

/* ---- life ------------------------------------------------------------------------------------ */

struct batch_line *batch_line_new(struct batch_run *r, int64_t n, struct slice text)
{
    struct batch_line *l = calloc(1, sizeof *l);
    char *copy = l ? malloc(text.len + 1) : NULL;
    if (!copy) {
        free(l);
        return NULL;
    }
    if (text.len)
        memcpy(copy, text.p, text.len);
    copy[text.len] = '\0';
    l->run = r;
    l->n = n;
    l->text = (struct slice){(uint8_t *)copy, text.len};
    server_id(r->all->s, l->id, sizeof l->id, "batch_req_");
    return l;
}

void batch_line_free(struct batch_line *l)
{
    takt_assert(!l->x);
    free((void *)(uintptr_t)l->text.p);
    arena_free(&l->arena);
    json_out_free(&l->out);
    free(l);
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* L's answer is written to L->out; without memory for it, it is made again later. */
static void keep_result(struct batch_line *l, const struct api_batch_result *result)
{
    json_out_free(&l->out);
    l->out = (struct json_out){0};
    api_batch_result_put(&l->out, result);
    if (!l->out.failed) {
        batch_append(&l->run->ready, l);
        return;
    }
    l->run->all->pause_until_ns = clock_ns() + PAUSE_NS;
    batch_append(&l->run->again, l);
}

void batch_line_fail(struct batch_line *l, const char *code, const char *message)
{
    const struct api_batch_result result = {
        .id = l->id, .custom_id = l->custom_id, .code = code, .message = message};
    l->is_error = true;
    l->n_prompt = l->n_cached = l->n_answer = 0;
    keep_result(l, &result);
}

/* Whether a reply with STATUS says that the request could do better later. */
static bool is_passing(const struct batch_line *l, int status)
{
    switch (status) {
    case 0: /* broken off */
    case 408:
    case 429:
    case 498:
    case 499:
    case 503:
    case 507: return true;
    case 500: return l->n_tries < TRIES_MAX;
    default: return false;
    }
}

static void replied(void *user, int status, const void *body, size_t n)
{
    struct batch_line *l = user;
    struct batch_run *r = l->run;
    const struct slice reply = {body, n};
    struct api_batch_usage usage = {0, 0, 0};
    l->x = NULL;
    r->all->n_flying--;
    batch_remove(&r->flying, l);
    if (is_passing(l, status)) {
        r->all->pause_until_ns = clock_ns() + PAUSE_NS;
        batch_append(&r->again, l);
        return;
    }
    l->is_error = status != 200;
    if (!l->is_error)
        api_batch_usage_read(&usage, reply);
    l->n_prompt = usage.n_prompt;
    l->n_cached = usage.n_cached;
    l->n_answer = usage.n_answer;
    const struct api_batch_result result = {.id = l->id,
                                            .request_id = l->id,
                                            .custom_id = l->custom_id,
                                            .status = status,
                                            .body = reply};
    keep_result(l, &result);
}

/* ---- the request ----------------------------------------------------------------------------- */

static const struct route *route_of(const char *path)
{
    for (uint32_t i = 0; i < route_count; i++)
        if (route_table[i].method == HTTP_POST && strcmp(route_table[i].path, path) == 0)
            return &route_table[i];
    return NULL;
}

/* Reads what the line says, once. False after L was answered with what is wrong. */
static bool read_line(struct batch_line *l)
{
    struct api_batch_line line;
    struct api_error e;
    bool streams = false;
    char body[API_ERROR_BYTES];
    if (l->body.p)
        return true;
    takt_rc rc = api_batch_line_read(&line, &l->arena, l->text, l->run->b->endpoint, &e);
    l->custom_id = line.custom_id;
    if (!rc.code && json_bool(json_get(line.body.v, "stream"), &streams) && streams)
        rc = api_refuse(&e, API_UNSUPPORTED_VALUE, "stream",
                        "true; the requests of a batch get "
                        "whole replies");
    l->body = line.body.text;
    if (!rc.code)
        return true;
    size_t n = api_error_body(&e, API_OPENAI, body);
    const struct api_batch_result result = {.id = l->id,
                                            .request_id = l->id,
                                            .custom_id = l->custom_id,
                                            .status = api_error_status(&e, API_OPENAI, false),
                                            .body = {(const uint8_t *)body, n}};
    l->is_error = true;
    keep_result(l, &result);
    return false;
}

void batch_line_begin(struct batch_line *l)
{
    struct batch_run *r = l->run;
    const struct store_batch *b = r->b;
    if (!read_line(l))
        return;
    struct call c = {.s = r->all->s, .route = route_of(b->endpoint), .is_batch = true};
    if (!c.route) {
        batch_line_fail(l, "unknown_url", "this server does not serve the endpoint of the batch");
        return;
    }
    c.x = l->x = http_local_new(b->endpoint, l->body, replied, l);
    if (!l->x) {
        r->all->pause_until_ns = clock_ns() + PAUSE_NS;
        batch_append(&r->again, l);
        return;
    }
    c.who = (struct auth_who){.id = auth_id(b->owner), .role = AUTH_USER};
    snprintf(c.who.name, sizeof c.who.name, "%s", b->owner);
    snprintf(c.request_id, sizeof c.request_id, "%s", l->id);
    l->n_tries++;
    batch_append(&r->flying, l);
    r->all->n_flying++;
    c.route->answer(&c);
}

void batch_line_give_up(struct batch_line *l)
{
    struct http_exchange *x = l->x;
    batch_remove(&l->run->flying, l);
    l->run->all->n_flying--;
    l->x = NULL;
    http_local_cancel(x);
}
