#include "server/api_tokenize.h"

#include "server/api_limits.h"

enum { V = FIELD_VLLM };

static const struct field rows[] = {
    {FIELD_AT(STRING, "model", struct api_tokenize, model), .who = V, .min = 1, .max = API_MAX_NAME,
     .absent = "the only model that is served", .help = "Whose tokens."},
    {FIELD_AT(STRING, "prompt", struct api_tokenize, prompt), .who = V,
     .help = "A text. Either this or `messages`."},
    {FIELD_AT(LIST, "messages", struct api_tokenize, raw.messages), .who = V, .min = 1,
     .max = API_MAX_MESSAGES, .schema = "{'$ref':'#/components/schemas/Messages'}",
     .help = "A conversation, as in /v1/chat/completions."},
    {FIELD_AT(LIST, "tools", struct api_tokenize, raw.tools), .who = V, .max = API_MAX_TOOLS,
     .schema = "{'$ref':'#/components/schemas/Tools'}",
     .help = "The functions of the conversation; only with `messages`."},
    {FIELD_AT(BOOL, "add_special_tokens", struct api_tokenize, add_special), .who = V,
     .fallback = 1, .absent = "true for a prompt, false for messages",
     .help = "Begins the prompt as the model wants it begun; false for messages, whose special "
             "tokens the model's template writes."},
    {FIELD_AT(BOOL, "return_token_strs", struct api_tokenize, return_texts), .who = V,
     .help = "Tells the tokens' texts, too."},
    {FIELD_REFUSE("add_generation_prompt", "[true]"), .who = V,
     .why = "the assistant's turn is always opened"},
    {FIELD_REFUSE("continue_final_message", "[false]"), .who = V,
     .why = "the assistant's turn is always a new one"},
    {FIELD_REFUSE("chat_template", NULL), .who = V,
     .why = "a template is a program, and the model brings its own"},
    {FIELD_REFUSE("chat_template_kwargs", "[{}]"), .who = V,
     .why = "templates get no variables from requests yet"},
    {FIELD_REFUSE("media_io_kwargs", "[{}]"), .who = V, .why = "only text is read here"},
    {FIELD_REFUSE("mm_processor_kwargs", "[{}]"), .who = V, .why = "only text is read here"},
};
static const struct field_part parts[] = {{rows, sizeof rows / sizeof *rows, 0}};
static const char rules[] =
    "[{'oneOf':[{'required':['prompt'],'properties':{'prompt':{'type':'string'},'messages':{'type':"
    "'null'},'tools':{'type':'null'}}},{'required':['messages'],'properties':{'messages':{'type':"
    "'array'},'prompt':{'type':'null'},'add_special_tokens':{'enum':[false,null]}}}]}]";
const struct field_table api_tokenize_table = {parts, 1, rules};

static const struct field back_rows[] = {
    {FIELD_AT(STRING, "model", struct api_detokenize, model), .who = V, .min = 1,
     .max = API_MAX_NAME, .absent = "the only model that is served", .help = "Whose tokens."},
    {FIELD_AT(IDS, "tokens", struct api_detokenize, tokens), .who = V, .is_required = true,
     .help = "Token ids."},
};
static const struct field_part back_parts[] = {{back_rows, 2, 0}};
const struct field_table api_detokenize_table = {back_parts, 1, NULL};

static takt_rc check_forms(const struct api_tokenize *t, struct api_error *e)
{
    bool has_messages = t->raw.messages.v != NULL;
    if (!t->prompt.p && !has_messages)
        return api_refuse(e, API_MISSING, "prompt",
                          "is missing; it must be a string, or \"messages\" a list of messages");
    if (t->prompt.p && (has_messages || t->raw.tools.v))
        return api_refuse(e, API_BAD_VALUE, has_messages ? "messages" : "tools",
                          "there is a \"prompt\" already; give one of both");
    if (has_messages && t->add_special &&
        field_given(&t->notes, &api_tokenize_table, "add_special_tokens"))
        return api_refuse(e, API_UNSUPPORTED_VALUE, "add_special_tokens",
                          "true; the model's template writes the special tokens of messages");
    return TAKT_OK;
}

takt_rc api_tokenize_read(struct api_tokenize *t, struct arena *a, struct slice body,
                          const struct api_options *opt, struct api_error *e)
{
    const struct json *root;
    *t = (struct api_tokenize){0};
    TAKT_TRY(field_parse(&root, a, body, e));
    TAKT_TRY(field_read(t, &t->notes, &api_tokenize_table, a, body, root, opt->groq_strict, e));
    TAKT_TRY(check_forms(t, e));
    if (t->prompt.p)
        return TAKT_OK;
    t->add_special = false;
    TAKT_TRY(api_messages_read(&t->messages, NULL, &t->raw.messages, a, body, opt, e));
    if (t->raw.tools.v && t->raw.tools.v->count) {
        TAKT_TRY(api_tools_read(&t->raw.tools, &t->notes, opt, e));
        t->tools = t->raw.tools.text;
    }
    return TAKT_OK;
}

takt_rc api_detokenize_read(struct api_detokenize *d, struct arena *a, struct slice body,
                            const struct api_options *opt, struct api_error *e)
{
    const struct json *root;
    *d = (struct api_detokenize){0};
    TAKT_TRY(field_parse(&root, a, body, e));
    return field_read(d, &d->notes, &api_detokenize_table, a, body, root, opt->groq_strict, e);
}
