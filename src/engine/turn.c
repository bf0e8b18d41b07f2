#include "engine/turn.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"

struct turn {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t now, next; /* the ticket whose turn it is; the next one that is handed out */
};

takt_rc turn_new(struct turn **out, takt_err *e)
{
    struct turn *t = calloc(1, sizeof *t);
    *out = t;
    if (!t)
        return err_set(e, TAKT_ERR_MEMORY, "turn", "no memory for it");
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->moved, NULL);
    return TAKT_OK;
}

void turn_free(struct turn *t)
{
    if (!t)
        return;
    pthread_cond_destroy(&t->moved);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

int64_t turn_take(struct turn *t)
{
    if (!t)
        return 0;
    int64_t begin = 0;
    pthread_mutex_lock(&t->lock);
    uint64_t mine = t->next++;
    while (t->now != mine) {
        begin = begin ? begin : clock_ns();
        pthread_cond_wait(&t->moved, &t->lock);
    }
    pthread_mutex_unlock(&t->lock);
    return begin ? clock_ns() - begin : 0;
}

void turn_give(struct turn *t)
{
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    t->now++;
    pthread_cond_broadcast(&t->moved);
    pthread_mutex_unlock(&t->lock);
}

bool turn_is_wanted(struct turn *t)
{
    if (!t)
        return false;
    pthread_mutex_lock(&t->lock);
    bool wanted = t->next > t->now + 1;
    pthread_mutex_unlock(&t->lock);
    return wanted;
}
