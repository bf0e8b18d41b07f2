/* Picture encoders of Hugging Face folders: the model's config.json says what the encoder is, and
 * its processor's file how pictures are prepared for it. (transformers: models/clip, siglip, llava,
 * llava_next, idefics3, smolvlm, pixtral, mistral3, qwen2_vl, qwen2_5_vl and their image
 * processors.) */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/hf.h"
#include "model/shown.h"
#include "model/vision_parts.h"

enum { JSON_BYTES_MAX = 16 << 20 };

/* The values that transformers takes for what a "vision_config" leaves out. */
static const struct tower {
    const char *model_type;
    uint32_t n_embd, n_ff, n_layers, n_heads, side, patch;
    double eps;
    const char *act;
} towers[] = {
    {"clip_vision_model", 768, 3072, 12, 12, 224, 32, 1e-5, "quick_gelu"},
    {"siglip_vision_model", 768, 3072, 12, 12, 224, 16, 1e-6, "gelu_pytorch_tanh"},
    {"idefics3", 1152, 3072, 12, 16, 224, 32, 1e-6, "gelu_pytorch_tanh"},
    {"idefics3_vision", 1152, 3072, 12, 16, 224, 32, 1e-6, "gelu_pytorch_tanh"},
    {"smolvlm_vision", 1152, 3072, 12, 16, 224, 32, 1e-6, "gelu_pytorch_tanh"},
    {"pixtral", 1024, 4096, 24, 16, 1024, 16, 1e-5, "gelu"},
};

/* The files while they are read. */
struct source {
    struct model *m;
    const struct json *config, *vision, *processor; /* NULL: no such object */
    const char *processor_name;                     /* of its file */
    const struct tower *tower;
    takt_err *e;
};

/* ---- values ---------------------------------------------------------------------------------- */

/* Of which file V came is told by NAME. */
static takt_rc refuse(const struct source *s, takt_code code, const char *file, const char *key,
                      const char *what)
{
    return err_set(s->e, code, s->m->path, "%s: '%s' %s", file, key, what);
}

static const struct json *get(const struct json *object, const char *key)
{
    const struct json *v = json_get(object, key);
    return v && v->kind != JSON_NULL ? v : NULL;
}

/* An integer of 1 to MOST. */
static takt_rc get_uint(const struct source *s, const char *file, const struct json *object,
                        const char *key, uint32_t def, uint32_t most, uint32_t *out)
{
    const struct json *v = get(object, key);
    int64_t n = def;
    if (v && !json_i64(v, &n))
        return refuse(s, TAKT_ERR_FORMAT, file, key, "is no integer");
    if (n < 1 || n > most)
        return err_set(s->e, n < 1 ? TAKT_ERR_FORMAT : TAKT_ERR_LIMIT, s->m->path,
                       "%s: '%s' is %lld; takt takes 1 to %u", file, key, (long long)n, most);
    *out = (uint32_t)n;
    return TAKT_OK;
}

static takt_rc get_bool(const struct source *s, const char *file, const struct json *object,
                        const char *key, bool def, bool *out)
{
    const struct json *v = get(object, key);
    *out = def;
    if (v && !json_bool(v, out))
        return refuse(s, TAKT_ERR_FORMAT, file, key, "is neither true nor false");
    return TAKT_OK;
}

/* The activation function called NAME. */
static takt_rc activation(const struct source *s, const char *key, const struct json *name,
                          const char *def, struct vision_gelu *out)
{
    static const struct {
        const char *name;
        const struct vision_gelu *act;
    } known[] = {
        {"gelu", &vision_gelu_exact},       {"gelu_pytorch_tanh", &vision_gelu_tanh},
        {"gelu_new", &vision_gelu_tanh},    {"gelu_fast", &vision_gelu_tanh},
        {"quick_gelu", &vision_gelu_quick}, {"silu", &vision_silu},
    };
    const char *want = name && name->kind == JSON_STRING ? name->str : def;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, want) == 0) {
            *out = *known[i].act;
            return TAKT_OK;
        }
    return err_set(s->e, TAKT_ERR_UNSUPPORTED, s->m->path,
                   "config.json: '%s' is '%s'; takt knows gelu, gelu_pytorch_tanh, quick_gelu and "
                   "silu",
                   key, show(slice_str(want)).text);
}

/* Red, green and blue. */
static takt_rc get_colours(const struct source *s, const char *key, float out[3])
{
    const struct json *list = get(s->processor, key);
    uint32_t n = 0;
    double d = 0;
    if (!list || list->kind != JSON_ARRAY || list->count != 3)
        return refuse(s, TAKT_ERR_FORMAT, s->processor_name, key, "is no list of three numbers");
    for (const struct json *v = list->child; v; v = v->next) {
        if (!json_f64(v, &d) || !isfinite(d))
            return refuse(s, TAKT_ERR_FORMAT, s->processor_name, key,
                          "is no list of three numbers");
        out[n++] = (float)d;
    }
    return TAKT_OK;
}

/* A side in the object KEY of the processor's file, under one of the names; 0: none is there. */
static takt_rc get_side(const struct source *s, const char *key, const char *name, uint32_t *out)
{
    const struct json *size = get(s->processor, key);
    *out = 0;
    if (size && size->kind == JSON_NUMBER) /* old files */
        return get_uint(s, s->processor_name, s->processor, key, 0, VISION_GRID_SIDE_MAX, out);
    if (!get(size, name))
        return TAKT_OK;
    return get_uint(s, s->processor_name, size, name, 0, VISION_GRID_SIDE_MAX, out);
}

/* ---- the encoder ----------------------------------------------------------------------------- */

static takt_rc read_tower(struct model_vision *v, struct source *s)
{
    static const char file[] = "config.json";
    const struct json *type = get(s->vision, "model_type");
    double eps;
    for (size_t i = 0; i < sizeof towers / sizeof *towers; i++)
        if (json_is_str(type, towers[i].model_type))
            s->tower = &towers[i];
    const struct tower *t = s->tower;
    if (!t)
        return err_set(s->e, TAKT_ERR_UNSUPPORTED, s->m->path,
                       "config.json: the encoder '%s' is not known; takt knows those of CLIP, "
                       "SigLIP, Idefics3, SmolVLM, Pixtral, Qwen2-VL and Qwen2.5-VL",
                       type && type->kind == JSON_STRING ? show(slice_str(type->str)).text : "");
    TAKT_TRY(get_uint(s, file, s->vision, "image_size", t->side, VISION_SIDE_MAX, &v->side));
    TAKT_TRY(get_uint(s, file, s->vision, "patch_size", t->patch, v->side, &v->patch));
    TAKT_TRY(get_uint(s, file, s->vision, "num_hidden_layers", t->n_layers, VISION_LAYERS_MAX,
                      &v->n_layers));
    TAKT_TRY(get_uint(s, file, s->vision, "hidden_size", t->n_embd, VISION_WIDTH_MAX, &v->n_embd));
    TAKT_TRY(get_uint(s, file, s->vision, "intermediate_size", t->n_ff, VISION_FF_MAX, &v->n_ff));
    TAKT_TRY(
        get_uint(s, file, s->vision, "num_attention_heads", t->n_heads, v->n_embd, &v->n_heads));
    eps = t->eps;
    const struct json *e = get(s->vision, "layer_norm_eps");
    if (e && !json_f64(e, &eps))
        return refuse(s, TAKT_ERR_FORMAT, file, "layer_norm_eps", "is no number");
    v->eps = (float)eps;
    return activation(s, "hidden_act", get(s->vision, "hidden_act"), t->act, &v->gelu);
}

/* ---- how pictures are prepared --------------------------------------------------------------- */

/* What all processors have. Their defaults differ by class, so what decides must be there. */
static takt_rc read_pixels(struct model_vision *v, const struct source *s)
{
    const char *file = s->processor_name;
    const struct json *scale = get(s->processor, "rescale_factor");
    bool rescales, normalises;
    uint32_t filter;
    TAKT_TRY(get_bool(s, file, s->processor, "do_rescale", true, &rescales));
    TAKT_TRY(get_bool(s, file, s->processor, "do_normalize", true, &normalises));
    if (!rescales || !normalises)
        return refuse(s, TAKT_ERR_UNSUPPORTED, file, rescales ? "do_normalize" : "do_rescale",
                      "is false; takt rescales and normalises pixels");
    if (scale && (!json_f64(scale, &v->scale) || !(v->scale > 0) || !isfinite(v->scale)))
        return refuse(s, TAKT_ERR_FORMAT, file, "rescale_factor", "is no number above 0");
    TAKT_TRY(get_uint(s, file, s->processor, "resample", v->filter, VISION_BICUBIC, &filter));
    v->filter = (enum vision_filter)filter;
    TAKT_TRY(get_colours(s, "image_mean", v->mean));
    return get_colours(s, "image_std", v->std);
}

static takt_rc need_side(const struct model_vision *v, const struct source *s, const char *key,
                         uint32_t side)
{
    if (side == v->side)
        return TAKT_OK;
    return err_set(s->e, TAKT_ERR_UNSUPPORTED, s->m->path,
                   "%s: '%s' makes pictures of %u pixels, but the encoder takes %u",
                   s->processor_name, key, side, v->side);
}

/* LLaVA's: padded to a square, or cut, or stretched. */
static takt_rc read_fit(struct model_vision *v, const struct source *s)
{
    const char *file = s->processor_name;
    bool pads, crops;
    uint32_t shortest, height, crop;
    TAKT_TRY(get_bool(s, file, s->processor, "do_pad", false, &pads));
    TAKT_TRY(get_bool(s, file, s->processor, "do_center_crop", false, &crops));
    TAKT_TRY(get_side(s, "size", "shortest_edge", &shortest));
    TAKT_TRY(get_side(s, "size", "height", &height));
    TAKT_TRY(get_side(s, "crop_size", "height", &crop));
    v->fit = pads ? VISION_PAD : shortest && crops ? VISION_CROP : VISION_STRETCH;
    TAKT_TRY(need_side(v, s, "size", shortest ? shortest : height));
    return crops && crop ? need_side(v, s, "crop_size", crop) : TAKT_OK;
}

/* ---- features -------------------------------------------------------------------------------- */

/* One layer by its number, those from the end negative, as so many layers that have run. */
static takt_rc add_feature(struct model_vision *v, const struct source *s, const struct json *n)
{
    static const char key[] = "vision_feature_layer";
    int64_t l;
    if (!json_i64(n, &l) || l < -(int64_t)v->n_layers - 1 || l > v->n_layers)
        return refuse(s, TAKT_ERR_FORMAT, "config.json", key, "names no layer of the encoder");
    uint32_t at = (uint32_t)(l < 0 ? l + v->n_layers + 1 : l);
    if (v->n_features == VISION_FEATURES_MAX)
        return refuse(s, TAKT_ERR_LIMIT, "config.json", key, "names more than 8 layers");
    if (v->n_features && at <= v->feature[v->n_features - 1])
        return refuse(s, TAKT_ERR_UNSUPPORTED, "config.json", key,
                      "must ascend: takt takes the features in the order of the layers");
    v->feature[v->n_features++] = at;
    return TAKT_OK;
}

/* ---- models ---------------------------------------------------------------------------------- */

static takt_rc read_llava(struct model_vision *v, struct source *s)
{
    static const char strategy[] = "vision_feature_select_strategy";
    const struct json *layer = get(s->config, "vision_feature_layer");
    bool is_list = layer && layer->kind == JSON_ARRAY;
    v->feature[0] = v->n_layers - 1;
    v->n_features = layer ? 0 : 1;
    for (const struct json *l = is_list ? layer->child : layer; l; l = is_list ? l->next : NULL)
        TAKT_TRY(add_feature(v, s, l));
    if (v->n_features == 0)
        return refuse(s, TAKT_ERR_FORMAT, "config.json", "vision_feature_layer", "is empty");
    bool has_class = model_tensor(s->m, "v.class_embd") != NULL;
    bool is_full = json_is_str(get(s->config, strategy), "full");
    if (is_full == has_class)
        return refuse(s, TAKT_ERR_UNSUPPORTED, "config.json", strategy,
                      has_class ? "is 'full'; takt leaves the class row out"
                                : "is not 'full', but the encoder has no class row to leave out");
    TAKT_TRY(activation(s, "projector_hidden_act", get(s->config, "projector_hidden_act"), "gelu",
                        &v->projector_gelu));
    return read_fit(v, s);
}

static takt_rc read_llava_next(struct model_vision *v, struct source *s)
{
    static const char key[] = "image_grid_pinpoints";
    static const uint32_t defaults[][2] = {
        {336, 672}, {672, 336}, {672, 672}, {1008, 336}, {336, 1008}};
    const struct json *list = get(s->config, key);
    TAKT_TRY(read_llava(v, s));
    if (!list)
        for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
            TAKT_TRY(vision_add_grid(v, s->m, key, defaults[i][0], defaults[i][1], s->e));
    for (const struct json *p = list ? list->child : NULL; p; p = p->next) {
        int64_t h, w;
        if (p->kind != JSON_ARRAY || p->count != 2 || !json_i64(p->child, &h) ||
            !json_i64(p->child->next, &w) || h < 1 || w < 1 || h > VISION_GRID_SIDE_MAX ||
            w > VISION_GRID_SIDE_MAX)
            return refuse(s, TAKT_ERR_FORMAT, "config.json", key,
                          "is no list of pairs of height and width");
        TAKT_TRY(vision_add_grid(v, s->m, key, (uint32_t)h, (uint32_t)w, s->e));
    }
    return TAKT_OK;
}

static takt_rc read_idefics3(struct model_vision *v, struct source *s)
{
    const char *file = s->processor_name;
    uint32_t tile;
    TAKT_TRY(get_uint(s, "config.json", s->config, "scale_factor", 2, VISION_SIDE_MAX, &v->merge));
    TAKT_TRY(get_side(s, "size", "longest_edge", &v->longest));
    TAKT_TRY(get_side(s, "max_image_size", "longest_edge", &tile));
    TAKT_TRY(get_bool(s, file, s->processor, "do_image_splitting", true, &v->splits));
    if (v->longest == 0)
        return refuse(s, TAKT_ERR_FORMAT, file, "size", "has no 'longest_edge'");
    TAKT_TRY(need_side(v, s, "max_image_size", tile));
    v->feature[0] = v->n_layers;
    v->n_features = 1;
    v->has_norm = true;
    return TAKT_OK;
}

/* ---- pictures that keep their proportions ---- */

/* Rotary positions in two directions; the values behind the last layer. */
static takt_rc read_rotary(struct model_vision *v, const struct source *s)
{
    const struct json *rope = get(s->vision, "rope_parameters");
    const struct json *theta = get(rope ? rope : s->vision, "rope_theta");
    double d = 10000;
    if (theta && !json_f64(theta, &d))
        return refuse(s, TAKT_ERR_FORMAT, "config.json", "rope_theta", "is no number");
    if (!(d > 0) || !isfinite((float)d))
        return refuse(s, TAKT_ERR_FORMAT, "config.json", "rope_theta", "is not above zero");
    v->rope_theta = (float)d;
    v->feature[0] = v->n_layers;
    v->n_features = 1;
    return TAKT_OK;
}

/* Pixtral's, and that of Mistral Small 3.1, which makes one row of a block of patches. */
static takt_rc read_pixtral(struct model_vision *v, struct source *s)
{
    int64_t layer = -1;
    const struct json *n = get(s->config, "vision_feature_layer");
    bool merges = json_is_str(get(s->config, "model_type"), "mistral3");
    if (n && (!json_i64(n, &layer) || layer != -1))
        return refuse(s, TAKT_ERR_UNSUPPORTED, "config.json", "vision_feature_layer",
                      "is not the last layer (-1), which takt takes of Pixtral's encoder");
    TAKT_TRY(get_uint(s, "config.json", s->config, "spatial_merge_size", merges ? 2 : 1,
                      VISION_MERGE_MAX, &v->merge));
    TAKT_TRY(activation(s, "projector_hidden_act", get(s->config, "projector_hidden_act"), "gelu",
                        &v->projector_gelu));
    TAKT_TRY(read_rotary(v, s));
    TAKT_TRY(get_side(s, "size", "longest_edge", &v->longest_side));
    if (v->longest_side == 0)
        v->longest_side = v->side;
    if (v->longest_side > VISION_SIDE_MAX)
        return refuse(s, TAKT_ERR_LIMIT, s->processor_name, "size",
                      "has a longer edge than 4096, which takt takes at most");
    uint32_t block = v->patch * v->merge, across = (v->longest_side + block - 1) / block * block;
    return vision_any_size(v, s->m, block * block, across * across, s->e);
}

/* What both of Qwen's have: their words differ from the others'. */
static takt_rc read_qwen_tower(struct model_vision *v, struct source *s, bool is_newer)
{
    static const char file[] = "config.json";
    uint32_t frames, ratio, colours;
    TAKT_TRY(get_uint(s, file, s->vision, "patch_size", 14, VISION_SIDE_MAX, &v->patch));
    TAKT_TRY(get_uint(s, file, s->vision, "depth", 32, VISION_LAYERS_MAX, &v->n_layers));
    TAKT_TRY(get_uint(s, file, s->vision, is_newer ? "hidden_size" : "embed_dim",
                      is_newer ? 3584 : 1280, VISION_WIDTH_MAX, &v->n_embd));
    TAKT_TRY(get_uint(s, file, s->vision, "num_heads", 16, v->n_embd, &v->n_heads));
    TAKT_TRY(get_uint(s, file, s->vision, "intermediate_size", 3420, VISION_FF_MAX, &v->n_ff));
    TAKT_TRY(get_uint(s, file, s->vision, "mlp_ratio", 4, VISION_FF_MAX / v->n_embd + 1, &ratio));
    if (!is_newer)
        v->n_ff = v->n_embd * ratio;
    TAKT_TRY(get_uint(s, file, s->vision, "spatial_merge_size", 2, VISION_MERGE_MAX, &v->merge));
    TAKT_TRY(get_uint(s, file, s->vision, "temporal_patch_size", 2, VISION_FF_MAX, &frames));
    TAKT_TRY(get_uint(s, file, s->vision, "in_channels", 3, VISION_FF_MAX, &colours));
    if (frames != 2 || colours != 3)
        return refuse(s, TAKT_ERR_UNSUPPORTED, file,
                      frames != 2 ? "temporal_patch_size" : "in_channels",
                      "is not 2 frames or 3 colours, which takt takes");
    v->side = v->patch;
    v->eps = 1e-6f;
    TAKT_TRY(read_rotary(v, s));
    return activation(s, "hidden_act", get(s->vision, "hidden_act"),
                      is_newer ? "silu" : "quick_gelu", &v->gelu);
}

static takt_rc read_qwen2vl_tower(struct model_vision *v, struct source *s)
{
    return read_qwen_tower(v, s, false);
}

/* Layers that see all come at equal distances, the last of each stretch. */
static takt_rc read_windows(struct model_vision *v, const struct source *s)
{
    static const char key[] = "fullatt_block_indexes";
    static const char file[] = "config.json";
    const struct json *list = get(s->vision, key);
    uint32_t pixels, n = 0;
    int64_t layer = 7;
    v->full_every = 8;
    TAKT_TRY(get_uint(s, file, s->vision, "window_size", 112, VISION_SIDE_MAX, &pixels));
    v->window = pixels / v->patch / v->merge;
    if (v->window == 0)
        return refuse(s, TAKT_ERR_FORMAT, file, "window_size", "holds no block of patches");
    for (const struct json *l = list ? list->child : NULL; l; l = l->next, n++) {
        if (!json_i64(l, &layer) || layer < 0 || layer >= v->n_layers)
            return refuse(s, TAKT_ERR_FORMAT, file, key, "names no layer of the encoder");
        v->full_every = n ? v->full_every : (uint32_t)layer + 1;
        if ((uint32_t)layer + 1 != (n + 1) * v->full_every)
            return refuse(s, TAKT_ERR_UNSUPPORTED, file, key,
                          "names layers at unequal distances; takt takes equal ones");
    }
    if (list && n != v->n_layers / v->full_every)
        return refuse(s, TAKT_ERR_UNSUPPORTED, file, key,
                      "leaves layers out that lie at the same distance");
    return TAKT_OK;
}

static takt_rc read_qwen25vl_tower(struct model_vision *v, struct source *s)
{
    TAKT_TRY(read_qwen_tower(v, s, true));
    TAKT_TRY(get_uint(s, "config.json", s->vision, "tokens_per_second", 4, VISION_PACE_MAX,
                      &v->clip_pace));
    return read_windows(v, s);
}

/* A processor's bounds, in either of the forms that its files have had. */
static takt_rc read_bounds(const struct source *s, const char *file, const struct json *processor,
                           uint32_t *least, uint32_t *most)
{
    const struct json *size = get(processor, "size");
    TAKT_TRY(get_uint(s, file, size, "shortest_edge", *least, UINT32_MAX, least));
    TAKT_TRY(get_uint(s, file, size, "longest_edge", *most, UINT32_MAX, most));
    TAKT_TRY(get_uint(s, file, processor, "min_pixels", *least, UINT32_MAX, least));
    return get_uint(s, file, processor, "max_pixels", *most, UINT32_MAX, most);
}

/* Those of a clip's frames: the processor of clips has a part of the whole processor's file, or a
 * file of its own; without either, what goes for pictures goes for them. */
static takt_rc read_frames(struct model_vision *v, struct source *s)
{
    const struct json *all, *own;
    uint32_t least = VISION_FRAME_PIXELS_MIN, most = VISION_FRAME_PIXELS;
    const char *file = "processor_config.json";
    TAKT_TRY(hf_json(s->m, file, JSON_BYTES_MAX, &all, s->e));
    own = get(all, "video_processor");
    if (!own) {
        file = "video_preprocessor_config.json";
        TAKT_TRY(hf_json(s->m, file, JSON_BYTES_MAX, &own, s->e));
    }
    TAKT_TRY(
        read_bounds(s, own ? file : s->processor_name, own ? own : s->processor, &least, &most));
    return vision_frames(v, s->m, least, most, s->e);
}

static takt_rc read_qwen(struct model_vision *v, struct source *s)
{
    uint32_t least = VISION_PIXELS_MIN, most = VISION_PIXELS;
    TAKT_TRY(read_bounds(s, s->processor_name, s->processor, &least, &most));
    TAKT_TRY(vision_any_size(v, s->m, least, most, s->e));
    return read_frames(v, s);
}

/* One line for each model; vision.c has the projectors. */
static const struct kind {
    const char *model_type, *encoder; /* of the vision_config; NULL: any */
    const char *projector;
    enum vision_filter filter; /* where the processor's file names none */
    takt_rc (*tower)(struct model_vision *v, struct source *s);
    takt_rc (*read)(struct model_vision *v, struct source *s);
} kinds[] = {
    {"llava", "pixtral", "pixtral", VISION_BICUBIC, read_tower, read_pixtral},
    {"llava", NULL, "mlp", VISION_BICUBIC, read_tower, read_llava},
    {"llava_next", NULL, "mlp", VISION_BICUBIC, read_tower, read_llava_next},
    {"idefics3", NULL, "idefics3", VISION_LANCZOS, read_tower, read_idefics3},
    {"smolvlm", NULL, "idefics3", VISION_LANCZOS, read_tower, read_idefics3},
    {"mistral3", "pixtral", "pixtral", VISION_BICUBIC, read_tower, read_pixtral},
    {"qwen2_vl", NULL, "qwen2vl_merger", VISION_BICUBIC, read_qwen2vl_tower, read_qwen},
    {"qwen2_5_vl", NULL, "qwen2.5vl_merger", VISION_BICUBIC, read_qwen25vl_tower, read_qwen},
};

/* The file of the image processor, or its part of the whole processor's, as newer ones have it. */
static takt_rc open_processor(struct source *s)
{
    const struct json *all;
    s->processor_name = "preprocessor_config.json";
    TAKT_TRY(hf_json(s->m, s->processor_name, JSON_BYTES_MAX, &s->processor, s->e));
    if (s->processor)
        return TAKT_OK;
    TAKT_TRY(hf_json(s->m, "processor_config.json", JSON_BYTES_MAX, &all, s->e));
    s->processor = get(all, "image_processor");
    if (!s->processor)
        return err_set(s->e, TAKT_ERR_USAGE, s->m->path,
                       "has no preprocessor_config.json, and no processor_config.json with an "
                       "image_processor: they say how pictures are prepared for the encoder");
    s->processor_name = "processor_config.json";
    return TAKT_OK;
}

static takt_rc refuse_kind(const struct source *s, const struct json *type)
{
    char known[256] = "";
    for (size_t i = 0, at = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (i == 0 || strcmp(kinds[i].model_type, kinds[i - 1].model_type) != 0)
            at += (size_t)snprintf(known + at, sizeof known - at, "%s%s", i ? ", " : "",
                                   kinds[i].model_type);
    return err_set(s->e, TAKT_ERR_UNSUPPORTED, s->m->path,
                   "config.json: models of type '%s' are not known to see pictures; takt knows %s",
                   type && type->kind == JSON_STRING ? show(slice_str(type->str)).text : "", known);
}

bool vision_in_folder(const char *path)
{
    struct model m = {.path = path};
    const struct json *config = NULL;
    bool has = !hf_json(&m, "config.json", JSON_BYTES_MAX, &config, NULL).code &&
               get(config, "vision_config");
    arena_free(&m.arena);
    return has;
}

takt_rc hf_vision_read(struct model_vision *v, struct model *m, takt_err *e)
{
    struct source s = {.m = m, .config = m->hf_config, .e = e};
    const struct json *type = get(s.config, "model_type");
    const struct kind *k = NULL;
    s.vision = get(s.config, "vision_config");
    if (!s.vision)
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "is no picture encoder: its config.json has no vision_config");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !k; i++)
        if (json_is_str(type, kinds[i].model_type) &&
            (!kinds[i].encoder || json_is_str(get(s.vision, "model_type"), kinds[i].encoder)))
            k = &kinds[i];
    if (!k)
        return refuse_kind(&s, type);
    v->projector = k->projector;
    v->filter = k->filter;
    TAKT_TRY(k->tower(v, &s));
    TAKT_TRY(open_processor(&s));
    TAKT_TRY(read_pixels(v, &s));
    return k->read(v, &s);
}
