/* store_worker: a thread that talks to a store, so that its users never wait for a disk.
 *
 * A task belongs to its user, who keeps it in place from store_worker_submit until `done`. Tasks
 * run one after the other, in order. All functions here are for one thread, the user's. */
#ifndef TAKT_STORE_STORE_WORKER_H
#define TAKT_STORE_STORE_WORKER_H

#include "store/store.h"

struct store_task {
    /* On the worker's thread. Returns what the store said. */
    takt_rc (*work)(struct store_task *t, struct store *s, takt_err *e);
    /* On the user's, in store_worker_collect; may free the task. */
    void (*done)(struct store_task *t);
    takt_rc rc;   /* what `work` returned */
    takt_err err; /* why it failed, where it did */
    struct store_task *next;
};

struct store_worker;

enum { STORE_TASKS_MAX = 4096 };

/* store_worker_new starts the thread over S, which is the worker's until store_worker_free. WAKE is
 * called on its thread after a task: only to have the user call store_worker_collect soon. Errors:
 * MEMORY, IO (no thread). */
takt_rc store_worker_new(struct store_worker **out, struct store *s, void (*wake)(void *user),
                         void *user, takt_err *e);
/* store_worker_free runs what is queued, calls `done` for all, ends the thread and closes the
 * store. NULL is allowed. */
void store_worker_free(struct store_worker *w);

/* store_worker_submit queues T (work and done set). False, and T stays the user's, when
 * STORE_TASKS_MAX are queued. */
bool store_worker_submit(struct store_worker *w, struct store_task *t);

/* store_worker_collect calls `done` for the tasks that have run; those may submit others. */
void store_worker_collect(struct store_worker *w);

#endif
