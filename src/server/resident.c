#include "server/resident.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "engine/memory.h"
#include "server/route.h"

/* Until something was loaded here: what a disk gives, and what else a start takes. */
#define BYTES_PER_S_GUESS 1e9
#define START_S           0.3
/* A model that could not be loaded is not tried again at once. */
#define FAILED_NS 10000000000

/* A call that waits for its model. */
struct waiting {
    struct waiting *prev, *next;
    struct call call;
    struct served *model;
};

struct resident {
    struct waiting *first, *last; /* in the order in which they came */
    uint32_t n_waiting;
    _Atomic double bytes_per_s; /* of the last loading; 0: there was none */
    uint64_t n_loads[SERVER_MODELS_MAX], n_unloads[SERVER_MODELS_MAX];

    /* What the thread does, if there is one: the loop's when it has ended. */
    struct served *leave[SERVER_MODELS_MAX];
    uint32_t n_leave;
    struct served *load; /* NULL: none */
};

takt_rc resident_new(struct server *s, takt_err *e)
{
    s->resident = calloc(1, sizeof *s->resident);
    return s->resident ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, "server", "no memory for models");
}

void resident_free(struct server *s)
{
    takt_assert(!s->resident || !s->resident->first);
    free(s->resident);
    s->resident = NULL;
}

static enum served_state state_of(const struct served *m)
{
    return (enum served_state)atomic_load(&m->state);
}

/* ---- calls that wait ------------------------------------------------------------------------- */

static void unlink_call(struct resident *r, struct waiting *w)
{
    *(w->prev ? &w->prev->next : &r->first) = w->next;
    *(w->next ? &w->next->prev : &r->last) = w->prev;
    r->n_waiting--;
}

/* The client closed the connection. */
static void gone(void *user)
{
    struct waiting *w = user;
    struct server *s = w->call.s;
    metrics_count(s->metrics->clients_gone, 1);
    call_done(&w->call, 499, NULL, 0);
    unlink_call(s->resident, w);
    free(w);
}

static void refuse(const struct call *c, const struct served *m, double retry_s, const char *why)
{
    struct api_error e;
    api_refuse(&e, API_LOADING, NULL, "%s; try again in %.3g s", why, retry_s);
    e.retry_after_s = retry_s;
    metrics_count(m->metrics->admission_refused[METRICS_LOADING], 1);
    call_error(c, &e);
}

/* Takes those that wait for M (NULL: for any) out of the list, as one of their own. */
static struct waiting *take_out(struct resident *r, const struct served *m)
{
    struct waiting *first = NULL, *last = NULL;
    for (struct waiting *w = r->first, *next; w; w = next) {
        next = w->next;
        if (m && w->model != m)
            continue;
        unlink_call(r, w);
        http_keep(w->call.x, NULL, NULL);
        w->next = NULL;
        *(last ? &last->next : &first) = w;
        last = w;
    }
    return first;
}

/* Their handlers begin anew. */
static void go_on(struct server *s, const struct served *m)
{
    for (struct waiting *w = take_out(s->resident, m), *next; w; w = next) {
        next = w->next;
        w->call.route->answer(&w->call);
        free(w);
    }
}

static void refuse_all(struct server *s, const struct served *m, double retry_s, const char *why)
{
    for (struct waiting *w = take_out(s->resident, m), *next; w; w = next) {
        next = w->next;
        refuse(&w->call, m, retry_s, why);
        free(w);
    }
}

void resident_refuse(struct server *s)
{
    for (struct waiting *w = take_out(s->resident, NULL), *next; w; w = next) {
        next = w->next;
        call_refuse(&w->call, API_DRAINING, NULL, "the server is about to end");
        free(w);
    }
}

/* The first token's time that C wishes, in seconds; infinite without such a wish. (A bad one is for
 * the handler to refuse.) */
static double wish_s(const struct call *c)
{
    const char *text = http_header(c->x, "x-slo-ttft-ms");
    text = text ? text : http_header(c->x, "x-llm-d-slo-ttft-ms");
    double ms = text ? strtod(text, NULL) : 0;
    return ms > 0 ? ms / 1e3 : INFINITY;
}

void resident_wait(const struct call *c, struct served *m)
{
    struct server *s = c->s;
    struct resident *r = s->resident;
    double load_s = resident_load_s(s, m), within = wish_s(c);
    int64_t now = clock_ns();
    if (s->config.queue_s_max > 0 && s->config.queue_s_max < within)
        within = s->config.queue_s_max;
    if (m->failed_ns && now - m->failed_ns < FAILED_NS) {
        refuse(c, m, (double)(m->failed_ns + FAILED_NS - now) / 1e9,
               "the model could not be loaded; the server's log says why");
        return;
    }
    if (load_s > within) {
        refuse(c, m, load_s, "the model is not loaded, and would not be in time");
        return;
    }
    /* Who keeps the exchange already cannot be called again. */
    struct waiting *w =
        r->n_waiting < s->config.queue && !http_kept(c->x) ? malloc(sizeof *w) : NULL;
    if (!w) {
        refuse(c, m, load_s, "the model is not loaded, and many requests wait for it");
        return;
    }
    *w = (struct waiting){.prev = r->last, .call = *c, .model = m};
    *(r->last ? &r->last->next : &r->first) = w;
    r->last = w;
    r->n_waiting++;
    http_keep(c->x, w, gone);
    http_wake(s->http);
}

/* ---- times ----------------------------------------------------------------------------------- */

/* Of M's loading alone, from its beginning, or what is left of it. */
static double load_s(const struct server *s, const struct served *m)
{
    double rate = atomic_load(&s->resident->bytes_per_s), before = atomic_load(&m->load_s);
    rate = rate > 0 ? rate : BYTES_PER_S_GUESS;
    double whole = before > 0 ? before : START_S + (double)m->need_bytes / rate;
    if (state_of(m) != SERVED_LOADING)
        return whole;
    double elapsed = (double)(clock_ns() - atomic_load(&m->load_begun_ns)) / 1e9;
    uint64_t done = atomic_load(&m->load_done), total = atomic_load(&m->load_total);
    if (done > total / 16)
        return elapsed * (double)(total - done) / (double)done + START_S;
    return fmax(whole - elapsed, whole / 8);
}

double resident_load_s(const struct server *s, const struct served *m)
{
    double sum = 0;
    if (state_of(m) == SERVED_READY)
        return 0;
    for (uint32_t i = 0; i < s->config.n_models; i++) {
        const struct served *other = &s->model[i];
        bool is_first = other != m && state_of(other) == SERVED_LOADING;
        sum += is_first ? load_s(s, other) : 0;
    }
    return sum + load_s(s, m);
}

/* When the first of those that are in use is free again, by what it promised. */
static double free_s(const struct server *s)
{
    double least = INFINITY;
    int64_t now = clock_ns();
    for (uint32_t i = 0; i < s->config.n_models; i++)
        if (state_of(&s->model[i]) == SERVED_READY)
            least = fmin(least, service_end_ns(s->model[i].service, now) / 1e9);
    return least < INFINITY ? least : 1;
}

/* ---- figures --------------------------------------------------------------------------------- */

bool resident_changes(const struct server *s)
{
    const struct server_config *k = &s->config;
    return k->on_demand || k->models_bytes || k->keep_alive_s >= 0;
}

void resident_begun(struct served *m)
{
    m->n_answers++;
}

void resident_ended(struct served *m)
{
    takt_assert(m->n_answers > 0);
    m->n_answers--;
    m->used_ns = clock_ns();
}

void resident_keep(const struct server *s, struct served *m, double keep_s)
{
    if (!isnan(keep_s) && resident_changes(s))
        m->keep_s = keep_s;
}

void resident_promises(struct served *m)
{
    struct service_figures f;
    struct metrics_model *t = m->metrics;
    service_figures(m->service, &f);
    metrics_count_to(t->promise[METRICS_FIRST_TOKEN][1],
                     m->past.n_first_kept + f.sched.n_first_kept);
    metrics_count_to(t->promise[METRICS_FIRST_TOKEN][0],
                     m->past.n_first_broken + f.sched.n_first_broken);
    metrics_count_to(t->promise[METRICS_PACE][1], m->past.n_pace_kept + f.sched.n_pace_kept);
    metrics_count_to(t->promise[METRICS_PACE][0], m->past.n_pace_broken + f.sched.n_pace_broken);
}

/* What M's service counted goes with it. */
static void remember(struct served *m)
{
    struct service_figures f;
    resident_promises(m);
    service_figures(m->service, &f);
    m->past.n_first_kept += f.sched.n_first_kept;
    m->past.n_first_broken += f.sched.n_first_broken;
    m->past.n_pace_kept += f.sched.n_pace_kept;
    m->past.n_pace_broken += f.sched.n_pace_broken;
}

void resident_figures(const struct server *s, const struct served *m, struct resident_figures *out)
{
    const struct resident *r = s->resident;
    *out = (struct resident_figures){.n_loads = r->n_loads[m - s->model],
                                     .n_unloads = r->n_unloads[m - s->model]};
    for (const struct waiting *w = r->first; w; w = w->next)
        out->n_waiting += w->model == m;
}

/* ---- what is to be done ---------------------------------------------------------------------- */

static bool is_idle(const struct served *m)
{
    return state_of(m) == SERVED_READY && m->n_answers == 0;
}

static bool leaves(const struct resident *r, const struct served *m)
{
    for (uint32_t i = 0; i < r->n_leave; i++)
        if (r->leave[i] == m)
            return true;
    return false;
}

/* Bytes that are free for another model. */
static uint64_t room(const struct server *s)
{
    uint64_t used = 0, budget = s->config.models_bytes;
    for (uint32_t i = 0; i < s->config.n_models; i++)
        used += state_of(&s->model[i]) >= SERVED_LOADING ? s->model[i].need_bytes : 0;
    if (budget)
        return budget > used ? budget - used : 0;
    return s->config.engine.force ? UINT64_MAX : memory_available();
}

/* The idle model that was used longest ago and is not leaving yet; NULL: none. */
static struct served *oldest(struct server *s)
{
    struct served *found = NULL;
    for (uint32_t i = 0; i < s->config.n_models; i++) {
        struct served *m = &s->model[i];
        if (is_idle(m) && !leaves(s->resident, m) && (!found || m->used_ns < found->used_ns))
            found = m;
    }
    return found;
}

/* Sets M's loading down, and those that leave for it; false when there is no room for it. */
static bool plan_load(struct server *s, struct served *m)
{
    struct resident *r = s->resident;
    uint64_t have = room(s);
    uint32_t n_before = r->n_leave;
    for (uint32_t i = 0; i < r->n_leave; i++)
        have += have < UINT64_MAX / 2 ? r->leave[i]->need_bytes : 0;
    while (have < m->need_bytes) {
        struct served *other = oldest(s);
        if (!other) {
            r->n_leave = n_before;
            return false;
        }
        r->leave[r->n_leave++] = other;
        have += other->need_bytes;
    }
    r->load = m;
    return true;
}

static void plan_work(struct server *s)
{
    struct resident *r = s->resident;
    int64_t now = clock_ns();
    r->n_leave = 0;
    r->load = NULL;
    for (uint32_t i = 0; i < s->config.n_models; i++) {
        struct served *m = &s->model[i];
        if (is_idle(m) && m->keep_s >= 0 && (double)(now - m->used_ns) >= m->keep_s * 1e9)
            r->leave[r->n_leave++] = m;
    }
    for (struct waiting *w = r->first; w && !r->load; w = r->first) {
        if (plan_load(s, w->model))
            break;
        refuse_all(s, w->model, free_s(s) + load_s(s, w->model),
                   "the model is not loaded, and those in use leave no memory for it");
    }
}

/* The thread. */
static void *work(void *user)
{
    struct server *s = user;
    struct resident *r = s->resident;
    struct served *m = r->load;
    for (uint32_t i = 0; i < r->n_leave; i++) {
        remember(r->leave[i]);
        model_unload(s, r->leave[i]);
    }
    if (m && model_load(s, m, &m->err).code)
        model_unload(s, m);
    atomic_store(&s->loader_ended, true);
    http_wake(s->http);
    return NULL;
}

static void begin_work(struct server *s)
{
    struct resident *r = s->resident;
    plan_work(s);
    if (!r->n_leave && !r->load)
        return;
    for (uint32_t i = 0; i < r->n_leave; i++)
        atomic_store(&r->leave[i]->state, SERVED_LEAVING);
    if (r->load) {
        atomic_store(&r->load->load_begun_ns, clock_ns());
        atomic_store(&r->load->load_done, 0);
        atomic_store(&r->load->load_total, 0);
        atomic_store(&r->load->state, SERVED_LOADING);
    }
    atomic_store(&s->loader_ended, false);
    s->has_loader = thread_start(&s->loader, work, s) == 0;
    if (s->has_loader)
        return;
    for (uint32_t i = 0; i < r->n_leave; i++)
        atomic_store(&r->leave[i]->state, SERVED_READY);
    if (r->load) {
        atomic_store(&r->load->state, SERVED_COLD);
        refuse_all(s, r->load, 1, "the system gives no thread to load the model with");
    }
}

/* ---- what was done --------------------------------------------------------------------------- */

void resident_loaded(struct server *s, struct served *m)
{
    int64_t now = clock_ns();
    double took_s = (double)(now - atomic_load(&m->load_begun_ns)) / 1e9;
    m->used_ns = now;
    if (m->failed_ns) /* not at the start, when the loop reads it */
        m->failed_ns = 0;
    atomic_store(&m->load_s, took_s);
    atomic_store(&s->resident->bytes_per_s, (double)m->need_bytes / took_s);
    s->resident->n_loads[m - s->model]++;
    LOG(&s->config.log, LOG_INFO, "model", LOG_S("name", m->name), LOG_S("path", m->path),
        LOG_S("fingerprint", m->fingerprint), LOG_I("context", m->limits.n_ctx),
        LOG_I("parallel", s->config.parallel), LOG_F("seconds", took_s));
}

static void told_load(struct server *s, struct served *m)
{
    char text[600];
    if (state_of(m) == SERVED_READY) {
        resident_loaded(s, m);
        go_on(s, m);
        return;
    }
    m->failed_ns = clock_ns();
    LOG(&s->config.log, LOG_ERROR, "model", LOG_S("name", m->name),
        LOG_S("why", takt_err_format(&m->err, text, sizeof text)));
    refuse_all(s, m, (double)FAILED_NS / 1e9,
               "the model could not be loaded; the server's log says why");
}

static void tell_work(struct server *s)
{
    struct resident *r = s->resident;
    struct served *m = r->load;
    for (uint32_t i = 0; i < r->n_leave; i++) {
        r->n_unloads[r->leave[i] - s->model]++;
        r->leave[i]->watch = (struct watch){0};
        r->leave[i]->idle_first_ns = 0;
        LOG(&s->config.log, LOG_INFO, "model_unloaded", LOG_S("name", r->leave[i]->name));
    }
    r->n_leave = 0;
    r->load = NULL;
    if (m)
        told_load(s, m);
}

void resident_tick(struct server *s)
{
    if (s->has_loader && atomic_load(&s->loader_ended)) {
        pthread_join(s->loader, NULL);
        s->has_loader = false;
        tell_work(s);
    }
    if (!s->has_loader && atomic_load(&s->is_started) && !s->is_draining && !atomic_load(&s->ends))
        begin_work(s);
}
