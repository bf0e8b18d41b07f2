/* Hostile bodies and parameters: each is refused with the right status, in words that name the
 * field, or read right. */
#include "server/api_limits.h"
#include "api.h"

#define HI         "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define CHAT(more) "{" HI more "}"

/* The status that BODY gets, and the code. */
static int status_of(struct slice body, const char **code, struct api_error *e)
{
    struct api_chat c;
    *e = (struct api_error){0};
    takt_rc rc = api_chat_read(&c, &arena, body, &usual, e);
    *code = api_error_code(rc.code ? e->why : API_OK);
    int status = rc.code ? api_error_status(e, API_OPENAI, false) : 200;
    T_OK(!rc.code == (e->why == API_OK));
    T_OK(!rc.code || e->message[0]);
    done();
    return status;
}

static void expect(struct slice body, int status, const char *code)
{
    const char *got;
    struct api_error e;
    int s = status_of(body, &got, &e);
    if (s != status || strcmp(got, code) != 0)
        t_fail(__FILE__, __LINE__, "%.80s: %d %s, not %d %s: %s", (const char *)body.p, s, got,
               status, code, e.message);
}

static char *big; /* freed by each test */

/* HEAD, then N times MIDDLE, then TAIL. */
static struct slice repeated(const char *head, const char *middle, size_t n, const char *tail)
{
    size_t h = strlen(head), m = strlen(middle), len = h + n * m + strlen(tail);
    big = malloc(len + 1);
    memcpy(big, head, h);
    for (size_t i = 0; i < n; i++)
        memcpy(big + h + i * m, middle, m);
    memcpy(big + h + n * m, tail, strlen(tail) + 1);
    return (struct slice){(const uint8_t *)big, len};
}

static void expect_repeated(const char *head, const char *middle, size_t n, const char *tail,
                            int status, const char *code)
{
    expect(repeated(head, middle, n, tail), status, code);
    free(big);
}

T_TEST(bodies_that_are_no_json_object)
{
    static const char *const bodies[] = {"",
                                         " ",
                                         "[]",
                                         "\"x\"",
                                         "null",
                                         "7",
                                         "true",
                                         "{",
                                         "}",
                                         "{]",
                                         "{\"a\"}",
                                         "{\"a\":}",
                                         "{\"a\":1,}",
                                         "{a:1}",
                                         "{'a':1}",
                                         "{\"a\":1} x",
                                         "{\"a\":1}{}",
                                         "\xEF\xBB\xBF{}",
                                         "{\"a\":NaN}",
                                         "{\"a\":Infinity}",
                                         "{\"a\":-Infinity}",
                                         "{\"a\":nan}",
                                         "{\"a\":01}",
                                         "{\"a\":+1}",
                                         "{\"a\":.5}",
                                         "{\"a\":1.}",
                                         "{\"a\":0x10}",
                                         "{\"a\":\"\\ud800\"}",
                                         "{\"a\":\"\\udc00\\ud800\"}",
                                         "{\"a\":\"\xFF\"}",
                                         "{\"a\":\"\xC0\x80\"}",
                                         "{\"a\":\"\xED\xA0\x80\"}",
                                         "{\"a\":\"\n\"}",
                                         "{\"a\":\"\\x41\"}",
                                         "{\"a\":\"unclosed}",
                                         "{\"a\":1,\"a\":2}",
                                         "{\"a\":{\"b\":1,\"\\u0062\":2}}",
                                         "/* c */ {}",
                                         "{\"a\":1}\x01"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        expect(slice_str(bodies[i]), 400, "invalid_json");
    expect((struct slice){(const uint8_t *)"{}\0", 3}, 400, "invalid_json");
}

T_TEST(bodies_that_are_too_deep_or_too_large)
{
    expect_repeated("{\"a\":", "[", 100000, "", 400, "array_above_max_length");
    expect_repeated("", "{\"a\":", 100000, "", 400, "array_above_max_length");
    expect_repeated("{\"a\":[", "1,", API_MAX_VALUES, "1]}", 400, "array_above_max_length");
    expect_repeated("{\"messages\":[", "{\"role\":\"user\",\"content\":\"a\"},", 1000000, "{}]}",
                    400, "array_above_max_length");
    expect_repeated("{\"messages\":[", "{\"role\":\"user\",\"content\":\"a\"},", API_MAX_MESSAGES,
                    "{\"role\":\"user\",\"content\":\"a\"}]}", 400, "array_above_max_length");
    expect_repeated("{\"messages\":[", "{\"role\":\"user\",\"content\":\"a\"},",
                    API_MAX_MESSAGES - 1, "{\"role\":\"user\",\"content\":\"a\"}]}", 200, "ok");
    expect_repeated("{\"user\":\"", "x", 1000000, "\"," HI "}", 400, "string_above_max_length");
    expect_repeated("{\"", "k", 100000, "\":1," HI "}", 200, "ok"); /* an unknown name */
    const char *none = "";
    expect((struct slice){(const uint8_t *)none, (size_t)API_MAX_BODY + 1}, 413,
           "request_too_large");
}

T_TEST(a_body_as_large_as_allowed_is_read)
{
    size_t n = (16 << 20);
    struct slice body =
        repeated("{\"messages\":[{\"role\":\"user\",\"content\":\"", "x", n, "\"}]}");
    expect(body, 200, "ok");
    free(big);
}

/* Fields of a chat, and what they get: "ok", or the code of the refusal. */
static const struct {
    const char *more, *code;
} cases[] = {
    {"\"n\":2147483648", "invalid_value"},
    {"\"n\":0", "invalid_value"},
    {"\"n\":17", "invalid_value"},
    {"\"n\":1.0", "ok"},
    {"\"n\":-0", "invalid_value"},
    {"\"best_of\":20", "unsupported_value"},
    {"\"max_tokens\":0", "invalid_value"},
    {"\"max_tokens\":-1", "invalid_value"},
    {"\"max_tokens\":9223372036854775808", "invalid_value"},
    {"\"max_tokens\":1e1", "ok"},
    {"\"max_tokens\":\"5\"", "invalid_type"},
    {"\"temperature\":NaN", "invalid_json"},
    {"\"temperature\":\"NaN\"", "invalid_type"},
    {"\"temperature\":1e308", "invalid_value"},
    {"\"temperature\":-1", "invalid_value"},
    {"\"temperature\":1e400", "invalid_value"},
    {"\"temperature\":-0", "ok"},
    {"\"temperature\":1e-400", "ok"},
    {"\"top_p\":-1", "invalid_value"},
    {"\"top_p\":2", "invalid_value"},
    {"\"top_p\":1.0000000000000002", "invalid_value"},
    {"\"top_k\":-2", "invalid_value"},
    {"\"top_k\":-1", "ok"},
    {"\"top_k\":2147483648", "invalid_value"},
    {"\"repetition_penalty\":0", "invalid_value"},
    {"\"repetition_penalty\":1e-45", "invalid_value"},
    {"\"presence_penalty\":1e999", "invalid_value"},
    {"\"frequency_penalty\":-2.1", "invalid_value"},
    {"\"logit_bias\":{\"foo\":1}", "invalid_value"},
    {"\"logit_bias\":[[1,1]]", "invalid_type"},
    {"\"logprobs\":1", "invalid_type"},
    {"\"logprobs\":true,\"top_logprobs\":1000000", "invalid_value"},
    {"\"logprobs\":true,\"top_logprobs\":21", "invalid_value"},
    {"\"logprobs\":true,\"top_logprobs\":-1", "invalid_value"},
    {"\"stop\":\"\"", "invalid_value"},
    {"\"stop\":[\"\"]", "invalid_value"},
    {"\"stop\":{}", "invalid_type"},
    {"\"seed\":9223372036854775807", "ok"},
    {"\"seed\":-9223372036854775808", "ok"},
    {"\"seed\":9223372036854775808", "invalid_value"},
    {"\"seed\":-9223372036854775809", "invalid_value"},
    {"\"seed\":0.5", "invalid_value"},
    {"\"min_tokens\":-1", "invalid_value"},
    {"\"min_tokens\":5,\"max_tokens\":4", "invalid_value"},
    {"\"model\":\"\"", "invalid_value"},
    {"\"model\":[\"m\"]", "invalid_type"},
    {"\"prompt_embeds\":\"AAAA\"", "ok"}, /* unknown to chat: only named in the warning */
    {"\"chat_template\":\"{{ x.__class__ }}\"", "unsupported_parameter"},
    {"\"chat_template_kwargs\":{\"a\":[1]}", "unsupported_value"},
    {"\"cache_salt\":\"\"", "invalid_value"},
    {"\"metadata\":{\"a\":{}}", "invalid_type"},
    {"\"stream\":\"true\"", "invalid_type"},
    {"\"stream\":1", "invalid_type"},
    {"\"priority\":1e400", "invalid_value"},
    {"\"service_tier\":\"gold\"", "invalid_value"},
    {"\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{"
     "\"pattern\":"
     "\"(\"}}}]",
     "ok"}, /* a schema is only shown to the model */
};

T_TEST(hostile_parameters)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[512];
        snprintf(body, sizeof body, CHAT(",%s"), cases[i].more);
        expect(slice_str(body), strcmp(cases[i].code, "ok") ? 400 : 200, cases[i].code);
    }
    expect_repeated("{" HI ",\"stop\":[", "\"a\",", 100000, "\"a\"]}", 400,
                    "array_above_max_length");
    expect_repeated("{" HI ",\"stop_token_ids\":[", "1,", 100000, "1]}", 400,
                    "array_above_max_length");
    expect_repeated("{" HI ",\"tools\":[", "{},", API_MAX_TOOLS, "{}]}", 400,
                    "array_above_max_length");
}

T_TEST(a_million_biases)
{
    struct json_out o = {0};
    char name[16];
    json_obj_begin(&o, NULL);
    json_obj_begin(&o, "logit_bias");
    for (int i = 0; i < 1000000; i++) {
        snprintf(name, sizeof name, "%d", i);
        json_put_i64(&o, name, 1);
    }
    json_obj_end(&o);
    json_obj_end(&o);
    expect((struct slice){(const uint8_t *)o.p, o.len}, 400, "array_above_max_length");
    json_out_free(&o);
}

T_TEST(memory_that_runs_out_is_told)
{
    const char *body =
        CHAT(",\"stop\":[\"a\"],\"logit_bias\":{\"1\":1},\"metadata\":{\"a\":\"b\"}");
    bool ended = false;
    for (size_t limit = 1; !ended; limit += 40) {
        struct api_chat c;
        struct api_error e = {0};
        arena.limit_bytes = limit;
        takt_rc rc = api_chat_read(&c, &arena, slice_str(body), &usual, &e);
        ended = !rc.code;
        if (rc.code)
            T_OK(e.why == API_NO_MEMORY && api_error_status(&e, API_OPENAI, false) == 503);
        done();
        if (limit > 100000)
            ended = t_fail(__FILE__, __LINE__, "never enough");
    }
    arena.limit_bytes = 0;
}

/* The message goes to the client: no text of ours may hold what only we know. */
T_TEST(errors_show_no_more_than_the_request)
{
    takt_err e = {.code = TAKT_ERR_IO, .sys = 2};
    snprintf(e.where, sizeof e.where, "/models/secret.gguf");
    snprintf(e.what, sizeof e.what, "at 0x7f0011223344");
    for (int code = TAKT_ERR_IO; code <= TAKT_ERR_INTERNAL; code++) {
        struct api_error out;
        char body[API_ERROR_BYTES];
        e.code = (takt_code)code;
        api_error_from_server(&out, &e);
        api_error_body(&out, API_OPENAI, body);
        T_OK(!strstr(body, "secret") && !strstr(body, "0x7f") && out.message[0]);
        api_error_from_request(&out, &e, "messages");
        bool is_clients = code == TAKT_ERR_FORMAT || code == TAKT_ERR_USAGE ||
                          code == TAKT_ERR_LIMIT || code == TAKT_ERR_UNSUPPORTED;
        T_OK(is_clients == (strstr(out.message, "secret") != NULL));
        T_EQ_INT(api_error_status(&out, API_OPENAI, false) < 499, is_clients);
    }
}

T_MAIN("server/api_bad")
