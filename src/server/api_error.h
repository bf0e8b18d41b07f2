/* api_error: what went wrong with a request, as its sender is told: from a reason to the status,
 * the type, the code and the body, in the three dialects.
 *
 * A message holds the sender's own words and ours, never memory, paths of this machine, or what
 * others sent. Bodies are written to fixed buffers, so that running out of memory can be told. */
#ifndef TAKT_SERVER_API_ERROR_H
#define TAKT_SERVER_API_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum api_dialect {
    API_OPENAI,
    API_GROQ, /* the routes under /openai/v1 */
    API_VLLM, /* as OpenAI, but `code` is the status and types are vLLM's */
};

enum api_why {
    API_OK,
    API_BAD_JSON,
    API_BAD_TYPE,
    API_BAD_VALUE,
    API_MISSING,
    API_UNKNOWN_FIELD,
    API_UNSUPPORTED_FIELD,
    API_UNSUPPORTED_VALUE,
    API_TOO_MANY,
    API_TOO_LONG,
    API_CONTEXT,
    API_BAD_REQUEST,
    API_NO_KEY,
    API_BAD_KEY,
    API_FORBIDDEN,
    API_NO_ROUTE,
    API_NO_MODEL,
    API_NO_OBJECT,
    API_BAD_METHOD,
    API_SLOW_BODY,
    API_CONFLICT,
    API_LARGE_BODY,
    API_BAD_MEDIA,
    API_LARGE_HEADERS,
    API_RATE_REQUESTS,
    API_RATE_TOKENS,
    API_OVERLOADED,
    API_NO_DEADLINE,
    API_GONE,
    API_FAULT,
    API_NOT_DONE,
    API_LOADING,
    API_DRAINING,
    API_NO_MEMORY,
    API_NO_SPACE,
    API_WHYS
};

enum { API_ERROR_BYTES = 4096 }; /* room for any body or event of an error */

struct api_error {
    enum api_why why;
    char param[128];      /* the field: "messages[2].content"; "" when it is none */
    char message[480];    /* UTF-8 apart from a cut at the end; begins with the field */
    double retry_after_s; /* for 429 and 503: when to come again; 0: not known */
};

/* api_refuse fills E with WHY, the field PARAM (NULL or "": none) and "PARAM: " before the
 * formatted message, and returns a failure with the code that goes with WHY. */
takt_rc api_refuse(struct api_error *e, enum api_why why, const char *param, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* api_error_from_request makes E of FROM, which a reader of the request's own data wrote: its words
 * are the sender's, and PARAM (may be NULL) is the field where it happened. api_error_from_server
 * makes E of FROM, which may name files or other requests: only the kind of failure is told. Both
 * return FROM's code. */
takt_rc api_error_from_request(struct api_error *e, const takt_err *from, const char *param);
takt_rc api_error_from_server(struct api_error *e, const takt_err *from);

/* api_error_from_status makes E of a STATUS that HTTP itself calls for (400, 408, 413, 431, 501,
 * ...) and the sentence WHAT. */
void api_error_from_status(struct api_error *e, int status, const char *what);

/* api_error_status is the HTTP status; flex requests of Groq's dialect get 498 where others get 429
 * for want of capacity. api_error_code is the word for logs and counters ("invalid_value"), never
 * NULL. */
int api_error_status(const struct api_error *e, enum api_dialect d, bool is_flex);
const char *api_error_code(enum api_why why);

/* api_error_retry_after: whole seconds for the header Retry-After, at least 1; 0: no header. */
uint32_t api_error_retry_after(const struct api_error *e);

/* api_error_body writes the JSON body and returns its length. api_error_event writes the error as
 * an event of a stream that has begun (after which the stream ends). BUF is NUL-terminated. */
size_t api_error_body(const struct api_error *e, enum api_dialect d, char buf[API_ERROR_BYTES]);
size_t api_error_event(const struct api_error *e, enum api_dialect d, char buf[API_ERROR_BYTES]);

/* api_error_markdown prints the table of statuses and codes for docs/api.md. */
void api_error_markdown(FILE *out);

#endif
