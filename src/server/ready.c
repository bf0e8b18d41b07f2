/* ready: whether requests can be answered now, and the service manager that wants to know. */
#include "base/clock.h"
#include "server/balance.h"
#include "server/server_parts.h"

static void look_at(struct server *s, struct served *m, int64_t now)
{
    struct service_figures f;
    service_figures(m->service, &f);
    const struct watch_seen seen = {.has_work = f.sched.n_running + f.sched.n_queued > 0,
                                    .n_steps = f.n_steps,
                                    .step_begun_ns = f.step_begun_ns,
                                    .step_ns_predicted = f.step_ns_predicted};
    bool was_late = m->watch.is_late;
    if (!seen.has_work && m->idle_first_ns == 0)
        m->idle_first_ns = balance_first_ns(m, now);
    if (watch_look(&m->watch, &seen, now) == was_late)
        return;
    if (was_late)
        LOG(&s->config.log, LOG_INFO, "steps_go_on", LOG_S("model", m->name));
    else
        LOG(&s->config.log, LOG_ERROR, "steps_late", LOG_S("model", m->name),
            LOG_F("waited_ms", m->watch.waited_ns / 1e6),
            LOG_F("bound_ms", watch_bound(&m->watch) / 1e6));
}

bool server_is_ready(const struct server *s, enum api_why *why)
{
    enum api_why ignored;
    why = why ? why : &ignored;
    *why = API_DRAINING;
    if (s->is_draining || atomic_load(&s->ends))
        return false;
    *why = API_LOADING;
    if (!atomic_load(&s->is_started))
        return false;
    *why = API_FAULT;
    for (uint32_t i = 0; i < s->config.n_models; i++)
        if (s->model[i].watch.is_late)
            return false;
    *why = API_OK;
    return true;
}

/* What `systemctl status` shows. */
static const char *state_of(enum api_why why)
{
    switch (why) {
    case API_OK: return "ready";
    case API_LOADING: return "loading";
    case API_DRAINING: return "draining";
    default: return "steps are late";
    }
}

/* The manager is told what changed, and, while no step is late, that we live. */
static void tell_manager(struct server *s, int64_t now)
{
    const struct notify *n = &s->notify;
    enum api_why why;
    bool is_ready = server_is_ready(s, &why), is_late = false;
    if (!n->is_heard)
        return;
    for (uint32_t i = 0; i < s->config.n_models; i++)
        is_late = is_late || s->model[i].watch.is_late;
    if (is_ready && !s->told_ready)
        notify_say(n, "READY=1\nSTATUS=%s", state_of(why));
    else if (s->told_why != (int)why)
        notify_say(n, "%sSTATUS=%s", why == API_DRAINING ? "STOPPING=1\n" : "", state_of(why));
    s->told_ready = s->told_ready || is_ready;
    s->told_why = (int)why;
    if (n->watchdog_ns && !is_late && now - s->pinged_ns >= n->watchdog_ns / 3) {
        notify_say(n, "WATCHDOG=1");
        s->pinged_ns = now;
    }
}

void ready_look(struct server *s)
{
    int64_t now = clock_ns();
    for (uint32_t i = 0; i < s->config.n_models; i++)
        if (atomic_load(&s->model[i].state) == SERVED_READY)
            look_at(s, &s->model[i], now);
    metrics_set(s->metrics->ready, server_is_ready(s, NULL));
    tell_manager(s, now);
}

void ready_reloading(struct server *s)
{
    if (s->told_ready)
        notify_say(&s->notify, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)(clock_ns() / 1000));
}

void ready_reloaded(struct server *s)
{
    if (s->told_ready)
        notify_say(&s->notify, "READY=1");
}
