/* vision_parts: what both readers of picture encoders share: mmproj files (vision.c) and Hugging
 * Face folders (hf_vision.c). */
#ifndef TAKT_MODEL_VISION_PARTS_H
#define TAKT_MODEL_VISION_PARTS_H

#include "model/vision.h"

enum { VISION_LAYERS_MAX = 256, VISION_WIDTH_MAX = 16384, VISION_FF_MAX = 65536 };

/* GELU itself, by its tanh form (Hendrycks and Gimpel, arXiv 1606.08415), whose 0.5 (1 + tanh u) is
 * 1 / (1 + exp(-2 u)), CLIP's quick form, and SiLU. */
extern const struct vision_gelu vision_gelu_exact, vision_gelu_tanh, vision_gelu_quick, vision_silu;

/* vision_defaults sets what readers change where their source says so. */
void vision_defaults(struct model_vision *v);

/* vision_add_grid adds a size of LLaVA-NeXT's tiled pictures; KEY is what names it in messages.
 * Errors: FORMAT (tiles do not fill it), LIMIT (there are too many). */
takt_rc vision_add_grid(struct model_vision *v, const struct model *m, const char *key,
                        uint32_t height, uint32_t width, takt_err *e);

/* hf_vision_read fills V from the folder of M (config.json, preprocessor_config.json or
 * processor_config.json), but for what its tensors say. Errors as vision_read's. */
takt_rc hf_vision_read(struct model_vision *v, struct model *m, takt_err *e);

#endif
