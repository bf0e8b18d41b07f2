#include "model/to_gguf.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/mmproj.h"
#include "model/shown.h"

enum { NAME_BYTES = 256, EXPERTS_MAX = 65536 };

/* The folders that can be written, and whether their GGUF form rotates neighbours. */
static const struct {
    const char *arch;
    bool pairs;
} families[] = {
    {"llama", true}, {"granite", true}, {"granitemoe", true}, {"qwen2", false}, {"qwen2vl", false}};

static takt_rc no_memory(const struct to_gguf *g, takt_err *e)
{
    return err_set(e, TAKT_ERR_MEMORY, g->model->path, "no memory for the list of tensors");
}

static bool is_float(enum qtype t)
{
    return t == QTYPE_F32 || t == QTYPE_F16 || t == QTYPE_BF16;
}

/* Appends a tensor of SRC's shape; there is room for as many as to_gguf_plan reserved. */
static struct to_gguf_tensor *add(struct to_gguf *g, const struct tensor *src, const char *name)
{
    struct to_gguf_tensor *t = &g->tensors[g->n_tensors];
    const struct tensor **parts = ARENA_ARRAY(&g->arena, const struct tensor *, 1);
    if (!parts || !(t->name = arena_strndup(&g->arena, name, strlen(name))))
        return NULL;
    g->n_tensors++;
    parts[0] = src;
    t->parts = parts;
    t->n_parts = 1;
    t->n_dims = src->n_dims;
    memcpy(t->ne, src->ne, sizeof t->ne);
    return t;
}

/* ---- experts ----------------------------------------------------------------------------------
 */

/* "blk.3.ffn_gate.5.weight": one expert's matrix. The merged tensor's name goes to MERGED. */
static bool is_single_expert(const char *name, uint32_t *expert, char merged[NAME_BYTES])
{
    static const char *const kinds[] = {"ffn_gate", "ffn_up", "ffn_down"};
    uint32_t layer = mixture_layer(name);
    if (layer == UINT32_MAX)
        return false;
    const char *s = strchr(name + 4, '.') + 1;
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(kinds[i]);
        if (strncmp(s, kinds[i], n) != 0 || s[n] != '.' || s[n + 1] < '0' || s[n + 1] > '9')
            continue;
        char *end;
        unsigned long v = strtoul(s + n + 1, &end, 10);
        if (v >= EXPERTS_MAX || strcmp(end, ".weight") != 0)
            return false;
        *expert = (uint32_t)v;
        snprintf(merged, NAME_BYTES, "blk.%" PRIu32 ".%s_exps.weight", layer, kinds[i]);
        return true;
    }
    return false;
}

/* Merges all experts of the matrix whose first one is SRC. */
static takt_rc add_merged(struct to_gguf *g, const struct tensor *src, const char *merged,
                          takt_err *e)
{
    const struct model *m = g->model;
    uint32_t layer = mixture_layer(src->name), n = m->hp.n_experts;
    const char *kind = strchr(src->name + 4, '.') + 1;
    size_t kind_len = (size_t)(strchr(kind, '.') - kind);
    struct to_gguf_tensor *t = add(g, src, merged);
    if (n == 0 || n > EXPERTS_MAX || src->n_dims != 2)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "tensor '%s' is an expert's of a model with %u",
                       show(slice_str(src->name)).text, n);
    const struct tensor **parts = ARENA_ARRAY(&g->arena, const struct tensor *, n);
    if (!t || !parts)
        return no_memory(g, e);
    for (uint32_t i = 0; i < n; i++) {
        char name[NAME_BYTES];
        snprintf(name, sizeof name, "blk.%" PRIu32 ".%.*s.%" PRIu32 ".weight", layer, (int)kind_len,
                 kind, i);
        parts[i] = model_tensor(m, name);
        if (!parts[i] || parts[i]->type != src->type ||
            memcmp(parts[i]->ne, src->ne, sizeof src->ne) != 0)
            return err_set(e, TAKT_ERR_FORMAT, m->path,
                           "tensor '%s' is missing or differs from that of expert 0", name);
    }
    t->parts = parts;
    t->n_parts = n;
    t->n_dims = 3;
    t->ne[2] = n;
    return TAKT_OK;
}

/* Parts gate and up rows of each expert, of which the first half is the gate. */
static takt_rc add_gate_up(struct to_gguf *g, const struct tensor *src, takt_err *e)
{
    static const char *const kinds[] = {"gate", "up"};
    if (src->n_dims != 3 || src->ne[1] % 2)
        return err_set(e, TAKT_ERR_FORMAT, g->model->path,
                       "tensor '%s' should have three dimensions and an even number of rows",
                       show(slice_str(src->name)).text);
    for (uint32_t i = 0; i < 2; i++) {
        char name[NAME_BYTES];
        snprintf(name, sizeof name, "blk.%" PRIu32 ".ffn_%s_exps.weight", mixture_layer(src->name),
                 kinds[i]);
        struct to_gguf_tensor *t = add(g, src, name);
        if (!t)
            return no_memory(g, e);
        t->ne[1] /= 2;
        t->first_row = i * t->ne[1];
    }
    return TAKT_OK;
}

/* ---- tensors ----------------------------------------------------------------------------------
 */

/* Hugging Face keeps the two halves of a head's rotating pairs apart, GGUF side by side. */
static takt_rc turn(struct to_gguf *g, struct to_gguf_tensor *t, takt_err *e)
{
    const struct model_hparams *hp = &g->model->hp;
    const char *s = strchr(t->name, '.');
    s = s && mixture_layer(t->name) != UINT32_MAX ? strchr(s + 1, '.') : NULL;
    if (!g->pairs || !s || (strncmp(s, ".attn_q.", 8) != 0 && strncmp(s, ".attn_k.", 8) != 0))
        return TAKT_OK;
    uint64_t rows = t->n_dims == 1 ? t->ne[0] : t->ne[1];
    if (t->n_dims > 2 || hp->head_dim_k == 0 || rows % hp->head_dim_k || hp->rope_dims % 2 ||
        hp->rope_dims > hp->head_dim_k)
        return err_set(e, TAKT_ERR_FORMAT, g->model->path,
                       "tensor '%s' has %" PRIu64 " rows, which are no heads of %u", t->name, rows,
                       hp->head_dim_k);
    t->head_rows = hp->head_dim_k;
    t->turned = hp->rope_dims;
    return TAKT_OK;
}

/* Tensors that programs for GGUF look for; a folder may hold more. */
static bool has_place(const char *name)
{
    return mixture_layer(name) != UINT32_MAX || strcmp(name, "token_embd.weight") == 0 ||
           strncmp(name, "output.", 7) == 0 || strncmp(name, "output_norm.", 12) == 0;
}

static takt_rc add_source(struct to_gguf *g, const struct tensor *src, takt_err *e)
{
    char merged[NAME_BYTES];
    uint32_t expert;
    const char *dot = mixture_layer(src->name) != UINT32_MAX ? strchr(src->name + 4, '.') : NULL;
    if (is_single_expert(src->name, &expert, merged))
        return expert == 0 ? add_merged(g, src, merged, e) : TAKT_OK;
    if (dot && strcmp(dot, ".ffn_gate_up_exps.weight") == 0 &&
        strcmp(g->model->hp.arch, "granitemoe") == 0)
        return add_gate_up(g, src, e);
    if (g->model->source == MODEL_HF && mmproj_is_part(src->name)) {
        g->n_sight++;
        return TAKT_OK;
    }
    if (g->model->source == MODEL_HF && !has_place(src->name)) {
        if (g->n_left_out++ == 0)
            g->left_out = src->name;
        return TAKT_OK;
    }
    struct to_gguf_tensor *t = add(g, src, src->name);
    return t ? turn(g, t, e) : no_memory(g, e);
}

/* Llama 3.1's scaling as the divisors of the frequencies. */
static takt_rc add_rope_freqs(struct to_gguf *g, takt_err *e)
{
    const struct model_hparams *hp = &g->model->hp;
    uint32_t n = hp->rope_dims / 2;
    float *v = ARENA_ARRAY(&g->arena, float, n ? n : 1);
    if (!v)
        return no_memory(g, e);
    for (uint32_t i = 0; i < n; i++) {
        double freq = pow((double)hp->rope_theta, -2.0 * i / hp->rope_dims);
        double turns = hp->rope_orig_ctx * freq / (2 * 3.14159265358979323846);
        double low = (double)hp->rope_low_freq_factor, high = (double)hp->rope_high_freq_factor;
        double keep = (turns - low) / (high - low); /* long waves 0, short ones 1 */
        keep = keep < 0 ? 0 : keep > 1 ? 1 : keep;
        v[i] = (float)(1 / ((1 - keep) / (double)hp->rope_factor + keep));
    }
    struct to_gguf_tensor *t = &g->tensors[g->n_tensors++];
    *t = (struct to_gguf_tensor){
        .name = "rope_freqs.weight", .n_dims = 1, .ne = {n, 1, 1, 1}, .made = v};
    return TAKT_OK;
}

/* ---- formats ----------------------------------------------------------------------------------
 */

static takt_rc choose_type(struct to_gguf *g, struct to_gguf_tensor *t, uint32_t n_before,
                           takt_err *e)
{
    if (t->made) {
        t->type = QTYPE_F32;
        return TAKT_OK;
    }
    enum qtype from = t->parts[0]->type;
    bool folder = g->model->source == MODEL_HF;
    t->type = folder && is_float(from) ? QTYPE_F32 : from;
    if (!mixture_applies(t->name, t->n_dims))
        return TAKT_OK;
    if (!is_float(from))
        return err_set(e, TAKT_ERR_UNSUPPORTED, g->model->path,
                       "tensor '%s' is %s: quantising twice adds both errors. Start from the "
                       "model's F32, F16 or BF16 file",
                       show(slice_str(t->name)).text, qtype_name(from));
    t->type = mixture_type(g->mixture, &g->facts, t->name, t->ne[0], n_before);
    return TAKT_OK;
}

/* Row counts and bytes, with every product checked. */
static takt_rc measure(struct to_gguf *g, struct to_gguf_tensor *t, takt_err *e)
{
    bool single = t->n_dims == 1 && t->head_rows; /* a vector that is turned */
    uint64_t values, row_bytes, in = 0;
    t->row_values = single ? 1 : t->ne[0];
    t->rows_per_expert = single ? t->ne[0] : t->ne[1];
    bool ok = size_mul(t->rows_per_expert, single ? 1 : t->ne[2], &t->n_rows) &&
              (single || size_mul(t->n_rows, t->ne[3], &t->n_rows)) &&
              size_mul(t->n_rows, t->row_values, &values) &&
              qtype_row_bytes(t->type, t->row_values, &row_bytes) &&
              size_mul(row_bytes, t->n_rows, &t->bytes) && t->bytes > 0;
    if (!ok)
        return err_set(e, TAKT_ERR_FORMAT, g->model->path, "tensor '%s' has an impossible shape",
                       show(slice_str(t->name)).text);
    if (!t->made) {
        const struct tensor *p = t->parts[0];
        t->part_rows = single ? p->ne[0] : p->ne[1];
        qtype_row_bytes(p->type, t->row_values, &in);
    }
    g->n_values += values;
    g->bytes_in += in * t->n_rows;
    g->bytes_out += t->bytes;
    return TAKT_OK;
}

/* By layer; what stands outside of the layers keeps its place in front of or behind them. */
static int compare_layers(const void *a, const void *b)
{
    const struct to_gguf_tensor *x = a, *y = b;
    uint32_t p = mixture_layer(x->name), q = mixture_layer(y->name);
    if (p != q)
        return p < q ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void gather_facts(struct to_gguf *g)
{
    const struct model_hparams *hp = &g->model->hp;
    g->facts = (struct mixture_model){
        .n_layers = hp->n_layers,
        .n_experts = hp->n_experts,
        .tied = !model_tensor(g->model, "output.weight"),
        .wide_attention =
            strcmp(hp->arch, "llama") == 0 && hp->n_layers == 80 && hp->n_heads != hp->n_kv_heads,
    };
    for (uint32_t i = 0; i < g->n_tensors; i++)
        g->facts.n_values += mixture_is_values(g->tensors[i].name);
}

static takt_rc check_folder(struct to_gguf *g, takt_err *e)
{
    const struct model *m = g->model;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (strcmp(m->hp.arch, families[i].arch) == 0) {
            g->pairs = families[i].pairs;
            return TAKT_OK;
        }
    }
    return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                   "takt writes folders of the families llama (with mistral and mixtral), granite, "
                   "granitemoe, qwen2 and qwen2vl as GGUF; this one is '%s'",
                   show(slice_str(m->hp.arch)).text);
}

takt_rc to_gguf_plan(struct to_gguf *g, const struct model *m, const struct mixture *x, takt_err *e)
{
    *g = (struct to_gguf){.model = m, .mixture = x};
    if (!m->hp.arch || m->hp.n_layers == 0)
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "holds no language model: it names no layers (block_count)");
    if (m->source == MODEL_HF)
        TAKT_TRY(check_folder(g, e));
    /* A fused tensor becomes two, and one may be made. */
    g->tensors = ARENA_ARRAY(&g->arena, struct to_gguf_tensor, 2 * (size_t)m->n_tensors + 1);
    if (!g->tensors)
        return no_memory(g, e);
    for (uint32_t i = 0; i < m->n_tensors; i++)
        TAKT_TRY(add_source(g, &m->tensors[i], e));
    if (g->n_tensors == 0)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "has no tensors to write");
    if (m->source == MODEL_HF && m->hp.rope_scaling == ROPE_SCALING_LLAMA3)
        TAKT_TRY(add_rope_freqs(g, e));
    qsort(g->tensors, g->n_tensors, sizeof *g->tensors, compare_layers);
    gather_facts(g);
    for (uint32_t i = 0, n_before = 0; i < g->n_tensors; i++) {
        struct to_gguf_tensor *t = &g->tensors[i];
        TAKT_TRY(choose_type(g, t, n_before, e));
        TAKT_TRY(measure(g, t, e));
        n_before += mixture_is_values(t->name);
    }
    return TAKT_OK;
}

void to_gguf_free(struct to_gguf *g)
{
    arena_free(&g->arena);
}

/* ---- metadata ---------------------------------------------------------------------------------
 */

static void put_arch(struct gguf_writer *w, const struct model *m, const char *suffix, float v)
{
    char key[NAME_BYTES];
    snprintf(key, sizeof key, "%s.rope.scaling.%s", m->hp.arch, suffix);
    gguf_put_f32(w, key, v);
}

static void put_rope_scaling(struct gguf_writer *w, const struct model *m)
{
    const struct model_hparams *hp = &m->hp;
    char key[NAME_BYTES];
    bool yarn = hp->rope_scaling == ROPE_SCALING_YARN;
    if (!yarn && hp->rope_scaling != ROPE_SCALING_LINEAR)
        return;
    snprintf(key, sizeof key, "%s.rope.scaling.type", hp->arch);
    gguf_put_str(w, key, yarn ? "yarn" : "linear");
    put_arch(w, m, "factor", hp->rope_factor);
    if (!yarn)
        return;
    snprintf(key, sizeof key, "%s.rope.scaling.original_context_length", hp->arch);
    gguf_put_u32(w, key, hp->rope_orig_ctx);
    put_arch(w, m, "yarn_beta_slow", hp->rope_low_freq_factor);
    put_arch(w, m, "yarn_beta_fast", hp->rope_high_freq_factor);
    put_arch(w, m, "attn_factor", hp->rope_attn_factor / (1 + 0.1f * logf(hp->rope_factor)));
}

static bool starts(struct slice key, const char *prefix)
{
    size_t n = strlen(prefix);
    return key.len >= n && memcmp(key.p, prefix, n) == 0;
}

void to_gguf_put(const struct to_gguf *g, struct gguf_writer *w)
{
    const struct model *m = g->model;
    for (uint32_t i = 0; i < m->n_kv; i++) {
        struct slice key = m->kv[i].key;
        bool ours = slice_eq(key, "general.file_type") || starts(key, "split.") ||
                    slice_eq(key, "general.quantization_version") ||
                    (m->source == MODEL_HF && starts(key, "tokenizer.ggml."));
        if (!ours)
            gguf_put_kv(w, &m->kv[i]);
        if (m->source == MODEL_HF && slice_eq(key, "general.architecture") && m->name)
            gguf_put_str(w, "general.name", m->name);
    }
    if (m->source == MODEL_HF)
        put_rope_scaling(w, m);
    gguf_put_u32(w, "general.quantization_version", 2);
    gguf_put_u32(w, "general.file_type", g->mixture->file_type);
    for (uint32_t i = 0; i < g->n_tensors; i++) {
        const struct to_gguf_tensor *t = &g->tensors[i];
        gguf_put_tensor(w, t->name, t->type, t->n_dims, t->ne);
    }
}
