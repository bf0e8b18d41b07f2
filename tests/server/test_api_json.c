/* JSON that exists already, and numbers written fast. */
#include "server/api_json.h"

#include <math.h>

#include "api.h"

/* Written and read, V is the same again, and no longer than json_put_f32 has it. */
static void round_trip(float v)
{
    struct json_out o = {0}, slow = {0};
    api_json_f32(&o, NULL, v);
    json_put_f32(&slow, NULL, v);
    float back = (float)strtod(o.p, NULL);
    if (back != v || o.len > slow.len)
        t_fail(__FILE__, __LINE__, "%.9g is written %s, by the other %s", (double)v, o.p, slow.p);
    T_OK(PARSED(&o) != NULL);
    json_out_free(&o);
    json_out_free(&slow);
}

T_TEST(floats_are_read_back_exactly)
{
    static const float some[] = {
        0,      -0.0f,   1,      -1,       0.1f, 9999,   -9999.5f,        1e-4f,       9.9e-5f,
        1e-30f, 3.4e38f, 1e-45f, 16777216, 0.3f, 123456, 0.999999940395f, 1.00000012f, 8191.99951f};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        round_trip(some[i]);
    for (int i = 0; i < 20000; i++) {
        round_trip(-t_rand_f32(0, 30));
        round_trip(t_rand_f32(-1, 1));
        uint32_t bits = (uint32_t)t_rand();
        float any;
        memcpy(&any, &bits, 4);
        if (isfinite(any))
            round_trip(any);
        if (i % 1000 == 0)
            done();
    }
    done();
}

T_TEST(text_goes_in_as_it_is)
{
    struct json_out o = {.indent = 1};
    json_obj_begin(&o, NULL);
    api_json_put(&o, "a", slice_str("[1, 2]"));
    api_json_quoted(&o, "b", "{'c':'d'}");
    api_json_put(&o, "e", (struct slice){NULL, 0});
    json_obj_end(&o);
    T_EQ_STR(o.p, "{\n \"a\": [1, 2],\n \"b\": {\"c\":\"d\"},\n \"e\": \n}");
    struct slice kept = api_json_keep(&o, &arena);
    T_OK(slice_is(kept, "{\n \"a\": [1, 2],\n \"b\": {\"c\":\"d\"},\n \"e\": \n}") && !o.p);
    o.failed = true;
    api_json_raw(&o, "x", 1);
    T_OK(o.len == 0 && !api_json_keep(&o, &arena).p);
    T_EQ_INT(api_json_characters(slice_str("a\xC3\xA8\xF0\x9F\x98\x80")), 3);
    done();
}

T_MAIN("server/api_json")
