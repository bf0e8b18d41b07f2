#include "server/api_error.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/utf8.h"

static const char bad_request[] = "invalid_request_error", server_error[] = "server_error";

/* One row for each reason. */
static const struct why {
    int status;
    const char *type, *code; /* OpenAI's; code NULL: null */
    const char *vllm_type;
    const char *groq_type, *groq_code; /* NULL: as OpenAI's */
    takt_code taken;                   /* what functions return */
    const char *says;                  /* when */
} whys[API_WHYS] = {
    [API_OK] = {200, "", "ok", "", NULL, NULL, TAKT_ERR_NONE, ""},
    [API_BAD_JSON] = {400, bad_request, "invalid_json", "BadRequestError", NULL, NULL,
                      TAKT_ERR_FORMAT, "the body is no JSON object, or names a field twice"},
    [API_BAD_TYPE] = {400, bad_request, "invalid_type", "BadRequestError", NULL, NULL,
                      TAKT_ERR_FORMAT, "a field is of another type than it must be"},
    [API_BAD_VALUE] = {400, bad_request, "invalid_value", "BadRequestError", NULL, NULL,
                       TAKT_ERR_FORMAT, "a field's value is out of its range"},
    [API_MISSING] = {400, bad_request, "missing_required_parameter", "BadRequestError", NULL, NULL,
                     TAKT_ERR_FORMAT, "a field that is needed is not there"},
    [API_UNKNOWN_FIELD] = {400, bad_request, "unknown_parameter", "BadRequestError", NULL, NULL,
                           TAKT_ERR_FORMAT, "a field that the dialect does not know (strict only)"},
    [API_UNSUPPORTED_FIELD] = {400, bad_request, "unsupported_parameter", "BadRequestError", NULL,
                               NULL, TAKT_ERR_UNSUPPORTED, "a field that takt does not serve"},
    [API_UNSUPPORTED_VALUE] = {400, bad_request, "unsupported_value", "BadRequestError", NULL, NULL,
                               TAKT_ERR_UNSUPPORTED, "a value that takt does not serve"},
    [API_TOO_MANY] = {400, bad_request, "array_above_max_length", "BadRequestError", NULL, NULL,
                      TAKT_ERR_LIMIT, "more elements, values or levels than the limit"},
    [API_TOO_LONG] = {400, bad_request, "string_above_max_length", "BadRequestError", NULL, NULL,
                      TAKT_ERR_LIMIT, "a longer text than the limit"},
    [API_CONTEXT] = {400, bad_request, "context_length_exceeded", "BadRequestError", NULL, NULL,
                     TAKT_ERR_LIMIT, "prompt and answer do not fit the model's context"},
    [API_BAD_REQUEST] = {400, bad_request, NULL, "BadRequestError", NULL, NULL, TAKT_ERR_USAGE,
                         "anything else about the request, such as broken HTTP"},
    [API_NO_KEY] = {401, bad_request, "missing_api_key", "AuthenticationError", NULL,
                    "invalid_api_key", TAKT_ERR_USAGE, "no API key was sent where one is needed"},
    [API_BAD_KEY] = {401, bad_request, "invalid_api_key", "AuthenticationError", NULL, NULL,
                     TAKT_ERR_USAGE, "the API key is not known, or was withdrawn"},
    [API_FORBIDDEN] = {403, bad_request, "permission_denied", "PermissionDeniedError", NULL, NULL,
                       TAKT_ERR_USAGE, "the API key does not allow this"},
    [API_NO_ROUTE] = {404, bad_request, "unknown_url", "NotFoundError", NULL, NULL, TAKT_ERR_USAGE,
                      "there is nothing at this path"},
    [API_NO_MODEL] = {404, bad_request, "model_not_found", "NotFoundError", NULL, NULL,
                      TAKT_ERR_USAGE, "no such model is served"},
    [API_NO_OBJECT] = {404, bad_request, "not_found", "NotFoundError", NULL, NULL, TAKT_ERR_USAGE,
                       "no response, file or batch has this id"},
    [API_BAD_METHOD] = {405, bad_request, "method_not_allowed", "MethodNotAllowedError", NULL, NULL,
                        TAKT_ERR_USAGE, "the path takes another method"},
    [API_SLOW_BODY] = {408, bad_request, "request_timeout", "RequestTimeoutError", NULL, NULL,
                       TAKT_ERR_IO, "the request did not arrive in time"},
    [API_CONFLICT] = {409, bad_request, "conflict", "ConflictError", NULL, NULL, TAKT_ERR_USAGE,
                      "the object is in a state that does not allow this"},
    [API_LARGE_BODY] = {413, bad_request, "request_too_large", "RequestEntityTooLargeError", NULL,
                        NULL, TAKT_ERR_LIMIT, "the body is larger than the limit"},
    [API_BAD_MEDIA] = {415, bad_request, "unsupported_media_type", "UnsupportedMediaTypeError",
                       NULL, NULL, TAKT_ERR_UNSUPPORTED, "the body is not of type JSON"},
    [API_LARGE_HEADERS] = {431, bad_request, "headers_too_large", "BadRequestError", NULL, NULL,
                           TAKT_ERR_LIMIT, "the headers are larger than the limit"},
    [API_RATE_REQUESTS] = {429, "requests", "rate_limit_exceeded", "RateLimitError", NULL, NULL,
                           TAKT_ERR_LIMIT, "the key's limit of requests is used up"},
    [API_RATE_TOKENS] = {429, "tokens", "rate_limit_exceeded", "RateLimitError", NULL, NULL,
                         TAKT_ERR_LIMIT, "the key's limit of tokens is used up"},
    [API_OVERLOADED] =
        {429, server_error, "overloaded", "RateLimitError", "requests", "rate_limit_exceeded",
         TAKT_ERR_LIMIT,
         "the queue or the memory for answers is full; come again after Retry-After"},
    [API_NO_DEADLINE] = {429, server_error, "deadline_unreachable", "RateLimitError", "requests",
                         "rate_limit_exceeded", TAKT_ERR_LIMIT,
                         "the wanted time to the first token, or between tokens, cannot be kept"},
    [API_GONE] = {499, bad_request, "cancelled", "ClientClosedRequest", NULL, NULL,
                  TAKT_ERR_CANCELLED, "the client closed the connection (in logs only)"},
    [API_FAULT] = {500, server_error, "internal_error", "InternalServerError",
                   "internal_server_error", NULL, TAKT_ERR_INTERNAL, "a fault of the server"},
    [API_NOT_DONE] = {501, bad_request, "not_implemented", "NotImplementedError", NULL, NULL,
                      TAKT_ERR_UNSUPPORTED, "a method that the server does not know"},
    [API_LOADING] = {503, server_error, "model_loading", "ServiceUnavailableError",
                     "service_unavailable", NULL, TAKT_ERR_IO, "the model is being loaded"},
    [API_DRAINING] = {503, server_error, "draining", "ServiceUnavailableError",
                      "service_unavailable", NULL, TAKT_ERR_IO,
                      "the server is going down and takes nothing new"},
    [API_NO_MEMORY] = {503, server_error, "out_of_memory", "ServiceUnavailableError",
                       "service_unavailable", NULL, TAKT_ERR_MEMORY,
                       "there is no memory for the request"},
    [API_NO_SPACE] = {507, server_error, "insufficient_storage", "InternalServerError",
                      "internal_server_error", NULL, TAKT_ERR_IO,
                      "the disk of the server's store is full"},
};

static const struct why *row(enum api_why why)
{
    return &whys[why > API_OK && why < API_WHYS ? why : API_FAULT];
}

takt_rc api_refuse(struct api_error *e, enum api_why why, const char *param, const char *fmt, ...)
{
    va_list ap;
    *e = (struct api_error){.why = why};
    snprintf(e->param, sizeof e->param, "%s", param ? param : "");
    snprintf(e->message, sizeof e->message, "%s%s", e->param, e->param[0] ? ": " : "");
    size_t n = strlen(e->message);
    va_start(ap, fmt);
    vsnprintf(e->message + n, sizeof e->message - n, fmt, ap);
    va_end(ap);
    return (takt_rc){(int32_t)row(why)->taken};
}

takt_rc api_error_from_request(struct api_error *e, const takt_err *from, const char *param)
{
    char text[sizeof e->message];
    enum api_why why = API_BAD_VALUE;
    switch (from->code) {
    case TAKT_ERR_UNSUPPORTED: why = API_UNSUPPORTED_VALUE; break;
    case TAKT_ERR_LIMIT: why = API_TOO_MANY; break;
    case TAKT_ERR_FORMAT:
    case TAKT_ERR_USAGE: break;
    default: return api_error_from_server(e, from);
    }
    api_refuse(e, why, NULL, "%s", takt_err_format(from, text, sizeof text));
    snprintf(e->param, sizeof e->param, "%s", param ? param : "");
    return (takt_rc){(int32_t)from->code};
}

takt_rc api_error_from_server(struct api_error *e, const takt_err *from)
{
    switch (from->code) {
    case TAKT_ERR_MEMORY:
        api_refuse(e, API_NO_MEMORY, NULL, "there is no memory for this request now");
        break;
    case TAKT_ERR_CANCELLED: api_refuse(e, API_GONE, NULL, "the request was cancelled"); break;
    case TAKT_ERR_LIMIT:
        api_refuse(e, API_OVERLOADED, NULL, "the server has no room for this request now");
        break;
    default:
        api_refuse(e, API_FAULT, NULL,
                   "something failed inside the server; its log says what, under the request's id");
    }
    return (takt_rc){(int32_t)from->code};
}

void api_error_from_status(struct api_error *e, int status, const char *what)
{
    enum api_why why = status >= 500 ? API_FAULT : API_BAD_REQUEST;
    /* Among the reasons of a status, the one that HTTP knows of. */
    switch (status) {
    case 401: why = API_NO_KEY; break;
    case 403: why = API_FORBIDDEN; break;
    case 404: why = API_NO_ROUTE; break;
    case 405: why = API_BAD_METHOD; break;
    case 408: why = API_SLOW_BODY; break;
    case 409: why = API_CONFLICT; break;
    case 413: why = API_LARGE_BODY; break;
    case 415: why = API_BAD_MEDIA; break;
    case 429: why = API_OVERLOADED; break;
    case 431: why = API_LARGE_HEADERS; break;
    case 501: why = API_NOT_DONE; break;
    case 503: why = API_LOADING; break;
    default: break;
    }
    api_refuse(e, why, NULL, "%s", what);
}

int api_error_status(const struct api_error *e, enum api_dialect d, bool is_flex)
{
    bool is_full = e->why == API_OVERLOADED || e->why == API_NO_DEADLINE;
    return d == API_GROQ && is_flex && is_full ? 498 : row(e->why)->status;
}

const char *api_error_code(enum api_why why)
{
    if (why == API_OK)
        return "ok";
    const char *code = row(why)->code;
    return code ? code : "bad_request";
}

uint32_t api_error_retry_after(const struct api_error *e)
{
    double s = ceil(e->retry_after_s);
    return !(s > 0) ? 0 : s < 1e9 ? (uint32_t)s : 1000000000;
}

/* ---- bodies ---------------------------------------------------------------------------------- */

/* Text in a buffer of API_ERROR_BYTES; what does not fit is left out. */
struct body {
    char *p;
    size_t n;
};

static void add(struct body *b, const char *s, size_t n)
{
    if (n < API_ERROR_BYTES - b->n)
        memcpy(b->p + b->n, s, n);
    else
        n = 0;
    b->n += n;
    b->p[b->n] = 0;
}

static void add_str(struct body *b, const char *s)
{
    add(b, s, strlen(s));
}

static void add_int(struct body *b, int v)
{
    char text[16];
    add(b, text, (size_t)snprintf(text, sizeof text, "%d", v));
}

/* A JSON string, or null for NULL. Its longest form, six bytes for each, leaves room for the rest.
 */
static void add_quoted(struct body *b, const char *s)
{
    const uint8_t *p = (const uint8_t *)s;
    size_t n = s ? strlen(s) : 0;
    add_str(b, s ? "\"" : "null");
    for (size_t i = 0; i < n;) {
        unsigned len = 1;
        char escape[8];
        if (p[i] == '"' || p[i] == '\\')
            add(b, (char[]){'\\', (char)p[i]}, 2);
        else if (p[i] < 0x20 || p[i] == 0x7F)
            add(b, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", p[i]));
        else if (utf8_next(p + i, n - i, &len) == UTF8_INVALID)
            add_str(b, i + 4 < n ? "\xEF\xBF\xBD" : ""); /* at the end it is where it was cut */
        else
            add(b, s + i, len);
        i += len;
    }
    if (s)
        add_str(b, "\"");
}

/* Also the start of an event's data; Groq tells the status there, STATUS if not 0. */
static void add_error(struct body *b, const struct api_error *e, enum api_dialect d, int status)
{
    const struct why *w = row(e->why);
    bool is_groq = d == API_GROQ;
    const char *code = is_groq && w->groq_code ? w->groq_code : w->code;
    const char *type = is_groq && w->groq_type ? w->groq_type : w->type;
    add_str(b, "{\"error\":{\"message\":");
    add_quoted(b, e->message);
    add_str(b, ",\"type\":");
    add_quoted(b, d == API_VLLM ? w->vllm_type : type);
    if (!is_groq || e->param[0]) { /* Groq leaves out what it has not */
        add_str(b, ",\"param\":");
        add_quoted(b, e->param[0] ? e->param : NULL);
    }
    if (!is_groq || code)
        add_str(b, ",\"code\":");
    if (d == API_VLLM)
        add_int(b, w->status);
    else if (!is_groq || code)
        add_quoted(b, code);
    if (status) {
        add_str(b, ",\"status_code\":");
        add_int(b, status);
    }
    add_str(b, "}}");
}

size_t api_error_body(const struct api_error *e, enum api_dialect d, char buf[API_ERROR_BYTES])
{
    struct body b = {buf, 0};
    add_error(&b, e, d, 0);
    return b.n;
}

size_t api_error_event(const struct api_error *e, enum api_dialect d, char buf[API_ERROR_BYTES])
{
    struct body b = {buf, 0};
    bool is_groq = d == API_GROQ;
    add_str(&b, is_groq ? "event: error\ndata: " : "data: ");
    add_error(&b, e, d, is_groq ? row(e->why)->status : 0);
    add_str(&b, "\n\n");
    return b.n;
}

void api_error_markdown(FILE *out)
{
    fprintf(out, "| status | code | type | when |\n|---|---|---|---|\n");
    for (int i = API_OK + 1; i < API_WHYS; i++) {
        const struct why *w = &whys[i];
        fprintf(out, "| %d | %s%s%s | `%s` | %s |\n", w->status, w->code ? "`" : "",
                w->code ? w->code : "null", w->code ? "`" : "", w->type, w->says);
    }
}
