#include "model/mllama.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "model/vision_parts.h"

enum { JSON_BYTES_MAX = 1 << 20 };

bool mllama_is(const struct model *m)
{
    return m->hp.arch && strcmp(m->hp.arch, "mllama") == 0;
}

uint32_t mllama_rows(const struct model_mllama *v)
{
    return (v->side / v->patch) * (v->side / v->patch) + 1;
}

uint32_t mllama_padded(const struct model_mllama *v)
{
    return (mllama_rows(v) + MLLAMA_PADDED - 1) / MLLAMA_PADDED * MLLAMA_PADDED;
}

uint32_t mllama_all(const struct model_mllama *v)
{
    return v->n_tiles * mllama_padded(v);
}

/* One of the two files while it is read. */
struct source {
    const struct model *m;
    const struct json *at;
    const char *file;
    takt_err *e;
};

static takt_rc refuse(const struct source *s, takt_code code, const char *key, const char *what)
{
    return err_set(s->e, code, s->m->path, "%s: '%s' %s", s->file, key, what);
}

/* 1 to MOST; DEF where the key is absent. */
static takt_rc get_uint(const struct source *s, const char *key, uint32_t def, uint32_t most,
                        uint32_t *out)
{
    const struct json *v = json_get(s->at, key);
    int64_t n = def;
    if (v && v->kind != JSON_NULL && !json_i64(v, &n))
        return refuse(s, TAKT_ERR_FORMAT, key, "is no integer");
    if (n < 1)
        return refuse(s, TAKT_ERR_FORMAT, key, "is missing, or not above 0");
    if (n > most)
        return refuse(s, TAKT_ERR_LIMIT, key, "is more than takt takes");
    *out = (uint32_t)n;
    return TAKT_OK;
}

/* Three numbers; DEF where the key is absent. */
static takt_rc get_colours(const struct source *s, const char *key, float def, float out[3])
{
    const struct json *v = json_get(s->at, key);
    double d;
    for (int i = 0; i < 3; i++)
        out[i] = def;
    if (!v || v->kind == JSON_NULL)
        return TAKT_OK;
    if (v->kind != JSON_ARRAY || v->count != 3)
        return refuse(s, TAKT_ERR_FORMAT, key, "is no list of three numbers");
    const struct json *c = v->child;
    for (int i = 0; i < 3; i++, c = c->next) {
        if (!json_f64(c, &d) || !isfinite(d))
            return refuse(s, TAKT_ERR_FORMAT, key, "is no list of three numbers");
        out[i] = (float)d;
    }
    return TAKT_OK;
}

/* ---- config.json ------------------------------------------------------------------------------
 */

static takt_rc read_features(const struct source *s, struct model_mllama *v)
{
    static const char key[] = "intermediate_layers_indices";
    static const uint32_t usual[] = {3, 7, 15, 23, 30};
    const struct json *list = json_get(s->at, key);
    int64_t n, last = -1;
    if (!list || list->kind == JSON_NULL) {
        for (v->n_features = 0; v->n_features < 5; v->n_features++)
            v->feature[v->n_features] = usual[v->n_features] + 1;
        return v->n_local >= v->feature[4] ? TAKT_OK
                                           : refuse(s, TAKT_ERR_FORMAT, key, "is missing");
    }
    if (list->kind != JSON_ARRAY || list->count < 1 || list->count > VISION_FEATURES_MAX)
        return refuse(s, TAKT_ERR_LIMIT, key, "is no list of 1 to 8 layers");
    for (const struct json *i = list->child; i; i = i->next, last = n) {
        if (!json_i64(i, &n) || n <= last || n >= v->n_local)
            return refuse(s, TAKT_ERR_UNSUPPORTED, key, "does not name layers in ascending order");
        v->feature[v->n_features++] = (uint32_t)n + 1;
    }
    return TAKT_OK;
}

static takt_rc read_activation(const struct source *s, struct model_mllama *v)
{
    const struct json *act = json_get(s->at, "hidden_act");
    if (json_is_str(act, "gelu_pytorch_tanh") || json_is_str(act, "gelu_new"))
        v->gelu = vision_gelu_tanh;
    else if (json_is_str(act, "quick_gelu"))
        v->gelu = vision_gelu_quick;
    else if (!act || json_is_str(act, "gelu"))
        v->gelu = vision_gelu_exact;
    else
        return refuse(s, TAKT_ERR_UNSUPPORTED, "hidden_act",
                      "is none of gelu, gelu_pytorch_tanh and quick_gelu");
    return TAKT_OK;
}

static takt_rc read_sizes(const struct source *s, struct model_mllama *v)
{
    enum { LAYERS_MAX = 256, WIDTH_MAX = 16384, FF_MAX = 65536 };
    double d = 1e-5;
    TAKT_TRY(get_uint(s, "image_size", 448, VISION_SIDE_MAX, &v->side));
    TAKT_TRY(get_uint(s, "patch_size", 14, v->side, &v->patch));
    TAKT_TRY(get_uint(s, "num_hidden_layers", 32, LAYERS_MAX, &v->n_local));
    TAKT_TRY(get_uint(s, "num_global_layers", 8, LAYERS_MAX, &v->n_global));
    TAKT_TRY(get_uint(s, "hidden_size", 1280, WIDTH_MAX, &v->n_embd));
    TAKT_TRY(get_uint(s, "intermediate_size", 5120, FF_MAX, &v->n_ff));
    const char *heads =
        json_get(s->at, "attention_heads") ? "attention_heads" : "num_attention_heads";
    TAKT_TRY(get_uint(s, heads, 16, v->n_embd, &v->n_heads));
    TAKT_TRY(get_uint(s, "max_num_tiles", 4, MLLAMA_TILES_MAX, &v->n_tiles));
    const struct json *norm = json_get(s->at, "norm_eps");
    if (norm && !json_f64(norm, &d))
        return refuse(s, TAKT_ERR_FORMAT, "norm_eps", "is no number");
    v->eps = (float)d;
    if (!(v->eps > 0) || !isfinite(v->eps))
        return refuse(s, TAKT_ERR_FORMAT, "norm_eps", "is not above 0");
    if (v->n_embd % v->n_heads || v->n_embd % 16)
        return refuse(s, TAKT_ERR_FORMAT, "hidden_size",
                      "is no multiple of 16 that parts into heads evenly");
    if (mllama_rows(v) > VISION_TOKENS_MAX || mllama_all(v) > VISION_TOKENS_MAX)
        return refuse(s, TAKT_ERR_LIMIT, "image_size", "makes more rows than takt takes");
    return TAKT_OK;
}

/* All ways to lay N tiles or fewer, in the order of the reference's numbers. */
static takt_rc list_grids(const struct source *s, struct model_mllama *v)
{
    const struct json *given = json_get(s->at, "supported_aspect_ratios");
    const struct json *pair = given && given->kind == JSON_ARRAY ? given->child : NULL;
    int64_t down, across;
    for (uint32_t y = 1; y <= v->n_tiles; y++)
        for (uint32_t x = 1; x * y <= v->n_tiles; x++) {
            if (v->n_grids == MLLAMA_GRIDS_MAX)
                return refuse(s, TAKT_ERR_LIMIT, "max_num_tiles", "is more than takt takes");
            v->grid[v->n_grids++] = (struct mllama_grid){y, x};
            if (!given)
                continue;
            if (!pair || pair->kind != JSON_ARRAY || pair->count != 2 ||
                !json_i64(pair->child, &down) || !json_i64(pair->child->next, &across) ||
                down != y || across != x)
                return refuse(s, TAKT_ERR_UNSUPPORTED, "supported_aspect_ratios",
                              "are not all that so many tiles can have, in order");
            pair = pair->next;
        }
    return pair ? refuse(s, TAKT_ERR_UNSUPPORTED, "supported_aspect_ratios",
                         "are more than so many tiles can have")
                : TAKT_OK;
}

/* ---- preprocessor_config.json -----------------------------------------------------------------
 */

static takt_rc check_size(const struct source *s, const struct model_mllama *v)
{
    const struct json *size = json_get(s->at, "size");
    int64_t height = v->side, width = v->side;
    if (size && (!json_i64(json_get(size, "height"), &height) ||
                 !json_i64(json_get(size, "width"), &width)))
        return refuse(s, TAKT_ERR_FORMAT, "size", "has no height and width");
    if (height != v->side || width != v->side)
        return refuse(s, TAKT_ERR_FORMAT, "size", "is not the encoder's");
    return TAKT_OK;
}

static takt_rc read_processor(const struct source *s, struct model_mllama *v)
{
    uint32_t tiles;
    int64_t filter = 2;
    double factor = 1.0 / 255;
    TAKT_TRY(check_size(s, v));
    TAKT_TRY(get_uint(s, "max_image_tiles", v->n_tiles, MLLAMA_TILES_MAX, &tiles));
    if (tiles != v->n_tiles)
        return refuse(s, TAKT_ERR_UNSUPPORTED, "max_image_tiles", "is not the encoder's");
    json_i64(json_get(s->at, "resample"), &filter);
    if (filter < 0 || filter > 5)
        return refuse(s, TAKT_ERR_UNSUPPORTED, "resample", "is no filter of Pillow's");
    v->filter = (uint32_t)filter;
    json_f64(json_get(s->at, "rescale_factor"), &factor);
    if (fabs(factor * 255 - 1) > 1e-6)
        return refuse(s, TAKT_ERR_UNSUPPORTED, "rescale_factor", "is not 1/255");
    TAKT_TRY(get_colours(s, "image_mean", 0.5f, v->mean));
    TAKT_TRY(get_colours(s, "image_std", 0.5f, v->std));
    if (!(v->std[0] > 0) || !(v->std[1] > 0) || !(v->std[2] > 0))
        return refuse(s, TAKT_ERR_FORMAT, "image_std", "is not above 0");
    return TAKT_OK;
}

static takt_rc open_processor(struct model_mllama *v, const struct model *m, takt_err *e)
{
    static const char name[] = "preprocessor_config.json";
    struct arena scratch = {0};
    struct source s = {.m = m, .file = name, .e = e};
    char *text = NULL;
    size_t len;
    const char *path = arena_printf(&scratch, "%s/%s", m->path, name);
    takt_rc rc = path ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, m->path, "no memory to read it");
    if (!rc.code && !file_exists(path))
        rc = err_set(e, TAKT_ERR_FORMAT, m->path,
                     "has no preprocessor_config.json, which says how pictures are prepared");
    if (!rc.code)
        rc = file_read_all(&text, &len, path, JSON_BYTES_MAX, e);
    if (!rc.code)
        rc = json_parse(&s.at, &scratch, (struct slice){(uint8_t *)text, len}, path, NULL, e);
    if (!rc.code)
        rc = s.at->kind == JSON_OBJECT ? read_processor(&s, v)
                                       : err_set(e, TAKT_ERR_FORMAT, path, "is no JSON object");
    free(text);
    arena_free(&scratch);
    return rc;
}

takt_rc mllama_read(struct model_mllama *v, const struct model *m, takt_err *e)
{
    *v = (struct model_mllama){.n_out = m->hp.n_embd};
    struct source s = {.m = m,
                       .at = json_get(m->hf_config, "vision_config"),
                       .file = "config.json: vision_config",
                       .e = e};
    if (!mllama_is(m) || !m->hf_config)
        return err_set(
            e, TAKT_ERR_UNSUPPORTED, m->path,
            "takt shows pictures to Llama 3.2 Vision from its Hugging Face folder alone");
    if (!s.at || s.at->kind != JSON_OBJECT)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "config.json has no 'vision_config': the checkpoint has no picture encoder");
    TAKT_TRY(read_sizes(&s, v));
    TAKT_TRY(read_features(&s, v));
    TAKT_TRY(read_activation(&s, v));
    TAKT_TRY(list_grids(&s, v));
    return open_processor(v, m, e);
}
