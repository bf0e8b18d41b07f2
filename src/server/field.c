#include "server/field.h"

#include <string.h>

#include "server/api_limits.h"

/* ---- JSON ------------------------------------------------------------------------------------ */

takt_rc field_parse(const struct json **root, struct arena *a, struct slice body,
                    struct api_error *e)
{
    static const struct json_limits limits = {
        .depth_max = API_MAX_DEPTH, .nodes_max = API_MAX_VALUES, .reject_duplicate_keys = true};
    takt_err err;
    *root = NULL;
    if (body.len > API_MAX_BODY)
        return api_refuse(e, API_LARGE_BODY, NULL, "the body has %zu bytes; %d are allowed",
                          body.len, API_MAX_BODY);
    takt_rc rc = json_parse(root, a, body, "body", &limits, &err);
    if (!rc.code && (*root)->kind == JSON_OBJECT)
        return TAKT_OK;
    if (!rc.code)
        return api_refuse(e, API_BAD_JSON, NULL, "the body must be a JSON object");
    char text[sizeof e->message];
    if (err.code == TAKT_ERR_MEMORY)
        return api_error_from_server(e, &err);
    return api_refuse(e, err.code == TAKT_ERR_LIMIT ? API_TOO_MANY : API_BAD_JSON, NULL, "%s",
                      takt_err_format(&err, text, sizeof text));
}

/* One past the string whose opening quote is at P; END is the end of the text, which is valid. */
static const uint8_t *string_end(const uint8_t *p, const uint8_t *end)
{
    for (const uint8_t *from = p + 1;; from = p + 1) {
        p = memchr(from, '"', (size_t)(end - from));
        const uint8_t *slash = p;
        while (slash > from && slash[-1] == '\\')
            slash--;
        if ((p - slash) % 2 == 0) /* a run of backslashes that escape each other, or none */
            return p + 1;
    }
}

struct slice field_text(struct slice body, const struct json *v)
{
    const uint8_t *from = body.p + v->offset, *end = body.p + body.len, *p = from;
    if (v->kind == JSON_STRING)
        return (struct slice){from, (size_t)(string_end(from, end) - from)};
    if (v->kind != JSON_ARRAY && v->kind != JSON_OBJECT) {
        while (p < end && !memchr(",]} \t\r\n", *p, 7))
            p++;
        return (struct slice){from, (size_t)(p - from)};
    }
    size_t depth = 0;
    do {
        if (*p == '"') {
            p = string_end(p, end);
            continue;
        }
        depth += *p == '[' || *p == '{';
        depth -= *p == ']' || *p == '}';
        p++;
    } while (depth > 0);
    return (struct slice){from, (size_t)(p - from)};
}

static const struct json *member_like(const struct json *object, const struct json *like)
{
    for (const struct json *m = object->child; m; m = m->next)
        if (m->key_len == like->key_len && memcmp(m->key, like->key, m->key_len) == 0)
            return m;
    return NULL;
}

static bool same(const struct json *a, const struct json *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == JSON_STRING)
        return a->str_len == b->str_len && memcmp(a->str, b->str, a->str_len) == 0;
    if (a->kind == JSON_NUMBER) {
        double x, y;
        return json_f64(a, &x) && json_f64(b, &y) && x == y;
    }
    if (a->count != b->count)
        return false;
    const struct json *y = b->child;
    for (const struct json *x = a->child; x; x = x->next, y = y->next) {
        const struct json *like = a->kind == JSON_OBJECT ? member_like(b, x) : y;
        if (!like || !same(x, like)) /* no deeper than B, which is ours */
            return false;
    }
    return true;
}

bool field_one_of(const struct json *v, const char *list, struct arena *a)
{
    const struct json *root;
    if (!list || json_parse(&root, a, slice_str(list), NULL, NULL, NULL).code)
        return false;
    for (const struct json *m = root->child; m; m = m->next)
        if (same(v, m))
            return true;
    return false;
}

/* ---- notes ----------------------------------------------------------------------------------- */

void field_note_idle(struct field_notes *notes, const char *name)
{
    if (notes->n_idle < FIELD_NOTES_MAX)
        notes->idle[notes->n_idle] = name;
    notes->n_idle++;
}

static void note_unknown(struct field_notes *notes, const struct json *member)
{
    if (notes->n_unknown < FIELD_NOTES_MAX)
        notes->unknown[notes->n_unknown] =
            (struct slice){(const uint8_t *)member->key, member->key_len};
    notes->n_unknown++;
}

/* Appends to BUF what fits of S, a name from outside: anything but visible ASCII becomes '?'. */
static void put_name(char *buf, size_t cap, const char *s, size_t n)
{
    enum { SHOWN_MAX = 64 };
    size_t at = strlen(buf);
    for (size_t i = 0; i < n && i < SHOWN_MAX && at + 1 < cap; i++) {
        bool is_plain = s[i] > ' ' && s[i] < 0x7F && s[i] != ',' && s[i] != ';';
        buf[at++] = is_plain ? s[i] : '?';
    }
    buf[at] = 0;
}

static void put_text(char *buf, size_t cap, const char *s)
{
    size_t at = strlen(buf);
    snprintf(buf + at, cap - at, "%s", s);
}

const char *field_warning(const struct field_notes *notes, char *buf, size_t cap)
{
    buf[0] = 0;
    for (uint32_t i = 0; i < notes->n_unknown && i < FIELD_NOTES_MAX; i++) {
        put_text(buf, cap, i ? ", " : "unknown: ");
        put_name(buf, cap, (const char *)notes->unknown[i].p, notes->unknown[i].len);
    }
    if (notes->n_unknown > FIELD_NOTES_MAX)
        put_text(buf, cap, ", ...");
    if (notes->n_unknown && notes->n_idle)
        put_text(buf, cap, "; ");
    for (uint32_t i = 0; i < notes->n_idle && i < FIELD_NOTES_MAX; i++) {
        put_text(buf, cap, i ? ", " : "without effect: ");
        put_text(buf, cap, notes->idle[i]);
    }
    if (notes->n_idle > FIELD_NOTES_MAX)
        put_text(buf, cap, ", ...");
    return buf;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct reader {
    char *values;
    struct field_notes *notes;
    struct arena *arena;
    struct slice body;
    bool groq_strict;
    struct api_error *e;
};

static bool has_name(const struct json *member, const char *name)
{
    size_t n = strlen(name);
    return member->key_len == n && memcmp(member->key, name, n) == 0;
}

/* The row called like MEMBER; *part is whose it is and *index its number over all parts. */
static const struct field *find(const struct field_part *parts, uint32_t n_parts,
                                const struct json *member, const struct field_part **part,
                                uint32_t *index)
{
    *index = 0;
    for (*part = parts; *part < parts + n_parts; ++*part)
        for (const struct field *f = (*part)->rows; f < (*part)->rows + (*part)->n; f++, ++*index)
            if (has_name(member, f->name))
                return f;
    return NULL;
}

static void set_default(char *values, const struct field *f)
{
    if (f->at == SIZE_MAX)
        return;
    void *to = values + f->at;
    switch (f->kind) {
    case FIELD_BOOL: *(bool *)to = f->fallback != 0; break;
    case FIELD_INT: *(int64_t *)to = (int64_t)f->fallback; break;
    case FIELD_NUMBER: *(double *)to = f->fallback; break;
    case FIELD_WORD: *(uint32_t *)to = (uint32_t)f->fallback; break;
    default: break; /* zeros */
    }
}

static void set_defaults(char *values, const struct field_part *p)
{
    for (const struct field *f = p->rows; f < p->rows + p->n; f++) {
        set_default(values + p->at, f);
        if (f->group)
            set_defaults(values + p->at, f->group);
    }
}

/* The elements of a JSON list as text. */
static struct slice elements(const char *list)
{
    return (struct slice){(const uint8_t *)list + 1, strlen(list) - 2};
}

static takt_rc refuse_value(const struct reader *r, const struct field *f, const char *path,
                            const struct json *v)
{
    char shown[64];
    if (!f->only)
        return api_refuse(r->e, API_UNSUPPORTED_FIELD, path, "is not served (%s); leave it out",
                          f->why);
    struct slice only = elements(f->only);
    return api_refuse(r->e, API_UNSUPPORTED_VALUE, path, "%s; only %.*s is served: %s",
                      field_shown(v, shown, sizeof shown), (int)only.len, (const char *)only.p,
                      f->why);
}

/* As Groq refuses what it does not know or take. */
static takt_rc refuse_groq(const struct reader *r, const char *path)
{
    return api_refuse(r->e, API_UNKNOWN_FIELD, NULL, "property '%s' is unsupported", path);
}

static takt_rc read_parts(const struct reader *r, const struct field_part *parts, uint32_t n_parts,
                          const struct json *object, const char *prefix, char *values);

static takt_rc read_field(const struct reader *r, const struct field *f, const char *path,
                          const struct json *v, char *values)
{
    union {
        int64_t i;
        double d;
        struct field_json j;
        struct field_strings s;
        struct field_prompts p;
    } scratch; /* for what is only checked */
    char shown[64];
    if (r->groq_strict && f->groq && !field_one_of(v, f->groq, r->arena))
        return api_refuse(r->e, API_UNSUPPORTED_VALUE, path, "%s; only %.*s is supported",
                          field_shown(v, shown, sizeof shown), (int)elements(f->groq).len,
                          (const char *)elements(f->groq).p);
    if (f->state == FIELD_REFUSED)
        return field_one_of(v, f->only, r->arena) ? TAKT_OK : refuse_value(r, f, path, v);
    if (f->kind == FIELD_GROUP) {
        if (v->kind != JSON_OBJECT)
            return api_refuse(r->e, API_BAD_TYPE, path, "%s; it must be an object",
                              field_shown(v, shown, sizeof shown));
        return read_parts(r, f->group, 1, v, path, values);
    }
    void *to = f->at == SIZE_MAX ? (void *)&scratch : values + f->at;
    TAKT_TRY(field_value(to, f, path, r->arena, r->body, v, r->e));
    if (f->state == FIELD_IDLE && !field_one_of(v, f->only, r->arena)) {
        const char *name = arena_strndup(r->arena, path, strlen(path));
        field_note_idle(r->notes, name ? name : f->name);
    }
    return TAKT_OK;
}

static takt_rc check_required(const struct reader *r, const struct field_part *parts,
                              uint32_t n_parts, const struct json *object, const char *prefix)
{
    for (const struct field_part *p = parts; p < parts + n_parts; p++)
        for (const struct field *f = p->rows; f < p->rows + p->n; f++) {
            const struct json *v = f->is_required ? json_get(object, f->name) : NULL;
            char path[sizeof r->e->param], wanted[160];
            if (!f->is_required || (v && v->kind != JSON_NULL))
                continue;
            snprintf(path, sizeof path, "%s%s%s", prefix, prefix[0] ? "." : "", f->name);
            return api_refuse(r->e, API_MISSING, path, "is missing; it must be %s",
                              field_wanted(f, wanted, sizeof wanted));
        }
    return TAKT_OK;
}

static takt_rc read_parts(const struct reader *r, const struct field_part *parts, uint32_t n_parts,
                          const struct json *object, const char *prefix, char *values)
{
    char path[sizeof r->e->param];
    if (object->count > API_MAX_FIELDS)
        return api_refuse(r->e, API_TOO_MANY, prefix, "has %u fields; %d are allowed",
                          object->count, API_MAX_FIELDS);
    for (const struct json *m = object->child; m; m = m->next) {
        const struct field_part *part;
        uint32_t index;
        const struct field *f = find(parts, n_parts, m, &part, &index);
        if (m->kind == JSON_NULL)
            continue;
        snprintf(path, sizeof path, "%s%s%s", prefix, prefix[0] ? "." : "", f ? f->name : "");
        if (!f)
            put_name(path, sizeof path, m->key, m->key_len);
        if (r->groq_strict && !(f && f->who & FIELD_GROQ))
            return refuse_groq(r, path);
        if (!f) {
            note_unknown(r->notes, m);
            continue;
        }
        if (!prefix[0])
            r->notes->given[index / 64] |= UINT64_C(1) << index % 64;
        TAKT_TRY(read_field(r, f, path, m, values + part->at));
    }
    return check_required(r, parts, n_parts, object, prefix);
}

takt_rc field_read(void *values, struct field_notes *notes, const struct field_table *t,
                   struct arena *a, struct slice body, const struct json *root, bool groq_strict,
                   struct api_error *e)
{
    const struct reader r = {values, notes, a, body, groq_strict, e};
    for (uint32_t i = 0; i < t->n_parts; i++)
        set_defaults(values, &t->parts[i]);
    return read_parts(&r, t->parts, t->n_parts, root, "", values);
}

bool field_given(const struct field_notes *notes, const struct field_table *t, const char *name)
{
    const struct json member = {.key = name, .key_len = (uint32_t)strlen(name)};
    const struct field_part *part;
    uint32_t i;
    return find(t->parts, t->n_parts, &member, &part, &i) && notes->given[i / 64] >> i % 64 & 1;
}
