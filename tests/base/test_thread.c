#include "base/thread.h"

#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "t.h"

static void *read_mask(void *mask)
{
    pthread_sigmask(SIG_SETMASK, NULL, mask);
    return NULL;
}

T_TEST(takes_no_signals_from_outside)
{
    sigset_t in_thread, before, after;
    pthread_t t;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    T_EQ_INT(thread_start(&t, read_mask, &in_thread), 0);
    pthread_join(t, NULL);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    static const int outside[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGUSR1, SIGCHLD, SIGPIPE};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        T_EQ_INT(sigismember(&in_thread, outside[i]), 1);
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        T_EQ_INT(sigismember(&in_thread, faults[i]), 0);
    for (int s = 1; s < SIGRTMIN; s++)
        T_EQ_INT(sigismember(&after, s), sigismember(&before, s));
}

/* The slice of the thread that calls it, in ns; 0 where Linux is older than 6.12. */
static uint64_t slice_ns(void)
{
    uint64_t attr[6] = {0}; /* struct sched_attr; the slice is sched_runtime */
    return syscall(SYS_sched_getattr, 0, attr, sizeof attr, 0) == 0 ? attr[3] : 0;
}

static void *read_slice(void *ns)
{
    *(uint64_t *)ns = slice_ns();
    return NULL;
}

static void *wake_soon(void *slices)
{
    uint64_t *ns = slices;
    pthread_t t;
    ns[0] = slice_ns();
    thread_wake_soon();
    ns[1] = slice_ns();
    if (T_EQ_INT(thread_start(&t, read_slice, &ns[2]), 0))
        pthread_join(t, NULL);
    ns[3] = slice_ns();
    return NULL;
}

T_TEST(short_turns_are_the_loops_alone)
{
    uint64_t ns[4] = {0};
    pthread_t t;
    if (!T_EQ_INT(thread_start(&t, wake_soon, ns), 0))
        return;
    pthread_join(t, NULL);
    if (ns[0] == 0)
        T_SKIP("this Linux gives no thread a slice of its own (6.12 and later do)");
    T_OK(ns[1] < ns[0]);
    T_EQ_INT(ns[2], ns[0]);
    T_EQ_INT(ns[3], ns[1]);
}

T_MAIN("base/thread")
