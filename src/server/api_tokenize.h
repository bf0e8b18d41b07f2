/* api_tokenize: the bodies of POST /tokenize and /detokenize, in vLLM's form. */
#ifndef TAKT_SERVER_API_TOKENIZE_H
#define TAKT_SERVER_API_TOKENIZE_H

#include "server/api_message.h"

/* Either a prompt or a conversation. */
struct api_tokenize {
    struct slice model;
    struct slice prompt;          /* p NULL: a conversation */
    struct slice messages, tools; /* JSON lists for takt_chat_input */
    bool add_special;             /* BOS before the prompt */
    bool return_texts;            /* the tokens' texts beside their ids */
    struct field_notes notes;
    struct { /* as given, for api_tokenize_read */
        struct field_json messages, tools;
    } raw;
};

struct api_detokenize {
    struct slice model;
    struct field_ids tokens;
    struct field_notes notes;
};

extern const struct field_table api_tokenize_table, api_detokenize_table;

/* api_tokenize_read reads and checks BODY. Strings of T lie in A or in BODY, which must outlive
 * it. */
takt_rc api_tokenize_read(struct api_tokenize *t, struct arena *a, struct slice body,
                          const struct api_options *opt, struct api_error *e);

/* api_detokenize_read does so for /detokenize; the ids are left to api_ids_vocab. */
takt_rc api_detokenize_read(struct api_detokenize *d, struct arena *a, struct slice body,
                            const struct api_options *opt, struct api_error *e);

#endif
