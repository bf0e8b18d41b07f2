#include "base/json.h"

#include <dirent.h>
#include <float.h>
#include <math.h>

#include "base/file.h"
#include "t.h"

static struct arena arena;

static takt_rc parse(const struct json **v, const char *text, takt_err *e)
{
    return json_parse(v, &arena, slice_str(text), "t", NULL, e);
}

static void refuse(const char *text, takt_code code, const char *part)
{
    takt_err e;
    const struct json *v;
    T_FAILS(parse(&v, text, &e), &e, code, part);
    T_OK(!v);
    arena_free(&arena);
}

T_TEST(values)
{
    takt_err e;
    const struct json *v;
    if (!T_RC(parse(&v,
                    " {\"a\" : [1, -2.5e3, \"x\", null, true, false, {}, []], \"b\":{\"c\":0}} ",
                    &e),
              &e))
        return;
    const struct json *a = json_get(v, "a");
    T_EQ_INT(v->kind, JSON_OBJECT);
    T_EQ_INT(v->count, 2);
    T_EQ_INT(a->kind, JSON_ARRAY);
    T_EQ_INT(a->count, 8);
    T_EQ_STR(a->key, "a");
    T_EQ_INT(a->offset, 8);
    T_EQ_STR(json_at(a, 1)->str, "-2.5e3");
    T_OK(json_is_str(json_at(a, 2), "x"));
    T_OK(!json_is_str(json_at(a, 2), "xy"));
    T_EQ_INT(json_at(a, 3)->kind, JSON_NULL);
    bool b = false;
    T_OK(json_bool(json_at(a, 4), &b) && b);
    T_OK(json_bool(json_at(a, 5), &b) && !b);
    T_EQ_INT(json_at(a, 6)->count, 0);
    T_OK(!json_at(a, 6)->child);
    T_OK(!json_at(a, 8) && !json_at(v, 0) && !json_get(a, "a") && !json_get(v, "z"));
    T_OK(!json_get(NULL, "a") && !json_at(NULL, 0) && !json_bool(NULL, &b));
    int64_t i = 7;
    T_OK(json_i64(json_get(json_get(v, "b"), "c"), &i) && i == 0);
    arena_free(&arena);
}

T_TEST(strings)
{
    takt_err e;
    const struct json *v;
    T_RC(parse(&v, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e8\\uD834\\uDd1E\xE2\x82\xAC\"", &e), &e);
    T_EQ_STR(v->str, "\"\\/\b\f\n\r\t\xC3\xA8\xF0\x9D\x84\x9E\xE2\x82\xAC");
    T_RC(parse(&v, "\"a\\u0000b\"", &e), &e);
    T_EQ_INT(v->str_len, 3);
    T_EQ_MEM(v->str, "a\0b", 4);
    /* Every length and position of a special character around the 16-byte scan. */
    for (unsigned n = 0; n < 70; n++)
        for (unsigned at = 0; at <= n; at++) {
            char text[160], want[160];
            int k =
                snprintf(text, sizeof text, "\"%.*s\\n%.*s\"", (int)at,
                         "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst",
                         (int)(n - at),
                         "\xC3\xA8\xC3\xA8\xC3\xA8 ABCDEFGHIJKLMNOPQRSTUVWXYZ  "
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ__________________");
            snprintf(want, sizeof want, "%.*s", k - 2, text + 1);
            char *esc = strstr(want, "\\n");
            *esc = '\n';
            memmove(esc + 1, esc + 2, strlen(esc + 2) + 1);
            takt_rc rc = parse(&v, text, &e);
            bool cut = n - at < 6 && (n - at) % 2 == 1; /* half a character before the quote */
            if (cut)
                T_FAILS(rc, &e, TAKT_ERR_FORMAT, "UTF-8");
            else if (T_RC(rc, &e))
                T_EQ_STR(v->str, want);
            arena_free(&arena);
        }
}

T_TEST(errors_name_the_place)
{
    refuse("", TAKT_ERR_FORMAT, "empty");
    refuse("  ", TAKT_ERR_FORMAT, "ends where a value");
    refuse("{\n \"a\": 1,\n ?}", TAKT_ERR_FORMAT,
           "t: offset 12 (line 3, column 2): '?' where the name of a member");
    refuse("[1 2]", TAKT_ERR_FORMAT, "offset 3 (line 1, column 4): '2' where ',' or ']'");
    refuse("[1,]", TAKT_ERR_FORMAT, "']' where a value");
    refuse("{\"a\":1,}", TAKT_ERR_FORMAT, "name of a member");
    refuse("{\"a\" 1}", TAKT_ERR_FORMAT, "':'");
    refuse("\"abc", TAKT_ERR_FORMAT, "offset 0 (line 1, column 1): this string has no closing");
    refuse("\"a\x01\"", TAKT_ERR_FORMAT, "control character 0x01");
    refuse("\"\\x\"", TAKT_ERR_FORMAT, "after a backslash");
    refuse("\"\\ud800x\"", TAKT_ERR_FORMAT, "surrogate");
    refuse("\"\\udc00\"", TAKT_ERR_FORMAT, "surrogate");
    refuse("\"\\ud800\\u0041\"", TAKT_ERR_FORMAT, "surrogate");
    refuse("\"\\u12g4\"", TAKT_ERR_FORMAT, "hexadecimal");
    refuse("\"\xC0\x80\"", TAKT_ERR_FORMAT, "UTF-8");
    refuse("01", TAKT_ERR_FORMAT, "end of the text");
    refuse("1.", TAKT_ERR_FORMAT, "after the decimal point");
    refuse("1e+", TAKT_ERR_FORMAT, "exponent");
    refuse("-", TAKT_ERR_FORMAT, "a digit");
    refuse("nul", TAKT_ERR_FORMAT, "a value");
    refuse("\xEF\xBB\xBF{}", TAKT_ERR_FORMAT, "byte 0xef");
}

static void limit(const char *text, struct json_limits lim, int code)
{
    takt_err e;
    const struct json *v;
    T_EQ_INT(json_parse(&v, &arena, slice_str(text), "t", &lim, &e).code, code);
    arena_free(&arena);
}

T_TEST(limits)
{
    limit("[[[]]]", (struct json_limits){.depth_max = 3}, 0);
    limit("[[[[]]]]", (struct json_limits){.depth_max = 3}, TAKT_ERR_LIMIT);
    limit("[1,2,3]", (struct json_limits){.nodes_max = 4}, 0);
    limit("[1,2,3,4]", (struct json_limits){.nodes_max = 4}, TAKT_ERR_LIMIT);
    limit("{\"a\":1,\"b\":2}", (struct json_limits){.reject_duplicate_keys = true}, 0);
    limit("{\"a\":1,\"\\u0061\":2}", (struct json_limits){.reject_duplicate_keys = true},
          TAKT_ERR_FORMAT);
    char deep[201];
    memset(deep, '[', 200);
    deep[200] = 0;
    limit(deep, (struct json_limits){0}, TAKT_ERR_LIMIT);
    arena.limit_bytes = 100;
    limit("[1,2,3]", (struct json_limits){0}, TAKT_ERR_MEMORY);
    arena.limit_bytes = 0;
}

T_TEST(duplicates_in_large_objects)
{
    for (int twice = 0; twice < 2; twice++) {
        struct json_out o = {0};
        char name[16];
        json_obj_begin(&o, NULL);
        for (int i = 0; i < 500; i++) {
            snprintf(name, sizeof name, "k%d", twice && i == 400 ? 17 : i);
            json_put_i64(&o, name, i);
        }
        json_obj_end(&o);
        limit(o.p, (struct json_limits){.reject_duplicate_keys = true},
              twice ? TAKT_ERR_FORMAT : 0);
        const struct json *v;
        int64_t i = 0;
        T_RC(parse(&v, o.p, NULL), NULL);
        T_OK(json_i64(json_get(v, "k17"), &i));
        T_EQ_INT(i, twice ? 400 : 17); /* the last one wins */
        json_out_free(&o);
        arena_free(&arena);
    }
}

static bool as_i64(const char *text, int64_t *out)
{
    const struct json *v;
    bool ok = parse(&v, text, NULL).code == 0 && json_i64(v, out);
    arena_free(&arena);
    return ok;
}

static bool as_f64(const char *text, double *out)
{
    const struct json *v;
    bool ok = parse(&v, text, NULL).code == 0 && json_f64(v, out);
    arena_free(&arena);
    return ok;
}

T_TEST(numbers)
{
    int64_t i = 0;
    double d = 0;
    T_OK(as_i64("9223372036854775807", &i) && i == INT64_MAX);
    T_OK(as_i64("-9223372036854775808", &i) && i == INT64_MIN);
    T_OK(!as_i64("9223372036854775808", &i) && !as_i64("-9223372036854775809", &i));
    T_OK(as_i64("12.0", &i) && i == 12);
    T_OK(as_i64("-3e0", &i) && i == -3);
    T_OK(!as_i64("1.5", &i) && !as_i64("1e1", &i) && !as_i64("\"1\"", &i));
    T_OK(as_f64("0.1", &d) && d == 0.1);
    T_OK(as_f64("-1.7976931348623157e308", &d) && d == -DBL_MAX);
    T_OK(as_f64("5e-324", &d) && d == 5e-324);
    T_OK(as_f64("1e-999", &d) && d == 0);
    d = 3;
    T_OK(!as_f64("1e999", &d) && d == 3);
}

static void put_f64(double v, const char *want)
{
    struct json_out o = {0};
    json_put_f64(&o, NULL, v);
    T_EQ_STR(o.p, want);
    json_out_free(&o);
}

T_TEST(writes_numbers)
{
    put_f64(0, "0");
    put_f64(-0.0, "-0");
    put_f64(0.1, "0.1");
    put_f64(1, "1");
    put_f64(-1500, "-1500");
    put_f64(1e16, "10000000000000000");
    put_f64(1e17, "1e17");
    put_f64(123.456, "123.456");
    put_f64(0.00001, "0.00001");
    put_f64(0.0000012, "1.2e-6");
    put_f64(DBL_MAX, "1.7976931348623157e308");
    put_f64(5e-324, "5e-324");
    put_f64(1.0 / 3, "0.3333333333333333");
    put_f64(9007199254740993.0, "9007199254740992");
    put_f64(INFINITY, "null");
    put_f64(NAN, "null");
    for (int k = 0; k < 20000; k++) {
        uint64_t bits = t_rand();
        double v, back;
        memcpy(&v, &bits, 8);
        if (!isfinite(v))
            continue;
        struct json_out o = {0};
        json_put_f64(&o, NULL, v);
        if (!T_OK(as_f64(o.p, &back) && memcmp(&v, &back, 8) == 0))
            printf("# %a became %s\n", v, o.p);
        json_out_free(&o);
    }
}

static void put_f32(float v, const char *want)
{
    struct json_out o = {0};
    json_put_f32(&o, NULL, v);
    T_EQ_STR(o.p, want);
    json_out_free(&o);
}

T_TEST(writes_numbers_of_32_bits)
{
    put_f32(0, "0");
    put_f32(0.1f, "0.1");
    put_f32(-0.95f, "-0.95");
    put_f32(1.0f / 3, "0.33333334");
    put_f32(16777216, "16777216");
    put_f32(1e-45f, "1.4013e-45");
    put_f32(FLT_MAX, "3.4028235e38");
    put_f32(INFINITY, "null");
    put_f32(NAN, "null");
}

T_TEST(writes_text)
{
    struct json_out o = {0};
    json_obj_begin(&o, NULL);
    json_put_str(&o, "a\"", "x\n\x01\x7F/\xC3\xA8\xFFz");
    json_arr_begin(&o, "b");
    json_put_i64(&o, NULL, INT64_MIN);
    json_put_u64(&o, NULL, UINT64_MAX);
    json_put_bool(&o, NULL, true);
    json_put_null(&o, NULL);
    json_obj_begin(&o, NULL);
    json_obj_end(&o);
    json_arr_end(&o);
    json_put_strn(&o, "n", "\0b", 2);
    json_obj_end(&o);
    T_OK(!o.failed);
    T_EQ_STR(o.p,
             "{\"a\\\"\":\"x\\n\\u0001\x7F/\xC3\xA8\xEF\xBF\xBDz\",\"b\":[-9223372036854775808,"
             "18446744073709551615,true,null,{}],\"n\":\"\\u0000b\"}");
    const struct json *v;
    T_RC(parse(&v, o.p, NULL), NULL);
    arena_free(&arena);
    json_out_free(&o);
    o.indent = 2;
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "a");
    json_put_i64(&o, NULL, 1);
    json_put_i64(&o, NULL, 2);
    json_arr_end(&o);
    json_arr_begin(&o, "e");
    json_arr_end(&o);
    json_obj_end(&o);
    T_EQ_STR(o.p, "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"e\": []\n}");
    json_out_free(&o);
}

/* Reads FILE whole and says whether it is accepted. */
static bool accepts(const char *path, takt_err *e)
{
    char *text;
    size_t n;
    const struct json *v;
    struct json_limits lim = {.depth_max = 512};
    if (!T_RC(file_read_all(&text, &n, path, 1 << 24, e), e))
        return false;
    takt_rc rc = json_parse(&v, &arena, (struct slice){(uint8_t *)text, n}, path, &lim, e);
    free(text);
    arena_free(&arena);
    return rc.code == 0;
}

/* JSONTestSuite names its files y_ (must be read), n_ (must be refused) and i_ (either). */
T_TEST(json_test_suite)
{
    char dir[512], path[1024];
    unsigned n_yes = 0, n_no = 0;
    takt_err e;
    if (!t_shared(dir, sizeof dir, "json/JSONTestSuite/test_parsing"))
        T_SKIP("no JSONTestSuite in the shared data");
    DIR *d = opendir(dir);
    if (!T_OK(d))
        return;
    for (struct dirent *f; (f = readdir(d));) {
        if (f->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", dir, f->d_name);
        bool ok = accepts(path, &e);
        bool must = f->d_name[0] == 'y', must_not = f->d_name[0] == 'n';
        n_yes += must;
        n_no += must_not;
        if ((must && !ok) || (must_not && ok))
            t_fail(__FILE__, __LINE__, "%s: %s", f->d_name, ok ? "accepted" : e.what);
    }
    closedir(d);
    T_OK(n_yes >= 40 && n_no >= 90);
}

T_MAIN("base/json")
