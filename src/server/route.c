#include "server/route.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "server/balance.h"

/* ---- replies --------------------------------------------------------------------------------- */

void call_done(const struct call *c, int status, const struct log_field *more, size_t n_more)
{
    enum { FIELDS_MAX = 32 };
    struct log_field f[FIELDS_MAX] = {
        LOG_S("method", http_method_name(http_method(c->x))),
        LOG_S("path", http_path(c->x)),
        LOG_I("status", status),
        LOG_F("ms", (double)(clock_ns() - http_arrival_ns(c->x)) / 1e6),
        LOG_S("peer", http_peer(c->x)),
        LOG_S("key", c->who.name[0] ? c->who.name : NULL),
        LOG_S("id", c->request_id),
    };
    size_t n = 7;
    for (size_t i = 0; i < n_more && n < FIELDS_MAX; i++)
        f[n++] = more[i];
    uint32_t route = c->route ? (uint32_t)(c->route - route_table) : route_count;
    metrics_table_http(c->s->metrics, route, status);
    bool is_probe = c->route && c->route->access == ROUTE_OPEN && status < 500;
    log_write(&c->s->config.log, is_probe ? LOG_DEBUG : LOG_INFO, "request", f, n);
}

void call_gone(struct call *c)
{
    if (!c->is_batch) { /* a line of one has its turn again */
        metrics_count(c->s->metrics->clients_gone, 1);
        call_done(c, 499, NULL, 0);
    }
    c->x = NULL;
}

void call_json(const struct call *c, int status, struct json_out *o)
{
    if (o->failed) {
        struct api_error e;
        json_out_free(o);
        api_refuse(&e, API_NO_MEMORY, NULL, "there is no memory for the reply");
        call_error(c, &e);
        return;
    }
    call_done(c, status, NULL, 0);
    balance_header(c);
    http_reply(c->x, status, "application/json", o->p, o->len);
    json_out_free(o);
}

void call_error(const struct call *c, const struct api_error *e)
{
    char body[API_ERROR_BYTES], seconds[16];
    int status = api_error_status(e, c->dialect, c->is_flex);
    uint32_t wait = api_error_retry_after(e);
    if (wait) {
        snprintf(seconds, sizeof seconds, "%u", wait);
        http_reply_header(c->x, "retry-after", seconds);
    }
    if (status == 401)
        http_reply_header(c->x, "www-authenticate", "Bearer");
    size_t n = api_error_body(e, c->dialect, body);
    const struct log_field why[] = {LOG_S("code", api_error_code(e->why)),
                                    LOG_S("param", e->param[0] ? e->param : NULL)};
    call_done(c, status, why, 2);
    balance_header(c);
    http_reply(c->x, status, "application/json", body, n);
}

void call_refuse(const struct call *c, enum api_why why, const char *param, const char *fmt, ...)
{
    struct api_error e;
    char message[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    api_refuse(&e, why, param, "%s", message);
    call_error(c, &e);
}

void call_warn(const struct call *c, const struct field_notes *notes)
{
    char text[512];
    if (*field_warning(notes, text, sizeof text))
        http_reply_header(c->x, FIELD_WARNING_HEADER, text);
}

/* ---- who asks what --------------------------------------------------------------------------- */

/* R's path as PATH must have it: of those under /v1 that may be left out, since clients of other
 * servers are told a base address without it. */
static const char *pattern_for(const struct route *r, const char *path)
{
    static const char version[] = "/v1";
    size_t n = sizeof version - 1;
    return strncmp(r->path, version, n) == 0 && strncmp(path, version, n) != 0 ? r->path + n
                                                                               : r->path;
}

/* Whether PATH is one of R's; what it has in the place of R's {name} goes to ARG, "" without one.
 */
static bool matches(const struct route *r, const char *path, char arg[CALL_ARG_BYTES])
{
    const char *pattern = pattern_for(r, path);
    size_t n = strcspn(pattern, "{");
    arg[0] = '\0';
    if (pattern[n] == '\0')
        return strcmp(pattern, path) == 0;
    const char *tail = strchr(pattern + n, '}') + 1;
    size_t len = strlen(path), n_tail = strlen(tail);
    if (len <= n + n_tail || len - n - n_tail >= CALL_ARG_BYTES || strncmp(pattern, path, n) != 0 ||
        strcmp(path + len - n_tail, tail) != 0)
        return false;
    len -= n + n_tail;
    if (!r->is_deep && memchr(path + n, '/', len))
        return false;
    memcpy(arg, path + n, len);
    arg[len] = '\0';
    return true;
}

/* The route of PATH; NULL with the methods that PATH has in ALLOW ("" when it is no route at all).
 */
static const struct route *find(enum http_method method, const char *path, bool is_groq,
                                char arg[CALL_ARG_BYTES], char *allow, size_t cap)
{
    size_t at = 0;
    allow[0] = '\0';
    if (method == HTTP_HEAD)
        method = HTTP_GET;
    for (uint32_t i = 0; i < route_count; i++) {
        const struct route *r = &route_table[i];
        if ((is_groq && !r->is_groq) || !matches(r, path, arg))
            continue;
        if (r->method == method)
            return r;
        int n = snprintf(allow + at, cap - at, "%s%s", at ? ", " : "", http_method_name(r->method));
        at += n > 0 && (size_t)n < cap - at ? (size_t)n : 0;
    }
    return NULL;
}

static bool is_visible(const char *s)
{
    for (; *s; s++)
        if (*s < '!' || *s > '~')
            return false;
    return true;
}

/* The client's id of its request, if it is one that can be shown, or one of ours. */
static void name_request(struct call *c)
{
    const char *id = http_header(c->x, "x-request-id");
    if (id && *id && strlen(id) <= 128 && is_visible(id))
        snprintf(c->request_id, sizeof c->request_id, "%s", id);
    else
        server_id(c->s, c->request_id, sizeof c->request_id, "req_");
    http_reply_header(c->x, "x-request-id", c->request_id);
    const char *trace = http_header(c->x, "traceparent");
    if (trace && strlen(trace) <= 128 && is_visible(trace))
        http_reply_header(c->x, "traceparent", trace);
}

/* Lets pages of allowed origins read the reply. True when the request is one from a browser that
 * asks for that in advance. */
static bool share_with_browsers(const struct call *c)
{
    const struct server_config *k = &c->s->config;
    const char *origin = http_header(c->x, "origin");
    bool allowed = false;
    for (uint32_t i = 0; origin && i < k->n_origins; i++)
        allowed = allowed || strcmp(k->origins[i], "*") == 0 || strcmp(k->origins[i], origin) == 0;
    if (!allowed)
        return false;
    http_reply_header(c->x, "access-control-allow-origin", origin);
    http_reply_header(c->x, "vary", "Origin");
    http_reply_header(c->x, "access-control-expose-headers",
                      "x-request-id, retry-after, x-ratelimit-limit-requests, "
                      "x-ratelimit-limit-tokens, x-ratelimit-remaining-requests, "
                      "x-ratelimit-remaining-tokens, x-ratelimit-reset-requests, "
                      "x-ratelimit-reset-tokens, x-takt-warning");
    if (http_method(c->x) != HTTP_OPTIONS || !http_header(c->x, "access-control-request-method"))
        return false;
    const char *wanted = http_header(c->x, "access-control-request-headers");
    http_reply_header(c->x, "access-control-allow-methods", "GET, POST, DELETE, OPTIONS");
    http_reply_header(c->x, "access-control-allow-headers", wanted ? wanted : "*");
    http_reply_header(c->x, "access-control-max-age", "86400");
    return true;
}

static bool may(struct call *c)
{
    const struct auth *a = c->s->auth;
    if (c->route->access == ROUTE_OPEN || auth_is_open(a))
        return true;
    switch (auth_check(a, http_header(c->x, "authorization"), http_header(c->x, "x-api-key"),
                       &c->who)) {
    case AUTH_NO_KEY:
        call_refuse(c, API_NO_KEY, NULL,
                    "an API key is needed: send it as the header 'Authorization: Bearer KEY'");
        return false;
    case AUTH_WRONG_KEY:
        call_refuse(c, API_BAD_KEY, NULL, "the API key is not known");
        return false;
    default: break;
    }
    if (c->route->access == ROUTE_ADMIN && c->who.role != AUTH_ADMIN) {
        call_refuse(c, API_FORBIDDEN, NULL, "this needs the key of an admin");
        return false;
    }
    return true;
}

void route_request(void *user, struct http_exchange *x)
{
    static const char groq[] = "/openai";
    struct call c = {.s = user, .x = x};
    const char *path = http_path(x);
    char allow[64];
    bool is_groq = strncmp(path, groq, sizeof groq - 1) == 0 && path[sizeof groq - 1] == '/';
    c.dialect = is_groq ? API_GROQ : c.s->config.vllm_errors ? API_VLLM : API_OPENAI;
    name_request(&c);
    if (share_with_browsers(&c)) {
        call_done(&c, 204, NULL, 0);
        http_reply(x, 204, NULL, NULL, 0);
        return;
    }
    path += is_groq ? sizeof groq - 1 : 0;
    c.route = find(http_method(x), path, is_groq, c.arg, allow, sizeof allow);
    if (c.route) {
        if (may(&c))
            c.route->answer(&c);
    } else if (allow[0]) {
        http_reply_header(x, "allow", allow);
        call_refuse(&c, API_BAD_METHOD, NULL, "%s has no %s; it has %s", path,
                    http_method_name(http_method(x)), allow);
    } else {
        call_refuse(&c, API_NO_ROUTE, NULL, "there is no %.200s; docs/api.md lists the routes",
                    path);
    }
}

size_t route_refuse(void *user, int status, const char *why, char *buf, size_t cap,
                    const char **content_type)
{
    struct server *s = user;
    struct api_error e;
    char body[API_ERROR_BYTES];
    api_error_from_status(&e, status, why);
    *content_type = "application/json";
    size_t n = api_error_body(&e, s->config.vllm_errors ? API_VLLM : API_OPENAI, body);
    metrics_table_http(s->metrics, route_count, status);
    LOG(&s->config.log, LOG_INFO, "refused", LOG_I("status", status), LOG_S("why", why));
    n = n < cap ? n : cap;
    memcpy(buf, body, n);
    return n;
}
