#include "server/api_message.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "server/api_json.h"
#include "server/api_limits.h"

/* ---- helpers --------------------------------------------------------------------------------- */

static bool is_kind(const struct json *v, enum json_kind kind)
{
    return v && v->kind == kind;
}

/* Neither absent nor null. */
static bool is_given(const struct json *v)
{
    return v && v->kind != JSON_NULL;
}

/* A field inside a list, for errors. */
struct path {
    char text[128];
};

static struct path __attribute__((format(printf, 1, 2))) path_of(const char *fmt, ...)
{
    struct path p;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(p.text, sizeof p.text, fmt, ap);
    va_end(ap);
    return p;
}

/* Refuses V, or its absence, because it is not WANTED. */
static takt_rc refuse(struct api_error *e, struct path at, const struct json *v, const char *wanted)
{
    char shown[64];
    if (!is_given(v))
        return api_refuse(e, API_MISSING, at.text, "is missing; it must be %s", wanted);
    return api_refuse(e, v->kind == JSON_STRING ? API_BAD_VALUE : API_BAD_TYPE, at.text,
                      "%s; it must be %s", field_shown(v, shown, sizeof shown), wanted);
}

/* ---- messages -------------------------------------------------------------------------------- */

/* The list of messages while it is read, and what the model gets in the place of some of it. */
struct reader {
    struct slice body;
    struct arena *arena;
    struct api_pictures *pictures; /* NULL: text only */
    struct change *change;         /* the last one */
    uint32_t n_changes;
};

/* A value that becomes another, a shorter one. */
struct change {
    struct change *before;
    struct slice from; /* in the body */
    const char *to;
};

static takt_rc no_memory(struct api_error *e)
{
    return api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
}

static takt_rc change(struct reader *r, const struct json *v, const char *to, struct api_error *e)
{
    struct change *c = ARENA_NEW(r->arena, struct change);
    if (!c)
        return no_memory(e);
    *c = (struct change){r->change, field_text(r->body, v), to};
    r->change = c;
    r->n_changes++;
    return TAKT_OK;
}

/* Where a picture or a clip stands is all that a template sees of it. */
static takt_rc read_picture(struct reader *r, const struct json *part, uint32_t i, uint32_t k,
                            struct api_error *e)
{
    char shown[64];
    if (!r->pictures)
        return api_refuse(e, API_UNSUPPORTED_VALUE,
                          path_of("messages[%u].content[%u].type", i, k).text,
                          "%s; only text is read here, and /v1/estimate tells what pictures take",
                          field_shown(json_get(part, "type"), shown, sizeof shown));
    TAKT_TRY(api_picture_read(r->pictures, part, path_of("messages[%u].content[%u]", i, k).text,
                              r->arena, e));
    return change(r, part,
                  api_clip_is(part) ? "{\"type\":\"video_url\"}" : "{\"type\":\"image_url\"}", e);
}

static takt_rc read_part(struct reader *r, const struct json *p, uint32_t i, uint32_t k,
                         struct api_error *e)
{
    static const char *const media[] = {"input_audio", "audio_url", "file", "input_file"};
    const struct path at = path_of("messages[%u].content[%u].type", i, k);
    const struct json *type = json_get(p, "type");
    char shown[64];
    if (api_picture_is(p) || api_clip_is(p))
        return read_picture(r, p, i, k, e);
    for (size_t j = 0; j < sizeof media / sizeof *media; j++)
        if (json_is_str(type, media[j]))
            return api_refuse(e, API_UNSUPPORTED_VALUE, at.text, "\"%s\"; takt reads " API_READS,
                              media[j]);
    if (json_is_str(type, "refusal"))
        return api_refuse(e, API_UNSUPPORTED_VALUE, at.text,
                          "\"refusal\"; send what was said as a part of type \"text\"");
    if (!is_kind(p, JSON_OBJECT) || !json_is_str(type, "text"))
        return api_refuse(e, API_BAD_VALUE, at.text,
                          "%s; it must be \"text\", \"image_url\" or \"video_url\"",
                          type ? field_shown(type, shown, sizeof shown) : "is missing");
    return TAKT_OK;
}

static takt_rc read_parts(struct reader *r, const struct json *parts, uint32_t i,
                          struct api_error *e)
{
    uint32_t k = 0;
    for (const struct json *p = parts->child; p; p = p->next)
        TAKT_TRY(read_part(r, p, i, k++, e));
    return TAKT_OK;
}

static takt_rc read_message(struct reader *r, const struct json *m, uint32_t i,
                            const struct api_options *opt, struct api_error *e)
{
    static const char roles[] = "one of system, developer, user, assistant or tool";
    static const char *const known[] = {"system", "developer", "user", "assistant", "tool"};
    const struct json *role = json_get(m, "role"), *content = json_get(m, "content");
    bool is_known = false;
    if (m->kind != JSON_OBJECT)
        return refuse(e, path_of("messages[%u]", i), m, "an object");
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        is_known = is_known || json_is_str(role, known[k]);
    if (json_is_str(role, "function"))
        return api_refuse(e, API_UNSUPPORTED_VALUE, path_of("messages[%u].role", i).text,
                          "\"function\"; send results with the role \"tool\" and a tool_call_id");
    if (!is_known)
        return refuse(e, path_of("messages[%u].role", i), role, roles);
    if (opt->groq_strict && json_get(m, "name"))
        return api_refuse(e, API_UNKNOWN_FIELD, NULL,
                          "'messages.%u' : property 'name' is unsupported", i);
    if (json_is_str(role, "tool") && !is_kind(json_get(m, "tool_call_id"), JSON_STRING))
        return refuse(e, path_of("messages[%u].tool_call_id", i), json_get(m, "tool_call_id"),
                      "the id of the call whose result this is");
    if (is_given(json_get(m, "function_call")))
        return api_refuse(e, API_UNSUPPORTED_FIELD, path_of("messages[%u].function_call", i).text,
                          "is not served; send calls as \"tool_calls\"");
    if (is_given(json_get(m, "audio")))
        return api_refuse(e, API_UNSUPPORTED_FIELD, path_of("messages[%u].audio", i).text,
                          "is not served; takt reads " API_READS);
    return is_kind(content, JSON_ARRAY) ? read_parts(r, content, i, e) : TAKT_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct change *x = *(const struct change *const *)a,
                        *y = *(const struct change *const *)b;
    return x->from.p < y->from.p ? -1 : 1;
}

/* LIST with all changes, which make it shorter. */
static takt_rc apply(const struct reader *r, struct slice list, struct slice *out,
                     struct api_error *e)
{
    struct change **all = ARENA_ARRAY(r->arena, struct change *, r->n_changes);
    uint8_t *text = arena_alloc(r->arena, list.len, 1), *to = text;
    const uint8_t *from = list.p;
    uint32_t n = 0;
    if (!all || !text)
        return no_memory(e);
    for (struct change *c = r->change; c; c = c->before)
        all[n++] = c;
    qsort(all, n, sizeof(struct change *), by_place);
    for (uint32_t i = 0; i < n; i++) {
        size_t kept = (size_t)(all[i]->from.p - from), len = strlen(all[i]->to);
        takt_assert(len <= all[i]->from.len);
        memcpy(to, from, kept);
        memcpy(to + kept, all[i]->to, len);
        to += kept + len;
        from = all[i]->from.p + all[i]->from.len;
    }
    size_t rest = (size_t)(list.p + list.len - from);
    memcpy(to, from, rest);
    *out = (struct slice){text, (size_t)(to - text) + rest};
    return TAKT_OK;
}

takt_rc api_messages_read(struct slice *out, struct api_pictures *pictures,
                          const struct field_json *in, struct arena *a, struct slice body,
                          const struct api_options *opt, struct api_error *e)
{
    struct reader r = {.body = body, .arena = a, .pictures = pictures};
    uint32_t i = 0;
    for (const struct json *m = in->v->child; m; m = m->next, i++) {
        TAKT_TRY(read_message(&r, m, i, opt, e));
        if (json_is_str(json_get(m, "role"), "developer"))
            TAKT_TRY(change(&r, json_get(m, "role"), "\"system\"", e));
    }
    *out = in->text;
    return r.n_changes ? apply(&r, in->text, out, e) : TAKT_OK;
}

/* ---- tools ----------------------------------------------------------------------------------- */

const struct json *api_tool_name(const struct json *tool, bool is_flat)
{
    const struct json *name = json_get(is_flat ? tool : json_get(tool, "function"), "name");
    return is_kind(name, JSON_STRING) ? name : NULL;
}

takt_rc api_tools_distinct(const struct json *list, bool is_flat, const char *param,
                           struct api_error *e)
{
    const char *inner = is_flat ? "name" : "function.name";
    char shown[64];
    uint32_t i = 0;
    for (const struct json *t = list->child; t; t = t->next, i++) {
        const struct json *name = json_get(is_flat ? t : json_get(t, "function"), "name");
        struct path at = path_of("%.64s[%u].%s", param, i, inner);
        if (!is_kind(name, JSON_STRING) || name->str_len == 0)
            return refuse(e, at, name, "the name of a function");
        if (api_json_characters((struct slice){(const uint8_t *)name->str, name->str_len}) >
            API_MAX_TOOL_NAME)
            return api_refuse(e, API_TOO_LONG, at.text, "is longer than %d characters",
                              API_MAX_TOOL_NAME);
        for (const struct json *u = list->child; u != t; u = u->next) {
            const struct json *other = api_tool_name(u, is_flat);
            if (other->str_len == name->str_len &&
                memcmp(other->str, name->str, name->str_len) == 0)
                return api_refuse(e, API_BAD_VALUE, at.text, "%s is the name of another tool, too",
                                  field_shown(name, shown, sizeof shown));
        }
    }
    return TAKT_OK;
}

takt_rc api_tools_read(const struct field_json *in, struct field_notes *notes,
                       const struct api_options *opt, struct api_error *e)
{
    enum { GROQ_TOOLS = 128 };
    bool is_strict = false;
    char shown[64];
    uint32_t i = 0;
    if (opt->groq_strict && in->v->count > GROQ_TOOLS)
        return api_refuse(e, API_TOO_MANY, "tools", "has %u elements; %d are allowed", in->v->count,
                          GROQ_TOOLS);
    for (const struct json *t = in->v->child; t; t = t->next, i++) {
        const struct json *type = json_get(t, "type");
        struct path at = path_of("tools[%u].type", i);
        if (t->kind != JSON_OBJECT)
            return refuse(e, path_of("tools[%u]", i), t, "an object");
        if (!is_kind(type, JSON_STRING))
            return refuse(e, at, type, "\"function\"");
        if (!json_is_str(type, "function"))
            return api_refuse(e, API_UNSUPPORTED_VALUE, at.text,
                              "%s; takt runs no tools itself, only \"function\" can be asked for",
                              field_shown(type, shown, sizeof shown));
        is_strict = is_strict || is_kind(json_get(json_get(t, "function"), "strict"), JSON_TRUE);
    }
    if (is_strict)
        field_note_idle(notes, "tools[].function.strict");
    return api_tools_distinct(in->v, false, "tools", e);
}

/* The name that a choice of one tool gives, in either API's form. */
static const struct json *chosen(const struct json *choice)
{
    const struct json *name = json_get(json_get(choice, "function"), "name");
    return name ? name : json_get(choice, "name");
}

takt_rc api_tool_choice_read(enum api_tool_choice *out, const struct field_json *choice,
                             const struct field_json *tools, struct api_error *e)
{
    static const char wanted[] = "\"none\" or \"auto\"";
    static const char unforced[] =
        "%s; takt cannot make a model call a tool yet, only \"none\" and "
        "\"auto\" can be asked for";
    const struct json *c = choice->v;
    const struct path at = path_of("tool_choice");
    char shown[64];
    *out = tools->v && tools->v->count ? API_TOOLS_AUTO : API_TOOLS_NONE;
    if (json_is_str(c, "none"))
        *out = API_TOOLS_NONE;
    if (!c || json_is_str(c, "none") || json_is_str(c, "auto"))
        return TAKT_OK;
    if (json_is_str(c, "required"))
        return api_refuse(e, API_UNSUPPORTED_VALUE, at.text, unforced, "\"required\"");
    if (c->kind != JSON_OBJECT)
        return refuse(e, at, c, wanted);
    if (!json_is_str(json_get(c, "type"), "function"))
        return api_refuse(e, API_UNSUPPORTED_VALUE, at.text, unforced, "an object of this type");
    const struct json *name = chosen(c);
    if (!is_kind(name, JSON_STRING))
        return refuse(e, path_of("tool_choice.function.name"), name, "the name of a tool");
    for (const struct json *t = tools->v ? tools->v->child : NULL; t; t = t->next) {
        const struct json *n = api_tool_name(t, json_get(t, "function") == NULL);
        if (n && n->str_len == name->str_len && memcmp(n->str, name->str, n->str_len) == 0)
            return api_refuse(e, API_UNSUPPORTED_VALUE, at.text, unforced,
                              field_shown(name, shown, sizeof shown));
    }
    return api_refuse(e, API_BAD_VALUE, at.text, "%s is none of the tools",
                      field_shown(name, shown, sizeof shown));
}

/* A text of a prediction, or a part of it. */
static takt_rc check_predicted(const struct json *v, struct path at, struct api_error *e)
{
    return is_kind(v, JSON_STRING) ? TAKT_OK : refuse(e, at, v, "a string");
}

static takt_rc check_predicted_parts(const struct json *parts, struct api_error *e)
{
    uint32_t k = 0;
    if (!parts->count)
        return api_refuse(e, API_BAD_VALUE, "prediction.content", "has no part");
    for (const struct json *p = parts->child; p; p = p->next, k++) {
        const struct json *type = json_get(p, "type");
        if (!json_is_str(type, "text"))
            return refuse(e, path_of("prediction.content[%u].type", k), type, "\"text\"");
        struct path at = path_of("prediction.content[%u].text", k);
        TAKT_TRY(check_predicted(json_get(p, "text"), at, e));
    }
    return TAKT_OK;
}

takt_rc api_prediction_read(struct slice *out, const struct field_json *in, struct arena *a,
                            struct api_error *e)
{
    const struct json *type = json_get(in->v, "type"), *content = json_get(in->v, "content");
    size_t len = 0, at = 0;
    *out = (struct slice){0};
    if (!in->v)
        return TAKT_OK;
    if (!json_is_str(type, "content"))
        return refuse(e, path_of("prediction.type"), type, "\"content\"");
    if (!is_kind(content, JSON_ARRAY)) {
        TAKT_TRY(check_predicted(content, path_of("prediction.content"), e));
        *out = (struct slice){(const uint8_t *)content->str, content->str_len};
        return TAKT_OK;
    }
    TAKT_TRY(check_predicted_parts(content, e));
    for (const struct json *p = content->child; p; p = p->next)
        len += json_get(p, "text")->str_len;
    uint8_t *text = arena_alloc(a, len + 1, 1);
    if (!text)
        return no_memory(e);
    for (const struct json *p = content->child; p; p = p->next) {
        const struct json *t = json_get(p, "text");
        memcpy(text + at, t->str, t->str_len);
        at += t->str_len;
    }
    *out = (struct slice){text, len};
    return TAKT_OK;
}

takt_rc api_format_check(const struct field_json *format, const char *param, struct api_error *e)
{
    static const char *const constrained[] = {"json_object", "json_schema", "structural_tag",
                                              "grammar", "regex"};
    const struct json *type = json_get(format->v, "type");
    if (!format->v || json_is_str(type, "text"))
        return TAKT_OK;
    for (size_t i = 0; i < sizeof constrained / sizeof *constrained; i++)
        if (json_is_str(type, constrained[i]))
            return api_refuse(e, API_UNSUPPORTED_VALUE, param,
                              "\"%s\"; takt does not constrain answers yet, and would not answer "
                              "unconstrained; only {\"type\": \"text\"} can be asked for",
                              constrained[i]);
    return refuse(e, path_of("%.100s.type", param), type, "\"text\"");
}
