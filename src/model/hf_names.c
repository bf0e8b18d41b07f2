#include "model/hf_names.h"

#include <stdio.h>
#include <string.h>

/* One module's name before ".weight" or ".bias". '#' stands for a number, which is copied to the
 * '#' of the ggml name. Sources: the modules of Hugging Face transformers (models/llama, mixtral,
 * granite, granitemoe, granitemoeshared, qwen2, clip, llava, idefics3, mllama) and ggml's
 * gguf-py/gguf/tensor_mapping.py; of mllama the names that Ollama gives. */
struct rule {
    const char *hf, *ggml;
};

static const struct rule text_rules[] = {
    {"embed_tokens", "token_embd"},
    {"norm", "output_norm"},
    {"layers.#.input_layernorm", "blk.#.attn_norm"},
    {"layers.#.post_attention_layernorm", "blk.#.ffn_norm"},
    {"layers.#.self_attn.q_proj", "blk.#.attn_q"},
    {"layers.#.self_attn.k_proj", "blk.#.attn_k"},
    {"layers.#.self_attn.v_proj", "blk.#.attn_v"},
    {"layers.#.self_attn.o_proj", "blk.#.attn_output"},
    {"layers.#.self_attn.q_norm", "blk.#.attn_q_norm"},
    {"layers.#.self_attn.k_norm", "blk.#.attn_k_norm"},
    {"layers.#.cross_attn.q_proj", "blk.#.cross_attn_q_proj"},
    {"layers.#.cross_attn.k_proj", "blk.#.cross_attn_k_proj"},
    {"layers.#.cross_attn.v_proj", "blk.#.cross_attn_v_proj"},
    {"layers.#.cross_attn.o_proj", "blk.#.cross_attn_o_proj"},
    {"layers.#.cross_attn.q_norm", "blk.#.cross_attn_q_norm"},
    {"layers.#.cross_attn.k_norm", "blk.#.cross_attn_k_norm"},
    {"layers.#.cross_attn_attn_gate", "blk.#.cross_attn_attn_gate"},
    {"layers.#.cross_attn_mlp_gate", "blk.#.cross_attn_mlp_gate"},
    {"layers.#.mlp.gate_proj", "blk.#.ffn_gate"},
    {"layers.#.mlp.up_proj", "blk.#.ffn_up"},
    {"layers.#.mlp.down_proj", "blk.#.ffn_down"},
    {"layers.#.block_sparse_moe.gate", "blk.#.ffn_gate_inp"},
    {"layers.#.block_sparse_moe.experts.#.w1", "blk.#.ffn_gate.#"},
    {"layers.#.block_sparse_moe.experts.#.w2", "blk.#.ffn_down.#"},
    {"layers.#.block_sparse_moe.experts.#.w3", "blk.#.ffn_up.#"},
    {"layers.#.block_sparse_moe.router.layer", "blk.#.ffn_gate_inp"},
    {"layers.#.block_sparse_moe.input_linear", "blk.#.ffn_gate_up_exps"},
    {"layers.#.block_sparse_moe.output_linear", "blk.#.ffn_down_exps"},
};

static const struct rule vision_rules[] = {
    {"embeddings.class_embedding", "v.class_embd"},
    {"embeddings.patch_embedding", "v.patch_embd"},
    {"embeddings.position_embedding", "v.position_embd"},
    {"pre_layrnorm", "v.pre_ln"}, /* the misspelling is CLIP's */
    {"post_layernorm", "v.post_ln"},
    {"encoder.layers.#.self_attn.q_proj", "v.blk.#.attn_q"},
    {"encoder.layers.#.self_attn.k_proj", "v.blk.#.attn_k"},
    {"encoder.layers.#.self_attn.v_proj", "v.blk.#.attn_v"},
    {"encoder.layers.#.self_attn.out_proj", "v.blk.#.attn_out"},
    {"encoder.layers.#.layer_norm1", "v.blk.#.ln1"},
    {"encoder.layers.#.layer_norm2", "v.blk.#.ln2"},
    {"encoder.layers.#.mlp.fc1", "v.blk.#.ffn_up"},
    {"encoder.layers.#.mlp.fc2", "v.blk.#.ffn_down"},
};

/* Llama 3.2 Vision's encoder; "global" layers follow the others. */
static const struct rule mllama_rules[] = {
    {"class_embedding", "v.class_embd"},
    {"patch_embedding", "v.patch_embd"},
    {"gated_positional_embedding.embedding", "v.position_embd.weight"},
    {"gated_positional_embedding.gate", "v.position_embd.gate"},
    {"gated_positional_embedding.tile_embedding", "v.tile_position_embd"},
    {"pre_tile_positional_embedding.embedding", "v.pre_tile_position_embd"},
    {"pre_tile_positional_embedding.gate", "v.pre_tile_position_embd.gate"},
    {"post_tile_positional_embedding.embedding", "v.post_tile_position_embd"},
    {"post_tile_positional_embedding.gate", "v.post_tile_position_embd.gate"},
    {"layernorm_pre", "v.pre_ln"},
    {"layernorm_post", "v.post_ln"},
    {"transformer.layers.#.self_attn.q_proj", "v.blk.#.attn_q"},
    {"transformer.layers.#.self_attn.k_proj", "v.blk.#.attn_k"},
    {"transformer.layers.#.self_attn.v_proj", "v.blk.#.attn_v"},
    {"transformer.layers.#.self_attn.o_proj", "v.blk.#.attn_output"},
    {"transformer.layers.#.input_layernorm", "v.blk.#.attn_norm"},
    {"transformer.layers.#.post_attention_layernorm", "v.blk.#.ffn_norm"},
    {"transformer.layers.#.mlp.fc1", "v.blk.#.ffn_up"},
    {"transformer.layers.#.mlp.fc2", "v.blk.#.ffn_down"},
    {"global_transformer.layers.#.self_attn.q_proj", "v.global.blk.#.attn_q"},
    {"global_transformer.layers.#.self_attn.k_proj", "v.global.blk.#.attn_k"},
    {"global_transformer.layers.#.self_attn.v_proj", "v.global.blk.#.attn_v"},
    {"global_transformer.layers.#.self_attn.o_proj", "v.global.blk.#.attn_output"},
    {"global_transformer.layers.#.input_layernorm", "v.global.blk.#.attn_norm"},
    {"global_transformer.layers.#.post_attention_layernorm", "v.global.blk.#.ffn_norm"},
    {"global_transformer.layers.#.mlp.fc1", "v.global.blk.#.ffn_up"},
    {"global_transformer.layers.#.mlp.fc2", "v.global.blk.#.ffn_down"},
    {"global_transformer.layers.#.gate_attn", "v.global.blk.#.attn_gate"},
    {"global_transformer.layers.#.gate_ffn", "v.global.blk.#.ffn_gate"},
};

static const struct rule mllama_projector_rules[] = {
    {"multi_modal_projector", "mm.0"},
    {"model.multi_modal_projector", "mm.0"},
};

/* Qwen2-VL and Qwen2.5-VL, with their projector. */
static const struct rule qwen2vl_rules[] = {
    {"blocks.#.norm1", "v.blk.#.ln1"},
    {"blocks.#.norm2", "v.blk.#.ln2"},
    {"blocks.#.attn.proj", "v.blk.#.attn_out"},
    {"blocks.#.mlp.fc1", "v.blk.#.ffn_up"},
    {"blocks.#.mlp.fc2", "v.blk.#.ffn_down"},
    {"blocks.#.mlp.gate_proj", "v.blk.#.ffn_gate"},
    {"blocks.#.mlp.up_proj", "v.blk.#.ffn_up"},
    {"blocks.#.mlp.down_proj", "v.blk.#.ffn_down"},
    {"merger.ln_q", "v.post_ln"},
    {"merger.mlp.0", "mm.0"},
    {"merger.mlp.2", "mm.2"},
};

static const struct rule pixtral_rules[] = {
    {"patch_conv", "v.patch_embd"},
    {"ln_pre", "v.pre_ln"},
    {"transformer.layers.#.attention_norm", "v.blk.#.ln1"},
    {"transformer.layers.#.ffn_norm", "v.blk.#.ln2"},
    {"transformer.layers.#.attention.q_proj", "v.blk.#.attn_q"},
    {"transformer.layers.#.attention.k_proj", "v.blk.#.attn_k"},
    {"transformer.layers.#.attention.v_proj", "v.blk.#.attn_v"},
    {"transformer.layers.#.attention.o_proj", "v.blk.#.attn_out"},
    {"transformer.layers.#.feed_forward.gate_proj", "v.blk.#.ffn_gate"},
    {"transformer.layers.#.feed_forward.up_proj", "v.blk.#.ffn_up"},
    {"transformer.layers.#.feed_forward.down_proj", "v.blk.#.ffn_down"},
};

static const struct rule projector_rules[] = {
    {"linear_1", "mm.0"},
    {"linear_2", "mm.2"},
    {"modality_projection.proj", "mm.model.fc"},
    {"norm", "mm.input_norm"},
    {"patch_merger.merging_layer", "mm.patch_merger"},
};

#define RULES(table) (table), sizeof(table) / sizeof((table)[0])

enum { NUMBERS_MAX = 2, DIGITS_MAX = 6 };

/* Matches S up to END against PATTERN and notes where the numbers stand. */
static bool match(const char *s, const char *end, const char *pattern,
                  const char *numbers[NUMBERS_MAX])
{
    int n = 0;
    for (; *pattern; pattern++) {
        if (*pattern != '#') {
            if (s == end || *s++ != *pattern)
                return false;
            continue;
        }
        const char *from = s;
        while (s < end && s - from < DIGITS_MAX && *s >= '0' && *s <= '9')
            s++;
        if (s == from || n == NUMBERS_MAX)
            return false;
        numbers[n++] = from;
    }
    return s == end;
}

/* Writes the ggml name with its numbers, then TAIL. OUT has room: patterns are short, numbers cut
 * to six digits. */
static void fill(char out[HF_NAME_BYTES], const char *ggml, const char *numbers[NUMBERS_MAX],
                 const char *tail)
{
    size_t at = 0;
    int n = 0;
    for (; *ggml; ggml++) {
        if (*ggml != '#') {
            out[at++] = *ggml;
            continue;
        }
        for (const char *d = numbers[n++]; *d >= '0' && *d <= '9'; d++)
            out[at++] = *d;
    }
    snprintf(out + at, HF_NAME_BYTES - at, "%s", tail);
}

static bool apply(const struct rule *rules, size_t n_rules, const char *s, char out[HF_NAME_BYTES])
{
    const char *numbers[NUMBERS_MAX];
    const char *end = s + strlen(s);
    const char *dot = strrchr(s, '.');
    bool has_tail = dot && (strcmp(dot, ".weight") == 0 || strcmp(dot, ".bias") == 0);
    if (has_tail)
        end = dot;
    for (size_t i = 0; i < n_rules; i++) {
        if (match(s, end, rules[i].hf, numbers)) {
            fill(out, rules[i].ggml, numbers, end);
            return true;
        }
    }
    return false;
}

static bool ends_with(const char *s, const char *tail)
{
    size_t n = strlen(s), t = strlen(tail);
    return n >= t && strcmp(s + n - t, tail) == 0;
}

/* S without PREFIX, or NULL. */
static const char *after(const char *s, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(s, prefix, n) == 0 ? s + n : NULL;
}

/* Granite's dense or shared network, gate and up fused. */
static bool shared_mlp(const char *s, bool has_experts, struct hf_name *out)
{
    static const struct rule input[] = {{"layers.#.shared_mlp.input_linear", "blk.#.ffn_gate"}};
    static const struct rule input_up[] = {{"layers.#.shared_mlp.input_linear", "blk.#.ffn_up"}};
    static const struct rule output[] = {{"layers.#.shared_mlp.output_linear", "blk.#.ffn_down"}};
    static const struct rule e_input[] = {
        {"layers.#.shared_mlp.input_linear", "blk.#.ffn_gate_shexp"}};
    static const struct rule e_input_up[] = {
        {"layers.#.shared_mlp.input_linear", "blk.#.ffn_up_shexp"}};
    static const struct rule e_output[] = {
        {"layers.#.shared_mlp.output_linear", "blk.#.ffn_down_shexp"}};
    if (apply(has_experts ? e_output : output, 1, s, out->name))
        return true;
    if (!apply(has_experts ? e_input : input, 1, s, out->name))
        return false;
    out->kind = HF_GATE_UP;
    return apply(has_experts ? e_input_up : input_up, 1, s, out->second);
}

/* The rest S of a name in Qwen2-VL's encoder. */
static bool qwen2vl(const char *s, struct hf_name *out)
{
    static const struct rule qkv[] = {{"blocks.#.attn.qkv", "v.blk.#.attn_q"},
                                      {"blocks.#.attn.qkv", "v.blk.#.attn_k"},
                                      {"blocks.#.attn.qkv", "v.blk.#.attn_v"}};
    static const struct rule patches[] = {{"patch_embed.proj", "v.patch_embd"}};
    if (apply(qkv, 1, s, out->name)) {
        out->kind = HF_QKV;
        return apply(qkv + 1, 1, s, out->second) && apply(qkv + 2, 1, s, out->third);
    }
    if (apply(patches, 1, s, out->name)) {
        out->kind = HF_FRAMES;
        return true;
    }
    return apply(RULES(qwen2vl_rules), s, out->name);
}

bool hf_translate(const char *raw, bool has_experts, struct hf_name *out)
{
    /* Models with pictures nest the language model in one of these ways, by age of the checkpoint.
     */
    static const char *const text_prefixes[] = {"language_model.model.", "model.language_model.",
                                                "model.text_model.", "model."};
    static const char *const vision_prefixes[] = {"vision_tower.vision_model.", "vision_tower.",
                                                  "model.vision_tower.vision_model.",
                                                  "model.vision_tower.", "model.vision_model."};
    static const char *const projector_prefixes[] = {
        "multi_modal_projector.", "model.multi_modal_projector.", "model.connector."};
    static const char *const qwen2vl_prefixes[] = {"visual.", "model.visual."};
    static const char *const pixtral_prefixes[] = {"vision_tower.", "model.vision_tower."};
    const char *s;
    out->kind = HF_TENSOR;
    out->second[0] = out->third[0] = 0;
    if (strlen(raw) >= HF_NAME_BYTES)
        return false;
    if (ends_with(raw, "rotary_emb.inv_freq") || ends_with(raw, ".position_ids")) {
        out->kind = HF_BUFFER;
        return true;
    }
    if (strcmp(raw, "lm_head.weight") == 0 || strcmp(raw, "language_model.lm_head.weight") == 0) {
        snprintf(out->name, sizeof out->name, "output.weight");
        return true;
    }
    if ((s = after(raw, "vision_model.")) || (s = after(raw, "model.vision_model.")))
        if (apply(RULES(mllama_rules), s, out->name))
            return true;
    if (apply(RULES(mllama_projector_rules), raw, out->name))
        return true;
    if (strcmp(raw, "image_newline") == 0) {
        snprintf(out->name, sizeof out->name, "model.image_newline");
        return true;
    }
    for (size_t i = 0; i < sizeof vision_prefixes / sizeof *vision_prefixes; i++)
        if ((s = after(raw, vision_prefixes[i])) && apply(RULES(vision_rules), s, out->name))
            return true;
    for (size_t i = 0; i < sizeof projector_prefixes / sizeof *projector_prefixes; i++)
        if ((s = after(raw, projector_prefixes[i])) && apply(RULES(projector_rules), s, out->name))
            return true;
    for (size_t i = 0; i < 2; i++) {
        if ((s = after(raw, qwen2vl_prefixes[i])) && qwen2vl(s, out))
            return true;
        if ((s = after(raw, pixtral_prefixes[i])) && apply(RULES(pixtral_rules), s, out->name))
            return true;
    }
    for (size_t i = 0; i < sizeof text_prefixes / sizeof *text_prefixes; i++)
        if ((s = after(raw, text_prefixes[i])) &&
            (apply(RULES(text_rules), s, out->name) || shared_mlp(s, has_experts, out)))
            return true;
    snprintf(out->name, sizeof out->name, "%s", raw);
    return true;
}
