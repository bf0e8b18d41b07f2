/* The JSON reader: whatever it accepts, the writer writes, and the reader reads back as the same
 * text. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void write_value(struct json_out *o, const struct json *v)
{
    double d;
    int64_t i;
    bool b;
    switch (v->kind) {
    case JSON_NULL: json_put_null(o, v->key); break;
    case JSON_FALSE:
    case JSON_TRUE: json_put_bool(o, v->key, json_bool(v, &b) && b); break;
    case JSON_STRING: json_put_strn(o, v->key, v->str, v->str_len); break;
    case JSON_NUMBER:
        if (json_i64(v, &i) && i != 0) /* -0 is a number of its own */
            json_put_i64(o, v->key, i);
        else
            json_put_f64(o, v->key, json_f64(v, &d) ? d : 0);
        break;
    case JSON_ARRAY:
        json_arr_begin(o, v->key);
        for (const struct json *m = v->child; m; m = m->next)
            write_value(o, m);
        json_arr_end(o);
        break;
    case JSON_OBJECT:
        json_obj_begin(o, v->key);
        for (const struct json *m = v->child; m; m = m->next)
            write_value(o, m);
        json_obj_end(o);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    takt_err e;
    struct arena a = {.limit_bytes = 64 << 20};
    struct json_limits strict = {.reject_duplicate_keys = true};
    const struct json *v;
    struct json_out once = {0}, twice = {0};
    json_parse(&v, &a, (struct slice){data, n}, "fuzz", &strict, &e);
    if (json_parse(&v, &a, (struct slice){data, n}, "fuzz", NULL, &e).code == 0) {
        write_value(&once, v);
        if (json_parse(&v, &a, (struct slice){(uint8_t *)once.p, once.len}, "fuzz", NULL, &e).code)
            __builtin_trap();
        write_value(&twice, v);
        if (once.len != twice.len || memcmp(once.p, twice.p, once.len) != 0)
            __builtin_trap();
    }
    json_out_free(&once);
    json_out_free(&twice);
    arena_free(&a);
    return 0;
}
