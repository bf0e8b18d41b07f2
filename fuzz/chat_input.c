/* Conversations as JSON: the input is the messages, and after a NUL the tools. Whatever they are,
 * templates of three kinds get them or they are refused in words. */
#include <stdlib.h>
#include <string.h>

#include "text/chat_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { N_PICTURES = 4 };

static void render(const char *source, const takt_chat_input *in)
{
    struct chat_template *t;
    takt_err e = {0};
    char *text;
    size_t len;
    uint32_t order[N_PICTURES], seen = 0;
    if (chat_template_new(&t, source, &e).code)
        abort();
    takt_rc rc =
        chat_input_render(t, in, NULL, NULL, "<s>", "</s>", 1752148800, order, &text, &len, &e);
    if (rc.code ? text || e.what[0] == '\0' || (int)e.code != rc.code : !text)
        abort();
    for (size_t i = 0; !rc.code && i < in->n_pictures; i++) /* each stands there once */
        seen |= order[i] < N_PICTURES ? 1u << order[i] : 0;
    if (!rc.code && seen != (1u << in->n_pictures) - 1)
        abort();
    free(text);
    chat_template_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const sources[] = {
        "{{ tools | tojson if tools }}{% for m in messages %}{{ m.role }}{% for p in m.content %}"
        "{{ p.text }}{% endfor %}{{ m.tool_calls | tojson if m.tool_calls }}{% endfor %}",
        "{% for m in messages %}{{ m.role + m.content | trim }}{% endfor %}",
        "{% for t in tools %}{{ t.function.name }}{% endfor %}{% for m in messages %}{{ m.content "
        "}}"
        "{% for c in m.tool_calls %}{{ c.function.name + c.function.arguments }}{% endfor %}"
        "{% endfor %}"};
    const uint8_t *nul = n ? memchr(data, 0, n) : NULL;
    size_t head = nul ? (size_t)(nul - data) : n;
    takt_chat_input in = {.messages = (const char *)data, .messages_len = head};
    if (nul) {
        in.tools = (const char *)nul + 1;
        in.tools_len = n - head - 1;
    }
    if (n % 2)
        in.user = "And now?";
    static const uint32_t clips[N_PICTURES] = {0, 1, 1, 0};
    in.n_pictures = n % 5 < N_PICTURES ? n % 5 : N_PICTURES;
    in.clips = n % 3 ? clips : NULL;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        render(sources[i], &in);
    return 0;
}
