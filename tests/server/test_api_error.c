/* Errors as clients see them. */
#include "server/api_error.h"

#include "api.h"

static struct api_error error;
static char buf[API_ERROR_BYTES];

T_TEST(bodies_in_three_dialects)
{
    api_refuse(&error, API_BAD_VALUE, "temperature", "%d; it must lie between 0 and %d", 3, 2);
    size_t n = api_error_body(&error, API_OPENAI, buf);
    T_EQ_STR(buf,
             "{\"error\":{\"message\":\"temperature: 3; it must lie between 0 and 2\",\"type\":"
             "\"invalid_request_error\",\"param\":\"temperature\",\"code\":\"invalid_value\"}}");
    T_EQ_INT(n, strlen(buf));
    api_error_body(&error, API_VLLM, buf);
    T_EQ_STR(buf,
             "{\"error\":{\"message\":\"temperature: 3; it must lie between 0 and 2\",\"type\":"
             "\"BadRequestError\",\"param\":\"temperature\",\"code\":400}}");
    api_error_body(&error, API_GROQ, buf);
    T_OK(strstr(buf, "\"param\":\"temperature\",\"code\":\"invalid_value\"}}"));
    api_refuse(&error, API_FAULT, NULL, "x");
    api_error_body(&error, API_OPENAI, buf);
    T_EQ_STR(buf, "{\"error\":{\"message\":\"x\",\"type\":\"server_error\",\"param\":null,\"code\":"
                  "\"internal_error\"}}");
    api_error_body(&error, API_GROQ, buf);
    T_EQ_STR(buf, "{\"error\":{\"message\":\"x\",\"type\":\"internal_server_error\",\"code\":"
                  "\"internal_error\"}}");
    api_refuse(&error, API_BAD_REQUEST, "", "x");
    api_error_body(&error, API_OPENAI, buf);
    T_OK(strstr(buf, "\"param\":null,\"code\":null}}"));
    api_error_body(&error, API_GROQ, buf);
    T_EQ_STR(buf, "{\"error\":{\"message\":\"x\",\"type\":\"invalid_request_error\"}}");
}

T_TEST(events_in_streams)
{
    api_refuse(&error, API_FAULT, NULL, "x");
    api_error_event(&error, API_OPENAI, buf);
    T_EQ_STR(buf, "data: {\"error\":{\"message\":\"x\",\"type\":\"server_error\",\"param\":null,"
                  "\"code\":\"internal_error\"}}\n\n");
    api_error_event(&error, API_GROQ, buf);
    T_EQ_STR(buf,
             "event: error\ndata: {\"error\":{\"message\":\"x\",\"type\":"
             "\"internal_server_error\",\"code\":\"internal_error\",\"status_code\":500}}\n\n");
}

T_TEST(every_reason_has_a_status_a_code_and_a_body)
{
    for (int why = API_OK + 1; why < API_WHYS; why++) {
        int code = api_refuse(&error, (enum api_why)why, "p", "m").code;
        int status = api_error_status(&error, API_OPENAI, false);
        T_OK(code > TAKT_ERR_NONE && code <= TAKT_ERR_INTERNAL);
        T_OK(status >= 400 && status < 600);
        T_OK(api_error_code((enum api_why)why)[0]);
        for (int d = API_OPENAI; d <= API_VLLM; d++) {
            size_t n = api_error_body(&error, (enum api_dialect)d, buf);
            const struct json *e = json_get(parsed(__FILE__, __LINE__, buf, n), "error");
            T_OK(json_is_str(json_get(e, "message"), "p: m"));
            T_OK(json_is_str(json_get(e, "param"), "p"));
            T_OK(json_get(e, "type") && json_get(e, "type")->str_len > 0);
            done();
        }
    }
    T_OK(api_error_status(&(struct api_error){.why = (enum api_why)999}, API_OPENAI, false) == 500);
}

T_TEST(flex_requests_of_groqs_get_498)
{
    api_refuse(&error, API_OVERLOADED, NULL, "x");
    T_EQ_INT(api_error_status(&error, API_GROQ, true), 498);
    T_EQ_INT(api_error_status(&error, API_GROQ, false), 429);
    T_EQ_INT(api_error_status(&error, API_OPENAI, true), 429);
    api_refuse(&error, API_LOADING, NULL, "x");
    T_EQ_INT(api_error_status(&error, API_GROQ, true), 503);
}

T_TEST(times_to_come_again_are_whole_seconds)
{
    static const struct {
        double s;
        uint32_t want;
    } cases[] = {{0, 0}, {-1, 0}, {0.001, 1}, {1, 1}, {1.5, 2}, {1e300, 1000000000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        error.retry_after_s = cases[i].s;
        T_EQ_INT(api_error_retry_after(&error), cases[i].want);
    }
    error.retry_after_s = __builtin_nan("");
    T_EQ_INT(api_error_retry_after(&error), 0);
}

T_TEST(statuses_of_http_keep_their_number)
{
    static const int statuses[] = {400, 401, 403, 404, 405, 408, 409,
                                   413, 415, 429, 431, 500, 501, 503};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        api_error_from_status(&error, statuses[i], "why");
        T_EQ_INT(api_error_status(&error, API_OPENAI, false), statuses[i]);
        T_EQ_STR(error.message, "why");
    }
    api_error_from_status(&error, 417, "why");
    T_EQ_INT(api_error_status(&error, API_OPENAI, false), 400);
}

T_TEST(the_longest_message_still_makes_a_whole_body)
{
    for (int with = 0; with < 4; with++) {
        static const char *const fills[] = {"\x01", "\"", "\xFF", "\xE2\x82\xAC"};
        memset(&error, 0, sizeof error);
        error.why = API_FAULT;
        for (size_t i = 0; i < sizeof error.message - 1; i++)
            error.message[i] = fills[with][i % strlen(fills[with])];
        for (size_t i = 0; i < sizeof error.param - 1; i++)
            error.param[i] = fills[with][i % strlen(fills[with])];
        for (int d = API_OPENAI; d <= API_VLLM; d++) {
            size_t n = api_error_body(&error, (enum api_dialect)d, buf);
            T_OK(n < sizeof buf && buf[n - 1] == '}' && buf[n - 2] == '}');
            T_OK(parsed(__FILE__, __LINE__, buf, n) != NULL);
            n = api_error_event(&error, (enum api_dialect)d, buf);
            T_OK(n < sizeof buf && strcmp(buf + n - 4, "}}\n\n") == 0);
            done();
        }
    }
}

T_TEST(the_table_of_codes_is_printed)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    if (!T_OK(f))
        return;
    api_error_markdown(f);
    fclose(f);
    for (int why = API_OK + 1; why < API_WHYS; why++)
        T_OK(why == API_BAD_REQUEST || strstr(text, api_error_code((enum api_why)why)));
    free(text);
}

T_MAIN("server/api_error")
