#include "model/gguf_write.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/gguf.h"

enum { BUFFER_BYTES = 1 << 20, TEMPORARY_NAME_TRIES = 100 };

/* ---- building the header ----------------------------------------------------------------------
 */

static void fail(struct gguf_writer *w, const char *why)
{
    if (!w->bad)
        w->bad = why;
}

static void append(struct gguf_writer *w, struct gguf_buffer *b, const void *p, size_t n)
{
    if (n > SIZE_MAX / 4 - b->len) {
        fail(w, "the header is too large");
        return;
    }
    if (b->len + n > b->cap) {
        size_t cap = b->cap ? b->cap : 4096;
        while (cap < b->len + n)
            cap *= 2;
        uint8_t *q = realloc(b->p, cap);
        if (!q) {
            fail(w, "no memory for the header");
            return;
        }
        b->p = q;
        b->cap = cap;
    }
    if (n)
        memcpy(b->p + b->len, p, n);
    b->len += n;
}

static void append_u32(struct gguf_writer *w, struct gguf_buffer *b, uint32_t v)
{
    append(w, b, &v, sizeof v);
}

static void append_u64(struct gguf_writer *w, struct gguf_buffer *b, uint64_t v)
{
    append(w, b, &v, sizeof v);
}

static void append_str(struct gguf_writer *w, struct gguf_buffer *b, struct slice s)
{
    append_u64(w, b, s.len);
    append(w, b, s.p, s.len);
}

static void put_key(struct gguf_writer *w, struct slice key, enum kv_type type)
{
    if (slice_eq(key, "general.alignment"))
        fail(w, "general.alignment is set by gguf_writer.alignment");
    if (key.len == 0 || key.len > GGUF_KEY_MAX || w->n_kv == GGUF_KV_MAX)
        fail(w, "a key is empty or too long, or there are too many");
    append_str(w, &w->kv, key);
    append_u32(w, &w->kv, type);
    w->n_kv++;
}

static void put_scalar(struct gguf_writer *w, const char *key, enum kv_type type, const void *p)
{
    put_key(w, slice_str(key), type);
    append(w, &w->kv, p, gguf_scalar_bytes(type));
}

void gguf_put_u32(struct gguf_writer *w, const char *key, uint32_t v)
{
    put_scalar(w, key, KV_U32, &v);
}

void gguf_put_u16(struct gguf_writer *w, const char *key, uint16_t v)
{
    put_scalar(w, key, KV_U16, &v);
}

void gguf_put_i32(struct gguf_writer *w, const char *key, int32_t v)
{
    put_scalar(w, key, KV_I32, &v);
}

void gguf_put_f32(struct gguf_writer *w, const char *key, float v)
{
    put_scalar(w, key, KV_F32, &v);
}

void gguf_put_bool(struct gguf_writer *w, const char *key, bool v)
{
    uint8_t byte = v;
    put_scalar(w, key, KV_BOOL, &byte);
}

void gguf_put_str(struct gguf_writer *w, const char *key, const char *s)
{
    put_key(w, slice_str(key), KV_STR);
    append_str(w, &w->kv, slice_str(s));
}

void gguf_put_kv(struct gguf_writer *w, const struct model_kv *kv)
{
    if (slice_eq(kv->key, "general.alignment"))
        return;
    put_key(w, kv->key, kv->type);
    if (kv->type == KV_STR) {
        append_str(w, &w->kv, kv->raw);
        return;
    }
    if (kv->type == KV_ARR) {
        append_u32(w, &w->kv, kv->elem);
        append_u64(w, &w->kv, kv->count);
    }
    append(w, &w->kv, kv->raw.p, kv->raw.len);
}

void gguf_put_arr_str(struct gguf_writer *w, const char *key, const char *const *s, uint64_t n)
{
    put_key(w, slice_str(key), KV_ARR);
    append_u32(w, &w->kv, KV_STR);
    append_u64(w, &w->kv, n);
    for (uint64_t i = 0; i < n; i++)
        append_str(w, &w->kv, slice_str(s[i]));
}

void gguf_put_arr(struct gguf_writer *w, const char *key, enum kv_type elem, const void *p,
                  uint64_t n)
{
    uint64_t bytes;
    if (gguf_scalar_bytes(elem) == 0 || !size_mul(n, gguf_scalar_bytes(elem), &bytes)) {
        fail(w, "an array is not of numbers, or too long");
        return;
    }
    put_key(w, slice_str(key), KV_ARR);
    append_u32(w, &w->kv, elem);
    append_u64(w, &w->kv, n);
    append(w, &w->kv, p, (size_t)bytes);
}

static uint32_t alignment_of(const struct gguf_writer *w)
{
    return w->alignment ? w->alignment : GGUF_ALIGNMENT_DEFAULT;
}

/* Remembers the size of tensor data and moves the end of the data, padded, past it. */
static bool add_size(struct gguf_writer *w, uint64_t bytes)
{
    uint64_t end;
    if (w->n_tensors == w->cap_tensors) {
        uint32_t cap = w->cap_tensors ? w->cap_tensors * 2 : 256;
        uint64_t *p = realloc(w->sizes, cap * sizeof *p);
        if (!p)
            return false;
        w->sizes = p;
        w->cap_tensors = cap;
    }
    if (!size_add(w->data_bytes, bytes, &end) || end > INT64_MAX / 2)
        return false;
    w->sizes[w->n_tensors++] = bytes;
    w->data_bytes = size_round_up(end, alignment_of(w));
    return true;
}

void gguf_put_tensor(struct gguf_writer *w, const char *name, enum qtype type, uint32_t n_dims,
                     const uint64_t *ne)
{
    uint64_t bytes = 0, at = w->data_bytes;
    size_t len = strlen(name);
    bool ok = len > 0 && len <= GGUF_NAME_MAX && n_dims >= 1 && n_dims <= MODEL_DIMS_MAX &&
              w->n_tensors < GGUF_TENSORS_MAX && qtype_row_bytes(type, ne[0], &bytes) && bytes;
    for (uint32_t d = 1; ok && d < n_dims; d++)
        ok = ne[d] > 0 && size_mul(bytes, ne[d], &bytes);
    if (!ok || !add_size(w, bytes)) {
        fail(w, "a tensor's name or shape is not possible, or there are too many");
        return;
    }
    append_str(w, &w->tensors, slice_str(name));
    append_u32(w, &w->tensors, n_dims);
    for (uint32_t d = 0; d < n_dims; d++)
        append_u64(w, &w->tensors, ne[d]);
    append_u32(w, &w->tensors, type);
    append_u64(w, &w->tensors, at);
}

void gguf_writer_free(struct gguf_writer *w)
{
    free(w->kv.p);
    free(w->tensors.p);
    free(w->sizes);
    *w = (struct gguf_writer){0};
}

/* ---- writing ----------------------------------------------------------------------------------
 */

struct gguf_sink {
    const char *path; /* the final name */
    char *temporary;  /* NULL when written directly, or before there is one */
    bool nameless;    /* the file has no name yet: what ends us, ends it */
    int fd;
    uint8_t *buffer;
    size_t used;
    uint64_t written; /* in all, buffered bytes included */
    uint64_t left;    /* of the tensor that is being filled */
    uint64_t total;   /* the whole file's bytes */
};

static takt_rc io_error(const struct gguf_sink *s, const char *what, takt_err *e)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return err_sys(e, s->path, "the disk is full (%" PRIu64 " bytes are needed)", s->total);
    return err_sys(e, s->path, "%s", what);
}

static takt_rc flush(struct gguf_sink *s, takt_err *e)
{
    for (size_t at = 0; at < s->used;) {
        ssize_t n = write(s->fd, s->buffer + at, s->used - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io_error(s, "cannot be written", e);
        at += (size_t)n;
    }
    s->used = 0;
    return TAKT_OK;
}

static takt_rc put(struct gguf_sink *s, const void *p, size_t n, takt_err *e)
{
    const uint8_t *from = p;
    while (n > 0) {
        size_t part = BUFFER_BYTES - s->used;
        part = part < n ? part : n;
        memcpy(s->buffer + s->used, from, part);
        s->used += part;
        s->written += part;
        from += part;
        n -= part;
        if (s->used == BUFFER_BYTES)
            TAKT_TRY(flush(s, e));
    }
    return TAKT_OK;
}

static takt_rc pad(struct gguf_sink *s, uint32_t alignment, takt_err *e)
{
    static const uint8_t zeros[64];
    uint64_t n = size_round_up(s->written, alignment) - s->written;
    for (; n > 0; n -= n < sizeof zeros ? n : sizeof zeros)
        TAKT_TRY(put(s, zeros, n < sizeof zeros ? (size_t)n : sizeof zeros, e));
    return TAKT_OK;
}

takt_rc gguf_sink_put(struct gguf_sink *s, const void *p, size_t n, takt_err *e)
{
    if (n > s->left)
        return err_set(e, TAKT_ERR_USAGE, s->path,
                       "more data was given than the tensor's shape takes");
    s->left -= n;
    return put(s, p, n, e);
}

/* Makes a name beside the final one that is ours: the process id and a counter, and either a new
 * file of that name or the nameless one's. */
static bool make_temporary(struct gguf_sink *s, size_t room, const char *nameless)
{
    for (int i = 0; i < TEMPORARY_NAME_TRIES; i++) {
        snprintf(s->temporary, room, "%s.%ld.%d.tmp", s->path, (long)getpid(), i);
        if (nameless) {
            if (linkat(AT_FDCWD, nameless, AT_FDCWD, s->temporary, AT_SYMLINK_FOLLOW) == 0)
                return true;
        } else {
            s->fd = open(s->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
            if (s->fd >= 0)
                return true;
        }
        if (errno != EEXIST)
            break;
    }
    return false;
}

static takt_rc name_temporary(struct gguf_sink *s, const char *nameless, takt_err *e)
{
    size_t room = strlen(s->path) + 48;
    s->temporary = malloc(room);
    if (!s->temporary)
        return err_set(e, TAKT_ERR_MEMORY, s->path, "no memory");
    if (make_temporary(s, room, nameless))
        return TAKT_OK;
    takt_rc rc = err_sys(e, s->path, "cannot be created");
    free(s->temporary);
    s->temporary = NULL;
    return rc;
}

enum { NAMELESS_BYTES = 32 };

static void nameless_path(char path[NAMELESS_BYTES], const struct gguf_sink *s)
{
    snprintf(path, NAMELESS_BYTES, "/proc/self/fd/%d", s->fd);
}

/* Opens a file without a name in the final one's folder, where system and file system know such:
 * then a process that is killed leaves nothing behind. */
static void open_nameless(struct gguf_sink *s)
{
    char path[NAMELESS_BYTES], *folder = strdup(s->path);
    if (!folder)
        return;
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    s->fd = open(slash ? folder : ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
    free(folder);
    if (s->fd < 0)
        return;
    nameless_path(path, s);
    s->nameless = access(path, F_OK) == 0;
    if (!s->nameless) { /* it could not be given a name later */
        close(s->fd);
        s->fd = -1;
    }
}

/* Opens a new file that takes the final one's place when it is complete. */
static takt_rc open_temporary(struct gguf_sink *s, takt_err *e)
{
    open_nameless(s);
    if (!s->nameless)
        TAKT_TRY(name_temporary(s, NULL, e));
    /* Only a refusal for lack of room counts: file systems without the call find out while writing.
     */
    if (fallocate(s->fd, 0, 0, (off_t)s->total) != 0 && (errno == ENOSPC || errno == EDQUOT))
        return io_error(s, "cannot be written", e);
    return TAKT_OK;
}

/* The finished file takes its place, once it is on the disk. */
static takt_rc put_in_place(struct gguf_sink *s, takt_err *e)
{
    char nameless[NAMELESS_BYTES];
    if (fsync(s->fd) != 0)
        return io_error(s, "cannot be written", e);
    if (s->nameless) {
        nameless_path(nameless, s);
        TAKT_TRY(name_temporary(s, nameless, e));
    }
    if (rename(s->temporary, s->path) != 0)
        return err_sys(e, s->path, "the finished file cannot be given its name");
    return TAKT_OK;
}

static takt_rc open_sink(struct gguf_sink *s, takt_err *e)
{
    struct stat st;
    s->buffer = malloc(BUFFER_BYTES);
    if (!s->buffer)
        return err_set(e, TAKT_ERR_MEMORY, s->path, "no memory");
    if (stat(s->path, &st) != 0 || S_ISREG(st.st_mode))
        return open_temporary(s, e);
    if (S_ISDIR(st.st_mode))
        return err_set(e, TAKT_ERR_USAGE, s->path, "is a directory; name a file");
    s->fd = open(s->path, O_WRONLY | O_CLOEXEC);
    return s->fd >= 0 ? TAKT_OK : err_sys(e, s->path, "cannot be opened for writing");
}

static takt_rc write_header(const struct gguf_writer *w, struct gguf_sink *s, takt_err *e)
{
    static const char key[] = "general.alignment";
    uint64_t key_len = sizeof key - 1, n_tensors = w->n_tensors;
    uint64_t n_kv = (uint64_t)w->n_kv + (w->alignment ? 1 : 0);
    uint32_t version = 3, type = KV_U32;
    TAKT_TRY(put(s, "GGUF", 4, e));
    TAKT_TRY(put(s, &version, sizeof version, e));
    TAKT_TRY(put(s, &n_tensors, sizeof n_tensors, e));
    TAKT_TRY(put(s, &n_kv, sizeof n_kv, e));
    if (w->alignment) {
        TAKT_TRY(put(s, &key_len, sizeof key_len, e));
        TAKT_TRY(put(s, key, key_len, e));
        TAKT_TRY(put(s, &type, sizeof type, e));
        TAKT_TRY(put(s, &w->alignment, sizeof w->alignment, e));
    }
    TAKT_TRY(put(s, w->kv.p, w->kv.len, e));
    TAKT_TRY(put(s, w->tensors.p, w->tensors.len, e));
    return pad(s, alignment_of(w), e);
}

static takt_rc write_all(const struct gguf_writer *w, struct gguf_sink *s, gguf_fill_fn *fill,
                         void *user, takt_err *e)
{
    TAKT_TRY(open_sink(s, e));
    TAKT_TRY(write_header(w, s, e));
    for (uint32_t i = 0; i < w->n_tensors; i++) {
        s->left = w->sizes[i];
        TAKT_TRY(fill(user, i, s, e));
        if (s->left)
            return err_set(e, TAKT_ERR_USAGE, s->path,
                           "%" PRIu64 " bytes less data were given than tensor %u takes", s->left,
                           i);
        TAKT_TRY(pad(s, alignment_of(w), e));
    }
    TAKT_TRY(flush(s, e));
    return s->temporary || s->nameless ? put_in_place(s, e) : TAKT_OK;
}

takt_rc gguf_write(const struct gguf_writer *w, const char *path, gguf_fill_fn *fill, void *user,
                   takt_err *e)
{
    uint32_t alignment = alignment_of(w);
    struct gguf_sink s = {.path = path, .fd = -1};
    if (w->bad)
        return err_set(e, TAKT_ERR_USAGE, path, "cannot be written: %s", w->bad);
    if (alignment & (alignment - 1))
        return err_set(e, TAKT_ERR_USAGE, path, "the alignment %u is no power of two", alignment);
    uint64_t header = 24 + w->kv.len + w->tensors.len + (w->alignment ? 33 : 0);
    s.total = size_round_up(header, alignment) + w->data_bytes;
    takt_rc rc = write_all(w, &s, fill, user, e);
    if (s.fd >= 0 && close(s.fd) != 0 && !rc.code)
        rc = io_error(&s, "cannot be written", e);
    if (rc.code && s.temporary)
        unlink(s.temporary);
    free(s.temporary);
    free(s.buffer);
    return rc;
}
