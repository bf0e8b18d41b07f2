#include "net/http_parse.h"

enum { DIGITS_MAX = 16, EXTRA_MAX = 16 << 10 };

enum at {
    AT_SIZE,      /* digits, then an extension or CR */
    AT_EXTENSION, /* up to CR */
    AT_SIZE_LF,
    AT_DATA,
    AT_DATA_CR,
    AT_DATA_LF,
    AT_TRAILER,      /* the first byte of a line behind the last chunk */
    AT_TRAILER_LINE, /* up to CR */
    AT_TRAILER_LF,
    AT_LAST_LF,
};

static enum http_step bad(struct http_chunked *c, int status, const char *why)
{
    c->status = status;
    c->why = why;
    return HTTP_STEP_BAD;
}

static int hex_digit(uint8_t b)
{
    uint8_t low = b | 32;
    return b >= '0' && b <= '9' ? b - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static enum http_step next(struct http_chunked *c, enum at at)
{
    c->at = at;
    return HTTP_STEP_MORE;
}

static enum http_step expect(struct http_chunked *c, bool is_there, enum at at)
{
    if (!is_there)
        return bad(c, 400, "a line of the chunked body does not end in CR LF");
    return next(c, at);
}

/* Bytes that nobody reads are few, and no control characters. */
static enum http_step skip(struct http_chunked *c, uint8_t b, enum at at)
{
    if (b != '\t' && (b < ' ' || b == 127))
        return bad(c, 400, "the chunked body has a control character outside its data");
    if (++c->n_extra > EXTRA_MAX)
        return bad(c, 400, "the chunked body has too many extensions or trailers");
    return next(c, at);
}

static enum http_step take_size(struct http_chunked *c, uint8_t b)
{
    int digit = hex_digit(b);
    if (digit >= 0) {
        if (++c->n_digits > DIGITS_MAX)
            return bad(c, 400, "a chunk's size has more than 16 digits");
        c->left = c->left << 4 | (unsigned)digit;
        return HTTP_STEP_MORE;
    }
    if (c->n_digits == 0)
        return bad(c, 400, "a chunk does not begin with its size in hexadecimal");
    if (b == '\r')
        return next(c, AT_SIZE_LF);
    if (b == ';' || b == ' ' || b == '\t')
        return skip(c, b, AT_EXTENSION);
    return bad(c, 400, "a chunk's size is not a hexadecimal number");
}

static enum http_step take_size_lf(struct http_chunked *c, uint8_t b, uint64_t max)
{
    c->n_digits = 0;
    if (c->left > max - c->total)
        return bad(c, 413, "the body is too large");
    c->total += c->left;
    return expect(c, b == '\n', c->left > 0 ? AT_DATA : AT_TRAILER);
}

static enum http_step take_byte(struct http_chunked *c, uint8_t b, uint64_t max)
{
    switch ((enum at)c->at) {
    case AT_SIZE: return take_size(c, b);
    case AT_EXTENSION: return b == '\r' ? next(c, AT_SIZE_LF) : skip(c, b, AT_EXTENSION);
    case AT_SIZE_LF: return take_size_lf(c, b, max);
    case AT_DATA: break;
    case AT_DATA_CR: return expect(c, b == '\r', AT_DATA_LF);
    case AT_DATA_LF: return expect(c, b == '\n', AT_SIZE);
    case AT_TRAILER:
        if (b == ' ' || b == '\t')
            return bad(c, 400, "a trailer goes on in a second line");
        return b == '\r' ? next(c, AT_LAST_LF) : skip(c, b, AT_TRAILER_LINE);
    case AT_TRAILER_LINE: return b == '\r' ? next(c, AT_TRAILER_LF) : skip(c, b, AT_TRAILER_LINE);
    case AT_TRAILER_LF: return expect(c, b == '\n', AT_TRAILER);
    case AT_LAST_LF:
        if (b == '\n')
            return HTTP_STEP_WHOLE;
        return bad(c, 400, "the chunked body does not end in CR LF");
    }
    return HTTP_STEP_MORE;
}

enum http_step http_chunked_feed(struct http_chunked *c, const uint8_t *p, size_t n, uint64_t max,
                                 size_t *used, struct slice *data)
{
    *data = (struct slice){p, 0};
    for (*used = 0; *used < n;) {
        if (c->at == AT_DATA) {
            size_t part = c->left < n - *used ? (size_t)c->left : n - *used;
            *data = (struct slice){p + *used, part};
            *used += part;
            c->left -= part;
            return c->left > 0 ? HTTP_STEP_MORE : next(c, AT_DATA_CR);
        }
        enum http_step step = take_byte(c, p[*used], max);
        if (step == HTTP_STEP_BAD)
            return step;
        ++*used;
        if (step == HTTP_STEP_WHOLE)
            return step;
    }
    return HTTP_STEP_MORE;
}
