#include "model/gguf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/shown.h"

/* One file while it is read. */
struct part {
    struct cursor c;
    const char *where;
    uint32_t file;
    struct model_kv *kv;
    uint32_t n_kv;
    struct tensor *tensors;
    uint32_t n_tensors;
    uint64_t data_at; /* of the tensor data in the file */
};

static const uint8_t scalar_bytes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

uint32_t gguf_scalar_bytes(enum kv_type t)
{
    return (uint32_t)t < sizeof scalar_bytes ? scalar_bytes[t] : 0;
}

static takt_rc cut_short(const struct part *p, const char *what, uint64_t i, uint64_t n,
                         takt_err *e)
{
    return err_set(e, TAKT_ERR_FORMAT, p->where,
                   "the file ends or a length is wrong in %s %" PRIu64 " of %" PRIu64
                   " (offset 0x%zx of 0x%zx); it may be an incomplete download",
                   what, i + 1, n, p->c.at, p->c.s.len);
}

/* ---- key/value pairs --------------------------------------------------------------------------
 */

/* Moves past COUNT strings without copying; false when they do not fit. */
static bool skip_strings(struct cursor *c, uint64_t count)
{
    if (count > cursor_left(c) / 8)
        return false;
    for (uint64_t i = 0; i < count && !c->failed; i++)
        cursor_take(c, cursor_u64(c));
    return !c->failed;
}

static bool read_array(struct cursor *c, struct model_kv *kv)
{
    uint64_t bytes;
    kv->count = cursor_u64(c);
    size_t start = c->at;
    if (kv->elem == KV_STR) {
        if (!skip_strings(c, kv->count))
            return false;
        kv->raw = (struct slice){c->s.p + start, c->at - start};
        return true;
    }
    if (!size_mul(kv->count, gguf_scalar_bytes(kv->elem), &bytes))
        return false;
    kv->raw = cursor_take(c, bytes);
    return !c->failed;
}

static takt_rc read_pair(struct part *p, struct model_kv *kv, uint32_t i, takt_err *e)
{
    struct cursor *c = &p->c;
    uint64_t key_len = cursor_u64(c);
    if (!c->failed && key_len > GGUF_KEY_MAX)
        return err_set(e, TAKT_ERR_LIMIT, p->where,
                       "key %u at offset 0x%zx is %" PRIu64 " bytes long; the limit is %d", i,
                       c->at, key_len, GGUF_KEY_MAX);
    kv->key = cursor_take(c, key_len);
    uint32_t type = cursor_u32(c);
    if (c->failed)
        return cut_short(p, "key", i, p->n_kv, e);
    if (type > KV_F64)
        return err_set(e, TAKT_ERR_FORMAT, p->where, "key '%s' has the unknown value type %u",
                       show(kv->key).text, type);
    kv->type = (enum kv_type)type;
    kv->count = 1;
    bool ok = true;
    if (kv->type == KV_STR) {
        kv->raw = cursor_take(c, cursor_u64(c));
    } else if (kv->type == KV_ARR) {
        uint32_t elem = cursor_u32(c);
        if (!c->failed && (elem > KV_F64 || elem == KV_ARR))
            return err_set(e, TAKT_ERR_UNSUPPORTED, p->where,
                           "key '%s' is an array of value type %u; takt reads arrays of numbers, "
                           "booleans and strings",
                           show(kv->key).text, elem);
        kv->elem = (enum kv_type)elem;
        ok = read_array(c, kv);
    } else {
        kv->raw = cursor_take(c, gguf_scalar_bytes(kv->type));
    }
    if (!ok || c->failed)
        return err_set(e, TAKT_ERR_FORMAT, p->where,
                       "the value of key '%s' reaches past the end of the file (0x%zx bytes); it "
                       "may be an incomplete download",
                       show(kv->key).text, c->s.len);
    return TAKT_OK;
}

static const struct model_kv *find(const struct part *p, const char *key)
{
    for (uint32_t i = 0; i < p->n_kv; i++)
        if (slice_eq(p->kv[i].key, key))
            return &p->kv[i];
    return NULL;
}

/* An unsigned integer of whatever width; false if KEY is absent, negative or of another kind. */
static bool find_uint(const struct part *p, const char *key, uint64_t *out)
{
    const struct model_kv *kv = find(p, key);
    if (!kv || kv->type == KV_F32 || kv->type == KV_F64 || kv->type == KV_BOOL ||
        kv->type == KV_STR || kv->type == KV_ARR)
        return false;
    uint64_t v = 0;
    memcpy(&v, kv->raw.p, kv->raw.len); /* little-endian on both sides */
    bool is_signed =
        kv->type == KV_I8 || kv->type == KV_I16 || kv->type == KV_I32 || kv->type == KV_I64;
    if (is_signed && kv->raw.p[kv->raw.len - 1] & 0x80)
        return false;
    *out = v;
    return true;
}

/* ---- tensors ----------------------------------------------------------------------------------
 */

static takt_rc tensor_shape(struct part *p, struct tensor *t, takt_err *e)
{
    uint32_t type = cursor_u32(&p->c);
    if (p->c.failed)
        return TAKT_OK; /* the caller sees it */
    if (!qtype_known(type))
        return err_set(e, TAKT_ERR_UNSUPPORTED, p->where, "tensor '%s' has unknown type %u",
                       t->name, type);
    t->type = (enum qtype)type;
    if (t->ne[0] % qtype_block_values(t->type))
        return err_set(e, TAKT_ERR_FORMAT, p->where,
                       "tensor '%s' has rows of %" PRIu64 " values, which is no multiple of %s's "
                       "block of %u",
                       t->name, t->ne[0], qtype_name(t->type), qtype_block_values(t->type));
    bool fits = qtype_row_bytes(t->type, t->ne[0], &t->bytes);
    for (uint32_t d = 0; d < MODEL_DIMS_MAX; d++) {
        if (t->ne[d] == 0)
            return err_set(e, TAKT_ERR_FORMAT, p->where, "tensor '%s' has a dimension of 0",
                           t->name);
        if (!fits || t->ne[d] > INT64_MAX || (d > 0 && !size_mul(t->bytes, t->ne[d], &t->bytes)))
            return err_set(e, TAKT_ERR_FORMAT, p->where,
                           "the size of tensor '%s' does not fit into 64 bits", t->name);
    }
    return TAKT_OK;
}

static takt_rc read_tensor(struct part *p, struct arena *arena, uint32_t i, takt_err *e)
{
    struct cursor *c = &p->c;
    struct tensor *t = &p->tensors[i];
    uint64_t len = cursor_u64(c);
    if (!c->failed && (len > GGUF_NAME_MAX || len == 0))
        return err_set(e, TAKT_ERR_LIMIT, p->where,
                       "the name of tensor %u is %" PRIu64 " bytes long; 1 to %d are allowed", i,
                       len, GGUF_NAME_MAX);
    struct slice name = cursor_take(c, len);
    t->n_dims = cursor_u32(c);
    if (c->failed)
        return cut_short(p, "tensor", i, p->n_tensors, e);
    if (memchr(name.p, 0, name.len))
        return err_set(e, TAKT_ERR_FORMAT, p->where, "the name of tensor %u has a zero byte", i);
    if (!(t->name = arena_strndup(arena, (const char *)name.p, name.len)))
        return err_set(e, TAKT_ERR_MEMORY, p->where, "no memory for tensor names");
    if (t->n_dims > MODEL_DIMS_MAX)
        return err_set(e, TAKT_ERR_UNSUPPORTED, p->where,
                       "tensor '%s' has %u dimensions; takt reads up to %d", t->name, t->n_dims,
                       MODEL_DIMS_MAX);
    for (uint32_t d = 0; d < MODEL_DIMS_MAX; d++)
        t->ne[d] = d < t->n_dims ? cursor_u64(c) : 1;
    TAKT_TRY(tensor_shape(p, t, e));
    t->file = p->file;
    t->file_offset = cursor_u64(c); /* relative to the data until all headers are read */
    return c->failed ? cut_short(p, "tensor", i, p->n_tensors, e) : TAKT_OK;
}

static takt_rc place_tensors(struct part *p, takt_err *e)
{
    for (uint32_t i = 0; i < p->n_tensors; i++) {
        struct tensor *t = &p->tensors[i];
        uint64_t at, end;
        if (!size_add(p->data_at, t->file_offset, &at) || !size_add(at, t->bytes, &end))
            return err_set(e, TAKT_ERR_FORMAT, p->where,
                           "the place of tensor '%s' does not fit into 64 bits", t->name);
        if (end > p->c.s.len)
            return err_set(e, TAKT_ERR_FORMAT, p->where,
                           "tensor '%s' ends at byte %" PRIu64 " but the file has %zu; it may be "
                           "an incomplete download",
                           t->name, end, p->c.s.len);
        t->file_offset = at;
        t->data = p->c.s.p + at;
    }
    return TAKT_OK;
}

/* ---- one file ---------------------------------------------------------------------------------
 */

static takt_rc read_head(struct part *p, takt_err *e)
{
    struct cursor *c = &p->c;
    struct slice magic = cursor_take(c, 4);
    if (!magic.p || memcmp(magic.p, "GGUF", 4) != 0)
        return err_set(e, TAKT_ERR_FORMAT, p->where,
                       "is not a GGUF file (it does not start with 'GGUF')");
    uint32_t version = cursor_u32(c);
    uint64_t n_tensors = cursor_u64(c), n_kv = cursor_u64(c);
    if (c->failed)
        return err_set(e, TAKT_ERR_FORMAT, p->where, "the file ends inside the GGUF header");
    if ((version & 0xffff) == 0)
        return err_set(e, TAKT_ERR_UNSUPPORTED, p->where,
                       "is a big-endian GGUF file; takt reads little-endian ones");
    if (version != 2 && version != 3)
        return err_set(e, TAKT_ERR_UNSUPPORTED, p->where,
                       "is GGUF version %u; takt reads versions 2 and 3", version);
    if (n_kv > GGUF_KV_MAX || n_tensors > GGUF_TENSORS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, p->where,
                       "says it has %" PRIu64 " keys and %" PRIu64
                       " tensors; the limits are %d and %d",
                       n_kv, n_tensors, GGUF_KV_MAX, GGUF_TENSORS_MAX);
    /* The least that a pair (length, type, one byte) and a tensor (length, name, dimensions, type,
     * offset) take. */
    if (n_kv > cursor_left(c) / 13 || n_tensors > cursor_left(c) / 25)
        return err_set(e, TAKT_ERR_FORMAT, p->where,
                       "says it has %" PRIu64 " keys and %" PRIu64
                       " tensors, which its %zu bytes cannot hold",
                       n_kv, n_tensors, c->s.len);
    p->n_kv = (uint32_t)n_kv;
    p->n_tensors = (uint32_t)n_tensors;
    return TAKT_OK;
}

static takt_rc read_alignment(struct part *p, uint64_t *alignment, takt_err *e)
{
    *alignment = GGUF_ALIGNMENT_DEFAULT;
    if (!find(p, "general.alignment"))
        return TAKT_OK;
    if (!find_uint(p, "general.alignment", alignment) || *alignment == 0 || *alignment > 1u << 30 ||
        (*alignment & (*alignment - 1)) != 0)
        return err_set(e, TAKT_ERR_FORMAT, p->where, "general.alignment is not a power of two");
    return TAKT_OK;
}

/* Reads all headers of one file into arrays of ARENA. */
static takt_rc read_part(struct part *p, struct slice bytes, struct arena *arena, takt_err *e)
{
    uint64_t alignment;
    p->c = cursor_over(bytes);
    TAKT_TRY(read_head(p, e));
    p->kv = ARENA_ARRAY(arena, struct model_kv, p->n_kv);
    p->tensors = ARENA_ARRAY(arena, struct tensor, p->n_tensors);
    if (!p->kv || !p->tensors)
        return err_set(e, TAKT_ERR_MEMORY, p->where, "no memory for %u keys and %u tensors",
                       p->n_kv, p->n_tensors);
    for (uint32_t i = 0; i < p->n_kv; i++)
        TAKT_TRY(read_pair(p, &p->kv[i], i, e));
    TAKT_TRY(read_alignment(p, &alignment, e));
    for (uint32_t i = 0; i < p->n_tensors; i++)
        TAKT_TRY(read_tensor(p, arena, i, e));
    p->data_at = size_round_up(p->c.at, alignment);
    return place_tensors(p, e);
}

/* ---- split sets -------------------------------------------------------------------------------
 */

/* Finds "-00002-of-00005.gguf" at the end of PATH: the length of what stands before it. */
static bool split_name(const char *path, size_t *prefix, unsigned *no, unsigned *count)
{
    static const char shape[] = "-00000-of-00000.gguf";
    size_t n = strlen(path), tail = sizeof shape - 1;
    if (n < tail)
        return false;
    const char *s = path + n - tail;
    for (size_t i = 0; i < tail; i++)
        if (shape[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != shape[i])
            return false;
    *prefix = n - tail;
    *no = (unsigned)strtoul(s + 1, NULL, 10);
    *count = (unsigned)strtoul(s + 10, NULL, 10);
    return *no >= 1 && *no <= *count;
}

static takt_rc no_memory(const char *where, takt_err *e)
{
    return err_set(e, TAKT_ERR_MEMORY, where, "no memory for the file table");
}

/* Names of all parts into m->file_paths; those that are missing are an error that lists the first
 * few. */
static takt_rc name_parts(struct model *m, const char *path, size_t prefix, unsigned count,
                          takt_err *e)
{
    char missing[192] = "";
    size_t at = 0;
    unsigned n_missing = 0;
    for (unsigned i = 0; i < count; i++) {
        char *p =
            arena_printf(&m->arena, "%.*s-%05u-of-%05u.gguf", (int)prefix, path, i + 1, count);
        if (!p)
            return no_memory(path, e);
        m->file_paths[i] = p;
        if (file_exists(p))
            continue;
        const char *base = strrchr(p, '/');
        base = base ? base + 1 : p;
        if (n_missing++ < 3 && at + strlen(base) + 3 < sizeof missing)
            at += (size_t)snprintf(missing + at, sizeof missing - at, "%s%s", at ? ", " : "", base);
    }
    if (n_missing)
        return err_set(
            e, TAKT_ERR_IO, path, "belongs to a set of %u files of which %u %s missing: %s%s",
            count, n_missing, n_missing == 1 ? "is" : "are", missing, n_missing > 3 ? ", ..." : "");
    return TAKT_OK;
}

static takt_rc check_part(const struct part *p, unsigned no, unsigned count, takt_err *e)
{
    uint64_t got_no, got_count;
    if (!find_uint(p, "split.no", &got_no) || !find_uint(p, "split.count", &got_count))
        return err_set(e, TAKT_ERR_FORMAT, p->where,
                       "has no split.no and split.count although it "
                       "belongs to a split set");
    if (got_no != no || got_count != count)
        return err_set(e, TAKT_ERR_FORMAT, p->where,
                       "says it is part %" PRIu64 " of %" PRIu64 ", but its name says %u of %u",
                       got_no + 1, got_count, no + 1, count);
    return TAKT_OK;
}

static takt_rc join_parts(struct model *m, const struct part *parts, takt_err *e)
{
    uint64_t total = 0, stated;
    for (uint32_t i = 0; i < m->n_files; i++)
        total += parts[i].n_tensors;
    if (find_uint(&parts[0], "split.tensors.count", &stated) && stated != total)
        return err_set(e, TAKT_ERR_FORMAT, parts[0].where,
                       "says the set has %" PRIu64 " tensors, but its files have %" PRIu64, stated,
                       total);
    if (total > GGUF_TENSORS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, parts[0].where,
                       "the set has %" PRIu64 " tensors; the limit is %d", total, GGUF_TENSORS_MAX);
    m->tensors = ARENA_ARRAY(&m->arena, struct tensor, total);
    if (!m->tensors)
        return no_memory(parts[0].where, e);
    for (uint32_t i = 0; i < m->n_files; i++) {
        memcpy(m->tensors + m->n_tensors, parts[i].tensors,
               parts[i].n_tensors * sizeof *m->tensors);
        m->n_tensors += parts[i].n_tensors;
    }
    return TAKT_OK;
}

static takt_rc make_file_table(struct model *m, uint32_t count, takt_err *e)
{
    m->files = ARENA_ARRAY(&m->arena, struct file_map, count);
    m->file_paths = ARENA_ARRAY(&m->arena, const char *, count);
    m->n_files = m->files ? count : 0;
    return m->files && m->file_paths ? TAKT_OK : no_memory(m->path, e);
}

/* Opens all COUNT files of the set that m->path is a part of. */
static takt_rc open_set(struct model *m, uint64_t count, takt_err *e)
{
    size_t prefix;
    unsigned no, named;
    if (count > GGUF_SPLITS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, m->path,
                       "belongs to a set of %" PRIu64 " files; the limit is %d", count,
                       GGUF_SPLITS_MAX);
    if (!split_name(m->path, &prefix, &no, &named) || named != count)
        return err_set(e, TAKT_ERR_USAGE, m->path,
                       "belongs to a set of %" PRIu64 " files, which are found by their names; "
                       "call it NAME-00001-of-%05" PRIu64 ".gguf (or of which part it is)",
                       count, count);
    TAKT_TRY(make_file_table(m, (uint32_t)count, e));
    struct part *parts = ARENA_ARRAY(&m->arena, struct part, count);
    if (!parts)
        return no_memory(m->path, e);
    TAKT_TRY(name_parts(m, m->path, prefix, named, e));
    for (uint32_t i = 0; i < m->n_files; i++) {
        struct part *p = &parts[i];
        *p = (struct part){.where = m->file_paths[i], .file = i};
        TAKT_TRY(file_map_open(&m->files[i], p->where, e));
        TAKT_TRY(read_part(p, m->files[i].bytes, &m->arena, e));
        TAKT_TRY(check_part(p, i, m->n_files, e));
    }
    m->kv = parts[0].kv;
    m->n_kv = parts[0].n_kv;
    return join_parts(m, parts, e);
}

static takt_rc open_one(struct model *m, struct slice bytes, uint64_t *n_split, takt_err *e)
{
    struct part p = {.where = m->path};
    *n_split = 1;
    m->file_paths[0] = m->path;
    TAKT_TRY(read_part(&p, bytes, &m->arena, e));
    find_uint(&p, "split.count", n_split);
    m->kv = p.kv;
    m->n_kv = p.n_kv;
    m->tensors = p.tensors;
    m->n_tensors = p.n_tensors;
    return TAKT_OK;
}

takt_rc gguf_open(struct model *m, takt_err *e)
{
    uint64_t n_split;
    TAKT_TRY(make_file_table(m, 1, e));
    TAKT_TRY(file_map_open(&m->files[0], m->path, e));
    TAKT_TRY(open_one(m, m->files[0].bytes, &n_split, e));
    if (n_split <= 1)
        return TAKT_OK;
    file_unmap(&m->files[0]);
    m->n_tensors = 0;
    return open_set(m, n_split, e);
}

takt_rc gguf_open_bytes(struct model *m, struct slice bytes, takt_err *e)
{
    uint64_t n_split;
    TAKT_TRY(make_file_table(m, 1, e));
    m->borrowed = true;
    m->files[0] = (struct file_map){.bytes = bytes, .size = bytes.len};
    TAKT_TRY(open_one(m, bytes, &n_split, e));
    if (n_split > 1)
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "is one of %" PRIu64 " parts; only whole files can be read from memory",
                       n_split);
    return TAKT_OK;
}
