/* The second half of to_gguf: rows are converted by all threads, a batch at a time, and written in
 * order. What a row becomes depends on the row alone, so the number of threads does not show. */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/thread.h"
#include "model/to_gguf.h"

enum {
    BATCH_BYTES = 16 << 20, /* of the result, converted before it is written */
    STEP_VALUES = 1 << 16,  /* that a thread takes at a time */
    THREADS_MAX = 256,
};

struct job {
    const struct to_gguf *g;
    uint32_t threads;
    takt_progress_fn *progress;
    void *user;
    float *rows; /* [threads][row_cap] one row in F32 per thread */
    size_t row_cap;
    uint8_t *out; /* [out_cap] a batch */
    size_t out_cap;
    uint64_t done; /* bytes of the source */
};

/* A batch: rows [first, first + n) of one tensor. */
struct batch {
    const struct job *job;
    const struct to_gguf_tensor *t;
    uint64_t first, n, step, row_bytes;
    _Atomic uint64_t next; /* row that no thread has taken yet */
    _Atomic bool stop;
    atomic_uint n_started;
};

/* The row of the source that becomes row I. */
static const uint8_t *source_row(const struct to_gguf_tensor *t, uint64_t i)
{
    uint64_t expert = i / t->rows_per_expert, row = i % t->rows_per_expert, bytes = 0;
    if (t->head_rows) {
        uint64_t in_head = row % t->head_rows;
        if (in_head < t->turned)
            row += in_head / 2 + (in_head % 2) * (t->turned / 2) - in_head;
    }
    const struct tensor *p = t->n_parts > 1 ? t->parts[expert] : t->parts[0];
    row += t->first_row + (t->n_parts > 1 ? 0 : expert * t->part_rows);
    qtype_row_bytes(p->type, t->row_values, &bytes);
    return p->data + row * bytes;
}

static void convert_row(const struct to_gguf_tensor *t, uint64_t i, float *values, uint8_t *out,
                        uint64_t out_bytes)
{
    if (t->made) {
        memcpy(out, t->made + i * t->row_values, out_bytes);
        return;
    }
    const uint8_t *in = source_row(t, i);
    if (t->type == t->parts[0]->type) {
        memcpy(out, in, out_bytes);
        return;
    }
    qtype_dequantize(t->parts[0]->type, values, in, (size_t)t->row_values);
    qtype_quantize(t->type, out, values, (size_t)t->row_values, NULL);
}

/* Takes steps of rows until none is left; the caller's own thread is number 0 and draws the bar. */
static void work(struct batch *b, uint32_t thread)
{
    const struct job *j = b->job;
    float *values = j->rows + thread * j->row_cap;
    for (;;) {
        uint64_t from = atomic_fetch_add(&b->next, b->step);
        if (from >= b->n || atomic_load(&b->stop))
            return;
        uint64_t to = from + b->step < b->n ? from + b->step : b->n;
        for (uint64_t i = from; i < to; i++)
            convert_row(b->t, b->first + i, values, j->out + i * b->row_bytes, b->row_bytes);
        if (thread == 0 && j->progress &&
            !j->progress(j->user, "quantise", j->done, j->g->bytes_in))
            atomic_store(&b->stop, true);
    }
}

static void *work_thread(void *arg)
{
    struct batch *b = arg;
    work(b, atomic_fetch_add(&b->n_started, 1));
    return NULL;
}

/* Converts a batch in up to job.threads threads. Those that cannot be started are done without. */
static bool run_batch(struct batch *b)
{
    pthread_t ids[THREADS_MAX];
    uint64_t steps = (b->n + b->step - 1) / b->step;
    uint32_t n = 1;
    atomic_store(&b->n_started, 1);
    while (n < b->job->threads && n < steps && thread_start(&ids[n], work_thread, b) == 0)
        n++;
    work(b, 0);
    for (uint32_t i = 1; i < n; i++)
        pthread_join(ids[i], NULL);
    return !atomic_load(&b->stop);
}

static takt_rc fill(void *user, uint32_t i, struct gguf_sink *sink, takt_err *e)
{
    struct job *j = user;
    const struct to_gguf_tensor *t = &j->g->tensors[i];
    struct batch b = {.job = j, .t = t};
    uint64_t in_bytes = 0;
    qtype_row_bytes(t->type, t->row_values, &b.row_bytes);
    if (!t->made)
        qtype_row_bytes(t->parts[0]->type, t->row_values, &in_bytes);
    uint64_t rows = j->out_cap / b.row_bytes;
    b.step = t->row_values < STEP_VALUES ? STEP_VALUES / t->row_values : 1;
    for (uint64_t at = 0; at < t->n_rows; at += b.n) {
        b.first = at;
        b.n = t->n_rows - at < rows ? t->n_rows - at : rows;
        atomic_store(&b.next, 0);
        if (!run_batch(&b))
            return err_set(e, TAKT_ERR_CANCELLED, j->g->model->path,
                           "stopped; no file was written");
        TAKT_TRY(gguf_sink_put(sink, j->out, (size_t)(b.n * b.row_bytes), e));
        j->done += b.n * in_bytes;
    }
    return TAKT_OK;
}

takt_rc to_gguf_write(const struct to_gguf *g, const struct gguf_writer *w, const char *path,
                      uint32_t threads, takt_progress_fn *progress, void *user, takt_err *e)
{
    threads = threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
    struct job j = {
        .g = g, .threads = threads, .progress = progress, .user = user, .out_cap = BATCH_BYTES};
    uint64_t values = 0;
    for (uint32_t i = 0; i < g->n_tensors; i++) {
        uint64_t bytes = 0;
        qtype_row_bytes(g->tensors[i].type, g->tensors[i].row_values, &bytes);
        j.out_cap = bytes > j.out_cap ? bytes : j.out_cap;
        values = g->tensors[i].row_values > values ? g->tensors[i].row_values : values;
    }
    j.row_cap = (size_t)values + 16; /* threads write to lines of their own */
    j.out = malloc(j.out_cap);
    j.rows = calloc(threads, j.row_cap * sizeof *j.rows);
    takt_rc rc = j.out && j.rows ? gguf_write(w, path, fill, &j, e)
                                 : err_set(e, TAKT_ERR_MEMORY, path,
                                           "no memory to convert rows of %" PRIu64, values);
    if (!rc.code && progress)
        progress(user, "quantise", g->bytes_in, g->bytes_in);
    free(j.out);
    free(j.rows);
    return rc;
}
