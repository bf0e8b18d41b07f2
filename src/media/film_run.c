#include "media/film_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "media/child.h"

enum { MS_NS = 1000000, FIXED_ARGS = 5 };

/* ---- start ---- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Ends of pipes, and /dev/null, none of them where the child's go. */
struct ends {
    int null, out[2], words[2], file;
};

static takt_rc open_ends(struct ends *x, int file, takt_err *e)
{
    *x = (struct ends){-1, {-1, -1}, {-1, -1}, -1};
    bool ok = pipe2(x->out, O_CLOEXEC) == 0 && pipe2(x->words, O_CLOEXEC) == 0;
    if (ok) {
        x->null = child_above(open("/dev/null", O_RDONLY | O_CLOEXEC), FILM_FD);
        x->out[1] = child_above(x->out[1], FILM_FD);
        x->words[1] = child_above(x->words[1], FILM_FD);
        x->file = fcntl(file, F_DUPFD_CLOEXEC, FILM_FD + 1);
        ok = x->null >= 0 && x->out[1] >= 0 && x->words[1] >= 0 && x->file >= 0;
    }
    return ok ? TAKT_OK : err_sys(e, "ffmpeg", "cannot be connected to");
}

static void close_ends(struct ends *x)
{
    close_fd(&x->null);
    close_fd(&x->out[1]);
    close_fd(&x->words[1]);
    close_fd(&x->file);
}

takt_rc film_run_start(struct film *f, const char *const *args, size_t n, takt_err *e)
{
    struct film_run *r = &f->run;
    struct ends x;
    char memory[32], seconds[32], *argv[FIXED_ARGS + FILM_ARGS_MAX + 1];
    film_run_drop(f);
    r->buffer = malloc(FILM_BUFFER);
    if (!r->buffer || n > FILM_ARGS_MAX)
        return err_set(e, TAKT_ERR_MEMORY, "ffmpeg", "no memory to read from it");
    snprintf(memory, sizeof memory, "%llu", (unsigned long long)f->limits.memory_bytes);
    snprintf(seconds, sizeof seconds, "%lld", (long long)(f->left_ns / 1000000000 + 1));
    const char *const fixed[FIXED_ARGS] = {"takt-media-worker", "--film", memory, seconds,
                                           f->ffmpeg};
    for (size_t i = 0; i < FIXED_ARGS + n; i++) /* which posix_spawn only reads */
        argv[i] = (char *)(uintptr_t)(i < FIXED_ARGS ? fixed[i] : args[i - FIXED_ARGS]);
    argv[FIXED_ARGS + n] = NULL;
    takt_rc rc = open_ends(&x, f->file, e);
    r->out = x.out[0];
    r->words = x.words[0];
    if (!rc.code) {
        const struct child_fd fd[] = {
            {x.null, 0}, {x.out[1], 1}, {x.words[1], 2}, {x.file, FILM_FD}};
        errno = child_start(&r->pid, f->worker, argv, fd, sizeof fd / sizeof *fd);
        if (errno != 0) {
            r->pid = 0;
            rc = err_sys(e, f->worker, "cannot be started");
        }
    }
    close_ends(&x);
    if (rc.code)
        film_run_drop(f);
    return rc;
}

void film_run_drop(struct film *f)
{
    struct film_run *r = &f->run;
    child_end(&r->pid);
    close_fd(&r->out);
    close_fd(&r->words);
    free(r->buffer);
    *r = (struct film_run){.out = -1, .words = -1};
}

/* ---- words ---- */

/* Behind "[mov,mp4 @ 0x5631bce69900] " and the name that the film has for its reader. */
static const char *skip_names(const char *text)
{
    static const char name[] = "/proc/self/fd/3: ";
    const char *end = text[0] == '[' ? strstr(text, "] ") : NULL;
    text = end ? end + 2 : text;
    return strncmp(text, name, sizeof name - 1) == 0 ? text + sizeof name - 1 : text;
}

/* Keeps the last line that says something. */
static void end_line(struct film_run *r)
{
    static const char *const phrases[] = {"Invalid data found", "Conversion failed",
                                          "To ignore this", "Error opening input"};
    r->now[r->n_now] = 0;
    r->n_now = 0;
    const char *text = skip_names(r->now);
    bool is_phrase = false;
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        is_phrase = is_phrase || strncmp(text, phrases[i], strlen(phrases[i])) == 0;
    if (strstr(text, "fps_mode"))
        r->knows_no_mode = true;
    if (*text && (!is_phrase || !r->line[0]))
        snprintf(r->line, sizeof r->line, "%s", text);
}

/* The words of a child are shown to people: printable ASCII alone. */
static void take_words(struct film_run *r, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (c == '\n' || c == '\r')
            end_line(r);
        else if (r->n_now + 1 < sizeof r->now)
            r->now[r->n_now++] = (char)(c >= ' ' && c <= '~' ? c : '?');
    }
}

static void read_words(struct film_run *r)
{
    char text[1024];
    ssize_t n = read(r->words, text, sizeof text);
    if (n > 0) {
        take_words(r, text, (size_t)n);
    } else if (n == 0 || errno != EINTR) {
        end_line(r);
        close_fd(&r->words);
    }
}

/* ---- waiting ---- */

static takt_rc too_long(struct film *f, takt_err *e)
{
    film_run_drop(f);
    return err_set(e, TAKT_ERR_LIMIT, "clip",
                   "takes too long to decode: ffmpeg was killed after %.3g s",
                   (double)f->limits.decode_ns / 1e9);
}

/* Somebody may want it no more: looked at so often. */
enum { GLANCE_MS = 100 };

static int wait_ms(const struct film *f)
{
    int64_t ms = f->left_ns > 0 ? (f->left_ns + MS_NS - 1) / MS_NS : 0;
    return (int)(f->is_unwanted && ms > GLANCE_MS ? GLANCE_MS : ms);
}

/* Waits until FD can be read, taking words meanwhile; *ready is false where only words came. FD
 * below 0: for words alone. */
static takt_rc wait_for(struct film *f, int fd, bool *ready, takt_err *e)
{
    struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = f->run.words, .events = POLLIN}};
    int64_t from = clock_ns();
    int n = poll(p, 2, wait_ms(f));
    int error = errno;
    f->left_ns -= clock_ns() - from;
    *ready = n > 0 && p[0].revents;
    if (n > 0 && p[1].revents)
        read_words(&f->run);
    errno = error;
    if (n < 0 && errno != EINTR)
        return err_sys(e, "ffmpeg", "cannot be waited for");
    if (f->is_unwanted && atomic_load(f->is_unwanted)) {
        film_run_drop(f);
        return err_set(e, TAKT_ERR_CANCELLED, "clip", "is not wanted any more");
    }
    return n <= 0 && f->left_ns <= 0 ? too_long(f, e) : TAKT_OK;
}

takt_rc film_run_read(struct film *f, void *buf, size_t cap, size_t *n, takt_err *e)
{
    struct film_run *r = &f->run;
    bool ready = false;
    *n = 0;
    if (r->at < r->end) {
        *n = r->end - r->at < cap ? r->end - r->at : cap;
        memcpy(buf, r->buffer + r->at, *n);
        r->at += *n;
        return TAKT_OK;
    }
    for (;;) {
        ready = false;
        while (!ready)
            TAKT_TRY(wait_for(f, r->out, &ready, e));
        ssize_t got = read(r->out, buf, cap);
        if (got < 0 && errno != EINTR)
            return err_sys(e, "ffmpeg", "cannot be read from");
        if (got >= 0) {
            *n = (size_t)got;
            return TAKT_OK;
        }
    }
}

takt_rc film_run_byte(struct film *f, int *c, takt_err *e)
{
    struct film_run *r = &f->run;
    *c = -1;
    if (r->at == r->end) {
        size_t n;
        TAKT_TRY(film_run_read(f, r->buffer, FILM_BUFFER, &n, e));
        r->at = 0;
        r->end = n;
        if (n == 0)
            return TAKT_OK;
    }
    *c = (unsigned char)r->buffer[r->at++];
    return TAKT_OK;
}

/* ---- the end ---- */

static takt_rc tell_end(const struct film_run *r, int status, takt_err *e)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return TAKT_OK;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return err_set(e, TAKT_ERR_LIMIT, "clip", "takes too much processor time to decode");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return err_set(e, TAKT_ERR_MEMORY, "clip",
                       "ffmpeg was killed by the system, as happens when memory or its processor "
                       "time runs out");
    if (WIFSIGNALED(status))
        return err_set(e, TAKT_ERR_FORMAT, "clip", "crashed ffmpeg (signal %d)", WTERMSIG(status));
    if (strstr(r->line, "annot allocate memory"))
        return err_set(e, TAKT_ERR_LIMIT, "clip", "takes more memory than ffmpeg may have");
    if (strstr(r->line, "matches no streams"))
        return err_set(e, TAKT_ERR_FORMAT, "clip",
                       "has no frames: it is sound alone, or cut short");
    return err_set(e, TAKT_ERR_FORMAT, "clip", "cannot be read by ffmpeg: %.200s",
                   r->line[0] ? r->line : "it does not say why");
}

takt_rc film_run_finish(struct film *f, takt_err *e)
{
    struct film_run *r = &f->run;
    bool ready = false;
    close_fd(&r->out); /* it has nothing more to say there */
    while (r->words >= 0)
        TAKT_TRY(wait_for(f, -1, &ready, e));
    int fd = pidfd_open(r->pid, 0);
    takt_rc rc = fd < 0 ? err_sys(e, "ffmpeg", "cannot be waited for") : TAKT_OK;
    while (!rc.code && !ready)
        rc = wait_for(f, fd, &ready, e);
    close_fd(&fd);
    TAKT_TRY(rc);
    int status = child_end(&r->pid);
    return tell_end(r, status, e);
}
