/* usage_list: GET /v1/usage: what the key used, an admin's also what others did. */
#include <time.h>

#include "server/api_file.h"
#include "server/api_usage.h"
#include "server/call_wait.h"
#include "server/routes.h"
#include "server/usage.h"

enum { DAY_S = 86400 };

struct usage_listing {
    struct call_wait wait;
    struct api_usage_query query;
    struct store_use *use;
    uint32_t n;
};

static takt_rc list(struct call_wait *w, struct store *s, takt_err *e)
{
    struct usage_listing *l = (struct usage_listing *)w;
    const char *owner = w->call.who.role == AUTH_ADMIN ? NULL : w->call.who.name;
    return store_uses(s, owner, l->query.from_day, l->query.to_day, &w->arena, &l->use, &l->n, e);
}

static void tell(struct call_wait *w)
{
    const struct usage_listing *l = (const struct usage_listing *)w;
    struct json_out o = {0};
    json_obj_begin(&o, NULL);
    json_put_str(&o, "object", "list");
    json_arr_begin(&o, "data");
    for (uint32_t i = 0; i < l->n; i++)
        api_usage_put(&o, &l->use[i]);
    json_arr_end(&o);
    json_obj_end(&o);
    call_warn(&w->call, &l->query.notes);
    call_json(&w->call, 200, &o);
}

void usage_list(struct call *c)
{
    struct usage_listing *l = call_wait_new(c, sizeof *l, list, tell);
    struct api_error e;
    if (!l)
        return;
    if (api_usage_query_read(&l->query, &l->wait.arena, http_query(c->x),
                             (int64_t)time(NULL) / DAY_S, &e)
            .code) {
        call_error(c, &e);
        call_wait_drop(&l->wait);
        return;
    }
    usage_flush(c->s->usage, NULL); /* so that it is in what is read then */
    call_wait_begin(&l->wait);
}
