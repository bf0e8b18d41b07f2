/* eyes: pictures for many at once, beside answers (service.h). A thread that looks at the pictures
 * handed in, encodes those that it does not know, and keeps what it has encoded.
 *
 * A request is one picture. Its owner fills a `struct eyes_job`, keeps it in place, and submits it:
 * the decision comes at once, on the owner's thread. From then on it is the eyes' until `finish` is
 * no longer EYES_RUNNING. When something ended, or its pixels are no longer needed, `news` is
 * called (on the eyes' thread, without a lock: only to wake somebody).
 *
 * Pictures are encoded in the order in which they came, step by step; each step is a turn (turn.h).
 * Tiles of a picture go through the encoder several at a time where that saves time.
 * Between two steps a few more pictures are looked at: one that is known ends then, and waits for
 * no other one's encoding; one that is on its way already is not encoded twice. Equal pictures are
 * known to those of one salt alone, so that the time tells others nothing. */
#ifndef TAKT_ENGINE_EYES_H
#define TAKT_ENGINE_EYES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/turn.h"
#include "plan/plan.h"
#include "takt.h"

enum eyes_finish {
    EYES_RUNNING,
    EYES_DONE,      /* `picture` is there */
    EYES_CANCELLED, /* eyes_cancel, or eyes_free */
    EYES_FAULT,     /* no memory: see `err` */
};

struct eyes_coming;

struct eyes_job {
    /* Set before eyes_submit. */
    const uint8_t *rgb; /* [height][width][3]; must stay until `is_seen` or the end */
    uint32_t width, height;
    bool is_low; /* the picture whole, without tiles */
    /* Where it is one of two frames that the encoder takes together: the other one, as is said of
     * rgb (perhaps the same), and the size of their clip's first one. NULL: it is a picture. */
    const uint8_t *second;
    uint32_t second_width, second_height, clip_width, clip_height;
    uint64_t group; /* pictures of one group are wanted all together, and go through the encoder
                       together where that is sooner for all; 0: for itself */
    uint64_t salt;  /* pictures of other salts are not known to this one: as in service.h */
    void *user;

    /* What comes back; valid after the end. */
    _Atomic int finish;    /* an enum eyes_finish; read it before all others but is_seen */
    _Atomic bool is_seen;  /* rgb is not looked at any more; may come before the end */
    takt_picture *picture; /* one reference, the owner's: takt_picture_free it. NULL but for
                               EYES_DONE */
    uint8_t digest[32];    /* with EYES_DONE: names what the encoder was shown (view.h) */
    bool was_cached;       /* it was known, or on its way for another one: no step was run for it */
    double predicted_ns;   /* of the steps that were run for it */
    int64_t measured_ns;   /* the same */
    int64_t begun_ns;      /* clock_ns when it was looked at, 0: it was not; when it ended */
    int64_t end_ns;
    takt_err err;

    /* The eyes' own. */
    struct eyes_job *prev, *next; /* of all that were accepted */
    struct eyes_coming *coming;   /* the encoding that it waits for; NULL: it was not looked at */
    bool was_accepted, is_cancelled;
};

struct eyes_options {     /* zeros are the defaults */
    uint64_t cache_bytes; /* of the pictures that are kept; 0: 256 MiB, 1: none */
    uint32_t n_jobs_max;  /* accepted and not ended; 0: 64 */
    struct turn *turn;    /* that its steps take, where others share the processors; it outlives
                              the eyes */
    double others_s;      /* what one turn of each of the others may take, whatever they do */
    double step_s; /* the longest turn that the eyes take, as predicted: see vision_part; 0: as the
                        encoder is, one tile of a picture a turn if nobody has parted it */
    void (*news)(void *user);
    void *user;
};

struct eyes;

/* eyes_new starts the thread over V, which must outlive the eyes and is used by nobody else (what
 * takes it const excepted). Errors: MEMORY, IO (no thread), those of vision_part. */
takt_rc eyes_new(struct eyes **out, takt_vision *v, const struct eyes_options *opt, takt_err *e);
/* eyes_free cancels what is left, waits for the thread (which may be in a step), and releases
 * everything but the jobs, which all have ended then. NULL is allowed. */
void eyes_free(struct eyes *s);

/* What a picture takes, from its size alone; of one that nobody has shown yet. */
struct eyes_outlook {
    uint32_t n_positions; /* in a sequence */
    uint32_t n_steps;     /* of the encoder: so many turns */
    double encode_ns;     /* predicted, of these steps */
    double queue_ns;      /* of what is accepted and not ended, all others' turns not counted */
    double end_ns;        /* after so many nanoseconds it is encoded, if it is submitted now and if
                             before each step each of the others takes a turn of others_s */
    double likely; /* of encode_ns and queue_ns, which count with steps as slow as they come to be
                      at times, their mean is so much; at most 1 */
};
/* eyes_outlook tells it of WIDTH x HEIGHT pixels (at least 1 each). Any thread; waits for nothing
 * that takes long. */
void eyes_outlook(struct eyes *s, uint32_t width, uint32_t height, bool is_low,
                  struct eyes_outlook *out);
/* eyes_outlook_pair: the same of two frames of a clip whose first one has that size; of positions,
 * their rows alone. */
void eyes_outlook_pair(struct eyes *s, uint32_t width, uint32_t height, bool is_low,
                       struct eyes_outlook *out);

/* eyes_submit accepts J, or refuses it where n_jobs_max are accepted and not ended: *RETRY_NS is 0
 * when it was accepted, else the time after which there is room, as predicted. A refusal is no
 * error; nothing is kept then. Errors (nothing is kept): USAGE (a side of 0), LIMIT (a side above
 * 2^20). Any thread; waits for nothing that takes long. */
takt_rc eyes_submit(struct eyes *s, struct eyes_job *j, double *retry_ns, takt_err *e);
/* eyes_find gives the picture that is kept of DIGEST (a job's of before) as those of SALT know it,
 * held for the caller, who frees it by takt_picture_free; NULL: none is, or it is on its way. No
 * part of the figures. Any thread; waits for nothing that takes long. */
takt_picture *eyes_find(struct eyes *s, const uint8_t digest[32], uint64_t salt);
/* eyes_cancel asks for the end of J, which comes within a step; it goes on to be the eyes' until
 * `finish` says otherwise. What is encoded for others as well goes on. No effect on one that ended
 * or was never accepted. */
void eyes_cancel(struct eyes *s, struct eyes_job *j);

/* Figures, all consistent with each other; counts are since the start. */
struct eyes_figures {
    uint32_t n_jobs;    /* accepted and not ended */
    uint32_t n_waiting; /* of them, those that were not looked at yet */
    uint64_t n_done, n_cancelled, n_failed, n_refused;
    uint64_t n_hits, n_misses; /* of those looked at: known or on their way; encoded anew */
    uint64_t n_dropped;        /* pictures that made room for others */
    uint32_t n_kept;           /* pictures */
    uint64_t kept_bytes, cache_bytes;
    uint64_t n_steps;
    double ns_predicted, ns_measured; /* sums over all steps */
    double queue_ns;                  /* see struct eyes_outlook */
    int64_t step_begun_ns;            /* of the step that is running; 0: none is */
};
void eyes_figures(struct eyes *s, struct eyes_figures *out);

/* eyes_turn_ns: the longest turn that the eyes of V take, as predicted: what others count for them
 * (service_options.others_s). eyes_step_s: an option's step_s beside answers of PLAN: half of its
 * shortest step, so that the time between two tokens grows by half while pictures are encoded. */
double eyes_turn_ns(const takt_vision *v);
double eyes_step_s(const struct plan *plan);

#endif
