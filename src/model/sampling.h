/* sampling: the sampling defaults that a model file carries: the GGUF keys "general.sampling.*",
 * or generation_config.json of a Hugging Face folder.
 *
 * Both take any number. Values that no sampler can use (no number, NaN, out of range) are refused
 * with TAKT_ERR_FORMAT, which names the field: takt would otherwise answer in another way than the
 * file asks for. A negative top_k means what 0 means: all tokens. */
#ifndef TAKT_MODEL_SAMPLING_H
#define TAKT_MODEL_SAMPLING_H

#include "model/model.h"

/* sampling_clear makes all of S "not given". */
void sampling_clear(struct model_sampling *s);

/* sampling_from_gguf fills what m->kv gives into m->sampling. */
takt_rc sampling_from_gguf(struct model *m, takt_err *e);

/* sampling_from_hf does so from m->hf_generation_config, which may be NULL. "do_sample": false is a
 * temperature of 0, whatever "temperature" says. */
takt_rc sampling_from_hf(struct model *m, takt_err *e);

#endif
