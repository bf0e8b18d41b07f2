#include "server/api_message.h"

#include <stdarg.h>
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

static takt_rc check_parts(const struct json *parts, uint32_t i, struct api_error *e)
{
    static const char *const media[] = {"image_url", "input_image", "input_audio", "audio_url",
                                        "video_url", "file",        "input_file"};
    uint32_t k = 0;
    char shown[64];
    for (const struct json *p = parts->child; p; p = p->next, k++) {
        struct path at = path_of("messages[%u].content[%u].type", i, k);
        const struct json *type = json_get(p, "type");
        for (size_t j = 0; j < sizeof media / sizeof *media; j++)
            if (json_is_str(type, media[j]))
                return api_refuse(e, API_UNSUPPORTED_VALUE, at.text,
                                  "\"%s\"; takt reads text only for now", media[j]);
        if (json_is_str(type, "refusal"))
            return api_refuse(e, API_UNSUPPORTED_VALUE, at.text,
                              "\"refusal\"; send what was said as a part of type \"text\"");
        if (!is_kind(p, JSON_OBJECT) || !json_is_str(type, "text"))
            return api_refuse(e, API_BAD_VALUE, at.text, "%s; it must be \"text\"",
                              type ? field_shown(type, shown, sizeof shown) : "is missing");
    }
    return TAKT_OK;
}

static takt_rc check_message(const struct json *m, uint32_t i, const struct api_options *opt,
                             struct api_error *e)
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
                          "is not served; takt reads text only for now");
    return is_kind(content, JSON_ARRAY) ? check_parts(content, i, e) : TAKT_OK;
}

takt_rc api_messages_read(struct slice *out, const struct field_json *in, struct arena *a,
                          struct slice body, const struct api_options *opt, struct api_error *e)
{
    static const char system[] = "\"system\"";
    uint32_t i = 0, n_developers = 0;
    for (const struct json *m = in->v->child; m; m = m->next, i++) {
        TAKT_TRY(check_message(m, i, opt, e));
        n_developers += json_is_str(json_get(m, "role"), "developer");
    }
    *out = in->text;
    if (n_developers == 0)
        return TAKT_OK;
    /* The word gets shorter, so the text does. */
    uint8_t *text = arena_alloc(a, in->text.len, 1), *to = text;
    const uint8_t *from = in->text.p, *end = in->text.p + in->text.len;
    if (!text)
        return api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
    for (const struct json *m = in->v->child; m; m = m->next) {
        const struct json *role = json_get(m, "role");
        if (!json_is_str(role, "developer"))
            continue;
        struct slice word = field_text(body, role);
        memcpy(to, from, (size_t)(word.p - from));
        to += word.p - from;
        memcpy(to, system, sizeof system - 1);
        to += sizeof system - 1;
        from = word.p + word.len;
    }
    memcpy(to, from, (size_t)(end - from));
    to += end - from;
    *out = (struct slice){text, (size_t)(to - text)};
    return TAKT_OK;
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
        return api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
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
