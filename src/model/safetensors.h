/* safetensors: the reader of one .safetensors file (huggingface/safetensors, README "Format"):
 * eight bytes with the length of a JSON object, that object (name -> dtype, shape, data_offsets),
 * the data. Only the header is read. */
#ifndef TAKT_MODEL_SAFETENSORS_H
#define TAKT_MODEL_SAFETENSORS_H

#include "model/model.h"

enum { SAFETENSORS_HEADER_MAX = 100 << 20 }; /* bytes, as in the reference implementation */
enum { SAFETENSORS_DIMS_MAX = 5 };

/* One tensor as the file has it: the first dimension is the slowest. */
struct safetensors_entry {
    const char *name;  /* owned by the arena */
    const char *dtype; /* as written, "BF16" */
    bool readable; /* dtype is F32, F16 or BF16 and there are at most five dimensions: type, shape
                      are set */
    enum qtype type;
    uint32_t n_dims;
    uint64_t shape[SAFETENSORS_DIMS_MAX];
    uint64_t offset; /* in the file */
    uint64_t bytes;  /* checked to lie inside the file, and to match the shape when readable */
};

/* safetensors_parse reads the header of a file of BYTES, called WHERE in messages, into *out (*n
 * entries of ARENA, in the header's order). Errors: TAKT_ERR_FORMAT, _LIMIT, _MEMORY. */
takt_rc safetensors_parse(struct slice bytes, const char *where, struct arena *arena,
                          struct safetensors_entry **out, uint32_t *n, takt_err *e);

#endif
