/* animation: the frames of a GIF or WebP file and their times, read without decoding any. */
#ifndef TAKT_MEDIA_ANIMATION_H
#define TAKT_MEDIA_ANIMATION_H

#include "media/frames.h"

/* animation_read appends the frames of FILE, which is of the KIND MEDIA_GIF or MEDIA_WEBP and whose
 * header media_head_read has accepted, to F, whose first is shown at 0. A WebP that is not animated
 * has one. A frame that is to be shown for 10 ms or less is shown for 100 ms, as browsers do it.
 * Errors: FORMAT (damaged: it ends early), LIMIT, MEMORY. */
takt_rc animation_read(struct frames *f, struct slice file, enum media_kind kind,
                       const struct media_clip_limits *l, takt_err *e);

#endif
