#include "server/api_models.h"

#include <string.h>

#include "server/api_json.h"
#include "server/api_reply.h"

static void put_slice(struct json_out *o, const char *key, struct slice s)
{
    json_put_strn(o, key, s.len ? (const char *)s.p : "", s.len);
}

static void put_or_null(struct json_out *o, const char *key, const char *s)
{
    if (s)
        json_put_str(o, key, s);
    else
        json_put_null(o, key);
}

/* What it reads, as OpenRouter and llama-server tell it. */
static void put_inputs(struct json_out *o, const struct api_model *m)
{
    json_obj_begin(o, "architecture");
    api_json_quoted(o, "input_modalities",
                    !m->sees        ? "['text']"
                    : m->sees_clips ? "['text','image','video']"
                                    : "['text','image']");
    api_json_quoted(o, "output_modalities", "['text']");
    json_obj_end(o);
    api_json_quoted(o, "capabilities", m->sees ? "['completion','multimodal']" : "['completion']");
}

void api_model_put(struct json_out *o, const char *key, const struct api_model *m)
{
    json_obj_begin(o, key);
    json_put_str(o, "id", m->id);
    json_put_str(o, "object", "model");
    json_put_i64(o, "created", m->created);
    json_put_str(o, "owned_by", m->owned_by ? m->owned_by : "takt");
    json_put_str(o, "root", m->root ? m->root : m->id); /* vLLM's */
    put_or_null(o, "parent", m->parent);
    json_put_i64(o, "max_model_len", m->n_ctx);
    json_put_bool(o, "active", m->is_active); /* Groq's */
    json_put_i64(o, "context_window", m->n_ctx);
    json_put_i64(o, "max_completion_tokens", m->n_ctx);
    json_put_null(o, "public_apps");
    put_inputs(o, m);
    if (m->state) {
        json_obj_begin(o, "status"); /* llama-server's */
        json_put_str(o, "value", m->state);
        json_put_bool(o, "failed", m->has_failed);
        json_put_u64(o, "memory_bytes", m->memory_bytes);
        json_put_f64(o, "ready_in_s", m->load_s);
        json_obj_end(o);
    }
    json_obj_end(o);
}

void api_models_put(struct json_out *o, const struct api_model *m, uint32_t n)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "object", "list");
    json_arr_begin(o, "data");
    for (uint32_t i = 0; i < n; i++)
        api_model_put(o, NULL, &m[i]);
    json_arr_end(o);
    json_obj_end(o);
}

/* ---- embeddings ------------------------------------------------------------------------------ */

/* RFC 4648; three floats are twelve bytes, so groups of three bytes cross them. */
static void put_base64(struct json_out *o, const char *key, const float *v, uint32_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t group = 0, n_bytes = 0;
    char out[4];
    json_put_str(o, key, "");
    if (!o->failed)
        o->len--; /* its closing quote */
    for (uint64_t i = 0; i < (uint64_t)n * 4; i++) {
        uint32_t bits;
        memcpy(&bits, &v[i / 4], 4);
        group = group << 8 | (bits >> 8 * (i % 4) & 0xFF);
        if (++n_bytes < 3)
            continue;
        for (int k = 0; k < 4; k++)
            out[k] = digits[group >> (18 - 6 * k) & 63];
        api_json_raw(o, out, 4);
        group = n_bytes = 0;
    }
    if (n_bytes) {
        group <<= 8 * (3 - n_bytes);
        for (uint32_t k = 0; k < 4; k++)
            out[k] = k <= n_bytes ? digits[group >> (18 - 6 * k) & 63] : '=';
        api_json_raw(o, out, 4);
    }
    api_json_raw(o, "\"", 1);
}

void api_embeddings_begin(struct json_out *o)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "object", "list");
    json_arr_begin(o, "data");
}

void api_embeddings_put(struct json_out *o, uint32_t i, const float *v, uint32_t n, bool as_base64)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "object", "embedding");
    json_put_i64(o, "index", i);
    if (as_base64) {
        put_base64(o, "embedding", v, n);
    } else {
        json_arr_begin(o, "embedding");
        for (uint32_t k = 0; k < n; k++)
            api_json_f32(o, NULL, v[k]);
        json_arr_end(o);
    }
    json_obj_end(o);
}

void api_embeddings_end(struct json_out *o, const char *model, uint64_t n_tokens)
{
    json_arr_end(o);
    json_put_str(o, "model", model);
    json_obj_begin(o, "usage");
    json_put_u64(o, "prompt_tokens", n_tokens);
    json_put_u64(o, "total_tokens", n_tokens);
    json_obj_end(o);
    json_obj_end(o);
}

/* ---- tokens ---------------------------------------------------------------------------------- */

void api_tokens_put(struct json_out *o, const int32_t *ids, const struct slice *texts, uint32_t n,
                    uint32_t n_ctx)
{
    json_obj_begin(o, NULL);
    json_put_i64(o, "count", n);
    json_put_i64(o, "max_model_len", n_ctx);
    json_arr_begin(o, "tokens");
    for (uint32_t i = 0; i < n; i++)
        json_put_i64(o, NULL, ids[i]);
    json_arr_end(o);
    if (texts) {
        json_arr_begin(o, "token_strs");
        for (uint32_t i = 0; i < n; i++)
            put_slice(o, NULL, texts[i]);
        json_arr_end(o);
    } else {
        json_put_null(o, "token_strs");
    }
    json_obj_end(o);
}

void api_detokenized_put(struct json_out *o, struct slice text)
{
    json_obj_begin(o, NULL);
    put_slice(o, "prompt", text);
    json_obj_end(o);
}

void api_rendered_put(struct json_out *o, const char *request_id, const char *model,
                      const int32_t *ids, uint32_t n)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "request_id", request_id);
    json_put_str(o, "model", model);
    api_reply_ids(o, "token_ids", ids, n);
    json_obj_end(o);
}
