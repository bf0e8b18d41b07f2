/* health: whether the server lives and is ready, what it is, and its figures. */
#include <math.h>

#include "base/clock.h"
#include "base/json.h"
#include "plan/layout.h"
#include "server/api_docs.h"
#include "server/resident.h"
#include "server/routes.h"
#include "server/server_parts.h"
#include "server/sight.h"

void health_live(struct call *c)
{
    call_done(c, 200, NULL, 0);
    http_reply(c->x, 200, "text/plain; charset=utf-8", "ok\n", 3);
}

void health_ready(struct call *c)
{
    static const char *const says[] = {[API_LOADING] = "a model is being loaded",
                                       [API_DRAINING] = "the server is about to end",
                                       [API_FAULT] = "steps do not go on as predicted"};
    enum api_why why;
    if (server_is_ready(c->s, &why))
        health_live(c);
    else
        call_refuse(c, why == API_FAULT ? API_LOADING : why, NULL, "%s", says[why]);
}

void health_version(struct call *c)
{
    struct json_out o = {0};
    json_obj_begin(&o, NULL);
    json_put_str(&o, "version", takt_version());
    json_obj_end(&o);
    call_json(c, 200, &o);
}

/* What a request would be promised now; infinite when it would be refused. */
static void look_ahead(struct served *m)
{
    enum { ANSWER_TOKENS = 128 };
    struct metrics_model *t = m->metrics;
    struct sched_answer a;
    struct sched_promise p;
    int64_t now = clock_ns();
    for (int i = 0; i < METRICS_PROMPT_SIZES; i++) {
        service_outlook(m->service, metrics_prompt_size[i], ANSWER_TOKENS, now, &a, &p);
        bool yes = a.refusal == SCHED_ACCEPTED;
        metrics_set(t->predicted_ttft_seconds[i],
                    yes ? (double)(p.expected_ns - now) / 1e9 : INFINITY);
        if (i == 0)
            metrics_set(t->predicted_tpot_seconds, yes ? p.expected_token_ns / 1e9 : INFINITY);
    }
}

/* What is read from the services at each scrape; all else is counted where it happens. */
static void look_at(struct served *m)
{
    struct service_figures f;
    struct metrics_model *t = m->metrics;
    service_figures(m->service, &f);
    metrics_set(t->num_requests_running, f.sched.n_running);
    metrics_set(t->num_requests_waiting_by_reason[METRICS_CAPACITY], f.sched.n_queued);
    metrics_set(t->kv_cache_usage_perc, f.n_pages ? (double)f.n_pages_used / f.n_pages : 0);
    metrics_set(t->beat_fill_ratio, f.sched.beat_fill);
    metrics_set(t->admission_headroom_tokens,
                (double)(f.n_pages - f.sched.n_pages_reserved) * LAYOUT_PAGE);
    resident_promises(m);
    look_ahead(m);
}

/* Of a model that is not in memory. */
static void look_at_cold(struct served *m)
{
    struct metrics_model *t = m->metrics;
    metrics_set(t->num_requests_running, 0);
    metrics_set(t->num_requests_waiting_by_reason[METRICS_CAPACITY], 0);
    metrics_set(t->kv_cache_usage_perc, 0);
    metrics_set(t->beat_fill_ratio, 0);
    metrics_set(t->admission_headroom_tokens, 0);
    for (int i = 0; i < METRICS_PROMPT_SIZES; i++)
        metrics_set(t->predicted_ttft_seconds[i], INFINITY);
    metrics_set(t->predicted_tpot_seconds, INFINITY);
}

static void look_at_memory(const struct server *s, struct served *m, bool is_ready)
{
    struct resident_figures r;
    struct metrics_model *t = m->metrics;
    resident_figures(s, m, &r);
    double capacity = metrics_value(t->num_requests_waiting_by_reason[METRICS_CAPACITY]);
    metrics_set(t->num_requests_waiting_by_reason[METRICS_DEFERRED], r.n_waiting);
    metrics_set(t->num_requests_waiting, capacity + r.n_waiting);
    metrics_set(t->engine_sleep_state[METRICS_AWAKE], is_ready);
    metrics_set(t->engine_sleep_state[METRICS_DISCARD_ALL], !is_ready);
    metrics_set(t->pictures_waiting, sights_waiting(s, m));
    metrics_set(t->model_loaded, is_ready);
    metrics_set(t->model_memory_bytes, is_ready ? (double)m->need_bytes : 0);
    metrics_set(t->model_load_seconds, atomic_load(&m->load_s));
    metrics_count_to(t->model_loads, r.n_loads);
    metrics_count_to(t->model_unloads, r.n_unloads);
}

void health_metrics(struct call *c)
{
    struct server *s = c->s;
    struct http_figures h;
    http_figures(s->http, &h);
    metrics_set(s->metrics->connections, h.n_connections);
    for (uint32_t i = 0; i < s->config.n_models && atomic_load(&s->is_started); i++) {
        struct served *m = &s->model[i];
        bool is_ready = atomic_load(&m->state) == SERVED_READY;
        if (is_ready)
            look_at(m);
        else
            look_at_cold(m);
        look_at_memory(s, m, is_ready);
    }
    size_t n = metrics_table_write(s->metrics, s->metrics_text, s->metrics_cap);
    call_done(c, 200, NULL, 0);
    http_reply(c->x, 200, METRICS_CONTENT_TYPE, s->metrics_text, n);
}

void health_openapi(struct call *c)
{
    struct json_out *o = &c->s->openapi;
    if (!o->len)
        api_openapi(o, takt_version());
    if (o->failed) {
        json_out_free(o);
        call_refuse(c, API_NO_MEMORY, NULL, "there is no memory for the reply");
        return;
    }
    call_done(c, 200, NULL, 0);
    http_reply(c->x, 200, "application/json", o->p, o->len);
}
