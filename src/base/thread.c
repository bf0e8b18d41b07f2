#include "base/thread.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SHORT_SLICE_NS = 100000 }; /* the least that Linux takes */

/* Linux's struct sched_attr in its first version: <linux/sched/types.h> cannot be included together
 * with <pthread.h> in all versions. */
struct attr {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime_ns, deadline_ns, period_ns;
};

static bool get_attr(struct attr *a)
{
    return syscall(SYS_sched_getattr, 0, a, sizeof *a, 0) == 0;
}

/* set_slice gives this thread turns of NS, 0: the system's. A refusal changes nothing. */
static void set_slice(uint64_t ns)
{
    struct attr a = {0};
    if (!get_attr(&a) || a.policy != 0)
        return;
    a.runtime_ns = ns;
    syscall(SYS_sched_setattr, 0, &a, 0);
}

static bool has_short_slice(void)
{
    struct attr a = {0};
    return get_attr(&a) && a.policy == 0 && a.runtime_ns == SHORT_SLICE_NS;
}

void thread_wake_soon(void)
{
    set_slice(SHORT_SLICE_NS);
}

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
    const bool is_short = has_short_slice(); /* it inherits that too */
    if (is_short)
        set_slice(0);
    rc = pthread_create(thread, NULL, main, user);
    if (is_short)
        set_slice(SHORT_SLICE_NS);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return rc;
}
