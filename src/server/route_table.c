/* route_table: all that is served. docs/api.md and /openapi.json are made of this list. */
#include "server/api_chat.h"
#include "server/api_completion.h"
#include "server/api_embedding.h"
#include "server/api_file.h"
#include "server/api_items.h"
#include "server/api_response.h"
#include "server/api_tokenize.h"
#include "server/route.h"
#include "server/routes.h"

const struct route route_table[] = {
    {HTTP_POST, "/v1/chat/completions", ROUTE_KEY, true, chat_create,
     .help = "Answers a conversation.", .body = &api_chat_table, .reply = "ChatCompletion",
     .stream = "chunks of type `chat.completion.chunk`, then `[DONE]`"},
    {HTTP_POST, "/v1/completions", ROUTE_KEY, false, completion_create, .help = "Continues texts.",
     .body = &api_completion_table, .reply = "Completion",
     .stream = "chunks of type `text_completion`, then `[DONE]`"},
    {HTTP_POST, "/v1/responses", ROUTE_KEY, true, response_create,
     .help = "Answers an input, and keeps the response.", .body = &api_response_table,
     .reply = "Response", .stream = "events `response.*`"},
    {HTTP_POST, "/v1/responses/input_tokens", ROUTE_KEY, false, response_count,
     .help = "Counts the tokens that a response with the same body would read.",
     .body = &api_response_table, .reply = "InputTokens"},
    {HTTP_GET, "/v1/responses/{response_id}/input_items", ROUTE_KEY, false, response_items,
     .help = "Lists what a response that was kept had as its input.", .query = &api_items_table,
     .reply = "ResponseItems"},
    {HTTP_POST, "/v1/responses/{response_id}/cancel", ROUTE_KEY, false, response_cancel,
     .help = "400: no response is made in the background.", .reply = "Response"},
    {HTTP_GET, "/v1/responses/{response_id}", ROUTE_KEY, false, response_get,
     .help = "Gives a response that was kept.", .query = &api_get_response_table,
     .reply = "Response"},
    {HTTP_DELETE, "/v1/responses/{response_id}", ROUTE_KEY, false, response_delete,
     .help = "Forgets a response that was kept.", .reply = "Deleted"},
    {HTTP_POST, "/v1/embeddings", ROUTE_KEY, true, embedding_create,
     .help = "Turns texts into vectors.", .body = &api_embedding_table, .reply = "Embeddings"},
    {HTTP_POST, "/v1/files", ROUTE_KEY, true, file_create, .help = "Keeps a file.",
     .body = &api_file_form_table, .is_form = true, .reply = "File"},
    {HTTP_GET, "/v1/files", ROUTE_KEY, true, files_list, .help = "Lists the key's files.",
     .query = &api_files_query_table, .reply = "Files"},
    {HTTP_GET, "/v1/files/{file_id}/content", ROUTE_KEY, true, file_content,
     .help = "Gives what a file holds."},
    {HTTP_GET, "/v1/files/{file_id}", ROUTE_KEY, true, file_get, .help = "Describes a file.",
     .reply = "File"},
    {HTTP_DELETE, "/v1/files/{file_id}", ROUTE_KEY, true, file_delete, .help = "Deletes a file.",
     .reply = "Deleted"},
    {HTTP_POST, "/v1/estimate", ROUTE_KEY, false, estimate_create,
     .help = "Says what a chat request with the same body would be promised, without running it.",
     .body = &api_chat_table, .reply = "Estimate"},
    {HTTP_GET, "/v1/models", ROUTE_KEY, true, models_list, .help = "Lists the models.",
     .reply = "Models"},
    {HTTP_GET, "/v1/models/{model}", ROUTE_KEY, true, models_get, .help = "Describes a model.",
     .is_deep = true, .reply = "Model"},
    {HTTP_POST, "/tokenize", ROUTE_KEY, false, tokens_make,
     .help = "Gives the token ids of a text or a conversation.", .body = &api_tokenize_table,
     .reply = "Tokens"},
    {HTTP_POST, "/detokenize", ROUTE_KEY, false, tokens_text,
     .help = "Gives the text of token ids.", .body = &api_detokenize_table, .reply = "Detokenized"},
    {HTTP_GET, "/version", ROUTE_KEY, false, health_version, .help = "Says the version.",
     .reply = "Version"},
    {HTTP_GET, "/openapi.json", ROUTE_KEY, false, health_openapi,
     .help = "Describes all this for programs (OpenAPI 3.1).", .reply = "OpenApi"},
    {HTTP_GET, "/health", ROUTE_OPEN, false, health_ready, .help = "200 when ready, else 503."},
    {HTTP_GET, "/health/live", ROUTE_OPEN, false, health_live,
     .help = "200 while the process serves."},
    {HTTP_GET, "/health/ready", ROUTE_OPEN, false, health_ready,
     .help = "200 when ready, else 503."},
    {HTTP_GET, "/ping", ROUTE_OPEN, false, health_ready, .help = "As /health."},
    {HTTP_POST, "/ping", ROUTE_OPEN, false, health_ready, .help = "As /health."},
    {HTTP_GET, "/metrics", ROUTE_OPEN, false, health_metrics,
     .help = "Figures in Prometheus' format."},
};
const uint32_t route_count = sizeof route_table / sizeof *route_table;
