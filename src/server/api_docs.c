#include "server/api_docs.h"

#include <string.h>

#include "server/api_chat.h"
#include "server/api_completion.h"
#include "server/api_embedding.h"
#include "server/api_json.h"
#include "server/api_limits.h"
#include "server/api_response.h"
#include "server/api_tokenize.h"

static const struct api_route routes[] = {
    {"/v1/chat/completions", "Answers a conversation.", &api_chat_table, "ChatCompletion",
     "chunks of type `chat.completion.chunk`, then `[DONE]`"},
    {"/v1/completions", "Continues texts.", &api_completion_table, "Completion",
     "chunks of type `text_completion`, then `[DONE]`"},
    {"/v1/responses", "Answers an input, and keeps the response.", &api_response_table, "Response",
     "events `response.*`"},
    {"/v1/embeddings", "Turns texts into vectors.", &api_embedding_table, "Embeddings", NULL},
    {"/v1/estimate", "Tells what a chat completion would take, without making it.", &api_chat_table,
     "Estimate", NULL},
    {"/tokenize", "Turns a text or a conversation into tokens.", &api_tokenize_table, "Tokens",
     NULL},
    {"/detokenize", "Turns tokens into text.", &api_detokenize_table, "Detokenized", NULL},
};

enum { N_ROUTES = sizeof routes / sizeof *routes };

const struct api_route *api_routes(uint32_t *n)
{
    *n = N_ROUTES;
    return routes;
}

/* ---- for people ------------------------------------------------------------------------------ */

static void put_head(FILE *out)
{
    fputs("# HTTP API\n\n"
          "Written by `takt` from the tables that read requests: every field that OpenAI, Groq or "
          "vLLM define stands\nhere, and is served, taken without effect, or refused by name. The "
          "column \"known to\" says whose field it is:\nO OpenAI, G Groq, V vLLM, T takt alone. "
          "`null` is the same as leaving a field out. Fields that are in no\ntable are not "
          "errors; the reply's header `" FIELD_WARNING_HEADER
          "` names them and those without effect. With\n"
          "`--groq-strict`, the routes under `/openai/v1` refuse what GroqCloud refuses.\n\n",
          out);
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
    for (int i = 0; i < N_ROUTES; i++) {
        const struct api_route *r = &routes[i];
        bool is_first = true;
        for (int k = 0; k < i; k++)
            if (routes[k].table == r->table) {
                fprintf(out, "## POST %s\n\n%s The body is that of `%s`.\n\n", r->path, r->summary,
                        routes[k].path);
                is_first = false;
            }
        if (!is_first)
            continue;
        fprintf(out, "## POST %s\n\n%s", r->path, r->summary);
        if (r->stream)
            fprintf(out, " With `stream`, %s.", r->stream);
        fputs("\n\n", out);
        field_markdown(out, r->table);
    }
    put_limits(out);
    fputs("## Errors\n\n"
          "`{\"error\": {\"message\", \"type\", \"param\", \"code\"}}`; `param` names the field. "
          "In the dialect of vLLM, `code`\nis the status. After a stream has begun, an error is "
          "its last event.\n\n",
          out);
    api_error_markdown(out);
}

/* ---- for machines ---------------------------------------------------------------------------- */

#define STRING  "{'type':'string'}"
#define INTEGER "{'type':'integer'}"
#define REF(x)  "{'$ref':'#/components/schemas/" x "'}"
#define LIST(x) "{'type':'array','items':" x "}"
/* An object with the members REQUIRED (names in quotes) and PROPERTIES. */
#define OBJECT(required, properties)                                                               \
    "{'type':'object','required':[" required "],'properties':{" properties "}}"

/* Schemas that no table makes, with ' for ". Those of replies name what is always there. */
static const struct {
    const char *name, *schema;
} components[] = {
    {"TextPart", OBJECT("'type','text'", "'type':{'const':'text'},'text':" STRING)},
    {"Content", "{'anyOf':[" STRING ",{'type':'array','minItems':1,'items':" REF("TextPart") "}]}"},
    {"ToolCall", OBJECT("'id','type','function'",
                        "'id':" STRING ",'type':{'const':'function'},'function':" OBJECT(
                            "'name','arguments'",
                            "'name':" STRING ",'arguments':{'type':'string','description':"
                            "'The JSON text of an object.'}"))},
    {"SpokenMessage",
     OBJECT("'role','content'", "'role':{'enum':['system','developer','user']},'content':" REF(
                                    "Content") ",'name':" STRING)},
    {"AssistantMessage",
     OBJECT("'role','content'",
            "'role':{'const':'assistant'},'content':" REF("Content") ",'tool_calls':" LIST(
                REF("ToolCall")) ","
                                 "'function_call':{'type':'null'},'audio':{'type':'null'}")},
    {"ToolMessage",
     OBJECT("'role','content','tool_call_id'",
            "'role':{'const':'tool'},'content':" REF("Content") ","
                                                                "'tool_call_id':" STRING)},
    {"Message",
     "{'anyOf':[" REF("SpokenMessage") "," REF("AssistantMessage") "," REF("ToolMessage") "]}"},
    {"Messages", LIST(REF("Message"))},
    {"Tool",
     OBJECT("'type','function'",
            "'type':{'const':'function'},'function':" OBJECT(
                "'name'", "'name':{'type':'string','minLength':1},'description':" STRING ","
                          "'parameters':{'type':'object'},'strict':{'type':['boolean','null']}"))},
    {"Tools", LIST(REF("Tool"))},
    {"TextFormat", OBJECT("'type'", "'type':{'const':'text'}")},
    {"ResponsePart", OBJECT("'type','text'", "'type':{'enum':['input_text','output_text','text',"
                                             "'summary_text']},'text':" STRING)},
    {"ResponseContent",
     "{'anyOf':[" STRING ",{'type':'array','minItems':1,'items':" REF("ResponsePart") "}]}"},
    {"ResponseMessage",
     OBJECT("'role','content'", "'type':{'const':'message'},'role':{'enum':['system','developer',"
                                "'user','assistant']},'content':" REF("ResponseContent"))},
    {"FunctionCall", OBJECT("'type','call_id','name','arguments'",
                            "'type':{'const':'function_call'},'call_id':" STRING ","
                            "'name':{'type':'string','minLength':1},'arguments':" STRING)},
    {"FunctionCallOutput", OBJECT("'type','call_id','output'",
                                  "'type':{'const':'function_call_output'},'call_id':" STRING ","
                                  "'output':" REF("ResponseContent"))},
    {"ResponseItem", "{'anyOf':[" REF("ResponseMessage") "," REF("FunctionCall") "," REF(
                         "FunctionCallOutput") "]}"},
    {"ResponseInput",
     "{'anyOf':[" STRING ",{'type':'array','minItems':1,'items':" REF("ResponseItem") "}]}"},
    {"ResponseTool",
     OBJECT("'type','name'", "'type':{'const':'function'},'name':{'type':'string','minLength':1},"
                             "'description':{'type':['string','null']},"
                             "'parameters':{'type':['object','null']},"
                             "'strict':{'type':['boolean','null']}")},
    {"ResponseTools", LIST(REF("ResponseTool"))},
    {"ResponseInclude",
     LIST("{'enum':['message.output_text.logprobs','reasoning.encrypted_content',"
          "'file_search_call.results','web_search_call.results','web_search_call.action.sources',"
          "'message.input_image.image_url','computer_call_output.output.image_url',"
          "'code_interpreter_call.outputs']}")},
    {"Usage", OBJECT("'prompt_tokens','completion_tokens','total_tokens'",
                     "'prompt_tokens':" INTEGER ",'completion_tokens':" INTEGER ","
                     "'total_tokens':" INTEGER)},
    {"ChatCompletion",
     OBJECT("'id','object','created','model','choices','usage'",
            "'id':" STRING ",'object':{'const':'chat.completion'},'created':" INTEGER ","
            "'model':" STRING
            ",'choices':" LIST(OBJECT("'index','message','logprobs','finish_reason'",
                                      "'index':" INTEGER)) ","
                                                           "'usage':" REF("Usage"))},
    {"Completion",
     OBJECT("'id','object','created','model','choices','usage'",
            "'id':" STRING ",'object':{'const':'text_completion'},'created':" INTEGER ","
            "'model':" STRING
            ",'choices':" LIST(OBJECT("'index','text','logprobs','finish_reason'",
                                      "'index':" INTEGER)) ","
                                                           "'usage':" REF("Usage"))},
    {"Response", OBJECT("'id','object','created_at','status','model','output'",
                        "'id':" STRING ",'object':{'const':'response'},'created_at':" INTEGER ","
                        "'status':{'enum':['in_progress','completed','incomplete','failed']},"
                        "'model':" STRING ",'output':" LIST("{'type':'object'}"))},
    {"Embeddings", OBJECT("'object','data','model','usage'",
                          "'object':{'const':'list'},'model':" STRING ",'data':" LIST(
                              OBJECT("'object','index','embedding'", "'index':" INTEGER)))},
    {"Estimate", "{'type':'object'}"},
    {"Tokens", OBJECT("'count','max_model_len','tokens'",
                      "'count':" INTEGER ",'max_model_len':" INTEGER ",'tokens':" LIST(
                          INTEGER) ",'token_strs':{'type':['array','null'],'items':" STRING "}")},
    {"Detokenized", OBJECT("'prompt'", "'prompt':" STRING)},
    {"Model", OBJECT("'id','object','created','owned_by'",
                     "'id':" STRING ",'object':{'const':'model'},'created':" INTEGER ","
                     "'owned_by':" STRING)},
    {"Models", OBJECT("'object','data'", "'object':{'const':'list'},'data':" LIST(REF("Model")))},
    {"Error", OBJECT("'error'", "'error':" OBJECT("'message','type'",
                                                  "'message':" STRING ",'type':" STRING ","
                                                  "'param':{'type':['string','null']},"
                                                  "'code':{'type':['string','integer','null']}"))},
};

static void put_reply(struct json_out *o, const char *status, const char *says, const char *schema,
                      bool streams)
{
    char ref[96];
    snprintf(ref, sizeof ref, "#/components/schemas/%s", schema);
    json_obj_begin(o, status);
    json_put_str(o, "description", says);
    json_obj_begin(o, "content");
    json_obj_begin(o, "application/json");
    json_obj_begin(o, "schema");
    json_put_str(o, "$ref", ref);
    json_obj_end(o);
    json_obj_end(o);
    if (streams) {
        json_obj_begin(o, "text/event-stream");
        json_obj_begin(o, "schema");
        json_put_str(o, "type", "string");
        json_obj_end(o);
        json_obj_end(o);
    }
    json_obj_end(o);
    json_obj_end(o);
}

/* The errors that any route may give. */
static void put_errors(struct json_out *o)
{
    put_reply(o, "400", "The request is wrong; `param` names the field.", "Error", false);
    put_reply(o, "401", "No valid key was sent where one is needed.", "Error", false);
    put_reply(o, "404", "There is no such model or object.", "Error", false);
    put_reply(o, "413", "The body is too large.", "Error", false);
    put_reply(o, "429", "A limit is reached or there is no room; see Retry-After.", "Error", false);
    put_reply(o, "503", "The server is loading or going down.", "Error", false);
}

static void put_post(struct json_out *o, const struct api_route *r)
{
    json_obj_begin(o, r->path);
    json_obj_begin(o, "post");
    json_put_str(o, "summary", r->summary);
    json_obj_begin(o, "requestBody");
    json_put_bool(o, "required", true);
    json_obj_begin(o, "content");
    json_obj_begin(o, "application/json");
    field_schema(o, "schema", r->table);
    json_obj_end(o);
    json_obj_end(o);
    json_obj_end(o);
    json_obj_begin(o, "responses");
    put_reply(o, "200", "The answer.", r->reply, r->stream != NULL);
    put_errors(o);
    json_obj_end(o);
    json_obj_end(o);
    json_obj_end(o);
}

static void put_get(struct json_out *o, const char *path, const char *summary, const char *reply,
                    const char *parameter)
{
    json_obj_begin(o, path);
    json_obj_begin(o, "get");
    json_put_str(o, "summary", summary);
    if (parameter) {
        json_arr_begin(o, "parameters");
        json_obj_begin(o, NULL);
        json_put_str(o, "name", parameter);
        json_put_str(o, "in", "path");
        json_put_bool(o, "required", true);
        api_json_quoted(o, "schema", STRING);
        json_obj_end(o);
        json_arr_end(o);
    }
    json_obj_begin(o, "responses");
    put_reply(o, "200", "The answer.", reply, false);
    put_errors(o);
    json_obj_end(o);
    json_obj_end(o);
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
    json_obj_begin(o, "paths");
    for (int i = 0; i < N_ROUTES; i++)
        put_post(o, &routes[i]);
    put_get(o, "/v1/models", "Lists the models that are served.", "Models", NULL);
    put_get(o, "/v1/models/{model}", "Tells of one model.", "Model", "model");
    json_obj_end(o);
    json_obj_begin(o, "components");
    json_obj_begin(o, "schemas");
    for (size_t i = 0; i < sizeof components / sizeof *components; i++)
        api_json_quoted(o, components[i].name, components[i].schema);
    json_obj_end(o);
    json_obj_end(o);
    json_obj_end(o);
}
