/* api_limits: what a request may have at most. The list makes the constants API_MAX_... and the
 * table in docs/api.md. */
#ifndef TAKT_SERVER_API_LIMITS_H
#define TAKT_SERVER_API_LIMITS_H

#define API_LIMITS(X)                                                                              \
    X(BODY, 64 << 20, "bytes of a body")                                                           \
    X(DEPTH, 64, "lists and objects inside each other")                                            \
    X(VALUES, 1 << 20, "values in a body, at all depths")                                          \
    X(FIELDS, 256, "fields of an object that takt reads")                                          \
    X(MESSAGES, 16384, "messages of a conversation, or items of an input")                         \
    X(PICTURES, 256, "pictures, where `--images-max` allows more")                                 \
    X(URL, 8192, "characters of the address of a picture that is no `data:` URL")                  \
    X(TOOLS, 512, "tools")                                                                         \
    X(TOOL_NAME, 256, "characters of a tool's name")                                               \
    X(N, 16, "answers to one prompt (`n`)")                                                        \
    X(PROMPTS, 128, "prompts of a completion, and answers to all of them together")                \
    X(INPUTS, 2048, "inputs of an embedding")                                                      \
    X(STOPS, 16, "stop strings")                                                                   \
    X(STOP_CHARS, 1024, "characters of a stop string")                                             \
    X(STOP_IDS, 64, "stop tokens")                                                                 \
    X(BIASES, 1024, "entries of `logit_bias`")                                                     \
    X(TOP_LOGPROBS, 20, "most likely tokens told beside each token")                               \
    X(KEPT, 16 << 20, "bytes of a body whose response is kept")                                    \
    X(CHAIN, 1024, "responses that go on from each other")                                         \
    X(CHAIN_BYTES, 48 << 20, "bytes of them all")                                                  \
    X(LABELS, 16, "entries of `metadata`")                                                         \
    X(LABEL_NAME, 64, "characters of a name in `metadata`")                                        \
    X(LABEL_TEXT, 512, "characters of a value in `metadata`")                                      \
    X(FORM_TEXT, 64 << 10, "bytes of a field of a form that is no file")                           \
    X(FILE_NAME, 255, "characters of a file's name")                                               \
    X(FILES, 10000, "files of a key")                                                              \
    X(BATCHES, 100, "batches of a key that have not ended")                                        \
    X(BATCH_LINES, 50000, "requests of a batch")                                                   \
    X(BATCH_LINE, 16 << 20, "bytes of a line of a batch's input")                                  \
    X(BATCH_FAULTS, 100, "errors that are told of a batch's input")                                \
    X(CUSTOM_ID, 512, "characters of a `custom_id`")                                               \
    X(WINDOW_S, 30 * 86400, "seconds of a batch's `completion_window`")                            \
    X(LISTED, 10000, "elements of a page of a list of files")                                      \
    X(NAME, 256, "characters of a model's name, a user's, a key's or an id")

enum {
#define API_LIMIT_(name, value, says) API_MAX_##name = (value),
    API_LIMITS(API_LIMIT_)
#undef API_LIMIT_
};

#endif
