#include "server/keep.h"

#include <stdlib.h>
#include <time.h>

#include "server/batch_run.h"
#include "server/files.h"
#include "server/keep_keys.h"
#include "server/usage.h"
#include "store/store_worker.h"

#define SECOND_NS INT64_C(1000000000)
enum { FLUSH_S = 1, SWEEP_S = 60 };

static void wake(void *user)
{
    http_wake(user);
}

/* Opens the store. Where nobody has named it and its folder cannot be had, memory does for now. */
static takt_rc open_store(struct server *s, struct store **out, takt_err *e)
{
    const struct server_config *k = &s->config;
    char why[600];
    takt_rc rc = store_open(out, k->store, e);
    if (!rc.code || !k->store_is_default || e->code != TAKT_ERR_IO)
        return rc;
    LOG(&k->log, LOG_WARN, "store",
        LOG_S("what", "files, batches and responses are kept in memory, until the end; name a "
                      "place with --store"),
        LOG_S("why", takt_err_format(e, why, sizeof why)));
    return store_open(out, "memory", e);
}

takt_rc keep_open(struct server *s, takt_err *e)
{
    struct store *store;
    if (!s->config.store)
        return TAKT_OK;
    TAKT_TRY(open_store(s, &store, e));
    LOG(&s->config.log, LOG_INFO, "store", LOG_S("place", store_place(store)));
    takt_rc rc = keep_keys_open(s, store, e);
    if (!rc.code)
        rc = store_worker_new(&s->store, store, wake, s->http, e);
    if (rc.code) {
        store_close(store);
        return rc;
    }
    TAKT_TRY(usage_new(&s->usage, s->store, e));
    return batches_new(&s->batches, s, e);
}

void keep_collect(struct server *s)
{
    if (s->store)
        store_worker_collect(s->store);
}

/* ---- from time to time ----------------------------------------------------------------------- */

static void flush(struct server *s)
{
    takt_err e = {.code = TAKT_ERR_NONE};
    char why[600];
    usage_flush(s->usage, &e);
    if (e.code)
        metrics_count(s->metrics->store_errors, 1);
    if (e.code)
        LOG(&s->config.log, LOG_ERROR, "usage_not_written",
            LOG_S("why", takt_err_format(&e, why, sizeof why)));
}

static takt_rc sweep(struct store_task *t, struct store *s, takt_err *e)
{
    (void)t;
    uint32_t n;
    return store_sweep(s, (int64_t)time(NULL), &n, e);
}

static void swept(struct store_task *t)
{
    struct keep_sweep *k = (struct keep_sweep *)t;
    char why[600];
    k->is_running = false;
    if (t->rc.code)
        metrics_count(k->server->metrics->store_errors, 1);
    if (t->rc.code)
        LOG(&k->server->config.log, LOG_ERROR, "sweep",
            LOG_S("why", takt_err_format(&t->err, why, sizeof why)));
}

void keep_tick(struct server *s, int64_t now)
{
    if (!s->store)
        return;
    keep_keys_tick(s, now);
    downloads_go_on(s);
    if (now >= s->flush_at_ns) {
        flush(s);
        s->flush_at_ns = now + FLUSH_S * SECOND_NS;
    }
    if (now >= s->sweep.at_ns && !s->sweep.is_running) {
        s->sweep.server = s;
        s->sweep.task.work = sweep;
        s->sweep.task.done = swept;
        s->sweep.is_running = store_worker_submit(s->store, &s->sweep.task);
        s->sweep.at_ns = now + SWEEP_S * SECOND_NS;
    }
}

void keep_close(struct server *s)
{
    downloads_end(s);
    batches_stop(s->batches);
    if (s->usage)
        usage_flush(s->usage, NULL);
    store_worker_free(s->store);
    s->store = NULL;
    batches_free(s->batches);
    s->batches = NULL;
    free(s->keys.text);
    s->keys.text = NULL;
    usage_free(s->usage);
    s->usage = NULL;
}
