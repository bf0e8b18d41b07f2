/* vision: a picture encoder of its own plan, and the pictures that it has encoded. */
#ifndef TAKT_ENGINE_VISION_H
#define TAKT_ENGINE_VISION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/gallery.h"
#include "engine/load.h"
#include "engine/turn.h"
#include "media/image.h"
#include "model/model.h"
#include "model/vision.h"
#include "plan/part.h"
#include "plan/plan.h"
#include "takt.h"
#include "target/target.h"

enum {
    VISION_CACHE_BYTES = 256 << 20, /* of encoded pictures, where nobody says otherwise */
    VISION_BATCH_MAX = 8,           /* tiles of a step */
};

struct mllama;

struct takt_vision {
    const takt_model *model; /* the language model's: it has the tokenizer */
    struct model file;
    struct model_vision v;
    uint32_t n_outputs; /* rows of a tile at most */
    uint32_t n_batch;   /* tiles of a step at most: as many as are predicted to save time */
    takt_plan *plan;
    struct plan_parts parts; /* of the plan: what the target runs */
    double step_s;           /* that vision_part made them for */
    struct weights weights;
    struct target *target;
    uint8_t *kv; /* the pages of one step's pictures */
    uint64_t kv_bytes;
    struct image_norm norm;
    float *newline; /* [n_out] ends a row of patches, where there are tiles */
    /* The facts of the next step: see engine/patches.h. Arrays have room for the largest. */
    uint32_t n_tokens, n_laid; /* of a tile; its rows */
    float *patch;              /* [n_batch * n_tokens][n_input] */
    const float **input;       /* [n_batch * n_tokens] into patch */
    uint32_t *pos, *seq, *sees, *out_token;
    uint32_t (*place)[3];    /* [n_tokens] 0, row and column */
    struct plan_range *near; /* [n_tokens] its window */
    uint32_t *pages;
    const uint32_t *page_table[VISION_BATCH_MAX];
    struct gallery gallery; /* what it has encoded */
    struct mllama *mllama;  /* it is Llama 3.2 Vision's (engine/mllama.h), and v is not set; else
                               NULL */
};

struct takt_picture {
    atomic_uint refs; /* freed with the last one */
    uint32_t n_positions, n_embd;
    /* For M-RoPE (engine/place.h): from the position numbered FIRST on rows stand in a grid, line
     * by line, and of a clip in one for each time but the first, PACE places apart. 0: all stand as
     * text does. */
    uint32_t first, across, down, times;
    float pace;
    int32_t *ids; /* [n_positions] what they are called in a sequence: rows by content, negative;
                     tokens of text by their ids */
    float *rows;  /* [n_positions][n_embd]; zeros for tokens; NULL: its parts have them */
    takt_picture **part;     /* [times] of a clip (engine/reel.h): what its pairs of frames are */
    struct plan_store store; /* Llama 3.2 Vision: what layers look at, in the shape `cross`; no
                                rows: there is none */
    struct kv_shape cross;
    uint64_t store_bytes;
};

/* vision_open is takt_vision_new without the weights and the lanes: what a picture takes is known
 * then. vision_load brings these, where others take TURN (NULL: there are none) a little in each
 * turn, vision_unload gives them back; nothing is encoded in between. vision_bytes: the memory that
 * it takes with them. */
takt_rc vision_open(takt_vision **out, const takt_model *m, const char *path,
                    const takt_vision_options *o, takt_err *e);
takt_rc vision_load(takt_vision *v, const takt_vision_options *o, struct turn *turn, takt_err *e);
void vision_unload(takt_vision *v);
uint64_t vision_bytes(const takt_vision *v);

/* picture_new makes a picture whose ids follow from DIGEST and whose rows are to be written (N_EMBD
 * 0: it has none). Error: MEMORY. */
takt_rc picture_new(takt_picture **out, const uint8_t digest[32], uint32_t n_positions,
                    uint32_t n_embd, takt_err *e);

/* picture_name sets P's ids of N positions from the one numbered FIRST on to those that follow from
 * DIGEST. */
void picture_name(takt_picture *p, uint32_t first, uint32_t n, const uint8_t digest[32]);

/* picture_hold returns P for one more holder, who frees it as well: any thread. picture_is_shared:
 * has it several? picture_bytes: the memory that it takes. */
takt_picture *picture_hold(takt_picture *p);
bool picture_is_shared(const takt_picture *p);
uint64_t picture_bytes(const takt_picture *p);

/* picture_counted: of the positions of P, which V made or a blank for it, those that its processor
 * counts as the picture's (image_tokens). All, also text and marks between rows; but of Qwen2-VL
 * not the two marks around them. */
uint32_t picture_counted(const takt_picture *p, const takt_vision *v);

/* vision_step_tokens: tokens of V's largest step. */
uint32_t vision_step_tokens(const takt_vision *v);

/* vision_sight_rows: rows of a picture that a token looks at (Llama 3.2 Vision), at most; 0: it has
 * positions of its own in a sequence alone. */
uint64_t vision_sight_rows(const takt_vision *v);

/* vision_part makes V encode in steps of at most STEP_S predicted seconds each (or as little more
 * as one tile of a matrix for each lane takes), so that others can have the processors in between;
 * 0: each tile of a picture in one. No bit depends on it. Not while something is encoded; also
 * before vision_load. Errors: MEMORY, and those of target_cpu_open, after which V can only be
 * freed. */
takt_rc vision_part(takt_vision *v, double step_s, takt_err *e);

/* picture_row: the row that stands for the embedding at position POS of a sequence whose pictures
 * are SPANS and that calls it ID; NULL when none does. */
const float *picture_row(const takt_span *spans, size_t n_spans, uint32_t pos, int32_t id);
/* picture_is_at: is there one? Of pictures that are not encoded yet, too, which have no rows. */
bool picture_is_at(const takt_span *spans, size_t n_spans, uint32_t pos, int32_t id);

#endif
