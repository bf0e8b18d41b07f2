#include "text/chat_mark.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/tokenizer_parts.h"

/* U+FDD0 + I as UTF-8. */
static void noncharacter(char out[CHAT_MARK_BYTES], unsigned i)
{
    out[0] = (char)0xEF;
    out[1] = (char)0xB7;
    out[2] = (char)(0x90 + i);
}

/* Bit i: S holds U+FDD0 + i. */
static uint32_t held_by(const char *s, size_t len)
{
    uint32_t mask = 0;
    const char *end = s + len;
    for (const char *p = s; p && end - p >= CHAT_MARK_BYTES; p++) {
        p = memchr(p, 0xEF, (size_t)(end - p) - 2);
        if (!p)
            break;
        unsigned last = (uint8_t)p[2];
        if ((uint8_t)p[1] == 0xB7 && last >= 0x90 && last < 0xB0)
            mask |= 1u << (last - 0x90);
    }
    return mask;
}

static uint32_t held_in(const struct json *v)
{
    uint32_t mask = v->kind == JSON_STRING ? held_by(v->str, v->str_len) : 0;
    if (v->key)
        mask |= held_by(v->key, v->key_len);
    for (const struct json *c = v->child; c; c = c->next)
        mask |= held_in(c);
    return mask;
}

takt_rc chat_mark_init(struct chat_mark *m, const struct tokenizer *t, const struct json *vars,
                       takt_err *e)
{
    uint32_t held = held_in(vars);
    unsigned n = 0;
    *m = (struct chat_mark){.t = t};
    char *const mark[] = {m->open, m->close, m->picture};
    for (unsigned i = 0; i < 32 && n < 3; i++)
        if (!(held >> i & 1))
            noncharacter(mark[n++], i);
    if (n == 3)
        return TAKT_OK;
    return err_set(e, TAKT_ERR_LIMIT, "messages",
                   "hold the noncharacters U+FDD0 to U+FDEF, which no text may; remove them");
}

void chat_mark_placeholder(struct chat_mark *m, const char *text)
{
    m->used = true;
    m->placeholder = slice_str(text);
}

void chat_mark_picture(struct chat_mark *m, char out[CHAT_PICTURE_BYTES], uint32_t i)
{
    m->used = true;
    snprintf(out, CHAT_PICTURE_BYTES, "%.3s%" PRIu32 "%.3s", m->picture, i, m->picture);
}

/* The next name of a control token from byte FROM of TEXT on. */
static bool next_control(const struct tokenizer *t, struct slice text, size_t from, size_t *begin,
                         size_t *end)
{
    size_t begins[2], ends[2];
    uint32_t id;
    bool found = false;
    for (size_t at = from; special_find(&t->raw, text, at, true, &begins[0], &ends[0], &id);
         at = ends[0])
        if (tokenizer_token_attr(t, (int32_t)id) & TOKEN_CONTROL) {
            *begin = begins[0];
            *end = ends[0];
            found = true;
            break;
        }
    for (size_t at = from; special_find(&t->normalized, text, at, true, &begins[1], &ends[1], &id);
         at = ends[1])
        if (tokenizer_token_attr(t, (int32_t)id) & TOKEN_CONTROL) {
            if (!found || begins[1] < *begin) {
                *begin = begins[1];
                *end = ends[1];
            }
            return true;
        }
    return found;
}

/* The same, or of the placeholder. */
static bool next_name(const struct chat_mark *m, struct slice text, size_t from, size_t *begin,
                      size_t *end)
{
    bool found = next_control(m->t, text, from, begin, end);
    const struct slice *p = &m->placeholder;
    const uint8_t *at = p->p ? memmem(text.p + from, text.len - from, p->p, p->len) : NULL;
    if (!at || (found && *begin <= (size_t)(at - text.p)))
        return found;
    *begin = (size_t)(at - text.p);
    *end = *begin + p->len;
    return true;
}

struct slice chat_mark_text(struct chat_mark *m, struct arena *arena, struct slice text)
{
    size_t begin, end, n = 0;
    for (size_t at = 0; next_name(m, text, at, &begin, &end); at = end)
        n++;
    if (n == 0)
        return text;
    size_t len = 0;
    char *out = arena_alloc(arena, text.len + n * 2 * CHAT_MARK_BYTES + 1, 1);
    if (!out)
        return (struct slice){NULL, 0};
    size_t at = 0;
    for (; next_name(m, text, at, &begin, &end); at = end) {
        memcpy(out + len, text.p + at, begin - at);
        len += begin - at;
        memcpy(out + len, m->open, CHAT_MARK_BYTES);
        memcpy(out + len + CHAT_MARK_BYTES, text.p + begin, end - begin);
        len += CHAT_MARK_BYTES + (end - begin);
        memcpy(out + len, m->close, CHAT_MARK_BYTES);
        len += CHAT_MARK_BYTES;
    }
    memcpy(out + len, text.p + at, text.len - at);
    m->used = true;
    return (struct slice){(const uint8_t *)out, len + text.len - at};
}

static bool is_mark(const char mark[CHAT_MARK_BYTES], const char *p, const char *end)
{
    return end - p >= CHAT_MARK_BYTES && memcmp(p, mark, CHAT_MARK_BYTES) == 0;
}

/* Does TEXT from BEGIN on have a control token's name right at its start? */
static bool is_name(const struct chat_mark *m, const char *text, size_t begin, size_t end)
{
    size_t b, e;
    struct slice s = {(const uint8_t *)text + begin, end - begin};
    return next_name(m, s, 0, &b, &e) && b == 0 && e == s.len;
}

/* Spans, growing. */
struct spans {
    struct chat_span *v;
    size_t n, cap;
};

static takt_rc add_span(struct spans *s, struct chat_span one, takt_err *e)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 8;
        struct chat_span *bigger = realloc(s->v, s->cap * sizeof *bigger);
        if (!bigger)
            return err_set(e, TAKT_ERR_MEMORY, "prompt", "no memory for it");
        s->v = bigger;
    }
    s->v[s->n++] = one;
    return TAKT_OK;
}

/* The number of the picture whose place begins at P, and the bytes of the place; -1: a template has
 * torn it. */
static int64_t picture_at(const struct chat_mark *m, const char *p, const char *end, size_t *bytes)
{
    enum { DIGITS_MAX = 10 };
    int64_t n = 0;
    const char *d = p + CHAT_MARK_BYTES;
    for (; d < end && *d >= '0' && *d <= '9' && d - p < CHAT_MARK_BYTES + DIGITS_MAX; d++)
        n = n * 10 + (*d - '0');
    if (d == p + CHAT_MARK_BYTES || !is_mark(m->picture, d, end))
        return -1;
    *bytes = (size_t)(d - p) + CHAT_MARK_BYTES;
    return n;
}

takt_rc chat_mark_strip(const struct chat_mark *m, char *text, size_t *len,
                        struct chat_span **spans, size_t *n_spans, takt_err *e)
{
    size_t at = 0, open = SIZE_MAX, n = m->placeholder.len;
    int64_t n_pictures = 0;
    struct spans s = {0};
    takt_rc rc = TAKT_OK;
    *spans = NULL;
    *n_spans = 0;
    if (!m->used)
        return TAKT_OK;
    const char *end = text + *len;
    for (const char *p = text; p < end && !rc.code;) {
        if (is_mark(m->picture, p, end)) {
            size_t bytes = CHAT_MARK_BYTES;
            int64_t picture = picture_at(m, p, end, &bytes);
            if (picture >= 0)
                rc = add_span(&s, (struct chat_span){at, at, picture}, e);
            p += bytes;
        } else if (is_mark(m->open, p, end)) {
            open = at;
            p += CHAT_MARK_BYTES;
        } else if (is_mark(m->close, p, end)) {
            if (open != SIZE_MAX && is_name(m, text, open, at))
                rc = add_span(&s, (struct chat_span){open, at, -1}, e);
            open = SIZE_MAX;
            p += CHAT_MARK_BYTES;
        } else if (n && open == SIZE_MAX && (size_t)(end - p) >= n &&
                   memcmp(p, m->placeholder.p, n) == 0) {
            rc = add_span(&s, (struct chat_span){at, at, n_pictures++}, e);
            p += n;
        } else {
            text[at++] = *p++;
        }
    }
    text[at] = '\0';
    *len = at;
    if (rc.code) {
        free(s.v);
        return rc;
    }
    *spans = s.v;
    *n_spans = s.n;
    return TAKT_OK;
}
