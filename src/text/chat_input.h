/* chat_input: a conversation and its tools as JSON, as OpenAI's chat completions have them, checked
 * and put through a chat template. */
#ifndef TAKT_TEXT_CHAT_INPUT_H
#define TAKT_TEXT_CHAT_INPUT_H

#include "text/chat.h"

/* chat_input_render renders IN (see takt_chat_input and takt_chat_prompt in takt.h) with T and
 * opens the assistant's turn. MARKED (may be NULL) is the tokenizer whose control tokens' names are
 * marked where a user wrote them: MARK is set then, and the text is for chat_mark_strip. BOS and
 * EOS are the tokens' texts; NOW_S is the time that the template sees (Unix seconds, UTC). *text
 * is malloc'ed and *len bytes long, NULL after an error. ORDER ([in->n_pictures], may be NULL) gets
 * the numbers of the pictures in the order in which they stand in the text.
 */
takt_rc chat_input_render(const struct chat_template *t, const takt_chat_input *in,
                          const struct tokenizer *marked, struct chat_mark *mark, const char *bos,
                          const char *eos, long long now_s, uint32_t *order, char **text,
                          size_t *len, takt_err *e);

#endif
