/* Renders templates for the tests of the template interpreter. */
#ifndef TAKT_TESTS_TEXT_RENDER_H
#define TAKT_TESTS_TEXT_RENDER_H

#include "base/file.h"
#include "t.h"
#include "text/chat.h"

enum { RENDER_NOW = 1752148800 }; /* 2025-07-10T12:00:00Z, the clock of the goldens */

/* render compiles and renders SOURCE with the JSON text VARS. *text is malloc'ed. */
__attribute__((unused)) static takt_rc render(const char *source, const char *vars, char **text,
                                              size_t *len, takt_err *e)
{
    struct arena arena = {0};
    struct chat_template *t = NULL;
    const struct json *v = NULL;
    *text = NULL;
    takt_rc rc = json_parse(&v, &arena, slice_str(vars), "vars", NULL, e);
    if (!rc.code)
        rc = chat_template_new(&t, source, e);
    if (!rc.code)
        rc = chat_render(t, v, NULL, RENDER_NOW, text, len, e);
    chat_template_free(t);
    arena_free(&arena);
    return rc;
}

/* check_line checks one golden: the template SOURCE (NULL: the line's own) with the line's
 * variables gives the expected text or refuses with the expected message. */
__attribute__((unused)) static void check_line(const char *file, const char *source,
                                               struct slice line)
{
    unsigned failed = t_.n_failed_checks;
    struct arena arena = {0};
    struct chat_template *t = NULL;
    const struct json *g;
    takt_err e = {0};
    char *text = NULL;
    size_t len = 0;
    if (!T_RC(json_parse(&g, &arena, line, file, NULL, &e), &e)) {
        arena_free(&arena);
        return;
    }
    const struct json *name = json_get(g, "name"), *own = json_get(g, "template");
    const struct json *vars = json_get(g, "context"), *want = json_get(g, "expected");
    const struct json *refuses = json_get(g, "raise_exception");
    name = name ? name : json_get(g, "case");
    vars = vars ? vars : json_get(g, "data");
    takt_rc rc = chat_template_new(&t, own ? own->str : source, &e);
    if (!rc.code)
        rc = chat_render(t, vars, NULL, RENDER_NOW, &text, &len, &e);
    if (refuses) {
        T_FAILS(rc, &e, TAKT_ERR_USAGE, refuses->str);
        T_EQ_STR(e.what, refuses->str);
    } else if (T_RC(rc, &e) && T_OK(want != NULL)) {
        T_EQ_STR(text, want->str);
        T_EQ_INT(len, want->str_len);
    }
    if (t_.n_failed_checks > failed)
        printf("# in %s, case %s\n", file, name && name->str ? name->str : "?");
    free(text);
    chat_template_free(t);
    arena_free(&arena);
}

/* check_file checks every line of the JSON lines in PATH; returns their number. */
__attribute__((unused)) static size_t check_file(const char *path, const char *source)
{
    struct file_map map;
    takt_err e = {0};
    size_t n = 0;
    if (!T_RC(file_map_open(&map, path, &e), &e))
        return 0;
    for (size_t at = 0; at < map.bytes.len;) {
        const uint8_t *p = map.bytes.p + at, *end = memchr(p, '\n', map.bytes.len - at);
        size_t len = end ? (size_t)(end - p) : map.bytes.len - at;
        if (len) {
            check_line(path, source, (struct slice){p, len});
            n++;
        }
        at += len + 1;
    }
    file_unmap(&map);
    return n;
}

#endif
