#include <string.h>

#include "server/api_json.h"
#include "server/api_limits.h"
#include "server/api_response.h"

/* Items become messages one by one; an assistant's message is kept open, because the calls that
 * follow it belong to it. */
struct writer {
    struct json_out out;
    struct slice body;
    struct arena *arena;
    struct field_notes *notes;
    struct api_pictures *pictures;
    uint32_t n_before; /* of the items, those that earlier responses had */
    bool is_open;      /* an assistant's message without its closing bracket */
    bool in_calls;     /* inside its list of calls */
    uint32_t n;        /* messages begun */
    struct api_error *e;
};

static struct slice text_of(const struct writer *w, const struct json *v)
{
    return field_text(w->body, v);
}

static bool is_kind(const struct json *v, enum json_kind kind)
{
    return v && v->kind == kind;
}

static void close_message(struct writer *w)
{
    if (w->in_calls)
        json_arr_end(&w->out);
    if (w->is_open)
        json_obj_end(&w->out);
    w->is_open = w->in_calls = false;
}

static void begin_message(struct writer *w, const char *role)
{
    close_message(w);
    json_obj_begin(&w->out, NULL);
    json_put_str(&w->out, "role", role);
    w->is_open = true;
    w->n++;
}

/* Refuses V, field FIELD of item I. */
static takt_rc refuse(const struct writer *w, uint32_t i, const char *field, const struct json *v,
                      const char *wanted)
{
    char path[96], shown[64];
    snprintf(path, sizeof path, "input[%u]%s%s", i, field[0] ? "." : "", field);
    if (!v || v->kind == JSON_NULL)
        return api_refuse(w->e, API_MISSING, path, "is missing; it must be %s", wanted);
    return api_refuse(w->e, v->kind == JSON_STRING ? API_BAD_VALUE : API_BAD_TYPE, path,
                      "%s; it must be %s", field_shown(v, shown, sizeof shown), wanted);
}

static bool is_one_of(const struct json *v, const char *const *words, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (json_is_str(v, words[k]))
            return true;
    return false;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* A picture or a clip; where it stands is all that a template sees of it. */
static takt_rc put_picture(struct writer *w, uint32_t i, const char *field, uint32_t k,
                           const struct json *part)
{
    char at[64];
    snprintf(at, sizeof at, "input[%u].%s[%u]", i, field, k);
    TAKT_TRY(api_picture_read(w->pictures, part, at, w->arena, w->e));
    if (i < w->n_before) /* the request has no such place */
        snprintf(w->pictures->last->path, sizeof w->pictures->last->path, "previous_response_id");
    json_obj_begin(&w->out, NULL);
    json_put_str(&w->out, "type", api_clip_is(part) ? "video_url" : "image_url");
    json_obj_end(&w->out);
    return TAKT_OK;
}

static takt_rc put_part(struct writer *w, uint32_t i, const char *field, uint32_t k,
                        const struct json *p)
{
    static const char *const texts[] = {"input_text", "output_text", "text", "summary_text"};
    const struct json *type = json_get(p, "type"), *text = json_get(p, "text");
    bool is_refusal = json_is_str(type, "refusal");
    char path[64], shown[64];
    if (is_refusal)
        text = json_get(p, "refusal");
    snprintf(path, sizeof path, "%s[%u].type", field, k);
    if (api_picture_is(p) || api_clip_is(p))
        return put_picture(w, i, field, k, p);
    if (!is_kind(type, JSON_STRING))
        return refuse(w, i, path, type, "the type of a part, such as \"input_text\"");
    if (!is_refusal && !is_one_of(type, texts, sizeof texts / sizeof *texts)) {
        char whole[96];
        snprintf(whole, sizeof whole, "input[%u].%s", i, path);
        return api_refuse(w->e, API_UNSUPPORTED_VALUE, whole, "%s; takt reads " API_READS,
                          field_shown(type, shown, sizeof shown));
    }
    snprintf(path, sizeof path, "%s[%u].text", field, k);
    if (!is_kind(text, JSON_STRING))
        return refuse(w, i, path, text, "a string");
    json_obj_begin(&w->out, NULL);
    json_put_str(&w->out, "type", "text");
    api_json_put(&w->out, "text", text_of(w, text));
    json_obj_end(&w->out);
    return TAKT_OK;
}

/* Writes the member "content" from V, a string or a list of parts, the field FIELD of item I. */
static takt_rc put_content(struct writer *w, uint32_t i, const char *field, const struct json *v)
{
    char path[64];
    uint32_t k = 0;
    if (is_kind(v, JSON_STRING)) {
        api_json_put(&w->out, "content", text_of(w, v));
        return TAKT_OK;
    }
    if (!is_kind(v, JSON_ARRAY))
        return refuse(w, i, field, v, "a string or a list of parts");
    if (v->count == 0) {
        snprintf(path, sizeof path, "input[%u].%s", i, field);
        return api_refuse(w->e, API_BAD_VALUE, path, "is empty; it must have a part");
    }
    json_arr_begin(&w->out, "content");
    for (const struct json *p = v->child; p; p = p->next)
        TAKT_TRY(put_part(w, i, field, k++, p));
    json_arr_end(&w->out);
    return TAKT_OK;
}

static takt_rc put_message(struct writer *w, uint32_t i, const struct json *item)
{
    static const char *const roles[] = {"system", "developer", "user", "assistant"};
    const struct json *role = json_get(item, "role");
    if (!is_one_of(role, roles, sizeof roles / sizeof *roles))
        return refuse(w, i, "role", role, "one of system, developer, user or assistant");
    begin_message(w, json_is_str(role, "developer") ? "system" : role->str);
    TAKT_TRY(put_content(w, i, "content", json_get(item, "content")));
    if (!json_is_str(role, "assistant"))
        close_message(w);
    return TAKT_OK;
}

static takt_rc put_call(struct writer *w, uint32_t i, const struct json *item)
{
    const struct json *id = json_get(item, "call_id"), *name = json_get(item, "name");
    const struct json *arguments = json_get(item, "arguments");
    if (!is_kind(id, JSON_STRING))
        return refuse(w, i, "call_id", id, "the id of the call");
    if (!is_kind(name, JSON_STRING) || name->str_len == 0)
        return refuse(w, i, "name", name, "the name of a function");
    if (!is_kind(arguments, JSON_STRING))
        return refuse(w, i, "arguments", arguments, "a string with a JSON object");
    if (!w->is_open)
        begin_message(w, "assistant");
    if (!w->in_calls)
        json_arr_begin(&w->out, "tool_calls");
    w->in_calls = true;
    json_obj_begin(&w->out, NULL);
    api_json_put(&w->out, "id", text_of(w, id));
    json_put_str(&w->out, "type", "function");
    json_obj_begin(&w->out, "function");
    api_json_put(&w->out, "name", text_of(w, name));
    api_json_put(&w->out, "arguments", text_of(w, arguments));
    json_obj_end(&w->out);
    json_obj_end(&w->out);
    return TAKT_OK;
}

static takt_rc put_output(struct writer *w, uint32_t i, const struct json *item)
{
    const struct json *id = json_get(item, "call_id");
    if (!is_kind(id, JSON_STRING))
        return refuse(w, i, "call_id", id, "the id of the call whose output this is");
    begin_message(w, "tool");
    api_json_put(&w->out, "tool_call_id", text_of(w, id));
    TAKT_TRY(put_content(w, i, "output", json_get(item, "output")));
    close_message(w);
    return TAKT_OK;
}

static takt_rc put_item(struct writer *w, uint32_t i, const struct json *item)
{
    const struct json *type = json_get(item, "type");
    char path[32], shown[64];
    if (item->kind != JSON_OBJECT)
        return refuse(w, i, "", item, "an object");
    if (!type || type->kind == JSON_NULL || json_is_str(type, "message"))
        return put_message(w, i, item);
    if (json_is_str(type, "function_call"))
        return put_call(w, i, item);
    if (json_is_str(type, "function_call_output"))
        return put_output(w, i, item);
    if (json_is_str(type, "reasoning")) {
        field_note_idle(w->notes, "input[].reasoning");
        return TAKT_OK;
    }
    if (type->kind != JSON_STRING)
        return refuse(w, i, "type", type, "the type of an item, such as \"message\"");
    snprintf(path, sizeof path, "input[%u].type", i);
    return api_refuse(w->e, API_UNSUPPORTED_VALUE, path,
                      "%s; takt reads items of type message, function_call and "
                      "function_call_output",
                      field_shown(type, shown, sizeof shown));
}

static takt_rc put_items(struct writer *w, const struct json *list)
{
    uint32_t i = 0;
    if (list->count > API_MAX_MESSAGES)
        return api_refuse(w->e, API_TOO_MANY, "input", "has %u elements; %d are allowed",
                          list->count, API_MAX_MESSAGES);
    for (const struct json *m = list->child; m; m = m->next, i++)
        TAKT_TRY(put_item(w, i, m));
    close_message(w);
    if (w->n == 0)
        return api_refuse(w->e, API_BAD_VALUE, "input", "has no message");
    return TAKT_OK;
}

takt_rc api_response_input(struct slice *messages, uint32_t *n_messages,
                           struct api_pictures *pictures, const struct field_json *input,
                           uint32_t n_before, struct field_notes *notes, struct arena *a,
                           struct slice body, struct api_error *e)
{
    struct writer w = {.body = body,
                       .arena = a,
                       .notes = notes,
                       .pictures = pictures,
                       .n_before = n_before,
                       .e = e};
    char shown[64];
    takt_rc rc = TAKT_OK;
    json_arr_begin(&w.out, NULL);
    if (input->v->kind == JSON_STRING) {
        begin_message(&w, "user");
        api_json_put(&w.out, "content", input->text);
        close_message(&w);
    } else if (input->v->kind == JSON_ARRAY) {
        rc = put_items(&w, input->v);
    } else {
        rc = api_refuse(e, API_BAD_TYPE, "input", "%s; it must be a string or a list of items",
                        field_shown(input->v, shown, sizeof shown));
    }
    json_arr_end(&w.out);
    *n_messages = w.n;
    *messages = api_json_keep(&w.out, a);
    if (!rc.code && !messages->p)
        rc = api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
    return rc;
}

/* ---- tools ----------------------------------------------------------------------------------- */

static takt_rc put_tool(struct json_out *o, const struct json *t, uint32_t i, bool *is_strict,
                        struct slice body, struct api_error *e)
{
    static const char *const kept[] = {"name", "description", "parameters"};
    const struct json *type = json_get(t, "type");
    char path[32], shown[64];
    snprintf(path, sizeof path, "tools[%u].type", i);
    if (!is_kind(type, JSON_STRING))
        return api_refuse(e, type ? API_BAD_TYPE : API_MISSING, path,
                          "must be \"function\", in an object");
    if (!json_is_str(type, "function"))
        return api_refuse(e, API_UNSUPPORTED_VALUE, path,
                          "%s; takt runs no tools itself, only \"function\" can be asked for",
                          field_shown(type, shown, sizeof shown));
    *is_strict = *is_strict || is_kind(json_get(t, "strict"), JSON_TRUE);
    json_obj_begin(o, NULL);
    json_put_str(o, "type", "function");
    json_obj_begin(o, "function");
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
        const struct json *v = json_get(t, kept[k]);
        if (v && v->kind != JSON_NULL)
            api_json_put(o, kept[k], field_text(body, v));
    }
    json_obj_end(o);
    json_obj_end(o);
    return TAKT_OK;
}

takt_rc api_response_tools(struct slice *tools, const struct field_json *in,
                           struct field_notes *notes, struct arena *a, struct slice body,
                           struct api_error *e)
{
    struct json_out o = {0};
    takt_rc rc = TAKT_OK;
    bool is_strict = false;
    uint32_t i = 0;
    json_arr_begin(&o, NULL);
    for (const struct json *t = in->v->child; t && !rc.code; t = t->next)
        rc = put_tool(&o, t, i++, &is_strict, body, e);
    json_arr_end(&o);
    if (is_strict)
        field_note_idle(notes, "tools[].strict");
    *tools = api_json_keep(&o, a);
    if (!rc.code)
        rc = api_tools_distinct(in->v, true, "tools", e);
    if (!rc.code && !tools->p)
        rc = api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
    return rc;
}

/* ---- conversations of several responses ------------------------------------------------------ */

/* What stands between the brackets of the JSON list LIST. */
static struct slice inside(struct slice list)
{
    const uint8_t *p = list.p, *end = list.p + list.len;
    while (p < end && *p != '[')
        p++;
    p += p < end;
    while (end > p && end[-1] != ']')
        end--;
    end -= end > p;
    while (p < end && memchr(" \t\r\n", *p, 4))
        p++;
    while (end > p && memchr(" \t\r\n", end[-1], 4))
        end--;
    return (struct slice){p, (size_t)(end - p)};
}

void api_messages_join(struct json_out *o, struct slice instructions, const struct slice *lists,
                       size_t n)
{
    json_arr_begin(o, NULL);
    if (instructions.p) {
        json_obj_begin(o, NULL);
        json_put_str(o, "role", "system");
        json_put_strn(o, "content", (const char *)instructions.p, instructions.len);
        json_obj_end(o);
    }
    for (size_t i = 0; i < n; i++) {
        struct slice elements = inside(lists[i]);
        if (elements.len)
            api_json_put(o, NULL, elements); /* several, with their commas */
    }
    json_arr_end(o);
}
