/* http: an HTTP/1.1 server for streams of events. Sockets only: it knows no JSON and no API.
 *
 * One thread runs the loop (http_run); handlers are called there and must not block. Only
 * http_wake and http_stop may be called from other threads, everything else on the loop's thread or
 * while no loop runs. No thread is started here.
 *
 * Built on libevent's loop, buffers and TLS streams, which stay inside http_*.c. Not on its evhttp:
 * version 2.1 repairs much of what must be refused here, answers errors in HTML of its own and does
 * not look at a connection while a handler thinks; a check of every byte before it would be a whole
 * parser. Ours is http_parse.h.
 *
 * What is refused before any handler sees it, with the status in brackets and a body made by
 * `refuse`; the connection is closed then:
 *   [400] a request line that is not "METHOD TARGET HTTP/1.x"; a target that is no path, no http
 *         URI and no "*"; a character in it that had to be %-encoded, a broken %-encoding, a NUL; a
 *         header that is not "Name: value", goes on in a second line or has a control character; a
 *         line that does not end in CR LF; no Host (HTTP/1.1) or two; a Content-Length that is
 *         negative or no number; two of them, even equal ones; both Content-Length and
 *         Transfer-Encoding, or the latter twice or in HTTP/1.0; a broken chunked body, or more
 *         than 16 KiB of extensions and trailers in it
 *   [408] a header or body that does not arrive in time
 *   [413] a body larger than body_max: by its Content-Length before it is read, by the size of a
 *         chunk before that is read
 *   [417] an Expect other than 100-continue
 *   [431] headers larger than headers_max, or more than 128
 *   [501] an unknown method (CONNECT too), a Transfer-Encoding other than "chunked"
 *   [505] a version other than HTTP/1.0 and 1.1
 *   [503] no memory for it, or bodies_max reached
 *
 * A client that closes, or shuts down its sending side, before the reply ended counts as gone.
 * Requests that a client sends before the reply to the last one (pipelining) wait, in its socket
 * where they are more than 64 KiB; while they do, that it left is noticed only when something is
 * sent to it. */
#ifndef TAKT_NET_HTTP_H
#define TAKT_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

struct http_server;
struct http_exchange; /* one request and its reply; valid until the reply ended */

enum http_method {
    HTTP_GET,
    HTTP_POST,
    HTTP_PUT,
    HTTP_DELETE,
    HTTP_HEAD,
    HTTP_OPTIONS,
    HTTP_PATCH,
    HTTP_QUERY,
    HTTP_TRACE /* to be refused: it would tell what proxies added */
};

/* Zeros are the defaults, in brackets. */
struct http_limits {
    uint64_t headers_max;     /* bytes of the request line and headers [64 KiB], 16 MiB at most */
    uint64_t body_max;        /* bytes [64 MiB] */
    uint64_t bodies_max;      /* bytes of all bodies that are held at one time [1 GiB] */
    uint32_t connections_max; /* open at once; more are closed at once [16384] */
    uint32_t per_address_max; /* of them from one IPv4 address or IPv6 /64 [any]; Unix sockets have
                                 no such limit */
    double header_s;          /* from the first byte to the end of headers; a TLS handshake [10] */
    double body_s;            /* for the body, and for each 64 KiB of it again [30] */
    double idle_s;            /* between requests of a connection, and before the first [75] */
    double write_s;           /* a reader that takes nothing for so long is gone [30] */
    uint64_t unsent_max;      /* bytes of a stream waiting for a slow reader, beyond those that the
                                 system holds, before it counts as gone [4 MiB]; whole replies may
                                 be larger */
};

struct http_tls {
    const char *certificate_file, *key_file; /* PEM, the certificate with its chain */
    const char *client_ca_file;              /* clients must show a certificate of it; or NULL */
};

struct http_handlers {
    /* A whole request. It must be replied to, at once or later. */
    void (*request)(void *user, struct http_exchange *x);
    /* The body of a refusal by STATUS; WHY is a sentence for the client, without its full stop.
     * Writes at most CAP bytes to BUF, returns the length; sets *content_type (static). NULL: WHY
     * as text. */
    size_t (*refuse)(void *user, int status, const char *why, char *buf, size_t cap,
                     const char **content_type);
    /* After http_wake, on the loop's thread; several calls may become one. May be NULL. */
    void (*woken)(void *user);
    /* Every tick_s, on the loop's thread. May be NULL. */
    void (*tick)(void *user);
    double tick_s; /* 0: no ticks */
    void *user;
};

/* http_server_new makes a server that listens nowhere yet. LIMITS may be NULL; HANDLERS are copied.
 * Errors: MEMORY, IO (no descriptors left). */
takt_rc http_server_new(struct http_server **out, const struct http_limits *limits,
                        const struct http_handlers *handlers, takt_err *e);
/* http_server_free closes everything; exchanges not ended are dropped without a `gone`. Not from a
 * handler. NULL is allowed. */
void http_server_free(struct http_server *s);

/* http_listen: ADDRESS is "host:port", "[v6]:port", ":port" (all addresses), or "unix:/path" (an
 * old socket file that nobody listens on is replaced). A host's name listens on all of its
 * addresses. Port 0 picks one. TLS may be NULL; its files are read now. May be called again for
 * more addresses. *port (may be NULL) is the port, 0 for a Unix socket. Errors: USAGE for an
 * address, IO with what the system said, FORMAT for a certificate or key. */
takt_rc http_listen(struct http_server *s, const char *address, const struct http_tls *tls,
                    uint16_t *port, takt_err *e);
/* http_listen_line listens at ADDRESS ("host:port" and its like, no Unix socket) for whoever wants
 * a line: LINE writes at most CAP bytes to BUF and returns their number, which are sent to each
 * that connects, and the connection is closed at once. It is called on the loop's thread with the
 * handlers' user; what such clients send is not looked at. *port and errors as for http_listen. */
typedef size_t http_line_fn(void *user, char *buf, size_t cap);
takt_rc http_listen_line(struct http_server *s, const char *address, http_line_fn *line,
                         uint16_t *port, takt_err *e);
/* http_tls_renew reads the files of TLS again, for all connections that come from now on to
 * addresses with TLS. After an error, which is as for http_listen, all is as before. Not while
 * another thread runs the loop. */
takt_rc http_tls_renew(struct http_server *s, const struct http_tls *tls, takt_err *e);
/* http_listen_off closes the listening sockets: open connections go on, new ones are refused. */
void http_listen_off(struct http_server *s);

/* http_run handles everything until http_stop. SIGPIPE is blocked in this thread meanwhile. */
takt_rc http_run(struct http_server *s, takt_err *e);
/* http_stop ends http_run after what is being handled now, or the next http_run when none runs.
 * http_wake calls `woken` soon. Both from any thread, and from a signal handler. */
void http_stop(struct http_server *s);
void http_wake(struct http_server *s);

struct http_figures {
    uint32_t n_connections, n_exchanges; /* open now */
    uint64_t n_accepted;                 /* connections let in */
    uint64_t n_turned_away;              /* connections closed at once because of a limit */
    uint64_t n_requests;                 /* that reached `request` */
    uint64_t n_refused;                  /* that did not */
    uint64_t n_gone;                     /* clients that did not wait for the end of a reply */
    uint64_t bytes_in, bytes_out;        /* of HTTP, not of TLS around it */
};
/* http_figures reads the counters. */
void http_figures(const struct http_server *s, struct http_figures *out);

/* ---- a request, readable until the reply ended ---- */

/* What the client asked for. All texts belong to the exchange. */
enum http_method http_method(const struct http_exchange *x);
const char *http_method_name(enum http_method m);      /* "GET"; static */
const char *http_path(const struct http_exchange *x);  /* decoded; "/v1/models"; "*" for OPTIONS */
const char *http_query(const struct http_exchange *x); /* raw, without '?'; "" when there is none */
/* http_header: the value of NAME (any case), the first of several, or NULL. http_header_at: the
 * I-th header, false behind the last. */
const char *http_header(const struct http_exchange *x, const char *name);
bool http_header_at(const struct http_exchange *x, size_t i, const char **name, const char **value);
struct slice http_body(const struct http_exchange *x);
/* http_take_body gives the body, malloc'ed, to the caller; http_body is empty from then on. NULL
 * when there is none. */
uint8_t *http_take_body(struct http_exchange *x, size_t *n);
const char *http_peer(const struct http_exchange *x);   /* "127.0.0.1", "::1", "unix" */
int64_t http_arrival_ns(const struct http_exchange *x); /* clock_ns when the request was whole */

/* http_keep ties USER to the exchange; GONE (may be NULL) is called once, from the loop and never
 * from inside another call, if the client closes, or counts as gone, before the reply ended: the
 * exchange is invalid from its return on. Until then all calls are allowed, and what is sent is
 * dropped. */
void http_keep(struct http_exchange *x, void *user, void (*gone)(void *user));
void *http_kept(const struct http_exchange *x);

/* ---- its reply ---- */

/* http_reply_header adds a header to a reply that has not begun. A name that is no token, a value
 * with control characters, Content-Length and Transfer-Encoding (which are made here) are dropped.
 * "Connection: close" closes the connection after the reply. */
void http_reply_header(struct http_exchange *x, const char *name, const char *value);
/* http_reply sends a whole reply and ends the exchange. CONTENT_TYPE may be NULL. To HEAD the body
 * is not sent, but its length is. */
void http_reply(struct http_exchange *x, int status, const char *content_type, const void *body,
                size_t n);
/* http_stream_begin sends the head of a chunked reply (to HTTP/1.0 one that ends with the
 * connection), http_stream_send more of it, at once (not copied to a closed connection; nothing
 * when N is 0), http_stream_end its end, which ends the exchange. http_stream_abort, in the place
 * of http_stream_end or of any reply, closes the connection without a proper end, so that the
 * client notices; `gone` is not called. */
void http_stream_begin(struct http_exchange *x, int status, const char *content_type);
void http_stream_send(struct http_exchange *x, const void *p, size_t n);
void http_stream_end(struct http_exchange *x);
void http_stream_abort(struct http_exchange *x);
bool http_stream_begun(const struct http_exchange *x);
/* http_stream_unsent: bytes of the stream that wait for a slow reader (see unsent_max). */
size_t http_stream_unsent(const struct http_exchange *x);

/* ---- requests of the program's own ---- */

/* http_local_new makes an exchange without a connection: POST PATH with the JSON text BODY, which
 * stays the caller's and must outlive it. Handlers treat it as any other. Its peer is "local".
 * REPLY is told the whole reply, once, from inside the call that ends the exchange (also that of a
 * stream, however it ended: then STATUS is 0 where there is no proper end). NULL without memory. */
struct http_exchange *http_local_new(const char *path, struct slice body,
                                     void (*reply)(void *user, int status, const void *body,
                                                   size_t n),
                                     void *user);
/* http_local_cancel is the client leaving: `gone` is called, REPLY is not, and X is invalid. */
void http_local_cancel(struct http_exchange *x);
bool http_is_local(const struct http_exchange *x);

#endif
