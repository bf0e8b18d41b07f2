#include "store/store_worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"

struct list {
    struct store_task *first, *last;
};

struct store_worker {
    struct store *store; /* the thread's */
    void (*wake)(void *user);
    void *user;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t work;
    struct list waiting, ran;
    uint32_t n_waiting;
    bool is_stopping;
};

static void append(struct list *l, struct store_task *t)
{
    t->next = NULL;
    *(l->last ? &l->last->next : &l->first) = t;
    l->last = t;
}

static struct store_task *take(struct list *l)
{
    struct store_task *t = l->first;
    if (t) {
        l->first = t->next;
        l->last = l->first ? l->last : NULL;
    }
    return t;
}

static void *work(void *user)
{
    struct store_worker *w = user;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        struct store_task *t = take(&w->waiting);
        if (!t && w->is_stopping)
            break;
        if (!t) {
            pthread_cond_wait(&w->work, &w->lock);
            continue;
        }
        w->n_waiting--;
        pthread_mutex_unlock(&w->lock);
        t->rc = t->work(t, w->store, &t->err);
        pthread_mutex_lock(&w->lock);
        append(&w->ran, t);
        pthread_mutex_unlock(&w->lock);
        w->wake(w->user);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

takt_rc store_worker_new(struct store_worker **out, struct store *s, void (*wake)(void *user),
                         void *user, takt_err *e)
{
    *out = NULL;
    struct store_worker *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(e, TAKT_ERR_MEMORY, "store", "no memory for its thread");
    w->store = s;
    w->wake = wake;
    w->user = user;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->work, NULL);
    int sys = thread_start(&w->thread, work, w);
    if (sys) {
        pthread_cond_destroy(&w->work);
        pthread_mutex_destroy(&w->lock);
        free(w);
        return err_set(e, TAKT_ERR_IO, "store", "no thread: %s", strerror(sys));
    }
    *out = w;
    return TAKT_OK;
}

void store_worker_free(struct store_worker *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->is_stopping = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    store_worker_collect(w);
    /* What `done` has queued since is run here. */
    for (struct store_task *t; (t = take(&w->waiting)); store_worker_collect(w)) {
        w->n_waiting--;
        t->rc = t->work(t, w->store, &t->err);
        append(&w->ran, t);
    }
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->lock);
    store_close(w->store);
    free(w);
}

bool store_worker_submit(struct store_worker *w, struct store_task *t)
{
    pthread_mutex_lock(&w->lock);
    bool has_room = w->n_waiting < STORE_TASKS_MAX;
    if (has_room) {
        append(&w->waiting, t);
        w->n_waiting++;
        pthread_cond_signal(&w->work);
    }
    pthread_mutex_unlock(&w->lock);
    return has_room;
}

void store_worker_collect(struct store_worker *w)
{
    struct list ran;
    pthread_mutex_lock(&w->lock);
    ran = w->ran;
    w->ran = (struct list){NULL, NULL};
    pthread_mutex_unlock(&w->lock);
    for (struct store_task *t; (t = take(&ran));)
        t->done(t);
}
