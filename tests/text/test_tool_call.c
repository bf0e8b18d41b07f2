/* Calls of tools in the forms of the model families, and texts that are none. */
#include "t.h"

#include "text/tool_call.h"

static void reads(const char *text, const char *want)
{
    struct tool_call calls[TOOL_CALLS_MAX];
    struct slice content;
    struct arena a = {0};
    char got[1024];
    uint32_t n = tool_calls_read(calls, TOOL_CALLS_MAX, &content, &a, slice_str(text));
    size_t at = (size_t)snprintf(got, sizeof got, "%.*s", n ? (int)content.len : 0, content.p);
    for (uint32_t i = 0; i < n; i++)
        at += (size_t)snprintf(got + at, sizeof got - at, "|%.*s %.*s", (int)calls[i].name.len,
                               calls[i].name.p, (int)calls[i].arguments.len, calls[i].arguments.p);
    T_EQ_STR(got, want);
    arena_free(&a);
}

T_TEST(forms_of_the_families)
{
    reads("{\"name\": \"f\", \"parameters\": {\"a\": [1, \"}\"]}}", "|f {\"a\": [1, \"}\"]}");
    reads("<|python_tag|>{\"name\": \"f\", \"parameters\": {}}", "|f {}");
    reads("{\"name\":\"f\",\"parameters\":{}}; {\"name\":\"g\",\"parameters\":{\"x\":1}}\n",
          "|f {}|g {\"x\":1}");
    reads("[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {\"b\": 2}}, {\"name\": \"g\"}]",
          "|f {\"b\": 2}|g {}");
    reads("[{\"name\": \"f\", \"arguments\": {}}]", "|f {}");
    reads("<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>\n"
          "<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>",
          "|f {}|g {}");
    reads("I will look. <tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>",
          "I will look.|f {}");
    reads("<|tool_call|>[{\"name\": \"f\", \"arguments\": {\"k\": \"v\"}}]", "|f {\"k\": \"v\"}");
    reads("{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}", "|f {\"a\": 1}");
    reads("{\"type\": \"function\", \"function\": {\"name\": \"f\", \"parameters\": {}}}", "|f {}");
}

T_TEST(texts_that_are_none)
{
    reads("", "");
    reads("Hello.", "");
    reads("{\"name\": \"Ali\", \"age\": 3} is a person", "");
    reads("{\"name\": \"f\", \"parameters\": {}", "");
    reads("{\"name\": \"f\", \"parameters\": 5}", "");
    reads("{\"name\": \"f\", \"parameters\": \"no object\"}", "");
    reads("{\"name\": \"\", \"parameters\": {}}", "");
    reads("[1, 2]", "");
    reads("[]", "");
    reads("<tool_call>nothing</tool_call>", "");
    reads("{\"name\": \"f\", \"parameters\": {}} and more", "");
    reads("]", "");
    reads("{\"a\": \"\\", "");
}

static void holds(const char *text, size_t want)
{
    T_EQ_INT(tool_calls_held(slice_str(text)), want);
}

T_TEST(only_the_first_where_no_more_are_wanted)
{
    static const char two[] =
        "See: <tool_call>{\"name\":\"f\"}</tool_call><tool_call>{\"name\":\"g\"}"
        "</tool_call>";
    struct tool_call calls[2] = {{{NULL, 0}, {NULL, 0}}};
    struct slice content;
    struct arena a = {0};
    T_EQ_INT(tool_calls_read(calls, 1, &content, &a, slice_str(two)), 1);
    T_OK(slice_eq(calls[0].name, "f") && !calls[1].name.p && slice_eq(content, "See:"));
    T_EQ_INT(tool_calls_read(calls, 2, &content, &a, slice_str(two)), 2);
    T_OK(slice_eq(calls[1].name, "g"));
    arena_free(&a);
}

T_TEST(streams_hold_what_may_become_calls)
{
    holds("", 0);
    holds("Hello", 0);
    holds(" \n", 2);
    holds("{\"name", 6);
    holds("  [", 1);
    holds("See <tool", 5);
    holds("See <tool_call>{", 12);
    holds("a < b", 0);
    holds("a <", 1);
}

/* What was sent before and what is held is always the whole text, and nothing that was sent is part
 * of calls. */
T_TEST(held_texts_never_leak_calls)
{
    static const char *const texts[] = {
        "I will look. <tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>",
        "{\"name\": \"f\", \"parameters\": {}}", " <|python_tag|>{\"name\": \"f\"}",
        "[TOOL_CALLS][{\"name\": \"f\"}]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct tool_call calls[TOOL_CALLS_MAX];
        struct slice content, whole = slice_str(texts[i]);
        struct arena a = {0};
        size_t sent = 0;
        T_OK(tool_calls_read(calls, TOOL_CALLS_MAX, &content, &a, whole) > 0);
        for (size_t n = 1; n <= whole.len; n++) {
            size_t can = n - tool_calls_held((struct slice){whole.p, n});
            sent = can > sent ? can : sent;
        }
        const char *bracket = strpbrk(texts[i], "{[<");
        T_OK(sent <= (size_t)(bracket - texts[i]));
        arena_free(&a);
    }
}

T_MAIN("text/tool_call")
