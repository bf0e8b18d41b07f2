#include "server/balance.h"

#include <math.h>
#include <stdio.h>
#include <strings.h>

#include "base/clock.h"
#include "plan/layout.h"
#include "server/server_parts.h"

double balance_first_ns(const struct served *m, int64_t now)
{
    struct sched_answer a;
    struct sched_promise p;
    service_outlook(m->service, BALANCE_PROMPT, BALANCE_ANSWER, now, &a, &p);
    return a.refusal == SCHED_ACCEPTED ? (double)(p.expected_ns - now) : (double)INFINITY;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void add(struct balance *b, const struct served *m, int64_t now)
{
    struct service_figures f;
    service_figures(m->service, &f);
    double first_ns = balance_first_ns(m, now);
    double n_pages = f.n_pages ? f.n_pages : 1, reserved = f.sched.n_pages_reserved;
    double idle_ns = m->idle_first_ns > 0 ? m->idle_first_ns : first_ns;
    double quick = isinf(first_ns) ? 0 : first_ns > idle_ns ? idle_ns / first_ns : 1;
    b->kv_used = larger(b->kv_used, f.n_pages_used / n_pages);
    b->free = smaller(b->free, smaller(quick, 1 - reserved / n_pages));
    b->first_token_s = larger(b->first_token_s, first_ns / 1e9);
    b->headroom_tokens = smaller(b->headroom_tokens, (n_pages - reserved) * LAYOUT_PAGE);
    b->n_running += f.sched.n_running;
    b->n_waiting += f.sched.n_queued;
}

static void look(const struct server *s, struct balance *b)
{
    int64_t now = clock_ns();
    *b = (struct balance){.free = 1, .headroom_tokens = INFINITY};
    for (uint32_t i = 0; i < s->config.n_models; i++)
        if (atomic_load(&s->model[i].state) == SERVED_READY)
            add(b, &s->model[i], now);
    if (isinf(b->headroom_tokens)) { /* none is in memory */
        b->headroom_tokens = 0;
        b->free = atomic_load(&s->is_started);
    }
}

/* ---- HAProxy's agent ------------------------------------------------------------------------- */

size_t balance_line(void *user, char *buf, size_t cap)
{
    const struct server *s = user;
    enum api_why why;
    struct balance b;
    int n;
    if (server_is_ready(s, &why)) {
        look(s, &b);
        /* Never 0: a full server refuses with the time after which to come again. */
        int percent = (int)lrint(larger(1, 100 * b.free));
        n = snprintf(buf, cap, "ready up %d%%\n", percent);
    } else {
        n = snprintf(buf, cap, "%s\n",
                     why == API_DRAINING  ? "drain"
                     : why == API_LOADING ? "down #loading"
                                          : "down #steps are late");
    }
    return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}

/* ---- endpoint-load-metrics ------------------------------------------------------------------- */

enum { HEADER_MAX = 512 };

/* A header that is being written: text, or the object that JSON puts around the same figures. */
struct header {
    bool json;
    size_t n;
    char text[HEADER_MAX];
};

static void put(struct header *h, const char *name, double v)
{
    if (!isfinite(v) || h->n >= HEADER_MAX)
        return;
    int n =
        snprintf(h->text + h->n, HEADER_MAX - h->n,
                 h->json ? "%s\"%s\": %.6g" : "%snamed_metrics.%s=%.6g", h->n ? ", " : "", name, v);
    h->n += n > 0 ? (size_t)n : 0;
}

static enum server_load_metrics wanted(const struct call *c)
{
    const char *format = http_header(c->x, "endpoint-load-metrics-format");
    if (!format)
        return c->s->config.load_metrics;
    if (strcasecmp(format, "text") == 0)
        return SERVER_LOAD_TEXT;
    return strcasecmp(format, "json") == 0 ? SERVER_LOAD_JSON : SERVER_LOAD_NONE;
}

void balance_header(const struct call *c)
{
    enum server_load_metrics format = wanted(c);
    struct header h = {.json = format == SERVER_LOAD_JSON};
    char value[HEADER_MAX + 64];
    struct balance b;
    if (format == SERVER_LOAD_NONE)
        return;
    look(c->s, &b);
    put(&h, "kv_cache_usage_perc", b.kv_used);
    put(&h, "num_requests_waiting", b.n_waiting);
    put(&h, "num_requests_running", b.n_running);
    put(&h, "free_capacity_perc", b.free);
    put(&h, "predicted_ttft_seconds", b.first_token_s);
    put(&h, "admission_headroom_tokens", b.headroom_tokens);
    snprintf(value, sizeof value, h.json ? "JSON {\"named_metrics\": {%s}}" : "TEXT %s", h.text);
    http_reply_header(c->x, "endpoint-load-metrics", value);
}
