#include "media/worker/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "media/wire.h"
#include "media/worker/sanitized.h"

/* What is mapped by now: the first field of statm, in pages. */
static bool mapped_bytes(uint64_t *out)
{
    char text[64];
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = 0;
    *out = strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
    return *out > 0;
}

takt_rc confine_limit(int resource, const char *name, uint64_t value, takt_err *e)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) == 0 && value > now.rlim_max)
        value = now.rlim_max; /* somebody has set a tighter one */
    const struct rlimit l = {value, value};
    if (setrlimit((__rlimit_resource_t)resource, &l) < 0)
        return err_sys(e, "media worker", "cannot limit %s", name);
    return TAKT_OK;
}

takt_rc confine_limits(uint64_t heap_bytes, uint64_t cpu_s, takt_err *e)
{
    uint64_t mapped;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return err_sys(e, "media worker", "cannot give up privileges");
    if (!MEDIA_SANITIZED) {
        if (!mapped_bytes(&mapped))
            return err_sys(e, "media worker", "cannot read its own size in /proc");
        TAKT_TRY(confine_limit(RLIMIT_AS, "its memory", mapped + heap_bytes, e));
    }
    TAKT_TRY(confine_limit(RLIMIT_CPU, "its processor time", cpu_s, e));
    TAKT_TRY(confine_limit(RLIMIT_CORE, "core dumps", 0, e));
    TAKT_TRY(confine_limit(RLIMIT_FSIZE, "files", 0, e));
    TAKT_TRY(confine_limit(RLIMIT_NPROC, "processes", 0, e));
    return confine_limit(RLIMIT_NOFILE, "open files", WIRE_AREAS_FD + 1, e);
}

#define ALLOW(call, ...) seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(call), __VA_ARGS__)
/* The low half of an argument is VALUE in the bits of MASK; a descriptor has no more. */
#define BITS(argument, mask, value) SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value)
#define IS_FD(argument, fd)         BITS(argument, 0xffffffff, (uint32_t)(fd))

/* All of a decoder's memory is private, has no file behind it and is not executed. */
static int allow_memory(scmp_filter_ctx f)
{
    int rc =
        ALLOW(mmap, 3, BITS(2, PROT_EXEC, 0), BITS(3, MAP_ANONYMOUS, MAP_ANONYMOUS), IS_FD(4, -1));
    rc = rc ? rc : ALLOW(munmap, 0);
    rc = rc ? rc : ALLOW(mremap, 0);
    rc = rc ? rc : ALLOW(madvise, 0);
    return rc ? rc : ALLOW(brk, 0);
}

static int allow_rest(scmp_filter_ctx f)
{
    int rc = ALLOW(read, 1, IS_FD(0, WIRE_SOCKET_FD));
    rc = rc ? rc : ALLOW(write, 1, IS_FD(0, WIRE_SOCKET_FD));
    rc = rc ? rc : ALLOW(clock_gettime, 0);
    rc = rc ? rc : ALLOW(restart_syscall, 0);
    rc = rc ? rc : ALLOW(exit, 0);
    return rc ? rc : ALLOW(exit_group, 0);
}

/* What the sanitizers' run time does beside, to watch and to print what it finds. */
static int allow_sanitizer(scmp_filter_ctx f)
{
    static const int calls[] = {
        SCMP_SYS(mprotect), SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
        SCMP_SYS(futex),    SCMP_SYS(sched_yield), SCMP_SYS(getpid),       SCMP_SYS(gettid)};
    int rc = ALLOW(write, 1, IS_FD(0, STDERR_FILENO));
    for (size_t i = 0; rc == 0 && i < sizeof calls / sizeof *calls; i++)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
    return rc;
}

takt_rc confine_calls(takt_err *e)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int rc = f ? allow_memory(f) : -ENOMEM;
    rc = rc ? rc : allow_rest(f);
    rc = rc || !MEDIA_SANITIZED ? rc : allow_sanitizer(f);
    rc = rc ? rc : seccomp_load(f);
    if (f)
        seccomp_release(f);
    if (rc == 0)
        return TAKT_OK;
    errno = -rc;
    return err_sys(e, "media worker", "cannot give up its system calls (seccomp)");
}

/* ---- attempts ---- */

static void try_open(void)
{
    open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static void try_socket(void)
{
    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void try_connect(void)
{
    const struct sockaddr_in to = {.sin_family = AF_INET};
    connect(WIRE_SOCKET_FD, (const struct sockaddr *)(const void *)&to, sizeof to);
}

static void try_fork(void)
{
    fork();
}

static void try_exec(void)
{
    char *const nothing[] = {NULL};
    execve("/bin/true", nothing, nothing);
}

static void try_kill(void)
{
    kill(getppid(), 0);
}

static void try_ptrace(void)
{
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void try_mmap_exec(void)
{
    mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void try_mmap_file(void)
{
    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_AREAS_FD, 0);
}

static void try_mprotect_exec(void)
{
    static _Alignas(4096) char page[4096];
    syscall(SYS_pkey_mprotect, page, sizeof page, PROT_READ | PROT_EXEC, -1);
}

static void try_write_other(void)
{
    if (write(WIRE_AREAS_FD, "x", 1) < 0)
        return;
}

static void try_prctl(void)
{
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

bool confine_try(const char *what)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } attempts[] = {
        {"open", try_open},
        {"socket", try_socket},
        {"connect", try_connect},
        {"fork", try_fork},
        {"exec", try_exec},
        {"kill", try_kill},
        {"ptrace", try_ptrace},
        {"mmap-exec", try_mmap_exec},
        {"mmap-file", try_mmap_file},
        {"mprotect-exec", try_mprotect_exec},
        {"write-other", try_write_other},
        {"prctl", try_prctl},
    };
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        if (strcmp(what, attempts[i].name) == 0) {
            attempts[i].run();
            return true;
        }
    return false;
}
