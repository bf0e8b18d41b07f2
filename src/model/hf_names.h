/* hf_names: Hugging Face tensor names to ggml's. */
#ifndef TAKT_MODEL_HF_NAMES_H
#define TAKT_MODEL_HF_NAMES_H

#include <stdbool.h>
#include <stddef.h>

enum { HF_NAME_BYTES = 256 };

/* What becomes of a tensor. */
enum hf_kind {
    HF_TENSOR,  /* one tensor called `name` */
    HF_GATE_UP, /* two of equal size, the first half of the rows `name`, the second `second` */
    HF_QKV,     /* three of equal size: `name`, `second`, `third` */
    HF_FRAMES,  /* one of five dimensions, kernels for several frames: [rows][colours][frames][][],
                   whose colours and frames are taken for one */
    HF_BUFFER,  /* a table that can be computed (rotary frequencies, position ids): left out */
};

struct hf_name {
    enum hf_kind kind;
    char name[HF_NAME_BYTES];
    char second[HF_NAME_BYTES];
    char third[HF_NAME_BYTES];
};

/* hf_translate gives the ggml name of the Hugging Face tensor RAW; a name that ggml has no word for
 * stays as it is. HAS_EXPERTS decides whether a Granite "shared_mlp" is a shared expert or the
 * layer's only feed-forward network. False when the name is longer than HF_NAME_BYTES - 1. */
bool hf_translate(const char *raw, bool has_experts, struct hf_name *out);

#endif
