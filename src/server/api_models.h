/* api_models: the smaller replies: lists of models, embeddings, tokens. Writers append to the
 * caller's struct json_out. */
#ifndef TAKT_SERVER_API_MODELS_H
#define TAKT_SERVER_API_MODELS_H

#include "base/json.h"
#include "base/slice.h"

struct api_model {
    const char *id;        /* the name that requests use */
    const char *owned_by;  /* NULL: "takt" */
    const char *root;      /* the name of the weights; NULL: id. Never a path of this machine. */
    const char *parent;    /* of an adapter; NULL: none */
    int64_t created;       /* Unix seconds */
    uint32_t n_ctx;        /* positions of a request */
    bool sees;             /* pictures, too */
    bool sees_clips;       /* and films */
    bool is_active;        /* loaded */
    const char *state;     /* "loaded", "loading", "unloaded"; NULL: left out */
    bool has_failed;       /* to load, the last time */
    uint64_t memory_bytes; /* that it takes while it is loaded */
    double load_s;         /* until it could be, if it is not; as predicted */
};

/* api_model_put writes M as the member KEY (NULL: at the root or in a list) with the fields of
 * OpenAI, vLLM and Groq. api_models_put writes the list of N. */
void api_model_put(struct json_out *o, const char *key, const struct api_model *m);
void api_models_put(struct json_out *o, const struct api_model *m, uint32_t n);

/* A reply of /v1/embeddings is begun, gets its vectors (V of N floats, the I-th) in order, and is
 * ended with the number of tokens of all inputs. */
void api_embeddings_begin(struct json_out *o);
void api_embeddings_put(struct json_out *o, uint32_t i, const float *v, uint32_t n, bool as_base64);
void api_embeddings_end(struct json_out *o, const char *model, uint64_t n_tokens);

/* api_tokens_put writes a reply of /tokenize: N ids, and their TEXTS unless that is NULL.
 * api_detokenized_put writes one of /detokenize. api_rendered_put writes what .../render tells of a
 * prompt: N ids, for MODEL; it is one element where a request has several prompts. */
void api_tokens_put(struct json_out *o, const int32_t *ids, const struct slice *texts, uint32_t n,
                    uint32_t n_ctx);
void api_detokenized_put(struct json_out *o, struct slice text);
void api_rendered_put(struct json_out *o, const char *request_id, const char *model,
                      const int32_t *ids, uint32_t n);

#endif
