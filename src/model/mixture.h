/* mixture: which format each tensor of a model gets when it is quantised.
 *
 * A mixture's name ("Q4_K_M") stands for a rule that other programs have made standard: most
 * matrices get one format, those that suffer most from rounding (the output matrix, values, some of
 * the down projections) get more bits. The rules are those of llama.cpp (src/llama-quant.cpp),
 * so that a file has the size and quality that its name promises. */
#ifndef TAKT_MODEL_MIXTURE_H
#define TAKT_MODEL_MIXTURE_H

#include "model/model.h"

struct mixture {
    const char *name;
    uint32_t file_type; /* GGUF's general.file_type */
    enum qtype base;    /* of most matrices */
    char size;          /* 'S' or 'M' where a format has two mixtures, else 0 */
};

/* What the rules ask about a model. */
struct mixture_model {
    uint32_t n_layers, n_experts;
    uint32_t n_values;   /* layers with a value matrix */
    bool tied;           /* there is no output.weight */
    bool wide_attention; /* Llama of 80 layers with shared values (70B): values are a small part */
};

/* mixture_find takes a name in upper or lower case; "Q4_K" and "Q5_K" mean the M mixtures. NULL if
 * there is none. mixture_names is a printable list of all, for messages. */
const struct mixture *mixture_find(const char *name);
const char *mixture_names(void);

/* mixture_applies tells whether a tensor is quantised at all: matrices called *.weight are, but
 * norms and routers keep their format. */
bool mixture_applies(const char *name, uint32_t n_dims);

/* mixture_is_values tells whether a tensor counts for mixture_model.n_values. */
bool mixture_is_values(const char *name);

/* mixture_type is the format for a tensor to which mixture_applies, of rows of N_COLUMNS values.
 * N_BEFORE: value matrices in layers before this one. Formats in blocks that do not divide a row
 * give way to the next larger one in smaller blocks, at last to F16. */
enum qtype mixture_type(const struct mixture *x, const struct mixture_model *m, const char *name,
                        uint64_t n_columns, uint32_t n_before);

/* mixture_layer is the number in "blk.<number>.", UINT32_MAX for tensors outside of the layers. */
uint32_t mixture_layer(const char *name);

#endif
