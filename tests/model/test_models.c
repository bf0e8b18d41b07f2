/* The recorded models: a GGUF file and a Hugging Face folder of the same weights must look the
 * same. And folders made here, whole and broken. */
#include "t.h"

#include <unistd.h>

#include "model/hf_names.h"
#include "model/model.h"
#include "model/safetensors.h"

/* Fields that must agree between a GGUF file and the folder of the same model. Rotary layout, the
 * way Llama 3 scaling is written down, and whether a tied output was stored twice may differ. */
static void same_hparams(const struct model *g, const struct model *h)
{
    const struct model_hparams *a = &g->hp, *b = &h->hp;
    T_EQ_STR(b->arch, a->arch);
#define SAME(f) T_EQ_INT(b->f, a->f)
    SAME(n_layers);
    SAME(n_embd);
    SAME(n_vocab);
    SAME(n_ctx_train);
    SAME(n_heads);
    SAME(n_kv_heads);
    SAME(head_dim_k);
    SAME(head_dim_v);
    SAME(rope_dims);
    SAME(n_ff);
    SAME(n_ff_shared);
    SAME(n_experts);
    SAME(n_experts_used);
    SAME(sliding_window);
#undef SAME
#define SAME(f) T_NEAR(b->f, a->f, 0)
    SAME(norm_eps);
    SAME(rope_theta);
    SAME(embedding_scale);
    SAME(residual_scale);
    SAME(logit_scale);
    SAME(attention_scale);
#undef SAME
    T_EQ_INT(h->special.bos, g->special.bos);
    T_EQ_INT(h->special.eos, g->special.eos);
    T_EQ_INT(h->special.n_eog, 1);
    T_EQ_INT(h->special.eog[0], g->special.eog[0]);
    T_OK(a->rope_pairs && !b->rope_pairs);
}

/* Each tensor of the folder stands in the GGUF file under the same name, shape and bytes, except
 * where the layouts are known to differ: rotated Q and K, and experts. *n_compared counts those
 * that were equal. */
static void same_tensors(const struct model *g, const struct model *h, unsigned *n_compared)
{
    *n_compared = 0;
    for (uint32_t i = 0; i < h->n_tensors; i++) {
        const struct tensor *t = &h->tensors[i];
        if (strncmp(t->name, "v.", 2) == 0 || strncmp(t->name, "mm.", 3) == 0)
            continue;
        if (strncmp(t->name, "blk.", 4) == 0 && strstr(t->name + 6, "ffn_") &&
            g->hp.n_experts > 0 && !strstr(t->name, "ffn_norm") && !strstr(t->name, "gate_inp"))
            continue;
        const struct tensor *want = model_tensor(g, t->name);
        if (!want) {
            t_fail(__FILE__, __LINE__, "'%s' is not in the GGUF file", t->name);
            continue;
        }
        T_EQ_MEM(t->ne, want->ne, sizeof t->ne);
        T_EQ_INT(t->n_dims, want->n_dims);
        if (strstr(t->name, "attn_q") || strstr(t->name, "attn_k"))
            continue;
        T_EQ_INT(t->bytes, want->bytes);
        T_EQ_MEM(t->data, want->data, t->bytes);
        ++*n_compared;
    }
}

struct pair {
    const char *gguf, *hf;
    unsigned n_equal; /* tensors that must have been compared */
};

T_TEST(gguf_and_folder_agree)
{
#define TINY(name, n)                                                                              \
    {                                                                                              \
        "models/tiny-random/" name "/" name ".gguf", "models/tiny-random/" name "/hf", (n)         \
    }
    static const struct pair pairs[] = {
        {"models/stories260K/stories260K-f32.gguf", "models/stories260K/hf", 2 + 5 * 7},
        TINY("tiny-llama31-a", 2 + 2 * 7),
        TINY("tiny-llama-untied-hd32-a", 3 + 2 * 7),
        TINY("tiny-mixtral-a", 3 + 2 * 5),
        TINY("tiny-granite-a", 2 + 2 * 7),
        TINY("tiny-granitemoe-a", 2 + 2 * 5),
        {"models/tiny-random/tiny-llava-a/tiny-llava-a-text.gguf",
         "models/tiny-random/tiny-llava-a/hf", 3 + 2 * 7},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char a[4096], b[4096];
        struct model g, h;
        takt_err e;
        unsigned n;
        if (!t_shared(a, sizeof a, pairs[i].gguf) || !t_shared(b, sizeof b, pairs[i].hf))
            T_SKIP("no shared data");
        if (!T_RC(model_open(&g, a, &e), &e) || !T_RC(model_open(&h, b, &e), &e))
            continue;
        same_hparams(&g, &h);
        same_tensors(&g, &h, &n);
        T_EQ_INT(n, pairs[i].n_equal);
        T_OK(h.hf_config && g.hf_config == NULL);
        T_EQ_INT(model_kv_uint(&h, "llama.block_count", g.hp.n_layers), g.hp.n_layers);
        model_close(&g);
        model_close(&h);
    }
}

static bool open_shared(struct model *m, const char *rel)
{
    char path[4096];
    takt_err e;
    return t_shared(path, sizeof path, rel) && T_RC(model_open(m, path, &e), &e);
}

T_TEST(rope_scaling)
{
    struct model m;
    if (!open_shared(&m, "models/tiny-random/tiny-llama31-a/tiny-llama31-a.gguf"))
        T_SKIP("no shared data");
    T_EQ_INT(m.hp.rope_scaling, ROPE_SCALING_FACTORS);
    T_EQ_INT(model_tensor(&m, "rope_freqs.weight")->ne[0], 8);
    model_close(&m);
    T_OK(open_shared(&m, "models/tiny-random/tiny-llama31-a/hf"));
    T_EQ_INT(m.hp.rope_scaling, ROPE_SCALING_LLAMA3);
    T_NEAR(m.hp.rope_factor, 8, 0);
    T_NEAR(m.hp.rope_low_freq_factor, 1, 0);
    T_NEAR(m.hp.rope_high_freq_factor, 4, 0);
    T_EQ_INT(m.hp.rope_orig_ctx, 256);
    model_close(&m);
}

T_TEST(experts_in_their_three_forms)
{
    struct model m, g;
    if (!open_shared(&m, "models/tiny-random/tiny-mixtral-a/hf"))
        T_SKIP("no shared data");
    T_OK(open_shared(&g, "models/tiny-random/tiny-mixtral-a/tiny-mixtral-a.gguf"));
    const struct tensor *all = model_tensor(&g, "blk.1.ffn_down_exps.weight");
    const struct tensor *one = model_tensor(&m, "blk.1.ffn_down.3.weight");
    if (T_OK(all && one)) {
        T_EQ_INT(all->ne[2], 4);
        T_EQ_INT(one->ne[0], 96);
        T_EQ_INT(one->ne[1], 64);
        T_EQ_MEM(one->data, all->data + 3 * one->bytes, one->bytes);
    }
    model_close(&m);
    model_close(&g);
    T_OK(open_shared(&m, "models/tiny-random/tiny-granitemoe-a/hf"));
    T_OK(open_shared(&g, "models/tiny-random/tiny-granitemoe-a/tiny-granitemoe-a.gguf"));
    const struct tensor *fused = model_tensor(&m, "blk.0.ffn_gate_up_exps.weight");
    const struct tensor *up = model_tensor(&g, "blk.0.ffn_up_exps.weight");
    if (T_OK(fused && up)) {
        T_EQ_INT(fused->ne[1], 192);
        T_EQ_INT(fused->ne[2], 4);
        uint64_t expert = fused->bytes / 4;
        for (uint64_t e = 0; e < 4; e++) /* gate rows first, then up rows */
            T_EQ_MEM(fused->data + e * expert + expert / 2, up->data + e * expert / 2, expert / 2);
    }
    model_close(&m);
    model_close(&g);
}

T_TEST(llava_vision_names_are_ggmls)
{
    struct model m, g;
    if (!open_shared(&m, "models/tiny-random/tiny-llava-a/hf"))
        T_SKIP("no shared data");
    T_OK(open_shared(&g, "models/tiny-random/tiny-llava-a/mmproj-tiny-llava-a.gguf"));
    for (uint32_t i = 0; i < g.n_tensors; i++) {
        const struct tensor *t = model_tensor(&m, g.tensors[i].name);
        if (T_OK(t)) {
            T_EQ_MEM(t->ne, g.tensors[i].ne, sizeof t->ne);
            T_EQ_MEM(t->data, g.tensors[i].data, t->bytes);
        }
    }
    T_EQ_INT(g.hp.n_layers, 0);
    model_close(&m);
    model_close(&g);
}

T_TEST(vocabulary_files)
{
    struct model m;
    if (!open_shared(&m, "tokenizers/ggml-vocab-llama-bpe.gguf"))
        T_SKIP("no shared data");
    T_EQ_INT(m.n_tensors, 0);
    T_EQ_INT(m.hp.n_vocab, 128256);
    T_EQ_INT(m.special.bos, 128000);
    T_OK(m.special.add_bos);
    T_EQ_INT(m.special.n_eog, 3); /* 128009 by id; 128001 and 128008 by text */
    const struct model_kv *kv = model_kv_find(&m, "tokenizer.ggml.tokens");
    uint64_t at = 0, n = 0;
    struct slice s;
    while (model_kv_arr_str(kv, &at, &s))
        n++;
    T_EQ_INT(n, 128256);
    model_close(&m);
}

/* ---- folders made here ------------------------------------------------------------------------
 */

static char dir[] = P_tmpdir "/takt-test-models-XXXXXX";

static const char *in_dir(const char *name)
{
    static char path[256];
    if (strcmp(dir + sizeof dir - 7, "XXXXXX") == 0)
        T_OK(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void put_file(const char *name, const char *text)
{
    FILE *f = fopen(in_dir(name), "wb");
    if (T_OK(f)) {
        fputs(text, f);
        fclose(f);
    }
}

/* A safetensors file with HEADER and N zero bytes of data. */
static void put_safetensors(const char *name, const char *header, size_t n)
{
    uint64_t len = strlen(header);
    FILE *f = fopen(in_dir(name), "wb");
    if (!T_OK(f))
        return;
    fwrite(&len, sizeof len, 1, f);
    fwrite(header, 1, len, f);
    for (size_t i = 0; i < n; i++)
        fputc(0, f);
    fclose(f);
}

static void put_config(const char *extra)
{
    char text[2048];
    snprintf(text, sizeof text,
             "{\"model_type\":\"llama\",\"vocab_size\":4,\"hidden_size\":8,\"intermediate_size\":8,"
             "\"num_hidden_layers\":1,\"num_attention_heads\":2,\"num_key_value_heads\":1,"
             "\"eos_token_id\":[2,3]%s}",
             extra);
    put_file("config.json", text);
}

#define EMBD                                                                                       \
    "\"model.embed_tokens.weight\":{\"dtype\":\"BF16\",\"shape\":[4,8],\"data_offsets\":[0,64]}"
#define NORM(dtype, shape, from, to)                                                               \
    "\"model.norm.weight\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" #from  \
    "," #to "]}"

static takt_rc open_dir(struct model *m, takt_err *e)
{
    return model_open(m, dir, e);
}

T_TEST(folder_details)
{
    struct model m;
    takt_err e;
    put_config(",\"bos_token_id\":1,\"tie_word_embeddings\":true");
    put_file(
        "tokenizer_config.json",
        "{\"eos_token\":{\"content\":\"<end>\"},\"unk_token\":\"<unk>\",\"add_bos_token\":true,"
        "\"added_tokens_decoder\":{\"0\":{\"content\":\"<unk>\"},\"1\":{\"content\":\"<end>\"}},"
        "\"chat_template\":[{\"name\":\"tool_use\",\"template\":\"T\"},"
        "{\"name\":\"default\",\"template\":\"D\"}]}");
    put_file("generation_config.json", "{\"eos_token_id\":3}");
    put_file("tokenizer.json", "{}");
    put_safetensors(
        "model.safetensors",
        "{\"__metadata__\":{\"format\":\"pt\"}," EMBD "," NORM(
            "F16", "[8]", 64,
            80) ","
                "\"lm_head.weight\":{\"dtype\":\"BF16\",\"shape\":[4,8],\"data_offsets\":[0,64]},"
                "\"model.layers.0.self_attn.rotary_emb.inv_freq\":{\"dtype\":\"I64\","
                "\"shape\":[2],\"data_offsets\":[64,80]}}",
        80);
    if (!T_RC(open_dir(&m, &e), &e))
        return;
    T_EQ_INT(m.n_tensors, 2); /* the tied head and the buffer are left out */
    T_OK(m.hp.tied_embeddings);
    T_EQ_INT(m.tensors[0].type, QTYPE_BF16);
    T_EQ_INT(model_tensor(&m, "token_embd.weight")->ne[0], 8);
    T_EQ_INT(m.special.bos, 1);
    T_EQ_INT(m.special.eos, 3);
    T_EQ_INT(m.special.unk, 0);
    T_EQ_INT(m.special.n_eog, 3); /* 3, 2, and <end> by text: 1 */
    T_EQ_INT(m.special.eog[2], 1);
    T_OK(m.special.add_bos);
    T_EQ_STR(m.chat_template, "D");
    T_OK(m.tokenizer_path && strstr(m.tokenizer_path, "/tokenizer.json"));
    model_close(&m);
    put_file("chat_template.jinja", "J{{ x }}");
    T_RC(open_dir(&m, &e), &e);
    T_EQ_STR(m.chat_template, "J{{ x }}");
    model_close(&m);
}

T_TEST(folder_refusals)
{
    struct model m;
    takt_err e;
    put_config("");
    put_safetensors("model.safetensors", "{" EMBD "," NORM("F8_E4M3", "[8]", 64, 72) "}", 72);
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_UNSUPPORTED, "'model.norm.weight' has dtype F8_E4M3");
    put_safetensors("model.safetensors", "{" EMBD "," NORM("F32", "[8]", 64, 80) "}", 80);
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "has 16 bytes where its shape takes 32");
    put_safetensors("model.safetensors", "{" EMBD "," NORM("F32", "[8]", 64, 96) "}", 80);
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "incomplete download");
    put_safetensors("model.safetensors", "{" EMBD "," NORM("F32", "[-8]", 64, 96) "}", 96);
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "no positive integer");
    put_safetensors("model.safetensors",
                    "{" EMBD "," NORM("F32", "[4611686018427387904,4]", 64, 80) "}", 96);
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "64 bits");
    put_safetensors("model.safetensors", "[1]", 0);
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "no JSON object");
    put_file("model.safetensors", "short");
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "is not a safetensors file");
    put_file("model.safetensors", "not a header");
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_LIMIT, "beyond the limit");
    put_config(",\"hidden_act\":\"gelu\"");
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_UNSUPPORTED, "'hidden_act' is not 'silu'");
    put_config(",\"quantization_config\":{}");
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_UNSUPPORTED, "quantised weights from GGUF");
    put_config(",\"rope_scaling\":{\"type\":\"dynamic\",\"factor\":2}");
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_UNSUPPORTED, "rope_type");
    put_config(",\"head_dim\":-1");
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "'head_dim' is no integer");
    put_file("config.json", "{}");
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "'model_type' is missing");
    unlink(in_dir("config.json"));
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_USAGE, "without config.json");
}

T_TEST(folder_with_index)
{
    static const char index[] =
        "{\"weight_map\":{\"model.embed_tokens.weight\":\"m-00001-of-00002.safetensors\","
        "\"model.norm.weight\":\"m-00002-of-00002.safetensors\"}}";
    struct model m;
    takt_err e;
    put_config("");
    unlink(in_dir("model.safetensors"));
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_USAGE, "has neither model.safetensors nor");
    put_file("model.safetensors.index.json", index);
    put_safetensors("m-00001-of-00002.safetensors", "{" EMBD "}", 64);
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_IO,
            "1 of 2 weights files is missing: m-00002-of-00002.safetensors");
    put_safetensors("m-00002-of-00002.safetensors", "{" NORM("F32", "[8]", 0, 32) "}", 32);
    if (T_RC(open_dir(&m, &e), &e)) {
        T_EQ_INT(m.n_files, 2);
        T_EQ_INT(model_tensor(&m, "output_norm.weight")->file, 1);
        model_close(&m);
    }
    put_safetensors("m-00002-of-00002.safetensors", "{" EMBD "}", 64);
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "where it is not");
    put_file("model.safetensors.index.json", "{\"weight_map\":{\"a\":\"../../etc/passwd\"}}");
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "not a plain name");
    put_file("model.safetensors.index.json", "{\"weight_map\":7}");
    T_FAILS(open_dir(&m, &e), &e, TAKT_ERR_FORMAT, "no weight_map");
}

/* Granite's fused gate and up rows appear as two tensors in place; without experts they are the
 * layer's own. */
T_TEST(fused_shared_network)
{
    for (int experts = 0; experts <= 4; experts += 4) {
        struct model m;
        takt_err e;
        char config[512];
        unlink(in_dir("model.safetensors.index.json"));
        snprintf(config, sizeof config,
                 "{\"model_type\":\"granitemoeshared\",\"vocab_size\":4,\"hidden_size\":8,"
                 "\"intermediate_size\":8,\"shared_intermediate_size\":4,\"num_hidden_layers\":1,"
                 "\"num_attention_heads\":2,\"num_local_experts\":%d,\"logits_scaling\":8}",
                 experts);
        put_file("config.json", config);
        put_safetensors("model.safetensors",
                        "{" EMBD ",\"model.layers.0.shared_mlp.input_linear.weight\":{\"dtype\":"
                        "\"F16\",\"shape\":[8,8],\"data_offsets\":[64,192]}}",
                        192);
        if (!T_RC(open_dir(&m, &e), &e))
            return;
        const char *gate = experts ? "blk.0.ffn_gate_shexp.weight" : "blk.0.ffn_gate.weight";
        const char *up = experts ? "blk.0.ffn_up_shexp.weight" : "blk.0.ffn_up.weight";
        const struct tensor *g = model_tensor(&m, gate), *u = model_tensor(&m, up);
        if (T_OK(g && u)) {
            T_EQ_INT(g->ne[0], 8);
            T_EQ_INT(g->ne[1], 4);
            T_EQ_INT(g->bytes, 64);
            T_OK(u->data == g->data + 64 && u->file_offset == g->file_offset + 64);
        }
        T_EQ_STR(m.hp.arch, "granitemoe");
        T_EQ_INT(m.hp.n_ff, experts ? 8 : 4);
        T_EQ_INT(m.hp.n_ff_shared, experts ? 4 : 0);
        T_NEAR(m.hp.logit_scale, 0.125, 0);
        T_NEAR(m.hp.attention_scale, 1, 0); /* given, not derived */
        model_close(&m);
    }
}

T_TEST(safetensors_prefixes)
{
    static const char header[] = "{" EMBD "," NORM("F32", "[8]", 64, 96) "}";
    uint64_t len = sizeof header - 1;
    size_t n = 8 + len + 96;
    takt_err e;
    struct safetensors_entry *out;
    uint32_t count;
    for (size_t k = 0; k <= n; k++) {
        uint8_t *p = calloc(k + 1, 1); /* exact but for one byte: a zero length has no address */
        struct arena a = {0};
        uint8_t whole[8 + sizeof header + 96] = {0};
        memcpy(whole, &len, 8);
        memcpy(whole + 8, header, len);
        memcpy(p, whole, k);
        takt_rc rc = safetensors_parse((struct slice){p, k}, "memory", &a, &out, &count, &e);
        T_OK(k == n ? rc.code == 0 && count == 2 : rc.code == TAKT_ERR_FORMAT);
        arena_free(&a);
        free(p);
    }
}

T_TEST(names)
{
    static const char *const table[][2] = {
        {"model.layers.11.self_attn.q_proj.bias", "blk.11.attn_q.bias"},
        {"model.language_model.layers.0.mlp.up_proj.weight", "blk.0.ffn_up.weight"},
        {"language_model.lm_head.weight", "output.weight"},
        {"model.layers.31.block_sparse_moe.experts.7.w1.weight", "blk.31.ffn_gate.7.weight"},
        {"model.layers.x.mlp.up_proj.weight", "model.layers.x.mlp.up_proj.weight"},
        {"model.layers.1234567.mlp.up_proj.weight", "model.layers.1234567.mlp.up_proj.weight"},
        {"model.layers.1.mlp.up_proj.weight.weight", "model.layers.1.mlp.up_proj.weight.weight"},
        {"model.visual.merger.mlp.2.weight", "mm.2.weight"},
        {"visual.blocks.31.mlp.gate_proj.bias", "v.blk.31.ffn_gate.bias"},
        {"vision_tower.transformer.layers.5.attention.o_proj.weight", "v.blk.5.attn_out.weight"},
        {"something.else", "something.else"},
        {"", ""},
        {"language_model.model.layers.3.cross_attn.q_proj.weight",
         "blk.3.cross_attn_q_proj.weight"},
        {"model.language_model.layers.3.cross_attn_mlp_gate", "blk.3.cross_attn_mlp_gate"},
        {"vision_model.gated_positional_embedding.embedding", "v.position_embd.weight"},
        {"model.vision_model.gated_positional_embedding.gate", "v.position_embd.gate"},
        {"vision_model.gated_positional_embedding.tile_embedding.weight",
         "v.tile_position_embd.weight"},
        {"model.vision_model.pre_tile_positional_embedding.gate", "v.pre_tile_position_embd.gate"},
        {"vision_model.transformer.layers.7.mlp.fc1.bias", "v.blk.7.ffn_up.bias"},
        {"model.vision_model.global_transformer.layers.7.gate_ffn", "v.global.blk.7.ffn_gate"},
        {"multi_modal_projector.weight", "mm.0.weight"},
        {"model.multi_modal_projector.bias", "mm.0.bias"},
    };
    struct hf_name n;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        T_OK(hf_translate(table[i][0], true, &n));
        T_EQ_INT(n.kind, HF_TENSOR);
        T_EQ_STR(n.name, table[i][1]);
    }
    T_OK(hf_translate("model.layers.2.shared_mlp.input_linear.weight", true, &n));
    T_EQ_INT(n.kind, HF_GATE_UP);
    T_EQ_STR(n.name, "blk.2.ffn_gate_shexp.weight");
    T_EQ_STR(n.second, "blk.2.ffn_up_shexp.weight");
    for (int i = 0; i < 2; i++) {
        const char *const raw[] = {"visual.blocks.3.attn.qkv.bias",
                                   "model.visual.blocks.3.attn.qkv.bias"};
        T_OK(hf_translate(raw[i], false, &n));
        T_EQ_INT(n.kind, HF_QKV);
        T_EQ_STR(n.name, "v.blk.3.attn_q.bias");
        T_EQ_STR(n.second, "v.blk.3.attn_k.bias");
        T_EQ_STR(n.third, "v.blk.3.attn_v.bias");
    }
    T_OK(hf_translate("visual.patch_embed.proj.weight", false, &n));
    T_EQ_INT(n.kind, HF_FRAMES);
    T_EQ_STR(n.name, "v.patch_embd.weight");
    T_OK(hf_translate("model.layers.2.shared_mlp.output_linear.weight", false, &n));
    T_EQ_STR(n.name, "blk.2.ffn_down.weight");
    char longest[HF_NAME_BYTES + 8];
    memset(longest, 'a', sizeof longest);
    longest[HF_NAME_BYTES] = 0;
    T_OK(!hf_translate(longest, true, &n));
}

T_TEST(clean_up)
{
    char command[300];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    T_EQ_INT(system(command), 0);
}

T_MAIN("model/models")
