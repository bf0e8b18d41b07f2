/* http_parse: what HTTP/1.1 allows on the wire, without sockets: the head of a request and a
 * chunked body, fed in pieces of any size. RFC 9112 read strictly: what is wrong or doubtful is
 * refused and never repaired, so that no proxy before us can see other requests than we do. Fuzzed
 * by fuzz/http.c. */
#ifndef TAKT_NET_HTTP_PARSE_H
#define TAKT_NET_HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "net/http.h"

enum http_step {
    HTTP_STEP_MORE,  /* all was taken, and more must come */
    HTTP_STEP_WHOLE, /* the head, or the body, is complete */
    HTTP_STEP_BAD,   /* refuse with `status` and `why` */
};

enum { HTTP_FIELDS_MAX = 128 };

/* Offsets into `text`. */
struct http_field {
    uint32_t name, value;
};

/* A request line and its headers. Zero-initialised means that nothing has come yet. */
struct http_head {
    char *text; /* malloc'ed: the lines, with NULs behind names, values, path and query */
    size_t len, cap;
    size_t line; /* where the line begins that is being read */
    bool has_request_line, had_empty_line;

    enum http_method method; /* valid once has_request_line */
    uint32_t path, query;    /* offsets; the path is decoded */
    uint32_t n_fields;
    struct http_field field[HTTP_FIELDS_MAX];

    bool is_1_0;                  /* HTTP/1.0 */
    bool wants_close, wants_keep; /* Connection: close, keep-alive */
    bool wants_continue;          /* Expect: 100-continue */
    bool has_host, has_length, is_chunked;
    uint64_t length; /* of the body, when has_length */

    int status; /* of the refusal */
    const char *why;
};

/* http_head_feed takes bytes of P[0..n) and says how many in *used: all, or up to the end of the
 * head. MAX (below 2^31) is the most bytes that a head may have. After HTTP_STEP_BAD only
 * http_head_release is allowed. Linear in N. */
enum http_step http_head_feed(struct http_head *h, const uint8_t *p, size_t n, size_t max,
                              size_t *used);

/* http_head_find: the value of the first header NAME (any case), or NULL. */
const char *http_head_find(const struct http_head *h, const char *name);

/* http_head_release frees the text. */
void http_head_release(struct http_head *h);

/* http_is_token tells whether S is a token of RFC 9110 5.6.2 (a header's name, a method). */
bool http_is_token(const char *s);

/* A chunked body. Zero-initialised is its start. */
struct http_chunked {
    int at;            /* what comes next: enum in http_chunked.c */
    unsigned n_digits; /* of the size that is being read */
    unsigned n_extra;  /* bytes of extensions and trailers so far, over the whole body */
    uint64_t left;     /* bytes that the chunk still has */
    uint64_t total;    /* bytes of all chunks that were announced */
    int status;        /* of the refusal */
    const char *why;
};

/* http_chunked_feed takes some bytes of P[0..n), n >= 1, at most up to the end of the body, and
 * says how many in *used (at least 1 unless refused). *data views those of them, inside P, that
 * belong to the body, and may be empty: call again for the rest. MAX is the most bytes that the
 * body may have; a chunk that would be too much is refused [413] by its size, before its bytes
 * come. Trailers are checked and dropped. */
enum http_step http_chunked_feed(struct http_chunked *c, const uint8_t *p, size_t n, uint64_t max,
                                 size_t *used, struct slice *data);

#endif
