/* api_events: the answer to a request of the Responses API, as the object that it becomes and as
 * the events on the way there.
 *
 * One struct takes in the answer piece by piece, for streams and for whole replies alike, so that
 * both hold the same. Writers append to a struct json_out of the caller. */
#ifndef TAKT_SERVER_API_EVENTS_H
#define TAKT_SERVER_API_EVENTS_H

#include "server/api_reply.h"
#include "server/api_response.h"

enum api_status { API_IN_PROGRESS, API_COMPLETED, API_INCOMPLETE, API_FAILED };

/* What the response object tells of the request and of the server. */
struct api_events_config {
    const struct api_response *request;
    const char *id;     /* "resp_..."; ids of items are made of it */
    int64_t created;    /* Unix seconds */
    const char *model;  /* as it was asked for */
    takt_sampling used; /* the settings that hold, the model's own included */
    bool tells_times;   /* Groq's: times are told in `metadata`, as strings of seconds */
};

struct api_events {
    struct api_events_config c;
    uint64_t n_events;
    uint32_t n_items;                      /* of the output, the open one included */
    bool in_text;                          /* the last item is a message that goes on */
    struct json_out items, text, logprobs; /* finished items; of the open one: text as it is, and
                                              the elements of its list */
};

/* api_events_begin starts an answer; C is copied, and what it points at must outlive it. */
void api_events_begin(struct api_events *v, const struct api_events_config *c);
void api_events_free(struct api_events *v); /* zeros are allowed */

/* Each takes in what came and appends the events that tell it, unless O is NULL. api_events_start:
 * nothing yet; first of all. api_events_text: TEXT and the N tokens that ended in it. Pieces must
 * be whole characters. api_events_call: a whole call of a tool. */
void api_events_start(struct api_events *v, struct json_out *o);
void api_events_text(struct api_events *v, struct json_out *o, struct slice text,
                     const struct api_token *tokens, uint32_t n);
void api_events_call(struct api_events *v, struct json_out *o, const struct api_call *call);

/* api_events_end closes what is open and appends the last event, unless O is NULL. E says what
 * failed (NULL unless STATUS is API_FAILED). ENDED: Unix seconds. */
void api_events_end(struct api_events *v, struct json_out *o, enum api_status status,
                    const struct api_usage *u, int64_t ended, const struct api_error *e);

/* api_events_object appends the response as the member KEY (NULL: at the root), after
 * api_events_end with the same figures: the reply to a request without `stream`, and what is
 * stored. */
void api_events_object(const struct api_events *v, struct json_out *o, const char *key,
                       enum api_status status, const struct api_usage *u, int64_t ended,
                       const struct api_error *e);

/* api_events_failed tells whether memory ran out for what was taken in. */
bool api_events_failed(const struct api_events *v);

#endif
