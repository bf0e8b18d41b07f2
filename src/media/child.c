#include "media/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENV_MAX = 5, ENV_BYTES = 4096 };
static void few_variables(char *env[ENV_MAX], char text[ENV_MAX - 1][ENV_BYTES])
{
    static const char *const names[ENV_MAX - 1] = {"LD_LIBRARY_PATH", "ASAN_OPTIONS",
                                                   "UBSAN_OPTIONS", "TSAN_OPTIONS"};
    unsigned n = 0;
    for (unsigned i = 0; i < ENV_MAX - 1; i++) {
        const char *value = getenv(names[i]);
        if (value && snprintf(text[n], ENV_BYTES, "%s=%s", names[i], value) < ENV_BYTES) {
            env[n] = text[n];
            n++;
        }
    }
    env[n] = NULL;
}

static int set_attributes(posix_spawnattr_t *a)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int rc = posix_spawnattr_setflags(a, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                             POSIX_SPAWN_SETSIGDEF);
    rc = rc ? rc : posix_spawnattr_setpgroup(a, 0);
    rc = rc ? rc : posix_spawnattr_setsigmask(a, &none);
    return rc ? rc : posix_spawnattr_setsigdefault(a, &all);
}

int child_start(pid_t *pid, const char *path, char *const argv[], const struct child_fd *fd,
                size_t n)
{
    char text[ENV_MAX - 1][ENV_BYTES];
    char *env[ENV_MAX];
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    few_variables(env, text);
    int rc = posix_spawn_file_actions_init(&files);
    if (rc != 0)
        return rc;
    rc = posix_spawnattr_init(&attributes);
    if (rc == 0) {
        rc = set_attributes(&attributes);
        for (size_t i = 0; rc == 0 && i < n; i++)
            rc = posix_spawn_file_actions_adddup2(&files, fd[i].from, fd[i].to);
        rc = rc ? rc : posix_spawn(pid, path, &files, &attributes, argv, env);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

int child_above(int fd, int most)
{
    if (fd < 0)
        return -1;
    int up = fcntl(fd, F_DUPFD_CLOEXEC, most + 1), error = errno;
    close(fd);
    errno = error;
    return up;
}

int child_end(pid_t *pid)
{
    int status = 0;
    if (*pid <= 0)
        return 0;
    kill(*pid, SIGKILL);
    while (waitpid(*pid, &status, 0) < 0 && errno == EINTR)
        ;
    *pid = 0;
    return status;
}
