#include "server/crew.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"

struct list {
    struct crew_task *first, *last;
};

struct crew {
    void (*wake)(void *user);
    void *user;
    uint32_t n_threads;
    pthread_mutex_t lock; /* of what follows, but for the threads */
    pthread_cond_t work;
    struct list waiting, ran;
    bool is_stopping;
    pthread_t thread[];
};

static void append(struct list *l, struct crew_task *t)
{
    t->next = NULL;
    *(l->last ? &l->last->next : &l->first) = t;
    l->last = t;
}

static struct crew_task *take(struct list *l)
{
    struct crew_task *t = l->first;
    if (t) {
        l->first = t->next;
        l->last = l->first ? l->last : NULL;
    }
    return t;
}

static void *work(void *user)
{
    struct crew *c = user;
    pthread_mutex_lock(&c->lock);
    for (;;) {
        struct crew_task *t = take(&c->waiting);
        if (!t && c->is_stopping)
            break;
        if (!t) {
            pthread_cond_wait(&c->work, &c->lock);
            continue;
        }
        pthread_mutex_unlock(&c->lock);
        t->work(t);
        pthread_mutex_lock(&c->lock);
        append(&c->ran, t);
        pthread_mutex_unlock(&c->lock);
        c->wake(c->user);
        pthread_mutex_lock(&c->lock);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

takt_rc crew_new(struct crew **out, uint32_t n_threads, void (*wake)(void *user), void *user,
                 takt_err *e)
{
    *out = NULL;
    struct crew *c = calloc(1, sizeof *c + n_threads * sizeof c->thread[0]);
    if (!c)
        return err_set(e, TAKT_ERR_MEMORY, "server", "no memory for %u threads", n_threads);
    c->wake = wake;
    c->user = user;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->work, NULL);
    for (; c->n_threads < n_threads; c->n_threads++) {
        int sys = thread_start(&c->thread[c->n_threads], work, c);
        if (!sys)
            continue;
        crew_free(c);
        return err_set(e, TAKT_ERR_IO, "server", "no thread: %s", strerror(sys));
    }
    *out = c;
    return TAKT_OK;
}

void crew_free(struct crew *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->is_stopping = true;
    pthread_cond_broadcast(&c->work);
    pthread_mutex_unlock(&c->lock);
    for (uint32_t i = 0; i < c->n_threads; i++)
        pthread_join(c->thread[i], NULL);
    crew_collect(c);
    /* What `done` has queued since is run here. */
    for (struct crew_task *t; (t = take(&c->waiting)); crew_collect(c)) {
        t->work(t);
        append(&c->ran, t);
    }
    pthread_cond_destroy(&c->work);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

void crew_submit(struct crew *c, struct crew_task *t)
{
    pthread_mutex_lock(&c->lock);
    append(&c->waiting, t);
    pthread_cond_signal(&c->work);
    pthread_mutex_unlock(&c->lock);
}

void crew_collect(struct crew *c)
{
    struct list ran;
    pthread_mutex_lock(&c->lock);
    ran = c->ran;
    c->ran = (struct list){NULL, NULL};
    pthread_mutex_unlock(&c->lock);
    for (struct crew_task *t; (t = take(&ran));)
        t->done(t);
}
