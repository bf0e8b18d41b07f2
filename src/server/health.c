/* health: whether the server lives and is ready, what it is, and its figures. */
#include <math.h>

#include "base/clock.h"
#include "base/json.h"
#include "plan/layout.h"
#include "server/api_docs.h"
#include "server/routes.h"
#include "server/server_parts.h"

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
    metrics_set(t->num_requests_waiting, f.sched.n_queued);
    metrics_set(t->num_requests_waiting_by_reason[METRICS_CAPACITY], f.sched.n_queued);
    metrics_set(t->kv_cache_usage_perc, f.n_pages ? (double)f.n_pages_used / f.n_pages : 0);
    metrics_set(t->engine_sleep_state[METRICS_AWAKE], 1);
    metrics_set(t->beat_fill_ratio, f.sched.beat_fill);
    metrics_set(t->admission_headroom_tokens,
                (double)(f.n_pages - f.sched.n_pages_reserved) * LAYOUT_PAGE);
    metrics_count_to(t->promise[METRICS_FIRST_TOKEN][1], f.sched.n_first_kept);
    metrics_count_to(t->promise[METRICS_FIRST_TOKEN][0], f.sched.n_first_broken);
    metrics_count_to(t->promise[METRICS_PACE][1], f.sched.n_pace_kept);
    metrics_count_to(t->promise[METRICS_PACE][0], f.sched.n_pace_broken);
    look_ahead(m);
}

void health_metrics(struct call *c)
{
    struct server *s = c->s;
    struct http_figures h;
    http_figures(s->http, &h);
    metrics_set(s->metrics->connections, h.n_connections);
    for (uint32_t i = 0; i < s->config.n_models; i++)
        if (atomic_load(&s->model[i].state) == SERVED_READY)
            look_at(&s->model[i]);
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
