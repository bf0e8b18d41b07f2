/* mllama: the picture encoder of a Llama 3.2 Vision checkpoint (a Hugging Face folder, which holds
 * the language model as well): its hyperparameters, and those of its image processor. */
#ifndef TAKT_MODEL_MLLAMA_H
#define TAKT_MODEL_MLLAMA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/model.h"
#include "model/vision.h"

enum {
    MLLAMA_TILES_MAX = 16,
    MLLAMA_GRIDS_MAX = 64,
    MLLAMA_PADDED = 8 /* a tile's rows are padded to a multiple of this */
};

struct model_mllama {
    uint32_t side, patch;       /* pixels of a tile's width and height, and of a patch's */
    uint32_t n_local, n_global; /* layers, one kind after the other */
    uint32_t n_embd, n_ff, n_heads;
    /* Besides the last values the projector takes those behind these layers, from 1 on, ascending.
     */
    uint32_t feature[VISION_FEATURES_MAX], n_features;
    uint32_t n_out;   /* values of a projected row: the language model's width */
    uint32_t n_tiles; /* of a picture at most: the encoder always computes so many */
    /* How tiles may lie; the number of one is its place here plus 1, which names its rows in the
     * tables of positions. */
    struct mllama_grid {
        uint32_t down, across;
    } grid[MLLAMA_GRIDS_MAX];
    uint32_t n_grids;
    float eps;
    float mean[3], std[3]; /* of pixels from 0 to 1: red, green, blue */
    uint32_t filter;       /* resizes pictures, as Pillow numbers filters */
    struct vision_gelu gelu;
};

/* The indices of a step's tokens, which name rows of the tables of positions. */
enum mllama_index {
    MLLAMA_INDEX_PRE,   /* of "pre_tile": grid and tile; patches alone */
    MLLAMA_INDEX_CLASS, /* 0: the class row */
    MLLAMA_INDEX_PATCH, /* class row, patches */
    MLLAMA_INDEX_TILED, /* grid, tile, then class row and patches */
    MLLAMA_INDEX_POST,  /* of "post_tile": grid and tile; all rows */
    MLLAMA_INDICES
};

/* mllama_is tells whether M is such a checkpoint. */
bool mllama_is(const struct model *m);

/* mllama_rows: rows of a tile, the class row included; mllama_padded: with its padding; mllama_all:
 * of all tiles, which a step of the encoder has. */
uint32_t mllama_rows(const struct model_mllama *v);
uint32_t mllama_padded(const struct model_mllama *v);
uint32_t mllama_all(const struct model_mllama *v);

/* mllama_read fills V from M's config.json and from preprocessor_config.json beside it. Errors: no
 * such checkpoint, or one whose weights are a GGUF file, which takt does not read pictures with
 * (UNSUPPORTED); values that are missing, out of range or of a kind that takt does not know
 * (FORMAT, LIMIT, UNSUPPORTED), by their names. */
takt_rc mllama_read(struct model_mllama *v, const struct model *m, takt_err *e);

#endif
