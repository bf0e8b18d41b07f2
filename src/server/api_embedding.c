#include "server/api_embedding.h"

#include <math.h>

#include "server/api_limits.h"

enum { O = FIELD_OPENAI, G = FIELD_GROQ, V = FIELD_VLLM };

#define NO_CHAT "inputs are texts or token ids; put the conversation through /tokenize first"

static const struct field rows[] = {
    {FIELD_AT(STRING, "model", struct api_embedding, model), .who = O | G | V, .min = 1,
     .max = API_MAX_NAME, .absent = "the only model that is served",
     .help = "Which model answers."},
    {FIELD_AT(PROMPTS, "input", struct api_embedding, inputs), .who = O | G | V,
     .is_required = true, .max = API_MAX_INPUTS,
     .help = "What to embed: a text, token ids, or a list of either."},
    {FIELD_AT(WORD, "encoding_format", struct api_embedding, format), .who = O | G | V,
     .words = "float|base64",
     .help = "`base64` gives the bytes of 32-bit floats, least significant first."},
    {FIELD_AT(INT, "dimensions", struct api_embedding, dimensions), .who = O | V, .min = 1,
     .max = INT32_MAX, .absent = "all",
     .help = "Must be the model's number: cutting needs a model that was trained for it."},
    {FIELD_AT(STRING, "user", struct api_embedding, user), .who = O | G | V, .max = API_MAX_NAME,
     .help = "Your name for the person who asks; kept with the request, no effect on the answer."},
    {FIELD_AT(INT, "priority", struct api_embedding, priority), .who = V,
     .help = "Lower is served earlier, within what the key allows."},
    {FIELD_AT(STRING, "cache_salt", struct api_embedding, cache_salt), .who = V, .min = 1,
     .max = API_MAX_NAME, .help = "Inputs with another salt share no cache with these."},
    {FIELD_AT(NUMBER, "keep_alive", struct api_embedding, keep_alive), .who = FIELD_OTHERS,
     .min = -1, .max = 1e6, .fallback = NAN,
     .absent = "as before, at first what `--keep-alive` says", .help = API_KEEP_ALIVE_HELP},
    {FIELD_AT(BOOL, "add_special_tokens", struct api_embedding, add_special), .who = V,
     .fallback = 1, .help = "Begins an input that is text as the model wants it begun."},
    {FIELD_NONE(STRING, "request_id"), .who = V, .max = API_MAX_NAME,
     .why = "the header `x-request-id` names a request"},
    {FIELD_NONE(WORD, "truncation_side"), .who = V, .words = "left|right",
     .why = "inputs are never cut"},
    {FIELD_REFUSE("truncate_prompt_tokens", NULL), .who = V,
     .why = "takt never embeds a part of an input"},
    {FIELD_REFUSE("embed_dtype", "[\"float32\"]"), .who = V, .why = "embeddings are 32-bit floats"},
    {FIELD_REFUSE("endianness", "[\"native\", \"little\"]"), .who = V,
     .why = "the least significant byte comes first"},
    {FIELD_REFUSE("use_activation", "[true]"), .who = V, .why = "embeddings are normalised"},
    {FIELD_REFUSE("normalize", "[true]"), .who = V, .why = "embeddings are normalised"},
    {FIELD_REFUSE("task", "[\"embed\"]"), .who = V, .why = "the path says what is wanted"},
    {FIELD_REFUSE("messages", NULL), .who = V, .why = NO_CHAT},
    {FIELD_REFUSE("add_generation_prompt", "[false]"), .who = V, .why = NO_CHAT},
    {FIELD_REFUSE("continue_final_message", "[false]"), .who = V, .why = NO_CHAT},
    {FIELD_REFUSE("chat_template", NULL), .who = V, .why = NO_CHAT},
    {FIELD_REFUSE("chat_template_kwargs", "[{}]"), .who = V, .why = NO_CHAT},
    {FIELD_REFUSE("media_io_kwargs", "[{}]"), .who = V, .why = "only text is read here"},
    {FIELD_REFUSE("mm_processor_kwargs", "[{}]"), .who = V, .why = "only text is read here"},
};

static const struct field_part parts[] = {{rows, sizeof rows / sizeof *rows, 0}};

const struct field_table api_embedding_table = {parts, 1, NULL};

takt_rc api_embedding_read(struct api_embedding *m, struct arena *a, struct slice body,
                           const struct api_options *opt, struct api_error *e)
{
    const struct json *root;
    *m = (struct api_embedding){0};
    TAKT_TRY(field_parse(&root, a, body, e));
    TAKT_TRY(field_read(m, &m->notes, &api_embedding_table, a, body, root, opt->groq_strict, e));
    m->as_base64 = m->format == 1;
    return TAKT_OK;
}

takt_rc api_embedding_dimensions(const struct api_embedding *m, uint32_t n_embd,
                                 struct api_error *e)
{
    if (m->dimensions == 0 || m->dimensions == n_embd)
        return TAKT_OK;
    return api_refuse(e, API_UNSUPPORTED_VALUE, "dimensions",
                      "%lld; the model has %u, and cutting needs one that was trained for it",
                      (long long)m->dimensions, n_embd);
}
