#include "model/hparams.h"

#include <math.h>
#include <stdio.h>

#include "model/gguf.h"
#include "model/sampling.h"

enum { KEY_BYTES = 160, LAYERS_MAX = 4096, HEADS_MAX = 65536, HEAD_DIM_MAX = 65536 };

/* What is known of an architecture beyond its keys. ggml stores Q and K of `pairs` architectures so
 * that neighbours rotate. Granite's logit scale is stored as the divisor that its definition names.
 */
struct arch_line {
    const char *name;
    bool checked; /* takt builds graphs for it, so its values must make sense */
    bool pairs;
    bool logit_divisor;
    bool sections; /* M-RoPE */
};
static const struct arch_line arch_lines[] = {
    {"llama", true, true, false, false},         {"granite", true, true, true, false},
    {"granitemoe", true, true, true, false},     {"qwen2", true, false, false, false},
    {"qwen2vl", true, false, false, true},       {"mistral3", false, true, false, false},
    {"granitehybrid", false, true, true, false}, {"smollm3", false, true, false, false},
    {"mllama", true, true, false, false},
};

static const struct arch_line *arch_line(const char *name)
{
    for (size_t i = 0; name && i < sizeof arch_lines / sizeof arch_lines[0]; i++)
        if (strcmp(arch_lines[i].name, name) == 0)
            return &arch_lines[i];
    return NULL;
}

void hparams_clear(struct model *m)
{
    m->hp = (struct model_hparams){.embedding_scale = 1,
                                   .residual_scale = 1,
                                   .logit_scale = 1,
                                   .rope_factor = 1,
                                   .rope_attn_factor = 1,
                                   .image_token = -1};
    m->special = (struct model_special){.bos = -1, .eos = -1, .pad = -1, .unk = -1};
    sampling_clear(&m->sampling);
}

void hparams_add_eog(struct model_special *s, int64_t id)
{
    if (id < 0 || id > INT32_MAX || s->n_eog == sizeof s->eog / sizeof s->eog[0])
        return;
    for (uint32_t i = 0; i < s->n_eog; i++)
        if (s->eog[i] == id)
            return;
    s->eog[s->n_eog++] = (int32_t)id;
}

/* ---- values under "<arch>." -------------------------------------------------------------------
 */

static const struct model_kv *arch_kv(const struct model *m, const char *suffix)
{
    char key[KEY_BYTES];
    int n = snprintf(key, sizeof key, "%s.%s", m->hp.arch, suffix);
    return n > 0 && (size_t)n < sizeof key ? model_kv_find(m, key) : NULL;
}

static float arch_float(const struct model *m, const char *suffix, double def)
{
    char key[KEY_BYTES];
    int n = snprintf(key, sizeof key, "%s.%s", m->hp.arch, suffix);
    return (float)(n > 0 && (size_t)n < sizeof key ? model_kv_float(m, key, def) : def);
}

/* Granite's scales: zero means unset, as in the files of the first converters. */
static float arch_scale(const struct model *m, const char *suffix)
{
    float v = arch_float(m, suffix, 1);
    return v == 0 ? 1 : v;
}

/* One integer, or an array with one integer per layer, which must be the same for all. */
static takt_rc arch_uint(const struct model *m, const char *suffix, uint32_t def, uint32_t *out,
                         takt_err *e)
{
    const struct model_kv *kv = arch_kv(m, suffix);
    *out = def;
    if (!kv)
        return TAKT_OK;
    struct model_kv one = *kv;
    uint32_t width = gguf_scalar_bytes(kv->elem);
    if (kv->type == KV_ARR) {
        if (kv->count == 0 || width == 0)
            return TAKT_OK;
        one.type = kv->elem;
        one.raw.len = width;
        for (uint64_t i = 1; i < kv->count; i++)
            if (memcmp(kv->raw.p, kv->raw.p + i * width, width) != 0)
                return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                               "'%s.%s' differs between layers; takt needs one value for all",
                               m->hp.arch, suffix);
    }
    uint64_t v = model_kv_uint_of(&one, UINT64_MAX);
    if (v > UINT32_MAX)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "'%s.%s' is no number from 0 to 2^32-1",
                       m->hp.arch, suffix);
    *out = (uint32_t)v;
    return TAKT_OK;
}

/* ---- hyperparameters --------------------------------------------------------------------------
 */

static takt_rc load_sizes(struct model *m, takt_err *e)
{
    struct model_hparams *hp = &m->hp;
    TAKT_TRY(arch_uint(m, "embedding_length", 0, &hp->n_embd, e));
    TAKT_TRY(arch_uint(m, "context_length", 0, &hp->n_ctx_train, e));
    TAKT_TRY(arch_uint(m, "attention.head_count", 0, &hp->n_heads, e));
    TAKT_TRY(arch_uint(m, "attention.head_count_kv", hp->n_heads, &hp->n_kv_heads, e));
    TAKT_TRY(arch_uint(m, "feed_forward_length", 0, &hp->n_ff, e));
    TAKT_TRY(arch_uint(m, "expert_count", 0, &hp->n_experts, e));
    TAKT_TRY(arch_uint(m, "expert_used_count", 0, &hp->n_experts_used, e));
    if (hp->n_experts)
        TAKT_TRY(arch_uint(m, "expert_feed_forward_length", hp->n_ff, &hp->n_ff, e));
    TAKT_TRY(arch_uint(m, "expert_shared_feed_forward_length", 0, &hp->n_ff_shared, e));
    TAKT_TRY(arch_uint(m, "attention.sliding_window", 0, &hp->sliding_window, e));
    uint32_t head_dim = hp->n_heads ? hp->n_embd / hp->n_heads : 0;
    TAKT_TRY(arch_uint(m, "attention.key_length", head_dim, &hp->head_dim_k, e));
    TAKT_TRY(arch_uint(m, "attention.value_length", head_dim, &hp->head_dim_v, e));
    TAKT_TRY(arch_uint(m, "rope.dimension_count", hp->head_dim_k, &hp->rope_dims, e));

    const struct model_kv *tokens = model_kv_find(m, "tokenizer.ggml.tokens");
    const struct tensor *embd = model_tensor(m, "token_embd.weight");
    uint64_t rows = embd ? embd->ne[1] : tokens && tokens->type == KV_ARR ? tokens->count : 0;
    if (rows > UINT32_MAX)
        return err_set(e, TAKT_ERR_LIMIT, m->path, "the vocabulary has more than 2^32-1 tokens");
    hp->n_vocab = (uint32_t)rows;
    if (!embd)
        TAKT_TRY(arch_uint(m, "vocab_size", hp->n_vocab, &hp->n_vocab, e));
    return TAKT_OK;
}

/* Four numbers of which takt knows three; hparams_check tells whether they fit. */
static takt_rc load_sections(struct model *m, takt_err *e)
{
    const struct model_kv *kv = arch_kv(m, "rope.dimension_sections");
    if (!kv)
        return TAKT_OK;
    bool is_list = kv->type == KV_ARR && (kv->elem == KV_I32 || kv->elem == KV_U32);
    uint32_t n[4] = {0};
    if (!is_list || kv->count < 3 || kv->count > 4)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "'%s.rope.dimension_sections' is no list of three or four integers",
                       m->hp.arch);
    memcpy(n, kv->raw.p, kv->count * sizeof *n);
    if (n[3])
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "'%s.rope.dimension_sections' has a fourth section; takt knows those of "
                       "time, height and width",
                       m->hp.arch);
    memcpy(m->hp.rope_sections, n, sizeof m->hp.rope_sections);
    return TAKT_OK;
}

static takt_rc load_rope(struct model *m, takt_err *e)
{
    struct model_hparams *hp = &m->hp;
    const struct model_kv *type = arch_kv(m, "rope.scaling.type");
    float factor = arch_float(m, "rope.scaling.factor", 0);
    hp->rope_theta = arch_float(m, "rope.freq_base", 10000);
    if (factor == 0)
        factor = arch_float(m, "rope.scale_linear", 0); /* the key's old name */
    TAKT_TRY(arch_uint(m, "rope.scaling.original_context_length", hp->n_ctx_train,
                       &hp->rope_orig_ctx, e));
    if (model_tensor(m, "rope_freqs.weight")) {
        hp->rope_scaling = ROPE_SCALING_FACTORS;
    } else if (type && type->type == KV_STR && slice_eq(type->raw, "yarn")) {
        hp->rope_scaling = ROPE_SCALING_YARN;
        hp->rope_factor = factor > 0 ? factor : 1;
        hp->rope_low_freq_factor = arch_float(m, "rope.scaling.yarn_beta_slow", 1);
        hp->rope_high_freq_factor = arch_float(m, "rope.scaling.yarn_beta_fast", 32);
        hp->rope_attn_factor =
            arch_float(m, "rope.scaling.attn_factor", 1) * (1 + 0.1f * logf(hp->rope_factor));
    } else if (type && type->type == KV_STR && slice_eq(type->raw, "longrope")) {
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "'%s.rope.scaling.type' is 'longrope'; takt knows none, linear and yarn",
                       hp->arch);
    } else if (factor > 0 && factor != 1 && !(type && slice_eq(type->raw, "none"))) {
        hp->rope_scaling = ROPE_SCALING_LINEAR;
        hp->rope_factor = factor;
    }
    return TAKT_OK;
}

static takt_rc load_hparams(struct model *m, takt_err *e)
{
    struct model_hparams *hp = &m->hp;
    const struct arch_line *known = arch_line(hp->arch);
    TAKT_TRY(arch_uint(m, "block_count", 0, &hp->n_layers, e));
    if (hp->n_layers == 0)
        return TAKT_OK;
    TAKT_TRY(load_sizes(m, e));
    TAKT_TRY(load_rope(m, e));
    if (known && known->sections)
        TAKT_TRY(load_sections(m, e));
    hp->norm_eps = arch_float(m, "attention.layer_norm_rms_epsilon", 1e-5);
    hp->rope_pairs = known && known->pairs;
    hp->tied_embeddings = !model_tensor(m, "output.weight");
    hp->embedding_scale = arch_scale(m, "embedding_scale");
    hp->residual_scale = arch_scale(m, "residual_scale");
    hp->logit_scale = arch_scale(m, "logit_scale");
    if (known && known->logit_divisor)
        hp->logit_scale = 1 / hp->logit_scale;
    hp->attention_scale = arch_float(m, "attention.scale", 0);
    if (hp->attention_scale == 0 && hp->head_dim_k)
        hp->attention_scale = 1 / sqrtf((float)hp->head_dim_k);
    return TAKT_OK;
}

/* ---- special tokens ---------------------------------------------------------------------------
 */

static int32_t token_id(const struct model *m, const char *key, int32_t def)
{
    const struct model_kv *kv = model_kv_find(m, key);
    uint64_t v = kv ? model_kv_uint_of(kv, UINT64_MAX) : UINT64_MAX;
    return v <= INT32_MAX ? (int32_t)v : def;
}

/* Files name one or two ends of a generation; the others (Llama 3 has three) are known by their
 * text, which counts when the token is a control token. */
static void eog_by_text(struct model *m)
{
    static const char *const texts[] = {"<|eot_id|>",    "<|eom_id|>", "<|end_of_text|>",
                                        "<|endoftext|>", "<|im_end|>", "<|end|>",
                                        "<end_of_turn>"};
    enum { TOKEN_TYPE_CONTROL = 3 };
    const struct model_kv *tokens = model_kv_find(m, "tokenizer.ggml.tokens");
    const struct model_kv *types = model_kv_find(m, "tokenizer.ggml.token_type");
    uint64_t at = 0, i = 0;
    struct slice s;
    if (!types || types->type != KV_ARR || types->elem != KV_I32)
        return;
    for (; model_kv_arr_str(tokens, &at, &s) && i < types->count; i++) {
        int32_t type;
        memcpy(&type, types->raw.p + 4 * i, sizeof type);
        if (type != TOKEN_TYPE_CONTROL || s.len < 4 || s.p[0] != '<')
            continue;
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            if (slice_eq(s, texts[k]))
                hparams_add_eog(&m->special, (int64_t)i);
    }
}

/* Byte-pair vocabularies add BOS only where the pre-tokenizer's family does. */
static bool bpe_adds_bos(struct slice pre)
{
    return slice_eq(pre, "llama-bpe") || slice_eq(pre, "llama3") || slice_eq(pre, "llama-v3") ||
           slice_eq(pre, "tekken");
}

static void load_special(struct model *m)
{
    struct model_special *s = &m->special;
    struct slice kind = model_kv_str(m, "tokenizer.ggml.model");
    bool spm = slice_eq(kind, "llama");
    s->bos = token_id(m, "tokenizer.ggml.bos_token_id", spm ? 1 : -1);
    s->eos = token_id(m, "tokenizer.ggml.eos_token_id", spm ? 2 : -1);
    s->unk = token_id(m, "tokenizer.ggml.unknown_token_id", spm ? 0 : -1);
    s->pad = token_id(m, "tokenizer.ggml.padding_token_id", -1);
    s->add_bos = model_kv_bool(m, "tokenizer.ggml.add_bos_token",
                               spm || bpe_adds_bos(model_kv_str(m, "tokenizer.ggml.pre")));
    s->add_eos = model_kv_bool(m, "tokenizer.ggml.add_eos_token", false);
    hparams_add_eog(s, s->eos);
    hparams_add_eog(s, token_id(m, "tokenizer.ggml.eot_token_id", -1));
    hparams_add_eog(s, token_id(m, "tokenizer.ggml.eom_token_id", -1));
    eog_by_text(m);
}

static takt_rc keep_str(struct model *m, const char *key, const char **out, takt_err *e)
{
    struct slice s = model_kv_str(m, key);
    if (!s.len)
        return TAKT_OK;
    *out = arena_strndup(&m->arena, (const char *)s.p, s.len);
    return *out ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, m->path, "no memory for '%s'", key);
}

takt_rc hparams_from_gguf(struct model *m, takt_err *e)
{
    hparams_clear(m);
    TAKT_TRY(keep_str(m, "general.name", &m->name, e));
    TAKT_TRY(keep_str(m, "tokenizer.chat_template", &m->chat_template, e));
    TAKT_TRY(keep_str(m, "general.architecture", &m->hp.arch, e));
    load_special(m);
    TAKT_TRY(sampling_from_gguf(m, e));
    return m->hp.arch ? load_hparams(m, e) : TAKT_OK;
}

/* ---- checks -----------------------------------------------------------------------------------
 */

static bool sane_sections(const struct model_hparams *hp)
{
    uint64_t n = 0;
    for (int i = 0; i < 3; i++)
        n += hp->rope_sections[i];
    return n == hp->rope_dims / 2;
}

static bool sane_scale(float f)
{
    return isfinite(f) && f != 0;
}

takt_rc hparams_check(const struct model *m, takt_err *e)
{
    const struct model_hparams *hp = &m->hp;
    const struct arch_line *known = arch_line(hp->arch);
    const char *bad = NULL;
    if (hp->n_layers == 0 || !known || !known->checked)
        return TAKT_OK;
    if (hp->n_layers > LAYERS_MAX)
        bad = "more than 4096 layers";
    else if (hp->n_embd == 0 || hp->n_vocab == 0)
        bad = "no embedding length or no vocabulary";
    else if (hp->n_heads == 0 || hp->n_kv_heads == 0 || hp->n_heads > HEADS_MAX)
        bad = "no attention heads, or more than 65536";
    else if (hp->n_heads % hp->n_kv_heads)
        bad = "a number of query heads that is no multiple of its key heads";
    else if (hp->head_dim_k == 0 || hp->head_dim_v == 0 || hp->head_dim_k > HEAD_DIM_MAX ||
             hp->head_dim_v > HEAD_DIM_MAX)
        bad = "heads of size 0, or larger than 65536";
    else if (hp->rope_dims % 2 || hp->rope_dims > hp->head_dim_k)
        bad = "an odd number of rotary dimensions, or more than a head has";
    else if (known->sections && !sane_sections(hp))
        bad = "rotary sections (rope.dimension_sections) that are not its rotary pairs together";
    else if (hp->n_ff == 0 && hp->n_ff_shared == 0)
        bad = "no feed-forward length";
    else if (hp->n_experts_used > hp->n_experts || (hp->n_experts && !hp->n_experts_used))
        bad = "more experts in use than there are, or none";
    else if (!(hp->norm_eps > 0) || !(hp->rope_theta > 0) || !isfinite(hp->norm_eps) ||
             !isfinite(hp->rope_theta))
        bad = "a normalisation epsilon or rotary base that is not positive";
    else if (!sane_scale(hp->embedding_scale) || !sane_scale(hp->residual_scale) ||
             !sane_scale(hp->logit_scale) || !sane_scale(hp->attention_scale) ||
             !(hp->rope_factor > 0) || !isfinite(hp->rope_factor))
        bad = "a scale that is zero or not finite";
    if (bad)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "the model's metadata states %s", bad);
    return TAKT_OK;
}
