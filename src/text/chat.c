#include "text/chat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/jinja_eval.h"
#include "text/jinja_literal.h"
#include "text/jinja_parse.h"

/* A prompt of a million tokens fits well; a template that loops is stopped within about a second.
 */
static const struct jinja_limits limits = {
    .steps = 20000000,
    .depth = 1000,
    .memory_bytes = (size_t)256 << 20,
    .output_bytes = (size_t)64 << 20,
};

struct chat_template {
    struct jinja_code code;
    char *source;
};

takt_rc chat_template_new(struct chat_template **out, const char *source, takt_err *e)
{
    *out = NULL;
    size_t len = strlen(source);
    if (!utf8_valid((const uint8_t *)source, len))
        return err_set(e, TAKT_ERR_FORMAT, "chat template", "is not valid UTF-8");
    struct chat_template *t = calloc(1, sizeof *t);
    if (!t)
        return err_set(e, TAKT_ERR_MEMORY, "chat template", "no memory to compile it");
    t->source = strdup(source);
    takt_rc rc = t->source
                     ? jinja_compile(&t->code, source, len, e)
                     : err_set(e, TAKT_ERR_MEMORY, "chat template", "no memory to compile it");
    if (rc.code) {
        chat_template_free(t);
        return rc;
    }
    *out = t;
    return TAKT_OK;
}

void chat_template_free(struct chat_template *t)
{
    if (!t)
        return;
    arena_free(&t->code.arena);
    free(t->source);
    free(t);
}

bool chat_template_mentions(const struct chat_template *t, const char *word)
{
    return strstr(t->source, word) != NULL;
}

static bool value_of(struct jinja_run *r, const struct json *j, struct chat_mark *mark,
                     struct jv *out);

/* A number of JSON as Python reads it: an int unless it has a fraction or an exponent. */
static bool number(struct jinja_run *r, const struct json *j, struct jv *out)
{
    double f;
    if (memchr(j->str, '.', j->str_len) || memchr(j->str, 'e', j->str_len) ||
        memchr(j->str, 'E', j->str_len)) {
        if (!json_f64(j, &f))
            return run_fail(r, "number %.40s is out of range", j->str);
        *out = jv_float(f);
        return true;
    }
    *out = jv_int(0);
    if (json_i64(j, &out->i))
        return true;
    if (!jv_str_view(r, j->str, j->str_len, out))
        return false;
    out->kind = JV_BIGINT;
    return true;
}

/* A string of JSON, marked if MARK is not NULL. */
static bool string(struct jinja_run *r, const struct json *j, struct chat_mark *mark,
                   struct jv *out)
{
    struct slice s = {(const uint8_t *)j->str, j->str_len};
    if (mark)
        s = chat_mark_text(mark, &r->arena, s);
    return s.p ? jv_str_view(r, (const char *)s.p, s.len, out) : run_memory(r);
}

static bool array(struct jinja_run *r, const struct json *j, struct chat_mark *mark, struct jv *out)
{
    struct jv list;
    size_t i = 0;
    if (!jv_list_new(r, JV_LIST, j->count, &list))
        return false;
    for (const struct json *c = j->child; c && i < list.l->n; c = c->next)
        if (!value_of(r, c, mark, &list.l->v[i++]))
            return false;
    *out = list;
    return true;
}

static bool object(struct jinja_run *r, const struct json *j, struct chat_mark *mark,
                   struct jv *out)
{
    struct jv dict, key, v;
    if (!jv_dict_new(r, JV_DICT, &dict))
        return false;
    for (const struct json *c = j->child; c; c = c->next) {
        const struct json name = {.str = c->key, .str_len = c->key_len};
        if (!string(r, &name, mark, &key) || !value_of(r, c, mark, &v) ||
            !jv_dict_put(r, dict.d, key, v))
            return false;
    }
    *out = dict;
    return true;
}

static bool value_of(struct jinja_run *r, const struct json *j, struct chat_mark *mark,
                     struct jv *out)
{
    bool ok;
    switch (j->kind) {
    case JSON_NULL: *out = jv_none(); return true;
    case JSON_FALSE: *out = jv_bool(false); return true;
    case JSON_TRUE: *out = jv_bool(true); return true;
    case JSON_NUMBER: return number(r, j, out);
    case JSON_STRING: return string(r, j, mark, out);
    default: break;
    }
    if (!run_enter(r))
        return false;
    ok = j->kind == JSON_ARRAY ? array(r, j, mark, out) : object(r, j, mark, out);
    run_leave(r);
    return ok;
}

/* What a user can write: only there names of control tokens are marked. */
static bool is_users(const struct json *var)
{
    return strcmp(var->key, "messages") == 0 || strcmp(var->key, "tools") == 0;
}

static bool bind_vars(struct jinja_run *r, const struct json *vars, struct chat_mark *mark)
{
    for (const struct json *c = vars ? vars->child : NULL; c; c = c->next) {
        const struct jinja_name *name = jinja_name_find(r->code, c->key, c->key_len);
        if (name && !value_of(r, c, is_users(c) ? mark : NULL, &r->root[name->id]))
            return false;
    }
    return true;
}

/* The globals, and the names that the language binds. */
static bool run_begin(struct jinja_run *r, const struct jinja_code *code, long long now_s)
{
    *r = (struct jinja_run){.code = code, .lim = limits, .now_s = now_s};
    r->arena.limit_bytes = limits.memory_bytes;
    r->root = ARENA_ARRAY(&r->arena, struct jv, code->n_names);
    if (!r->root)
        return run_memory(r);
    for (int f = 0; f < FUNC_COUNT; f++) {
        const char *z = jinja_func_names[f];
        const struct jinja_name *name = jinja_name_find(code, z, strlen(z));
        if (name)
            r->root[name->id] = (struct jv){.kind = JV_FUNC, .func = f};
    }
    r->loop_name = jinja_name_find(code, "loop", 4);
    r->caller_name = jinja_name_find(code, "caller", 6);
    r->kwargs_name = jinja_name_find(code, "kwargs", 6);
    r->varargs_name = jinja_name_find(code, "varargs", 7);
    return true;
}

/* Copies the text that was written out of the run, or says what went wrong. Ends the run. */
static takt_rc run_end(struct jinja_run *r, const struct jinja_text *t, bool ok, char **text,
                       size_t *len, takt_err *e)
{
    takt_rc rc = TAKT_OK;
    if (ok) {
        *text = malloc(t->len + 1);
        if (*text) {
            if (t->len)
                memcpy(*text, t->p, t->len);
            (*text)[t->len] = 0;
            *len = t->len;
        } else {
            rc = err_set(e, TAKT_ERR_MEMORY, "chat template", "no memory for its output");
        }
    } else {
        char where[64];
        snprintf(where, sizeof where, "chat template, line %u, column %u", r->line, r->col);
        rc = err_set(e, r->err_code, where, "%s", r->what);
    }
    arena_free(&r->arena);
    return rc;
}

takt_rc chat_render(const struct chat_template *t, const struct json *vars, struct chat_mark *mark,
                    long long now_s, char **text, size_t *len, takt_err *e)
{
    struct jinja_run r;
    struct jinja_text out = {0};
    *text = NULL;
    *len = 0;
    if (vars && vars->kind != JSON_OBJECT)
        return err_set(e, TAKT_ERR_USAGE, "chat template", "its variables must be a JSON object");
    bool ok = run_begin(&r, &t->code, now_s);
    r.out = &out;
    ok = ok && bind_vars(&r, vars, mark) && scope_hide(&r, &t->code.hidden) &&
         jinja_exec(&r, &t->code.body);
    return run_end(&r, &out, ok, text, len, e);
}
