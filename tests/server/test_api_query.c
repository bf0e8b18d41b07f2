/* What stands behind a path's '?', read by tables. */
#include "server/api_items.h"
#include "server/api_query.h"
#include "api.h"

struct asked {
    bool flag;
    int64_t n;
    double x;
    struct slice name;
    struct field_strings list;
    struct field_notes notes;
};

static const struct field rows[] = {
    {FIELD_AT(BOOL, "flag", struct asked, flag), .who = FIELD_TAKT},
    {FIELD_AT(INT, "n", struct asked, n), .who = FIELD_TAKT, .min = 1, .max = 9, .fallback = 5},
    {FIELD_AT(NUMBER, "x", struct asked, x), .who = FIELD_TAKT, .max = 2},
    {FIELD_AT(STRING, "name", struct asked, name), .who = FIELD_TAKT, .max = 20},
    {FIELD_AT(STRINGS, "list", struct asked, list), .who = FIELD_TAKT, .max = 3},
    {FIELD_REFUSE("stream", "[false]"), .who = FIELD_TAKT, .why = "no"},
};
static const struct field_part parts[] = {{rows, sizeof rows / sizeof *rows, 0}};
static const struct field_table table = {parts, 1, NULL};

static struct asked asked;

static void ask(int line, const char *query, enum api_why why, const char *param)
{
    struct api_error e = {0};
    asked = (struct asked){0};
    takt_rc rc = api_query_read(&asked, &asked.notes, &table, &arena, query, &e);
    outcome(__FILE__, line, query, rc, &e, why, param, "");
}
#define ASK(query, why, param) ask(__LINE__, query, why, param)

T_TEST(values_of_all_kinds)
{
    ASK("flag=true&n=7&x=1.5&name=a%20b+c%2B&list=p&list%5B%5D=q&list[]=%C3%A8", API_OK, "");
    T_OK(asked.flag && asked.n == 7 && asked.x == 1.5 && slice_is(asked.name, "a b c+"));
    T_OK(asked.list.n == 3 && slice_is(asked.list.v[0], "p") && slice_is(asked.list.v[2], "è"));
    ASK("", API_OK, "");
    T_OK(!asked.flag && asked.n == 5 && !asked.name.p && asked.list.n == 0);
    ASK("&&name=&stream=false&other", API_OK, "");
    T_OK(asked.name.p && asked.name.len == 0 && asked.notes.n_unknown == 1);
    ASK("name=7", API_OK, "");
    T_OK(slice_is(asked.name, "7"));
    ASK("name=%zz%", API_OK, "");
    T_OK(slice_is(asked.name, "%zz%"));
    done();
}

T_TEST(what_is_wrong_is_named)
{
    ASK("n=0", API_BAD_VALUE, "n");
    ASK("n=ten", API_BAD_TYPE, "n");
    ASK("n=07", API_BAD_TYPE, "n");
    ASK("n=2&n=3", API_BAD_VALUE, "n");
    ASK("flag=yes", API_BAD_TYPE, "flag");
    ASK("x=nan", API_BAD_TYPE, "x");
    ASK("x=9", API_BAD_VALUE, "x");
    ASK("stream=true", API_UNSUPPORTED_VALUE, "stream");
    ASK("list=1&list=2&list=3&list=4", API_TOO_MANY, "list");
    ASK("name=%FF", API_BAD_VALUE, "");
    ASK("na%00me=1", API_BAD_VALUE, "");
    done();
}

T_TEST(there_is_a_limit)
{
    char many[4096] = "";
    for (int i = 0; i < 300; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "a%d=1&", i);
    ASK(many, API_TOO_MANY, "");
    done();
}

static struct slice list_of(const char *items, const char *query, enum api_why why)
{
    static struct json_out o;
    struct api_items_page p = {0};
    struct api_error e = {0};
    json_out_free(&o);
    T_OK(!api_query_read(&p, &p.notes, &api_items_table, &arena, query, &e).code);
    takt_rc rc = api_items_list(&o, slice_str(items), &p, &arena, &e);
    outcome(__FILE__, __LINE__, query, rc, &e, why, why ? "after" : "", "");
    return (struct slice){(const uint8_t *)(o.p ? o.p : ""), o.len};
}

T_TEST(pages_of_items)
{
    static const char items[] = "[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}]";
#define LIST(data, first, last, more)                                                              \
    "{\"object\":\"list\",\"data\":[" data "],\"first_id\":" first ",\"last_id\":" last            \
    ",\"has_more\":" more "}"
    T_OK(slice_is(list_of(items, "limit=2", API_OK),
                  LIST("{\"id\":\"c\"},{\"id\":\"b\"}", "\"c\"", "\"b\"", "true")));
    T_OK(slice_is(list_of(items, "after=b", API_OK),
                  LIST("{\"id\":\"a\"}", "\"a\"", "\"a\"", "false")));
    T_OK(slice_is(list_of(items, "after=b&order=asc", API_OK),
                  LIST("{\"id\":\"c\"}", "\"c\"", "\"c\"", "false")));
    T_OK(slice_is(list_of(items, "after=a", API_OK), LIST("", "null", "null", "false")));
    T_OK(slice_is(list_of("[]", "", API_OK), LIST("", "null", "null", "false")));
    list_of(items, "after=d", API_NO_OBJECT);
    done();
}

T_MAIN("server/api_query")
