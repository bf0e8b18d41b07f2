#include "media/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "media/child.h"
#include "media/wire.h"

#define WORKER_NAME "takt-media-worker"

/* Where the build installs the worker. */
#ifndef TAKT_LIBEXECDIR
#define TAKT_LIBEXECDIR "/usr/libexec/takt"
#endif

enum { MS_NS = 1000000 };

/* ---- what all have in common ---- */

static takt_rc find_program(char path[static WORKER_PATH_MAX], takt_err *e)
{
    ssize_t n = readlink("/proc/self/exe", path, WORKER_PATH_MAX - 1);
    path[n > 0 ? n : 0] = 0;
    char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash + 1 - path) : 0;
    if (folder > 0 && folder + sizeof WORKER_NAME <= WORKER_PATH_MAX) {
        memcpy(path + folder, WORKER_NAME, sizeof WORKER_NAME);
        if (access(path, X_OK) == 0)
            return TAKT_OK;
    }
    snprintf(path, WORKER_PATH_MAX, "%s/%s", TAKT_LIBEXECDIR, WORKER_NAME);
    if (access(path, X_OK) == 0)
        return TAKT_OK;
    return err_set(e, TAKT_ERR_IO, WORKER_NAME,
                   "is neither beside this program nor in %s; pictures cannot be decoded without "
                   "it: build or install takt anew",
                   TAKT_LIBEXECDIR);
}

takt_rc worker_kind_set(struct worker_kind *k, const struct media_options *o, takt_err *e)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), most = UINT64_C(1) << 42;
    const struct media_limits *l = &o->limits;
    if (l->file_bytes > most || l->pixels > most / 4 || o->heap_bytes > most)
        return err_set(e, TAKT_ERR_USAGE, "media pool",
                       "limits of %llu bytes, %llu pixels and %llu bytes of memory are too large",
                       (unsigned long long)l->file_bytes, (unsigned long long)l->pixels,
                       (unsigned long long)o->heap_bytes);
    k->limits = *l;
    k->heap_bytes = o->heap_bytes;
    k->in_bytes = size_round_up(l->file_bytes, page);
    k->out_bytes = size_round_up(l->pixels * 3, page);
    if (!o->worker)
        return find_program(k->path, e);
    if (strlen(o->worker) >= sizeof k->path || access(o->worker, X_OK) < 0)
        return err_set(e, TAKT_ERR_IO, o->worker, "is no program that can be run");
    snprintf(k->path, sizeof k->path, "%s", o->worker);
    return TAKT_OK;
}

/* ---- start ---- */

/* Shared memory that neither side can make smaller under the other. */
static takt_rc make_areas(struct worker *w, const struct worker_kind *k, int *fd, takt_err *e)
{
    uint64_t bytes = k->in_bytes + k->out_bytes;
    *fd = memfd_create("takt-picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (*fd < 0 || ftruncate(*fd, (off_t)bytes) < 0 ||
        fcntl(*fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
        return err_sys(e, WORKER_NAME, "cannot make memory to share with it");
    void *p = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    if (p == MAP_FAILED)
        return err_sys(e, WORKER_NAME, "cannot map memory to share with it");
    w->areas = p;
    w->areas_bytes = (size_t)bytes;
    return TAKT_OK;
}

static void close_if(int fd)
{
    if (fd >= 0)
        close(fd);
}

static takt_rc launch(struct worker *w, const struct worker_kind *k, int theirs, int areas,
                      takt_err *e)
{
    struct wire_hello hello = {WIRE_HELLO,   WIRE_VERSION,  k->in_bytes,
                               k->out_bytes, k->heap_bytes, k->limits};
    if (theirs < 0 || areas < 0)
        return err_sys(e, WORKER_NAME, "cannot be started");
    if (send(w->socket, &hello, sizeof hello, MSG_NOSIGNAL) != (ssize_t)sizeof hello)
        return err_sys(e, WORKER_NAME, "cannot be spoken to");
    char name[] = WORKER_NAME, *const argv[] = {name, NULL};
    const struct child_fd fd[] = {{theirs, WIRE_SOCKET_FD}, {areas, WIRE_AREAS_FD}};
    int rc = child_start(&w->pid, k->path, argv, fd, 2);
    if (rc == 0)
        return TAKT_OK;
    w->pid = 0;
    errno = rc;
    return err_sys(e, k->path, "cannot be started");
}

takt_rc worker_start(struct worker *w, const struct worker_kind *k, takt_err *e)
{
    int pair[2], areas = -1;
    *w = (struct worker){.socket = -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return err_sys(e, WORKER_NAME, "cannot make a socket to it");
    w->socket = pair[0];
    takt_rc rc = make_areas(w, k, &areas, e);
    int theirs = child_above(pair[1], WIRE_AREAS_FD);
    areas = child_above(areas, WIRE_AREAS_FD);
    if (!rc.code)
        rc = launch(w, k, theirs, areas, e);
    close_if(theirs);
    close_if(areas);
    if (rc.code)
        worker_end(w);
    return rc;
}

void worker_end(struct worker *w)
{
    child_end(&w->pid);
    if (w->areas)
        munmap(w->areas, w->areas_bytes);
    close_if(w->socket);
    *w = (struct worker){.socket = -1};
}

/* ---- talk ---- */

/* Reads a packet that has come into BUF; its length, at most CAP + 1, or 0: the worker is gone. */
static size_t receive(const struct worker *w, void *buf, size_t cap)
{
    ssize_t n;
    do
        n = recv(w->socket, buf, cap, MSG_DONTWAIT | MSG_TRUNC);
    while (n < 0 && errno == EINTR);
    return n <= 0 ? 0 : (size_t)n > cap ? cap + 1 : (size_t)n;
}

takt_rc worker_ready(const struct worker *w, takt_err *e)
{
    struct wire_reply r;
    size_t n = receive(w, &r, sizeof r);
    if (n == 0)
        return err_set(e, TAKT_ERR_IO, WORKER_NAME,
                       "ended before it was ready; run it by hand to see why");
    takt_rc rc = wire_reply_read(&r, n, 0, 0, e);
    if (rc.code && e) {
        snprintf(e->where, sizeof e->where, "%s", WORKER_NAME);
        e->code = TAKT_ERR_IO;
    }
    return rc.code ? (takt_rc){TAKT_ERR_IO} : rc;
}

/* Waits up to LIMIT_NS until FD can be read, or its other end is gone. */
static bool wait_readable(int fd, int64_t limit_ns)
{
    int64_t end = clock_ns() + limit_ns;
    for (;;) {
        int64_t left = end - clock_ns();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        const struct timespec t = {left > 0 ? left / 1000000000 : 0,
                                   left > 0 ? (long)(left % 1000000000) : 0};
        int n = ppoll(&p, 1, &t, NULL);
        if (n > 0)
            return true;
        if (n == 0 || errno != EINTR)
            return false;
    }
}

/* What ended a process that has hung up, which it does just before it can be waited for. The
 * process stays to be waited for. */
static takt_rc tell_death(const struct worker *w, takt_err *e)
{
    enum { PATIENCE_MS = 1000 };
    siginfo_t s = {0};
    int fd = pidfd_open(w->pid, 0);
    if (fd >= 0) {
        wait_readable(fd, (int64_t)PATIENCE_MS * MS_NS);
        close(fd);
    }
    if (waitid(P_PID, (id_t)w->pid, &s, WEXITED | WNOHANG | WNOWAIT) < 0 || s.si_pid == 0)
        return err_set(e, TAKT_ERR_FORMAT, "picture", "made its decoder stop without an answer");
    if (s.si_code == CLD_EXITED)
        return err_set(e, TAKT_ERR_FORMAT, "picture", "made its decoder end without an answer");
    switch (s.si_status) {
    case SIGKILL:
        return err_set(e, TAKT_ERR_MEMORY, "picture",
                       "its decoder was killed by the system, as happens when memory runs out; "
                       "try again");
    case SIGXCPU:
        return err_set(e, TAKT_ERR_LIMIT, "picture", "takes too much processor time to decode");
    case SIGSYS:
        return err_set(e, TAKT_ERR_FORMAT, "picture",
                       "made its decoder try what is forbidden to it, and it was killed");
    default:
        return err_set(e, TAKT_ERR_FORMAT, "picture", "crashed its decoder (signal %d)",
                       s.si_status);
    }
}

static takt_rc take_answer(const struct worker *w, const struct worker_kind *k,
                           const struct media_head *head, struct image *out, enum worker_fate *fate,
                           takt_err *e)
{
    struct wire_reply r;
    size_t n = receive(w, &r, sizeof r);
    if (n == 0) {
        *fate = WORKER_DIED;
        return tell_death(w, e);
    }
    TAKT_TRY(wire_reply_read(&r, n, head->width, head->height, e));
    TAKT_TRY(image_new(out, head->width, head->height, e));
    memcpy(out->rgb, w->areas + k->in_bytes, (size_t)head->width * head->height * 3);
    return TAKT_OK;
}

static takt_rc say(const struct worker *w, const void *packet, size_t n, takt_err *e)
{
    if (send(w->socket, packet, n, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)n)
        return err_sys(e, WORKER_NAME, "cannot be spoken to");
    return TAKT_OK;
}

takt_rc worker_ask(const struct worker *w, const struct worker_kind *k, struct slice file,
                   const struct media_head *head, const uint32_t *frame, uint32_t n,
                   enum worker_fate *fate, takt_err *e)
{
    struct wire_job job = {.magic = WIRE_JOB, .n_frames = n, .file_bytes = file.len};
    *fate = WORKER_ANSWERED;
    if (file.len > k->in_bytes || (uint64_t)head->width * head->height * 3 > k->out_bytes ||
        n > WIRE_FRAMES_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "picture", "is larger than its decoder's memory");
    for (uint32_t i = 0; i < n; i++)
        job.frame[i] = frame[i];
    memcpy(w->areas, file.p, file.len);
    takt_rc rc = say(w, &job, sizeof job, e);
    *fate = rc.code ? WORKER_NEVER_ASKED : WORKER_ANSWERED;
    return rc;
}

takt_rc worker_answer(const struct worker *w, const struct worker_kind *k,
                      const struct media_head *head, int64_t limit_ns, struct image *out,
                      enum worker_fate *fate, takt_err *e)
{
    *out = (struct image){0};
    *fate = WORKER_ANSWERED;
    if (wait_readable(w->socket, limit_ns))
        return take_answer(w, k, head, out, fate, e);
    *fate = WORKER_TIMED_OUT;
    kill(w->pid, SIGKILL);
    return err_set(e, TAKT_ERR_LIMIT, "picture",
                   "takes too long to decode: its decoder was killed after %.3g s",
                   (double)limit_ns / 1e9);
}

takt_rc worker_go_on(const struct worker *w, takt_err *e)
{
    const struct wire_next next = {WIRE_NEXT};
    return say(w, &next, sizeof next, e);
}
