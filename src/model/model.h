/* model: a model file of any kind, seen in one way.
 *
 * A `struct model` is the metadata of a GGUF file (or its split parts) or of a Hugging Face folder:
 * key/value pairs, tensors (name, type, shape, where the bytes lie in a read-only memory map) and
 * hyperparameters. Opening reads headers only; no weight is touched. Tensor names and shapes are
 * ggml's for both sources: a Hugging Face folder's names are translated while it is opened
 * ("model.layers.3.self_attn.q_proj.weight" becomes "blk.3.attn_q.weight"); names without a ggml
 * word stay as they are. No data is moved: where layouts differ, the hyperparameters say so
 * (rope_pairs), and three forms of expert weights exist side by side:
 *   blk.N.ffn_{gate,up,down}_exps.weight    ne = {in, out, experts}              GGUF
 *   blk.N.ffn_{gate,up,down}.E.weight       ne = {in, out}, one per expert       old GGUF, Hugging
 * Face Mixtral blk.N.ffn_gate_up_exps.weight           ne = {in, 2 ff, experts}, gate first Hugging
 * Face Granite MoE A fused shared expert (gate rows, then up rows) is contiguous and appears as
 * ffn_gate_shexp and ffn_up_shexp. */
#ifndef TAKT_MODEL_MODEL_H
#define TAKT_MODEL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/slice.h"
#include "model/qtype.h"

enum { MODEL_DIMS_MAX = 4 };

/* tensor: ne[0] is the contiguous dimension (a row's length), as ggml writes shapes. */
struct tensor {
    const char *name;
    enum qtype type;
    uint32_t n_dims;
    uint64_t ne[MODEL_DIMS_MAX]; /* 1 beyond n_dims */
    uint64_t bytes;              /* checked to lie inside the map */
    const uint8_t *data;         /* into the map; no alignment is promised */
    uint32_t file;               /* index into model.files */
    uint64_t file_offset;        /* of data in that file */
};

/* One key/value pair of the metadata, GGUF's types. HF folders get the equivalent keys where they
 * exist. */
enum kv_type {
    KV_U8,
    KV_I8,
    KV_U16,
    KV_I16,
    KV_U32,
    KV_I32,
    KV_F32,
    KV_BOOL,
    KV_STR,
    KV_ARR,
    KV_U64,
    KV_I64,
    KV_F64
};
struct model_kv {
    struct slice key;
    enum kv_type type;
    enum kv_type elem; /* of an array */
    uint64_t count;    /* of an array, else 1 */
    struct slice raw; /* value bytes in the map; a string's text; an array's first element (strings:
                         u64 length + text each) */
};

enum model_source { MODEL_GGUF, MODEL_HF };
enum rope_scaling {
    ROPE_SCALING_NONE,
    ROPE_SCALING_LINEAR,
    ROPE_SCALING_LLAMA3,
    ROPE_SCALING_YARN,
    ROPE_SCALING_FACTORS
};

enum { HPARAMS_CROSS_MAX = 64 };

/* Hyperparameters under one set of names, filled from either source with defaults resolved. */
struct model_hparams {
    const char *
        arch; /* GGUF's general.architecture: "llama", "granite", "granitemoe", ... ; for HF folders
               * the same words, derived from model_type ("mistral" and "mixtral" become "llama") */
    uint32_t n_layers, n_embd, n_vocab, n_ctx_train;
    uint32_t n_heads, n_kv_heads, head_dim_k, head_dim_v, rope_dims;
    uint32_t n_ff;                      /* dense or per expert */
    uint32_t n_ff_shared;               /* shared expert's width (granitemoeshared), 0 if none */
    uint32_t n_experts, n_experts_used; /* 0, 0 when dense */
    uint32_t sliding_window;            /* positions visible, 0: all */
    float norm_eps;
    float rope_theta;
    enum rope_scaling rope_scaling;
    float rope_factor, rope_low_freq_factor, rope_high_freq_factor; /* YARN: beta_slow and beta_fast
                                                                     * stand in the last two */
    float rope_attn_factor; /* YARN: sine and cosine are multiplied by this; 1 otherwise */
    uint32_t rope_orig_ctx;
    /* M-RoPE (Qwen2-VL): so many rotary pairs turn by a position's place in time, then in height,
     * then in width; zeros: all by the position. */
    uint32_t rope_sections[3];
    bool rope_pairs; /* rotate (2i, 2i+1) rather than (i, i + rope_dims/2): ggml stores Q and K of
                      * Llama-like models that way, Hugging Face as halves */
    bool tied_embeddings; /* no output.weight: token_embd.weight serves */
    float embedding_scale, residual_scale,
        logit_scale;       /* 1 by default; logits are multiplied by logit_scale
                            * (Granite: 1/logits_scaling) */
    float attention_scale; /* default 1/sqrt(head_dim_k) */
    /* Llama 3.2 Vision: layers that look at pictures instead of at the text, ascending, and the
     * token that stands for a picture. Their token table has more rows than there are logits. */
    uint32_t cross_layer[HPARAMS_CROSS_MAX], n_cross_layers;
    uint32_t n_token_rows; /* of token_embd; n_vocab in all other models */
    int32_t image_token;   /* -1: none */
};

/* token ids that steer generation; -1: none. For Hugging Face folders add_bos and add_eos are what
 * tokenizer_config.json says; a tokenizer.json with a post-processor states its own and wins (text/
 * reads it). */
struct model_special {
    int32_t bos, eos, pad, unk;
    bool add_bos, add_eos;
    int32_t eog[16]; /* all ids that end a generation, from metadata and generation_config */
    uint32_t n_eog;
};

/* What the file wants of the draws where the user says nothing; NAN, or -1 for top_k: not given. */
struct model_sampling {
    float temperature, top_p, min_p, repeat_penalty;
    int32_t top_k; /* 0: all tokens */
};

struct model {
    enum model_source source;
    const char *path;
    const char *name; /* general.name or the folder's name */
    struct arena arena;
    struct file_map *files; /* [n_files] weights files, in split order */
    bool borrowed;          /* model_open_memory: files[0] is the caller's */
    const char **file_paths;
    uint32_t n_files;
    struct tensor *tensors; /* [n_tensors], in file order */
    uint32_t n_tensors;
    struct model_kv *kv; /* [n_kv] */
    uint32_t n_kv;
    struct model_hparams hp;
    struct model_special special;
    struct model_sampling sampling;
    const char *chat_template; /* NULL when the model has none */
    const struct json
        *hf_config; /* config.json, tokenizer_config.json, generation_config.json; NULL for GGUF */
    const struct json *hf_tokenizer_config;
    const struct json *hf_generation_config;
    const char
        *tokenizer_path;   /* HF: tokenizer.json or tokenizer.model; NULL for GGUF or when absent */
    uint64_t weight_bytes; /* sum over tensors */
    struct model_index *index; /* name table, private */
};

/* model_open reads the headers of PATH: a .gguf file (any part of a split set opens the whole set)
 * or a Hugging Face folder. On failure nothing is left open. Unknown architectures are not refused
 * here (graph/ does that), and hparams of files without an architecture (vocabulary-only, recorded
 * logits) stay zero: hp.n_layers == 0. */
takt_rc model_open(struct model *m, const char *path, takt_err *e);
void model_close(struct model *m);

/* model_open_memory reads one GGUF file that lies in memory, called NAME in messages. BYTES stays
 * the caller's and must outlive M. Split files are refused. */
takt_rc model_open_memory(struct model *m, struct slice bytes, const char *name, takt_err *e);

/* model_tensor finds a tensor by ggml name, NULL if absent. */
const struct tensor *model_tensor(const struct model *m, const char *name);

/* model_kv_find finds a key; NULL if absent. The typed reads convert between integer widths and
 * return DEF when the key is absent or of another kind. model_kv_str returns an arena or map string
 * as a slice (empty if absent). */
const struct model_kv *model_kv_find(const struct model *m, const char *key);
uint64_t model_kv_uint(const struct model *m, const char *key, uint64_t def);
double model_kv_float(const struct model *m, const char *key, double def);
bool model_kv_bool(const struct model *m, const char *key, bool def);
struct slice model_kv_str(const struct model *m, const char *key);

/* model_kv_uint_of reads the integer of KV itself; DEF when it is negative or no integer. */
uint64_t model_kv_uint_of(const struct model_kv *kv, uint64_t def);

/* model_kv_arr_str walks an array of strings: call with *at = 0 first; false at the end. */
bool model_kv_arr_str(const struct model_kv *kv, uint64_t *at, struct slice *out);

/* model_let_go gives back the memory that the maps of M's files take; what is read later comes from
 * the system's page cache again. Pointers stay valid. */
void model_let_go(const struct model *m);

/* model_drop also lets the page cache forget the tensors, but for what model_fingerprint reads:
 * for when the weights exist in another form, and are not to take memory twice. */
void model_drop(const struct model *m);

/* model_fingerprint is a SHA-256 that identifies the weights without reading them all: headers,
 * sizes, modification times and samples of each tensor. OUT holds 32 bytes. */
takt_rc model_fingerprint(const struct model *m, uint8_t out[32], takt_err *e);

#endif
