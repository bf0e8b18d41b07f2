#include "model/model.h"

#include <stdlib.h>

#include "model/gguf.h"
#include "model/hf.h"
#include "model/hparams.h"
#include "model/shown.h"

/* Name tables, sorted, so that no choice of names makes them slow. */
struct model_index {
    uint32_t *tensors; /* [n_tensors] */
    uint32_t *kv;      /* [n_kv] */
};

/* ---- index ------------------------------------------------------------------------------------
 */

struct named {
    struct slice name;
    uint32_t i;
};

static int compare_slices(struct slice a, struct slice b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

static int compare_named(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int c = compare_slices(x->name, y->name);
    return c ? c : (x->i > y->i) - (x->i < y->i);
}

/* Sorts LIST and writes the order; the first name that stands twice, or NULL. */
static const struct named *sort_names(struct named *list, uint32_t n, uint32_t *order)
{
    const struct named *twice = NULL;
    if (n)
        qsort(list, n, sizeof *list, compare_named);
    for (uint32_t i = 0; i < n; i++) {
        order[i] = list[i].i;
        if (i && !twice && compare_slices(list[i - 1].name, list[i].name) == 0)
            twice = &list[i];
    }
    return twice;
}

static takt_rc refuse_twice(const struct model *m, const char *what, const struct named *twice,
                            takt_err *e)
{
    return err_set(e, TAKT_ERR_FORMAT, m->path, "has two %s called '%s'", what,
                   show(twice->name).text);
}

static takt_rc index_names(struct model *m, takt_err *e)
{
    uint32_t n = m->n_tensors > m->n_kv ? m->n_tensors : m->n_kv;
    struct named *list = calloc((size_t)n + 1, sizeof *list);
    const struct named *twice;
    takt_rc rc = TAKT_OK;
    m->index = ARENA_NEW(&m->arena, struct model_index);
    if (m->index) {
        m->index->tensors = ARENA_ARRAY(&m->arena, uint32_t, m->n_tensors);
        m->index->kv = ARENA_ARRAY(&m->arena, uint32_t, m->n_kv);
    }
    if (!list || !m->index || !m->index->tensors || !m->index->kv) {
        free(list);
        m->index = NULL;
        return err_set(e, TAKT_ERR_MEMORY, m->path, "no memory for the name tables");
    }
    for (uint32_t i = 0; i < m->n_tensors; i++)
        list[i] = (struct named){slice_str(m->tensors[i].name), i};
    if ((twice = sort_names(list, m->n_tensors, m->index->tensors)))
        rc = refuse_twice(m, "tensors", twice, e);
    for (uint32_t i = 0; i < m->n_kv; i++)
        list[i] = (struct named){m->kv[i].key, i};
    if (!rc.code && (twice = sort_names(list, m->n_kv, m->index->kv)))
        rc = refuse_twice(m, "keys", twice, e);
    free(list);
    return rc;
}

const struct tensor *model_tensor(const struct model *m, const char *name)
{
    uint32_t lo = 0, hi = m->index ? m->n_tensors : 0;
    struct slice want = slice_str(name);
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        const struct tensor *t = &m->tensors[m->index->tensors[mid]];
        int c = compare_slices(slice_str(t->name), want);
        if (c == 0)
            return t;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

const struct model_kv *model_kv_find(const struct model *m, const char *key)
{
    uint32_t lo = 0, hi = m->index ? m->n_kv : 0;
    struct slice want = slice_str(key);
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        const struct model_kv *kv = &m->kv[m->index->kv[mid]];
        int c = compare_slices(kv->key, want);
        if (c == 0)
            return kv;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

/* ---- typed reads ------------------------------------------------------------------------------
 */

/* The value of an integer kind as 64 bits, sign-extended; false for other kinds. */
static bool integer_bits(const struct model_kv *kv, uint64_t *bits, bool *negative)
{
    uint64_t v = 0;
    bool is_signed = false;
    switch (kv->type) {
    case KV_I8:
    case KV_I16:
    case KV_I32:
    case KV_I64: is_signed = true; break;
    case KV_U8:
    case KV_U16:
    case KV_U32:
    case KV_U64: break;
    default: return false;
    }
    memcpy(&v, kv->raw.p, kv->raw.len);
    *negative = is_signed && kv->raw.p[kv->raw.len - 1] & 0x80;
    if (*negative && kv->raw.len < 8)
        v |= UINT64_MAX << (8 * kv->raw.len);
    *bits = v;
    return true;
}

uint64_t model_kv_uint_of(const struct model_kv *kv, uint64_t def)
{
    uint64_t v;
    bool negative;
    return integer_bits(kv, &v, &negative) && !negative ? v : def;
}

uint64_t model_kv_uint(const struct model *m, const char *key, uint64_t def)
{
    const struct model_kv *kv = model_kv_find(m, key);
    return kv ? model_kv_uint_of(kv, def) : def;
}

double model_kv_float(const struct model *m, const char *key, double def)
{
    const struct model_kv *kv = model_kv_find(m, key);
    uint64_t bits;
    bool negative;
    float f;
    double d;
    if (!kv)
        return def;
    if (kv->type == KV_F32) {
        memcpy(&f, kv->raw.p, sizeof f);
        return (double)f;
    }
    if (kv->type == KV_F64) {
        memcpy(&d, kv->raw.p, sizeof d);
        return d;
    }
    if (!integer_bits(kv, &bits, &negative))
        return def;
    return negative ? (double)(int64_t)bits : (double)bits;
}

bool model_kv_bool(const struct model *m, const char *key, bool def)
{
    const struct model_kv *kv = model_kv_find(m, key);
    return kv && kv->type == KV_BOOL ? kv->raw.p[0] != 0 : def;
}

struct slice model_kv_str(const struct model *m, const char *key)
{
    const struct model_kv *kv = model_kv_find(m, key);
    return kv && kv->type == KV_STR ? kv->raw : (struct slice){NULL, 0};
}

bool model_kv_arr_str(const struct model_kv *kv, uint64_t *at, struct slice *out)
{
    if (!kv || kv->type != KV_ARR || kv->elem != KV_STR || *at >= kv->raw.len)
        return false;
    struct cursor c = {kv->raw, (size_t)*at, false};
    *out = cursor_take(&c, cursor_u64(&c));
    *at = c.at;
    return !c.failed;
}

/* ---- opening ----------------------------------------------------------------------------------
 */

static takt_rc begin(struct model *m, const char *path, takt_err *e)
{
    *m = (struct model){0};
    hparams_clear(m);
    m->path = arena_strndup(&m->arena, path, strlen(path));
    return m->path ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, path, "no memory");
}

/* Without general.name, the file's or folder's own name serves. */
static takt_rc default_name(struct model *m, takt_err *e)
{
    size_t n = strlen(m->path);
    if (m->name)
        return TAKT_OK;
    while (n > 1 && m->path[n - 1] == '/')
        n--;
    size_t from = n;
    while (from > 0 && m->path[from - 1] != '/')
        from--;
    if (m->source == MODEL_GGUF && n - from > 5 && memcmp(m->path + n - 5, ".gguf", 5) == 0)
        n -= 5;
    m->name = arena_strndup(&m->arena, m->path + from, n - from);
    return m->name ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, m->path, "no memory");
}

static takt_rc finish(struct model *m, takt_err *e)
{
    TAKT_TRY(index_names(m, e));
    if (m->source == MODEL_GGUF)
        TAKT_TRY(hparams_from_gguf(m, e));
    for (uint32_t i = 0; i < m->n_tensors; i++)
        m->weight_bytes += m->tensors[i].bytes;
    TAKT_TRY(default_name(m, e));
    return hparams_check(m, e);
}

takt_rc model_open(struct model *m, const char *path, takt_err *e)
{
    takt_rc rc = begin(m, path, e);
    m->source = file_is_dir(path) ? MODEL_HF : MODEL_GGUF;
    if (!rc.code)
        rc = m->source == MODEL_HF ? hf_open(m, e) : gguf_open(m, e);
    if (!rc.code)
        rc = finish(m, e);
    if (rc.code)
        model_close(m);
    return rc;
}

takt_rc model_open_memory(struct model *m, struct slice bytes, const char *name, takt_err *e)
{
    takt_rc rc = begin(m, name, e);
    if (!rc.code)
        rc = gguf_open_bytes(m, bytes, e);
    if (!rc.code)
        rc = finish(m, e);
    if (rc.code)
        model_close(m);
    return rc;
}

void model_close(struct model *m)
{
    for (uint32_t i = 0; i < m->n_files && !m->borrowed; i++)
        file_unmap(&m->files[i]);
    arena_free(&m->arena);
    *m = (struct model){0};
}
