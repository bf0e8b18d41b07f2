#include <math.h>
#include <stdlib.h>

#include "model/hf.h"
#include "model/hparams.h"
#include "model/sampling.h"
#include "model/shown.h"

enum { JSON_BYTES_MAX = 64 << 20, TEMPLATE_BYTES_MAX = 4 << 20 };

/* A family of Hugging Face models: its word in config.json, ours, and the values that transformers
 * takes for what config.json leaves out (which nested text_config objects do). */
struct family {
    const char *model_type, *arch;
    uint32_t n_embd, n_ff, n_heads, n_kv_heads, n_ctx, n_vocab, n_experts, sliding_window;
    double norm_eps, rope_theta;
    bool granite; /* scales in config.json; the attention scale is given, not derived */
};
static const struct family families[] = {
    {"llama", "llama", 4096, 11008, 32, 0, 2048, 32000, 0, 0, 1e-6, 1e4, false},
    {"mistral", "llama", 4096, 14336, 32, 8, 131072, 32000, 0, 4096, 1e-6, 1e4, false},
    {"mixtral", "llama", 4096, 14336, 32, 8, 131072, 32000, 8, 0, 1e-5, 1e6, false},
    {"granite", "granite", 4096, 11008, 32, 0, 2048, 32000, 0, 0, 1e-6, 1e4, true},
    {"granitemoe", "granitemoe", 4096, 11008, 32, 0, 2048, 32000, 8, 0, 1e-6, 1e4, true},
    {"granitemoeshared", "granitemoe", 4096, 11008, 32, 0, 2048, 32000, 8, 0, 1e-6, 1e4, true},
    {"qwen2", "qwen2", 4096, 22016, 32, 32, 32768, 151936, 0, 0, 1e-6, 1e4, false},
    {"mllama_text_model", "mllama", 4096, 14336, 32, 8, 131072, 128256, 0, 0, 1e-5, 5e5, false},
    {"qwen2_vl", "qwen2vl", 8192, 29568, 64, 8, 32768, 152064, 0, 0, 1e-5, 1e6, false},
    {"qwen2_vl_text", "qwen2vl", 8192, 29568, 64, 8, 32768, 152064, 0, 0, 1e-5, 1e6, false},
    {"qwen2_5_vl", "qwen2vl", 8192, 29568, 64, 8, 32768, 152064, 0, 0, 1e-5, 1e6, false},
    {"qwen2_5_vl_text", "qwen2vl", 8192, 29568, 64, 8, 32768, 152064, 0, 0, 1e-5, 1e6, false},
};

/* config.json while it is read: SRC is the object that describes the language model. */
struct config {
    struct model *m;
    const struct json *src;
    const struct family *family; /* NULL: not one of ours; numbers that are absent stay zero */
    takt_err *e;
};

static const struct json *value(const struct config *c, const char *key)
{
    const struct json *v = json_get(c->src, key);
    return v && v->kind != JSON_NULL ? v : NULL;
}

static takt_rc refuse(const struct config *c, takt_code code, const char *key, const char *what)
{
    return err_set(c->e, code, c->m->path, "config.json: '%s' %s", key, what);
}

static takt_rc get_uint(const struct config *c, const char *key, uint32_t def, uint32_t *out)
{
    const struct json *v = value(c, key);
    int64_t n = def;
    if (v && (!json_i64(v, &n) || n < 0 || n > UINT32_MAX))
        return refuse(c, TAKT_ERR_FORMAT, key, "is no integer from 0 to 2^32-1");
    *out = (uint32_t)n;
    return TAKT_OK;
}

static takt_rc get_float(const struct config *c, const struct json *obj, const char *key,
                         double def, float *out)
{
    const struct json *v = json_get(obj, key);
    double d = def;
    if (v && v->kind != JSON_NULL && !json_f64(v, &d))
        return refuse(c, TAKT_ERR_FORMAT, key, "is no number");
    *out = (float)d;
    return TAKT_OK;
}

/* ---- hyperparameters --------------------------------------------------------------------------
 */

static takt_rc load_sizes(struct config *c)
{
    static const struct family none = {0};
    struct model_hparams *hp = &c->m->hp;
    const struct family *f = c->family ? c->family : &none;
    TAKT_TRY(get_uint(c, "num_hidden_layers", c->family ? 32 : 0, &hp->n_layers));
    TAKT_TRY(get_uint(c, "hidden_size", f->n_embd, &hp->n_embd));
    TAKT_TRY(get_uint(c, "vocab_size", f->n_vocab, &hp->n_vocab));
    TAKT_TRY(get_uint(c, "max_position_embeddings", f->n_ctx, &hp->n_ctx_train));
    TAKT_TRY(get_uint(c, "intermediate_size", f->n_ff, &hp->n_ff));
    TAKT_TRY(get_uint(c, "num_attention_heads", f->n_heads, &hp->n_heads));
    TAKT_TRY(get_uint(c, "num_key_value_heads", f->n_kv_heads ? f->n_kv_heads : hp->n_heads,
                      &hp->n_kv_heads));
    TAKT_TRY(get_uint(c, "head_dim", hp->n_heads ? hp->n_embd / hp->n_heads : 0, &hp->head_dim_k));
    hp->head_dim_v = hp->head_dim_k;
    TAKT_TRY(get_uint(c, "num_local_experts", f->n_experts, &hp->n_experts));
    TAKT_TRY(get_uint(c, "num_experts_per_tok", hp->n_experts ? 2 : 0, &hp->n_experts_used));
    if (!hp->n_experts)
        hp->n_experts_used = 0;
    if (c->family && strcmp(c->family->model_type, "granitemoeshared") == 0) {
        TAKT_TRY(get_uint(c, "shared_intermediate_size", 1024, &hp->n_ff_shared));
        if (!hp->n_experts) { /* then the shared network is the layer's own */
            hp->n_ff = hp->n_ff_shared;
            hp->n_ff_shared = 0;
        }
    }
    bool windowed = true;
    json_bool(value(c, "use_sliding_window"), &windowed);
    /* An explicit null means none, so that value() must not hide it from the default. */
    uint32_t window = json_get(c->src, "sliding_window") ? 0 : f->sliding_window;
    TAKT_TRY(get_uint(c, "sliding_window", window, &hp->sliding_window));
    bool asks = f->arch && strncmp(f->arch, "qwen2", 5) == 0; /* windows only when told to */
    if (!windowed || (asks && !value(c, "use_sliding_window")))
        hp->sliding_window = 0;
    return TAKT_OK;
}

static takt_rc load_yarn(struct config *c, const struct json *r)
{
    struct model_hparams *hp = &c->m->hp;
    hp->rope_scaling = ROPE_SCALING_YARN;
    TAKT_TRY(get_float(c, r, "beta_slow", 1, &hp->rope_low_freq_factor));
    TAKT_TRY(get_float(c, r, "beta_fast", 32, &hp->rope_high_freq_factor));
    double def = hp->rope_factor > 1 ? 0.1 * log((double)hp->rope_factor) + 1 : 1;
    return get_float(c, r, "attention_factor", def, &hp->rope_attn_factor);
}

/* M-RoPE's sections; hparams_check tells whether they fit. */
static takt_rc load_sections(struct config *c, const struct json *rope)
{
    static const uint32_t defaults[3] = {16, 24, 24};
    uint32_t *to = c->m->hp.rope_sections;
    const struct json *list = json_get(rope, "mrope_section");
    if (!c->family || strcmp(c->family->arch, "qwen2vl") != 0)
        return TAKT_OK;
    memcpy(to, defaults, sizeof defaults);
    if (!list || list->kind == JSON_NULL)
        return TAKT_OK;
    if (list->kind != JSON_ARRAY || list->count != 3)
        return refuse(c, TAKT_ERR_FORMAT, "mrope_section", "is no list of three numbers");
    for (const struct json *v = list->child; v; v = v->next) {
        int64_t n;
        if (!json_i64(v, &n) || n < 0 || n > UINT32_MAX)
            return refuse(c, TAKT_ERR_FORMAT, "mrope_section", "is no list of three numbers");
        *to++ = (uint32_t)n;
    }
    return TAKT_OK;
}

static takt_rc load_rope(struct config *c)
{
    struct model_hparams *hp = &c->m->hp;
    float partial = 0, orig_ctx = 0;
    const struct json *r = value(c, "rope_parameters");
    r = r ? r : value(c, "rope_scaling");
    if (json_get(r, "full_attention"))
        r = json_get(r, "full_attention");
    TAKT_TRY(get_float(c, c->src, "rope_theta", c->family ? c->family->rope_theta : 1e4,
                       &hp->rope_theta));
    TAKT_TRY(get_float(c, r, "rope_theta", (double)hp->rope_theta, &hp->rope_theta));
    TAKT_TRY(get_float(c, c->src, "partial_rotary_factor", 1, &partial));
    TAKT_TRY(get_float(c, r, "partial_rotary_factor", (double)partial, &partial));
    if (!(partial > 0 && partial <= 1))
        return refuse(c, TAKT_ERR_FORMAT, "partial_rotary_factor", "is not in (0, 1]");
    hp->rope_dims = (uint32_t)((double)hp->head_dim_k * (double)partial);
    hp->rope_orig_ctx = hp->n_ctx_train;
    TAKT_TRY(load_sections(c, r));
    const struct json *type = json_get(r, "rope_type");
    type = type ? type : json_get(r, "type");
    if (!type || type->kind == JSON_NULL || json_is_str(type, "default") ||
        (hp->rope_sections[0] && json_is_str(type, "mrope")))
        return TAKT_OK;
    TAKT_TRY(get_float(c, r, "factor", 1, &hp->rope_factor));
    TAKT_TRY(
        get_float(c, r, "original_max_position_embeddings", (double)hp->n_ctx_train, &orig_ctx));
    if (!(orig_ctx >= 1 && orig_ctx <= 0x1p31f))
        return refuse(c, TAKT_ERR_FORMAT, "original_max_position_embeddings", "is out of range");
    hp->rope_orig_ctx = (uint32_t)orig_ctx;
    if (json_is_str(type, "linear")) {
        hp->rope_scaling = ROPE_SCALING_LINEAR;
        return TAKT_OK;
    }
    if (json_is_str(type, "llama3")) {
        hp->rope_scaling = ROPE_SCALING_LLAMA3;
        TAKT_TRY(get_float(c, r, "low_freq_factor", 1, &hp->rope_low_freq_factor));
        TAKT_TRY(get_float(c, r, "high_freq_factor", 4, &hp->rope_high_freq_factor));
        if (!(hp->rope_high_freq_factor > hp->rope_low_freq_factor) ||
            !(hp->rope_low_freq_factor > 0))
            return refuse(c, TAKT_ERR_FORMAT, "high_freq_factor", "is not above low_freq_factor");
        return TAKT_OK;
    }
    if (json_is_str(type, "yarn"))
        return load_yarn(c, r);
    return refuse(c, TAKT_ERR_UNSUPPORTED, "rope_type",
                  "is none of default, linear, llama3 and yarn, which takt knows");
}

static takt_rc load_scales(struct config *c)
{
    struct model_hparams *hp = &c->m->hp;
    double eps = c->family ? c->family->norm_eps : 1e-6;
    TAKT_TRY(get_float(c, c->src, "rms_norm_eps", eps, &hp->norm_eps));
    hp->attention_scale = hp->head_dim_k ? 1 / sqrtf((float)hp->head_dim_k) : 0;
    if (!c->family || !c->family->granite)
        return TAKT_OK;
    float logits;
    TAKT_TRY(get_float(c, c->src, "attention_multiplier", 1, &hp->attention_scale));
    TAKT_TRY(get_float(c, c->src, "embedding_multiplier", 1, &hp->embedding_scale));
    TAKT_TRY(get_float(c, c->src, "residual_multiplier", 1, &hp->residual_scale));
    TAKT_TRY(get_float(c, c->src, "logits_scaling", 1, &logits));
    hp->logit_scale = 1 / logits;
    return TAKT_OK;
}

/* Integers below MOST in ascending order, at most CAP of them; *n stays as it is without KEY. */
static takt_rc get_layers(const struct config *c, const char *key, uint32_t most, uint32_t *out,
                          uint32_t cap, uint32_t *n)
{
    const struct json *list = value(c, key);
    int64_t v, last = -1;
    if (!list)
        return TAKT_OK;
    if (list->kind != JSON_ARRAY || list->count > cap)
        return refuse(c, TAKT_ERR_FORMAT, key, "is no list, or a very long one");
    *n = 0;
    for (const struct json *i = list->child; i; i = i->next, last = v) {
        if (!json_i64(i, &v) || v <= last || v >= most)
            return refuse(c, TAKT_ERR_FORMAT, key, "does not name layers in ascending order");
        out[(*n)++] = (uint32_t)v;
    }
    return TAKT_OK;
}

/* Llama 3.2 Vision: every fifth layer looks at pictures, unless config.json says which. */
static takt_rc load_cross(struct config *c)
{
    struct model_hparams *hp = &c->m->hp;
    int64_t image = hp->n_vocab;
    if (!c->family || strcmp(c->family->arch, "mllama") != 0)
        return TAKT_OK;
    TAKT_TRY(get_uint(c, "num_hidden_layers", 40, &hp->n_layers));
    for (uint32_t l = 3; l < hp->n_layers && hp->n_cross_layers < HPARAMS_CROSS_MAX; l += 5)
        hp->cross_layer[hp->n_cross_layers++] = l;
    TAKT_TRY(get_layers(c, "cross_attention_layers", hp->n_layers, hp->cross_layer,
                        HPARAMS_CROSS_MAX, &hp->n_cross_layers));
    json_i64(json_get(c->m->hf_config, "image_token_index"), &image);
    if (image < 0 || image > INT32_MAX)
        return refuse(c, TAKT_ERR_FORMAT, "image_token_index", "is no token");
    hp->image_token = (int32_t)image;
    return TAKT_OK;
}

/* What takt's graphs do not do and the tensors would not show. */
static takt_rc check_kind(const struct config *c)
{
    const struct json *act = value(c, "hidden_act");
    if (json_get(c->src, "quantization_config") || json_get(c->m->hf_config, "quantization_config"))
        return refuse(c, TAKT_ERR_UNSUPPORTED, "quantization_config",
                      "is set; takt reads F32, F16 and BF16 from safetensors and quantised weights "
                      "from GGUF");
    if (c->family && act && !json_is_str(act, "silu"))
        return refuse(c, TAKT_ERR_UNSUPPORTED, "hidden_act", "is not 'silu'");
    return TAKT_OK;
}

static takt_rc load_hparams(struct config *c)
{
    const struct json *type = value(c, "model_type");
    if (!type || type->kind != JSON_STRING)
        return refuse(c, TAKT_ERR_FORMAT, "model_type", "is missing");
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        if (json_is_str(type, families[i].model_type))
            c->family = &families[i];
    c->m->hp.arch = c->family ? c->family->arch : type->str;
    TAKT_TRY(check_kind(c));
    TAKT_TRY(load_sizes(c));
    TAKT_TRY(load_rope(c));
    TAKT_TRY(load_cross(c));
    return load_scales(c);
}

/* ---- special tokens ---------------------------------------------------------------------------
 */

/* An id or a list of ids: the first to *first when that is still unset, all to the
 * end-of-generation list if EOG. */
static void take_ids(struct model_special *s, const struct json *v, int32_t *first, bool eog)
{
    int64_t id;
    if (!v)
        return;
    for (const struct json *i = v->kind == JSON_ARRAY ? v->child : v; i; i = i->next) {
        if (json_i64(i, &id) && id >= 0 && id <= INT32_MAX) {
            if (*first < 0)
                *first = (int32_t)id;
            if (eog)
                hparams_add_eog(s, id);
        }
        if (v->kind != JSON_ARRAY)
            break;
    }
}

/* The id of the token that tokenizer_config.json names under KEY ("</s>" or {"content": "</s>"}),
 * by its list of added tokens; -1. */
static int64_t id_by_text(const struct model *m, const char *key)
{
    const struct json *v = json_get(m->hf_tokenizer_config, key);
    if (v && v->kind == JSON_OBJECT)
        v = json_get(v, "content");
    if (!v || v->kind != JSON_STRING)
        return -1;
    const struct json *added = json_get(m->hf_tokenizer_config, "added_tokens_decoder");
    for (const struct json *t = added ? added->child : NULL; t; t = t->next) {
        if (t->key && json_is_str(json_get(t, "content"), v->str)) {
            char *end;
            unsigned long id = strtoul(t->key, &end, 10);
            return *end == 0 && end != t->key && id <= INT32_MAX ? (int64_t)id : -1;
        }
    }
    return -1;
}

static void load_special(struct model *m, const struct json *text_config)
{
    struct model_special *s = &m->special;
    const struct json *sources[] = {m->hf_generation_config, m->hf_config, text_config};
    for (size_t i = 0; i < 3; i++) {
        take_ids(s, json_get(sources[i], "bos_token_id"), &s->bos, false);
        take_ids(s, json_get(sources[i], "eos_token_id"), &s->eos, true);
        take_ids(s, json_get(sources[i], "pad_token_id"), &s->pad, false);
    }
    int64_t eos = id_by_text(m, "eos_token");
    s->bos = s->bos >= 0 ? s->bos : (int32_t)id_by_text(m, "bos_token");
    s->eos = s->eos >= 0 ? s->eos : (int32_t)eos;
    s->pad = s->pad >= 0 ? s->pad : (int32_t)id_by_text(m, "pad_token");
    s->unk = (int32_t)id_by_text(m, "unk_token");
    hparams_add_eog(s, eos);
    const struct json *class = json_get(m->hf_tokenizer_config, "tokenizer_class");
    s->add_bos = json_is_str(class, "LlamaTokenizer") || json_is_str(class, "LlamaTokenizerFast");
    json_bool(json_get(m->hf_tokenizer_config, "add_bos_token"), &s->add_bos);
    json_bool(json_get(m->hf_tokenizer_config, "add_eos_token"), &s->add_eos);
}

/* ---- tokenizer and template -------------------------------------------------------------------
 */

/* A template, or a list of named ones of which "default" (else the first) is meant. */
static const char *template_of(const struct json *v)
{
    if (!v)
        return NULL;
    if (v->kind == JSON_STRING)
        return v->str;
    const struct json *chosen = NULL;
    for (const struct json *t = v->kind == JSON_ARRAY ? v->child : NULL; t; t = t->next)
        if (!chosen || json_is_str(json_get(t, "name"), "default"))
            chosen = json_get(t, "template") ? t : chosen;
    const struct json *s = json_get(chosen, "template");
    return s && s->kind == JSON_STRING ? s->str : NULL;
}

static takt_rc load_template(struct model *m, takt_err *e)
{
    const char *path = hf_path(m, "chat_template.jinja");
    const struct json *processor;
    char *text;
    size_t len;
    if (path && file_exists(path)) {
        TAKT_TRY(file_read_all(&text, &len, path, TEMPLATE_BYTES_MAX, e));
        m->chat_template = arena_strndup(&m->arena, text, len);
        free(text);
        return m->chat_template ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, path, "no memory");
    }
    /* A processor's own template knows pictures, which its tokenizer's need not. */
    TAKT_TRY(hf_json(m, "chat_template.json", JSON_BYTES_MAX, &processor, e));
    m->chat_template = template_of(json_get(processor, "chat_template"));
    if (!m->chat_template && json_get(m->hf_config, "vision_config")) {
        TAKT_TRY(hf_json(m, "processor_config.json", JSON_BYTES_MAX, &processor, e));
        m->chat_template = template_of(json_get(processor, "chat_template"));
    }
    if (!m->chat_template)
        m->chat_template = template_of(json_get(m->hf_tokenizer_config, "chat_template"));
    return TAKT_OK;
}

takt_rc hf_config_load(struct model *m, bool *tied, takt_err *e)
{
    static const char *const tokenizers[] = {"tokenizer.json", "tokenizer.model"};
    hparams_clear(m);
    TAKT_TRY(hf_json(m, "config.json", JSON_BYTES_MAX, &m->hf_config, e));
    TAKT_TRY(hf_json(m, "tokenizer_config.json", JSON_BYTES_MAX, &m->hf_tokenizer_config, e));
    TAKT_TRY(hf_json(m, "generation_config.json", JSON_BYTES_MAX, &m->hf_generation_config, e));
    if (!m->hf_config)
        return err_set(e, TAKT_ERR_USAGE, m->path,
                       "is a folder without config.json; takt reads GGUF files and Hugging Face "
                       "model folders");
    const struct json *text_config = json_get(m->hf_config, "text_config");
    struct config c = {.m = m, .src = text_config ? text_config : m->hf_config, .e = e};
    TAKT_TRY(load_hparams(&c));
    *tied = false;
    json_bool(json_get(m->hf_config, "tie_word_embeddings"), tied);
    json_bool(value(&c, "tie_word_embeddings"), tied);
    load_special(m, text_config);
    TAKT_TRY(sampling_from_hf(m, e));
    for (size_t i = 0; i < 2 && !m->tokenizer_path; i++) {
        const char *path = hf_path(m, tokenizers[i]);
        if (path && file_exists(path))
            m->tokenizer_path = path;
    }
    return load_template(m, e);
}
