/* tokens: /tokenize and /detokenize, in vLLM's form. */
#include <stdlib.h>

#include "engine/handles.h"
#include "server/api_models.h"
#include "server/api_tokenize.h"
#include "server/routes.h"
#include "server/server_parts.h"

/* The ids of what R asks (malloc'ed). */
static takt_rc ids_of(const struct api_tokenize *r, const takt_model *m, int32_t **ids, size_t *n,
                      takt_err *e)
{
    if (!r->prompt.p) {
        const takt_chat_input in = {.messages = (const char *)r->messages.p,
                                    .messages_len = r->messages.len,
                                    .tools = (const char *)r->tools.p,
                                    .tools_len = r->tools.len};
        return takt_chat_prompt(m, &in, ids, n, e);
    }
    size_t cap = r->prompt.len + 2;
    *ids = malloc(cap * sizeof **ids);
    if (!*ids)
        return err_set(e, TAKT_ERR_MEMORY, "prompt", "no memory for it");
    return takt_tokenize(m, (const char *)r->prompt.p, r->prompt.len,
                         r->add_special ? TAKT_TEXT_BOS : 0, *ids, cap, n, e);
}

static void tell(const struct call *c, const struct api_tokenize *r, const struct served *m,
                 struct arena *a, const int32_t *ids, uint32_t n)
{
    struct json_out o = {0};
    struct slice *texts = r->return_texts ? ARENA_ARRAY(a, struct slice, n) : NULL;
    for (uint32_t i = 0; texts && i < n; i++)
        texts[i] = tokenizer_token_text(m->model->tokenizer, ids[i]);
    api_tokens_put(&o, ids, texts, n, m->limits.n_ctx);
    o.failed = o.failed || (r->return_texts && !texts);
    call_json(c, 200, &o);
}

void tokens_make(struct call *c)
{
    const struct api_options opt = {0};
    struct arena a = {0};
    struct api_tokenize r = {0};
    struct api_error err;
    struct served *m = NULL;
    int32_t *ids = NULL;
    size_t n = 0;
    takt_err e;
    if (api_tokenize_read(&r, &a, http_body(c->x), &opt, &err).code)
        call_error(c, &err);
    else
        m = call_find(c, r.model);
    if (m && ids_of(&r, m->model, &ids, &n, &e).code) {
        api_error_from_request(&err, &e, r.prompt.p ? "prompt" : NULL);
        call_error(c, &err);
    } else if (m) {
        tell(c, &r, m, &a, ids, (uint32_t)n);
    }
    free(ids);
    arena_free(&a);
}

void tokens_text(struct call *c)
{
    const struct api_options opt = {0};
    struct arena a = {0};
    struct api_detokenize r = {0};
    struct api_error err;
    struct served *m = NULL;
    char *text = NULL;
    size_t len;
    takt_err e;
    if (api_detokenize_read(&r, &a, http_body(c->x), &opt, &err).code)
        call_error(c, &err);
    else
        m = call_find(c, r.model);
    if (m && api_ids_vocab(&r.tokens, "tokens", m->info.n_vocab, &err).code) {
        call_error(c, &err);
    } else if (m &&
               takt_detokenize(m->model, r.tokens.v, r.tokens.n, TAKT_TEXT_SPECIAL, &text, &len, &e)
                   .code) {
        api_error_from_server(&err, &e);
        call_error(c, &err);
    } else if (m) {
        struct json_out o = {0};
        api_detokenized_put(&o, (struct slice){(const uint8_t *)text, len});
        call_json(c, 200, &o);
    }
    takt_free(text);
    arena_free(&a);
}
