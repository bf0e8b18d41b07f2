/* vision_parts: what both readers of picture encoders share: mmproj files (vision.c) and Hugging
 * Face folders (hf_vision.c). */
#ifndef TAKT_MODEL_VISION_PARTS_H
#define TAKT_MODEL_VISION_PARTS_H

#include "model/vision.h"

enum { VISION_LAYERS_MAX = 256, VISION_WIDTH_MAX = 16384, VISION_FF_MAX = 65536 };
enum { VISION_PACE_MAX = 1000 }; /* tokens_per_second */
enum { VISION_MERGE_MAX = 8, VISION_PIXELS_MIN = 56 * 56, VISION_PIXELS_MAX = 14 * 14 * 4 * 16384 };

/* GELU itself, by its tanh form (Hendrycks and Gimpel, arXiv 1606.08415), whose 0.5 (1 + tanh u) is
 * 1 / (1 + exp(-2 u)), CLIP's quick form, and SiLU. */
extern const struct vision_gelu vision_gelu_exact, vision_gelu_tanh, vision_gelu_quick, vision_silu;

/* vision_defaults sets what readers change where their source says so. */
void vision_defaults(struct model_vision *v);

/* vision_add_grid adds a size of LLaVA-NeXT's tiled pictures; KEY is what names it in messages.
 * Errors: FORMAT (tiles do not fill it), LIMIT (there are too many). */
takt_rc vision_add_grid(struct model_vision *v, const struct model *m, const char *key,
                        uint32_t height, uint32_t width, takt_err *e);

/* vision_any_size: pictures keep their proportions and have LEAST to MOST pixels, in blocks of V's
 * patch and merge, which are set. Errors: FORMAT (no block has so few, or LEAST is more than MOST),
 * LIMIT (a block is too large). */
takt_rc vision_any_size(struct model_vision *v, const struct model *m, uint32_t least,
                        uint32_t most, takt_err *e);

/* vision_frames: a clip's frames go through two by two and have LEAST to MOST pixels, but no more
 * than VISION_FRAME_PIXELS, and a block at least. Error: FORMAT (that is more than MOST). */
takt_rc vision_frames(struct model_vision *v, const struct model *m, uint32_t least, uint32_t most,
                      takt_err *e);

/* hf_vision_read fills V from the folder of M (config.json, preprocessor_config.json or
 * processor_config.json), but for what its tensors say. Errors as vision_read's. */
takt_rc hf_vision_read(struct model_vision *v, struct model *m, takt_err *e);

#endif
