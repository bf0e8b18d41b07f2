/* Forms: the first line is the content type, the rest the body. What is read lies in the body, in
 * order and apart, and is the same when it is read again. */
#include <stdlib.h>
#include <string.h>

#include "net/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { PARTS_MAX = 8 };

static void check(const struct multipart_part *p, uint32_t n, struct slice body)
{
    const uint8_t *at = body.p;
    for (uint32_t i = 0; i < n; i++) {
        const struct slice c = p[i].content;
        if (c.p < at || c.p + c.len > body.p + body.len || !p[i].name.len)
            __builtin_trap();
        if (p[i].name.p[p[i].name.len] || (p[i].filename.p && p[i].filename.p[p[i].filename.len]))
            __builtin_trap();
        if (p[i].filename.p && memchr(p[i].filename.p, '/', p[i].filename.len))
            __builtin_trap();
        at = c.p + c.len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const uint8_t *end = memchr(data, '\n', n);
    size_t n_type = end ? (size_t)(end - data) : n;
    struct slice body = {data + (end ? n_type + 1 : n), n - n_type - (end != NULL)};
    struct multipart_part part[PARTS_MAX], again[PARTS_MAX];
    uint32_t n_parts, n_again;
    struct arena a = {0};
    takt_err e;
    char *type = strndup((const char *)data, n_type);
    if (!type)
        return 0;
    (void)multipart_is(type);
    if (multipart_read(part, PARTS_MAX, &n_parts, type, body, &a, &e).code) {
        if (!e.what[0] || n_parts > PARTS_MAX)
            __builtin_trap();
    } else {
        if (!n_parts)
            __builtin_trap();
        check(part, n_parts, body);
        if (multipart_read(again, PARTS_MAX, &n_again, type, body, &a, &e).code ||
            n_again != n_parts || memcmp(&part[0].content, &again[0].content, sizeof body) != 0)
            __builtin_trap();
    }
    arena_free(&a);
    free(type);
    return 0;
}
