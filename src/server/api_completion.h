/* api_completion: the body of POST /v1/completions. */
#ifndef TAKT_SERVER_API_COMPLETION_H
#define TAKT_SERVER_API_COMPLETION_H

#include "server/api_request.h"

struct api_completion {
    struct api_common common;
    struct api_sampling sampling;
    struct field_prompts prompts; /* answer I to prompt K is choice K * n + I */
    int64_t max_tokens;
    int64_t logprobs; /* likeliest tokens told beside each; -1: no log probabilities */
    bool echo;        /* the prompt's text comes first */
    bool add_special; /* BOS before a prompt that is text */
    bool return_token_ids, tokens_as_ids;
    struct field_notes notes;

    struct { /* as given, for api_completion_read */
        int64_t best_of;
        struct slice suffix;
        struct field_json format;
    } raw;
};

extern const struct field_table api_completion_table;

/* api_completion_read reads and checks BODY. Strings and ids of C lie in A. What needs the model is
 * left to api_completion_vocab. */
takt_rc api_completion_read(struct api_completion *c, struct arena *a, struct slice body,
                            const struct api_options *opt, struct api_error *e);

/* api_completion_vocab checks that all token ids of C are below N_VOCAB. */
takt_rc api_completion_vocab(const struct api_completion *c, uint32_t n_vocab, struct api_error *e);

/* api_prompts_vocab is the same for prompts P, the field PARAM, of any request. */
takt_rc api_prompts_vocab(const struct field_prompts *p, const char *param, uint32_t n_vocab,
                          struct api_error *e);

#endif
