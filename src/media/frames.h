/* frames: the times of a clip's frames, and which of them are shown. */
#ifndef TAKT_MEDIA_FRAMES_H
#define TAKT_MEDIA_FRAMES_H

#include "media/clip.h"

/* Zero-initialised means none; frames_free accepts it. */
struct frames {
    int64_t *at_ns; /* owned, [n]: when each is shown; ascending once they are sorted */
    uint32_t n, cap;
    int64_t end_ns; /* of the last one */
};

/* frames_add puts a frame that is shown from AT_NS to END_NS behind the others. Errors: LIMIT (more
 * than L->file_frames), MEMORY. */
takt_rc frames_add(struct frames *f, int64_t at_ns, int64_t end_ns,
                   const struct media_clip_limits *l, takt_err *e);

/* frames_sort puts them into the order of time. */
void frames_sort(struct frames *f);

/* frames_choose writes the numbers of the frames that C wants, ascending, into INDEX ([l->frames])
 * and how many into *n. F is sorted. Errors: FORMAT (there is none), LIMIT (the clip is longer than
 * L->duration_ns, or more frames are wanted than L->frames). */
takt_rc frames_choose(uint32_t *index, uint32_t *n, const struct frames *f,
                      const struct media_clip_choice *c, const struct media_clip_limits *l,
                      takt_err *e);

/* frames_free frees the times and makes F none. */
void frames_free(struct frames *f);

#endif
