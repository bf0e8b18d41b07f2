#include "server/api_docs.h"

#include <string.h>

#include "server/api_json.h"
#include "server/api_limits.h"
#include "server/api_schemas.h"
#include "server/route.h"

/* Copies the {name} in PATH to NAME, without braces; false when there is none. */
static bool argument(const char *path, char *name, size_t cap)
{
    const char *from = strchr(path, '{');
    if (!from)
        return false;
    snprintf(name, cap, "%.*s", (int)strcspn(from + 1, "}"), from + 1);
    return true;
}

/* ---- for people ------------------------------------------------------------------------------ */

static void put_head(FILE *out)
{
    fputs("# HTTP API\n\n"
          "Written by `takt api` from the tables that answer requests; `GET /openapi.json` has the "
          "same for programs.\n[serving.md](serving.md) says how to start and secure a server.\n\n",
          out);
}

static void put_routes(FILE *out)
{
    fputs(
        "## Routes\n\n"
        "With `--keys`, all but those without a key need `Authorization: Bearer KEY`. Those of "
        "Groq are also under\n`/openai`, in Groq's dialect. `/v1` may be left out of any path.\n\n"
        "| route | key | Groq | |\n|---|---|---|---|\n",
        out);
    for (const struct route *r = route_table; r < route_table + route_count; r++)
        fprintf(out, "| `%s %s` | %s | %s | %s |\n", http_method_name(r->method), r->path,
                r->access == ROUTE_OPEN    ? "none"
                : r->access == ROUTE_ADMIN ? "an admin's"
                                           : "any",
                r->is_groq ? "yes" : "", r->help);
    fputs("\nA reply has the header `x-request-id`: the request's, or one made here.\n\n", out);
}

static void put_fields_head(FILE *out)
{
    fputs("## Fields\n\n"
          "Every field that OpenAI, Groq or vLLM define stands below, and is served, taken without "
          "effect, or refused by name.\nThe column \"known to\" says whose field it is: O OpenAI, "
          "G Groq, V vLLM, T takt alone. `null` is the same as leaving\na field out. Fields that "
          "are in no table are not errors; the reply's header `" FIELD_WARNING_HEADER
          "` names them and\nthose without effect. With `--groq-strict`, the routes under "
          "`/openai/v1` refuse what GroqCloud refuses.\n\n",
          out);
}

/* The route before R that has the same body; NULL: R is the first. */
static const struct route *twin(const struct route *r)
{
    for (const struct route *t = route_table; t < r; t++)
        if (t->body == r->body)
            return t;
    return NULL;
}

static void put_fields(FILE *out, const struct route *r)
{
    const struct route *same = r->body ? twin(r) : NULL;
    fprintf(out, "### %s %s\n\n%s", http_method_name(r->method), r->path, r->help);
    if (r->stream)
        fprintf(out, " With `stream`, %s.", r->stream);
    if (r->is_form)
        fputs(" The body is a form (multipart/form-data).", out);
    if (same) {
        fprintf(out, " The body is that of `%s`.\n\n", same->path);
        return;
    }
    fputs("\n\n", out);
    if (r->query)
        fputs("Behind `?`:\n\n", out);
    field_markdown(out, r->body ? r->body : r->query);
}

static void put_limits(FILE *out)
{
    fputs("## Limits\n\n| at most | of |\n|---|---|\n", out);
#define LIMIT(name, value, says) fprintf(out, "| %d | %s |\n", (value), says);
    API_LIMITS(LIMIT)
#undef LIMIT
    fputc('\n', out);
}

void api_markdown(FILE *out)
{
    put_head(out);
    put_routes(out);
    put_fields_head(out);
    for (const struct route *r = route_table; r < route_table + route_count; r++)
        if (r->body || r->query)
            put_fields(out, r);
    put_limits(out);
    fputs("## Errors\n\n"
          "`{\"error\": {\"message\", \"type\", \"param\", \"code\"}}`; `param` names the field. "
          "In the dialect of vLLM, `code`\nis the status. After a stream has begun, an error is "
          "its last event.\n\n",
          out);
    api_error_markdown(out);
}

/* ---- for machines ---------------------------------------------------------------------------- */

static void put_content(struct json_out *o, const char *type, const char *schema)
{
    char ref[96];
    json_obj_begin(o, type);
    json_obj_begin(o, "schema");
    if (schema) {
        snprintf(ref, sizeof ref, "#/components/schemas/%s", schema);
        json_put_str(o, "$ref", ref);
    } else {
        json_put_str(o, "type", "string");
    }
    json_obj_end(o);
    json_obj_end(o);
}

/* The reply with STATUS and the schema SCHEMA. */
static void put_reply(struct json_out *o, const char *status, const char *says, const char *schema)
{
    json_obj_begin(o, status);
    json_put_str(o, "description", says);
    json_obj_begin(o, "content");
    put_content(o, "application/json", schema);
    json_obj_end(o);
    json_obj_end(o);
}

static void put_answer(struct json_out *o, const struct route *r)
{
    json_obj_begin(o, "200");
    json_put_str(o, "description", "The answer.");
    json_obj_begin(o, "content");
    if (r->reply)
        put_content(o, "application/json", r->reply);
    else if (r->type) /* any bytes */
        api_json_quoted(o, r->type, "{}");
    else
        put_content(o, "text/plain", NULL);
    if (r->stream) /* OpenAPI 3.1 has no word for what events hold */
        api_json_quoted(o, "text/event-stream", "{}");
    json_obj_end(o);
    json_obj_end(o);
}

static void put_errors(struct json_out *o, const struct route *r, bool has_argument)
{
    bool is_asked = r->access != ROUTE_OPEN;
    put_reply(o, "400", "The request is wrong; `param` names the field.", "Error");
    if (is_asked)
        put_reply(o, "401", "No valid key was sent where one is needed.", "Error");
    if (r->access == ROUTE_ADMIN)
        put_reply(o, "403", "The key is no admin's.", "Error");
    if (r->body || has_argument)
        put_reply(o, "404", "There is no such model or object.", "Error");
    if (r->keeps && !r->body)
        put_reply(o, "429", "Too much waits for the store; see Retry-After.", "Error");
    if (r->body) {
        put_reply(o, "408", "The body did not arrive in time.", "Error");
        put_reply(o, "413", "The body is too large.", "Error");
        if (r->is_form)
            put_reply(o, "415", "The body is no form.", "Error");
        put_reply(o, "429", "A limit is reached or there is no room; see Retry-After.", "Error");
    }
    if (r->conflicts)
        put_reply(o, "409", "The object is in a state that does not allow this.", "Error");
    put_reply(o, "431", "The headers are too large.", "Error");
    if (r->body && r->is_groq)
        put_reply(o, "498", "Groq's dialect: there is no room for the tier `flex`.", "Error");
    if (is_asked)
        put_reply(o, "500", "A fault of the server.", "Error");
    if (r->keeps) {
        put_reply(o, "501", "The server keeps nothing (`--store none`).", "Error");
        put_reply(o, "507", "The disk of the server's store is full.", "Error");
    }
    put_reply(o, "503", "The server is loading or going down.", "Error");
}

static void put_parameters(struct json_out *o, const struct route *r, const char *in_path)
{
    json_arr_begin(o, "parameters");
    if (in_path) {
        json_obj_begin(o, NULL);
        json_put_str(o, "name", in_path);
        json_put_str(o, "in", "path");
        json_put_bool(o, "required", true);
        api_json_quoted(o, "schema", "{'type':'string','minLength':1}");
        json_obj_end(o);
    }
    if (r->query)
        field_parameters(o, r->query);
    json_arr_end(o);
}

static void put_operation(struct json_out *o, const struct route *r)
{
    static const char *const names[] = {
        [HTTP_GET] = "get",       [HTTP_POST] = "post",   [HTTP_PUT] = "put",
        [HTTP_DELETE] = "delete", [HTTP_HEAD] = "head",   [HTTP_OPTIONS] = "options",
        [HTTP_PATCH] = "patch",   [HTTP_QUERY] = "query", [HTTP_TRACE] = "trace"};
    char name[64];
    bool has_argument = argument(r->path, name, sizeof name);
    json_obj_begin(o, names[r->method]);
    json_put_str(o, "summary", r->help);
    if (r->access == ROUTE_OPEN)
        api_json_quoted(o, "security", "[]");
    if (has_argument || r->query)
        put_parameters(o, r, has_argument ? name : NULL);
    if (r->body) {
        json_obj_begin(o, "requestBody");
        json_put_bool(o, "required", true);
        json_obj_begin(o, "content");
        json_obj_begin(o, r->is_form ? "multipart/form-data" : "application/json");
        field_schema(o, "schema", r->body);
        json_obj_end(o);
        json_obj_end(o);
        json_obj_end(o);
    }
    json_obj_begin(o, "responses");
    put_answer(o, r);
    put_errors(o, r, has_argument);
    json_obj_end(o);
    json_obj_end(o);
}

static bool is_first_of_path(const struct route *r)
{
    for (const struct route *t = route_table; t < r; t++)
        if (strcmp(t->path, r->path) == 0)
            return false;
    return true;
}

static void put_path(struct json_out *o, const struct route *first)
{
    json_obj_begin(o, first->path);
    if (first->is_groq)
        api_json_quoted(o, "servers",
                        "[{'url':'/'},{'url':'/openai','description':'In the dialect of Groq'}]");
    for (const struct route *r = first; r < route_table + route_count; r++)
        if (strcmp(r->path, first->path) == 0)
            put_operation(o, r);
    json_obj_end(o);
}

void api_openapi(struct json_out *o, const char *version)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "openapi", "3.1.0");
    json_obj_begin(o, "info");
    json_put_str(o, "title", "takt");
    json_put_str(o, "version", version);
    json_obj_end(o);
    api_json_quoted(o, "servers", "[{'url':'/'}]");
    api_json_quoted(o, "security", "[{},{'key':[]}]"); /* none is needed unless there are keys */
    json_obj_begin(o, "paths");
    for (const struct route *r = route_table; r < route_table + route_count; r++)
        if (is_first_of_path(r))
            put_path(o, r);
    json_obj_end(o);
    json_obj_begin(o, "components");
    api_json_quoted(o, "securitySchemes", "{'key':{'type':'http','scheme':'bearer'}}");
    json_obj_begin(o, "schemas");
    for (uint32_t i = 0; i < api_schema_count; i++)
        api_json_quoted(o, api_schemas[i].name, api_schemas[i].schema);
    json_obj_end(o);
    json_obj_end(o);
    json_obj_end(o);
}
