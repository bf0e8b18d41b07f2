/* made: small models for tests of engine/, written as GGUF files into a folder of their own, with a
 * cache folder that knows the speeds of this machine already (made up), so that nothing is
 * measured. Include it once per binary. */
#ifndef TAKT_TESTS_ENGINE_MADE_H
#define TAKT_TESTS_ENGINE_MADE_H

#include <dirent.h>
#include <math.h>
#include <unistd.h>

#include "engine/handles.h"
#include "engine/profile_store.h"
#include "model/gguf_write.h"
#include "target/cpu/kern.h"
#include "t.h"

/* What the file is to be; zero fields take the defaults of made_defaults. */
struct made {
    const char *arch;
    enum qtype type; /* of matrices */
    uint32_t n_layers, n_embd, n_heads, n_kv_heads, head_dim, n_ff, n_vocab, n_ctx;
    uint32_t n_experts, n_experts_used, window;
    bool tied, scales, biases; /* scales: the multipliers of Granite; biases: those of Qwen 2 */
    const int32_t
        *next; /* [n_vocab] a model without layers' work that says next[token] (-1: anything) */
    const int32_t *sections;  /* [4] of the rotary pairs (Qwen2-VL) */
    const char *const *piece; /* [n_piece] texts of the tokens from 259 on */
    uint32_t n_piece;
};

enum { MADE_BYTES = 259 }; /* <unk>, <s>, </s> and the 256 bytes come first */

#define MADE_RATE 1e10 /* bytes a second that the made-up machine reads */

static struct made made_defaults(struct made m)
{
#define MADE_DEFAULT(field, value) (m.field = m.field ? m.field : (value))
    MADE_DEFAULT(arch, "llama");
    MADE_DEFAULT(n_layers, 2);
    MADE_DEFAULT(n_embd, 256);
    MADE_DEFAULT(n_heads, 4);
    MADE_DEFAULT(n_kv_heads, 2);
    MADE_DEFAULT(head_dim, 64);
    MADE_DEFAULT(n_ff, 256);
    MADE_DEFAULT(n_vocab, 331);
    MADE_DEFAULT(n_ctx, 512);
#undef MADE_DEFAULT
    return m;
}

/* ---- folder ---- */

static struct {
    char path[256];
    uint32_t n_files;
} made_dir;

static void made_remove(const char *folder)
{
    DIR *d = opendir(folder);
    char path[600];
    for (struct dirent *f; d && (f = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", folder, f->d_name);
        if (f->d_name[0] != '.' && unlink(path) != 0)
            made_remove(path);
    }
    if (d)
        closedir(d);
    rmdir(folder);
}

static void made_end(void)
{
    made_remove(made_dir.path);
}

/* A profile for N lanes at ISA, so that plans need no measurement. */
static void made_profile(uint32_t n_lanes, const char *isa)
{
    struct profile p = {.version = PROFILE_VERSION,
                        .n_lanes = n_lanes,
                        .read_bytes_per_s = MADE_RATE,
                        .read_bytes_per_s_lane = MADE_RATE,
                        .int8_ops_per_s = 1e11,
                        .f32_ops_per_s = 1e11,
                        .sync_ns = 200,
                        .task_overhead_ns = 500};
    for (uint32_t t = 0; t < PROFILE_TYPES_MAX; t++)
        for (uint32_t i = 0; i < PROFILE_TOKENS; i++)
            p.matmul_ns_per_weight[t][i] = 0.1 * (i + 1);
    target_cpu_describe(p.machine, sizeof p.machine, n_lanes, isa);
    T_OK(!profile_put(&p, NULL).code);
}

/* The folder for this run's models and cache, removed at exit. */
static const char *made_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    char cache[300];
    if (made_dir.path[0])
        return made_dir.path;
    snprintf(made_dir.path, sizeof made_dir.path, "%s/takt-test-XXXXXX", tmp ? tmp : P_tmpdir);
    T_OK(mkdtemp(made_dir.path));
    atexit(made_end);
    snprintf(cache, sizeof cache, "%s/cache", made_dir.path);
    setenv("TAKT_CACHE", cache, 1);
    for (int level = 0; level < KERN_LEVEL_COUNT; level++)
        for (uint32_t lanes = 1; lanes <= 8; lanes++)
            if (kern_level_usable((enum kern_level)level))
                made_profile(lanes, kern_level_name((enum kern_level)level));
    return made_dir.path;
}

/* ---- weights ---- */

/* One tensor: matrices of random values of about 1/sqrt(cols), norms near 1, or of a given kind. */
enum made_kind { MADE_RANDOM, MADE_NORM, MADE_ZERO, MADE_EMBD, MADE_NEXT };

struct made_tensor {
    enum made_kind kind;
    enum qtype type;
    uint64_t cols, rows;
};

struct made_file {
    struct gguf_writer w;
    struct made_tensor tensor[256];
    uint32_t n_tensors;
    const struct made *made;
};

static void made_tensor(struct made_file *f, const char *name, enum made_kind kind, enum qtype type,
                        uint64_t ne0, uint64_t ne1, uint64_t ne2)
{
    uint64_t ne[3] = {ne0, ne1, ne2};
    uint64_t values = qtype_block_values(type);
    if (ne0 % values) /* as other programs do where a row does not fit the format */
        type = values == 256 && ne0 % 32 == 0 ? QTYPE_Q8_0 : QTYPE_F16;
    f->tensor[f->n_tensors++] = (struct made_tensor){kind, type, ne0, ne1 * ne2};
    gguf_put_tensor(&f->w, name, type, ne2 > 1 ? 3 : ne1 > 1 ? 2 : 1, ne);
}

/* Where the 16-bit scales stand in a block, -1: none. */
static void made_scale_at(enum qtype t, int at[2])
{
    static const struct {
        enum qtype type;
        int at[2];
    } table[] = {{QTYPE_Q4_0, {0, -1}},   {QTYPE_Q4_1, {0, 2}},    {QTYPE_Q5_0, {0, -1}},
                 {QTYPE_Q5_1, {0, 2}},    {QTYPE_Q8_0, {0, -1}},   {QTYPE_Q2_K, {80, 82}},
                 {QTYPE_Q3_K, {108, -1}}, {QTYPE_Q4_K, {0, 2}},    {QTYPE_Q5_K, {0, 2}},
                 {QTYPE_Q6_K, {208, -1}}, {QTYPE_IQ4_NL, {0, -1}}, {QTYPE_IQ4_XS, {0, -1}}};
    at[0] = at[1] = -1;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].type == t)
            memcpy(at, table[i].at, sizeof table[i].at);
}

/* A block of random bytes with scales such that its values are about SIZE. */
static void made_block(enum qtype t, uint8_t *p, float size)
{
    float v[256], worst = 0;
    int at[2];
    uint16_t one = qtype_f32_to_f16(1.0f / 64), minus = qtype_f32_to_f16(-1.0f / 64);
    for (uint32_t i = 0; i < qtype_block_bytes(t); i++)
        p[i] = (uint8_t)(t_rand() >> 32);
    made_scale_at(t, at);
    if (at[0] < 0) { /* MXFP4: an exponent */
        p[0] = (uint8_t)(127 - 6 + t_rand() % 3);
        return;
    }
    for (int round = 0; round < 2; round++) { /* learn how large the values are, then scale */
        bool negative = t == QTYPE_Q4_1 || t == QTYPE_Q5_1;
        memcpy(p + at[0], &one, 2);
        if (at[1] >= 0)
            memcpy(p + at[1], negative ? &minus : &one, 2);
        qtype_dequantize(t, v, p, qtype_block_values(t));
        for (uint32_t i = 0; i < qtype_block_values(t); i++)
            worst = fmaxf(worst, fabsf(v[i]));
        one = qtype_f32_to_f16(size * 2 / (worst > 0 ? worst : 1) / 64);
        minus = qtype_f32_to_f16(-size * 8 / (worst > 0 ? worst : 1) / 64);
    }
}

/* Row VALUES of token T's vector in the model that says next[]: signs of a hash. */
static void made_signs(float *row, uint32_t n, uint32_t token)
{
    uint64_t saved = t_.state;
    t_.state = 0x5EED0000u + token;
    for (uint32_t i = 0; i < n; i++)
        row[i] = t_rand() & 1 ? 1.0f : -1.0f;
    t_.state = saved;
}

static void made_row(const struct made_file *f, const struct made_tensor *t, uint64_t r, float *row)
{
    float size = 1.7f / sqrtf((float)t->cols);
    for (uint64_t k = 0; k < t->cols; k++)
        row[k] = t->kind == MADE_ZERO   ? 0
                 : t->kind == MADE_NORM ? f->made->next ? 1.0f : t_rand_f32(0.8f, 1.2f)
                                        : t_rand_f32(-size, size);
    if (t->kind == MADE_EMBD)
        made_signs(row, (uint32_t)t->cols, (uint32_t)r);
    if (t->kind == MADE_NEXT) /* the likeliest successor of token t is next[t] */
        for (uint32_t token = 0; token < f->made->n_vocab; token++)
            if ((uint64_t)f->made->next[token] == r) {
                float from[1024];
                made_signs(from, (uint32_t)t->cols, token);
                for (uint64_t k = 0; k < t->cols; k++)
                    row[k] += from[k];
            }
}

static takt_rc made_fill(void *user, uint32_t i, struct gguf_sink *sink, takt_err *e)
{
    const struct made_file *f = user;
    const struct made_tensor *t = &f->tensor[i];
    float row[1024];
    uint8_t packed[4096];
    uint64_t bytes;
    qtype_row_bytes(t->type, t->cols, &bytes);
    for (uint64_t r = 0; r < t->rows; r++) {
        made_row(f, t, r, row);
        if (!qtype_quantize(t->type, packed, row, t->cols, NULL))
            for (uint64_t b = 0; b < t->cols / qtype_block_values(t->type); b++)
                made_block(t->type, packed + b * qtype_block_bytes(t->type),
                           1.7f / sqrtf((float)t->cols));
        TAKT_TRY(gguf_sink_put(sink, packed, bytes, e));
    }
    return TAKT_OK;
}

/* ---- file ---- */

static void made_layer(struct made_file *f, const struct made *m, uint32_t l)
{
    enum made_kind kind = m->next ? MADE_ZERO : MADE_RANDOM;
    uint32_t q = m->n_heads * m->head_dim, k = m->n_kv_heads * m->head_dim;
    uint32_t x = m->n_experts ? m->n_experts : 1;
    const char *exps = m->n_experts ? "_exps" : "";
    char name[96];
#define MADE(kind, type, ne0, ne1, ne2, ...)                                                       \
    (snprintf(name, sizeof name, __VA_ARGS__), made_tensor(f, name, (kind), (type), ne0, ne1, ne2))
    MADE(MADE_NORM, QTYPE_F32, m->n_embd, 1, 1, "blk.%u.attn_norm.weight", l);
    MADE(kind, m->type, m->n_embd, q, 1, "blk.%u.attn_q.weight", l);
    MADE(kind, m->type, m->n_embd, k, 1, "blk.%u.attn_k.weight", l);
    MADE(kind, m->type, m->n_embd, k, 1, "blk.%u.attn_v.weight", l);
    if (m->biases) {
        MADE(MADE_RANDOM, QTYPE_F32, q, 1, 1, "blk.%u.attn_q.bias", l);
        MADE(MADE_RANDOM, QTYPE_F32, k, 1, 1, "blk.%u.attn_k.bias", l);
        MADE(MADE_RANDOM, QTYPE_F32, k, 1, 1, "blk.%u.attn_v.bias", l);
    }
    MADE(kind, m->type, q, m->n_embd, 1, "blk.%u.attn_output.weight", l);
    MADE(MADE_NORM, QTYPE_F32, m->n_embd, 1, 1, "blk.%u.ffn_norm.weight", l);
    if (m->n_experts)
        MADE(kind, QTYPE_F32, m->n_embd, m->n_experts, 1, "blk.%u.ffn_gate_inp.weight", l);
    MADE(kind, m->type, m->n_embd, m->n_ff, x, "blk.%u.ffn_gate%s.weight", l, exps);
    MADE(kind, m->type, m->n_embd, m->n_ff, x, "blk.%u.ffn_up%s.weight", l, exps);
    MADE(kind, m->type, m->n_ff, m->n_embd, x, "blk.%u.ffn_down%s.weight", l, exps);
#undef MADE
}

static void made_vocabulary(struct gguf_writer *w, const struct made *m)
{
    static char text[1024][24];
    static const char *tokens[1024];
    static float scores[1024];
    static int32_t types[1024];
    for (uint32_t i = 0; i < m->n_vocab; i++) {
        const char *piece =
            i >= MADE_BYTES && i - MADE_BYTES < m->n_piece ? m->piece[i - MADE_BYTES] : NULL;
        if (i >= 3 && i < MADE_BYTES)
            snprintf(text[i], sizeof text[i], "<0x%02X>", i - 3);
        else if (piece)
            snprintf(text[i], sizeof text[i], "%s", piece);
        else
            snprintf(text[i], sizeof text[i], "t%u", i);
        tokens[i] = i == 0 ? "<unk>" : i == 1 ? "<s>" : i == 2 ? "</s>" : text[i];
        scores[i] = -(float)i;
        types[i] = i == 0 ? 2 : i < 3 ? 3 : i < MADE_BYTES ? 6 : 1; /* unknown, control, byte */
    }
    gguf_put_str(w, "tokenizer.ggml.model", "llama");
    gguf_put_arr_str(w, "tokenizer.ggml.tokens", tokens, m->n_vocab);
    gguf_put_arr(w, "tokenizer.ggml.scores", KV_F32, scores, m->n_vocab);
    gguf_put_arr(w, "tokenizer.ggml.token_type", KV_I32, types, m->n_vocab);
    gguf_put_bool(w, "tokenizer.ggml.add_space_prefix", false);
}

static void made_metadata(struct gguf_writer *w, const struct made *m)
{
    char key[96];
#define MADE(put, suffix, value)                                                                   \
    (snprintf(key, sizeof key, "%s." suffix, m->arch), put(w, key, value))
    gguf_put_str(w, "general.architecture", m->arch);
    gguf_put_str(w, "general.name", "made by a test");
    MADE(gguf_put_u32, "block_count", m->n_layers);
    MADE(gguf_put_u32, "context_length", m->n_ctx);
    MADE(gguf_put_u32, "embedding_length", m->n_embd);
    MADE(gguf_put_u32, "feed_forward_length", m->n_ff);
    MADE(gguf_put_u32, "attention.head_count", m->n_heads);
    MADE(gguf_put_u32, "attention.head_count_kv", m->n_kv_heads);
    MADE(gguf_put_u32, "attention.key_length", m->head_dim);
    MADE(gguf_put_u32, "attention.value_length", m->head_dim);
    MADE(gguf_put_u32, "rope.dimension_count", m->head_dim);
    MADE(gguf_put_f32, "attention.layer_norm_rms_epsilon", 1e-5f);
    if (m->sections)
        (snprintf(key, sizeof key, "%s.rope.dimension_sections", m->arch),
         gguf_put_arr(w, key, KV_I32, m->sections, 4));
    if (m->window)
        MADE(gguf_put_u32, "attention.sliding_window", m->window);
    if (m->n_experts) {
        MADE(gguf_put_u32, "expert_count", m->n_experts);
        MADE(gguf_put_u32, "expert_used_count", m->n_experts_used);
    }
    if (m->scales) {
        MADE(gguf_put_f32, "embedding_scale", 6.0f);
        MADE(gguf_put_f32, "residual_scale", 0.22f);
        MADE(gguf_put_f32, "attention.scale", 0.1f);
        MADE(gguf_put_f32, "logit_scale", 4.0f);
    }
#undef MADE
}

/* made_write writes the model and returns its path (in a static buffer), NULL after a failure. */
__attribute__((unused)) static const char *made_write(struct made made)
{
    static char path[300];
    static struct made_file f;
    takt_err e;
    struct made m = made_defaults(made);
    f = (struct made_file){.made = &m};
    snprintf(path, sizeof path, "%s/model%u.gguf", made_folder(), made_dir.n_files++);
    made_metadata(&f.w, &m);
    made_vocabulary(&f.w, &m);
    made_tensor(&f, "token_embd.weight", m.next ? MADE_EMBD : MADE_RANDOM, m.type, m.n_embd,
                m.n_vocab, 1);
    for (uint32_t l = 0; l < m.n_layers; l++)
        made_layer(&f, &m, l);
    made_tensor(&f, "output_norm.weight", MADE_NORM, QTYPE_F32, m.n_embd, 1, 1);
    if (!m.tied)
        made_tensor(&f, "output.weight", m.next ? MADE_NEXT : MADE_RANDOM, m.type, m.n_embd,
                    m.n_vocab, 1);
    takt_rc rc = gguf_write(&f.w, path, made_fill, &f, &e);
    gguf_writer_free(&f.w);
    return T_RC(rc, &e) ? path : NULL;
}

/* made_renamed: a copy of FILE in which FROM (a key, a name) is called TO, as long. */
__attribute__((unused)) static const char *made_renamed(const char *file, const char *from,
                                                        const char *to)
{
    static char path[300];
    char *bytes;
    size_t n;
    takt_err e;
    snprintf(path, sizeof path, "%s/renamed.gguf", made_folder());
    if (!T_RC(file_read_all(&bytes, &n, file, 1 << 20, &e), &e))
        return path;
    char *at = memmem(bytes, n, from, strlen(from));
    if (T_OK(at && strlen(from) == strlen(to)))
        memcpy(at, to, strlen(to));
    FILE *f = fopen(path, "w");
    if (T_OK(f))
        fwrite(bytes, 1, n, f);
    fclose(f);
    free(bytes);
    return path;
}

/* ---- a loaded model ---- */

struct loaded {
    takt_model *model;
    takt_plan *plan;
    takt_engine *engine;
    takt_seq *seq;
    takt_err e;
};

__attribute__((unused)) static void loaded_free(struct loaded *l)
{
    takt_seq_free(l->seq);
    takt_engine_free(l->engine);
    takt_plan_free(l->plan);
    takt_model_free(l->model);
    *l = (struct loaded){0};
}

/* loaded_open opens PATH as O says; checks that it works. */
__attribute__((unused)) static bool loaded_open(struct loaded *l, const char *path,
                                                const takt_plan_options *o, uint32_t n_seqs)
{
    *l = (struct loaded){0};
    made_folder();
    takt_engine_options eo = {.n_seqs = n_seqs, .no_cache = true};
    bool ok = path && T_RC(takt_model_open(&l->model, path, &l->e), &l->e) &&
              T_RC(takt_plan_new(&l->plan, l->model, o, &l->e), &l->e) &&
              T_RC(takt_engine_new(&l->engine, l->model, l->plan, &eo, &l->e), &l->e) &&
              T_RC(takt_seq_new(&l->seq, l->engine, &l->e), &l->e);
    if (!ok)
        loaded_free(l);
    return ok;
}

#endif
