#include "model/hf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/gguf.h"
#include "model/hf_names.h"
#include "model/safetensors.h"
#include "model/shown.h"

enum { SHARDS_MAX = 4096, INDEX_BYTES_MAX = 256 << 20 };

/* One weights file while the folder is read; entries live in a scratch arena. */
struct shard {
    struct safetensors_entry *entries;
    uint32_t n_entries;
};

static takt_rc no_memory(const struct model *m, takt_err *e)
{
    return err_set(e, TAKT_ERR_MEMORY, m->path, "no memory for the folder's tables");
}

const char *hf_path(struct model *m, const char *name)
{
    size_t n = strlen(m->path);
    return arena_printf(&m->arena, "%s%s%s", m->path, n && m->path[n - 1] == '/' ? "" : "/", name);
}

takt_rc hf_json(struct model *m, const char *name, size_t limit, const struct json **out,
                takt_err *e)
{
    const char *path = hf_path(m, name);
    char *text;
    size_t len;
    *out = NULL;
    if (!path)
        return no_memory(m, e);
    if (!file_exists(path))
        return TAKT_OK;
    TAKT_TRY(file_read_all(&text, &len, path, limit, e));
    takt_rc rc = json_parse(out, &m->arena, (struct slice){(uint8_t *)text, len}, path, NULL, e);
    free(text);
    if (!rc.code && (*out)->kind != JSON_OBJECT)
        return err_set(e, TAKT_ERR_FORMAT, path, "is no JSON object");
    return rc;
}

/* ---- which files ------------------------------------------------------------------------------
 */

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The distinct file names of the index, sorted, into NAMES. A name must be a plain one: an index is
 * hostile. */
static takt_rc shard_names(struct model *m, const struct json *map, const char **names, uint32_t *n,
                           takt_err *e)
{
    uint32_t all = 0;
    for (const struct json *v = map->child; v; v = v->next) {
        if (v->kind != JSON_STRING || v->str_len == 0 || strlen(v->str) != v->str_len ||
            strchr(v->str, '/') || v->str[0] == '.')
            return err_set(e, TAKT_ERR_FORMAT, m->path,
                           "model.safetensors.index.json: the file of '%s' is not a plain name",
                           show(slice_str(v->key)).text);
        names[all++] = v->str;
    }
    qsort(names, all, sizeof *names, compare_strings);
    *n = 0;
    for (uint32_t i = 0; i < all; i++)
        if (*n == 0 || strcmp(names[*n - 1], names[i]) != 0)
            names[(*n)++] = names[i];
    if (*n > SHARDS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, m->path, "has %u weights files; the limit is %d", *n,
                       SHARDS_MAX);
    return TAKT_OK;
}

/* Sets file_paths from NAMES; missing files are an error that lists the first few. */
static takt_rc find_shards(struct model *m, const char *const *names, uint32_t n, takt_err *e)
{
    char missing[192] = "";
    size_t at = 0;
    uint32_t n_missing = 0;
    m->files = ARENA_ARRAY(&m->arena, struct file_map, n);
    m->file_paths = ARENA_ARRAY(&m->arena, const char *, n);
    if (!m->files || !m->file_paths)
        return no_memory(m, e);
    m->n_files = n;
    for (uint32_t i = 0; i < n; i++) {
        if (!(m->file_paths[i] = hf_path(m, names[i])))
            return no_memory(m, e);
        if (file_exists(m->file_paths[i]))
            continue;
        struct shown name = show(slice_str(names[i]));
        if (n_missing++ < 3 && at + strlen(name.text) + 3 < sizeof missing)
            at += (size_t)snprintf(missing + at, sizeof missing - at, "%s%s", at ? ", " : "",
                                   name.text);
    }
    if (n_missing)
        return err_set(e, TAKT_ERR_IO, m->path, "%u of %u weights files %s missing: %s%s",
                       n_missing, n, n_missing == 1 ? "is" : "are", missing,
                       n_missing > 3 ? ", ..." : "");
    return TAKT_OK;
}

/* *map is the index's name table, NULL for a folder with a single file. */
static takt_rc list_shards(struct model *m, struct arena *scratch, const struct json **map,
                           takt_err *e)
{
    static const char single[] = "model.safetensors";
    const struct json *index;
    const char *name = single, *path = hf_path(m, single);
    uint32_t n = 0;
    *map = NULL;
    if (!path)
        return no_memory(m, e);
    if (file_exists(path))
        return find_shards(m, &name, 1, e);
    TAKT_TRY(hf_json(m, "model.safetensors.index.json", INDEX_BYTES_MAX, &index, e));
    if (!index)
        return err_set(e, TAKT_ERR_USAGE, m->path,
                       "has neither model.safetensors nor model.safetensors.index.json; takt "
                       "reads GGUF files and folders with safetensors weights");
    *map = json_get(index, "weight_map");
    if (!*map || (*map)->kind != JSON_OBJECT || (*map)->count == 0)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "model.safetensors.index.json has no weight_map");
    const char **names = ARENA_ARRAY(scratch, const char *, (*map)->count);
    if (!names)
        return no_memory(m, e);
    TAKT_TRY(shard_names(m, *map, names, &n, e));
    return find_shards(m, names, n, e);
}

/* ---- tensors ----------------------------------------------------------------------------------
 */

static takt_rc add_tensor(struct model *m, const struct safetensors_entry *src, const char *name,
                          uint32_t file, takt_err *e)
{
    struct tensor *t = &m->tensors[m->n_tensors++];
    *t = (struct tensor){.type = src->type,
                         .n_dims = src->n_dims,
                         .bytes = src->bytes,
                         .data = m->files[file].bytes.p + src->offset,
                         .file = file,
                         .file_offset = src->offset};
    for (uint32_t d = 0; d < MODEL_DIMS_MAX; d++)
        t->ne[d] = d < src->n_dims ? src->shape[src->n_dims - 1 - d] : 1;
    t->name = arena_strndup(&m->arena, name, strlen(name));
    return t->name ? TAKT_OK : no_memory(m, e);
}

/* Gate rows come first, so that both halves are whole tensors in place. */
static takt_rc add_gate_up(struct model *m, const struct safetensors_entry *src,
                           const struct hf_name *names, uint32_t file, takt_err *e)
{
    struct safetensors_entry half = *src;
    if (src->n_dims != 2 || src->shape[0] % 2)
        return err_set(e, TAKT_ERR_FORMAT, m->file_paths[file],
                       "tensor '%s' should be a matrix with an even number of rows",
                       show(slice_str(src->name)).text);
    half.shape[0] /= 2;
    half.bytes /= 2;
    TAKT_TRY(add_tensor(m, &half, names->name, file, e));
    half.offset += half.bytes;
    return add_tensor(m, &half, names->second, file, e);
}

/* Queries, keys and values, likewise: matrices or biases. */
static takt_rc add_qkv(struct model *m, const struct safetensors_entry *src,
                       const struct hf_name *names, uint32_t file, takt_err *e)
{
    const char *const name[] = {names->name, names->second, names->third};
    struct safetensors_entry third = *src;
    if (src->n_dims < 1 || src->n_dims > 2 || src->shape[0] % 3)
        return err_set(e, TAKT_ERR_FORMAT, m->file_paths[file],
                       "tensor '%s' should be a matrix or a vector of three equal parts",
                       show(slice_str(src->name)).text);
    third.shape[0] /= 3;
    third.bytes /= 3;
    for (int i = 0; i < 3; i++, third.offset += third.bytes)
        TAKT_TRY(add_tensor(m, &third, name[i], file, e));
    return TAKT_OK;
}

/* Colours and frames as one dimension. */
static takt_rc add_frames(struct model *m, const struct safetensors_entry *src, const char *name,
                          uint32_t file, takt_err *e)
{
    struct safetensors_entry t = *src;
    if (src->n_dims != 5)
        return err_set(e, TAKT_ERR_FORMAT, m->file_paths[file],
                       "tensor '%s' should have five dimensions, kernels for several frames",
                       show(slice_str(src->name)).text);
    t.n_dims = 4;
    t.shape[1] *= t.shape[2]; /* the bytes are counted, so this fits */
    t.shape[2] = t.shape[3];
    t.shape[3] = t.shape[4];
    return add_tensor(m, &t, name, file, e);
}

static takt_rc add_entry(struct model *m, const struct safetensors_entry *src, uint32_t file,
                         bool tied, takt_err *e)
{
    struct hf_name names;
    if (!hf_translate(src->name, m->hp.n_experts > 0, &names))
        return err_set(e, TAKT_ERR_LIMIT, m->file_paths[file],
                       "the name '%s...' of a tensor is longer than %d bytes",
                       show(slice_str(src->name)).text, HF_NAME_BYTES - 1);
    if (names.kind == HF_BUFFER || (tied && strcmp(names.name, "output.weight") == 0))
        return TAKT_OK;
    uint32_t dims_max = names.kind == HF_FRAMES ? SAFETENSORS_DIMS_MAX : MODEL_DIMS_MAX;
    if (src->n_dims > dims_max)
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->file_paths[file],
                       "tensor '%s' has %u dimensions; takt reads up to %u",
                       show(slice_str(src->name)).text, src->n_dims, dims_max);
    if (!src->readable)
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->file_paths[file],
                       "tensor '%s' has dtype %s; takt reads F32, F16 and BF16 from safetensors "
                       "(and quantised weights from GGUF)",
                       show(slice_str(src->name)).text, show(slice_str(src->dtype)).text);
    if (names.kind == HF_GATE_UP)
        return add_gate_up(m, src, &names, file, e);
    if (names.kind == HF_QKV)
        return add_qkv(m, src, &names, file, e);
    if (names.kind == HF_FRAMES)
        return add_frames(m, src, names.name, file, e);
    return add_tensor(m, src, names.name, file, e);
}

struct located {
    const char *name;
    uint32_t file;
};

static int compare_located(const void *a, const void *b)
{
    return strcmp(((const struct located *)a)->name, ((const struct located *)b)->name);
}

/* Every tensor of the index must be in the file that it names. */
static takt_rc check_index(const struct model *m, struct arena *scratch, const struct json *map,
                           const struct shard *shards, uint32_t n_all, takt_err *e)
{
    struct located *list = ARENA_ARRAY(scratch, struct located, n_all);
    uint32_t n = 0;
    if (!list)
        return no_memory(m, e);
    for (uint32_t f = 0; f < m->n_files; f++)
        for (uint32_t i = 0; i < shards[f].n_entries; i++)
            list[n++] = (struct located){shards[f].entries[i].name, f};
    qsort(list, n, sizeof *list, compare_located);
    for (const struct json *v = map->child; v; v = v->next) {
        struct located want = {v->key, 0};
        const struct located *got = bsearch(&want, list, n, sizeof *list, compare_located);
        const char *file = got ? strrchr(m->file_paths[got->file], '/') + 1 : "";
        if (!got || strcmp(file, v->str) != 0)
            return err_set(e, TAKT_ERR_FORMAT, m->path,
                           "the index places tensor '%s' in '%s', where it is not",
                           show(slice_str(v->key)).text, show(slice_str(v->str)).text);
    }
    return TAKT_OK;
}

static takt_rc read_shards(struct model *m, struct arena *scratch, bool tied, takt_err *e)
{
    const struct json *map;
    uint64_t n = 0;
    TAKT_TRY(list_shards(m, scratch, &map, e));
    struct shard *shards = ARENA_ARRAY(scratch, struct shard, m->n_files);
    if (!shards)
        return no_memory(m, e);
    for (uint32_t f = 0; f < m->n_files; f++) {
        TAKT_TRY(file_map_open(&m->files[f], m->file_paths[f], e));
        TAKT_TRY(safetensors_parse(m->files[f].bytes, m->file_paths[f], scratch, &shards[f].entries,
                                   &shards[f].n_entries, e));
        n += shards[f].n_entries;
    }
    if (n > GGUF_TENSORS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, m->path, "has %" PRIu64 " tensors; the limit is %d", n,
                       GGUF_TENSORS_MAX);
    if (map)
        TAKT_TRY(check_index(m, scratch, map, shards, (uint32_t)n, e));
    m->tensors = ARENA_ARRAY(&m->arena, struct tensor, 3 * n); /* a fused one becomes up to three */
    if (!m->tensors)
        return no_memory(m, e);
    for (uint32_t f = 0; f < m->n_files; f++)
        for (uint32_t i = 0; i < shards[f].n_entries; i++)
            TAKT_TRY(add_entry(m, &shards[f].entries[i], f, tied, e));
    return TAKT_OK;
}

takt_rc hf_open(struct model *m, takt_err *e)
{
    struct arena scratch = {0};
    bool tied;
    TAKT_TRY(hf_config_load(m, &tied, e));
    takt_rc rc = read_shards(m, &scratch, tied, e);
    arena_free(&scratch);
    if (rc.code)
        return rc;
    m->hp.tied_embeddings = true;
    for (uint32_t i = 0; i < m->n_tensors; i++) {
        const struct tensor *t = &m->tensors[i];
        if (strcmp(t->name, "output.weight") == 0)
            m->hp.tied_embeddings = false;
        else if (strcmp(t->name, "token_embd.weight") == 0 && t->ne[1] <= UINT32_MAX)
            m->hp.n_token_rows = (uint32_t)t->ne[1]; /* padded beyond config.json's number */
    }
    if (m->hp.n_token_rows && m->hp.n_cross_layers == 0)
        m->hp.n_vocab = m->hp.n_token_rows;
    return hf_kv_build(m, e);
}
