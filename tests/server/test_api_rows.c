/* Every row of every table, at its borders. */
#include <math.h>

#include "server/api_limits.h"
#include "api.h"

/* A row under test. */
struct row {
    const struct field_table *t;
    const char *base;   /* the members that the table needs */
    const char *prefix; /* the group that it is in, or "" */
    const struct field *f;
    size_t at; /* of the part */
    char path[128];
};

static _Alignas(16) char values[4096]; /* more than any struct of requests */
static struct field_notes notes;
static struct api_error error;

/* Reads the row's field set to VALUE, which is JSON. */
static takt_rc set(const struct row *r, const char *value, bool groq)
{
    const struct json *root;
    size_t n = strlen(value) + strlen(r->base) + strlen(r->path) + 64;
    char *body = arena_alloc(&arena, n, 1);
    if (r->prefix[0])
        snprintf(body, n, "{%s%s\"%s\":{\"%s\":%s}}", r->base, r->base[0] ? "," : "", r->prefix,
                 r->f->name, value);
    else
        snprintf(body, n, "{%s%s\"%s\":%s}", r->base, r->base[0] ? "," : "", r->f->name, value);
    memset(values, 0, sizeof values);
    memset(&notes, 0, sizeof notes);
    memset(&error, 0, sizeof error);
    takt_rc rc = field_parse(&root, &arena, slice_str(body), &error);
    if (!rc.code)
        rc = field_read(values, &notes, r->t, &arena, slice_str(body), root, groq, &error);
    return rc;
}

static void takes(const struct row *r, const char *value)
{
    if (set(r, value, false).code)
        t_fail(__FILE__, __LINE__, "%s = %.80s: refused: %s", r->path, value, error.message);
}

static void refuses(const struct row *r, const char *value, enum api_why why)
{
    char shown[100];
    snprintf(shown, sizeof shown, "%s", value);
    if (!set(r, value, false).code)
        t_fail(__FILE__, __LINE__, "%s = %s: was taken", r->path, shown);
    else if (error.why != why)
        t_fail(__FILE__, __LINE__, "%s = %s: %s, not %s: %s", r->path, shown,
               api_error_code(error.why), api_error_code(why), error.message);
    else if (strncmp(error.param, r->path, strlen(r->path)) != 0 ||
             strncmp(error.message, r->path, strlen(r->path)) != 0)
        t_fail(__FILE__, __LINE__, "%s = %s: the field is not named: [%s] %s", r->path, shown,
               error.param, error.message);
}

static char *printed(const char *fmt, double v)
{
    return arena_printf(&arena, fmt, v);
}

/* A list or string of N times ELEMENT, in BRACKETS. */
static char *many(const char *element, const char *join, unsigned n, const char *brackets)
{
    size_t each = strlen(element) + strlen(join);
    char *text = arena_alloc(&arena, n * each + 3, 1), *at = text;
    *at++ = brackets[0];
    for (unsigned i = 0; i < n; i++)
        at += snprintf(at, each + 1, "%s%s", element, i + 1 < n ? join : "");
    *at++ = brackets[1];
    return text;
}

static const void *value_of(const struct row *r)
{
    return values + r->at + r->f->at;
}

static void int_borders(const struct row *r)
{
    const struct field *f = r->f;
    bool is_any = f->min == 0 && f->max == 0;
    double min = is_any ? (double)INT64_MIN : f->min, max = is_any || isinf(f->max) ? 0 : f->max;
    takes(r, is_any ? "-9223372036854775808" : printed("%.0f", min));
    if (f->at != SIZE_MAX)
        T_EQ_INT(*(const int64_t *)value_of(r), (int64_t)min);
    refuses(r, is_any ? "-9223372036854775809" : printed("%.0f", min - 1), API_BAD_VALUE);
    if (max != 0) {
        takes(r, printed("%.0f", max));
        takes(r, printed("%.1f", max));
        refuses(r, printed("%.0f", max + 1), API_BAD_VALUE);
    }
    takes(r, is_any || isinf(f->max) ? "9223372036854775807" : printed("%.0f", max));
    refuses(r, "9223372036854775808", API_BAD_VALUE);
    refuses(r, "1e400", API_BAD_VALUE);
    refuses(r, "1.5", API_BAD_VALUE);
    refuses(r, "true", API_BAD_TYPE);
    refuses(r, "\"1\"", API_BAD_TYPE);
    refuses(r, "[1]", API_BAD_TYPE);
}

static void number_borders(const struct row *r)
{
    const struct field *f = r->f;
    refuses(r, "\"1\"", API_BAD_TYPE);
    refuses(r, "true", API_BAD_TYPE);
    refuses(r, "1e400", API_BAD_VALUE);
    refuses(r, "-1e400", API_BAD_VALUE);
    if (f->min == 0 && f->max == 0) {
        takes(r, "1e308");
        return;
    }
    takes(r, printed("%.17g", f->max));
    if (f->at != SIZE_MAX)
        T_NEAR(*(const double *)value_of(r), f->max, 0);
    takes(r, printed("%.17g", f->min));
    refuses(r, printed("%.17g", nextafter(f->max, 1e9)), API_BAD_VALUE);
    refuses(r, printed("%.17g", nextafter(f->min, -1e9)), API_BAD_VALUE);
    takes(r, f->min <= 0 ? "-0" : "1");
    if (f->at != SIZE_MAX && f->min <= 0)
        T_OK(!signbit(*(const double *)value_of(r)));
}

static void string_borders(const struct row *r)
{
    const struct field *f = r->f;
    refuses(r, "1", API_BAD_TYPE);
    refuses(r, "[\"a\"]", API_BAD_TYPE);
    takes(r, "\"\\u00e8 x\"");
    if (f->at != SIZE_MAX)
        T_OK(slice_is(*(const struct slice *)value_of(r), "\xC3\xA8 x"));
    if (f->min > 0)
        refuses(r, "\"\"", API_BAD_VALUE);
    else
        takes(r, "\"\"");
    if (f->max > 0) {
        takes(r, many("\xC3\xA8", "", (unsigned)f->max, "\"\""));
        refuses(r, many("\xC3\xA8", "", (unsigned)f->max + 1, "\"\""), API_TOO_LONG);
    }
}

static void word_borders(const struct row *r)
{
    uint32_t i = 0;
    for (const char *w = r->f->words; *w; i++) {
        size_t n = strcspn(w, "|");
        takes(r, arena_printf(&arena, "\"%.*s\"", (int)n, w));
        if (r->f->at != SIZE_MAX)
            T_EQ_INT(*(const uint32_t *)value_of(r), i);
        w += n + (w[n] == '|');
    }
    refuses(r, "\"\"", API_BAD_VALUE);
    refuses(r, "\"zz|\"", API_BAD_VALUE);
    refuses(r, "3", API_BAD_TYPE);
}

static void strings_borders(const struct row *r)
{
    unsigned max = (unsigned)r->f->max;
    takes(r, "\"a\"");
    takes(r, "[]");
    takes(r, many("\"ab\"", ",", max, "[]"));
    T_EQ_INT(((const struct field_strings *)value_of(r))->n, max);
    refuses(r, many("\"ab\"", ",", max + 1, "[]"), API_TOO_MANY);
    takes(r, many("x", "", API_MAX_STOP_CHARS, "\"\""));
    refuses(r, many("x", "", API_MAX_STOP_CHARS + 1, "\"\""), API_TOO_LONG);
    refuses(r, "\"\"", API_BAD_VALUE);
    refuses(r, "[\"a\",\"\"]", API_BAD_VALUE);
    refuses(r, "[\"a\",1]", API_BAD_VALUE);
    refuses(r, "[\"a\",[]]", API_BAD_TYPE);
    refuses(r, "7", API_BAD_TYPE);
    refuses(r, "{}", API_BAD_TYPE);
}

static void ids_borders(const struct row *r)
{
    takes(r, "[0,2147483647]");
    const struct field_ids *ids = value_of(r);
    if (!T_EQ_INT(ids->n, 2))
        return;
    T_EQ_INT(ids->v[1], INT32_MAX);
    refuses(r, "[-1]", API_BAD_VALUE);
    refuses(r, "[2147483648]", API_BAD_VALUE);
    refuses(r, "[0.5]", API_BAD_VALUE);
    refuses(r, "[1,\"1\"]", API_BAD_TYPE);
    refuses(r, "[null]", API_BAD_TYPE);
    refuses(r, "1", API_BAD_TYPE);
    if (r->f->max > 0) {
        takes(r, many("1", ",", (unsigned)r->f->max, "[]"));
        refuses(r, many("1", ",", (unsigned)r->f->max + 1, "[]"), API_TOO_MANY);
    }
}

static void prompts_borders(const struct row *r)
{
    const struct field_prompts *p = value_of(r);
    unsigned max = (unsigned)r->f->max;
    takes(r, "\"a\"");
    T_OK(p->n == 1 && slice_is(p->text[0], "a") && !p->ids);
    takes(r, many("\"a\"", ",", max, "[]"));
    T_OK(p->n == max && slice_is(p->text[max - 1], "a"));
    takes(r, "[1,2,3]");
    T_OK(p->n == 1 && p->ids[0].n == 3 && p->ids[0].v[2] == 3 && !p->text);
    takes(r, many("[5]", ",", max, "[]"));
    T_OK(p->n == max && p->ids[max - 1].n == 1 && p->ids[0].v[0] == 5);
    takes(r, many("5", ",", 5000, "[]"));
    T_OK(p->n == 1 && p->ids[0].n == 5000);
    refuses(r, many("\"a\"", ",", max + 1, "[]"), API_TOO_MANY);
    refuses(r, many("[5]", ",", max + 1, "[]"), API_TOO_MANY);
    static const char *const bad_values[] = {"\"\"",     "[]",     "[\"\"]",  "[[]]",
                                             "[[1],[]]", "[1,-1]", "[1,2.5]", "[[2147483648]]",
                                             "[\"a\",1]"};
    static const char *const bad_types[] = {"1",           "true",        "{}",
                                            "[1,\"a\"]",   "[[1],\"a\"]", "[{}]",
                                            "[[1],[[1]]]", "[\"a\",[1]]", "[null]"};
    for (size_t i = 0; i < sizeof bad_values / sizeof *bad_values; i++)
        refuses(r, bad_values[i], API_BAD_VALUE);
    for (size_t i = 0; i < sizeof bad_types / sizeof *bad_types; i++)
        refuses(r, bad_types[i], API_BAD_TYPE);
}

static char *object_of(const char *fmt, unsigned n)
{
    struct json_out o = {0};
    char name[32];
    json_obj_begin(&o, NULL);
    for (unsigned i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%u", i);
        if (fmt)
            json_put_str(&o, name, fmt);
        else
            json_put_i64(&o, name, 1);
    }
    json_obj_end(&o);
    char *text = arena_strndup(&arena, o.p, o.len);
    json_out_free(&o);
    return text;
}

static void biases_borders(const struct row *r)
{
    const struct field_biases *b = value_of(r);
    takes(r, "{\"50256\":-100,\"0\":100,\"7\":-0.5}");
    if (!T_EQ_INT(b->n, 3))
        return;
    T_EQ_INT(b->v[0].id, 0);
    T_EQ_INT(b->v[2].id, 50256);
    T_NEAR(b->v[1].bias, -0.5, 0);
    takes(r, "{}");
    takes(r, "{\"2147483647\":1}");
    takes(r, object_of(NULL, API_MAX_BIASES));
    refuses(r, object_of(NULL, API_MAX_BIASES + 1), API_TOO_MANY);
    static const char *const bad[] = {"{\"foo\":0}",        "{\"-1\":0}",       "{\"\":0}",
                                      "{\"01\":0}",         "{\"1.0\":0}",      "{\"+1\":0}",
                                      "{\"2147483648\":0}", "{\"1\\u0000\":0}", "{\"1\":100.5}",
                                      "{\"1\":-101}",       "{\"1\":1e400}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses(r, bad[i], API_BAD_VALUE);
    refuses(r, "{\"1\":\"1\"}", API_BAD_TYPE);
    refuses(r, "{\"1\":null}", API_BAD_TYPE);
    refuses(r, "[1]", API_BAD_TYPE);
}

static void labels_borders(const struct row *r)
{
    takes(r, "{\"a\" : \"b\"}");
    T_OK(slice_is(((const struct field_json *)value_of(r))->text, "{\"a\" : \"b\"}"));
    takes(r, object_of("x", API_MAX_LABELS));
    refuses(r, object_of("x", API_MAX_LABELS + 1), API_TOO_MANY);
    takes(r, object_of(many("y", "", API_MAX_LABEL_TEXT - 2, "yy"), 1));
    refuses(r, object_of(many("y", "", API_MAX_LABEL_TEXT - 1, "yy"), 1), API_TOO_LONG);
    takes(r, arena_printf(&arena, "{%s:\"\"}", many("k", "", API_MAX_LABEL_NAME, "\"\"")));
    refuses(r, arena_printf(&arena, "{%s:\"\"}", many("k", "", API_MAX_LABEL_NAME + 1, "\"\"")),
            API_TOO_LONG);
    refuses(r, "{\"a\":1}", API_BAD_TYPE);
    refuses(r, "\"a\"", API_BAD_TYPE);
}

static void json_borders(const struct row *r)
{
    const struct field *f = r->f;
    if (f->kind == FIELD_LIST && f->max > 0) {
        takes(r, many("{}", ",", (unsigned)f->max, "[]"));
        refuses(r, many("{}", ",", (unsigned)f->max + 1, "[]"), API_TOO_MANY);
    }
    if (f->kind == FIELD_LIST && f->min > 0)
        refuses(r, "[]", API_BAD_VALUE);
    if (f->kind == FIELD_OBJECT) {
        takes(r, "{\"a\":{}}");
        refuses(r, "[]", API_BAD_TYPE);
    }
    if (f->kind != FIELD_ANY) {
        refuses(r, "\"a\"", API_BAD_TYPE);
        refuses(r, "1", API_BAD_TYPE);
    }
}

static void refused_borders(const struct row *r)
{
    static const char *const others[] = {"\"zz\"", "123456789", "{\"zz\":1}", "[1,2,3]"};
    const struct json *only = NULL;
    enum api_why why = r->f->only ? API_UNSUPPORTED_VALUE : API_UNSUPPORTED_FIELD;
    if (r->f->only)
        T_RC(json_parse(&only, &arena, slice_str(r->f->only), "only", NULL, NULL), NULL);
    for (const struct json *v = only ? only->child : NULL; v; v = v->next) {
        struct slice text = field_text(slice_str(r->f->only), v);
        takes(r, arena_printf(&arena, "%.*s", (int)text.len, (const char *)text.p));
    }
    T_OK(!only || only->count > 0); /* an empty list would make a broken schema */
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        refuses(r, others[i], why);
    T_OK(r->f->why && r->f->why[0]);
}

static void borders(const struct row *r)
{
    if (r->f->kind != FIELD_GROUP && !r->f->is_required) {
        takes(r, "null");
        T_OK(r->prefix[0] || !field_given(&notes, r->t, r->f->name));
    }
    if (r->f->state == FIELD_REFUSED) {
        refused_borders(r);
        return;
    }
    switch (r->f->kind) {
    case FIELD_BOOL:
        takes(r, "true");
        T_OK(r->f->at == SIZE_MAX || *(const bool *)value_of(r));
        takes(r, "false");
        T_OK(r->f->at == SIZE_MAX || !*(const bool *)value_of(r));
        refuses(r, "0", API_BAD_TYPE);
        refuses(r, "\"true\"", API_BAD_TYPE);
        break;
    case FIELD_INT: int_borders(r); break;
    case FIELD_NUMBER: number_borders(r); break;
    case FIELD_STRING: string_borders(r); break;
    case FIELD_WORD: word_borders(r); break;
    case FIELD_STRINGS: strings_borders(r); break;
    case FIELD_IDS: ids_borders(r); break;
    case FIELD_PROMPTS: prompts_borders(r); break;
    case FIELD_BIASES: biases_borders(r); break;
    case FIELD_LABELS: labels_borders(r); break;
    case FIELD_ANY:
    case FIELD_OBJECT:
    case FIELD_LIST: json_borders(r); break;
    case FIELD_GROUP:
        refuses(r, "1", API_BAD_TYPE);
        refuses(r, "[]", API_BAD_TYPE);
        break;
    }
    T_OK(r->f->state != FIELD_IDLE || (r->f->why && r->f->why[0]));
    T_OK(r->f->state != FIELD_SERVED || (r->f->help && r->f->help[0]));
}

/* Calls RUN for every row of T; BASE holds the member REQUIRED, and is left out for that one. */
static unsigned each_row(const struct field_table *t, const char *base, const char *required,
                         void (*run)(const struct row *r))
{
    unsigned n = 0;
    for (uint32_t p = 0; p < t->n_parts; p++)
        for (uint32_t i = 0; i < t->parts[p].n; i++) {
            const struct field *f = &t->parts[p].rows[i];
            struct row r = {t, strcmp(f->name, required) ? base : "", "", f, t->parts[p].at, ""};
            snprintf(r.path, sizeof r.path, "%s", f->name);
            run(&r);
            arena_free(&arena);
            n++;
            for (uint32_t k = 0; f->group && k < f->group->n; k++, n++) {
                struct row g = {t, base, f->name, &f->group->rows[k], t->parts[p].at, ""};
                snprintf(g.path, sizeof g.path, "%s.%s", f->name, g.f->name);
                run(&g);
                arena_free(&arena);
            }
        }
    return n;
}

static const struct {
    const struct field_table *t;
    const char *base, *required;
} tables[] = {
    {&api_chat_table, "\"messages\":[{}]", "messages"},
    {&api_completion_table, "\"prompt\":\"p\"", "prompt"},
    {&api_embedding_table, "\"input\":\"p\"", "input"},
    {&api_tokenize_table, "", ""},
    {&api_detokenize_table, "\"tokens\":[]", "tokens"},
    {&api_response_table, "\"input\":\"p\"", "input"},
};
enum { N_TABLES = sizeof tables / sizeof *tables };

T_TEST(every_row_holds_at_its_borders)
{
    for (int i = 0; i < N_TABLES; i++)
        T_OK(each_row(tables[i].t, tables[i].base, tables[i].required, borders) > 1);
}

static const struct field_table *current;

static void is_unique(const struct row *r)
{
    unsigned n = 0;
    for (uint32_t p = 0; p < current->n_parts; p++)
        for (uint32_t i = 0; i < current->parts[p].n; i++)
            n += strcmp(current->parts[p].rows[i].name, r->f->name) == 0;
    if (!r->prefix[0] && n != 1)
        t_fail(__FILE__, __LINE__, "%s has %u rows", r->path, n);
    T_OK(r->f->who != 0);
}

T_TEST(no_field_has_two_rows_or_no_owner)
{
    for (int i = 0; i < N_TABLES; i++) {
        current = tables[i].t;
        unsigned n = each_row(tables[i].t, tables[i].base, tables[i].required, is_unique);
        T_OK(n <= FIELD_ROWS_MAX);
    }
}

/* What Groq does not know is refused in its words, and what it knows is not. */
static void is_strict(const struct row *r)
{
    if (r->f->is_required || r->prefix[0])
        return;
    bool refused = set(r, "[[\"zz\"]]", true).code != 0;
    bool is_unknown = refused && error.why == API_UNKNOWN_FIELD;
    if (is_unknown == (r->f->who & FIELD_GROQ ? true : false))
        t_fail(__FILE__, __LINE__, "%s under Groq's rules: %s", r->path, error.message);
    if (is_unknown)
        T_OK(strstr(error.message, r->f->name) && strstr(error.message, "is unsupported"));
}

T_TEST(groq_strict_refuses_what_groq_does_not_know)
{
    each_row(&api_chat_table, "\"messages\":[{}]", "messages", is_strict);
    each_row(&api_response_table, "\"input\":\"p\"", "input", is_strict);
    each_row(&api_embedding_table, "\"input\":\"p\"", "input", is_strict);
}

/* ---- random requests ------------------------------------------------------------------------- */

/* What a row was set to. */
struct chosen {
    const struct field *f;
    size_t at;
    double number;
    char *json, *string;
};

static const char *random_string(unsigned max)
{
    static const char *const parts[] = {"a",  " ",  "\xC3\xA8", "\xF0\x9F\x98\x80",
                                        "\"", "\\", "\n",       "{"};
    unsigned n = 1 + (unsigned)(t_rand() % 6);
    char *s = arena_alloc(&arena, 40, 1);
    for (unsigned i = 0; i < n && i < max; i++) {
        const char *part = parts[t_rand() % 8];
        memcpy(s + strlen(s), part, strlen(part));
    }
    return s;
}

static char *quoted(const char *s)
{
    struct json_out o = {0};
    json_put_str(&o, NULL, s);
    char *text = arena_strndup(&arena, o.p, o.len);
    json_out_free(&o);
    return text;
}

/* A number that the row takes. */
static double random_number(const struct field *f)
{
    double min = f->min, max = f->max;
    if (min == 0 && max == 0) {
        min = -1e6;
        max = 1e6;
    }
    max = isinf(max) ? min + 1000 : max;
    double v = min + (max - min) * (double)(t_rand() >> 11) * 0x1p-53;
    return f->kind == FIELD_INT ? floor(v) : v;
}

/* Sets C to a random value of row F; false for kinds that this test leaves alone. */
static bool choose(struct chosen *c, const struct field *f, size_t at)
{
    *c = (struct chosen){.f = f, .at = at};
    switch (f->kind) {
    case FIELD_BOOL:
        c->number = t_rand() & 1;
        c->json = arena_printf(&arena, "%s", c->number != 0 ? "true" : "false");
        return true;
    case FIELD_INT:
    case FIELD_NUMBER:
        c->number = random_number(f);
        c->json = arena_printf(&arena, f->kind == FIELD_INT && t_rand() & 1 ? "%.0f" : "%.17g",
                               c->number);
        return true;
    case FIELD_STRING:
    case FIELD_STRINGS:
        c->string = arena_printf(&arena, "%s", random_string(4));
        c->json = quoted(c->string);
        return true;
    default: return false;
    }
}

static void check_chosen(const struct chosen *c, const char *body)
{
    const void *v = values + c->at + c->f->at;
    struct slice s;
    bool ok = true;
    switch (c->f->kind) {
    case FIELD_BOOL: ok = *(const bool *)v == (c->number != 0); break;
    case FIELD_INT: ok = (double)*(const int64_t *)v == c->number; break;
    case FIELD_NUMBER: ok = *(const double *)v == c->number; break;
    case FIELD_STRING: ok = slice_is(*(const struct slice *)v, c->string); break;
    default:
        s = ((const struct field_strings *)v)->v[0];
        ok = ((const struct field_strings *)v)->n == 1 && slice_is(s, c->string);
    }
    if (!ok)
        t_fail(__FILE__, __LINE__, "%s was read wrong from %s", c->f->name, body);
}

static void random_request(const struct field_table *t, const char *base, const char *required)
{
    struct chosen list[FIELD_ROWS_MAX];
    unsigned n = 0;
    const struct json *root;
    char *body = arena_printf(&arena, "{ %s", base);
    for (uint32_t p = 0; p < t->n_parts; p++)
        for (uint32_t i = 0; i < t->parts[p].n; i++) {
            const struct field *f = &t->parts[p].rows[i];
            const char *comma = body[2] ? "," : "";
            if (f->state != FIELD_SERVED || !strcmp(f->name, required) || t_rand() % 3 == 0)
                continue;
            if (t_rand() % 4 == 0)
                body = arena_printf(&arena, "%s%s\"%s\" :null", body, comma, f->name);
            else if (choose(&list[n], f, t->parts[p].at))
                body =
                    arena_printf(&arena, "%s%s\n\"%s\":%s", body, comma, f->name, list[n++].json);
        }
    body = arena_printf(&arena, "%s}", body);
    memset(values, 0, sizeof values);
    memset(&notes, 0, sizeof notes);
    takt_rc rc = field_parse(&root, &arena, slice_str(body), &error);
    if (!rc.code)
        rc = field_read(values, &notes, t, &arena, slice_str(body), root, false, &error);
    if (rc.code)
        t_fail(__FILE__, __LINE__, "%s: %s", error.message, body);
    for (unsigned i = 0; i < n && !rc.code; i++) {
        check_chosen(&list[i], body);
        T_OK(field_given(&notes, t, list[i].f->name));
    }
    arena_free(&arena);
}

T_TEST(random_requests_are_read_back)
{
    for (int round = 0; round < 300; round++) {
        int i = (int)(t_rand() % N_TABLES);
        random_request(tables[i].t, tables[i].base, tables[i].required);
    }
}

T_MAIN("server/api_rows")
