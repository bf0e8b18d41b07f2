/* The template interpreter: the input is a template, alone or after its variables as a JSON object
 * and a NUL. Whatever it does, it ends, within its limits, and a template that compiles renders the
 * same twice. */
#include <stdlib.h>
#include <string.h>

#include "text/chat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void render_twice(const struct chat_template *t, const struct json *vars)
{
    char *text[2];
    size_t len[2];
    takt_rc rc[2];
    takt_err e;
    for (int i = 0; i < 2; i++)
        rc[i] = chat_render(t, vars, NULL, 1752148800, &text[i], &len[i], &e);
    if (rc[0].code != rc[1].code || len[0] != len[1] ||
        (text[0] && memcmp(text[0], text[1], len[0]) != 0))
        abort();
    free(text[0]);
    free(text[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char sample[] = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},"
                                 "{\"role\":\"assistant\",\"content\":null}],\"n\":3,\"f\":2.5,"
                                 "\"s\":\"a \xc3\xa9\",\"l\":[3,1,2],\"d\":{\"a\":1,\"b\":[true]}}";
    const uint8_t *nul = n ? memchr(data, 0, n) : NULL;
    size_t head = nul ? (size_t)(nul - data) : 0, skip = nul ? head + 1 : 0;
    struct slice vars = nul ? (struct slice){data, head} : slice_str(sample);
    struct arena arena = {.limit_bytes = 16 << 20};
    struct chat_template *t = NULL;
    const struct json *v;
    takt_err e;
    char *source = malloc(n - skip + 1);
    if (!source)
        return 0;
    memcpy(source, data + skip, n - skip);
    source[n - skip] = 0;
    if (!json_parse(&v, &arena, vars, "vars", NULL, &e).code &&
        !chat_template_new(&t, source, &e).code)
        render_twice(t, v);
    chat_template_free(t);
    free(source);
    arena_free(&arena);
    return 0;
}
