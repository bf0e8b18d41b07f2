/* The machinery of tables of fields. */
#include "server/api_limits.h"
#include "api.h"

struct point {
    double x;
    int64_t n;
    bool on;
    uint32_t word;
    struct slice name;
    struct field_json any;
    double in_x;
};

static const struct field inner[] = {
    {FIELD_AT(NUMBER, "x", struct point, in_x), .who = FIELD_GROQ, .min = 1, .max = 2,
     .fallback = 1.5},
    {FIELD_NONE(INT, "idle"), .who = FIELD_GROQ, .only = "[1]", .why = "it is idle"},
    {FIELD_AT(BOOL, "needed", struct point, on), .who = FIELD_GROQ, .is_required = true},
};
static const struct field_part inner_part = {inner, 3, 0};
static const struct field rows[] = {
    {FIELD_AT(NUMBER, "x", struct point, x), .who = FIELD_GROQ, .max = 2, .fallback = 0.25},
    {FIELD_AT(INT, "n", struct point, n), .who = FIELD_GROQ, .min = 1, .max = 9, .fallback = 7,
     .groq = "[1, 2]"},
    {FIELD_AT(WORD, "word", struct point, word), .who = FIELD_VLLM, .words = "a|b|c",
     .fallback = 2},
    {FIELD_AT(STRING, "name", struct point, name), .who = FIELD_GROQ, .max = 5},
    {FIELD_AT(ANY, "any", struct point, any), .who = FIELD_GROQ},
    {FIELD_NONE(BOOL, "quiet"), .who = FIELD_GROQ, .only = "[false]", .why = "nothing is said"},
    {FIELD_REFUSE("colour", "[\"red\", [1, {\"a\": null}]]"), .who = FIELD_GROQ,
     .why = "points are red"},
    {FIELD_REFUSE("sound", NULL), .who = FIELD_GROQ, .why = "points are silent"},
    {.name = "in", .kind = FIELD_GROUP, .who = FIELD_GROQ, .group = &inner_part},
};
/* Behind something else, as parts are. */
struct request {
    char before[40];
    struct point p;
};
static const struct field_part parts[] = {
    {rows, sizeof rows / sizeof *rows, offsetof(struct request, p)}};
static const struct field_table table = {parts, 1, "[{'required':['x']}]"};

static struct request q;
static struct field_notes notes;
static struct api_error error;

static takt_rc read_with(const char *body, bool groq)
{
    const struct json *root;
    memset(&q, 0, sizeof q);
    memset(&notes, 0, sizeof notes);
    memset(&error, 0, sizeof error);
    takt_rc rc = field_parse(&root, &arena, slice_str(body), &error);
    return rc.code ? rc
                   : field_read(&q, &notes, &table, &arena, slice_str(body), root, groq, &error);
}

static void is(const char *body, enum api_why why, const char *param, const char *message)
{
    takt_rc rc = read_with(body, false);
    outcome(__FILE__, __LINE__, body, rc, &error, why, param, message);
    if (why != API_OK)
        T_EQ_STR(error.message, message);
    done();
}

T_TEST(defaults_hold_where_nothing_is_given)
{
    T_RC(read_with(" { } ", false), NULL);
    T_NEAR(q.p.x, 0.25, 0);
    T_EQ_INT(q.p.n, 7);
    T_EQ_INT(q.p.word, 2);
    T_NEAR(q.p.in_x, 1.5, 0);
    T_OK(!q.p.name.p && !q.p.any.v);
    for (size_t i = 0; i < sizeof q.before; i++)
        T_EQ_INT(q.before[i], 0);
    T_OK(!field_given(&notes, &table, "x") && !field_given(&notes, &table, "no such row"));
    done();
}

T_TEST(values_are_kept_and_null_is_nothing)
{
    const char *body = "{\"x\":1.5,\"n\":null,\"word\":\"b\",\"name\":\"\\u00e8\\n\","
                       "\"any\": [ {\"a\\\"]\": \"}\"} ] ,\"in\":{\"x\":2,\"needed\":true}}";
    T_RC(read_with(body, false), NULL);
    T_NEAR(q.p.x, 1.5, 0);
    T_EQ_INT(q.p.n, 7);
    T_EQ_INT(q.p.word, 1);
    T_OK(slice_is(q.p.name, "\xC3\xA8\n"));
    T_OK(slice_is(q.p.any.text, "[ {\"a\\\"]\": \"}\"} ]"));
    T_OK(q.p.any.text.p > (const uint8_t *)body &&
         q.p.any.text.p < (const uint8_t *)body + strlen(body));
    T_NEAR(q.p.in_x, 2, 0);
    T_OK(q.p.on);
    T_OK(field_given(&notes, &table, "x") && !field_given(&notes, &table, "n") &&
         field_given(&notes, &table, "in"));
    done();
}

T_TEST(messages_name_the_field_and_what_it_may_be)
{
    is("{\"x\":3}", API_BAD_VALUE, "x", "x: 3; it must lie between 0 and 2");
    is("{\"x\":\"hot\"}", API_BAD_TYPE, "x", "x: \"hot\"; it must be a number between 0 and 2");
    is("{\"x\":[]}", API_BAD_TYPE, "x", "x: a list; it must be a number between 0 and 2");
    is("{\"x\":1e999}", API_BAD_VALUE, "x", "x: 1e999; it must lie between 0 and 2");
    is("{\"n\":0}", API_BAD_VALUE, "n", "n: 0; it must be a whole number from 1 to 9");
    is("{\"n\":1.5}", API_BAD_VALUE, "n", "n: 1.5; it must be a whole number from 1 to 9");
    is("{\"n\":true}", API_BAD_TYPE, "n", "n: true; it must be a whole number from 1 to 9");
    is("{\"word\":\"d\"}", API_BAD_VALUE, "word", "word: \"d\"; it must be one of a, b or c");
    is("{\"name\":\"abcdef\"}", API_TOO_LONG, "name", "name: has 6 characters; 5 are allowed");
    is("{\"colour\":\"blue\"}", API_UNSUPPORTED_VALUE, "colour",
       "colour: \"blue\"; only \"red\", [1, {\"a\": null}] is served: points are red");
    is("{\"sound\":{}}", API_UNSUPPORTED_FIELD, "sound",
       "sound: is not served (points are silent); leave it out");
    is("{\"in\":{\"x\":0,\"needed\":true}}", API_BAD_VALUE, "in.x",
       "in.x: 0; it must lie between 1 and 2");
    is("{\"in\":{}}", API_MISSING, "in.needed", "in.needed: is missing; it must be true or false");
    is("{\"in\":{\"needed\":null}}", API_MISSING, "in.needed",
       "in.needed: is missing; it must be true or false");
    is("{\"in\":7}", API_BAD_TYPE, "in", "in: 7; it must be an object");
    is("{\"colour\":\"red\"}", API_OK, "", "");
    is("{\"colour\":[1.0,{\"a\":null}]}", API_OK, "", "");
    is("{\"colour\":[1,{\"b\":null}]}", API_UNSUPPORTED_VALUE, "colour",
       "colour: a list; only \"red\", [1, {\"a\": null}] is served: points are red");
}

T_TEST(what_a_client_sent_is_shown_cut_and_tame)
{
    is("{\"word\":\"\\u0001\\u001b[31m\\u007f\"}", API_BAD_VALUE, "word",
       "word: \"??[31m?\"; it must be one of a, b or c");
    is("{\"word\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xC3\xA8zz\"}", API_BAD_VALUE, "word",
       "word: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\"; it must be one of a, b or c");
    is("{\"n\":1234567890123456789012345678901234567890123}", API_BAD_VALUE, "n",
       "n: 1234567890123456789012345678901234567890...; it must be a whole number from 1 to 9");
}

T_TEST(unknown_and_idle_fields_are_told)
{
    char text[256], small[12];
    T_RC(read_with("{\"foo\":1,\"b\\r\\na,r;\xC3\xA8\":{},\"gone\":null,\"quiet\":true,"
                   "\"in\":{\"idle\":2,\"zip\":[],\"needed\":true}}",
                   false),
         NULL);
    T_EQ_STR(field_warning(&notes, text, sizeof text),
             "unknown: foo, b??a?r???, zip; without effect: quiet, in.idle");
    T_EQ_STR(field_warning(&notes, small, sizeof small), "unknown: fo");
    T_RC(read_with("{\"quiet\":false,\"in\":{\"idle\":1,\"needed\":false}}", false), NULL);
    T_EQ_STR(field_warning(&notes, text, sizeof text), "");
    T_RC(read_with("{\"quiet\":true}", false), NULL);
    T_EQ_STR(field_warning(&notes, text, sizeof text), "without effect: quiet");
    is("{\"quiet\":1}", API_BAD_TYPE, "quiet", "quiet: 1; it must be true or false");
    done();
}

T_TEST(many_unknown_fields_are_counted_then_refused)
{
    struct json_out o = {0};
    char name[16], text[2048];
    json_obj_begin(&o, NULL);
    for (int i = 0; i <= API_MAX_FIELDS; i++) {
        snprintf(name, sizeof name, "u%d", i);
        if (i == API_MAX_FIELDS) {
            char *all = arena_printf(&arena, "%s}", o.p);
            T_RC(read_with(all, false), NULL);
            T_EQ_INT(notes.n_unknown, API_MAX_FIELDS);
            T_OK(strstr(field_warning(&notes, text, sizeof text), "u15, ...") != NULL);
        }
        json_put_i64(&o, name, i);
    }
    json_obj_end(&o);
    T_OK(read_with(o.p, false).code != 0);
    T_EQ_INT(error.why, API_TOO_MANY);
    json_out_free(&o);
    done();
}

T_TEST(strict_reading_refuses_as_groq_does)
{
    T_OK(read_with("{\"foo\":1}", true).code != 0);
    T_EQ_STR(error.message, "property 'foo' is unsupported");
    T_EQ_INT(error.why, API_UNKNOWN_FIELD);
    T_OK(read_with("{\"word\":\"a\"}", true).code != 0);
    T_EQ_STR(error.message, "property 'word' is unsupported");
    T_OK(read_with("{\"in\":{\"zip\":1}}", true).code != 0);
    T_EQ_STR(error.message, "property 'in.zip' is unsupported");
    T_OK(read_with("{\"n\":3}", true).code != 0);
    T_EQ_STR(error.message, "n: 3; only 1, 2 is supported");
    T_RC(read_with("{\"n\":2.0,\"x\":1}", true), NULL);
    done();
}

T_TEST(whole_numbers_are_exact_however_written)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t v;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"-0.000e7", true, 0},
        {"0e99999999999999999999", true, 0},
        {"1e3", true, 1000},
        {"1.50e1", true, 15},
        {"100e-2", true, 1},
        {"-12.30E+2", true, -1230},
        {"1e18", true, 1000000000000000000},
        {"9.223372036854775807e18", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"-922337203685477580800e-2", true, INT64_MIN},
        {"1000000000000000000000000e-24", true, 1},
        {"0.0000000000000000000000001e25", true, 1},
        {"9223372036854775808", false, 0},
        {"9.223372036854775808e18", false, 0},
        {"-9223372036854775809", false, 0},
        {"1e19", false, 0},
        {"1e400", false, 0},
        {"1e99999999999999999999", false, 0},
        {"1e-1", false, 0},
        {"15e-1", false, 0},
        {"1.0000000000000000000001", false, 0},
        {"1e-99999999999999999999", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct json v = {
            .kind = JSON_NUMBER, .str = cases[i].text, .str_len = strlen(cases[i].text)};
        int64_t x = 0;
        bool ok = field_integer(&v, &x);
        if (ok != cases[i].ok || (ok && x != cases[i].v))
            t_fail(__FILE__, __LINE__, "%s: %d, %lld", cases[i].text, ok, (long long)x);
    }
    const struct json s = {.kind = JSON_STRING, .str = "1", .str_len = 1};
    int64_t x;
    T_OK(!field_integer(&s, &x) && !field_integer(NULL, &x));
}

/* Of a random value printed with random white space, its text is found again. */
static void put_random(struct json_out *o, const char *key, int depth)
{
    static const char *const strings[] = {"",     "]",  "}",          "\"", "\\",
                                          "\\\"", "{[", "\xC3\xA8\n", ","};
    uint64_t kind = t_rand() % (depth > 4 ? 4 : 6);
    switch (kind) {
    case 0: json_put_str(o, key, strings[t_rand() % 9]); break;
    case 1: json_put_i64(o, key, (int64_t)t_rand()); break;
    case 2: json_put_bool(o, key, t_rand() & 1); break;
    case 3: json_put_null(o, key); break;
    default:
        kind == 4 ? json_arr_begin(o, key) : json_obj_begin(o, key);
        for (unsigned i = (unsigned)(t_rand() % 4); i > 0; i--)
            put_random(o, kind == 4 ? NULL : strings[i], depth + 1);
        kind == 4 ? json_arr_end(o) : json_obj_end(o);
    }
}

static void check_texts(struct slice body, const struct json *v)
{
    const struct json *again;
    struct slice text = field_text(body, v);
    takt_err e;
    if (!T_RC(json_parse(&again, &arena, text, "text", NULL, &e), &e))
        return;
    T_EQ_INT(again->kind, v->kind);
    T_EQ_INT(again->count, v->count);
    for (const struct json *m = v->child; m; m = m->next)
        check_texts(body, m);
}

T_TEST(the_text_of_any_value_is_found)
{
    for (int i = 0; i < 200; i++) {
        struct json_out o = {.indent = (int)(t_rand() % 3)};
        const struct json *root;
        put_random(&o, NULL, 0);
        struct slice body = {(const uint8_t *)o.p, o.len};
        T_RC(json_parse(&root, &arena, body, "body", NULL, NULL), NULL);
        check_texts(body, root);
        json_out_free(&o);
        done();
    }
}

T_TEST(a_table_documents_itself)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    if (!T_OK(f))
        return;
    field_markdown(f, &table);
    fclose(f);
    static const char *const want[] = {
        "| `x` | a number between 0 and 2 | 0.25 | G |",
        "| `word` | one of a, b or c | c | V |",
        "| `in.x` | a number between 1 and 2 | 1.5 | G |",
        "| `in.needed` | true or false | required |",
        "| `quiet` | true or false | G | nothing is said |",
        "| `colour` | only `\"red\", [1, {\"a\": null}]` | G | points are red |",
        "| `sound` | nothing | G | points are silent |",
        "Groq takes only `1, 2`."};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        if (!strstr(text, want[i]))
            t_fail(__FILE__, __LINE__, "no \"%s\" in\n%s", want[i], text);
    free(text);
    struct json_out o = {0};
    field_schema(&o, NULL, &table);
    const struct json *root = PARSED(&o), *p = json_get(root, "properties");
    double max;
    T_OK(json_f64(json_get(json_get(p, "x"), "maximum"), &max) && max == 2);
    T_OK(json_is_str(json_at(json_get(json_get(p, "x"), "type"), 1), "null"));
    T_EQ_INT(json_get(json_get(p, "word"), "enum")->count, 4);
    T_EQ_INT(json_get(json_get(p, "colour"), "enum")->count, 3);
    T_OK(json_is_str(json_get(json_get(p, "sound"), "type"), "null"));
    T_OK(json_is_str(json_at(json_get(json_get(p, "in"), "required"), 0), "needed"));
    T_OK(
        json_is_str(json_get(json_get(json_get(json_get(p, "in"), "properties"), "needed"), "type"),
                    "boolean"));
    T_OK(json_is_str(json_at(json_get(json_at(json_get(root, "allOf"), 0), "required"), 0), "x"));
    json_out_free(&o);
    done();
}

T_MAIN("server/api_field")
