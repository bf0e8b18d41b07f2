#include "server/api_response.h"

#include <math.h>

#include "server/api_limits.h"

enum { O = FIELD_OPENAI, G = FIELD_GROQ, V = FIELD_VLLM };

#define NO_GUIDE   "takt does not tell thinking from answering; the model's own habit holds"
#define NO_GRAMMAR "takt does not constrain answers yet, and would not answer unconstrained"
#define NO_MEDIA   "pictures are shown as the model was trained to see them"
#define TIERS      "auto|default|flex|scale|priority|fast|ultrafast|on_demand|performance"

static const struct field stream_rows[] = {
    {FIELD_NONE(BOOL, "include_obfuscation"), .who = O, .only = "[false]",
     .why = "takt does not pad its events: hide their sizes with TLS"},
};
static const struct field text_rows[] = {
    {FIELD_AT(OBJECT, "format", struct api_response, raw.format), .who = O | G | V,
     .absent = "text", .schema = "{'$ref':'#/components/schemas/TextFormat'}",
     .help = "Only {\"type\": \"text\"}: `json_object` and `json_schema` are refused until answers "
             "can be constrained."},
    {FIELD_REFUSE("verbosity", "[\"medium\"]"), .who = O | V, .why = "ask for it in the input"},
};
static const struct field reasoning_rows[] = {
    {FIELD_REFUSE("effort", "[\"none\", \"medium\"]"), .who = O | G | V, .why = NO_GUIDE},
    {FIELD_NONE(WORD, "summary"), .who = O | V, .words = "auto|concise|detailed",
     .why = "there is no reasoning apart from the answer"},
    {FIELD_NONE(WORD, "generate_summary"), .who = O | V, .words = "auto|concise|detailed",
     .why = "there is no reasoning apart from the answer"},
    {FIELD_REFUSE("mode", "[\"standard\"]"), .who = O, .why = NO_GUIDE},
    {FIELD_NONE(WORD, "context"), .who = O, .words = "auto|current_turn|all_turns",
     .why = "there is no reasoning apart from the answer"},
};
static const struct field_part stream_part = {stream_rows, 1, 0};
static const struct field_part text_part = {text_rows, 2, 0};
static const struct field_part reasoning_part = {reasoning_rows, 5, 0};

static const struct field rows[] = {
    {FIELD_AT(ANY, "input", struct api_response, raw.input), .who = O | G | V, .is_required = true,
     .max = API_MAX_MESSAGES, .words = "a string or a list of items",
     .schema = "{'$ref':'#/components/schemas/ResponseInput'}",
     .help = "A text, or items: messages, function calls and their outputs; texts and, to "
             "models that see, pictures."},
    {FIELD_AT(STRING, "instructions", struct api_response, instructions), .who = O | G | V,
     .help = "A system message before everything else; not kept for the next response."},
    {FIELD_AT(STRING, "previous_response_id", struct api_response, previous_response_id),
     .who = O | V, .min = 1, .max = API_MAX_NAME,
     .help = "Goes on after that response, which must have been stored."},
    {FIELD_AT(INT, "max_output_tokens", struct api_response, raw.max_tokens), .who = O | G | V,
     .min = 1, .max = INT32_MAX, .absent = "to the end of the context",
     .help = "How many tokens the answer may have."},
    {FIELD_AT(BOOL, "store", struct api_response, store), .who = O | G | V, .fallback = 1,
     .groq = "[false]", .help = "Keeps the response for GET and for `previous_response_id`."},
    {FIELD_AT(LIST, "tools", struct api_response, raw.tools), .who = O | G | V,
     .max = API_MAX_TOOLS, .schema = "{'$ref':'#/components/schemas/ResponseTools'}",
     .help = "Functions that the model may call; their names must differ. `strict` has no effect."},
    {FIELD_AT(ANY, "tool_choice", struct api_response, raw.tool_choice), .who = O | G | V,
     .absent = "auto where there are tools", .words = "none or auto",
     .schema = "{'enum':['none','auto']}",
     .help = "`none` shows the model no tools. `required` and naming a tool are refused until "
             "answers can be constrained."},
    {FIELD_AT(BOOL, "parallel_tool_calls", struct api_response, parallel_tool_calls),
     .who = O | G | V, .fallback = 1,
     .help = "Whether an answer may call several tools; false keeps the first."},
    {FIELD_AT(INT, "top_logprobs", struct api_response, top_logprobs), .who = O | V, .min = 0,
     .max = API_MAX_TOP_LOGPROBS,
     .help = "How many likeliest tokens are told beside each; with `include`."},
    {FIELD_AT(LIST, "include", struct api_response, raw.include), .who = O | V, .max = 16,
     .schema = "{'$ref':'#/components/schemas/ResponseInclude'}",
     .help = "`message.output_text.logprobs` tells log probabilities; the other words of the API "
             "have no effect, as there is nothing to include."},
    {.name = "text",
     .kind = FIELD_GROUP,
     .who = O | G | V,
     .group = &text_part,
     .help = "The form of the answer."},
    {.name = "reasoning",
     .kind = FIELD_GROUP,
     .who = O | G | V,
     .group = &reasoning_part,
     .help = "How the model thinks."},
    {.name = "stream_options",
     .kind = FIELD_GROUP,
     .who = O,
     .group = &stream_part,
     .help = "Options of the stream; only with `stream`."},
    {FIELD_NONE(INT, "max_tool_calls"), .who = O | V, .min = 1, .max = INFINITY,
     .why = "it counts calls of the API's own tools, and takt has none"},
    {FIELD_NONE(BOOL, "include_reasoning"), .who = V, .only = "[true]",
     .why = "there is no reasoning apart from the answer"},
    {FIELD_NONE(STRING, "safety_identifier"), .who = O, .max = API_MAX_NAME,
     .why = "takt watches nobody; use `user` to tell people apart"},
    {FIELD_NONE(STRING, "prompt_cache_key"), .who = O | V, .max = API_MAX_NAME,
     .why = "the prefix cache finds equal beginnings by itself"},
    {FIELD_NONE(WORD, "prompt_cache_retention"), .who = O, .words = "in_memory|24h|in-memory",
     .only = "[\"in_memory\", \"in-memory\"]", .why = "cached prompts stay while there is memory"},
    {FIELD_NONE(OBJECT, "prompt_cache_options"), .who = O,
     .why = "cached prompts stay while there is memory"},
    {FIELD_REFUSE("truncation", "[\"disabled\"]"), .who = O | V,
     .why = "takt never answers to a part of a conversation"},
    {FIELD_REFUSE("background", "[false]"), .who = O | V,
     .why = "an answer belongs to its connection; use /v1/batches for work without hurry"},
    {FIELD_REFUSE("conversation", NULL), .who = O, .why = "use `previous_response_id`"},
    {FIELD_REFUSE("prompt", NULL), .who = O | V, .why = "takt keeps no templates of prompts"},
    {FIELD_REFUSE("context_management", "[[]]"), .who = O, .why = "takt never cuts a conversation"},
    {FIELD_REFUSE("moderation", NULL), .who = O, .why = "takt does not judge texts"},
    {FIELD_REFUSE("enable_response_messages", "[false]"), .who = V,
     .why = "the answer has the form of the API only"},
    {FIELD_REFUSE("previous_input_messages", "[[]]"), .who = V, .why = "put them into `input`"},
    {FIELD_REFUSE("structured_outputs", NULL), .who = V, .why = NO_GRAMMAR},
    {FIELD_REFUSE("chat_template_kwargs", "[{}]"), .who = V,
     .why = "templates get no variables from requests yet"},
    {FIELD_REFUSE("media_io_kwargs", "[{}]"), .who = V, .why = NO_MEDIA},
    {FIELD_REFUSE("mm_processor_kwargs", "[{}]"), .who = V, .why = NO_MEDIA},
    {FIELD_REFUSE("kv_transfer_params", "[{}]"), .who = V,
     .why = "instances do not hand each other their caches yet"},
    {FIELD_REFUSE("ec_transfer_params", "[{}]"), .who = V,
     .why = "instances do not hand each other their caches yet"},
    {FIELD_REFUSE("vllm_xargs", "[{}]"), .who = V, .why = "takt has no extensions"},
    {FIELD_NONE(STRING, "request_id"), .who = V, .max = API_MAX_NAME,
     .why = "the header `x-request-id` names a request"},
    {FIELD_NONE(STRING, "session_id"), .who = V, .max = API_MAX_NAME,
     .why = "the prefix cache finds equal beginnings by itself"},
};

static const struct field common_rows[] = {
    {FIELD_AT(STRING, "model", struct api_common, model), .who = O | G | V, .min = 1,
     .max = API_MAX_NAME, .absent = "the only model that is served",
     .help = "Which model answers."},
    {FIELD_AT(BOOL, "stream", struct api_common, stream), .who = O | G | V,
     .help = "Sends the answer in pieces, as server-sent events."},
    {FIELD_AT(STRING, "user", struct api_common, user), .who = O | G | V, .max = API_MAX_NAME,
     .help = "Your name for the person who asks; kept with the request, no effect on the answer."},
    {FIELD_AT(LABELS, "metadata", struct api_common, metadata), .who = O | G | V,
     .help = "Your own labels; kept with the response and told with it."},
    {FIELD_AT(WORD, "service_tier", struct api_common, service_tier), .who = O | G | V,
     .words = TIERS, .groq = "[\"auto\", \"default\", \"flex\"]",
     .help = "As in /v1/chat/completions."},
    {FIELD_AT(INT, "priority", struct api_common, priority), .who = V,
     .help = "Lower is served earlier, within what the key allows."},
    {FIELD_AT(STRING, "cache_salt", struct api_common, cache_salt), .who = V, .min = 1,
     .max = API_MAX_NAME, .help = "Prompts with another salt share no cache with this one."},
    {FIELD_AT(NUMBER, "keep_alive", struct api_common, keep_alive), .who = FIELD_OTHERS, .min = -1,
     .max = 1e6, .fallback = NAN, .absent = "as before, at first what `--keep-alive` says",
     .help = API_KEEP_ALIVE_HELP},
};

static const struct field sampling_rows[] = {
    {FIELD_AT(NUMBER, "temperature", struct api_sampling, temperature), .who = O | G | V, .max = 2,
     .fallback = NAN, .absent = "the model's, else 0.8",
     .help = "How freely tokens are drawn; 0 always takes the likeliest."},
    {FIELD_AT(NUMBER, "top_p", struct api_sampling, top_p), .who = O | G | V, .max = 1,
     .fallback = NAN, .absent = "the model's, else 0.95",
     .help = "Draws among the likeliest tokens that together have this probability; 1 is off."},
    {FIELD_AT(INT, "top_k", struct api_sampling, top_k), .who = V, .min = -1, .max = INT32_MAX,
     .fallback = -1, .absent = "the model's, else 40",
     .help = "Draws among so many likeliest tokens; 0 and -1 are off."},
    {FIELD_AT(NUMBER, "min_p", struct api_sampling, min_p), .who = FIELD_TAKT, .max = 1,
     .fallback = NAN, .absent = "the model's, else 0.05",
     .help = "Leaves out tokens less likely than this part of the likeliest; 0 is off."},
    {FIELD_AT(NUMBER, "presence_penalty", struct api_sampling, presence_penalty), .who = V,
     .min = -2, .max = 2, .help = "Taken off the logits of tokens that the answer has already."},
    {FIELD_AT(NUMBER, "frequency_penalty", struct api_sampling, frequency_penalty), .who = V,
     .min = -2, .max = 2,
     .help = "Taken off the logits of tokens once for each time that the answer has them."},
    {FIELD_AT(NUMBER, "repetition_penalty", struct api_sampling, repetition_penalty), .who = V,
     .min = 0.01, .max = 100, .fallback = NAN, .absent = "the model's, else 1",
     .help =
         "Divides the positive logits, and multiplies the negative ones, of tokens seen lately."},
    {FIELD_AT(INT, "seed", struct api_sampling, seed), .who = V, .absent = "a random one",
     .help = "The same seed, request and fingerprint give the same bytes, under any load."},
    {FIELD_AT(STRINGS, "stop", struct api_sampling, stop), .who = V, .max = API_MAX_STOPS,
     .help = "Texts that end the answer and are not part of it."},
    {FIELD_AT(BIASES, "logit_bias", struct api_sampling, logit_bias), .who = V, .min = -100,
     .max = 100, .help = "Numbers added to the logits of tokens, by token id."},
    {FIELD_AT(BOOL, "include_stop_str_in_output", struct api_sampling, keep_stop), .who = V,
     .help = "Makes the stop string part of the answer."},
    {FIELD_AT(BOOL, "ignore_eos", struct api_sampling, ignore_eos), .who = V,
     .help = "Goes on to the limit of tokens though the model ends its answer."},
    {FIELD_AT(BOOL, "skip_special_tokens", struct api_sampling, skip_special), .who = V,
     .fallback = 1, .help = "Leaves the names of control tokens out of the text."},
};

#define PART(rows_, at_)                                                                           \
    {                                                                                              \
        rows_, sizeof rows_ / sizeof *rows_, at_                                                   \
    }
static const struct field_part parts[] = {
    PART(rows, 0),
    PART(common_rows, offsetof(struct api_response, common)),
    PART(sampling_rows, offsetof(struct api_response, sampling)),
};
static const char rules[] =
    "[" API_STREAM_RULE ",{'if':{'required':['top_logprobs'],'properties':{'top_logprobs':{'type':"
    "'integer','minimum':1}}},'then':{'required':['include'],'properties':{'include':{'type':"
    "'array','contains':{'const':'message.output_text.logprobs'}}}}}]";

const struct field_table api_response_table = {parts, sizeof parts / sizeof *parts, rules};

/* The words of `include`; without the tools or the reasoning that they tell of, there is nothing to
 * include. */
static takt_rc read_include(struct api_response *r, struct api_error *e)
{
    static const char *const idle[] = {
        "reasoning.encrypted_content",   "file_search_call.results",
        "web_search_call.results",       "web_search_call.action.sources",
        "message.input_image.image_url", "computer_call_output.output.image_url",
        "code_interpreter_call.outputs"};
    uint32_t i = 0;
    for (const struct json *m = r->raw.include.v ? r->raw.include.v->child : NULL; m;
         m = m->next, i++) {
        const char *hit = NULL;
        char path[32], shown[64];
        for (size_t k = 0; k < sizeof idle / sizeof *idle; k++)
            if (json_is_str(m, idle[k]))
                hit = idle[k];
        if (hit) {
            field_note_idle(&r->notes, hit);
        } else if (json_is_str(m, "message.output_text.logprobs")) {
            r->logprobs = true;
        } else {
            snprintf(path, sizeof path, "include[%u]", i);
            return api_refuse(e, m->kind == JSON_STRING ? API_BAD_VALUE : API_BAD_TYPE, path,
                              "%s is nothing that can be included",
                              field_shown(m, shown, sizeof shown));
        }
    }
    if (r->top_logprobs > 0 && !r->logprobs)
        return api_refuse(
            e, API_BAD_VALUE, "top_logprobs",
            "%lld; it needs \"include\": [\"message.output_text.logprobs\"] beside it",
            (long long)r->top_logprobs);
    return TAKT_OK;
}

takt_rc api_response_read(struct api_response *r, struct arena *a, struct slice body,
                          const struct api_options *opt, struct api_error *e)
{
    const struct field_table *t = &api_response_table;
    const struct json *root;
    *r = (struct api_response){0};
    r->sampling.n = 1;
    r->body = body;
    TAKT_TRY(field_parse(&root, a, body, e));
    TAKT_TRY(field_read(r, &r->notes, t, a, body, root, opt->groq_strict, e));
    r->max_tokens = r->raw.max_tokens;
    if (opt->groq_strict) /* it keeps nothing, and says no to being told to */
        r->store = false;
    TAKT_TRY(api_common_check(&r->common, &r->notes, t, e));
    TAKT_TRY(api_sampling_finish(&r->sampling, &r->notes, t, r->max_tokens, opt, e));
    TAKT_TRY(read_include(r, e));
    TAKT_TRY(api_format_check(&r->raw.format, "text.format", e));
    TAKT_TRY(api_response_input(&r->messages, &r->n_messages, &r->pictures, &r->raw.input, 0,
                                &r->notes, a, body, e));
    if (r->raw.tools.v && r->raw.tools.v->count) {
        TAKT_TRY(api_response_tools(&r->tools, &r->raw.tools, &r->notes, a, body, e));
        r->n_tools = r->raw.tools.v->count;
    }
    TAKT_TRY(api_tool_choice_read(&r->tool_choice, &r->raw.tool_choice, &r->raw.tools, e));
    if (r->tool_choice == API_TOOLS_NONE)
        r->tools = (struct slice){NULL, 0};
    return TAKT_OK;
}
