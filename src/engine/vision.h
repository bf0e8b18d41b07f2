/* vision: a picture encoder of its own plan, and the pictures that it has encoded. */
#ifndef TAKT_ENGINE_VISION_H
#define TAKT_ENGINE_VISION_H

#include <stdint.h>

#include "base/err.h"
#include "engine/load.h"
#include "media/image.h"
#include "model/model.h"
#include "model/vision.h"
#include "takt.h"
#include "target/target.h"

struct takt_vision {
    struct model file;
    struct model_vision v;
    takt_plan *plan;
    struct weights weights;
    struct target *target;
    uint8_t *kv; /* the pages of one step's pictures */
    uint64_t kv_bytes;
    /* The facts of a step, set once but for the inputs. */
    struct image_norm norm;
    float *newline;      /* [n_out] ends a row of patches, where there are tiles */
    float *patch;        /* [n_tokens][n_input] */
    const float **input; /* [n_tokens] into patch */
    uint32_t *pos, *seq, *sees, *out_token;
    uint32_t *pages;
    const uint32_t *page_table[1];
};

struct takt_picture {
    uint32_t n_positions, n_embd;
    int32_t *ids; /* [n_positions] what they are called in a sequence: by content, all negative */
    float *rows;  /* [n_positions][n_embd] */
};

/* picture_row: the row that stands for the embedding at position POS of a sequence whose pictures
 * are SPANS and that calls it ID; NULL when none does. */
const float *picture_row(const takt_span *spans, size_t n_spans, uint32_t pos, int32_t id);

#endif
