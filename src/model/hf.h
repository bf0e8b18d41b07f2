/* hf: Hugging Face folders: config.json and friends, and the safetensors shards. */
#ifndef TAKT_MODEL_HF_H
#define TAKT_MODEL_HF_H

#include "model/model.h"

/* hf_open reads the folder m->path into M: files, tensors under ggml names, kv (the GGUF keys that
 * have an equivalent), hp, special, sampling, chat_template, tokenizer_path and the hf_* trees. On
 * failure the caller closes M. */
takt_rc hf_open(struct model *m, takt_err *e);

/* hf_config_load does the part that needs no weights file: hp (but tied_embeddings), special,
 * sampling, chat_template, tokenizer_path, the hf_* trees. *tied is what tie_word_embeddings says.
 */
takt_rc hf_config_load(struct model *m, bool *tied, takt_err *e);

/* hf_path joins the folder's path and NAME; NULL when memory runs out. */
const char *hf_path(struct model *m, const char *name);

/* hf_json reads NAME of the folder into the model's arena; *out is NULL when there is no such file.
 */
takt_rc hf_json(struct model *m, const char *name, size_t limit, const struct json **out,
                takt_err *e);

/* hf_kv_build writes m->kv from hp, special and sampling under their GGUF names. */
takt_rc hf_kv_build(struct model *m, takt_err *e);

#endif
