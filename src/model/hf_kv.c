/* The GGUF keys that a Hugging Face folder has an equivalent for, so that printers and the GGUF
 * writer see one form. */
#include <math.h>
#include <string.h>

#include "model/hf.h"

enum { KV_MAX = 48 };

struct builder {
    struct model *m;
    bool failed;
};

static void add(struct builder *b, const char *key, enum kv_type type, const void *value, size_t n)
{
    struct model *m = b->m;
    char *raw = arena_strndup(&m->arena, value, n);
    const char *full = key[0] == '.' ? arena_printf(&m->arena, "%s%s", m->hp.arch, key) : key;
    if (!raw || !full || m->n_kv == KV_MAX) {
        b->failed = true;
        return;
    }
    m->kv[m->n_kv++] = (struct model_kv){
        .key = slice_str(full), .type = type, .count = 1, .raw = {(const uint8_t *)raw, n}};
}

/* A key that starts with a dot belongs under the architecture's name. */
static void add_u32(struct builder *b, const char *key, uint32_t v)
{
    add(b, key, KV_U32, &v, sizeof v);
}

static void add_f32(struct builder *b, const char *key, float v)
{
    add(b, key, KV_F32, &v, sizeof v);
}

static void add_i32s(struct builder *b, const char *key, const int32_t *v, uint32_t n)
{
    uint32_t before = b->m->n_kv;
    add(b, key, KV_ARR, v, n * sizeof *v);
    if (b->m->n_kv == before)
        return;
    b->m->kv[before].elem = KV_I32;
    b->m->kv[before].count = n;
}

static void add_bool(struct builder *b, const char *key, bool v)
{
    uint8_t byte = v;
    add(b, key, KV_BOOL, &byte, 1);
}

static void add_str(struct builder *b, const char *key, const char *s)
{
    if (s)
        add(b, key, KV_STR, s, strlen(s));
}

static void add_id(struct builder *b, const char *key, int32_t id)
{
    if (id >= 0)
        add_u32(b, key, (uint32_t)id);
}

static void add_hparams(struct builder *b)
{
    const struct model_hparams *hp = &b->m->hp;
    add_u32(b, ".block_count", hp->n_layers);
    add_u32(b, ".context_length", hp->n_ctx_train);
    add_u32(b, ".embedding_length", hp->n_embd);
    add_u32(b, ".feed_forward_length", hp->n_ff);
    add_u32(b, ".vocab_size", hp->n_vocab);
    add_u32(b, ".attention.head_count", hp->n_heads);
    add_u32(b, ".attention.head_count_kv", hp->n_kv_heads);
    add_u32(b, ".attention.key_length", hp->head_dim_k);
    add_u32(b, ".attention.value_length", hp->head_dim_v);
    add_f32(b, ".attention.layer_norm_rms_epsilon", hp->norm_eps);
    add_u32(b, ".rope.dimension_count", hp->rope_dims);
    add_f32(b, ".rope.freq_base", hp->rope_theta);
    if (strcmp(hp->arch, "qwen2vl") == 0) {
        const uint32_t *s = hp->rope_sections;
        const int32_t sections[4] = {(int32_t)s[0], (int32_t)s[1], (int32_t)s[2], 0};
        add_i32s(b, ".rope.dimension_sections", sections, 4);
    }
    if (hp->sliding_window)
        add_u32(b, ".attention.sliding_window", hp->sliding_window);
    if (hp->n_experts) {
        add_u32(b, ".expert_count", hp->n_experts);
        add_u32(b, ".expert_used_count", hp->n_experts_used);
    }
    if (hp->n_ff_shared)
        add_u32(b, ".expert_shared_feed_forward_length", hp->n_ff_shared);
    if (strcmp(hp->arch, "granite") == 0 || strcmp(hp->arch, "granitemoe") == 0) {
        add_f32(b, ".attention.scale", hp->attention_scale);
        add_f32(b, ".embedding_scale", hp->embedding_scale);
        add_f32(b, ".residual_scale", hp->residual_scale);
        add_f32(b, ".logit_scale", 1 / hp->logit_scale); /* stored as the divisor */
    }
}

static void add_given(struct builder *b, const char *key, float v)
{
    if (!isnan(v))
        add_f32(b, key, v);
}

static void add_sampling(struct builder *b)
{
    const struct model_sampling *s = &b->m->sampling;
    add_given(b, "general.sampling.temp", s->temperature);
    if (s->top_k >= 0)
        add(b, "general.sampling.top_k", KV_I32, &s->top_k, sizeof s->top_k);
    add_given(b, "general.sampling.top_p", s->top_p);
    add_given(b, "general.sampling.min_p", s->min_p);
    add_given(b, "general.sampling.penalty_repeat", s->repeat_penalty);
}

takt_rc hf_kv_build(struct model *m, takt_err *e)
{
    struct builder b = {.m = m};
    m->n_kv = 0;
    m->kv = ARENA_ARRAY(&m->arena, struct model_kv, KV_MAX);
    if (!m->kv)
        return err_set(e, TAKT_ERR_MEMORY, m->path, "no memory");
    add_str(&b, "general.architecture", m->hp.arch);
    add_sampling(&b);
    add_hparams(&b);
    add_id(&b, "tokenizer.ggml.bos_token_id", m->special.bos);
    add_id(&b, "tokenizer.ggml.eos_token_id", m->special.eos);
    add_id(&b, "tokenizer.ggml.padding_token_id", m->special.pad);
    add_id(&b, "tokenizer.ggml.unknown_token_id", m->special.unk);
    add_bool(&b, "tokenizer.ggml.add_bos_token", m->special.add_bos);
    add_bool(&b, "tokenizer.ggml.add_eos_token", m->special.add_eos);
    add_str(&b, "tokenizer.chat_template", m->chat_template);
    return b.failed ? err_set(e, TAKT_ERR_MEMORY, m->path, "no memory for the keys") : TAKT_OK;
}
