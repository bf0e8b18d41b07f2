#include "model/vision_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/mmproj.h"

const struct vision_gelu vision_gelu_tanh = {1.5957691216057308f, 0.07135481627260025f};
const struct vision_gelu vision_gelu_quick = {1.702f, 0};
const struct vision_gelu vision_silu = {1, 0};
const struct vision_gelu vision_gelu_exact = {0, 0};

uint32_t vision_patches(const struct model_vision *v)
{
    if (v->max_pixels)
        return v->max_pixels / (v->patch * v->merge * v->patch * v->merge) * v->merge * v->merge;
    return (v->side / v->patch) * (v->side / v->patch);
}

uint32_t vision_rows(const struct model_vision *v)
{
    return vision_patches(v) / (v->merge * v->merge);
}

uint32_t vision_n_layers_used(const struct model_vision *v)
{
    return v->feature[v->n_features - 1];
}

uint32_t vision_tokens(const struct model_vision *v)
{
    return vision_patches(v) + v->has_class;
}

static takt_rc read_uint(const struct model *m, const char *key, uint32_t most, uint32_t *out,
                         takt_err *e)
{
    uint64_t n = model_kv_uint(m, key, 0);
    if (n == 0)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "'%s' is missing, zero or no number", key);
    if (n > most)
        return err_set(e, TAKT_ERR_LIMIT, m->path, "'%s' is %llu; takt takes 1 to %u", key,
                       (unsigned long long)n, most);
    *out = (uint32_t)n;
    return TAKT_OK;
}

/* Three floats, for red, green and blue. */
static takt_rc read_colours(const struct model *m, const char *key, float def, float out[3],
                            takt_err *e)
{
    const struct model_kv *kv = model_kv_find(m, key);
    for (int i = 0; i < 3; i++)
        out[i] = def;
    if (!kv)
        return TAKT_OK;
    if (kv->type != KV_ARR || kv->elem != KV_F32 || kv->count != 3)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "'%s' is no list of three floats", key);
    memcpy(out, kv->raw.p, 3 * sizeof *out);
    for (int i = 0; i < 3; i++)
        if (!isfinite(out[i]))
            return err_set(e, TAKT_ERR_FORMAT, m->path, "'%s' holds no number", key);
    return TAKT_OK;
}

/* Integers of 0 to MOST; none where the key is absent. */
static takt_rc read_list(const struct model *m, const char *key, uint32_t most, uint32_t *out,
                         uint32_t cap, uint32_t *n, takt_err *e)
{
    const struct model_kv *kv = model_kv_find(m, key);
    *n = 0;
    if (!kv)
        return TAKT_OK;
    if (kv->type != KV_ARR || (kv->elem != KV_I32 && kv->elem != KV_U32))
        return err_set(e, TAKT_ERR_FORMAT, m->path, "'%s' is no list of integers", key);
    if (kv->count > cap)
        return err_set(e, TAKT_ERR_LIMIT, m->path, "'%s' has %llu entries; takt takes %u", key,
                       (unsigned long long)kv->count, cap);
    for (; *n < kv->count; ++*n) {
        struct model_kv one = {.type = kv->elem, .raw = {kv->raw.p + 4 * (size_t)*n, 4}};
        uint64_t v = model_kv_uint_of(&one, UINT64_MAX);
        if (v > most)
            return err_set(e, TAKT_ERR_FORMAT, m->path, "entry %u of '%s' is no number of 0 to %u",
                           *n, key, most);
        out[*n] = (uint32_t)v;
    }
    return TAKT_OK;
}

/* The values after layer DEF, unless the file names the layers (0: the values before the first
 * one). */
static takt_rc read_features(const struct model *m, struct model_vision *v, uint32_t def,
                             takt_err *e)
{
    static const char key[] = "clip.vision.feature_layer";
    TAKT_TRY(read_list(m, key, v->n_layers, v->feature, VISION_FEATURES_MAX, &v->n_features, e));
    if (v->n_features == 0) {
        v->feature[0] = def;
        v->n_features = 1;
    }
    for (uint32_t i = 1; i < v->n_features; i++)
        if (v->feature[i] <= v->feature[i - 1])
            return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                           "'%s' must ascend: takt takes the features in the order of the layers",
                           key);
    return TAKT_OK;
}

takt_rc vision_add_grid(struct model_vision *v, const struct model *m, const char *key,
                        uint32_t height, uint32_t width, takt_err *e)
{
    if (height == 0 || width == 0 || height > VISION_GRID_SIDE_MAX ||
        width > VISION_GRID_SIDE_MAX || height % v->side || width % v->side)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "'%s' has %u x %u, which tiles of %u pixels do not fill", key, height, width,
                       v->side);
    if (v->n_grids == VISION_GRIDS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, m->path, "'%s' has more than %d sizes", key,
                       VISION_GRIDS_MAX);
    v->grid[v->n_grids++] = (struct vision_grid){height, width};
    return TAKT_OK;
}

/* The sizes of LLaVA-NeXT's tiled pictures, as pairs of height and width. */
static takt_rc read_grids(const struct model *m, struct model_vision *v, takt_err *e)
{
    static const char key[] = "clip.vision.image_grid_pinpoints";
    uint32_t pair[2 * VISION_GRIDS_MAX], n;
    struct slice merge = model_kv_str(m, "clip.vision.mm_patch_merge_type");
    TAKT_TRY(read_list(m, key, VISION_GRID_SIDE_MAX, pair, 2 * VISION_GRIDS_MAX, &n, e));
    if (n == 0)
        return TAKT_OK;
    if (merge.len && !slice_eq(merge, "spatial_unpad"))
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "tiles are put together by '%.*s'; takt knows 'spatial_unpad'",
                       (int)(merge.len < 40 ? merge.len : 40), (const char *)merge.p);
    for (uint32_t i = 0; i + 1 < n; i += 2)
        TAKT_TRY(vision_add_grid(v, m, key, pair[i], pair[i + 1], e));
    return n % 2 ? err_set(e, TAKT_ERR_FORMAT, m->path, "'%s' has an odd number of entries", key)
                 : TAKT_OK;
}

static const char ff_key[] = "clip.vision.feed_forward_length";

static takt_rc read_sizes(const struct model *m, struct model_vision *v, takt_err *e)
{
    TAKT_TRY(read_uint(m, "clip.vision.image_size", VISION_SIDE_MAX, &v->side, e));
    TAKT_TRY(read_uint(m, "clip.vision.patch_size", v->side, &v->patch, e));
    TAKT_TRY(read_uint(m, "clip.vision.block_count", VISION_LAYERS_MAX, &v->n_layers, e));
    TAKT_TRY(read_uint(m, "clip.vision.embedding_length", VISION_WIDTH_MAX, &v->n_embd, e));
    if (model_kv_uint(m, ff_key, 0)) /* see check_merger; check tells where it is missed */
        TAKT_TRY(read_uint(m, ff_key, VISION_FF_MAX, &v->n_ff, e));
    return read_uint(m, "clip.vision.attention.head_count", v->n_embd, &v->n_heads, e);
}

/* ---- projectors ------------------------------------------------------------------------------ */

/* LLaVA's, behind the values before the last layer. */
static takt_rc read_llava(const struct model *m, struct model_vision *v, takt_err *e)
{
    TAKT_TRY(read_features(m, v, v->n_layers - 1, e));
    return read_grids(m, v, e);
}

/* Two matrices. */
static takt_rc check_two(const struct model *m, struct model_vision *v, const char *first_name,
                         const char *last_name, takt_err *e)
{
    const struct tensor *first = model_tensor(m, first_name);
    const struct tensor *last = model_tensor(m, last_name);
    if (!first || !last || first->ne[1] > UINT32_MAX || last->ne[1] > UINT32_MAX)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "the projector's tensors '%s' and '%s' are missing", first_name, last_name);
    v->n_hidden = (uint32_t)first->ne[1];
    v->n_out = (uint32_t)last->ne[1];
    return TAKT_OK;
}

static takt_rc check_mlp(const struct model *m, struct model_vision *v, takt_err *e)
{
    return check_two(m, v, "mm.0.weight", "mm.2.weight", e);
}

static takt_rc read_idefics3(const struct model *m, struct model_vision *v, takt_err *e)
{
    static const char merge[] = "clip.vision.projector.scale_factor";
    static const char longest[] = "clip.vision.preproc_image_size";
    v->merge = 2;
    v->longest = v->side;
    v->filter = VISION_LANCZOS;
    if (model_kv_find(m, merge))
        TAKT_TRY(read_uint(m, merge, VISION_SIDE_MAX, &v->merge, e));
    if (model_kv_find(m, longest))
        TAKT_TRY(read_uint(m, longest, VISION_GRID_SIDE_MAX, &v->longest, e));
    return read_features(m, v, v->n_layers, e);
}

/* One matrix, mm.model.fc, over blocks of patches. */
static takt_rc check_idefics3(const struct model *m, struct model_vision *v, takt_err *e)
{
    const struct tensor *fc = model_tensor(m, "mm.model.fc.weight");
    uint32_t across = v->side / v->patch;
    uint32_t most = v->longest < VISION_SIDE_MAX ? v->longest : VISION_SIDE_MAX;
    if (!fc || fc->ne[1] > UINT32_MAX)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "the projector's tensor 'mm.model.fc.weight' is missing");
    if (v->has_class || across % v->merge)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "%u x %u patches do not part into blocks of %u x %u", across, across,
                       v->merge, v->merge);
    if (v->longest == 0 || (most - 1) / v->side >= VISION_SPLITS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, m->path,
                       "pictures of %u pixels in tiles of %u; takt takes %d tiles a side at most",
                       most, v->side, VISION_SPLITS_MAX);
    v->n_out = (uint32_t)fc->ne[1];
    return TAKT_OK;
}

/* ---- pictures that keep their proportions ---- */

/* V takes pictures of so many pixels at most. */
static void set_most(struct model_vision *v, uint32_t pixels)
{
    uint32_t block = v->patch * v->merge;
    v->max_pixels = pixels;
    v->side = (uint32_t)sqrt(pixels) / block * block; /* of the largest square */
}

takt_rc vision_limit(struct model_vision *v, uint64_t n, const char *where, takt_err *e)
{
    uint64_t most = (uint64_t)VISION_TOKENS_MAX * v->patch * v->patch;
    if (v->max_pixels == 0)
        return TAKT_OK;
    if (n == 0) {
        n = v->longest_side || v->max_pixels < VISION_PIXELS ? v->max_pixels : VISION_PIXELS;
        n = n < most ? n : most;
    }
    if (n < v->min_pixels || n > most || n > UINT32_MAX)
        return err_set(e, TAKT_ERR_LIMIT, where, "%llu pixels; this encoder takes %u to %llu",
                       (unsigned long long)n, v->min_pixels, (unsigned long long)most);
    set_most(v, (uint32_t)n);
    return TAKT_OK;
}

takt_rc vision_any_size(struct model_vision *v, const struct model *m, uint32_t least,
                        uint32_t most, takt_err *e)
{
    uint32_t block = v->patch * v->merge;
    if (block > VISION_SIDE_MAX)
        return err_set(e, TAKT_ERR_LIMIT, m->path, "blocks of %u pixels; takt takes %d", block,
                       VISION_SIDE_MAX);
    if (least < block * block || most < least)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "pictures of %u to %u pixels, in blocks of %u x %u", least, most, block,
                       block);
    v->min_pixels = least;
    set_most(v, most);
    return TAKT_OK;
}

static const char min_pixels_key[] = "clip.vision.image_min_pixels";
static const char max_pixels_key[] = "clip.vision.image_max_pixels";

takt_rc vision_frames(struct model_vision *v, const struct model *m, uint32_t least, uint32_t most,
                      takt_err *e)
{
    uint32_t block = v->patch * v->merge;
    least = least > block * block ? least : block * block;
    if (most < least)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "frames of %u to %u pixels, in blocks of %u x %u", least, most, block,
                       block);
    v->clip_min_pixels = least;
    v->clip_max_pixels =
        most < VISION_FRAME_PIXELS || least > VISION_FRAME_PIXELS ? most : VISION_FRAME_PIXELS;
    return TAKT_OK;
}

static takt_rc read_pixels(const struct model *m, struct model_vision *v, uint32_t least,
                           uint32_t most, takt_err *e)
{
    uint32_t block = v->patch * v->merge;
    least = least > block * block ? least : block * block;
    if (model_kv_find(m, min_pixels_key))
        TAKT_TRY(read_uint(m, min_pixels_key, UINT32_MAX, &least, e));
    if (model_kv_find(m, max_pixels_key))
        TAKT_TRY(read_uint(m, max_pixels_key, UINT32_MAX, &most, e));
    return vision_any_size(v, m, least, most, e);
}

/* Queries and keys that turn by row and column. */
static takt_rc read_rope(const struct model *m, struct model_vision *v, takt_err *e)
{
    v->rope_theta = (float)model_kv_float(m, "clip.rope.freq_base", 10000);
    if (!(v->rope_theta > 0) || !isfinite(v->rope_theta))
        return err_set(e, TAKT_ERR_FORMAT, m->path, "'clip.rope.freq_base' is not above zero");
    return TAKT_OK;
}

/* So many patches make a block's side, DEF where the file does not say so. */
static takt_rc read_merge(const struct model *m, struct model_vision *v, uint32_t def, takt_err *e)
{
    static const char key[] = "clip.vision.spatial_merge_size";
    v->merge = def;
    return model_kv_find(m, key) ? read_uint(m, key, VISION_MERGE_MAX, &v->merge, e) : TAKT_OK;
}

/* A block of patches through mm.0 and mm.2. What the file says of pictures goes for frames, too. */
static takt_rc read_merger(const struct model *m, struct model_vision *v, takt_err *e)
{
    TAKT_TRY(read_rope(m, v, e));
    TAKT_TRY(read_merge(m, v, 2, e));
    TAKT_TRY(read_pixels(m, v, VISION_PIXELS_MIN, VISION_PIXELS_MAX, e));
    uint32_t least = model_kv_find(m, min_pixels_key) ? v->min_pixels : VISION_FRAME_PIXELS_MIN;
    uint32_t most = model_kv_find(m, max_pixels_key) ? v->max_pixels : VISION_FRAME_PIXELS;
    TAKT_TRY(vision_frames(v, m, least, most, e));
    return read_features(m, v, v->n_layers, e);
}

static takt_rc check_rope(const struct model *m, const struct model_vision *v, takt_err *e)
{
    if (v->has_class || v->n_embd / v->n_heads % 4 || v->n_embd % 16)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "a class row, heads of %u values, which are to turn in two directions, or "
                       "%u values that are no multiple of 16",
                       v->n_embd / v->n_heads, v->n_embd);
    return TAKT_OK;
}

/* What converters write as the feed-forward's width of Qwen2-VL is the language model's width, or
 * 0: the tensors say what it is. Older files call its two matrices by each other's names. */
static uint32_t width_of_tensors(const struct model *m, const struct model_vision *v)
{
    const struct tensor *up = model_tensor(m, "v.blk.0.ffn_up.weight");
    const struct tensor *down = model_tensor(m, "v.blk.0.ffn_down.weight");
    const struct tensor *first = up && up->ne[0] == v->n_embd ? up : down;
    bool fits = first && first->ne[0] == v->n_embd && first->ne[1] <= VISION_FF_MAX;
    return fits ? (uint32_t)first->ne[1] : v->n_ff;
}

static takt_rc check_merger(const struct model *m, struct model_vision *v, takt_err *e)
{
    TAKT_TRY(check_rope(m, v, e));
    v->frames_inside = m->source == MODEL_HF;
    v->n_ff = width_of_tensors(m, v);
    return check_mlp(m, v, e);
}

static takt_rc read_qwen2vl(const struct model *m, struct model_vision *v, takt_err *e)
{
    return read_merger(m, v, e);
}

/* Windows in most layers. */
static takt_rc read_qwen25vl(const struct model *m, struct model_vision *v, takt_err *e)
{
    static const char window[] = "clip.vision.window_size";
    uint32_t pixels = 112;
    v->clip_pace = 2; /* no file says so, but all released models have it */
    TAKT_TRY(read_merger(m, v, e));
    TAKT_TRY(read_uint(m, "clip.vision.n_wa_pattern", v->n_layers, &v->full_every, e));
    if (model_kv_find(m, window))
        TAKT_TRY(read_uint(m, window, VISION_SIDE_MAX, &pixels, e));
    v->window = pixels / v->patch / v->merge;
    if (v->window == 0)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "windows of %u pixels hold no block", pixels);
    return TAKT_OK;
}

/* Each patch, or block of patches, through mm.1 and mm.2. */
static takt_rc read_pixtral(const struct model *m, struct model_vision *v, takt_err *e)
{
    TAKT_TRY(read_rope(m, v, e));
    TAKT_TRY(read_merge(m, v, 1, e));
    uint32_t block = v->patch * v->merge, across = (v->side + block - 1) / block * block;
    v->longest_side = v->side;
    TAKT_TRY(read_pixels(m, v, block * block, across * across, e));
    return read_features(m, v, v->n_layers, e);
}

static takt_rc check_pixtral(const struct model *m, struct model_vision *v, takt_err *e)
{
    TAKT_TRY(check_rope(m, v, e));
    const char *first = m->source == MODEL_HF ? "mm.0.weight" : "mm.1.weight";
    return check_two(m, v, first, "mm.2.weight", e);
}

/* One line for each projector; graph/arch/arch.h has the graphs, hf_vision.c the models of
 * folders. */
static const struct projector {
    const char *name; /* clip.projector_type */
    takt_rc (*read)(const struct model *m, struct model_vision *v, takt_err *e);  /* its keys */
    takt_rc (*check)(const struct model *m, struct model_vision *v, takt_err *e); /* its tensors */
} projectors[] = {
    {"mlp", read_llava, check_mlp}, /* LLaVA, LLaVA-NeXT, Granite Vision */
    {"idefics3", read_idefics3, check_idefics3},
    {"qwen2vl_merger", read_qwen2vl, check_merger},    /* Qwen2-VL */
    {"qwen2.5vl_merger", read_qwen25vl, check_merger}, /* Qwen2.5-VL */
    {"pixtral", read_pixtral, check_pixtral},          /* Pixtral, Mistral Small 3.1 */
};
enum { N_PROJECTORS = sizeof projectors / sizeof *projectors };

static const struct projector *projector_of(struct slice name)
{
    for (size_t i = 0; i < N_PROJECTORS; i++)
        if (slice_eq(name, projectors[i].name))
            return &projectors[i];
    return NULL;
}

static takt_rc refuse_projector(const struct model *m, struct slice name, takt_err *e)
{
    char known[256] = "";
    for (size_t i = 0, at = 0; i < N_PROJECTORS; i++)
        at += (size_t)snprintf(known + at, sizeof known - at, "%s'%s'", i ? ", " : "",
                               projectors[i].name);
    return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                   "the projector '%.*s' is not known; takt knows %s",
                   (int)(name.len < 40 ? name.len : 40), (const char *)name.p, known);
}

/* ---- all of it ------------------------------------------------------------------------------- */

void vision_defaults(struct model_vision *v)
{
    *v = (struct model_vision){.merge = 1,
                               .splits = true,
                               .filter = VISION_BICUBIC,
                               .scale = 1.0 / 255,
                               .projector_gelu = vision_gelu_exact};
}

static takt_rc gguf_read(struct model_vision *v, const struct model *m, takt_err *e)
{
    if (!m->hp.arch || strcmp(m->hp.arch, "clip") != 0 ||
        !model_kv_bool(m, "clip.has_vision_encoder", false))
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "is no picture encoder: an mmproj file has the architecture 'clip' and a "
                       "vision encoder");
    struct slice kind = model_kv_str(m, "clip.projector_type");
    if (kind.len == 0)
        kind = model_kv_str(m, "clip.vision.projector_type");
    if (kind.len == 0)
        kind = slice_str("mlp"); /* older files do not say so */
    const struct projector *p = projector_of(kind);
    if (!p)
        return refuse_projector(m, kind, e);
    v->projector = p->name;
    TAKT_TRY(read_sizes(m, v, e));
    TAKT_TRY(p->read(m, v, e));
    TAKT_TRY(read_colours(m, "clip.vision.image_mean", 0, v->mean, e));
    TAKT_TRY(read_colours(m, "clip.vision.image_std", 1, v->std, e));
    v->eps = (float)model_kv_float(m, "clip.vision.attention.layer_norm_epsilon", 1e-5);
    v->gelu = model_kv_bool(m, "clip.use_gelu", false)   ? vision_gelu_tanh
              : model_kv_bool(m, "clip.use_silu", false) ? vision_silu
                                                         : vision_gelu_quick;
    /* It belongs to the last layer's values alone; LLaVA's come before it. */
    v->has_norm = v->n_features == 1 && vision_n_layers_used(v) == v->n_layers &&
                  model_tensor(m, "v.post_ln.weight");
    return mmproj_read_own(v, m, e);
}

static takt_rc check(struct model_vision *v, const struct model *m, takt_err *e)
{
    v->has_class = model_tensor(m, "v.class_embd") != NULL;
    if (v->n_embd % v->n_heads)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "%u values do not part into %u heads evenly",
                       v->n_embd, v->n_heads);
    if (!v->max_pixels && vision_tokens(v) > VISION_TOKENS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, m->path, "%u patches; takt takes %d at most",
                       vision_patches(v), VISION_TOKENS_MAX);
    if (!(v->eps > 0) || !isfinite(v->eps) || !(v->std[0] > 0) || !(v->std[1] > 0) ||
        !(v->std[2] > 0))
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "an epsilon or a standard deviation is not above zero");
    TAKT_TRY(projector_of(slice_str(v->projector))->check(m, v, e));
    if (v->n_ff == 0)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "'%s' is missing, zero or no number", ff_key);
    return TAKT_OK;
}

takt_rc vision_read(struct model_vision *v, struct model *m, takt_err *e)
{
    vision_defaults(v);
    TAKT_TRY(m->source == MODEL_HF ? hf_vision_read(v, m, e) : gguf_read(v, m, e));
    return check(v, m, e);
}
