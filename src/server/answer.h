/* answer: a reply that is being made: one or several choices, each a job of a service, and what
 * their ids become, in one reply or in events. */
#ifndef TAKT_SERVER_ANSWER_H
#define TAKT_SERVER_ANSWER_H

#include "base/arena.h"
#include "server/api_response.h"
#include "server/api_stream.h"
#include "server/server_parts.h"
#include "server/sight.h"

struct answer_prompt {
    const int32_t *ids; /* in the answer's arena, or malloc'ed: see answer_new */
    uint32_t n;
    struct slice echo;      /* text that comes before the answer's; p NULL: none */
    const takt_span *spans; /* [n_spans] the pictures in it, in the answer's sight */
    uint32_t n_spans;
    uint32_t n_picture_ids; /* of the ids, those of pictures */
};

/* What is asked, in terms of all dialects. */
struct answer_spec {
    struct served *model;
    const struct api_common *common;
    const struct api_sampling *sampling;
    const struct field_notes *notes;
    struct answer_prompt *prompts;
    uint32_t n_prompts;
    const int32_t *hint; /* [n_hint] what answers may resemble, as ids; NULL: no prediction */
    uint32_t n_hint;
    const double *keep_alive; /* see struct api_common; NULL: as before */
    int64_t max_tokens;       /* 0: the server's default */
    bool is_text;             /* of /v1/completions */
    bool is_embedding; /* of /v1/embeddings: each prompt becomes a vector, and of `sampling` only
                           n, 1, is looked at */
    bool as_base64;    /* vectors as base64 */
    uint32_t window;   /* so many choices are asked for at once, and further ones as these end; the
                           first one decides whether SPEC is taken on. 0, or enough for all: all
                           are, or none */
    bool wants_logprobs;
    uint32_t n_logprobs;
    bool returns_ids, tokens_as_ids;
    bool reads_calls; /* tools were shown: an answer may be calls of them */
    bool one_call;    /* only the first of them counts */

    /* Of /v1/responses, where RESPONSE is the request: the reply has another form, and is kept
     * under ID with ITEMS, the input. Both lie in the answer's arena. NULL elsewhere. */
    const struct api_response *response;
    const char *id;
    struct slice items;

    struct sight *sight; /* the pictures of the prompts, which become the answer's; NULL: none */
};

/* answer_new makes an answer for C with an empty arena, in which the caller puts what the spec
 * refers to; NULL after it replied that there is no memory. From then on answer_begin or
 * answer_drop must follow. */
struct answer *answer_new(const struct call *c);
struct arena *answer_arena(struct answer *a);

/* answer_own makes the answer free P (malloc'ed) in the end. False, and P is freed, without memory.
 */
bool answer_own(struct answer *a, void *p);

/* answer_tokenize makes P of TEXT, whose ids A owns; BOS before them with ADD_SPECIAL, if the model
 * wants one. False with E: no memory, no tokenizer. */
bool answer_tokenize(struct answer *a, const takt_model *m, struct slice text, bool add_special,
                     struct answer_prompt *p, takt_err *e);

/* answer_drop releases an answer that did not begin. */
void answer_drop(struct answer *a);

/* answer_begin asks the service for SPEC's choices and sees to the rest; when they are refused, or
 * SPEC is wrong, it replies so. A is gone for the caller. */
void answer_begin(struct answer *a, const struct answer_spec *spec);

/* answer_job fills J with what SPEC asks of choice 0 of prompt K, for answer_begin and for an
 * estimate. What it refers to lies in A. False after it replied with an error. */
bool answer_job(struct answer *a, const struct answer_spec *spec, uint32_t k,
                struct service_job *j);

/* answer_estimate: what service_estimate tells of J, of A and for M, at NOW, when the pictures of
 * SIGHT (NULL: it has none), all headers of which are read, will be there as predicted. Wishes
 * count from J's arrival; what is promised counts that time times the margin. */
takt_rc answer_estimate(const struct answer *a, const struct served *m, struct service_job *j,
                        int64_t now, const struct sight *sight, struct sched_answer *answer,
                        struct sched_promise *promise, takt_err *e);

/* answer_may_begin: by answer_estimate, would SPEC be taken on, with X, its pictures? False after
 * it replied that it would not. Else it counts for the key's limits, and answer_begin asks for what
 * was promised here. Nothing is reserved: it can still be refused then. */
bool answer_may_begin(struct answer *a, const struct answer_spec *spec, struct sight *x);

/* answer_salt: what parts the prompts of a request with this cache_salt (p NULL: none) from others.
 */
uint64_t answer_salt(struct slice salt);

/* answer_refusal is the error for a refused request. */
void answer_refusal(struct api_error *e, const struct sched_answer *answer,
                    const struct service_job *j, uint32_t n_ctx);

#endif
