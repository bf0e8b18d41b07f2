/* worker: one process that decodes one picture, seen from the pool. */
#ifndef TAKT_MEDIA_WORKER_H
#define TAKT_MEDIA_WORKER_H

#include <sys/types.h>

#include "media/media.h"

enum { WORKER_PATH_MAX = 4096 };

/* What all workers of a pool have in common. */
struct worker_kind {
    char path[WORKER_PATH_MAX];
    struct media_limits limits;
    uint64_t in_bytes, out_bytes, heap_bytes; /* see struct wire_hello */
};

struct worker {
    pid_t pid;
    int socket;
    uint8_t *areas; /* in_bytes + out_bytes, shared with the process */
    size_t areas_bytes;
};

/* worker_kind_set fills K from options, of which no zero is left but in O->worker. Errors: USAGE,
 * IO (no worker program is found). */
takt_rc worker_kind_set(struct worker_kind *k, const struct media_options *o, takt_err *e);

/* worker_start starts a process, whose parent is the calling thread: with that it ends. It is ready
 * when worker_ready says so. Errors: IO; W then holds nothing. */
takt_rc worker_start(struct worker *w, const struct worker_kind *k, takt_err *e);

/* worker_ready reads the first answer, which must have come (the socket is readable). Errors: IO
 * (it cannot be confined, or ended at once). */
takt_rc worker_ready(const struct worker *w, takt_err *e);

/* worker_end kills the process, waits for it and frees what W holds. */
void worker_end(struct worker *w);

/* How a worker came out of being asked. */
enum worker_fate { WORKER_ANSWERED, WORKER_NEVER_ASKED, WORKER_TIMED_OUT, WORKER_DIED };

/* worker_ask hands FILE, whose header says HEAD, to a ready worker: as a picture, or the frames
 * FRAME ([n], ascending; n above 0) of an animation. Errors: LIMIT, and IO with *fate
 * WORKER_NEVER_ASKED: another worker can be asked, for this one was dead before it saw the file. */
takt_rc worker_ask(const struct worker *w, const struct worker_kind *k, struct slice file,
                   const struct media_head *head, const uint32_t *frame, uint32_t n,
                   enum worker_fate *fate, takt_err *e);

/* worker_answer waits up to LIMIT_NS for the picture, or the next frame, that was asked for.
 * Errors: as media_decode. */
takt_rc worker_answer(const struct worker *w, const struct worker_kind *k,
                      const struct media_head *head, int64_t limit_ns, struct image *out,
                      enum worker_fate *fate, takt_err *e);

/* worker_go_on lets a worker that has answered decode the next frame. Errors: IO. */
takt_rc worker_go_on(const struct worker *w, takt_err *e);

#endif
