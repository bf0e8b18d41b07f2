#include "server/api_completion.h"

#include <math.h>

#include "server/api_limits.h"
#include "server/api_message.h"

enum { O = FIELD_OPENAI, V = FIELD_VLLM };

static const struct field rows[] = {
    {FIELD_AT(PROMPTS, "prompt", struct api_completion, prompts), .who = O | V, .is_required = true,
     .max = API_MAX_PROMPTS, .help = "What to continue: a text, token ids, or a list of either."},
    {FIELD_AT(INT, "max_tokens", struct api_completion, max_tokens), .who = O | V, .min = 1,
     .max = INT32_MAX, .fallback = 16, .help = "How many tokens the answer may have."},
    {FIELD_AT(INT, "logprobs", struct api_completion, logprobs), .who = O | V, .min = 0,
     .max = API_MAX_TOP_LOGPROBS, .fallback = -1, .absent = "none",
     .help = "Tells the log probability of each token, and of so many likeliest ones beside it."},
    {FIELD_AT(BOOL, "echo", struct api_completion, echo), .who = O | V,
     .help = "Puts the prompt before the answer; not together with `logprobs`."},
    {FIELD_AT(INT, "best_of", struct api_completion, raw.best_of), .who = O | V, .min = 1,
     .max = API_MAX_N, .fallback = 0, .absent = "`n`",
     .help = "Must equal `n`: answers are not ranked."},
    {FIELD_AT(STRING, "suffix", struct api_completion, raw.suffix), .who = O | V,
     .schema = "{'const':''}",
     .help = "Must be empty: filling a gap needs a model that was trained for it."},
    {FIELD_AT(OBJECT, "response_format", struct api_completion, raw.format), .who = V,
     .absent = "text", .schema = "{'$ref':'#/components/schemas/TextFormat'}",
     .help = "Only {\"type\": \"text\"}, until answers can be constrained."},
    {FIELD_AT(BOOL, "add_special_tokens", struct api_completion, add_special), .who = V,
     .fallback = 1, .help = "Begins a prompt that is text as the model wants it begun."},
    {FIELD_AT(BOOL, "return_token_ids", struct api_completion, return_token_ids), .who = V,
     .help = "Tells the ids of the prompt and of the answer."},
    {FIELD_AT(BOOL, "return_tokens_as_token_ids", struct api_completion, tokens_as_ids), .who = V,
     .help = "Writes tokens in `logprobs` as `token_id:N`."},
    {FIELD_REFUSE("prompt_embeds", "[[]]"), .who = V, .why = "prompts are texts or token ids"},
};

static const struct field_part parts[] = {
    {rows, sizeof rows / sizeof *rows, 0},
    {api_common_rows, API_COMMON_ROWS, offsetof(struct api_completion, common)},
    {api_sampling_rows, API_SAMPLING_ROWS, offsetof(struct api_completion, sampling)},
    {api_engine_rows, API_ENGINE_ROWS, 0},
};

const struct field_table api_completion_table = {parts, sizeof parts / sizeof *parts,
                                                 "[" API_STREAM_RULE "]"};

static takt_rc check_answers(const struct api_completion *c, struct api_error *e)
{
    int64_t n = c->sampling.n;
    if (c->raw.best_of && c->raw.best_of < n)
        return api_refuse(e, API_BAD_VALUE, "best_of", "%lld; it must not be less than n, %lld",
                          (long long)c->raw.best_of, (long long)n);
    if (c->raw.best_of > n)
        return api_refuse(e, API_UNSUPPORTED_VALUE, "best_of",
                          "%lld; answers are not ranked, and only n, %lld, can be asked for",
                          (long long)c->raw.best_of, (long long)n);
    if (c->prompts.n * n > API_MAX_PROMPTS)
        return api_refuse(e, API_TOO_MANY, "n",
                          "%lld answers to each of %u prompts; %d are allowed together",
                          (long long)n, c->prompts.n, API_MAX_PROMPTS);
    return TAKT_OK;
}

takt_rc api_completion_read(struct api_completion *c, struct arena *a, struct slice body,
                            const struct api_options *opt, struct api_error *e)
{
    const struct field_table *t = &api_completion_table;
    const struct json *root;
    *c = (struct api_completion){0};
    TAKT_TRY(field_parse(&root, a, body, e));
    TAKT_TRY(field_read(c, &c->notes, t, a, body, root, opt->groq_strict, e));
    TAKT_TRY(api_common_check(&c->common, &c->notes, t, e));
    TAKT_TRY(api_sampling_finish(&c->sampling, &c->notes, t, c->max_tokens, opt, e));
    TAKT_TRY(check_answers(c, e));
    if (c->raw.suffix.len)
        return api_refuse(e, API_UNSUPPORTED_VALUE, "suffix",
                          "must be empty; filling a gap needs a model that was trained for it");
    if (c->echo && c->logprobs >= 0)
        return api_refuse(e, API_UNSUPPORTED_VALUE, "echo",
                          "true; not together with logprobs, as prompts are read, not judged");
    return api_format_check(&c->raw.format, "response_format", e);
}

takt_rc api_prompts_vocab(const struct field_prompts *p, const char *param, uint32_t n_vocab,
                          struct api_error *e)
{
    for (uint32_t i = 0; p->ids && i < p->n; i++)
        TAKT_TRY(api_ids_vocab(&p->ids[i], param, n_vocab, e));
    return TAKT_OK;
}

takt_rc api_completion_vocab(const struct api_completion *c, uint32_t n_vocab, struct api_error *e)
{
    TAKT_TRY(api_prompts_vocab(&c->prompts, "prompt", n_vocab, e));
    return api_sampling_vocab(&c->sampling, n_vocab, e);
}
