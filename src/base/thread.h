/* thread: threads of the library in a program that is not ours. */
#ifndef TAKT_BASE_THREAD_H
#define TAKT_BASE_THREAD_H

#include <pthread.h>

/* thread_start is pthread_create with default attributes for a thread that takes no signals from
 * outside: those stay with the program's own threads, so that one that lets SIGINT in only while it
 * waits for input is the one that gets it. Faults (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP,
 * SIGSYS) and SIGABRT stay unblocked. Returns 0, or an errno value as pthread_create does. */
int thread_start(pthread_t *thread, void *(*main)(void *user), void *user);

/* thread_wake_soon asks the kernel to let this thread run at once when it wakes, at the price of
 * shorter turns: for one that works little and often beside threads that compute, as a server's
 * loop does. Without it the loop waits for the end of their turns, several milliseconds. Threads
 * that it starts (thread_start) have turns of the usual length again. Linux 6.12 and later (a
 * task's own slice, sched_setattr(2)); elsewhere it changes nothing. */
void thread_wake_soon(void);

#endif
