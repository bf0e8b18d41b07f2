/* service_parts: what service.c, service_step.c and service_guess.c share. */
#ifndef TAKT_ENGINE_SERVICE_PARTS_H
#define TAKT_ENGINE_SERVICE_PARTS_H

#include <pthread.h>

#include "engine/sample.h"
#include "engine/service.h"

/* What the draws of an item came to. */
struct drawn {
    enum service_finish finish; /* SERVICE_RUNNING: it goes on */
    uint32_t n;                 /* tokens, with one that ended the answer */
    uint32_t n_tried, n_right;  /* of the guesses that stood there, checked by rows or not */
    bool is_over;               /* rows that follow are behind a wrong guess, or the end */
};

/* The running step. The thread's. */
struct stepping {
    struct service *s;
    const struct sched_step *step;
    struct drawn *drawn; /* [n_jobs_max] by item */
};

struct service {
    takt_engine *engine;
    struct service_options opt;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; /* of all below but what is said to be the thread's */
    pthread_cond_t work;  /* there may be something to do */
    struct sched *sched;
    struct service_job *first, *last; /* accepted and not ended, in the order of acceptance */
    struct takt_seq **seq;            /* [n_seqs] those that no job has; the stack's top is last */
    uint32_t n_seqs;
    struct guesser *guesser;       /* [n_jobs_max], or NULL: nothing is guessed */
    struct guesser **free_guesser; /* [n_free_guessers] a stack */
    uint32_t n_free_guessers;
    bool is_stopping, has_cancelled;
    takt_err fault;

    takt_step_item *items; /* [n_jobs_max] the thread's */
    struct stepping *stepping;
    struct sampler sampler; /* the thread's */

    /* How predictions are fitted to what this process sees: the thread's, read under the lock. */
    double pace;    /* measured / predicted time of steps, lately; at least 1 */
    double host_ns; /* time between two steps, lately */
    double lately_predicted, lately_measured; /* sums over steps in which older ones count less */
    int64_t last_end_ns;

    uint64_t n_published, n_looked; /* times that the cache got pages; up to where it was looked at
                                       for those who wait */
    uint64_t n_steps, n_prompt_tokens, n_cached_tokens, n_answer_tokens, n_asked_tokens;
    uint64_t n_guessed, n_right;
    int64_t step_begun_ns;
    double step_ns_predicted, ns_predicted, ns_measured;
    service_step_fn *watch;
    void *watch_user;
};

/* All of these hold the lock. service_seat gives J a sequence and, if LOOKS, what the cache
 * knows of its prompt; service_unseat takes both back. service_drop_cancelled ends the jobs that
 * are to be; true when there was one. */
void service_seat(struct service *s, struct service_job *j, bool looks);
void service_unseat(struct service *s, struct service_job *j);
bool service_drop_cancelled(struct service *s);

/* service_look_again finds what the cache has got of prompts that wait, since they came: of the
 * answers to one prompt only the first reads it. */
void service_look_again(struct service *s, int64_t now);

/* service_step runs STEP, for which it lets go of the lock, and draws its tokens. */
void service_step(struct service *s, const struct sched_step *step);

/* service_guess_begin gives J, which begins to run, a guesser if there are any; service_guess_end
 * takes it back. Both hold the lock. */
void service_guess_begin(struct service *s, struct service_job *j);
void service_guess_end(struct service *s, struct service_job *j);

/* service_guess tells J's guesser what is new in prompt and answer and what came of its last
 * guesses, by D, and guesses anew: for J's next step. The thread's, without the lock. */
void service_guess(struct service *s, struct service_job *j, const struct drawn *d);

/* service_tell calls `news`, without the lock. */
void service_tell(struct service *s);

#endif
