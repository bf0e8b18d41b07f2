/* Requests of the Responses API, and their input as messages. */
#include "server/api_limits.h"
#include "api.h"

#define IN(items)  "{\"input\":[" items "]}"
#define USER(text) "{\"role\":\"user\",\"content\":\"" text "\"}"
#define CALL(id, name)                                                                             \
    "{\"type\":\"function_call\",\"call_id\":\"" id "\",\"name\":\"" name "\",\"arguments\":\"{}"  \
    "\"}"
#define CALLED(id, name)                                                                           \
    "{\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":\"" name                      \
    "\",\"arguments\":\"{}\"}}"

/* The messages that the input of BODY becomes. */
static void becomes(int line, const char *body, const char *messages, uint32_t n)
{
    struct api_response r;
    struct api_error e = {0};
    takt_rc rc = api_response_read(&r, &arena, slice_str(body), &usual, &e);
    if (rc.code)
        t_fail(__FILE__, line, "%s: %s", body, e.message);
    else if (!slice_is(r.messages, messages))
        t_fail(__FILE__, line, "%s\nbecame %.*s\nnot    %s", body, (int)r.messages.len,
               (const char *)r.messages.p, messages);
    else if (r.n_messages != n)
        t_fail(__FILE__, line, "%s: %u messages, not %u", body, r.n_messages, n);
    done();
}
#define BECOMES(body, messages, n) becomes(__LINE__, body, "[" messages "]", n)

T_TEST(input_becomes_messages)
{
    BECOMES("{\"input\": \"h\\u0000i\\n\" }", "{\"role\":\"user\",\"content\":\"h\\u0000i\\n\"}",
            1);
    BECOMES(IN(USER("a") "," USER("b")), USER("a") "," USER("b"), 2);
    BECOMES(
        IN("{\"type\":\"message\",\"role\":\"developer\",\"content\":\"d\"},{\"role\":"
           "\"assistant\",\"id\":\"msg_1\",\"status\":\"completed\",\"content\":[{\"type\":"
           "\"output_text\",\"text\":\"x\",\"annotations\":[]},{\"type\":\"refusal\",\"refusal\":"
           "\"no\"}]}"),
        "{\"role\":\"system\",\"content\":\"d\"},{\"role\":\"assistant\",\"content\":[{\"type\":"
        "\"text\",\"text\":\"x\"},{\"type\":\"text\",\"text\":\"no\"}]}",
        2);
}

T_TEST(calls_join_the_assistants_message_before_them)
{
    BECOMES(
        IN(USER("q") ",{\"role\":\"assistant\",\"content\":\"let me\"}," CALL("c1", "f") "," CALL(
            "c2", "g") ",{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"1\"},"
                       "{\"type\":\"function_call_output\",\"call_id\":\"c2\",\"output\":[{\"type\""
                       ":\"input_text\",\"text\":\"2\"}]}"),
        USER("q") ",{\"role\":\"assistant\",\"content\":\"let me\",\"tool_calls\":[" CALLED(
            "c1", "f") "," CALLED("c2", "g") "]},{\"role\":\"tool\",\"tool_call_id\":\"c1\","
                                             "\"content\":\"1\"},{\"role\":\"tool\","
                                             "\"tool_call_id\":\"c2\",\"content\":[{\"type\":"
                                             "\"text\",\"text\":\"2\"}]}",
        4);
    BECOMES(IN(USER("q") "," CALL("c1", "f") "," USER("x") "," CALL("c2", "g")),
            USER("q") ",{\"role\":\"assistant\",\"tool_calls\":[" CALLED("c1", "f") "]}," USER(
                "x") ",{\"role\":\"assistant\",\"tool_calls\":[" CALLED("c2", "g") "]}",
            4);
}

T_TEST(reasoning_is_left_out_and_told)
{
    struct api_response r;
    READ(response, &r, IN("{\"type\":\"reasoning\",\"id\":\"r\",\"summary\":[]}," USER("a")),
         &usual, API_OK, "", "");
    T_EQ_INT(r.n_messages, 1);
    T_OK(r.notes.n_idle == 1 && strcmp(r.notes.idle[0], "input[].reasoning") == 0);
    done();
}

T_TEST(broken_items_are_named)
{
    REFUSE(response, "{}", API_MISSING, "input", "is missing");
    REFUSE(response, "{\"input\":7}", API_BAD_TYPE, "input", "a string or a list of items");
    REFUSE(response, IN(""), API_BAD_VALUE, "input", "has no message");
    REFUSE(response, IN("{\"type\":\"reasoning\"}"), API_BAD_VALUE, "input", "has no message");
    REFUSE(response, IN("7"), API_BAD_TYPE, "input[0]", "7; it must be an object");
    REFUSE(response, IN(USER("a") ",{\"type\":\"item_reference\",\"id\":\"x\"}"),
           API_UNSUPPORTED_VALUE, "input[1].type", "\"item_reference\"");
    REFUSE(response, IN("{\"type\":3}"), API_BAD_TYPE, "input[0].type", "3");
    REFUSE(response, IN("{\"role\":\"tool\",\"content\":\"x\"}"), API_BAD_VALUE, "input[0].role",
           "");
    REFUSE(response, IN("{\"role\":\"user\"}"), API_MISSING, "input[0].content", "");
    REFUSE(response, IN("{\"role\":\"user\",\"content\":[]}"), API_BAD_VALUE, "input[0].content",
           "is empty");
    REFUSE(response, IN("{\"role\":\"user\",\"content\":[{\"type\":\"input_image\"}]}"),
           API_MISSING, "input[0].content[0].image_url", "a data: URL");
    REFUSE(response, IN("{\"role\":\"user\",\"content\":[{\"type\":\"input_file\"}]}"),
           API_UNSUPPORTED_VALUE, "input[0].content[0].type",
           "takt reads texts, pictures and clips");
    REFUSE(response, IN("{\"role\":\"user\",\"content\":[{\"type\":\"input_text\"}]}"), API_MISSING,
           "input[0].content[0].text", "");
    REFUSE(response, IN("{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":\"{}\"}"),
           API_MISSING, "input[0].call_id", "");
    REFUSE(response, IN("{\"type\":\"function_call\",\"call_id\":\"c\",\"arguments\":\"{}\"}"),
           API_MISSING, "input[0].name", "");
    REFUSE(response,
           IN("{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":"
              "{}}"),
           API_BAD_TYPE, "input[0].arguments", "");
    REFUSE(response, IN("{\"type\":\"function_call_output\",\"output\":\"x\"}"), API_MISSING,
           "input[0].call_id", "");
    REFUSE(response, IN("{\"type\":\"function_call_output\",\"call_id\":\"c\"}"), API_MISSING,
           "input[0].output", "");
}

T_TEST(tools_take_the_form_of_chat_completions)
{
    struct api_response r;
    READ(response, &r,
         "{\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
         "\"parameters\":{ "
         "\"type\":\"object\"},\"strict\":true},{\"type\":\"function\",\"name\":\"g\","
         "\"description\":null,\"parameters\":null}]}",
         &usual, API_OK, "", "");
    T_OK(slice_is(r.tools,
                  "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
                  "\"parameters\":{ \"type\":\"object\"}}},{\"type\":\"function\","
                  "\"function\":{\"name\":\"g\"}}]"));
    T_OK(r.n_tools == 2 && r.tool_choice == API_TOOLS_AUTO);
    T_OK(r.notes.n_idle == 1 && strcmp(r.notes.idle[0], "tools[].strict") == 0);
    done();
    REFUSE(response, "{\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]}",
           API_UNSUPPORTED_VALUE, "tools[0].type", "\"web_search\"");
    REFUSE(response, "{\"input\":\"x\",\"tools\":[{\"type\":\"function\"}]}", API_MISSING,
           "tools[0].name", "");
    REFUSE(response, "{\"input\":\"x\",\"tools\":[3]}", API_MISSING, "tools[0].type", "");
    REFUSE(response,
           "{\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"},{\"type\":"
           "\"function\",\"name\":\"f\"}]}",
           API_BAD_VALUE, "tools[1].name", "another tool");
    REFUSE(response,
           "{\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],\"tool_choice\":{"
           "\"type\":\"function\",\"name\":\"f\"}}",
           API_UNSUPPORTED_VALUE, "tool_choice", "\"f\"; takt cannot make");
    REFUSE(response,
           "{\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],\"tool_choice\":{"
           "\"type\":\"function\",\"name\":\"g\"}}",
           API_BAD_VALUE, "tool_choice", "\"g\" is none of the tools");
}

T_TEST(other_fields)
{
    struct api_response r;
    READ(response, &r,
         "{\"input\":\"x\",\"instructions\":\"be\",\"previous_response_id\":\"resp_1\","
         "\"max_output_tokens\":5,\"stream\":true,\"stream_options\":{},\"store\":false,\"text\":{"
         "\"format\":{\"type\":\"text\"},\"verbosity\":\"medium\"},\"reasoning\":{\"effort\":null},"
         "\"include\":[\"message.output_text.logprobs\",\"reasoning.encrypted_content\"],"
         "\"top_logprobs\":2,\"temperature\":1,\"truncation\":\"disabled\",\"background\":false}",
         &usual, API_OK, "", "");
    T_OK(slice_is(r.instructions, "be") && slice_is(r.previous_response_id, "resp_1"));
    T_OK(r.max_tokens == 5 && r.common.stream && !r.store && r.logprobs && r.top_logprobs == 2);
    T_OK(r.sampling.n == 1 && r.sampling.temperature == 1 && !r.sampling.has_seed);
    T_EQ_INT(r.notes.n_idle, 1);
    READ(response, &r, "{\"input\":\"x\"}", &usual, API_OK, "", "");
    T_OK(r.store && !r.instructions.p && !r.logprobs && r.max_tokens == 0);
    done();
    REFUSE(response, "{\"input\":\"x\",\"text\":{\"format\":{\"type\":\"json_schema\"}}}",
           API_UNSUPPORTED_VALUE, "text.format", "constrain");
    REFUSE(response, "{\"input\":\"x\",\"top_logprobs\":2}", API_BAD_VALUE, "top_logprobs",
           "include");
    REFUSE(response, "{\"input\":\"x\",\"include\":[\"secrets\"]}", API_BAD_VALUE, "include[0]",
           "");
    REFUSE(response, "{\"input\":\"x\",\"reasoning\":{\"effort\":\"high\"}}", API_UNSUPPORTED_VALUE,
           "reasoning.effort", "\"high\"; only \"none\", \"medium\" is served");
    REFUSE(response, "{\"input\":\"x\",\"truncation\":\"auto\"}", API_UNSUPPORTED_VALUE,
           "truncation", "");
    REFUSE(response, "{\"input\":\"x\",\"background\":true}", API_UNSUPPORTED_VALUE, "background",
           "");
    REFUSE(response, "{\"input\":\"x\",\"conversation\":\"c\"}", API_UNSUPPORTED_FIELD,
           "conversation", "previous_response_id");
    REFUSE(response, "{\"input\":\"x\",\"stream_options\":{}}", API_BAD_VALUE, "stream_options",
           "");
    struct api_error e;
    T_OK(api_response_read(&r, &arena, slice_str("{\"input\":\"x\",\"store\":true}"), &strict, &e)
             .code != 0);
    T_EQ_STR(e.param, "store");
    T_RC(api_response_read(&r, &arena, slice_str("{\"input\":\"x\"}"), &strict, &e), NULL);
    T_OK(!r.store);
    done();
}

T_TEST(conversations_are_joined)
{
    const struct slice lists[] = {slice_str(" [ " USER("a") " , " USER("b") " ] "),
                                  slice_str("[ ]"), slice_str("[" USER("[]") "]")};
    struct json_out o = {0};
    api_messages_join(&o, slice_str("be \"brief\""), lists, 3);
    T_EQ_STR(o.p, "[{\"role\":\"system\",\"content\":\"be \\\"brief\\\"\"}," USER("a") " , " USER(
                      "b") "," USER("[]") "]");
    json_out_free(&o);
    api_messages_join(&o, (struct slice){NULL, 0}, lists + 1, 2);
    T_EQ_STR(o.p, "[" USER("[]") "]");
    json_out_free(&o);
    api_messages_join(&o, (struct slice){NULL, 0}, lists + 1, 1);
    T_EQ_STR(o.p, "[]");
    json_out_free(&o);
}

T_MAIN("server/api_response")
