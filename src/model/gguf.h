/* gguf: the reader of GGUF files (versions 2 and 3, little-endian; ggml-org/ggml, docs/gguf.md).
 *
 * Only headers are read. Every count and length is checked against the bytes that are there before
 * anything is allocated. */
#ifndef TAKT_MODEL_GGUF_H
#define TAKT_MODEL_GGUF_H

#include "model/model.h"

enum {
    GGUF_KEY_MAX = 65535,       /* bytes of a key */
    GGUF_NAME_MAX = 255,        /* bytes of a tensor name */
    GGUF_KV_MAX = 1 << 16,      /* pairs per file */
    GGUF_TENSORS_MAX = 1 << 20, /* tensors per file */
    GGUF_SPLITS_MAX = 4096,
    GGUF_ALIGNMENT_DEFAULT = 32,
};

/* gguf_open maps m->path, and all other parts when it belongs to a split set, and fills m->files,
 * file_paths, tensors and kv (the first part's). Everything else of M is left alone. On failure the
 * caller closes M. Errors: TAKT_ERR_FORMAT, _LIMIT, _UNSUPPORTED (version, byte order, tensor
 * type), _IO. */
takt_rc gguf_open(struct model *m, takt_err *e);

/* gguf_open_bytes does the same for one file in memory that the caller owns; m->path names it in
 * messages. */
takt_rc gguf_open_bytes(struct model *m, struct slice bytes, takt_err *e);

/* gguf_scalar_bytes is the size of one value of type T, 0 for strings and arrays. */
uint32_t gguf_scalar_bytes(enum kv_type t);

#endif
