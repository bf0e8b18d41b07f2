/* vision: the hyperparameters of a picture encoder, as an mmproj file states them (GGUF with
 * general.architecture "clip" and keys "clip.vision.*"; tensors "v.*" of the encoder, "mm.*" of the
 * projector), or a Hugging Face folder with a language model and its encoder, whose tensors get the
 * same names. */
#ifndef TAKT_MODEL_VISION_H
#define TAKT_MODEL_VISION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/model.h"

enum { VISION_SIDE_MAX = 4096, VISION_TOKENS_MAX = 16384, VISION_FEATURES_MAX = 8 };
enum { VISION_PIXELS = 1280 * 28 * 28 }; /* of a picture that keeps its proportions */
/* Of a clip's frame, where the file says nothing (transformers: Qwen2VLVideoProcessor). */
enum { VISION_FRAME_PIXELS_MIN = 128 * 28 * 28, VISION_FRAME_PIXELS = 768 * 28 * 28 };

enum { VISION_GRIDS_MAX = 64, VISION_GRID_SIDE_MAX = 65536, VISION_SPLITS_MAX = 32 };

/* The encoder's activation function: x / (1 + exp(-x (linear + cubic x^2))); with linear 0 GELU
 * itself, x times the normal distribution function of x. */
struct vision_gelu {
    float linear, cubic;
};

/* What becomes of a picture without tiles that is no square. */
enum vision_fit {
    VISION_PAD,     /* it stands in the middle of a square of the mean colour */
    VISION_CROP,    /* its middle is shown */
    VISION_STRETCH, /* it is made a square */
};

struct model_vision {
    const char *projector; /* as clip.projector_type calls it; static */
    uint32_t side;         /* pixels of a picture's width, and of its height */
    uint32_t patch; /* pixels of a patch's; those of a last row and column that make no whole patch
                       are not looked at */
    uint32_t n_layers, n_embd, n_ff, n_heads;
    /* The features are the values after so many layers, side by side; ascending. */
    uint32_t feature[VISION_FEATURES_MAX], n_features;
    uint32_t n_out;    /* values of a projected row: the language model's width */
    uint32_t n_hidden; /* of the projector */
    bool has_class;    /* a row that is no patch comes first, and is dropped at the end */
    /* LLaVA-NeXT: a picture is shown whole, and in tiles of `side` that make one of these sizes, in
     * pixels; rows of patches end with the row "model.image_newline". None: whole alone. */
    struct vision_grid {
        uint32_t height, width;
    } grid[VISION_GRIDS_MAX];
    uint32_t n_grids;
    /* Idefics3: a block of MERGE x MERGE patches becomes one row; a picture is shown in tiles of
     * `side` that make it LONGEST pixels long, then whole. */
    uint32_t merge;   /* 1: each patch is a row */
    uint32_t longest; /* 0: not so */
    /* Qwen2-VL: a picture keeps its proportions. Its sides become multiples of a block's, so that
     * it has MIN_PIXELS to MAX_PIXELS. A token sees those of its window of WINDOW x WINDOW blocks
     * (0: of the whole picture), but in each FULL_EVERY-th layer all. */
    uint32_t min_pixels, max_pixels; /* 0: it becomes side x side */
    uint32_t window, full_every;
    bool frames_inside; /* Qwen2-VL: of its two frames each colour of both comes together; else all
                           colours of the first before the second */
    /* Qwen2-VL: a clip's frames go through two by two, each of so many pixels. */
    uint32_t clip_min_pixels, clip_max_pixels; /* 0: they are pictures like any other */
    uint32_t clip_pace; /* Qwen2.5-VL: a second takes so many places in time; 0: each pair one */
    uint32_t
        longest_side; /* Pixtral: its sides are rounded up instead, the longer one being at most
                              that; 0: not so */
    float rope_theta; /* of rotary positions in two directions */
    enum vision_filter {
        VISION_LANCZOS = 1,
        VISION_BILINEAR = 2,
        VISION_BICUBIC = 3
    } filter;    /* resizes pictures; as Pillow numbers them */
    bool splits; /* false: in no tiles, though it is made that long first */
    enum vision_fit fit;
    float eps;
    double scale;          /* of the values of pixels, 0 to 255 */
    float mean[3], std[3]; /* of them times the scale: red, green, blue */
    struct vision_gelu gelu, projector_gelu;
    bool has_norm; /* v.post_ln comes behind the last layer */
};

/* vision_tokens: rows of a picture in the encoder, the class row included; vision_patches: without
 * it; vision_rows: how many rows the projector makes of them, which take as many positions in a
 * conversation. Of the largest picture, where they keep their proportions. */
uint32_t vision_tokens(const struct model_vision *v);
uint32_t vision_patches(const struct model_vision *v);
uint32_t vision_rows(const struct model_vision *v);

/* vision_n_layers_used: as many layers as the features need. */
uint32_t vision_n_layers_used(const struct model_vision *v);

/* vision_limit makes N pixels the most that a picture keeps, where it keeps its proportions; 0:
 * VISION_PIXELS, or fewer where the file says so; what a square of `longest_side` has. Error: N is
 * more than VISION_TOKENS_MAX patches have, or fewer than the encoder takes (TAKT_ERR_LIMIT, WHERE
 * names N). */
takt_rc vision_limit(struct model_vision *v, uint64_t n, const char *where, takt_err *e);

/* vision_read fills V from the headers of M, and reads the files of a folder that say how pictures
 * are prepared, into the arena of M. Errors: no picture encoder (TAKT_ERR_UNSUPPORTED, also for
 * projectors and models that takt does not know, by name), no such files (TAKT_ERR_USAGE), values
 * out of range or tensors missing (TAKT_ERR_FORMAT, TAKT_ERR_LIMIT). */
takt_rc vision_read(struct model_vision *v, struct model *m, takt_err *e);

/* vision_in_folder: does the config.json of the Hugging Face folder PATH say that there is a
 * picture encoder? False where there is no such file. */
bool vision_in_folder(const char *path);

#endif
