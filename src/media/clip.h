/* clip: films and animations from files to frames.
 *
 * Animations (GIF, WebP) are decoded by the pool's workers, as pictures are. Films (MP4 and MOV,
 * WebM and MKV, AVI, FLV, Ogg, MPEG and ASF, told apart by their content) are decoded by the
 * program ffmpeg where it is installed. It runs confined by takt-media-worker: without network,
 * without other processes, with limited memory and time, reading nothing of the file system but
 * programs and libraries (Landlock, where the kernel has it), the film by a descriptor of memory,
 * and the container's kind is given to it, so that no playlist can name other files. It is run once
 * to list the frames and once or more to decode the chosen ones, which come as PPM through a pipe,
 * whose every byte is checked. Each other picture (PNG, JPEG, BMP) is a clip of one frame.
 *
 * A damaged film is shown as far as it can be decoded, but one that is known to end early is
 * refused. "where" in errors about a clip is "clip"; messages name no path of this machine. */
#ifndef TAKT_MEDIA_CLIP_H
#define TAKT_MEDIA_CLIP_H

#include <stdatomic.h>

#include "media/media.h"

/* What a clip may be. A zero stands for the default. Animations must also fit the pool's limits. */
struct media_clip_limits {
    uint64_t file_bytes;   /* of the file; 256 MiB */
    uint64_t pixels;       /* width * height of a frame; 9,437,184 (4096 x 2304) */
    uint64_t memory_bytes; /* that ffmpeg may map; 2 GiB */
    uint32_t frames;       /* that are given out; 64 */
    uint32_t file_frames;  /* that the file has; 500,000 */
    int64_t duration_ns;   /* one hour */
    int64_t decode_ns;     /* of waiting for decoders, in all; 60 s */
};

/* media_clip_limits_of gives L (NULL: all zeros) with its zeros replaced by the defaults. */
struct media_clip_limits media_clip_limits_of(const struct media_clip_limits *l);

/* Which frames are wanted: N of them (0: 8), or all if there are fewer, evenly chosen, the first
 * and the last among them (1: the middle one); or, where PER_S is above 0, those that are shown at
 * times 0, 1 / PER_S, 2 / PER_S ... seconds, none of them twice. */
struct media_clip_choice {
    uint32_t n;
    double per_s;
};
enum { MEDIA_CLIP_FRAMES = 8 };

struct media_clip_options {
    struct media_clip_limits limits;
    struct media_clip_choice choice;
    const char *ffmpeg; /* the program's path; NULL: the first in PATH. Read during open only. */
    atomic_bool *is_unwanted; /* when it becomes true, a film that is waited for ends soon with
                                 CANCELLED; NULL: never */
};

struct media_clip;

struct media_clip_info {
    const char *kind;       /* "MP4 or MOV", "GIF", ... */
    uint32_t width, height; /* of the frames, as the file's header has them */
    uint32_t n_frames;      /* that are chosen; fewer come where some cannot be decoded */
    uint32_t file_frames;   /* of the file */
    int64_t duration_ns;    /* from the first frame to the end of the last one */
};

/* media_clip_open finds the frames of FILE, which stays the caller's and is read until the clip is
 * closed, and chooses some. POOL's workers decode animations; an open one keeps one of them busy.
 * Children end with the calling thread. Errors: FORMAT (no clip, damaged, or without frames),
 * UNSUPPORTED (a kind that takt does not read; ffmpeg is not installed: the message says how to
 * install it), LIMIT (the message says which, and what it is), USAGE (options out of range), IO (a
 * child cannot be started or confined), MEMORY. */
takt_rc media_clip_open(struct media_clip **out, struct media_pool *pool, struct slice file,
                        const struct media_clip_options *o, takt_err *e);

/* media_clip_describe: what is known before a frame is decoded. */
void media_clip_describe(const struct media_clip *c, struct media_clip_info *info);

/* media_clip_next gives the next chosen frame, in the order of time (image_free it), and when it is
 * shown, counted from the first frame of the file; *out is "none" after the last one. Errors: as
 * those of media_decode; after one the clip can only be closed. */
takt_rc media_clip_next(struct media_clip *c, struct image *out, int64_t *at_ns, takt_err *e);

/* media_clip_close ends the children of C and frees it; NULL is allowed. */
void media_clip_close(struct media_clip *c);

/* media_is_clip: is FILE, by its first bytes, a film, or an animation of two or more frames? */
bool media_is_clip(struct slice file);

/* media_reads_films: is the program ffmpeg there, which decodes them? */
bool media_reads_films(void);

/* media_film_kind: what kind of film FILE is, as "MP4 or MOV"; NULL: none. */
const char *media_film_kind(struct slice file);

#endif
