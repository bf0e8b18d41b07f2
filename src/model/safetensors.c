#include "model/safetensors.h"

#include <inttypes.h>

#include "model/shown.h"

static takt_rc bad(const char *where, const struct json *v, const char *what, takt_err *e)
{
    return err_set(e, TAKT_ERR_FORMAT, where, "tensor '%s': %s", show(slice_str(v->key)).text,
                   what);
}

static bool dtype_of(const char *s, enum qtype *t)
{
    static const enum qtype types[] = {QTYPE_F32, QTYPE_F16, QTYPE_BF16};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(s, qtype_name(types[i])) == 0) {
            *t = types[i];
            return true;
        }
    }
    return false;
}

/* The shape of a readable tensor and that it takes just the bytes which it says. */
static takt_rc read_shape(struct safetensors_entry *t, const struct json *v, const char *where,
                          takt_err *e)
{
    const struct json *shape = json_get(v, "shape");
    uint64_t bytes = qtype_block_bytes(t->type);
    int64_t n;
    if (!shape || shape->kind != JSON_ARRAY)
        return bad(where, v, "has no shape", e);
    t->n_dims = shape->count;
    if (t->n_dims > SAFETENSORS_DIMS_MAX) {
        t->readable = false;
        return TAKT_OK;
    }
    uint32_t d = 0;
    for (const struct json *s = shape->child; s; s = s->next, d++) {
        if (!json_i64(s, &n) || n <= 0)
            return bad(where, v, "has a dimension that is no positive integer", e);
        t->shape[d] = (uint64_t)n;
        if (!size_mul(bytes, t->shape[d], &bytes))
            return bad(where, v, "has a size that does not fit into 64 bits", e);
    }
    if (bytes != t->bytes)
        return err_set(e, TAKT_ERR_FORMAT, where,
                       "tensor '%s' has %" PRIu64 " bytes where its shape takes %" PRIu64,
                       show(slice_str(v->key)).text, t->bytes, bytes);
    return TAKT_OK;
}

static takt_rc read_entry(struct safetensors_entry *t, const struct json *v, uint64_t data_at,
                          uint64_t data_bytes, const char *where, takt_err *e)
{
    const struct json *dtype = json_get(v, "dtype");
    const struct json *offsets = json_get(v, "data_offsets");
    int64_t begin, end;
    if (strlen(v->key) != v->key_len || v->key_len == 0)
        return bad(where, v, "the name is empty or has a zero byte", e);
    if (!dtype || dtype->kind != JSON_STRING)
        return bad(where, v, "has no dtype", e);
    if (!offsets || offsets->kind != JSON_ARRAY || offsets->count != 2 ||
        !json_i64(json_at(offsets, 0), &begin) || !json_i64(json_at(offsets, 1), &end) ||
        begin < 0 || end < begin)
        return bad(where, v, "data_offsets are not two ascending integers", e);
    if ((uint64_t)end > data_bytes)
        return err_set(e, TAKT_ERR_FORMAT, where,
                       "tensor '%s' ends at byte %" PRIu64 " but the file has %" PRIu64
                       "; it may be an incomplete download",
                       show(slice_str(v->key)).text, data_at + (uint64_t)end, data_at + data_bytes);
    t->name = v->key;
    t->dtype = dtype->str;
    t->offset = data_at + (uint64_t)begin;
    t->bytes = (uint64_t)(end - begin);
    t->readable = dtype_of(t->dtype, &t->type);
    return t->readable ? read_shape(t, v, where, e) : TAKT_OK;
}

takt_rc safetensors_parse(struct slice bytes, const char *where, struct arena *arena,
                          struct safetensors_entry **out, uint32_t *n, takt_err *e)
{
    static const struct json_limits limits = {.depth_max = 8, .reject_duplicate_keys = true};
    struct cursor c = cursor_over(bytes);
    const struct json *root;
    uint64_t len = cursor_u64(&c);
    *n = 0;
    if (c.failed)
        return err_set(e, TAKT_ERR_FORMAT, where, "is not a safetensors file (it has %zu bytes)",
                       bytes.len);
    if (len > SAFETENSORS_HEADER_MAX)
        return err_set(e, TAKT_ERR_LIMIT, where,
                       "is not a safetensors file, or its header of %" PRIu64
                       " bytes is beyond the limit of %d",
                       len, SAFETENSORS_HEADER_MAX);
    struct slice text = cursor_take(&c, len);
    if (c.failed)
        return err_set(e, TAKT_ERR_FORMAT, where,
                       "the header takes %" PRIu64 " bytes but the file has %zu; it may be an "
                       "incomplete download",
                       len, bytes.len);
    TAKT_TRY(json_parse(&root, arena, text, where, &limits, e));
    if (root->kind != JSON_OBJECT)
        return err_set(e, TAKT_ERR_FORMAT, where, "the header is no JSON object");
    *out = ARENA_ARRAY(arena, struct safetensors_entry, root->count);
    if (!*out)
        return err_set(e, TAKT_ERR_MEMORY, where, "no memory for %u tensors", root->count);
    for (const struct json *v = root->child; v; v = v->next)
        if (strcmp(v->key, "__metadata__") != 0)
            TAKT_TRY(read_entry(&(*out)[(*n)++], v, c.at, bytes.len - c.at, where, e));
    return TAKT_OK;
}
