/* Conversations and tools as JSON: what templates get of them, and what is refused. */
#include <dirent.h>

#include "render.h"
#include "model/model.h"
#include "text/chat_input.h"
#include "text/tokenizer.h"

/* Shows all that a template can be given. */
static const char shows[] =
    "{{ bos_token }}"
    "{% if tools %}T{% for t in tools %}({{ t.function.name }}){% endfor %}{% endif %}"
    "{{ '' if tools is undefined or tools else '?' }}"
    "{% for m in messages %}[{{ m.role }}:"
    "{% if m.content is string %}{{ m.content }}"
    "{% elif m.content %}{{ m.content | length }}{% for p in m.content %}|{{ p.text }}{% endfor %}"
    "{% endif %}"
    "{% if 'tool_calls' in m %}{% for c in m.tool_calls %}"
    "<{{ c.function.name }} {{ c.function.arguments.city }}>{% endfor %}{% endif %}]{% endfor %}"
    "{{ eos_token if add_generation_prompt }}";
/* Takes texts alone. */
static const char texts[] = "{% for m in messages %}[{{ m.role }}:{{ m.content | trim }}]"
                            "{% endfor %}";

static takt_rc input(const char *source, const takt_chat_input *in, char **text, takt_err *e)
{
    struct chat_template *t;
    size_t len = 0;
    *text = NULL;
    takt_rc rc = chat_template_new(&t, source, e);
    if (!rc.code)
        rc = chat_input_render(t, in, NULL, NULL, "<s>", "</s>", RENDER_NOW, NULL, text, &len, e);
    if (!rc.code)
        T_EQ_INT(len, strlen(*text));
    chat_template_free(t);
    return rc;
}

static takt_chat_input both(const char *messages, const char *tools)
{
    return (takt_chat_input){.messages = messages,
                             .messages_len = messages ? strlen(messages) : 0,
                             .tools = tools,
                             .tools_len = tools ? strlen(tools) : 0};
}

static void gives(const char *source, const takt_chat_input *in, const char *want)
{
    takt_err e = {0};
    char *text;
    if (T_RC(input(source, in, &text, &e), &e))
        T_EQ_STR(text, want);
    free(text);
}

static void messages_give(const char *source, const char *messages, const char *want)
{
    takt_chat_input in = both(messages, NULL);
    gives(source, &in, want);
}

#define CALL(arguments)                                                                            \
    "{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"sun\",\"arguments\":" arguments  \
    "}}"
#define TOOL "{\"type\":\"function\",\"function\":{\"name\":\"sun\"}}"

T_TEST(messages)
{
    messages_give(shows, "[{\"role\":\"user\",\"content\":\"Hi\"}]", "<s>[user:Hi]</s>");
    messages_give(shows, "{\"messages\":[{\"content\":\"Hi\",\"role\":\"user\",\"x\":1}],\"n\":2}",
                  "<s>[user:Hi]</s>");
    messages_give(shows,
                  "[{\"role\":\"system\",\"content\":\"\"},{\"role\":\"user\",\"content\":\"é\"},"
                  "{\"role\":\"assistant\",\"content\":\"b\",\"tool_calls\":[]},"
                  "{\"role\":\"user\",\"content\":\"{{ 1 }}\",\"tool_calls\":null}]",
                  "<s>[system:][user:é][assistant:b][user:{{ 1 }}]</s>");
    takt_chat_input in = {.system = "S", .user = "U"};
    gives(shows, &in, "<s>[system:S][user:U]</s>");
    in = both("[{\"role\":\"user\",\"content\":\"a\"}]", NULL);
    in.system = "S";
    in.user = "U";
    gives(shows, &in, "<s>[system:S][user:a][user:U]</s>");
    in = both("[]", "[]");
    in.user = "U";
    gives(shows, &in, "<s>[user:U]</s>");
}

T_TEST(parts)
{
    static const char two[] = "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                              "{\"type\":\"text\",\"text\":\" b\"}]}]";
    messages_give(shows, two, "<s>[user:2|a| b]</s>");
    messages_give(texts, two, "[user:a\n b]");
    messages_give("{% for m in messages %}{{ m.content }}{% endfor %}", two, "a\n b");
    messages_give("{% for m in messages %}{{ m.content | tojson }}{% endfor %}", two, "\"a\\n b\"");
}

/* The texts between the places of pictures, and these as {number}. */
static void clips_give(const char *source, const char *messages, const char *user,
                       const uint32_t *clips, size_t n_pictures, const char *want)
{
    takt_err e = {0};
    takt_chat_input in = both(messages, NULL);
    takt_span spans[8];
    uint32_t order[8];
    struct chat_template *t = NULL;
    struct tokenizer *tokenizer = NULL;
    struct model m;
    struct chat_mark mark;
    struct chat_span *place = NULL;
    char *text = NULL, shown[512] = "";
    size_t len, n = 0, at = 0;
    in.user = user;
    in.pictures = spans;
    in.n_pictures = n_pictures;
    in.clips = clips;
    if (!T_RC(model_open(&m, "models/builtin/builtin.gguf", &e), &e))
        return;
    if (T_RC(tokenizer_new(&tokenizer, &m, &e), &e) &&
        T_RC(chat_template_new(&t, source, &e), &e) &&
        T_RC(
            chat_input_render(t, &in, tokenizer, &mark, "", "", RENDER_NOW, order, &text, &len, &e),
            &e) &&
        T_RC(chat_mark_strip(&mark, text, &len, &place, &n, &e), &e)) {
        for (size_t i = 0; i < n; i++) {
            size_t end = strlen(shown);
            int picture = (int)place[i].picture;
            snprintf(shown + end, sizeof shown - end, "%.*s{%d}", (int)(place[i].begin - at),
                     text + at, picture < 0 ? picture : (int)order[picture]);
            at = place[i].begin;
        }
        snprintf(shown + strlen(shown), sizeof shown - strlen(shown), "%s", text + at);
        T_EQ_STR(shown, want);
    }
    free(place);
    free(text);
    chat_template_free(t);
    tokenizer_free(tokenizer);
    model_close(&m);
}

static void pictures_give(const char *source, const char *messages, const char *user,
                          size_t n_pictures, const char *want)
{
    clips_give(source, messages, user, NULL, n_pictures, want);
}

#define PICTURE "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:\"}}"

T_TEST(pictures)
{
    static const char two[] = "[{\"role\":\"user\",\"content\":[" PICTURE
                              ",{\"type\":\"text\",\"text\":\"a\"}," PICTURE "]}]";
    pictures_give(shows, two, NULL, 2, "[user:3|{0}|a|{1}]");
    pictures_give(texts, two, NULL, 2, "[user:{0}\na\n{1}]");
    pictures_give(texts, NULL, "what?", 1, "[user:{0}\nwhat?]");
    pictures_give(shows, two, "and?", 3, "[user:3|{0}|a|{1}][user:2|{2}|and?]");
}

/* Each kind of part takes its own in order, and a clip stands there with all its frames. */
T_TEST(clips)
{
    static const char talk[] = "[{\"role\":\"user\",\"content\":[{\"type\":\"video_url\"}," PICTURE
                               ",{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"input_video\"}]}]";
    static const char knows[] =
        "{% for m in messages %}{% for p in m.content %}{% if p.type == 'image' %}<image>"
        "{% else %}{{ p.text }}{% endif %}{% endfor %};{% endfor %}";
    static const uint32_t clip[] = {0, 5, 5, 0, 7, 8};
    clips_give(shows, talk, "and?", clip, 5, "[user:5|{1}|{2}|{0}|a|{4}][user:2|{3}|and?]");
    clips_give(knows, talk, "and?", clip, 6, "{1}{2}{0}a{4};{3}{5}and?;");
    clips_give(texts, NULL, "what?", clip, 3, "[user:{0}\n{1}\n{2}\nwhat?]");
    takt_chat_input in = both(talk, NULL);
    takt_span spans[2];
    in.pictures = spans;
    in.n_pictures = 2;
    in.clips = clip; /* a picture and one frame */
    char *text;
    takt_err e;
    T_FAILS(input(shows, &in, &text, &e), &e, TAKT_ERR_FORMAT,
            "content[3] is a clip (\"input_video\"), but there is none left for it");
    in.clips = NULL;
    T_FAILS(input(shows, &in, &text, &e), &e, TAKT_ERR_FORMAT,
            "content[0] is a clip (\"video_url\"), but none is given");
}

/* SmolVLM's template as it is, and two made after LLaVA's (pictures first) and Qwen2-VL's. */
T_TEST(pictures_of_templates_that_know_them)
{
    static const char smol[] =
        "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}"
        "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
        "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
        "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}"
        "<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}"
        "{% endif %}";
    static const char first[] =
        "{% for m in messages %}{% for p in m.content | selectattr('type', 'equalto', 'image') %}"
        "{{ '<image>\n' }}{% endfor %}{% for p in m.content | selectattr('type', 'equalto', "
        "'text') %}{{ p.text }}{% endfor %}{% endfor %}";
    static const char qwen[] =
        "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}"
        "{% for p in m.content %}{% if p.type == 'image' or 'image' in p %}"
        "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ p.text }}{% endif %}{% endfor %}"
        "{% endif %}{% endfor %}";
    static const char two[] = "[{\"role\":\"user\",\"content\":[" PICTURE
                              ",{\"type\":\"text\",\"text\":\"a\"}," PICTURE "]}]";
    static const char fakes[] = "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
                                "\"<image>\"}," PICTURE "]}]";
    pictures_give(smol, two, NULL, 2, "<|im_start|>User:{0}a{1}<end_of_utterance>\nAssistant:");
    pictures_give(smol, NULL, "What?", 1,
                  "<|im_start|>User:{0}What?<end_of_utterance>\nAssistant:");
    pictures_give(first, two, NULL, 2, "{0}\n{1}\na");
    pictures_give(qwen, two, NULL, 2, "{0}a{1}");
    /* What a user writes is no placeholder: its stretch is plain text. */
    pictures_give(smol, fakes, NULL, 1,
                  "<|im_start|>User: {-1}<image>{0}<end_of_utterance>\nAssistant:");
}

T_TEST(picture_numbers_refused)
{
    static const char one[] = "[{\"role\":\"user\",\"content\":[" PICTURE "]}]";
    takt_span spans[8];
    takt_err e = {0};
    char *text;
    takt_chat_input in = both(one, NULL);
    in.messages_name = "talk.json";
    in.pictures = spans;
    in.n_pictures = 2;
    T_FAILS(input(shows, &in, &text, &e), &e, TAKT_ERR_USAGE,
            "has places for 1 pictures, but 2 are given");
}

T_TEST(calls)
{
    static const char as_object[] =
        "[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" CALL("{\"city\":\"Oslo\"}") //
        "," CALL("{}") "]},{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"up\"}]";
    static const char as_text[] =
        "[{\"role\":\"assistant\",\"tool_calls\":[" CALL("\"{\\\"city\\\": \\\"Oslo\\\"}\"") "]}]";
    messages_give(shows, as_object, "<s>[assistant:<sun Oslo><sun >][tool:up]</s>");
    messages_give(shows, as_text, "<s>[assistant:<sun Oslo>]</s>");
    /* A template that joins it to a text can take the text alone. */
    messages_give("{% for m in messages %}{% for c in m.tool_calls %}"
                  "{{ '=' + c.function.arguments }}{% endfor %}{% endfor %}",
                  as_text, "={\"city\": \"Oslo\"}");
    messages_give("{% for m in messages %}{% for c in m.tool_calls %}"
                  "{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}",
                  as_text, "{\"city\": \"Oslo\"}");
}

T_TEST(tools)
{
    takt_chat_input in = both("[{\"role\":\"user\",\"content\":\"a\"}]", "[" TOOL "," TOOL "]");
    gives(shows, &in, "<s>T(sun)(sun)[user:a]</s>");
    in = both("{\"tools\":[" TOOL "],\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", NULL);
    gives(shows, &in, "<s>T(sun)[user:a]</s>");
    in = both(in.messages, "[]");
    takt_err e = {0};
    char *text;
    T_FAILS(input(shows, &in, &text, &e), &e, TAKT_ERR_USAGE, "too; give them once");
    T_OK(text == NULL);
}

static void refused(const char *source, const char *messages, const char *tools, takt_code code,
                    const char *where, const char *what)
{
    takt_err e = {0};
    char *text;
    takt_chat_input in = both(messages, tools);
    in.messages_name = "talk.json";
    in.tools_name = "tools.json";
    T_FAILS(input(source, &in, &text, &e), &e, code, what);
    T_EQ_STR(e.where, where);
    T_OK(text == NULL);
}

static void bad(const char *messages, const char *where, const char *what)
{
    refused(shows, messages, NULL, TAKT_ERR_FORMAT, where, what);
}

#define USER    "{\"role\":\"user\",\"content\":\"a\"}"
#define ASKS(c) "[" USER ",{\"role\":\"assistant\",\"tool_calls\":" c "}]"

T_TEST(messages_refused)
{
    static const char first[] = "talk.json: messages[0]", second[] = "talk.json: messages[1]";
    static const char list[] = "must be a list of messages";
    static const char content[] = "needs a \"content\"";
    bad("3", "talk.json", list);
    bad("\"[]\"", "talk.json", list);
    bad("{}", "talk.json", list);
    bad("{\"messages\":{}}", "talk.json", list);
    bad("[]", "talk.json", "at least one");
    bad("{\"messages\":[" USER "],\"tools\":{}}", "talk.json", "\"tools\" must be a list");
    bad("[3]", first, "must be {\"role\"");
    bad("[" USER ",{\"content\":\"a\"}]", second, "must be {\"role\"");
    bad("[" USER ",{\"role\":\"robot\",\"content\":\"a\"}]", second, "\"robot\"; a role is system");
    bad("[{\"role\":\"user\\u0000\",\"content\":\"a\"}]", first, "a role is system");
    bad("[{\"role\":\"user\"}]", first, content);
    bad("[{\"role\":\"user\",\"content\\u0000\":[{}]}]", first, content);
    bad("[{\"role\":\"assistant\",\"content\":null}]", first, content);
    bad("[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[]}]", first, content);
    bad("[{\"role\":\"user\",\"content\":[]}]", first, content);
    bad("[{\"role\":\"user\",\"content\":7}]", first, content);
    bad("[{\"role\":\"user\",\"content\":[7]}]", first, "content[0] must be");
    bad("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":1}]}]", first,
        "content[0] must be");
    bad("[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]", first, "\"image_url\"");
    bad("[{\"role\":\"user\",\"content\":\"a\",\"tool_calls\":[1]}]", first, "only an assistant's");
    bad(ASKS("{\"a\":1}"), second, "must be a list");
    bad(ASKS("[{}]"), second, "tool_calls[0] must be");
    bad(ASKS("[" CALL("{}") "," CALL("3") "]"), second, "tool_calls[1] must be");
    bad(ASKS("[" CALL("\"{\"") "]"), second, "no JSON object");
    bad(ASKS("[" CALL("\"[]\"") "]"), second, "no JSON object");
    bad(ASKS("[{\"type\":\"x\",\"function\":{\"name\":\"a\",\"arguments\":{}}}]"), second,
        "tool_calls[0] must be");
    refused(texts, ASKS("[" CALL("{}") "]"), NULL, TAKT_ERR_UNSUPPORTED, "talk.json",
            "takes no tool_calls");
}

T_TEST(json_refused)
{
    takt_err e = {0};
    char *text;
    static const char *const broken[] = {"",
                                         "[",
                                         "[" USER ",]",
                                         "[" USER "] x",
                                         "[{\"role\":\"user\",\"role\":\"user\"}]",
                                         "[{\"role\":\"user\",\"content\":\"\\ud800\"}]",
                                         "[{\"role\":\"user\",\"content\":\"\xc3(\"}]"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        takt_chat_input in = both(broken[i], NULL);
        in.messages_name = "talk.json";
        T_FAILS(input(shows, &in, &text, &e), &e, TAKT_ERR_FORMAT, "");
        T_OK(strncmp(e.where, "talk.json", 9) == 0);
    }
    char deep[401];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    takt_chat_input in = both(deep, NULL);
    T_FAILS(input(shows, &in, &text, &e), &e, TAKT_ERR_LIMIT, "");
    in = both("[" USER "]", NULL);
    in.system = "\xff";
    T_FAILS(input(shows, &in, &text, &e), &e, TAKT_ERR_FORMAT, "UTF-8");
    in = both("[{\"role\":\"system\",\"content\":\"a\"}]", NULL);
    in.system = "S";
    T_FAILS(input(shows, &in, &text, &e), &e, TAKT_ERR_FORMAT, "system message already");
}

T_TEST(tools_refused)
{
    static const char first[] = "tools.json: tools[0]", form[] = "must be {\"type\"";
    static const char *const odd[] = {"[1]",
                                      "[{}]",
                                      "[{\"name\":\"a\"}]",
                                      "[{\"type\":\"function\"}]",
                                      "[{\"type\":\"function\",\"function\":{\"name\":\"\"}}]",
                                      "[{\"type\":\"web\",\"function\":{\"name\":\"a\"}}]"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        refused(shows, "[" USER "]", odd[i], TAKT_ERR_FORMAT, first, form);
    refused(shows, "[" USER "]",
            "[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":[]}}]",
            TAKT_ERR_FORMAT, first, "\"parameters\"");
    refused(shows, "[" USER "]",
            "[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"description\":1}}]",
            TAKT_ERR_FORMAT, first, "\"description\"");
    refused(shows, "[" USER "]", TOOL, TAKT_ERR_FORMAT, "tools.json", "must be a list");
    refused(shows, "[" USER "]", "[", TAKT_ERR_FORMAT, "tools.json: offset 1 (line 1, column 2)",
            "");
    refused(texts, "[" USER "]", "[" TOOL "]", TAKT_ERR_UNSUPPORTED, "tools.json",
            "takes no tools");
    refused(shows, "{\"tools\":[{}],\"messages\":[" USER "]}", NULL, TAKT_ERR_FORMAT,
            "talk.json: tools[0]", form);
}

/* ---- the goldens of whole templates ---- */

static void write_json(struct json_out *o, const struct json *v, bool call_texts)
{
    int64_t i;
    double d;
    bool b;
    switch (v->kind) {
    case JSON_NULL: json_put_null(o, v->key); return;
    case JSON_FALSE:
    case JSON_TRUE: json_put_bool(o, v->key, json_bool(v, &b) && b); return;
    case JSON_STRING: json_put_strn(o, v->key, v->str, v->str_len); return;
    case JSON_NUMBER:
        if (json_i64(v, &i))
            json_put_i64(o, v->key, i);
        else
            json_put_f64(o, v->key, json_f64(v, &d) ? d : 0);
        return;
    default: break;
    }
    if (call_texts && v->kind == JSON_OBJECT && v->key && strcmp(v->key, "arguments") == 0) {
        struct json_out inner = {0};
        struct json bare = *v;
        bare.key = NULL;
        write_json(&inner, &bare, false);
        json_put_strn(o, v->key, inner.p, inner.len);
        json_out_free(&inner);
        return;
    }
    v->kind == JSON_ARRAY ? json_arr_begin(o, v->key) : json_obj_begin(o, v->key);
    for (const struct json *m = v->child; m; m = m->next)
        write_json(o, m, call_texts);
    v->kind == JSON_ARRAY ? json_arr_end(o) : json_obj_end(o);
}

/* Has the golden nothing but what takt_chat_input can say? */
static bool is_plain(const struct json *g)
{
    /* Arguments that are a text become an object, parts a text, and an empty list no tools. */
    static const char *const otherwise[] = {"tool-args-string", "parts-text", "empty-tools"};
    static const char *const known[] = {"messages", "tools", "bos_token", "eos_token",
                                        "add_generation_prompt"};
    const struct json *data = json_get(g, "data");
    bool prompt = false, ok = data && json_get(data, "messages");
    for (size_t i = 0; i < sizeof otherwise / sizeof *otherwise; i++)
        ok = ok && !json_is_str(json_get(g, "case"), otherwise[i]);
    for (const struct json *m = data ? data->child : NULL; m; m = m->next) {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found = found || strcmp(m->key, known[i]) == 0;
        ok = ok && found;
    }
    const struct json *list = json_get(data, "messages");
    for (const struct json *m = ok ? list->child : NULL; m; m = m->next) {
        const struct json *role = json_get(m, "role");
        ok = ok && (json_is_str(role, "user") || json_is_str(role, "system") ||
                    json_is_str(role, "assistant") || json_is_str(role, "tool"));
    }
    return ok && json_bool(json_get(data, "add_generation_prompt"), &prompt) && prompt;
}

/* Renders the golden's conversation with the calls' arguments as objects or as texts. Returns
 * whether it was compared. */
static bool golden(const char *file, const struct chat_template *t, const struct json *g,
                   bool call_texts)
{
    const struct json *data = json_get(g, "data"), *want = json_get(g, "expected");
    const struct json *bos = json_get(data, "bos_token"), *eos = json_get(data, "eos_token");
    struct json_out o = {0};
    takt_err e = {0};
    char *text = NULL;
    size_t len;
    if (!want || !bos || !eos || !is_plain(g))
        return false;
    struct json root = *data; /* without its name */
    root.key = NULL;
    write_json(&o, &root, call_texts);
    takt_chat_input in = {.messages = o.p, .messages_len = o.len};
    takt_rc rc = chat_input_render(t, &in, NULL, NULL, bos->str, eos->str, RENDER_NOW, NULL, &text,
                                   &len, &e);
    /* Images, and tools that the template would leave out, are refused. */
    bool compared = !(rc.code == TAKT_ERR_FORMAT && strstr(e.where, "messages[")) &&
                    !(rc.code == TAKT_ERR_UNSUPPORTED && strstr(e.what, "takes no tool"));
    if (compared && T_RC(rc, &e) && !T_EQ_STR(text, want->str))
        printf("# in %s, case %s\n", file, json_get(g, "case")->str);
    free(text);
    json_out_free(&o);
    return compared;
}

static unsigned goldens_of(const char *name)
{
    char rel[256], path[512], *source = NULL, *lines = NULL;
    struct chat_template *t = NULL;
    takt_err e = {0};
    size_t len, n_lines;
    unsigned n = 0;
    snprintf(rel, sizeof rel, "templates/%s.jinja", name);
    if (!t_shared(path, sizeof path, rel) ||
        !T_RC(file_read_all(&source, &len, path, 1 << 20, &e), &e))
        return 0;
    snprintf(rel, sizeof rel, "templates/goldens/%s.jsonl", name);
    if (t_shared(path, sizeof path, rel) &&
        T_RC(file_read_all(&lines, &n_lines, path, 1 << 24, &e), &e) &&
        T_RC(chat_template_new(&t, source, &e), &e)) {
        for (char *line = lines, *end; (end = strchr(line, '\n')); line = end + 1) {
            struct arena arena = {0};
            const struct json *g;
            struct slice s = {(const uint8_t *)line, (size_t)(end - line)};
            if (T_RC(json_parse(&g, &arena, s, name, NULL, &e), &e))
                for (int call_texts = 0; call_texts < 2; call_texts++)
                    n += golden(name, t, g, call_texts);
            arena_free(&arena);
        }
    }
    chat_template_free(t);
    free(lines);
    free(source);
    return n;
}

/* As transformers renders them. */
T_TEST(goldens)
{
    char folder[512];
    unsigned n = 0;
    if (!t_shared(folder, sizeof folder, "templates"))
        T_SKIP("shared data is not here");
    DIR *d = opendir(folder);
    for (struct dirent *f; d && (f = readdir(d));) {
        char *dot = strrchr(f->d_name, '.');
        if (dot && strcmp(dot, ".jinja") == 0) {
            *dot = '\0';
            n += goldens_of(f->d_name);
        }
    }
    if (d)
        closedir(d);
    printf("# %u conversations\n", n);
    T_OK(n > 100);
}

T_MAIN("text/chat_input")
