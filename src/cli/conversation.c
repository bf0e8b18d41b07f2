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
    c->msg[c->n++] = (struct conversation_message){.role = r, .content = t};
    return TAKT_OK;
}

takt_rc conversation_show(struct conversation *c, const char *file, bool is_clip, takt_err *e)
{
    struct conversation_message *m = &c->msg[c->n - 1];
    char *copy = strdup(file);
    struct conversation_sight *bigger =
        copy ? realloc(m->sight, (m->n_sights + 1) * sizeof *bigger) : NULL;
    if (!bigger) {
        free(copy);
        return err_set(e, TAKT_ERR_MEMORY, "conversation", "no memory for another picture");
    }
    m->sight = bigger;
    m->sight[m->n_sights++] = (struct conversation_sight){copy, is_clip};
    return TAKT_OK;
}

void conversation_cut(struct conversation *c, size_t n)
{
    while (c->n > n) {
        c->n--;
        free(c->msg[c->n].role);
        free(c->msg[c->n].content);
        for (size_t i = 0; i < c->msg[c->n].n_sights; i++)
            free(c->msg[c->n].sight[i].file);
        free(c->msg[c->n].sight);
    }
}

void conversation_free(struct conversation *c)
{
    conversation_cut(c, 0);
    free(c->msg);
    *c = (struct conversation){0};
}

static void write_parts(const struct conversation_message *m, struct json_out *o)
{
    json_arr_begin(o, "content");
    for (size_t i = 0; i < m->n_sights; i++) {
        const char *type = m->sight[i].is_clip ? "video_url" : "image_url";
        json_obj_begin(o, NULL);
        json_put_str(o, "type", type);
        json_obj_begin(o, type);
        json_put_str(o, "url", m->sight[i].file);
        json_obj_end(o);
        json_obj_end(o);
    }
    json_obj_begin(o, NULL);
    json_put_str(o, "type", "text");
    json_put_str(o, "text", m->content);
    json_obj_end(o);
    json_arr_end(o);
}

void conversation_write(const struct conversation *c, struct json_out *o)
{
    json_obj_begin(o, NULL);
    json_arr_begin(o, "messages");
    for (size_t i = 0; i < c->n; i++) {
        json_obj_begin(o, NULL);
        json_put_str(o, "role", c->msg[i].role);
        if (c->msg[i].n_sights)
            write_parts(&c->msg[i], o);
        else
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

static bool is_text(const struct json *v)
{
    return v && v->kind == JSON_STRING && strlen(v->str) == v->str_len;
}

/* A message whose content is a list: pictures and clips, then a text. */
static takt_rc read_parts(struct conversation *c, const char *role, const struct json *parts,
                          const char *path, takt_err *e)
{
    const struct json *text = NULL;
    for (const struct json *p = parts->child; p; p = p->next)
        text = json_is_str(json_get(p, "type"), "text") ? json_get(p, "text") : text;
    if (!is_text(text))
        return err_set(e, TAKT_ERR_FORMAT, path, "messages[%zu] lacks a text", c->n);
    TAKT_TRY(conversation_add(c, role, text->str, e));
    for (const struct json *p = parts->child; p; p = p->next) {
        bool is_clip = json_is_str(json_get(p, "type"), "video_url");
        const struct json *url = json_get(json_get(p, is_clip ? "video_url" : "image_url"), "url");
        if (json_is_str(json_get(p, "type"), "text"))
            continue;
        if (!is_text(url))
            return err_set(e, TAKT_ERR_FORMAT, path,
                           "messages[%zu] has a part that is neither a text nor the name of a "
                           "picture or clip",
                           c->n - 1);
        TAKT_TRY(conversation_show(c, url->str, is_clip, e));
    }
    return TAKT_OK;
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
        if (is_text(role) && content && content->kind == JSON_ARRAY) {
            TAKT_TRY(read_parts(c, role->str, content, path, e));
            continue;
        }
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
