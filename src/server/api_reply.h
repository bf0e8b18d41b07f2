/* api_reply: the replies of /v1/chat/completions and /v1/completions, whole; api_stream.h has the
 * same in pieces. Both write the same content, because both write the same pieces.
 *
 * Writers append to a struct json_out of the caller and cannot fail but for memory (see its
 * `failed`). Texts may hold any bytes: what is no UTF-8 becomes U+FFFD. */
#ifndef TAKT_SERVER_API_REPLY_H
#define TAKT_SERVER_API_REPLY_H

#include "base/json.h"
#include "server/api_error.h"

/* What is the same for all of a reply. Strings are the caller's and must outlive it. */
struct api_reply {
    enum api_dialect dialect;
    bool is_text;            /* of /v1/completions */
    const char *id;          /* "chatcmpl-..." */
    int64_t created;         /* Unix seconds */
    const char *model;       /* as it was asked for */
    const char *fingerprint; /* system_fingerprint; NULL: null */
    const char *tier;        /* service_tier; NULL: left out */
    const char *groq_id;     /* x_groq.id; NULL: no x_groq (it belongs to API_GROQ) */
    bool has_seed;
    int64_t seed; /* x_groq.seed */
    bool has_logprobs;
    bool tokens_as_ids; /* tokens in logprobs are "token_id:N" */
};

/* A token with its log probability, -infinity included. */
struct api_likely {
    int32_t id;
    float logprob;
    struct slice text; /* perhaps a part of a character */
};
struct api_token {
    struct api_likely drawn;
    const struct api_likely *top; /* the likeliest ones, the likeliest first */
    uint32_t n_top;
};

struct api_call { /* of a tool */
    struct slice id, name, arguments;
};

enum api_finish { API_GOING, API_STOP, API_LENGTH, API_CALLS };

/* A piece of a choice, or all of it. */
struct api_piece {
    uint32_t index; /* of the choice */
    struct slice text;
    const struct api_token *tokens; /* those that ended within the piece, for logprobs */
    uint32_t n_tokens;
    uint64_t
        text_at; /* characters of the choice before the piece: logprobs of completions tell it */
    const struct api_call *calls;
    uint32_t n_calls, n_calls_before;
    const int32_t *ids, *prompt_ids; /* token_ids and prompt_token_ids; NULL: not told */
    uint32_t n_ids, n_prompt_ids;
    enum api_finish finish;
    bool by_id; /* vLLM's stop_reason: a token, stop_id, */
    int32_t stop_id;
    struct slice stop_text; /* or a text; neither: null */
};

struct api_usage {
    uint32_t n_prompt, n_cached;        /* of the prompt, n_cached came from the cache */
    uint32_t n_image;                   /* and n_image stand for pictures */
    uint32_t n_answer;                  /* of all choices together */
    bool has_prediction;                /* of its tokens these were tried as the next ones, and */
    uint32_t n_hinted, n_hinted_right;  /* these were */
    double queue_s, prompt_s, answer_s; /* API_GROQ tells them */
};

/* api_reply_whole writes the reply with N choices. */
void api_reply_whole(struct json_out *o, const struct api_reply *r, const struct api_piece *choices,
                     uint32_t n, const struct api_usage *u);

/* Parts, for api_stream.c and others: the members usage, logprobs (null without), and what follows
 * a choice's content. api_reply_ids writes KEY as a list of token ids. */
void api_reply_usage(struct json_out *o, const char *key, const struct api_usage *u,
                     enum api_dialect d);
void api_reply_logprobs(struct json_out *o, const struct api_reply *r, const struct api_piece *p);
void api_reply_tail(struct json_out *o, const struct api_reply *r, const struct api_piece *p);
void api_reply_calls(struct json_out *o, const struct api_piece *p, bool is_chunk);
void api_reply_ids(struct json_out *o, const char *key, const int32_t *ids, uint32_t n);
/* api_reply_groq writes the member x_groq; U is NULL before the last chunk. Nothing without an id.
 */
void api_reply_groq(struct json_out *o, const struct api_reply *r, const struct api_usage *u);

/* api_reply_token writes members token, logprob and bytes of T into the open object. */
void api_reply_token(struct json_out *o, const struct api_likely *t, bool as_id);

#endif
