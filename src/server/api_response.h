/* api_response: the body of POST /v1/responses, and its input as the messages of a conversation. */
#ifndef TAKT_SERVER_API_RESPONSE_H
#define TAKT_SERVER_API_RESPONSE_H

#include "server/api_message.h"

struct api_response {
    struct api_common common; /* include_usage and continuous_usage are not set here */
    struct api_sampling sampling;
    struct slice instructions;         /* p NULL: none; UTF-8, as all strings */
    struct slice previous_response_id; /* p NULL: none */
    struct slice messages; /* what is new, a JSON list in the form of chat completions, without the
                              instructions; never empty */
    struct api_pictures pictures; /* those of the messages, in order */
    struct slice tools;           /* a JSON list in that form; empty: none to show */
    uint32_t n_messages, n_tools;
    enum api_tool_choice tool_choice;
    bool parallel_tool_calls;
    int64_t max_tokens; /* 0: to the end of the context */
    bool store;
    bool logprobs; /* `include` asks for them */
    int64_t top_logprobs;
    struct field_notes notes;
    struct slice body; /* the request's */

    struct { /* as given, for api_response_read and for what the answer repeats */
        struct field_json input, tools, tool_choice, format, include;
        int64_t max_tokens;
    } raw;
};

extern const struct field_table api_response_table;

/* api_response_read reads and checks BODY. Strings of R lie in A or in BODY, which must outlive
 * it. */
takt_rc api_response_read(struct api_response *r, struct arena *a, struct slice body,
                          const struct api_options *opt, struct api_error *e);

/* api_response_input turns the field input, a string or items, into *messages in A and counts them;
 * what their pictures are is appended to PICTURES. Items: messages of all roles with texts and
 * pictures, function_call, function_call_output; reasoning is left out and noted. The first
 * N_BEFORE items are those of earlier responses. Used by api_response_read. */
takt_rc api_response_input(struct slice *messages, uint32_t *n_messages,
                           struct api_pictures *pictures, const struct field_json *input,
                           uint32_t n_before, struct field_notes *notes, struct arena *a,
                           struct slice body, struct api_error *e);

/* api_response_tools turns the tools of the Responses API into those of chat completions in A. */
takt_rc api_response_tools(struct slice *tools, const struct field_json *in,
                           struct field_notes *notes, struct arena *a, struct slice body,
                           struct api_error *e);

/* api_messages_join writes one list: a system message with INSTRUCTIONS (p NULL: none), then the
 * messages of the N JSON LISTS: of earlier responses, and of this one. */
void api_messages_join(struct json_out *o, struct slice instructions, const struct slice *lists,
                       size_t n);

#endif
