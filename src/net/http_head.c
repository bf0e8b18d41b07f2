#include "net/http_parse.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TEXT_FIRST = 1024 }; /* bytes of the first allocation: most heads fit */

static enum http_step bad(struct http_head *h, int status, const char *why)
{
    h->status = status;
    h->why = why;
    return HTTP_STEP_BAD;
}

/* ---- characters ------------------------------------------------------------------------------ */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_token_char(char c)
{
    char low = (char)(c | 32);
    return (low >= 'a' && low <= 'z') || is_digit(c) || c == '-' ||
           (c != 0 && strchr("!#$%&'*+.^_`|~", c));
}

static bool is_token_n(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_token_char(s[i]))
            return false;
    return n > 0;
}

bool http_is_token(const char *s)
{
    return is_token_n(s, strlen(s));
}

/* Printable ASCII without the space. */
static bool is_visible(char c)
{
    return c > ' ' && c < 127;
}

static bool is_value_char(char c)
{
    unsigned char u = (unsigned char)c;
    return u == '\t' || (u >= ' ' && u != 127);
}

static int hex_digit(char c)
{
    char low = (char)(c | 32);
    return is_digit(c) ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* ---- the request line ------------------------------------------------------------------------ */

static bool find_method(const char *s, enum http_method *out)
{
    for (int m = HTTP_GET; m <= HTTP_TRACE; m++)
        if (strcmp(s, http_method_name((enum http_method)m)) == 0) {
            *out = (enum http_method)m;
            return true;
        }
    return false;
}

/* Decodes the %XX of S in place. */
static enum http_step decode_path(struct http_head *h, char *s)
{
    char *to = s;
    for (; *s; s++) {
        if (*s != '%') {
            *to++ = *s;
            continue;
        }
        int high = hex_digit(s[1]), low = high < 0 ? -1 : hex_digit(s[2]);
        if (low < 0)
            return bad(h, 400, "the path has a '%' without two hexadecimal digits");
        if (high == 0 && low == 0)
            return bad(h, 400, "the path has a NUL");
        *to++ = (char)(high * 16 + low);
        s += 2;
    }
    *to = 0;
    return HTTP_STEP_MORE;
}

/* The part of an absolute URI that is behind its authority, or NULL where S is none. Every server
 * must take these (RFC 9112 3.2.2); whom they name does not matter to us. */
static char *skip_authority(char *s)
{
    size_t scheme = strncasecmp(s, "http://", 7) == 0    ? 7
                    : strncasecmp(s, "https://", 8) == 0 ? 8
                                                         : 0;
    size_t n = strcspn(s + scheme, "/?");
    if (scheme == 0 || n == 0 || memchr(s + scheme, '@', n))
        return NULL;
    return s + scheme + n;
}

static enum http_step take_target(struct http_head *h, char *s)
{
    if (strcmp(s, "*") == 0 && h->method == HTTP_OPTIONS) {
        h->path = (uint32_t)(s - h->text);
        h->query = h->path + 1; /* its NUL */
        return HTTP_STEP_MORE;
    }
    if (strchr(s, '#'))
        return bad(h, 400, "the request's target has a '#'");
    char *path = *s == '/' ? s : skip_authority(s);
    if (!path)
        return bad(h, 400, "the request's target is neither a path nor an http URI");
    char *query = strchr(path, '?');
    if (query)
        *query++ = 0;
    else
        query = path + strlen(path);
    if (*path == 0) { /* "http://host": its path is "/", written over the method, which is read */
        path = h->text;
        path[0] = '/';
        path[1] = 0;
    }
    h->path = (uint32_t)(path - h->text);
    h->query = (uint32_t)(query - h->text);
    return decode_path(h, path);
}

static bool is_version(const char *s)
{
    return strncmp(s, "HTTP/", 5) == 0 && is_digit(s[5]) && s[6] == '.' && is_digit(s[7]) &&
           s[8] == 0;
}

static enum http_step take_request_line(struct http_head *h, char *s, size_t n)
{
    char *target = memchr(s, ' ', n);
    if (!target || !is_token_n(s, (size_t)(target - s)))
        return bad(h, 400, "the request line does not begin with a method and a space");
    *target++ = 0;
    char *version = memchr(target, ' ', (size_t)(s + n - target));
    if (!version || version == target)
        return bad(h, 400, "the request line is not 'METHOD TARGET HTTP/1.1'");
    *version++ = 0;
    for (const char *c = target; c < version - 1; c++)
        if (!is_visible(*c))
            return bad(h, 400, "the request's target has a character that must be %-encoded");
    if (memchr(version, 0, (size_t)(s + n - version)) || !is_version(version))
        return bad(h, 400, "the request line does not end in ' HTTP/1.1'");
    if (strncmp(version, "HTTP/1.", 7) != 0 || version[7] > '1')
        return bad(h, 505, "this server speaks HTTP/1.1 and HTTP/1.0");
    h->is_1_0 = version[7] == '0';
    if (!find_method(s, &h->method))
        return bad(h, 501, "this server does not know the request's method");
    h->has_request_line = true;
    return take_target(h, target);
}

/* ---- headers --------------------------------------------------------------------------------- */

static enum http_step take_length(struct http_head *h, const char *s)
{
    if (h->has_length)
        return bad(h, 400, "there are two Content-Length headers");
    if (*s == 0 || strspn(s, "0123456789") != strlen(s))
        return bad(h, 400, "Content-Length is not a number");
    for (; *s; s++)
        if (__builtin_mul_overflow(h->length, 10, &h->length) ||
            __builtin_add_overflow(h->length, (uint64_t)(*s - '0'), &h->length))
            return bad(h, 413, "Content-Length is larger than any body may be");
    h->has_length = true;
    return HTTP_STEP_MORE;
}

static enum http_step take_transfer_encoding(struct http_head *h, const char *s)
{
    if (h->is_chunked)
        return bad(h, 400, "there are two Transfer-Encoding headers");
    if (strcasecmp(s, "chunked") != 0)
        return bad(h, 501, "the only Transfer-Encoding that this server knows is 'chunked'");
    h->is_chunked = true;
    return HTTP_STEP_MORE;
}

/* A list of words between commas. */
static enum http_step take_connection(struct http_head *h, const char *s)
{
    while (*s) {
        s += strspn(s, ", \t");
        size_t n = strcspn(s, ", \t");
        h->wants_close |= n == 5 && strncasecmp(s, "close", n) == 0;
        h->wants_keep |= n == 10 && strncasecmp(s, "keep-alive", n) == 0;
        s += n;
    }
    return HTTP_STEP_MORE;
}

static enum http_step take_host(struct http_head *h, const char *s)
{
    if (h->has_host)
        return bad(h, 400, "there are two Host headers");
    h->has_host = true;
    for (; *s; s++)
        if (!is_visible(*s) || strchr("/?#@,", *s))
            return bad(h, 400, "Host is not a host and port");
    return HTTP_STEP_MORE;
}

static enum http_step take_expect(struct http_head *h, const char *s)
{
    if (h->is_1_0)
        return HTTP_STEP_MORE; /* such a client cannot mean it (RFC 9110 10.1.1) */
    if (strcasecmp(s, "100-continue") != 0)
        return bad(h, 417, "the only Expect that this server knows is '100-continue'");
    h->wants_continue = true;
    return HTTP_STEP_MORE;
}

/* What the headers that frame the message say. */
static enum http_step interpret(struct http_head *h, const char *name, const char *value)
{
    static const struct {
        const char *name;
        enum http_step (*take)(struct http_head *h, const char *value);
    } known[] = {
        {"content-length", take_length}, {"transfer-encoding", take_transfer_encoding},
        {"connection", take_connection}, {"host", take_host},
        {"expect", take_expect},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(name, known[i].name) == 0)
            return known[i].take(h, value);
    return HTTP_STEP_MORE;
}

static enum http_step take_field(struct http_head *h, char *s, size_t n)
{
    if (*s == ' ' || *s == '\t')
        return bad(h, 400, "a header goes on in a second line");
    char *colon = memchr(s, ':', n);
    if (!colon || !is_token_n(s, (size_t)(colon - s)))
        return bad(h, 400, "a header is not 'Name: value'");
    *colon = 0;
    char *value = colon + 1, *end = s + n;
    for (const char *c = value; c < end; c++)
        if (!is_value_char(*c))
            return bad(h, 400, "a header's value has a control character");
    while (*value == ' ' || *value == '\t')
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = 0;
    if (h->n_fields == HTTP_FIELDS_MAX)
        return bad(h, 431, "there are more than 128 headers");
    h->field[h->n_fields++] =
        (struct http_field){(uint32_t)(s - h->text), (uint32_t)(value - h->text)};
    return interpret(h, s, value);
}

/* What can only be judged when all headers are there. */
static enum http_step finish(struct http_head *h)
{
    if (h->is_chunked && h->has_length)
        return bad(h, 400, "there are both Content-Length and Transfer-Encoding");
    if (h->is_chunked && h->is_1_0)
        return bad(h, 400, "HTTP/1.0 has no Transfer-Encoding");
    if (!h->has_host && !h->is_1_0)
        return bad(h, 400, "the Host header is missing");
    return HTTP_STEP_WHOLE;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* The line from h->line to the end of the text, whose last byte is its LF. */
static enum http_step take_line(struct http_head *h)
{
    char *s = h->text + h->line;
    size_t n = h->len - h->line - 1;
    if (n == 0 || s[n - 1] != '\r')
        return bad(h, 400, "a line does not end in CR LF");
    s[--n] = 0;
    h->line = h->len;
    if (h->has_request_line)
        return n == 0 ? finish(h) : take_field(h, s, n);
    if (n > 0)
        return take_request_line(h, s, n);
    if (h->had_empty_line)
        return bad(h, 400, "there are empty lines before the request line");
    h->had_empty_line = true; /* some clients end a body with one (RFC 9112 2.2) */
    h->line = h->len = 0;
    return HTTP_STEP_MORE;
}

static bool append(struct http_head *h, const uint8_t *p, size_t n)
{
    if (n > h->cap - h->len) {
        size_t cap = h->cap ? h->cap : TEXT_FIRST;
        while (cap < h->len + n)
            cap *= 2;
        char *text = realloc(h->text, cap);
        if (!text)
            return false;
        h->text = text;
        h->cap = cap;
    }
    memcpy(h->text + h->len, p, n);
    h->len += n;
    return true;
}

enum http_step http_head_feed(struct http_head *h, const uint8_t *p, size_t n, size_t max,
                              size_t *used)
{
    *used = 0;
    while (*used < n) {
        const uint8_t *from = p + *used, *lf = memchr(from, '\n', n - *used);
        size_t part = lf ? (size_t)(lf + 1 - from) : n - *used;
        /* At once where it cannot become a request: a TLS hello, say. */
        if (!h->has_request_line && h->len == 0 && *from != '\r' && !is_token_char((char)*from))
            return bad(h, 400, "this is not an HTTP request");
        if (part > max - h->len)
            return bad(h, 431, "the request line and headers are too large");
        if (!append(h, from, part))
            return bad(h, 503, "the server has no memory for the headers");
        *used += part;
        enum http_step step = lf ? take_line(h) : HTTP_STEP_MORE;
        if (step != HTTP_STEP_MORE)
            return step;
    }
    return HTTP_STEP_MORE;
}

const char *http_head_find(const struct http_head *h, const char *name)
{
    for (uint32_t i = 0; i < h->n_fields; i++)
        if (strcasecmp(h->text + h->field[i].name, name) == 0)
            return h->text + h->field[i].value;
    return NULL;
}

void http_head_release(struct http_head *h)
{
    free(h->text);
    *h = (struct http_head){0};
}
