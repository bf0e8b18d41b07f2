/* api_chat: the body of POST /v1/chat/completions, and of /v1/estimate. */
#ifndef TAKT_SERVER_API_CHAT_H
#define TAKT_SERVER_API_CHAT_H

#include "server/api_message.h"

struct api_chat {
    struct api_common common;
    struct api_sampling sampling;
    struct slice messages, tools; /* JSON lists for takt_chat_input; tools empty: none to show */
    struct api_pictures pictures; /* those of the messages, in order */
    struct slice prediction;      /* what the answer may resemble; p NULL: not given */
    uint32_t n_messages, n_tools;
    enum api_tool_choice tool_choice;
    bool parallel_tool_calls;
    int64_t max_tokens; /* 0: to the end of the context */
    bool logprobs;
    int64_t top_logprobs; /* likeliest tokens told beside each, 0 to API_MAX_TOP_LOGPROBS */
    bool return_token_ids, tokens_as_ids;
    struct field_notes notes;

    struct { /* as given, for api_chat_read */
        struct field_json messages, tools, tool_choice, format, prediction;
        int64_t max_tokens, max_completion_tokens;
    } raw;
};

extern const struct field_table api_chat_table;

/* api_chat_read reads and checks BODY. Strings of C lie in A or in BODY, which must outlive it.
 * What needs the model is left to api_sampling_vocab. */
takt_rc api_chat_read(struct api_chat *c, struct arena *a, struct slice body,
                      const struct api_options *opt, struct api_error *e);

/* api_chat_input sets the conversation of IN to C's: tools only where the model may call them. */
void api_chat_input(const struct api_chat *c, takt_chat_input *in);

#endif
