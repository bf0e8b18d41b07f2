/* clips: the frames of a clip as pictures in a prompt: each by itself, or, for models that take
 * them by twos, all of them as one. */
#ifndef TAKT_CLI_CLIPS_H
#define TAKT_CLI_CLIPS_H

#include "cli/pictures.h"
#include "media/clip.h"

/* clips_add encodes all frames that C still gives and adds them to P, with what is known of the
 * clip. Errors: LIMIT (more than PICTURES_MAX), those of media_clip_next, takt_picture_encode,
 * takt_pair_encode and takt_clip_join; what was added by then stays. */
takt_rc clips_add(struct pictures *p, struct media_clip *c, takt_err *e);

#endif
