#include "text/chat_input.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "model/shown.h"

/* A prompt of a million tokens fits well. */
static const struct json_limits limits = {.nodes_max = 4 << 20, .reject_duplicate_keys = true};
static const size_t arena_bytes_max = (size_t)1 << 30;

/* Which pictures have found their places: of those by themselves the ones before ALONE, of clips'
 * frames the ones before FRAME. */
struct taken {
    size_t alone, frame, n;
};

struct input {
    struct arena arena; /* owns all nodes */
    const takt_chat_input *in;
    const struct json *messages, *tools; /* lists, or NULL: none */
    const char *messages_name, *tools_name;
    bool has_parts;          /* a content that is a list */
    struct taken taken;      /* by the parts of messages */
    struct chat_mark *mark;  /* what writes the places of pictures; NULL: for people */
    const char *placeholder; /* what the template writes for a picture; NULL: it knows of none */
    bool has_calls;          /* tool calls */
    bool has_call_texts;     /* all their arguments are JSON texts */
    uint32_t *order;         /* [n_pictures] in which they stand in the text; NULL: not wanted */
    takt_err *e;
};

/* ---- checks ---------------------------------------------------------------------------------- */

/* Refuses element I of the LIST in the text called NAME. */
static takt_rc __attribute__((format(printf, 5, 6)))
refuse(const struct input *c, const char *name, const char *list, size_t i, const char *fmt, ...)
{
    char where[sizeof c->e->where], what[sizeof c->e->what];
    va_list args;
    snprintf(where, sizeof where, "%.150s: %s[%zu]", name, list, i);
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return err_set(c->e, TAKT_ERR_FORMAT, where, "%s", what);
}

static bool is_kind(const struct json *v, enum json_kind kind)
{
    return v && v->kind == kind;
}

/* The name of a member may hold zero bytes. */
static bool has_key(const struct json *member, const char *key)
{
    size_t n = strlen(key);
    return member->key_len == n && memcmp(member->key, key, n) == 0;
}

/* Neither absent, null nor an empty list. */
static bool is_there(const struct json *v)
{
    return v && v->kind != JSON_NULL && !(v->kind == JSON_ARRAY && v->count == 0);
}

static struct shown shown_text(const struct json *text)
{
    return show((struct slice){(const uint8_t *)text->str, text->str_len});
}

static bool is_picture(const struct json *part)
{
    const struct json *type = json_get(part, "type");
    return json_is_str(type, "image_url") || json_is_str(type, "image") ||
           json_is_str(type, "input_image");
}

static bool is_clip(const struct json *part)
{
    const struct json *type = json_get(part, "type");
    return json_is_str(type, "video_url") || json_is_str(type, "video") ||
           json_is_str(type, "input_video");
}

static bool is_frame(const takt_chat_input *in, size_t i)
{
    return in->clips && in->clips[i] > 0;
}

/* Takes the next picture by itself, or all frames of the next clip: they are the *n from *first on.
 * False: there is none left. */
static bool take_next(struct taken *t, const takt_chat_input *in, bool clip, size_t *first,
                      size_t *n)
{
    size_t *at = clip ? &t->frame : &t->alone;
    while (*at < in->n_pictures && is_frame(in, *at) != clip)
        ++*at;
    *first = *at;
    if (*at == in->n_pictures)
        return false;
    do
        ++*at;
    while (clip && *at < in->n_pictures && in->clips[*at] == in->clips[*first]);
    *n = *at - *first;
    t->n += *n;
    return true;
}

static takt_rc check_parts(struct input *c, size_t i, const struct json *parts)
{
    size_t k = 0, first, n;
    for (const struct json *p = parts->child; p; p = p->next, k++) {
        const struct json *type = json_get(p, "type");
        bool clip = is_clip(p);
        if (clip || is_picture(p)) {
            if (!take_next(&c->taken, c->in, clip, &first, &n))
                return refuse(c, c->messages_name, "messages", i,
                              "content[%zu] is a %s (\"%s\"), but %s", k, clip ? "clip" : "picture",
                              shown_text(type).text,
                              c->taken.n ? "there is none left for it"
                                         : "none is given, or the model reads text only");
            continue;
        }
        if (is_kind(type, JSON_STRING) && !json_is_str(type, "text"))
            return refuse(c, c->messages_name, "messages", i,
                          "content[%zu] is of type \"%s\"; takt reads parts of type \"text\", "
                          "\"image_url\" and \"video_url\"",
                          k, shown_text(type).text);
        if (!json_is_str(type, "text") || !is_kind(json_get(p, "text"), JSON_STRING))
            return refuse(c, c->messages_name, "messages", i,
                          "content[%zu] must be {\"type\": \"text\", \"text\": \"...\"}", k);
    }
    return TAKT_OK;
}

static takt_rc check_content(struct input *c, size_t i, const struct json *m, bool may_lack)
{
    const struct json *content = json_get(m, "content");
    if (is_kind(content, JSON_STRING) || (may_lack && (!content || content->kind == JSON_NULL)))
        return TAKT_OK;
    if (!is_kind(content, JSON_ARRAY) || content->count == 0)
        return refuse(c, c->messages_name, "messages", i,
                      "needs a \"content\": a text, or a list of {\"type\": \"text\", \"text\": "
                      "\"...\"}");
    c->has_parts = true;
    return check_parts(c, i, content);
}

/* The object that the JSON text TEXT holds; NULL if it holds none. */
static const struct json *parse_object(struct arena *a, const struct json *text)
{
    const struct json *v = NULL;
    struct slice s = {(const uint8_t *)text->str, text->str_len};
    if (json_parse(&v, a, s, "arguments", &limits, NULL).code)
        return NULL;
    return is_kind(v, JSON_OBJECT) ? v : NULL;
}

static takt_rc check_calls(struct input *c, size_t i, const struct json *calls)
{
    static const char form[] = "tool_calls[%zu] must be {\"type\": \"function\", \"function\": "
                               "{\"name\": \"...\", \"arguments\": {...}}}";
    size_t k = 0;
    if (calls->kind != JSON_ARRAY)
        return refuse(c, c->messages_name, "messages", i, "\"tool_calls\" must be a list");
    for (const struct json *t = calls->child; t; t = t->next, k++) {
        const struct json *type = json_get(t, "type"), *function = json_get(t, "function");
        const struct json *arguments = json_get(function, "arguments");
        bool is_text = is_kind(arguments, JSON_STRING);
        if ((type && !json_is_str(type, "function")) ||
            !is_kind(json_get(function, "name"), JSON_STRING) ||
            !(is_text || is_kind(arguments, JSON_OBJECT)))
            return refuse(c, c->messages_name, "messages", i, form, k);
        if (is_text && !parse_object(&c->arena, arguments))
            return refuse(c, c->messages_name, "messages", i,
                          "tool_calls[%zu]: the text in \"arguments\" is no JSON object", k);
        c->has_call_texts = is_text && (c->has_call_texts || !c->has_calls);
        c->has_calls = true;
    }
    return TAKT_OK;
}

static takt_rc check_message(struct input *c, size_t i, const struct json *m)
{
    static const char *const roles[] = {"system", "user", "assistant", "tool"};
    const struct json *role = json_get(m, "role"), *calls = json_get(m, "tool_calls");
    bool is_known = false, is_assistant = json_is_str(role, "assistant");
    if (m->kind != JSON_OBJECT || !is_kind(role, JSON_STRING))
        return refuse(c, c->messages_name, "messages", i,
                      "must be {\"role\": \"...\", \"content\": \"...\"}");
    for (size_t k = 0; k < sizeof roles / sizeof *roles; k++)
        is_known = is_known || json_is_str(role, roles[k]);
    if (!is_known)
        return refuse(c, c->messages_name, "messages", i,
                      "has the role \"%s\"; a role is system, user, assistant or tool",
                      shown_text(role).text);
    if (is_there(calls) && !is_assistant)
        return refuse(c, c->messages_name, "messages", i,
                      "has \"tool_calls\", which only an assistant's message may have");
    TAKT_TRY(check_content(c, i, m, is_there(calls)));
    return is_there(calls) ? check_calls(c, i, calls) : TAKT_OK;
}

static takt_rc check_messages(struct input *c)
{
    size_t i = 0;
    const struct json *first = c->messages ? c->messages->child : NULL;
    if (!first && !c->in->user)
        return err_set(c->e, TAKT_ERR_FORMAT, c->messages_name,
                       "has no message; at least one is needed");
    for (const struct json *m = first; m; m = m->next)
        TAKT_TRY(check_message(c, i++, m));
    if (c->taken.n < c->in->n_pictures && !c->in->user)
        return err_set(c->e, TAKT_ERR_USAGE, c->messages_name,
                       "has places for %zu pictures, but %zu are given%s", c->taken.n,
                       c->in->n_pictures, c->in->clips ? " (counting frames of clips)" : "");
    if (c->in->system && json_is_str(json_get(first, "role"), "system"))
        return refuse(c, c->messages_name, "messages", 0,
                      "is a system message already; give one of both");
    const char *const texts[2] = {c->in->system, c->in->user};
    for (int k = 0; k < 2; k++)
        if (texts[k] && !utf8_valid((const uint8_t *)texts[k], strlen(texts[k])))
            return err_set(c->e, TAKT_ERR_FORMAT, k ? "user message" : "system message",
                           "is not valid UTF-8");
    return TAKT_OK;
}

static takt_rc check_tools(const struct input *c)
{
    size_t i = 0;
    for (const struct json *t = c->tools->child; t; t = t->next, i++) {
        const struct json *function = json_get(t, "function");
        const struct json *name = json_get(function, "name"), *text;
        const struct json *parameters = json_get(function, "parameters");
        if (!json_is_str(json_get(t, "type"), "function") || !is_kind(name, JSON_STRING) ||
            name->str_len == 0)
            return refuse(c, c->tools_name, "tools", i,
                          "must be {\"type\": \"function\", \"function\": {\"name\": \"...\", "
                          "\"description\": \"...\", \"parameters\": {...}}}");
        text = json_get(function, "description");
        if (text && text->kind != JSON_STRING)
            return refuse(c, c->tools_name, "tools", i, "the \"description\" must be a text");
        if (parameters && parameters->kind != JSON_OBJECT)
            return refuse(c, c->tools_name, "tools", i,
                          "the \"parameters\" must be an object, a JSON schema");
    }
    return TAKT_OK;
}

/* What the template would leave out without a word is refused. */
static takt_rc check_template(const struct input *c, const struct chat_template *t)
{
    if (c->tools && !chat_template_mentions(t, "tools"))
        return err_set(c->e, TAKT_ERR_UNSUPPORTED, c->tools_name,
                       "the model's chat template takes no tools; leave them out, or use a model "
                       "that was trained for them");
    if (c->has_calls && !chat_template_mentions(t, "tool_calls"))
        return err_set(c->e, TAKT_ERR_UNSUPPORTED, c->messages_name,
                       "the model's chat template takes no tool_calls; leave them out, or use a "
                       "model that was trained for tools");
    return TAKT_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

static takt_rc parse(const struct json **v, struct input *c, const char *text, size_t len,
                     const char *name)
{
    struct slice s = {(const uint8_t *)text, len};
    return json_parse(v, &c->arena, s, name, &limits, c->e);
}

static takt_rc read_messages(struct input *c)
{
    const struct json *root = NULL;
    if (!c->in->messages)
        return TAKT_OK;
    TAKT_TRY(parse(&root, c, c->in->messages, c->in->messages_len, c->messages_name));
    c->messages = root->kind == JSON_OBJECT ? json_get(root, "messages") : root;
    if (!is_kind(c->messages, JSON_ARRAY))
        return err_set(c->e, TAKT_ERR_FORMAT, c->messages_name,
                       "must be a list of messages, or an object with a list \"messages\"");
    c->tools = json_get(root, "tools");
    if (is_there(c->tools) && c->tools->kind != JSON_ARRAY)
        return err_set(c->e, TAKT_ERR_FORMAT, c->messages_name, "\"tools\" must be a list");
    return TAKT_OK;
}

static takt_rc read_tools(struct input *c)
{
    const struct json *root = NULL;
    if (!c->in->tools) {
        c->tools_name = c->messages_name;
        return TAKT_OK;
    }
    if (is_there(c->tools))
        return err_set(c->e, TAKT_ERR_USAGE, c->messages_name, "has \"tools\" too; give them once");
    TAKT_TRY(parse(&root, c, c->in->tools, c->in->tools_len, c->tools_name));
    if (root->kind != JSON_ARRAY)
        return err_set(c->e, TAKT_ERR_FORMAT, c->tools_name,
                       "must be a list of functions: [{\"type\": \"function\", \"function\": "
                       "{\"name\": \"...\"}}]");
    c->tools = root;
    return TAKT_OK;
}

/* ---- the template's variables ---------------------------------------------------------------- */

/* A list or object that grows at its end. Out of memory is remembered. */
struct maker {
    struct arena *arena;
    struct chat_mark *mark; /* see struct input */
    const takt_chat_input *in;
    struct taken taken; /* so far */
    bool has_placeholder;
    uint32_t n_pictures; /* so far */
    uint32_t *order;     /* see struct input */
    bool failed;
};
struct growing {
    struct json *v, *last;
};

/* A copy of V without a sibling; members are shared. Its key becomes KEY if that is not NULL. */
static struct json *copy(struct maker *k, const struct json *v, const char *key)
{
    struct json *n = ARENA_NEW(k->arena, struct json);
    if (!n) {
        k->failed = true;
        return NULL;
    }
    *n = *v;
    n->next = NULL;
    if (key) {
        n->key = key;
        n->key_len = (uint32_t)strlen(key);
    }
    return n;
}

static struct growing begin(struct maker *k, enum json_kind kind, const struct json *like,
                            const char *key)
{
    struct json empty = like ? *like : (struct json){0};
    empty.kind = kind;
    empty.count = 0;
    empty.child = NULL;
    return (struct growing){copy(k, &empty, key), NULL};
}

static void put(struct growing *g, struct json *member)
{
    if (!g->v || !member) /* the maker knows */
        return;
    if (g->last)
        g->last->next = member;
    else
        g->v->child = member;
    g->last = member;
    g->v->count++;
}

static void put_text(struct maker *k, struct growing *g, const char *key, const char *text)
{
    struct json v = {.kind = JSON_STRING, .str = text, .str_len = strlen(text)};
    put(g, copy(k, &v, key));
}

static struct json *plain_message(struct maker *k, const char *role, const char *text)
{
    struct growing m = begin(k, JSON_OBJECT, NULL, NULL);
    put_text(k, &m, "role", role);
    put_text(k, &m, "content", text);
    return m.v;
}

/* A part that says where picture I stands: to the template, or in its text. */
static struct json *picture_part(struct maker *k, size_t i)
{
    char *text = arena_alloc(k->arena, CHAT_PICTURE_BYTES + 16, 1);
    struct growing part = begin(k, JSON_OBJECT, NULL, NULL);
    uint32_t n = k->n_pictures++;
    if (k->order)
        k->order[n] = (uint32_t)i;
    if (k->has_placeholder) {
        put_text(k, &part, "type", "image");
        return part.v;
    }
    if (!text) {
        k->failed = true;
        return NULL;
    }
    if (k->mark)
        chat_mark_picture(k->mark, text, n);
    else
        snprintf(text, CHAT_PICTURE_BYTES + 16, "[picture %" PRIu32 "]", n + 1);
    put_text(k, &part, "type", "text");
    put_text(k, &part, "text", text);
    return part.v;
}

/* PARTS with such a one in the place of each picture, and of each frame of a clip. */
static struct json *parts_of(struct maker *k, const struct json *parts)
{
    struct growing list = begin(k, JSON_ARRAY, parts, NULL);
    for (const struct json *p = parts->child; p; p = p->next) {
        size_t first, n = 0;
        bool clip = is_clip(p), is_shown = clip || is_picture(p);
        if (!is_shown)
            put(&list, copy(k, p, NULL));
        else if (!take_next(&k->taken, k->in, clip, &first, &n)) /* it was there for the checks */
            k->failed = true;
        for (size_t i = 0; i < n; i++)
            put(&list, picture_part(k, first + i));
    }
    return list.v;
}

/* The texts of PARTS, a line each, as one text. */
static struct json *joined(struct maker *k, const struct json *parts)
{
    if (!parts)
        return NULL;
    size_t len = 0, at = 0;
    for (const struct json *p = parts->child; p; p = p->next)
        len += json_get(p, "text")->str_len + 1;
    char *text = arena_alloc(k->arena, len + 1, 1);
    if (!text) {
        k->failed = true;
        return NULL;
    }
    for (const struct json *p = parts->child; p; p = p->next) {
        const struct json *t = json_get(p, "text");
        memcpy(text + at, t->str, t->str_len);
        at += t->str_len;
        if (p->next)
            text[at++] = '\n';
    }
    struct json v = {.kind = JSON_STRING, .str = text, .str_len = at};
    return copy(k, &v, parts->key);
}

/* CALLS with their arguments as objects. */
static struct json *calls_as_objects(struct maker *k, const struct json *calls)
{
    struct growing list = begin(k, JSON_ARRAY, calls, NULL);
    for (const struct json *t = calls->child; t; t = t->next) {
        struct growing call = begin(k, JSON_OBJECT, t, NULL);
        for (const struct json *m = t->child; m; m = m->next) {
            if (!has_key(m, "function")) {
                put(&call, copy(k, m, NULL));
                continue;
            }
            struct growing function = begin(k, JSON_OBJECT, m, NULL);
            for (const struct json *f = m->child; f; f = f->next) {
                bool is_text = has_key(f, "arguments") && f->kind == JSON_STRING;
                const struct json *v = is_text ? parse_object(k->arena, f) : f;
                k->failed = k->failed || !v;
                put(&function, v ? copy(k, v, is_text ? "arguments" : NULL) : NULL);
            }
            put(&call, function.v);
        }
        put(&list, call.v);
    }
    return list.v;
}

static struct json *message(struct maker *k, const struct json *m, bool join, bool call_texts)
{
    struct growing g = begin(k, JSON_OBJECT, m, NULL);
    for (const struct json *v = m->child; v; v = v->next) {
        bool is_calls = has_key(v, "tool_calls");
        if (is_calls && !is_there(v)) /* templates ask whether it is there */
            continue;
        if (is_calls && !call_texts)
            put(&g, calls_as_objects(k, v));
        else if (has_key(v, "content") && v->kind == JSON_ARRAY)
            put(&g, join ? joined(k, parts_of(k, v)) : parts_of(k, v));
        else
            put(&g, copy(k, v, NULL));
    }
    return g.v;
}

/* The user's text, behind the pictures that no message has. */
static struct json *user_message(struct maker *k, const struct input *c, bool join)
{
    if (c->in->n_pictures == c->taken.n)
        return plain_message(k, "user", c->in->user);
    struct growing m = begin(k, JSON_OBJECT, NULL, NULL), text = begin(k, JSON_OBJECT, NULL, NULL);
    struct growing list = begin(k, JSON_ARRAY, NULL, "content");
    for (size_t i = 0; i < c->in->n_pictures; i++)
        if (i >= (is_frame(c->in, i) ? k->taken.frame : k->taken.alone))
            put(&list, picture_part(k, i));
    put_text(k, &text, "type", "text");
    put_text(k, &text, "text", c->in->user);
    put(&list, text.v);
    put_text(k, &m, "role", "user");
    put(&m, join ? joined(k, list.v) : list.v);
    return m.v;
}

/* Tools are undefined when there are none: templates ask `if tools is defined`. */
static const struct json *variables(struct input *c, const char *bos, const char *eos, bool join,
                                    bool call_texts)
{
    struct maker k = {.arena = &c->arena,
                      .mark = c->mark,
                      .in = c->in,
                      .has_placeholder = c->placeholder != NULL,
                      .order = c->order};
    struct growing vars = begin(&k, JSON_OBJECT, NULL, NULL);
    struct growing list = begin(&k, JSON_ARRAY, NULL, "messages");
    if (c->in->system)
        put(&list, plain_message(&k, "system", c->in->system));
    for (const struct json *m = c->messages ? c->messages->child : NULL; m; m = m->next)
        put(&list, message(&k, m, join, call_texts));
    if (c->in->user)
        put(&list, user_message(&k, c, join));
    put(&vars, list.v);
    if (c->tools)
        put(&vars, copy(&k, c->tools, "tools"));
    put_text(&k, &vars, "bos_token", bos);
    put_text(&k, &vars, "eos_token", eos);
    put(&vars, copy(&k, &(struct json){.kind = JSON_TRUE}, "add_generation_prompt"));
    return k.failed ? NULL : vars.v;
}

/* ---- rendering ------------------------------------------------------------------------------- */

/* What T makes of the list of PARTS as the only message's content; NULL: nothing. */
static char *probe(const struct chat_template *t, const char *parts, const char *bos,
                   const char *eos, long long now_s)
{
    char messages[256];
    const takt_chat_input any = {.n_pictures = SIZE_MAX}; /* as many as PARTS have */
    struct input c = {.in = &any, .placeholder = "to be found out"};
    char *text = NULL;
    size_t len;
    int n = snprintf(messages, sizeof messages, "[{\"role\": \"user\", \"content\": [%s]}]", parts);
    const struct json *vars = NULL;
    if (!parse(&c.messages, &c, messages, (size_t)n, "probe").code)
        vars = variables(&c, bos, eos, false, false);
    if (vars && chat_render(t, vars, NULL, now_s, &text, &len, NULL).code)
        text = NULL;
    arena_free(&c.arena);
    return text;
}

#define PROBE_TEXT  "{\"type\": \"text\", \"text\": \"takt-asks\"}"
#define PROBE_IMAGE "{\"type\": \"image\"}"

/* Does the template T read a content that is a list of parts? Then the text of a part stands in
 * what it writes, and not as Python or JSON write a list that is taken for a text. */
static bool reads_parts(const struct chat_template *t, const char *bos, const char *eos,
                        long long now_s)
{
    char *text = probe(t, PROBE_TEXT, bos, eos, now_s);
    const char *hit = text ? strstr(text, "takt-asks") : NULL;
    bool ok = hit && (hit == text || (hit[-1] != '\'' && hit[-1] != '"'));
    free(text);
    return ok;
}

static uint32_t count(const char *text, const char *what)
{
    uint32_t n = 0;
    for (const char *p = text; p && (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

/* What the template T writes for a picture: a name that stands there once for each of them. NULL:
 * nothing that takt knows. */
static const char *placeholder_of(const struct chat_template *t, const char *bos, const char *eos,
                                  long long now_s)
{
    static const char *const names[] = {
        "<image>", /* LLaVA, LLaVA-NeXT, Granite Vision, Idefics3, SmolVLM */
        /* Qwen2-VL, Qwen2.5-VL: the marks are a part of the picture, also where no template is. */
        "<|vision_start|><|image_pad|><|vision_end|>", "<|image|>", /* Llama 3.2 Vision, Llama 4 */
        "[IMG]",                                                    /* Pixtral */
    };
    const char *found = NULL;
    char *none = probe(t, PROBE_TEXT, bos, eos, now_s);
    char *two = probe(t, PROBE_IMAGE "," PROBE_TEXT "," PROBE_IMAGE, bos, eos, now_s);
    for (size_t i = 0; none && two && i < sizeof names / sizeof *names && !found; i++)
        if (count(none, names[i]) == 0 && count(two, names[i]) == 2)
            found = names[i];
    free(none);
    free(two);
    return found;
}

static takt_rc render(struct input *c, const struct chat_template *t,
                      const struct tokenizer *marked, struct chat_mark *mark, const char *bos,
                      const char *eos, long long now_s, char **text, size_t *len)
{
    c->placeholder = c->in->n_pictures ? placeholder_of(t, bos, eos, now_s) : NULL;
    bool join =
        (c->has_parts || c->in->n_pictures) && !c->placeholder && !reads_parts(t, bos, eos, now_s);
    takt_err first = {0};
    takt_rc rc = {TAKT_ERR_NONE};
    /* Most templates write the arguments of a call as JSON by themselves; some take the text. */
    for (int texts = 0; texts <= c->has_call_texts; texts++) {
        c->mark = NULL;
        const struct json *vars = variables(c, bos, eos, join, texts);
        if (vars && marked)
            TAKT_TRY(chat_mark_init(mark, marked, vars, c->e));
        if (vars && marked && c->placeholder) {
            chat_mark_placeholder(mark, c->placeholder);
        } else if (vars && marked && c->in->n_pictures) { /* again: the marks are known now */
            c->mark = mark;
            vars = variables(c, bos, eos, join, texts);
        }
        if (!vars)
            return err_set(c->e, TAKT_ERR_MEMORY, c->messages_name, "no memory for its messages");
        rc = chat_render(t, vars, marked ? mark : NULL, now_s, text, len, texts ? NULL : &first);
        if (!rc.code)
            return rc;
    }
    if (c->e)
        *c->e = first;
    return (takt_rc){first.code};
}

takt_rc chat_input_render(const struct chat_template *t, const takt_chat_input *in,
                          const struct tokenizer *marked, struct chat_mark *mark, const char *bos,
                          const char *eos, long long now_s, uint32_t *order, char **text,
                          size_t *len, takt_err *e)
{
    struct input c = {.arena = {.limit_bytes = arena_bytes_max},
                      .in = in,
                      .order = order,
                      .messages_name = in->messages_name ? in->messages_name : "messages",
                      .tools_name = in->tools_name ? in->tools_name : "tools",
                      .e = e};
    *text = NULL;
    *len = 0;
    takt_rc rc = read_messages(&c);
    if (!rc.code)
        rc = read_tools(&c);
    if (!is_there(c.tools)) /* an empty list is no tools */
        c.tools = NULL;
    if (!rc.code)
        rc = check_messages(&c);
    if (!rc.code && c.tools)
        rc = check_tools(&c);
    if (!rc.code)
        rc = check_template(&c, t);
    if (!rc.code)
        rc = render(&c, t, marked, mark, bos, eos, now_s, text, len);
    arena_free(&c.arena);
    return rc;
}
