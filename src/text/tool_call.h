/* tool_call: calls of tools in what a model wrote.
 *
 * Read are the forms that the model families use:
 *
 *   {"name": "f", "parameters": {...}}         Llama 3.x; several parted by ; or white space
 *   <tool_call>{"name": "f", "arguments": {...}}</tool_call>      Hermes, Qwen 2.5; after any text
 *   [TOOL_CALLS] [{"name": "f", "arguments": {...}}, ...]         Mistral
 *   <|tool_call|>[{"name": "f", "arguments": {...}}]              Granite 3; also <tool_call>[...]
 *
 * with the marks <|python_tag|>, [TOOL_CALLS], <|tool_call|> shown or not, since some of them are
 * control tokens. A text is calls only if all that follows the first mark or bracket is: JSON that
 * merely resembles a call stays text. */
#ifndef TAKT_TEXT_TOOL_CALL_H
#define TAKT_TEXT_TOOL_CALL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/slice.h"

struct tool_call {
    struct slice name;      /* UTF-8 */
    struct slice arguments; /* the text of a JSON object */
};

enum { TOOL_CALLS_MAX = 64 };

/* tool_calls_read finds the calls in TEXT: writes the first MOST of them (TOOL_CALLS_MAX at most)
 * to CALLS and returns how many, 0 when TEXT is no calls, or more than TOOL_CALLS_MAX. CONTENT is
 * what was said before them, without white space at its ends. Everything points into TEXT or A. */
uint32_t tool_calls_read(struct tool_call *calls, uint32_t most, struct slice *content,
                         struct arena *a, struct slice text);

/* tool_calls_held tells how many bytes at the end of TEXT, the answer so far, may still turn out to
 * be calls, so that a stream must not send them yet. */
size_t tool_calls_held(struct slice text);

#endif
