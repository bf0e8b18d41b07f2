/* head: the size of each kind of picture from its first bytes, for media_head_read. */
#ifndef TAKT_MEDIA_HEAD_H
#define TAKT_MEDIA_HEAD_H

#include "media/media.h"

/* What is stored, before it is turned upright. */
struct head {
    uint64_t width, height; /* not checked against any limit */
    unsigned orientation;   /* 1 to 8; 0: not said */
};

/* head_png to head_bmp read FILE, which begins as its kind does. Errors: FORMAT, UNSUPPORTED. */
takt_rc head_png(struct head *out, struct slice file, takt_err *e);
takt_rc head_jpeg(struct head *out, struct slice file, takt_err *e);
takt_rc head_webp(struct head *out, struct slice file, takt_err *e);
takt_rc head_gif(struct head *out, struct slice file, takt_err *e);
takt_rc head_bmp(struct head *out, struct slice file, takt_err *e);

#endif
