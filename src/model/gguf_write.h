/* gguf_write: writes a GGUF version 3 file: key/value pairs, tensor table, then the data of each
 * tensor as the caller streams it. The file appears under its name only when it is complete.
 *
 *     struct gguf_writer w = {0};
 *     gguf_put_str(&w, "general.architecture", "llama");
 *     gguf_put_tensor(&w, "token_embd.weight", QTYPE_Q8_0, 2, ne);
 *     rc = gguf_write(&w, "out.gguf", fill, user, &err);
 *     gguf_writer_free(&w); */
#ifndef TAKT_MODEL_GGUF_WRITE_H
#define TAKT_MODEL_GGUF_WRITE_H

#include "model/model.h"

/* A growing byte buffer whose failure sticks. */
struct gguf_buffer {
    uint8_t *p;
    size_t len, cap;
};

/* gguf_writer: what the file will hold. Zero-initialised is empty. Failures of the put functions
 * (no memory, names or shapes out of bounds) stick and are reported by gguf_write. */
struct gguf_writer {
    struct gguf_buffer kv, tensors;
    uint64_t *sizes; /* [n_tensors] bytes of each tensor's data */
    uint32_t n_kv, n_tensors, cap_tensors;
    uint64_t data_bytes; /* so far, padded */
    uint32_t alignment;  /* 0: 32; a power of two, to be set before the first tensor */
    const char *bad;     /* the first failure, or NULL */
};

/* gguf_sink: where a fill callback writes the data of one tensor. */
struct gguf_sink;

/* gguf_fill_fn writes all bytes of tensor I (in the order of gguf_put_tensor) by calls of
 * gguf_sink_put. */
typedef takt_rc gguf_fill_fn(void *user, uint32_t i, struct gguf_sink *sink, takt_err *e);

/* gguf_put_<type> add one key/value pair each. KEY and S are copied. */
void gguf_put_u32(struct gguf_writer *w, const char *key, uint32_t v);
void gguf_put_u16(struct gguf_writer *w, const char *key, uint16_t v);
void gguf_put_i32(struct gguf_writer *w, const char *key, int32_t v);
void gguf_put_f32(struct gguf_writer *w, const char *key, float v);
void gguf_put_bool(struct gguf_writer *w, const char *key, bool v);
void gguf_put_str(struct gguf_writer *w, const char *key, const char *s);

/* gguf_put_kv copies a pair of any type from a model that was read, but not general.alignment: that
 * is the writer's. */
void gguf_put_kv(struct gguf_writer *w, const struct model_kv *kv);

/* gguf_put_arr_str and gguf_put_arr write arrays: N strings, or N numbers of type ELEM that lie at
 * P. */
void gguf_put_arr_str(struct gguf_writer *w, const char *key, const char *const *s, uint64_t n);
void gguf_put_arr(struct gguf_writer *w, const char *key, enum kv_type elem, const void *p,
                  uint64_t n);

/* gguf_put_tensor adds a tensor of shape NE[0..n_dims). */
void gguf_put_tensor(struct gguf_writer *w, const char *name, enum qtype type, uint32_t n_dims,
                     const uint64_t *ne);

/* gguf_write writes everything to a temporary file beside PATH and renames it over PATH; a PATH
 * that is a device or a pipe is written directly. Room for the whole file is reserved first.
 * Errors: TAKT_ERR_IO (a full disk says so, with the bytes that are needed), TAKT_ERR_USAGE for
 * failed put calls and for a FILL that writes too much or too little, and whatever FILL returns. On
 * failure nothing is left behind, nor by a process that is killed where the file system knows files
 * without names (O_TMPFILE). */
takt_rc gguf_write(const struct gguf_writer *w, const char *path, gguf_fill_fn *fill, void *user,
                   takt_err *e);

/* gguf_sink_put writes the next N bytes of the tensor that is being filled. */
takt_rc gguf_sink_put(struct gguf_sink *sink, const void *p, size_t n, takt_err *e);

/* gguf_writer_free releases what W holds. */
void gguf_writer_free(struct gguf_writer *w);

#endif
