#include "net/http_conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>

enum { FIELDS_MAX = 1 << 20, HEAD_MAX = 256, REFUSAL_MAX = 2048 };

static const char *phrase(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } table[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {424, "Failed Dependency"},
        {425, "Too Early"},
        {426, "Upgrade Required"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {498, "Flex Tier Capacity Exceeded"},
        {499, "Client Closed Request"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
        {507, "Insufficient Storage"},
        {529, "Overloaded"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].status == status)
            return table[i].phrase;
    return "Unknown";
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* Moves past N bytes of the parts. */
static void skip_sent(struct iovec **v, int *n_parts, size_t n)
{
    while (*n_parts > 0 && n >= (*v)->iov_len) {
        n -= (*v)->iov_len;
        ++*v;
        --*n_parts;
    }
    if (*n_parts > 0) {
        (*v)->iov_base = (char *)(*v)->iov_base + n;
        (*v)->iov_len -= n;
    }
}

/* False when the connection failed. */
static bool send_now(struct http_conn *c, struct iovec **v, int *n_parts)
{
    struct msghdr message = {.msg_iov = *v, .msg_iovlen = (size_t)*n_parts};
    ssize_t n = sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOBUFS;
    c->server->figures.bytes_out += (uint64_t)n;
    skip_sent(v, n_parts, (size_t)n);
    return true;
}

void http_conn_send(struct http_conn *c, struct iovec *v, int n)
{
    if (c->is_dead)
        return;
    /* Past libevent's buffer while that is empty: a system call less, and no copy. */
    if (!c->ssl && http_conn_unsent(c) == 0 && !send_now(c, &v, &n)) {
        http_conn_kill(c);
        return;
    }
    struct evbuffer *out = bufferevent_get_output(c->bev);
    for (int i = 0; i < n; i++)
        if (v[i].iov_len > 0 && evbuffer_add(out, v[i].iov_base, v[i].iov_len) != 0) {
            http_conn_kill(c);
            return;
        }
    if (n > 0 && !c->is_running)
        http_conn_arm(c);
}

/* ---- the head -------------------------------------------------------------------------------- */

static bool fields_reserve(struct http_exchange *x, size_t n)
{
    if (n > FIELDS_MAX || x->fields_len + n > FIELDS_MAX)
        return false;
    if (x->fields_len + n <= x->fields_cap)
        return true;
    size_t cap = x->fields_cap ? x->fields_cap : 256;
    while (cap < x->fields_len + n)
        cap *= 2;
    char *fields = realloc(x->fields, cap);
    if (!fields)
        return false;
    x->fields = fields;
    x->fields_cap = cap;
    return true;
}

static void fields_add(struct http_exchange *x, const char *s, size_t n)
{
    memcpy(x->fields + x->fields_len, s, n);
    x->fields_len += n;
}

void http_reply_header(struct http_exchange *x, const char *name, const char *value)
{
    if (!http_is_token(name) || strcasecmp(name, "content-length") == 0 ||
        strcasecmp(name, "transfer-encoding") == 0 || x->local)
        return;
    for (const char *v = value; *v; v++)
        if ((*v > 0 && *v < ' ') || *v == 127)
            return;
    if (strcasecmp(name, "connection") == 0) {
        x->conn->must_close |= strcasecmp(value, "close") == 0;
        return;
    }
    size_t n_name = strlen(name), n_value = strlen(value);
    if (!fields_reserve(x, n_name + 2 + n_value + 2)) {
        http_conn_kill(x->conn); /* no memory, or a megabyte of headers */
        return;
    }
    fields_add(x, name, n_name);
    fields_add(x, ": ", 2);
    fields_add(x, value, n_value);
    fields_add(x, "\r\n", 2);
}

static bool has_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

/* Sends the head and BODY. LENGTH: the value of Content-Length, or NULL. */
static void send_head(struct http_exchange *x, int status, const char *content_type,
                      const char *length, const void *body, size_t n)
{
    struct http_conn *c = x->conn;
    char head[HEAD_MAX];
    if (content_type)
        http_reply_header(x, "Content-Type", content_type);
    const char *connection = c->must_close    ? "Connection: close\r\n"
                             : x->head.is_1_0 ? "Connection: keep-alive\r\n"
                                              : "";
    int n_head = snprintf(
        head, sizeof head, "HTTP/1.1 %d %s\r\nDate: %s\r\n%s%s%s%s%s", status, phrase(status),
        http_date(c->server), connection, length ? "Content-Length: " : "", length ? length : "",
        length ? "\r\n" : "", x->is_chunked ? "Transfer-Encoding: chunked\r\n" : "");
    takt_assert(n_head > 0 && n_head < HEAD_MAX);
    char end[] = "\r\n";
    struct iovec v[] = {
        {head, (size_t)n_head}, {x->fields, x->fields_len}, {end, 2}, {(void *)(uintptr_t)body, n}};
    http_conn_send(c, v, 4);
}

void http_reply(struct http_exchange *x, int status, const char *content_type, const void *body,
                size_t n)
{
    takt_assert(!x->is_stream);
    if (x->local) {
        http_local_add(x, status, body, n);
        http_local_end(x, true);
        return;
    }
    char length[24];
    snprintf(length, sizeof length, "%zu", n);
    bool sends = has_body(status) && x->head.method != HTTP_HEAD;
    send_head(x, status, has_body(status) ? content_type : NULL, has_body(status) ? length : NULL,
              body, sends ? n : 0);
    http_conn_end_exchange(x->conn);
}

void http_conn_refuse(struct http_conn *c, int status, const char *why)
{
    const struct http_handlers *h = &c->server->handlers;
    char body[REFUSAL_MAX], head[HEAD_MAX + 128];
    const char *type = "text/plain; charset=utf-8";
    size_t n = h->refuse ? h->refuse(h->user, status, why, body, sizeof body, &type)
                         : (size_t)snprintf(body, sizeof body, "%s.\n", why);
    takt_assert(n <= sizeof body);
    int n_head = snprintf(head, sizeof head,
                          "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Type: %.96s\r\n"
                          "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                          status, phrase(status), http_date(c->server), type, n);
    takt_assert(n_head > 0 && (size_t)n_head < sizeof head);
    if (c->x && c->x->head.has_request_line && c->x->head.method == HTTP_HEAD)
        n = 0;
    struct iovec v[] = {{head, (size_t)n_head}, {body, n}};
    c->server->figures.n_refused++;
    c->must_close = true;
    http_conn_send(c, v, 2);
    http_conn_end_exchange(c);
}

/* ---- streams --------------------------------------------------------------------------------- */

void http_stream_begin(struct http_exchange *x, int status, const char *content_type)
{
    takt_assert(!x->is_stream && has_body(status));
    x->is_stream = true;
    if (x->local) {
        http_local_add(x, status, NULL, 0);
        return;
    }
    x->is_chunked = !x->head.is_1_0;
    if (x->head.is_1_0)
        x->conn->must_close = true; /* the only end that it knows */
    send_head(x, status, content_type, NULL, NULL, 0);
}

/* Writes N as hexadecimal digits and CR LF to the end of BUF; returns where they begin. */
static char *chunk_size(char *buf, size_t cap, size_t n)
{
    char *p = buf + cap;
    *--p = '\n';
    *--p = '\r';
    do {
        *--p = "0123456789abcdef"[n & 15];
        n >>= 4;
    } while (n > 0);
    return p;
}

void http_stream_send(struct http_exchange *x, const void *p, size_t n)
{
    takt_assert(x->is_stream);
    struct http_conn *c = x->conn;
    if (x->local) {
        http_local_add(x, 0, p, n);
        return;
    }
    if (n == 0 || c->is_dead || x->head.method == HTTP_HEAD)
        return;
    char size[2 * sizeof n + 2], end[] = "\r\n";
    char *from = chunk_size(size, sizeof size, n);
    struct iovec v[] = {
        {from, (size_t)(size + sizeof size - from)}, {(void *)(uintptr_t)p, n}, {end, 2}};
    if (x->is_chunked)
        http_conn_send(c, v, 3);
    else
        http_conn_send(c, v + 1, 1);
    if (http_conn_unsent(c) > c->server->limits.unsent_max)
        http_conn_kill(c);
}

void http_stream_end(struct http_exchange *x)
{
    takt_assert(x->is_stream);
    if (x->local) {
        http_local_end(x, true);
        return;
    }
    char end[] = "0\r\n\r\n";
    if (x->is_chunked && x->head.method != HTTP_HEAD)
        http_conn_send(x->conn, &(struct iovec){end, sizeof end - 1}, 1);
    http_conn_end_exchange(x->conn);
}

void http_stream_abort(struct http_exchange *x)
{
    struct http_conn *c = x->conn;
    if (x->local) {
        http_local_end(x, false);
        return;
    }
    c->must_close = true;
    /* Without chunks, or without a reply, an orderly close would look like the end. */
    c->is_cut_off = !x->is_chunked;
    http_conn_end_exchange(c);
}

size_t http_stream_unsent(const struct http_exchange *x)
{
    return x->local ? 0 : http_conn_unsent(x->conn);
}

bool http_stream_begun(const struct http_exchange *x)
{
    return x->is_stream;
}
