/* api_embedding: the body of POST /v1/embeddings. */
#ifndef TAKT_SERVER_API_EMBEDDING_H
#define TAKT_SERVER_API_EMBEDDING_H

#include "server/api_request.h"

struct api_embedding {
    struct slice model, user, cache_salt;
    struct field_prompts inputs;
    bool as_base64;     /* of float32, little-endian, instead of numbers */
    int64_t dimensions; /* 0: all that the model has */
    int64_t priority;
    double keep_alive; /* see struct api_common */
    bool add_special;  /* BOS before an input that is text */
    struct field_notes notes;
    uint32_t format; /* as given, for api_embedding_read */
};

extern const struct field_table api_embedding_table;

/* api_embedding_read reads and checks BODY. Strings and ids of M lie in A. What needs the model is
 * left to api_prompts_vocab and api_embedding_dimensions. */
takt_rc api_embedding_read(struct api_embedding *m, struct arena *a, struct slice body,
                           const struct api_options *opt, struct api_error *e);

/* api_embedding_dimensions checks the wanted dimensions against the model's, N_EMBD. */
takt_rc api_embedding_dimensions(const struct api_embedding *m, uint32_t n_embd,
                                 struct api_error *e);

#endif
