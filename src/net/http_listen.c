#include "net/http_conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/hash.h"

enum { BACKLOG = 4096, ACCEPTS_AT_ONCE = 64, HOST_MAX = 256, PORT_MAX = 8, LINE_MAX_BYTES = 256 };

/* What an address is for, besides HTTP. */
struct purpose {
    SSL_CTX *tls;       /* or NULL */
    http_line_fn *line; /* or NULL */
};

/* ---- connections per address ----------------------------------------------------------------- */

/* An IPv4 address, also one in an IPv6 socket's clothes, or the 64 bits of an IPv6 network: who has
 * one address there has them all. False for other families. */
static bool address_key(uint8_t key[16], const struct sockaddr *addr)
{
    static const uint8_t mapped[12] = {[10] = 0xff, 0xff};
    memset(key, 0, 16);
    if (addr->sa_family == AF_INET) {
        memcpy(key, mapped, sizeof mapped);
        memcpy(key + 12, &((const struct sockaddr_in *)(const void *)addr)->sin_addr, 4);
        return true;
    }
    if (addr->sa_family != AF_INET6)
        return false;
    const struct in6_addr *a = &((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr;
    memcpy(key, a, IN6_IS_ADDR_V4MAPPED(a) ? 16 : 8);
    return true;
}

static struct http_address **address_bucket(struct http_server *s, const uint8_t key[16])
{
    return &s->addresses[hash_fnv1a(key, 16, s->address_seed) % HTTP_BUCKETS];
}

struct http_address *http_address_enter(struct http_server *s, const struct sockaddr *addr,
                                        bool *is_full)
{
    uint8_t key[16];
    *is_full = false;
    if (s->limits.per_address_max == 0 || !address_key(key, addr))
        return NULL;
    struct http_address **bucket = address_bucket(s, key), *a = *bucket;
    while (a && memcmp(a->key, key, sizeof key) != 0)
        a = a->next;
    if (!a) {
        a = calloc(1, sizeof *a);
        if (!a)
            return NULL;
        memcpy(a->key, key, sizeof key);
        a->next = *bucket;
        *bucket = a;
    }
    if (a->n_connections == s->limits.per_address_max) {
        *is_full = true;
        return NULL;
    }
    a->n_connections++;
    return a;
}

void http_address_leave(struct http_server *s, struct http_address *a)
{
    if (!a || --a->n_connections > 0)
        return;
    struct http_address **at = address_bucket(s, a->key);
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    free(a);
}

/* ---- letting in ------------------------------------------------------------------------------ */

static void peer_name(char *buf, size_t n, const struct sockaddr *addr)
{
    const void *from = NULL;
    int family = addr->sa_family;
    if (family == AF_INET) {
        from = &((const struct sockaddr_in *)(const void *)addr)->sin_addr;
    } else if (family == AF_INET6) {
        const struct in6_addr *a = &((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr;
        from = a;
        if (IN6_IS_ADDR_V4MAPPED(a)) {
            family = AF_INET;
            from = &a->s6_addr[12];
        }
    }
    if (!from || !inet_ntop(family, from, buf, (socklen_t)n))
        snprintf(buf, n, "unix");
}

/* Chunks go out at once. A client whose machine is gone without a word is found out in about a
 * minute, although nothing is sent to it; and the system, which holds some megabytes for a reader
 * that takes nothing, holds them no longer than we hold the rest. */
static void tune(const struct http_server *s, int fd)
{
    int64_t ms = http_ns(s->limits.write_s) / 1000000;
    const struct {
        int level, option, value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, 30},
        {IPPROTO_TCP, TCP_KEEPINTVL, 10},
        {IPPROTO_TCP, TCP_KEEPCNT, 3},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, ms < INT_MAX ? (int)ms : INT_MAX},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        setsockopt(fd, options[i].level, options[i].option, &options[i].value, sizeof(int));
}

/* The line and the end. A new socket has room for it. What the client said is read first: a close
 * over unread bytes would be a reset, which can overtake the line. */
static void say_line(const struct http_listener *l, int fd)
{
    char line[LINE_MAX_BYTES], heard[256];
    size_t n = l->line(l->server->handlers.user, line, sizeof line);
    ssize_t sent = send(fd, line, n, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(fd, SHUT_WR);
    if (sent >= 0)
        while (recv(fd, heard, sizeof heard, MSG_DONTWAIT) == sizeof heard)
            ;
    close(fd);
}

static void let_in(struct http_listener *l, int fd, const struct sockaddr *addr)
{
    struct http_server *s = l->server;
    if (l->line) {
        say_line(l, fd);
        return;
    }
    char peer[INET6_ADDRSTRLEN];
    bool is_full = s->figures.n_connections >= s->limits.connections_max;
    struct http_address *address = is_full ? NULL : http_address_enter(s, addr, &is_full);
    if (is_full) {
        s->figures.n_turned_away++;
        close(fd);
        return;
    }
    s->figures.n_accepted++;
    if (!l->path)
        tune(s, fd);
    peer_name(peer, sizeof peer, addr);
    http_conn_new(s, fd, l->tls, peer, address);
}

static void on_accept(evutil_socket_t listening, short what, void *user)
{
    (void)what;
    struct http_listener *l = user;
    for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
        struct sockaddr_storage addr = {0};
        socklen_t n = sizeof addr;
        int fd = accept4(listening, (struct sockaddr *)&addr, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            let_in(l, fd, (struct sockaddr *)&addr);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            /* It stays readable: wait for others to close instead of asking again and again. */
            const struct timeval wait = {.tv_usec = 100000};
            event_del(&l->event);
            event_add(&l->retry, &wait);
            return;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        }
    }
}

static void on_retry(evutil_socket_t fd, short what, void *user)
{
    (void)fd;
    (void)what;
    struct http_listener *l = user;
    event_add(&l->event, NULL);
}

/* ---- listening sockets ----------------------------------------------------------------------- */

static void listener_pop(struct http_server *s)
{
    struct http_listener *l = s->listeners;
    struct stat st;
    s->listeners = l->next;
    event_del(&l->event);
    event_del(&l->retry);
    close(l->fd);
    if (l->path && lstat(l->path, &st) == 0 && st.st_dev == l->dev && st.st_ino == l->ino)
        unlink(l->path);
    SSL_CTX_free(l->tls);
    free(l->path);
    free(l);
}

void http_listen_off(struct http_server *s)
{
    while (s->listeners)
        listener_pop(s);
}

/* Takes over FD, which is bound. PATH is that of a Unix socket, or NULL. */
static takt_rc listener_add(struct http_server *s, int fd, const struct purpose *why,
                            const char *path, const char *address, takt_err *e)
{
    struct stat st = {0};
    struct http_listener *l = calloc(1, sizeof *l);
    char *copy = path ? strdup(path) : NULL;
    if (!l || (path && !copy)) {
        close(fd);
        free(l);
        free(copy);
        return err_set(e, TAKT_ERR_MEMORY, address, "no memory to listen");
    }
    if (path)
        lstat(path, &st);
    *l = (struct http_listener){.server = s,
                                .next = s->listeners,
                                .fd = fd,
                                .line = why->line,
                                .path = copy,
                                .dev = st.st_dev,
                                .ino = st.st_ino};
    if (why->tls && SSL_CTX_up_ref(why->tls) == 1)
        l->tls = why->tls;
    event_assign(&l->event, s->base, fd, EV_READ | EV_PERSIST, on_accept, l);
    event_assign(&l->retry, s->base, -1, 0, on_retry, l);
    s->listeners = l;
    if (listen(fd, BACKLOG) != 0) {
        takt_rc rc = err_sys(e, address, "cannot listen");
        listener_pop(s);
        return rc;
    }
    if (event_add(&l->event, NULL) == 0)
        return TAKT_OK;
    listener_pop(s);
    return err_set(e, TAKT_ERR_MEMORY, address, "no memory to listen");
}

static int bind_tcp(const struct sockaddr *addr, socklen_t n)
{
    int on = 1, off = 0;
    int fd = socket(addr->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (addr->sa_family == AF_INET6) /* "[::]" is for IPv4 as well */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, addr, n) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static uint16_t *port_of(struct sockaddr *addr)
{
    return addr->sa_family == AF_INET6 ? &((struct sockaddr_in6 *)(void *)addr)->sin6_port
                                       : &((struct sockaddr_in *)(void *)addr)->sin_port;
}

static uint16_t bound_port(int fd)
{
    struct sockaddr_storage addr = {0};
    socklen_t n = sizeof addr;
    if (getsockname(fd, (struct sockaddr *)&addr, &n) != 0)
        return 0;
    return ntohs(*port_of((struct sockaddr *)&addr));
}

static bool is_listed_before(const struct addrinfo *list, const struct addrinfo *ai)
{
    for (; list != ai; list = list->ai_next)
        if (list->ai_addrlen == ai->ai_addrlen &&
            memcmp(list->ai_addr, ai->ai_addr, ai->ai_addrlen) == 0)
            return true;
    return false;
}

/* Listens on all addresses of the list that this machine has, on one port. */
static takt_rc listen_list(struct http_server *s, const struct addrinfo *list,
                           const struct purpose *why, bool only_one, uint16_t *port,
                           const char *address, takt_err *e)
{
    const struct http_listener *before = s->listeners;
    takt_rc rc = err_set(e, TAKT_ERR_IO, address, "names no address of this machine");
    for (const struct addrinfo *ai = list; ai; ai = ai->ai_next) {
        if (is_listed_before(list, ai))
            continue;
        if (*port != 0)
            *port_of(ai->ai_addr) = htons(*port);
        int fd = bind_tcp(ai->ai_addr, ai->ai_addrlen);
        if (fd < 0 && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT)) {
            if (s->listeners == before)
                rc = err_sys(e, address, "cannot listen");
            continue; /* no IPv6 here, say */
        }
        if (fd < 0)
            rc = err_sys(e, address, "cannot listen");
        else if (*port == 0)
            *port = bound_port(fd);
        if (fd >= 0)
            rc = listener_add(s, fd, why, NULL, address, e);
        if (rc.code) {
            while (s->listeners != before)
                listener_pop(s);
            return rc;
        }
        if (only_one)
            break;
    }
    if (s->listeners == before)
        return rc;
    *e = (takt_err){0};
    return TAKT_OK;
}

static takt_rc listen_tcp(struct http_server *s, const char *host, const char *service,
                          const struct purpose *why, uint16_t *port, const char *address,
                          takt_err *e)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *list;
    int rc = getaddrinfo(*host ? host : "::", service, &hints, &list);
    if (rc != 0)
        return err_set(e, TAKT_ERR_IO, address, "cannot find the host '%s': %s", host,
                       gai_strerror(rc));
    takt_rc done = listen_list(s, list, why, *host == 0, port, address, e);
    freeaddrinfo(list);
    if (*host != 0 || done.code != TAKT_ERR_IO || e->sys == EADDRINUSE)
        return done;
    /* All addresses where there is no IPv6. */
    if (getaddrinfo("0.0.0.0", service, &hints, &list) != 0)
        return done;
    done = listen_list(s, list, why, true, port, address, e);
    freeaddrinfo(list);
    return done;
}

/* ---- Unix sockets ---------------------------------------------------------------------------- */

/* Makes room for a socket file at PATH: one that nobody listens on is removed. */
static takt_rc clear_path(const struct sockaddr_un *addr, const char *address, takt_err *e)
{
    struct stat st;
    if (lstat(addr->sun_path, &st) != 0)
        return errno == ENOENT ? TAKT_OK : err_sys(e, address, "cannot listen");
    if (!S_ISSOCK(st.st_mode))
        return err_set(e, TAKT_ERR_IO, address, "there is something that is not a socket");
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_sys(e, address, "cannot make a socket");
    bool is_old =
        connect(fd, (const struct sockaddr *)addr, sizeof *addr) != 0 && errno == ECONNREFUSED;
    close(fd);
    if (!is_old)
        return err_set(e, TAKT_ERR_IO, address,
                       "another process listens there; stop it or choose another path");
    if (unlink(addr->sun_path) != 0 && errno != ENOENT)
        return err_sys(e, address, "cannot remove the old socket");
    return TAKT_OK;
}

static takt_rc listen_unix(struct http_server *s, const char *path, const struct purpose *why,
                           const char *address, takt_err *e)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    if (*path != '/' || strlen(path) >= sizeof addr.sun_path)
        return err_set(e, TAKT_ERR_USAGE, address,
                       "needs an absolute path of less than %zu bytes: unix:/run/takt.sock",
                       sizeof addr.sun_path);
    snprintf(addr.sun_path, sizeof addr.sun_path, "%s", path);
    TAKT_TRY(clear_path(&addr, address, e));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_sys(e, address, "cannot make a socket");
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) != 0) {
        takt_rc rc = err_sys(e, address, "cannot listen");
        close(fd);
        return rc;
    }
    return listener_add(s, fd, why, path, address, e);
}

/* ---- addresses ------------------------------------------------------------------------------- */

/* Cuts "host:port" and "[v6]:port" in two. */
static takt_rc split(const char *address, char host[HOST_MAX], char service[PORT_MAX],
                     uint16_t *port, takt_err *e)
{
    const char *from = address, *end = strrchr(address, ':');
    const char *colon = end;
    if (*from == '[') {
        from++;
        end = strchr(from, ']');
        colon = end && end[1] == ':' ? end + 1 : NULL;
    } else if (end && memchr(from, ':', (size_t)(end - from))) {
        return err_set(e, TAKT_ERR_USAGE, address,
                       "an IPv6 address stands in brackets: [::1]:8080");
    }
    if (!colon || (size_t)(end - from) >= HOST_MAX || (*address == '[' && end == from))
        return err_set(e, TAKT_ERR_USAGE, address,
                       "is not host:port, [v6]:port, :port or unix:/path");
    const char *digits = colon + 1;
    size_t n = strlen(digits);
    long value = n > 0 && n < PORT_MAX && strspn(digits, "0123456789") == n
                     ? strtol(digits, NULL, 10)
                     : 65536;
    if (value > 65535)
        return err_set(e, TAKT_ERR_USAGE, address, "'%s' is not a port from 0 to 65535", digits);
    *port = (uint16_t)value;
    snprintf(host, HOST_MAX, "%.*s", (int)(end - from), from);
    snprintf(service, PORT_MAX, "%ld", value);
    return TAKT_OK;
}

takt_rc http_listen(struct http_server *s, const char *address, const struct http_tls *tls,
                    uint16_t *port, takt_err *e)
{
    char host[HOST_MAX], service[PORT_MAX];
    bool is_unix = strncmp(address, "unix:", 5) == 0;
    uint16_t picked = 0;
    struct purpose why = {0};
    takt_err own; /* the functions below read it */
    e = e ? e : &own;
    if (!is_unix)
        TAKT_TRY(split(address, host, service, &picked, e));
    if (tls)
        TAKT_TRY(http_tls_new(&why.tls, tls, e));
    takt_rc rc = is_unix ? listen_unix(s, address + 5, &why, address, e)
                         : listen_tcp(s, host, service, &why, &picked, address, e);
    SSL_CTX_free(why.tls);
    if (!rc.code && port)
        *port = picked;
    return rc;
}

takt_rc http_listen_line(struct http_server *s, const char *address, http_line_fn *line,
                         uint16_t *port, takt_err *e)
{
    char host[HOST_MAX], service[PORT_MAX];
    uint16_t picked = 0;
    takt_err own;
    e = e ? e : &own;
    if (strncmp(address, "unix:", 5) == 0)
        return err_set(e, TAKT_ERR_USAGE, address, "is a Unix socket; this needs host:port");
    TAKT_TRY(split(address, host, service, &picked, e));
    takt_rc rc = listen_tcp(s, host, service, &(struct purpose){.line = line}, &picked, address, e);
    if (!rc.code && port)
        *port = picked;
    return rc;
}

takt_rc http_tls_renew(struct http_server *s, const struct http_tls *tls, takt_err *e)
{
    SSL_CTX *fresh;
    TAKT_TRY(http_tls_new(&fresh, tls, e));
    for (struct http_listener *l = s->listeners; l; l = l->next)
        if (l->tls && SSL_CTX_up_ref(fresh) == 1) {
            SSL_CTX_free(l->tls); /* connections hold it as long as they need it */
            l->tls = fresh;
        }
    SSL_CTX_free(fresh);
    return TAKT_OK;
}
