/* The identity of weights for caches: cheap to compute on 100 GB, different whenever a file was
 * changed with due care for its modification time. */
#include "base/hash.h"
#include "model/model.h"

enum {
    HEAD_BYTES = 64 << 10,   /* of each file */
    SAMPLES_TOTAL = 1 << 20, /* bytes read of all tensors together, about */
    SAMPLE_BYTES_MAX = 4096, /* of one sample */
    SAMPLE_BYTES_MIN = 64,
    SAMPLES_PER_TENSOR_MAX = 5 /* first, last, and between */
};

static void add_u64(struct sha256 *s, uint64_t v)
{
    sha256_add(s, &v, sizeof v);
}

static void add_file(struct sha256 *s, const struct file_map *f)
{
    size_t head = f->bytes.len < HEAD_BYTES ? f->bytes.len : HEAD_BYTES;
    add_u64(s, f->size);
    add_u64(s, (uint64_t)f->mtime_ns);
    sha256_add(s, f->bytes.p, head);
}

static void add_tensor(struct sha256 *s, const struct tensor *t)
{
    sha256_add(s, t->name, strlen(t->name) + 1);
    add_u64(s, t->type);
    add_u64(s, t->n_dims);
    for (uint32_t d = 0; d < MODEL_DIMS_MAX; d++)
        add_u64(s, t->ne[d]);
    add_u64(s, t->file);
    add_u64(s, t->file_offset);
}

static void add_samples(struct sha256 *s, const struct tensor *t, uint64_t n, uint64_t bytes)
{
    bytes = bytes < t->bytes ? bytes : t->bytes;
    uint64_t last = t->bytes - bytes;
    for (uint64_t i = 0; i < n; i++)
        sha256_add(s, t->data + (n > 1 ? last / (n - 1) * i : 0), (size_t)bytes);
    sha256_add(s, t->data + last, (size_t)bytes);
}

takt_rc model_fingerprint(const struct model *m, uint8_t out[32], takt_err *e)
{
    struct sha256 s;
    if (m->n_files == 0)
        return err_set(e, TAKT_ERR_USAGE, m->path, "no model is open");
    sha256_init(&s);
    add_u64(&s, m->source);
    for (uint32_t i = 0; i < m->n_files; i++)
        add_file(&s, &m->files[i]);
    /* Few tensors get several samples of a page each, very many get one short sample. */
    uint64_t share = m->n_tensors ? SAMPLES_TOTAL / m->n_tensors : 0;
    uint64_t n = share / SAMPLE_BYTES_MAX;
    n = n < 1 ? 1 : n > SAMPLES_PER_TENSOR_MAX - 1 ? SAMPLES_PER_TENSOR_MAX - 1 : n;
    uint64_t bytes = share > SAMPLE_BYTES_MAX ? SAMPLE_BYTES_MAX : share;
    bytes = bytes < SAMPLE_BYTES_MIN ? SAMPLE_BYTES_MIN : bytes;
    for (uint32_t i = 0; i < m->n_tensors; i++) {
        add_tensor(&s, &m->tensors[i]);
        add_samples(&s, &m->tensors[i], n, bytes);
    }
    sha256_end(&s, out);
    return TAKT_OK;
}
