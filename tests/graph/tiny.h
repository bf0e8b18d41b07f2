/* tiny: GGUF files in memory, of any family, shape and type, for tests of graph/ and compile/.
 * Weights are random bytes. */
#ifndef TAKT_TESTS_GRAPH_TINY_H
#define TAKT_TESTS_GRAPH_TINY_H

#include "base/slice.h"
#include "model/model.h"
#include "t.h"

/* What the file is to be. Zero fields take the defaults of tiny_defaults. */
struct tiny {
    const char *arch;
    uint32_t n_layers, n_embd, n_heads, n_kv_heads, head_dim, n_ff, n_vocab, n_ctx;
    uint32_t n_experts, n_experts_used, n_ff_shared, window;
    enum qtype type, up_type; /* of matrices; of ffn_up* (0: as type, so not F32) */
    bool tied, bias, separate_experts;
    float rope_freq_first; /* not 0: a rope_freqs tensor whose first value is this */
    const char *without;   /* leave this tensor out */
    const char *extra;     /* add a vector of this name */
    const char *taller;    /* give this tensor one row more */
    const char *as_q8_1;   /* give this tensor a type that cannot be computed */
};

struct tiny_buf {
    uint8_t *p;
    size_t len, cap;
};

struct tiny_file {
    struct tiny_buf kv, info, data, all;
    uint64_t n_kv, n_tensors;
    struct model model;
};

static void tiny_put(struct tiny_buf *b, const void *p, size_t n)
{
    if (b->len + n > b->cap) {
        b->cap = (b->len + n) * 2;
        b->p = realloc(b->p, b->cap);
    }
    for (size_t i = 0; i < n; i++)
        b->p[b->len++] = p ? ((const uint8_t *)p)[i] : (uint8_t)(t_rand() >> 20);
}

static void tiny_int(struct tiny_buf *b, uint64_t v, size_t n)
{
    tiny_put(b, &v, n); /* little-endian, as the tests' machines are */
}

static void tiny_str(struct tiny_buf *b, const char *s)
{
    tiny_int(b, strlen(s), 8);
    tiny_put(b, s, strlen(s));
}

static void tiny_key(struct tiny_file *f, const char *arch, const char *key, uint32_t type)
{
    char full[128];
    snprintf(full, sizeof full, "%s.%s", arch, key);
    tiny_str(&f->kv, full);
    tiny_int(&f->kv, type, 4);
    f->n_kv++;
}

static void tiny_u32(struct tiny_file *f, const struct tiny *t, const char *key, uint32_t v)
{
    tiny_key(f, t->arch, key, 4);
    tiny_int(&f->kv, v, 4);
}

static void tiny_f32(struct tiny_file *f, const struct tiny *t, const char *key, float v)
{
    tiny_key(f, t->arch, key, 6);
    tiny_put(&f->kv, &v, 4);
}

static void tiny_tensor(struct tiny_file *f, const struct tiny *t, const char *name,
                        enum qtype type, uint64_t ne0, uint64_t ne1, uint64_t ne2)
{
    uint64_t bytes = 0;
    if (t->without && strcmp(t->without, name) == 0)
        return;
    if (t->taller && strcmp(t->taller, name) == 0)
        ne1++;
    if (t->as_q8_1 && strcmp(t->as_q8_1, name) == 0)
        type = QTYPE_Q8_1;
    tiny_str(&f->info, name);
    tiny_int(&f->info, ne2 > 1 ? 3 : ne1 > 1 ? 2 : 1, 4);
    tiny_int(&f->info, ne0, 8);
    if (ne1 > 1 || ne2 > 1)
        tiny_int(&f->info, ne1, 8);
    if (ne2 > 1)
        tiny_int(&f->info, ne2, 8);
    tiny_int(&f->info, type, 4);
    tiny_int(&f->info, f->data.len, 8);
    qtype_row_bytes(type, ne0, &bytes);
    tiny_put(&f->data, NULL, bytes * ne1 * ne2);
    while (f->data.len % 32)
        tiny_int(&f->data, 0, 1);
    f->n_tensors++;
}

static void tiny_experts(struct tiny_file *f, const struct tiny *t, const char *layer,
                         const char *what, enum qtype type, uint32_t cols, uint32_t rows)
{
    char name[96];
    snprintf(name, sizeof name, "%s.%s_exps.weight", layer, what);
    if (!t->separate_experts)
        tiny_tensor(f, t, name, type, cols, rows, t->n_experts);
    for (uint32_t e = 0; t->separate_experts && e < t->n_experts; e++) {
        snprintf(name, sizeof name, "%s.%s.%u.weight", layer, what, e);
        tiny_tensor(f, t, name, type, cols, rows, 1);
    }
}

static void tiny_layer(struct tiny_file *f, const struct tiny *t, uint32_t l)
{
    char layer[32], name[96];
    enum qtype up = t->up_type ? t->up_type : t->type;
    uint32_t q = t->n_heads * t->head_dim, k = t->n_kv_heads * t->head_dim;
    snprintf(layer, sizeof layer, "blk.%u", l);
#define TINY(suffix, type, ne0, ne1)                                                               \
    (snprintf(name, sizeof name, "%s.%s", layer, suffix),                                          \
     tiny_tensor(f, t, name, (type), (ne0), (ne1), 1))
    TINY("attn_norm.weight", QTYPE_F32, t->n_embd, 1);
    TINY("attn_q.weight", t->type, t->n_embd, q);
    TINY("attn_k.weight", t->type, t->n_embd, k);
    TINY("attn_v.weight", t->type, t->n_embd, k);
    if (t->bias)
        TINY("attn_q.bias", QTYPE_F32, q, 1);
    TINY("attn_output.weight", t->type, q, t->n_embd);
    TINY("ffn_norm.weight", QTYPE_F32, t->n_embd, 1);
    if (t->n_experts) {
        TINY("ffn_gate_inp.weight", QTYPE_F32, t->n_embd, t->n_experts);
        tiny_experts(f, t, layer, "ffn_gate", t->type, t->n_embd, t->n_ff);
        tiny_experts(f, t, layer, "ffn_up", up, t->n_embd, t->n_ff);
        tiny_experts(f, t, layer, "ffn_down", t->type, t->n_ff, t->n_embd);
    } else {
        TINY("ffn_gate.weight", t->type, t->n_embd, t->n_ff);
        TINY("ffn_up.weight", up, t->n_embd, t->n_ff);
        TINY("ffn_down.weight", t->type, t->n_ff, t->n_embd);
    }
    if (t->n_ff_shared) {
        TINY("ffn_gate_shexp.weight", t->type, t->n_embd, t->n_ff_shared);
        TINY("ffn_up_shexp.weight", t->type, t->n_embd, t->n_ff_shared);
        TINY("ffn_down_shexp.weight", t->type, t->n_ff_shared, t->n_embd);
    }
#undef TINY
}

static void tiny_keys(struct tiny_file *f, const struct tiny *t)
{
    tiny_str(&f->kv, "general.architecture");
    tiny_int(&f->kv, 8, 4);
    tiny_str(&f->kv, t->arch);
    f->n_kv++;
    tiny_u32(f, t, "block_count", t->n_layers);
    tiny_u32(f, t, "context_length", t->n_ctx);
    tiny_u32(f, t, "embedding_length", t->n_embd);
    tiny_u32(f, t, "feed_forward_length", t->n_ff);
    tiny_u32(f, t, "attention.head_count", t->n_heads);
    tiny_u32(f, t, "attention.head_count_kv", t->n_kv_heads);
    tiny_u32(f, t, "attention.key_length", t->head_dim);
    tiny_u32(f, t, "attention.value_length", t->head_dim);
    tiny_u32(f, t, "rope.dimension_count", t->head_dim);
    tiny_f32(f, t, "attention.layer_norm_rms_epsilon", 1e-5f);
    if (t->window)
        tiny_u32(f, t, "attention.sliding_window", t->window);
    if (t->n_experts) {
        tiny_u32(f, t, "expert_count", t->n_experts);
        tiny_u32(f, t, "expert_used_count", t->n_experts_used);
    }
    if (t->n_ff_shared)
        tiny_u32(f, t, "expert_shared_feed_forward_length", t->n_ff_shared);
}

static struct tiny tiny_defaults(struct tiny t)
{
    t.arch = t.arch ? t.arch : "llama";
#define TINY_DEFAULT(field, value) (t.field = t.field ? t.field : (value))
    TINY_DEFAULT(n_layers, 2);
    TINY_DEFAULT(n_embd, 64);
    TINY_DEFAULT(n_heads, 4);
    TINY_DEFAULT(n_kv_heads, 2);
    TINY_DEFAULT(head_dim, 16);
    TINY_DEFAULT(n_ff, 96);
    TINY_DEFAULT(n_vocab, 100);
    TINY_DEFAULT(n_ctx, 512);
    if (t.n_experts)
        TINY_DEFAULT(n_experts_used, 2);
#undef TINY_DEFAULT
    return t;
}

/* tiny_open makes the file and opens it as F->model; tiny_close frees both. */
__attribute__((unused)) static takt_rc tiny_open(struct tiny_file *f, struct tiny t, takt_err *e)
{
    *f = (struct tiny_file){0};
    t = tiny_defaults(t);
    tiny_keys(f, &t);
    tiny_tensor(f, &t, "token_embd.weight", t.type, t.n_embd, t.n_vocab, 1);
    if (t.rope_freq_first != 0) {
        size_t at = f->data.len;
        tiny_tensor(f, &t, "rope_freqs.weight", QTYPE_F32, t.head_dim / 2, 1, 1);
        for (uint32_t i = 0; i < t.head_dim / 2; i++) {
            float v = i ? 1.0f : t.rope_freq_first;
            memcpy(f->data.p + at + 4 * i, &v, 4);
        }
    }
    for (uint32_t l = 0; l < t.n_layers; l++)
        tiny_layer(f, &t, l);
    if (t.extra)
        tiny_tensor(f, &t, t.extra, QTYPE_F32, t.n_embd, 1, 1);
    tiny_tensor(f, &t, "output_norm.weight", QTYPE_F32, t.n_embd, 1, 1);
    if (!t.tied)
        tiny_tensor(f, &t, "output.weight", t.type, t.n_embd, t.n_vocab, 1);
    tiny_put(&f->all, "GGUF\3\0\0\0", 8);
    tiny_int(&f->all, f->n_tensors, 8);
    tiny_int(&f->all, f->n_kv, 8);
    tiny_put(&f->all, f->kv.p, f->kv.len);
    tiny_put(&f->all, f->info.p, f->info.len);
    while (f->all.len % 32)
        tiny_int(&f->all, 0, 1);
    tiny_put(&f->all, f->data.p, f->data.len);
    return model_open_memory(&f->model, (struct slice){f->all.p, f->all.len}, "tiny.gguf", e);
}

__attribute__((unused)) static void tiny_close(struct tiny_file *f)
{
    model_close(&f->model);
    free(f->kv.p);
    free(f->info.p);
    free(f->data.p);
    free(f->all.p);
}

#endif
