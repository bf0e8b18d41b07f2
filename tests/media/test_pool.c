/* The pool: what hostile files, dead workers and lying workers cost. */
#include "media/media.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "media/wire.h"
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

T_MAIN("media/pool")
