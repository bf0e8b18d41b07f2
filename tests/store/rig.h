/* rig: stores to test with. A SQLite file in a folder of its own, and a PostgreSQL server that
 * listens at a socket in there, as a user that is not root (it refuses to be), and ends with the
 * test. */
#ifndef TAKT_TESTS_STORE_RIG_H
#define TAKT_TESTS_STORE_RIG_H

#include <glob.h>
#include <ftw.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"
#include "t.h"

enum { RIG_NOBODY = 65534, RIG_PATH = 512 };

static struct {
    char dir[RIG_PATH], programs[RIG_PATH];
    pid_t server; /* 0: none yet; -1: there is none to be had */
    const char *why;
} rig_;

/* rig_dir is a folder of this process in the folder for temporary files. */
static const char *rig_dir(void)
{
    if (!rig_.dir[0]) {
        snprintf(rig_.dir, sizeof rig_.dir, "%s/takt-store-XXXXXX", P_tmpdir);
        if (!mkdtemp(rig_.dir))
            fprintf(stderr, "no folder %s\n", rig_.dir);
    }
    return rig_.dir;
}

static int rig_remove(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

__attribute__((destructor)) static void rig_end(void)
{
    if (rig_.server > 0) {
        kill(rig_.server, SIGQUIT);
        waitpid(rig_.server, NULL, 0);
    }
    if (rig_.dir[0])
        nftw(rig_.dir, rig_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* Runs PROGRAM of PostgreSQL with ARGV in another process. */
static pid_t rig_spawn(const char *program, const char *const argv[])
{
    pid_t pid = fork();
    if (pid)
        return pid;
    char path[2 * RIG_PATH];
    snprintf(path, sizeof path, "%s/%s", rig_.programs, program);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (getuid() == 0 && (setgid(RIG_NOBODY) != 0 || setuid(RIG_NOBODY) != 0))
        _exit(126);
    if (!freopen("/dev/null", "r", stdin) || !freopen("/dev/null", "w", stdout) ||
        !freopen("/dev/null", "w", stderr))
        _exit(126);
    execv(path, (char *const *)(uintptr_t)argv);
    _exit(127);
}

static bool rig_find(void)
{
    glob_t g;
    bool found = glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &g) == 0 && g.gl_pathc > 0;
    if (found) {
        snprintf(rig_.programs, sizeof rig_.programs, "%s", g.gl_pathv[g.gl_pathc - 1]);
        *strrchr(rig_.programs, '/') = '\0';
    }
    globfree(&g);
    return found;
}

/* The folder of the server, which is its user's. */
static const char *rig_data(char buf[RIG_PATH + 8])
{
    snprintf(buf, RIG_PATH + 8, "%s/pg", rig_dir());
    return buf;
}

static bool rig_start_server(void)
{
    char data[RIG_PATH + 8];
    rig_data(data);
    const char *const argv[] = {"postgres",
                                "-D",
                                data,
                                "-k",
                                data,
                                "-c",
                                "listen_addresses=",
                                "-c",
                                "shared_buffers=8MB",
                                "-c",
                                "max_connections=8",
                                NULL};
    rig_.server = rig_spawn("postgres", argv);
    return rig_.server > 0;
}

static bool rig_make_server(void)
{
    char data[RIG_PATH + 8];
    int status = 0;
    rig_data(data);
    const char *const argv[] = {"initdb", "-D", data,   "-U",        "takt",       "-A",
                                "trust",  "-E", "UTF8", "--no-sync", "--locale=C", NULL};
    if (mkdir(data, 0700) != 0 || chmod(rig_dir(), 0711) != 0 ||
        (getuid() == 0 && chown(data, RIG_NOBODY, RIG_NOBODY) != 0))
        return false;
    pid_t pid = rig_spawn("initdb", argv);
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 && rig_start_server();
}

/* rig_postgres writes the address of the server; false with a reason in rig_.why. */
__attribute__((unused)) static bool rig_postgres(char *buf, size_t cap)
{
    char data[RIG_PATH + 8];
    if (rig_.server == 0) {
        rig_.why = "PostgreSQL's server is not installed (postgresql-15)";
        if (!rig_find()) {
            rig_.server = -1;
        } else if (!rig_make_server()) {
            rig_.why = "PostgreSQL's server could not be started";
            rig_.server = -1;
        }
    }
    snprintf(buf, cap, "postgres:///postgres?host=%s&user=takt", rig_data(data));
    return rig_.server > 0;
}

/* rig_open opens WHERE, again and again while the server is starting. */
static struct store *rig_open(const char *where)
{
    struct store *s = NULL;
    takt_err e = {0};
    takt_rc rc = TAKT_OK;
    for (int i = 0; i < 600; i++) {
        rc = store_open(&s, where, &e);
        if (!rc.code || e.code != TAKT_ERR_IO || strncmp(where, "postgres", 8) != 0)
            break;
        usleep(100000);
    }
    T_RC(rc, &e);
    return s;
}

#endif
