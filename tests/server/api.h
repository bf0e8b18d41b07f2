/* Helpers of the tests of requests and replies. */
#ifndef TAKT_TESTS_SERVER_API_H
#define TAKT_TESTS_SERVER_API_H

#include "server/api_chat.h"
#include "server/api_completion.h"
#include "server/api_embedding.h"
#include "server/api_response.h"
#include "server/api_tokenize.h"
#include "t.h"

/* Owns what the request under test points at; freed by done(). */
__attribute__((unused)) static struct arena arena;
__attribute__((unused)) static const struct api_options usual, strict = {.groq_strict = true};

__attribute__((unused)) static void done(void)
{
    arena_free(&arena);
}

__attribute__((unused)) static bool slice_is(struct slice s, const char *want)
{
    return s.p && s.len == strlen(want) && memcmp(s.p, want, s.len) == 0;
}

/* Checks the outcome of a reader: REASON (API_OK: none), the field, and a part of the message. */
__attribute__((unused)) static bool outcome(const char *file, int line, const char *body,
                                            takt_rc rc, const struct api_error *e, enum api_why why,
                                            const char *param, const char *part)
{
    if (why == API_OK)
        return rc.code == 0 || t_fail(file, line, "%s: refused: %s", body, e->message);
    if (rc.code == 0)
        return t_fail(file, line, "%s: was taken, not refused as %s", body, api_error_code(why));
    if (e->why != why)
        return t_fail(file, line, "%s: refused as %s, not %s: %s", body, api_error_code(e->why),
                      api_error_code(why), e->message);
    if (strcmp(e->param, param) != 0)
        return t_fail(file, line, "%s: names '%s', not '%s': %s", body, e->param, param,
                      e->message);
    return strstr(e->message, part) ||
           t_fail(file, line, "%s: \"%s\" does not contain \"%s\"", body, e->message, part);
}

/* READ(kind, value, body, options, why, param, part) reads BODY into VALUE, a struct api_<kind>. */
#define READ(kind, value, body, opt, why, param, part)                                             \
    do {                                                                                           \
        struct api_error e_ = {0};                                                                 \
        takt_rc rc_ = api_##kind##_read(value, &arena, slice_str(body), opt, &e_);                 \
        outcome(__FILE__, __LINE__, body, rc_, &e_, why, param, part);                             \
    } while (0)

/* The same where the value does not matter. */
#define REFUSE(kind, body, why, param, part)                                                       \
    do {                                                                                           \
        struct api_##kind v_;                                                                      \
        READ(kind, &v_, body, &usual, why, param, part);                                           \
        done();                                                                                    \
    } while (0)
#define ACCEPT(kind, body) REFUSE(kind, body, API_OK, "", "")

/* Parses what was written; fails the test when it is no JSON. */
__attribute__((unused)) static const struct json *parsed(const char *file, int line, const char *p,
                                                         size_t n)
{
    const struct json *root = NULL;
    const struct json_limits lim = {.reject_duplicate_keys = true};
    takt_err e;
    takt_rc rc =
        json_parse(&root, &arena, (struct slice){(const uint8_t *)p, n}, "reply", &lim, &e);
    if (rc.code)
        t_fail(file, line, "%s: %s in %.*s", e.where, e.what, (int)n, p);
    return root;
}
#define PARSED(out) parsed(__FILE__, __LINE__, (out)->p, (out)->len)

#endif
