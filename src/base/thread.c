#include "base/thread.h"

#include <signal.h>
#include <stddef.h>

int thread_start(pthread_t *thread, void *(*main)(void *user), void *user)
{
    static const int kept[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
    sigset_t blocked, old;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        sigdelset(&blocked, kept[i]);
    int rc = pthread_sigmask(SIG_BLOCK, &blocked, &old); /* a new thread inherits the mask */
    if (rc != 0)
        return rc;
    rc = pthread_create(thread, NULL, main, user);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return rc;
}
