/* takt-media-worker: decodes one picture or animation for the pool that started it (media/pool.c),
 * confined, and ends (see media/wire.h for what they say to each other), or confines ffmpeg. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "media/wire.h"
#include "media/worker/confine.h"
#include "media/worker/decode.h"
#include "media/worker/film.h"
#include "media/worker/sanitized.h"

/* The leak check at the end of a sanitized process would start threads. */
#if MEDIA_SANITIZED
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return 1;
}
#endif

enum { CPU_SPARE_S = 2 };

struct areas {
    const uint8_t *in;
    uint8_t *out;
};

/* Reads one packet of exactly N bytes; false when the pool has gone, or says something else. */
static bool receive(void *to, size_t n)
{
    ssize_t got;
    do
        got = read(WIRE_SOCKET_FD, to, n);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)n;
}

static bool answer(uint32_t width, uint32_t height, const takt_err *e)
{
    struct wire_reply r;
    wire_reply_write(&r, width, height, e);
    ssize_t put;
    do
        put = write(WIRE_SOCKET_FD, &r, sizeof r);
    while (put < 0 && errno == EINTR);
    return put == (ssize_t)sizeof r;
}

/* Nothing of the program that started this one stays open, and nothing that a library prints goes
 * anywhere. The kernel ends the process with the thread that started it. */
static takt_rc leave_parent(takt_err *e)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return err_sys(e, "media worker", "cannot be tied to its parent");
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return err_sys(e, "media worker", "cannot open /dev/null");
    for (int fd = 0; fd <= (MEDIA_SANITIZED ? 1 : 2); fd++)
        if (dup2(null, fd) < 0)
            return err_sys(e, "media worker", "cannot close its standard streams");
    if (close_range(WIRE_AREAS_FD + 1, ~0u, 0) < 0)
        return err_sys(e, "media worker", "cannot close what it has inherited");
    return TAKT_OK;
}

static takt_rc map_areas(struct areas *a, const struct wire_hello *h, takt_err *e)
{
    if (h->magic != WIRE_HELLO || h->version != WIRE_VERSION)
        return err_set(e, TAKT_ERR_IO, "media worker",
                       "it belongs to another version of takt; install both anew");
    void *in = mmap(NULL, h->in_bytes, PROT_READ, MAP_SHARED, WIRE_AREAS_FD, 0);
    void *out = mmap(NULL, h->out_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_AREAS_FD,
                     (off_t)h->in_bytes);
    if (in == MAP_FAILED || out == MAP_FAILED)
        return err_sys(e, "media worker", "cannot map the memory that it shares");
    close(WIRE_AREAS_FD);
    *a = (struct areas){in, out};
    return TAKT_OK;
}

static takt_rc get_ready(struct areas *a, const struct wire_hello *h, takt_err *e)
{
    TAKT_TRY(leave_parent(e));
    TAKT_TRY(map_areas(a, h, e));
    int64_t seconds = h->limits.decode_ns / 1000000000;
    TAKT_TRY(confine_limits(h->heap_bytes, (uint64_t)seconds + CPU_SPARE_S, e));
    return confine_calls(e);
}

/* What the job asks for, and the size of it. */
struct asked {
    struct wire_job job;
    uint32_t width, height;
};

/* Answers with a frame and waits until the pool wants the next one. */
static bool on_frame(void *user, uint32_t i)
{
    struct asked *q = user;
    struct wire_next next;
    if (i + 1 == q->job.n_frames) /* main answers with the last one */
        return true;
    return answer(q->width, q->height, NULL) && receive(&next, sizeof next) &&
           next.magic == WIRE_NEXT;
}

static takt_rc decode(struct asked *q, const struct areas *a, const struct wire_hello *h,
                      takt_err *e)
{
    struct wire_job *job = &q->job;
    if (!receive(job, sizeof *job) || job->magic != WIRE_JOB || job->file_bytes > h->in_bytes ||
        job->n_frames > WIRE_FRAMES_MAX)
        return err_set(e, TAKT_ERR_INTERNAL, "media worker", "no job");
    struct slice file = {a->in, (size_t)job->file_bytes};
    if (job->n_frames == 0)
        return decode_picture(file, &h->limits, a->out, h->out_bytes, &q->width, &q->height, e);
    const struct wanted w = {job->frame, job->n_frames, on_frame, q};
    return decode_frames(file, &h->limits, a->out, h->out_bytes, &w, &q->width, &q->height, e);
}

/* --try WHAT, for tests: confined as ever, then does what must be forbidden. */
static int attempt(const char *what)
{
    takt_err e;
    takt_rc rc = confine_limits(64 << 20, CPU_SPARE_S, &e);
    if (!rc.code)
        rc = confine_calls(&e);
    return !rc.code && confine_try(what) ? 3 : 4;
}

/* --film MEMORY SECONDS PROGRAM ARGUMENTS...: the program, confined. Who reads its errors reads
 * these, too. */
static int film(char **argv)
{
    takt_err e = {0};
    film_exec(argv + 2, strtoull(argv[0], NULL, 10), strtoull(argv[1], NULL, 10), &e);
    fprintf(stderr, "%s %s\n", e.where, e.what);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc >= 5 && strcmp(argv[1], "--film") == 0)
        return film(argv + 2);
    if (argc == 3 && strcmp(argv[1], "--try") == 0)
        return attempt(argv[2]);
    struct wire_hello hello;
    if (argc != 1 || !receive(&hello, sizeof hello)) {
        fprintf(stderr,
                "takt-media-worker: decodes pictures for takt, which starts it by itself\n");
        return 2;
    }
    struct areas areas;
    takt_err e = {0};
    if (get_ready(&areas, &hello, &e).code) {
        answer(0, 0, &e);
        return 1;
    }
    if (!answer(0, 0, NULL))
        return 1;
    struct asked q = {0};
    takt_rc rc = decode(&q, &areas, &hello, &e);
    return answer(q.width, q.height, rc.code ? &e : NULL) ? 0 : 1;
}
