/* hparams: hyperparameters and special tokens, from GGUF metadata; and the checks that both sources
 * share. */
#ifndef TAKT_MODEL_HPARAMS_H
#define TAKT_MODEL_HPARAMS_H

#include "model/model.h"

/* hparams_clear sets the defaults that are not zero (scales 1, special tokens -1, no sampling). */
void hparams_clear(struct model *m);

/* hparams_from_gguf fills m->hp, m->special, m->sampling, m->name and m->chat_template from m->kv.
 * Files without "<arch>.block_count" keep hp.n_layers == 0. Errors: TAKT_ERR_FORMAT for values that
 * make no sense, TAKT_ERR_UNSUPPORTED for those that differ between layers. */
takt_rc hparams_from_gguf(struct model *m, takt_err *e);

/* hparams_check refuses hyperparameters of known architectures that no model can have (zero heads,
 * more experts used than there are, ...). Unknown architectures pass. */
takt_rc hparams_check(const struct model *m, takt_err *e);

/* hparams_add_eog appends ID to special.eog unless it is negative, there already, or there is no
 * room. */
void hparams_add_eog(struct model_special *s, int64_t id);

#endif
