/* download: the content of a file, read by the store's thread and sent by the loop's. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "server/files.h"
#include "store/store_worker.h"

enum { PART_BYTES = 256 << 10, UNSENT_MAX = 1 << 20 };

struct download {
    struct store_task task;
    struct call call; /* x NULL: the client is gone */
    struct download *next, *prev;
    char id[128];
    struct arena arena; /* of `part` */
    struct slice part;
    int64_t at;
    bool is_reading;
};

static void link_in(struct download *d)
{
    struct server *s = d->call.s;
    d->next = s->downloads;
    if (d->next)
        d->next->prev = d;
    s->downloads = d;
    s->n_waiting++;
}

static void drop(struct download *d)
{
    *(d->prev ? &d->prev->next : &d->call.s->downloads) = d->next;
    if (d->next)
        d->next->prev = d->prev;
    d->call.s->n_waiting--;
    arena_free(&d->arena);
    free(d);
}

static void gone(void *user)
{
    struct download *d = user;
    call_done(&d->call, 499, NULL, 0);
    d->call.x = NULL;
    if (!d->is_reading)
        drop(d);
}

/* ---- reading --------------------------------------------------------------------------------- */

static takt_rc read_part(struct store_task *t, struct store *s, takt_err *e)
{
    struct download *d = (struct download *)t;
    return store_file_read(s, d->id, &d->at, PART_BYTES, &d->arena, &d->part, e);
}

static void end(struct download *d, bool proper)
{
    struct http_exchange *x = d->call.x;
    http_keep(x, NULL, NULL);
    call_done(&d->call, proper ? 200 : 500, NULL, 0);
    d->call.x = NULL;
    if (proper)
        http_stream_end(x);
    else
        http_stream_abort(x);
    drop(d);
}

static void go_on(struct download *d);

static void have_part(struct store_task *t)
{
    struct download *d = (struct download *)t;
    char why[600];
    d->is_reading = false;
    if (t->rc.code)
        metrics_count(d->call.s->metrics->store_errors, 1);
    if (t->rc.code)
        LOG(&d->call.s->config.log, LOG_ERROR, "store", LOG_S("id", d->call.request_id),
            LOG_S("why", takt_err_format(&t->err, why, sizeof why)));
    if (!d->call.x) {
        drop(d);
        return;
    }
    if (t->rc.code || !d->part.len) {
        end(d, !t->rc.code);
        return;
    }
    http_stream_send(d->call.x, d->part.p, d->part.len);
    arena_free(&d->arena);
    go_on(d);
}

/* Asks for the next part, unless the client still has much to read; then, or when the store is
 * busy, the next tick does. */
static void go_on(struct download *d)
{
    if (d->is_reading || http_stream_unsent(d->call.x) > UNSENT_MAX)
        return;
    d->task.work = read_part;
    d->task.done = have_part;
    d->is_reading = store_worker_submit(d->call.s->store, &d->task);
}

void downloads_go_on(struct server *s)
{
    for (struct download *d = s->downloads, *next; d; d = next) {
        next = d->next;
        if (d->call.x)
            go_on(d);
    }
}

void downloads_end(struct server *s)
{
    for (struct download *d = s->downloads, *next; d; d = next) {
        next = d->next;
        struct http_exchange *x = d->call.x;
        if (!x) /* read_part will be done, and drop it */
            continue;
        http_keep(x, NULL, NULL);
        d->call.x = NULL;
        http_stream_abort(x);
        if (!d->is_reading)
            drop(d);
    }
}

/* ---- the beginning --------------------------------------------------------------------------- */

/* The name for saving the file: what is no plain ASCII becomes '_'. */
static void name_it(const struct call *c, const char *name)
{
    char text[400], *to = text + snprintf(text, sizeof text, "attachment; filename=\"");
    for (; *name && to < text + sizeof text - 2; name++)
        *to++ = (char)(*name < ' ' || *name > '~' || *name == '"' || *name == '\\' ? '_' : *name);
    *to++ = '"';
    *to = '\0';
    http_reply_header(c->x, "content-disposition", text);
}

void download_begin(const struct call *c, const struct store_file *f)
{
    struct download *d = calloc(1, sizeof *d);
    if (!d) {
        call_refuse(c, API_NO_MEMORY, NULL, "there is no memory for the request");
        return;
    }
    d->call = *c;
    d->at = -1;
    snprintf(d->id, sizeof d->id, "%s", f->id);
    link_in(d);
    name_it(c, f->name);
    http_reply_header(c->x, "x-content-type-options", "nosniff");
    http_stream_begin(c->x, 200, "application/octet-stream");
    http_keep(c->x, d, gone);
    go_on(d);
}
