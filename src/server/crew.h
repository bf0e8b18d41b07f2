/* crew: threads for work that would hold up the loop, such as opening pictures.
 *
 * A task belongs to its user, who keeps it in place from crew_submit until `done`. Tasks begin in
 * order, several at a time. crew_submit and crew_collect are for one thread, the user's; a `work`
 * may not call them. */
#ifndef TAKT_SERVER_CREW_H
#define TAKT_SERVER_CREW_H

#include <stdint.h>

#include "base/err.h"

struct crew_task {
    void (*work)(struct crew_task *t); /* on one of the threads */
    void (*done)(struct crew_task *t); /* on the user's, in crew_collect; may free the task */
    struct crew_task *next;
};

struct crew;

/* crew_new starts N_THREADS. WAKE is called on one of them after a task: only to have the user call
 * crew_collect soon. Errors: MEMORY, IO (no thread). */
takt_rc crew_new(struct crew **out, uint32_t n_threads, void (*wake)(void *user), void *user,
                 takt_err *e);
/* crew_free runs what is queued, calls `done` for all and ends the threads. NULL is allowed. */
void crew_free(struct crew *c);

/* crew_submit queues T (work and done set). */
void crew_submit(struct crew *c, struct crew_task *t);

/* crew_collect calls `done` for the tasks that have run; those may submit others. */
void crew_collect(struct crew *c);

#endif
