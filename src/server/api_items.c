#include "server/api_items.h"

#include <string.h>

#include "server/api_json.h"
#include "server/api_limits.h"

enum { O = FIELD_OPENAI, V = FIELD_VLLM };

/* ---- queries --------------------------------------------------------------------------------- */

static const struct field items_rows[] = {
    {FIELD_AT(INT, "limit", struct api_items_page, limit), .who = O, .min = 1, .max = 100,
     .fallback = 20, .help = "How many items to give at most."},
    {FIELD_AT(WORD, "order", struct api_items_page, order), .who = O, .words = "desc|asc",
     .help = "`desc` gives the last item first."},
    {FIELD_AT(STRING, "after", struct api_items_page, after), .who = O, .min = 1,
     .max = API_MAX_NAME, .help = "Goes on behind the item that has this id."},
    {FIELD_NONE(STRINGS, "include"), .who = O, .max = 16, .why = "all that is kept is told"},
};
static const struct field_part items_parts[] = {{items_rows, 4, 0}};
const struct field_table api_items_table = {items_parts, 1, NULL};

static const struct field get_rows[] = {
    {FIELD_NONE(STRINGS, "include"), .who = O | V, .max = 16, .why = "all that is kept is told"},
    {FIELD_REFUSE("stream", "[false]"), .who = O | V, .why = "events are not kept"},
    {FIELD_REFUSE("starting_after", NULL), .who = O | V, .why = "events are not kept"},
    {FIELD_NONE(BOOL, "include_obfuscation"), .who = O, .only = "[false]",
     .why = "takt does not pad its events: hide their sizes with TLS"},
};
static const struct field_part get_parts[] = {{get_rows, 4, 0}};
const struct field_table api_get_response_table = {get_parts, 1, NULL};

/* ---- to be kept ------------------------------------------------------------------------------ */

static void put_slice(struct json_out *o, const char *key, struct slice s)
{
    json_put_strn(o, key, s.len ? (const char *)s.p : "", s.len);
}

/* The item's own id, or PREFIX, what follows '_' in the response's ID, and its number. */
static void put_id(struct json_out *o, const struct json *item, const char *prefix, const char *id,
                   uint32_t i)
{
    const struct json *own = json_get(item, "id");
    const char *tail = strchr(id, '_');
    char text[160];
    if (own && own->kind == JSON_STRING && own->str_len) {
        put_slice(o, "id", (struct slice){(const uint8_t *)own->str, own->str_len});
        return;
    }
    snprintf(text, sizeof text, "%s_%.128s_in%u", prefix, tail ? tail + 1 : id, i);
    json_put_str(o, "id", text);
}

/* Text as the only part of a message by ROLE; TEXT is a JSON string. */
static void put_text_part(struct json_out *o, bool is_answer, struct slice text)
{
    json_arr_begin(o, "content");
    json_obj_begin(o, NULL);
    json_put_str(o, "type", is_answer ? "output_text" : "input_text");
    api_json_put(o, "text", text);
    if (is_answer)
        api_json_quoted(o, "annotations", "[]");
    json_obj_end(o);
    json_arr_end(o);
}

static void put_message(struct json_out *o, struct slice body, const struct json *item)
{
    const struct json *role = json_get(item, "role"), *content = json_get(item, "content");
    api_json_put(o, "role", field_text(body, role));
    if (content->kind == JSON_STRING)
        put_text_part(o, json_is_str(role, "assistant"), field_text(body, content));
    else
        api_json_put(o, "content", field_text(body, content));
}

static void put_members(struct json_out *o, struct slice body, const struct json *item,
                        const char *const *names)
{
    for (; *names; names++) {
        const struct json *v = json_get(item, *names);
        if (v)
            api_json_put(o, *names, field_text(body, v));
    }
}

static void put_item(struct json_out *o, struct slice body, const struct json *item, const char *id,
                     uint32_t i)
{
    static const char *const call[] = {"call_id", "name", "arguments", NULL};
    static const char *const output[] = {"call_id", "output", NULL};
    static const char *const thought[] = {"summary", "content", "encrypted_content", NULL};
    const struct json *type = json_get(item, "type");
    bool is_call = json_is_str(type, "function_call");
    bool is_output = json_is_str(type, "function_call_output");
    bool is_thought = json_is_str(type, "reasoning");
    json_obj_begin(o, NULL);
    put_id(o, item, is_call ? "fc" : is_output ? "fco" : is_thought ? "rs" : "msg", id, i);
    json_put_str(o, "type",
                 is_call      ? "function_call"
                 : is_output  ? "function_call_output"
                 : is_thought ? "reasoning"
                              : "message");
    if (!is_thought)
        json_put_str(o, "status", "completed");
    if (is_call || is_output || is_thought)
        put_members(o, body, item, is_call ? call : is_output ? output : thought);
    else
        put_message(o, body, item);
    json_obj_end(o);
}

void api_items_put(struct json_out *o, const struct api_response *r, const char *id)
{
    const struct json *input = r->raw.input.v;
    uint32_t i = 0;
    json_arr_begin(o, NULL);
    if (input->kind == JSON_STRING) {
        const struct json none = {.kind = JSON_OBJECT};
        json_obj_begin(o, NULL);
        put_id(o, &none, "msg", id, 0);
        json_put_str(o, "type", "message");
        json_put_str(o, "status", "completed");
        json_put_str(o, "role", "user");
        put_text_part(o, false, r->raw.input.text);
        json_obj_end(o);
    }
    for (const struct json *m = input->child; m; m = m->next)
        put_item(o, r->body, m, id, i++);
    json_arr_end(o);
}

/* ---- again ----------------------------------------------------------------------------------- */

void api_items_join(struct json_out *o, const struct slice *lists, size_t n)
{
    api_messages_join(o, (struct slice){NULL, 0}, lists, n);
}

static bool is_item(const struct json *item, struct slice id)
{
    const struct json *own = json_get(item, "id");
    return own && own->kind == JSON_STRING && own->str_len == id.len &&
           memcmp(own->str, id.p, id.len) == 0;
}

static void put_item_id(struct json_out *o, const char *key, const struct json *item)
{
    const struct json *id = json_get(item, "id");
    if (id)
        put_slice(o, key, (struct slice){(const uint8_t *)id->str, id->str_len});
    else
        json_put_null(o, key);
}

takt_rc api_items_list(struct json_out *o, struct slice items, const struct api_items_page *p,
                       struct arena *a, struct api_error *e)
{
    const struct json *root, *first = NULL, *last = NULL;
    takt_err err;
    uint32_t from = 0, n = 0;
    if (json_parse(&root, a, items, "items", NULL, &err).code)
        return api_error_from_server(e, &err);
    const struct json **list = ARENA_ARRAY(a, const struct json *, root->count);
    if (!list)
        return api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
    for (const struct json *m = root->child; m; m = m->next, n++)
        list[p->order == API_OLDEST_FIRST ? n : root->count - 1 - n] = m;
    while (p->after.p && from < n && !is_item(list[from], p->after))
        from++;
    if (p->after.p && from++ == n)
        return api_refuse(e, API_NO_OBJECT, "after", "there is no item '%.64s'",
                          (const char *)p->after.p);
    uint32_t to = n - from > (uint64_t)p->limit ? from + (uint32_t)p->limit : n;
    json_obj_begin(o, NULL);
    json_put_str(o, "object", "list");
    json_arr_begin(o, "data");
    for (uint32_t i = from; i < to; i++)
        api_json_put(o, NULL, field_text(items, list[i]));
    json_arr_end(o);
    if (from < to) {
        first = list[from];
        last = list[to - 1];
    }
    put_item_id(o, "first_id", first);
    put_item_id(o, "last_id", last);
    json_put_bool(o, "has_more", to < n);
    json_obj_end(o);
    return TAKT_OK;
}
