#include "base/thread.h"

#include <signal.h>

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

T_MAIN("base/thread")
