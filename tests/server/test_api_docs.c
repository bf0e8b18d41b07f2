/* docs/api.md and /openapi.json say what the tables hold. */
#include "server/api_docs.h"

#include "server/api_limits.h"
#include "server/route.h"
#include "api.h"

static char *markdown(void)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    if (!T_OK(f))
        return NULL;
    api_markdown(f);
    fclose(f);
    return text;
}

T_TEST(every_route_field_and_limit_is_documented)
{
    char *text = markdown(), line[128];
    if (!text)
        return;
    for (const struct route *r = route_table; r < route_table + route_count; r++) {
        snprintf(line, sizeof line, "| `%s %s` |", http_method_name(r->method), r->path);
        T_OK(strstr(text, line) != NULL);
        if (!r->body)
            continue;
        snprintf(line, sizeof line, "### %s %s\n", http_method_name(r->method), r->path);
        T_OK(strstr(text, line) != NULL);
        for (uint32_t p = 0; p < r->body->n_parts; p++)
            for (uint32_t k = 0; k < r->body->parts[p].n; k++) {
                const struct field *f = &r->body->parts[p].rows[k];
                snprintf(line, sizeof line, f->group ? "| `%s." : "| `%s` |", f->name);
                if (!strstr(text, line))
                    t_fail(__FILE__, __LINE__, "%s is not documented", f->name);
            }
    }
#define LIMIT(name, value, says)                                                                   \
    snprintf(line, sizeof line, "| %d | %s |\n", (value), says);                                   \
    T_OK(strstr(text, line) != NULL);
    API_LIMITS(LIMIT)
#undef LIMIT
    free(text);
}

/* Cells of a table are parted by bars that no text brings. */
T_TEST(tables_have_equal_rows)
{
    char *text = markdown();
    unsigned bars = 0;
    for (char *line = text; line && *line;) {
        char *end = strchr(line, '\n');
        unsigned n = 0;
        for (char *c = line; c < end; c++)
            n += *c == '|' && (c == line || c[-1] != '\\');
        if (line[0] == '|' && bars && n != bars)
            t_fail(__FILE__, __LINE__, "%.*s", (int)(end - line), line);
        bars = line[0] == '|' ? n : 0;
        line = end + 1;
    }
    free(text);
}

/* Each "$ref" below V leads to a component. */
static void check_references(const struct json *v, const struct json *schemas, unsigned *n)
{
    static const char prefix[] = "#/components/schemas/";
    if (v->key && strcmp(v->key, "$ref") == 0 && v->kind == JSON_STRING) {
        ++*n;
        if (strncmp(v->str, prefix, strlen(prefix)) || !json_get(schemas, v->str + strlen(prefix)))
            t_fail(__FILE__, __LINE__, "%s leads nowhere", v->str);
    }
    for (const struct json *m = v->child; m; m = m->next)
        check_references(m, schemas, n);
}

/* The body of OPERATION has a property for each of R's fields. */
static void check_body(const struct json *operation, const struct route *r)
{
    const struct json *content = json_get(json_get(operation, "requestBody"), "content");
    const struct json *schema = json_get(
        json_get(content, r->is_form ? "multipart/form-data" : "application/json"), "schema");
    const struct json *properties = json_get(schema, "properties");
    uint32_t n_rows = 0;
    for (uint32_t p = 0; r->body && p < r->body->n_parts; p++)
        n_rows += r->body->parts[p].n;
    T_EQ_INT(properties ? properties->count : 0, n_rows);
}

T_TEST(the_openapi_document_is_whole)
{
    struct json_out o = {0};
    unsigned n_references = 0;
    api_openapi(&o, "1.2.3");
    const struct json *root = PARSED(&o);
    if (!root)
        return;
    T_OK(json_is_str(json_get(root, "openapi"), "3.1.0"));
    T_OK(json_is_str(json_get(json_get(root, "info"), "version"), "1.2.3"));
    const struct json *paths = json_get(root, "paths");
    uint32_t n_operations = 0;
    for (const struct json *p = paths->child; p; p = p->next)
        n_operations += p->count - (json_get(p, "servers") != NULL);
    T_EQ_INT(n_operations, route_count);
    for (const struct route *r = route_table; r < route_table + route_count; r++) {
        const struct json *operation =
            json_get(json_get(paths, r->path), r->method == HTTP_GET    ? "get"
                                               : r->method == HTTP_POST ? "post"
                                                                        : "delete");
        check_body(operation, r);
        T_OK(json_get(json_get(operation, "responses"), "200") != NULL);
        T_EQ_INT(json_get(operation, "parameters") != NULL,
                 strchr(r->path, '{') != NULL || r->query != NULL);
    }
    check_references(root, json_get(json_get(root, "components"), "schemas"), &n_references);
    T_OK(n_references > 50);
    json_out_free(&o);
    done();
}

/* Names that the APIs of OpenAI (2026-08), Groq (SDK 1.4) and vLLM (0.29) define. */
static const struct {
    const struct field_table *table;
    const char *names;
} known[] = {
    {&api_chat_table,
     "add_generation_prompt add_special_tokens allowed_token_ids audio bad_words "
     "cache_salt chat_template chat_template_kwargs citation_options compound_custom "
     "continue_final_message disable_tool_validation documents ec_transfer_params echo "
     "exclude_domains frequency_penalty function_call functions ignore_eos "
     "include_domains include_reasoning include_stop_str_in_output kv_transfer_params "
     "length_penalty logit_bias logprob_token_ids logprobs max_completion_tokens "
     "max_tokens media_io_kwargs messages metadata min_p min_tokens "
     "mm_processor_kwargs modalities model moderation n parallel_tool_calls prediction "
     "presence_penalty priority prompt_cache_key prompt_cache_options "
     "prompt_cache_retention prompt_logprobs reasoning_effort reasoning_format "
     "repetition_detection repetition_penalty request_id response_format "
     "return_assistant_tokens_mask return_prompt_text return_token_ids "
     "return_token_offsets return_tokens_as_token_ids routed_experts_prompt_start "
     "safety_identifier search_settings seed service_tier session_id "
     "skip_special_tokens spaces_between_special_tokens stop stop_token_ids store "
     "stream stream_interval stream_options structured_outputs temperature "
     "thinking_token_budget tool_choice tools top_k top_logprobs top_p "
     "truncate_prompt_tokens truncation_side use_beam_search user verbosity vllm_xargs "
     "web_search_options"},
    {&api_completion_table,
     "add_special_tokens allowed_token_ids bad_words best_of cache_salt "
     "ec_transfer_params echo frequency_penalty ignore_eos include_stop_str_in_output "
     "kv_transfer_params length_penalty logit_bias logprob_token_ids logprobs "
     "max_tokens min_p min_tokens model n presence_penalty priority prompt "
     "prompt_embeds prompt_logprobs repetition_detection repetition_penalty request_id "
     "response_format return_token_ids return_token_offsets return_tokens_as_token_ids "
     "routed_experts_prompt_start seed session_id skip_special_tokens "
     "spaces_between_special_tokens stop stop_token_ids stream stream_interval "
     "stream_options structured_outputs suffix temperature thinking_token_budget top_k "
     "top_p truncate_prompt_tokens truncation_side use_beam_search user vllm_xargs"},
    {&api_embedding_table,
     "add_generation_prompt add_special_tokens cache_salt chat_template "
     "chat_template_kwargs continue_final_message dimensions embed_dtype "
     "encoding_format endianness input media_io_kwargs messages mm_processor_kwargs "
     "model priority request_id truncate_prompt_tokens truncation_side use_activation "
     "user"},
    {&api_response_table,
     "background cache_salt chat_template_kwargs context_management conversation "
     "ec_transfer_params enable_response_messages frequency_penalty ignore_eos include "
     "include_reasoning include_stop_str_in_output input instructions "
     "kv_transfer_params logit_bias max_output_tokens max_tool_calls media_io_kwargs "
     "metadata mm_processor_kwargs model moderation parallel_tool_calls "
     "presence_penalty previous_input_messages previous_response_id priority prompt "
     "prompt_cache_key prompt_cache_options prompt_cache_retention reasoning "
     "repetition_penalty request_id safety_identifier seed service_tier session_id "
     "skip_special_tokens stop store stream stream_options structured_outputs "
     "temperature text tool_choice tools top_k top_logprobs top_p truncation user "
     "vllm_xargs"},
    {&api_tokenize_table,
     "add_generation_prompt add_special_tokens chat_template chat_template_kwargs "
     "continue_final_message media_io_kwargs messages mm_processor_kwargs model prompt "
     "return_token_strs tools"},
    {&api_detokenize_table, "model tokens"},
};

T_TEST(no_field_of_a_peer_is_unknown)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        unsigned n_names = 0;
        for (const char *w = known[i].names; *w; n_names++) {
            struct field_notes given = {0};
            size_t len = strcspn(w, " ");
            char name[64];
            snprintf(name, sizeof name, "%.*s", (int)len, w);
            memset(given.given, 0xFF, sizeof given.given); /* every row that there is */
            if (!field_given(&given, known[i].table, name))
                t_fail(__FILE__, __LINE__, "table %zu has no field %s", i, name);
            w += len + (w[len] == ' ');
        }
        T_OK(n_names > 1);
    }
}

T_MAIN("server/api_docs")
