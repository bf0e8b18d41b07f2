/* rope: the frequencies of rotary position embedding. */
#ifndef TAKT_GRAPH_ROPE_H
#define TAKT_GRAPH_ROPE_H

#include "base/err.h"
#include "model/model.h"

/* rope_inv_freq fills OUT[HP->rope_dims / 2] with theta^(-2i / rope_dims) under the model's
 * scaling: none, linear, Llama 3.1's (by wave length; Hugging Face's rope_type "llama3"), or
 * divided by the tensor "rope_freqs.weight", which this reads. Computed in double, rounded once.
 * Errors: a scaling that takt does not know, parameters or a tensor out of range. */
takt_rc rope_inv_freq(float *out, const struct model *m, takt_err *e);

#endif
