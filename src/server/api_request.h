/* api_request: the fields that several kinds of request share, and the rules that go with them. */
#ifndef TAKT_SERVER_API_REQUEST_H
#define TAKT_SERVER_API_REQUEST_H

#include "server/field.h"

struct api_options {  /* of reading a request; zeros are the defaults */
    bool groq_strict; /* refuse what GroqCloud refuses, as it does */
};

/* What a request wants to be served as, in the words of OpenAI and Groq. */
enum api_tier {
    API_TIER_AUTO,
    API_TIER_DEFAULT,
    API_TIER_FLEX,
    API_TIER_SCALE,
    API_TIER_PRIORITY,
    API_TIER_FAST,
    API_TIER_ULTRAFAST,
    API_TIER_ON_DEMAND,
    API_TIER_PERFORMANCE
};

struct api_common {
    struct slice model; /* p NULL: not given */
    struct slice user, cache_salt;
    struct field_json metadata;
    uint32_t service_tier; /* an enum api_tier */
    int64_t priority;      /* vLLM's: lower is earlier, 0 is usual */
    bool stream, include_usage, continuous_usage;
    double keep_alive; /* seconds that the model stays loaded after this; negative: for good; NAN:
                          not given */
};

/* How tokens are chosen. NAN: not given, the model's own setting holds. */
struct api_sampling {
    double temperature, top_p, min_p;
    double presence_penalty, frequency_penalty, repetition_penalty;
    int64_t top_k; /* 0: off; -1: not given */
    int64_t seed;
    bool has_seed;
    int64_t n;          /* answers, 1 to API_MAX_N */
    int64_t min_tokens; /* nothing ends the answer before */
    struct field_strings stop;
    struct field_ids stop_ids;
    struct field_biases logit_bias;
    bool keep_stop;    /* the stop string is part of the answer */
    bool skip_special; /* control tokens are not printed */
    bool ignore_eos;
};

/* Rows of struct api_common, of struct api_sampling, and of fields of vLLM's engine that are
 * refused or without effect; for a struct field_part each. */
#define API_KEEP_ALIVE_HELP                                                                        \
    "Seconds that the model stays in memory after the last answer, from now on; -1: for good. No " \
    "effect where models do not leave."
enum { API_COMMON_ROWS = 14, API_SAMPLING_ROWS = 16, API_ENGINE_ROWS = 39 };
extern const struct field api_common_rows[API_COMMON_ROWS];
extern const struct field api_sampling_rows[API_SAMPLING_ROWS];
extern const struct field api_engine_rows[API_ENGINE_ROWS];

/* For the rules of a table: options of streams belong to streams. */
#define API_STREAM_RULE                                                                            \
    "{'if':{'required':['stream_options'],'properties':{'stream_options':{'type':'object'}}},"     \
    "'then':{'required':['stream'],'properties':{'stream':{'const':true}}}}"

/* api_common_check applies the rules between fields: options of streams belong to streams. T is the
 * table that was read. */
takt_rc api_common_check(const struct api_common *c, const struct field_notes *notes,
                         const struct field_table *t, struct api_error *e);

/* api_sampling_finish completes S after field_read with table T and applies the rules between
 * fields; MAX_TOKENS (0: no limit) is the request's. */
takt_rc api_sampling_finish(struct api_sampling *s, const struct field_notes *notes,
                            const struct field_table *t, int64_t max_tokens,
                            const struct api_options *opt, struct api_error *e);

/* api_sampling_vocab checks that all token ids of S are below N_VOCAB: once the model is known. */
takt_rc api_sampling_vocab(const struct api_sampling *s, uint32_t n_vocab, struct api_error *e);

/* api_ids_vocab is the same for IDS, the field PARAM. */
takt_rc api_ids_vocab(const struct field_ids *ids, const char *param, uint32_t n_vocab,
                      struct api_error *e);

/* api_sampling_apply sets in TO (from takt_sampling_for the model) what S was given: all settings,
 * the seed only if there is one. TO's list of biases is S's. */
void api_sampling_apply(const struct api_sampling *s, takt_sampling *to);

/* api_tier_name is the word for T, an enum api_tier. */
const char *api_tier_name(uint32_t t);

#endif
