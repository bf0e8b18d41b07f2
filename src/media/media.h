/* media: pictures from files to pixels.
 *
 * A file from outside is never decoded in this process. media_head_read looks at its first bytes
 * with readers of our own: what it is, how large, which way up; that is enough to refuse it or to
 * count its tokens. media_decode hands it to a worker: another program (takt-media-worker, which
 * alone is linked with the libraries that decode), which has given up the file system, the network
 * and every system call but those for memory and for its answer, and which decodes this one picture
 * and is then replaced by a fresh process. So a file that breaks, bloats or takes over a decoder
 * costs its own request an error and can neither see nor change anything else.
 *
 * Pictures are PNG, JPEG, WebP, GIF (the first frame) and BMP, told apart by their content. Pixels
 * are RGB of 8 bits: what Pillow's open, exif_transpose and convert("RGB") give, which nearly every
 * processor of a vision model begins with, but for two things. What is transparent shows white, and
 * 16-bit grey keeps its high byte (Pillow clamps it). Colour profiles and gamma are not applied.
 *
 * "where" in errors about a picture is "picture"; the caller knows which one it is and says so
 * (err_where). Messages about one name no path of this machine and hold printable ASCII alone, so
 * that they can be shown to a client. */
#ifndef TAKT_MEDIA_MEDIA_H
#define TAKT_MEDIA_MEDIA_H

#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "media/image.h"

enum media_kind { MEDIA_PNG, MEDIA_JPEG, MEDIA_WEBP, MEDIA_GIF, MEDIA_BMP };
enum { MEDIA_N_KINDS = 5 };

/* What a picture may be. A zero stands for the default. */
struct media_limits {
    uint64_t file_bytes; /* of the file; 32 MiB */
    uint64_t pixels;     /* width * height; 50,000,000 */
    uint32_t side;       /* of the longer side; 32,768 */
    uint32_t ratio;      /* longer side / shorter side; 200 */
    int64_t decode_ns;   /* from handing the file to a worker until its answer; 5 s */
};

/* What the header says. */
struct media_head {
    enum media_kind kind;
    uint32_t width, height; /* as shown, that is: after turning by ORIENTATION */
    unsigned orientation;   /* of EXIF, 1 to 8: how what is stored must be turned; 1: not at all */
};

/* media_kind_name: "PNG", "JPEG", "WebP", "GIF", "BMP". */
const char *media_kind_name(enum media_kind kind);

/* media_limits_of gives L (NULL: all zeros) with its zeros replaced by the defaults. */
struct media_limits media_limits_of(const struct media_limits *l);

/* media_size_check: does L (NULL: the defaults) allow a picture of WIDTH x HEIGHT pixels? Errors:
 * USAGE (there are none), LIMIT (the message says which, and what it is). */
takt_rc media_size_check(uint64_t width, uint64_t height, const struct media_limits *l,
                         takt_err *e);

/* media_head_read reads the header of a picture and checks it against L (NULL: the defaults).
 * Decodes and allocates nothing; microseconds. Errors: FORMAT (no picture, or a broken header),
 * UNSUPPORTED (a kind that takt does not read; the message names it and what takt reads), LIMIT
 * (the message says which, and what it is). */
takt_rc media_head_read(struct media_head *out, struct slice file, const struct media_limits *l,
                        takt_err *e);

/* ---- workers --------------------------------------------------------------------------------- */

struct media_options {
    struct media_limits limits; /* no call can ask for more */
    uint32_t n_workers;         /* that stand ready, so many can decode at a time; 0: 4 */
    uint64_t heap_bytes;        /* what a worker may allocate; 0: 64 MiB and 16 bytes for each of
                             limits.pixels, which suffices for every kind of picture */
    const char *worker; /* path of takt-media-worker; NULL: beside this program, else where it is
                             installed. Copied. */
};

enum { MEDIA_WORKERS_MAX = 64 };

/* Counts since media_pool_new. */
struct media_stats {
    uint64_t decoded;   /* pictures that were given out */
    uint64_t refused;   /* by their header, or by the decoder as damaged or unsupported */
    uint64_t timed_out; /* whose worker was killed after decode_ns */
    uint64_t crashed;   /* whose worker died */
    uint64_t started; /* workers; one for each picture that reached one, and those that stand ready
                         */
};

struct media_pool;

/* media_pool_new starts the workers and waits until they stand ready (about 10 ms), with one thread
 * of ours that replaces them. A worker ends with the process, however that ends. The process must
 * not wait for children that it did not start. Errors: IO (no worker program, or it cannot be
 * started, or the system lets it not be confined: then nothing is ever decoded), MEMORY, USAGE
 * (options out of range). */
takt_rc media_pool_new(struct media_pool **out, const struct media_options *o, takt_err *e);

/* media_pool_free ends the workers. No call may be running. NULL is allowed. */
void media_pool_free(struct media_pool *p);

/* media_decode decodes FILE into OUT (image_free it), upright. Any thread, several at once; where
 * all workers are busy it waits for one. L: each at most the pool's own; for a zero, and all of
 * NULL, the pool's own stands.
 *
 * Errors, after which OUT is "none": those of media_head_read; FORMAT (the picture is damaged, or
 * its decoder crashed), UNSUPPORTED (a variant that its decoder does not know), LIMIT (it takes
 * longer than decode_ns, or more than heap_bytes), MEMORY (here, or the system killed the worker,
 * as it does when memory runs out), IO (no worker can be started any more). After each of them the
 * pool goes on. */
takt_rc media_decode(struct media_pool *p, struct slice file, const struct media_limits *l,
                     struct image *out, takt_err *e);

/* media_pool_stats: any thread. */
void media_pool_stats(struct media_pool *p, struct media_stats *out);

#endif
