#include "net/http_conn.h"

enum http_method http_method(const struct http_exchange *x)
{
    return x->head.method;
}

const char *http_method_name(enum http_method m)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET",       [HTTP_POST] = "POST",   [HTTP_PUT] = "PUT",
        [HTTP_DELETE] = "DELETE", [HTTP_HEAD] = "HEAD",   [HTTP_OPTIONS] = "OPTIONS",
        [HTTP_PATCH] = "PATCH",   [HTTP_QUERY] = "QUERY", [HTTP_TRACE] = "TRACE"};
    return names[m];
}

const char *http_path(const struct http_exchange *x)
{
    return x->head.text + x->head.path;
}

const char *http_query(const struct http_exchange *x)
{
    return x->head.text + x->head.query;
}

const char *http_header(const struct http_exchange *x, const char *name)
{
    return http_head_find(&x->head, name);
}

bool http_header_at(const struct http_exchange *x, size_t i, const char **name, const char **value)
{
    if (i >= x->head.n_fields)
        return false;
    *name = x->head.text + x->head.field[i].name;
    *value = x->head.text + x->head.field[i].value;
    return true;
}

struct slice http_body(const struct http_exchange *x)
{
    return (struct slice){x->body, x->body_len};
}

uint8_t *http_take_body(struct http_exchange *x, size_t *n)
{
    takt_assert(!x->local);
    uint8_t *body = x->body;
    *n = x->body_len;
    x->conn->server->body_bytes -= x->body_cap;
    x->body = NULL;
    x->body_len = x->body_cap = 0;
    return body;
}

const char *http_peer(const struct http_exchange *x)
{
    return x->local ? "local" : x->conn->peer;
}

int64_t http_arrival_ns(const struct http_exchange *x)
{
    return x->arrival_ns;
}

void http_keep(struct http_exchange *x, void *user, void (*gone)(void *user))
{
    x->user = user;
    x->gone = gone;
}

void *http_kept(const struct http_exchange *x)
{
    return x->user;
}
