/* place: where a position of a sequence stands for M-RoPE (Qwen2-VL, arXiv 2409.12191), in time,
 * height and width.
 *
 * A token of text has the same number for all three, one more than the largest before it; the rows
 * of a picture stand in a grid that begins there, those of a clip in one for each pair of frames,
 * some time apart. So numbers are behind positions after a picture, or, after a long clip, ahead of
 * them. They follow from the spans alone, and so from the ids: pages stay shareable by content.
 */
#ifndef TAKT_ENGINE_PLACE_H
#define TAKT_ENGINE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "takt.h"

/* place_of writes the place of position POS of a sequence whose pictures are SPANS, those before
 * POS all of them. */
void place_of(uint32_t out[3], const takt_span *spans, size_t n_spans, uint32_t pos);

/* place_takes: can ID stand at POS? No where a picture lies that has another one there. */
bool place_takes(const takt_span *spans, size_t n_spans, uint32_t pos, int32_t id);

#endif
