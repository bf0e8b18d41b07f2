/* load: how much the server has to do, and what it serves, in the words of vLLM's and SGLang's
 * routers. */
#include "base/json.h"
#include "plan/layout.h"
#include "server/resident.h"
#include "server/routes.h"
#include "server/server_parts.h"

struct load {
    uint64_t n_running, n_waiting;
    uint64_t n_tokens; /* positions of the KV caches that are in use */
};

static struct load load_of(struct server *s)
{
    struct load l = {0};
    for (uint32_t i = 0; i < s->config.n_models && atomic_load(&s->is_started); i++) {
        struct service_figures f;
        struct resident_figures r;
        resident_figures(s, &s->model[i], &r);
        l.n_waiting += r.n_waiting;
        if (atomic_load(&s->model[i].state) != SERVED_READY)
            continue;
        service_figures(s->model[i].service, &f);
        l.n_running += f.sched.n_running;
        l.n_waiting += f.sched.n_queued;
        l.n_tokens += (uint64_t)f.n_pages_used * LAYOUT_PAGE;
    }
    return l;
}

void load_get(struct call *c)
{
    struct load l = load_of(c->s);
    struct json_out o = {0};
    json_obj_begin(&o, NULL);
    json_put_u64(&o, "server_load", l.n_running + l.n_waiting);
    json_obj_end(&o);
    call_json(c, 200, &o);
}

void load_by_rank(struct call *c)
{
    struct load l = load_of(c->s);
    struct json_out o = {0};
    json_arr_begin(&o, NULL);
    json_obj_begin(&o, NULL);
    json_put_u64(&o, "dp_rank", 0);
    json_put_u64(&o, "num_reqs", l.n_running + l.n_waiting);
    json_put_u64(&o, "num_waiting_reqs", l.n_waiting);
    json_put_u64(&o, "num_tokens", l.n_tokens);
    json_obj_end(&o);
    json_arr_end(&o);
    call_json(c, 200, &o);
}

/* A router that reads a name sends here nothing for others: of several models it is told none. */
void load_server(struct call *c)
{
    const struct server *s = c->s;
    struct json_out o = {0};
    json_obj_begin(&o, NULL);
    json_put_str(&o, "version", takt_version());
    if (s->config.n_models == 1 && atomic_load(&s->is_started)) {
        json_put_str(&o, "served_model_name", s->model[0].name);
        json_put_str(&o, "model_path", s->model[0].name);
        json_put_u64(&o, "context_length", s->model[0].limits.n_ctx);
    }
    json_obj_end(&o);
    call_json(c, 200, &o);
}
