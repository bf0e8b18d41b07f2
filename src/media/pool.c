/* The pool of workers. A slot goes round: empty, starting, ready, busy, spent, empty. A thread of
 * ours, the keeper, starts workers, ends them and notices when one dies; callers only take a ready
 * one and leave it spent. */
#include "media/media.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "media/pool.h"

enum slot_state { SLOT_EMPTY, SLOT_STARTING, SLOT_READY, SLOT_BUSY, SLOT_SPENT };

struct slot {
    enum slot_state state;
    struct worker w;
    int64_t since_ns; /* it is starting */
};

static const int64_t START_LIMIT_NS = INT64_C(20000000000); /* a busy machine takes its time */
static const int64_t RETRY_NS = 500000000;                  /* after a start that failed */
enum { MS_NS = 1000000 };

struct media_pool {
    struct worker_kind kind; /* fixed, as all up to the lock */
    uint32_t n_slots;
    pthread_t keeper;
    int wake_fd; /* an eventfd: the keeper has something to do */

    pthread_mutex_t lock;
    pthread_cond_t changed; /* a slot has become ready, or a start has failed */
    bool stop;
    bool failing; /* the last start failed, with the error below */
    takt_err failure;
    int64_t retry_ns; /* no start before this time */
    int64_t death_ns; /* of the last worker that died without being asked anything */
    struct media_stats stats;
    struct slot slots[MEDIA_WORKERS_MAX];
};

static void wake_keeper(const struct media_pool *p)
{
    const uint64_t one = 1;
    while (write(p->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

/* ---- the keeper; these hold the lock, but where they say so ---- */

static void start_failed(struct media_pool *p, const takt_err *e)
{
    p->failing = true;
    p->failure = *e;
    p->retry_ns = clock_ns() + RETRY_NS;
    pthread_cond_broadcast(&p->changed);
}

/* Without the lock while the process starts: no one else touches a slot that is starting. */
static void start(struct media_pool *p, struct slot *s)
{
    takt_err e = {0};
    s->state = SLOT_STARTING;
    pthread_mutex_unlock(&p->lock);
    takt_rc rc = worker_start(&s->w, &p->kind, &e);
    pthread_mutex_lock(&p->lock);
    s->since_ns = clock_ns();
    if (rc.code) {
        s->state = SLOT_EMPTY;
        start_failed(p, &e);
    } else {
        p->stats.started++;
    }
}

/* Without the lock while the process ends. */
static void end(struct media_pool *p, struct slot *s)
{
    s->state = SLOT_STARTING; /* nobody else's */
    pthread_mutex_unlock(&p->lock);
    worker_end(&s->w);
    pthread_mutex_lock(&p->lock);
    s->state = SLOT_EMPTY;
}

static void started(struct media_pool *p, struct slot *s)
{
    takt_err e = {0};
    takt_rc rc = worker_ready(&s->w, &e);
    if (rc.code) {
        end(p, s);
        start_failed(p, &e);
        return;
    }
    s->state = SLOT_READY;
    p->failing = false;
    pthread_cond_broadcast(&p->changed);
}

/* Ends what is spent and starts what is empty. */
static void turn_slots(struct media_pool *p)
{
    for (uint32_t i = 0; i < p->n_slots; i++)
        if (p->slots[i].state == SLOT_SPENT)
            end(p, &p->slots[i]);
    for (uint32_t i = 0; i < p->n_slots; i++)
        if (p->slots[i].state == SLOT_EMPTY && !p->stop && clock_ns() >= p->retry_ns)
            start(p, &p->slots[i]);
}

/* Whether a worker that should be silent has said something, or is gone. */
static bool is_readable(int fd)
{
    struct pollfd f = {.fd = fd, .events = POLLIN};
    return poll(&f, 1, 0) > 0;
}

/* Somebody kills workers, perhaps again and again: from the second on they come back slowly. */
static void idle_death(struct media_pool *p, struct slot *s)
{
    int64_t now = clock_ns();
    if (p->death_ns > 0 && now - p->death_ns < RETRY_NS)
        p->retry_ns = now + RETRY_NS;
    p->death_ns = now;
    s->state = SLOT_SPENT;
}

static void look_at(struct media_pool *p, struct slot *s)
{
    if (s->state == SLOT_STARTING && is_readable(s->w.socket)) {
        started(p, s);
    } else if (s->state == SLOT_STARTING && clock_ns() - s->since_ns > START_LIMIT_NS) {
        takt_err e;
        err_set(&e, TAKT_ERR_IO, "takt-media-worker", "does not become ready within %d s",
                (int)(START_LIMIT_NS / 1000000000));
        end(p, s);
        start_failed(p, &e);
    } else if (s->state == SLOT_READY && is_readable(s->w.socket)) {
        idle_death(p, s);
    }
}

/* Waits, without the lock, until there is something to do. */
static void wait_for_work(struct media_pool *p)
{
    struct pollfd f[1 + MEDIA_WORKERS_MAX] = {{.fd = p->wake_fd, .events = POLLIN}};
    int wait_ms = -1;
    for (uint32_t i = 0; i < p->n_slots; i++) {
        const struct slot *s = &p->slots[i];
        bool watched = s->state == SLOT_STARTING || s->state == SLOT_READY;
        f[1 + i] = (struct pollfd){.fd = watched ? s->w.socket : -1, .events = POLLIN};
        if (s->state == SLOT_STARTING || s->state == SLOT_EMPTY)
            wait_ms = (int)(RETRY_NS / MS_NS);
    }
    pthread_mutex_unlock(&p->lock);
    uint64_t n;
    poll(f, 1 + p->n_slots, wait_ms);
    if ((f[0].revents & POLLIN) && read(p->wake_fd, &n, sizeof n) < 0)
        n = 0; /* somebody was faster; there is nobody */
    pthread_mutex_lock(&p->lock);
}

static void *keep(void *user)
{
    struct media_pool *p = user;
    pthread_mutex_lock(&p->lock);
    while (!p->stop) {
        turn_slots(p);
        if (p->stop)
            break;
        wait_for_work(p);
        for (uint32_t i = 0; i < p->n_slots; i++)
            look_at(p, &p->slots[i]);
    }
    for (uint32_t i = 0; i < p->n_slots; i++)
        if (p->slots[i].state != SLOT_EMPTY)
            end(p, &p->slots[i]);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* ---- new and free ---- */

static struct media_options options_of(const struct media_options *o)
{
    enum { HEAP_BASE = 64 << 20, HEAP_PER_PIXEL = 16 };
    struct media_options r = o ? *o : (struct media_options){0};
    r.limits = media_limits_of(&r.limits);
    r.n_workers = r.n_workers ? r.n_workers : 4;
    if (!r.heap_bytes && r.limits.pixels < UINT64_MAX / HEAP_PER_PIXEL - HEAP_BASE)
        r.heap_bytes = HEAP_BASE + r.limits.pixels * HEAP_PER_PIXEL;
    return r;
}

static takt_rc wait_all_ready(struct media_pool *p, takt_err *e)
{
    takt_rc rc = TAKT_OK;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < p->n_slots; i++)
            n += p->slots[i].state == SLOT_READY;
        if (n == p->n_slots || p->failing)
            break;
        pthread_cond_wait(&p->changed, &p->lock);
    }
    if (p->failing) {
        rc.code = (int32_t)p->failure.code;
        if (e)
            *e = p->failure;
    }
    pthread_mutex_unlock(&p->lock);
    return rc;
}

/* Frees all but the keeper, which does not run. */
static void forget(struct media_pool *p)
{
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
    close(p->wake_fd);
    free(p);
}

takt_rc media_pool_new(struct media_pool **out, const struct media_options *o, takt_err *e)
{
    const struct media_options all = options_of(o);
    *out = NULL;
    if (all.n_workers > MEDIA_WORKERS_MAX || all.limits.decode_ns < 0)
        return err_set(e, TAKT_ERR_USAGE, "media pool", "%u workers and %lld ns; %d at most",
                       all.n_workers, (long long)all.limits.decode_ns, MEDIA_WORKERS_MAX);
    struct media_pool *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(e, TAKT_ERR_MEMORY, "media pool", "no memory");
    takt_rc rc = worker_kind_set(&p->kind, &all, e);
    p->wake_fd = rc.code ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!rc.code && p->wake_fd < 0)
        rc = err_sys(e, "media pool", "cannot make an eventfd");
    if (rc.code) {
        free(p);
        return rc;
    }
    p->n_slots = all.n_workers;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    errno = thread_start(&p->keeper, keep, p);
    if (errno != 0) {
        rc = err_sys(e, "media pool", "cannot start a thread");
        forget(p);
        return rc;
    }
    rc = wait_all_ready(p, e);
    if (rc.code)
        media_pool_free(p);
    else
        *out = p;
    return rc;
}

void media_pool_free(struct media_pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_mutex_unlock(&p->lock);
    wake_keeper(p);
    pthread_join(p->keeper, NULL);
    forget(p);
}

/* ---- decode ---- */

/* L is that of a call, or NULL. */
static takt_rc limits_of_call(struct media_limits *out, const struct media_limits *l,
                              const struct media_limits *most, takt_err *e)
{
    *out = l ? *l : *most;
    out->file_bytes = out->file_bytes ? out->file_bytes : most->file_bytes;
    out->pixels = out->pixels ? out->pixels : most->pixels;
    out->side = out->side ? out->side : most->side;
    out->ratio = out->ratio ? out->ratio : most->ratio;
    out->decode_ns = out->decode_ns ? out->decode_ns : most->decode_ns;
    if (out->file_bytes > most->file_bytes || out->pixels > most->pixels ||
        out->side > most->side || out->ratio > most->ratio || out->decode_ns > most->decode_ns ||
        out->decode_ns < 0)
        return err_set(e, TAKT_ERR_USAGE, "media pool", "a call asks for more than its limits");
    return TAKT_OK;
}

/* Takes a ready worker, waiting for one; fails when there is none and none can be started. */
static takt_rc take_slot(struct media_pool *p, struct slot **out, takt_err *e)
{
    pthread_mutex_lock(&p->lock);
    for (;;) {
        bool hope = !p->failing;
        for (uint32_t i = 0; i < p->n_slots; i++) {
            struct slot *s = &p->slots[i];
            if (s->state == SLOT_READY) {
                s->state = SLOT_BUSY;
                pthread_mutex_unlock(&p->lock);
                *out = s;
                return TAKT_OK;
            }
        }
        if (!hope)
            break;
        pthread_cond_wait(&p->changed, &p->lock);
    }
    takt_rc rc = {(int32_t)p->failure.code};
    if (e)
        *e = p->failure;
    pthread_mutex_unlock(&p->lock);
    return rc;
}

const struct worker_kind *pool_kind(const struct media_pool *p)
{
    return &p->kind;
}

struct worker *pool_worker(struct slot *s)
{
    return &s->w;
}

void pool_leave(struct media_pool *p, struct slot *s, enum worker_fate fate, takt_rc rc)
{
    pthread_mutex_lock(&p->lock);
    s->state = SLOT_SPENT;
    p->stats.timed_out += fate == WORKER_TIMED_OUT;
    p->stats.crashed += fate == WORKER_DIED;
    p->stats.decoded += fate == WORKER_ANSWERED && !rc.code;
    p->stats.refused += fate == WORKER_ANSWERED && rc.code;
    pthread_mutex_unlock(&p->lock);
    wake_keeper(p);
}

takt_rc pool_ask(struct media_pool *p, struct slot **out, struct slice file,
                 const struct media_head *head, const uint32_t *frame, uint32_t n, takt_err *e)
{
    for (uint32_t tries = 0;; tries++) { /* as many as can have died unnoticed */
        enum worker_fate fate;
        TAKT_TRY(take_slot(p, out, e));
        takt_rc rc = worker_ask(&(*out)->w, &p->kind, file, head, frame, n, &fate, e);
        if (!rc.code)
            return rc;
        pool_leave(p, *out, fate, rc);
        if (fate != WORKER_NEVER_ASKED || tries == p->n_slots)
            return rc;
    }
}

static void count_refused(struct media_pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->stats.refused++;
    pthread_mutex_unlock(&p->lock);
}

takt_rc media_decode(struct media_pool *p, struct slice file, const struct media_limits *l,
                     struct image *out, takt_err *e)
{
    struct media_limits limits;
    struct media_head head;
    *out = (struct image){0};
    TAKT_TRY(limits_of_call(&limits, l, &p->kind.limits, e));
    takt_rc rc = media_head_read(&head, file, &limits, e);
    if (rc.code) {
        count_refused(p);
        return rc;
    }
    struct slot *s;
    enum worker_fate fate;
    TAKT_TRY(pool_ask(p, &s, file, &head, NULL, 0, e));
    rc = worker_answer(&s->w, &p->kind, &head, limits.decode_ns, out, &fate, e);
    pool_leave(p, s, fate, rc);
    return rc;
}

void media_pool_stats(struct media_pool *p, struct media_stats *out)
{
    pthread_mutex_lock(&p->lock);
    *out = p->stats;
    pthread_mutex_unlock(&p->lock);
}
