#include "model/mmproj.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "model/shown.h"
#include "model/vision_parts.h"

static const char *const types[] = {"F32", "F16", "BF16", "Q8_0"};
enum { N_TYPES = sizeof types / sizeof *types };

bool mmproj_type(const char *name)
{
    bool is_one = false;
    for (size_t i = 0; i < N_TYPES; i++)
        is_one = is_one || strcasecmp(name, types[i]) == 0;
    return is_one;
}

const char *mmproj_names(void)
{
    return "F32, F16, BF16, Q8_0";
}

const char *mmproj_type_for(const struct mixture *x)
{
    return mmproj_type(x->name) ? x->name : "Q8_0";
}

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

bool mmproj_is_part(const char *name)
{
    return begins(name, "v.") || begins(name, "mm.") || strcmp(name, "model.image_newline") == 0;
}

static bool is_projector(const struct model_vision *v, const char *name)
{
    return strcmp(v->projector, name) == 0;
}

static bool is_qwen(const struct model_vision *v)
{
    return v->clip_max_pixels > 0;
}

/* ---- tensors --------------------------------------------------------------------------------- */

static takt_rc no_memory(const struct to_gguf *g, takt_err *e)
{
    return err_set(e, TAKT_ERR_MEMORY, g->model->path, "no memory for the list of tensors");
}

/* Appends one that has SRC's rows. */
static struct to_gguf_tensor *add(struct to_gguf *g, const struct tensor *src, const char *name)
{
    struct to_gguf_tensor *t = &g->tensors[g->n_tensors];
    const struct tensor **parts = ARENA_ARRAY(&g->arena, const struct tensor *, 1);
    char *copy = arena_strndup(&g->arena, name, strlen(name));
    if (!parts || !copy)
        return NULL;
    g->n_tensors++;
    parts[0] = src;
    *t = (struct to_gguf_tensor){.name = copy,
                                 .n_dims = src->n_dims,
                                 .parts = parts,
                                 .n_parts = 1,
                                 .row_values = src->ne[0],
                                 .rows_per_expert = src->ne[1],
                                 .part_rows = src->ne[1]};
    memcpy(t->ne, src->ne, sizeof t->ne);
    return t;
}

/* The kernels for the first of two frames, and for the second: of each colour one plane of both. */
static takt_rc add_frames(struct to_gguf *g, const struct tensor *src, takt_err *e)
{
    static const char *const names[] = {"v.patch_embd.weight", "v.patch_embd.weight.1"};
    if (src->n_dims != 4 || src->ne[2] != 6)
        return err_set(e, TAKT_ERR_FORMAT, g->model->path,
                       "tensor '%s' is no kernel for two frames of three colours", src->name);
    for (uint32_t i = 0; i < 2; i++) {
        struct to_gguf_tensor *t = add(g, src, names[i]);
        if (!t)
            return no_memory(g, e);
        t->ne[2] = 3;
        t->part_rows = 2 * src->ne[1];
        t->first_row = i * src->ne[1];
    }
    return TAKT_OK;
}

/* What ends a row of Pixtral's: other programs look for it here. */
static takt_rc add_break(struct to_gguf *g, int32_t id, takt_err *e)
{
    const struct tensor *src = model_tensor(g->model, "token_embd.weight");
    if (!src || id < 0 || (uint64_t)id >= src->ne[1])
        return TAKT_OK;
    struct to_gguf_tensor *t = add(g, src, "v.token_embd.img_break");
    if (!t)
        return no_memory(g, e);
    t->n_dims = 1;
    t->ne[1] = 1;
    t->rows_per_expert = 1;
    t->first_row = (uint64_t)id;
    return TAKT_OK;
}

/* Heads of Pixtral's queries and keys: folders have their halves turn, files neighbours. */
static void turn(struct to_gguf_tensor *t, const struct model_vision *v)
{
    size_t n = strlen(t->name);
    const char *tail = n > 13 ? t->name + n - 13 : "";
    bool turns = strcmp(tail, "attn_q.weight") == 0 || strcmp(tail, "attn_k.weight") == 0;
    if (is_projector(v, "pixtral") && turns)
        t->head_rows = t->turned = v->n_embd / v->n_heads;
}

static takt_rc add_source(struct to_gguf *g, const struct model_vision *v, const struct tensor *src,
                          takt_err *e)
{
    const char *name = src->name;
    if (is_qwen(v) && strcmp(name, "v.patch_embd.weight") == 0)
        return add_frames(g, src, e);
    if (is_projector(v, "mlp") && !v->has_norm && begins(name, "v.post_ln."))
        return TAKT_OK; /* not for these features; others would use it */
    if (is_projector(v, "pixtral") && begins(name, "mm.0."))
        name = strcmp(name, "mm.0.weight") == 0 ? "mm.1.weight" : "mm.1.bias";
    struct to_gguf_tensor *t = add(g, src, name);
    if (!t)
        return no_memory(g, e);
    turn(t, v);
    return TAKT_OK;
}

/* ---- formats --------------------------------------------------------------------------------- */

static bool is_matrix(const struct to_gguf_tensor *t)
{
    size_t n = strlen(t->name);
    return t->n_dims == 2 && n > 7 && strcmp(t->name + n - 7, ".weight") == 0 &&
           !begins(t->name, "v.position_embd");
}

static takt_rc choose_type(struct to_gguf *g, struct to_gguf_tensor *t, takt_err *e)
{
    enum qtype from = t->parts[0]->type;
    uint64_t bytes;
    if (from != QTYPE_F32 && from != QTYPE_F16 && from != QTYPE_BF16)
        return err_set(e, TAKT_ERR_UNSUPPORTED, g->model->path,
                       "tensor '%s' is %s: quantising twice adds both errors",
                       show(slice_str(t->parts[0]->name)).text, qtype_name(from));
    t->type = is_matrix(t) ? g->mixture->base : QTYPE_F32;
    if (!qtype_row_bytes(t->type, t->row_values, &bytes))
        t->type = QTYPE_F16;
    return TAKT_OK;
}

static takt_rc measure(struct to_gguf *g, struct to_gguf_tensor *t, takt_err *e)
{
    uint64_t row_bytes, values, in = 0;
    bool ok = size_mul(t->ne[1], t->ne[2], &t->n_rows) &&
              size_mul(t->n_rows, t->ne[3], &t->n_rows) &&
              size_mul(t->n_rows, t->row_values, &values) &&
              qtype_row_bytes(t->type, t->row_values, &row_bytes) &&
              size_mul(row_bytes, t->n_rows, &t->bytes) && t->bytes > 0 &&
              (!t->head_rows || t->ne[1] % t->head_rows == 0);
    if (!ok)
        return err_set(e, TAKT_ERR_FORMAT, g->model->path, "tensor '%s' has an impossible shape",
                       show(slice_str(t->name)).text);
    qtype_row_bytes(t->parts[0]->type, t->row_values, &in);
    g->n_values += values;
    g->bytes_in += in * t->n_rows;
    g->bytes_out += t->bytes;
    return TAKT_OK;
}

takt_rc mmproj_plan(struct to_gguf *g, const struct model_vision *v, const struct model *m,
                    const char *type, int32_t img_break, takt_err *e)
{
    *g = (struct to_gguf){.model = m, .mixture = mixture_find(type)};
    if (fabs(v->scale * 255 - 1) > 1e-6)
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "pixels are scaled by %g and not by 1/255, which files of encoders cannot "
                       "say",
                       v->scale);
    g->tensors = ARENA_ARRAY(&g->arena, struct to_gguf_tensor, (size_t)m->n_tensors + 2);
    if (!g->tensors)
        return no_memory(g, e);
    for (uint32_t i = 0; i < m->n_tensors; i++)
        if (mmproj_is_part(m->tensors[i].name))
            TAKT_TRY(add_source(g, v, &m->tensors[i], e));
    if (is_projector(v, "pixtral"))
        TAKT_TRY(add_break(g, img_break, e));
    for (uint32_t i = 0; i < g->n_tensors; i++) {
        TAKT_TRY(choose_type(g, &g->tensors[i], e));
        TAKT_TRY(measure(g, &g->tensors[i], e));
    }
    return TAKT_OK;
}

/* ---- keys ------------------------------------------------------------------------------------ */

#define V "clip.vision."

static const struct {
    const char *name;
    const struct vision_gelu *act;
} acts[] = {{"gelu", &vision_gelu_exact},
            {"gelu_tanh", &vision_gelu_tanh},
            {"quick_gelu", &vision_gelu_quick},
            {"silu", &vision_silu}};
static const char *const fits[] = {
    [VISION_PAD] = "pad", [VISION_CROP] = "crop", [VISION_STRETCH] = "stretch"};

static const char act_key[] = "takt.vision.act", projector_act_key[] = "takt.vision.projector_act";
static const char fit_key[] = "takt.vision.fit", resample_key[] = "takt.vision.resample";
static const char splits_key[] = "takt.vision.splits";
static const char pace_key[] = "takt.vision.tokens_per_second";
static const char frame_min_key[] = "takt.vision.frame_min_pixels";
static const char frame_max_key[] = "takt.vision.frame_max_pixels";

static bool is_act(const struct vision_gelu *a, const struct vision_gelu *b)
{
    return a->linear == b->linear && a->cubic == b->cubic;
}

static void put_act(struct gguf_writer *w, const char *key, const struct vision_gelu *a)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (is_act(a, acts[i].act))
            gguf_put_str(w, key, acts[i].name);
}

static void put_sizes(const struct model_vision *v, struct gguf_writer *w)
{
    gguf_put_u32(w, V "image_size", v->longest_side ? v->longest_side : v->side);
    gguf_put_u32(w, V "patch_size", v->patch);
    gguf_put_u32(w, V "block_count", v->n_layers);
    gguf_put_u32(w, V "embedding_length", v->n_embd);
    gguf_put_u32(w, V "feed_forward_length", v->n_ff);
    gguf_put_u32(w, V "attention.head_count", v->n_heads);
    gguf_put_u32(w, V "projection_dim", v->n_out);
    gguf_put_f32(w, V "attention.layer_norm_epsilon", v->eps);
    gguf_put_arr(w, V "image_mean", KV_F32, v->mean, 3);
    gguf_put_arr(w, V "image_std", KV_F32, v->std, 3);
    gguf_put_bool(w, "clip.use_gelu",
                  is_act(&v->gelu, &vision_gelu_tanh) || is_act(&v->gelu, &vision_gelu_exact));
    gguf_put_bool(w, "clip.use_silu", is_act(&v->gelu, &vision_silu));
}

static void put_llava(const struct model_vision *v, struct gguf_writer *w)
{
    uint32_t pair[2 * VISION_GRIDS_MAX];
    if (v->n_features > 1 || v->feature[0] != v->n_layers - 1)
        gguf_put_arr(w, V "feature_layer", KV_I32, v->feature, v->n_features);
    for (uint32_t i = 0; i < v->n_grids; i++) {
        pair[2 * i] = v->grid[i].height;
        pair[2 * i + 1] = v->grid[i].width;
    }
    if (v->n_grids) {
        gguf_put_str(w, V "mm_patch_merge_type", "spatial_unpad");
        gguf_put_arr(w, V "image_grid_pinpoints", KV_I32, pair, 2 * (uint64_t)v->n_grids);
    }
}

static void put_merges(const struct model_vision *v, struct gguf_writer *w)
{
    if (is_projector(v, "idefics3")) {
        gguf_put_u32(w, V "projector.scale_factor", v->merge);
        gguf_put_u32(w, V "preproc_image_size", v->longest);
        return;
    }
    gguf_put_u32(w, V "spatial_merge_size", v->merge);
    gguf_put_f32(w, "clip.rope.freq_base", v->rope_theta);
    if (!is_qwen(v))
        return;
    gguf_put_u32(w, V "image_min_pixels", v->min_pixels);
    gguf_put_u32(w, V "image_max_pixels", v->max_pixels);
    if (v->window) {
        gguf_put_u32(w, V "n_wa_pattern", v->full_every);
        gguf_put_u32(w, V "window_size", v->window * v->patch * v->merge);
    }
}

/* What follows from none of the others. */
static void put_own(const struct model_vision *v, struct gguf_writer *w)
{
    put_act(w, act_key, &v->gelu);
    put_act(w, projector_act_key, &v->projector_gelu);
    gguf_put_str(w, fit_key, fits[v->fit]);
    gguf_put_u32(w, resample_key, (uint32_t)v->filter);
    gguf_put_bool(w, splits_key, v->splits);
    if (!is_qwen(v))
        return;
    gguf_put_u32(w, frame_min_key, v->clip_min_pixels);
    gguf_put_u32(w, frame_max_key, v->clip_max_pixels);
    if (v->clip_pace)
        gguf_put_u32(w, pace_key, v->clip_pace);
}

void mmproj_put(const struct to_gguf *g, const struct model_vision *v, struct gguf_writer *w)
{
    gguf_put_str(w, "general.architecture", "clip");
    gguf_put_str(w, "general.type", "mmproj");
    if (g->model->name)
        gguf_put_str(w, "general.name", g->model->name);
    gguf_put_u32(w, "general.file_type", g->mixture->file_type);
    gguf_put_u32(w, "general.quantization_version", 2);
    gguf_put_bool(w, "clip.has_vision_encoder", true);
    gguf_put_str(w, "clip.projector_type", v->projector);
    put_sizes(v, w);
    (is_projector(v, "mlp") ? put_llava : put_merges)(v, w);
    put_own(v, w);
    for (uint32_t i = 0; i < g->n_tensors; i++) {
        const struct to_gguf_tensor *t = &g->tensors[i];
        gguf_put_tensor(w, t->name, t->type, t->n_dims, t->ne);
    }
}

/* ---- keys of takt's own, read ---------------------------------------------------------------- */

static takt_rc refuse(const struct model *m, const char *key, takt_err *e)
{
    return err_set(e, TAKT_ERR_FORMAT, m->path, "'%s' is none of the values that takt writes", key);
}

static takt_rc read_act(const struct model *m, const char *key, struct vision_gelu *act,
                        takt_err *e)
{
    struct slice name = model_kv_str(m, key);
    if (!model_kv_find(m, key))
        return TAKT_OK;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (slice_eq(name, acts[i].name)) {
            *act = *acts[i].act;
            return TAKT_OK;
        }
    return refuse(m, key, e);
}

static takt_rc read_fit(const struct model *m, enum vision_fit *fit, takt_err *e)
{
    struct slice name = model_kv_str(m, fit_key);
    if (!model_kv_find(m, fit_key))
        return TAKT_OK;
    for (size_t i = 0; i < sizeof fits / sizeof *fits; i++)
        if (slice_eq(name, fits[i])) {
            *fit = (enum vision_fit)i;
            return TAKT_OK;
        }
    return refuse(m, fit_key, e);
}

/* A number from LEAST to MOST. */
static takt_rc read_number(const struct model *m, const char *key, uint32_t least, uint32_t most,
                           uint32_t *out, takt_err *e)
{
    uint64_t n = model_kv_uint(m, key, UINT64_MAX);
    if (!model_kv_find(m, key))
        return TAKT_OK;
    if (n < least || n > most)
        return refuse(m, key, e);
    *out = (uint32_t)n;
    return TAKT_OK;
}

static takt_rc read_frames(struct model_vision *v, const struct model *m, takt_err *e)
{
    uint32_t least = v->clip_min_pixels, most = v->clip_max_pixels;
    if (!is_qwen(v))
        return TAKT_OK;
    TAKT_TRY(read_number(m, frame_min_key, 1, UINT32_MAX, &least, e));
    TAKT_TRY(read_number(m, frame_max_key, 1, UINT32_MAX, &most, e));
    TAKT_TRY(read_number(m, pace_key, 1, VISION_PACE_MAX, &v->clip_pace, e));
    return vision_frames(v, m, least, most, e);
}

takt_rc mmproj_read_own(struct model_vision *v, const struct model *m, takt_err *e)
{
    uint32_t filter = v->filter;
    TAKT_TRY(read_act(m, act_key, &v->gelu, e));
    TAKT_TRY(read_act(m, projector_act_key, &v->projector_gelu, e));
    TAKT_TRY(read_fit(m, &v->fit, e));
    TAKT_TRY(read_number(m, resample_key, VISION_LANCZOS, VISION_BICUBIC, &filter, e));
    v->filter = (enum vision_filter)filter;
    v->splits = model_kv_bool(m, splits_key, v->splits);
    return read_frames(v, m, e);
}
