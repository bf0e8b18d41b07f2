/* chat: messages to prompt text through a model's own Jinja chat template. */
#ifndef TAKT_TEXT_CHAT_H
#define TAKT_TEXT_CHAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "text/chat_mark.h"

struct chat_template;

/* chat_template_new compiles SOURCE. Errors name line and column. */
takt_rc chat_template_new(struct chat_template **out, const char *source, takt_err *e);
void chat_template_free(struct chat_template *t);

/* chat_template_mentions tells whether WORD stands in T's source: a template without "tools" cannot
 * show any. */
bool chat_template_mentions(const struct chat_template *t, const char *word);

/* chat_render renders with the variables of the JSON object VARS (messages, tools, bos_token,
 * eos_token, add_generation_prompt, ... ; see transformers' apply_chat_template). *text is
 * malloc'ed. MARK (may be NULL) marks names of control tokens in "messages" and "tools": the text
 * is then for chat_mark_strip. NOW_S is the time that strftime_now sees (Unix seconds, UTC).
 * Errors: raise_exception's message (TAKT_ERR_USAGE), unsupported constructs by name with line
 * (TAKT_ERR_UNSUPPORTED), limits on steps, depth and output. */
takt_rc chat_render(const struct chat_template *t, const struct json *vars, struct chat_mark *mark,
                    long long now_s, char **text, size_t *len, takt_err *e);

#endif
