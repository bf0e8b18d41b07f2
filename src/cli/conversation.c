#include "cli/conversation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"

enum { FILE_BYTES_MAX = 64 << 20 };

takt_rc conversation_add(struct conversation *c, const char *role, const char *content, takt_err *e)
{
    if (c->n == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 8;
        struct conversation_message *bigger = realloc(c->msg, cap * sizeof *bigger);
        if (!bigger)
            return err_set(e, TAKT_ERR_MEMORY, "conversation", "no memory for another message");
        c->msg = bigger;
        c->cap = cap;
    }
    char *r = strdup(role), *t = strdup(content);
    if (!r || !t) {
        free(r);
        free(t);
        return err_set(e, TAKT_ERR_MEMORY, "conversation", "no memory for another message");
    }
    c->msg[c->n++] = (struct conversation_message){r, t};
    return TAKT_OK;
}

void conversation_cut(struct conversation *c, size_t n)
{
    while (c->n > n) {
        c->n--;
        free(c->msg[c->n].role);
        free(c->msg[c->n].content);
    }
}

void conversation_free(struct conversation *c)
{
    conversation_cut(c, 0);
    free(c->msg);
    *c = (struct conversation){0};
}

void conversation_write(const struct conversation *c, struct json_out *o)
{
    json_obj_begin(o, NULL);
    json_arr_begin(o, "messages");
    for (size_t i = 0; i < c->n; i++) {
        json_obj_begin(o, NULL);
        json_put_str(o, "role", c->msg[i].role);
        json_put_str(o, "content", c->msg[i].content);
        json_obj_end(o);
    }
    json_arr_end(o);
    json_obj_end(o);
}

takt_rc conversation_save(const struct conversation *c, const char *path, takt_err *e)
{
    struct json_out o = {.indent = 2};
    conversation_write(c, &o);
    char tmp[4096];
    takt_rc rc = TAKT_OK;
    if (o.failed || !o.p)
        rc = err_set(e, TAKT_ERR_MEMORY, path, "no memory to write it");
    else if (snprintf(tmp, sizeof tmp, "%s.part", path) >= (int)sizeof tmp)
        rc = err_set(e, TAKT_ERR_USAGE, path, "the name is too long");
    FILE *f = rc.code ? NULL : fopen(tmp, "w");
    if (!rc.code && !f)
        rc = err_sys(e, path, "cannot be written");
    if (f) {
        bool ok = fwrite(o.p, 1, o.len, f) == o.len && fputc('\n', f) != EOF;
        ok = fclose(f) == 0 && ok;
        if (!ok || rename(tmp, path) != 0) {
            rc = err_sys(e, path, "cannot be written");
            remove(tmp);
        }
    }
    json_out_free(&o);
    return rc;
}

static takt_rc read_messages(struct conversation *c, const struct json *root, const char *path,
                             takt_err *e)
{
    const struct json *list = json_get(root, "messages");
    if (!list || list->kind != JSON_ARRAY)
        return err_set(e, TAKT_ERR_FORMAT, path,
                       "has no list \"messages\"; it is not a saved conversation");
    for (const struct json *m = list->child; m; m = m->next) {
        const struct json *role = json_get(m, "role"), *content = json_get(m, "content");
        if (!role || !content || role->kind != JSON_STRING || content->kind != JSON_STRING)
            return err_set(e, TAKT_ERR_FORMAT, path,
                           "messages[%zu] lacks a text \"role\" or \"content\"", c->n);
        if (strlen(role->str) != role->str_len || strlen(content->str) != content->str_len)
            return err_set(e, TAKT_ERR_FORMAT, path, "messages[%zu] holds a zero byte", c->n);
        TAKT_TRY(conversation_add(c, role->str, content->str, e));
    }
    return TAKT_OK;
}

takt_rc conversation_load(struct conversation *c, const char *path, takt_err *e)
{
    char *text;
    size_t len;
    struct arena a = {0};
    struct conversation fresh = {0};
    const struct json *root;
    TAKT_TRY(file_read_all(&text, &len, path, FILE_BYTES_MAX, e));
    takt_rc rc = json_parse(&root, &a, (struct slice){(const uint8_t *)text, len}, path, NULL, e);
    if (!rc.code)
        rc = read_messages(&fresh, root, path, e);
    if (!rc.code) {
        conversation_free(c);
        *c = fresh;
    } else {
        conversation_free(&fresh);
    }
    arena_free(&a);
    free(text);
    return rc;
}
