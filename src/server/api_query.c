#include "server/api_query.h"

#include <string.h>

#include "base/utf8.h"
#include "server/api_limits.h"

struct query {
    const struct field_table *t;
    struct arena *arena;
    struct json *first, *last;
    uint32_t n;
    struct api_error *e;
};

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* N bytes of S without their %-encoding, NUL-terminated beside *len; NULL without memory. */
static const char *decoded(struct arena *a, const char *s, size_t n, size_t *len)
{
    char *to = arena_alloc(a, n + 1, 1);
    *len = 0;
    for (size_t i = 0; to && i < n; i++) {
        bool is_code = s[i] == '%' && n - i > 2 && digit(s[i + 1]) >= 0 && digit(s[i + 2]) >= 0;
        to[(*len)++] = is_code ? (char)(digit(s[i + 1]) * 16 + digit(s[i + 2]))
                               : (char)(s[i] == '+' ? ' ' : s[i]);
        i += is_code ? 2 : 0;
    }
    if (to)
        to[*len] = '\0';
    return to;
}

static const struct field *row_of(const struct field_table *t, const char *name)
{
    for (uint32_t p = 0; p < t->n_parts; p++)
        for (uint32_t i = 0; i < t->parts[p].n; i++)
            if (strcmp(t->parts[p].rows[i].name, name) == 0)
                return &t->parts[p].rows[i];
    return NULL;
}

/* Whether S is a JSON number. */
static bool is_number(const char *s)
{
    struct arena a = {0};
    const struct json *v = NULL;
    bool yes = (*s == '-' || (*s >= '0' && *s <= '9')) &&
               !json_parse(&v, &a, slice_str(s), NULL, NULL, NULL).code && v->kind == JSON_NUMBER;
    arena_free(&a);
    return yes;
}

static enum json_kind kind_of(const struct field *f, const char *s)
{
    bool may = f && (f->kind == FIELD_BOOL || f->kind == FIELD_ANY);
    if (may && strcmp(s, "true") == 0)
        return JSON_TRUE;
    if (may && strcmp(s, "false") == 0)
        return JSON_FALSE;
    may = f && (f->kind == FIELD_INT || f->kind == FIELD_NUMBER || f->kind == FIELD_ANY);
    return may && is_number(s) ? JSON_NUMBER : JSON_STRING;
}

static struct json *member(struct query *q, const char *name)
{
    for (struct json *m = q->first; m; m = (struct json *)m->next)
        if (strcmp(m->key, name) == 0)
            return m;
    return NULL;
}

static void append(struct query *q, struct json *m)
{
    if (q->last)
        q->last->next = m;
    else
        q->first = m;
    q->last = m;
    q->n++;
}

/* Puts V into the list called like it, which is made when it is the first. */
static takt_rc add_to_list(struct query *q, struct json *v)
{
    struct json *list = member(q, v->key);
    if (!list) {
        list = ARENA_NEW(q->arena, struct json);
        if (!list)
            return api_error_from_server(q->e, &(takt_err){.code = TAKT_ERR_MEMORY});
        *list = (struct json){.kind = JSON_ARRAY, .key = v->key, .key_len = v->key_len};
        append(q, list);
    }
    const struct json **end = &list->child;
    while (*end)
        end = (const struct json **)&(*end)->next;
    v->key = NULL;
    *end = v;
    list->count++;
    return TAKT_OK;
}

/* NAME=TEXT, both decoded. */
static takt_rc add(struct query *q, const char *name, size_t n, const char *text, size_t len)
{
    struct json *v = ARENA_NEW(q->arena, struct json);
    const struct field *f = row_of(q->t, name);
    if (!v)
        return api_error_from_server(q->e, &(takt_err){.code = TAKT_ERR_MEMORY});
    *v = (struct json){.kind = strlen(text) == len ? kind_of(f, text) : JSON_STRING,
                       .key = name,
                       .key_len = (uint32_t)n,
                       .str = text,
                       .str_len = len};
    if (f && f->kind == FIELD_STRINGS)
        return add_to_list(q, v);
    if (member(q, name))
        return api_refuse(q->e, API_BAD_VALUE, f ? f->name : NULL, "is given twice");
    append(q, v);
    return TAKT_OK;
}

/* One parameter, the N bytes at S. */
static takt_rc read_one(struct query *q, const char *s, size_t n)
{
    const char *equal = memchr(s, '=', n), *end = s + n;
    size_t n_name, len;
    const char *name = decoded(q->arena, s, equal ? (size_t)(equal - s) : n, &n_name);
    const char *text =
        decoded(q->arena, equal ? equal + 1 : end, equal ? (size_t)(end - equal - 1) : 0, &len);
    if (!name || !text)
        return api_error_from_server(q->e, &(takt_err){.code = TAKT_ERR_MEMORY});
    if (strlen(name) != n_name || !utf8_valid((const uint8_t *)name, n_name) ||
        !utf8_valid((const uint8_t *)text, len))
        return api_refuse(q->e, API_BAD_VALUE, NULL, "the query is not UTF-8, or has a NUL");
    if (n_name > 2 && strcmp(name + n_name - 2, "[]") == 0)
        ((char *)name)[n_name -= 2] = '\0'; /* a copy of ours */
    return add(q, name, n_name, text, len);
}

takt_rc api_query_read(void *values, struct field_notes *notes, const struct field_table *t,
                       struct arena *a, const char *query, struct api_error *e)
{
    struct query q = {.t = t, .arena = a, .e = e};
    for (const char *s = query ? query : ""; *s;) {
        size_t n = strcspn(s, "&");
        if (q.n >= API_MAX_FIELDS)
            return api_refuse(e, API_TOO_MANY, NULL, "the query has more than %d parameters",
                              API_MAX_FIELDS);
        if (n)
            TAKT_TRY(read_one(&q, s, n));
        s += n + (s[n] == '&');
    }
    const struct json root = {.kind = JSON_OBJECT, .count = q.n, .child = q.first};
    return field_read(values, notes, t, a, (struct slice){(const uint8_t *)"", 0}, &root, false, e);
}

takt_rc api_form_read(void *values, struct field_notes *notes, const struct field_table *t,
                      struct arena *a, const struct multipart_part *parts, uint32_t n,
                      bool groq_strict, struct api_error *e)
{
    struct query q = {.t = t, .arena = a, .e = e};
    for (uint32_t i = 0; i < n; i++) {
        const struct multipart_part *p = &parts[i];
        const struct slice s = p->filename.p ? p->filename : p->content;
        const char *name = (const char *)p->name.p;
        if (s.len > API_MAX_FORM_TEXT)
            return api_refuse(e, API_TOO_LONG, name, "has %zu bytes; at most %d are allowed", s.len,
                              API_MAX_FORM_TEXT);
        if (!utf8_valid(s.p, s.len) || (s.len && memchr(s.p, 0, s.len)))
            return api_refuse(e, API_BAD_VALUE, name, "is not UTF-8, or has a NUL");
        const char *text = arena_strndup(a, s.len ? (const char *)s.p : "", s.len);
        if (!text)
            return api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
        TAKT_TRY(add(&q, name, p->name.len, text, s.len));
    }
    const struct json root = {.kind = JSON_OBJECT, .count = q.n, .child = q.first};
    return field_read(values, notes, t, a, (struct slice){(const uint8_t *)"", 0}, &root,
                      groq_strict, e);
}
