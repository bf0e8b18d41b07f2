/* Unlike our own decoders ffmpeg is a large program whose system calls differ by version: what is
 * not in the list fails with ENOSYS, and it goes on without. */
#include "media/worker/film.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "media/film_run.h"
#include "media/worker/confine.h"
#include "media/worker/sanitized.h"

/* ---- files ---- */

/* All that a first version of Landlock knows: what is not allowed below is refused. */
static const uint64_t all_access =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;

/* What is not there needs no rule. */
static void may_run(int rules, const char *path)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    struct landlock_path_beneath_attr a = {.allowed_access = LANDLOCK_ACCESS_FS_EXECUTE |
                                                             LANDLOCK_ACCESS_FS_READ_FILE,
                                           .parent_fd = fd};
    if (fd < 0)
        return;
    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a, 0);
    close(fd);
}

/* Libraries that lie beside a program of one's own: bin/../lib, and what LD_LIBRARY_PATH names. */
static void may_load_beside(int rules, const char *program)
{
    char path[FILM_PATH_MAX + 16];
    const char *real = realpath(program, path), *more = getenv("LD_LIBRARY_PATH");
    char *slash = real ? strrchr(path, '/') : NULL;
    if (slash) {
        may_run(rules, path);
        memcpy(slash, "/../lib", sizeof "/../lib");
        may_run(rules, path);
    }
    while (more && *more) {
        size_t n = strcspn(more, ":");
        snprintf(path, sizeof path, "%.*s", (int)n, more);
        if (n > 0)
            may_run(rules, path);
        more += n + (more[n] == ':');
    }
}

static takt_rc confine_files(const char *program, takt_err *e)
{
    static const char *const system[] = {"/usr", "/lib",      "/lib64", "/bin", "/etc/ld.so.cache",
                                         "/opt", "/nix/store"};
    const struct landlock_ruleset_attr a = {.handled_access_fs = all_access};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &a, sizeof a, 0);
    /* The kernel has none, or a filter around us keeps it away: reading stays possible, with nobody
     * to tell it to. */
    if (rules < 0 && (errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM))
        return TAKT_OK;
    if (rules < 0)
        return err_sys(e, "media worker", "cannot give up files (Landlock)");
    for (size_t i = 0; i < sizeof system / sizeof *system; i++)
        may_run(rules, system[i]);
    may_load_beside(rules, program);
    int rc = (int)syscall(SYS_landlock_restrict_self, rules, 0);
    close(rules);
    return rc == 0 ? TAKT_OK : err_sys(e, "media worker", "cannot give up files (Landlock)");
}

/* ---- system calls ---- */

#define ALLOW(call, ...)            seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(call), __VA_ARGS__)
#define BITS(argument, mask, value) SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value)

static int allow_plain(scmp_filter_ctx f)
{
    static const int calls[] = {
        /* memory */
        SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mlock),
        SCMP_SYS(munlock), SCMP_SYS(membarrier),
        /* files that are open, or are opened for reading */
        SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(close),
        SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(fstat), SCMP_SYS(stat),
        SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access),
        SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
        SCMP_SYS(getcwd), SCMP_SYS(getdents64), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select),
        SCMP_SYS(pselect6), SCMP_SYS(fadvise64),
        /* threads and time */
        SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list), SCMP_SYS(rseq),
        SCMP_SYS(set_tid_address), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(arch_prctl),
        SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_setaffinity),
        SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler), SCMP_SYS(clock_gettime),
        SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
        SCMP_SYS(gettimeofday), SCMP_SYS(getrusage), SCMP_SYS(times), SCMP_SYS(exit),
        SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
        /* signals to itself, and who it is */
        SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
        SCMP_SYS(sigaltstack), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
        SCMP_SYS(getegid), SCMP_SYS(getrandom), SCMP_SYS(uname), SCMP_SYS(sysinfo),
        SCMP_SYS(getrlimit), SCMP_SYS(execve)};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof calls / sizeof *calls; i++)
        if (calls[i] >= 0) /* this machine has it */
            rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
    return rc;
}

/* Memory that can be written is not executed, and the other way round. */
static int allow_memory(scmp_filter_ctx f)
{
    static const int kinds[] = {PROT_NONE, PROT_WRITE, PROT_EXEC};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof kinds / sizeof *kinds; i++) {
        rc = ALLOW(mmap, 1, BITS(2, PROT_WRITE | PROT_EXEC, (uint64_t)kinds[i]));
        rc = rc ? rc : ALLOW(mprotect, 1, BITS(2, PROT_WRITE | PROT_EXEC, (uint64_t)kinds[i]));
    }
    return rc;
}

/* Those that are harmless with some arguments alone. */
static int allow_some(scmp_filter_ctx f)
{
    static const int asks[] = {F_GETFD, F_SETFD, F_GETFL, F_DUPFD, F_DUPFD_CLOEXEC};
    const uint32_t low = 0xffffffff;
    const uint32_t writes = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
    int rc = ALLOW(openat, 1, BITS(2, writes, O_RDONLY));
    if (rc == 0 && SCMP_SYS(open) >= 0)
        rc = ALLOW(open, 1, BITS(1, writes, O_RDONLY));
    for (uint32_t fd = STDOUT_FILENO; rc == 0 && fd <= STDERR_FILENO; fd++) {
        rc = ALLOW(write, 1, BITS(0, low, fd));
        rc = rc ? rc : ALLOW(writev, 1, BITS(0, low, fd));
    }
    for (size_t i = 0; rc == 0 && i < sizeof asks / sizeof *asks; i++)
        rc = ALLOW(fcntl, 1, BITS(1, low, (uint32_t)asks[i]));
    rc = rc ? rc : ALLOW(clone, 1, BITS(0, CLONE_THREAD, CLONE_THREAD)); /* no process */
    rc = rc ? rc : ALLOW(prctl, 1, BITS(0, low, PR_SET_NAME));
    rc = rc ? rc : ALLOW(prlimit64, 2, BITS(0, low, 0), SCMP_CMP(2, SCMP_CMP_EQ, 0, 0));
    return rc ? rc : ALLOW(tgkill, 1, BITS(0, low, (uint32_t)getpid()));
}

static takt_rc confine_calls_of_film(takt_err *e)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    int rc = f ? allow_plain(f) : -ENOMEM;
    rc = rc ? rc : allow_memory(f);
    rc = rc ? rc : allow_some(f);
    rc = rc ? rc : seccomp_load(f);
    if (f)
        seccomp_release(f);
    if (rc == 0)
        return TAKT_OK;
    errno = -rc;
    return err_sys(e, "media worker", "cannot give up system calls for ffmpeg (seccomp)");
}

/* ---- all ---- */

takt_rc film_confine(const char *program, uint64_t memory, uint64_t cpu_s, takt_err *e)
{
    enum { FILES_MAX = 32 };
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return err_sys(e, "media worker", "cannot give up privileges");
    if (close_range(FILM_FD + 1, ~0u, 0) < 0)
        return err_sys(e, "media worker", "cannot close what it has inherited");
    TAKT_TRY(confine_limit(RLIMIT_CPU, "processor time", cpu_s, e));
    TAKT_TRY(confine_limit(RLIMIT_CORE, "core dumps", 0, e));
    TAKT_TRY(confine_limit(RLIMIT_FSIZE, "files", 0, e));
    TAKT_TRY(confine_limit(RLIMIT_NOFILE, "open files", FILES_MAX, e));
    TAKT_TRY(confine_files(program, e));
    if (!MEDIA_SANITIZED) /* whose run time has mapped terabytes by now */
        TAKT_TRY(confine_limit(RLIMIT_AS, "memory", memory, e));
    return confine_calls_of_film(e);
}

takt_rc film_exec(char *const argv[], uint64_t memory, uint64_t cpu_s, takt_err *e)
{
    TAKT_TRY(film_confine(argv[0], memory, cpu_s, e));
    execv(argv[0], argv);
    return err_sys(e, "ffmpeg", "cannot be run");
}
