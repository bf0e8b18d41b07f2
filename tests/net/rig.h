/* rig: a server on a thread of its own that answers by path, and clients that see bytes.
 *
 *     /echo    "METHOD path|query|peer|body"          /headers  "name=value;" for each
 *     /stream  three events                           /big?N    N bytes "x"
 *     /hold    one event, the rest when told          /wait     nothing until told
 *     /flood   64 KiB pieces whenever told            /abort    one event, then no proper end
 *     /drop    closes without a reply                 /none     204
 *     /close   a reply with "Connection: close"       else      404 */
#ifndef TAKT_TESTS_NET_RIG_H
#define TAKT_TESTS_NET_RIG_H

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "net/http.h"

#include "../t.h"

enum rig_command { RIG_NOTHING, RIG_EVENT, RIG_END, RIG_FLOOD, RIG_LISTEN_OFF };
enum { RIG_HELD_MAX = 64, PATIENCE_MS = 10000 };

struct rig_held {
    struct rig *rig;
    struct http_exchange *x; /* NULL: free */
};

struct rig {
    struct http_server *server;
    pthread_t thread;
    uint16_t port;
    bool has_own_refusals, has_failed; /* has_failed: http_run returned an error */
    struct rig_held held[RIG_HELD_MAX];
    atomic_int n_gone, n_ticks, n_done, command;
    struct http_figures figures; /* as of the last rig_ask */
};

/* ---- the server's side ----------------------------------------------------------------------- */

__attribute__((unused)) static void rig_gone(void *user)
{
    struct rig_held *h = user;
    h->x = NULL;
    atomic_fetch_add(&h->rig->n_gone, 1);
}

__attribute__((unused)) static void rig_hold(struct rig *r, struct http_exchange *x)
{
    for (int i = 0; i < RIG_HELD_MAX; i++)
        if (!r->held[i].x) {
            r->held[i] = (struct rig_held){r, x};
            http_keep(x, &r->held[i], rig_gone);
            return;
        }
}

__attribute__((unused)) static void rig_echo(struct http_exchange *x)
{
    struct slice body = http_body(x);
    char *text = malloc(body.len + 2048);
    int n = snprintf(text, 2048, "%s %s|%s|%s|", http_method_name(http_method(x)), http_path(x),
                     http_query(x), http_peer(x));
    if (body.len > 0)
        memcpy(text + n, body.p, body.len);
    http_reply_header(x, "X-Test", "yes");
    http_reply(x, 200, "text/plain", text, (size_t)n + body.len);
    free(text);
}

__attribute__((unused)) static void rig_list_headers(struct http_exchange *x)
{
    char text[4096];
    const char *name, *value;
    size_t n = 0;
    for (size_t i = 0; http_header_at(x, i, &name, &value) && n < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s=%s;", name, value);
    http_reply(x, 200, "text/plain", text, n < sizeof text ? n : sizeof text - 1);
}

__attribute__((unused)) static void rig_send(struct http_exchange *x, const char *text)
{
    http_stream_send(x, text, strlen(text));
}

__attribute__((unused)) static void rig_stream(struct http_exchange *x)
{
    http_stream_begin(x, 200, "text/event-stream");
    rig_send(x, "data: 1\n\n");
    rig_send(x, "");
    rig_send(x, "data: 2\n\n");
    rig_send(x, "data: a longer event\n\n");
    http_stream_end(x);
}

__attribute__((unused)) static void rig_big(struct http_exchange *x)
{
    size_t n = strtoul(http_query(x), NULL, 10);
    char *text = malloc(n + 1);
    memset(text, 'x', n);
    http_reply(x, 200, "text/plain", text, n);
    free(text);
}

__attribute__((unused)) static void rig_request(void *user, struct http_exchange *x)
{
    struct rig *r = user;
    const char *path = http_path(x);
    if (strcmp(path, "/echo") == 0 || strcmp(path, "*") == 0 || strcmp(path, "/") == 0) {
        rig_echo(x);
    } else if (strcmp(path, "/headers") == 0) {
        rig_list_headers(x);
    } else if (strcmp(path, "/stream") == 0) {
        rig_stream(x);
    } else if (strcmp(path, "/big") == 0) {
        rig_big(x);
    } else if (strcmp(path, "/hold") == 0 || strcmp(path, "/flood") == 0) {
        rig_hold(r, x);
        http_stream_begin(x, 200, "text/event-stream");
        rig_send(x, "data: first\n\n");
    } else if (strcmp(path, "/wait") == 0) {
        rig_hold(r, x);
    } else if (strcmp(path, "/abort") == 0) {
        http_stream_begin(x, 200, "text/event-stream");
        rig_send(x, "data: first\n\n");
        http_stream_abort(x);
    } else if (strcmp(path, "/drop") == 0) {
        http_stream_abort(x);
    } else if (strcmp(path, "/none") == 0) {
        http_reply(x, 204, "text/plain", NULL, 0);
    } else if (strcmp(path, "/close") == 0) {
        http_reply_header(x, "Connection", "close");
        http_reply(x, 200, "text/plain", "bye", 3);
    } else {
        http_reply(x, 404, "text/plain", "no", 2);
    }
}

__attribute__((unused)) static size_t rig_refuse(void *user, int status, const char *why, char *buf,
                                                 size_t cap, const char **content_type)
{
    (void)user;
    *content_type = "application/x-refusal";
    int n = snprintf(buf, cap, "refused:%d:%s", status, why);
    return (size_t)n;
}

__attribute__((unused)) static void rig_flood(struct http_exchange *x)
{
    static char piece[64 << 10];
    memset(piece, 'f', sizeof piece);
    http_stream_send(x, piece, sizeof piece);
}

__attribute__((unused)) static void rig_woken(void *user)
{
    struct rig *r = user;
    enum rig_command command = (enum rig_command)atomic_exchange(&r->command, RIG_NOTHING);
    for (int i = 0; i < RIG_HELD_MAX; i++) {
        struct http_exchange *x = r->held[i].x;
        if (!x)
            continue;
        if (command == RIG_FLOOD)
            rig_flood(x);
        if (command == RIG_EVENT && http_stream_begun(x))
            rig_send(x, "data: next\n\n");
        if (command == RIG_END) {
            r->held[i].x = NULL;
            if (http_stream_begun(x))
                http_stream_end(x);
            else
                http_reply(x, 200, "text/plain", "waited", 6);
        }
    }
    if (command == RIG_LISTEN_OFF)
        http_listen_off(r->server);
    http_figures(r->server, &r->figures);
    atomic_fetch_add(&r->n_done, 1);
}

__attribute__((unused)) static void rig_tick(void *user)
{
    atomic_fetch_add(&((struct rig *)user)->n_ticks, 1);
}

__attribute__((unused)) static void *rig_main(void *user)
{
    struct rig *r = user;
    r->has_failed = http_run(r->server, NULL).code != 0;
    return NULL;
}

/* ---- the test's side of it ------------------------------------------------------------------- */

__attribute__((unused)) static void pause_ms(int ms)
{
    poll(NULL, 0, ms);
}

/* rig_make makes a server that does not run yet. */
__attribute__((unused)) static bool rig_make(struct rig *r, const struct http_limits *limits)
{
    takt_err e;
    struct http_handlers h = {.request = rig_request,
                              .refuse = r->has_own_refusals ? rig_refuse : NULL,
                              .woken = rig_woken,
                              .tick = rig_tick,
                              .tick_s = 0.02,
                              .user = r};
    return T_RC(http_server_new(&r->server, limits, &h, &e), &e);
}

__attribute__((unused)) static bool rig_go(struct rig *r)
{
    return T_EQ_INT(thread_start(&r->thread, rig_main, r), 0);
}

/* rig_start makes one, listens on ADDRESS and runs it. */
__attribute__((unused)) static bool rig_start(struct rig *r, const struct http_limits *limits,
                                              const char *address, const struct http_tls *tls)
{
    takt_err e;
    return rig_make(r, limits) && T_RC(http_listen(r->server, address, tls, &r->port, &e), &e) &&
           rig_go(r);
}

/* rig_ask has the loop's thread do something, and waits until it is done. */
__attribute__((unused)) static bool rig_ask(struct rig *r, enum rig_command command)
{
    int before = atomic_load(&r->n_done);
    atomic_store(&r->command, (int)command);
    http_wake(r->server);
    for (int i = 0; i < PATIENCE_MS && atomic_load(&r->n_done) == before; i++)
        pause_ms(1);
    return T_OK(atomic_load(&r->n_done) != before);
}

/* rig_gone_is waits until so many clients are gone. */
__attribute__((unused)) static bool rig_gone_is(struct rig *r, int want)
{
    for (int i = 0; i < PATIENCE_MS && atomic_load(&r->n_gone) != want; i++)
        pause_ms(1);
    pause_ms(20); /* for one too many */
    return T_EQ_INT(atomic_load(&r->n_gone), want);
}

/* rig_connections_are waits until so many connections are open. */
__attribute__((unused)) static bool rig_connections_are(struct rig *r, uint32_t want)
{
    for (int i = 0; i < PATIENCE_MS; i++) {
        if (!rig_ask(r, RIG_NOTHING))
            return false;
        if (r->figures.n_connections == want)
            break;
        pause_ms(1);
    }
    return T_EQ_INT(r->figures.n_connections, want);
}

/* rig_rest ends its thread until rig_go: all that is connected stays so. */
__attribute__((unused)) static void rig_rest(struct rig *r)
{
    http_stop(r->server);
    pthread_join(r->thread, NULL);
    T_OK(!r->has_failed);
}

/* rig_stop ends it; its figures are the last ones. */
__attribute__((unused)) static void rig_stop(struct rig *r)
{
    rig_rest(r);
    http_figures(r->server, &r->figures);
    http_server_free(r->server);
}

/* ---- clients --------------------------------------------------------------------------------- */

/* What came from the server and was not looked at yet. */
struct wire {
    int fd;
    bool was_reset;
    size_t len;
    char buf[256 << 10]; /* NUL-terminated */
};

struct reply {
    int status;
    char head[4096];
    char body[192 << 10]; /* decoded, NUL-terminated */
    size_t n;
};

__attribute__((unused)) static int dial(uint16_t port)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    close(fd);
    return -1;
}

__attribute__((unused)) static int dial_unix(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    close(fd);
    return -1;
}

/* put_n sends; false when the server has closed. */
__attribute__((unused)) static bool put_n(int fd, const void *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        p = (const char *)p + sent;
        n -= (size_t)sent;
    }
    return true;
}

__attribute__((unused)) static bool put(int fd, const char *text)
{
    return put_n(fd, text, strlen(text));
}

/* more waits for bytes: false at the end, after a reset, when the buffer is full or WAIT_MS have
 * passed. */
__attribute__((unused)) static bool more(struct wire *w, int wait_ms)
{
    struct pollfd p = {.fd = w->fd, .events = POLLIN};
    if (w->len == sizeof w->buf - 1 || poll(&p, 1, wait_ms) <= 0)
        return false;
    ssize_t n = recv(w->fd, w->buf + w->len, sizeof w->buf - 1 - w->len, 0);
    w->was_reset = n < 0; /* ECONNRESET, or EPIPE behind an orderly end */
    if (n <= 0)
        return false;
    w->len += (size_t)n;
    w->buf[w->len] = 0;
    return true;
}

__attribute__((unused)) static void take(struct wire *w, size_t n)
{
    memmove(w->buf, w->buf + n, w->len - n + 1);
    w->len -= n;
}

/* has waits until TEXT has come. */
__attribute__((unused)) static bool has(struct wire *w, const char *text)
{
    while (!strstr(w->buf, text))
        if (!more(w, PATIENCE_MS))
            return false;
    return true;
}

/* has_end waits for the end of the connection: an orderly one, or a reset when IS_RESET. */
__attribute__((unused)) static bool has_end(struct wire *w, bool is_reset)
{
    while (more(w, PATIENCE_MS))
        ;
    char byte;
    return is_reset ? w->was_reset : !w->was_reset && recv(w->fd, &byte, 1, MSG_DONTWAIT) == 0;
}

/* One chunk from W to R; false when there is none, *is_last at the last. */
__attribute__((unused)) static bool read_chunk(struct wire *w, struct reply *r, bool *is_last)
{
    if (!has(w, "\r\n"))
        return false;
    char *end;
    size_t n = strtoul(w->buf, &end, 16);
    if (end == w->buf || strncmp(end, "\r\n", 2) != 0 || r->n + n >= sizeof r->body)
        return false;
    size_t head = (size_t)(end + 2 - w->buf);
    while (w->len < head + n + 2)
        if (!more(w, PATIENCE_MS))
            return false;
    memcpy(r->body + r->n, w->buf + head, n);
    r->n += n;
    take(w, head + n + 2);
    *is_last = n == 0;
    return true;
}

/* read_head reads a head; false when none comes. */
__attribute__((unused)) static bool read_head(struct wire *w, struct reply *r)
{
    *r = (struct reply){0};
    if (!has(w, "\r\n\r\n"))
        return false;
    size_t n = (size_t)(strstr(w->buf, "\r\n\r\n") - w->buf) + 4;
    if (n >= sizeof r->head || sscanf(w->buf, "HTTP/1.%*1[01] %d ", &r->status) != 1)
        return false;
    memcpy(r->head, w->buf, n);
    take(w, n);
    return true;
}

/* read_reply reads a whole reply, with a body unless HAS_NONE (to HEAD, 204). */
__attribute__((unused)) static bool read_reply(struct wire *w, struct reply *r, bool has_none)
{
    if (!read_head(w, r))
        return false;
    bool is_last = has_none;
    if (strstr(r->head, "Transfer-Encoding: chunked\r\n")) {
        while (!is_last)
            if (!read_chunk(w, r, &is_last))
                return false;
        r->body[r->n] = 0;
        return true;
    }
    const char *length = strstr(r->head, "Content-Length: ");
    size_t n = length && !has_none ? strtoul(length + 16, NULL, 10) : 0;
    if (n >= sizeof r->body)
        return false;
    while (w->len < n)
        if (!more(w, PATIENCE_MS))
            return false;
    memcpy(r->body, w->buf, n);
    r->n = n;
    take(w, n);
    return length || has_none;
}

/* ask_n sends N bytes on a connection of its own and returns the reply's status, 0 when there is
 * none; R may be NULL. */
__attribute__((unused)) static int ask_n(uint16_t port, const void *request, size_t n,
                                         struct reply *r)
{
    static struct wire w;
    static struct reply own;
    r = r ? r : &own;
    w.len = 0;
    w.buf[0] = 0;
    w.fd = dial(port);
    if (w.fd < 0)
        return 0;
    put_n(w.fd, request, n);
    bool is_head = n > 5 && memcmp(request, "HEAD ", 5) == 0;
    int status = read_reply(&w, r, is_head) ? r->status : 0;
    close(w.fd);
    return status;
}

__attribute__((unused)) static int ask(uint16_t port, const char *request, struct reply *r)
{
    return ask_n(port, request, strlen(request), r);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"

#endif
