/* The identity of weights for caches: cheap to compute on 100 GB, different whenever a file was
 * changed with due care for its modification time. And letting go of all that it does not read. */
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

/* Which bytes of tensors are read: few tensors get several samples of a page each, very many get
 * one short sample. */
struct samples {
    uint64_t n, bytes; /* of each tensor but small ones: n, and one at its end */
};

static struct samples samples_of(const struct model *m)
{
    uint64_t share = m->n_tensors ? SAMPLES_TOTAL / m->n_tensors : 0;
    uint64_t n = share / SAMPLE_BYTES_MAX;
    uint64_t bytes = share > SAMPLE_BYTES_MAX ? SAMPLE_BYTES_MAX : share;
    return (struct samples){.n = n < 1                            ? 1
                                 : n > SAMPLES_PER_TENSOR_MAX - 1 ? SAMPLES_PER_TENSOR_MAX - 1
                                                                  : n,
                            .bytes = bytes < SAMPLE_BYTES_MIN ? SAMPLE_BYTES_MIN : bytes};
}

/* Where sample I of T begins, I up to s->n; *BYTES is its length. */
static uint64_t sample_at(const struct samples *s, const struct tensor *t, uint64_t i,
                          uint64_t *bytes)
{
    *bytes = s->bytes < t->bytes ? s->bytes : t->bytes;
    uint64_t last = t->bytes - *bytes;
    return i == s->n ? last : s->n > 1 ? last / (s->n - 1) * i : 0;
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
    struct samples samples = samples_of(m);
    for (uint32_t i = 0; i < m->n_tensors; i++) {
        const struct tensor *t = &m->tensors[i];
        add_tensor(&s, t);
        for (uint64_t k = 0; k <= samples.n; k++) {
            uint64_t n, at = sample_at(&samples, t, k, &n);
            sha256_add(&s, t->data + at, (size_t)n);
        }
    }
    sha256_end(&s, out);
    return TAKT_OK;
}

void model_let_go(const struct model *m)
{
    for (uint32_t i = 0; i < m->n_files && !m->borrowed; i++)
        file_let_go(&m->files[i]);
}

static void drop_between_samples(const struct model *m, uint32_t file, int fd)
{
    struct samples samples = samples_of(m);
    for (uint32_t i = 0; i < m->n_tensors; i++) {
        const struct tensor *t = &m->tensors[i];
        if (t->file != file)
            continue;
        uint64_t from = t->file_offset;
        for (uint64_t k = 0; k <= samples.n; k++) {
            uint64_t n, at = t->file_offset + sample_at(&samples, t, k, &n);
            file_drop(fd, from, at);
            from = at + n;
        }
    }
}

void model_drop(const struct model *m)
{
    model_let_go(m); /* what is mapped is not dropped */
    for (uint32_t i = 0; i < m->n_files && !m->borrowed; i++) {
        int fd = file_drop_open(&m->files[i], m->file_paths[i]);
        drop_between_samples(m, i, fd);
        file_drop_close(fd);
    }
}
