/* reel: a clip as one picture, for models that were trained on pairs of frames (Qwen2-VL, arXiv
 * 2409.12191; Qwen2.5-VL, arXiv 2502.13923): the rows of each pair after those of the one before,
 * between two marks, each pair some places later in time. takt.h has takt_clip_join.
 *
 * Pairs are encoded and kept one by one, whatever clips they are in. A row's id follows from its
 * pair and from the pair's place in time, so that clips that begin in the same way share pages. */
#ifndef TAKT_ENGINE_REEL_H
#define TAKT_ENGINE_REEL_H

#include <stdint.h>

#include "engine/pieces.h"
#include "engine/vision.h"

/* reel_blank makes what stands for a clip of N pairs of frames, with the layout T, before they are
 * encoded: its positions, of which the rows' ids are not known. The caller frees it by
 * takt_picture_free. Errors: those of pieces_of_clip. */
takt_rc reel_blank(takt_picture **out, const takt_vision *v, const struct tiles *t, uint32_t n,
                   takt_err *e);

#endif
