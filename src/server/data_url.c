#include "server/data_url.h"

#include <string.h>
#include <strings.h>

static const char where[] = "picture";

/* ---- the URL --------------------------------------------------------------------------------- */

static bool begins(struct slice s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.len >= n && strncasecmp((const char *)s.p, prefix, n) == 0;
}

/* Up to C, or all of S where there is none. */
static struct slice up_to(struct slice s, char c)
{
    const uint8_t *hit = s.len ? memchr(s.p, c, s.len) : NULL;
    return hit ? (struct slice){s.p, (size_t)(hit - s.p)} : s;
}

/* A media type for a message: its beginning, as far as it is plain ASCII. */
static const char *shown(struct slice type, char buf[48])
{
    size_t n = 0;
    while (n < type.len && n < 47 && type.p[n] > ' ' && type.p[n] < 0x7f) {
        buf[n] = (char)type.p[n];
        n++;
    }
    buf[n] = '\0';
    return buf;
}

takt_rc data_url_open(struct slice *base64, struct slice url, bool is_clip, takt_err *e)
{
    const size_t scheme = 5; /* "data:" */
    struct slice rest = {url.p + scheme, url.len - scheme}, head = up_to(rest, ',');
    struct slice type = up_to(head, ';');
    char buf[48];
    if (head.len == rest.len)
        return err_set(e, TAKT_ERR_FORMAT, where,
                       "is a data: URL without a comma; it must be \"data:image/png;base64,...\"");
    bool is_known = !type.len || begins(type, "image/") ||
                    begins(type, "application/octet-stream") || (is_clip && begins(type, "video/"));
    if (!is_known && is_clip)
        return err_set(e, TAKT_ERR_UNSUPPORTED, where,
                       "is of type '%s'; a clip is of type video/mp4, video/webm, image/gif or "
                       "another one of video/ and image/",
                       shown(type, buf));
    if (!is_known)
        return err_set(e, TAKT_ERR_UNSUPPORTED, where,
                       "is of type '%s'; a picture is of type image/png, image/jpeg, image/webp, "
                       "image/gif or image/bmp",
                       shown(type, buf));
    if (head.len < 7 || strncasecmp((const char *)head.p + head.len - 7, ";base64", 7) != 0)
        return err_set(e, TAKT_ERR_UNSUPPORTED, where,
                       "is a data: URL that is not base64; it must be "
                       "\"data:image/png;base64,...\"");
    *base64 = (struct slice){rest.p + head.len + 1, rest.len - head.len - 1};
    return TAKT_OK;
}

/* ---- base64 ---------------------------------------------------------------------------------- */

enum { SPACE = 64, BAD = 65 };

static unsigned value_of(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26u;
    if (c >= '0' && c <= '9')
        return c - '0' + 52u;
    if (c == '+')
        return 62;
    if (c == '/')
        return 63;
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' ? SPACE : BAD;
}

size_t data_url_bytes_max(size_t n)
{
    return n / 4 * 3 + 3;
}

/* TEXT without the padding and white space at its end; *n_padding is how much "=" there was. */
static struct slice without_padding(struct slice text, unsigned *n_padding)
{
    *n_padding = 0;
    while (text.len) {
        uint8_t c = text.p[text.len - 1];
        if (c != '=' && value_of(c) != SPACE)
            break;
        *n_padding += c == '=';
        text.len--;
    }
    return text;
}

takt_rc data_url_decode(uint8_t *out, size_t *n, struct slice base64, takt_err *e)
{
    unsigned n_padding, group = 0, n_group = 0;
    struct slice text = without_padding(base64, &n_padding);
    uint8_t *to = out;
    *n = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned v = value_of(text.p[i]);
        if (v == SPACE)
            continue;
        if (v == BAD)
            return err_set(e, TAKT_ERR_FORMAT, where,
                           "is no base64: byte %zu of it is 0x%02x, which is none of A-Z, a-z, "
                           "0-9, + and /",
                           i, text.p[i]);
        group = group << 6 | v;
        if (++n_group < 4)
            continue;
        *to++ = (uint8_t)(group >> 16);
        *to++ = (uint8_t)(group >> 8);
        *to++ = (uint8_t)group;
        group = n_group = 0;
    }
    if ((n_group + n_padding) % 4 != 0 || n_group == 1 || n_padding > 2)
        return err_set(e, TAKT_ERR_FORMAT, where,
                       "is no base64: it was cut off, or lacks \"=\" at its end");
    if (n_group >= 2)
        *to++ = (uint8_t)(group >> (n_group == 2 ? 4 : 10));
    if (n_group == 3)
        *to++ = (uint8_t)(group >> 2);
    *n = (size_t)(to - out);
    if (*n == 0)
        return err_set(e, TAKT_ERR_FORMAT, where, "is empty");
    return TAKT_OK;
}
