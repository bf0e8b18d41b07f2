/* quiet: proves that a piece of code allocates nothing, faults on no page and calls the system for
 * nothing, on any thread of the process.
 *
 * Allocations are counted by functions of the C library's names in the test program; page faults by
 * getrusage; system calls by a seccomp filter over all threads that turns every call into a
 * signal, whose handler counts it and then makes it (its sixth argument is lost). Calls whose sixth
 * argument is QUIET_PASS are the test's own and pass. A process cannot leave the filter: use it in
 * a child process. Include it once per binary. */
#ifndef TAKT_TESTS_ENGINE_QUIET_H
#define TAKT_TESTS_ENGINE_QUIET_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "t.h"

enum { QUIET_PASS = 0x7A6B7, QUIET_CALLS_MAX = 512 };

/* What happened since the counters were last cleared. */
static struct {
    _Atomic uint32_t n_calls, n_allocs;
    _Atomic uint32_t call[QUIET_CALLS_MAX]; /* [system call number] */
} quiet;

/* ---- allocations ---- */

#if defined(__GLIBC__) && defined(__x86_64__) && !T_SANITIZED
#define QUIET_WORKS 1

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);
void __libc_free(void *p);

void *malloc(size_t n)
{
    atomic_fetch_add(&quiet.n_allocs, 1);
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    atomic_fetch_add(&quiet.n_allocs, 1);
    return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    atomic_fetch_add(&quiet.n_allocs, 1);
    return __libc_realloc(p, n);
}

void *aligned_alloc(size_t align, size_t n)
{
    atomic_fetch_add(&quiet.n_allocs, 1);
    return __libc_memalign(align, n);
}

void free(void *p)
{
    if (p)
        atomic_fetch_add(&quiet.n_allocs, 1); /* a lock, and perhaps a system call, as well */
    __libc_free(p);
}

/* ---- system calls ---- */

/* The call NR with the mark of the test's own; -errno on failure. */
static long quiet_call(long nr, long a, long b, long c, long d, long e)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = QUIET_PASS;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static void quiet_on_call(int sig, siginfo_t *info, void *context)
{
    greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
    (void)sig;
    atomic_fetch_add(&quiet.n_calls, 1);
    if (info->si_syscall >= 0 && info->si_syscall < QUIET_CALLS_MAX)
        atomic_fetch_add(&quiet.call[info->si_syscall], 1);
    r[REG_RAX] =
        quiet_call(info->si_syscall, r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8]);
}

/* quiet_begin traps the system calls of all threads from here on. False when the system does not
 * allow it. */
static bool quiet_begin(void)
{
    enum { NR = offsetof(struct seccomp_data, nr), ARG6 = offsetof(struct seccomp_data, args[5]) };
    static struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NR),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 2, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG6),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, QUIET_PASS, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    };
    static const struct sock_fprog program = {sizeof code / sizeof *code, code};
    struct sigaction a = {.sa_sigaction = quiet_on_call, .sa_flags = SA_SIGINFO | SA_NODEFER};
    return sigaction(SIGSYS, &a, NULL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

/* quiet_faults: page faults of the process so far. */
static uint64_t quiet_faults(void)
{
    struct rusage u;
    quiet_call(SYS_getrusage, RUSAGE_SELF, (long)&u, 0, 0, 0);
    return (uint64_t)u.ru_minflt + (uint64_t)u.ru_majflt;
}

/* quiet_exit ends the process under the filter. */
static void quiet_exit(int status)
{
    quiet_call(SYS_exit_group, status, 0, 0, 0, 0);
}

static void quiet_clear(void)
{
    atomic_store(&quiet.n_calls, 0);
    atomic_store(&quiet.n_allocs, 0);
    for (int i = 0; i < QUIET_CALLS_MAX; i++)
        atomic_store(&quiet.call[i], 0);
}
#endif

#endif
