/* sight_parts: what sight.c (from headers to the model's eyes), sight_open.c (from what a request
 * says to bytes and headers), sight_known.c (which picture a file's bytes are), sight_time.c (how
 * long it takes) and sight_clip.c (from clips to pictures) share. */
#ifndef TAKT_SERVER_SIGHT_PARTS_H
#define TAKT_SERVER_SIGHT_PARTS_H

#include "engine/handles.h"
#include "media/media.h"
#include "net/fetch.h"
#include "server/crew.h"
#include "server/sight.h"

enum stage {
    SAID,     /* nothing was done for it */
    OPENING,  /* a thread reads its bytes and header */
    READ,     /* they are there, and it is a clip */
    PLAYING,  /* a thread decodes its frames */
    SIZED,    /* they are there */
    DECODING, /* a thread has it */
    DECODED,  /* its pixels are there */
    SHOWN,    /* the eyes have it */
    SEEN,
    FAILED,
};

struct look {
    struct crew_task task;
    struct store_task reading;
    struct sight *sight;
    const struct api_picture *said;
    enum stage stage;
    struct slice file; /* its bytes: the request's, or `owned` */
    uint8_t *owned;
    uint64_t n_owned; /* bytes of it that are counted */
    struct media_head head;
    uint8_t key[32];  /* SHA-256 of its bytes, and of what else its picture depends on, */
    bool has_key;     /* where it has one */
    uint32_t span;    /* of the sight, that it is in, perhaps with others */
    uint32_t n_steps; /* of the encoder; 0: none, or not known yet */
    struct image image;
    struct image *frames; /* [n_frames] of a clip, until each has a look of its own */
    uint32_t n_frames;
    int64_t clip_ns;      /* how long the clip is */
    bool is_pair;         /* of two frames of a clip, which go through the encoder together: */
    struct image second;  /* the other one; "none": the same again */
    uint32_t clip_frames; /* that are shown of the clip */
    uint32_t clip_width, clip_height; /* of its first one */
    takt_picture *joined;             /* the whole clip, when all of its pairs are seen */
    double decode_ns;                 /* measured */
    struct eyes_job job;
    takt_picture *blank; /* stands for its span until it is seen: the first one of a span has it */
    takt_err err;
    bool is_unknown;         /* there is no such file */
    bool is_out_of_reach;    /* it could not be fetched */
    atomic_bool is_unwanted; /* the request is over: what takes long ends */
};

struct sight {
    struct sight *prev, *next;
    struct call call; /* x NULL: the client is gone, or was replied to */
    struct served *model;
    struct sight_user k;
    void *user;
    struct look *look;
    takt_span *span;
    uint32_t *clip;      /* [n_spans] of which clip each is a frame, or which it is, from 1 on;
                            NULL: there are none */
    uint64_t n_reserved; /* pixels, for all frames that have no look yet */
    uint32_t n, n_spans, n_tokens;
    uint32_t n_busy;  /* that threads or eyes have */
    uint64_t salt;    /* see service.h */
    uint64_t n_bytes; /* of files that it owns now */
    bool sizes_only, is_sized, is_over;
    int64_t begun_ns, ready_ns;
    double ns_predicted;
    double reading_ns; /* of its prompt, predicted; 0: it was not taken on */
};

/* A file that was seen lately. */
struct known {
    bool is_set;
    uint8_t key[32];    /* look_set_key's */
    uint8_t digest[32]; /* of what the encoder was shown */
};

enum { KNOWN_MAX = 4096 };

struct sights {
    struct media_pool *pool;
    struct media_limits limits;
    uint64_t clip_bytes; /* of a clip's file; 0: no clips are taken */
    struct crew *crew;
    struct crew *fetchers; /* NULL: nothing is fetched */
    struct crew *players;  /* of clips, which take their time; NULL: none are taken */
    struct fetch *fetch;
    uint32_t n_threads;
    struct sight *first, *last; /* in the order in which they came */
    uint32_t n;
    uint64_t n_bytes;              /* of files that sights own now */
    uint64_t n_pixels;             /* decoded, or being, and not let go by the eyes */
    uint64_t n_reserved;           /* of frames that have no look yet */
    double small_ns, pixel_ns;     /* of decoding, lately: a small picture, each pixel of others */
    struct known known[KNOWN_MAX]; /* each at one place, by its key */
};

/* look_open has threads read L's bytes and header, and calls look_opened. False: they have too much
 * to do, and it has to be tried again. */
bool look_open(struct look *l);

/* look_pixels: of L, whose header was read. */
static inline uint64_t look_pixels(const struct look *l)
{
    return (uint64_t)l->head.width * l->head.height + (uint64_t)l->second.width * l->second.height;
}

/* look_set_key, on any thread, names the bytes of L's file, how they are prepared, for which model
 * and for whom. look_is_same: are A and B the same picture, as far as is known? */
void look_set_key(struct look *l);
bool look_is_same(const struct look *a, const struct look *b);

/* On the loop's thread. look_remember notes which picture L, which was seen, turned out to be.
 * look_make_blank makes L's blank, with the ids that the picture will have if that was noted
 * before; errors: those of encoding_blank. look_recall sets l->job.picture if it is known and kept;
 * false: it has to be decoded. */
void look_remember(const struct look *l);
takt_rc look_make_blank(struct look *l, takt_err *e);
bool look_recall(struct look *l);

/* sight_guess sets what decoding is thought to take before anything was decoded; sight_learn takes
 * in what it took for L. */
void sight_guess(struct sights *all);
void sight_learn(struct sights *all, const struct look *l);

/* look_let_file_go, on the loop's thread, frees the bytes of L's file. */
void look_let_file_go(struct look *l);

/* look_opened, on the loop's thread: L's bytes and header are there, or l->err and l->is_unknown
 * say why not. */
void look_opened(struct look *l);

/* look_bytes_max: how large L's file may be. */
uint64_t look_bytes_max(const struct look *l);

/* look_play has a thread decode the frames of L, a clip that is READ, and calls look_played. False:
 * too much is decoded already, and it has to be tried again. */
bool look_play(struct look *l);

/* look_played, on the loop's thread: L's frames are there, or l->err says why not. */
void look_played(struct look *l);

/* sight_expand gives each frame of X's clips, all of which are there, a look of its own. Errors:
 * TOO_MANY, NO_MEMORY. */
takt_rc sight_expand(struct sight *x, struct api_error *e);

/* look_blank_clip makes the blank of the clip whose first pair of frames L is. Errors: those of
 * reel_blank. sight_join makes a picture of each clip's pairs, all of which are seen.
 * Errors: those of takt_clip_join. */
takt_rc look_blank_clip(struct look *l, takt_err *e);
takt_rc sight_join(struct sight *x, takt_err *e);

/* sight_drop_frames frees the frames that have no look, and gives back what was reserved for them.
 */
void sight_drop_frames(struct sight *x);

#endif
