#include "server/api_request.h"

#include <math.h>
#include <string.h>

#include "server/api_limits.h"

enum { O = FIELD_OPENAI, G = FIELD_GROQ, V = FIELD_VLLM };

#define TIERS "auto|default|flex|scale|priority|fast|ultrafast|on_demand|performance"

static const struct field stream_rows[] = {
    {FIELD_AT(BOOL, "include_usage", struct api_common, include_usage), .who = O | G | V,
     .help = "Sends a last chunk with the counts of tokens."},
    {FIELD_AT(BOOL, "continuous_usage_stats", struct api_common, continuous_usage), .who = V,
     .help = "Puts the counts so far into every chunk."},
    {FIELD_NONE(BOOL, "include_obfuscation"), .who = O, .only = "[false]",
     .why = "takt does not pad its chunks: hide their sizes with TLS"},
};
static const struct field_part stream_part = {stream_rows, 3, 0};

const struct field api_common_rows[API_COMMON_ROWS] = {
    {FIELD_AT(STRING, "model", struct api_common, model), .who = O | G | V, .min = 1,
     .max = API_MAX_NAME, .absent = "the only model that is served",
     .help = "Which model answers."},
    {FIELD_AT(BOOL, "stream", struct api_common, stream), .who = O | G | V,
     .help = "Sends the answer in pieces, as server-sent events."},
    {.name = "stream_options",
     .kind = FIELD_GROUP,
     .who = O | G | V,
     .group = &stream_part,
     .help = "Options of the stream; only with `stream`."},
    {FIELD_AT(STRING, "user", struct api_common, user), .who = O | G | V, .max = API_MAX_NAME,
     .help = "Your name for the person who asks; kept with the request, no effect on the answer."},
    {FIELD_AT(LABELS, "metadata", struct api_common, metadata), .who = O | G,
     .help = "Your own labels; kept with the request, no effect on the answer."},
    {FIELD_AT(WORD, "service_tier", struct api_common, service_tier), .who = O | G | V,
     .words = TIERS, .groq = "[\"auto\", \"on_demand\", \"flex\", \"performance\"]",
     .help = "`flex` waits for idle time and is refused first; `priority`, `fast`, `ultrafast`, "
             "`scale` and `performance` go before others where the key allows it."},
    {FIELD_AT(INT, "priority", struct api_common, priority), .who = V,
     .help = "Lower is served earlier, within what the key allows."},
    {FIELD_AT(STRING, "cache_salt", struct api_common, cache_salt), .who = V, .min = 1,
     .max = API_MAX_NAME,
     .help =
         "Prompts with another salt share no cache with this one, so that nobody can learn from "
         "times what others asked."},
    {FIELD_AT(NUMBER, "keep_alive", struct api_common, keep_alive), .who = FIELD_OTHERS, .min = -1,
     .max = 1e6, .fallback = NAN, .absent = "as before, at first what `--keep-alive` says",
     .help = API_KEEP_ALIVE_HELP},
    {FIELD_NONE(STRING, "safety_identifier"), .who = O, .max = API_MAX_NAME,
     .why = "takt watches nobody; use `user` to tell people apart"},
    {FIELD_NONE(STRING, "prompt_cache_key"), .who = O, .max = API_MAX_NAME,
     .why = "the prefix cache finds equal beginnings by itself"},
    {FIELD_NONE(WORD, "prompt_cache_retention"), .who = O, .words = "in_memory|24h|in-memory",
     .only = "[\"in_memory\", \"in-memory\"]", .why = "cached prompts stay while there is memory"},
    {FIELD_NONE(OBJECT, "prompt_cache_options"), .who = O,
     .why = "cached prompts stay while there is memory"},
    {FIELD_REFUSE("moderation", NULL), .who = O, .why = "takt does not judge texts"},
};

const struct field api_sampling_rows[API_SAMPLING_ROWS] = {
    {FIELD_AT(NUMBER, "temperature", struct api_sampling, temperature), .who = O | G | V, .max = 2,
     .fallback = NAN, .absent = "the model's, else 0.8",
     .help = "How freely tokens are drawn; 0 always takes the likeliest."},
    {FIELD_AT(NUMBER, "top_p", struct api_sampling, top_p), .who = O | G | V, .max = 1,
     .fallback = NAN, .absent = "the model's, else 0.95",
     .help = "Draws among the likeliest tokens that together have this probability; 1 is off."},
    {FIELD_AT(INT, "top_k", struct api_sampling, top_k), .who = V, .min = -1, .max = INT32_MAX,
     .fallback = -1, .absent = "the model's, else 40",
     .help = "Draws among so many likeliest tokens; 0 and -1 are off."},
    {FIELD_AT(NUMBER, "min_p", struct api_sampling, min_p), .who = V, .max = 1, .fallback = NAN,
     .absent = "the model's, else 0.05",
     .help = "Leaves out tokens less likely than this part of the likeliest; 0 is off."},
    {FIELD_AT(INT, "n", struct api_sampling, n), .who = O | G | V, .min = 1, .max = API_MAX_N,
     .fallback = 1, .groq = "[1]", .help = "How many answers to give."},
    {FIELD_AT(INT, "seed", struct api_sampling, seed), .who = O | G | V, .absent = "a random one",
     .help = "The same seed, request and fingerprint give the same bytes, under any load."},
    {FIELD_AT(STRINGS, "stop", struct api_sampling, stop), .who = O | G | V, .max = API_MAX_STOPS,
     .help = "Texts that end the answer and are not part of it."},
    {FIELD_AT(NUMBER, "presence_penalty", struct api_sampling, presence_penalty), .who = O | G | V,
     .min = -2, .max = 2, .help = "Taken off the logits of tokens that the answer has already."},
    {FIELD_AT(NUMBER, "frequency_penalty", struct api_sampling, frequency_penalty),
     .who = O | G | V, .min = -2, .max = 2,
     .help = "Taken off the logits of tokens once for each time that the answer has them."},
    {FIELD_AT(NUMBER, "repetition_penalty", struct api_sampling, repetition_penalty), .who = V,
     .min = 0.01, .max = 100, .fallback = NAN, .absent = "the model's, else 1",
     .help =
         "Divides the positive logits, and multiplies the negative ones, of tokens seen lately."},
    {FIELD_AT(BIASES, "logit_bias", struct api_sampling, logit_bias), .who = O | G | V, .min = -100,
     .max = 100, .groq = "[{}]", .help = "Numbers added to the logits of tokens, by token id."},
    {FIELD_AT(IDS, "stop_token_ids", struct api_sampling, stop_ids), .who = V,
     .max = API_MAX_STOP_IDS, .help = "Tokens that end the answer and are not part of it."},
    {FIELD_AT(BOOL, "include_stop_str_in_output", struct api_sampling, keep_stop), .who = V,
     .help = "Makes the stop string part of the answer."},
    {FIELD_AT(BOOL, "ignore_eos", struct api_sampling, ignore_eos), .who = V,
     .help = "Goes on to the limit of tokens though the model ends its answer."},
    {FIELD_AT(INT, "min_tokens", struct api_sampling, min_tokens), .who = V, .max = INT32_MAX,
     .help = "Nothing ends the answer before it has so many tokens."},
    {FIELD_AT(BOOL, "skip_special_tokens", struct api_sampling, skip_special), .who = V,
     .fallback = 1, .help = "Leaves the names of control tokens out of the text."},
};

#define NO_GRAMMAR "takt does not constrain answers yet, and would not answer unconstrained"
#define NO_MEDIA   "pictures are shown as the model was trained to see them"

const struct field api_engine_rows[API_ENGINE_ROWS] = {
    {FIELD_REFUSE("structured_outputs", NULL), .who = V, .why = NO_GRAMMAR},
    {FIELD_REFUSE("guided_json", NULL), .who = V, .why = NO_GRAMMAR},
    {FIELD_REFUSE("guided_regex", NULL), .who = V, .why = NO_GRAMMAR},
    {FIELD_REFUSE("guided_choice", NULL), .who = V, .why = NO_GRAMMAR},
    {FIELD_REFUSE("guided_grammar", NULL), .who = V, .why = NO_GRAMMAR},
    {FIELD_REFUSE("guided_decoding_backend", NULL), .who = V, .why = NO_GRAMMAR},
    {FIELD_REFUSE("guided_whitespace_pattern", NULL), .who = V, .why = NO_GRAMMAR},
    {FIELD_REFUSE("grammar", "[\"\"]"), .who = FIELD_OTHERS, .why = NO_GRAMMAR},
    {FIELD_REFUSE("json_schema", "[{}]"), .who = FIELD_OTHERS, .why = NO_GRAMMAR},
    {FIELD_REFUSE("use_beam_search", "[false]"), .who = V, .why = "takt draws, it does not search"},
    {FIELD_REFUSE("early_stopping", "[false]"), .who = V, .why = "it belongs to beam search"},
    {FIELD_NONE(NUMBER, "length_penalty"), .who = V, .only = "[1]",
     .why = "it belongs to beam search, which is refused"},
    {FIELD_REFUSE("allowed_token_ids", "[[]]"), .who = V, .why = "tokens can only be biased"},
    {FIELD_REFUSE("bad_words", "[[]]"), .who = V, .why = "use `logit_bias` against single tokens"},
    {FIELD_REFUSE("logits_processors", "[[]]"), .who = V, .why = "a request brings no code"},
    {FIELD_REFUSE("prompt_logprobs", NULL), .who = V, .why = "prompts are read, not judged"},
    {FIELD_REFUSE("logprob_token_ids", "[[]]"), .who = V,
     .why = "probabilities are told of the likeliest tokens only"},
    {FIELD_REFUSE("spaces_between_special_tokens", "[true]"), .who = V,
     .why = "text is what the tokens say"},
    {FIELD_REFUSE("truncate_prompt_tokens", NULL), .who = V,
     .why = "takt never answers to a part of a prompt"},
    {FIELD_NONE(WORD, "truncation_side"), .who = V, .words = "left|right",
     .why = "prompts are never cut"},
    {FIELD_REFUSE("thinking_token_budget", "[-1]"), .who = V,
     .why = "takt does not tell thinking from answering"},
    {FIELD_REFUSE("repetition_detection", NULL), .who = V, .why = "answers end by their own rules"},
    {FIELD_NONE(INT, "stream_interval"), .who = V, .min = 1, .max = INFINITY, .only = "[1]",
     .why = "each token is sent as soon as it is there"},
    {FIELD_NONE(STRING, "request_id"), .who = V, .max = API_MAX_NAME,
     .why = "the header `x-request-id` names a request"},
    {FIELD_NONE(STRING, "session_id"), .who = V, .max = API_MAX_NAME,
     .why = "the prefix cache finds equal beginnings by itself"},
    {FIELD_REFUSE("routed_experts_prompt_start", "[0]"), .who = V,
     .why = "takt does not tell which experts ran"},
    {FIELD_REFUSE("return_token_offsets", "[false]"), .who = V, .why = "takt does not count them"},
    {FIELD_REFUSE("kv_transfer_params", "[{}]"), .who = V,
     .why = "instances do not hand each other their caches yet"},
    {FIELD_REFUSE("ec_transfer_params", "[{}]"), .who = V,
     .why = "instances do not hand each other their caches yet"},
    {FIELD_REFUSE("cache_hit_threshold", "[0]"), .who = FIELD_OTHERS,
     .why = "a request is answered whatever is cached"},
    {FIELD_REFUSE("vllm_xargs", "[{}]"), .who = V, .why = "takt has no extensions"},
    {FIELD_REFUSE("media_io_kwargs", "[{}]"), .who = V, .why = NO_MEDIA},
    {FIELD_REFUSE("mm_processor_kwargs", "[{}]"), .who = V, .why = NO_MEDIA},
    {FIELD_REFUSE("chat_template", NULL), .who = V,
     .why = "a template is a program, and the model brings its own"},
    {FIELD_REFUSE("chat_template_kwargs", "[{}]"), .who = V,
     .why = "templates get no variables from requests yet"},
    {FIELD_REFUSE("add_generation_prompt", "[true]"), .who = V,
     .why = "the assistant's turn is always opened"},
    {FIELD_REFUSE("continue_final_message", "[false]"), .who = V,
     .why = "the assistant's turn is always a new one"},
    {FIELD_REFUSE("documents", "[[]]"), .who = G | V, .why = "put documents into the messages"},
    {FIELD_REFUSE("lora_request", NULL), .who = FIELD_OTHERS, .why = "takt serves no adapters yet"},
};

takt_rc api_common_check(const struct api_common *c, const struct field_notes *notes,
                         const struct field_table *t, struct api_error *e)
{
    if (!c->stream && field_given(notes, t, "stream_options"))
        return api_refuse(e, API_BAD_VALUE, "stream_options",
                          "there is no stream; set \"stream\": true or leave it out");
    return TAKT_OK;
}

takt_rc api_sampling_finish(struct api_sampling *s, const struct field_notes *notes,
                            const struct field_table *t, int64_t max_tokens,
                            const struct api_options *opt, struct api_error *e)
{
    enum { GROQ_STOPS = 4 };
    s->has_seed = field_given(notes, t, "seed");
    if (s->top_k < 0 && field_given(notes, t, "top_k"))
        s->top_k = 0;
    if (max_tokens > 0 && s->min_tokens > max_tokens)
        return api_refuse(e, API_BAD_VALUE, "min_tokens",
                          "%lld; it must not be larger than the limit of tokens, %lld",
                          (long long)s->min_tokens, (long long)max_tokens);
    if (opt->groq_strict && s->stop.n > GROQ_STOPS)
        return api_refuse(e, API_TOO_MANY, "stop", "has %u elements; %d are allowed", s->stop.n,
                          GROQ_STOPS);
    return TAKT_OK;
}

static takt_rc no_such_token(struct api_error *e, const char *param, int32_t id, uint32_t n_vocab)
{
    return api_refuse(e, API_BAD_VALUE, param,
                      "token id %d is out of vocabulary; the model's ids end at %u", id,
                      n_vocab - 1);
}

takt_rc api_ids_vocab(const struct field_ids *ids, const char *param, uint32_t n_vocab,
                      struct api_error *e)
{
    for (uint32_t i = 0; i < ids->n; i++)
        if ((uint32_t)ids->v[i] >= n_vocab)
            return no_such_token(e, param, ids->v[i], n_vocab);
    return TAKT_OK;
}

takt_rc api_sampling_vocab(const struct api_sampling *s, uint32_t n_vocab, struct api_error *e)
{
    for (uint32_t i = 0; i < s->logit_bias.n; i++)
        if ((uint32_t)s->logit_bias.v[i].id >= n_vocab)
            return no_such_token(e, "logit_bias", s->logit_bias.v[i].id, n_vocab);
    return api_ids_vocab(&s->stop_ids, "stop_token_ids", n_vocab, e);
}

static void set_if(float *to, double v)
{
    if (!isnan(v))
        *to = (float)v;
}

void api_sampling_apply(const struct api_sampling *s, takt_sampling *to)
{
    set_if(&to->temperature, s->temperature);
    set_if(&to->top_p, s->top_p);
    set_if(&to->min_p, s->min_p);
    set_if(&to->repeat_penalty, s->repetition_penalty);
    if (s->top_k >= 0)
        to->top_k = (uint32_t)s->top_k;
    if (s->has_seed)
        to->seed = (uint64_t)s->seed;
    to->presence_penalty = (float)s->presence_penalty;
    to->frequency_penalty = (float)s->frequency_penalty;
    to->min_tokens = (uint32_t)s->min_tokens;
    to->logit_bias = s->logit_bias.v;
    to->n_logit_bias = s->logit_bias.n;
}

const char *api_tier_name(uint32_t t)
{
    static const char *const names[] = {"auto", "default",   "flex",      "scale",      "priority",
                                        "fast", "ultrafast", "on_demand", "performance"};
    return t < sizeof names / sizeof *names ? names[t] : names[0];
}
