/* to_gguf: a model of any source as one GGUF file, its matrices in other formats.
 *
 *     struct to_gguf g;
 *     struct gguf_writer w = {0};
 *     rc = to_gguf_plan(&g, &model, mixture, &err);       reads no weight
 *     to_gguf_put(&g, &w);                       the tokenizer's keys: text/
 *     rc = to_gguf_write(&g, &w, "out.gguf", 8, progress, NULL, &err);
 *
 * The result is what other programs read too: one tensor per layer for all experts, gate and up
 * parted, Q and K of Hugging Face folders turned so that neighbours rotate where the architecture
 * wants that, Llama 3.1's rope scaling as the tensor rope_freqs.weight, vectors of Hugging Face
 * folders in F32. */
#ifndef TAKT_MODEL_TO_GGUF_H
#define TAKT_MODEL_TO_GGUF_H

#include "model/gguf_write.h"
#include "model/mixture.h"

/* One tensor of the result and where its rows come from. A "row" is what is converted at a time:
 * ne[0] values, or one value for the vectors that are turned. */
struct to_gguf_tensor {
    const char *name;
    enum qtype type;
    uint32_t n_dims;
    uint64_t ne[MODEL_DIMS_MAX];
    uint64_t bytes;
    uint64_t row_values, n_rows, rows_per_expert;
    const struct tensor **parts; /* [n_parts] one per expert, or one; NULL when MADE */
    uint32_t n_parts;
    uint64_t part_rows; /* rows per expert in the source, of which those from first_row are taken */
    uint64_t first_row;
    uint32_t head_rows; /* turned: rows of a head, else 0 */
    uint32_t turned;    /* the first rows of a head that rotate */
    const float *made;  /* values that are computed */
};

struct to_gguf {
    const struct model *model;
    const struct mixture *mixture;
    struct mixture_model facts;
    bool pairs; /* heads of a folder's Q and K are turned so that neighbours rotate */
    struct arena arena;
    struct to_gguf_tensor *tensors; /* [n_tensors], layer by layer */
    uint32_t n_tensors;
    uint32_t n_sight;     /* of a folder's picture encoder: mmproj.h has them */
    uint32_t n_left_out;  /* tensors of a folder that GGUF has no name for */
    const char *left_out; /* the first of them */
    uint64_t n_values;    /* of all tensors */
    uint64_t bytes_in, bytes_out;
};

/* to_gguf_plan decides everything from the headers of M, which must outlive G; to_gguf_free
 * afterwards in any case. Errors: TAKT_ERR_UNSUPPORTED for matrices that are quantised already and
 * for folders of an architecture that has no GGUF form here; TAKT_ERR_FORMAT for shapes that do not
 * fit each other. */
takt_rc to_gguf_plan(struct to_gguf *g, const struct model *m, const struct mixture *x,
                     takt_err *e);
void to_gguf_free(struct to_gguf *g);

/* to_gguf_put gives W the metadata and the tensors. The tokenizer of a folder is not metadata but a
 * file of its own: its keys are put by tokenizer_put. */
void to_gguf_put(const struct to_gguf *g, struct gguf_writer *w);

/* to_gguf_write converts in THREADS threads (at least 1) and writes PATH as gguf_write does.
 * PROGRESS ("quantise", bytes of the source) may be NULL; TAKT_ERR_CANCELLED when it says stop. */
takt_rc to_gguf_write(const struct to_gguf *g, const struct gguf_writer *w, const char *path,
                      uint32_t threads, takt_progress_fn *progress, void *user, takt_err *e);

#endif
