/* Chat templates: whole templates of models, and the plain interface. */
#include "render.h"

/* A template in the form that many models use, written for this test. */
static const char turns[] =
    "{{- bos_token }}\n"
    "{%- if messages[0].role == 'system' %}\n"
    "    {%- set system = messages[0]['content'] | trim %}\n"
    "    {%- set messages = messages[1:] %}\n"
    "{%- else %}\n"
    "    {%- set system = 'Be brief.' %}\n"
    "{%- endif %}\n"
    "{{- '<|system|>' + system + eos_token }}\n"
    "{%- for message in messages %}\n"
    "    {%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}\n"
    "        {{- raise_exception('Roles must alternate, not ' ~ message.role ~ '.') }}\n"
    "    {%- endif %}\n"
    "    {{- '<|' ~ message['role'] ~ '|>' ~ message.content ~ eos_token }}\n"
    "{%- endfor %}\n"
    "{%- if add_generation_prompt %}\n"
    "    {{- '<|assistant|>' }}\n"
    "{%- endif %}\n";

struct chat_message {
    const char *role, *content;
};

/* Renders N messages; BOS and EOS may be NULL. */
static takt_rc render_messages(const struct chat_template *t, const struct chat_message *m,
                               size_t n, const char *bos, const char *eos, bool prompt, char **text,
                               size_t *len, takt_err *e)
{
    struct json_out o = {0};
    struct arena a = {0};
    const struct json *vars;
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "messages");
    for (size_t i = 0; i < n; i++) {
        json_obj_begin(&o, NULL);
        json_put_str(&o, "role", m[i].role);
        json_put_str(&o, "content", m[i].content);
        json_obj_end(&o);
    }
    json_arr_end(&o);
    if (bos)
        json_put_str(&o, "bos_token", bos);
    if (eos)
        json_put_str(&o, "eos_token", eos);
    json_put_bool(&o, "add_generation_prompt", prompt);
    json_obj_end(&o);
    *text = NULL;
    takt_rc rc =
        json_parse(&vars, &a, (struct slice){(const uint8_t *)o.p, o.len}, "vars", NULL, e);
    if (!rc.code)
        rc = chat_render(t, vars, NULL, RENDER_NOW, text, len, e);
    arena_free(&a);
    json_out_free(&o);
    return rc;
}

static takt_rc plain(const struct chat_message *m, size_t n, bool prompt, char **text, size_t *len,
                     takt_err *e)
{
    struct chat_template *t;
    takt_rc rc = chat_template_new(&t, turns, e);
    *text = NULL;
    if (!rc.code)
        rc = render_messages(t, m, n, "<s>", "</s>", prompt, text, len, e);
    chat_template_free(t);
    return rc;
}

T_TEST(plain_messages)
{
    static const struct chat_message m[] = {
        {"user", "Hi\n there"}, {"assistant", "Hello é"}, {"user", "{{ 1 }}"}};
    static const char want[] = "<s><|system|>Be brief.</s><|user|>Hi\n there</s>"
                               "<|assistant|>Hello é</s><|user|>{{ 1 }}</s><|assistant|>";
    takt_err e = {0};
    char *text;
    size_t len;
    if (T_RC(plain(m, 3, true, &text, &len, &e), &e)) {
        T_EQ_STR(text, want);
        T_EQ_INT(len, strlen(want));
    }
    free(text);
    if (T_RC(plain(m, 1, false, &text, &len, &e), &e))
        T_EQ_STR(text, "<s><|system|>Be brief.</s><|user|>Hi\n there</s>");
    free(text);
}

T_TEST(system_message)
{
    static const struct chat_message m[] = {{"system", " Sing. "}, {"user", "Hi"}};
    takt_err e = {0};
    char *text;
    size_t len;
    if (T_RC(plain(m, 2, false, &text, &len, &e), &e))
        T_EQ_STR(text, "<s><|system|>Sing.</s><|user|>Hi</s>");
    free(text);
}

T_TEST(template_refuses)
{
    static const struct chat_message m[] = {{"assistant", "Hi"}};
    takt_err e = {0};
    char *text;
    size_t len;
    T_FAILS(plain(m, 1, false, &text, &len, &e), &e, TAKT_ERR_USAGE, "line 11");
    T_EQ_STR(e.what, "Roles must alternate, not assistant.");
    T_OK(text == NULL);
}

/* A template is compiled once and rendered often, with nothing left over from one time to the next.
 */
T_TEST(renders_again)
{
    struct chat_template *t;
    takt_err e = {0};
    if (!T_RC(chat_template_new(&t,
                                "{% set ns = namespace(n=0) %}{% for m in messages %}"
                                "{% set ns.n = ns.n + 1 %}{% set x = m.role %}{% endfor %}"
                                "{{ ns.n }}{{ x is defined }}{{ bos_token is defined }}",
                                &e),
              &e))
        return;
    static const struct chat_message m[] = {{"user", "a"}, {"assistant", "b"}};
    for (size_t n = 0; n < 3; n++) {
        char *text = NULL, want[32];
        size_t len;
        snprintf(want, sizeof want, "%zuFalse%s", n, n == 1 ? "True" : "False");
        if (T_RC(render_messages(t, m, n, n == 1 ? "<s>" : NULL, NULL, false, &text, &len, &e), &e))
            T_EQ_STR(text, want);
        free(text);
    }
    chat_template_free(t);
}

static void family(const char *name)
{
    char rel[256], path[512], golden[512];
    takt_err e = {0};
    char *source = NULL;
    size_t len;
    snprintf(rel, sizeof rel, "templates/%s.jinja", name);
    if (!t_shared(path, sizeof path, rel))
        T_SKIP("shared data is not here");
    snprintf(rel, sizeof rel, "templates/goldens/%s.jsonl", name);
    if (!t_shared(golden, sizeof golden, rel))
        T_SKIP("shared data has no goldens for this template");
    if (T_RC(file_read_all(&source, &len, path, 1 << 20, &e), &e))
        T_OK(check_file(golden, source) > 5);
    free(source);
}

#define FAMILY(id, name)                                                                           \
    T_TEST(id)                                                                                     \
    {                                                                                              \
        family(name);                                                                              \
    }
FAMILY(deepseek_r1_distill_llama_8b, "deepseek-r1-distill-llama-8b")
FAMILY(granite_3_0_vllm_tool, "granite-3.0-vllm-tool")
FAMILY(granite_3_3_2b_instruct, "granite-3.3-2b-instruct")
FAMILY(granite_4_0, "granite-4.0")
FAMILY(granite_4_1, "granite-4.1")
FAMILY(hermes_3_llama_3_1_8b_tool_use, "hermes-3-llama-3.1-8b-tool-use")
FAMILY(llama_3_1_8b_instruct, "llama-3.1-8b-instruct")
FAMILY(llama_3_2_11b_vision_instruct, "llama-3.2-11b-vision-instruct")
FAMILY(llama_3_2_3b_instruct, "llama-3.2-3b-instruct")
FAMILY(llama_3_3_70b_instruct, "llama-3.3-70b-instruct")
FAMILY(llava_1_5_vllm, "llava-1.5-vllm")
FAMILY(mistral_common_v1, "mistral-common-v1")
FAMILY(mistral_common_v3, "mistral-common-v3")
FAMILY(mistral_common_v3_image, "mistral-common-v3_image")
FAMILY(mistral_nemo_instruct_2407, "mistral-nemo-instruct-2407")
FAMILY(mixtral_8x7b_instruct_v0_1, "mixtral-8x7b-instruct-v0.1")
FAMILY(qwen2_5_7b_instruct, "qwen2.5-7b-instruct")
FAMILY(qwen3_0_6b, "qwen3-0.6b")

T_MAIN("text/chat")
