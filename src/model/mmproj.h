/* mmproj: the picture encoder of a Hugging Face folder as a file of its own, as llama.cpp's
 * converter writes it and vision.h reads it.
 *
 *     struct to_gguf g;
 *     rc = mmproj_plan(&g, &v, &model, "Q8_0", img_break, &err);    reads no weight
 *     mmproj_put(&g, &v, "Q8_0", &w);
 *     rc = to_gguf_write(&g, &w, "out-mmproj.gguf", 8, progress, NULL, &err);
 *
 * The first half of a "qwen2vl" encoder's kernels, and the second, are tensors of their own; heads
 * of Pixtral's are turned so that neighbours rotate. What that convention has no word for is said
 * by keys "takt.vision.*", which others pass over. */
#ifndef TAKT_MODEL_MMPROJ_H
#define TAKT_MODEL_MMPROJ_H

#include "model/to_gguf.h"
#include "model/vision.h"

/* mmproj_type: is NAME, in upper or lower case, a format that such files are written in: F32, F16,
 * BF16, Q8_0? mmproj_names is a printable list of them. mmproj_type_for: the one that goes with
 * weights of X. */
bool mmproj_type(const char *name);
const char *mmproj_names(void);
const char *mmproj_type_for(const struct mixture *x);

/* mmproj_is_part: is the tensor called NAME one of a picture encoder or its projector? */
bool mmproj_is_part(const char *name);

/* mmproj_plan decides everything from the headers of M, a folder that vision_read has read into V;
 * M must outlive G, which to_gguf_free frees in any case. TYPE is that of most matrices; those
 * whose rows have no whole blocks of it become F16, vectors and tables F32. IMG_BREAK: the id of
 * the token that ends a row of Pixtral's, -1: none. Errors: UNSUPPORTED (quantised weights, pixels
 * that are not scaled by 1/255), FORMAT (impossible shapes), MEMORY. */
takt_rc mmproj_plan(struct to_gguf *g, const struct model_vision *v, const struct model *m,
                    const char *type, int32_t img_break, takt_err *e);

/* mmproj_put gives W the metadata and the tensors. */
void mmproj_put(const struct to_gguf *g, const struct model_vision *v, struct gguf_writer *w);

/* mmproj_read_own changes V as the keys of takt's own in M say. Error: FORMAT. */
takt_rc mmproj_read_own(struct model_vision *v, const struct model *m, takt_err *e);

#endif
