#include "net/multipart.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum { BOUNDARY_MAX = 70 }; /* RFC 2046 5.1.1 */

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* ---- parameters: ; name=value, or ; name="value" --------------------------------------------- */

/* Where the value of the parameter NAME begins in S, behind its '='; NULL when it is not there.
 * Quoted strings are stepped over. */
static const uint8_t *parameter(struct slice s, const char *name)
{
    size_t n = strlen(name), i = 0;
    while (i < s.len) {
        if (s.p[i] == '"') {
            for (i++; i < s.len && s.p[i] != '"'; i++)
                i += s.p[i] == '\\';
            i++;
            continue;
        }
        if (s.p[i++] != ';')
            continue;
        while (i < s.len && is_space(s.p[i]))
            i++;
        if (s.len - i > n && strncasecmp((const char *)s.p + i, name, n) == 0 && s.p[i + n] == '=')
            return s.p + i + n + 1;
    }
    return NULL;
}

/* The value of the parameter NAME, unquoted, in A. *found: it is there. False without memory. */
static bool parameter_value(struct arena *a, struct slice s, const char *name, struct slice *out,
                            bool *found)
{
    const uint8_t *p = parameter(s, name), *end = s.p + s.len;
    *found = p != NULL;
    *out = (struct slice){NULL, 0};
    if (!p)
        return true;
    uint8_t *to = arena_alloc(a, (size_t)(end - p) + 1, 1);
    if (!to)
        return false;
    size_t n = 0;
    bool is_quoted = p < end && *p == '"';
    p += is_quoted;
    for (; p < end && (is_quoted ? *p != '"' : *p != ';' && !is_space(*p)); p++) {
        /* Browsers write a quote as %22; other clients put a backslash before it. */
        bool is_escaped = is_quoted && *p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\');
        bool is_quote = is_quoted && end - p > 2 && memcmp(p, "%22", 3) == 0;
        p += is_escaped;
        to[n++] = is_quote ? '"' : *p;
        p += is_quote ? 2 : 0;
    }
    to[n] = '\0';
    *out = (struct slice){to, n};
    return true;
}

static bool is_clean(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < 0x20 || s.p[i] == 0x7F)
            return false;
    return utf8_valid(s.p, s.len);
}

/* ---- a part ---------------------------------------------------------------------------------- */

struct reader {
    struct arena *a;
    struct slice body;
    char mark[BOUNDARY_MAX + 5]; /* CR LF - - boundary */
    size_t n_mark;
    takt_err *e;
};

static takt_rc no_memory(const struct reader *r)
{
    return err_set(r->e, TAKT_ERR_MEMORY, "body", "no memory for a form");
}

static takt_rc set_names(const struct reader *r, struct multipart_part *p, struct slice value)
{
    bool has_name, has_file;
    if (!parameter_value(r->a, value, "name", &p->name, &has_name) ||
        !parameter_value(r->a, value, "filename", &p->filename, &has_file))
        return no_memory(r);
    if (!has_name || !p->name.len || !is_clean(p->name) || !is_clean(p->filename))
        return err_set(r->e, TAKT_ERR_FORMAT, "body",
                       "a part of the form has no name, or one that is no text");
    for (size_t i = p->filename.len; i-- > 0;) /* some send the whole path */
        if (p->filename.p[i] == '/' || p->filename.p[i] == '\\') {
            p->filename.p += i + 1;
            p->filename.len -= i + 1;
            break;
        }
    return TAKT_OK;
}

/* A header of a part, without its line end. */
static takt_rc read_header(const struct reader *r, struct multipart_part *p, struct slice line)
{
    static const char disposition[] = "content-disposition", type[] = "content-type";
    const uint8_t *colon = memchr(line.p, ':', line.len);
    if (!colon)
        return err_set(r->e, TAKT_ERR_FORMAT, "body",
                       "a part of the form has a header that is not 'Name: value'");
    size_t n = (size_t)(colon - line.p);
    struct slice value = {colon + 1, line.len - n - 1};
    while (value.len && is_space(*value.p)) {
        value.p++;
        value.len--;
    }
    if (n == sizeof disposition - 1 && strncasecmp((const char *)line.p, disposition, n) == 0)
        return set_names(r, p, value);
    if (n == sizeof type - 1 && strncasecmp((const char *)line.p, type, n) == 0) {
        p->type.p = (uint8_t *)arena_strndup(r->a, (const char *)value.p, value.len);
        p->type.len = value.len;
        if (!p->type.p)
            return no_memory(r);
    }
    return TAKT_OK;
}

/* The headers of a part, which begins at *AT; it is moved to the content. */
static takt_rc read_headers(const struct reader *r, struct multipart_part *p, size_t *at)
{
    size_t begin = *at;
    *p = (struct multipart_part){.name = {NULL, 0}};
    for (;;) {
        size_t most = r->body.len - *at;
        most = most < MULTIPART_HEAD_MAX ? most : MULTIPART_HEAD_MAX;
        const uint8_t *line = r->body.p + *at, *end = memmem(line, most, "\r\n", 2);
        if (*at - begin > MULTIPART_HEAD_MAX || (!end && most == MULTIPART_HEAD_MAX))
            return err_set(r->e, TAKT_ERR_LIMIT, "body",
                           "a part of the form has more than %d bytes of headers",
                           MULTIPART_HEAD_MAX);
        if (!end)
            return err_set(r->e, TAKT_ERR_FORMAT, "body", "the form is cut off in a header");
        *at += (size_t)(end - line) + 2;
        if (end == line)
            break;
        TAKT_TRY(read_header(r, p, (struct slice){line, (size_t)(end - line)}));
    }
    if (!p->name.p)
        return err_set(r->e, TAKT_ERR_FORMAT, "body", "a part of the form has no name");
    return TAKT_OK;
}

/* ---- all of them ----------------------------------------------------------------------------- */

bool multipart_is(const char *content_type)
{
    static const char type[] = "multipart/form-data";
    size_t n = sizeof type - 1;
    return content_type && strncasecmp(content_type, type, n) == 0 &&
           (content_type[n] == ';' || content_type[n] == ' ' || !content_type[n]);
}

static takt_rc set_boundary(struct reader *r, const char *content_type)
{
    struct slice b;
    bool found;
    if (!parameter_value(r->a, slice_str(content_type ? content_type : ""), "boundary", &b, &found))
        return no_memory(r);
    if (!found || !b.len || b.len > BOUNDARY_MAX || !is_clean(b))
        return err_set(r->e, TAKT_ERR_FORMAT, "content-type",
                       "is not multipart/form-data with a boundary of 1 to %d characters",
                       BOUNDARY_MAX);
    memcpy(r->mark, "\r\n--", 4);
    memcpy(r->mark + 4, b.p, b.len);
    r->n_mark = b.len + 4;
    return TAKT_OK;
}

/* Behind a boundary: true when another part follows at *AT, false at the end of the form or, with
 * *BAD, when neither stands there. */
static bool next(const struct reader *r, size_t *at, bool *bad)
{
    const uint8_t *p = r->body.p + *at;
    size_t left = r->body.len - *at, blank = 0;
    *bad = false;
    if (left >= 2 && memcmp(p, "--", 2) == 0)
        return false;
    while (blank < left && is_space(p[blank]))
        blank++;
    *bad = left - blank < 2 || memcmp(p + blank, "\r\n", 2) != 0;
    *at += blank + 2;
    return !*bad;
}

takt_rc multipart_read(struct multipart_part *out, uint32_t max, uint32_t *n,
                       const char *content_type, struct slice body, struct arena *a, takt_err *e)
{
    takt_err unheard;
    struct reader r = {.a = a, .body = body, .e = e ? e : &unheard};
    bool bad = false;
    *n = 0;
    TAKT_TRY(set_boundary(&r, content_type));
    /* The first boundary may stand at the very beginning, without a line end before it. */
    bool at_once = body.len >= r.n_mark - 2 && memcmp(body.p, r.mark + 2, r.n_mark - 2) == 0;
    const uint8_t *first = at_once    ? body.p
                           : body.len ? memmem(body.p, body.len, r.mark, r.n_mark)
                                      : NULL;
    if (!first)
        return err_set(e, TAKT_ERR_FORMAT, "body", "the boundary of the form is not in it");
    size_t at = (size_t)(first - body.p) + r.n_mark - (at_once ? 2 : 0);
    while (next(&r, &at, &bad)) {
        if (*n == max)
            return err_set(e, TAKT_ERR_LIMIT, "body", "the form has more than %u parts", max);
        struct multipart_part *p = &out[*n];
        TAKT_TRY(read_headers(&r, p, &at));
        /* An empty part's boundary shares its line end with that of the headers. */
        const uint8_t *from = body.p + at - 2;
        const uint8_t *end = memmem(from, body.len - at + 2, r.mark, r.n_mark);
        if (!end)
            return err_set(e, TAKT_ERR_FORMAT, "body",
                           "the form is cut off: it has no last boundary");
        p->content = (struct slice){body.p + at, end == from ? 0 : (size_t)(end - body.p) - at};
        at = (size_t)(end - body.p) + r.n_mark;
        ++*n;
    }
    if (bad || !*n)
        return err_set(e, TAKT_ERR_FORMAT, "body",
                       bad ? "the form is cut off behind a boundary" : "the form has no part");
    return TAKT_OK;
}
