/* Replies: what they look like, and that streams say what whole replies say. */
#include <math.h>

#include "server/api_json.h"
#include "server/api_limits.h"
#include "server/api_models.h"
#include "server/api_stream.h"
#include "api.h"

static const struct api_reply chat = {.id = "chatcmpl-1",
                                      .created = 1700000000,
                                      .model = "m\"x",
                                      .fingerprint = "fp_1",
                                      .tier = "default"};
static const struct api_usage usage = {.n_prompt = 10,
                                       .n_cached = 4,
                                       .n_answer = 5,
                                       .queue_s = 0.25,
                                       .prompt_s = 0.5,
                                       .answer_s = 1.0000000004};
#define USAGE                                                                                      \
    "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,\"prompt_tokens_details\":" \
    "{"                                                                                            \
    "\"cached_tokens\":4},\"completion_tokens_details\":{\"reasoning_tokens\":0}}"
#define GROQ_USAGE                                                                                 \
    "{\"queue_time\":0.25,\"prompt_tokens\":10,\"prompt_time\":0.5,\"completion_tokens\":5,"       \
    "\"completion_time\":1,\"total_tokens\":15,\"total_time\":1.5,\"prompt_tokens_details\":{"     \
    "\"cached_tokens\":4},\"completion_tokens_details\":{\"reasoning_tokens\":0}}"
#define HEAD                                                                                       \
    "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"    \
    "\"model\":\"m\\\"x\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_1\","           \
    "\"choices\":["

static struct slice text(const char *s)
{
    return slice_str(s);
}

/* Compares what was written, and empties it. */
static void wrote(int line, struct json_out *o, const char *want)
{
    t_eq_str(__FILE__, line, "the reply", o->failed ? "(failed)" : o->p ? o->p : "", want);
    json_out_free(o);
}
#define WROTE(o, want) wrote(__LINE__, o, want)

T_TEST(a_whole_chat_completion)
{
    struct json_out o = {0};
    const struct api_piece p = {.text = text("Hi \xF0\x9F\x98\x80\n"), .finish = API_STOP};
    api_reply_whole(&o, &chat, &p, 1, &usage);
    WROTE(&o,
          "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":"
          "\"m\\\"x\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
          "\"Hi \xF0\x9F\x98\x80\\n\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":"
          "\"stop\"}],\"usage\":" USAGE ",\"service_tier\":\"default\",\"system_fingerprint\":"
          "\"fp_1\"}");
}

T_TEST(what_came_of_a_prediction)
{
    struct json_out o = {0};
    struct api_usage u = usage;
    u.has_prediction = true;
    api_reply_usage(&o, NULL, &u, API_OPENAI);
    WROTE(&o, "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,"
              "\"prompt_tokens_details\":{\"cached_tokens\":4},\"completion_tokens_details\":{"
              "\"reasoning_tokens\":0,\"accepted_prediction_tokens\":0,"
              "\"rejected_prediction_tokens\":0}}");
    u.n_hinted = 9;
    u.n_hinted_right = 7;
    api_reply_usage(&o, NULL, &u, API_VLLM);
    WROTE(&o, "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,"
              "\"prompt_tokens_details\":{\"cached_tokens\":4},\"completion_tokens_details\":{"
              "\"reasoning_tokens\":0,\"accepted_prediction_tokens\":7,"
              "\"rejected_prediction_tokens\":2}}");
}

T_TEST(a_whole_groq_completion)
{
    struct json_out o = {0};
    const struct api_reply r = {.dialect = API_GROQ,
                                .id = "chatcmpl-2",
                                .created = 1,
                                .model = "m",
                                .groq_id = "req_1",
                                .has_seed = true,
                                .seed = -7};
    const struct api_call call = {text("call_1"), text("f"), text("{\"a\":1}")};
    const struct api_piece p = {.calls = &call, .n_calls = 1, .finish = API_CALLS};
    api_reply_whole(&o, &r, &p, 1, &usage);
    WROTE(&o,
          "{\"id\":\"chatcmpl-2\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\","
          "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
          "\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
          "\"arguments\":\"{\\\"a\\\":1}\"}}]},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}"
          "],\"usage\":" GROQ_USAGE ",\"system_fingerprint\":null,\"x_groq\":{\"id\":\"req_1\","
          "\"seed\":-7}}");
}

T_TEST(a_whole_text_completion_with_everything)
{
    struct json_out o = {0};
    const struct api_reply r = {.dialect = API_VLLM,
                                .is_text = true,
                                .id = "cmpl-1",
                                .created = 1,
                                .model = "m",
                                .has_logprobs = true};
    const struct api_likely top[] = {
        {5, -0.5f, text("\xC3\xA8")}, {6, -INFINITY, text("\xE2\x82")}, {7, -2, text("\xC3\xA8")}};
    const struct api_token tokens[] = {{{5, -0.5f, text("\xC3\xA8")}, top, 3},
                                       {{6, -1.25f, text("\xE2\x82")}, NULL, 0},
                                       {{8, -1, text("\xAC")}, NULL, 0}};
    const int32_t ids[] = {5, 6, 8}, prompt[] = {1, 2};
    const struct api_piece p = {.index = 1,
                                .text = text("\xC3\xA8\xE2\x82\xAC"),
                                .tokens = tokens,
                                .n_tokens = 3,
                                .text_at = 10,
                                .ids = ids,
                                .n_ids = 3,
                                .prompt_ids = prompt,
                                .n_prompt_ids = 2,
                                .finish = API_LENGTH};
    api_reply_whole(&o, &r, &p, 1, &usage);
    WROTE(&o,
          "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":1,\"model\":\"m\","
          "\"choices\":[{\"index\":1,\"text\":\"\xC3\xA8\xE2\x82\xAC\",\"logprobs\":{\"tokens\":["
          "\"\xC3\xA8\",\"bytes:\\\\xe2\\\\x82\",\"bytes:\\\\xac\"],\"token_logprobs\":[-0.5,"
          "-1.25,-1],\"top_logprobs\":[{\"\xC3\xA8\":-0.5,\"bytes:\\\\xe2\\\\x82\":-9999},{},{}],"
          "\"text_offset\":[10,11,12]},\"finish_reason\":\"length\",\"stop_reason\":null,"
          "\"token_ids\":[5,6,8],\"prompt_token_ids\":[1,2]}],\"usage\":" USAGE
          ",\"system_fingerprint\":null}");
}

T_TEST(log_probabilities_of_chats)
{
    struct json_out o = {0};
    struct api_reply r = chat;
    const struct api_likely top = {9, -3, text("\xFF")};
    const struct api_token t = {{5, -0.1f, text("a")}, &top, 1};
    const struct api_piece p = {.tokens = &t, .n_tokens = 1};
    r.has_logprobs = true;
    json_obj_begin(&o, NULL);
    api_reply_logprobs(&o, &r, &p);
    json_obj_end(&o);
    WROTE(&o, "{\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.1,\"bytes\":[97],"
              "\"top_logprobs\":[{\"token\":\"\xEF\xBF\xBD\",\"logprob\":-3,\"bytes\":[255]}]}],"
              "\"refusal\":null}}");
    r.tokens_as_ids = true;
    json_obj_begin(&o, NULL);
    api_reply_logprobs(&o, &r, &p);
    json_obj_end(&o);
    T_OK(strstr(o.p, "\"token\":\"token_id:5\"") && strstr(o.p, "\"token\":\"token_id:9\""));
    json_out_free(&o);
}

T_TEST(chunks_of_a_stream)
{
    struct json_out o = {0};
    struct api_stream s;
    takt_err e;
    if (!T_RC(api_stream_begin(&s, &chat, true, false, &e), &e))
        return;
    struct api_piece p = {.index = 12};
    api_stream_role(&o, &s, &p);
    WROTE(&o, HEAD "{\"index\":12,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":"
                   "null,\"finish_reason\":null}],\"usage\":null}\n\n");
    p.text = text("a\"\n");
    api_stream_piece(&o, &s, &p, NULL);
    WROTE(&o, HEAD "{\"index\":12,\"delta\":{\"content\":\"a\\\"\\n\"},\"logprobs\":null,"
                   "\"finish_reason\":null}],\"usage\":null}\n\n");
    const struct api_call call = {text("c"), text("f"), text("{}")};
    p = (struct api_piece){.calls = &call, .n_calls = 1, .n_calls_before = 2, .finish = API_CALLS};
    api_stream_piece(&o, &s, &p, NULL);
    WROTE(&o,
          HEAD "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":2,\"id\":\"c\",\"type\":"
               "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"logprobs\":"
               "null,\"finish_reason\":\"tool_calls\"}],\"usage\":null}\n\n");
    api_stream_end(&o, &s, &usage);
    WROTE(&o, HEAD "],\"usage\":" USAGE "}\n\ndata: [DONE]\n\n");
    api_stream_free(&s);
    T_RC(api_stream_begin(&s, &chat, false, false, &e), &e);
    p = (struct api_piece){.finish = API_STOP};
    api_stream_piece(&o, &s, &p, &usage);
    WROTE(&o, HEAD "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n");
    api_stream_end(&o, &s, &usage);
    WROTE(&o, "data: [DONE]\n\n");
    api_stream_ping(&o);
    WROTE(&o, ": ping\n\n");
    api_stream_free(&s);
    T_RC(api_stream_begin(&s, &chat, true, true, &e), &e);
    p = (struct api_piece){.text = text("x")};
    api_stream_piece(&o, &s, &p, &usage);
    WROTE(&o, HEAD "{\"index\":0,\"delta\":{\"content\":\"x\"},\"logprobs\":null,\"finish_reason\":"
                   "null}],\"usage\":" USAGE "}\n\n");
    api_stream_free(&s);
    api_stream_free(&(struct api_stream){0});
}

T_TEST(groqs_stream_tells_its_id_first_and_its_usage_last)
{
    struct json_out o = {0};
    struct api_stream s;
    struct api_reply r = chat;
    takt_err e;
    r.dialect = API_GROQ;
    r.groq_id = "req_1";
    r.has_seed = true;
    r.seed = 3;
    if (!T_RC(api_stream_begin(&s, &r, false, false, &e), &e))
        return;
    struct api_piece p = {0};
    api_stream_role(&o, &s, &p);
    T_OK(strstr(o.p, "}],\"x_groq\":{\"id\":\"req_1\"}}\n\n"));
    json_out_free(&o);
    p.text = text("a");
    api_stream_piece(&o, &s, &p, NULL);
    T_OK(!strstr(o.p, "x_groq"));
    json_out_free(&o);
    p.finish = API_STOP;
    api_stream_piece(&o, &s, &p, &usage);
    T_OK(strstr(o.p, "}],\"x_groq\":{\"id\":\"req_1\",\"seed\":3,\"usage\":" GROQ_USAGE "}}\n\n"));
    json_out_free(&o);
    api_stream_free(&s);
}

/* ---- streams against whole replies ----------------------------------------------------------- */

enum { PIECES = 24 };

/* A random answer of several pieces: whole characters each, tokens anywhere in them. */
struct answer {
    struct slice pieces[PIECES];
    struct api_token tokens[PIECES][3];
    uint32_t n_tokens[PIECES], n;
    int32_t ids[PIECES][3];
};

static void make_answer(struct answer *a)
{
    static const char *const words[] = {"a",        " the",         "\xC3\xA8\xC3\xA9",
                                        "\"\\\n\t", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80",
                                        "",         "\x01\x7F",     "data: [DONE]\n\n"};
    static const char *const broken[] = {"\xF0\x9F", "\x98\x80", "x", ""};
    a->n = 1 + (uint32_t)(t_rand() % PIECES);
    for (uint32_t i = 0; i < a->n; i++) {
        a->pieces[i] = text(words[t_rand() % 9]);
        a->n_tokens[i] = (uint32_t)(t_rand() % 4);
        for (uint32_t k = 0; k < a->n_tokens[i]; k++) {
            struct api_likely *top = ARENA_ARRAY(&arena, struct api_likely, 2);
            for (int j = 0; j < 2; j++)
                top[j] = (struct api_likely){j, -t_rand_f32(0, 20), text(broken[t_rand() % 4])};
            a->ids[i][k] = (int32_t)(t_rand() % 100000);
            a->tokens[i][k] = (struct api_token){
                {a->ids[i][k], -t_rand_f32(0, 1), text(broken[t_rand() % 4])}, top, t_rand() % 3};
        }
    }
}

/* The answer as one piece. */
static struct api_piece whole_of(const struct answer *a, bool with_ids)
{
    struct api_token *tokens = ARENA_ARRAY(&arena, struct api_token, PIECES * 3);
    int32_t *ids = ARENA_ARRAY(&arena, int32_t, PIECES * 3);
    uint32_t n = 0;
    char *all = arena_alloc(&arena, PIECES * 16, 1);
    size_t at = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        memcpy(all + at, a->pieces[i].p, a->pieces[i].len);
        at += a->pieces[i].len;
        for (uint32_t k = 0; k < a->n_tokens[i]; k++, n++) {
            tokens[n] = a->tokens[i][k];
            ids[n] = a->ids[i][k];
        }
    }
    return (struct api_piece){.text = {(const uint8_t *)all, at},
                              .tokens = tokens,
                              .n_tokens = n,
                              .ids = with_ids ? ids : NULL,
                              .n_ids = n,
                              .finish = API_STOP};
}

static void stream_of(struct json_out *o, const struct api_reply *r, const struct answer *a,
                      bool with_ids, bool with_usage)
{
    struct api_stream s;
    takt_err e;
    T_RC(api_stream_begin(&s, r, with_usage, false, &e), &e);
    api_stream_role(o, &s, &(struct api_piece){0});
    uint64_t at = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        const struct api_piece p = {.text = a->pieces[i],
                                    .tokens = a->tokens[i],
                                    .n_tokens = a->n_tokens[i],
                                    .text_at = at,
                                    .ids = with_ids ? a->ids[i] : NULL,
                                    .n_ids = a->n_tokens[i],
                                    .finish = i + 1 == a->n ? API_STOP : API_GOING};
        api_stream_piece(o, &s, &p, NULL);
        for (uint32_t k = 0; k < a->n_tokens[i]; k++)
            for (size_t b = 0; b < a->tokens[i][k].drawn.text.len; b++)
                at += (a->tokens[i][k].drawn.text.p[b] & 0xC0) != 0x80;
    }
    api_stream_end(o, &s, &usage);
    api_stream_free(&s);
}

/* What a client makes of a reply: the content, and the elements of every list as they stand. */
struct client {
    struct json_out content, lists[5];
    bool is_done, has_usage;
    char finish[16];
};
static const char *const chat_lists[] = {"content", NULL};
static const char *const text_lists[] = {"tokens", "token_logprobs", "top_logprobs", "text_offset",
                                         NULL};

static void add_elements(struct json_out *o, const struct json *list, struct slice source)
{
    for (const struct json *m = list ? list->child : NULL; m; m = m->next) {
        struct slice t = field_text(source, m);
        char *line = arena_printf(&arena, "%.*s", (int)t.len, (const char *)t.p);
        json_put_str(o, NULL, line);
    }
}

static void take_choice(struct client *c, const struct json *choice, struct slice source)
{
    const struct json *message = json_get(choice, "message");
    if (!message)
        message = json_get(choice, "delta");
    const struct json *content = json_get(message ? message : choice, message ? "content" : "text");
    if (content && content->kind == JSON_STRING)
        api_json_raw(&c->content, content->str, content->str_len);
    const struct json *logprobs = json_get(choice, "logprobs");
    const char *const *names = message ? chat_lists : text_lists;
    for (int i = 0; names[i]; i++)
        add_elements(&c->lists[i], json_get(logprobs, names[i]), source);
    add_elements(&c->lists[4], json_get(choice, "token_ids"), source);
    const struct json *finish = json_get(choice, "finish_reason");
    if (finish && finish->kind == JSON_STRING)
        snprintf(c->finish, sizeof c->finish, "%s", finish->str);
}

static void take_object(struct client *c, struct slice source)
{
    const struct json *root = parsed(__FILE__, __LINE__, (const char *)source.p, source.len);
    const struct json *choices = json_get(root, "choices"), *u = json_get(root, "usage");
    T_OK(choices != NULL);
    if (choices && choices->child)
        take_choice(c, choices->child, source);
    c->has_usage = c->has_usage || (u && u->kind == JSON_OBJECT);
}

static void take_stream(struct client *c, const struct json_out *o)
{
    for (const char *at = o->p; *at;) {
        const char *end = strstr(at, "\n\n");
        if (!T_OK(strncmp(at, "data: ", 6) == 0 && end && !c->is_done))
            return;
        struct slice data = {(const uint8_t *)at + 6, (size_t)(end - at - 6)};
        if (slice_eq(data, "[DONE]"))
            c->is_done = true;
        else
            take_object(c, data);
        at = end + 2;
    }
}

static void equal(const struct json_out *a, const struct json_out *b)
{
    T_EQ_STR(a->p ? a->p : "", b->p ? b->p : "");
}

static void release(struct client *c)
{
    json_out_free(&c->content);
    for (int i = 0; i < 5; i++)
        json_out_free(&c->lists[i]);
}

T_TEST(streams_say_what_whole_replies_say)
{
    for (int round = 0; round < 200; round++) {
        struct answer a;
        struct json_out whole = {0}, stream = {0};
        struct client x = {0}, y = {0};
        struct api_reply r = chat;
        bool with_ids = t_rand() & 1, with_usage = t_rand() & 1;
        r.dialect = (enum api_dialect)(t_rand() % 3);
        r.is_text = t_rand() & 1;
        r.has_logprobs = t_rand() & 1;
        r.tokens_as_ids = t_rand() & 1;
        make_answer(&a);
        struct api_piece p = whole_of(&a, with_ids);
        api_reply_whole(&whole, &r, &p, 1, &usage);
        take_object(&x, (struct slice){(const uint8_t *)whole.p, whole.len});
        stream_of(&stream, &r, &a, with_ids, with_usage);
        take_stream(&y, &stream);
        equal(&x.content, &y.content);
        for (int i = 0; i < 5; i++)
            equal(&x.lists[i], &y.lists[i]);
        T_EQ_STR(x.finish, y.finish);
        T_OK(y.is_done && x.has_usage && y.has_usage == with_usage);
        release(&x);
        release(&y);
        json_out_free(&whole);
        json_out_free(&stream);
        done();
    }
}

/* ---- smaller replies ------------------------------------------------------------------------- */

T_TEST(models_have_the_fields_of_all_three)
{
    struct json_out o = {0};
    const struct api_model m[] = {
        {.id = "a", .created = 5, .n_ctx = 4096, .is_active = true},
        {.id = "b", .owned_by = "me", .root = "r", .parent = "a", .sees = true},
        {.id = "c", .sees = true, .sees_clips = true}};
    api_models_put(&o, m, 2);
    WROTE(&o,
          "{\"object\":\"list\",\"data\":[{\"id\":\"a\",\"object\":\"model\",\"created\":5,"
          "\"owned_by\":\"takt\",\"root\":\"a\",\"parent\":null,\"max_model_len\":4096,\"active\":"
          "true,\"context_window\":4096,\"max_completion_tokens\":4096,\"public_apps\":null,"
          "\"architecture\":{\"input_modalities\":[\"text\"],\"output_modalities\":[\"text\"]},"
          "\"capabilities\":[\"completion\"]},{"
          "\"id\":\"b\",\"object\":\"model\",\"created\":0,\"owned_by\":\"me\",\"root\":\"r\","
          "\"parent\":\"a\",\"max_model_len\":0,\"active\":false,\"context_window\":0,"
          "\"max_completion_tokens\":0,\"public_apps\":null,\"architecture\":{\"input_modalities\":"
          "[\"text\",\"image\"],\"output_modalities\":[\"text\"]},\"capabilities\":[\"completion\","
          "\"multimodal\"]}]}");
    api_models_put(&o, m + 2, 1);
    T_OK(strstr(o.p, "\"input_modalities\":[\"text\",\"image\",\"video\"]") != NULL);
    json_out_free(&o);
}

T_TEST(embeddings_are_numbers_or_base64)
{
    struct json_out o = {0};
    const float v[] = {0.5f, -1, 0.1f, 1e-30f};
    api_embeddings_begin(&o);
    api_embeddings_put(&o, 0, v, 3, false);
    for (uint32_t n = 0; n <= 4; n++)
        api_embeddings_put(&o, n + 1, v, n, true);
    api_embeddings_end(&o, "m", 7);
    WROTE(&o,
          "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5,"
          "-1,0.1]},{\"object\":\"embedding\",\"index\":1,\"embedding\":\"\"},{\"object\":"
          "\"embedding\",\"index\":2,\"embedding\":\"AAAAPw==\"},{\"object\":\"embedding\","
          "\"index\":3,\"embedding\":\"AAAAPwAAgL8=\"},{\"object\":\"embedding\",\"index\":4,"
          "\"embedding\":\"AAAAPwAAgL/NzMw9\"},{\"object\":\"embedding\",\"index\":5,"
          "\"embedding\":\"AAAAPwAAgL/NzMw9YEKiDQ==\"}],\"model\":\"m\",\"usage\":{"
          "\"prompt_tokens\":7,\"total_tokens\":7}}");
}

T_TEST(tokens_and_back)
{
    struct json_out o = {0};
    const int32_t ids[] = {1, 2};
    const struct slice texts[] = {text("<s>"), {NULL, 0}};
    api_tokens_put(&o, ids, NULL, 2, 64);
    WROTE(&o, "{\"count\":2,\"max_model_len\":64,\"tokens\":[1,2],\"token_strs\":null}");
    api_tokens_put(&o, ids, texts, 2, 64);
    WROTE(&o, "{\"count\":2,\"max_model_len\":64,\"tokens\":[1,2],\"token_strs\":[\"<s>\",\"\"]}");
    api_detokenized_put(&o, (struct slice){NULL, 0});
    WROTE(&o, "{\"prompt\":\"\"}");
}

T_MAIN("server/api_reply")
