#include "net/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include "net/http_conn.h"

int64_t http_ns(double s)
{
    return s < 9e9 ? (int64_t)(s * 1e9) : INT64_MAX / 2;
}

const char *http_date(struct http_server *s)
{
    static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct timespec now;
    struct tm t;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != s->date_s && gmtime_r(&now.tv_sec, &t)) {
        snprintf(s->date, sizeof s->date, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[t.tm_wday],
                 t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
        s->date_s = now.tv_sec;
    }
    return s->date;
}

/* ---- being woken ----------------------------------------------------------------------------- */

static void signal_loop(struct http_server *s)
{
    int saved = errno; /* a signal handler may be here */
    uint64_t one = 1;
    ssize_t n = write(s->wake_fd, &one, sizeof one); /* fails only when it is full of wakes */
    (void)n;
    errno = saved;
}

void http_wake(struct http_server *s)
{
    if (!atomic_exchange(&s->wake_asked, true))
        signal_loop(s);
}

void http_stop(struct http_server *s)
{
    atomic_store(&s->stop_asked, true);
    signal_loop(s);
}

static void on_wake(evutil_socket_t fd, short what, void *user)
{
    (void)what;
    struct http_server *s = user;
    uint64_t n;
    if (read(fd, &n, sizeof n) < 0)
        return; /* somebody else's wake was read with the last one */
    if (atomic_exchange(&s->wake_asked, false) && s->handlers.woken)
        s->handlers.woken(s->handlers.user);
    if (atomic_exchange(&s->stop_asked, false))
        event_base_loopbreak(s->base);
}

static void on_tick(evutil_socket_t fd, short what, void *user)
{
    (void)fd;
    (void)what;
    struct http_server *s = user;
    s->handlers.tick(s->handlers.user);
}

/* ---- the server ------------------------------------------------------------------------------ */

static double or_default(double v, double fallback)
{
    return v > 0 ? v : fallback;
}

static void set_limits(struct http_limits *to, const struct http_limits *from)
{
    const uint64_t headers_most = 16 << 20;
    if (from)
        *to = *from;
    if (to->headers_max == 0)
        to->headers_max = 64 << 10;
    if (to->headers_max > headers_most)
        to->headers_max = headers_most;
    if (to->body_max == 0)
        to->body_max = 64 << 20;
    if (to->bodies_max == 0)
        to->bodies_max = 1 << 30;
    if (to->connections_max == 0)
        to->connections_max = 16384;
    if (to->unsent_max == 0)
        to->unsent_max = 4 << 20;
    to->header_s = or_default(to->header_s, 10);
    to->body_s = or_default(to->body_s, 30);
    to->idle_s = or_default(to->idle_s, 75);
    to->write_s = or_default(to->write_s, 30);
}

static takt_rc make_events(struct http_server *s, takt_err *e)
{
    struct event_config *config = event_config_new();
    if (config) {
        event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV);
        s->base = event_base_new_with_config(config);
        event_config_free(config);
    }
    if (!s->base)
        return err_sys(e, "http", "cannot make an event loop");
    s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->wake_fd < 0)
        return err_sys(e, "http", "cannot make an eventfd");
    s->wake_event = event_new(s->base, s->wake_fd, EV_READ | EV_PERSIST, on_wake, s);
    if (!s->wake_event || event_add(s->wake_event, NULL) != 0)
        return err_set(e, TAKT_ERR_MEMORY, "http", "no memory for a server");
    if (!s->handlers.tick || !(s->handlers.tick_s > 0))
        return TAKT_OK;
    int64_t ns = http_ns(s->handlers.tick_s);
    struct timeval period = {.tv_sec = ns / 1000000000, .tv_usec = ns / 1000 % 1000000};
    s->tick_event = event_new(s->base, -1, EV_PERSIST, on_tick, s);
    if (!s->tick_event || event_add(s->tick_event, &period) != 0)
        return err_set(e, TAKT_ERR_MEMORY, "http", "no memory for a server");
    return TAKT_OK;
}

takt_rc http_server_new(struct http_server **out, const struct http_limits *limits,
                        const struct http_handlers *handlers, takt_err *e)
{
    *out = NULL;
    struct http_server *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, TAKT_ERR_MEMORY, "http", "no memory for a server");
    s->wake_fd = -1;
    s->handlers = *handlers;
    set_limits(&s->limits, limits);
    if (getrandom(&s->address_seed, sizeof s->address_seed, GRND_NONBLOCK) < 0)
        s->address_seed = (uintptr_t)s; /* early at boot */
    takt_rc rc = make_events(s, e);
    if (rc.code) {
        http_server_free(s);
        return rc;
    }
    *out = s;
    return TAKT_OK;
}

/* ---- SIGPIPE: libevent and OpenSSL write without MSG_NOSIGNAL -------------------------------- */

struct pipe_guard {
    sigset_t before;
    bool was_pending;
};

static void guard_pipe(struct pipe_guard *g)
{
    sigset_t pipe, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    g->was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe, &g->before);
}

static void unguard_pipe(const struct pipe_guard *g)
{
    sigset_t pipe, pending;
    const struct timespec now = {0};
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    if (!g->was_pending && sigismember(&pending, SIGPIPE) == 1)
        sigtimedwait(&pipe, NULL, &now); /* ours, and nobody else's business */
    pthread_sigmask(SIG_SETMASK, &g->before, NULL);
}

takt_rc http_run(struct http_server *s, takt_err *e)
{
    struct pipe_guard guard;
    guard_pipe(&guard);
    int rc = event_base_loop(s->base, EVLOOP_NO_EXIT_ON_EMPTY);
    unguard_pipe(&guard);
    if (rc < 0)
        return err_sys(e, "http", "the event loop failed");
    return TAKT_OK;
}

void http_server_free(struct http_server *s)
{
    if (!s)
        return;
    struct pipe_guard guard;
    guard_pipe(&guard);
    http_listen_off(s);
    while (s->conns)
        http_conn_drop(s->conns);
    if (s->wake_event)
        event_free(s->wake_event);
    if (s->tick_event)
        event_free(s->tick_event);
    if (s->base)
        event_base_free(s->base); /* and the sockets, whose freeing waits in the loop */
    if (s->wake_fd >= 0)
        close(s->wake_fd);
    free(s);
    unguard_pipe(&guard);
}

void http_figures(const struct http_server *s, struct http_figures *out)
{
    *out = s->figures;
}
