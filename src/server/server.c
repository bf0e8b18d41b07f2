/* server: its life, from the sockets to the last answer. */
#include "server/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/thread.h"
#include "server/balance.h"
#include "server/batch_run.h"
#include "server/keep.h"
#include "server/keep_keys.h"
#include "server/resident.h"
#include "server/route.h"
#include "server/sight.h"

enum { PARALLEL_DEFAULT = 8, QUEUE_DEFAULT = 1024, DRAIN_DEFAULT_S = 30, KEYS_ROOM = 8192 };
enum { RESPONSE_DAYS_DEFAULT = 30, IMAGES_DEFAULT = 32, IMAGE_FETCH_DEFAULT_S = 10 };
#define FILES_BYTES_DEFAULT (UINT64_C(10) << 30)
#define TICK_S              0.1
#define STOP_NS             50000000
#define LEAVE_NS            1000000000

/* ---- ends ------------------------------------------------------------------------------------ */

void server_end(struct server *s)
{
    atomic_fetch_add(&s->ends, 1);
    http_wake(s->http);
}

void server_reload(struct server *s)
{
    atomic_store(&s->wants_reload, true);
    http_wake(s->http);
}

static void reload_keys(struct server *s)
{
    takt_err e;
    char text[512];
    if (auth_reload(s->auth, &e).code) {
        LOG(&s->config.log, LOG_ERROR, "keys_unchanged",
            LOG_S("why", takt_err_format(&e, text, sizeof text)));
        return;
    }
    if (s->config.keys_file)
        LOG(&s->config.log, LOG_INFO, "keys_read", LOG_S("from", s->config.keys_file),
            LOG_I("keys", auth_n_keys(s->auth)));
}

static void reload_certificates(struct server *s)
{
    const struct http_tls *tls = &s->config.tls;
    takt_err e;
    char text[512];
    if (!tls->certificate_file)
        return;
    if (http_tls_renew(s->http, tls, &e).code)
        LOG(&s->config.log, LOG_ERROR, "certificate_unchanged",
            LOG_S("why", takt_err_format(&e, text, sizeof text)));
    else
        LOG(&s->config.log, LOG_INFO, "certificate_read", LOG_S("file", tls->certificate_file));
}

static void reload(struct server *s)
{
    ready_reloading(s);
    reload_keys(s);
    keep_keys_reload(s);
    reload_certificates(s);
    ready_reloaded(s);
}

static void begin_drain(struct server *s, int64_t now)
{
    s->is_draining = true;
    batches_stop(s->batches);
    resident_refuse(s);
    s->refuse_at_ns = now + (int64_t)(s->config.grace_s * 1e9);
    s->drain_until_ns = s->refuse_at_ns + (int64_t)(s->config.drain_s * 1e9);
    LOG(&s->config.log, LOG_INFO, "draining", LOG_F("grace", s->config.grace_s),
        LOG_F("seconds", s->config.drain_s));
}

/* Ends at once: running answers are told so, and what was sent has a moment to reach clients. */
static void stop(struct server *s, int64_t now)
{
    if (!s->stop_at_ns) {
        batches_stop(s->batches);
        sights_end(s);
        answers_cancel(s);
        s->stop_at_ns = now + STOP_NS;
    }
    if (!s->answers && !s->n_waiting && now >= s->stop_at_ns)
        http_stop(s->http);
}

/* What signals and other threads asked for, and what time brings. */
static void look_around(void *user)
{
    struct server *s = user;
    int64_t now = clock_ns();
    uint32_t ends = atomic_load(&s->ends);
    if (atomic_exchange(&s->wants_reload, false))
        reload(s);
    if (ends && !s->is_draining)
        begin_drain(s, now);
    keep_tick(s, now);
    resident_tick(s);
    sights_pump(s);
    answers_pump(s);
    batches_pump(s->batches, now);
    bool is_idle = !s->answers && !s->n_waiting && now >= s->refuse_at_ns;
    if (atomic_load(&s->has_failed) ||
        (s->is_draining && (is_idle || ends > 1 || now >= s->drain_until_ns)))
        stop(s, now);
}

static void woken(void *user)
{
    keep_collect(user);
    look_around(user);
}

static void ticked(void *user)
{
    look_around(user);
    ready_look(user);
}

void server_id(struct server *s, char *buf, size_t cap, const char *prefix)
{
    uint64_t n = ++s->n_ids;
    uint64_t mixed = hash_fnv1a(&n, sizeof n, s->config.seed);
    snprintf(buf, cap, "%s%016" PRIx64 "%08" PRIx64, prefix, mixed, n & 0xFFFFFFFF);
}

/* ---- life ------------------------------------------------------------------------------------ */

/* The I-th of all names, aliases behind the models'. */
static const char *name_at(const struct server_config *k, uint32_t i)
{
    return i < k->n_models ? k->models[i].name : k->aliases[i - k->n_models];
}

static takt_rc check_config(struct server_config *k, takt_err *e)
{
    if (k->n_models == 0 || k->n_models > SERVER_MODELS_MAX)
        return err_set(e, TAKT_ERR_USAGE, "model", "%u of them; 1 to %d can be served", k->n_models,
                       SERVER_MODELS_MAX);
    if (k->n_aliases > SERVER_ALIASES_MAX)
        return err_set(e, TAKT_ERR_USAGE, "alias", "at most %d more names", SERVER_ALIASES_MAX);
    for (uint32_t i = 0; i < k->n_models + k->n_aliases; i++)
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(name_at(k, i), name_at(k, j)) == 0)
                return err_set(e, TAKT_ERR_USAGE, "model",
                               "two are called '%s'; give them names: --model NAME=PATH",
                               name_at(k, i));
    k->parallel = k->parallel ? k->parallel : PARALLEL_DEFAULT;
    k->queue = k->queue ? k->queue : QUEUE_DEFAULT;
    k->files_bytes = k->files_bytes ? k->files_bytes : FILES_BYTES_DEFAULT;
    k->n_images = k->n_images ? k->n_images : IMAGES_DEFAULT;
    k->image_fetch_s = k->image_fetch_s > 0 ? k->image_fetch_s : IMAGE_FETCH_DEFAULT_S;
    k->response_days = k->response_days > 0 ? k->response_days : RESPONSE_DAYS_DEFAULT;
    k->drain_s = k->drain_s > 0 ? k->drain_s : DRAIN_DEFAULT_S;
    return TAKT_OK;
}

static takt_rc make_metrics(struct server *s, takt_err *e)
{
    enum { ROUTES_MAX = 64, ROUTE_TEXT = 64 };
    char text[ROUTES_MAX][ROUTE_TEXT];
    const char *routes[ROUTES_MAX];
    struct metrics_model_config models[SERVER_MODELS_MAX];
    takt_assert(route_count <= ROUTES_MAX);
    for (uint32_t i = 0; i < route_count; i++) {
        snprintf(text[i], ROUTE_TEXT, "%s %s", http_method_name(route_table[i].method),
                 route_table[i].path);
        routes[i] = text[i];
    }
    for (uint32_t i = 0; i < s->config.n_models; i++)
        models[i] = (struct metrics_model_config){.name = s->config.models[i].name,
                                                  .n_positions = s->config.n_draft};
    const struct metrics_table_config k = {.models = models,
                                           .n_models = s->config.n_models,
                                           .routes = routes,
                                           .n_routes = route_count,
                                           .version = takt_version()};
    TAKT_TRY(metrics_table_new(&s->metrics, &k, e));
    s->metrics_cap = metrics_table_text_max(s->metrics);
    s->metrics_text = malloc(s->metrics_cap);
    if (!s->metrics_text)
        return err_set(e, TAKT_ERR_MEMORY, "server", "no memory for metrics");
    for (uint32_t i = 0; i < s->config.n_models; i++)
        s->model[i].metrics = &s->metrics->model[i];
    return TAKT_OK;
}

static takt_rc make(struct server *s, takt_err *e)
{
    const struct server_config *k = &s->config;
    const struct http_handlers handlers = {.request = route_request,
                                           .refuse = route_refuse,
                                           .woken = woken,
                                           .tick = ticked,
                                           .tick_s = TICK_S,
                                           .user = s};
    TAKT_TRY(make_metrics(s, e));
    TAKT_TRY(auth_open(&s->auth, k->keys_file, e));
    const char *warning;
    for (uint32_t i = 0; (warning = auth_warning(s->auth, i)); i++)
        LOG(&k->log, LOG_WARN, "keys", LOG_S("what", warning));
    TAKT_TRY(resident_new(s, e));
    TAKT_TRY(limits_new(&s->keys_limits, KEYS_ROOM, k->seed, e));
    TAKT_TRY(http_server_new(&s->http, &k->limits, &handlers, e));
    const struct http_tls *tls = k->tls.certificate_file ? &k->tls : NULL;
    for (uint32_t i = 0; i < k->n_addresses; i++)
        TAKT_TRY(http_listen(s->http, k->addresses[i], tls, &s->port[i], e));
    if (k->agent)
        TAKT_TRY(http_listen_line(s->http, k->agent, balance_line, &s->agent_port, e));
    takt_err no_manager;
    if (notify_open(&s->notify, &no_manager).code) /* it waits in vain, but others are answered */
        LOG(&k->log, LOG_ERROR, "service_manager", LOG_S("why", no_manager.what));
    TAKT_TRY(sights_new(s, e));
    return keep_open(s, e);
}

takt_rc server_new(struct server **out, const struct server_config *config, takt_err *e)
{
    struct server_config k = *config;
    *out = NULL;
    TAKT_TRY(check_config(&k, e));
    struct server *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, TAKT_ERR_MEMORY, "server", "no memory for it");
    s->config = k;
    s->begun_ns = clock_ns();
    for (uint32_t i = 0; i < k.n_models; i++) {
        s->model[i].name = k.models[i].name;
        s->model[i].path = k.models[i].path;
        s->model[i].mmproj = k.models[i].mmproj;
        s->model[i].n_frames = k.models[i].n_frames;
        s->model[i].keep_s = k.keep_alive_s;
    }
    takt_rc rc = make(s, e);
    if (rc.code) {
        server_free(s);
        return rc;
    }
    *out = s;
    return TAKT_OK;
}

void server_free(struct server *s)
{
    if (!s)
        return;
    takt_assert(!s->answers && !s->is_left);
    keep_close(s);
    sights_free(s);
    http_server_free(s->http);
    notify_close(&s->notify);
    auth_free(s->auth);
    limits_free(s->keys_limits);
    resident_free(s);
    metrics_table_free(s->metrics);
    free(s->metrics_text);
    json_out_free(&s->openapi);
    free(s);
}

uint16_t server_port(const struct server *s, uint32_t i)
{
    return s->port[i];
}

uint16_t server_agent_port(const struct server *s)
{
    return s->agent_port;
}

/* Waits until nothing is loaded any more. Loading looks now and then whether it shall go on, but on
 * a busy machine a measurement or the packing of a matrix takes as long as others let it: if
 * MAY_LEAVE, the wait is over after a second. False: it still goes on. */
static bool end_loader(struct server *s, bool may_leave)
{
    const struct timespec pause = {.tv_nsec = 5000000};
    int64_t until = clock_ns() + LEAVE_NS;
    while (s->has_loader && may_leave && !atomic_load(&s->loader_ended)) {
        if (clock_ns() >= until)
            return false;
        nanosleep(&pause, NULL);
    }
    if (s->has_loader)
        pthread_join(s->loader, NULL);
    s->has_loader = false;
    return true;
}

/* What others can see is closed; the rest is the loader's, and ends with the process. */
static void leave(struct server *s)
{
    s->is_left = true;
    LOG(&s->config.log, LOG_INFO, "loading_left", LOG_F("waited_s", LEAVE_NS / 1e9));
    keep_close(s);
    http_listen_off(s->http);
    notify_close(&s->notify);
}

takt_rc server_run(struct server *s, takt_err *e)
{
    int sys = thread_start(&s->loader, models_start, s);
    if (sys)
        return err_set(e, TAKT_ERR_IO, "server", "no thread: %s", strerror(sys));
    s->has_loader = true;
    thread_wake_soon(); /* a token that is ready must not wait behind the step of the next */
    takt_rc rc = http_run(s->http, e);
    resident_refuse(s);
    atomic_store(&s->is_stopping, true);
    if (!end_loader(s, rc.code == TAKT_ERR_NONE)) {
        leave(s);
        return TAKT_OK;
    }
    sights_end(s);
    models_end(s);
    sights_pump(s);
    answers_pump(s); /* after an error of the loop: what was in progress is released */
    models_free(s);
    bool was_told = atomic_load(&s->ends) && s->load_err.code == TAKT_ERR_CANCELLED;
    if (!rc.code && atomic_load(&s->has_failed) && !was_told) {
        *e = s->load_err;
        return (takt_rc){s->load_err.code};
    }
    return rc;
}

bool server_is_left(const struct server *s)
{
    return s->is_left;
}
