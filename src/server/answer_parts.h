/* answer_parts: what answer.c (beginning and end), answer_pump.c (in between) and answer_events.c
 * (the form of the Responses API) share. */
#ifndef TAKT_SERVER_ANSWER_PARTS_H
#define TAKT_SERVER_ANSWER_PARTS_H

#include "server/answer.h"
#include "server/api_events.h"
#include "server/api_json.h"
#include "text/text_out.h"
#include "text/tool_call.h"

struct choice {
    struct service_job job;
    uint32_t index;
    const struct answer_prompt *prompt;
    struct text_out text;
    uint32_t n_read;          /* ids that became text */
    uint64_t n_characters;    /* of the text that was sent */
    int64_t last_ns;          /* the last id came then */
    struct json_out whole;    /* all of its text, where `keeps_text` */
    struct json_out held;     /* text that is not sent yet */
    struct api_token *tokens; /* [n_tokens] with log probabilities, that are not sent yet */
    uint32_t n_tokens, tokens_cap, n_ids_sent;
    struct api_likely *top; /* [tokens_cap][n_logprobs] */
    enum api_finish finish; /* API_GOING until it is known */
    bool by_id;
    int32_t stop_id;
    struct api_call *calls; /* [n_calls] what it is instead of text, after the end */
    uint32_t n_calls;
    struct slice content;         /* and the part of `whole` that was said before them */
    bool was_accepted, is_let_go; /* by the service */
    bool is_told;                 /* its end was sent */
};

struct answer {
    struct answer *prev, *next;
    struct call call; /* x NULL: the client is gone, or was answered */
    struct arena arena;
    void **owned;
    uint32_t n_owned, owned_cap;
    struct served *model;
    struct choice *choice;
    uint32_t n_choices;
    bool streams, is_text, wants_logprobs, returns_ids, reads_calls, one_call;
    bool is_embedding, as_base64;
    uint32_t window, n_submitted;
    uint32_t n_written; /* of an embedding's vectors: those that stand in `out` */
    bool keeps_text;    /* it may be calls of tools, or is to be logged */
    uint32_t n_logprobs;
    struct api_reply reply;
    struct api_stream stream;
    const struct api_response *response; /* the request of the Responses API, or NULL */
    struct api_events events;            /* its answer so far */
    struct slice items;                  /* its input, to be kept */
    struct sight *sight;                 /* its pictures, or NULL */
    struct json_out out;
    char id[48], groq_id[48];
    int64_t arrival_ns, first_ns, sent_ns;
    struct limits_charge charge;
    bool is_charged, has_failed;
    const struct api_common *common;
    uint32_t n_each;            /* choices of a prompt */
    enum sched_refusal refusal; /* the last one; SCHED_ACCEPTED where it was an error */
    bool batch_in_the_way;      /* it would not have been, without lines of batches */
    bool is_waiting;            /* for those to make way, or for a place: it is asked for again */
    int64_t wait_until_ns;
    int64_t promised_ns; /* its first token, before its pictures were there; 0: nothing was */
};

/* answer_ask asks the service for the choices of A, which is linked in, and begins the reply, or
 * tells why not, unless it has to wait a moment. A may be gone afterwards. */
void answer_ask(struct answer *a);

/* answer_pump_one turns what the service has written into text and events, and tells the end. */
void answer_pump_one(struct answer *a);

/* embedding_pump writes what vectors there are, and sends them when all are. */
void embedding_pump(struct answer *a);

/* answer_submit_more asks for further choices of an answer that was taken on, in the place of those
 * that have ended; where the service refuses, the next call tries again. */
void answer_submit_more(struct answer *a);

/* answer_log counts and logs a reply with STATUS that is about to be sent; answer_let_client_go
 * keeps the exchange no longer: the caller ends it. answer_tell_failure ends it with an error. */
void answer_log(struct answer *a, int status);
void answer_let_client_go(struct answer *a);
void answer_tell_failure(struct answer *a);

/* answer_finish counts, logs and releases A, whose jobs are all let go. */
void answer_finish(struct answer *a);

/* answer_unsent is the text of C that can be sent now: not what may become calls of tools.
 * answer_sent takes it as sent, with its tokens. */
struct slice answer_unsent(const struct answer *a, const struct choice *c);
void answer_sent(struct choice *c, struct slice text);

/* In answer_events.c, for answers with `response`. answer_events_begin writes the first events to
 * A->out if A streams. answer_events_go_on takes in what C has that was not sent.
 * answer_events_failed ends the stream with WHY. answer_events_end takes in the end of the only
 * choice, and sends what is left of the reply once it is kept, if it is to be; the client is gone
 * for A then. False, and nothing is sent, without memory. */
void answer_events_begin(struct answer *a);
void answer_events_go_on(struct answer *a, struct choice *c);
void answer_events_failed(struct answer *a, const struct api_error *why);
bool answer_events_end(struct answer *a);

/* answer_usage adds up what A took so far. */
void answer_usage(const struct answer *a, struct api_usage *u);

#endif
