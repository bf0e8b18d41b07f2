/* api_message: the messages and tools of a conversation, checked as far as a client is concerned
 * and made ready for takt_chat_input, whose reader checks the rest of their shapes. */
#ifndef TAKT_SERVER_API_MESSAGE_H
#define TAKT_SERVER_API_MESSAGE_H

#include "server/api_picture.h"
#include "server/api_request.h"

enum api_tool_choice { API_TOOLS_AUTO, API_TOOLS_NONE };

/* What parts of messages may be, for messages. */
#define API_READS "texts, pictures and clips"

/* api_messages_read checks the list IN of BODY: roles, kinds of content, call ids of tools'
 * results, no deprecated members. *out is the list as JSON: in BODY, or in A with the role
 * "developer", which no template knows, as "system", and with pictures that are nothing but
 * {"type": "image_url"}: what they are is appended to PICTURES, in A. PICTURES NULL: they are
 * refused. */
takt_rc api_messages_read(struct slice *out, struct api_pictures *pictures,
                          const struct field_json *in, struct arena *a, struct slice body,
                          const struct api_options *opt, struct api_error *e);

/* api_tools_read checks the list IN: functions only, with names, none twice. What is asked of them
 * without effect goes to NOTES. */
takt_rc api_tools_read(const struct field_json *in, struct field_notes *notes,
                       const struct api_options *opt, struct api_error *e);

/* api_tool_choice_read reads the field tool_choice (may be not given) beside TOOLS. A tool that
 * must be called is refused until answers can be constrained. */
takt_rc api_tool_choice_read(enum api_tool_choice *out, const struct field_json *choice,
                             const struct field_json *tools, struct api_error *e);

/* api_prediction_read reads the field prediction, {"type": "content", "content": a text, or a list
 * of text parts}: *out is the text, parts joined, in A; p NULL where IN is not given. */
takt_rc api_prediction_read(struct slice *out, const struct field_json *in, struct arena *a,
                            struct api_error *e);

/* api_format_check refuses every format (response_format, text.format) but text. PARAM names the
 * field in errors. */
takt_rc api_format_check(const struct field_json *format, const char *param, struct api_error *e);

/* api_tool_name is the name of the function that TOOL (of chat completions, or with IS_FLAT of the
 * Responses API) declares, or NULL. */
const struct json *api_tool_name(const struct json *tool, bool is_flat);

/* api_tools_distinct refuses two tools of one name and bad names in LIST, the field PARAM. */
takt_rc api_tools_distinct(const struct json *list, bool is_flat, const char *param,
                           struct api_error *e);

#endif
