/* Requests for chat completions and completions: what they mean, and what is refused. */
#include <math.h>

#include "server/api_limits.h"
#include "api.h"

#define HI                "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define CHAT(more)        "{" HI more "}"
#define PROMPT(more)      "{\"prompt\":\"p\"" more "}"
#define SAYS(message)     "{\"messages\":[" message "]}"
#define TOOL(name)        FUNCTION("\"name\":\"" name "\",\"parameters\":{}")
#define FUNCTION(members) "{\"type\":\"function\",\"function\":{" members "}}"

T_TEST(a_full_request_is_read)
{
    const char *body = "{\"model\":\"m\",\"messages\": "
                       "[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\","
                       "\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}] ,\"tools\":[" TOOL(
                           "f") "],"
                                "\"tool_choice\":\"auto\",\"stream\":true,\"stream_options\":{"
                                "\"include_usage\":true,"
                                "\"continuous_usage_stats\":true},\"n\":3,\"max_tokens\":7,"
                                "\"temperature\":0.5,\"top_p\":0.25,"
                                "\"top_k\":40,\"min_p\":0.125,\"seed\":-9223372036854775808,"
                                "\"stop\":[\"\\n\",\"x\"],"
                                "\"presence_penalty\":-2,\"frequency_penalty\":2,\"repetition_"
                                "penalty\":1.5,\"logit_bias\":"
                                "{\"5\":-100},\"logprobs\":true,\"top_logprobs\":20,\"ignore_eos\":"
                                "true,\"min_tokens\":7,"
                                "\"user\":\"u\",\"metadata\":{\"k\":\"v\"},\"service_tier\":"
                                "\"flex\",\"priority\":-3,"
                                "\"cache_salt\":\"s\",\"response_format\":{\"type\":\"text\"},"
                                "\"parallel_tool_calls\":false,"
                                "\"stop_token_ids\":[1,2],\"include_stop_str_in_output\":true,"
                                "\"skip_special_tokens\":false,"
                                "\"return_token_ids\":true}";
    struct api_chat c;
    READ(chat, &c, body, &usual, API_OK, "", "");
    T_OK(slice_is(c.common.model, "m") && slice_is(c.common.user, "u"));
    T_OK(slice_is(c.common.cache_salt, "s") && slice_is(c.common.metadata.text, "{\"k\":\"v\"}"));
    T_OK(c.common.stream && c.common.include_usage && c.common.continuous_usage);
    T_EQ_INT(c.common.service_tier, API_TIER_FLEX);
    T_EQ_STR(api_tier_name(c.common.service_tier), "flex");
    T_EQ_INT(c.common.priority, -3);
    T_EQ_INT(c.n_messages, 2);
    T_EQ_INT(c.n_tools, 1);
    T_EQ_INT(c.tool_choice, API_TOOLS_AUTO);
    T_OK(!c.parallel_tool_calls && c.logprobs && c.return_token_ids);
    T_EQ_INT(c.top_logprobs, 20);
    T_EQ_INT(c.max_tokens, 7);
    const struct api_sampling *s = &c.sampling;
    T_OK(s->temperature == 0.5 && s->top_p == 0.25 && s->min_p == 0.125);
    T_OK(s->presence_penalty == -2 && s->frequency_penalty == 2 && s->repetition_penalty == 1.5);
    T_OK(s->top_k == 40 && s->n == 3 && s->min_tokens == 7 && s->has_seed && s->seed == INT64_MIN);
    T_OK(s->stop.n == 2 && slice_is(s->stop.v[0], "\n") && s->stop_ids.n == 2);
    T_OK(s->logit_bias.n == 1 && s->logit_bias.v[0].id == 5 && s->logit_bias.v[0].bias == -100);
    T_OK(s->keep_stop && !s->skip_special && s->ignore_eos);
    T_EQ_INT(c.notes.n_unknown + c.notes.n_idle, 0);
    takt_chat_input in = {0};
    api_chat_input(&c, &in);
    const char *messages = strchr(body, '[');
    T_OK(in.messages == messages && in.messages[in.messages_len - 1] == ']');
    T_OK(in.tools && strncmp(in.tools, "[" TOOL("f") "]", in.tools_len) == 0);
    done();
}

T_TEST(what_is_not_given_is_left_to_the_model)
{
    struct api_chat c;
    takt_sampling was = {.temperature = 0.75f, .top_k = 3, .repeat_last = 64}, now = was;
    READ(chat, &c, CHAT(), &usual, API_OK, "", "");
    T_OK(!c.common.model.p && !c.common.stream && c.common.service_tier == API_TIER_AUTO);
    T_OK(isnan(c.sampling.temperature) && isnan(c.sampling.min_p) && !c.sampling.has_seed);
    T_OK(c.sampling.n == 1 && c.max_tokens == 0 && c.sampling.skip_special);
    T_OK(c.parallel_tool_calls && c.tool_choice == API_TOOLS_NONE && !c.tools.p);
    api_sampling_apply(&c.sampling, &now);
    T_EQ_MEM(&now, &was, sizeof now);
    done();
    READ(chat, &c,
         CHAT(",\"temperature\":0,\"top_k\":-1,\"top_p\":1,\"min_p\":0,\"seed\":-1,"
              "\"repetition_penalty\":1.25"),
         &usual, API_OK, "", "");
    api_sampling_apply(&c.sampling, &now);
    T_OK(now.temperature == 0 && now.top_k == 0 && now.top_p == 1 && now.min_p == 0);
    T_OK(now.repeat_penalty == 1.25f && now.repeat_last == was.repeat_last);
    T_OK(now.seed == UINT64_MAX);
    READ(chat, &c,
         CHAT(",\"presence_penalty\":1,\"frequency_penalty\":-2,\"min_tokens\":3,"
              "\"logit_bias\":{\"9\":2,\"4\":-1}"),
         &usual, API_OK, "", "");
    api_sampling_apply(&c.sampling, &now);
    T_OK(now.presence_penalty == 1 && now.frequency_penalty == -2 && now.min_tokens == 3);
    T_OK(now.n_logit_bias == 2 && now.logit_bias[0].id == 4 && now.logit_bias[1].bias == 2);
    done();
}

T_TEST(of_two_limits_of_tokens_the_smaller_holds)
{
    struct api_chat c;
    READ(chat, &c, CHAT(",\"max_tokens\":9,\"max_completion_tokens\":4"), &usual, API_OK, "", "");
    T_EQ_INT(c.max_tokens, 4);
    READ(chat, &c, CHAT(",\"max_tokens\":3,\"max_completion_tokens\":4"), &usual, API_OK, "", "");
    T_EQ_INT(c.max_tokens, 3);
    READ(chat, &c, CHAT(",\"max_completion_tokens\":4"), &usual, API_OK, "", "");
    T_EQ_INT(c.max_tokens, 4);
    done();
    REFUSE(chat, CHAT(",\"max_tokens\":3,\"min_tokens\":4"), API_BAD_VALUE, "min_tokens",
           "min_tokens: 4; it must not be larger than the limit of tokens, 3");
    ACCEPT(chat, CHAT(",\"max_tokens\":4,\"min_tokens\":4"));
    REFUSE(completion, PROMPT(",\"min_tokens\":17"), API_BAD_VALUE, "min_tokens", "16");
}

T_TEST(fields_that_need_each_other)
{
    REFUSE(chat, CHAT(",\"stream_options\":{\"include_usage\":true}"), API_BAD_VALUE,
           "stream_options", "there is no stream");
    REFUSE(chat, CHAT(",\"stream\":false,\"stream_options\":{}"), API_BAD_VALUE, "stream_options",
           "there is no stream");
    ACCEPT(chat, CHAT(",\"stream\":true,\"stream_options\":{}"));
    ACCEPT(chat, CHAT(",\"stream_options\":null"));
    REFUSE(chat, CHAT(",\"top_logprobs\":1"), API_BAD_VALUE, "top_logprobs", "\"logprobs\": true");
    ACCEPT(chat, CHAT(",\"top_logprobs\":0"));
    REFUSE(completion, PROMPT(",\"best_of\":3"), API_UNSUPPORTED_VALUE, "best_of", "not ranked");
    REFUSE(completion, PROMPT(",\"best_of\":2,\"n\":3"), API_BAD_VALUE, "best_of", "less than n");
    ACCEPT(completion, PROMPT(",\"best_of\":3,\"n\":3"));
    REFUSE(completion, PROMPT(",\"suffix\":\"s\""), API_UNSUPPORTED_VALUE, "suffix", "empty");
    ACCEPT(completion, PROMPT(",\"suffix\":\"\""));
    REFUSE(completion, PROMPT(",\"echo\":true,\"logprobs\":0"), API_UNSUPPORTED_VALUE, "echo",
           "logprobs");
    ACCEPT(completion, PROMPT(",\"echo\":true"));
    REFUSE(completion,
           "{\"prompt\":[\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\"],\"n\":16}",
           API_TOO_MANY, "n", "16 answers to each of 9 prompts; 128 are allowed");
    ACCEPT(completion, "{\"prompt\":[\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\"],\"n\":16}");
}

T_TEST(constrained_answers_fail_closed)
{
    static const char *const forms[] = {
        "\"response_format\":{\"type\":\"json_object\"}",
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\"}}",
        "\"response_format\":{\"type\":\"structural_tag\"}", "\"tool_choice\":\"required\""};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char body[512];
        struct api_chat c;
        struct api_error e = {0};
        snprintf(body, sizeof body, CHAT(",\"tools\":[" TOOL("f") "],%s"), forms[i]);
        T_OK(api_chat_read(&c, &arena, slice_str(body), &usual, &e).code == TAKT_ERR_UNSUPPORTED);
        T_EQ_STR(api_error_code(e.why), "unsupported_value");
        T_EQ_INT(api_error_status(&e, API_OPENAI, false), 400);
        done();
    }
    REFUSE(chat, CHAT(",\"response_format\":{\"type\":\"xml\"}"), API_BAD_VALUE,
           "response_format.type", "\"xml\"; it must be \"text\"");
    REFUSE(chat, CHAT(",\"response_format\":{}"), API_MISSING, "response_format.type", "missing");
    REFUSE(chat, CHAT(",\"response_format\":\"text\""), API_BAD_TYPE, "response_format", "object");
    REFUSE(chat, CHAT(",\"guided_json\":{}"), API_UNSUPPORTED_FIELD, "guided_json", "constrain");
    REFUSE(chat, CHAT(",\"grammar\":\"root ::= x\""), API_UNSUPPORTED_VALUE, "grammar",
           "constrain");
    REFUSE(completion, PROMPT(",\"response_format\":{\"type\":\"json_object\"}"),
           API_UNSUPPORTED_VALUE, "response_format", "constrain");
}

T_TEST(predictions_are_texts)
{
    struct api_chat c;
#define PREDICTION(content) ",\"prediction\":{\"type\":\"content\",\"content\":" content "}"
    READ(chat, &c, CHAT(""), &usual, API_OK, "", "");
    T_OK(!c.prediction.p);
    READ(chat, &c, CHAT(PREDICTION("\"a\\nb\"")), &usual, API_OK, "", "");
    T_OK(slice_eq(c.prediction, "a\nb"));
    READ(chat, &c,
         CHAT(PREDICTION("[{\"type\":\"text\",\"text\":\"one \"},"
                         "{\"type\":\"text\",\"text\":\"\"},"
                         "{\"type\":\"text\",\"text\":\"two\"}]")),
         &usual, API_OK, "", "");
    T_OK(slice_eq(c.prediction, "one two"));
    READ(chat, &c, CHAT(PREDICTION("\"\"")), &usual, API_OK, "", "");
    T_OK(c.prediction.p && c.prediction.len == 0 && c.notes.n_idle == 0);
    done();
    ACCEPT(chat, CHAT(",\"prediction\":null"));
    REFUSE(chat, CHAT(",\"prediction\":\"text\""), API_BAD_TYPE, "prediction", "object");
    REFUSE(chat, CHAT(",\"prediction\":{}"), API_MISSING, "prediction.type", "\"content\"");
    REFUSE(chat, CHAT(",\"prediction\":{\"type\":\"x\",\"content\":\"\"}"), API_BAD_VALUE,
           "prediction.type", "\"content\"");
    REFUSE(chat, CHAT(",\"prediction\":{\"type\":\"content\"}"), API_MISSING, "prediction.content",
           "a string");
    REFUSE(chat, CHAT(PREDICTION("7")), API_BAD_TYPE, "prediction.content", "a string");
    REFUSE(chat, CHAT(PREDICTION("[]")), API_BAD_VALUE, "prediction.content", "no part");
    REFUSE(chat, CHAT(PREDICTION("[1]")), API_MISSING, "prediction.content[0].type", "\"text\"");
    REFUSE(chat, CHAT(PREDICTION("[{\"type\":\"image_url\"}]")), API_BAD_VALUE,
           "prediction.content[0].type", "\"text\"");
    REFUSE(chat, CHAT(PREDICTION("[{\"type\":\"text\",\"text\":null}]")), API_MISSING,
           "prediction.content[0].text", "a string");
}

T_TEST(tool_choices_are_none_or_auto)
{
    struct api_chat c;
    READ(chat, &c, CHAT(",\"tools\":[" TOOL("f") "]"), &usual, API_OK, "", "");
    T_OK(c.tool_choice == API_TOOLS_AUTO && c.tools.len);
    READ(chat, &c, CHAT(",\"tools\":[" TOOL("f") "],\"tool_choice\":\"none\""), &usual, API_OK, "",
         "");
    T_OK(c.tool_choice == API_TOOLS_NONE && !c.tools.p && c.n_tools == 1);
    READ(chat, &c, CHAT(",\"tools\":[],\"tool_choice\":\"auto\""), &usual, API_OK, "", "");
    T_OK(c.tool_choice == API_TOOLS_NONE && !c.tools.p);
    done();
#define NAMED(name) "{\"type\":\"function\",\"function\":{\"name\":" name "}}"
#define CHOICE(c)   CHAT(",\"tools\":[" TOOL("f") "],\"tool_choice\":" c)
    REFUSE(chat, CHOICE(NAMED("\"f\"")), API_UNSUPPORTED_VALUE, "tool_choice", "cannot make");
    REFUSE(chat, CHOICE(NAMED("\"g\"")), API_BAD_VALUE, "tool_choice",
           "\"g\" is none of the tools");
    REFUSE(chat, CHOICE(NAMED("7")), API_BAD_TYPE, "tool_choice.function.name", "7; it must be");
    REFUSE(chat, CHOICE("{\"type\":\"function\"}"), API_MISSING, "tool_choice.function.name", "");
    REFUSE(chat, CHOICE("{\"type\":\"allowed_tools\"}"), API_UNSUPPORTED_VALUE, "tool_choice", "");
    REFUSE(chat, CHOICE("\"any\""), API_BAD_VALUE, "tool_choice", "\"any\"; it must be \"none\"");
    REFUSE(chat, CHOICE("[]"), API_BAD_TYPE, "tool_choice", "a list");
}

T_TEST(tools_are_functions_with_names_of_their_own)
{
    struct api_chat c;
#define TOOLS(t) CHAT(",\"tools\":" t)
    REFUSE(chat, TOOLS("{}"), API_BAD_TYPE, "tools", "a list");
    REFUSE(chat, TOOLS("[7]"), API_BAD_TYPE, "tools[0]", "7; it must be an object");
    REFUSE(chat, TOOLS("[" TOOL("f") ",{\"type\":null}]"), API_MISSING, "tools[1].type", "");
    REFUSE(chat, TOOLS("[{\"type\":[\"function\"]}]"), API_BAD_TYPE, "tools[0].type", "a list");
    REFUSE(chat, TOOLS("[{\"type\":\"mcp\",\"server_url\":\"x\"}]"), API_UNSUPPORTED_VALUE,
           "tools[0].type", "\"mcp\"; takt runs no tools itself");
    REFUSE(chat, TOOLS("[{\"type\":\"function\"}]"), API_MISSING, "tools[0].function.name", "");
    REFUSE(chat, TOOLS("[{\"type\":\"function\",\"function\":{\"name\":3}}]"), API_BAD_TYPE,
           "tools[0].function.name", "3; it must be");
    REFUSE(chat, TOOLS("[" TOOL("") "]"), API_BAD_VALUE, "tools[0].function.name", "");
    REFUSE(chat, TOOLS("[" TOOL("f") "," TOOL("\\u0066") "]"), API_BAD_VALUE,
           "tools[1].function.name", "\"f\" is the name of another tool");
    ACCEPT(chat, TOOLS("[" TOOL("f") "," TOOL("f2") "," TOOL("\xC3\xA8/\xE4\xB8\xAD.x") "]"));
    READ(chat, &c, TOOLS("[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true}}]"),
         &usual, API_OK, "", "");
    T_OK(c.notes.n_idle == 1 && strcmp(c.notes.idle[0], "tools[].function.strict") == 0);
    done();
}

T_TEST(messages_are_checked_by_place)
{
    struct api_chat c;
    REFUSE(chat, "{}", API_MISSING, "messages", "messages: is missing; it must be a list");
    REFUSE(chat, "{\"messages\":null}", API_MISSING, "messages", "is missing");
    REFUSE(chat, SAYS(""), API_BAD_VALUE, "messages", "is empty");
    REFUSE(chat, SAYS("7"), API_BAD_TYPE, "messages[0]", "7; it must be an object");
    REFUSE(chat, SAYS("{}"), API_MISSING, "messages[0].role", "is missing");
    REFUSE(chat, SAYS("{\"role\":\"human\"}"), API_BAD_VALUE, "messages[0].role",
           "\"human\"; it must be one of system, developer, user, assistant or tool");
    REFUSE(chat, SAYS("{\"role\":{}}"), API_BAD_TYPE, "messages[0].role", "an object");
    REFUSE(chat, SAYS("{\"role\":\"function\",\"name\":\"f\",\"content\":\"x\"}"),
           API_UNSUPPORTED_VALUE, "messages[0].role", "\"tool\"");
    REFUSE(chat, SAYS("{\"role\":\"tool\",\"content\":\"x\"}"), API_MISSING,
           "messages[0].tool_call_id", "is missing");
    REFUSE(chat, SAYS("{\"role\":\"assistant\",\"function_call\":{}}"), API_UNSUPPORTED_FIELD,
           "messages[0].function_call", "tool_calls");
    ACCEPT(chat, SAYS("{\"role\":\"assistant\",\"content\":\"x\",\"function_call\":null}"));
#define PART(p) SAYS("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"t\"}," p "]}")
    REFUSE(chat, PART("{\"type\":\"input_audio\"}"), API_UNSUPPORTED_VALUE,
           "messages[0].content[1].type", "takt reads texts, pictures and clips");
    REFUSE(chat, PART("{\"type\":\"hologram\"}"), API_BAD_VALUE, "messages[0].content[1].type",
           "\"hologram\"; it must be \"text\", \"image_url\" or \"video_url\"");
    REFUSE(chat, PART("\"t\""), API_BAD_VALUE, "messages[0].content[1].type", "is missing");
    READ(
        chat, &c,
        "{\"messages\" : [ {\"role\" : \"developer\",\"content\":\"d\"},{\"content\":\"developer\","
        "\"role\":\"user\"}, {\"role\":\"dev\\u0065loper\",\"content\":\"e\",\"name\":\"n\"} ]}",
        &usual, API_OK, "", "");
    T_OK(slice_is(c.messages,
                  "[ {\"role\" : \"system\",\"content\":\"d\"},{\"content\":\"developer\","
                  "\"role\":\"user\"}, {\"role\":\"system\",\"content\":\"e\",\"name\":\"n\"} ]"));
    done();
}

T_TEST(groq_strict_gives_groqs_refusals)
{
#define GROQ(body, why, param, part)                                                               \
    do {                                                                                           \
        struct api_chat g_;                                                                        \
        READ(chat, &g_, body, &strict, why, param, part);                                          \
        done();                                                                                    \
    } while (0)
    GROQ(CHAT(), API_OK, "", "");
    GROQ(CHAT(",\"n\":2"), API_UNSUPPORTED_VALUE, "n", "n: 2; only 1 is supported");
    GROQ(CHAT(",\"n\":1,\"logprobs\":false,\"logit_bias\":{},\"top_logprobs\":0"), API_OK, "", "");
    GROQ(CHAT(",\"logprobs\":true"), API_UNSUPPORTED_VALUE, "logprobs", "");
    GROQ(CHAT(",\"top_logprobs\":2"), API_UNSUPPORTED_VALUE, "top_logprobs", "");
    GROQ(CHAT(",\"logit_bias\":{\"1\":1}"), API_UNSUPPORTED_VALUE, "logit_bias", "");
    GROQ(CHAT(",\"cache_control\":{}"), API_UNKNOWN_FIELD, "",
         "property 'cache_control' is unsupported");
    GROQ(CHAT(",\"top_k\":1"), API_UNKNOWN_FIELD, "", "property 'top_k' is unsupported");
    GROQ(CHAT(",\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]"), API_TOO_MANY, "stop", "4 are allowed");
    GROQ(CHAT(",\"service_tier\":\"scale\""), API_UNSUPPORTED_VALUE, "service_tier", "flex");
    GROQ(SAYS("{\"role\":\"user\",\"content\":\"x\",\"name\":\"n\"}"), API_UNKNOWN_FIELD, "",
         "'messages.0' : property 'name' is unsupported");
    ACCEPT(chat, CHAT(",\"n\":2,\"cache_control\":{},\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]"));
}

T_TEST(token_ids_must_be_the_models)
{
    struct api_chat c;
    struct api_completion p;
    struct api_embedding m;
    struct api_error e;
    READ(chat, &c, CHAT(",\"logit_bias\":{\"99\":1,\"0\":1},\"stop_token_ids\":[98]"), &usual,
         API_OK, "", "");
    T_RC(api_sampling_vocab(&c.sampling, 100, &e), NULL);
    T_OK(api_sampling_vocab(&c.sampling, 99, &e).code != 0);
    T_EQ_STR(e.message, "logit_bias: token id 99 is out of vocabulary; the model's ids end at 98");
    READ(chat, &c, CHAT(",\"stop_token_ids\":[98]"), &usual, API_OK, "", "");
    T_OK(api_sampling_vocab(&c.sampling, 98, &e).code != 0);
    T_EQ_STR(e.param, "stop_token_ids");
    READ(completion, &p, "{\"prompt\":[[1],[2,7]]}", &usual, API_OK, "", "");
    T_RC(api_completion_vocab(&p, 8, &e), NULL);
    T_OK(api_completion_vocab(&p, 7, &e).code != 0);
    T_EQ_STR(e.param, "prompt");
    READ(embedding, &m, "{\"input\":\"x\",\"dimensions\":64,\"encoding_format\":\"base64\"}",
         &usual, API_OK, "", "");
    T_OK(m.as_base64 && m.add_special);
    T_RC(api_embedding_dimensions(&m, 64, &e), NULL);
    T_OK(api_embedding_dimensions(&m, 128, &e).code != 0);
    T_EQ_STR(e.message, "dimensions: 64; the model has 128, and cutting needs one that was trained "
                        "for it");
    done();
}

T_TEST(tokenize_takes_a_prompt_or_a_conversation)
{
    struct api_tokenize t;
    struct api_detokenize d;
    READ(tokenize, &t, "{\"prompt\":\"\",\"return_token_strs\":true}", &usual, API_OK, "", "");
    T_OK(t.prompt.p && t.prompt.len == 0 && t.add_special && t.return_texts && !t.messages.p);
    READ(tokenize, &t, "{\"prompt\":\"a\\u0000b\",\"add_special_tokens\":false}", &usual, API_OK,
         "", "");
    T_OK(t.prompt.len == 3 && !t.add_special);
    READ(tokenize, &t, CHAT(",\"tools\":[" TOOL("f") "]"), &usual, API_OK, "", "");
    T_OK(!t.prompt.p && t.messages.len && t.tools.len && !t.add_special);
    READ(detokenize, &d, "{\"tokens\":[1,2]}", &usual, API_OK, "", "");
    T_EQ_INT(d.tokens.n, 2);
    READ(detokenize, &d, "{\"tokens\":[]}", &usual, API_OK, "", "");
    T_EQ_INT(d.tokens.n, 0);
    done();
    REFUSE(tokenize, "{}", API_MISSING, "prompt", "or \"messages\"");
    REFUSE(tokenize, CHAT(",\"prompt\":\"x\""), API_BAD_VALUE, "messages", "give one of both");
    REFUSE(tokenize, "{\"prompt\":\"x\",\"tools\":[]}", API_BAD_VALUE, "tools", "give one of both");
    REFUSE(tokenize, CHAT(",\"add_special_tokens\":true"), API_UNSUPPORTED_VALUE,
           "add_special_tokens", "template");
    ACCEPT(tokenize, CHAT(",\"add_special_tokens\":false"));
    REFUSE(tokenize, SAYS("{\"role\":\"x\"}"), API_BAD_VALUE, "messages[0].role", "");
    REFUSE(detokenize, "{}", API_MISSING, "tokens", "a list of token ids");
}

T_MAIN("server/api_chat")
