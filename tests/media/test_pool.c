/* The pool: what hostile files, dead workers and lying workers cost. */
#include "media/media.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "table.h"

extern char **environ;

static struct slice read_made(const char *name)
{
    char path[256], *text;
    size_t n;
    takt_err e;
    snprintf(path, sizeof path, "tests/data/media/made/%s", name);
    if (!T_RC(file_read_all(&text, &n, path, 1 << 20, &e), &e))
        return (struct slice){NULL, 0};
    return (struct slice){(const uint8_t *)text, n};
}

static struct media_pool *pool_of(struct media_options o)
{
    struct media_pool *p = NULL;
    takt_err e;
    o.worker = WORKER;
    T_RC(media_pool_new(&p, &o, &e), &e);
    return p;
}

/* Whether the pool still does what it is for. */
static void still_works(struct media_pool *p)
{
    struct slice file = read_made("one.png");
    struct image im;
    takt_err e;
    if (T_RC(media_decode(p, file, NULL, &im, &e), &e)) {
        T_EQ_MEM(im.rgb, "\1\2\3", 3);
        image_free(&im);
    }
    free((void *)(uintptr_t)file.p);
}

/* ---- confinement ---- */

/* Runs the worker's attempt at WHAT; its wait status. */
static int attempt(const char *what)
{
    char name[] = "takt-media-worker", option[] = "--try", arg[64];
    char *const argv[] = {name, option, arg, NULL};
    pid_t pid;
    int status = -1;
    snprintf(arg, sizeof arg, "%s", what);
    if (T_EQ_INT(posix_spawn(&pid, WORKER, NULL, NULL, argv, environ), 0))
        waitpid(pid, &status, 0);
    return status;
}

T_TEST(forbidden)
{
    static const char *const what[] = {"open",  "socket",    "connect",     "fork",
                                       "exec",  "kill",      "ptrace",      "mmap-exec",
                                       "prctl", "mmap-file", "write-other", "mprotect-exec"};
    for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
        int status = attempt(what[i]);
        if (!T_OK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS))
            printf("# %s: status %#x\n", what[i], (unsigned)status);
    }
    /* Not the attempt as such kills: what is not one ends in peace. */
    int status = attempt("nothing");
    T_OK(WIFEXITED(status) && WEXITSTATUS(status) == 4);
}

/* ---- hostile files ---- */

/* Each prefix of a picture, and the picture with a byte changed here and there: a picture or an
 * error, and nothing dies. */
static void damage(struct media_pool *p, const char *name)
{
    struct slice file = read_made(name);
    uint8_t *copy = file.p ? malloc(file.len) : NULL;
    struct image im;
    takt_err e;
    for (int i = 0; copy && i < 40; i++) {
        memcpy(copy, file.p, file.len);
        size_t n = file.len;
        if (i < 20)
            n = n * (size_t)i / 20;
        else
            for (int k = 0; k < 3; k++)
                copy[t_rand() % n] = (uint8_t)t_rand();
        takt_rc rc = media_decode(p, (struct slice){copy, n}, NULL, &im, &e);
        if (rc.code) {
            if (!T_OK(rc.code == TAKT_ERR_FORMAT || rc.code == TAKT_ERR_UNSUPPORTED ||
                      rc.code == TAKT_ERR_LIMIT))
                printf("# %s, %d: code %d: %s\n", name, i, rc.code, e.what);
            T_OK(!im.rgb);
        }
        image_free(&im);
    }
    free(copy);
    free((void *)(uintptr_t)file.p);
}

T_TEST(damaged)
{
    static const char *const names[] = {
        "alpha.png",      "moving.png",       "sampled.jpg", "progressive.jpg", "cmyk.jpg",
        "turned-6.jpg",   "alpha-lossy.webp", "moving.webp", "turned.webp",     "palette.gif",
        "interlaced.gif", "alpha.bmp",        "bits.bmp"};
    struct media_pool *p = pool_of((struct media_options){0});
    if (!p)
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        damage(p, names[i]);
    struct media_stats s;
    media_pool_stats(p, &s);
    T_EQ_INT(s.crashed, 0);
    still_works(p);
    media_pool_free(p);
}

/* Every file of a collection that was made to break decoders. Returns how many there are. */
static unsigned try_all(struct media_pool *p, const char *archive)
{
    char path[512], folder[] = P_tmpdir "/takt-media-XXXXXX", command[1200];
    unsigned n = 0;
    if (!t_shared(path, sizeof path, archive) || !T_OK(mkdtemp(folder)))
        return 0;
    snprintf(command, sizeof command, "tar -xzf '%s' -C '%s'", path, folder);
    DIR *d = T_EQ_INT(system(command), 0) ? opendir(folder) : NULL;
    for (struct dirent *f; d && (f = readdir(d));) {
        char name[1024], *text;
        size_t len;
        struct image im;
        takt_err e;
        snprintf(name, sizeof name, "%s/%s", folder, f->d_name);
        if (f->d_name[0] == '.' || file_read_all(&text, &len, name, 1 << 24, &e).code)
            continue;
        n++;
        struct slice file = {(const uint8_t *)text, len};
        takt_rc rc = media_decode(p, file, NULL, &im, &e);
        if (!T_OK(rc.code == 0 || rc.code == TAKT_ERR_FORMAT || rc.code == TAKT_ERR_UNSUPPORTED ||
                  rc.code == TAKT_ERR_LIMIT))
            printf("# %s: code %d: %s\n", f->d_name, rc.code, e.what);
        image_free(&im);
        free(text);
    }
    if (d)
        closedir(d);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    T_EQ_INT(system(command), 0);
    return n;
}

T_TEST(crashers)
{
    static const char *const archives[] = {"images/jpeg-crashers.tar.gz",
                                           "fuzz/png.tar.gz",
                                           "fuzz/jpeg.tar.gz",
                                           "fuzz/gif.tar.gz",
                                           "fuzz/webp.tar.gz",
                                           "fuzz/bmp.tar.gz"};
    char path[512];
    if (!t_shared(path, sizeof path, archives[0]))
        T_SKIP("no broken pictures (TAKT_SHARED)");
    struct media_pool *p = pool_of((struct media_options){0});
    if (!p)
        return;
    for (size_t i = 0; i < sizeof archives / sizeof *archives; i++)
        T_OK(try_all(p, archives[i]) > 0);
    struct media_stats s;
    media_pool_stats(p, &s);
    T_EQ_INT(s.crashed, 0);
    still_works(p);
    media_pool_free(p);
}

/* ---- too much ---- */

T_TEST(bombs)
{
    const struct media_options tight = {.n_workers = 1, .heap_bytes = 8 << 20};
    struct media_pool *p = pool_of(tight);
    struct image im;
    takt_err e;
    if (!p)
        return;
    /* A picture is refused by its header, whatever its file says. */
    static const uint8_t lying[33] =
        "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x75\x30\0\0\x75\x30\x08\2";
    T_FAILS(media_decode(p, (struct slice){lying, sizeof lying}, NULL, &im, &e), &e, TAKT_ERR_LIMIT,
            "30000 x 30000 pixels; 50000000");
    /* A few bytes that need more memory than there is. */
    struct slice file = read_made("large.webp");
    if (!T_SANITIZED)
        T_FAILS(media_decode(p, file, NULL, &im, &e), &e, TAKT_ERR_LIMIT, "takes more memory");
    still_works(p);
    media_pool_free(p);
    p = pool_of((struct media_options){.n_workers = 1});
    if (p && T_RC(media_decode(p, file, NULL, &im, &e), &e)) {
        T_EQ_INT(im.width, 3000);
        T_EQ_MEM(im.rgb + 3000 * 3000 * 3 - 3, "\x9\x8\x7", 3);
        image_free(&im);
    }
    free((void *)(uintptr_t)file.p);
    media_pool_free(p);
}

/* A progressive picture whose last pass comes again and again. */
T_TEST(many_passes)
{
    struct slice file = read_made("passes.jpg");
    const uint8_t *last = NULL;
    for (size_t i = 0; i + 1 < file.len; i++)
        if (file.p[i] == 0xff && file.p[i + 1] == 0xda)
            last = file.p + i;
    size_t head = last ? (size_t)(last - file.p) : 0, pass = file.len - head - 2;
    uint8_t *copy = T_OK(last) ? malloc(file.len + 200 * pass) : NULL;
    struct media_pool *p = pool_of((struct media_options){.n_workers = 1});
    if (copy && p) {
        struct image im;
        takt_err e;
        size_t n = head;
        memcpy(copy, file.p, head);
        for (int i = 0; i < 200; i++, n += pass)
            memcpy(copy + n, last, pass);
        memcpy(copy + n, "\xff\xd9", 2);
        T_FAILS(media_decode(p, (struct slice){copy, n + 2}, NULL, &im, &e), &e, TAKT_ERR_LIMIT,
                "more than 100 passes");
    }
    media_pool_free(p);
    free(copy);
    free((void *)(uintptr_t)file.p);
}

T_TEST(too_slow)
{
    struct slice file = read_made("large.png");
    const struct media_limits hasty = {.decode_ns = 1};
    struct media_pool *p = pool_of((struct media_options){.n_workers = 1});
    struct media_stats s;
    struct image im;
    takt_err e;
    if (!p)
        return;
    T_FAILS(media_decode(p, file, &hasty, &im, &e), &e, TAKT_ERR_LIMIT,
            "its decoder was killed after 1e-09 s");
    T_OK(!im.rgb);
    if (T_RC(media_decode(p, file, NULL, &im, &e), &e)) {
        T_EQ_INT(im.rgb[0], 255);
        image_free(&im);
    }
    media_pool_stats(p, &s);
    T_EQ_INT(s.timed_out, 1);
    T_EQ_INT(s.decoded, 1);
    const struct media_limits small = {.pixels = 1000000};
    T_FAILS(media_decode(p, file, &small, &im, &e), &e, TAKT_ERR_LIMIT, "1000000 in all");
    const struct media_limits wide = {.pixels = 50000001};
    T_FAILS(media_decode(p, file, &wide, &im, &e), &e, TAKT_ERR_USAGE, "more than its limits");
    free((void *)(uintptr_t)file.p);
    media_pool_free(p);
}

/* ---- dead workers ---- */

enum { PIDS_MAX = 64 };

/* The first number behind NAME in a file of /proc/PID; -1 when there is none. */
static long status_of(pid_t pid, const char *name)
{
    char path[64], text[4096] = "";
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    if (f) {
        text[fread(text, 1, sizeof text - 1, f)] = 0;
        fclose(f);
    }
    const char *at = strstr(text, name);
    return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

/* The workers of process PARENT that are not dead. */
static unsigned workers_of(pid_t parent, pid_t pids[PIDS_MAX])
{
    unsigned n = 0;
    DIR *d = opendir("/proc");
    for (struct dirent *f; d && (f = readdir(d));) {
        pid_t pid = (pid_t)strtol(f->d_name, NULL, 10);
        if (pid > 0 && n < PIDS_MAX && status_of(pid, "\nPPid:") == parent &&
            status_of(pid, "\nVmSize:") > 0) /* which a zombie has not */
            pids[n++] = pid;
    }
    if (d)
        closedir(d);
    return n;
}

static void short_wait(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

T_TEST(killed_while_idle)
{
    pid_t pids[PIDS_MAX];
    struct media_stats s;
    struct media_pool *p = pool_of((struct media_options){.n_workers = 3});
    if (!p)
        return;
    unsigned n = workers_of(getpid(), pids);
    T_EQ_INT(n, 3);
    for (unsigned i = 0; i < n; i++) {
        T_EQ_INT(status_of(pids[i], "\nNoNewPrivs:"), 1);
        T_EQ_INT(status_of(pids[i], "\nSeccomp:"), 2);
        kill(pids[i], SIGKILL);
    }
    int64_t end = clock_ns() + INT64_C(30000000000);
    do {
        short_wait();
        media_pool_stats(p, &s);
    } while (s.started < 6 && clock_ns() < end); /* 3, and 3 for them */
    T_EQ_INT(s.started, 6);
    still_works(p);
    media_pool_stats(p, &s);
    T_EQ_INT(s.decoded, 1);
    T_EQ_INT(s.crashed, 0);
    still_works(p);
    media_pool_free(p);
    T_EQ_INT(workers_of(getpid(), pids), 0);
}

/* The workers of a process that is killed end, too. */
T_TEST(parent_killed)
{
    pid_t pids[PIDS_MAX], child = fork();
    if (child == 0) {
        struct media_options o = {.worker = WORKER, .n_workers = 2};
        struct media_pool *p;
        if (media_pool_new(&p, &o, NULL).code)
            _exit(1);
        for (;;)
            pause();
    }
    int64_t end = clock_ns() + INT64_C(30000000000);
    unsigned n = 0;
    while (n < 2 && clock_ns() < end) {
        short_wait();
        n = workers_of(child, pids);
    }
    T_EQ_INT(n, 2);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    unsigned n_alive = n;
    while (n_alive > 0 && clock_ns() < end) {
        short_wait();
        n_alive = 0;
        for (unsigned i = 0; i < n; i++)
            n_alive += status_of(pids[i], "\nVmSize:") > 0;
    }
    T_EQ_INT(n_alive, 0);
}

/* ---- workers that misbehave ---- */

/* What decoding costs with tests/media/liar.c as its worker, told to do HOW. */
static takt_rc ask_liar(struct media_pool *p, const char *how, takt_err *e)
{
    struct slice file = read_made("one.png");
    size_t n = file.len + strlen(how);
    uint8_t *copy = malloc(n);
    struct image im;
    takt_rc rc = {TAKT_ERR_USAGE};
    if (T_OK(copy && file.p)) {
        memcpy(copy, file.p, file.len);
        memcpy(copy + file.len, how, strlen(how));
        const struct media_limits l = {.decode_ns = INT64_C(200000000)};
        rc =
            media_decode(p, (struct slice){copy, n}, strcmp(how, "sleep") == 0 ? &l : NULL, &im, e);
        T_OK(!im.rgb);
        image_free(&im);
    }
    free(copy);
    free((void *)(uintptr_t)file.p);
    return rc;
}

T_TEST(liars)
{
    const struct media_options o = {.worker = LIAR, .n_workers = 1};
    struct media_pool *p;
    struct media_stats s;
    takt_err e;
    setenv("TAKT_TEST_SECRET", "hunter2", 1);
    if (!T_RC(media_pool_new(&p, &o, &e), &e))
        return;
    T_FAILS(ask_liar(p, "segv", &e), &e, TAKT_ERR_FORMAT, "crashed its decoder (signal 11)");
    T_FAILS(ask_liar(p, "exit", &e), &e, TAKT_ERR_FORMAT, "end without an answer");
    T_FAILS(ask_liar(p, "short", &e), &e, TAKT_ERR_INTERNAL, "with 3 bytes");
    T_FAILS(ask_liar(p, "long", &e), &e, TAKT_ERR_INTERNAL, "bytes, not");
    T_FAILS(ask_liar(p, "rubbish", &e), &e, TAKT_ERR_INTERNAL, "makes no sense");
    T_FAILS(ask_liar(p, "larger", &e), &e, TAKT_ERR_INTERNAL,
            "100000 x 100000 pixels where 1 x 1 are expected");
    T_FAILS(ask_liar(p, "internal", &e), &e, TAKT_ERR_INTERNAL, "makes no sense");
    T_FAILS(ask_liar(p, "text", &e), &e, TAKT_ERR_FORMAT, "???");
    T_OK(!strchr(e.what, '\n'));
    T_FAILS(ask_liar(p, "sleep", &e), &e, TAKT_ERR_LIMIT, "its decoder was killed after 0.2 s");
    T_FAILS(ask_liar(p, "environment", &e), &e, TAKT_ERR_FORMAT, "environment:");
    T_OK(!strstr(e.what, "hunter2") && !strstr(e.what, "PATH=/") && !strstr(e.what, "HOME="));
    media_pool_stats(p, &s);
    T_EQ_INT(s.crashed, 2);
    T_EQ_INT(s.timed_out, 1);
    T_EQ_INT(s.decoded, 0);
    media_pool_free(p);
}

static void *kill_soon(void *user)
{
    pid_t pids[PIDS_MAX];
    (void)user;
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    for (unsigned i = workers_of(getpid(), pids); i > 0; i--)
        kill(pids[i - 1], SIGKILL);
    return NULL;
}

T_TEST(killed_at_work)
{
    const struct media_options o = {.worker = LIAR, .n_workers = 1};
    struct media_pool *p;
    pthread_t thread;
    takt_err e;
    if (!T_RC(media_pool_new(&p, &o, &e), &e))
        return;
    if (T_EQ_INT(pthread_create(&thread, NULL, kill_soon, NULL), 0)) {
        T_FAILS(ask_liar(p, "wait", &e), &e, TAKT_ERR_MEMORY, "was killed by the system");
        pthread_join(thread, NULL);
    }
    media_pool_free(p);
}

T_TEST(cannot_start)
{
    struct media_pool *p;
    takt_err e;
    struct media_options o = {.worker = "/nonexistent/worker"};
    T_FAILS(media_pool_new(&p, &o, &e), &e, TAKT_ERR_IO, "/nonexistent/worker: is no program");
    o.worker = "/bin/true";
    T_FAILS(media_pool_new(&p, &o, &e), &e, TAKT_ERR_IO, "ended before it was ready");
    T_OK(!p);
    o.worker = NULL; /* there is none beside a test */
    if (media_pool_new(&p, &o, &e).code)
        T_OK(strstr(e.what, "neither beside this program nor in"));
    media_pool_free(p);
    o = (struct media_options){.worker = WORKER, .n_workers = MEDIA_WORKERS_MAX + 1};
    T_FAILS(media_pool_new(&p, &o, &e), &e, TAKT_ERR_USAGE, "65 workers");
    o = (struct media_options){.worker = WORKER, .limits = {.pixels = UINT64_MAX}};
    T_FAILS(media_pool_new(&p, &o, &e), &e, TAKT_ERR_USAGE, "too large");
    media_pool_free(NULL);
}

/* ---- many at a time ---- */

enum { THREADS = 6, ROUNDS = 8 };

static void *decode_some(void *user)
{
    struct media_pool *p = user;
    struct slice file = read_made("sampled.jpg");
    char first[65] = "", hex[65];
    bool fine = file.p;
    for (int i = 0; fine && i < ROUNDS; i++) {
        struct image im;
        fine = !media_decode(p, file, NULL, &im, NULL).code;
        if (fine) {
            table_hash(hex, &im);
            fine = i == 0 || strcmp(hex, first) == 0;
            memcpy(first, hex, sizeof first);
        }
        image_free(&im);
    }
    free((void *)(uintptr_t)file.p);
    return fine ? p : NULL;
}

T_TEST(threads)
{
    struct media_pool *p = pool_of((struct media_options){.n_workers = 2});
    struct media_stats s;
    pthread_t thread[THREADS];
    if (!p)
        return;
    for (int i = 0; i < THREADS; i++)
        if (!T_EQ_INT(pthread_create(&thread[i], NULL, decode_some, p), 0))
            return;
    for (int i = 0; i < THREADS; i++) {
        void *fine;
        pthread_join(thread[i], &fine);
        T_OK(fine);
    }
    media_pool_stats(p, &s);
    T_EQ_INT(s.decoded, THREADS * ROUNDS);
    media_pool_free(p);
}

T_MAIN("media/pool")
