/* Bodies of requests, read as each kind of request there is, and queries. What is refused is
 * refused in words that make a whole reply; what is taken keeps the promises of the headers. */
#include <string.h>

#include "server/api_chat.h"
#include "server/api_completion.h"
#include "server/api_embedding.h"
#include "server/api_items.h"
#include "server/api_limits.h"
#include "server/api_query.h"
#include "server/api_response.h"
#include "server/api_tokenize.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(bool is_so)
{
    if (!is_so)
        __builtin_trap();
}

/* TEXT is a JSON list of N elements, or of any number. */
static void check_list(struct slice text, int64_t n)
{
    struct arena a = {0};
    const struct json *root;
    check(!json_parse(&root, &a, text, "list", NULL, NULL).code && root->kind == JSON_ARRAY);
    check(n < 0 || root->count == n);
    arena_free(&a);
}

static void check_sampling(const struct api_sampling *s)
{
    takt_sampling to = {0};
    api_sampling_apply(s, &to);
    check(s->n >= 1 && s->n <= API_MAX_N);
    check(to.temperature >= 0 && to.temperature <= 2 && to.top_p >= 0 && to.top_p <= 1);
    check(s->stop.n <= API_MAX_STOPS && s->stop_ids.n <= API_MAX_STOP_IDS);
    for (uint32_t i = 0; i < s->stop.n; i++)
        check(s->stop.v[i].len > 0);
    for (uint32_t i = 0; i < s->logit_bias.n; i++)
        check(s->logit_bias.v[i].id >= 0 &&
              (i == 0 || s->logit_bias.v[i - 1].id < s->logit_bias.v[i].id));
}

static void check_notes(const struct field_notes *notes)
{
    char text[512];
    for (const char *p = field_warning(notes, text, sizeof text); *p; p++)
        check(*p >= ' ' && *p < 0x7F);
}

/* Tells whether the reader succeeded; its error is one that can be sent. */
static bool is_taken(takt_rc rc, const struct api_error *e)
{
    if (!rc.code)
        return true;
    check(e->why > API_OK && e->why < API_WHYS && e->message[0]);
    for (int d = API_OPENAI; d <= API_VLLM; d++) {
        struct arena a = {0};
        const struct json *root;
        char body[API_ERROR_BYTES];
        struct slice s = {(const uint8_t *)body, api_error_body(e, (enum api_dialect)d, body)};
        check(!json_parse(&root, &a, s, "error", NULL, NULL).code);
        arena_free(&a);
    }
    return false;
}

static void read_chat(struct slice body, bool groq_strict)
{
    struct arena a = {0};
    struct api_chat c;
    struct api_error e;
    const struct api_options opt = {.groq_strict = groq_strict};
    if (is_taken(api_chat_read(&c, &a, body, &opt, &e), &e)) {
        check_sampling(&c.sampling);
        check_notes(&c.notes);
        check_list(c.messages, c.n_messages);
        if (c.tools.p)
            check_list(c.tools, c.n_tools);
        api_sampling_vocab(&c.sampling, 1000, &e);
    }
    arena_free(&a);
}

/* What is kept of a response is read again as the same messages. */
static void check_items(const struct api_response *r, struct arena *a)
{
    struct json_out o = {0};
    struct api_error e;
    struct slice messages;
    struct field_notes notes = {0};
    struct field_json input;
    struct api_pictures pictures = {0};
    uint32_t n;
    api_items_put(&o, r, "resp_1");
    input.text = (struct slice){(const uint8_t *)o.p, o.len};
    check(!json_parse(&input.v, a, input.text, "items", NULL, NULL).code);
    check(!api_response_input(&messages, &n, &pictures, &input, 0, &notes, a, input.text, &e).code);
    check(n == r->n_messages && pictures.n == r->pictures.n);
    json_out_free(&o);
}

static void read_response(struct slice body)
{
    struct arena a = {0};
    struct api_response r;
    struct api_error e;
    const struct api_options opt = {0};
    if (is_taken(api_response_read(&r, &a, body, &opt, &e), &e)) {
        struct json_out o = {0};
        check_sampling(&r.sampling);
        check_notes(&r.notes);
        check_list(r.messages, r.n_messages);
        if (r.tools.p)
            check_list(r.tools, r.n_tools);
        check_items(&r, &a);
        api_messages_join(&o, r.instructions, &r.messages, 1);
        check_list((struct slice){(const uint8_t *)o.p, o.len}, -1);
        json_out_free(&o);
    }
    arena_free(&a);
}

static void read_others(struct slice body)
{
    struct arena a = {0};
    struct api_completion c;
    struct api_embedding m;
    struct api_tokenize t;
    struct api_detokenize d;
    struct api_error e;
    const struct api_options opt = {0};
    if (is_taken(api_completion_read(&c, &a, body, &opt, &e), &e)) {
        check_sampling(&c.sampling);
        check(c.prompts.n * c.sampling.n <= API_MAX_PROMPTS && !c.prompts.text == !!c.prompts.ids);
        api_completion_vocab(&c, 1000, &e);
    }
    if (is_taken(api_embedding_read(&m, &a, body, &opt, &e), &e))
        check(m.inputs.n >= 1 && m.inputs.n <= API_MAX_INPUTS);
    if (is_taken(api_tokenize_read(&t, &a, body, &opt, &e), &e))
        check(!t.prompt.p == !!t.messages.p);
    is_taken(api_detokenize_read(&d, &a, body, &opt, &e), &e);
    arena_free(&a);
}

static void read_query(struct slice text)
{
    struct arena a = {0};
    struct api_items_page p = {0};
    struct api_error e;
    const char *query = arena_strndup(&a, (const char *)text.p, text.len);
    takt_rc rc = api_query_read(&p, &p.notes, &api_items_table, &a, query, &e);
    if (is_taken(rc, &e)) {
        check(p.limit >= 1 && p.limit <= 100 && p.order <= API_OLDEST_FIRST);
        check_notes(&p.notes);
    }
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct slice body = {data, n};
    read_chat(body, false);
    read_chat(body, true);
    read_response(body);
    read_others(body);
    read_query(body);
    return 0;
}
