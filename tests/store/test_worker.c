/* The store's thread: in order, all of them, also at the end. */
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "store/store_worker.h"
#include "t.h"

struct counted {
    struct store_task task;
    uint32_t n, *seen, *seen_done;
    bool fails;
};

static takt_rc work(struct store_task *t, struct store *s, takt_err *e)
{
    struct counted *c = (struct counted *)t;
    const struct store_use u = {"alice", 1, 1, 0, 0, 0};
    T_EQ_INT(c->n, *c->seen);
    ++*c->seen;
    if (c->fails)
        return err_set(e, TAKT_ERR_LIMIT, "test", "number %u", c->n);
    return store_use_add(s, &u, 1, e);
}

static void done(struct store_task *t)
{
    struct counted *c = (struct counted *)t;
    T_EQ_INT(c->n, *c->seen_done);
    ++*c->seen_done;
    T_EQ_INT(c->task.rc.code, c->fails ? TAKT_ERR_LIMIT : 0);
    if (c->fails)
        T_OK(strstr(c->task.err.what, "number"));
    free(c);
}

static void wake(void *user)
{
    uint64_t one = 1;
    ssize_t n = write(*(int *)user, &one, sizeof one);
    (void)n;
}

static bool submit(struct store_worker *w, uint32_t n, uint32_t *seen, uint32_t *seen_done)
{
    struct counted *c = calloc(1, sizeof *c);
    if (!c)
        return false;
    *c = (struct counted){{.work = work, .done = done}, n, seen, seen_done, n % 7 == 3};
    if (store_worker_submit(w, &c->task))
        return true;
    free(c);
    return false;
}

T_TEST(order)
{
    struct store *s;
    struct store_worker *w;
    uint32_t seen = 0, seen_done = 0;
    int fd = eventfd(0, EFD_NONBLOCK);
    takt_err e;
    if (!T_RC(store_open(&s, "memory", &e), &e) ||
        !T_RC(store_worker_new(&w, s, wake, &fd, &e), &e))
        return;
    for (uint32_t i = 0; i < 500; i++)
        T_OK(submit(w, i, &seen, &seen_done));
    for (int i = 0; i < 1000 && seen_done < 500; i++) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        uint64_t n;
        if (poll(&p, 1, 1000) > 0 && read(fd, &n, sizeof n) == sizeof n)
            store_worker_collect(w);
    }
    T_EQ_INT(seen_done, 500);
    for (uint32_t i = 500; i < 600; i++)
        T_OK(submit(w, i, &seen, &seen_done));
    store_worker_free(w); /* runs what is queued */
    T_EQ_INT(seen_done, 600);
    store_worker_free(NULL);
    close(fd);
}

/* The first task holds the thread up until all that fit are queued. */
struct held {
    struct store_task task;
    int fd;
    uint32_t *n_done;
};

static takt_rc hold(struct store_task *t, struct store *s, takt_err *e)
{
    (void)s;
    (void)e;
    uint64_t n;
    struct held *h = (struct held *)t;
    if (h->fd >= 0)
        T_OK(read(h->fd, &n, sizeof n) == sizeof n);
    return TAKT_OK;
}

static void held_done(struct store_task *t)
{
    ++*((struct held *)t)->n_done;
}

T_TEST(full_queue)
{
    struct store *s;
    struct store_worker *w;
    uint32_t n_done = 0, n = 0;
    int fd = eventfd(0, 0), woken = eventfd(0, EFD_NONBLOCK);
    takt_err e;
    struct held *held = calloc(STORE_TASKS_MAX + 2, sizeof *held);
    if (!T_OK(held) || !T_RC(store_open(&s, "memory", &e), &e) ||
        !T_RC(store_worker_new(&w, s, wake, &woken, &e), &e))
        return;
    for (uint32_t i = 0; i < STORE_TASKS_MAX + 2; i++) {
        held[i] = (struct held){{.work = hold, .done = held_done}, i ? -1 : fd, &n_done};
        n += store_worker_submit(w, &held[i].task);
    }
    T_OK(n == STORE_TASKS_MAX || n == STORE_TASKS_MAX + 1); /* the first may run already */
    uint64_t one = 1;
    T_OK(write(fd, &one, sizeof one) == sizeof one);
    store_worker_free(w);
    T_EQ_INT(n_done, n);
    free(held);
    close(fd);
    close(woken);
}

T_MAIN("store/worker")
