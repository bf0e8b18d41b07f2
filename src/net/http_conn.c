#include "net/http_conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>

#include "base/clock.h"

#define NEVER INT64_MAX

enum {
    WAITING_MAX = 64 << 10,   /* bytes behind a running request before reading stops */
    BODY_FIRST = 64 << 10,    /* bytes allocated for a body before any came, at most */
    BODY_AT_ONCE = 1 << 20,   /* bytes of bodies that are read before others have their turn */
    BODY_PER_TIME = 64 << 10, /* bytes that buy another body_s */
};
static const int64_t LINGER_NS = 2000000000; /* a client that goes on sending is not waited for */
static const int64_t CHECK_NS = 1000000000;  /* how often a paused connection is looked at */

size_t http_conn_unsent(const struct http_conn *c)
{
    return evbuffer_get_length(bufferevent_get_output(c->bev));
}

void http_conn_enter(struct http_conn *c, enum http_state state)
{
    c->state = state;
    c->since_ns = clock_ns();
}

/* Counts what leaves the buffer, and sees whether the reader takes anything. */
static void on_output(struct evbuffer *out, const struct evbuffer_cb_info *info, void *user)
{
    (void)out;
    struct http_conn *c = user;
    c->server->figures.bytes_out += info->n_deleted;
    if (info->n_deleted > 0 || info->orig_size == 0)
        c->progress_ns = clock_ns();
}

/* ---- deadlines ------------------------------------------------------------------------------- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t deadline_ns(const struct http_conn *c)
{
    const struct http_limits *l = &c->server->limits;
    int64_t slow_reader = http_conn_unsent(c) > 0 ? c->progress_ns + http_ns(l->write_s) : NEVER;
    switch (c->state) {
    case HTTP_SHAKING_HANDS:
    case HTTP_IN_HEAD: return c->since_ns + http_ns(l->header_s);
    case HTTP_IN_BODY:
        return c->since_ns + http_ns(l->body_s * (1 + (double)(c->x->body_len / BODY_PER_TIME)));
    case HTTP_IDLE: return slow_reader != NEVER ? slow_reader : c->since_ns + http_ns(l->idle_s);
    case HTTP_BUSY: return earlier(slow_reader, c->is_paused ? c->checked_ns + CHECK_NS : NEVER);
    case HTTP_FLUSHING: return slow_reader;
    case HTTP_LINGERING: return c->since_ns + LINGER_NS;
    }
    return NEVER;
}

void http_conn_arm(struct http_conn *c)
{
    /* A timer that is set too early finds out when it fires: most deadlines never come. One that
     * waits for its turn in the loop is not touched, or libevent would forget that. */
    int64_t at = deadline_ns(c);
    if (at == NEVER || c->is_poked || (c->armed_ns != 0 && c->armed_ns <= at))
        return;
    int64_t left = at - clock_ns();
    left = left < 0 ? 0 : left + 1000; /* rounded up to microseconds */
    struct timeval tv = {.tv_sec = left / 1000000000, .tv_usec = left / 1000 % 1000000};
    if (event_add(&c->timer, &tv) == 0)
        c->armed_ns = at;
    else
        http_conn_kill(c);
}

void http_conn_poke(struct http_conn *c)
{
    if (c->is_running || c->is_poked)
        return;
    c->is_poked = true;
    event_active(&c->timer, EV_READ, 1);
}

void http_conn_kill(struct http_conn *c)
{
    c->is_dead = true;
    http_conn_poke(c);
}

/* A paused connection does not hear from its client: ask. */
static void look_after_paused(struct http_conn *c, int64_t now)
{
    struct pollfd p = {.fd = c->fd, .events = POLLRDHUP};
    c->checked_ns = now;
    if (poll(&p, 1, 0) > 0)
        http_conn_kill(c);
}

static void expire(struct http_conn *c, int64_t now)
{
    bool is_slow =
        http_conn_unsent(c) > 0 && now >= c->progress_ns + http_ns(c->server->limits.write_s);
    if (c->state == HTTP_IN_BODY)
        http_conn_refuse(c, 408, "the body did not arrive in time");
    else if (c->state == HTTP_IN_HEAD && c->x->head.len > 0)
        http_conn_refuse(c, 408, "the headers did not arrive in time");
    else if (c->state == HTTP_BUSY && !is_slow)
        look_after_paused(c, now);
    else
        http_conn_kill(c);
}

static void on_timer(evutil_socket_t fd, short what, void *user)
{
    (void)fd;
    (void)what;
    struct http_conn *c = user;
    int64_t now = clock_ns();
    c->armed_ns = 0; /* being poked unsets it too */
    c->is_poked = false;
    c->is_running = true;
    if (!c->is_dead && now >= deadline_ns(c))
        expire(c, now);
    http_conn_run(c);
}

/* ---- the exchange ---------------------------------------------------------------------------- */

static void exchange_free(struct http_conn *c)
{
    struct http_exchange *x = c->x;
    c->x = NULL;
    if (!x)
        return;
    http_head_release(&x->head);
    c->server->body_bytes -= x->body_cap;
    free(x->body);
    free(x->fields);
    free(x);
}

static bool exchange_new(struct http_conn *c)
{
    c->x = calloc(1, sizeof *c->x);
    if (!c->x) {
        http_conn_kill(c);
        return false;
    }
    c->x->conn = c;
    http_conn_enter(c, HTTP_IN_HEAD);
    return true;
}

void http_conn_end_exchange(struct http_conn *c)
{
    if (c->state == HTTP_BUSY)
        c->server->figures.n_exchanges--;
    exchange_free(c);
    http_conn_enter(c, c->must_close || c->had_eof ? HTTP_FLUSHING : HTTP_IDLE);
    http_conn_poke(c);
}

/* Room for N more bytes of the body, of which there will be MOST. */
static bool body_reserve(struct http_exchange *x, size_t n, uint64_t most)
{
    struct http_server *s = x->conn->server;
    if (n <= x->body_cap - x->body_len)
        return true;
    uint64_t cap = x->body_cap ? 2 * (uint64_t)x->body_cap : BODY_FIRST;
    cap = cap < x->body_len + n ? x->body_len + n : cap;
    cap = cap > most ? most : cap;
    if (cap - x->body_cap > s->limits.bodies_max - s->body_bytes)
        return false;
    uint8_t *body = realloc(x->body, cap);
    if (!body)
        return false;
    s->body_bytes += cap - x->body_cap;
    x->body = body;
    x->body_cap = (size_t)cap;
    return true;
}

static bool body_add(struct http_conn *c, const uint8_t *p, size_t n)
{
    struct http_exchange *x = c->x;
    if (n == 0)
        return true;
    if (!body_reserve(x, n, x->head.is_chunked ? c->server->limits.body_max : x->head.length)) {
        http_conn_refuse(c, 503, "the server has no memory for the body");
        return false;
    }
    memcpy(x->body + x->body_len, p, n);
    x->body_len += n;
    return true;
}

static void dispatch(struct http_conn *c)
{
    struct http_server *s = c->server;
    struct http_exchange *x = c->x;
    c->must_close = x->head.wants_close || (x->head.is_1_0 && !x->head.wants_keep);
    http_conn_enter(c, HTTP_BUSY);
    x->arrival_ns = c->since_ns;
    s->figures.n_requests++;
    s->figures.n_exchanges++;
    s->handlers.request(s->handlers.user, x);
}

/* ---- from bytes to requests ------------------------------------------------------------------ */

/* Each take_ function takes some of the N bytes at P and returns how many. */
static size_t take_head(struct http_conn *c, const uint8_t *p, size_t n, bool *is_whole)
{
    struct http_head *h = &c->x->head;
    size_t used;
    enum http_step step = http_head_feed(h, p, n, c->server->limits.headers_max, &used);
    if (step == HTTP_STEP_BAD)
        http_conn_refuse(c, h->status, h->why);
    else if (step == HTTP_STEP_WHOLE && h->has_length && h->length > c->server->limits.body_max)
        http_conn_refuse(c, 413, "the body is too large");
    else if (step == HTTP_STEP_WHOLE && (h->is_chunked || h->length > 0))
        http_conn_enter(c, HTTP_IN_BODY);
    else
        *is_whole = step == HTTP_STEP_WHOLE;
    return used;
}

static size_t take_chunked(struct http_conn *c, const uint8_t *p, size_t n, bool *is_whole)
{
    struct http_chunked *k = &c->x->chunked;
    struct slice data;
    size_t used;
    enum http_step step = http_chunked_feed(k, p, n, c->server->limits.body_max, &used, &data);
    if (step == HTTP_STEP_BAD)
        http_conn_refuse(c, k->status, k->why);
    else if (body_add(c, data.p, data.len))
        *is_whole = step == HTTP_STEP_WHOLE;
    return used;
}

static size_t take_plain(struct http_conn *c, const uint8_t *p, size_t n, bool *is_whole)
{
    uint64_t left = c->x->head.length - c->x->body_len;
    n = n > left ? (size_t)left : n;
    if (body_add(c, p, n))
        *is_whole = n == left;
    return n;
}

static size_t take(struct http_conn *c, const uint8_t *p, size_t n, bool *is_whole)
{
    switch (c->state) {
    case HTTP_IDLE: return exchange_new(c) ? take_head(c, p, n, is_whole) : 0;
    case HTTP_IN_HEAD: return take_head(c, p, n, is_whole);
    case HTTP_IN_BODY:
        return c->x->head.is_chunked ? take_chunked(c, p, n, is_whole)
                                     : take_plain(c, p, n, is_whole);
    default: return n; /* of a connection that is closing */
    }
}

/* The next request waits for the end of the last reply, and for its reader. */
static bool wants_input(const struct http_conn *c)
{
    return !c->is_dead && c->state != HTTP_BUSY &&
           !(c->state == HTTP_IDLE && http_conn_unsent(c) > 0);
}

static void take_input(struct http_conn *c)
{
    struct evbuffer *in = bufferevent_get_input(c->bev);
    struct evbuffer_iovec v;
    while (wants_input(c) && evbuffer_peek(in, -1, NULL, &v, 1) > 0) {
        bool is_whole = false;
        size_t used = take(c, v.iov_base, v.iov_len, &is_whole);
        evbuffer_drain(in, used);
        c->server->figures.bytes_in += used;
        if (is_whole)
            dispatch(c);
    }
}

static void say_continue(struct http_conn *c)
{
    char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct http_exchange *x = c->x;
    if (c->state != HTTP_IN_BODY || !x->head.wants_continue)
        return;
    x->head.wants_continue = false;
    if (x->body_len == 0 && evbuffer_get_length(bufferevent_get_input(c->bev)) == 0)
        http_conn_send(c, &(struct iovec){text, sizeof text - 1}, 1);
}

/* ---- bodies, past libevent's buffer: it reads 4 KiB at a time -------------------------------- */

/* Returns 0 when nothing has come. */
static size_t receive(struct http_conn *c, uint8_t *to, size_t n)
{
    ssize_t k = recv(c->fd, to, n, MSG_DONTWAIT);
    if (k > 0)
        return (size_t)k;
    if (k == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        http_conn_kill(c);
    return 0;
}

static size_t read_plain(struct http_conn *c, bool *is_whole)
{
    struct http_exchange *x = c->x;
    uint64_t left = x->head.length - x->body_len;
    if (!body_reserve(x, left < BODY_FIRST ? (size_t)left : BODY_FIRST, x->head.length)) {
        http_conn_refuse(c, 503, "the server has no memory for the body");
        return 0;
    }
    size_t n = receive(c, x->body + x->body_len, x->body_cap - x->body_len);
    x->body_len += n;
    c->server->figures.bytes_in += n;
    *is_whole = n == left;
    return n;
}

static size_t read_chunked(struct http_conn *c, bool *is_whole)
{
    uint8_t *p = c->server->scratch;
    size_t n = receive(c, p, sizeof c->server->scratch), used = 0;
    while (used < n && c->state == HTTP_IN_BODY && !*is_whole)
        used += take_chunked(c, p + used, n - used, is_whole);
    c->server->figures.bytes_in += used;
    if (*is_whole && used < n &&
        evbuffer_prepend(bufferevent_get_input(c->bev), p + used, n - used) != 0)
        http_conn_kill(c);
    return n;
}

/* Reads at most about *budget bytes. True when a request became whole: more may stand behind it. */
static bool read_body(struct http_conn *c, size_t *budget)
{
    while (c->state == HTTP_IN_BODY && !c->ssl && !c->is_dead && *budget > 0) {
        bool is_whole = false;
        size_t n = c->x->head.is_chunked ? read_chunked(c, &is_whole) : read_plain(c, &is_whole);
        *budget -= n < *budget ? n : *budget;
        if (is_whole && !c->is_dead)
            dispatch(c);
        if (is_whole || n == 0)
            return is_whole;
    }
    return false;
}

static void pace_reading(struct http_conn *c)
{
    bool must_pause = evbuffer_get_length(bufferevent_get_input(c->bev)) >= WAITING_MAX;
    if (must_pause == c->is_paused || c->had_eof)
        return;
    c->is_paused = must_pause;
    c->checked_ns = clock_ns();
    if ((must_pause ? bufferevent_disable : bufferevent_enable)(c->bev, EV_READ) != 0)
        http_conn_kill(c);
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Tells the client that nothing more comes. */
static void shut(struct http_conn *c)
{
    if (c->was_shut)
        return;
    c->was_shut = true;
    if (c->ssl && SSL_is_init_finished(c->ssl) && !c->had_error) {
        SSL_shutdown(c->ssl);
        ERR_clear_error();
    }
    shutdown(c->fd, SHUT_WR);
}

/* Everything is sent. Whether it arrived is not known until the client closes, too: closing now
 * would make the system send a reset for anything that still comes, which can overtake the
 * reply. */
static void linger(struct http_conn *c)
{
    if (!c->is_cut_off)
        shut(c);
    http_conn_enter(c, HTTP_LINGERING);
    c->is_dead = c->had_eof || c->is_cut_off;
}

static void conn_free(struct http_conn *c)
{
    struct http_server *s = c->server;
    if (c->state == HTTP_BUSY)
        s->figures.n_exchanges--;
    exchange_free(c);
    if (c->is_cut_off || http_conn_unsent(c) > 0) /* a reset: something is missing */
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                   sizeof(struct linger));
    else
        shut(c);
    event_del(&c->timer);
    evbuffer_remove_cb(bufferevent_get_output(c->bev), on_output, c);
    bufferevent_free(c->bev); /* closes the socket, when the loop is back */
    if (c->prev)
        c->prev->next = c->next;
    else
        s->conns = c->next;
    if (c->next)
        c->next->prev = c->prev;
    http_address_leave(s, c->address);
    s->figures.n_connections--;
    free(c);
}

void http_conn_drop(struct http_conn *c)
{
    conn_free(c);
}

static void tell_gone(struct http_conn *c)
{
    struct http_exchange *x = c->x;
    void (*gone)(void *user) = x->gone;
    c->server->figures.n_gone++;
    x->gone = NULL;
    if (gone)
        gone(x->user);
}

void http_conn_run(struct http_conn *c)
{
    c->is_running = true;
    size_t budget = BODY_AT_ONCE;
    do {
        take_input(c);
        say_continue(c);
    } while (read_body(c, &budget));
    if (c->state == HTTP_FLUSHING && http_conn_unsent(c) == 0 && !c->is_dead)
        linger(c);
    if (!c->is_dead)
        pace_reading(c);
    if (!c->is_dead)
        http_conn_arm(c);
    if (c->is_dead && c->state == HTTP_BUSY)
        tell_gone(c);
    c->is_running = false;
    if (c->is_dead)
        conn_free(c);
}

/* ---- libevent's calls ------------------------------------------------------------------------ */

static void on_ready(struct bufferevent *bev, void *user)
{
    (void)bev;
    http_conn_run(user);
}

static void on_event(struct bufferevent *bev, short what, void *user)
{
    (void)bev;
    struct http_conn *c = user;
    if (what & BEV_EVENT_CONNECTED) {
        http_conn_enter(c, HTTP_IDLE);
    } else if ((what & BEV_EVENT_EOF) && http_conn_unsent(c) > 0 &&
               (c->state == HTTP_IDLE || c->state == HTTP_FLUSHING)) {
        c->had_eof = true; /* it may still read the end of the reply */
        http_conn_enter(c, HTTP_FLUSHING);
    } else {
        c->is_dead = true;
        c->had_error = (what & BEV_EVENT_ERROR) != 0;
    }
    http_conn_run(c);
}

static struct bufferevent *make_stream(struct http_server *s, int fd, SSL_CTX *tls, SSL **ssl)
{
    *ssl = NULL;
    if (!tls)
        return bufferevent_socket_new(s->base, fd, BEV_OPT_CLOSE_ON_FREE);
    *ssl = SSL_new(tls);
    if (!*ssl)
        return NULL;
    struct bufferevent *bev = bufferevent_openssl_socket_new(
        s->base, fd, *ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
    if (bev)
        bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
    return bev;
}

void http_conn_new(struct http_server *s, int fd, SSL_CTX *tls, const char *peer,
                   struct http_address *address)
{
    struct http_conn *c = calloc(1, sizeof *c);
    SSL *ssl = NULL;
    struct bufferevent *bev = c ? make_stream(s, fd, tls, &ssl) : NULL;
    if (!bev) {
        close(fd);
        http_address_leave(s, address);
        free(c);
        return;
    }
    *c = (struct http_conn){.server = s, .bev = bev, .ssl = ssl, .fd = fd, .address = address};
    c->next = s->conns;
    if (c->next)
        c->next->prev = c;
    s->conns = c;
    s->figures.n_connections++;
    snprintf(c->peer, sizeof c->peer, "%s", peer);
    http_conn_enter(c, tls ? HTTP_SHAKING_HANDS : HTTP_IDLE);
    event_assign(&c->timer, s->base, -1, 0, on_timer, c);
    bufferevent_setcb(bev, on_ready, on_ready, on_event, c);
    if (!evbuffer_add_cb(bufferevent_get_output(bev), on_output, c) ||
        bufferevent_enable(bev, EV_READ | EV_WRITE) != 0)
        http_conn_kill(c);
    else
        http_conn_arm(c);
}
