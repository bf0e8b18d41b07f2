/* http_conn: what the files of the server share. No other module includes it.
 *
 *     http.c         the server: its loop, its clock, being woken and stopped
 *     http_listen.c  addresses, listening, letting connections in
 *     http_tls.c     certificates
 *     http_conn.c    a connection: from bytes to whole requests, deadlines, the end
 *     http_reply.c   a reply: from the handler's calls to bytes
 *     http_request.c what a handler can read of a request
 *     http_local.c   requests without a connection
 *     http_parse.h   HTTP's grammar
 *
 * A connection is freed in one place, http_conn_run, which is called by the loop only. Everything
 * else marks it (`is_dead`) and asks for that call (http_conn_poke), so that no call of a handler
 * pulls the exchange from under its caller. */
#ifndef TAKT_NET_HTTP_CONN_H
#define TAKT_NET_HTTP_CONN_H

#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <event2/event.h>
#include <event2/event_struct.h>
#include <openssl/ssl.h>

#include "net/http.h"
#include "net/http_parse.h"

struct bufferevent;

enum http_state {
    HTTP_SHAKING_HANDS, /* TLS */
    HTTP_IDLE,          /* no byte of a request has come */
    HTTP_IN_HEAD,
    HTTP_IN_BODY,
    HTTP_BUSY,      /* the request is a handler's */
    HTTP_FLUSHING,  /* the last reply is on its way; what comes is dropped */
    HTTP_LINGERING, /* all is sent, but a close could overtake it; what comes is dropped */
};

struct http_exchange {
    struct http_conn *conn;   /* NULL: it is local, */
    struct http_local *local; /* which is NULL otherwise */
    struct http_head head;
    struct http_chunked chunked;
    uint8_t *body;
    size_t body_len, body_cap;
    int64_t arrival_ns;
    void *user;
    void (*gone)(void *user);
    /* the reply */
    char *fields; /* header lines, malloc'ed */
    size_t fields_len, fields_cap;
    bool is_stream, is_chunked;
};

struct http_conn {
    struct http_server *server;
    struct http_conn *prev, *next; /* in server->conns */
    struct bufferevent *bev;
    SSL *ssl; /* bev's; NULL without TLS */
    int fd;   /* bev's */
    enum http_state state;
    bool is_dead;    /* to be freed as soon as the loop is back */
    bool is_running; /* inside http_conn_run */
    bool is_poked;   /* http_conn_run was asked for */
    bool is_paused;  /* nothing is read: much has come already that must wait */
    bool had_eof;    /* the client will send no more */
    bool must_close; /* after this reply */
    bool had_error;  /* of the socket or of TLS */
    bool is_cut_off; /* closed by a reset, so that the client sees that something is missing */
    bool was_shut;   /* our side said that it will send no more */
    struct event timer;
    int64_t since_ns;        /* since when it has its state */
    int64_t progress_ns;     /* when the reader last took something, or had not yet to */
    int64_t checked_ns;      /* when a paused connection was last looked at */
    int64_t armed_ns;        /* when the timer fires, 0: not */
    struct http_exchange *x; /* from the first byte of a request to the end of its reply */
    struct http_address *address;
    char peer[INET6_ADDRSTRLEN];
};

struct http_listener {
    struct http_server *server;
    struct http_listener *next;
    struct event event, retry;
    int fd;
    SSL_CTX *tls;       /* or NULL */
    http_line_fn *line; /* who connects gets this instead of HTTP; or NULL */
    char *path;         /* of a Unix socket, or NULL */
    dev_t dev;          /* the socket file: a newer one of that name is not ours to remove */
    ino_t ino;
};

/* How many connections one address has. */
struct http_address {
    struct http_address *next; /* in its bucket */
    uint8_t key[16];
    uint32_t n_connections;
};

enum { HTTP_BUCKETS = 1024 };

struct http_server {
    struct event_base *base;
    struct http_limits limits; /* no zeros but per_address_max */
    struct http_handlers handlers;
    struct http_listener *listeners;
    struct http_conn *conns;
    struct http_address *addresses[HTTP_BUCKETS];
    uint64_t address_seed; /* so that nobody can choose addresses of one bucket */
    uint64_t body_bytes;   /* allocated for bodies */
    struct event *wake_event, *tick_event;
    int wake_fd;
    atomic_bool wake_asked, stop_asked;
    struct http_figures figures;
    time_t date_s; /* of date */
    char date[40]; /* "Mon, 01 Jan 2024 00:00:00 GMT" */
    uint8_t scratch[32 << 10];
};

/* http_local_add takes in what would be sent, http_local_end the end of a reply, after which X is
 * gone; PROPER: the reply is whole. */
void http_local_add(struct http_exchange *x, int status, const void *p, size_t n);
void http_local_end(struct http_exchange *x, bool proper);

/* http_ns is S seconds in nanoseconds, at most some centuries. */
int64_t http_ns(double s);

/* http_date is now as the Date header has it. */
const char *http_date(struct http_server *s);

/* http_conn_new takes over the socket FD (also on failure, when it is closed) with the peer's name
 * and ADDRESS (counted already; NULL: not). */
void http_conn_new(struct http_server *s, int fd, SSL_CTX *tls, const char *peer,
                   struct http_address *address);
/* http_conn_run does what can be done now. C may be freed afterwards. From the loop only. */
void http_conn_run(struct http_conn *c);
/* http_conn_poke has the loop call http_conn_run soon. */
void http_conn_poke(struct http_conn *c);
/* http_conn_kill marks C as dead. */
void http_conn_kill(struct http_conn *c);
/* http_conn_arm sets the timer, if it would fire too late. */
void http_conn_arm(struct http_conn *c);
/* http_conn_enter changes the state. */
void http_conn_enter(struct http_conn *c, enum http_state state);
/* http_conn_end_exchange frees the exchange and goes on to the next request, or to the end. */
void http_conn_end_exchange(struct http_conn *c);
/* http_conn_drop closes C at once, without a `gone`. From http_server_free only. */
void http_conn_drop(struct http_conn *c);
/* http_conn_unsent is how many bytes wait for the reader. */
size_t http_conn_unsent(const struct http_conn *c);

/* http_conn_send sends the N parts of V, at once where the socket takes them. V is changed. */
void http_conn_send(struct http_conn *c, struct iovec *v, int n);
/* http_conn_refuse sends a refusal for the request that is being read and closes. */
void http_conn_refuse(struct http_conn *c, int status, const char *why);

/* http_address_enter counts one more connection from ADDR and returns its entry; NULL where none is
 * counted: no limit, a Unix socket, no memory. *is_full: it has as many as it may; nothing was
 * counted. http_address_leave takes back (NULL is allowed). */
struct http_address *http_address_enter(struct http_server *s, const struct sockaddr *addr,
                                        bool *is_full);
void http_address_leave(struct http_server *s, struct http_address *a);

/* http_tls_new loads certificates. *out is a counted reference: SSL_CTX_free. */
takt_rc http_tls_new(SSL_CTX **out, const struct http_tls *tls, takt_err *e);

#endif
