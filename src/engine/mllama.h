/* mllama: Llama 3.2 Vision's pictures: a picture is one position of a sequence, and what the
 * model's layers that look at it keep of its rows lies with it, in a store.
 *
 * All tiles go through the encoder in one step, those that the picture does not fill as well: its
 * rows see them (the reference's mask hides padding from padding alone). Rows of the picture come
 * first in a step, so that what a row sees is a range. */
#ifndef TAKT_ENGINE_MLLAMA_H
#define TAKT_ENGINE_MLLAMA_H

#include "base/err.h"
#include "engine/encoding.h"
#include "engine/tiles.h"
#include "media/image.h"
#include "model/mllama.h"
#include "takt.h"

struct graph;

/* What an encoder of this kind has beside the others'. */
struct mllama {
    struct model_mllama m;
    uint32_t *index[MLLAMA_INDICES]; /* [rows of a step] */
    uint8_t *blank;                  /* likewise */
    float *row;                      /* [n_out] the image token's embedding */
};

/* mllama_new reads the checkpoint FILE, whose encoder it is, and makes room for a step's facts.
 * Errors: those of mllama_read, USAGE (of another width than the language model M), FORMAT (no row
 * for the image token), MEMORY. */
takt_rc mllama_new(struct mllama **out, const struct model *file, const takt_model *m, takt_err *e);
void mllama_free(struct mllama *x); /* NULL is allowed */

/* mllama_layout: the tiles of a picture of WIDTH x HEIGHT pixels (at least 1 each), one where
 * IS_LOW, and its own size in them. */
struct tiles mllama_layout(const struct model_mllama *m, uint32_t width, uint32_t height,
                           bool is_low);

/* mllama_lay makes GRID the picture that all tiles of T cover: IN at the left top, black behind.
 * Errors: LIMIT, MEMORY. */
takt_rc mllama_lay(struct image *grid, const struct model_mllama *m, const struct tiles *t,
                   const struct image *in, takt_err *e);

/* mllama_pairs: what the rows of a step see in all: those of the picture all, padding the picture
 * alone. */
uint64_t mllama_pairs(const struct model_mllama *m, const struct tiles *t);

/* mllama_begin is encoding_begin of V, which is one of these encoders: the picture's store is set
 * aside. Error: MEMORY. */
takt_rc mllama_begin(struct encoding *x, const takt_vision *v, const struct view *view,
                     takt_err *e);

/* mllama_show sets what V's step is shown of VIEW; mllama_add_facts what its facts are besides, for
 * the picture P. */
void mllama_show(takt_vision *v, const struct view *view);
void mllama_add_facts(struct plan_facts *facts, const struct mllama *x, takt_picture *p);

#endif
