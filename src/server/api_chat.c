#include "server/api_chat.h"

#include <math.h>

#include "server/api_limits.h"

enum { O = FIELD_OPENAI, G = FIELD_GROQ, V = FIELD_VLLM };

#define NO_SEARCH "takt does not search"
#define NO_GUIDE  "takt does not tell thinking from answering; the model's own habit holds"

static const struct field rows[] = {
    {FIELD_AT(LIST, "messages", struct api_chat, raw.messages), .who = O | G | V,
     .is_required = true, .min = 1, .max = API_MAX_MESSAGES,
     .schema = "{'$ref':'#/components/schemas/Messages'}",
     .help = "The conversation: roles system, developer, user, assistant and tool; "
             "texts and, to models that see, pictures."},
    {FIELD_AT(LIST, "tools", struct api_chat, raw.tools), .who = O | G | V, .max = API_MAX_TOOLS,
     .schema = "{'$ref':'#/components/schemas/Tools'}",
     .help = "Functions that the model may call; their names must differ. `strict` has no effect."},
    {FIELD_AT(ANY, "tool_choice", struct api_chat, raw.tool_choice), .who = O | G | V,
     .absent = "auto where there are tools", .words = "none or auto",
     .schema = "{'enum':['none','auto']}",
     .help = "`none` shows the model no tools. `required` and naming a tool are refused until "
             "answers can be constrained."},
    {FIELD_AT(BOOL, "parallel_tool_calls", struct api_chat, parallel_tool_calls), .who = O | G | V,
     .fallback = 1, .help = "Whether an answer may call several tools; false keeps the first."},
    {FIELD_AT(INT, "max_completion_tokens", struct api_chat, raw.max_completion_tokens),
     .who = O | G | V, .min = 1, .max = INT32_MAX, .absent = "to the end of the context",
     .help = "How many tokens the answer may have."},
    {FIELD_AT(INT, "max_tokens", struct api_chat, raw.max_tokens), .who = O | G | V, .min = 1,
     .max = INT32_MAX, .absent = "to the end of the context",
     .help = "The same by its old name; of both the smaller holds."},
    {FIELD_AT(BOOL, "logprobs", struct api_chat, logprobs), .who = O | G | V, .groq = "[false]",
     .help = "Tells the log probability of each token of the answer."},
    {FIELD_AT(INT, "top_logprobs", struct api_chat, top_logprobs), .who = O | G | V, .min = 0,
     .max = API_MAX_TOP_LOGPROBS, .groq = "[0]",
     .help = "And of so many likeliest tokens beside it; only with `logprobs`."},
    {FIELD_AT(OBJECT, "response_format", struct api_chat, raw.format), .who = O | G | V,
     .absent = "text", .schema = "{'$ref':'#/components/schemas/TextFormat'}",
     .help = "Only {\"type\": \"text\"}: `json_object` and `json_schema` are refused until answers "
             "can be constrained."},
    {FIELD_AT(BOOL, "return_token_ids", struct api_chat, return_token_ids), .who = V,
     .help = "Tells the ids of the prompt and of the answer."},
    {FIELD_AT(BOOL, "return_tokens_as_token_ids", struct api_chat, tokens_as_ids), .who = V,
     .help = "Writes tokens in `logprobs` as `token_id:N`."},
    {FIELD_NONE(BOOL, "store"), .who = O | G, .only = "[false]",
     .why = "chat completions are not kept; those of /v1/responses are"},
    {FIELD_AT(OBJECT, "prediction", struct api_chat, raw.prediction), .who = O, .absent = "none",
     .schema = "{'$ref':'#/components/schemas/Prediction'}",
     .help = "Text that the answer will resemble: where it does, the answer comes sooner, and is "
             "the same without. `usage` then tells how many tokens of it were tried."},
    {FIELD_NONE(BOOL, "include_reasoning"), .who = G | V, .only = "[true]", .why = NO_GUIDE},
    {FIELD_NONE(BOOL, "disable_tool_validation"), .who = G, .only = "[true]",
     .why = "calls are told as the model made them"},
    {FIELD_REFUSE("reasoning_effort", "[\"none\", \"default\", \"medium\"]"), .who = O | G | V,
     .why = NO_GUIDE},
    {FIELD_REFUSE("reasoning_format", "[\"raw\"]"), .who = G, .why = NO_GUIDE},
    {FIELD_REFUSE("verbosity", "[\"medium\"]"), .who = O, .why = "ask for it in a message"},
    {FIELD_REFUSE("modalities", "[[\"text\"]]"), .who = O, .why = "takt answers in text"},
    {FIELD_REFUSE("audio", NULL), .who = O, .why = "takt answers in text"},
    {FIELD_REFUSE("web_search_options", NULL), .who = O, .why = NO_SEARCH},
    {FIELD_REFUSE("search_settings", "[{}]"), .who = G, .why = NO_SEARCH},
    {FIELD_REFUSE("include_domains", "[[]]"), .who = G, .why = NO_SEARCH},
    {FIELD_REFUSE("exclude_domains", "[[]]"), .who = G, .why = NO_SEARCH},
    {FIELD_REFUSE("citation_options", "[\"disabled\"]"), .who = G, .why = NO_SEARCH},
    {FIELD_REFUSE("compound_custom", "[{}]"), .who = G, .why = "takt serves no compound systems"},
    {FIELD_REFUSE("functions", "[[]]"), .who = O | G, .why = "they were replaced by `tools`"},
    {FIELD_REFUSE("function_call", "[\"none\", \"auto\"]"), .who = O | G,
     .why = "it was replaced by `tool_choice`"},
    {FIELD_REFUSE("best_of", "[1]"), .who = V, .why = "answers are not ranked"},
    {FIELD_REFUSE("echo", "[false]"), .who = V, .why = "an answer holds what is new"},
    {FIELD_REFUSE("add_special_tokens", "[false]"), .who = V,
     .why = "the model's template writes the special tokens"},
    {FIELD_REFUSE("return_prompt_text", "[false]"), .who = V,
     .why = "the prompt can be had from /tokenize"},
    {FIELD_REFUSE("return_assistant_tokens_mask", "[false]"), .who = V,
     .why = "takt does not mark tokens"},
};

static const struct field_part parts[] = {
    {rows, sizeof rows / sizeof *rows, 0},
    {api_common_rows, API_COMMON_ROWS, offsetof(struct api_chat, common)},
    {api_sampling_rows, API_SAMPLING_ROWS, offsetof(struct api_chat, sampling)},
    {api_engine_rows, API_ENGINE_ROWS, 0},
};

static const char rules[] =
    "[" API_STREAM_RULE ",{'if':{'required':['top_logprobs'],'properties':{'top_logprobs':{'type':"
    "'integer','minimum':1}}},'then':{'required':['logprobs'],'properties':{'logprobs':{'const':"
    "true}}}}]";

const struct field_table api_chat_table = {parts, sizeof parts / sizeof *parts, rules};

static takt_rc check_logprobs(const struct api_chat *c, struct api_error *e)
{
    if (c->top_logprobs > 0 && !c->logprobs)
        return api_refuse(e, API_BAD_VALUE, "top_logprobs",
                          "%lld; it needs \"logprobs\": true beside it",
                          (long long)c->top_logprobs);
    return TAKT_OK;
}

takt_rc api_chat_read(struct api_chat *c, struct arena *a, struct slice body,
                      const struct api_options *opt, struct api_error *e)
{
    const struct json *root;
    *c = (struct api_chat){0};
    TAKT_TRY(field_parse(&root, a, body, e));
    TAKT_TRY(field_read(c, &c->notes, &api_chat_table, a, body, root, opt->groq_strict, e));
    int64_t x = c->raw.max_completion_tokens, y = c->raw.max_tokens;
    c->max_tokens = x && y ? (x < y ? x : y) : x + y;
    TAKT_TRY(api_common_check(&c->common, &c->notes, &api_chat_table, e));
    TAKT_TRY(api_sampling_finish(&c->sampling, &c->notes, &api_chat_table, c->max_tokens, opt, e));
    TAKT_TRY(check_logprobs(c, e));
    TAKT_TRY(api_format_check(&c->raw.format, "response_format", e));
    TAKT_TRY(api_prediction_read(&c->prediction, &c->raw.prediction, a, e));
    TAKT_TRY(api_messages_read(&c->messages, &c->pictures, &c->raw.messages, a, body, opt, e));
    c->n_messages = c->raw.messages.v->count;
    if (c->raw.tools.v && c->raw.tools.v->count) {
        TAKT_TRY(api_tools_read(&c->raw.tools, &c->notes, opt, e));
        c->n_tools = c->raw.tools.v->count;
    }
    TAKT_TRY(api_tool_choice_read(&c->tool_choice, &c->raw.tool_choice, &c->raw.tools, e));
    if (c->tool_choice == API_TOOLS_AUTO)
        c->tools = c->raw.tools.text;
    return TAKT_OK;
}

void api_chat_input(const struct api_chat *c, takt_chat_input *in)
{
    in->messages = (const char *)c->messages.p;
    in->messages_len = c->messages.len;
    in->tools = (const char *)c->tools.p;
    in->tools_len = c->tools.len;
}
