#include "text/tool_call.h"

#include <string.h>

#include "base/json.h"

static const char *const marks[] = {"<|python_tag|>", "[TOOL_CALLS]", "<|tool_call|>",
                                    "<tool_call>"};
enum { N_MARKS = sizeof marks / sizeof *marks };

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static struct slice skip_space(struct slice s)
{
    while (s.len && is_space(*s.p))
        s = (struct slice){s.p + 1, s.len - 1};
    return s;
}

static struct slice trim(struct slice s)
{
    s = skip_space(s);
    while (s.len && is_space(s.p[s.len - 1]))
        s.len--;
    return s;
}

static bool skip(struct slice *s, const char *word)
{
    size_t n = strlen(word);
    if (s->len < n || memcmp(s->p, word, n) != 0)
        return false;
    *s = (struct slice){s->p + n, s->len - n};
    return true;
}

/* Bytes of the object or list that S begins with; 0 when it does not end in S. */
static size_t extent(struct slice s)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.p[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* V, a member of a value that was read from TEXT, as its JSON text; of a string what it holds. */
static struct slice json_text(struct slice text, const struct json *v)
{
    if (v->kind == JSON_STRING)
        return (struct slice){(const uint8_t *)v->str, v->str_len};
    struct slice s = {text.p + v->offset, text.len - v->offset};
    s.len = extent(s);
    return s;
}

static bool is_object(struct arena *a, struct slice text)
{
    const struct json *v;
    return !json_parse(&v, a, text, "arguments", NULL, NULL).code && v->kind == JSON_OBJECT;
}

/* V, read from TEXT, as a call. */
static bool read_call(struct tool_call *call, struct arena *a, struct slice text,
                      const struct json *v)
{
    const struct json *name = json_get(v, "name"), *arguments = json_get(v, "arguments");
    const struct json *function = json_get(v, "function");
    if (!name && function && function->kind == JSON_OBJECT) /* as OpenAI writes one */
        return read_call(call, a, text, function);
    arguments = arguments ? arguments : json_get(v, "parameters");
    if (!name || name->kind != JSON_STRING || name->str_len == 0)
        return false;
    call->name = (struct slice){(const uint8_t *)name->str, name->str_len};
    call->arguments = arguments ? json_text(text, arguments) : slice_str("{}");
    bool is_given = arguments && (arguments->kind == JSON_OBJECT || arguments->kind == JSON_STRING);
    return !arguments || (is_given && is_object(a, call->arguments));
}

/* The calls of the JSON value that *S begins with; moves behind it. 0: it is none. */
static uint32_t read_value(struct tool_call *calls, uint32_t room, struct arena *a, struct slice *s)
{
    struct slice text = {s->p, extent(*s)};
    const struct json *v;
    uint32_t n = 0;
    if (!text.len || json_parse(&v, a, text, "call", NULL, NULL).code)
        return 0;
    if (v->kind == JSON_OBJECT) {
        if (room == 0 || !read_call(calls, a, text, v))
            return 0;
        n = 1;
    } else {
        for (const struct json *c = v->child; c; c = c->next, n++)
            if (n == room || c->kind != JSON_OBJECT || !read_call(&calls[n], a, text, c))
                return 0;
    }
    *s = (struct slice){s->p + text.len, s->len - text.len};
    return n;
}

/* All of S as calls; 0 when anything else is there. */
static uint32_t read_all(struct tool_call *calls, struct arena *a, struct slice s)
{
    uint32_t n = 0;
    for (s = trim(s); s.len; s = skip_space(s)) {
        for (size_t i = 0; i < N_MARKS; i++)
            if (skip(&s, marks[i]))
                s = skip_space(s);
        if (!s.len || (*s.p != '{' && *s.p != '['))
            return 0;
        uint32_t more = read_value(calls + n, TOOL_CALLS_MAX - n, a, &s);
        if (!more)
            return 0;
        n += more;
        s = skip_space(s);
        if (!skip(&s, "</tool_call>") && !skip(&s, ";"))
            skip(&s, ",");
    }
    return n;
}

/* Where calls may begin in TEXT: at its first character, if that is a bracket, or at a mark. */
static size_t beginning(struct slice text)
{
    struct slice s = skip_space(text);
    if (s.len && (*s.p == '{' || *s.p == '['))
        return (size_t)(s.p - text.p);
    size_t first = text.len;
    for (size_t i = 0; i < N_MARKS; i++) {
        const uint8_t *at = memmem(text.p, text.len, marks[i], strlen(marks[i]));
        if (at && (size_t)(at - text.p) < first)
            first = (size_t)(at - text.p);
    }
    return first;
}

uint32_t tool_calls_read(struct tool_call *calls, uint32_t most, struct slice *content,
                         struct arena *a, struct slice text)
{
    struct tool_call all[TOOL_CALLS_MAX];
    size_t at = text.len ? beginning(text) : 0;
    *content = trim((struct slice){text.p, at});
    if (at == text.len)
        return 0;
    uint32_t n = read_all(all, a, (struct slice){text.p + at, text.len - at});
    n = n < most ? n : most;
    memcpy(calls, all, n * sizeof *calls);
    return n;
}

size_t tool_calls_held(struct slice text)
{
    if (!text.len)
        return 0;
    size_t at = beginning(text), most = 0;
    if (at < text.len)
        return text.len - at;
    if (!skip_space(text).len) /* a bracket may follow */
        return text.len;
    for (size_t i = 0; i < N_MARKS; i++)
        for (size_t k = strlen(marks[i]) - 1; k > most; k--)
            if (k <= text.len && memcmp(text.p + text.len - k, marks[i], k) == 0)
                most = k;
    return most;
}
